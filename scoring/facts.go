package scoring

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/scoring/programme"
)

// readers are the facts by which obligations are done: names of
// programme.Obligation.DoneBy. What has no reader is nobody's task here.
func readers() map[string]func(v *view) (fact, error) {
	return map[string]func(v *view) (fact, error){
		programme.ByEvidence: (*view).byEvidence,
		"survey":             (*view).surveyed,
		"clean_list":         (*view).surveyed, // part of the form
		"connect_list":       (*view).surveyed,
		"census_opened":      (*view).censusOpened,
		"census_locked":      (*view).censusLocked,
		"demands":            (*view).demanded,
		"catalog":            (*view).catalogued,
		"cleaned":            (*view).cleaned,
		"disposed":           (*view).disposedOf,
		"connected":          (*view).connections,
		byMonthly:            (*view).reportedMonthly,
		byAnnual:             (*view).reportedYearly,
	}
}

// fact reads a fact once; nil is one that nobody keeps here.
func (v *view) fact(name string) (fact, error) {
	if f, ok := v.facts[name]; ok {
		return f, nil
	}
	read, ok := readers()[name]
	if !ok {
		return nil, nil
	}
	f, err := read(v)
	if err == nil {
		v.facts[name] = f
	}
	return f, err
}

// byDay leaves out what was done after a day.
func (v *view) byDay(on calendar.Date) calendar.Date {
	if on.After(v.through) {
		return calendar.Date{}
	}
	return on
}

// of is a fact that is the same for every term.
func of(by map[auth.DepartmentID]standing) fact {
	return func(dept auth.DepartmentID, _ programme.Term) standing { return by[dept] }
}
