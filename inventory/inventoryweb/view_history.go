package inventoryweb

import (
	"strings"
	"time"

	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/inventory"
	"qingce/templates"
)

// historyPage is the data of inventory/history.
type historyPage struct {
	Head     templates.Head
	Tabs     *templates.Tabs
	Compare  compareForm
	Diff     []templates.Change
	DiffText string // says which versions are compared; empty for none
	Timeline templates.Timeline
}

// compareForm chooses two versions.
type compareForm struct {
	Action   string
	From, To []templates.Option
}

// state is one state in the history of a record.
type state struct {
	version int64
	from    time.Time
	to      *time.Time // nil for the present one
	by      string
	action  string
	reason  string
	origin  string // address of the paper behind it

	place int                                 // in the history
	diff  func(earlier *state) []field.Change // what differs from an earlier state
	write func(w fieldweb.Writer, changes []field.Change) []templates.Change
}

// systemStates are the states of a system's history, newest first.
func systemStates(versions []inventory.SystemVersion) []state {
	return statesFrom(inventory.SystemFields, versions, func(v *inventory.SystemVersion) (state, *inventory.System) {
		return state{version: v.Version, from: v.ValidFrom, to: v.ValidTo, by: v.ChangedName, action: v.Action, reason: v.Reason, origin: v.Origin}, &v.System
	})
}

// departmentStates are the states of a department's history, newest first.
func departmentStates(versions []inventory.DepartmentVersion) []state {
	return statesFrom(inventory.DepartmentFields, versions, func(v *inventory.DepartmentVersion) (state, *inventory.Department) {
		return state{version: v.Version, from: v.ValidFrom, to: v.ValidTo, by: v.ChangedName, action: v.Action, reason: v.Reason}, &v.Department
	})
}

// statesFrom makes states of versions; facts takes one apart into what was done
// and the record as it then was.
func statesFrom[V, T any](c *field.Catalog[T], versions []V, facts func(*V) (state, *T)) []state {
	out, records := make([]state, len(versions)), make([]*T, len(versions))
	for i := range versions {
		out[i], records[i] = facts(&versions[i])
		out[i].place = i
		out[i].diff = func(e *state) []field.Change { return c.Diff(records[e.place], records[i]) }
		out[i].write = func(w fieldweb.Writer, changes []field.Change) []templates.Change {
			return fieldweb.Changes(w, c, changes)
		}
	}
	return out
}

// historyView turns the states of a record into its history.
type historyView struct {
	fieldweb.Writer
	path     string // of the record
	all      bool
	from, to int64
	states   []state // newest first
}

// shownStates is how many states a history shows at first.
const shownStates = 30

func (v historyView) page(head templates.Head, tabs templates.Tabs) historyPage {
	out := historyPage{Head: head, Tabs: &tabs, Compare: v.compare(), Timeline: v.timeline()}
	if from, to, ok := v.chosen(); ok {
		out.Diff = v.changes(from, to)
		out.DiffText = v.P.T("inventory.compare.text", "from", from.version, "to", to.version, "n", len(out.Diff),
			"from_at", v.P.Time(from.from), "to_at", v.P.Time(to.from))
	}
	return out
}

// chosen are the two versions to compare, the earlier one first.
func (v historyView) chosen() (from, to *state, ok bool) {
	for i := range v.states {
		switch v.states[i].version {
		case v.from:
			from = &v.states[i]
		case v.to:
			to = &v.states[i]
		}
	}
	if from == nil || to == nil {
		return nil, nil, false
	}
	if from.version > to.version {
		from, to = to, from
	}
	return from, to, true
}

func (v historyView) compare() compareForm {
	c := compareForm{Action: v.path + "/history"}
	from, to := v.from, v.to
	if len(v.states) > 1 && from == 0 && to == 0 {
		from, to = v.states[1].version, v.states[0].version
	}
	for _, s := range v.states {
		o := templates.Option{
			Value: versionText(s.version),
			Text:  v.P.T("inventory.compare.version", "n", s.version, "at", v.P.Time(s.from), "what", v.action(s)),
		}
		o.Chosen = s.version == from
		c.From = append(c.From, o)
		o.Chosen = s.version == to
		c.To = append(c.To, o)
	}
	return c
}

func (v historyView) changes(from, to *state) []templates.Change {
	return to.write(v.Writer, to.diff(from))
}

func (v historyView) timeline() templates.Timeline {
	var t templates.Timeline
	for i := range v.states {
		if i == shownStates && !v.all {
			t.More = &templates.Link{Text: v.P.T("inventory.history.more", "n", len(v.states)-i), Href: v.path + "/history?all=true"}
			break
		}
		t.Events = append(t.Events, v.event(i))
	}
	return t
}

func (v historyView) event(i int) templates.Event {
	s := &v.states[i]
	e := templates.Event{
		At: v.P.Time(s.from), By: s.by, Text: v.action(*s), Reason: s.reason, Tone: actionTone(s.action), Icon: actionIcon(s.action),
		Links: []templates.Link{{Text: v.P.T("inventory.history.then"), Href: templates.WithQuery(v.path, paramAsOf, onInstant(s.from))}},
	}
	if i == 0 {
		e.Links[0] = templates.Link{Text: v.P.T("inventory.history.now"), Href: v.path}
	}
	if strings.HasPrefix(s.origin, "/") {
		e.Links = append(e.Links, templates.Link{Text: v.P.T("change.origin"), Href: s.origin})
	}
	if i+1 < len(v.states) {
		e.Changes = v.changes(&v.states[i+1], s)
	}
	return e
}

// action says what was done in a word.
func (v historyView) action(s state) string { return v.P.T("history." + s.action) }

// actionIcon is the sign of an act in a history; steps have those of their
// buttons.
func actionIcon(action string) string {
	if move, ok := strings.CutPrefix(action, "moved."); ok {
		return moveIcon(inventory.Move(move))
	}
	switch action {
	case "registered", "added":
		return "plus"
	case "imported":
		return "upload"
	case "decided":
		return "seal"
	case "adopted":
		return "check"
	case "transferred", "reorganised":
		return "arrow"
	}
	return "edit"
}

func actionTone(action string) string {
	switch action {
	case "moved." + string(inventory.Return):
		return templates.ToneRed
	case "moved." + string(inventory.Verify), "moved." + string(inventory.Certify), "moved." + string(inventory.PutInService), "adopted":
		return templates.ToneGreen
	case "moved." + string(inventory.Declare), "decided", "change_approved":
		return templates.ToneBlue
	case "transferred", "reorganised":
		return templates.ToneAmber
	}
	return templates.ToneGrey
}

func crumb(text string) templates.Crumb { return templates.Crumb{Text: text} }
