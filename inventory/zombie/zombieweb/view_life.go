package zombieweb

import (
	"math"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/chart"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/detect"
	"qingce/templates"
)

// lifePage is the data of zombie/system.
type lifePage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Features []featureBox
	Span     lifeSpan
	Chart    *templates.Chart
	Table    *templates.Table
	Empty    *templates.Empty
	Declared []declarationBox
	Declare  *templates.Form
}

// lifeSpan asks for a stretch of days.
type lifeSpan struct{ Action, From, To string }

// featureBox is what was found of one feature.
type featureBox struct {
	ID, Name   string
	Badge      *templates.Badge
	Since      string
	Confidence string
	Sentences  []string
	Excluded   []string
	Change     string
}

// lifeView turns the life of a system into the data of its page and files.
type lifeView struct {
	p       *locale.Printer
	by      auth.Principal
	now     time.Time
	life    zombie.Life
	verdict zombie.Verdict
	known   bool // whether a run has evaluated the system
	owner   string
	wrong   []fault.Field

	own          bool // it is a system of the reader's
	declarations []zombie.Declaration
	typed        declareIn // what was typed into a form, and why it was refused
	tried        error
}

func (v lifeView) crumbs() []templates.Crumb {
	code := v.life.System.Code
	return []templates.Crumb{
		{Text: v.p.T("menu.home"), Href: "/"}, {Text: v.p.T("zombie.verdicts"), Href: verdictsPath}, {Text: code, Href: verdictPath(code)},
	}
}

func (v lifeView) page() lifePage {
	s := v.life.System
	out := lifePage{
		Head: templates.Head{
			Code: s.Code, Title: v.p.T("zombie.of", "name", s.Name), Lead: v.p.T("zombie.of.lead", "day", v.life.To),
			Facts: []templates.Row{
				{Label: v.p.T("zombie.owner"), Text: v.owner},
				{Label: v.p.T("zombie.run.policy"), Text: v.p.T("zombie.policy.version", "n", v.life.Policy.Version, "name", policyName(v.p, v.life.Policy.Name))},
			},
			Actions: []templates.Act{{Text: v.p.T("zombie.record"), Href: web.Join(systemsPath, s.Code), Icon: "system"}},
		},
		Span: lifeSpan{verdictPath(s.Code), v.life.From.String(), v.life.To.String()},
	}
	for _, f := range v.wrong {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "warning", Text: v.p.Field(f)})
	}
	out.Callouts = append(out.Callouts, templates.Callout{Kind: "info", Text: v.p.T("zombie.of.note")})
	for _, f := range v.life.Findings {
		out.Features = append(out.Features, v.feature(f))
	}
	out.Declared, out.Declare = v.declared(), v.declareForm()
	if v.measured() == 0 {
		out.Empty = &templates.Empty{Title: v.p.T("zombie.life.none"), Text: v.p.T("zombie.life.none.text"), Icon: "chart"}
		return out
	}
	out.Chart, out.Table = v.chart(), v.table()
	return out
}

func (v lifeView) measured() int {
	n := 0
	for i := range v.life.Days {
		if v.life.Days[i].Fact.Measured != 0 {
			n++
		}
	}
	return n
}

func (v lifeView) said(f zombie.Finding) said {
	return said{f, v.life.Policy.Numbers.Window, v.life.Replacement}
}

func (v lifeView) feature(f zombie.Finding) featureBox {
	s, word := v.said(f), zombie.FeatureWord(f.Feature)
	box := featureBox{
		ID: word, Name: v.p.T(string(zombie.FeatureLabel(f.Feature))), Badge: resultBadge(v.p, f.Result),
		Sentences: s.sentences(v.p), Change: s.change(v.p),
	}
	raised := f.Result == detect.Met || f.Result == detect.Suspected
	if raised && (f.Feature == detect.Z1 || f.Feature == detect.Z5) {
		box.Excluded = s.excluded(v.p)
		if f.Figures.Sure*1000 >= tellingConfidence {
			box.Confidence = s.confidence(v.p)
		}
	}
	if raised && v.known && v.verdict.Finding(f.Feature).Result == f.Result {
		box.Since = v.p.T("zombie.since", "day", v.verdict.Since)
	}
	return box
}

// policyName is the name of a policy: that of a pack in words, else as typed.
func policyName(p *locale.Printer, name string) string {
	if name == zombie.DefaultPack || name == zombie.CampaignPack {
		return p.T("zombie.pack." + name)
	}
	return name
}

func (v lifeView) chart() *templates.Chart {
	c := &templates.Chart{
		Caption: v.p.T("zombie.life"), Note: v.p.T("zombie.life.note"),
		Wide: v.draw(chart.Wide).Inline("life"), Narrow: v.draw(chart.Narrow).Inline("life-narrow"),
	}
	for _, kind := range []string{"png", "svg"} {
		href := verdictPath(v.life.System.Code, "life."+kind) + "?from=" + v.life.From.String() + "&to=" + v.life.To.String()
		c.Files = append(c.Files, templates.Link{Text: v.p.T("zombie.file." + kind), Href: href, Icon: "download"})
	}
	return c
}

func (v lifeView) draw(width int) chart.Drawing {
	used := 0
	c := chart.Days{
		Head: chart.Head{
			Title: v.p.T("zombie.of", "name", v.life.System.Name), Note: v.p.T("zombie.life.note"),
			Words: chart.Words{Unmeasured: v.p.T("ui.unmeasured"), Empty: v.p.T("zombie.life.none"), NoGlyph: v.p.T("zombie.no_glyph")},
		},
		OffWord: v.p.T("zombie.day.off"), Panels: []chart.Panel{v.usePanel(), v.machinePanel()}, Bands: v.bands(),
	}
	for i := range v.life.Days {
		d := &v.life.Days[i]
		c.Points = append(c.Points, d.Date.String()[2:])
		c.Off = append(c.Off, !d.Working)
		if d.Used {
			used++
			c.Mark = &chart.Mark{Point: i, Text: v.p.T("zombie.last_use", "day", d.Date)}
		}
	}
	c.Head.Desc = v.p.T("zombie.life.desc", "from", v.life.From, "to", v.life.To, "measured", v.measured(), "used", used)
	return c.Draw(width)
}

// signalOf is the value of the signal that the life is drawn by.
func (v lifeView) signalOf(f *detect.Fact) (int64, bool) {
	switch s := v.signal(); s {
	case detect.Business:
		return f.Business, f.Measured&s != 0
	case detect.Logins:
		return f.Logins, f.Measured&s != 0
	default:
		return f.Users, f.Measured&s != 0
	}
}

func (v lifeView) signal() detect.Signal {
	if v.life.Signal != 0 {
		return v.life.Signal
	}
	for _, s := range []detect.Signal{detect.Business, detect.Logins} {
		for i := range v.life.Days {
			if v.life.Days[i].Fact.Measured&s != 0 {
				return s
			}
		}
	}
	return detect.Users
}

var signalWords = map[detect.Signal]string{detect.Business: "business", detect.Logins: "logins", detect.Users: "users"}

// usePanel is how much the system was used, and was to be expected to be.
func (v lifeView) usePanel() chart.Panel {
	name := v.p.T("zombie.signal." + signalWords[v.signal()])
	seen, expected := chart.Series{Name: name}, chart.Series{Name: v.p.T("zombie.expected")}
	for i := range v.life.Days {
		d := &v.life.Days[i]
		n, ok := v.signalOf(&d.Fact)
		add(v.p, &seen, float64(n), ok)
		add(v.p, &expected, math.Round(d.Expected), d.Fact.Day != 0 && v.life.Signal != 0)
	}
	return chart.Panel{Unit: v.p.T("zombie.panel.use", "signal", name), Series: []chart.Series{seen, expected}}
}

// machinePanel is what was left out: the machines that came each day.
func (v lifeView) machinePanel() chart.Panel {
	s := chart.Series{Name: v.p.T("zombie.machines")}
	for i := range v.life.Days {
		f := &v.life.Days[i].Fact
		add(v.p, &s, float64(f.Machines), f.Measured&detect.Machines != 0)
	}
	return chart.Panel{Unit: v.p.T("zombie.panel.machines"), Series: []chart.Series{s}}
}

func add(p *locale.Printer, s *chart.Series, n float64, known bool) {
	if !known {
		s.Values, s.Texts = append(s.Values, math.NaN()), append(s.Texts, "")
		return
	}
	s.Values, s.Texts = append(s.Values, n), append(s.Texts, p.Number(int64(n)))
}

// bands are the stretches of silence, and those that were not measured.
func (v lifeView) bands() []chart.Band {
	silent := v.band("zombie.band.silent", func(d *zombie.LifeDay) bool { return d.Gap > 0 && d.Fact.Day != 0 }, longSilence)
	gaps := v.band("zombie.band.unmeasured", func(d *zombie.LifeDay) bool { return !d.Covered }, 1)
	return []chart.Band{silent, gaps}
}

// longSilence is from how many days on a silence is drawn.
const longSilence = 14

func (v lifeView) band(key string, in func(*zombie.LifeDay) bool, least int) chart.Band {
	b := chart.Band{Name: v.p.T(key)}
	days := v.life.Days
	for i := 0; i < len(days); i++ {
		if !in(&days[i]) {
			continue
		}
		j := i
		for j+1 < len(days) && in(&days[j+1]) {
			j++
		}
		if j-i+1 >= least {
			b.Spans = append(b.Spans, chart.Span{From: i, To: j, Text: days[i].Date.String() + " – " + days[j].Date.String()})
		}
		i = j
	}
	return b
}

// table has the same by month, the newest first.
func (v lifeView) table() *templates.Table {
	num := func(key string, main bool) templates.Column {
		return templates.Column{Text: v.p.T("zombie.month." + key), Num: true, Main: main}
	}
	t := &templates.Table{ID: "months", Caption: v.p.T("zombie.months"), Columns: []templates.Column{
		{Text: v.p.T("zombie.month"), Main: true}, num("covered", true), num("used", true), num("stray", false),
		{Text: v.p.T("zombie.signal." + signalWords[v.signal()]), Num: true}, num("expected", false), num("machines", true),
	}}
	for _, m := range v.months() {
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: m.name}, {Text: strconv.Itoa(m.covered) + "/" + strconv.Itoa(m.days)}, {Text: strconv.Itoa(m.used)}, {Text: strconv.Itoa(m.stray)},
			{Text: v.p.Number(m.seen), Unmeasured: m.covered == 0}, {Text: v.p.Number(int64(m.expected + 0.5))},
			{Text: v.p.Number(m.machines), Unmeasured: m.covered == 0},
		}})
	}
	return t
}

// lifeMonth sums up a month.
type lifeMonth struct {
	name                       string
	days, covered, used, stray int
	seen, machines             int64
	expected                   float64
}

func (v lifeView) months() []lifeMonth {
	var out []lifeMonth
	for i := len(v.life.Days) - 1; i >= 0; i-- {
		d := &v.life.Days[i]
		name := monthName(d.Date)
		if len(out) == 0 || out[len(out)-1].name != name {
			out = append(out, lifeMonth{name: name})
		}
		m := &out[len(out)-1]
		m.days++
		m.expected += d.Expected
		if n, ok := v.signalOf(&d.Fact); ok {
			m.seen += n
		}
		if d.Covered {
			m.covered++
		}
		if d.Stray {
			m.stray++
		}
		if d.Used {
			m.used++
		} else {
			m.machines += d.Fact.Requests
		}
	}
	return out
}

func monthName(d calendar.Date) string { return d.String()[:7] }
