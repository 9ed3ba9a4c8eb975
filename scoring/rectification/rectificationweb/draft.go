package rectificationweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/scoring/rectification"
	"qingce/templates"
)

// newIn is what a link can fill in ahead.
type newIn struct {
	Department string `form:"department"`
	Situation  string `form:"situation"`
	Record     string `form:"record"` // kind code
}

func (d *desk) newNotice(r *web.Request, in newIn) (web.Response, error) {
	p, err := d.Desk.Policy(r.Ctx)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	given := url.Values{"situation": {in.Situation}, "records": {in.Record}, "term_wd": {strconv.Itoa(p.TermWd)}}
	if body, ok := dir.Lookup(in.Department); ok {
		given.Set("department", body.Code+" "+body.Name)
	}
	return d.noticeForm(r, nil, given, nil)
}

func (d *desk) edit(r *web.Request, in idIn) (web.Response, error) {
	f, err := d.Desk.Find(r.Ctx, r.By, in.notice())
	if err != nil {
		return nil, err
	}
	if f.Notice.State != rectification.Drafted {
		return web.Redirect{To: f.Notice.Address()}, nil
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	n := f.Notice
	body, _ := dir.Find(n.DepartmentID)
	return d.noticeForm(r, &n, url.Values{
		"department": {body.Code + " " + body.Name}, "situation": {string(n.Situation)}, "plan_breach": {strconv.FormatBool(n.PlanBreach)},
		"facts": {n.Facts}, "demand": {n.Demand}, "term_wd": {strconv.Itoa(n.TermWd)}, "records": {recordLines(f.Facts)},
	}, nil)
}

// recordLines are the records of a notice as its form has them: one in a line.
func recordLines(facts []rectification.Fact) string {
	lines := make([]string, len(facts))
	for i, f := range facts {
		lines[i] = string(f.Kind) + " " + f.Ref
	}
	return strings.Join(lines, "\n")
}

// noticeForm shows the form of a new notice or of a draft.
func (d *desk) noticeForm(r *web.Request, draft *rectification.Notice, given url.Values, cause error) (web.Response, error) {
	a, title := asking(r.P, given), r.T("rectify.act.new")
	body := a.Field("department", templates.KindRef, true)
	body.Lookup = "/departments/lookup"
	situations := make([]string, 0, 5)
	for _, s := range rectification.Situations() {
		situations = append(situations, string(s))
	}
	form := templates.Form{
		ID: "notice", Action: listPath, Guard: true,
		Sections: []templates.Section{
			{ID: "s-who", Title: r.T("rectify.section.who"), Fields: []templates.Field{
				body, a.choice("situation", situations, func(s string) string { return r.T(string(rectification.Situation(s).Label())) }),
				a.Field("plan_breach", templates.KindBool, false),
			}},
			{ID: "s-what", Title: r.T("rectify.section.what"), Fields: []templates.Field{
				a.long("facts", true), a.long("records", false), a.long("demand", true), a.Field("term_wd", templates.KindCount, true),
			}},
		},
		Acts: []templates.Act{
			{Text: r.T("rectify.act.save"), Note: r.T("rectify.act.save.note"), Kind: templates.ActPrimary, Icon: "check"},
			{Text: r.T("rectify.act.cancel"), Href: listPath, Kind: templates.ActQuiet},
		},
	}
	if draft != nil {
		title, form.Action = r.T("rectify.act.edit"), draft.Address()
		form.Hidden = []templates.Pair{{Name: "version", Value: strconv.FormatInt(draft.Version, 10)}}
		form.Acts[1].Href = draft.Address()
	}
	web.Mistakes(r.P, &form, cause)
	data := formPage{Head: templates.Head{Title: title, Lead: r.T("rectify.form.lead")}, Form: form}
	return web.View{Template: "rectification/form", Title: title, Crumbs: crumbs(r.P, title), Data: data, Err: cause}, nil
}

func (d *desk) draft(r *web.Request, _ noInput) (web.Response, error) {
	in, err := d.typed(r)
	if err == nil {
		var n rectification.Notice
		if n, err = d.Desk.Draft(r.Ctx, r.By, in); err == nil {
			return web.Redirect{To: n.Address(), Said: web.Said(r.T("rectify.said.draft"))}, nil
		}
	}
	if !web.ComesBack(err) {
		return nil, err
	}
	return d.noticeForm(r, nil, r.Form, err)
}

func (d *desk) revise(r *web.Request, in idIn) (web.Response, error) {
	f, err := d.Desk.Find(r.Ctx, r.By, in.notice())
	if err != nil {
		return nil, err
	}
	what, err := d.typed(r)
	if err == nil {
		_, err = d.Desk.Revise(r.Ctx, r.By, in.notice(), in.Version, what)
	}
	switch {
	case err == nil:
		return web.Redirect{To: f.Notice.Address(), Said: web.Said(r.T("rectify.said.draft"))}, nil
	case web.ComesBack(err):
		return d.noticeForm(r, &f.Notice, r.Form, err)
	}
	return nil, err
}

// typed reads what somebody typed into the form of a notice.
func (d *desk) typed(r *web.Request) (rectification.Draft, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return rectification.Draft{}, err
	}
	out := rectification.Draft{
		Situation: rectification.Situation(r.Form.Get("situation")), PlanBreach: r.Form.Get("plan_breach") == "true",
		Facts: input.Lines(r.Form.Get("facts")), Demand: input.Lines(r.Form.Get("demand")),
	}
	var wrong []fault.Field
	out.Department, wrong = bodyTyped(dir, r.Form.Get("department"))
	days, more := countTyped(r.Form, "term_wd")
	out.TermWd, wrong = int(days), append(wrong, more...)
	out.Records, more = recordsTyped(r.Form.Get("records"))
	return out, fault.Refuse(append(wrong, more...))
}

func bodyTyped(dir *inventory.Directory, word string) (auth.DepartmentID, []fault.Field) {
	if word = strings.TrimSpace(word); word == "" {
		return 0, nil
	}
	body, ok := dir.Lookup(word)
	if !ok {
		return 0, []fault.Field{fault.At("department", "rectify.err.department", "value", word)}
	}
	return body.ID, nil
}

// countTyped reads a number; nothing is 0.
func countTyped(form url.Values, name string) (int64, []fault.Field) {
	if strings.TrimSpace(form.Get(name)) == "" {
		return 0, nil
	}
	n, _, err := input.Count(form.Get(name))
	if err != nil {
		return 0, []fault.Field{fault.At(name, input.Code(err), "field", fault.Label("rectify."+name), "value", form.Get(name))}
	}
	return n, nil
}

// recordsTyped reads records, one in a line: the kind and the code.
func recordsTyped(text string) (out []rectification.RecordRef, wrong []fault.Field) {
	for _, line := range strings.Split(input.Lines(text), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		kind, ref, _ := strings.Cut(line, " ")
		if !slices.Contains(rectification.FactKinds(), rectification.FactKind(kind)) || strings.TrimSpace(ref) == "" {
			wrong = append(wrong, fault.At("records", "rectify.err.record_line", "line", line))
			continue
		}
		out = append(out, rectification.RecordRef{Kind: rectification.FactKind(kind), Ref: strings.TrimSpace(ref)})
	}
	return out, wrong
}
