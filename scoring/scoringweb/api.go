package scoringweb

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/scoring"
	"qingce/scoring/programme"
)

// Scopes of API tokens.
const (
	scopeRead  = "tasks:read"
	scopeWrite = "tasks:write"
)

const apiPath = "/api/v1"

func op(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: apiPath + path, Summary: summary, Tags: []string{"Tasks"}}
}

// MountAPI adds the operations of the API.
func MountAPI(s *web.Server, deps Deps) {
	d := &desk{deps}
	read := web.For(scoring.Viewers()...).With(scopeRead)
	write, heads := web.For(scoring.Writers()...).With(scopeWrite), web.For(scoring.Heads()...).With(scopeWrite)
	office := web.For(auth.Office).With(scopeWrite)
	web.Operation(s, read, op("get-programme", http.MethodGet, "/programme", "The programme in force, with how many bodies have done what"), d.apiProgramme)
	web.Operation(s, read, op("list-tasks", http.MethodGet, "/tasks", "List tasks of bodies, what is due first first"), d.apiTasks)
	const task = "/tasks/{department}/{key}"
	web.Operation(s, read, op("get-task", http.MethodGet, task, "Read a task with what proves it"), d.apiTask)
	web.Operation(s, write, op("save-task-evidence", http.MethodPut, task+"/evidence", "Keep what is prepared for a task"), d.apiSaveEvidence)
	file := op("add-task-file", http.MethodPost, task+"/files", "Put a file beside the evidence for a task")
	file.MaxBodyBytes, file.DefaultStatus = evidence.MaxSize, http.StatusCreated
	web.OperationWithin(s, slowWork, write, file, d.apiAddFile)
	web.Operation(s, heads, op("hand-in-task-evidence", http.MethodPost, task+"/hand-in", "Hand in the evidence for a task"), d.apiHandIn)
	web.Operation(s, office, op("decide-task-evidence", http.MethodPost, task+"/decision", "Accept the evidence for a task, or send it back"), d.apiDecideTask)
	web.Operation(s, office, op("mark-task", http.MethodPost, task+"/mark", "Correct a task, or take a correction back"), d.apiMark)
	d.reportsAPI(s)
}

// StepIn carries the version of the record that the program read.
type StepIn struct {
	IfMatch string `header:"If-Match" doc:"ETag of the record as it was read; left out for one that was never kept"`
}

// seen is the version that the program read; none is a record that is new.
func (in StepIn) seen() (int64, error) {
	if in.IfMatch == "" || in.IfMatch == `"0"` {
		return 0, nil
	}
	return web.MatchedVersion(in.IfMatch)
}

// tasksStepDoc is one thing that was done with a record.
type tasksStepDoc struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Action string    `json:"action" example:"evidence.handed_in"`
	Note   string    `json:"note,omitempty"`
}

func stepDocuments(steps []scoring.Step) []tasksStepDoc {
	out := make([]tasksStepDoc, len(steps))
	for i, s := range steps {
		out[i] = tasksStepDoc{web.Instant(s.At), s.Name, s.Action, s.Note}
	}
	return out
}

func dayOr(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// dayOf reads a day as programs write it; empty is none.
func dayOf(name, text string) (calendar.Date, error) {
	if text == "" {
		return calendar.Date{}, nil
	}
	day, err := calendar.ParseDate(text)
	if err != nil {
		return calendar.Date{}, fault.Refuse([]fault.Field{fault.At(name, "tasks.err.day", "value", text)})
	}
	return day, nil
}

func codeOf(dir *inventory.Directory, id auth.DepartmentID) string {
	body, _ := dir.Find(id)
	return body.Code
}

// programmeDutyDoc is an obligation as the API shows it.
type programmeDutyDoc struct {
	ID       string         `json:"id"`
	Article  string         `json:"article"`
	Who      []string       `json:"who"`
	Kind     string         `json:"kind" enum:"standing,undated,once,monthly,yearly,event"`
	Due      string         `json:"due,omitempty"`
	DoneBy   string         `json:"done_by,omitempty"`
	Scored   bool           `json:"scored"`
	Follows  []string       `json:"follows,omitempty"`
	Title    string         `json:"title"`
	Evidence string         `json:"evidence,omitempty"`
	Tasks    map[string]int `json:"tasks,omitempty" doc:"How many tasks stand where, of those that the caller sees"`
}

type programmeBody struct {
	Body struct {
		Key         string             `json:"key"`
		Name        string             `json:"name"`
		Document    string             `json:"document"`
		Obligations []programmeDutyDoc `json:"obligations"`
	}
}

func (d *desk) apiProgramme(ctx context.Context, call web.Call, _ *struct{}) (*programmeBody, error) {
	pack, err := d.Board.Pack(ctx)
	if err != nil {
		return nil, err
	}
	tasks, err := d.Board.Tasks(ctx, call.By, scoring.TaskQuery{})
	if err != nil {
		return nil, err
	}
	lang := call.P.Lang()
	counts := countStates(tasks)
	out := &programmeBody{}
	out.Body.Key, out.Body.Name, out.Body.Document = pack.Key, pack.Name[lang], pack.Document
	out.Body.Obligations = make([]programmeDutyDoc, len(pack.Obligations))
	for i := range pack.Obligations {
		out.Body.Obligations[i] = dutyDocument(&pack.Obligations[i], lang, counts)
	}
	return out, nil
}

func dutyDocument(o *programme.Obligation, lang string, counts map[string]map[scoring.TaskState]int) programmeDutyDoc {
	doc := programmeDutyDoc{
		ID: o.ID, Article: o.Article, Kind: string(o.Kind), Due: o.Due, DoneBy: o.DoneBy, Scored: o.Scored, Follows: o.Follows,
		Title: o.Title[lang], Evidence: o.Evidence[lang], Who: []string{},
	}
	for _, p := range o.Who {
		doc.Who = append(doc.Who, string(p))
	}
	if n := counts[o.ID]; len(n) > 0 {
		doc.Tasks = map[string]int{}
		for state, count := range n {
			doc.Tasks[string(state)] = count
		}
	}
	return doc
}

// countStates counts the tasks of each obligation by where they stand.
func countStates(tasks []scoring.Task) map[string]map[scoring.TaskState]int {
	out := map[string]map[scoring.TaskState]int{}
	for i := range tasks {
		t := &tasks[i]
		if out[t.Obligation] == nil {
			out[t.Obligation] = map[scoring.TaskState]int{}
		}
		out[t.Obligation][t.State]++
	}
	return out
}

// taskProofDoc is a row that proves something.
type taskProofDoc struct {
	Kind  string `json:"kind"`
	Title string `json:"title"`
	Path  string `json:"path"`
}

// taskDoc is a task as the API shows it.
type taskDoc struct {
	Key        string         `json:"key"`
	Obligation string         `json:"obligation"`
	Article    string         `json:"article"`
	Department string         `json:"department"`
	Due        string         `json:"due" format:"date"`
	State      string         `json:"state" enum:"not_due,on_time,late,overdue,not_applicable"`
	DoneOn     string         `json:"done_on,omitempty"`
	LateWd     int            `json:"late_wd"`
	Waiting    bool           `json:"waiting" doc:"What was handed in waits for the Office"`
	Scored     bool           `json:"scored"`
	Evidence   bool           `json:"evidence" doc:"Done by what is handed in here"`
	Proof      []taskProofDoc `json:"proof"`
}

func taskDocument(t *scoring.Task, dir *inventory.Directory) taskDoc {
	doc := taskDoc{
		Key: t.Key, Obligation: t.Obligation, Article: t.Article, Department: codeOf(dir, t.DepartmentID), Due: t.Due.String(),
		State: string(t.State), DoneOn: dayOr(t.DoneOn), LateWd: t.LateWd, Waiting: t.Waiting, Scored: t.Scored, Evidence: t.Evidence,
		Proof: make([]taskProofDoc, len(t.Proof)),
	}
	for i, p := range t.Proof {
		doc.Proof[i] = taskProofDoc{p.Kind, p.Title, p.Path}
	}
	return doc
}

// TasksIn narrows a list of tasks.
type TasksIn struct {
	Department string   `query:"department" doc:"Code of the body"`
	Obligation string   `query:"obligation"`
	State      []string `query:"state,explode" enum:"not_due,on_time,late,overdue,not_applicable"`
	Until      string   `query:"until" format:"date" doc:"Due by then; empty is a year ahead"`
	Through    string   `query:"through" format:"date" doc:"As of the end of this day: scored tasks due by then; empty is now"`
}

type tasksBody struct {
	Body struct {
		Tasks []taskDoc `json:"tasks"`
	}
}

func (d *desk) apiTasks(ctx context.Context, call web.Call, in *TasksIn) (*tasksBody, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	q := scoring.TaskQuery{Obligation: in.Obligation}
	if in.Department != "" {
		body, err := bodyOf(dir, in.Department)
		if err != nil {
			return nil, err
		}
		q.Department = body.ID
	}
	for _, s := range in.State {
		q.States = append(q.States, scoring.TaskState(s))
	}
	if q.Until, err = dayOf("until", in.Until); err != nil {
		return nil, err
	}
	if q.Through, err = dayOf("through", in.Through); err != nil {
		return nil, err
	}
	tasks, err := d.Board.Tasks(ctx, call.By, q)
	if err != nil {
		return nil, err
	}
	out := &tasksBody{}
	out.Body.Tasks = make([]taskDoc, len(tasks))
	for i := range tasks {
		out.Body.Tasks[i] = taskDocument(&tasks[i], dir)
	}
	return out, nil
}

// taskSheetDoc is a task with what was handed in for it.
type taskSheetDoc struct {
	taskDoc
	Handing  string         `json:"handing,omitempty" enum:"draft,handed_in,accepted,returned"`
	Text     string         `json:"text,omitempty"`
	Files    []string       `json:"files"`
	CountsOn string         `json:"counts_on,omitempty" doc:"The day of handing in that counts"`
	Reason   string         `json:"reason,omitempty"`
	Version  int64          `json:"version" doc:"Of the evidence; the ETag"`
	Steps    []tasksStepDoc `json:"steps"`
}

type taskBody struct {
	ETag string `header:"ETag"`
	Body taskSheetDoc
}

// TaskIn names a task.
type TaskIn struct {
	Department string `path:"department" doc:"Code of the body"`
	Key        string `path:"key" example:"P-22" doc:"Key of the term, with _ for /"`
}

func (d *desk) taskAnswer(ctx context.Context, call web.Call, in TaskIn) (*taskBody, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	body, err := bodyOf(dir, in.Department)
	if err != nil {
		return nil, err
	}
	s, err := d.Board.FindTask(ctx, call.By, keyOf(in.Key), body.ID)
	if err != nil {
		return nil, err
	}
	h := s.Handing
	doc := taskSheetDoc{
		taskDoc: taskDocument(&s.Task, dir), Handing: string(h.State), Text: h.Text, CountsOn: dayOr(h.CountsOn), Reason: h.Reason,
		Version: h.Version, Steps: stepDocuments(s.Steps), Files: []string{},
	}
	for _, f := range s.Files {
		doc.Files = append(doc.Files, f.Link.Name)
	}
	return &taskBody{web.ETag(h.Version), doc}, nil
}

func (d *desk) apiTask(ctx context.Context, call web.Call, in *TaskIn) (*taskBody, error) {
	return d.taskAnswer(ctx, call, *in)
}

// taskStep takes a step with a task and answers with what came of it.
func (d *desk) taskStep(ctx context.Context, call web.Call, in TaskIn, at StepIn, do func(key string, dept auth.DepartmentID, version int64) error) (*taskBody, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	body, err := bodyOf(dir, in.Department)
	if err != nil {
		return nil, err
	}
	version, err := at.seen()
	if err != nil {
		return nil, err
	}
	if err := do(keyOf(in.Key), body.ID, version); err != nil {
		return nil, err
	}
	return d.taskAnswer(ctx, call, in)
}

// taskTextBody is what is prepared for a task.
type taskTextBody struct {
	Text string `json:"text,omitempty" doc:"What was done"`
}

type taskTextIn struct {
	TaskIn
	StepIn
	Body taskTextBody
}

func (d *desk) apiSaveEvidence(ctx context.Context, call web.Call, in *taskTextIn) (*taskBody, error) {
	return d.taskStep(ctx, call, in.TaskIn, in.StepIn, func(key string, dept auth.DepartmentID, version int64) error {
		_, err := d.Board.SaveHanding(ctx, call.By, key, dept, version, in.Body.Text)
		return err
	})
}

func (d *desk) apiHandIn(ctx context.Context, call web.Call, in *taskTextIn) (*taskBody, error) {
	return d.taskStep(ctx, call, in.TaskIn, in.StepIn, func(key string, dept auth.DepartmentID, version int64) error {
		_, err := d.Board.HandIn(ctx, call.By, key, dept, version, in.Body.Text)
		return err
	})
}

// taskVerdictBody is what the Office decides.
type taskVerdictBody struct {
	Verdict string `json:"verdict" enum:"accept,return"`
	Reason  string `json:"reason,omitempty"`
}

type taskVerdictIn struct {
	TaskIn
	StepIn
	Body taskVerdictBody
}

func (d *desk) apiDecideTask(ctx context.Context, call web.Call, in *taskVerdictIn) (*taskBody, error) {
	return d.taskStep(ctx, call, in.TaskIn, in.StepIn, func(key string, dept auth.DepartmentID, version int64) error {
		_, err := d.Board.Decide(ctx, call.By, key, dept, version, in.Body.Verdict == "accept", in.Body.Reason)
		return err
	})
}

type taskMarkIn struct {
	TaskIn
	Body struct {
		Kind   string `json:"kind" enum:"not_applicable,done,none" doc:"none takes the correction back"`
		DoneOn string `json:"done_on,omitempty" format:"date"`
		Reason string `json:"reason"`
	}
}

func (d *desk) apiMark(ctx context.Context, call web.Call, in *taskMarkIn) (*taskBody, error) {
	return d.taskStep(ctx, call, in.TaskIn, StepIn{}, func(key string, dept auth.DepartmentID, _ int64) error {
		return d.mark(ctx, call.By, key, dept, in.Body.Kind, in.Body.DoneOn, in.Body.Reason)
	})
}

// mark sets a correction, or takes it back.
func (d *desk) mark(ctx context.Context, by auth.Principal, key string, dept auth.DepartmentID, kind, doneOn, reason string) error {
	if !slices.Contains(scoring.MarkKinds(), scoring.MarkKind(kind)) {
		return d.Board.EndMark(ctx, by, key, dept, reason)
	}
	day, err := dayOf("done_on", doneOn)
	if err != nil {
		return err
	}
	_, err = d.Board.SetMark(ctx, by, key, dept, scoring.MarkKind(kind), day, reason)
	return err
}

type taskFileIn struct {
	TaskIn
	Name    string `query:"name" required:"true" doc:"Name of the file with its ending"`
	RawBody []byte `contentType:"application/octet-stream"`
}

type taskFileBody struct {
	Body struct {
		ID     int64  `json:"id"`
		Name   string `json:"name"`
		SHA256 string `json:"sha256"`
	}
}
