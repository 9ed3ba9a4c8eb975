package scoring

import (
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/scoring/programme"
)

// asked says which tasks are wanted, and as of when.
type asked struct {
	through     calendar.Date       // what was done later does not count
	until       calendar.Date       // tasks due by then
	departments []auth.DepartmentID // nil is all bodies
	obligation  string              // empty is all of them
	scored      bool                // only those that count
	open        bool                // through is a day that is not over yet
	events      bool                // tasks that arise from events too
}

// view is one look at the facts: each is read once, for all bodies.
type view struct {
	board *Board
	tx    *store.Tx
	asked
	dir       *inventory.Directory
	cal       *calendar.Calendar
	pack      *programme.Pack
	bodies    []inventory.Department
	facts     map[string]fact
	disposals *disposals
	connected *courses
	marks     map[taskKey]Mark
	arose     map[programme.Trigger][]Occurrence
}

// taskKey is which task of whom.
type taskKey struct {
	term string
	dept auth.DepartmentID
}

func (b *Board) look(tx *store.Tx, a asked) (*view, error) {
	v := &view{board: b, tx: tx, asked: a, facts: map[string]fact{}}
	var err error
	if v.dir, err = b.deps.Registry.DirectoryIn(tx); err != nil {
		return nil, err
	}
	if v.cal, err = b.deps.Book.Calendar(tx); err != nil {
		return nil, err
	}
	if v.pack, err = b.packOn(tx, a.through); err != nil {
		return nil, err
	}
	for _, d := range v.dir.ActiveOn(a.through) {
		if a.departments == nil || slices.Contains(a.departments, d.ID) {
			v.bodies = append(v.bodies, d)
		}
	}
	v.marks, err = marksOf(tx, a.departments)
	return v, err
}

// TasksAt gives every scored task that was due by a day of every body that
// exists on it, as it stood at the end of that day. Bodies without such a task
// are not in it. Refresh goes before it.
func (b *Board) TasksAt(tx *store.Tx, through calendar.Date) (map[auth.DepartmentID][]Task, error) {
	v, err := b.look(tx, asked{through: through, until: through, scored: true})
	if err != nil {
		return nil, fmt.Errorf("tasks as of %v: %w", through, err)
	}
	all, err := v.tasks()
	if err != nil {
		return nil, fmt.Errorf("tasks as of %v: %w", through, err)
	}
	out := map[auth.DepartmentID][]Task{}
	for _, t := range all {
		out[t.DepartmentID] = append(out[t.DepartmentID], t)
	}
	return out, nil
}

// tasks works out what was asked, body by body in the order of the programme.
func (v *view) tasks() ([]Task, error) {
	var out []Task
	for i := range v.pack.Obligations {
		o := &v.pack.Obligations[i]
		if !v.wants(o) {
			continue
		}
		if o.Derived() {
			some, err := v.arisen(o)
			if err != nil {
				return nil, err
			}
			out = append(out, some...)
			continue
		}
		known, err := v.fact(o.DoneBy)
		if err != nil {
			return nil, err
		}
		if known == nil {
			continue
		}
		for _, term := range v.pack.Terms(o, v.until) {
			for _, d := range v.bodies {
				t, bound, err := v.task(o, term, d, known)
				if err != nil {
					return nil, err
				}
				if bound {
					out = append(out, t)
				}
			}
		}
	}
	return out, nil
}

func (v *view) wants(o *programme.Obligation) bool {
	return (o.Dated() || v.events && o.Derived()) && (!v.scored || o.Scored) && (v.obligation == "" || v.obligation == o.ID)
}

// task works out one task; it is not bound where the obligation does not reach
// the body.
func (v *view) task(o *programme.Obligation, term programme.Term, d inventory.Department, known fact) (Task, bool, error) {
	if !binds(o, d) {
		return Task{}, false, nil
	}
	applies, err := v.applies(o.Applies, d.ID, term)
	if err != nil || !applies {
		return Task{}, false, err
	}
	t := Task{
		Obligation: o.ID, Key: term.Key, Article: o.Article, Title: o.Title, DepartmentID: d.ID, Scored: o.Scored, Due: term.Due,
		Evidence: o.DoneBy == programme.ByEvidence,
	}
	err = v.settle(&t, known(d.ID, term))
	return t, true, err
}

// settle tells how a task stands by what is known, or by the correction of the
// Office.
func (v *view) settle(t *Task, s standing) error {
	t.DoneOn, t.Waiting, t.Proof = s.On, s.Waiting, s.Proof
	if m, ok := v.marks[taskKey{t.Key, t.DepartmentID}]; ok {
		t.Mark = &m
		if m.Kind == MarkDone {
			t.DoneOn, t.Waiting = m.DoneOn, false
		}
	}
	if t.DoneOn.After(v.through) {
		t.DoneOn = calendar.Date{}
	}
	return v.judge(t)
}

// judge finds the state of a task.
func (v *view) judge(t *Task) error {
	over := t.Due.Before(v.through) || !v.open && t.Due == v.through
	var err error
	switch {
	case t.Mark != nil && t.Mark.Kind == MarkNotApplicable:
		t.State = NotApplicable
	case !t.DoneOn.IsZero():
		t.State = OnTime
		if t.LateWd, err = v.cal.Lateness(t.Due, t.DoneOn); t.DoneOn.After(t.Due) {
			t.State = Late
		}
	case over:
		t.State = Overdue
		t.LateWd, err = v.cal.Lateness(t.Due, v.through)
	default:
		t.State = NotDue
	}
	if err != nil {
		return schedule.Explain(fmt.Errorf("lateness of %s: %w", t.Key, err))
	}
	return nil
}

// binds tells whether an obligation reaches a body.
func binds(o *programme.Obligation, d inventory.Department) bool {
	return slices.ContainsFunc(o.Who, func(p programme.Party) bool { return isParty(p, d) })
}

// isParty tells whether a body is one of those that a party means. Coordination
// bodies are no departments.
func isParty(p programme.Party, d inventory.Department) bool {
	switch p {
	case programme.Municipal:
		return d.Kind == inventory.Municipal
	case programme.Region:
		return d.Kind == inventory.County || d.Kind == inventory.Zone
	case programme.KeyArea:
		return d.Kind == inventory.Municipal && d.KeyArea
	}
	duty := duties()[p]
	return duty != "" && d.Duties.Has(duty)
}

// duties are those by which the register knows the organs. A party that is met
// case by case has none.
func duties() map[programme.Party]string {
	return map[programme.Party]string{
		programme.Office: "office", programme.Centre: "hub_operator", programme.Leader: "leading_group", programme.Staffing: "resource_census_lead",
		programme.Finance: "funding_decision", programme.Standards: "standards_lead", programme.Police: "djbh_supervision",
		programme.Network: "network_security", programme.Auditor: "audit",
	}
}

// applies tells whether the condition of an obligation holds for a body, on the
// due day or, before that, as of now.
func (v *view) applies(c programme.Condition, dept auth.DepartmentID, term programme.Term) (bool, error) {
	day := earlier(term.Due, v.through)
	switch c {
	case programme.Always:
		return true, nil
	case programme.HasMustConnect:
		all, err := v.courses()
		return err == nil && all.at(dept, day).must > 0, err
	}
	all, err := v.disposed()
	return err == nil && len(all.bound(dept, day, kindsOf(c))) > 0, err
}

func earlier(a, b calendar.Date) calendar.Date {
	if a.Before(b) {
		return a
	}
	return b
}
