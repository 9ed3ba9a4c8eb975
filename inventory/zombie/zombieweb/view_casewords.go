package zombieweb

import (
	"context"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/internal/schedule"
	"qingce/internal/web"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/cleanup"
	"qingce/templates"
)

var caseTones = map[cleanup.State]string{
	cleanup.Suspected: templates.ToneAmber, cleanup.Notified: templates.ToneAmber, cleanup.Admitted: templates.ToneBlue,
	cleanup.Contested: templates.ToneAmber, cleanup.Confirmed: templates.ToneRed, cleanup.Planned: templates.ToneBlue,
	cleanup.Cleaning: templates.ToneBlue, cleanup.EvidenceSubmitted: templates.ToneBlue, cleanup.Cleaned: templates.ToneGreen,
	cleanup.Dismissed: templates.ToneGrey, cleanup.ClosedItself: templates.ToneGrey, cleanup.Exempt: templates.ToneGrey,
	cleanup.Reopened: templates.ToneRed,
}

func caseBadge(p *locale.Printer, s cleanup.State) *templates.Badge {
	return &templates.Badge{Text: p.T(string(s.Label())), Tone: caseTones[s]}
}

var strengthTones = map[cleanup.Strength]string{
	cleanup.Weak: templates.ToneGrey, cleanup.Likely: templates.ToneAmber, cleanup.Strong: templates.ToneRed,
}

func strengthBadge(p *locale.Printer, s cleanup.Strength) *templates.Badge {
	return &templates.Badge{Text: p.T(string(s.Label())), Tone: strengthTones[s], Title: p.T("cases.strength.title")}
}

// featureNames are the features of a case in words.
func featureNames(p *locale.Printer, c *cleanup.Case) string {
	out := make([]string, len(c.Features))
	for i, f := range c.Features {
		out[i] = p.T("zombie.feature." + f)
	}
	return p.Join(out)
}

// dueOf is a due day as pages show it.
func dueOf(p *locale.Printer, o schedule.Open, today calendar.Date) *templates.Deadline {
	d := web.Deadline(p, web.Due{
		On: o.DueOn, Advised: o.Advised, Remaining: o.Remaining, Late: o.Late, Unknown: o.Unknown, Overdue: o.Overdue, Article: o.Article,
	}, today)
	return &d
}

// moneyCell is a yearly sum in 万元, with 元 on hover.
func moneyCell(p *locale.Printer, fen *int64) templates.Cell {
	if fen == nil {
		return templates.Cell{}
	}
	return templates.Cell{Text: p.Wan(*fen), Title: p.Yuan(*fen) + " " + p.T("cases.yuan")}
}

func caseCrumbs(p *locale.Printer, more ...templates.Crumb) []templates.Crumb {
	return append([]templates.Crumb{{Text: p.T("menu.home"), Href: "/"}, {Text: p.T("cases.title"), Href: zombiesPath}}, more...)
}

// turn says whose turn it is in a case.
func turn(p *locale.Printer, c *cleanup.Case, department string) string {
	switch c.State {
	case cleanup.Suspected, cleanup.Admitted, cleanup.Contested, cleanup.Planned:
		return p.T("cases.turn.office")
	case cleanup.EvidenceSubmitted:
		return p.T("cases.turn.centre")
	case cleanup.Notified, cleanup.Confirmed, cleanup.Cleaning, cleanup.Reopened:
		return p.T("cases.turn.department", "name", department)
	}
	return ""
}

// findingText says in sentences what was found of a feature, by a policy whose
// window is so many days.
func findingText(p *locale.Printer, f *zombie.Finding, window int) string {
	return strings.Join(said{finding: *f, window: window, replacement: p.T("cases.another")}.sentences(p), " ")
}

// windowOf is the window of the policy by which a case was judged.
func (d *desk) windowOf(ctx context.Context, by auth.Principal, c *cleanup.Case) (int, error) {
	policy, err := d.Detector.Policy(ctx, by, c.PolicyVersion)
	return policy.Numbers.Window, err
}
