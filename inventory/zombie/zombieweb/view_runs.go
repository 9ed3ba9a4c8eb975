package zombieweb

import (
	"qingce/internal/locale"
	"qingce/inventory/zombie"
	"qingce/templates"
)

var runTones = map[zombie.RunState]string{
	zombie.Running: templates.ToneBlue, zombie.Finished: templates.ToneGreen, zombie.Held: templates.ToneRed, zombie.Discarded: templates.ToneGrey,
	zombie.Superseded: templates.ToneGrey,
}

func runBadge(p *locale.Printer, s zombie.RunState) *templates.Badge {
	return &templates.Badge{Text: p.T(s.Label()), Tone: runTones[s]}
}

// runsTable is the list of runs.
func runsTable(p *locale.Printer, runs []zombie.Run) *templates.Table {
	num := func(key string, main bool) templates.Column {
		return templates.Column{Text: p.T("zombie.count." + key), Title: p.T("zombie.count." + key + ".text"), Num: true, Main: main}
	}
	t := &templates.Table{ID: "runs", Caption: p.T("zombie.runs"), Columns: []templates.Column{
		{Text: p.T("zombie.run.day"), Main: true}, {Text: p.T("zombie.run.state"), Main: true}, {Text: p.T("zombie.run.policy")},
		num("systems", false), num("measured", false), num("insufficient", true), num("met", true), num("suspected", true), num("fresh", false), num("cleared", false),
	}}
	for _, r := range runs {
		n := func(n int) templates.Cell { return templates.Cell{Text: p.Number(int64(n))} }
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: r.Day.String()}, {Badge: runBadge(p, r.State)}, {Text: p.Number(r.Policy)},
			n(r.Systems), n(r.Measured), n(r.Insufficient), n(r.Met), n(r.Suspected), n(r.Fresh), n(r.Cleared),
		}})
	}
	return t
}
