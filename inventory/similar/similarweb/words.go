package similarweb

import (
	"strconv"

	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/inventory/similar"
	"qingce/inventory/similar/text"
	"qingce/templates"
)

// verdictTones say how a verdict is shown.
var verdictTones = map[similar.Verdict]string{
	similar.Open: templates.ToneAmber, similar.Same: templates.ToneRed, similar.Partly: templates.ToneBlue, similar.Different: templates.ToneGrey,
}

func verdictBadge(p *locale.Printer, v similar.Verdict) templates.Badge {
	return templates.Badge{Text: p.T(string(v.Label())), Tone: verdictTones[v]}
}

// percent writes a share in whole percents.
func percent(share float64) string { return strconv.Itoa(int(share*100+0.5)) + " %" }

// degreeText says what a score means.
func degreeText(p *locale.Printer, score float64) string {
	switch {
	case score >= text.Likely:
		return p.T("similar.degree.likely")
	case score >= text.Candidate:
		return p.T("similar.degree.candidate")
	}
	return p.T("similar.degree.low")
}

// choiceText is what was said, with who goes on.
func choiceText(p *locale.Printer, j similar.Judgement, first, second similar.Side) string {
	said := p.T(string(j.Choice.Label()))
	for _, s := range []similar.Side{first, second} {
		if j.KeeperID != 0 && s.ID == j.KeeperID {
			return p.T("similar.said.keeper", "said", said, "code", s.Code)
		}
	}
	return said
}

// declaredText says what the register declares of a pair; empty for nothing.
func declaredText(p *locale.Printer, pair *similar.Pair) string {
	switch {
	case pair.FirstReplaced && pair.SecondReplaced:
		return p.T("similar.declared.both")
	case pair.FirstReplaced:
		return p.T("similar.declared.one", "from", pair.First.Code, "to", pair.Second.Code)
	case pair.SecondReplaced:
		return p.T("similar.declared.one", "from", pair.Second.Code, "to", pair.First.Code)
	}
	return ""
}

// movedText says how many people went over; empty where nothing was looked at.
func movedText(p *locale.Printer, m similar.Move, from, to similar.Side) string {
	switch m.Users {
	case similar.UsersUnmeasured:
		return ""
	case similar.UsersKnown:
		return p.T("similar.moved", "from", from.Code, "to", to.Code, "n", p.Number(m.Former), "share", percent(m.Moved), "error", percent(m.Error))
	}
	return p.T("similar.moved.unknown", "from", from.Code, "to", to.Code, "why", m.Users.Label())
}

// shiftText says whether use rose there when it fell here.
func shiftText(p *locale.Printer, m similar.Move, from, to similar.Side) string {
	switch m.Shift {
	case similar.ShiftSeen:
		return p.T("similar.shifted", "from", from.Code, "fell", m.FellOn, "to", to.Code, "rose", m.RoseOn, "signal", p.T("usage.signal."+m.Signal))
	case similar.ShiftNotSeen, similar.ShiftUnknown:
		return p.T("similar.shifted.not", "from", from.Code, "fell", m.FellOn, "to", to.Code, "why", m.Shift.Label())
	}
	return ""
}

// moveNotes are what use says of a pair, both ways.
func moveNotes(p *locale.Printer, pair *similar.Pair) []string {
	var out []string
	for _, t := range []string{
		movedText(p, pair.FromFirst, pair.First, pair.Second), shiftText(p, pair.FromFirst, pair.First, pair.Second),
		movedText(p, pair.FromSecond, pair.Second, pair.First), shiftText(p, pair.FromSecond, pair.Second, pair.First),
	} {
		if t != "" {
			out = append(out, t)
		}
	}
	return out
}

// sideCell is a system in a list, without what the reader may not see.
func sideCell(p *locale.Printer, dir *inventory.Directory, s similar.Side) templates.Cell {
	if s.Hidden {
		return templates.Cell{Text: s.Code, Sub: dir.Name(s.OwnerID), Note: p.T("similar.hidden")}
	}
	return templates.Cell{Text: s.Name, Sub: s.Code + " · " + dir.Name(s.OwnerID), Href: systemPath(s.Code)}
}
