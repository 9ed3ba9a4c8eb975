package scoring

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/inventory"
	"qingce/scoring/programme"
)

// FigureKeys lists the numbers of a report, in their order.
func FigureKeys() []string {
	return []string{
		"systems", "disposals", "disposed", "must_connect", "connected", "entries", "mounted", "received", "answered", "asked", "used", "given",
		"tasks_due", "tasks_done",
	}
}

// figures reads the numbers of a body for a span of days; what is still ahead
// is not in them.
func (v *view) figures(dept auth.DepartmentID, from, to calendar.Date) ([]Figure, error) {
	known := map[string]int64{}
	only := []auth.DepartmentID{dept}
	deps := &v.board.deps
	systems, err := deps.Registry.CountIn(v.tx, only, to.EndsAt())
	if err != nil {
		return nil, err
	}
	known["systems"] = systems[dept]
	if err := v.countDisposals(known, dept, to); err != nil {
		return nil, err
	}
	courses, err := v.courses()
	if err != nil {
		return nil, err
	}
	c := courses.at(dept, to)
	known["must_connect"], known["connected"] = c.must, c.connected
	held, err := deps.Catalog.HoldingsIn(v.tx, to)
	if err != nil {
		return nil, err
	}
	known["entries"], known["mounted"] = held[dept].Published, held[dept].Mounted
	dealt, err := deps.Sharing.DealingsIn(v.tx, only, from, to)
	if err != nil {
		return nil, err
	}
	one := dealt[dept]
	known["received"], known["answered"], known["asked"], known["used"], known["given"] = one.Received, one.Answered, one.Asked, one.Used, one.Given
	if err := v.countTasks(known, to); err != nil {
		return nil, err
	}
	var out []Figure
	for _, key := range FigureKeys() {
		out = append(out, Figure{Key: key, Fact: known[key]})
	}
	return out, nil
}

func (v *view) countDisposals(known map[string]int64, dept auth.DepartmentID, to calendar.Date) error {
	all, err := v.disposed()
	if err != nil {
		return err
	}
	for _, d := range all.bound(dept, to, []string{inventory.Clean, inventory.Merge}) {
		known["disposals"]++
		if !v.byDay(d.ended).IsZero() {
			known["disposed"]++
		}
	}
	return nil
}

// countTasks counts what was due by a day, and what of it is done; reports are
// not counted, the report itself is one.
func (v *view) countTasks(known map[string]int64, to calendar.Date) error {
	tasks, err := v.tasks()
	if err != nil {
		return err
	}
	for _, t := range tasks {
		if t.Due.After(to) || t.State == NotApplicable || v.isReport(t.Obligation) {
			continue
		}
		known["tasks_due"]++
		if t.Done() {
			known["tasks_done"]++
		}
	}
	return nil
}

// isReport tells whether an obligation is to report.
func (v *view) isReport(id string) bool {
	o, ok := v.pack.Find(id)
	return ok && (o.DoneBy == byMonthly || o.DoneBy == byAnnual)
}

// Facts by which reporting itself is done.
const (
	byMonthly = "monthly_report"
	byAnnual  = "annual_report"
)

// reporting finds the obligation to report in the programme in force.
func (v *view) reporting(kind ReportKind) (*programme.Obligation, bool) {
	by := byMonthly
	if kind == Annual {
		by = byAnnual
	}
	for i := range v.pack.Obligations {
		if o := &v.pack.Obligations[i]; o.DoneBy == by && o.Dated() {
			return o, true
		}
	}
	return nil, false
}
