package scoringweb

import (
	"net/url"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/scoring"
	"qingce/scoring/programme"
	"qingce/templates"
)

// showProgramme lists all obligations with how many bodies have done what.
func (d *desk) showProgramme(r *web.Request, _ noInput) (web.Response, error) {
	pack, err := d.Board.Pack(r.Ctx)
	if err != nil {
		return nil, err
	}
	tasks, err := d.Board.Tasks(r.Ctx, r.By, scoring.TaskQuery{})
	if err != nil {
		return nil, err
	}
	counts, q := countStates(tasks), r.URL.Query()
	wanted := wantedOf(r.P, pack, q, counts)
	out := listPage{
		Head:    templates.Head{Title: pack.Name[r.P.Lang()], Code: pack.Document, Lead: r.P.T("tasks.programme.lead", "n", len(pack.Obligations))},
		Stats:   stateStats(r.P, tasks, tasksPath),
		Filters: programmeFilters(r.P, pack, q),
	}
	rows, pager := pageOf(r, wanted)
	out.Table, out.Pager = obligationTable(r.P, rows, counts), pager
	if len(wanted) == 0 {
		out.Table, out.Empty = nil, &templates.Empty{Title: r.T("tasks.none"), Text: r.T("tasks.none.note")}
	}
	return web.View{Template: "tasks/list", Title: out.Head.Title, Crumbs: crumbs(r.P, "menu.programme", programmePath), Data: out}, nil
}

// wantedOf narrows the obligations to what was asked for.
func wantedOf(p *locale.Printer, pack *programme.Pack, q url.Values, counts map[string]map[scoring.TaskState]int) []*programme.Obligation {
	states := chosen(q, "state", scoring.TaskStates())
	var out []*programme.Obligation
	for i := range pack.Obligations {
		o := &pack.Obligations[i]
		stands := len(states) == 0 || slices.ContainsFunc(states, func(s scoring.TaskState) bool { return counts[o.ID][s] > 0 })
		text := strings.ToLower(o.ID + " " + o.Title[p.Lang()] + " " + articleName(p, o.Article))
		if stands && strings.Contains(text, strings.ToLower(strings.TrimSpace(q.Get("q")))) &&
			among(q["article"], articleOf(pack, o)) && amongAny(q["party"], o.Who) && among(q["done_by"], kindOfProof(o)) {
			out = append(out, o)
		}
	}
	return out
}

func among(wanted []string, value string) bool {
	wanted = slices.DeleteFunc(slices.Clone(wanted), func(s string) bool { return s == "" })
	return len(wanted) == 0 || slices.Contains(wanted, value)
}

func amongAny(wanted []string, values []programme.Party) bool {
	return among(wanted, "") || slices.ContainsFunc(values, func(v programme.Party) bool { return among(wanted, string(v)) })
}

func articleOf(pack *programme.Pack, o *programme.Obligation) string {
	a, ok := pack.Article(o.Article)
	if !ok {
		return ""
	}
	return a.ID
}

// kindOfProof is by what an obligation is done: nothing, evidence or a fact.
func kindOfProof(o *programme.Obligation) string {
	switch o.DoneBy {
	case "":
		return "nothing"
	case programme.ByEvidence:
		return "evidence"
	}
	return "fact"
}

func programmeFilters(p *locale.Printer, pack *programme.Pack, q url.Values) *templates.Filters {
	article := templates.Filter{Name: "article", Label: p.T("tasks.article"), Kind: templates.FilterChoice}
	var who []programme.Party
	for i := range pack.Obligations {
		for _, one := range pack.Obligations[i].Who {
			if !slices.Contains(who, one) {
				who = append(who, one)
			}
		}
	}
	for _, a := range pack.Articles {
		article.Options = append(article.Options, templates.Option{Value: a.ID, Text: articleName(p, a.ID), Chosen: slices.Contains(q["article"], a.ID)})
	}
	party := templates.Filter{Name: "party", Label: p.T("tasks.who"), Kind: templates.FilterChoice}
	for _, one := range who {
		party.Options = append(party.Options, templates.Option{Value: string(one), Text: p.T("tasks.party." + string(one)), Chosen: slices.Contains(q["party"], string(one))})
	}
	by := templates.Filter{Name: "done_by", Label: p.T("tasks.done_by"), Kind: templates.FilterChoice}
	for _, kind := range []string{"fact", "evidence", "nothing"} {
		by.Options = append(by.Options, templates.Option{Value: kind, Text: p.T("tasks.done_by." + kind), Chosen: slices.Contains(q["done_by"], kind)})
	}
	f := &templates.Filters{
		Action: programmePath, Query: &templates.Query{Name: "q", Value: q.Get("q"), Label: p.T("tasks.search")},
		Main: []templates.Filter{stateFilter(p, q), party}, More: []templates.Filter{article, by}, ClearAll: programmePath,
	}
	f.Open = len(q["article"])+len(q["done_by"]) > 0
	return f
}

func obligationTable(p *locale.Printer, rows []*programme.Obligation, counts map[string]map[scoring.TaskState]int) *templates.Table {
	t := &templates.Table{ID: "obligations", Caption: p.T("menu.programme"), Columns: []templates.Column{
		{Key: "id", Text: p.T("tasks.id"), Main: true},
		{Key: "title", Text: p.T("tasks.what"), Main: true},
		{Key: "who", Text: p.T("tasks.who")},
		{Key: "due", Text: p.T("tasks.when")},
		{Key: "on_time", Text: p.T(string(scoring.OnTime.Label())), Num: true},
		{Key: "late", Text: p.T(string(scoring.Late.Label())), Num: true},
		{Key: "overdue", Text: p.T(string(scoring.Overdue.Label())), Num: true, Main: true},
		{Key: "not_due", Text: p.T(string(scoring.NotDue.Label())), Num: true},
	}}
	for _, o := range rows {
		n := counts[o.ID]
		cell := func(s scoring.TaskState) templates.Cell {
			if n == nil {
				return templates.Cell{}
			}
			c := templates.Cell{Text: p.Number(int64(n[s]))}
			if n[s] > 0 {
				c.Href, c.Tone = web.Join(programmePath, o.ID)+"?state="+string(s), toneOf(s)
			}
			return c
		}
		t.Rows = append(t.Rows, templates.TableRow{Name: o.ID, Cells: []templates.Cell{
			{Text: o.ID, Href: web.Join(programmePath, o.ID), Sub: articleName(p, o.Article)}, {Text: o.Title[p.Lang()]}, {Text: parties(p, o)},
			{Text: dueText(p, o)}, cell(scoring.OnTime), cell(scoring.Late), cell(scoring.Overdue), cell(scoring.NotDue),
		}})
	}
	return t
}

// stateStats counts tasks by where they stand.
func stateStats(p *locale.Printer, tasks []scoring.Task, path string) []templates.Stat {
	n := map[scoring.TaskState]int{}
	for i := range tasks {
		n[tasks[i].State]++
	}
	var out []templates.Stat
	for _, s := range scoring.TaskStates() {
		if s == scoring.NotApplicable && n[s] == 0 {
			continue
		}
		tone := toneOf(s)
		if n[s] == 0 {
			tone = ""
		}
		out = append(out, templates.Stat{
			Label: p.T(string(s.Label())), Value: p.Number(int64(n[s])), Href: path + "?state=" + string(s), Tone: tone,
		})
	}
	return out
}

type obligationIn struct {
	ID string `uri:"id"`
}

// showObligation shows an obligation with its article and all bodies.
func (d *desk) showObligation(r *web.Request, in obligationIn) (web.Response, error) {
	pack, err := d.Board.Pack(r.Ctx)
	if err != nil {
		return nil, err
	}
	o, ok := pack.Find(in.ID)
	if !ok {
		return nil, errAbsent
	}
	tasks, err := d.Board.Tasks(r.Ctx, r.By, scoring.TaskQuery{Obligation: o.ID})
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	p, lang := r.P, r.P.Lang()
	out := recordPage{
		Head: templates.Head{Code: o.ID, Title: o.Title[lang], Facts: []templates.Row{
			{Label: p.T("tasks.who"), Text: parties(p, o)}, {Label: p.T("tasks.when"), Text: dueText(p, o)},
		}},
		Facts: []templates.Facts{obligationFacts(p, pack, o)},
	}
	if len(tasks) > 0 {
		out.Stats = stateStats(p, tasks, web.Join(programmePath, o.ID))
	}
	if states := chosen(r.URL.Query(), "state", scoring.TaskStates()); len(states) > 0 {
		tasks = slices.DeleteFunc(tasks, func(t scoring.Task) bool { return !slices.Contains(states, t.State) })
	}
	if len(tasks) > 0 {
		out.Tables = []titledTable{{p.T("tasks.bodies"), taskTable(p, pack, dir, tasks, true)}}
	} else {
		out.Callouts = []templates.Callout{{Kind: "info", Text: withoutTasks(p, o)}}
	}
	title := o.ID + " " + o.Title[lang]
	return web.View{Template: "tasks/record", Title: title, Crumbs: crumbs(p, "menu.programme", programmePath, o.ID), Data: out}, nil
}

// withoutTasks says why an obligation has no tasks.
func withoutTasks(p *locale.Printer, o *programme.Obligation) string {
	switch {
	case o.Standing != "":
		return p.T("tasks.standing." + string(o.Standing))
	case o.Derived():
		return p.T("tasks.no_events")
	}
	return p.T("tasks.no_tasks")
}

func obligationFacts(p *locale.Printer, pack *programme.Pack, o *programme.Obligation) templates.Facts {
	f := templates.Facts{Title: articleName(p, o.Article)}
	if a, ok := pack.Article(o.Article); ok {
		f.Title += " " + a.Heading
		f.Rows = append(f.Rows, templates.Row{Label: p.T("tasks.article.text"), Text: strings.Join(a.Text, "\n"), Long: true})
	}
	var follows []string
	for _, c := range o.Follows {
		follows = append(follows, p.T("tasks.follows."+c))
	}
	f.Rows = append(f.Rows,
		templates.Row{Label: p.T("tasks.evidence"), Text: o.Evidence[p.Lang()]}, templates.Row{Label: p.T("tasks.done_by"), Text: doneBy(p, o)},
		templates.Row{Label: p.T("tasks.follows"), Text: p.Join(follows)},
	)
	if o.Standing != "" {
		f.Rows = append(f.Rows, templates.Row{Label: p.T("tasks.standing"), Text: p.T("tasks.standing." + string(o.Standing))})
	}
	if o.Derived() {
		f.Rows = append(f.Rows, templates.Row{Label: p.T("tasks.trigger"), Text: p.T("tasks.trigger." + string(o.Trigger))})
	}
	return f
}

// taskTable lists tasks with what proves them.
func taskTable(p *locale.Printer, pack *programme.Pack, dir *inventory.Directory, tasks []scoring.Task, bodies bool) *templates.Table {
	t := &templates.Table{ID: "tasks", Caption: p.T("menu.duties"), Columns: []templates.Column{
		{Key: "task", Text: p.T("tasks.task"), Main: true}, {Key: "department", Text: p.T("tasks.department"), Main: true},
		{Key: "due", Text: p.T("tasks.due"), Main: true}, {Key: "state", Text: p.T("tasks.state"), Main: true}, {Key: "done_on", Text: p.T("tasks.done_on")},
		{Key: "proof", Text: p.T("tasks.proof")},
	}}
	for i := range tasks {
		one := &tasks[i]
		body, _ := dir.Find(one.DepartmentID)
		o, _ := pack.Find(one.Obligation)
		first := templates.Cell{Text: one.Key, Href: scoring.TaskPath(one.Key, body.Code)}
		if o != nil && !bodies {
			first.Sub = o.Title[p.Lang()]
		}
		t.Rows = append(t.Rows, templates.TableRow{Name: one.Key, Cells: []templates.Cell{
			first, {Text: body.Name}, {Text: one.Due.String()}, {Badge: stateBadge(p, one), Sub: waitingText(p, one)}, {Text: dayOr(one.DoneOn)}, proofCell(p, one),
		}})
	}
	return t
}

func waitingText(p *locale.Printer, t *scoring.Task) string {
	switch {
	case t.Mark != nil:
		return p.T(string(t.Mark.Kind.Label()))
	case t.Waiting:
		return p.T("tasks.waiting")
	}
	return ""
}

// proofCell is the first row that proves a task, and how many there are.
func proofCell(p *locale.Printer, t *scoring.Task) templates.Cell {
	if len(t.Proof) == 0 {
		return templates.Cell{}
	}
	c := templates.Cell{Text: t.Proof[0].Title, Href: t.Proof[0].Path}
	if n := len(t.Proof); n > 1 {
		c.Sub = p.T("tasks.proof.more", "n", n)
	}
	return c
}

// officeOf tells whether the reader decides about papers of a body.
func officeOf(by auth.Principal, dept auth.DepartmentID) bool {
	return by.Is(auth.Office) && (by.DepartmentID == 0 || by.DepartmentID != dept)
}
