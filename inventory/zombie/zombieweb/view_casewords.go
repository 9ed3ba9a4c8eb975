package zombieweb

import (
	"fmt"

	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/internal/schedule"
	"qingce/internal/web"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/cleanup"
	"qingce/inventory/zombie/detect"
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

var resultTones = map[detect.Result]string{
	detect.Suspected: templates.ToneAmber, detect.Met: templates.ToneRed, detect.Insufficient: templates.ToneGrey, detect.NotMet: templates.ToneGreen,
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

// findingText says in a sentence what was found of a feature.
func findingText(p *locale.Printer, f *zombie.Finding) string {
	out := make([]string, 0, len(f.Grounds))
	for _, g := range f.Grounds {
		out = append(out, p.T("cases.ground."+zombie.GroundWord(g), "gap", f.Figures.Gap, "longest", f.Figures.LongestGap,
			"coverage", int(f.Figures.Coverage*100+0.5), "users", f.Figures.Users, "logins", f.Figures.LoginDays, "working", f.Figures.WorkingDays,
			"days", f.Figures.Days, "cpu", percent(f.Figures.CPUAvg), "ignored", p.Number(f.Figures.Ignored), "stray", f.Figures.Stray,
			"people", p.Number(f.Figures.People), "expected", p.Number(max(f.Figures.Expected, 0))))
	}
	if len(out) == 0 {
		return p.T("cases.finding." + zombie.ResultWord(f.Result))
	}
	return p.Join(out)
}

// percent writes hundredths of a percent.
func percent(hundredths int64) string {
	if hundredths < 0 {
		return "—"
	}
	return fmt.Sprintf("%d.%02d %%", hundredths/100, hundredths%100)
}
