package surveyweb

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/chart"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/survey"
	"qingce/survey/census"
	"qingce/templates"
)

// certificatePage is the data of survey/certificate.
type certificatePage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Number   string
	Words    []string // what is certified, sentence by sentence
	Stats    []templates.Stat
	Way      templates.Table
	Charts   []templates.Chart
	Lists    *templates.Table
	Method   []string
	Hash     templates.Copy
	Sign     []templates.Row
}

type certificateView struct {
	p        *locale.Printer
	by       auth.Principal
	c        census.Certificate
	census   survey.Campaign
	base     survey.Campaign
	dir      *inventory.Directory
	verified *census.Verification
	now      time.Time
}

func (v certificateView) page() certificatePage {
	out := certificatePage{
		Head: templates.Head{
			Title: v.p.T("census.certificate"), Code: v.c.Number, Lead: v.c.Title,
			Badges: []templates.Badge{{Text: v.p.T("survey.campaign.state.locked"), Tone: templates.ToneGreen, Icon: "lock"}},
			Actions: []templates.Act{
				{Text: v.p.T("census.certificate.workbook"), Href: certificateAt(v.c.ID, "workbook"), Icon: "download", Download: true},
				{Text: v.p.T("census.certificate.verify"), Post: certificateAt(v.c.ID, "verify"), Icon: "check"},
				{Text: v.p.T("census.certificate.list"), Href: v.systems(), Icon: "table"},
			},
		},
		Callouts: v.callouts(), Number: v.c.Number, Words: v.words(), Stats: v.stats(), Way: v.way(), Lists: v.lists(),
		Hash: templates.Copy{Text: v.c.Hash, Full: v.c.Hash},
		Method: []string{
			v.p.T("census.method.count"), v.p.T("census.method.digest", "n", len(v.c.Fields)), v.p.T("census.method.hash"), v.p.T("census.method.verify"),
		},
		Sign: []templates.Row{
			{Label: v.p.T("census.certificate.signed"), Text: v.c.SignedName}, {Label: v.p.T("census.certificate.day"), Text: v.p.Date(v.c.CertifiedOn)},
		},
	}
	for _, b := range v.c.Totals.By {
		out.Charts = append(out.Charts, v.chart(b))
	}
	return out
}

// words say what is certified.
func (v certificateView) words() []string {
	t := v.c.Totals
	return []string{
		v.p.T("census.certificate.words", "day", v.c.CertifiedOn, "bodies", v.c.Bodies, "n", v.c.Systems, "city", v.c.Municipal, "others", v.c.Others),
		v.p.T("census.certificate.forms", "accepted", t.Accepted, "bodies", v.c.Bodies, "zero", t.Zero, "late", t.Late),
		v.p.T("census.certificate.money", "wan", v.p.Wan(t.OmYear), "unknown", t.OmUnknown),
	}
}

// callouts say what came of a verification.
func (v certificateView) callouts() []templates.Callout {
	if v.verified == nil {
		return nil
	}
	if v.verified.OK() {
		return []templates.Callout{{
			Kind: "ok", Title: v.p.T("census.verify.ok"), Text: v.p.T("census.verify.ok.text", "n", v.verified.Systems, "hash", v.verified.Hash, "at", v.now),
		}}
	}
	c := templates.Callout{Kind: "error", Title: v.p.T("census.verify.failed"), Text: v.p.T("census.verify.failed.text")}
	for _, f := range v.verified.Found {
		c.Items = append(c.Items, v.p.Field(f))
	}
	if v.verified.More > 0 {
		c.Items = append(c.Items, v.p.T("census.verify.more", "n", v.verified.More))
	}
	return []templates.Callout{c}
}

// systems is the address of the certified systems as they were certified, with
// pairs of name and value to narrow them.
func (v certificateView) systems(pairs ...string) string {
	q := url.Values{"as_of": {v.c.CertifiedAt.In(calendar.Zone).Format(time.RFC3339Nano)}}
	for _, s := range inventory.States() {
		if s.Locked() {
			q.Add("state", string(s))
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return "/systems?" + q.Encode()
}

// stats are the numbers of the sentences, each leading to what it counts.
func (v certificateView) stats() []templates.Stat {
	bodies := func(pairs ...string) string {
		if !v.by.Is(append(overseers(), auth.Region)...) {
			return ""
		}
		return coverageAsked{path: surveyPath(v.base.Code, "coverage")}.address(pairs...)
	}
	t := v.c.Totals
	stat := func(key string, n int, href string) templates.Stat {
		return templates.Stat{Label: v.p.T("census.stat." + key), Value: strconv.Itoa(n), Href: href}
	}
	return []templates.Stat{
		stat("certified", v.c.Systems, v.systems()), stat("municipal", v.c.Municipal, v.part(census.PartMunicipal)), stat("others", v.c.Others, v.part(census.PartOthers)),
		stat("bodies", v.c.Bodies, bodies()), stat("zero", t.Zero, bodies(paramZero, yes)), stat("late", t.Late, bodies(paramLate, lateFiled)),
		stat("visits", int(t.Visits), censusAt(v.census.Code, "visits")),
	}
}

// part is the address of what stands behind a number.
func (v certificateView) part(p census.Part) string {
	return certificateAt(v.c.ID, "numbers", string(p))
}

// way is how the count came about, line by line.
func (v certificateView) way() templates.Table {
	w := v.c.Totals.Way
	t := templates.Table{ID: "way", Caption: v.p.T("census.way"), Columns: []templates.Column{
		{Text: v.p.T("census.way"), Main: true}, {Text: v.p.T("census.column.systems"), Num: true, Main: true},
	}}
	add := func(key, text, href string) {
		t.Rows = append(t.Rows, templates.TableRow{Name: v.p.T("census.way." + key), Cells: []templates.Cell{{Text: v.p.T("census.way." + key)}, {Text: text, Href: href}}})
	}
	part := func(p census.Part, n int) {
		text, href := strconv.Itoa(n), ""
		if n != 0 {
			href = v.part(p)
		}
		if p == census.PartCorrected {
			text = signed(n)
		}
		add(string(p), text, href)
	}
	part(census.PartDeclared, w.Declared)
	part(census.PartCorrected, w.Corrected)
	part(census.PartFound, w.Found)
	part(census.PartOffline, w.Offline)
	part(census.PartBeside, w.Beside)
	add("certified", strconv.Itoa(v.c.Systems), v.systems())
	part(census.PartGone, w.Gone)
	return t
}

func (v certificateView) label(key string) string {
	return fieldweb.ShortLabel(v.p, inventory.SystemFields, key)
}

// value is a value of a breakdown in words.
func (v certificateView) value(key, value string) string {
	f, _ := inventory.SystemFields.Find(key)
	switch {
	case value == "":
		return v.p.T("census.not_given")
	case f.Kind == field.Ref:
		if d, ok := v.dir.ByCode(value); ok {
			return d.Name
		}
		return value
	}
	if text := field.OptionKey(f.Words, value); v.p.Has(text) {
		return v.p.T(text)
	}
	return value
}

// rows is the address of the systems with a value.
func (v certificateView) rows(b census.Breakdown, c census.Count) string {
	if c.Systems == 0 {
		return ""
	}
	value := c.Value
	if value == "" {
		value = field.EmptyWord
	}
	return v.systems(b.By, value)
}

// mostCertificateBars is how many rows a picture of a certificate shows; the
// table has all of them.
const mostCertificateBars = 30

// chart is a breakdown as a picture with its table.
func (v certificateView) chart(b census.Breakdown) templates.Chart {
	title := v.p.T("census.chart", "by", v.label(b.By))
	bars := chart.Bars{Head: chart.Head{Title: title, Words: chart.Words{
		Unmeasured: v.p.T("census.not_given"), Empty: v.p.T("census.items.none"), NoGlyph: v.p.T("numbers.no_glyph"),
	}}}
	table := templates.Table{ID: "by-" + b.By, Caption: title, Columns: []templates.Column{
		{Text: v.label(b.By), Main: true}, {Text: v.p.T("census.column.systems"), Num: true, Main: true}, {Text: v.p.T("numbers.share"), Num: true, Main: true},
		{Text: v.p.T("census.column.om"), Unit: v.p.T("unit.wan"), Num: true},
	}}
	for n, row := range b.Rows {
		name, href := v.value(b.By, row.Value), v.rows(b, row)
		part := share(row.Systems, v.c.Systems)
		if n < mostCertificateBars {
			bars.Bars = append(bars.Bars, chart.Bar{Label: name, Value: float64(row.Systems), Text: part, Href: href, Missing: row.Value == ""})
		}
		table.Rows = append(table.Rows, templates.TableRow{Name: name, Cells: []templates.Cell{
			{Text: name, Href: href}, {Text: strconv.Itoa(row.Systems), Href: href}, {Text: part, Href: href},
			{Text: v.p.Wan(row.OmYear), Href: href, Title: v.p.T("numbers.yuan", "yuan", v.p.Yuan(row.OmYear))},
		}})
	}
	id := strings.ReplaceAll(b.By, "_", "-")
	c := templates.Chart{Caption: title, Wide: bars.Draw(chart.Wide).Inline("cert-" + id), Narrow: bars.Draw(chart.Narrow).Inline("cert-narrow-" + id), Table: &table}
	if b.Overlap {
		c.Note = v.p.T("numbers.overlap")
	}
	return c
}

// lists are the lists of others that were held against the declarations.
func (v certificateView) lists() *templates.Table {
	if len(v.c.Totals.Lists) == 0 {
		return nil
	}
	t := &templates.Table{ID: "lists", Caption: v.p.T("census.sources"), Columns: []templates.Column{
		{Text: v.p.T("census.field.title"), Main: true}, {Text: v.p.T("census.column.lines"), Num: true, Main: true},
	}}
	for _, r := range census.Results() {
		t.Columns = append(t.Columns, templates.Column{Text: v.p.T(string(r.Label())), Num: true})
	}
	t.Columns = append(t.Columns, templates.Column{Text: v.p.T("census.decision.added"), Num: true, Main: true}, templates.Column{Text: v.p.T("census.decision.asked"), Num: true})
	for _, l := range v.c.Totals.Lists {
		t.Rows = append(t.Rows, v.list(l))
	}
	return t
}

// list is a list of others with its numbers.
func (v certificateView) list(l census.ListTotal) templates.TableRow {
	count := func(n int, pairs ...string) templates.Cell {
		c := templates.Cell{Text: strconv.Itoa(n)}
		if n > 0 && l.Source != 0 {
			c.Href = v.items(l.Source, pairs...)
		}
		return c
	}
	cells := []templates.Cell{{Text: l.Title, Sub: v.p.T(string(l.Kind.Label()))}, count(l.Lines, "line", yes)}
	for _, r := range census.Results() {
		cells = append(cells, count(l.Items.Of(r), "result", string(r)))
	}
	return templates.TableRow{Name: l.Title, Cells: append(cells, count(l.Added, "decision", string(census.Added)), count(l.Asked, "decision", string(census.Asked)))}
}

// items is the address of what came of a list, with pairs of name and value to
// narrow it.
func (v certificateView) items(source census.SourceID, pairs ...string) string {
	href := templates.WithQuery(censusAt(v.census.Code, "items"), "source", strconv.FormatInt(int64(source), 10))
	for i := 0; i+1 < len(pairs); i += 2 {
		href = templates.WithQuery(href, pairs[i], pairs[i+1])
	}
	return href
}
