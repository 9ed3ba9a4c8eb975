package fundingweb

import (
	"net/url"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/scoring/eligibility"
	"qingce/scoring/funding"
	"qingce/templates"
)

// listPage is the data of funding/list: a list of a year.
type listPage struct {
	Head     templates.Head
	Tabs     templates.Tabs
	Callouts []templates.Callout
	Stats    []templates.Stat
	Filters  *templates.Filters
	Bulk     *templates.Bulk
	Table    *templates.Table
	Empty    *templates.Empty
	Pager    *templates.Pager
	Note     string
}

type yearIn struct {
	Year int `uri:"year"`
}

// listView turns the list of a year into the data of its page.
type listView struct {
	p   *locale.Printer
	by  auth.Principal
	a   web.Listing
	dir *inventory.Directory
	funding.Year
}

// queryOf is what an address asks for.
func queryOf(a web.Listing, by auth.Principal, dir *inventory.Directory) funding.Query {
	q := funding.Query{
		Groups: web.Chosen(a, "group", funding.Groups()), Stages: web.Chosen(a, "stage", funding.Stages()), Turns: web.Chosen(a, "turn", funding.Turns()),
		Warned: only(a, "warned"), Plea: only(a, "plea"), Lapsed: only(a, "lapsed"), Search: a.Get("q"), Page: a.Page(), Size: a.Size(funding.DefaultPageSize),
	}
	if rules := web.Chosen(a, "rule", ruleIDs()); len(rules) > 0 {
		q.Rule = rules[0]
	}
	if only(a, "mine") {
		q.Turns = append(q.Turns, funding.TurnsOf(by)...)
	}
	if body, ok := dir.Lookup(a.Get("department")); ok {
		q.Departments = []auth.DepartmentID{body.ID}
	}
	sort, down := strings.CutPrefix(a.Get("sort"), "-")
	q.Sort, q.Descending = funding.Sort(sort), down
	return q
}

// ruleIDs are the rules that speak of O&M.
func ruleIDs() []string {
	var out []string
	for _, r := range eligibility.First().Rules {
		if len(r.Kinds) == 0 {
			out = append(out, r.ID)
		}
		for _, k := range r.Kinds {
			if k == eligibility.Maintenance {
				out = append(out, r.ID)
			}
		}
	}
	return out
}

// showYear is the list of a year.
func (d *desk) showYear(r *web.Request, in yearIn) (web.Response, error) {
	return d.yearView(r, in.Year, nil, nil)
}

func (d *desk) yearView(r *web.Request, year int, told []templates.Callout, cause error) (web.Response, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v := listView{p: r.P, by: r.By, a: r.Listing(), dir: dir}
	v.a.Path = yearPath(year)
	if v.Year, err = d.Funding.List(r.Ctx, r.By, year, queryOf(v.a, r.By, dir)); err != nil {
		return nil, err
	}
	title := yearText(r.P, &v.Run)
	data := v.page(title)
	data.Callouts = append(told, data.Callouts...)
	return web.View{Template: "funding/list", Title: title, Crumbs: crumbs(r.P, templates.Crumb{Text: title}), Data: data, Err: cause}, nil
}

func (v listView) page(title string) listPage {
	out := listPage{Head: v.head(title), Tabs: yearTabs(v.p, v.Run.Year, "list"), Stats: v.stats(), Note: v.p.T("funding.list.note")}
	if v.Run.Forecast() {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "info", Title: v.p.T("funding.told.forecast"), Text: v.p.T("funding.told.forecast.text", "year", strconv.Itoa(funding.FirstYear))})
	}
	narrowed := v.a.Narrowed()
	if v.Totals.All.Items > 0 || narrowed {
		out.Filters = v.filters()
	}
	switch {
	case v.Totals.All.Items == 0 && narrowed:
		out.Empty = &templates.Empty{Icon: "search", Title: v.p.T("funding.none.match"), Text: v.p.T("funding.none.match.text"), Actions: []templates.Act{{Text: v.p.T("ui.filter.clear"), Href: v.a.Path}}}
	case v.Totals.All.Items == 0:
		out.Empty = &templates.Empty{Icon: "inbox", Title: v.p.T("funding.none.own"), Text: v.p.T("funding.none.own.text")}
	default:
		out.Bulk, out.Pager = v.bulk(), v.a.Pager(v.a.Size(funding.DefaultPageSize), v.Totals.All.Items)
		out.Table = v.table(out.Bulk != nil)
	}
	return out
}

func (v listView) head(title string) templates.Head {
	h := templates.Head{Title: title, Lead: v.p.T("funding.year.lead", "date", v.Run.FrozenOn, "table", v.Run.TableVersion), Facts: []templates.Row{
		{Label: v.p.T("funding.column.run"), Text: v.Run.Number()}, {Label: v.p.T("funding.column.hash"), Text: short(v.Run.Hash), Title: v.Run.Hash, Code: true},
	}}
	if v.by.Is(funding.Watchers()...) {
		h.Actions = []templates.Act{
			{Text: v.p.T("funding.act.book"), Href: web.WithQuery(yearPath(v.Run.Year, "statement.xlsx"), v.a.Narrowing()), Icon: "download", Download: true},
			{Text: v.p.T("funding.act.signed"), Href: yearPath(v.Run.Year, "statement.json"), Icon: "seal", Download: true},
		}
	}
	h.Actions = append(h.Actions, templates.Act{Text: v.p.T("funding.act.print"), Href: web.WithQuery(yearPath(v.Run.Year, "print"), v.a.Narrowing()), Icon: "print"})
	return h
}

// yearTabs lead from one view of a year to another.
func yearTabs(p *locale.Printer, year int, open string) templates.Tabs {
	return templates.Tabs{Label: p.T("menu.funding"), Items: []templates.Tab{
		{Text: p.T("funding.tab.list"), Href: yearPath(year), Active: open == "list"},
		{Text: p.T("funding.tab.departments"), Href: yearPath(year, "departments"), Active: open == "departments"},
	}}
}

// stats are the sums of the list as it is narrowed.
func (v listView) stats() []templates.Stat {
	all := v.Totals.All
	out := []templates.Stat{{
		Label: v.p.T("funding.stat.all"), Value: v.p.Wan(all.Money), Unit: v.p.T("funding.unit"), Share: v.p.T("funding.systems", "n", v.p.Number(all.Items)), Href: v.a.With("group", ""),
	}}
	if all.Unknown > 0 {
		out[0].Note = v.p.T("funding.stat.unknown", "n", v.p.Number(all.Unknown))
	}
	for _, g := range funding.Groups() {
		s := v.Totals.Groups[g]
		if s.Items == 0 {
			continue
		}
		stat := templates.Stat{
			Label: v.p.T(string(g.Label())), Value: v.p.Wan(s.Money), Unit: v.p.T("funding.unit"), Share: v.p.T("funding.systems", "n", v.p.Number(s.Items)),
			Href: v.a.With("group", string(g)), Tone: groupTones[g],
		}
		if n := v.Totals.Warned.Items; g == funding.GroupEligible && n > 0 {
			stat.Note = v.p.T("funding.stat.warned", "n", v.p.Number(n))
		}
		out = append(out, stat)
	}
	withheld := templates.Stat{Label: v.p.T("funding.stat.withheld"), Value: v.p.Wan(all.Withheld()), Unit: v.p.T("funding.unit"), Href: yearPath(v.Run.Year, "departments")}
	return append(out, withheld)
}

func (v listView) filters() *templates.Filters {
	main := []templates.Filter{
		web.Choice(v.a, "group", v.p.T("funding.column.result"), funding.Groups(), func(g funding.Group) string { return v.p.T(string(g.Label())) }),
		web.Choice(v.a, "rule", v.p.T("funding.column.rule"), ruleIDs(), func(id string) string { return v.p.T("funding.rule_short."+id, "id", id) }),
		web.Choice(v.a, "stage", v.p.T("funding.column.stage"), funding.Stages(), func(s funding.Stage) string { return v.p.T(string(s.Label())) }),
		web.Choice(v.a, "only", v.p.T("funding.filter.only"), v.only(), func(name string) string { return v.p.T("funding.filter." + name) }),
	}
	if v.by.Is(funding.Watchers()...) {
		main = append(main, templates.Filter{Name: "department", Label: v.p.T("funding.column.department"), Kind: templates.FilterText, Value: v.a.Get("department")})
	}
	return v.a.Filters(v.p, v.p.T("funding.search"), main)
}

// only are the things that a list can be narrowed to besides.
func (v listView) only() []string {
	if len(funding.TurnsOf(v.by)) > 0 {
		return append(onlyWords(), "mine")
	}
	return onlyWords()
}

func onlyWords() []string { return []string{"warned", "plea", "lapsed"} }

// bulk is what may be done with several items at once; nil for those who may do
// nothing.
func (v listView) bulk() *templates.Bulk {
	b := &templates.Bulk{ID: "many", Page: len(v.Items), Total: v.Totals.All.Items, AllName: "all"}
	for name, values := range v.a.Narrowing() {
		for _, value := range values {
			b.Hidden = append(b.Hidden, templates.Pair{Name: "list." + name, Value: value})
		}
	}
	many := func(act, name, value string) templates.Act {
		return templates.Act{Text: v.p.T("funding.act.many." + act), Note: v.p.T("funding.act.many." + act + ".note"), Kind: templates.ActPrimary, Icon: "check", Name: name, Value: value, Confirm: v.p.T("funding.act.many.confirm", "n", "{n}")}
	}
	switch {
	case v.by.Console():
		return nil
	case v.by.Is(auth.Finance):
		b.Action, b.Acts = yearPath(v.Run.Year, "decisions"), []templates.Act{many("decide", "", "")}
	case v.by.Is(auth.Office, auth.Reform):
		b.Action = yearPath(v.Run.Year, "opinions")
		for _, as := range []auth.Role{auth.Office, auth.Reform} {
			if v.by.Is(as) {
				b.Acts = append(b.Acts, many(string(as), "as", string(as)))
			}
		}
	default:
		return nil
	}
	return b
}

func (v listView) table(pick bool) *templates.Table {
	t := &templates.Table{ID: "items", Caption: v.p.T("funding.tab.list"), Columns: []templates.Column{
		{Key: "system", Text: v.p.T("funding.column.system"), Main: true},
		v.a.Column(templates.Column{Key: "department", Text: v.p.T("funding.column.department")}),
		v.a.Column(templates.Column{Key: "money", Text: v.p.T("funding.column.money"), Unit: v.p.T("funding.unit"), Num: true, Main: true}),
		v.a.Column(templates.Column{Key: "result", Text: v.p.T("funding.column.result"), Main: true}),
		{Key: "rules", Text: v.p.T("funding.column.rule")},
		v.a.Column(templates.Column{Key: "stage", Text: v.p.T("funding.column.stage")}),
		{Key: "turn", Text: v.p.T("funding.column.turn")},
	}}
	if pick {
		t.SelectName, t.SelectForm = "code", "many"
	}
	for i := range v.Items {
		t.Rows = append(t.Rows, v.row(&v.Items[i]))
	}
	return t
}

func (v listView) row(i *funding.Row) templates.TableRow {
	badge := resultBadge(v.p, i.Result)
	result := templates.Cell{Badge: &badge}
	switch {
	case i.Lapsed(v.Today):
		result.Note, result.Tone = v.p.T("funding.lapsed", "date", i.UntilOn), templates.ToneRed
	case !i.UntilOn.IsZero():
		result.Sub = v.p.T("funding.until", "date", i.UntilOn)
	case !i.FromOn.IsZero():
		result.Sub = v.p.T("funding.from", "date", i.FromOn)
	case i.Forecast != "":
		result.Sub = v.p.T("funding.foreseen", "rule", i.Forecast)
	}
	money := templates.Cell{Text: moneyText(v.p, i.Amount)}
	if i.KeptAmount != nil {
		money.Sub = v.p.T("funding.kept", "amount", v.p.Wan(*i.KeptAmount))
	}
	stage := templates.Cell{Text: v.p.T(string(i.Stage.Label()))}
	if i.Plea != "" {
		stage.Sub = v.p.T(string(i.Plea.Label()))
	}
	return templates.TableRow{ID: i.Code, Name: i.Name, Cells: []templates.Cell{
		{Text: i.Name, Sub: i.Code, Href: yearPath(v.Run.Year, i.Code)}, {Text: i.DepartmentName, Href: v.a.With("department", i.DepartmentCode)}, money, result,
		{Text: strings.Join(i.Rules, " "), Title: rulesText(v.p, i.Rules)}, stage, {Text: v.p.T(string(i.Turn().Label()))},
	}}
}

// rulesText is what rules say, one after the other.
func rulesText(p *locale.Printer, ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id + " " + p.T(string(funding.RuleText(id)))
	}
	return strings.Join(out, "\n")
}

// batchOf reads which items a form is about.
func batchOf(r *web.Request, year int, dir *inventory.Directory) funding.Batch {
	b := funding.Batch{Year: year, Codes: r.Form["code"]}
	if r.Form.Get("all") == "true" {
		params := url.Values{}
		for name, values := range r.Form {
			if key, ok := strings.CutPrefix(name, "list."); ok {
				params[key] = values
			}
		}
		q := queryOf(web.Listing{Path: yearPath(year), Params: params}, r.By, dir)
		b.List = &q
	}
	return b
}

func (d *desk) opineMany(r *web.Request, in yearIn) (web.Response, error) {
	return d.many(r, in.Year, func(b funding.Batch) (funding.Outcome, error) {
		return d.Funding.OpineMany(r.Ctx, r.By, b, auth.Role(r.Form.Get("as")), "")
	})
}

func (d *desk) decideMany(r *web.Request, in yearIn) (web.Response, error) {
	return d.many(r, in.Year, func(b funding.Batch) (funding.Outcome, error) { return d.Funding.DecideMany(r.Ctx, r.By, b, "") })
}

// many takes a step with several items and tells which were left out, and why.
func (d *desk) many(r *web.Request, year int, do func(funding.Batch) (funding.Outcome, error)) (web.Response, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	out, err := do(batchOf(r, year, dir))
	switch {
	case web.ComesBack(err):
		return d.yearView(r, year, []templates.Callout{{Kind: "error", Title: r.T("funding.refused"), Text: told(r.P, err)}}, err)
	case err != nil:
		return nil, err
	}
	if len(out.Skipped) == 0 {
		return web.Redirect{To: yearPath(year), Said: web.Said(r.T("funding.said.many", "n", out.Done))}, nil
	}
	c := templates.Callout{Kind: "warning", Title: r.T("funding.said.many", "n", out.Done), Text: r.T("funding.said.skipped", "n", len(out.Skipped))}
	for i, s := range out.Skipped {
		if i == mostTold {
			c.Items = append(c.Items, r.T("funding.said.more", "n", len(out.Skipped)-mostTold))
			break
		}
		c.Items = append(c.Items, s.Code+" "+r.P.Error(s.Why))
	}
	return d.yearView(r, year, []templates.Callout{c}, nil)
}

// mostTold is how many items that were left out are named.
const mostTold = 20
