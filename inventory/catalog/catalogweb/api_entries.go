package catalogweb

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/internal/web"
	"qingce/inventory/catalog"
)

// Scopes of API tokens.
const (
	readCatalog  = "catalog:read"
	writeCatalog = "catalog:write"
)

const apiEntries = "/api/v1/catalog/entries"

func catalogOp(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Catalog"}}
}

func (d *desk) entriesAPI(s *web.Server) {
	read, write := web.For(catalog.Viewers()...).With(readCatalog), web.For(catalog.Writers()...).With(writeCatalog)
	move := web.For(movers()...).With(writeCatalog)
	one := apiEntries + "/{id}"
	web.Operation(s, read, catalogOp("list-entries", http.MethodGet, apiEntries, "Search the resource catalog"), d.apiListEntries)
	web.Operation(s, read, catalogOp("get-entry", http.MethodGet, one, "Read an entry"), d.apiGetEntry)
	web.Operation(s, read, catalogOp("list-entry-versions", http.MethodGet, one+"/versions", "The published versions of an entry, the newest first"), d.apiVersions)

	add := catalogOp("add-entry", http.MethodPost, apiEntries, "Write the first draft of an entry")
	add.DefaultStatus = http.StatusCreated
	add.Description = "A draft needs a class, a name and a provider; remarks say what else is asked when it is submitted (V01 to V09)."
	web.Operation(s, write, add, d.apiAddEntry)
	save := catalogOp("save-entry", http.MethodPut, one, "Write an entry: its draft, or the draft of the next version of a published one")
	web.Operation(s, write, save, d.apiSaveEntry)
	step := catalogOp("move-entry", http.MethodPost, one+"/moves", "Take a step with an entry: submit, endorse, publish, return, withdraw, discard")
	web.Operation(s, move, step, d.apiMoveEntry)
	web.Operation(s, write, catalogOp("mount-entry", http.MethodPut, one+"/mount", "Say where the data of an entry are and how new they are"), d.apiMount)
	web.Operation(s, write, catalogOp("unmount-entry", http.MethodDelete, one+"/mount", "Say that no data stand behind an entry any more"), d.apiUnmount)
}

type listEntriesIn struct {
	Scope    string   `query:"scope" enum:"city,own,waiting" default:"city" doc:"What is published; all of the own department; what waits for the caller"`
	Search   string   `query:"q" maxLength:"100" doc:"Words in name, code, abstract or items; all must be found"`
	Code     string   `query:"code" doc:"The entry with this code"`
	Provider []string `query:"provider" doc:"Codes of departments"`
	Share    []string `query:"share" doc:"1, 2 or 3"`
	State    []string `query:"state"`
	Library  string   `query:"library" enum:"base,theme,dept"`
	Class    string   `query:"class" doc:"This class and all below it"`
	Fresh    string   `query:"fresh" enum:"mounted,empty,fresh,stale"`
	Sort     string   `query:"sort" doc:"code, name, published_at, last_update_on, stale_on or updated_at; with - before it the other way round"`
	Page     int      `query:"page" minimum:"1" default:"1"`
	Size     int      `query:"size" minimum:"1" maximum:"200" default:"50"`
}

type listEntriesOut struct {
	Body struct {
		Total   int64       `json:"total"`
		More    bool        `json:"more" doc:"The search found more than total; say more"`
		Entries []entryLine `json:"entries"`
	}
}

func (d *desk) apiListEntries(ctx context.Context, call web.Call, in *listEntriesIn) (*listEntriesOut, error) {
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &listEntriesOut{}
	out.Body.Entries = []entryLine{}
	if in.Code != "" {
		rec, err := d.Catalog.FindByCode(ctx, call.By, in.Code)
		if fault.KindOf(err) == fault.NotFound && err != nil {
			return out, nil
		}
		out.Body.Total, out.Body.Entries = 1, append(out.Body.Entries, lineOf(n, rec.Entry, calendar.DateOf(call.Now)))
		return out, err
	}
	a := readList(apiEntries, in.params(), n.dir)
	if err := fault.Refuse(a.wrong); err != nil {
		return nil, err
	}
	a.query.Page, a.query.Size = in.Page, in.Size
	page, err := d.Catalog.List(ctx, call.By, a.query)
	if err != nil {
		return nil, err
	}
	out.Body.Total, out.Body.More = page.Total, page.More
	for _, e := range page.Rows {
		out.Body.Entries = append(out.Body.Entries, lineOf(n, e, page.Today))
	}
	return out, nil
}

// params are what was asked, as the address of the list has it.
func (in *listEntriesIn) params() url.Values {
	return url.Values{
		paramScope: {in.Scope}, paramSearch: {in.Search}, paramProvider: in.Provider, paramShare: in.Share, paramState: in.State,
		paramLibrary: {in.Library}, paramClass: {in.Class}, paramFresh: {in.Fresh}, paramSort: {in.Sort},
	}
}

type entryIDIn struct {
	ID int64 `path:"id" minimum:"1"`
}

type entryOut struct {
	ETag string `header:"ETag"`
	Body entryDoc
}

func (d *desk) apiGetEntry(ctx context.Context, call web.Call, in *entryIDIn) (*entryOut, error) {
	return d.entryAnswer(ctx, call, catalog.EntryID(in.ID), nil)
}

// entryAnswer is an entry as the caller sees it.
func (d *desk) entryAnswer(ctx context.Context, call web.Call, id catalog.EntryID, found []fault.Field) (*entryOut, error) {
	r, err := d.Catalog.Find(ctx, call.By, id)
	if err != nil {
		return nil, err
	}
	bodies := []*catalog.Body{&r.Entry.Body}
	if r.Draft != nil {
		bodies = append(bodies, &r.Draft.Content.Body)
	}
	n, err := d.names(ctx, call.By, bodies...)
	if err != nil {
		return nil, err
	}
	rec := record{Record: r, names: n}
	rec.own = call.By.Is(catalog.Writers()...) && (call.By.Console() || n.dir.Covers(call.By.Own(), r.Entry.OwnerID))
	out := &entryOut{ETag: web.ETag(r.Entry.Version)}
	out.Body = entryDoc{
		entryHead: lineOf(n, r.Entry, calendar.DateOf(call.Now)), Entry: bodyOf(n, catalog.Content{Body: r.Entry.Body, Items: r.Items}),
		Turn: turn(r.Entry), Moves: append([]string{}, rec.moves(call.By)...), Remarks: web.Remarks(renamed(found), call.P),
	}
	if r.Draft != nil {
		out.Body.Draft = new(bodyOf(n, r.Draft.Content))
	}
	return out, nil
}

// renamed are findings under the names that bodies have.
func renamed(found []fault.Field) []fault.Field {
	out := make([]fault.Field, len(found))
	for i, f := range found {
		f.Name = memberOf(f.Name)
		out[i] = f
	}
	return out
}

type addEntryIn struct {
	Body struct {
		Code  string    `json:"code,omitempty" doc:"Of an entry that comes from another catalog; one is given when it is left out"`
		Entry entryBody `json:"entry"`
	}
}

func (d *desk) apiAddEntry(ctx context.Context, call web.Call, in *addEntryIn) (*entryOut, error) {
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	c, err := d.content(call, n, in.Body.Entry)
	if err != nil {
		return nil, err
	}
	saved, err := d.Catalog.Create(ctx, call.By, catalog.EntryForm{Content: c, Code: in.Body.Code})
	if err != nil {
		return nil, err
	}
	return d.entryAnswer(ctx, call, saved.Entry.ID, saved.Found)
}

type saveEntryIn struct {
	ID      int64  `path:"id" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The ETag of what was read"`
	Body    struct {
		Reason string           `json:"reason,omitempty" doc:"Why a published entry is changed"`
		Change catalog.ChangeID `json:"change,omitempty" doc:"Number of the change of law or duty that it answers"`
		Entry  entryBody        `json:"entry"`
	}
}

func (d *desk) apiSaveEntry(ctx context.Context, call web.Call, in *saveEntryIn) (*entryOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	form := catalog.EntryForm{Reason: in.Body.Reason}
	if form.Content, err = d.content(call, n, in.Body.Entry); err != nil {
		return nil, err
	}
	if in.Body.Change != 0 {
		form.ChangeID = &in.Body.Change
	}
	saved, err := d.Catalog.Save(ctx, call.By, catalog.EntryID(in.ID), version, form)
	if err != nil {
		return nil, err
	}
	return d.entryAnswer(ctx, call, saved.Entry.ID, saved.Found)
}

type moveEntryIn struct {
	ID      int64  `path:"id" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The ETag of what was read"`
	Body    struct {
		Move   string `json:"move" enum:"submit,endorse,publish,return,withdraw,discard"`
		Reason string `json:"reason,omitempty" maxLength:"500" doc:"Of return and withdraw"`
	}
}

func (d *desk) apiMoveEntry(ctx context.Context, call web.Call, in *moveEntryIn) (*entryOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	e, err := d.move(ctx, call.By, catalog.EntryID(in.ID), version, in.Body.Move, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return d.entryAnswer(ctx, call, e.ID, nil)
}

type mountEntryIn struct {
	ID      int64  `path:"id" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The ETag of what was read"`
	Body    struct {
		Kind      string        `json:"kind" enum:"table,api,file"`
		Address   string        `json:"address" maxLength:"300"`
		Rows      *int64        `json:"rows,omitempty" minimum:"0"`
		UpdatedOn calendar.Date `json:"updated_on" doc:"Day of the newest data (V08)"`
	}
}

func (d *desk) apiMount(ctx context.Context, call web.Call, in *mountEntryIn) (*entryOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	e, err := d.Catalog.Mount(ctx, call.By, catalog.EntryID(in.ID), version, catalog.MountForm{
		Kind: in.Body.Kind, Address: in.Body.Address, Rows: in.Body.Rows, UpdatedOn: in.Body.UpdatedOn,
	})
	if err != nil {
		return nil, err
	}
	return d.entryAnswer(ctx, call, e.ID, nil)
}

type unmountEntryIn struct {
	ID      int64  `path:"id" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The ETag of what was read"`
	Reason  string `query:"reason" required:"true" maxLength:"300"`
}

func (d *desk) apiUnmount(ctx context.Context, call web.Call, in *unmountEntryIn) (*entryOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	e, err := d.Catalog.Unmount(ctx, call.By, catalog.EntryID(in.ID), version, in.Reason)
	if err != nil {
		return nil, err
	}
	return d.entryAnswer(ctx, call, e.ID, nil)
}

type entryVersionDoc struct {
	Number      int64      `json:"number"`
	ValidFrom   time.Time  `json:"valid_from"`
	ValidTo     *time.Time `json:"valid_to" doc:"null while it is in force"`
	PublishedBy string     `json:"published_by"`
	Reason      string     `json:"reason"`
	Changed     []string   `json:"changed" doc:"What differs from the version before: fields, and items by name"`
	Entry       entryBody  `json:"entry"`
}

type entryVersionsOut struct {
	Body struct {
		Versions []entryVersionDoc `json:"versions"`
	}
}

func (d *desk) apiVersions(ctx context.Context, call web.Call, in *entryIDIn) (*entryVersionsOut, error) {
	all, err := d.Catalog.Versions(ctx, call.By, catalog.EntryID(in.ID))
	if err != nil {
		return nil, err
	}
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &entryVersionsOut{}
	out.Body.Versions = []entryVersionDoc{}
	for i, v := range all {
		doc := entryVersionDoc{
			Number: v.Number, ValidFrom: web.Instant(v.ValidFrom), ValidTo: web.OptionalInstant(v.ValidTo), PublishedBy: v.PublishedName, Reason: v.Reason,
			Changed: []string{}, Entry: bodyOf(n, v.Content),
		}
		if i+1 < len(all) {
			diff := catalog.Compare(all[i+1].Content, v.Content)
			for _, f := range diff.Fields {
				doc.Changed = append(doc.Changed, memberOf(f.Key))
			}
			for _, item := range diff.Items {
				doc.Changed = append(doc.Changed, item.Name)
			}
		}
		out.Body.Versions = append(out.Body.Versions, doc)
	}
	return out, nil
}

// departmentsNamed finds departments by their codes; an unknown one is Invalid.
func departmentsNamed(n names, name string, codes []string) ([]catalog.DepartmentID, error) {
	var out []catalog.DepartmentID
	for _, code := range codes {
		dept, ok := n.dir.Lookup(strings.TrimSpace(code))
		if !ok {
			return nil, fault.Refuse([]fault.Field{fault.At(name, "catalogweb.err.department", "value", code)})
		}
		out = append(out, dept.ID)
	}
	return out, nil
}

// codeOf is the code of a department for programs.
func codeOf(n names, id auth.DepartmentID) string {
	return n.In(fieldweb.ForPrograms).Show("department", number(int64(id)))
}
