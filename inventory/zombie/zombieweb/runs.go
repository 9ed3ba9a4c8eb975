package zombieweb

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"context"

	"qingce/internal/calendar"
	"qingce/internal/web"
	"qingce/inventory/zombie"
	"qingce/templates"
)

// runsPerPage is how many runs a page shows.
const runsPerPage = 50

func (d *desk) mountRuns(s *web.Server) {
	view := s.Group(web.For(zombie.Viewers()...))
	web.Get(view, runsPath, d.showRuns)
}

type pageIn struct {
	Page int `form:"page"`
}

// runsPage is the data of zombie/runs.
type runsPage struct {
	Head  templates.Head
	Table *templates.Table
	Empty *templates.Empty
	Pager *templates.Pager
}

// showRuns lists the runs.
func (d *desk) showRuns(r *web.Request, in pageIn) (web.Response, error) {
	page := max(in.Page, 1)
	runs, total, err := d.Detector.Runs(r.Ctx, r.By, (page-1)*runsPerPage, runsPerPage)
	if err != nil {
		return nil, err
	}
	data := runsPage{Head: templates.Head{Title: r.T("zombie.runs"), Lead: r.T("zombie.runs.lead")}}
	if len(runs) == 0 {
		data.Empty = &templates.Empty{Title: r.T("zombie.runs.none"), Text: r.T("zombie.runs.none.text"), Icon: "search"}
	} else {
		data.Table = runsTable(r.P, runs)
		pager := templates.NewPager(runsPath, page, runsPerPage, total)
		data.Pager = &pager
	}
	crumbs := []templates.Crumb{{Text: r.T("menu.home"), Href: "/"}, {Text: r.T("zombie.runs"), Href: runsPath}}
	return web.View{Template: "zombie/runs", Title: r.T("zombie.runs"), Crumbs: crumbs, Data: data}, nil
}

const apiZombiePath = "/api/v1/zombies"

// Scopes of API tokens.
const zombiesRead = "zombies:read"

func zombieOp(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: apiZombiePath + path, Summary: summary, Tags: []string{"Zombies"}}
}

func (d *desk) runsAPI(s *web.Server) {
	read := web.For(zombie.Viewers()...).With(zombiesRead)
	web.Operation(s, read, zombieOp("list-detection-runs", http.MethodGet, "/runs", "The runs of detection, the newest first"), d.apiRuns)
}

// runDoc is a run as the API shows it.
type runDoc struct {
	Day          calendar.Date   `json:"day"`
	State        zombie.RunState `json:"state" enum:"running,finished,held,discarded,superseded"`
	Policy       int64           `json:"policy" doc:"Version of the policy"`
	Working      bool            `json:"working" doc:"Whether it was a working day"`
	Partial      bool            `json:"partial" doc:"Whether the reports of all systems were incomplete, so that the day does not count"`
	Systems      int             `json:"systems" doc:"That were evaluated"`
	Measured     int             `json:"measured"`
	Insufficient int             `json:"insufficient" doc:"Of which too little is known"`
	Met          int             `json:"met"`
	Suspected    int             `json:"suspected"`
	Fresh        int             `json:"fresh" doc:"Suspected or met since this run"`
	Cleared      int             `json:"cleared" doc:"No longer suspected or met since this run"`
	Changed      int             `json:"changed" doc:"Verdicts that are not as the day before"`
	Rebuilt      int             `json:"rebuilt" doc:"Made anew from facts that came late"`
	Corrections  int             `json:"corrections" doc:"How often the day was run again"`
	Reason       string          `json:"reason,omitempty" doc:"Why a run that was held was released or discarded"`
}

func runDocument(r zombie.Run) runDoc {
	return runDoc{
		Day: r.Day, State: r.State, Policy: r.Policy, Working: r.Working, Partial: r.Partial, Systems: r.Systems, Measured: r.Measured,
		Insufficient: r.Insufficient, Met: r.Met, Suspected: r.Suspected, Fresh: r.Fresh, Cleared: r.Cleared, Changed: r.Changed, Rebuilt: r.Rebuilt,
		Corrections: r.Corrections, Reason: r.DecidedReason,
	}
}

type runsIn struct {
	Page int `query:"page" minimum:"1" default:"1"`
	Size int `query:"size" minimum:"1" maximum:"200" default:"50"`
}

type runsOut struct {
	Body struct {
		Total int64    `json:"total"`
		Runs  []runDoc `json:"runs"`
	}
}

func (d *desk) apiRuns(ctx context.Context, call web.Call, in *runsIn) (*runsOut, error) {
	runs, total, err := d.Detector.Runs(ctx, call.By, (in.Page-1)*in.Size, in.Size)
	if err != nil {
		return nil, err
	}
	out := &runsOut{}
	out.Body.Total, out.Body.Runs = total, make([]runDoc, len(runs))
	for i, r := range runs {
		out.Body.Runs[i] = runDocument(r)
	}
	return out, nil
}
