package survey

import (
	"slices"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey/questionnaire"
)

// System is the row as a record of the register: what it declares, under the
// identity that it has there.
func (r *Row) System() inventory.System {
	s := systemOf(r.Body)
	if r.SystemID != nil {
		s.ID, s.Version = *r.SystemID, r.BaseVersion
	} else {
		s.ID, s.Code, s.State = 0, "", inventory.Draft
	}
	return s
}

func systemOf(body map[string]string) inventory.System {
	var s inventory.System
	for i := range inventory.SystemFields.All() {
		f := &inventory.SystemFields.All()[i]
		f.Set(&s, body[f.Key])
	}
	return s
}

// bodyOf writes a record of the register as the body of a row, over the extra
// answers that it has already.
func bodyOf(s inventory.System, extra map[string]string) map[string]string {
	out := inventory.SystemFields.Values(&s)
	for key, v := range extra {
		if _, ok := inventory.SystemFields.Find(key); !ok {
			out[key] = v
		}
	}
	return out
}

// depth is how much a judgement asks.
type depth int

const (
	byItself depth = iota // without the rest of the register
	inFull
)

// judge puts what follows from the answers into the row (computed values, what
// is not asked, counts) and says what is wrong with it. now is the record of the
// register, nil without one. The error is only of the database.
func (d *Desk) judge(tx *store.Tx, by auth.Principal, p *Paper, r *Row, now *inventory.System, how depth) ([]fault.Field, error) {
	if !r.Stands() {
		r.Needed, r.Given, r.Errors, r.Warnings = 0, 0, 0, 0
		return nil, nil
	}
	settle(p, r, now)
	answers := field.Answers(r.Body)
	questionnaire.SetFacts(answers, p.Owner, now)
	defer questionnaire.DropFacts(answers)
	s := r.System()
	found := p.Ask.System.Missing(&answers)
	found = append(found, tooLong(p.Ask.System, answers, isRegister)...)
	found = append(found, checkTables(p.Ask, questionnaire.OfSystem, answers)...)
	rules, err := d.rules(tx, by, &s, how)
	if err != nil {
		return nil, err
	}
	for _, one := range rules {
		same := func(o fault.Field) bool { return o.Name == one.Name && o.Code == one.Code }
		if one.Code != "inventory.note.unasked" && !slices.ContainsFunc(found, same) {
			found = append(found, one)
		}
	}
	r.Given, r.Needed = p.Ask.System.Progress(&answers)
	r.count(found)
	return found, nil
}

func isRegister(key string) bool {
	_, ok := inventory.SystemFields.Find(key)
	return ok
}

func (d *Desk) rules(tx *store.Tx, by auth.Principal, s *inventory.System, how depth) ([]fault.Field, error) {
	if how == inFull {
		return d.deps.Registry.CheckIn(tx, by, s)
	}
	return inventory.CheckSystem(s, today(tx)), nil
}

// count keeps how many errors and warnings there are.
func (r *Row) count(found []fault.Field) {
	r.Errors, r.Warnings = 0, 0
	for _, f := range found {
		if f.Warning {
			r.Warnings++
		} else {
			r.Errors++
		}
	}
}

// settle brings the body of a row in order: a classified system becomes its
// placeholder, answers that are not asked are emptied, values are worked out.
func settle(p *Paper, r *Row, now *inventory.System) {
	s := systemOf(r.Body)
	s.OwnerID = p.Owner.ID
	if r.SystemID == nil {
		s.Code, s.State = "", ""
	} else {
		s.Code = r.Code
	}
	if s.Classified {
		s.DjbhLevel = "" // of a classified system there is only one answer
	}
	inventory.SystemFields.ClearUnasked(&s)
	inventory.Mask(&s)
	answers := field.Answers(bodyOf(s, r.Body))
	questionnaire.SetFacts(answers, p.Owner, now)
	p.Ask.ClearUnasked(questionnaire.OfSystem, answers)
	p.Ask.Compute(questionnaire.OfSystem, answers, nil)
	questionnaire.DropFacts(answers)
	r.Body, r.Name = answers, s.Name
}
