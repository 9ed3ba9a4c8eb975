package zombieweb

import (
	"bytes"
	"context"

	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/web"
	"qingce/inventory/zombie/cleanup"
)

// caseStepAPI is a step with a case as it was read.
type caseStepAPI struct {
	No      string `path:"no"`
	IfMatch string `header:"If-Match" doc:"ETag of the case as it was read"`
}

// take takes a step and shows the case.
func (d *desk) take(ctx context.Context, call web.Call, in caseStepAPI, step func(version int64) error) (*caseOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	if err := step(version); err != nil {
		return nil, err
	}
	return d.caseAnswered(ctx, call, in.No)
}

func (d *desk) apiNotify(ctx context.Context, call web.Call, in *caseStepAPI) (*caseOut, error) {
	return d.take(ctx, call, *in, func(version int64) error {
		_, err := d.Cases.Notify(ctx, call.By, in.No, version)
		return err
	})
}

type caseAnswerIn struct {
	No      string `path:"no"`
	IfMatch string `header:"If-Match" doc:"ETag of the case as it was read"`
	Body    struct {
		Answer string `json:"answer" enum:"admitted,contested"`
		Text   string `json:"text,omitempty" maxLength:"2000" doc:"Required to contest"`
	}
}

func (d *desk) apiAnswer(ctx context.Context, call web.Call, in *caseAnswerIn) (*caseOut, error) {
	return d.take(ctx, call, caseStepAPI{in.No, in.IfMatch}, func(version int64) error {
		_, err := d.Cases.Answer(ctx, call.By, in.No, version, cleanup.Reply{Answer: cleanup.Answer(in.Body.Answer), Text: in.Body.Text})
		return err
	})
}

type caseDecideIn struct {
	No      string `path:"no"`
	IfMatch string `header:"If-Match" doc:"ETag of the case as it was read"`
	Body    struct {
		Decision string `json:"decision" enum:"confirm,dismiss"`
		Reason   string `json:"reason" maxLength:"2000"`
	}
}

func (d *desk) apiDecide(ctx context.Context, call web.Call, in *caseDecideIn) (*caseOut, error) {
	return d.take(ctx, call, caseStepAPI{in.No, in.IfMatch}, func(version int64) error {
		_, err := d.Cases.Decide(ctx, call.By, in.No, version, in.Body.Decision == string(cleanup.Confirm), in.Body.Reason)
		return err
	})
}

type casePlanIn struct {
	No      string `path:"no"`
	IfMatch string `header:"If-Match" doc:"ETag of the case as it was read"`
	Body    struct {
		Action       string        `json:"action" enum:"retire,merge,rebuild"`
		Target       string        `json:"target,omitempty" doc:"Code of the system that takes over; required to merge"`
		Disposal     string        `json:"disposal,omitempty" enum:"archive,migrate,destroy" doc:"Required to retire or merge"`
		DisposalNote string        `json:"disposal_note,omitempty" maxLength:"2000"`
		Released     caseReleased  `json:"released"`
		OmStopOn     calendar.Date `json:"om_stop_on,omitempty" required:"false"`
		UsersTold    string        `json:"users_told,omitempty" maxLength:"2000" doc:"How and when the users were told; required to retire or merge"`
	}
}

func (d *desk) apiPlan(ctx context.Context, call web.Call, in *casePlanIn) (*caseOut, error) {
	b := &in.Body
	plan := cleanup.Scheme{Target: b.Target, Plan: cleanup.Plan{
		Action: cleanup.Action(b.Action), Disposal: cleanup.Disposal(b.Disposal), DisposalNote: b.DisposalNote, Released: b.Released.released(),
		OmStopOn: b.OmStopOn, UsersTold: b.UsersTold,
	}}
	return d.take(ctx, call, caseStepAPI{in.No, in.IfMatch}, func(version int64) error {
		_, err := d.Cases.HandInPlan(ctx, call.By, in.No, version, plan)
		return err
	})
}

type caseReviewIn struct {
	No      string `path:"no"`
	IfMatch string `header:"If-Match" doc:"ETag of the case as it was read"`
	Body    struct {
		Verdict string `json:"verdict" enum:"accept,return"`
		Reason  string `json:"reason,omitempty" maxLength:"2000" doc:"Required to return"`
	}
}

func (in *caseReviewIn) accepts() bool { return in.Body.Verdict == "accept" }

func (d *desk) apiPlanReview(ctx context.Context, call web.Call, in *caseReviewIn) (*caseOut, error) {
	return d.take(ctx, call, caseStepAPI{in.No, in.IfMatch}, func(version int64) (err error) {
		if in.accepts() {
			_, err = d.Cases.ApprovePlan(ctx, call.By, in.No, version)
			return err
		}
		_, err = d.Cases.ReturnPlan(ctx, call.By, in.No, version, in.Body.Reason)
		return err
	})
}

func (d *desk) apiReview(ctx context.Context, call web.Call, in *caseReviewIn) (*caseOut, error) {
	return d.take(ctx, call, caseStepAPI{in.No, in.IfMatch}, func(version int64) (err error) {
		if in.accepts() {
			_, err = d.Cases.Accept(ctx, call.By, in.No, version, in.Body.Reason)
			return err
		}
		_, err = d.Cases.ReturnEvidence(ctx, call.By, in.No, version, in.Body.Reason)
		return err
	})
}

type caseSubmitIn struct {
	No      string `path:"no"`
	IfMatch string `header:"If-Match" doc:"ETag of the case as it was read"`
	Body    struct {
		StoppedOn calendar.Date `json:"stopped_on,omitempty" required:"false" doc:"When it was switched off; required to retire or merge"`
		Outcome   string        `json:"outcome" maxLength:"2000"`
		Released  caseReleased  `json:"released"`
	}
}

func (d *desk) apiSubmitCase(ctx context.Context, call web.Call, in *caseSubmitIn) (*caseOut, error) {
	done := cleanup.Done{StoppedOn: in.Body.StoppedOn, Outcome: in.Body.Outcome, Released: in.Body.Released.released()}
	return d.take(ctx, call, caseStepAPI{in.No, in.IfMatch}, func(version int64) error {
		_, err := d.Cases.SubmitEvidence(ctx, call.By, in.No, version, done)
		return err
	})
}

type caseExemptIn struct {
	No      string `path:"no"`
	IfMatch string `header:"If-Match" doc:"ETag of the case as it was read"`
	Body    struct {
		Until  calendar.Date `json:"until"`
		Reason string        `json:"reason" maxLength:"2000"`
	}
}

func (d *desk) apiExempt(ctx context.Context, call web.Call, in *caseExemptIn) (*caseOut, error) {
	return d.take(ctx, call, caseStepAPI{in.No, in.IfMatch}, func(version int64) error {
		_, err := d.Cases.MakeExempt(ctx, call.By, in.No, version, in.Body.Until, in.Body.Reason)
		return err
	})
}

type caseFileAPIIn struct {
	No      string `path:"no"`
	Purpose string `query:"purpose" required:"true" enum:"statement,backup,data_disposal,release,notice,other"`
	Name    string `query:"name" required:"true" maxLength:"200"`
	Note    string `query:"note" maxLength:"500"`
	RawBody []byte `contentType:"application/octet-stream"`
}

type caseFileAPIOut struct{ Body caseFileDoc }

func (d *desk) apiCaseFile(ctx context.Context, call web.Call, in *caseFileAPIIn) (*caseFileAPIOut, error) {
	up := evidence.Upload{Name: in.Name, Reader: bytes.NewReader(in.RawBody), Size: int64(len(in.RawBody))}
	item, err := d.Cases.Prove(ctx, call.By, in.No, up, in.Purpose, in.Note)
	if err != nil {
		return nil, err
	}
	return &caseFileAPIOut{caseFileDoc{int64(item.Link.ID), item.Link.Name, item.Link.Purpose, item.File.SHA256}}, nil
}
