package zombieweb

import (
	"strconv"

	"qingce/internal/locale"
	"qingce/internal/web"
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
			{Text: r.Day.String(), Href: runPath(r.Day)}, {Badge: runBadge(p, r.State)}, {Text: p.Number(r.Policy)},
			n(r.Systems), n(r.Measured), n(r.Insufficient), n(r.Met), n(r.Suspected), n(r.Fresh), n(r.Cleared),
		}})
	}
	return t
}

func runStats(p *locale.Printer, run zombie.Run) []templates.Stat {
	n := func(key string, n int, result string) templates.Stat {
		s := templates.Stat{Label: p.T("zombie.count." + key), Value: p.Number(int64(n)), Note: p.T("zombie.count." + key + ".text")}
		if result != "" && run.State == zombie.Finished {
			s.Href = verdictsPath + "?" + paramResult + "=" + result
		}
		return s
	}
	return []templates.Stat{
		n("systems", run.Systems, allResults), n("measured", run.Measured, ""), n("insufficient", run.Insufficient, "insufficient"),
		n("met", run.Met, "met"), n("suspected", run.Suspected, "suspected"), n("fresh", run.Fresh, ""), n("cleared", run.Cleared, ""),
	}
}

func runFacts(p *locale.Printer, run zombie.Run) templates.Facts {
	sort := "zombie.run.day.working"
	switch {
	case run.Partial:
		sort = "zombie.run.day.partial"
	case !run.Working:
		sort = "zombie.run.day.off"
	}
	out := templates.Facts{Title: p.T("zombie.run.facts"), Rows: []templates.Row{
		{Label: p.T("zombie.run.day"), Text: run.Day.String(), Note: p.T(sort)},
		{Label: p.T("zombie.run.policy"), Text: strconv.FormatInt(run.Policy, 10), Href: web.Join(policyPath, strconv.FormatInt(run.Policy, 10))},
		{Label: p.T("zombie.run.started"), Text: p.Time(run.StartedAt), Note: run.Starter},
		{Label: p.T("zombie.run.finished"), Text: p.Time(run.FinishedAt)},
		{Label: p.T("zombie.count.rebuilt"), Text: p.Number(int64(run.Rebuilt)), Note: p.T("zombie.count.rebuilt.text")},
	}}
	if run.Corrections > 0 {
		out.Rows = append(out.Rows, templates.Row{Label: p.T("zombie.run.corrected"), Text: p.T("zombie.run.corrected.text", "n", run.Corrections, "time", p.Time(run.CorrectedAt))})
	}
	if run.DecidedName != "" {
		out.Rows = append(out.Rows, templates.Row{Label: p.T("zombie.run.decided"), Text: run.DecidedName + " " + p.Time(run.DecidedAt), Note: run.DecidedReason})
	}
	return out
}

// heldForm asks for the reason of a decision about a run that is held.
func heldForm(r *web.Request, run zombie.Run, in runIn, wrong error) *templates.Form {
	f := &templates.Form{
		Action: runPath(run.Day, "decision"),
		Sections: []templates.Section{{ID: "s-decision", Title: r.T("zombie.run.decide"), Fields: []templates.Field{
			{Name: "reason", Label: r.T("zombie.policy.reason"), Required: true, Value: in.Reason, MaxLength: 500},
		}}},
		Acts: []templates.Act{
			{Text: r.T("zombie.run.release"), Kind: templates.ActPrimary, Name: "decision", Value: "release", Note: r.T("zombie.run.release.note")},
			{Text: r.T("zombie.run.discard"), Kind: templates.ActDanger, Name: "decision", Value: discarding, Note: r.T("zombie.run.discard.note")},
		},
	}
	web.Mistakes(r.P, f, wrong)
	return f
}
