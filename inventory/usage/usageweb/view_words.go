package usageweb

import (
	"strconv"
	"time"

	"qingce/internal/locale"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
	"qingce/templates"
)

// standingTones are how the standings of probes are shown.
var standingTones = map[usage.Standing]string{
	usage.Normal: templates.ToneGreen, usage.Late: templates.ToneAmber, usage.Down: templates.ToneRed, usage.Never: templates.ToneBlue, usage.Stopped: templates.ToneGrey,
}

func standingBadge(p *locale.Printer, s usage.Standing) *templates.Badge {
	return &templates.Badge{Text: p.T(string(s.Label())), Tone: standingTones[s], Title: p.T("probes.state." + string(s) + ".text")}
}

// spanText writes how long something takes, in the greatest unit that says
// enough.
func spanText(p *locale.Printer, d time.Duration) string {
	switch {
	case d < 2*time.Hour && d%time.Hour != 0 || d < time.Hour:
		return p.T("probes.minutes", "n", int(d/time.Minute))
	case d < 48*time.Hour && d != 24*time.Hour:
		return p.T("probes.hours_n", "n", int(d/time.Hour))
	}
	return p.T("probes.days_n", "n", int(d/(24*time.Hour)))
}

// heardText writes a share with its numerator and denominator: "160/168 小时 · 95.2 %".
func heardText(p *locale.Printer, h usage.Heard) string {
	if h.Expected == 0 {
		return ""
	}
	return p.T("probes.share", "part", h.Hours, "whole", h.Expected, "share", heardShare(h))
}

// heardShare is in percent with one decimal, and 100 only when nothing is missing.
func heardShare(h usage.Heard) string {
	tenths := min(h.Hours, h.Expected) * 1000 / max(h.Expected, 1)
	return strconv.Itoa(tenths/10) + "." + strconv.Itoa(tenths%10)
}

// Shares of hours below which a coverage is marked.
const (
	fairCoverage = 80
	poorCoverage = 50
)

func heardTone(h usage.Heard) string {
	switch share := h.Hours * 100 / max(h.Expected, 1); {
	case h.Expected == 0 || share >= fairCoverage:
		return ""
	case share >= poorCoverage:
		return templates.ToneAmber
	}
	return templates.ToneRed
}

func signalText(p *locale.Printer, s wire.Signal) string { return signalNamed(p, s.String()) }

// signalNamed writes what a rule may read: a signal of usage, or of the hub.
func signalNamed(p *locale.Printer, name string) string { return p.T("usage.signal." + name) }

// momentText writes an instant, or a word for none.
func momentText(p *locale.Printer, at *time.Time, none string) string {
	if at == nil || at.IsZero() {
		return p.T(none)
	}
	return p.Time(*at)
}
