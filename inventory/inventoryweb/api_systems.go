package inventoryweb

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/web"
	"qingce/inventory"
)

// Scopes of API tokens.
const (
	readSystems      = "systems:read"
	writeSystems     = "systems:write"
	readDepartments  = "departments:read"
	writeDepartments = "departments:write"
)

const apiSystems = "/api/v1/systems"

// MountAPI adds the JSON API of systems and departments.
func MountAPI(s *web.Server, deps Deps) {
	d := newDesk(deps)
	d.mountSystemsAPI(s)
	d.mountStepsAPI(s)
	d.mountChangesAPI(s)
	d.mountFilesAPI(s)
	d.mountDepartmentsAPI(s)
	describeFields(s, inventory.SystemFields, "System", "SystemInput")
	describeFields(s, inventory.DepartmentFields, "Department", "DepartmentInput")
}

func systemsOp(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Systems"}}
}

func (d *desk) mountSystemsAPI(s *web.Server) {
	read, write := web.For(viewers()...).With(readSystems), web.For(writers()...).With(writeSystems)
	list := systemsOp("list-systems", http.MethodGet, apiSystems, "List systems")
	list.Description = "Every field is a filter: key=value (repeat it for several), key=(empty) for what is not given; days, numbers and money (in fen, as in bodies) by key.from and key.to."
	list.Parameters = listParameters()
	web.Operation(s, read, list, d.apiListSystems)
	web.Operation(s, read, countOp(), d.apiCountSystems)
	web.Operation(s, read, systemsOp("get-system", http.MethodGet, apiSystems+"/{code}", "Read a system, now or as of an earlier day"), d.apiGetSystem)
	web.Operation(s, read, systemsOp("get-system-history", http.MethodGet, apiSystems+"/{code}/history", "Every state of a system with what changed"), d.apiSystemHistory)

	const schema = "SystemInput"
	add := systemsOp("register-system", http.MethodPost, apiSystems, "Register a system")
	add.DefaultStatus = http.StatusCreated
	add.Description = "The system is registered as a draft of its department. With the same Idempotency-Key a repeated call gives the system of the first."
	withBody(s, write, add, schema, inventory.SystemFields, d.apiRegister)
	put := systemsOp("replace-system", http.MethodPut, apiSystems+"/{code}", "Replace what is declared of a system")
	put.Description = "Fields that are not in the body are emptied."
	withBody(s, write, put, schema, inventory.SystemFields, d.apiPut)
	patch := systemsOp("change-system", http.MethodPatch, apiSystems+"/{code}", "Change single fields of a system")
	patch.Description = "Fields that are not in the body stay as they are; null empties one."
	withBody(s, write, patch, schema, inventory.SystemFields, d.apiPatch)

	files := s.Group(read).Within(slowWork)
	for _, kind := range []string{"xlsx", "csv"} {
		files.Stream(http.MethodGet, apiSystems+"."+kind, exportOp("export-systems-"+kind, "Systems"), d.exportSystems(kind, fieldweb.ForPrograms))
	}
}

func exportOp(id, tag string) *huma.Operation {
	return &huma.Operation{
		OperationID: id, Tags: []string{tag}, Summary: "Take a list home as a file",
		Description: "The same filters as the list; columns=all gives every column, columns=a,b those that are named.",
		Responses:   map[string]*huma.Response{"200": {Description: "The file"}},
	}
}

// withBody adds an operation whose body is a record. It is read by readObject,
// so that a mistake is told in the same words as on the pages; the document
// shows its schema all the same.
func withBody[I, O, T any](s *web.Server, access web.Access, op huma.Operation, schema string, c *field.Catalog[T], h func(context.Context, web.Call, *I) (*O, error)) {
	ref := shared(s.OpenAPI().Components.Schemas, schema, recordSchema(c, false))
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{}}
	op.MaxBodyBytes, op.SkipValidateBody = formBytes, true
	web.Operation(s, access, op, h)
	op.RequestBody.Content[jsonType] = &huma.MediaType{Schema: ref} // the library takes a raw body for a file
}

// listParameters describes the filters of the list.
func listParameters() []*huma.Param {
	text := &huma.Schema{Type: huma.TypeString}
	first, most := 1.0, float64(inventory.MaxPageSize)
	param := func(name string, s *huma.Schema, doc string) *huma.Param {
		return &huma.Param{Name: name, In: "query", Schema: s, Description: doc}
	}
	out := []*huma.Param{
		param(paramSearch, text, "Words that stand anywhere in name, short name, code or function"),
		param(paramSort, text, "A field; with - before it the other way round"),
		param(paramPage, &huma.Schema{Type: huma.TypeInteger, Minimum: &first, Default: 1}, "Page, from 1"),
		param(paramSize, &huma.Schema{Type: huma.TypeInteger, Minimum: &first, Maximum: &most, Default: inventory.DefaultPageSize}, "Rows on a page"),
		param(paramAsOf, text, "A day (its end) or an instant: the list as the register knew it then"),
	}
	for _, f := range inventory.SystemFields.All() {
		switch f.Kind {
		case field.Date, field.Count, field.Money:
			out = append(out, param(f.Key+field.FromSuffix, text, rangeDoc(f.Kind)), param(f.Key+field.ToSuffix, text, rangeDoc(f.Kind)))
		}
		out = append(out, param(f.Key, &huma.Schema{Type: huma.TypeArray, Items: text}, ""))
	}
	return out
}

// rangeDoc says what the ends of a range are.
func rangeDoc(k field.Kind) string {
	switch k {
	case field.Money:
		return "Whole number of fen"
	case field.Date:
		return "Day"
	}
	return "Whole number"
}

// listQuery is the query of a list, read like the address of the page.
type listQuery struct{ url url.URL }

// OwnQuery implements web.OwnQuery.
func (*listQuery) OwnQuery() {}

// Resolve implements huma.Resolver: it keeps the address.
func (q *listQuery) Resolve(ctx huma.Context) []error {
	q.url = ctx.URL()
	return nil
}

type systemsBody struct {
	Body struct {
		Total   int64       `json:"total" doc:"Rows of the whole list"`
		Page    int         `json:"page"`
		Size    int         `json:"size"`
		AsOf    *time.Time  `json:"as_of,omitempty" doc:"The instant that was asked for"`
		Systems []systemDoc `json:"systems"`
	}
}

func (d *desk) apiListSystems(ctx context.Context, call web.Call, in *listQuery) (*systemsBody, error) {
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	a := readQuery(&in.url, d.systemReader(n, fieldweb.ForPrograms), call.Now)
	if err := fault.Refuse(a.wrong); err != nil {
		return nil, err
	}
	page, err := d.Registry.ListSystems(ctx, call.By, a.query)
	if err != nil {
		return nil, err
	}
	if n, err = d.names(ctx, call.By, pointers(page.Rows)...); err != nil {
		return nil, err
	}
	out := &systemsBody{}
	out.Body.Total, out.Body.Page, out.Body.Size = page.Total, page.Page, page.Size
	if !a.asOf.isNow() {
		out.Body.AsOf = web.OptionalInstant(&a.asOf.at)
	}
	out.Body.Systems = make([]systemDoc, len(page.Rows))
	for i := range page.Rows {
		if out.Body.Systems[i], err = systemDocument(&page.Rows[i], n, nil); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func systemDocument(s *inventory.System, n names, remarks []web.ProblemField) (systemDoc, error) {
	raw, err := document(inventory.SystemFields, s, n, rowFacts{s.Version, s.CreatedAt, s.UpdatedAt, remarks})
	return systemDoc{raw}, err
}

type systemOut struct {
	ETag string `header:"ETag"`
	Body systemDoc
}

// systemAnswer shows a system after a call.
func (d *desk) systemAnswer(ctx context.Context, call web.Call, s inventory.System, remarks []fault.Field) (*systemOut, error) {
	n, err := d.names(ctx, call.By, &s)
	if err != nil {
		return nil, err
	}
	doc, err := systemDocument(&s, n, web.Remarks(remarks, call.P))
	return &systemOut{ETag: web.ETag(s.Version), Body: doc}, err
}

type systemIn struct {
	Code string `path:"code" doc:"Code of the system"`
	AsOf string `query:"as_of" doc:"A day (its end) or an instant: the record as the register knew it then"`
}

func (d *desk) apiGetSystem(ctx context.Context, call web.Call, in *systemIn) (*systemOut, error) {
	at, wrong := readMoment(in.AsOf, call.Now)
	if err := fault.Refuse(wrong); err != nil {
		return nil, err
	}
	if !at.isNow() {
		v, err := d.Registry.FindSystemAsOf(ctx, call.By, in.Code, at.at)
		if err != nil {
			return nil, err
		}
		return d.systemAnswer(ctx, call, v.System, nil)
	}
	s, err := d.Registry.FindSystem(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	return d.systemAnswer(ctx, call, s, nil)
}

// stateDoc is one state in the history of a record.
type stateDoc struct {
	Version   int64       `json:"version"`
	ValidFrom time.Time   `json:"valid_from"`
	ValidTo   *time.Time  `json:"valid_to" doc:"null while it is the present state"`
	By        string      `json:"by" doc:"Who made it so"`
	Action    string      `json:"action" example:"changed"`
	Reason    string      `json:"reason,omitempty"`
	Origin    string      `json:"origin,omitempty" doc:"Address of the paper that the state comes from" example:"/changes/12"`
	Changes   []changeDoc `json:"changes" doc:"What differs from the state before, in canonical text"`
}

// changeDoc is one field that changed.
type changeDoc struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

type historyBody struct {
	Body struct {
		States []stateDoc `json:"states" doc:"Newest first"`
	}
}

type codeOnly struct {
	Code string `path:"code"`
}

func (d *desk) apiSystemHistory(ctx context.Context, call web.Call, in *codeOnly) (*historyBody, error) {
	versions, err := d.Registry.SystemHistory(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	n, err := d.names(ctx, call.By, statesOf(versions)...)
	if err != nil {
		return nil, err
	}
	return historyOf(systemStates(versions), inventory.SystemFields, n), nil
}

// historyOf writes the states of a record's history.
func historyOf[T any](states []state, c *field.Catalog[T], n names) *historyBody {
	out := &historyBody{}
	for i := range states {
		out.Body.States = append(out.Body.States, stateDocument(states, i, c, n))
	}
	return out
}

func stateDocument[T any](states []state, i int, c *field.Catalog[T], n names) stateDoc {
	s := states[i]
	doc := stateDoc{
		Version: s.version, ValidFrom: web.Instant(s.from), ValidTo: web.OptionalInstant(s.to), By: s.by, Action: s.action, Reason: s.reason, Origin: s.origin,
		Changes: []changeDoc{},
	}
	if i+1 == len(states) {
		return doc
	}
	for _, change := range s.diff(&states[i+1]) {
		f, ok := c.Find(change.Key)
		if ok && f.Kind == field.Ref {
			show := n.In(fieldweb.ForPrograms).Show
			change.Old, change.New = show(f.Options[0], change.Old), show(f.Options[0], change.New)
		}
		doc.Changes = append(doc.Changes, changeDoc{change.Key, change.Old, change.New})
	}
	return doc
}

type registerIn struct {
	ContentType string `header:"Content-Type"`
	Key         string `header:"Idempotency-Key" maxLength:"100" doc:"Makes a repeated call harmless"`
	Reason      string `query:"reason" maxLength:"500" doc:"Kept in the history"`
	RawBody     []byte `contentType:"application/json"`
}

func (d *desk) apiRegister(ctx context.Context, call web.Call, in *registerIn) (*systemOut, error) {
	body, err := readObject(in.ContentType, in.RawBody)
	if err != nil {
		return nil, err
	}
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	s := blankSystem(call.By)
	notes := readFields(d.systemReader(n, fieldweb.ForPrograms), &s, body, nil)
	if err := refuseAll(notes, func() []fault.Field { return inventory.CheckSystem(&s, calendar.DateOf(call.Now)) }); err != nil {
		return nil, err
	}
	s, remarks, err := d.Registry.Register(ctx, call.By, inventory.Registration{System: s, Reason: in.Reason, Key: in.Key})
	if err != nil {
		return nil, err
	}
	return d.systemAnswer(ctx, call, s, append(notes, remarks...))
}

// refuseAll refuses what could not be read, and says at once what the rules
// find besides.
func refuseAll(found []fault.Field, rules func() []fault.Field) error {
	if !fault.AnyError(found) {
		return nil
	}
	return fault.Refuse(append(found, fieldweb.NotAt(rules(), found)...))
}

type changeIn struct {
	Code        string `path:"code"`
	ContentType string `header:"Content-Type"`
	IfMatch     string `header:"If-Match" doc:"ETag of the version that the change is based on"`
	Reason      string `query:"reason" maxLength:"500" doc:"Kept in the history"`
	RawBody     []byte `contentType:"application/json"`
}

func (d *desk) apiPut(ctx context.Context, call web.Call, in *changeIn) (*systemOut, error) {
	return d.apiChange(ctx, call, in, func(present inventory.System) inventory.System {
		return inventory.System{OwnerID: present.OwnerID}
	})
}

func (d *desk) apiPatch(ctx context.Context, call web.Call, in *changeIn) (*systemOut, error) {
	return d.apiChange(ctx, call, in, func(present inventory.System) inventory.System { return present })
}

// apiChange changes a system, beginning with what from makes of the present
// one.
func (d *desk) apiChange(ctx context.Context, call web.Call, in *changeIn, from func(inventory.System) inventory.System) (*systemOut, error) {
	next, remarks, err := changeRecord(ctx, call, in, from, changing[inventory.System]{
		find:   d.Registry.FindSystem,
		names:  func(s *inventory.System) (names, error) { return d.names(ctx, call.By, s) },
		reader: d.systemReader,
		document: func(s *inventory.System, n names) (json.RawMessage, error) {
			doc, err := systemDocument(s, n, nil)
			return doc.raw, err
		},
		check:  func(s *inventory.System) []fault.Field { return inventory.CheckSystem(s, calendar.DateOf(call.Now)) },
		change: d.Registry.Change,
	})
	if err != nil {
		return nil, err
	}
	return d.systemAnswer(ctx, call, next, remarks)
}
