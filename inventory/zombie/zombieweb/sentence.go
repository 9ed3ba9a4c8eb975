package zombieweb

import (
	"fmt"

	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/detect"
	"qingce/templates"
)

// findingTones are how results are shown.
var findingTones = map[detect.Result]string{
	detect.NotMet: templates.ToneGreen, detect.Suspected: templates.ToneAmber, detect.Met: templates.ToneRed, detect.Insufficient: templates.ToneGrey,
	detect.OffSeason: templates.ToneBlue, detect.OnStandby: templates.ToneBlue, detect.TooNew: templates.ToneBlue, detect.Exempted: templates.ToneGrey,
}

func resultBadge(p *locale.Printer, r detect.Result) *templates.Badge {
	return &templates.Badge{Text: p.T(string(zombie.ResultLabel(r))), Tone: findingTones[r]}
}

// said is what the sentences of a finding need beside its figures.
type said struct {
	finding     zombie.Finding
	window      int    // of the policy, in days
	replacement string // the system that can take its place, empty when it is not told
}

// sentences say what was found, on what grounds, with figures.
func (s said) sentences(p *locale.Printer) []string {
	args := s.args(p)
	var out []string
	for _, g := range s.finding.Grounds {
		out = append(out, p.Text("zombie.ground."+zombie.GroundWord(g), args))
		if g == detect.Silent && s.finding.Figures.Missed >= 1 {
			out = append(out, p.Text("zombie.ground.silent.missed", args))
		}
	}
	if len(out) == 0 {
		key := "zombie.found." + zombie.ResultWord(s.finding.Result)
		switch f := s.finding; {
		case f.Result != detect.NotMet:
		case f.Feature == detect.Z2 || f.Feature == detect.Z3 || f.Feature == detect.Z4:
			key += "." + zombie.FeatureWord(f.Feature)
		case f.Figures.LastUse == 0:
			key += ".no_use"
		}
		out = append(out, p.Text(key, args))
	}
	return out
}

func (s said) args(p *locale.Printer) fault.Args {
	f := s.finding.Figures
	return fault.Args{
		"gap": f.Gap, "longest": f.LongestGap, "coverage": wholePercent(f.Coverage), "missed": fmt.Sprintf("%.1f", f.Missed),
		"ignored": p.Number(f.Ignored), "stray": f.Stray, "users": p.Number(max(f.Users, 0)), "logins": f.LoginDays, "working": f.WorkingDays,
		"days": f.Days, "over": f.Over, "cpu": hundredths(f.CPUAvg), "p95": hundredths(f.CPUP95), "last": zombie.DateOf(f.LastUse), "window": s.window,
		"by": s.replacement, "people": p.Number(f.People), "expected": p.Number(max(f.Expected, 0)),
	}
}

// excluded says what was seen and not counted, and why.
func (s said) excluded(p *locale.Printer) []string {
	f := s.finding.Figures
	var out []string
	if f.Ignored > 0 {
		out = append(out, p.T("zombie.excluded.machines", "n", p.Number(f.Ignored)))
	}
	if f.Stray > 0 {
		out = append(out, p.T("zombie.excluded.stray", "n", f.Stray))
	}
	if missing := s.window - int(f.Coverage*float64(s.window)+0.5); missing > 0 {
		out = append(out, p.T("zombie.excluded.unmeasured", "n", missing, "window", s.window))
	}
	return out
}

// change says what would change the finding.
func (s said) change(p *locale.Printer) string {
	f := s.finding
	switch f.Result {
	case detect.Suspected, detect.Met:
		return p.T("zombie.change." + zombie.FeatureWord(f.Feature))
	case detect.Insufficient:
		return p.T("zombie.change.insufficient")
	case detect.NotMet:
		return p.T("zombie.change.none." + zombie.FeatureWord(f.Feature))
	}
	return p.T("zombie.change." + zombie.ResultWord(f.Result))
}

// confidence says how sure the finding is, and what became of such silences before.
func (s said) confidence(p *locale.Printer) string {
	f := s.finding.Figures
	text := confidenceText(p, f.Sure)
	if f.Before.Reached > 0 {
		text += p.T("zombie.confidence.before", "n", p.Number(int64(f.Before.Reached)), "back", p.Number(int64(f.Before.Returned)))
	}
	return text
}

// wholePercent writes a share in whole percent; never 100 when something is
// missing.
func wholePercent(share float64) int { return int(share*100 + 1e-9) }

// confidenceText writes how sure it is that nobody comes back: never certain.
func confidenceText(p *locale.Printer, dead float64) string {
	if dead >= 0.995 {
		return p.T("zombie.confidence.over", "n", "99.5")
	}
	return p.T("zombie.confidence.is", "n", fmt.Sprintf("%.1f", dead*100))
}

// hundredths writes hundredths of a percent.
func hundredths(n int64) string {
	if n < 0 {
		return "—"
	}
	return fmt.Sprintf("%.1f", float64(n)/100)
}
