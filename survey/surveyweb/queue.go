package surveyweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/survey"
	"qingce/templates"
)

// paramKind narrows the queue to one kind of forms: kindClean and so on.
const paramKind = "kind"

// Kinds of forms in the queue.
const (
	kindClean  = "clean"
	kindWarned = "warned"
	kindLate   = "late"
	kindZero   = "zero"
	kindAgain  = "again"
)

func queueKinds() []string { return []string{kindClean, kindWarned, kindLate, kindZero, kindAgain} }

// queueAsked is which forms an address asks for.
type queueAsked struct {
	coverageAsked
	query survey.WaitingQuery
	kinds []string
}

// readQueue reads which forms are asked for. What cannot be understood does not
// narrow.
func readQueue(code string, params url.Values) queueAsked {
	a := queueAsked{coverageAsked: coverageAsked{path: surveyPath(code, "review"), params: url.Values{}}, query: survey.WaitingQuery{Campaign: code}}
	for kind, into := range map[string]*bool{
		kindClean: &a.query.Clean, kindWarned: &a.query.Warned, kindLate: &a.query.Late, kindZero: &a.query.Zero, kindAgain: &a.query.Again,
	} {
		if slices.Contains(params[paramKind], kind) {
			*into = true
			a.kinds = append(a.kinds, kind)
		}
	}
	slices.Sort(a.kinds)
	a.params[paramKind] = a.kinds
	if len(a.kinds) == 0 {
		delete(a.params, paramKind)
	}
	a.query.Group, a.query.Region = a.one(params, paramGroup), a.one(params, paramRegion)
	if a.query.Search = strings.TrimSpace(params.Get(paramSearch)); a.query.Search != "" {
		a.params.Set(paramSearch, a.query.Search)
	}
	order, descending := strings.CutPrefix(params.Get(paramSort), "-")
	if slices.Contains(survey.WaitingOrders(), survey.WaitingOrder(order)) && params.Get(paramSort) != "" {
		a.query.Sort, a.query.Descending = survey.WaitingOrder(order), descending
		a.params.Set(paramSort, params.Get(paramSort))
	}
	a.query.Page, a.query.Size = pageOf(params)
	a.page, a.size = a.query.Page, a.query.Size
	return a
}

// showQueue lists the forms of a campaign that wait for review.
func (d *desk) showQueue(r *web.Request, in codeIn) (web.Response, error) {
	line, err := d.Surveys.FindCampaign(r.Ctx, r.By, in.Code)
	if err != nil {
		return nil, err
	}
	a := readQueue(in.Code, r.URL.Query())
	page, err := d.Surveys.ListWaiting(r.Ctx, r.By, a.query)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v := queueView{p: r.P, by: r.By, c: line, asked: a, page: page, dir: dir}
	return web.View{Template: "survey/review_queue", Title: r.T("review.queue") + " · " + line.Title, Crumbs: v.crumbs(), Data: v.data()}, nil
}

type acceptManyIn struct {
	Code  string   `uri:"code"`
	Forms []string `form:"form"` // codes of the bodies
}

// acceptMany accepts the clean forms among those that are chosen, and says of
// each what became of it.
func (d *desk) acceptMany(r *web.Request, in acceptManyIn) (web.Response, error) {
	line, err := d.Surveys.FindCampaign(r.Ctx, r.By, in.Code)
	if err != nil {
		return nil, err
	}
	if len(in.Forms) == 0 {
		return web.Redirect{To: surveyPath(in.Code, "review"), Said: templates.Flash{Kind: "warning", Text: r.T("review.many.none")}}, nil
	}
	keys := make([]survey.FormKey, len(in.Forms))
	for i, code := range in.Forms {
		keys[i] = survey.FormKey{Campaign: in.Code, Department: code}
	}
	done, err := d.Surveys.AcceptMany(r.Ctx, r.By, keys)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v := queueView{p: r.P, by: r.By, c: line, dir: dir}
	return web.View{Template: "survey/review_done", Title: r.T("review.many.title") + " · " + line.Title, Crumbs: v.crumbs(r.T("review.many.title")), Data: v.done(done)}, nil
}

// queuePage is the data of survey/review_queue.
type queuePage struct {
	Head    templates.Head
	Filters templates.Filters
	Clean   *templates.Callout
	Bulk    *templates.Bulk
	Table   templates.Table
	Empty   *templates.Empty
	Pager   templates.Pager
}

// donePage is the data of survey/review_done.
type donePage struct {
	Head  templates.Head
	Table templates.Table
}

type queueView struct {
	p     *locale.Printer
	by    auth.Principal
	c     survey.CampaignLine
	asked queueAsked
	page  survey.WaitingPage
	dir   *inventory.Directory
}

func (v queueView) crumbs(more ...string) []templates.Crumb {
	out := campaignCrumbs(v.p, templates.Crumb{Text: v.c.Title, Href: surveyPath(v.c.Code)})
	queue := templates.Crumb{Text: v.p.T("review.queue")}
	if len(more) > 0 {
		queue.Href = surveyPath(v.c.Code, "review")
	}
	out = append(out, queue)
	for _, text := range more {
		out = append(out, crumb(text))
	}
	return out
}

func (v queueView) data() queuePage {
	out := queuePage{Head: v.head(), Filters: v.filters(), Table: v.table()}
	address := v.asked.address(paramPage, strconv.Itoa(v.page.Page), paramSize, strconv.Itoa(v.page.Size))
	out.Pager = templates.NewPager(address, v.page.Page, v.page.Size, int64(v.page.Total), pageSizes()...)
	switch {
	case v.page.Total == 0 && len(v.asked.params) > 0:
		out.Empty = &templates.Empty{Icon: "filter", Title: v.p.T("review.queue.none_fit"), Text: v.p.T("coverage.none.text"), Actions: []templates.Act{{Text: v.p.T("review.queue.all"), Href: v.asked.path}}}
	case v.page.Total == 0:
		out.Empty = &templates.Empty{Icon: "check", Title: v.p.T("review.queue.empty"), Text: v.p.T("review.queue.empty.text"), Actions: []templates.Act{{Text: v.p.T("coverage.title"), Href: surveyPath(v.c.Code, "coverage")}}}
	default:
		out.Clean = &templates.Callout{Kind: "info", Title: v.p.T("review.clean.title", "n", v.page.Clean, "of", v.page.Total), Text: v.p.T("review.clean.text")}
		out.Bulk = &templates.Bulk{
			ID: "accept", Action: surveyPath(v.c.Code, "review", "accept"), Page: len(v.page.Items), Total: int64(v.page.Total),
			Acts: []templates.Act{{Text: v.p.T("review.many.do"), Kind: templates.ActPrimary, Icon: "check", Note: v.p.T("review.many.note"), Confirm: v.p.T("review.many.confirm", "n", "{n}")}},
		}
	}
	return out
}

func (v queueView) head() templates.Head {
	return templates.Head{
		Title: v.p.T("review.queue"), Code: v.c.Code, Lead: v.p.T("review.queue.lead", "title", v.c.Title), Badges: []templates.Badge{campaignBadge(v.p, v.c.State)},
		Actions: []templates.Act{{Text: v.p.T("coverage.title"), Href: surveyPath(v.c.Code, "coverage"), Icon: "chart"}},
	}
}

func (v queueView) filters() templates.Filters {
	kinds := templates.Filter{Name: paramKind, Label: v.p.T("review.kind"), Kind: templates.FilterChoice}
	for _, k := range queueKinds() {
		kinds.Options = append(kinds.Options, templates.Option{Value: k, Text: v.p.T("review.kind." + k), Chosen: slices.Contains(v.asked.kinds, k)})
	}
	f := templates.Filters{
		Action: v.asked.path, ClearAll: v.asked.path, Main: []templates.Filter{kinds},
		Query: &templates.Query{Name: paramSearch, Value: v.asked.query.Search, Label: v.p.T("coverage.search"), Placeholder: v.p.T("coverage.search.example")},
	}
	if sort := v.asked.params.Get(paramSort); sort != "" {
		f.Hidden = append(f.Hidden, templates.Pair{Name: paramSort, Value: sort})
	}
	for _, o := range kinds.Options {
		if o.Chosen {
			f.Chips = append(f.Chips, templates.Chip{Label: kinds.Label, Text: o.Text, Remove: v.asked.without(paramKind, o.Value)})
		}
	}
	if s := v.asked.query.Search; s != "" {
		f.Chips = append(f.Chips, templates.Chip{Label: f.Query.Label, Text: s, Remove: v.asked.without(paramSearch, s)})
	}
	return f
}

// sorted makes a column sortable.
func (v queueView) sorted(order survey.WaitingOrder, c templates.Column) templates.Column {
	word := string(order)
	now, next := v.asked.params.Get(paramSort), word
	switch {
	case now == word, now == "" && order == survey.WaitingBySubmitted:
		next, c.Sorted = "-"+word, "asc"
	case now == "-"+word:
		c.Sorted = "desc"
	}
	c.SortHref = v.asked.address(paramSort, next)
	return c
}

func (v queueView) table() templates.Table {
	text := func(key string) string { return v.p.T("review.column." + key) }
	t := templates.Table{ID: "queue", Caption: v.p.T("review.queue"), SelectName: "form", SelectForm: "accept", Columns: []templates.Column{
		v.sorted(survey.WaitingByBody, templates.Column{Key: "body", Text: v.p.T("coverage.column.body"), Main: true}),
		v.sorted(survey.WaitingBySubmitted, templates.Column{Key: "submitted", Text: text("submitted"), Main: true}),
		{Key: "clean", Text: text("clean"), Main: true},
		v.sorted(survey.WaitingBySystems, templates.Column{Key: "systems", Text: v.p.T("coverage.column.systems"), Num: true}),
		v.sorted(survey.WaitingByWarnings, templates.Column{Key: "warnings", Text: text("warnings"), Num: true}),
		v.sorted(survey.WaitingByLate, templates.Column{Key: "late", Text: v.p.T("coverage.column.late")}),
		{Key: "confirmed", Text: text("confirmed")},
	}}
	for i := range v.page.Items {
		t.Rows = append(t.Rows, v.row(&v.page.Items[i]))
	}
	return t
}

func (v queueView) row(w *survey.Waiting) templates.TableRow {
	submitted := templates.Cell{Text: v.p.Time(*w.Form.SubmittedAt)}
	if w.Form.Returns > 0 {
		submitted.Sub = v.p.T("review.again", "n", w.Form.Submissions)
	}
	late := templates.Cell{}
	if n := w.Form.LateWd; n != nil && *n > 0 {
		late = templates.Cell{Text: v.p.T("coverage.late_filed.wd", "n", *n), Tone: templates.ToneRed}
	}
	systems := templates.Cell{Text: strconv.Itoa(w.Form.RowsTotal)}
	if w.Form.Zero {
		systems = templates.Cell{Text: v.p.T("form.badge.zero")}
	}
	return templates.TableRow{ID: w.Body.Code, Name: w.Body.Name, Cells: []templates.Cell{
		{Text: w.Body.Name, Sub: w.Body.Code, Href: formPath(v.c.Code, w.Body.Code, "review")}, submitted, v.cleanCell(w), systems,
		{Text: strconv.Itoa(w.Form.Warnings)}, late, {Text: w.Form.ConfirmedName},
	}}
}

// cleanCell says whether a form can be accepted together with others, else why
// not.
func (v queueView) cleanCell(w *survey.Waiting) templates.Cell {
	if w.Own {
		return templates.Cell{Badge: &templates.Badge{Text: v.p.T("review.own"), Tone: templates.ToneGrey, Icon: "lock", Title: v.p.T("survey.err.own_form")}}
	}
	if w.Clean() {
		return templates.Cell{Badge: &templates.Badge{Text: v.p.T("review.kind.clean"), Tone: templates.ToneGreen}}
	}
	var why []string
	add := func(n int, key string) {
		if n > 0 {
			why = append(why, v.p.T("review.why."+key, "n", n))
		}
	}
	add(w.Form.Errors, "errors")
	add(w.Form.Warnings, "warnings")
	add(w.Open, "open")
	add(w.Drafts, "drafts")
	add(w.Gone, "gone")
	return templates.Cell{Badge: &templates.Badge{Text: v.p.T("review.look"), Tone: templates.ToneAmber}, Sub: v.p.Join(why)}
}

// done says of each form what became of it.
func (v queueView) done(all []survey.Accepted) donePage {
	t := templates.Table{ID: "done", Caption: v.p.T("review.many.title"), Columns: []templates.Column{
		{Key: "body", Text: v.p.T("coverage.column.body"), Main: true}, {Key: "result", Text: v.p.T("review.column.result"), Main: true},
		{Key: "why", Text: v.p.T("review.column.why"), Main: true},
	}}
	accepted := 0
	for _, a := range all {
		body, _ := v.dir.ByCode(a.Key.Department)
		name := body.Name
		if name == "" {
			name = a.Key.Department
		}
		row := templates.TableRow{Name: name, Cells: []templates.Cell{{Text: name, Href: formPath(v.c.Code, a.Key.Department, "review")}, {}, {}}}
		if a.Err == nil {
			accepted++
			row.Cells[1].Badge = &templates.Badge{Text: v.p.T("review.result.accepted"), Tone: templates.ToneGreen}
			row.Cells[2].Text = v.p.T("review.result.written", "n", a.Form.RowsTotal)
			if a.Form.Zero {
				row.Cells[2].Text = v.p.T("form.badge.zero")
			}
		} else {
			row.Cells[1].Badge = &templates.Badge{Text: v.p.T("review.result.left"), Tone: templates.ToneAmber}
			row.Cells[2].Text = v.p.Error(a.Err)
			if fault.KindOf(a.Err) == fault.NotFound {
				row.Cells[0].Href = ""
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return donePage{
		Head: templates.Head{
			Title: v.p.T("review.many.title"), Code: v.c.Code, Lead: v.p.T("review.many.lead", "n", accepted, "left", len(all)-accepted),
			Actions: []templates.Act{{Text: v.p.T("review.queue"), Href: surveyPath(v.c.Code, "review"), Kind: templates.ActPrimary, Icon: "left"}},
		},
		Table: t,
	}
}
