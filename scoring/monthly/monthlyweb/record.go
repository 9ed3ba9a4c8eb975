package monthlyweb

import (
	"slices"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/scoring/monthly"
	"qingce/templates"
)

// newPath is where a month is counted for the first time.
const newPath = cardsPath + "/new"

// recordPath is the way of a month.
func recordPath(m monthly.Month) string { return monthPath(m, "record") }

// mountRecord adds the way of a month: what was done with it, and what is next.
func (d *desk) mountRecord(s *web.Server) {
	watch := s.Group(web.For(monthly.Watchers()...))
	web.Get(watch, cardsPath+"/:month/record", d.showRecord)
	office := s.Group(web.For(auth.Office))
	web.Get(office, newPath, d.newMonth)
	web.Post(office.Within(slowWork), newPath, d.compute)
	move := s.Group(web.For(movers()...))
	web.Post(move.Within(slowWork), cardsPath+"/:month/moves", d.move)
	web.Post(s.Group(web.For(monthly.Deciders()...)), cardsPath+"/:month/proposals", d.decide)
}

// movers are all who may take some step with a month.
func movers() []auth.Role {
	var out []auth.Role
	for _, w := range monthly.Ways() {
		for _, role := range w.Roles {
			if !slices.Contains(out, role) {
				out = append(out, role)
			}
		}
	}
	return out
}

// recordIn is a month with what was typed about it.
type recordIn struct {
	Month    string `uri:"month"`
	Version  int64  `form:"version"`
	Revision int64  `form:"revision"`
	Move     string `form:"move"`
	Reason   string `form:"-"`
	Dept     string `form:"dept"`
	Decision string `form:"-"`
	Page     int    `form:"page"` // of the proposals
}

// newIn is the month that is to be counted, as it was typed.
type newIn struct {
	Month string `form:"month"`
}

func (d *desk) newMonth(r *web.Request, _ struct{}) (web.Response, error) {
	return d.newView(r, newIn{Month: string(monthly.PeriodOf(r.Today()).Before())}, nil)
}

func (d *desk) newView(r *web.Request, in newIn, cause error) (web.Response, error) {
	f := templates.Form{
		Action: newPath,
		Sections: []templates.Section{{ID: "s-new", Title: r.T("monthly.compute"), Lead: r.T("monthly.compute.lead"), Fields: []templates.Field{
			{Name: "month", Label: r.T("monthly.month"), Help: r.T("monthly.month.help"), Required: true, Value: in.Month, Width: "short"},
		}}},
		Acts: []templates.Act{{Text: r.T("monthly.compute"), Kind: templates.ActPrimary, Icon: "check", Note: r.T("monthly.compute.note")}},
	}
	web.Mistakes(r.P, &f, cause)
	title := r.T("monthly.compute")
	return web.View{Template: "monthly/form", Title: title, Crumbs: crumbs(r.P, crumb(title, "")), Err: cause, Data: formPage{Head: templates.Head{Title: title, Lead: r.T("monthly.lead")}, Form: &f}}, nil
}

// formPage is the data of monthly/form.
type formPage struct {
	Head templates.Head
	Form *templates.Form
}

func (d *desk) compute(r *web.Request, in newIn) (web.Response, error) {
	month, err := monthly.ParsePeriod(in.Month)
	var m monthly.Month
	if err == nil {
		m, err = d.Months.Compute(r.Ctx, r.By, month)
	}
	if comesBack(err) {
		return d.newView(r, in, err)
	}
	if err != nil {
		return nil, err
	}
	return done(r, recordPath(m), "monthly.computed.said", "month", m.Month)
}

// readRecord reads the way of a month.
func (d *desk) readRecord(r *web.Request, in recordIn) (recordView, error) {
	v := recordView{p: r.P, by: r.By, today: r.Today(), in: in}
	month, err := monthly.ParsePeriod(in.Month)
	if err != nil {
		return v, err
	}
	if v.record, err = d.Months.Find(r.Ctx, r.By, month, in.Version); err != nil {
		return v, err
	}
	if v.months, err = d.Months.List(r.Ctx, r.By); err != nil {
		return v, err
	}
	if v.table, err = d.Months.Table(r.Ctx, r.By, month, v.record.Month.Version); err != nil {
		return v, err
	}
	return v, nil
}

func (d *desk) showRecord(r *web.Request, in recordIn) (web.Response, error) {
	v, err := d.readRecord(r, in)
	if err != nil {
		return nil, err
	}
	return d.recordView(r, v)
}

func (d *desk) recordView(r *web.Request, v recordView) (web.Response, error) {
	title := r.T("monthly.record.title", "month", v.record.Month.Month)
	return web.View{
		Template: "monthly/record", Title: title, Data: v.page(), Err: v.cause,
		Crumbs: crumbs(r.P, crumb(string(v.record.Month.Month), monthPath(v.record.Month)), crumb(r.T("monthly.record"), "")),
	}, nil
}

func (d *desk) move(r *web.Request, in recordIn) (web.Response, error) {
	v, err := d.readRecord(r, in)
	if err != nil {
		return nil, err
	}
	v.in.Reason = given(r.Form, "reason", in.Move)
	m, err := d.Months.Take(r.Ctx, r.By, v.record.Month.Month, in.Version, in.Revision, monthly.Move(in.Move), v.in.Reason)
	if comesBack(err) {
		v.cause, v.form = err, in.Move
		return d.recordView(r, v)
	}
	if err != nil {
		return nil, err
	}
	return done(r, recordPath(m), "monthly.moved", "state", m.State.Label())
}

// decide approves or declines one proposal.
func (d *desk) decide(r *web.Request, in recordIn) (web.Response, error) {
	v, err := d.readRecord(r, in)
	if err != nil {
		return nil, err
	}
	v.in.Decision, v.in.Reason = given(r.Form, "decision", in.Dept), given(r.Form, "reason", in.Dept)
	in = v.in
	if in.Decision != "approve" && in.Decision != "decline" { // nothing chosen is no refusal
		err = fault.Refuse([]fault.Field{fault.At("decision", "err.required", "field", fault.Label("monthly.decision"))})
	} else {
		_, err = d.Months.Decide(r.Ctx, r.By, v.record.Month.Month, in.Version, in.Dept, in.Decision == "approve", in.Reason)
	}
	if comesBack(err) {
		v.cause, v.form = err, "decide-"+in.Dept
		return d.recordView(r, v)
	}
	if err != nil {
		return nil, err
	}
	to := recordPath(v.record.Month)
	if in.Page > 1 {
		to = templates.WithQuery(to, "page", pageWord(in.Page))
	}
	return done(r, to+"#proposals", "monthly.decided")
}
