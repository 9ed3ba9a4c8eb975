package zombieweb

import (
	"net/url"
	"slices"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/detect"
	"qingce/templates"
)

// verdictsPage is the data of zombie/verdicts.
type verdictsPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Stats    []templates.Stat
	Filters  templates.Filters
	Columns  templates.Table
	Rows     []verdictRow
	Empty    *templates.Empty
	Pager    *templates.Pager
}

// verdictRow is a system with its five results.
type verdictRow struct {
	Name, Href, Code, Owner, Record string
	Features                        []featureMark
	Confidence                      string
	Since                           string
	Money                           templates.Cell
}

// featureMark is the result of one feature in a list.
type featureMark struct {
	Name  string
	Badge *templates.Badge
}

// verdictsView turns a page of verdicts into the data of its page.
type verdictsView struct {
	p      *locale.Printer
	by     auth.Principal
	now    time.Time
	dir    *inventory.Directory
	asked  verdictsAsked
	result zombie.VerdictPage
	all    zombie.Sum
	day    calendar.Date
}

func (v verdictsView) crumbs() []templates.Crumb {
	return []templates.Crumb{{Text: v.p.T("menu.home"), Href: "/"}, {Text: v.p.T("zombie.verdicts"), Href: verdictsPath}}
}

// href is the list with some parameters changed; an empty value removes one.
func (v verdictsView) href(pairs ...string) string {
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
	if len(q) == 0 {
		return verdictsPath
	}
	return verdictsPath + "?" + q.Encode()
}

func (v verdictsView) page() verdictsPage {
	out := verdictsPage{Head: templates.Head{Title: v.p.T("zombie.verdicts"), Lead: v.p.T("zombie.verdicts.lead")}, Filters: v.filters()}
	for _, f := range v.asked.wrong {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "warning", Text: v.p.Field(f)})
	}
	if v.day.IsZero() {
		out.Empty = &templates.Empty{Title: v.p.T("zombie.runs.none"), Text: v.p.T("zombie.runs.none.text"), Icon: "search"}
		return out
	}
	out.Head.Facts = []templates.Row{{Label: v.p.T("zombie.run.day"), Text: v.day.String(), Href: web.Join(runsPath, v.day.String())}}
	out.Stats = v.stats()
	if v.result.Total == 0 {
		out.Empty = &templates.Empty{Title: v.p.T("zombie.verdicts.none"), Text: v.p.T("zombie.verdicts.none.text"), Icon: "check"}
		if len(v.asked.params) > 0 {
			out.Empty.Actions = []templates.Act{{Text: v.p.T("zombie.verdicts.clear"), Href: verdictsPath}}
		}
		return out
	}
	out.Columns = templates.Table{Columns: v.columns()}
	for i := range v.result.Rows {
		out.Rows = append(out.Rows, v.row(&v.result.Rows[i]))
	}
	pager := templates.NewPager(v.href(), v.result.Page, v.result.Size, v.result.Total, 20, 50, 100, 200)
	out.Pager = &pager
	return out
}

func (v verdictsView) stats() []templates.Stat {
	n := func(key string, n int, query ...string) templates.Stat {
		return templates.Stat{Label: v.p.T("zombie.count." + key), Value: v.p.Number(int64(n)), Href: v.to(query...), Note: v.p.T("zombie.count." + key + ".text")}
	}
	return []templates.Stat{
		n("systems", v.all.Systems, paramResult, allResults), n("met", v.all.Met, paramResult, "met"), n("suspected", v.all.Suspected, paramResult, "suspected"),
		n("insufficient", v.all.Insufficient, paramResult, "insufficient", paramFeature, "z1"),
		{
			Label: v.p.T("zombie.count.money"), Value: v.p.Wan(v.all.OmAmountYear), Unit: v.p.T("zombie.wan"), Note: v.p.T("zombie.count.money.text"),
			Href: v.to(paramSort, "-money"),
		},
	}
}

// to is the list with some parameters only.
func (v verdictsView) to(pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return verdictsPath + "?" + q.Encode()
}

func (v verdictsView) columns() []templates.Column {
	sorted := func(word, key string) templates.Column {
		c := templates.Column{Text: v.p.T(key)}
		next := "-" + word
		switch v.asked.params.Get(paramSort) {
		case word:
			c.Sorted = "asc"
		case "-" + word:
			next, c.Sorted = word, "desc"
		}
		c.SortHref = v.href(paramSort, next)
		return c
	}
	return []templates.Column{
		sorted("code", "zombie.system"), {Text: v.p.T("zombie.features")}, sorted("strength", "zombie.confidence"), sorted("since", "zombie.since.head"),
		sorted("money", "zombie.money"),
	}
}

func (v verdictsView) row(l *zombie.VerdictLine) verdictRow {
	out := verdictRow{
		Name: l.Name, Code: l.Code, Href: verdictPath(l.Code), Record: web.Join(systemsPath, l.Code), Owner: v.dir.Name(l.Owner), Since: l.Since.String(),
	}
	for _, f := range l.Features {
		if f.Result == detect.NotMet && l.Strength > zombie.Nothing {
			continue
		}
		badge := resultBadge(v.p, f.Result)
		out.Features = append(out.Features, featureMark{v.p.T(string(zombie.FeatureLabel(f.Feature))), badge})
	}
	if v.silence(l) {
		out.Confidence = confidenceText(v.p, l.Confidence)
	}
	if l.OmAmountYear != nil {
		out.Money = templates.Cell{Text: v.p.Wan(*l.OmAmountYear)}
	}
	return out
}

// silence tells whether the confidence says something of the verdict: it is that
// nobody comes back.
func (v verdictsView) silence(l *zombie.VerdictLine) bool {
	r := l.Finding(detect.Z1).Result
	return r == detect.Met || r == detect.Suspected
}

func (v verdictsView) filters() templates.Filters {
	f := templates.Filters{
		Action: verdictsPath, ClearAll: verdictsPath,
		Query: &templates.Query{Name: paramSearch, Value: v.asked.Search, Label: v.p.T("zombie.search"), Placeholder: v.p.T("zombie.search.hint")},
		Main:  []templates.Filter{v.featureFilter(), v.resultFilter(), v.bandFilter()},
	}
	if v.by.View().All || v.by.View().Below || v.by.Is(auth.Expert) {
		f.Main = append(f.Main, v.ownerFilter())
	}
	if sort := v.asked.params.Get(paramSort); sort != "" {
		f.Hidden = []templates.Pair{{Name: paramSort, Value: sort}}
	}
	if v.asked.Search != "" {
		f.Chips = append(f.Chips, templates.Chip{Label: v.p.T("zombie.search"), Text: v.asked.Search, Remove: v.href(paramSearch, "")})
	}
	for _, one := range f.Main {
		for _, text := range one.Picked() {
			f.Chips = append(f.Chips, templates.Chip{Label: one.Label, Text: text, Remove: v.href(one.Name, "")})
		}
	}
	return f
}

func (v verdictsView) featureFilter() templates.Filter {
	f := templates.Filter{Name: paramFeature, Label: v.p.T("zombie.feature"), Kind: templates.FilterChoice}
	for z := detect.Z1; z <= detect.Z5; z++ {
		f.Options = append(f.Options, templates.Option{
			Value: zombie.FeatureWord(z), Text: v.p.T(string(zombie.FeatureLabel(z))), Chosen: v.asked.Feature == z,
		})
	}
	return f
}

func (v verdictsView) resultFilter() templates.Filter {
	f := templates.Filter{Name: paramResult, Label: v.p.T("zombie.result"), Kind: templates.FilterChoice}
	chosen := v.asked.params.Get(paramResult)
	for _, r := range []detect.Result{
		detect.Met, detect.Suspected, detect.Insufficient, detect.OffSeason, detect.OnStandby, detect.TooNew, detect.Exempted, detect.NotMet,
	} {
		word := zombie.ResultWord(r)
		f.Options = append(f.Options, templates.Option{Value: word, Text: v.p.T(string(zombie.ResultLabel(r))), Chosen: chosen == word})
	}
	f.Options = append(f.Options, templates.Option{Value: allResults, Text: v.p.T("zombie.result.all"), Chosen: chosen == allResults})
	return f
}

func (v verdictsView) bandFilter() templates.Filter {
	f := templates.Filter{Name: paramBand, Label: v.p.T("zombie.confidence"), Kind: templates.FilterChoice}
	for i, word := range bandWords {
		f.Options = append(f.Options, templates.Option{
			Value: word, Text: v.p.T("zombie.band." + word), Chosen: slices.Contains(v.asked.Bands, zombie.Band(i)),
		})
	}
	return f
}

func (v verdictsView) ownerFilter() templates.Filter {
	f := templates.Filter{Name: paramOwner, Label: v.p.T("zombie.owner"), Kind: templates.FilterChoice}
	scope := v.by.View()
	if v.by.Is(auth.Expert) {
		scope = auth.Scope{All: true}
	}
	for _, dept := range v.dir.ActiveOn(calendar.DateOf(v.now)) {
		if v.dir.Covers(scope, dept.ID) {
			f.Options = append(f.Options, templates.Option{Value: dept.Code, Text: dept.Name, Chosen: v.asked.Owner == dept.ID})
		}
	}
	return f
}
