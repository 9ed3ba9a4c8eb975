package monthlyweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
)

// mountPolicy adds the method and its versions.
func (d *desk) mountPolicy(s *web.Server) {
	web.Get(s.Group(web.For(viewers()...)), policyPath, d.showPolicy)
	edit := s.Group(web.For(monthly.Makers()...))
	web.Post(edit, policyPath, d.draftPolicy)
	web.Post(edit, policyPath+"/force", d.forcePolicy)
}

// policyIn is the form of the method as it was typed.
type policyIn struct {
	Revision int64  `form:"revision"`
	From     string `form:"month"`
	Reason   string `form:"reason"`
}

// term is a number of the method with the name of its field.
type term struct {
	name, unit string
	at         *int
}

// section is a part of the form.
type section struct {
	key   string
	terms []term
}

// sections lists the numbers of a method in the order of the form. They point
// into the method, so that they are read and written in one place.
func sections(m *monthly.Method) []section {
	weights := section{key: "weights"}
	for _, metric := range scorecard.Metrics() {
		weights.terms = append(weights.terms, term{"weight_" + metric.Key(), "points", &m.Weights[metric]})
	}
	return []section{
		weights,
		{"formula", []term{
			{"joint_target", "items", &m.JointTarget}, {"key_area_target", "items", &m.KeyAreaTarget}, {"late_wd", "wd", &m.LateWd},
			{"window_days", "days", &m.WindowDays}, {"reply_days", "days", &m.ReplyDays}, {"papers_target", "items", &m.PapersTarget},
		}},
		{"bands", []term{
			{"praise", "points", &m.Praise}, {"good", "points", &m.Good}, {"remind", "points", &m.Remind}, {"report", "points", &m.Report},
			{"connected_for_praise", "percent", &m.ConnectedForPraise}, {"ranked_from", "points", &m.RankedFrom},
		}},
		{"appeal", []term{{"appeal_wd", "wd", &m.AppealWd}, {"off_cap", "points", &m.OffCap}}},
	}
}

// readMethod reads a method from a form; what is no number is named at its
// field and the rest is read all the same.
func readMethod(form url.Values, base monthly.Method) (monthly.Method, []fault.Field) {
	m := base
	m.TaskPoints, m.Off = map[scorecard.Outcome]int{}, map[scorecard.Deduction]int{}
	var wrong []fault.Field
	read := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(form.Get(name)))
		if err != nil {
			wrong = append(wrong, fault.At(name, "monthly.err.number", "field", fault.Label("scoring.policy."+name), "text", form.Get(name)))
		}
		return n
	}
	for _, s := range sections(&m) {
		for _, t := range s.terms {
			*t.at = read(t.name)
		}
	}
	for _, o := range scorecard.Outcomes() {
		m.TaskPoints[o] = read("task_" + string(o))
	}
	for _, one := range scorecard.Deductions() {
		m.Off[one] = read("off_" + string(one))
	}
	day, err := calendar.ParseDate(strings.TrimSpace(form.Get("penalty_from")))
	if err != nil {
		wrong = append(wrong, fault.At("penalty_from", "monthly.err.day", "field", fault.Label("scoring.policy.penalty_from"), "text", form.Get("penalty_from")))
	}
	m.PenaltyFrom = day
	return m, wrong
}

// typed is a method as the form has it.
func typed(m monthly.Method) url.Values {
	out := url.Values{"penalty_from": {m.PenaltyFrom.String()}}
	for _, s := range sections(&m) {
		for _, t := range s.terms {
			out.Set(t.name, strconv.Itoa(*t.at))
		}
	}
	for _, o := range scorecard.Outcomes() {
		out.Set("task_"+string(o), strconv.Itoa(m.TaskPoints[o]))
	}
	for _, one := range scorecard.Deductions() {
		out.Set("off_"+string(one), strconv.Itoa(m.Off[one]))
	}
	return out
}

// readPolicies reads the versions of the method for the page.
func (d *desk) readPolicies(r *web.Request) (policyView, error) {
	v := policyView{p: r.P, by: r.By, next: monthly.PeriodOf(r.Today())}
	all, err := d.Months.Policies(r.Ctx, r.By)
	if err != nil {
		return v, err
	}
	for i := range all {
		if all[i].State == monthly.PolicyDraft {
			v.draft = &all[i]
			continue
		}
		v.inForce = append(v.inForce, all[i])
	}
	slices.SortFunc(v.inForce, func(a, b monthly.Policy) int { return int(b.Version - a.Version) })
	return v, nil
}

func (d *desk) showPolicy(r *web.Request, _ struct{}) (web.Response, error) {
	v, err := d.readPolicies(r)
	if err != nil {
		return nil, err
	}
	return d.policyView(r, v)
}

func (d *desk) policyView(r *web.Request, v policyView) (web.Response, error) {
	title := r.T("monthly.policy.title")
	return web.View{Template: "monthly/policy", Title: title, Crumbs: crumbs(r.P, crumb(title, "")), Data: v.page(), Err: v.cause}, nil
}

// draftPolicy keeps a draft of another method.
func (d *desk) draftPolicy(r *web.Request, in policyIn) (web.Response, error) {
	v, err := d.readPolicies(r)
	if err != nil {
		return nil, err
	}
	m, wrong := readMethod(r.Form, v.base())
	if err = fault.Refuse(wrong); len(wrong) == 0 {
		_, err = d.Months.SavePolicy(r.Ctx, r.By, m, in.Reason, in.Revision)
	}
	if comesBack(err) {
		v.typed, v.reason, v.cause, v.form = r.Form, in.Reason, err, "draft"
		return d.policyView(r, v)
	}
	if err != nil {
		return nil, err
	}
	return done(r, policyPath, "monthly.policy.drafted")
}

// forcePolicy puts the draft in force from a month on.
func (d *desk) forcePolicy(r *web.Request, in policyIn) (web.Response, error) {
	v, err := d.readPolicies(r)
	if err != nil {
		return nil, err
	}
	month, err := monthly.ParsePeriod(in.From)
	if err == nil {
		_, err = d.Months.SetPolicy(r.Ctx, r.By, month, in.Revision)
	}
	if comesBack(err) {
		v.from, v.cause, v.form = in.From, err, "force"
		return d.policyView(r, v)
	}
	if err != nil {
		return nil, err
	}
	return done(r, policyPath, "monthly.policy.set", "month", month)
}
