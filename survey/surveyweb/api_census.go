package surveyweb

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/survey"
	"qingce/survey/census"
)

const (
	apiCensus       = "/api/v1/census/{code}"
	apiCertificates = "/api/v1/certificates"
)

func censusOp(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Census"}}
}

func (d *desk) censusAPI(s *web.Server) {
	read, oversee := web.For(viewers()...).With(readSurveys), web.For(overseers()...).With(readSurveys)
	work := web.For(reviewers()...).With(writeSurveys)
	web.Operation(s, oversee, censusOp("get-census-readiness", http.MethodGet, apiCensus+"/readiness", "What still keeps a census from being locked"), d.apiReadiness)
	web.Operation(s, oversee, censusOp("list-census-sources", http.MethodGet, apiCensus+"/sources", "Lists of others, the newest first"), d.apiSources)
	web.Operation(s, oversee, censusOp("get-census-source", http.MethodGet, apiCensus+"/sources/{id}", "A list with its columns and what they hold"), d.apiSource)
	receive := censusOp("receive-census-source", http.MethodPost, apiCensus+"/sources", "Hand in a list")
	receive.Description = "The body is the file itself (xlsx or csv) with any columns. What they hold is proposed; nothing is matched before the mapping is sent."
	receive.MaxBodyBytes, receive.DefaultStatus = census.MaxFile, http.StatusCreated
	web.OperationWithin(s, slowCensus, work, receive, d.apiReceiveSource)
	web.OperationWithin(s, slowCensus, work, censusOp("map-census-source", http.MethodPut, apiCensus+"/sources/{id}/mapping", "Say what the columns of a list hold, and match it"), d.apiMapSource)
	web.OperationWithin(s, slowCensus, work, censusOp("rematch-census-source", http.MethodPost, apiCensus+"/sources/{id}/rematch", "Match a list again; what was decided stays"), d.apiRematch)
	web.Operation(s, work, censusOp("drop-census-source", http.MethodDelete, apiCensus+"/sources/{id}", "Take a list out of the census"), d.apiDropSource)

	web.Operation(s, read, censusOp("list-census-items", http.MethodGet, apiCensus+"/items", "What came of the lists, as far as the reader sees the departments"), d.apiItems)
	web.Operation(s, read, censusOp("get-census-item", http.MethodGet, apiCensus+"/items/{id}", "An item with the evidence"), d.apiItem)
	web.Operation(s, work, censusOp("decide-census-item", http.MethodPost, apiCensus+"/items/{id}/decision", "Settle an item"), d.apiDecide)
	web.Operation(s, work, censusOp("choose-census-match", http.MethodPost, apiCensus+"/items/{id}/match", "Say which declared system an item is"), d.apiChoose)
	web.Operation(s, work, censusOp("reconsider-census-item", http.MethodDelete, apiCensus+"/items/{id}/decision", "Take a decision back"), d.apiReconsider)

	web.Operation(s, read, censusOp("list-census-visits", http.MethodGet, apiCensus+"/visits", "Checks on the spot"), d.apiVisits)
	visit := censusOp("record-census-visit", http.MethodPost, apiCensus+"/visits", "Record a check on the spot")
	visit.DefaultStatus = http.StatusCreated
	web.Operation(s, work, visit, d.apiRecordVisit)

	lock := censusOp("lock-census", http.MethodPost, apiCensus+"/lock", "Lock a census and certify the count")
	lock.DefaultStatus, lock.Errors = http.StatusCreated, []int{http.StatusConflict}
	web.OperationWithin(s, slowCensus, web.For(auth.Office).With(writeSurveys), lock, d.apiLock)
	web.Operation(s, read, censusOp("list-certificates", http.MethodGet, apiCertificates, "Certificates, the newest first"), d.apiCertificateList)
	web.Operation(s, read, censusOp("get-certificate", http.MethodGet, apiCertificates+"/{id}", "A certificate with its totals"), d.apiCertificate)
	web.OperationWithin(s, slowCensus, read, censusOp("verify-certificate", http.MethodGet, apiCertificates+"/{id}/verification", "Recompute a certificate from the history of the register"), d.apiVerify)
}

type apiCensusIn struct {
	Code string `path:"code"`
}

type readinessOut struct {
	Body struct {
		Ready     bool  `json:"ready"`
		Bodies    int   `json:"bodies"`
		Accepted  int   `json:"accepted"`
		Sources   int   `json:"sources"`
		Unmatched int   `json:"sources_unmatched"`
		Undecided int   `json:"items_undecided"`
		Unsettled int64 `json:"systems_unverified" doc:"Of bodies in scope"`
		Outside   int64 `json:"systems_unverified_outside" doc:"Of other bodies; they would stay out of the count"`
		Verified  int64 `json:"systems_verified" doc:"Would be certified by a lock now"`
		Locked    int64 `json:"systems_locked" doc:"Are under lock already"`
	}
}

func (d *desk) apiReadiness(ctx context.Context, call web.Call, in *apiCensusIn) (*readinessOut, error) {
	r, err := d.Census.Readiness(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	out := &readinessOut{}
	out.Body.Ready, out.Body.Bodies, out.Body.Accepted, out.Body.Sources = r.Ready(), r.Bodies, r.Accepted, r.Sources
	out.Body.Unmatched, out.Body.Undecided, out.Body.Unsettled, out.Body.Outside, out.Body.Verified = r.Unmatched, r.Counts.Undecided, r.Unsettled, r.Outside, r.Verified
	out.Body.Locked = r.Locked
	return out, nil
}

// sourceDoc is a list as the API shows it.
type sourceDoc struct {
	ID        int64          `json:"id"`
	Kind      string         `json:"kind" enum:"cloud,finance,network,djbh,audit,other"`
	Title     string         `json:"title"`
	Complete  bool           `json:"complete"`
	State     string         `json:"state" enum:"received,matched,dropped"`
	FileName  string         `json:"file_name"`
	SHA256    string         `json:"sha256"`
	Lines     int            `json:"lines"`
	Columns   []columnDoc    `json:"columns"`
	Results   map[string]int `json:"results" doc:"Items by result"`
	Undecided int            `json:"undecided"`
	MatchedAt *time.Time     `json:"matched_at,omitempty"`
	Version   int64          `json:"version"`
}

type columnDoc struct {
	Number   int      `json:"number"`
	Title    string   `json:"title"`
	Examples []string `json:"examples"`
	Field    string   `json:"field" doc:"What it holds: a field of systems, or port; empty for nothing"`
	Unit     string   `json:"unit,omitempty" doc:"Of money: yuan or wan"`
}

func sourceDocOf(s census.Source) sourceDoc {
	doc := sourceDoc{
		ID: int64(s.ID), Kind: string(s.Kind), Title: s.Title, Complete: s.Complete, State: string(s.State), FileName: s.FileName, SHA256: s.Sha256,
		Lines: s.LinesTotal, Columns: []columnDoc{}, Results: map[string]int{}, Undecided: s.Undecided, MatchedAt: web.OptionalInstant(s.MatchedAt), Version: s.Version,
	}
	for _, c := range s.Columns {
		m := s.Mapping.Field(c.Number)
		doc.Columns = append(doc.Columns, columnDoc{c.Number, c.Title, c.Examples, m.Field, m.Unit})
	}
	for _, r := range census.Results() {
		doc.Results[string(r)] = s.Of(r)
	}
	return doc
}

type sourcesOut struct {
	Body struct {
		Sources []sourceDoc `json:"sources"`
	}
}

func (d *desk) apiSources(ctx context.Context, call web.Call, in *apiCensusIn) (*sourcesOut, error) {
	all, err := d.Census.ListSources(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	out := &sourcesOut{}
	out.Body.Sources = []sourceDoc{}
	for _, s := range all {
		out.Body.Sources = append(out.Body.Sources, sourceDocOf(s))
	}
	return out, nil
}

type sourceOut struct{ Body sourceDoc }

func answerSource(s census.Source, err error) (*sourceOut, error) {
	if err != nil {
		return nil, err
	}
	return &sourceOut{sourceDocOf(s)}, nil
}

type apiSourceIn struct {
	Code string `path:"code"`
	ID   int64  `path:"id"`
}

func (d *desk) apiSource(ctx context.Context, call web.Call, in *apiSourceIn) (*sourceOut, error) {
	return answerSource(d.Census.FindSource(ctx, call.By, in.Code, census.SourceID(in.ID)))
}

type apiReceiveIn struct {
	Code     string `path:"code"`
	Kind     string `query:"kind" enum:"cloud,finance,network,djbh,audit,other" required:"true"`
	Title    string `query:"title" maxLength:"80"`
	Complete bool   `query:"complete" doc:"The list has everything of its sort: what is declared and not on it is surplus"`
	Name     string `query:"name" default:"list.xlsx" maxLength:"200" doc:"File name, for the record"`
	RawBody  []byte `contentType:"application/octet-stream"`
}

func (d *desk) apiReceiveSource(ctx context.Context, call web.Call, in *apiReceiveIn) (*sourceOut, error) {
	return answerSource(d.Census.ReceiveSource(ctx, call.By, in.Code, census.NewSource{
		Kind: census.SourceKind(in.Kind), Title: in.Title, Complete: in.Complete, FileName: in.Name, Data: in.RawBody,
	}))
}

type apiMapIn struct {
	Code string `path:"code"`
	ID   int64  `path:"id"`
	Body struct {
		Version int64 `json:"version,omitempty" doc:"Of the list as it was read; 0 for whichever it is"`
		Columns []struct {
			Number int    `json:"number"`
			Field  string `json:"field"`
			Unit   string `json:"unit,omitempty" doc:"Of money: yuan or wan"`
		} `json:"columns"`
	}
}

func (d *desk) apiMapSource(ctx context.Context, call web.Call, in *apiMapIn) (*sourceOut, error) {
	m := census.Mapping{}
	for _, c := range in.Body.Columns {
		m = append(m, census.Mapped{Column: c.Number, Field: c.Field, Unit: c.Unit})
	}
	return answerSource(d.Census.MapSource(ctx, call.By, in.Code, census.SourceID(in.ID), in.Body.Version, m))
}

func (d *desk) apiRematch(ctx context.Context, call web.Call, in *apiSourceIn) (*sourceOut, error) {
	return answerSource(d.Census.Rematch(ctx, call.By, in.Code, census.SourceID(in.ID)))
}

type apiDropIn struct {
	Code   string `path:"code"`
	ID     int64  `path:"id"`
	Reason string `query:"reason"`
}

func (d *desk) apiDropSource(ctx context.Context, call web.Call, in *apiDropIn) (*sourceOut, error) {
	return answerSource(d.Census.DropSource(ctx, call.By, in.Code, census.SourceID(in.ID), in.Reason))
}

// itemDoc is an item as the API shows it.
type itemDoc struct {
	ID          int64               `json:"id"`
	Source      int64               `json:"source"`
	Line        int                 `json:"line" doc:"Row in the file; 0 for a declared system that the list lacks"`
	Name        string              `json:"name"`
	OwnerName   string              `json:"owner_name" doc:"As the list writes it"`
	Department  string              `json:"department" doc:"Code; empty while it is not known"`
	Result      string              `json:"result" enum:"match,differs,omitted,surplus,unclear"`
	MatchedBy   string              `json:"matched_by,omitempty" enum:"code,url,address,name,person"`
	Score       int                 `json:"score,omitempty" doc:"Of 100"`
	Row         int64               `json:"row,omitempty" doc:"Row of the survey"`
	System      string              `json:"system,omitempty" doc:"Code of the declared system"`
	Values      map[string]string   `json:"values" doc:"What could be read, canonical text by field"`
	Unread      map[string]string   `json:"unread,omitempty" doc:"What could not"`
	Differences []census.Difference `json:"differences"`
	Candidates  []census.Candidate  `json:"candidates"`
	Decision    string              `json:"decision" enum:"open,none,agreed,added,asked,dismissed"`
	Reason      string              `json:"reason,omitempty"`
	DecidedBy   string              `json:"decided_by,omitempty"`
	DecidedAt   *time.Time          `json:"decided_at,omitempty"`
	Version     int64               `json:"version"`
}

func itemDocOf(i census.Item, code, system string) itemDoc {
	doc := itemDoc{
		ID: int64(i.ID), Source: int64(i.SourceID), Line: i.Line, Name: i.Name, OwnerName: i.OwnerName, Department: code, Result: string(i.Result),
		MatchedBy: string(i.MatchedBy), Score: i.Score, System: system, Values: i.Body, Unread: i.Unread, Differences: i.Differences,
		Candidates: i.Candidates, Decision: string(i.Decision), Reason: i.Reason, DecidedBy: i.DecidedName, DecidedAt: web.OptionalInstant(i.DecidedAt), Version: i.Version,
	}
	if i.RowID != nil {
		doc.Row = int64(*i.RowID)
	}
	return doc
}

type apiItemsIn struct {
	Code     string `path:"code"`
	Source   int64  `query:"source"`
	Result   string `query:"result" enum:"match,differs,omitted,surplus,unclear"`
	Decision string `query:"decision" enum:"open,none,agreed,added,asked,dismissed"`
	Search   string `query:"q"`
	Page     int    `query:"page" minimum:"1" default:"1"`
	Size     int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}

type itemsOut struct {
	Body struct {
		Total int64          `json:"total"`
		By    map[string]int `json:"by" doc:"What fits by result, whichever result was asked for"`
		Items []itemDoc      `json:"items"`
	}
}

func (d *desk) apiItems(ctx context.Context, call web.Call, in *apiItemsIn) (*itemsOut, error) {
	q := census.ItemQuery{Source: census.SourceID(in.Source), Search: in.Search, Page: in.Page, Size: in.Size}
	if in.Result != "" {
		q.Results = []census.Result{census.Result(in.Result)}
	}
	if in.Decision != "" {
		q.Decisions = []census.Decision{census.Decision(in.Decision)}
	}
	page, err := d.Census.ListItems(ctx, call.By, in.Code, q)
	if err != nil {
		return nil, err
	}
	out := &itemsOut{}
	out.Body.Total, out.Body.By, out.Body.Items = page.Total, map[string]int{}, []itemDoc{}
	for r, n := range page.By {
		out.Body.By[string(r)] = n
	}
	for _, i := range page.Items {
		out.Body.Items = append(out.Body.Items, itemDocOf(i.Item, i.Owner.Code, i.Declared.Code))
	}
	return out, nil
}

type itemOut struct{ Body itemDoc }

func (d *desk) apiItem(ctx context.Context, call web.Call, in *apiSourceIn) (*itemOut, error) {
	return d.answerItem(ctx, call, in.Code, census.ItemID(in.ID), nil)
}

// answerItem is an item as it stands after an act.
func (d *desk) answerItem(ctx context.Context, call web.Call, code string, id census.ItemID, err error) (*itemOut, error) {
	if err != nil {
		return nil, err
	}
	i, err := d.Census.FindItem(ctx, call.By, code, id)
	if err != nil {
		return nil, err
	}
	return &itemOut{itemDocOf(i.Item, i.Owner.Code, i.Declared.Code)}, nil
}

type apiDecideIn struct {
	Code string `path:"code"`
	ID   int64  `path:"id"`
	Body struct {
		Version    int64  `json:"version,omitempty"`
		Decision   string `json:"decision" enum:"agreed,added,asked,dismissed"`
		Department string `json:"department,omitempty" doc:"Code, where the list does not say whose system it is"`
		Name       string `json:"name,omitempty"`
		Text       string `json:"text,omitempty" doc:"What the department is told; empty takes the usual words"`
		Reason     string `json:"reason,omitempty"`
	}
}

func (d *desk) apiDecide(ctx context.Context, call web.Call, in *apiDecideIn) (*itemOut, error) {
	ruling := census.Ruling{Decision: census.Decision(in.Body.Decision), Name: in.Body.Name, Text: in.Body.Text, Reason: in.Body.Reason}
	if in.Body.Department != "" {
		dept, err := d.departmentOf(ctx, in.Body.Department)
		if err != nil {
			return nil, err
		}
		ruling.Department = dept.ID
	}
	_, err := d.Census.Decide(ctx, call.By, in.Code, census.ItemID(in.ID), in.Body.Version, ruling)
	return d.answerItem(ctx, call, in.Code, census.ItemID(in.ID), err)
}

// departmentOf finds a department by what programs call it.
func (d *desk) departmentOf(ctx context.Context, word string) (inventory.Department, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return inventory.Department{}, err
	}
	dept, ok := dir.Lookup(word)
	if !ok {
		return inventory.Department{}, fault.Refuse([]fault.Field{fault.At("department", "survey.err.department", "value", word)})
	}
	return dept, nil
}

type apiChooseIn struct {
	Code string `path:"code"`
	ID   int64  `path:"id"`
	Body struct {
		Version int64 `json:"version,omitempty"`
		Row     int64 `json:"row,omitempty" doc:"Row of the survey"`
		System  int64 `json:"system,omitempty" doc:"Number of a record that is on no form"`
	}
}

func (d *desk) apiChoose(ctx context.Context, call web.Call, in *apiChooseIn) (*itemOut, error) {
	pick := census.Pick{Row: survey.RowID(in.Body.Row), System: inventory.SystemID(in.Body.System)}
	_, err := d.Census.Choose(ctx, call.By, in.Code, census.ItemID(in.ID), in.Body.Version, pick)
	return d.answerItem(ctx, call, in.Code, census.ItemID(in.ID), err)
}

func (d *desk) apiReconsider(ctx context.Context, call web.Call, in *apiDropIn) (*itemOut, error) {
	_, err := d.Census.Reconsider(ctx, call.By, in.Code, census.ItemID(in.ID), 0, in.Reason)
	return d.answerItem(ctx, call, in.Code, census.ItemID(in.ID), err)
}

// visitDoc is a check on the spot as the API shows it.
type visitDoc struct {
	ID         int64         `json:"id"`
	Department string        `json:"department"`
	Row        int64         `json:"row,omitempty"`
	Name       string        `json:"name"`
	VisitedOn  calendar.Date `json:"visited_on"`
	People     string        `json:"people"`
	Result     string        `json:"result" enum:"match,differs,omitted,surplus"`
	Finding    string        `json:"finding"`
	Told       bool          `json:"told" doc:"It was put to the department"`
	Withdrawn  bool          `json:"withdrawn"`
}

func visitDocOf(v census.Visit, code string) visitDoc {
	doc := visitDoc{
		ID: int64(v.ID), Department: code, Name: v.Name, VisitedOn: v.VisitedOn, People: v.People, Result: string(v.Result), Finding: v.Finding,
		Told: v.Told, Withdrawn: v.WithdrawnAt != nil,
	}
	if v.RowID != nil {
		doc.Row = int64(*v.RowID)
	}
	return doc
}

type apiVisitsIn struct {
	Code string `path:"code"`
	Page int    `query:"page" minimum:"1" default:"1"`
	Size int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}

type visitsOut struct {
	Body struct {
		Total  int64      `json:"total"`
		Visits []visitDoc `json:"visits"`
	}
}

func (d *desk) apiVisits(ctx context.Context, call web.Call, in *apiVisitsIn) (*visitsOut, error) {
	lines, total, err := d.Census.ListVisits(ctx, call.By, in.Code, in.Page, in.Size)
	if err != nil {
		return nil, err
	}
	out := &visitsOut{}
	out.Body.Total, out.Body.Visits = total, []visitDoc{}
	for _, l := range lines {
		out.Body.Visits = append(out.Body.Visits, visitDocOf(l.Visit, l.Body.Code))
	}
	return out, nil
}

type apiVisitIn struct {
	Code string `path:"code"`
	Body struct {
		Department string        `json:"department"`
		Row        int64         `json:"row,omitempty" doc:"Row of the survey; 0 for a system that is not declared"`
		Name       string        `json:"name,omitempty" doc:"Of a system that is not declared"`
		VisitedOn  calendar.Date `json:"visited_on"`
		People     string        `json:"people"`
		Result     string        `json:"result" enum:"match,differs,omitted,surplus"`
		Finding    string        `json:"finding"`
		Tell       bool          `json:"tell,omitempty" doc:"Put it to the department"`
	}
}

type visitOut struct{ Body visitDoc }

func (d *desk) apiRecordVisit(ctx context.Context, call web.Call, in *apiVisitIn) (*visitOut, error) {
	dept, err := d.departmentOf(ctx, in.Body.Department)
	if err != nil {
		return nil, err
	}
	b := in.Body
	v, err := d.Census.RecordVisit(ctx, call.By, in.Code, census.NewVisit{
		Department: dept.ID, Row: survey.RowID(b.Row), Name: b.Name, VisitedOn: b.VisitedOn, People: b.People, Result: census.Result(b.Result), Finding: b.Finding, Tell: b.Tell,
	})
	if err != nil {
		return nil, err
	}
	return &visitOut{visitDocOf(v, dept.Code)}, nil
}

// certificateDoc is a certificate as the API shows it.
type certificateDoc struct {
	ID          int64         `json:"id"`
	Number      string        `json:"number"`
	Title       string        `json:"title"`
	CertifiedOn calendar.Date `json:"certified_on"`
	CertifiedAt time.Time     `json:"certified_at"`
	Signed      string        `json:"signed"`
	Systems     int           `json:"systems"`
	Municipal   int           `json:"municipal"`
	Others      int           `json:"others"`
	Bodies      int           `json:"bodies"`
	Totals      census.Totals `json:"totals"`
	Method      int           `json:"method"`
	Hash        string        `json:"hash"`
}

func certificateDocOf(c census.Certificate) certificateDoc {
	return certificateDoc{
		int64(c.ID), c.Number, c.Title, c.CertifiedOn, web.Instant(c.CertifiedAt), c.SignedName, c.Systems, c.Municipal, c.Others, c.Bodies, c.Totals, c.Method, c.Hash,
	}
}

type certificateOut struct{ Body certificateDoc }

func (d *desk) apiLock(ctx context.Context, call web.Call, in *apiCensusIn) (*certificateOut, error) {
	c, err := d.Census.Lock(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	return &certificateOut{certificateDocOf(c)}, nil
}

type certificatesOut struct {
	Body struct {
		Certificates []certificateDoc `json:"certificates"`
	}
}

func (d *desk) apiCertificateList(ctx context.Context, call web.Call, _ *struct{}) (*certificatesOut, error) {
	all, err := d.Census.ListCertificates(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &certificatesOut{}
	out.Body.Certificates = []certificateDoc{}
	for _, c := range all {
		out.Body.Certificates = append(out.Body.Certificates, certificateDocOf(c))
	}
	return out, nil
}

type apiCertificateIn struct {
	ID int64 `path:"id"`
}

func (d *desk) apiCertificate(ctx context.Context, call web.Call, in *apiCertificateIn) (*certificateOut, error) {
	c, err := d.Census.FindCertificate(ctx, call.By, census.CertificateID(in.ID))
	if err != nil {
		return nil, err
	}
	return &certificateOut{certificateDocOf(c)}, nil
}

type verificationOut struct {
	Body struct {
		OK      bool               `json:"ok"`
		Hash    string             `json:"hash" doc:"As it comes out now"`
		Systems int                `json:"systems"`
		Found   []web.ProblemField `json:"found" doc:"What does not agree"`
		More    int                `json:"more" doc:"How much more does not"`
	}
}

func (d *desk) apiVerify(ctx context.Context, call web.Call, in *apiCertificateIn) (*verificationOut, error) {
	v, err := d.Census.Verify(ctx, call.By, census.CertificateID(in.ID))
	if err != nil {
		return nil, err
	}
	out := &verificationOut{}
	out.Body.OK, out.Body.Hash, out.Body.Systems, out.Body.More = v.OK(), v.Hash, v.Systems, v.More
	out.Body.Found = append([]web.ProblemField{}, web.Remarks(v.Found, call.P)...)
	return out, nil
}
