package rectificationweb

import (
	"context"

	"qingce/internal/web"
	"qingce/scoring/rectification"
)

type rectifyNumbersIn struct {
	Year int `query:"year" doc:"Of the notices; nothing is all"`
}

// rectifyCountDoc is how many notices there are of something.
type rectifyCountDoc struct {
	Issued   int64 `json:"issued"`
	Open     int64 `json:"open"`
	Overdue  int64 `json:"overdue" doc:"Overdue now"`
	EverLate int64 `json:"ever_late" doc:"Were overdue at some time"`
}

type rectifyNumbersBody struct {
	Body struct {
		Total      rectifyCountDoc            `json:"total"`
		Situations map[string]rectifyCountDoc `json:"situations"`
		Bodies     map[string]rectifyCountDoc `json:"bodies" doc:"By the code of the body"`
	}
}

func (d *desk) apiNumbers(ctx context.Context, call web.Call, in *rectifyNumbersIn) (*rectifyNumbersBody, error) {
	t, err := d.Desk.Tally(ctx, call.By, in.Year)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	out := &rectifyNumbersBody{}
	out.Body.Total = rectifyCountDoc{t.Total, t.Open, t.Overdue, t.EverLate}
	out.Body.Situations, out.Body.Bodies = map[string]rectifyCountDoc{}, map[string]rectifyCountDoc{}
	for s, c := range t.Situations {
		out.Body.Situations[string(s)] = rectifyCountDoc(c)
	}
	for id, c := range t.Bodies {
		body, _ := dir.Find(id)
		out.Body.Bodies[body.Code] = rectifyCountDoc(c)
	}
	return out, nil
}

type rectifyNothingIn struct{}

type rectifyPolicyBody struct {
	ETag string `header:"ETag"`
	Body struct {
		TermWd  int    `json:"term_wd"`
		Version int64  `json:"version"`
		Reason  string `json:"reason,omitempty"`
	}
}

// policyBody shows a policy. An ETag begins at 1, the version of a policy at 0:
// nobody has set one.
func policyBody(p rectification.Policy) *rectifyPolicyBody {
	out := &rectifyPolicyBody{ETag: web.ETag(p.Version + 1)}
	out.Body.TermWd, out.Body.Version, out.Body.Reason = p.TermWd, p.Version, p.Reason
	return out
}

func (d *desk) apiPolicy(ctx context.Context, _ web.Call, _ *rectifyNothingIn) (*rectifyPolicyBody, error) {
	p, err := d.Desk.Policy(ctx)
	if err != nil {
		return nil, err
	}
	return policyBody(p), nil
}

type rectifySetPolicyIn struct {
	IfMatch string `header:"If-Match" doc:"ETag of the policy as it was read"`
	Body    struct {
		TermWd int    `json:"term_wd,omitempty" doc:"5 to 30 working days"`
		Reason string `json:"reason,omitempty"`
	}
}

func (d *desk) apiSetPolicy(ctx context.Context, call web.Call, in *rectifySetPolicyIn) (*rectifyPolicyBody, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	p, err := d.Desk.SetPolicy(ctx, call.By, rectification.Policy{Version: version - 1, TermWd: in.Body.TermWd}, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return policyBody(p), nil
}
