package usageweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/templates"
)

// declaredPage is the data of usage/declared.
type declaredPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Tabs     templates.Tabs
	Filters  templates.Filters
	Rows     []comparedRow
	Columns  templates.Table
	Empty    *templates.Empty
	Pager    *templates.Pager
}

// comparedRow is a system with what differs.
type comparedRow struct {
	Name, Href, Code, Owner string
	Badge                   templates.Badge
	Declared                []string // what the register says
	Measured                []string // what was found
	Differences             []string
	Record                  string // address of the record
}

// declaredView turns a comparison into the data of its page and files.
type declaredView struct {
	p      *locale.Printer
	by     auth.Principal
	now    time.Time
	dir    *inventory.Directory
	asked  compareAsked
	result usage.ComparePage
}

func (v declaredView) crumbs() []templates.Crumb {
	return []templates.Crumb{
		{Text: v.p.T("menu.home"), Href: "/"}, {Text: v.p.T("usage.title"), Href: usagePath}, {Text: v.p.T("usage.declared"), Href: declaredPath},
	}
}

func (v declaredView) href(pairs ...string) string {
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
	return withQuery(declaredPath, q)
}

func (v declaredView) page() declaredPage {
	out := declaredPage{
		Head: templates.Head{
			Title: v.p.T("usage.declared"),
			Lead:  v.p.T("usage.declared.lead", "from", v.result.From, "to", v.result.To, "n", usage.ComparedDays),
		},
		Tabs: v.tabs(), Filters: v.filters(),
	}
	for _, f := range v.asked.wrong {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "warning", Text: v.p.Field(f)})
	}
	if v.result.Total == 0 {
		out.Empty = &templates.Empty{Title: v.p.T("usage.declared.none"), Text: v.p.T("usage.declared.none.text"), Icon: "check"}
		if len(v.asked.params) > 0 {
			out.Empty.Actions = []templates.Act{{Text: v.p.T("usage.fleet.all"), Href: declaredPath}}
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

func (v declaredView) tabs() templates.Tabs {
	all := int64(0)
	for _, n := range v.result.By {
		all += n
	}
	t := templates.Tabs{Label: v.p.T("usage.declared.tabs"), Items: []templates.Tab{
		{Text: v.p.T("usage.declared.all"), Href: v.href(paramJudged, ""), Count: strconv.FormatInt(all, 10), Active: v.asked.Judgement == ""},
	}}
	for _, j := range usage.Judgements() {
		t.Items = append(t.Items, templates.Tab{
			Text: v.p.T(string(j.Label())), Href: v.href(paramJudged, string(j)), Count: strconv.FormatInt(v.result.By[j], 10), Active: v.asked.Judgement == j,
		})
	}
	return t
}

func (v declaredView) filters() templates.Filters {
	f := templates.Filters{
		Action: declaredPath, ClearAll: declaredPath,
		Query: &templates.Query{Name: paramFleetSearch, Value: v.asked.Search, Label: v.p.T("usage.search"), Placeholder: v.p.T("usage.search.hint")},
	}
	kinds := templates.Filter{Name: paramKind, Label: v.p.T("usage.differs"), Kind: templates.FilterChoice}
	for _, k := range usage.DifferenceKinds() {
		kinds.Options = append(kinds.Options, templates.Option{Value: string(k), Text: v.p.T(string(k.Label())), Chosen: v.asked.Kind == k})
	}
	f.Main = append(f.Main, kinds)
	if v.by.View().All || v.by.View().Below {
		f.Main = append(f.Main, templates.Filter{
			Name: paramFleetOwner, Label: v.p.T("usage.owner"), Kind: templates.FilterChoice,
			Options: ownerOptions(v.dir, v.by, calendar.DateOf(v.now), v.asked.Owner),
		})
	}
	for _, name := range []string{paramJudged, paramFleetSort} {
		if value := v.asked.params.Get(name); value != "" {
			f.Hidden = append(f.Hidden, templates.Pair{Name: name, Value: value})
		}
	}
	for _, kind := range []string{"xlsx", "csv"} {
		f.Actions = append(f.Actions, templates.Act{
			Text: v.p.T("usage.export." + kind), Href: withQuery(declaredPath+"."+kind, v.asked.params), Icon: "download", Download: true,
		})
	}
	if v.asked.Search != "" {
		f.Chips = append(f.Chips, templates.Chip{Label: v.p.T("usage.search"), Text: v.asked.Search, Remove: v.href(paramFleetSearch, "")})
	}
	for _, one := range f.Main {
		for _, o := range one.Options {
			if o.Chosen {
				f.Chips = append(f.Chips, templates.Chip{Label: one.Label, Text: o.Text, Remove: v.href(one.Name, "")})
			}
		}
	}
	return f
}

// columns are the heads of the list.
func (v declaredView) columns() []templates.Column {
	sorted := func(word usage.CompareOrder, key string) templates.Column {
		c := templates.Column{Text: v.p.T(key)}
		next := string(word)
		switch v.asked.params.Get(paramFleetSort) {
		case string(word):
			next, c.Sorted = "-"+string(word), "asc"
		case "-" + string(word):
			c.Sorted = "desc"
		}
		c.SortHref = v.href(paramFleetSort, next)
		return c
	}
	return []templates.Column{
		sorted(usage.ByCode, "usage.system"), {Text: v.p.T("usage.declared.said")}, sorted(usage.ByUsedDays, "usage.declared.found"),
		{Text: v.p.T("usage.differs")},
	}
}

var judgedTones = map[usage.Judgement]string{usage.Differs: templates.ToneAmber, usage.Agrees: templates.ToneGreen, usage.Unmeasured: templates.ToneGrey}

func (v declaredView) row(c *usage.Compared) comparedRow {
	s := &c.System
	return comparedRow{
		Name: s.Name, Code: s.Code, Href: web.Join(usagePath, s.Code), Record: web.Join("/systems", s.Code), Owner: v.dir.Name(s.OwnerID),
		Badge:    templates.Badge{Text: v.p.T(string(c.Judgement.Label())), Tone: judgedTones[c.Judgement]},
		Declared: v.said(s), Measured: v.found(c), Differences: v.differences(c),
	}
}

// declaredKeys are the fields that are held against facts.
func declaredKeys() []string {
	return []string{"use_frequency", "usage_pattern", "phase", "registered_users", "active_users_month"}
}

// said is what the register says of the use of a system.
func (v declaredView) said(s *inventory.System) []string {
	var out []string
	for _, key := range declaredKeys() {
		f, ok := inventory.SystemFields.Find(key)
		if !ok || f.Empty(s) {
			continue
		}
		text := v.declaredText(key, f.Get(s))
		out = append(out, v.p.T("usage.pair", "name", inventory.SystemFields.Label(key), "value", text))
	}
	if len(out) == 0 {
		out = append(out, v.p.T("usage.declared.nothing"))
	}
	return out
}

// declaredText is the value of a field in words.
func (v declaredView) declaredText(key, value string) string {
	f, ok := inventory.SystemFields.Find(key)
	if !ok || f.Words == "" {
		return value
	}
	return v.p.T("opt." + f.Words + "." + value)
}

// found is what was measured of a system.
func (v declaredView) found(c *usage.Compared) []string {
	f := c.Facts
	out := []string{v.p.T("usage.declared.covered", "share", share(f.Covered, usage.ComparedDays))}
	if f.Covered == 0 {
		return out
	}
	out = append(out, v.p.T("usage.declared.used", "share", share(f.Used, f.Covered)))
	if !f.LastUse.IsZero() {
		out = append(out, v.p.T("usage.declared.last", "day", f.LastUse))
	}
	if f.MostUsers != nil {
		out = append(out, v.p.T("usage.declared.most", "n", v.p.Number(*f.MostUsers)))
	}
	if f.MonthUsers != nil {
		out = append(out, v.p.T("usage.declared.month", "n", v.p.Number(*f.MonthUsers)))
	}
	return out
}

// differences say in words why declaration and facts do not fit.
func (v declaredView) differences(c *usage.Compared) []string {
	var out []string
	for _, d := range c.Differences {
		f, _ := inventory.SystemFields.Find(d.Field)
		said := v.declaredText(d.Field, f.Get(&c.System))
		if said == "" {
			said = v.p.T("usage.declared.not_given")
		}
		out = append(out, v.p.Text("usage.why."+string(d.Kind), fault.Args{
			"field": inventory.SystemFields.Label(d.Field), "said": said, "found": v.p.Number(d.Found), "least": v.p.Number(d.Said),
			"covered": c.Facts.Covered,
		}))
	}
	return out
}

// sheet describes the file of the comparison.
func (v declaredView) sheet() sheet.Table {
	text := func(key string) string { return v.p.T("usage." + key) }
	t := sheet.Table{
		Sheet: text("declared"), Title: text("declared"),
		Notes: []string{v.p.T("usage.sheet.note", "from", v.result.From, "to", v.result.To, "time", v.p.Time(v.now))},
		Columns: []sheet.Column{
			{Title: text("code"), Width: 14}, {Title: text("system"), Width: 36}, {Title: text("owner"), Width: 20}, {Title: text("judged"), Width: 12},
		},
	}
	for _, key := range declaredKeys() {
		t.Columns = append(t.Columns, sheet.Column{Title: v.p.T(string(inventory.SystemFields.Label(key))), Width: 16})
	}
	for _, key := range []string{"covered_days", "used_days", "most_users", "month_users"} {
		t.Columns = append(t.Columns, sheet.Column{Title: text(key), Kind: sheet.ColumnNumber})
	}
	t.Columns = append(t.Columns, sheet.Column{Title: text("last_use"), Kind: sheet.ColumnDate}, sheet.Column{Title: text("differs"), Width: 70})
	return t
}

func (v declaredView) sheetRows(row func(...sheet.Value) error) error {
	for i := range v.result.Rows {
		c := &v.result.Rows[i]
		out := []sheet.Value{
			sheet.Text(c.System.Code), sheet.Text(c.System.Name), sheet.Text(v.dir.Name(c.System.OwnerID)), sheet.Text(v.p.T(string(c.Judgement.Label()))),
		}
		for _, key := range declaredKeys() {
			text := ""
			if f, ok := inventory.SystemFields.Find(key); ok && !f.Empty(&c.System) {
				text = v.declaredText(key, f.Get(&c.System))
			}
			out = append(out, sheet.Text(text))
		}
		var used *int64
		if n := int64(c.Facts.Used); c.Facts.Covered > 0 {
			used = &n
		}
		out = append(out, sheet.Whole(int64(c.Facts.Covered)), sheetCount(used))
		out = append(out, sheetCount(c.Facts.MostUsers), sheetCount(c.Facts.MonthUsers), sheet.Day(c.Facts.LastUse))
		if err := row(append(out, sheet.Text(strings.Join(v.differences(c), "\n")))...); err != nil {
			return err
		}
	}
	return nil
}

// sheetCount is a number, an empty cell when it is not known.
func sheetCount(n *int64) sheet.Value {
	if n == nil {
		return sheet.Value{}
	}
	return sheet.Whole(*n)
}

// declaredValues are the compared fields as they are kept.
func declaredValues(c *usage.Compared) map[string]string {
	out := map[string]string{}
	for _, key := range declaredKeys() {
		if f, ok := inventory.SystemFields.Find(key); ok && !f.Empty(&c.System) {
			out[key] = f.Get(&c.System)
		}
	}
	return out
}
