package hubweb

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/hub"
)

const apiPath = "/api/v1/hub"

func hubOp(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: apiPath + path, Summary: summary, Tags: []string{"Hub"}}
}

func (d *desk) connectionsAPI(s *web.Server) {
	read, write := web.For(viewers()...).With(readScope), web.For(movers()...).With(writeScope)
	summary := hubOp("sum-up-connections", http.MethodGet, "", "How many systems must be connected with the hub, and are")
	summary.Description = "With on the rate at the end of that day, by the events that are known now; the other numbers are of today."
	web.Operation(s, read, summary, d.apiSummary)
	web.Operation(s, read, hubOp("course-of-connections", http.MethodGet, "/course", "The rate from day to day, and what moved it"), d.apiCourse)
	web.Operation(s, read, hubOp("list-connections", http.MethodGet, "/connections", "List connections"), d.apiList)
	const one = "/connections/{code}"
	web.Operation(s, read, hubOp("get-connection", http.MethodGet, one, "The connection of a system, with its papers and history"), d.apiGet)
	move := hubOp("move-connection", http.MethodPost, one+"/moves", "Take a step: hand in for a stage, confirm, accept, return, verify …")
	move.Description = "Which steps are possible is in moves of the connection. What is lacking is named paper by paper."
	web.Operation(s, write, move, d.apiMove)
	add := hubOp("add-connection-paper", http.MethodPost, one+"/papers", "Put a file beside a connection")
	add.MaxBodyBytes, add.DefaultStatus = evidence.MaxSize, http.StatusCreated
	web.OperationWithin(s, slowWork, write, add, d.apiAddPaper)
	web.Operation(s, write, hubOp("remove-connection-paper", http.MethodDelete, one+"/papers/{id}", "Mark a file as removed"), d.apiRemovePaper)
	content := &huma.Operation{
		OperationID: "get-connection-paper", Tags: []string{"Hub"}, Summary: "The content of a file",
		Responses: map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{"application/octet-stream": {}}}},
	}
	s.Group(read).Within(slowWork).Stream(http.MethodGet, apiPath+"/connections/:code/papers/:id/content", content, d.apiPaperContent)
}

// hubRateDoc is a rate as the API shows it.
type hubRateDoc struct {
	Connected int64  `json:"connected"`
	Must      int64  `json:"must_connect"`
	Percent   string `json:"percent" doc:"Two decimals; empty when nothing must be connected" example:"88.24"`
}

func rateDocument(r hub.Rate) hubRateDoc {
	percent, _ := r.Percent()
	return hubRateDoc{r.Connected, r.Must, percent}
}

type hubRegionDoc struct {
	Region string     `json:"region" doc:"Code of the county or zone; empty for the city's own departments"`
	Name   string     `json:"name"`
	Rate   hubRateDoc `json:"rate"`
}

type hubDepartmentDoc struct {
	Department string     `json:"department"`
	Name       string     `json:"name"`
	Rate       hubRateDoc `json:"rate"`
	Overdue    int64      `json:"overdue"`
}

type hubSummaryDoc struct {
	On          calendar.Date      `json:"on"`
	All         hubRateDoc         `json:"all"`
	Municipal   hubRateDoc         `json:"municipal" doc:"The city's own departments"`
	ConnectBy   calendar.Date      `json:"connect_by"`
	Overdue     int64              `json:"overdue"`
	Down        int64              `json:"down"`
	AtStage     map[string]int64   `json:"at_stage" doc:"Those that must be connected, by stage"`
	Exempt      map[string]int64   `json:"exempt" doc:"Those that are let off, by why"`
	Regions     []hubRegionDoc     `json:"regions"`
	Departments []hubDepartmentDoc `json:"departments" doc:"The lowest rate first"`
}

type hubSummaryIn struct {
	On calendar.Date `query:"on" doc:"Day; today when left out"`
}

type hubSummaryOut struct{ Body hubSummaryDoc }

func (d *desk) apiSummary(ctx context.Context, call web.Call, in *hubSummaryIn) (*hubSummaryOut, error) {
	sum, err := d.Hub.Summarise(ctx, call.By)
	if err != nil {
		return nil, err
	}
	on, all, municipal := calendar.DateOf(call.Now), sum.All, sum.Municipal
	if !in.On.IsZero() && in.On != on {
		on = in.On
		if all, municipal, err = d.Hub.RateOn(ctx, call.By, on); err != nil {
			return nil, err
		}
	}
	doc := hubSummaryDoc{
		On: on, All: rateDocument(all), Municipal: rateDocument(municipal), ConnectBy: sum.Policy.ConnectBy, Overdue: sum.Overdue, Down: sum.Down,
		AtStage: map[string]int64{}, Exempt: map[string]int64{}, Regions: []hubRegionDoc{}, Departments: []hubDepartmentDoc{},
	}
	for _, stage := range hub.Stages() {
		doc.AtStage[stage.Code()] = sum.AtStage[stage]
	}
	for basis, n := range sum.Exempt {
		doc.Exempt[string(basis)] = n
	}
	for _, r := range sum.Regions {
		doc.Regions = append(doc.Regions, hubRegionDoc{r.Region.Code, r.Region.Name, rateDocument(r.Rate)})
	}
	for _, r := range sum.Departments {
		doc.Departments = append(doc.Departments, hubDepartmentDoc{r.Department.Code, r.Department.Name, rateDocument(r.Rate), r.Overdue})
	}
	return &hubSummaryOut{doc}, nil
}

type hubCourseIn struct {
	From calendar.Date `query:"from" doc:"First day; 90 days before the last when left out"`
	To   calendar.Date `query:"to" doc:"Last day; today when left out"`
}

// usualCourse is how many days a course has when nobody says more.
const usualCourse = 90

// span bounds the days of a course.
func (in hubCourseIn) span(today calendar.Date) (from, to calendar.Date) {
	from, to = in.From, in.To
	if to.IsZero() || to.After(today) {
		to = today
	}
	if from.IsZero() || from.After(to) {
		from = to.AddDays(1 - usualCourse)
	}
	return from, to
}

type hubPointDoc struct {
	On        calendar.Date `json:"on"`
	All       hubRateDoc    `json:"all"`
	Municipal hubRateDoc    `json:"municipal"`
}

type hubEventDoc struct {
	System    string        `json:"system,omitempty"`
	On        calendar.Date `json:"on" doc:"Since when it holds"`
	At        time.Time     `json:"at" doc:"When it was written"`
	Act       string        `json:"act" example:"verify"`
	From      string        `json:"from_stage"`
	To        string        `json:"to_stage"`
	Basis     hub.Basis     `json:"basis"`
	Must      int           `json:"must_connect_delta"`
	Connected int           `json:"connected_delta"`
	By        string        `json:"by" doc:"Empty for the service itself"`
	Reason    string        `json:"reason"`
}

func eventDocument(e *hub.Event, code string) hubEventDoc {
	return hubEventDoc{
		code, e.OnDay, web.Instant(e.At), e.Act, e.FromStage.Code(), e.ToStage.Code(), e.Basis, e.MustDelta, e.CountedDelta, e.ByName, e.Reason,
	}
}

type hubCourseOut struct {
	Body struct {
		Points []hubPointDoc `json:"points"`
		Moved  []hubEventDoc `json:"moved" doc:"What moved the rate, the newest first, at most 200"`
		Total  int64         `json:"moved_total"`
	}
}

func (d *desk) apiCourse(ctx context.Context, call web.Call, in *hubCourseIn) (*hubCourseOut, error) {
	from, to := in.span(calendar.DateOf(call.Now))
	course, err := d.Hub.Course(ctx, call.By, from, to)
	if err != nil {
		return nil, err
	}
	out := &hubCourseOut{}
	out.Body.Points, out.Body.Moved, out.Body.Total = make([]hubPointDoc, len(course.Points)), make([]hubEventDoc, len(course.Moved)), course.Total
	for i, p := range course.Points {
		out.Body.Points[i] = hubPointDoc{p.On, rateDocument(p.All), rateDocument(p.Municipal)}
	}
	for i := range course.Moved {
		out.Body.Moved[i] = eventDocument(&course.Moved[i].Event, course.Moved[i].Code)
	}
	return out, nil
}

// hubConnectionDoc is a connection as the API shows it.
type hubConnectionDoc struct {
	Code        string        `json:"code"`
	Name        string        `json:"name"`
	Department  string        `json:"department"`
	Must        bool          `json:"must_connect"`
	Basis       hub.Basis     `json:"basis" doc:"Why it must be connected, or need not"`
	ExemptUntil calendar.Date `json:"exempt_until"`
	Connected   bool          `json:"connected" doc:"Whether it counts as connected"`
	Stage       string        `json:"stage" enum:"H0,H1,H2,H3,H4,H5,H6,H7"`
	StageOn     calendar.Date `json:"stage_on"`
	Next        string        `json:"next_stage,omitempty"`
	Missing     []hub.Paper   `json:"missing" doc:"What the next stage lacks"`
	Overdue     bool          `json:"overdue"`
	DownSince   calendar.Date `json:"down_since"`
	Pending     hub.Pending   `json:"pending" enum:",prepared,submitted"`
	PendingFor  string        `json:"pending_stage,omitempty"`
	Returned    string        `json:"returned_reason"`
	Method      hub.Method    `json:"method" enum:",api,database,node,file"`
	IPRecord    string        `json:"ip_record"`
	ProvinceOn  calendar.Date `json:"province_on"`
	VerifiedOn  calendar.Date `json:"verified_on"`
	VerifiedBy  string        `json:"verified_by"`
	LastSignal  calendar.Date `json:"last_signal"`
	Version     int64         `json:"version" doc:"Number of the version; the ETag"`
}

func connectionDocument(c *hub.Connection, code, name, dept string, p *hub.Policy, today calendar.Date) hubConnectionDoc {
	out := hubConnectionDoc{
		Code: code, Name: name, Department: dept, Must: c.Must, Basis: c.Basis, ExemptUntil: c.ExemptUntil, Connected: c.Counted,
		Stage: c.Stage.Code(), StageOn: c.StageOn, Missing: []hub.Paper{}, Overdue: c.Overdue(p, today), DownSince: c.DownSince,
		Pending: c.Pending, Returned: c.ReturnedReason, Method: c.Method, IPRecord: c.IpRecord, ProvinceOn: c.ProvinceOn,
		VerifiedOn: c.VerifiedOn, VerifiedBy: c.VerifiedName, LastSignal: c.LastSignal, Version: c.Version,
	}
	out.Missing = append(out.Missing, c.Lacks()...)
	if next, ok := c.Next(); ok && c.Must {
		out.Next = next.Code()
	}
	if c.Pending != hub.NothingPending {
		out.PendingFor = c.PendingStage.Code()
	}
	return out
}

type hubListIn struct {
	Q          string   `query:"q" doc:"In the code and name of the system"`
	Standing   []string `query:"standing" enum:"open,overdue,waiting,down,connected,exempt,not"`
	Stage      []string `query:"stage" enum:"H0,H1,H2,H3,H4,H5,H6,H7" doc:"Of those that must be connected"`
	Basis      []string `query:"basis"`
	Department []string `query:"department" doc:"Codes of departments"`
	Lacks      string   `query:"lacks" doc:"A paper that the next stage lacks"`
	Sort       string   `query:"sort" enum:"code,-code,stage,-stage,signal,-signal,owner,-owner,turn,-turn"`
	Page       int      `query:"page" minimum:"1" default:"1"`
	Size       int      `query:"size" minimum:"1" maximum:"200" default:"50"`
}

func (in *hubListIn) query(dir *inventory.Directory) (hub.Query, error) {
	sort, down := strings.CutPrefix(in.Sort, "-")
	q := hub.Query{Search: in.Q, Lacks: hub.Paper(in.Lacks), Sort: sort, Descending: down, Page: in.Page, Size: in.Size}
	for _, s := range in.Standing {
		q.Standings = append(q.Standings, hub.Standing(s))
	}
	for _, code := range in.Stage {
		if stage, ok := hub.ParseStage(code); ok {
			q.Stages = append(q.Stages, stage)
		}
	}
	for _, b := range in.Basis {
		q.Bases = append(q.Bases, hub.Basis(b))
	}
	for _, code := range in.Department {
		dept, ok := dir.ByCode(code)
		if !ok {
			return q, fault.Refuse([]fault.Field{fault.At("department", "hub.err.department")})
		}
		q.Owners = append(q.Owners, dept.ID)
	}
	return q, nil
}

type hubConnectionsOut struct {
	Body struct {
		Total       int64              `json:"total"`
		Page        int                `json:"page"`
		Connections []hubConnectionDoc `json:"connections"`
	}
}

func (d *desk) apiList(ctx context.Context, call web.Call, in *hubListIn) (*hubConnectionsOut, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	q, err := in.query(dir)
	if err != nil {
		return nil, err
	}
	page, err := d.Hub.List(ctx, call.By, q)
	if err != nil {
		return nil, err
	}
	out := &hubConnectionsOut{}
	out.Body.Total, out.Body.Page, out.Body.Connections = page.Total, in.Page, make([]hubConnectionDoc, len(page.Lines))
	for i := range page.Lines {
		l := &page.Lines[i]
		out.Body.Connections[i] = connectionDocument(&l.Connection, l.Code, l.Name, l.Owner.Code, &page.Policy, page.Today)
	}
	return out, nil
}

type hubCodeIn struct {
	Code string `path:"code" example:"RS-0001"`
}

type hubPaperDoc struct {
	ID     int64     `json:"id"`
	Paper  hub.Paper `json:"paper"`
	Name   string    `json:"name"`
	SHA256 string    `json:"sha256"`
	Size   int64     `json:"size"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
}

func paperDocument(i evidence.Item) hubPaperDoc {
	return hubPaperDoc{int64(i.Link.ID), hub.PaperOf(i), i.Link.Name, i.File.SHA256, i.File.Size, web.Instant(i.Link.AddedAt), i.Link.AddedName}
}

type hubConnectionFileDoc struct {
	Connection hubConnectionDoc `json:"connection"`
	Moves      []hub.Move       `json:"moves" doc:"What the caller may do now"`
	Papers     []hubPaperDoc    `json:"papers"`
	Events     []hubEventDoc    `json:"events" doc:"The newest first, at most 100"`
}

type hubConnectionOut struct {
	ETag string `header:"ETag"`
	Body hubConnectionFileDoc
}

func (d *desk) apiGet(ctx context.Context, call web.Call, in *hubCodeIn) (*hubConnectionOut, error) {
	return d.connectionAnswer(ctx, call, in.Code)
}

func (d *desk) connectionAnswer(ctx context.Context, call web.Call, code string) (*hubConnectionOut, error) {
	f, err := d.Hub.Find(ctx, call.By, code)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	moves, err := d.Hub.NextMoves(ctx, call.By, &f.Connection)
	if err != nil {
		return nil, err
	}
	dept, _ := dir.Find(f.OwnerID)
	doc := hubConnectionFileDoc{
		Connection: connectionDocument(&f.Connection, f.System.Code, f.System.Name, dept.Code, &f.Policy, calendar.DateOf(call.Now)),
		Moves:      append([]hub.Move{}, moves...), Papers: make([]hubPaperDoc, len(f.Papers)), Events: make([]hubEventDoc, len(f.Events)),
	}
	for i, item := range f.Papers {
		doc.Papers[i] = paperDocument(item)
	}
	for i := range f.Events {
		doc.Events[i] = eventDocument(&f.Events[i], "")
	}
	return &hubConnectionOut{ETag: web.ETag(f.Version), Body: doc}, nil
}

type hubMoveIn struct {
	Code    string `path:"code"`
	IfMatch string `header:"If-Match" doc:"ETag of the version that was looked at"`
	Body    struct {
		Move     hub.Move      `json:"move" enum:"hand_in,confirm,withdraw,accept,return,verify,send_back,province"`
		To       string        `json:"to,omitempty" enum:"H1,H2,H3,H4,H5" doc:"The stage that is handed in for, or taken back to"`
		Method   hub.Method    `json:"method,omitempty" enum:"api,database,node,file"`
		Node     int64         `json:"node,omitempty" doc:"Number of the front node"`
		IPRecord string        `json:"ip_record,omitempty" maxLength:"200"`
		Note     string        `json:"note,omitempty" maxLength:"500"`
		Reason   string        `json:"reason,omitempty" maxLength:"500"`
		On       calendar.Date `json:"on,omitempty" doc:"Since when the province is reached"`
	}
}

func (d *desk) apiMove(ctx context.Context, call web.Call, in *hubMoveIn) (*hubConnectionOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	b := &in.Body
	step := hub.Step{Move: b.Move, Method: b.Method, Node: hub.NodeID(b.Node), IPRecord: b.IPRecord, Note: b.Note, Reason: b.Reason, On: b.On}
	step.To, _ = hub.ParseStage(b.To)
	if _, err := d.Hub.Take(ctx, call.By, in.Code, version, step); err != nil {
		return nil, err
	}
	return d.connectionAnswer(ctx, call, in.Code)
}

type hubAddPaperIn struct {
	Code    string `path:"code"`
	Name    string `query:"name" required:"true" maxLength:"200" doc:"File name"`
	Paper   string `query:"paper" required:"true" enum:"line_acceptance,application,security_review,djbh_filing,deployment,test_report,gateway_record"`
	Note    string `query:"note" maxLength:"500"`
	RawBody []byte `contentType:"application/octet-stream"`
}

type hubPaperOut struct{ Body hubPaperDoc }

func (d *desk) apiAddPaper(ctx context.Context, call web.Call, in *hubAddPaperIn) (*hubPaperOut, error) {
	up := evidence.Upload{Name: in.Name, Reader: bytes.NewReader(in.RawBody), Size: int64(len(in.RawBody))}
	item, err := d.Hub.AddPaper(ctx, call.By, in.Code, hub.Paper(in.Paper), up, in.Note)
	if err != nil {
		return nil, err
	}
	return &hubPaperOut{paperDocument(item)}, nil
}

type hubRemovePaperIn struct {
	Code   string `path:"code"`
	ID     int64  `path:"id"`
	Reason string `query:"reason" maxLength:"500" doc:"Why; required"`
}

func (d *desk) apiRemovePaper(ctx context.Context, call web.Call, in *hubRemovePaperIn) (*struct{}, error) {
	return nil, d.Hub.RemovePaper(ctx, call.By, in.Code, evidence.LinkID(in.ID), in.Reason)
}

func (d *desk) apiPaperContent(r *web.Request) (web.Response, error) {
	id, err := strconv.ParseInt(r.Param("id"), 10, 64)
	if err != nil {
		return nil, fault.New(fault.NotFound, "err.not_found")
	}
	return d.paperFile(r, r.Param("code"), evidence.LinkID(id))
}
