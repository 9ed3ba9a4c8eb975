package monthlyweb

import (
	"fmt"
	"math/big"
	"strconv"

	"qingce/internal/chart"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
	"qingce/templates"
)

// crumbs are the way to a page.
func crumbs(p *locale.Printer, more ...templates.Crumb) []templates.Crumb {
	return append([]templates.Crumb{{Text: p.T("menu.home"), Href: "/"}, {Text: p.T("monthly.title"), Href: cardsPath}}, more...)
}

func crumb(text, href string) templates.Crumb { return templates.Crumb{Text: text, Href: href} }

// pointsText writes hundredths: 7300 is 73.00.
func pointsText(n int64) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }

// signedText writes a difference of hundredths with its sign.
func signedText(n int64) string {
	if n < 0 {
		return "-" + pointsText(-n)
	}
	return "+" + pointsText(n)
}

// valueText is the value of a metric, or that it does not apply.
func valueText(p *locale.Printer, v *big.Rat) string {
	if v == nil {
		return p.T("monthly.not_applicable")
	}
	return pointsText(scorecard.Hundredths(v))
}

// totalText is the total of a card, or that nothing applies.
func totalText(p *locale.Printer, c *scorecard.Card) string {
	if c.Total == nil {
		return p.T("monthly.not_applicable")
	}
	return pointsText(c.Points)
}

// rankText is the rank in words.
func rankText(p *locale.Printer, c *scorecard.Card) string {
	switch {
	case c.Band == scorecard.Watched:
		return p.T("monthly.unranked")
	case c.Rank == 0:
		return "—"
	}
	return strconv.Itoa(c.Rank)
}

func metricName(p *locale.Printer, m scorecard.Metric) string {
	return p.T("monthly.metric." + m.Key())
}

// bandTones mark what is proposed.
var bandTones = map[scorecard.Band]string{
	scorecard.Praise: templates.ToneGreen, scorecard.Good: templates.ToneBlue, scorecard.Remind: templates.ToneAmber,
	scorecard.Criticise: templates.ToneRed, scorecard.Report: templates.ToneRed, scorecard.Watched: templates.ToneGrey,
}

func bandBadge(p *locale.Printer, b scorecard.Band) templates.Badge {
	return templates.Badge{Text: p.T("monthly.band." + string(b)), Tone: bandTones[b], Title: p.T("monthly.band." + string(b) + ".help")}
}

func stateBadge(p *locale.Printer, s monthly.State) templates.Badge {
	tone := templates.ToneBlue
	switch s {
	case monthly.Published:
		tone = templates.ToneGreen
	case monthly.Superseded, monthly.Computing:
		tone = templates.ToneGrey
	case monthly.Appeal:
		tone = templates.ToneAmber
	}
	return templates.Badge{Text: p.T(string(s.Label())), Tone: tone}
}

// level is the shade of a value by the bands of a method, the palest for the
// best; what does not apply has none.
func level(m *monthly.Method, v *big.Rat) int {
	if v == nil {
		return -1
	}
	for i, bound := range []int{m.Praise, m.Good, m.Remind} {
		if v.Cmp(big.NewRat(int64(bound), 1)) >= 0 {
			return i
		}
	}
	return 3
}

// percentText is "15/17 · 88.24 %".
func percentText(p *locale.Printer, s scorecard.Share) string {
	if s.Den == 0 {
		return p.T("monthly.not_applicable")
	}
	return fmt.Sprintf("%d/%d · %s %%", s.Num, s.Den, pointsText(hundredthsOf(s)))
}

// hundredthsOf is the share in hundredths of a percent, rounded half up.
func hundredthsOf(s scorecard.Share) int64 {
	return scorecard.Hundredths(big.NewRat(int64(s.Num)*100, int64(max(s.Den, 1))))
}

// words are those that a picture may need.
func words(p *locale.Printer) chart.Words {
	return chart.Words{Unmeasured: p.T("monthly.chart.gap"), Empty: p.T("monthly.empty"), NoGlyph: p.T("numbers.no_glyph")}
}

// comesBack tells the errors with which a form comes back.
func comesBack(err error) bool {
	if err == nil {
		return false
	}
	kind := fault.KindOf(err)
	return kind == fault.Invalid || kind == fault.Conflict
}

// done goes on after an act.
func done(r *web.Request, to, said string, args ...any) (web.Response, error) {
	return web.Redirect{To: to, Said: web.Said(r.T(said, args...))}, nil
}

func number(name string, n int64) templates.Pair {
	return templates.Pair{Name: name, Value: strconv.FormatInt(n, 10)}
}
