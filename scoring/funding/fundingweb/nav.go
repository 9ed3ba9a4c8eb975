package fundingweb

import (
	"slices"

	"qingce/internal/chart"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/scoring/eligibility"
	"qingce/scoring/funding"
	"qingce/templates"
)

// crumbs lead to the years and on.
func crumbs(p *locale.Printer, more ...templates.Crumb) []templates.Crumb {
	return append([]templates.Crumb{{Text: p.T("menu.home"), Href: "/"}, {Text: p.T("menu.funding"), Href: fundingPath}}, more...)
}

func words(p *locale.Printer) chart.Words {
	return chart.Words{Unmeasured: p.T("ui.unmeasured"), Empty: p.T("funding.none"), NoGlyph: p.T("numbers.no_glyph")}
}

var groupTones = map[funding.Group]string{
	funding.GroupEligible: templates.ToneGreen, funding.GroupExempt: templates.ToneGreen, funding.GroupConditional: templates.ToneAmber,
	funding.GroupConsult: templates.ToneAmber, funding.GroupNo: templates.ToneRed, funding.GroupHold: templates.ToneRed, funding.GroupCeased: templates.ToneGrey,
}

func resultBadge(p *locale.Printer, r eligibility.Result) templates.Badge {
	tone := groupTones[funding.GroupOf(r)]
	if r == eligibility.Warned {
		tone = templates.ToneAmber
	}
	return templates.Badge{Text: p.T(string(funding.ResultLabel(r))), Tone: tone}
}

// moneyText is an amount in 万元, and what is not known in a word.
func moneyText(p *locale.Printer, fen *int64) string {
	if fen == nil {
		return p.T("funding.unknown")
	}
	return p.Wan(*fen)
}

// wan is an amount in 万元 with its unit, for sentences.
func wan(p *locale.Printer, fen int64) string { return p.T("funding.wan", "amount", p.Wan(fen)) }

// only tells whether a list is narrowed to something besides.
func only(a web.Listing, name string) bool { return slices.Contains(a.Params["only"], name) }
