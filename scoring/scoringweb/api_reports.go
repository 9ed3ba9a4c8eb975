package scoringweb

import (
	"bytes"
	"context"
	"net/http"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/scoring"
)

func (d *desk) apiAddFile(ctx context.Context, call web.Call, in *taskFileIn) (*taskFileBody, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	body, err := bodyOf(dir, in.Department)
	if err != nil {
		return nil, err
	}
	out := &taskFileBody{}
	up := evidence.Upload{Name: in.Name, Reader: bytes.NewReader(in.RawBody), Size: int64(len(in.RawBody))}
	err = d.Box.Receive(ctx, up, func(f evidence.Received) error {
		item, err := d.Board.Attach(ctx, call.By, keyOf(in.Key), body.ID, f)
		out.Body.ID, out.Body.Name, out.Body.SHA256 = int64(item.Link.ID), item.Link.Name, item.File.SHA256
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (d *desk) reportsAPI(s *web.Server) {
	read := web.For(scoring.Viewers()...).With(scopeRead)
	write, heads := web.For(scoring.Writers()...).With(scopeWrite), web.For(scoring.Heads()...).With(scopeWrite)
	const one = "/reports/{period}/{department}"
	web.Operation(s, read, op("list-reports", http.MethodGet, "/reports", "Who has reported of the last periods"), d.apiReports)
	web.Operation(s, read, op("get-report", http.MethodGet, one, "Read a report, or the one that can be begun, with the facts"), d.apiReport)
	web.Operation(s, write, op("save-report", http.MethodPut, one, "Keep a draft of a report"), d.apiSaveReport)
	web.Operation(s, write, op("copy-last-report", http.MethodPost, one+"/copy-last", "Fill what is empty from last month's report"), d.apiCopyReport)
	web.Operation(s, write, op("ready-report", http.MethodPost, one+"/ready", "Give a report to the head"), d.apiReadyReport)
	web.Operation(s, heads, op("file-report", http.MethodPost, one+"/file", "Confirm a report and file it with the Office"), d.apiFileReport)
	web.Operation(s, web.For(auth.Office).With(scopeWrite), op("decide-report", http.MethodPost, one+"/decision", "Accept a report, or send it back"), d.apiDecideReport)
}

// reportCellDoc is the report of a body for a period.
type reportCellDoc struct {
	Period string `json:"period"`
	Due    string `json:"due" format:"date"`
	State  string `json:"state,omitempty" enum:"draft,ready,filed,accepted,returned" doc:"Empty while nothing was begun"`
	Task   string `json:"task" enum:"not_due,on_time,late,overdue,not_applicable"`
	LateWd int    `json:"late_wd"`
}

type reportBodyDoc struct {
	Department string          `json:"department"`
	Name       string          `json:"name"`
	Reports    []reportCellDoc `json:"reports"`
}

type reportsBody struct {
	Body struct {
		Periods []string        `json:"periods"`
		Bodies  []reportBodyDoc `json:"bodies"`
	}
}

// ReportsIn says which reports are listed.
type ReportsIn struct {
	Kind    string `query:"kind" enum:"monthly,annual" default:"monthly"`
	Periods int    `query:"periods" minimum:"1" maximum:"36" default:"6"`
}

func (d *desk) apiReports(ctx context.Context, call web.Call, in *ReportsIn) (*reportsBody, error) {
	m, err := d.Reports.Matrix(ctx, call.By, scoring.ReportKind(in.Kind), in.Periods)
	if err != nil {
		return nil, err
	}
	out := &reportsBody{}
	out.Body.Periods, out.Body.Bodies = append([]string{}, m.Periods...), make([]reportBodyDoc, len(m.Bodies))
	for i, b := range m.Bodies {
		doc := reportBodyDoc{b.Body.Code, b.Body.Name, make([]reportCellDoc, len(b.Cells))}
		for j, c := range b.Cells {
			doc.Reports[j] = reportCellDoc{c.Period, c.Due.String(), string(c.State), string(c.Task), c.LateWd}
		}
		out.Body.Bodies[i] = doc
	}
	return out, nil
}

// reportFigureDoc is a number of a report.
type reportFigureDoc struct {
	Key   string `json:"key"`
	Fact  int64  `json:"fact" doc:"What the service knows"`
	Typed *int64 `json:"typed,omitempty" doc:"What the department says in its place"`
	Why   string `json:"why,omitempty" doc:"Explanation where they differ"`
}

// reportNumberIn is a number as a department says it.
type reportNumberIn struct {
	Key   string `json:"key"`
	Typed *int64 `json:"typed,omitempty" doc:"Left out, it is what the service knows"`
	Why   string `json:"why,omitempty" doc:"Explanation where they differ"`
}

// reportRowDoc is what a report says of a task.
type reportRowDoc struct {
	Task     string `json:"task"`
	Due      string `json:"due,omitempty"`
	State    string `json:"state,omitempty"`
	Progress *int64 `json:"progress,omitempty" minimum:"0" maximum:"100"`
	Done     string `json:"done,omitempty" doc:"This month"`
	Problem  string `json:"problem,omitempty"`
	Help     string `json:"help,omitempty" doc:"Needed"`
	Next     string `json:"next,omitempty" doc:"Step"`
}

// reportTypedDoc is what a program writes into a report; what is not named stays.
type reportTypedDoc struct {
	Figures  []reportNumberIn  `json:"figures,omitempty"`
	Rows     []reportRowDoc    `json:"rows,omitempty"`
	Sections map[string]string `json:"sections,omitempty" doc:"Of an annual report: mechanism, catalog, supply, use, problems, next_year"`
}

func (in *reportTypedDoc) typed() scoring.Typed {
	out := scoring.Typed{Figures: map[string]scoring.TypedFigure{}, Rows: map[string]scoring.TaskRow{}, Sections: in.Sections}
	for _, f := range in.Figures {
		out.Figures[f.Key] = scoring.TypedFigure{Value: f.Typed, Why: f.Why}
	}
	for _, r := range in.Rows {
		out.Rows[r.Task] = scoring.TaskRow{Task: r.Task, Progress: r.Progress, Done: r.Done, Problem: r.Problem, Help: r.Help, Next: r.Next}
	}
	return out
}

// reportDoc is a report as the API shows it.
type reportDoc struct {
	Department string            `json:"department"`
	Period     string            `json:"period"`
	Kind       string            `json:"kind" enum:"monthly,annual"`
	State      string            `json:"state" enum:"draft,ready,filed,accepted,returned"`
	Due        string            `json:"due" format:"date"`
	CountsOn   string            `json:"counts_on,omitempty" doc:"The day of filing that counts"`
	LateWd     *int64            `json:"late_wd,omitempty"`
	FiledBy    string            `json:"filed_by,omitempty"`
	Reason     string            `json:"reason,omitempty"`
	Figures    []reportFigureDoc `json:"figures"`
	Rows       []reportRowDoc    `json:"rows"`
	Sections   map[string]string `json:"sections,omitempty"`
	Version    int64             `json:"version" doc:"The ETag; 0 of one that was never kept"`
	Steps      []tasksStepDoc    `json:"steps"`
}

func reportDocument(s *scoring.Sheet) reportDoc {
	r := &s.Report
	doc := reportDoc{
		Department: s.Body.Code, Period: r.Period, Kind: string(r.Kind), State: string(r.State), Due: r.DueOn.String(), CountsOn: dayOr(r.CountsOn),
		LateWd: r.LateWd, FiledBy: r.FiledName, Reason: r.Reason, Version: r.Version, Steps: stepDocuments(s.Steps),
		Figures: make([]reportFigureDoc, len(r.Figures)), Rows: make([]reportRowDoc, len(r.TaskRows)),
	}
	for i, f := range r.Figures {
		doc.Figures[i] = reportFigureDoc(f)
	}
	for i, t := range r.TaskRows {
		doc.Rows[i] = reportRowDoc{t.Task, t.Due.String(), string(t.State), t.Progress, t.Done, t.Problem, t.Help, t.Next}
	}
	if len(r.Sections) > 0 {
		doc.Sections = map[string]string{}
		for _, one := range r.Sections {
			doc.Sections[one.Key] = one.Text
		}
	}
	return doc
}

type reportBody struct {
	ETag string `header:"ETag"`
	Body reportDoc
}

// ReportIn names a report.
type ReportIn struct {
	Period     string `path:"period" example:"2017-10" doc:"A month, or a year for the annual report"`
	Department string `path:"department" doc:"Code of the body"`
}

func (in ReportIn) key(dir *inventory.Directory) (scoring.ReportKey, error) {
	return reportKey(dir, in.Period, in.Department)
}

// reportStep takes a step with a report and answers with what came of it.
func (d *desk) reportStep(ctx context.Context, call web.Call, in ReportIn, at StepIn, do func(k scoring.ReportKey, version int64) error) (*reportBody, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	k, err := in.key(dir)
	if err != nil {
		return nil, err
	}
	version, err := at.seen()
	if err != nil {
		return nil, err
	}
	if err := do(k, version); err != nil {
		return nil, err
	}
	s, err := d.Reports.Find(ctx, call.By, k)
	if err != nil {
		return nil, err
	}
	return &reportBody{web.ETag(s.Report.Version), reportDocument(&s)}, nil
}

func (d *desk) apiReport(ctx context.Context, call web.Call, in *ReportIn) (*reportBody, error) {
	return d.reportStep(ctx, call, *in, StepIn{}, func(scoring.ReportKey, int64) error { return nil })
}

type reportTypedIn struct {
	ReportIn
	StepIn
	Body reportTypedDoc
}

func (d *desk) apiSaveReport(ctx context.Context, call web.Call, in *reportTypedIn) (*reportBody, error) {
	return d.reportStep(ctx, call, in.ReportIn, in.StepIn, func(k scoring.ReportKey, version int64) error {
		_, err := d.Reports.Save(ctx, call.By, k, version, in.Body.typed())
		return err
	})
}

func (d *desk) apiReadyReport(ctx context.Context, call web.Call, in *reportTypedIn) (*reportBody, error) {
	return d.reportStep(ctx, call, in.ReportIn, in.StepIn, func(k scoring.ReportKey, version int64) error {
		_, err := d.Reports.Ready(ctx, call.By, k, version, in.Body.typed())
		return err
	})
}

func (d *desk) apiFileReport(ctx context.Context, call web.Call, in *reportTypedIn) (*reportBody, error) {
	return d.reportStep(ctx, call, in.ReportIn, in.StepIn, func(k scoring.ReportKey, version int64) error {
		_, err := d.Reports.File(ctx, call.By, k, version, in.Body.typed())
		return err
	})
}

type reportStepIn struct {
	ReportIn
	StepIn
}

func (d *desk) apiCopyReport(ctx context.Context, call web.Call, in *reportStepIn) (*reportBody, error) {
	return d.reportStep(ctx, call, in.ReportIn, in.StepIn, func(k scoring.ReportKey, version int64) error {
		_, err := d.Reports.CopyLast(ctx, call.By, k, version)
		return err
	})
}

type reportVerdictIn struct {
	ReportIn
	StepIn
	Body taskVerdictBody
}

func (d *desk) apiDecideReport(ctx context.Context, call web.Call, in *reportVerdictIn) (*reportBody, error) {
	return d.reportStep(ctx, call, in.ReportIn, in.StepIn, func(k scoring.ReportKey, version int64) error {
		_, err := d.Reports.Decide(ctx, call.By, k, version, in.Body.Verdict == "accept", in.Body.Reason)
		return err
	})
}
