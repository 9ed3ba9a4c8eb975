package catalogweb

import (
	"context"
	"net/http"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/catalog"
)

const apiCatalog = "/api/v1/catalog"

func (d *desk) deskAPI(s *web.Server) {
	read := web.For(catalog.Viewers()...).With(readCatalog)
	keep, decide := web.For(catalog.Keepers()...).With(writeCatalog), web.For(catalog.Publishers()...).With(writeCatalog)
	web.Operation(s, read, catalogOp("list-classes", http.MethodGet, apiCatalog+"/classes", "The classification tree"), d.apiClasses)
	add := catalogOp("add-class", http.MethodPost, apiCatalog+"/classes", "Add a class to the tree")
	add.DefaultStatus = http.StatusCreated
	web.Operation(s, keep, add, d.apiAddClass)
	web.Operation(s, keep, catalogOp("change-class", http.MethodPut, apiCatalog+"/classes/{code}", "Change the name, the lead or the note of a class, or close it"), d.apiChangeClass)
	web.Operation(s, read, catalogOp("sum-catalog", http.MethodGet, apiCatalog+"/numbers", "The catalog in numbers, by department"), d.apiNumbers)

	web.Operation(s, read, catalogOp("list-filings", http.MethodGet, apiCatalog+"/filings", "Whether departments have handed their catalogs in"), d.apiFilings)
	web.Operation(s, decide, catalogOp("ask-filings", http.MethodPost, apiCatalog+"/filings", "Ask departments for their catalogs by a day"), d.apiAskFilings)
	file := web.For(filers()...).With(writeCatalog)
	web.Operation(s, file, catalogOp("move-filing", http.MethodPost, apiCatalog+"/filings/{department}/moves", "Hand a catalog in, accept or return it"), d.apiMoveFiling)

	web.Operation(s, read, catalogOp("list-law-changes", http.MethodGet, apiCatalog+"/changes", "Changes of laws and duties, and who has to update the catalog by when"), d.apiChanges)
	record := catalogOp("record-law-change", http.MethodPost, apiCatalog+"/changes", "Record that a law or a duty changed; the departments have 15 working days")
	record.DefaultStatus = http.StatusCreated
	web.Operation(s, web.For(recorders()...).With(writeCatalog), record, d.apiAddChange)

	web.Operation(s, read, catalogOp("list-overlaps", http.MethodGet, apiCatalog+"/overlaps", "Items that several departments collect although the hub holds them"), d.apiOverlaps)
	web.OperationWithin(s, slowWork, keep, catalogOp("find-overlaps", http.MethodPost, apiCatalog+"/overlaps", "Look for them now"), d.apiFindOverlaps)
	web.Operation(s, decide, catalogOp("decide-overlap", http.MethodPost, apiCatalog+"/overlaps/{id}", "Confirm or dismiss one"), d.apiDecideOverlap)
}

type catalogClassDoc struct {
	Code       string          `json:"code"`
	Parent     string          `json:"parent"`
	Name       string          `json:"name"`
	Level      catalog.Level   `json:"level" enum:"class,item,object,detail"`
	Library    catalog.Library `json:"library" enum:"base,theme,dept"`
	Lead       string          `json:"lead" doc:"Code of the department"`
	Origin     string          `json:"origin"`
	Unverified bool            `json:"unverified" doc:"The number was inferred"`
	Closed     bool            `json:"closed"`
	Note       string          `json:"note"`
	Version    int64           `json:"version" doc:"The ETag"`
}

func classDocument(n names, c catalog.Class) catalogClassDoc {
	out := catalogClassDoc{
		Code: c.Code, Parent: c.ParentCode, Name: c.Name, Level: c.Level, Library: c.Library, Origin: c.Origin, Unverified: c.Unverified,
		Closed: c.Closed, Note: c.Note, Version: c.Version,
	}
	if c.LeadID != nil {
		out.Lead = codeOf(n, *c.LeadID)
	}
	return out
}

type classesOut struct {
	Body struct {
		Classes []catalogClassDoc `json:"classes"`
	}
}

func (d *desk) apiClasses(ctx context.Context, call web.Call, _ *struct{}) (*classesOut, error) {
	all, err := d.Catalog.Classes(ctx, call.By)
	if err != nil {
		return nil, err
	}
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &classesOut{}
	out.Body.Classes = make([]catalogClassDoc, len(all))
	for i, c := range all {
		out.Body.Classes[i] = classDocument(n, c)
	}
	return out, nil
}

type catalogClassInput struct {
	Code   string `json:"code,omitempty" doc:"Of a new class: the code of its parent and digits behind it"`
	Parent string `json:"parent,omitempty" doc:"Of a new class"`
	Name   string `json:"name"`
	Lead   string `json:"lead,omitempty" doc:"Code of the department that leads a base or theme library"`
	Closed bool   `json:"closed,omitempty"`
	Note   string `json:"note,omitempty"`
}

type classOut struct {
	ETag string `header:"ETag"`
	Body catalogClassDoc
}

func (d *desk) classForm(ctx context.Context, call web.Call, in catalogClassInput) (names, catalog.ClassForm, error) {
	out := catalog.ClassForm{Code: in.Code, Parent: in.Parent, Name: in.Name, Closed: in.Closed, Note: in.Note}
	n, err := d.names(ctx, call.By)
	if err != nil || in.Lead == "" {
		return n, out, err
	}
	ids, err := departmentsNamed(n, "lead", []string{in.Lead})
	if err != nil {
		return n, out, err
	}
	out.Lead = &ids[0]
	return n, out, nil
}

func (d *desk) apiAddClass(ctx context.Context, call web.Call, in *struct{ Body catalogClassInput }) (*classOut, error) {
	n, form, err := d.classForm(ctx, call, in.Body)
	if err != nil {
		return nil, err
	}
	c, err := d.Catalog.AddClass(ctx, call.By, form)
	if err != nil {
		return nil, err
	}
	return &classOut{web.ETag(c.Version), classDocument(n, c)}, nil
}

type changeClassIn struct {
	Code    string `path:"code" maxLength:"20"`
	IfMatch string `header:"If-Match" doc:"The ETag of what was read"`
	Body    catalogClassInput
}

func (d *desk) apiChangeClass(ctx context.Context, call web.Call, in *changeClassIn) (*classOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	n, form, err := d.classForm(ctx, call, in.Body)
	if err != nil {
		return nil, err
	}
	c, err := d.Catalog.ChangeClass(ctx, call.By, in.Code, version, form)
	if err != nil {
		return nil, err
	}
	return &classOut{web.ETag(c.Version), classDocument(n, c)}, nil
}

type catalogNumbersDoc struct {
	Department    string `json:"department,omitempty" doc:"Code; empty for all"`
	Entries       int64  `json:"entries"`
	Items         int64  `json:"items"`
	Unconditional int64  `json:"unconditional"`
	Conditional   int64  `json:"conditional"`
	NotShared     int64  `json:"not_shared"`
	Mounted       int64  `json:"mounted"`
	Fresh         int64  `json:"fresh" doc:"Mounted and not too old"`
	Stale         int64  `json:"stale"`
	Records       int64  `json:"total_records"`
	Shared        int64  `json:"shared_records"`
	Systems       int64  `json:"systems" doc:"That an entry names"`
	Registered    int64  `json:"registered_systems"`
}

type numbersOut struct {
	Body struct {
		All         catalogNumbersDoc   `json:"all"`
		Departments []catalogNumbersDoc `json:"departments"`
	}
}

func (d *desk) apiNumbers(ctx context.Context, call web.Call, _ *struct{}) (*numbersOut, error) {
	t, err := d.Catalog.Sum(ctx, call.By)
	if err != nil {
		return nil, err
	}
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &numbersOut{}
	out.Body.All = catalogNumbersDoc{
		"", t.Entries, t.Items, t.Share[0], t.Share[1], t.Share[2], t.Mounted, t.Fresh, t.Stale, t.Records, t.Shared, t.Systems, t.Registered,
	}
	out.Body.Departments = make([]catalogNumbersDoc, len(t.Lines))
	for i, l := range t.Lines {
		out.Body.Departments[i] = catalogNumbersDoc{
			codeOf(n, l.DepartmentID), l.Entries, l.Items, l.Share[0], l.Share[1], l.Share[2], l.Mounted, l.Fresh, l.Stale, l.Records, l.Shared, l.Systems, l.Registered,
		}
	}
	return out, nil
}

type filingDoc struct {
	Department    string              `json:"department"`
	State         catalog.FilingState `json:"state" enum:"asked,submitted,returned,accepted"`
	DueOn         calendar.Date       `json:"due_on"`
	AcceptedOn    calendar.Date       `json:"accepted_on"`
	Late          int                 `json:"late_wd" doc:"Working days after the due day"`
	Nothing       bool                `json:"nothing" doc:"There is nothing to share"`
	Drafts        int64               `json:"drafts"`
	InReview      int64               `json:"in_review"`
	Published     int64               `json:"published"`
	Unconditional int64               `json:"unconditional"`
	Conditional   int64               `json:"conditional"`
	NotShared     int64               `json:"not_shared"`
	Version       int64               `json:"version"`
}

type filingsOut struct {
	Body struct {
		Filings []filingDoc `json:"filings"`
	}
}

func (d *desk) apiFilings(ctx context.Context, call web.Call, _ *struct{}) (*filingsOut, error) {
	rows, err := d.Catalog.Filings(ctx, call.By)
	if err != nil {
		return nil, err
	}
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &filingsOut{}
	out.Body.Filings = make([]filingDoc, len(rows))
	for i, f := range rows {
		out.Body.Filings[i] = filingDoc{
			Department: codeOf(n, f.DepartmentID), State: f.State, DueOn: f.DueOn, AcceptedOn: f.AcceptedOn, Late: f.Late, Nothing: f.NothingHeld,
			Drafts: f.Drafts, InReview: f.InReview, Published: f.Published, Unconditional: f.Share[0], Conditional: f.Share[1], NotShared: f.Share[2], Version: f.Version,
		}
	}
	return out, nil
}

type askFilingsIn struct {
	Body struct {
		DueOn       calendar.Date `json:"due_on"`
		Departments []string      `json:"departments" doc:"Codes"`
	}
}

func (d *desk) apiAskFilings(ctx context.Context, call web.Call, in *askFilingsIn) (*struct{}, error) {
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	ids, err := departmentsNamed(n, "departments", in.Body.Departments)
	if err != nil {
		return nil, err
	}
	return nil, d.Catalog.AskFilings(ctx, call.By, in.Body.DueOn, ids)
}

type moveFilingIn struct {
	Department string `path:"department" maxLength:"20"`
	IfMatch    string `header:"If-Match" doc:"The version of what was read, as an ETag"`
	Body       struct {
		Move      string `json:"move" enum:"hand_in,accept,return"`
		Nothing   bool   `json:"nothing,omitempty" doc:"hand_in: there is nothing to share"`
		Statement string `json:"statement,omitempty" doc:"And why"`
		Reason    string `json:"reason,omitempty" doc:"Of return"`
	}
}

func (d *desk) apiMoveFiling(ctx context.Context, call web.Call, in *moveFilingIn) (*struct{}, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	dept, ok := n.dir.ByCode(in.Department)
	if !ok {
		return nil, fault.New(fault.NotFound, "err.not_found")
	}
	switch in.Body.Move {
	case "hand_in":
		_, err = d.Catalog.HandIn(ctx, call.By, dept.ID, version, in.Body.Nothing, in.Body.Statement)
	case "accept":
		_, err = d.Catalog.AcceptFiling(ctx, call.By, dept.ID, version)
	default:
		_, err = d.Catalog.ReturnFiling(ctx, call.By, dept.ID, version, in.Body.Reason)
	}
	return nil, err
}

type lawChangeDoc struct {
	ID          catalog.ChangeID   `json:"id"`
	Kind        catalog.ChangeKind `json:"kind" enum:"law,duty"`
	Title       string             `json:"title"`
	DocNo       string             `json:"doc_no"`
	ChangedOn   calendar.Date      `json:"changed_on"`
	Departments []touchedDoc       `json:"departments"`
}

type touchedDoc struct {
	Department string           `json:"department"`
	DueOn      calendar.Date    `json:"due_on" doc:"15 working days after the change (art. 6)"`
	DoneAt     *time.Time       `json:"done_at"`
	Entry      *catalog.EntryID `json:"entry" doc:"Whose new version answered"`
	Statement  string           `json:"statement" doc:"Why no entry is touched"`
}

func lawChangeDocument(n names, c catalog.ChangeRow) lawChangeDoc {
	out := lawChangeDoc{ID: c.ID, Kind: c.Kind, Title: c.Title, DocNo: c.DocNo, ChangedOn: c.ChangedOn, Departments: make([]touchedDoc, len(c.Departments))}
	for i, t := range c.Departments {
		out.Departments[i] = touchedDoc{codeOf(n, t.DepartmentID), t.DueOn, web.OptionalInstant(t.DoneAt), t.EntryID, t.Statement}
	}
	return out
}

type lawChangesOut struct {
	Body struct {
		Changes []lawChangeDoc `json:"changes"`
	}
}

func (d *desk) apiChanges(ctx context.Context, call web.Call, _ *struct{}) (*lawChangesOut, error) {
	all, err := d.Catalog.Changes(ctx, call.By)
	if err != nil {
		return nil, err
	}
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &lawChangesOut{}
	out.Body.Changes = make([]lawChangeDoc, len(all))
	for i, c := range all {
		out.Body.Changes[i] = lawChangeDocument(n, c)
	}
	return out, nil
}

type addLawChangeIn struct {
	Body struct {
		Kind        catalog.ChangeKind `json:"kind" enum:"law,duty"`
		Title       string             `json:"title"`
		DocNo       string             `json:"doc_no,omitempty"`
		ChangedOn   calendar.Date      `json:"changed_on"`
		Note        string             `json:"note,omitempty"`
		Departments []string           `json:"departments" doc:"Codes of the departments that it touches"`
	}
}

type lawChangeOut struct{ Body lawChangeDoc }

func (d *desk) apiAddChange(ctx context.Context, call web.Call, in *addLawChangeIn) (*lawChangeOut, error) {
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	form := catalog.ChangeForm{Kind: in.Body.Kind, Title: in.Body.Title, DocNo: in.Body.DocNo, ChangedOn: in.Body.ChangedOn, Note: in.Body.Note}
	if form.Departments, err = departmentsNamed(n, "departments", in.Body.Departments); err != nil {
		return nil, err
	}
	c, err := d.Catalog.RecordChange(ctx, call.By, form)
	if err != nil {
		return nil, err
	}
	row, err := d.Catalog.FindChange(ctx, call.By, c.ID)
	if err != nil {
		return nil, err
	}
	return &lawChangeOut{lawChangeDocument(n, row)}, nil
}

type overlapDoc struct {
	ID          catalog.OverlapID    `json:"id"`
	Name        string               `json:"name"`
	Holder      string               `json:"holder" doc:"Code of the entry that has the data"`
	Departments int64                `json:"departments" doc:"That have it too"`
	Entries     int64                `json:"entries"`
	State       catalog.OverlapState `json:"state" enum:"proposed,confirmed,dismissed"`
	Reason      string               `json:"reason"`
	Version     int64                `json:"version"`
}

type overlapsAsked struct {
	State string `query:"state" enum:"proposed,confirmed,dismissed"`
	Page  int    `query:"page" minimum:"1" default:"1"`
	Size  int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}

type overlapsOut struct {
	Body struct {
		Total    int64        `json:"total"`
		Overlaps []overlapDoc `json:"overlaps"`
	}
}

func (d *desk) apiOverlaps(ctx context.Context, call web.Call, in *overlapsAsked) (*overlapsOut, error) {
	page, err := d.Catalog.Overlaps(ctx, call.By, catalog.OverlapState(in.State), in.Page, in.Size)
	if err != nil {
		return nil, err
	}
	out := &overlapsOut{}
	out.Body.Total, out.Body.Overlaps = page.Total, make([]overlapDoc, len(page.Rows))
	for i, o := range page.Rows {
		out.Body.Overlaps[i] = overlapDoc{o.ID, o.Name, page.Holders[o.HolderID].Code, o.Departments, o.Entries, o.State, o.Reason, o.Version}
	}
	return out, nil
}

type overlapsFound struct {
	Body struct {
		Found int `json:"found"`
	}
}

func (d *desk) apiFindOverlaps(ctx context.Context, call web.Call, _ *struct{}) (*overlapsFound, error) {
	n, err := d.Catalog.ProposeOverlaps(ctx, call.By)
	out := &overlapsFound{}
	out.Body.Found = n
	return out, err
}

type decideOverlapIn struct {
	ID      int64  `path:"id" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The version of what was read, as an ETag"`
	Body    struct {
		Confirm bool   `json:"confirm"`
		Reason  string `json:"reason,omitempty" doc:"Of a dismissal"`
	}
}

func (d *desk) apiDecideOverlap(ctx context.Context, call web.Call, in *decideOverlapIn) (*struct{}, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	_, err = d.Catalog.DecideOverlap(ctx, call.By, catalog.OverlapID(in.ID), version, in.Body.Confirm, in.Body.Reason)
	return nil, err
}
