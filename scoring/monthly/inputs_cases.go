package monthly

import (
	"strconv"

	"qingce/scoring/scorecard"
)

// tasks counts how the tasks that were due were done (M5).
func (l *ledger) tasks() error {
	if l.d.deps.Tasks == nil {
		return nil
	}
	all, err := l.d.deps.Tasks(l.tx, l.through)
	if err != nil {
		return err
	}
	for dept, tasks := range all {
		for _, t := range tasks {
			l.add(dept, Tasks, l.taskRow(t))
		}
	}
	return nil
}

func (l *ledger) taskRow(t Task) Row {
	r := refRow(t.Ref)
	r.On, r.LateWd = t.Due, t.LateWd
	if t.NotApplicable {
		r.Standing, r.Why = LeftOut, "monthly.why.not_applicable"
		return r
	}
	switch r.Outcome = l.method.OutcomeOf(t.Done, t.LateWd); r.Outcome {
	case scorecard.OnTime:
		r.Standing = Counted
	case scorecard.Undone:
		r.Standing, r.Why = Missing, "monthly.why.undone"
	default:
		r.Standing, r.Why = Missing, "monthly.why.late"
	}
	return r
}

func refRow(r Ref) Row { return Row{Kind: r.Kind, ID: r.ID, Title: r.Title, Path: r.Path, On: r.On} }

// cases counts what points are taken off for, as rectification knows it.
func (l *ledger) cases() error {
	if l.d.deps.Cases == nil {
		return nil
	}
	all, err := l.d.deps.Cases(l.tx, l.month, l.through)
	if err != nil {
		return err
	}
	for dept, c := range all {
		if f := l.bodies[l.of[dept]]; f != nil {
			f.OpenRectification = f.OpenRectification || len(c.Open) > 0
		}
		for k, refs := range map[FigureKey][]Ref{Overdue: c.Overdue, Misuse: c.Misuse, FalseReport: c.FalseReport} {
			for _, ref := range refs {
				r := refRow(ref)
				if r.Standing = Counted; !l.penal(ref.On) {
					r.Standing, r.Why = LeftOut, "monthly.why.before_penalties"
				}
				l.add(dept, k, r)
			}
		}
	}
	return nil
}

// omissions counts the systems that a census found in the month.
func (l *ledger) omissions() error {
	found, err := l.d.deps.Census.FoundBetween(l.tx, l.month.First(), l.through)
	if err != nil {
		return err
	}
	for _, f := range found {
		r := Row{Kind: "omission", ID: strconv.FormatInt(int64(f.RowID), 10), Title: f.Name, Path: "/census/" + f.Census, On: f.On, Standing: Counted}
		if !l.penal(f.On) {
			r.Standing, r.Why = LeftOut, "monthly.why.before_penalties"
		}
		l.add(f.DepartmentID, Omission, r)
	}
	return nil
}

// standing notes what the band depends on besides the counts.
func (l *ledger) standing() error {
	if l.d.deps.Late != nil {
		late, err := l.d.deps.Late(l.tx, l.month)
		if err != nil {
			return err
		}
		for dept, is := range late {
			if f := l.bodies[l.of[dept]]; f != nil && is {
				f.ReportLate = true
			}
		}
	}
	past, ok, err := before(l.tx, l.month)
	if err != nil || !ok {
		return err
	}
	p, _, err := policies(l.tx, past)
	if err != nil {
		return err
	}
	were, err := l.d.made(l.tx, past, p, nil)
	if err != nil {
		return err
	}
	for i := range were.lines {
		line := &were.lines[i]
		if f := l.bodies[line.Body.ID]; f != nil && line.Card.Band != scorecard.Watched && line.Card.Points < int64(p.Method.Remind)*100 {
			f.LowBefore = true
		}
	}
	return nil
}
