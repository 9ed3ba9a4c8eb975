package sharingweb

import (
	"context"
	"net/http"
	"time"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/sharing"
)

func (d *desk) agreementsAPI(s *web.Server) {
	read, write := web.For(sharing.Viewers()...).With(scopeRead), web.For(sharing.Writers()...).With(scopeWrite)
	const one = "/agreements/{id}"
	web.Operation(s, read, op("list-agreements", http.MethodGet, "/agreements", "List agreements"), d.apiListAgreements)
	web.Operation(s, read, op("get-agreement", http.MethodGet, one, "Read an agreement"), d.apiGetAgreement)
	halt := web.For(auth.Head, auth.Region, auth.Office, auth.Centre).With(scopeWrite)
	web.Operation(s, halt, op("halt-agreement", http.MethodPost, one+"/halt", "Suspend, resume or revoke an agreement"), d.apiHalt)
	web.Operation(s, write, made("record-use", one+"/uses", "Record use under an agreement"), d.apiRecordUse)
	web.Operation(s, web.For(sharing.Reporters()...).With(scopeWrite), made("report-misuse", one+"/misuses", "Report use against an agreement"), d.apiReportMisuse)
	web.Operation(s, read, op("list-uses", http.MethodGet, "/uses", "The ledger of use, the newest first"), d.apiListUses)
	web.Operation(s, write, made("fetch-data", "/uses", "Fetch unconditional data directly and record the use"), d.apiFetch)
	web.Operation(s, read, op("list-misuses", http.MethodGet, "/misuses", "List reports of misuse"), d.apiListMisuses)
	web.Operation(s, web.For(auth.Office).With(scopeWrite), op("decide-misuse", http.MethodPost, "/misuses/{id}/decision", "Confirm or dismiss a report of misuse"), d.apiDecideMisuse)
}

// sharingAgreementDoc is an agreement as the API shows it.
type sharingAgreementDoc struct {
	ID         int64    `json:"id"`
	Request    int64    `json:"request"`
	User       string   `json:"user"`
	Provider   string   `json:"provider"`
	Entry      string   `json:"entry"`
	EntryName  string   `json:"entry_name"`
	Items      []string `json:"items" doc:"None is all items"`
	Scope      string   `json:"scope" enum:"department,offices,posts"`
	ScopeNote  string   `json:"scope_note,omitempty"`
	Purposes   []string `json:"purposes"`
	Method     string   `json:"method" enum:"system,front_node,query,batch,offline"`
	MethodNote string   `json:"method_note,omitempty"`
	ValidFrom  string   `json:"valid_from" format:"date"`
	ValidTo    string   `json:"valid_to,omitempty" format:"date"`
	Quota      *int64   `json:"quota,omitempty"`
	State      string   `json:"state" enum:"active,suspended,expired,revoked"`
	Reason     string   `json:"reason,omitempty" doc:"Why it was suspended or revoked"`
	Calls      int64    `json:"calls"`
	Version    int64    `json:"version" doc:"Number of the version; the ETag"`
}

func agreementDocument(a sharing.Agreement, dir *inventory.Directory) sharingAgreementDoc {
	items := a.Items
	if items == nil {
		items = []string{}
	}
	return sharingAgreementDoc{
		ID: int64(a.ID), Request: int64(a.RequestID), User: codeOf(dir, a.UserID), Provider: codeOf(dir, a.ProviderID), Entry: a.EntryCode,
		EntryName: a.EntryName, Items: items, Scope: a.Scope, ScopeNote: a.ScopeNote, Purposes: a.Purposes, Method: a.Method,
		MethodNote: a.MethodNote, ValidFrom: a.ValidFrom.String(), ValidTo: dayOr(a.ValidTo), Quota: a.Quota, State: string(a.State),
		Reason: a.StateReason, Calls: a.Calls, Version: a.Version,
	}
}

type sharingListAgreementsIn struct {
	PageIn
	State []string `query:"state,explode" enum:"active,suspended,expired,revoked"`
	Side  string   `query:"side" enum:"user,provider"`
	Entry string   `query:"entry"`
}

type sharingAgreementsBody struct {
	Body struct {
		Total      int64                 `json:"total"`
		Agreements []sharingAgreementDoc `json:"agreements"`
	}
}

func (d *desk) apiListAgreements(ctx context.Context, call web.Call, in *sharingListAgreementsIn) (*sharingAgreementsBody, error) {
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	q := sharing.AgreementQuery{Side: sharing.Side(in.Side), Entry: in.Entry, Page: in.Page, Size: in.Size}
	for _, s := range in.State {
		q.States = append(q.States, sharing.AgreementState(s))
	}
	page, err := d.Sharing.ListAgreements(ctx, call.By, q)
	if err != nil {
		return nil, err
	}
	out := &sharingAgreementsBody{}
	out.Body.Total, out.Body.Agreements = page.Total, make([]sharingAgreementDoc, len(page.Rows))
	for i, a := range page.Rows {
		out.Body.Agreements[i] = agreementDocument(a, dir)
	}
	return out, nil
}

type sharingAgreementBody struct {
	ETag string `header:"ETag"`
	Body sharingAgreementDoc
}

func (d *desk) apiGetAgreement(ctx context.Context, call web.Call, in *pathIn) (*sharingAgreementBody, error) {
	f, err := d.Sharing.FindAgreement(ctx, call.By, sharing.AgreementID(in.ID))
	if err != nil {
		return nil, err
	}
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	return &sharingAgreementBody{ETag: web.ETag(f.Agreement.Version), Body: agreementDocument(f.Agreement, dir)}, nil
}

type sharingHaltIn struct {
	StepIn
	Body struct {
		Step   string `json:"step" enum:"suspend,resume,revoke"`
		Reason string `json:"reason,omitempty"`
	}
}

func (d *desk) apiHalt(ctx context.Context, call web.Call, in *sharingHaltIn) (*sharingAgreementBody, error) {
	err := apiStep(in.IfMatch, func(version int64) error {
		_, err := d.Sharing.HaltAgreement(ctx, call.By, sharing.AgreementID(in.ID), version, sharing.Halt(in.Body.Step), in.Body.Reason)
		return err
	})
	if err != nil {
		return nil, err
	}
	return d.apiGetAgreement(ctx, call, &pathIn{in.ID})
}

// sharingUseDoc is a line of the ledger.
type sharingUseDoc struct {
	ID        int64     `json:"id"`
	Agreement int64     `json:"agreement,omitempty" doc:"None for what is shared with everybody"`
	User      string    `json:"user"`
	Provider  string    `json:"provider"`
	Entry     string    `json:"entry"`
	UsedOn    string    `json:"used_on" format:"date"`
	Purpose   string    `json:"purpose"`
	Matter    string    `json:"matter"`
	Calls     int64     `json:"calls"`
	By        string    `json:"by"`
	At        time.Time `json:"at"`
}

func useDocument(u sharing.Use, dir *inventory.Directory) sharingUseDoc {
	out := sharingUseDoc{
		ID: u.ID, User: codeOf(dir, u.UserID), Provider: codeOf(dir, u.ProviderID), Entry: u.EntryCode, UsedOn: u.UsedOn.String(), Purpose: u.Purpose,
		Matter: u.Matter, Calls: u.Calls, By: u.RecordedName, At: web.Instant(u.RecordedAt),
	}
	if u.AgreementID != nil {
		out.Agreement = int64(*u.AgreementID)
	}
	return out
}

type SharingTakingDoc struct {
	Purpose string `json:"purpose,omitempty" enum:"basis,reference,check,collaboration,other"`
	Matter  string `json:"matter,omitempty" doc:"The business it was used for"`
	UsedOn  string `json:"used_on,omitempty" format:"date" doc:"Empty is today"`
	Calls   int64  `json:"calls,omitempty" doc:"Empty is 1"`
}

func (t SharingTakingDoc) taking() (sharing.Taking, error) {
	on, err := dayOf("used_on", t.UsedOn)
	return sharing.Taking{On: on, Purpose: t.Purpose, Matter: t.Matter, Calls: t.Calls}, err
}

type sharingUseBody struct{ Body sharingUseDoc }

func (d *desk) useAnswer(ctx context.Context, u sharing.Use, err error) (*sharingUseBody, error) {
	if err != nil {
		return nil, err
	}
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	return &sharingUseBody{useDocument(u, dir)}, nil
}

type sharingRecordUseIn struct {
	ID   int64 `path:"id"`
	Body SharingTakingDoc
}

func (d *desk) apiRecordUse(ctx context.Context, call web.Call, in *sharingRecordUseIn) (*sharingUseBody, error) {
	taking, err := in.Body.taking()
	if err != nil {
		return nil, err
	}
	u, err := d.Sharing.RecordUse(ctx, call.By, sharing.AgreementID(in.ID), taking)
	return d.useAnswer(ctx, u, err)
}

type sharingFetchIn struct {
	Body struct {
		Entry string `json:"entry" doc:"Code of an unconditional entry"`
		SharingTakingDoc
	}
}

func (d *desk) apiFetch(ctx context.Context, call web.Call, in *sharingFetchIn) (*sharingUseBody, error) {
	taking, err := in.Body.taking()
	if err != nil {
		return nil, err
	}
	u, err := d.Sharing.Fetch(ctx, call.By, in.Body.Entry, taking)
	return d.useAnswer(ctx, u, err)
}

type sharingListUsesIn struct {
	PageIn
	Side      string `query:"side" enum:"user,provider"`
	Agreement int64  `query:"agreement"`
	Entry     string `query:"entry"`
	From      string `query:"from" format:"date"`
	To        string `query:"to" format:"date"`
}

type sharingUsesBody struct {
	Body struct {
		Total int64           `json:"total"`
		Calls int64           `json:"calls" doc:"Of all rows"`
		Uses  []sharingUseDoc `json:"uses"`
	}
}

func (d *desk) apiListUses(ctx context.Context, call web.Call, in *sharingListUsesIn) (*sharingUsesBody, error) {
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	q := sharing.UseQuery{Side: sharing.Side(in.Side), Agreement: sharing.AgreementID(in.Agreement), Entry: in.Entry, Page: in.Page, Size: in.Size}
	if q.From, err = dayOf("from", in.From); err != nil {
		return nil, err
	}
	if q.To, err = dayOf("to", in.To); err != nil {
		return nil, err
	}
	page, err := d.Sharing.ListUses(ctx, call.By, q)
	if err != nil {
		return nil, err
	}
	out := &sharingUsesBody{}
	out.Body.Total, out.Body.Calls, out.Body.Uses = page.Total, page.Calls, make([]sharingUseDoc, len(page.Rows))
	for i, u := range page.Rows {
		out.Body.Uses[i] = useDocument(u, dir)
	}
	return out, nil
}

// sharingMisuseDoc is a report of misuse.
type sharingMisuseDoc struct {
	ID          int64  `json:"id"`
	Agreement   int64  `json:"agreement,omitempty"`
	User        string `json:"user"`
	Provider    string `json:"provider"`
	Entry       string `json:"entry"`
	Kind        string `json:"kind" enum:"third_party,other_purpose,disguised,no_record,other"`
	FoundOn     string `json:"found_on" format:"date"`
	Description string `json:"description"`
	State       string `json:"state" enum:"reported,confirmed,dismissed"`
	Decision    string `json:"decision,omitempty"`
	Version     int64  `json:"version"`
}

func misuseDocument(m sharing.Misuse, dir *inventory.Directory) sharingMisuseDoc {
	out := sharingMisuseDoc{
		ID: int64(m.ID), User: codeOf(dir, m.UserID), Provider: codeOf(dir, m.ProviderID), Entry: m.EntryCode, Kind: m.Kind,
		FoundOn: m.FoundOn.String(), Description: m.Description, State: string(m.State), Decision: m.Decision, Version: m.Version,
	}
	if m.AgreementID != nil {
		out.Agreement = int64(*m.AgreementID)
	}
	return out
}

type sharingMisuseBody struct {
	ETag string `header:"ETag"`
	Body sharingMisuseDoc
}

func (d *desk) misuseAnswer(ctx context.Context, m sharing.Misuse, err error) (*sharingMisuseBody, error) {
	if err != nil {
		return nil, err
	}
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	return &sharingMisuseBody{web.ETag(m.Version), misuseDocument(m, dir)}, nil
}

type sharingReportIn struct {
	ID   int64 `path:"id"`
	Body struct {
		Kind        string `json:"kind,omitempty" enum:"third_party,other_purpose,disguised,no_record,other"`
		FoundOn     string `json:"found_on,omitempty" format:"date" doc:"Empty is today"`
		Description string `json:"description,omitempty"`
	}
}

func (d *desk) apiReportMisuse(ctx context.Context, call web.Call, in *sharingReportIn) (*sharingMisuseBody, error) {
	on, err := dayOf("found_on", in.Body.FoundOn)
	if err != nil {
		return nil, err
	}
	m, err := d.Sharing.ReportMisuse(ctx, call.By, sharing.AgreementID(in.ID), sharing.Finding{
		Kind: in.Body.Kind, FoundOn: on, Description: in.Body.Description,
	})
	return d.misuseAnswer(ctx, m, err)
}

type sharingListMisusesIn struct {
	PageIn
	State []string `query:"state,explode" enum:"reported,confirmed,dismissed"`
}

type sharingMisusesBody struct {
	Body struct {
		Total   int64              `json:"total"`
		Misuses []sharingMisuseDoc `json:"misuses"`
	}
}

func (d *desk) apiListMisuses(ctx context.Context, call web.Call, in *sharingListMisusesIn) (*sharingMisusesBody, error) {
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	q := sharing.MisuseQuery{Page: in.Page, Size: in.Size}
	for _, s := range in.State {
		q.States = append(q.States, sharing.MisuseState(s))
	}
	page, err := d.Sharing.ListMisuses(ctx, call.By, q)
	if err != nil {
		return nil, err
	}
	out := &sharingMisusesBody{}
	out.Body.Total, out.Body.Misuses = page.Total, make([]sharingMisuseDoc, len(page.Rows))
	for i, m := range page.Rows {
		out.Body.Misuses[i] = misuseDocument(m, dir)
	}
	return out, nil
}

type sharingDecideMisuseIn struct {
	StepIn
	Body struct {
		State  string `json:"state" enum:"confirmed,dismissed"`
		Reason string `json:"reason,omitempty" doc:"At least 10 characters"`
	}
}

func (d *desk) apiDecideMisuse(ctx context.Context, call web.Call, in *sharingDecideMisuseIn) (*sharingMisuseBody, error) {
	var m sharing.Misuse
	err := apiStep(in.IfMatch, func(version int64) error {
		var err error
		m, err = d.Sharing.DecideMisuse(ctx, call.By, sharing.MisuseID(in.ID), version, sharing.MisuseState(in.Body.State), in.Body.Reason)
		return err
	})
	return d.misuseAnswer(ctx, m, err)
}
