package scoring

import (
	"cmp"
	"context"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/scoring/programme"
)

// Sheet is a report with what stands beside it.
type Sheet struct {
	Report   Report
	Body     inventory.Department
	Pack     *programme.Pack
	Standing *schedule.Standing // until it is filed
	Steps    []Step
	Own      bool // the reader acts for the department
	Last     bool // there is a report of the month before
}

// Find reads a report that the principal sees; one that nobody has begun yet has
// version 0 and the facts of now.
func (d *Reports) Find(ctx context.Context, by auth.Principal, k ReportKey) (Sheet, error) {
	if err := d.board.Refresh(ctx); err != nil {
		return Sheet{}, err
	}
	return store.Reading(ctx, d.board.deps.DB, func(tx *store.Tx) (out Sheet, err error) {
		dir, err := d.board.deps.Registry.DirectoryIn(tx)
		if err != nil {
			return out, err
		}
		if !dir.Covers(by.View(), k.Department) {
			return out, errAbsent
		}
		if out.Report, err = d.at(tx, k); err != nil {
			return out, err
		}
		out.Body, _ = dir.Find(k.Department)
		out.Own = d.board.ofOwn(tx, by, k.Department) == nil && by.Is(Writers()...)
		if out.Pack, err = d.board.packOn(tx, today(tx)); err != nil {
			return out, err
		}
		if out.Report.State.Open() {
			if out.Standing, err = d.board.stand(tx, out.Report.DueOn); err != nil {
				return out, err
			}
		}
		if k.Kind == Monthly {
			if _, out.Last, err = findReport(tx, k.before()); err != nil {
				return out, err
			}
		}
		out.Steps, err = stepsOf(tx, ReportRecord, out.Report.ID)
		return out, err
	})
}

// stand tells how far away a due day is now.
func (b *Board) stand(tx *store.Tx, due calendar.Date) (*schedule.Standing, error) {
	cal, err := b.deps.Book.Calendar(tx)
	if err != nil {
		return nil, err
	}
	s, err := b.deps.Book.Stand(cal, due, tx.Now())
	return &s, err
}

// Cell is the report of a body in the table of reports.
type Cell struct {
	Period string
	Due    calendar.Date
	State  ReportState // empty while nothing was begun
	Task   TaskState
	LateWd int
}

// BodyReports are the reports of a body, by the periods of the table.
type BodyReports struct {
	Body  inventory.Department
	Cells []Cell
}

// Matrix is who has reported of what.
type Matrix struct {
	Kind    ReportKind
	Periods []string
	Bodies  []BodyReports
}

// Missing counts the bodies whose report of a period is overdue.
func (m *Matrix) Missing(period string) (n int) {
	for _, b := range m.Bodies {
		for _, c := range b.Cells {
			if c.Period == period && c.Task == Overdue {
				n++
			}
		}
	}
	return n
}

// Matrix tells who has reported of the last periods, up to the present one, of
// those that the principal sees.
func (d *Reports) Matrix(ctx context.Context, by auth.Principal, kind ReportKind, periods int) (Matrix, error) {
	if err := by.Require(Viewers()...); err != nil {
		return Matrix{}, err
	}
	return store.Reading(ctx, d.board.deps.DB, func(tx *store.Tx) (Matrix, error) {
		seen, err := d.board.seen(tx, by)
		if err != nil {
			return Matrix{}, err
		}
		v, err := d.board.look(tx, asked{through: today(tx), until: horizon(today(tx)), departments: seen, open: true})
		if err != nil {
			return Matrix{}, err
		}
		return v.matrix(kind, periods)
	})
}

func (v *view) matrix(kind ReportKind, periods int) (Matrix, error) {
	out := Matrix{Kind: kind}
	o, ok := v.reporting(kind)
	if !ok {
		return out, nil
	}
	v.obligation = o.ID
	begun := v.through.String()
	for _, t := range v.pack.Terms(o, v.until) {
		if period := t.Key[len(o.ID)+1:]; period <= begun[:len(period)] {
			out.Periods = append(out.Periods, period)
		}
	}
	out.Periods = out.Periods[max(0, len(out.Periods)-periods):]
	heads, err := reportHeads(v.tx, kind, "", v.departments)
	if err != nil {
		return out, err
	}
	states := map[taskKey]ReportState{}
	for _, r := range heads {
		states[taskKey{r.Period, r.DepartmentID}] = r.State
	}
	tasks, err := v.tasks()
	if err != nil {
		return out, err
	}
	out.Bodies = bodyReports(v, o, tasks, states, out.Periods)
	return out, nil
}

func bodyReports(v *view, o *programme.Obligation, tasks []Task, states map[taskKey]ReportState, periods []string) []BodyReports {
	by := map[auth.DepartmentID]*BodyReports{}
	var out []*BodyReports
	for _, t := range tasks {
		period := t.Key[len(o.ID)+1:]
		if !slices.Contains(periods, period) {
			continue
		}
		b, ok := by[t.DepartmentID]
		if !ok {
			body, _ := v.dir.Find(t.DepartmentID)
			b = &BodyReports{Body: body}
			by[t.DepartmentID], out = b, append(out, b)
		}
		b.Cells = append(b.Cells, Cell{period, t.Due, states[taskKey{period, t.DepartmentID}], t.State, t.LateWd})
	}
	slices.SortFunc(out, func(a, b *BodyReports) int { return cmp.Compare(a.Body.Code, b.Body.Code) })
	rows := make([]BodyReports, len(out))
	for i, b := range out {
		rows[i] = *b
	}
	return rows
}

// TaskSheet is a task with what stands beside it.
type TaskSheet struct {
	Task       Task
	Body       inventory.Department
	Obligation *programme.Obligation
	Articles   *programme.Article
	Standing   *schedule.Standing // until it is done
	Handing    Handing            // version 0 while nothing was prepared
	Files      []evidence.Item
	Steps      []Step
	Own        bool // the reader acts for the department
}

// FindTask reads a task of a body that the principal sees.
func (b *Board) FindTask(ctx context.Context, by auth.Principal, key string, dept auth.DepartmentID) (TaskSheet, error) {
	if err := b.Refresh(ctx); err != nil {
		return TaskSheet{}, err
	}
	return store.Reading(ctx, b.deps.DB, func(tx *store.Tx) (out TaskSheet, err error) {
		dir, err := b.deps.Registry.DirectoryIn(tx)
		if err != nil {
			return out, err
		}
		if !dir.Covers(by.View(), dept) {
			return out, errAbsent
		}
		if out.Task, err = b.taskOf(tx, key, dept); err != nil {
			return out, err
		}
		out.Body, _ = dir.Find(dept)
		pack, err := b.packOn(tx, today(tx))
		if err != nil {
			return out, err
		}
		out.Obligation, _ = pack.Find(out.Task.Obligation)
		out.Articles, _ = pack.Article(out.Task.Article)
		out.Own = b.ofOwn(tx, by, dept) == nil && by.Is(Writers()...)
		if !out.Task.Done() {
			if out.Standing, err = b.stand(tx, out.Task.Due); err != nil {
				return out, err
			}
		}
		return out, b.beside(tx, &out)
	})
}

func (b *Board) beside(tx *store.Tx, s *TaskSheet) (err error) {
	if !s.Task.Evidence {
		return nil
	}
	if s.Handing, err = handingOf(tx, s.Task.Key, s.Body.ID); err != nil {
		return err
	}
	if s.Files, err = b.deps.Box.List(tx, s.Handing.Files()); err != nil {
		return err
	}
	s.Steps, err = stepsOf(tx, HandingKind, s.Handing.ID)
	return err
}

// TaskQuery narrows tasks; what is zero does not narrow.
type TaskQuery struct {
	Department auth.DepartmentID
	Obligation string
	States     []TaskState
	Until      calendar.Date // due by then; zero is a year ahead
	// Through tells the scored tasks due by this day as they stood at its end;
	// zero is all tasks, now.
	Through calendar.Date
}

// Tasks lists the tasks that the principal sees, as they stand now, what is due
// first first.
func (b *Board) Tasks(ctx context.Context, by auth.Principal, q TaskQuery) ([]Task, error) {
	if err := by.Require(Viewers()...); err != nil {
		return nil, err
	}
	if err := b.Refresh(ctx); err != nil {
		return nil, err
	}
	return store.Reading(ctx, b.deps.DB, func(tx *store.Tx) ([]Task, error) {
		seen, err := b.seen(tx, by)
		if err != nil {
			return nil, err
		}
		if q.Department != 0 {
			if seen != nil && !slices.Contains(seen, q.Department) {
				return nil, nil
			}
			seen = []auth.DepartmentID{q.Department}
		}
		ask := asked{through: today(tx), until: q.Until, departments: seen, obligation: q.Obligation, open: true, events: true}
		switch {
		case !q.Through.IsZero():
			ask.through, ask.until, ask.scored, ask.open = q.Through, q.Through, true, false
		case q.Until.IsZero():
			ask.until = horizon(today(tx))
		}
		v, err := b.look(tx, ask)
		if err != nil {
			return nil, err
		}
		all, err := v.tasks()
		all = slices.DeleteFunc(all, func(t Task) bool { return len(q.States) > 0 && !slices.Contains(q.States, t.State) })
		slices.SortStableFunc(all, func(a, b Task) int { return a.Due.Compare(b.Due) })
		return all, err
	})
}

// Waiting lists what was handed in for tasks and waits for the Office, the oldest
// first.
func (b *Board) Waiting(ctx context.Context, by auth.Principal) ([]Handing, error) {
	if err := by.Require(auth.Office); err != nil {
		return nil, err
	}
	return store.Reading(ctx, b.deps.DB, waitingHandings)
}
