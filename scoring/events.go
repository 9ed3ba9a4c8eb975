package scoring

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/schedule"
	"qingce/inventory"
	"qingce/scoring/programme"
)

// Occurrence is an event from which a task arises.
type Occurrence struct {
	Trigger programme.Trigger
	ID      string // of the record, part of the key of the task
	// DepartmentID is whose task it is; 0 is every body that the obligation names.
	DepartmentID auth.DepartmentID
	On           calendar.Date // the day of the event
	// Due is the day that the room of the record has set; zero is counted from On
	// with the term of the obligation.
	Due    calendar.Date
	DoneOn calendar.Date // when the term was ended; zero while it runs
	Proof  Ref
}

// terms are the due dates by which rooms keep the terms of events: their titles
// (schedule.Due). The due date is the task: it follows the calendar, and it is
// closed when what it asks for was done, or is no longer asked.
func terms() map[string]programme.Trigger {
	return map[string]programme.Trigger{
		"due.catalog_change": programme.LegalChange, "due.sharing_reply": programme.Request, "due.sharing_mediation": programme.Escalation,
		"due.sharing_objection": programme.Objection, "due.rectification": programme.Rectification,
	}
}

// pastDays is how long a task of an event is told after it was done.
const pastDays = 92

// occurrences reads all events, once for all bodies: those whose term runs, and
// those of the last months.
func (v *view) occurrences() (map[programme.Trigger][]Occurrence, error) {
	if v.arose != nil {
		return v.arose, nil
	}
	triggers, since := terms(), v.through.AddDays(-pastDays)
	dues, err := v.board.deps.Book.Terms(v.tx, slices.Sorted(maps.Keys(triggers)), v.departments, since)
	if err != nil {
		return nil, err
	}
	v.arose = map[programme.Trigger][]Occurrence{}
	for _, d := range dues {
		e := ofDue(triggers[d.Title], d)
		v.arose[e.Trigger] = append(v.arose[e.Trigger], e)
	}
	if v.board.deps.Events == nil {
		return v.arose, nil
	}
	more, err := v.board.deps.Events(v.tx, since)
	for _, e := range more {
		v.arose[e.Trigger] = append(v.arose[e.Trigger], e)
	}
	return v.arose, err
}

// ofDue is the event that a due date has come from.
func ofDue(trigger programme.Trigger, d schedule.Due) Occurrence {
	e := Occurrence{Trigger: trigger, ID: d.SubjectID, DepartmentID: d.DepartmentID, On: d.EventOn, Due: d.DueOn}
	if d.ClosedAt != nil {
		e.DoneOn = calendar.DateOf(*d.ClosedAt)
	}
	e.Proof = Ref{Kind: d.SubjectKind, ID: d.SubjectID, Title: d.TitleArgs["name"], Path: recordOf(d)}
	if e.Proof.Title == "" {
		e.Proof.Title = d.SubjectID
	}
	return e
}

// recordOf is the page of the record that a due date is about.
func recordOf(d schedule.Due) string {
	id := d.SubjectID
	switch d.SubjectKind {
	case "sharing_request":
		return "/sharing/requests/" + id
	case "sharing_objection":
		return "/sharing/objections/" + id
	case "rectification":
		return "/rectifications/" + id
	}
	change, _, _ := strings.Cut(id, ".") // <change>.<department>
	return "/catalog/changes/" + change
}

// arisen works out the tasks of an obligation that arise from events: one for
// each event and body. They are never scored; what comes of them counts in the
// metrics of its room.
func (v *view) arisen(o *programme.Obligation) ([]Task, error) {
	all, err := v.occurrences()
	if err != nil {
		return nil, fmt.Errorf("events of %s: %w", o.ID, err)
	}
	var out []Task
	for _, e := range all[o.Trigger] {
		for _, d := range v.bodies {
			if e.DepartmentID != d.ID && (e.DepartmentID != 0 || !binds(o, d)) {
				continue
			}
			t, err := v.occurred(o, &e, d)
			if err != nil {
				return nil, err
			}
			if !t.Due.After(v.until) {
				out = append(out, t)
			}
		}
	}
	return out, nil
}

// occurred is the task of one event and body.
func (v *view) occurred(o *programme.Obligation, e *Occurrence, d inventory.Department) (Task, error) {
	t := Task{Obligation: o.ID, Key: o.ID + "/" + e.ID, Article: o.Article, Title: o.Title, DepartmentID: d.ID, Due: e.Due}
	if t.Due.IsZero() {
		due, err := v.cal.AddWorking(e.On, o.TermWd)
		if err != nil {
			return t, schedule.Explain(fmt.Errorf("due date of %s: %w", t.Key, err))
		}
		t.Due = due
	}
	return t, v.settle(&t, standing{On: v.byDay(e.DoneOn), Proof: []Ref{e.Proof}})
}
