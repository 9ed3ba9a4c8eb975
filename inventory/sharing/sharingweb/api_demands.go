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

func (d *desk) demandsAPI(s *web.Server) {
	read, write := web.For(sharing.DemandViewers()...).With(scopeRead), web.For(sharing.Writers()...).With(scopeWrite)
	heads := web.For(sharing.Heads()...).With(scopeWrite)
	const one = "/demands/{id}"
	web.Operation(s, read, op("list-demands", http.MethodGet, "/demands", "List demands for data of others"), d.apiListDemands)
	web.Operation(s, read, op("get-demand", http.MethodGet, one, "Read a demand with its steps"), d.apiGetDemand)
	web.Operation(s, read, op("suggest-entries", http.MethodGet, one+"/suggestions", "The entries that may hold what a demand asks for"), d.apiSuggest)
	web.Operation(s, write, made("add-demand", "/demands", "Say which data of others are needed"), d.apiNeed)
	web.Operation(s, heads, op("submit-demand", http.MethodPost, one+"/submit", "Hand a draft in to the reviewers"), d.apiSubmitDemand)
	web.Operation(s, web.For(sharing.Matchers()...).With(scopeWrite), op("match-demand", http.MethodPost, one+"/match", "Match a demand to an entry, ask a department, or say that it cannot be met"), d.apiMatch)
	web.Operation(s, heads, op("answer-demand", http.MethodPost, one+"/answer", "Say whether the department holds the data"), d.apiAnswerDemand)
	web.Operation(s, read, op("list-reliefs", http.MethodGet, "/reliefs", "What citizens and firms no longer hand in"), d.apiListReliefs)
	web.Operation(s, write, made("declare-relief", "/reliefs", "Declare what is no longer handed in"), d.apiDeclareRelief)
	decide := web.For(append(sharing.Writers(), auth.Office)...).With(scopeWrite)
	web.Operation(s, decide, op("decide-relief", http.MethodPost, "/reliefs/{id}/decision", "Accept or withdraw what was declared"), d.apiDecideRelief)
}

// sharingDemandDoc is a demand as the API shows it.
type sharingDemandDoc struct {
	ID          int64            `json:"id"`
	Department  string           `json:"department"`
	Wanted      string           `json:"wanted"`
	Items       string           `json:"items,omitempty"`
	Guess       string           `json:"guess,omitempty" doc:"Code of the department that may hold it"`
	Purpose     string           `json:"purpose"`
	Business    string           `json:"business"`
	Method      string           `json:"method,omitempty"`
	Frequency   string           `json:"frequency,omitempty"`
	State       string           `json:"state" enum:"draft,submitted,asked,matched,unmet"`
	Turn        string           `json:"turn" enum:"nobody,head,matcher,holder"`
	Holder      string           `json:"holder,omitempty" doc:"Code of the department that is asked"`
	Entry       string           `json:"entry,omitempty"`
	EntryName   string           `json:"entry_name,omitempty"`
	Decision    string           `json:"decision,omitempty"`
	Clock       *sharingClockDoc `json:"clock,omitempty"`
	SubmittedAt *time.Time       `json:"submitted_at,omitempty"`
	Version     int64            `json:"version" doc:"Number of the version; the ETag"`
	Steps       []sharingStepDoc `json:"steps,omitempty"`
}

func demandDocument(n sharing.Demand, c *sharing.Clock, dir *inventory.Directory) sharingDemandDoc {
	return sharingDemandDoc{
		ID: int64(n.ID), Department: codeOf(dir, n.DepartmentID), Wanted: n.Wanted, Items: n.Items, Guess: optionalCode(dir, n.GuessID),
		Purpose: n.Purpose, Business: n.Business, Method: n.Method, Frequency: n.Frequency, State: string(n.State), Turn: string(n.State.Turn()),
		Holder: optionalCode(dir, n.HolderID), Entry: n.EntryCode, EntryName: n.EntryName, Decision: n.Decision, Clock: clockDocument(c),
		SubmittedAt: web.OptionalInstant(n.SubmittedAt), Version: n.Version,
	}
}

type sharingListDemandsIn struct {
	PageIn
	State      []string `query:"state,explode" enum:"draft,submitted,asked,matched,unmet"`
	Department string   `query:"department"`
	Waiting    bool     `query:"waiting" doc:"Only what waits for the caller"`
}

type sharingDemandsBody struct {
	Body struct {
		Total   int64              `json:"total"`
		Demands []sharingDemandDoc `json:"demands"`
	}
}

func (d *desk) apiListDemands(ctx context.Context, call web.Call, in *sharingListDemandsIn) (*sharingDemandsBody, error) {
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	q := sharing.DemandQuery{Waiting: in.Waiting, Page: in.Page, Size: in.Size}
	if q.Department, err = named(dir, "department", in.Department); err != nil {
		return nil, err
	}
	for _, s := range in.State {
		q.States = append(q.States, sharing.DemandState(s))
	}
	page, err := d.Sharing.ListDemands(ctx, call.By, q)
	if err != nil {
		return nil, err
	}
	out := &sharingDemandsBody{}
	out.Body.Total, out.Body.Demands = page.Total, make([]sharingDemandDoc, len(page.Rows))
	for i, row := range page.Rows {
		out.Body.Demands[i] = demandDocument(row.Demand, row.Clock, dir)
	}
	return out, nil
}

type sharingDemandBody struct {
	ETag string `header:"ETag"`
	Body sharingDemandDoc
}

func (d *desk) apiGetDemand(ctx context.Context, call web.Call, in *pathIn) (*sharingDemandBody, error) {
	f, err := d.Sharing.FindDemand(ctx, call.By, sharing.DemandID(in.ID))
	if err != nil {
		return nil, err
	}
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	doc := demandDocument(f.Demand, f.Clock, dir)
	doc.Steps = stepDocuments(f.Steps)
	return &sharingDemandBody{web.ETag(f.Demand.Version), doc}, nil
}

type sharingSuggestionDoc struct {
	Entry     string   `json:"entry"`
	Name      string   `json:"name"`
	Provider  string   `json:"provider"`
	ShareType string   `json:"share_type" enum:"1,2,3"`
	Score     float64  `json:"score" doc:"0 to 1; a hint, never a verdict"`
	Likely    bool     `json:"likely"`
	Items     []string `json:"items" doc:"Those of the demand that the entry has"`
}

type sharingSuggestionsBody struct {
	Body struct {
		Suggestions []sharingSuggestionDoc `json:"suggestions" doc:"The likeliest first"`
	}
}

func (d *desk) apiSuggest(ctx context.Context, call web.Call, in *pathIn) (*sharingSuggestionsBody, error) {
	f, err := d.Sharing.FindDemand(ctx, call.By, sharing.DemandID(in.ID))
	if err != nil {
		return nil, err
	}
	found, err := d.Sharing.Suggest(ctx, call.By, f.Demand)
	if err != nil {
		return nil, err
	}
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	out := &sharingSuggestionsBody{}
	out.Body.Suggestions = make([]sharingSuggestionDoc, len(found))
	for i, s := range found {
		out.Body.Suggestions[i] = sharingSuggestionDoc{s.Code, s.Name, codeOf(dir, s.Provider), string(s.ShareType), s.Score, s.Likely, append([]string{}, s.Items...)}
	}
	return out, nil
}

type sharingNeedIn struct {
	Body struct {
		Department string `json:"department,omitempty"`
		Wanted     string `json:"wanted,omitempty"`
		Items      string `json:"items,omitempty"`
		Guess      string `json:"guess,omitempty" doc:"Code of the department that may hold it"`
		Purpose    string `json:"purpose,omitempty" enum:"basis,reference,check,collaboration,other"`
		Business   string `json:"business,omitempty"`
		Method     string `json:"method,omitempty" enum:"system,front_node,query,batch,offline"`
		Frequency  string `json:"frequency,omitempty"`
		Submit     bool   `json:"submit,omitempty" doc:"Hand it in at once; for the head and the region"`
	}
}

func (d *desk) apiNeed(ctx context.Context, call web.Call, in *sharingNeedIn) (*sharingDemandBody, error) {
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	want := sharing.Want{
		Wanted: b.Wanted, Items: b.Items, Purpose: b.Purpose, Business: b.Business, Method: b.Method, Frequency: b.Frequency, Submit: b.Submit,
	}
	if want.Department, err = named(dir, "department", b.Department); err != nil {
		return nil, err
	}
	if want.Guess, err = named(dir, "guess", b.Guess); err != nil {
		return nil, err
	}
	n, err := d.Sharing.Need(ctx, call.By, want)
	if err != nil {
		return nil, err
	}
	return d.apiGetDemand(ctx, call, &pathIn{int64(n.ID)})
}

// demandStep takes a step with a demand and shows it.
func (d *desk) demandStep(ctx context.Context, call web.Call, in StepIn, step func(sharing.DemandID, int64) error) (*sharingDemandBody, error) {
	if err := apiStep(in.IfMatch, func(version int64) error { return step(sharing.DemandID(in.ID), version) }); err != nil {
		return nil, err
	}
	return d.apiGetDemand(ctx, call, &pathIn{in.ID})
}

func (d *desk) apiSubmitDemand(ctx context.Context, call web.Call, in *StepIn) (*sharingDemandBody, error) {
	return d.demandStep(ctx, call, *in, func(id sharing.DemandID, version int64) error {
		_, err := d.Sharing.SubmitDemand(ctx, call.By, id, version)
		return err
	})
}

type sharingMatchIn struct {
	StepIn
	Body struct {
		Entry  string `json:"entry,omitempty" doc:"Code of the entry that holds the data"`
		Holder string `json:"holder,omitempty" doc:"Code of a department to ask"`
		Unmet  bool   `json:"unmet,omitempty" doc:"It cannot be met; needs a reason"`
		Reason string `json:"reason,omitempty"`
	}
}

func (d *desk) apiMatch(ctx context.Context, call web.Call, in *sharingMatchIn) (*sharingDemandBody, error) {
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	decision := sharing.Decision{Entry: in.Body.Entry, Unmet: in.Body.Unmet, Reason: in.Body.Reason}
	if decision.Holder, err = named(dir, "holder", in.Body.Holder); err != nil {
		return nil, err
	}
	return d.demandStep(ctx, call, in.StepIn, func(id sharing.DemandID, version int64) error {
		_, err := d.Sharing.Match(ctx, call.By, id, version, decision)
		return err
	})
}

type sharingHoldingIn struct {
	StepIn
	Body struct {
		Entry  string `json:"entry,omitempty" doc:"Code of the entry; empty when the data are not held"`
		Reason string `json:"reason,omitempty" doc:"At least 10 characters when they are not held"`
	}
}

func (d *desk) apiAnswerDemand(ctx context.Context, call web.Call, in *sharingHoldingIn) (*sharingDemandBody, error) {
	return d.demandStep(ctx, call, in.StepIn, func(id sharing.DemandID, version int64) error {
		_, err := d.Sharing.AnswerDemand(ctx, call.By, id, version, sharing.Holding{Entry: in.Body.Entry, Reason: in.Body.Reason})
		return err
	})
}

// sharingReliefDoc is what is no longer handed in.
type sharingReliefDoc struct {
	ID         int64  `json:"id"`
	Department string `json:"department"`
	Matter     string `json:"matter" doc:"The service it was handed in for"`
	Material   string `json:"material"`
	People     string `json:"people" enum:"citizens,firms,both"`
	Entry      string `json:"entry" doc:"Code of the entry that takes its place"`
	StoppedOn  string `json:"stopped_on" format:"date"`
	TimesAYear int64  `json:"times_a_year"`
	State      string `json:"state" enum:"declared,accepted,withdrawn"`
	Version    int64  `json:"version" doc:"Number of the version; the ETag"`
}

func reliefDocument(r sharing.Relief, dir *inventory.Directory) sharingReliefDoc {
	return sharingReliefDoc{
		ID: int64(r.ID), Department: codeOf(dir, r.DepartmentID), Matter: r.Matter, Material: r.Material, People: r.People, Entry: r.EntryCode,
		StoppedOn: r.StoppedOn.String(), TimesAYear: r.TimesAYear, State: string(r.State), Version: r.Version,
	}
}

type sharingListReliefsIn struct {
	PageIn
	State []string `query:"state,explode" enum:"declared,accepted,withdrawn"`
}

type sharingReliefsBody struct {
	Body struct {
		Total    int64              `json:"total"`
		Accepted int64              `json:"accepted" doc:"How many count"`
		Times    int64              `json:"times_a_year" doc:"How often a year nothing is handed in by those that count"`
		Reliefs  []sharingReliefDoc `json:"reliefs"`
	}
}

func (d *desk) apiListReliefs(ctx context.Context, call web.Call, in *sharingListReliefsIn) (*sharingReliefsBody, error) {
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	q := sharing.ReliefQuery{Page: in.Page, Size: in.Size}
	for _, s := range in.State {
		q.States = append(q.States, sharing.ReliefState(s))
	}
	page, err := d.Sharing.ListReliefs(ctx, call.By, q)
	if err != nil {
		return nil, err
	}
	out := &sharingReliefsBody{}
	out.Body.Total, out.Body.Accepted, out.Body.Times, out.Body.Reliefs = page.Total, page.Accepted, page.Times, make([]sharingReliefDoc, len(page.Rows))
	for i, r := range page.Rows {
		out.Body.Reliefs[i] = reliefDocument(r, dir)
	}
	return out, nil
}

type sharingReliefBody struct {
	ETag string `header:"ETag"`
	Body sharingReliefDoc
}

func (d *desk) reliefAnswer(ctx context.Context, r sharing.Relief, err error) (*sharingReliefBody, error) {
	if err != nil {
		return nil, err
	}
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	return &sharingReliefBody{web.ETag(r.Version), reliefDocument(r, dir)}, nil
}

type sharingDeclareIn struct {
	Body struct {
		Department string `json:"department,omitempty"`
		Matter     string `json:"matter,omitempty"`
		Material   string `json:"material,omitempty"`
		People     string `json:"people,omitempty" enum:"citizens,firms,both"`
		Entry      string `json:"entry,omitempty"`
		StoppedOn  string `json:"stopped_on,omitempty" format:"date"`
		TimesAYear int64  `json:"times_a_year,omitempty"`
		Note       string `json:"note,omitempty"`
	}
}

func (d *desk) apiDeclareRelief(ctx context.Context, call web.Call, in *sharingDeclareIn) (*sharingReliefBody, error) {
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	saving := sharing.Saving{Matter: b.Matter, Material: b.Material, People: b.People, Entry: b.Entry, TimesAYear: b.TimesAYear, Note: b.Note}
	if saving.Department, err = named(dir, "department", b.Department); err != nil {
		return nil, err
	}
	if saving.StoppedOn, err = dayOf("stopped_on", b.StoppedOn); err != nil {
		return nil, err
	}
	r, err := d.Sharing.DeclareRelief(ctx, call.By, saving)
	return d.reliefAnswer(ctx, r, err)
}

type sharingDecideReliefIn struct {
	StepIn
	Body struct {
		State string `json:"state" enum:"accepted,withdrawn"`
		Note  string `json:"note,omitempty"`
	}
}

func (d *desk) apiDecideRelief(ctx context.Context, call web.Call, in *sharingDecideReliefIn) (*sharingReliefBody, error) {
	var r sharing.Relief
	err := apiStep(in.IfMatch, func(version int64) error {
		var err error
		r, err = d.Sharing.DecideRelief(ctx, call.By, sharing.ReliefID(in.ID), version, sharing.ReliefState(in.Body.State), in.Body.Note)
		return err
	})
	return d.reliefAnswer(ctx, r, err)
}
