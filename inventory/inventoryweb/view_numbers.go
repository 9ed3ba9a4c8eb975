package inventoryweb

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"

	"qingce/internal/chart"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/inventory"
	"qingce/templates"
)

// numbersPage is the data of inventory/numbers: a list of systems in numbers.
type numbersPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Filters  *templates.Filters // nil when there is nothing to filter
	By, Of   templates.Tabs
	Chart    *templates.Chart
	Empty    *templates.Empty
}

// numbersView turns totals into the data of their page and its files.
type numbersView struct {
	listView
	key    string // what is counted by
	money  bool   // the picture shows the yearly money
	totals inventory.Totals
	filter string // which systems, in words
	time   string
}

// mostBars is how many rows a picture shows; the table has all of them.
const mostBars = 30

// mostOwners is how many departments an address may name: beyond that it would
// be too long for some of the programs between a browser and the service.
const mostOwners = 200

// keys are what the reader can count by, the usual first. Who sees one
// department does not count by departments.
func (v numbersView) keys() []string {
	all := inventory.CountedBy()
	ofOwners := []string{inventory.ByOwner, inventory.ByGroup, inventory.ByRegion}
	switch v.scopeWord() {
	case "own":
		return slices.DeleteFunc(all, func(key string) bool { return slices.Contains(ofOwners, key) })
	case "region":
		return slices.DeleteFunc(all, func(key string) bool { return slices.Contains(ofOwners[1:], key) })
	}
	return all
}

func (v numbersView) data() numbersPage {
	out := numbersPage{Head: v.head(), Callouts: v.callouts()}
	if v.page.Total > 0 || v.a.narrowed() {
		filters := v.filters()
		filters.Columns = nil
		out.Filters = &filters
	}
	if v.page.Total == 0 {
		out.Empty = v.empty()
		return out
	}
	out.By, out.Of = v.tabs(), v.kinds()
	c := v.chart()
	out.Chart = &c
	return out
}

func (v numbersView) head() templates.Head {
	h := templates.Head{
		Title:   v.p.T("numbers.title"),
		Actions: []templates.Act{{Text: v.p.T("numbers.list"), Href: v.list(), Icon: "table"}},
	}
	if s := v.totals.All; s.Systems > 0 {
		h.Lead = v.p.T("numbers.lead", "n", v.p.Number(s.Systems), "wan", v.p.Wan(s.OmYear), "unknown", v.p.Number(s.OmUnknown))
	}
	return h
}

// list is the address of the counted list, with pairs of name and value set.
func (v numbersView) list(pairs ...string) string {
	href := v.a.only(systemsPath, func(key string) bool { return selects(key) || key == paramAsOf })
	for i := 0; i+1 < len(pairs); i += 2 {
		href = templates.WithQuery(href, pairs[i], pairs[i+1])
	}
	return href
}

// tabs choose what is counted by.
func (v numbersView) tabs() templates.Tabs {
	t := templates.Tabs{Label: v.p.T("numbers.by")}
	keys := v.keys()
	if !slices.Contains(keys, v.key) {
		keys = append(keys, v.key)
	}
	for _, key := range keys {
		t.Items = append(t.Items, templates.Tab{Text: v.label(key), Href: v.a.with(paramBy, key), Active: key == v.key})
	}
	return t
}

// kinds choose what the picture shows.
func (v numbersView) kinds() templates.Tabs {
	return templates.Tabs{Label: v.p.T("numbers.of"), Items: []templates.Tab{
		{Text: v.p.T("numbers.systems"), Href: v.a.with(paramOf, ""), Active: !v.money},
		{Text: v.p.T("numbers.om"), Href: v.a.with(paramOf, ofMoney), Active: v.money},
	}}
}

// label names what is counted by.
func (v numbersView) label(key string) string {
	if _, ok := inventory.SystemFields.Find(key); ok {
		return fieldweb.ShortLabel(v.p, inventory.SystemFields, key)
	}
	return v.p.T("numbers.by." + key)
}

// name is a row in words.
func (v numbersView) name(t inventory.Total) string {
	switch {
	case t.Value == "" && v.key == inventory.ByRegion:
		return v.p.T("numbers.city")
	case t.Value == "":
		return v.p.T("numbers.not_given")
	case v.key == inventory.ByGroup:
		return v.option("department_group", t.Value)
	case v.key == inventory.ByOwner, v.key == inventory.ByRegion:
		if dept, ok := v.names.dir.Lookup(t.Value); ok {
			return dept.Name
		}
		return t.Value
	}
	f, _ := inventory.SystemFields.Find(v.key)
	return v.option(f.Words, t.Value)
}

// option is the name of a choice; one that there is no longer stands as it is.
func (v numbersView) option(words, value string) string {
	if key := field.OptionKey(words, value); v.p.Has(key) {
		return v.p.T(key)
	}
	return value
}

// missing tells the row of what is not given.
func (v numbersView) missing(t inventory.Total) bool {
	return t.Value == "" && v.key != inventory.ByRegion
}

// rows is the address of the systems of a row, empty when no address can mean
// exactly these.
func (v numbersView) rows(t inventory.Total, pairs ...string) string {
	if t.Systems == 0 {
		return ""
	}
	if t.Owners != nil {
		return v.ownersHref(t.Owners, pairs)
	}
	asked := v.a.params[v.key]
	if v.totals.Overlap && len(asked) > 0 && !slices.Contains(asked, orEmptyWord(t.Value)) {
		return "" // the list finds those with either value, the row counts those with both
	}
	return v.list(append([]string{v.key, orEmptyWord(t.Value)}, pairs...)...)
}

func (v numbersView) ownersHref(owners []inventory.DepartmentID, pairs []string) string {
	if len(owners) > mostOwners {
		return ""
	}
	u, err := url.Parse(v.list(pairs...))
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Del(inventory.ByOwner)
	for _, id := range owners {
		if dept, ok := v.names.dir.Find(id); ok {
			q.Add(inventory.ByOwner, dept.Code)
		}
	}
	return withQuery(u.Path, q)
}

// Money of a list that is already chosen by money cannot be narrowed further.
func (v numbersView) moneyAsked() bool {
	return v.a.params.Has(omField) || v.a.params.Has(omField+field.FromSuffix) || v.a.params.Has(omField+field.ToSuffix)
}

const omField = "om_amount_year"

// givenHref leads to the systems of a row that give their money, the dearest
// first; unknownHref to those that do not.
func (v numbersView) givenHref(t inventory.Total) string {
	if v.moneyAsked() {
		return v.rows(t, paramSort, "-"+omField)
	}
	return v.rows(t, omField+field.FromSuffix, "0", paramSort, "-"+omField)
}

func (v numbersView) unknownHref(t inventory.Total) string {
	if v.moneyAsked() {
		return v.rows(t)
	}
	return v.rows(t, omField, field.EmptyWord)
}

// noMoneyKnown tells that there are systems and none gives its money.
func noMoneyKnown(s inventory.Sum) bool { return s.Systems > 0 && s.OmUnknown == s.Systems }

func (v numbersView) percent(s inventory.Sum) string {
	if v.totals.All.Systems == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", 100*float64(s.Systems)/float64(v.totals.All.Systems))
}

// share writes "15/17 · 88.24 %".
func (v numbersView) share(s inventory.Sum) string {
	return fmt.Sprintf("%s/%s · %s %%", v.p.Number(s.Systems), v.p.Number(v.totals.All.Systems), v.percent(s))
}

// moneyText writes the money of a row in 万元 with what is not known of it.
func (v numbersView) moneyText(s inventory.Sum) string {
	if s.OmUnknown > 0 {
		return v.p.T("numbers.om_with_unknown", "money", v.p.Wan(s.OmYear), "n", v.p.Number(s.OmUnknown))
	}
	return v.p.Wan(s.OmYear)
}

// caption says what the picture shows.
func (v numbersView) caption() string {
	what := "numbers.caption.systems"
	if v.money {
		what = "numbers.caption.om"
	}
	return v.p.T(what, "by", v.label(v.key))
}

// notes say what was counted, for files.
func (v numbersView) notes() []string {
	filter := v.filter
	if filter == "" {
		filter = v.p.T("export.all")
	}
	return append([]string{v.p.T("export.note", "filter", filter, "time", v.time)}, v.remarks()...)
}

// remarks say what a reader of the numbers must know.
func (v numbersView) remarks() []string {
	var out []string
	if v.totals.Overlap {
		out = append(out, v.p.T("numbers.overlap"))
	}
	if slices.ContainsFunc(v.totals.Rows, v.missing) {
		out = append(out, v.p.T("numbers.not_given.why"))
	}
	return out
}

// sorted are all rows, by what the picture shows.
func (v numbersView) sorted() []inventory.Total {
	if !v.money {
		return v.totals.Rows
	}
	rows := slices.Clone(v.totals.Rows)
	slices.SortStableFunc(rows, func(a, b inventory.Total) int {
		if v.missing(a) || v.missing(b) {
			return 0 // the last one stays where it is
		}
		return cmp.Compare(b.OmYear, a.OmYear)
	})
	return rows
}

// shown are the rows of the picture: the greatest, and always what is not given.
func (v numbersView) shown() (rows []inventory.Total, left int) {
	rows = v.sorted()
	if len(rows) <= mostBars {
		return rows, 0
	}
	left = len(rows) - mostBars
	if last := rows[len(rows)-1]; v.missing(last) {
		return append(slices.Clone(rows[:mostBars-1]), last), left
	}
	return rows[:mostBars], left
}

// draw is the picture of the numbers.
func (v numbersView) draw(width int) chart.Drawing {
	rows, left := v.shown()
	notes := v.notes()
	if left > 0 {
		notes = append(notes, v.p.T("numbers.more", "n", mostBars, "left", left))
	}
	b := chart.Bars{Head: chart.Head{
		Title: v.caption(), Note: strings.Join(notes, " "),
		Words: chart.Words{Unmeasured: v.p.T("numbers.not_given"), Empty: v.p.T("inventory.list.none"), NoGlyph: v.p.T("numbers.no_glyph")},
	}}
	for _, t := range rows {
		b.Bars = append(b.Bars, v.bar(t))
	}
	if len(rows) > 0 {
		b.Desc = v.p.T("numbers.desc", "n", len(rows), "name", b.Bars[0].Label, "text", b.Bars[0].Text)
	}
	return b.Draw(width)
}

func (v numbersView) bar(t inventory.Total) chart.Bar {
	b := chart.Bar{Label: v.name(t), Missing: v.missing(t), Value: float64(t.Systems), Text: v.share(t.Sum), Href: v.rows(t)}
	if v.money {
		b.Value, b.Text, b.Href = float64(t.OmYear), v.moneyText(t.Sum), v.givenHref(t)
		if noMoneyKnown(t.Sum) {
			b.Value, b.Href = math.NaN(), v.unknownHref(t)
		}
	}
	return b
}

// chart is the picture with the table beside it and the files of both.
func (v numbersView) chart() templates.Chart {
	remarks := v.remarks()
	if _, left := v.shown(); left > 0 {
		remarks = append(remarks, v.p.T("numbers.more", "n", mostBars, "left", left))
	}
	c := templates.Chart{
		Caption: v.caption(), Note: strings.Join(append(remarks, v.p.T("numbers.counted", "time", v.time)), " "),
		Wide: v.draw(chart.Wide).Inline("numbers"), Narrow: v.draw(chart.Narrow).Inline("numbers-narrow"), Table: v.table(),
	}
	for _, kind := range []string{"png", "svg", "xlsx", "csv"} {
		c.Files = append(c.Files, templates.Link{Text: v.p.T("numbers.file." + kind), Href: v.a.only(numbersPath+"."+kind, isNumbersParameter), Icon: "download"})
	}
	return c
}

// isNumbersParameter tells whether a parameter means something to the numbers.
func isNumbersParameter(key string) bool {
	return selects(key) || key == paramAsOf || key == paramBy || key == paramOf
}

func (v numbersView) table() *templates.Table {
	t := &templates.Table{ID: "numbers", Caption: v.p.T("numbers.table", "by", v.label(v.key)), Columns: []templates.Column{
		{Text: v.label(v.key), Main: true},
		{Text: v.p.T("numbers.systems"), Num: true, Main: true},
		{Text: v.p.T("numbers.share"), Num: true, Main: true},
		{Text: v.p.T("numbers.om"), Unit: v.p.T("unit.wan"), Num: true, Main: true},
		{Text: v.p.T("numbers.om_unknown"), Num: true},
	}}
	for _, row := range v.sorted() {
		t.Rows = append(t.Rows, v.line(v.name(row), row.Sum, v.rows(row), v.givenHref(row), v.unknownHref(row)))
	}
	all := inventory.Total{Sum: v.totals.All}
	given, unknown := v.list(omField+field.FromSuffix, "0", paramSort, "-"+omField), v.list(omField, field.EmptyWord)
	if v.moneyAsked() {
		given, unknown = v.list(), v.list()
	}
	t.Rows = append(t.Rows, v.line(v.p.T("numbers.all"), all.Sum, v.list(), given, unknown))
	return t
}

// line is a row of the table; each number leads to its systems.
func (v numbersView) line(name string, s inventory.Sum, rows, given, unknown string) templates.TableRow {
	money := templates.Cell{Text: v.p.Wan(s.OmYear), Title: v.p.T("numbers.yuan", "yuan", v.p.Yuan(s.OmYear)), Href: given}
	switch {
	case noMoneyKnown(s):
		money = templates.Cell{Text: v.p.T("numbers.not_given"), Href: unknown}
	case s.Systems == s.OmUnknown: // no systems at all
		money.Href = ""
	}
	left := templates.Cell{Text: v.p.Number(s.OmUnknown), Href: unknown}
	if s.OmUnknown == 0 {
		left.Href = ""
	}
	return templates.TableRow{Name: name, Cells: []templates.Cell{
		{Text: name, Href: rows}, {Text: v.p.Number(s.Systems), Href: rows}, {Text: v.share(s), Href: rows}, money, left,
	}}
}

// numbersAct leads from a list to its numbers.
func (v listView) numbersAct() templates.Act {
	keep := func(key string) bool { return selects(key) || key == paramAsOf }
	return templates.Act{Text: v.p.T("numbers.act"), Href: v.a.only(numbersPath, keep), Icon: "chart"}
}
