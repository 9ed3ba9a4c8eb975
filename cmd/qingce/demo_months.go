package main

import (
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
)

// demoClose is when a month was closed.
type demoClose struct {
	month                                                          monthly.Period
	compute, freeze, appeal, review, decide, approve, publish, why string
	// agreed are the bodies of which what the cards suggest was approved.
	agreed []string
}

// demoCloses are the months up to the opening of the demonstration.
func demoCloses() []demoClose {
	return []demoClose{
		{"2017-10", "2017-11-01 11:00", "2017-11-02 14:00", "2017-11-02 15:00", "2017-11-08 09:00", "2017-11-08 15:00", "2017-11-09 09:00", "2017-11-09 10:00",
			"办法施行首月，只作提醒，不予通报。", nil},
		{"2017-11", "2017-12-01 11:00", "2017-12-04 14:00", "2017-12-04 15:00", "2017-12-08 09:00", "2017-12-08 15:00", "2017-12-11 09:00", "2017-12-11 10:00",
			"接入工作正在推进，先行约谈，暂不通报。", []string{"LY", "WJ"}},
		{"2017-12", "2018-01-02 11:00", "2018-01-04 10:00", "2018-01-04 11:00", "2018-01-10 08:05", "2018-01-10 08:10", "2018-01-10 08:15", "2018-01-10 08:20",
			"", []string{"GA", "GS", "RS", "MZ", "FC", "JY", "WJ"}},
	}
}

// demoMonthEvents are the closes of October, November (step 23) and December
// (step 28): counted, frozen, seen and objected to, decided and published.
func demoMonthEvents() []demoEvent {
	var out []demoEvent
	for _, c := range demoCloses() {
		take := func(move monthly.Move) func(*demoCity, auth.Principal) error {
			return func(d *demoCity, by auth.Principal) error { return d.takeMonth(by, c.month, move) }
		}
		out = append(out,
			demoEvent{c.compute, "office", "counts " + string(c.month), func(d *demoCity, by auth.Principal) error {
				_, err := d.months.Compute(d.ctx, by, c.month)
				return err
			}},
			demoEvent{c.freeze, "office", "freezes " + string(c.month), take(monthly.Freeze)},
			demoEvent{c.appeal, "office", "lets the bodies see " + string(c.month), take(monthly.OpenAppeal)},
			demoEvent{c.review, "office", "ends the objections to " + string(c.month), take(monthly.Review)},
			demoEvent{c.decide, "leader", "decides on praise and criticism of " + string(c.month), func(d *demoCity, by auth.Principal) error {
				return d.decideMonth(by, c)
			}},
			demoEvent{c.approve, "leader", "approves " + string(c.month), take(monthly.Approve)},
			demoEvent{c.publish, "leader", "publishes " + string(c.month), take(monthly.Publish)},
		)
	}
	return append(out,
		demoEvent{"2017-12-05 10:00", "jt.head", "objects to November", demoObjects("2017-11", monthly.Replies, "对旅游局申请的答复因节假日延误，请酌情按时计算。")},
		demoEvent{"2017-12-06 10:00", "office", "rejects the objection of JT", demoRejects("2017-11", "答复期限按工作日计算，节假日已经扣除，答复晚于期限，不予更正。")},
		demoEvent{"2018-01-05 10:00", "wj.head", "objects to December", demoObjects("2017-12", monthly.Connections, "专线施工单位延期，价格监测系统未能按期接入，请予扣除。")},
		demoEvent{"2018-01-08 10:00", "office", "rejects the objection of WJ", demoRejects("2017-12", "未申请暂缓接入，延期事项不影响核定，不予更正。")},
	)
}

func (d *demoCity) takeMonth(by auth.Principal, month monthly.Period, move monthly.Move) error {
	r, err := d.months.Find(d.ctx, by, month, 0)
	if err == nil {
		_, err = d.months.Take(d.ctx, by, month, r.Month.Version, r.Month.Revision, move, "")
	}
	return err
}

// decideMonth decides on all that the cards of a month suggest.
func (d *demoCity) decideMonth(by auth.Principal, c demoClose) error {
	r, err := d.months.Find(d.ctx, by, c.month, 0)
	if err != nil {
		return err
	}
	for _, p := range r.Proposals {
		body, _ := d.dir.Find(p.DepartmentID)
		agreed := slices.ContainsFunc(c.agreed, func(prefix string) bool { return d.body(prefix) == body.ID })
		reason := c.why
		switch {
		case agreed && p.Band == scorecard.Praise:
			reason = "同意通报表扬。"
		case agreed:
			reason = "同意通报，责令整改。"
		}
		if _, err := d.months.Decide(d.ctx, by, c.month, r.Month.Version, body.Code, agreed, reason); err != nil {
			return fmt.Errorf("%s of %s: %w", p.Band, body.Name, err)
		}
	}
	return nil
}

func demoObjects(month monthly.Period, figure monthly.FigureKey, text string) func(*demoCity, auth.Principal) error {
	return func(d *demoCity, by auth.Principal) error {
		_, err := d.months.Object(d.ctx, by, month, 1, monthly.Doubt{Figure: figure, Text: text})
		return err
	}
}

func demoRejects(month monthly.Period, text string) func(*demoCity, auth.Principal) error {
	return func(d *demoCity, by auth.Principal) error {
		r, err := d.months.Find(d.ctx, by, month, 1)
		if err != nil {
			return err
		}
		for _, o := range r.Objections {
			if o.State != monthly.ObjectionRaised {
				continue
			}
			if _, err := d.months.Answer(d.ctx, by, o.ID, o.Revision, monthly.Answer{Text: text}); err != nil {
				return err
			}
		}
		return nil
	}
}
