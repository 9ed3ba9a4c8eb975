package zombieweb

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/calendar"
	"qingce/internal/web"
	"qingce/inventory/zombie"
)

const apiZombiePath = "/api/v1/zombies"

// Scopes of API tokens.
const (
	zombiesRead  = "zombies:read"
	zombiesWrite = "zombies:write"
)

func zombieOp(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: apiZombiePath + path, Summary: summary, Tags: []string{"Zombies"}}
}

func (d *desk) runsAPI(s *web.Server) {
	read := web.For(zombie.Viewers()...).With(zombiesRead)
	run := web.For(zombie.Runners()...).With(zombiesWrite)
	start := zombieOp("run-detection", http.MethodPost, "/runs", "Run detection for a day")
	start.Description = "Facts that have come are counted first, and the cases are brought in line with what was found. A day that was run is answered with its summary. The newest day is run again when again is set: that is a correction. While another run is at work the answer is a conflict."
	web.Operation(s, run, start, d.apiStartRun)
	web.Operation(s, run, zombieOp("decide-held-run", http.MethodPost, "/runs/{day}/decision", "Release or discard a run that is held"), d.apiDecideRun)
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

type startRunIn struct {
	Body struct {
		Day    calendar.Date `json:"day"`
		Again  bool          `json:"again,omitempty" doc:"Run the newest day again"`
		DryRun bool          `json:"dry_run,omitempty" doc:"Say what would be found, and write nothing"`
	}
}

type runOut struct {
	Body runDoc
}

func (d *desk) apiStartRun(ctx context.Context, call web.Call, in *startRunIn) (*runOut, error) {
	run, err := d.run(ctx, call.By, in.Body.Day, zombie.How{Again: in.Body.Again, DryRun: in.Body.DryRun})
	if err != nil {
		return nil, err
	}
	return &runOut{runDocument(run)}, nil
}

type decideRunIn struct {
	Day  calendar.Date `path:"day"`
	Body struct {
		Decision string `json:"decision" enum:"release,discard"`
		Reason   string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (d *desk) apiDecideRun(ctx context.Context, call web.Call, in *decideRunIn) (*runOut, error) {
	do := d.Detector.Release
	if in.Body.Decision == "discard" {
		do = d.Detector.Discard
	}
	run, err := do(ctx, call.By, in.Day, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &runOut{runDocument(run)}, nil
}
