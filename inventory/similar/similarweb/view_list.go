package similarweb

import (
	"net/url"
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/inventory/similar"
	"qingce/inventory/similar/text"
	"qingce/templates"
)

// listPage is the data of similar/list.
type listPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Progress *templates.Progress
	Tabs     templates.Tabs
	Filters  templates.Filters
	Columns  templates.Table
	May      bool // the reader may judge
	Rows     []pairRow
	Empty    *templates.Empty
	Pager    *templates.Pager
}

// pairRow is a pair of the list.
type pairRow struct {
	ID, Href, Label string // the label names the row for screen readers
	First, Second   templates.Cell
	Score           string
	Degree          templates.Badge
	Words           []string
	Notes           []string // what is declared and what use says
	Said            string
	By              string
	Judge           *quickForm
}

// quickForm judges a pair from its row.
type quickForm struct {
	Action, Version string
	Back            string
	Options         []templates.Option
}

type listView struct {
	p        *locale.Printer
	by       auth.Principal
	today    calendar.Date
	dir      *inventory.Directory
	asked    asked
	counts   similar.Counts
	result   similar.Page
	done, of int64
}

// href is the list with parameters set, or taken out by an empty value; the
// page is the first.
func (v listView) href(pairs ...string) string {
	q := url.Values{}
	for name, values := range v.asked.params {
		q[name] = slices.Clone(values)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Del(pairs[i])
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return address(q)
}

func address(q url.Values) string {
	if len(q) == 0 {
		return similarPath
	}
	return similarPath + "?" + q.Encode()
}

func (v listView) page() listPage {
	out := listPage{
		Head: templates.Head{
			Title: v.p.T("similar.title"), Lead: v.p.T("similar.lead"),
			Actions: []templates.Act{{Text: v.p.T("similar.check"), Href: checkPath, Icon: "search"}},
		},
		Tabs: v.tabs(), Filters: v.filters(), May: v.by.Is(similar.Judges()...),
	}
	for _, f := range v.asked.wrong {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "warning", Text: v.p.Field(f)})
	}
	if v.of > 0 {
		out.Progress = &templates.Progress{Label: v.p.T("similar.comparing"), Done: v.done, Total: v.of}
	}
	if v.result.Total == 0 {
		out.Empty = v.empty()
		return out
	}
	out.Columns = templates.Table{Columns: v.columns()}
	for i := range v.result.Rows {
		out.Rows = append(out.Rows, v.row(&v.result.Rows[i]))
	}
	pager := templates.NewPager(v.href(), v.result.Page, v.result.Size, v.result.Total, pairsPerPage, 50, 100, 200)
	out.Pager = &pager
	return out
}

func (v listView) tabs() templates.Tabs {
	t := templates.Tabs{Label: v.p.T("similar.tabs")}
	counts := map[similar.Verdict]int64{
		similar.Open: v.counts.Open, similar.Same: v.counts.Same, similar.Partly: v.counts.Partly, similar.Different: v.counts.Different,
	}
	for _, one := range similar.Verdicts() {
		t.Items = append(t.Items, templates.Tab{
			Text: v.p.T(string(one.Label())), Href: v.href(paramVerdict, string(one)), Count: v.p.Number(counts[one]), Active: v.asked.verdict == one,
		})
	}
	return t
}

func (v listView) filters() templates.Filters {
	only := templates.Filter{Name: paramOnly, Label: v.p.T("similar.only"), Kind: templates.FilterChoice}
	for _, word := range []string{onlyLikely, onlyDeclared, onlyMoved} {
		only.Options = append(only.Options, templates.Option{
			Value: word, Text: v.p.T("similar.only." + word), Chosen: slices.Contains(v.asked.params[paramOnly], word),
		})
	}
	f := templates.Filters{
		Action: similarPath, ClearAll: v.cleared(),
		Query: &templates.Query{Name: paramSearch, Value: v.asked.Search, Label: v.p.T("similar.search"), Placeholder: v.p.T("similar.search.hint")},
		Main:  []templates.Filter{only},
	}
	if view := v.by.View(); view.All || view.Below {
		f.Main = append(f.Main, templates.Filter{Name: paramOwner, Label: v.p.T("similar.owner"), Kind: templates.FilterChoice, Options: v.owners()})
	}
	for _, name := range []string{paramVerdict, paramSort} {
		if value := v.asked.params.Get(name); value != "" {
			f.Hidden = append(f.Hidden, templates.Pair{Name: name, Value: value})
		}
	}
	f.Chips = v.chips(f)
	return f
}

// cleared is the list of the tab without filters.
func (v listView) cleared() string {
	q := url.Values{}
	if word := v.asked.params.Get(paramVerdict); word != "" {
		q.Set(paramVerdict, word)
	}
	return address(q)
}

func (v listView) owners() []templates.Option {
	var out []templates.Option
	for _, dept := range v.dir.ActiveOn(v.today) {
		if v.dir.Covers(v.by.View(), dept.ID) {
			out = append(out, templates.Option{Value: dept.Code, Text: dept.Name, Chosen: dept.ID == v.asked.Owner})
		}
	}
	return out
}

func (v listView) chips(f templates.Filters) []templates.Chip {
	var out []templates.Chip
	if v.asked.Search != "" {
		out = append(out, templates.Chip{Label: v.p.T("similar.search"), Text: v.asked.Search, Remove: v.href(paramSearch, "")})
	}
	for _, one := range f.Main {
		for _, o := range one.Options {
			if o.Chosen {
				out = append(out, templates.Chip{Label: one.Label, Text: o.Text, Remove: v.without(one.Name, o.Value)})
			}
		}
	}
	return out
}

// without is the list without one value of a filter.
func (v listView) without(name, value string) string {
	q := url.Values{}
	for key, values := range v.asked.params {
		for _, one := range values {
			if key != name || one != value {
				q.Add(key, one)
			}
		}
	}
	return address(q)
}

func (v listView) empty() *templates.Empty {
	narrowed := v.asked.Search != "" || v.asked.Owner != 0 || len(v.asked.params[paramOnly]) > 0
	switch {
	case narrowed:
		return &templates.Empty{
			Title: v.p.T("similar.nothing"), Text: v.p.T("similar.nothing.text"), Icon: "search",
			Actions: []templates.Act{{Text: v.p.T("similar.all"), Href: v.cleared()}},
		}
	case v.asked.verdict == similar.Open:
		return &templates.Empty{Title: v.p.T("similar.none"), Text: v.p.T("similar.none.text"), Icon: "check"}
	}
	return &templates.Empty{Title: v.p.T("similar.none.judged"), Text: v.p.T("similar.none.judged.text"), Icon: "inbox"}
}

// columns are the heads of the list.
func (v listView) columns() []templates.Column {
	last := templates.Column{Text: v.p.T("similar.column.judge")}
	if v.asked.verdict != similar.Open {
		last = v.sorted("judged", "similar.column.said")
	}
	return []templates.Column{
		{Text: v.p.T("similar.column.first")}, {Text: v.p.T("similar.column.second")}, v.sorted("score", "similar.column.score"),
		{Text: v.p.T("similar.column.evidence")}, last,
	}
}

func (v listView) sorted(word, key string) templates.Column {
	c := templates.Column{Text: v.p.T(key)}
	next := "-" + word
	switch v.asked.params.Get(paramSort) {
	case word:
		c.Sorted = "asc"
	case "-" + word:
		next, c.Sorted = word, "desc"
	case "":
		if word == "score" {
			next, c.Sorted = word, "desc"
		}
	}
	c.SortHref = v.href(paramSort, next)
	return c
}

func (v listView) row(p *similar.Pair) pairRow {
	out := pairRow{
		ID: strconv.FormatInt(int64(p.ID), 10), Href: pairPath(p.ID), Label: p.First.Code + " / " + p.Second.Code,
		First: sideCell(v.p, v.dir, p.First), Second: sideCell(v.p, v.dir, p.Second),
		Score: percent(p.Score), Degree: templates.Badge{Text: degreeText(v.p, p.Score), Tone: degreeTone(p.Score)}, Words: p.Words,
	}
	if t := declaredText(v.p, p); t != "" {
		out.Notes = append(out.Notes, t)
	}
	out.Notes = append(out.Notes, moveNotes(v.p, p)...)
	if !p.ReopenedAt.IsZero() {
		out.Notes = append(out.Notes, v.p.T("similar.reopened", "day", calendar.DateOf(p.ReopenedAt)))
	}
	switch {
	case p.Judged.Verdict != similar.Open:
		out.Said = choiceText(v.p, p.Judged, p.First, p.Second)
		out.By = v.p.T("similar.said.by", "name", p.Judged.Name, "day", calendar.DateOf(p.Judged.At))
	case !v.by.Is(similar.Judges()...):
		out.Said = v.p.T("similar.waiting")
	case own(v.by, p):
		out.Said = v.p.T("similar.err.own_pair")
	default:
		out.Judge = &quickForm{
			Action: pairPath(p.ID), Version: strconv.FormatInt(p.Version, 10), Back: v.href(paramPage, strconv.Itoa(v.asked.Page)),
			Options: choiceOptions(v.p, p, "", false),
		}
	}
	return out
}

// own tells whether one of the systems belongs to the department of the reader.
func own(by auth.Principal, p *similar.Pair) bool {
	return by.DepartmentID != 0 && (p.First.OwnerID == by.DepartmentID || p.Second.OwnerID == by.DepartmentID)
}

func degreeTone(score float64) string {
	switch {
	case score >= text.Likely:
		return templates.ToneRed
	case score >= text.Candidate:
		return templates.ToneAmber
	}
	return templates.ToneGrey
}
