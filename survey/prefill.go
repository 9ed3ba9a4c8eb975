package survey

import (
	"maps"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey/questionnaire"
)

// fillIn puts the systems of the body that are not on its form yet onto it, with
// what the register knows and what the last accepted form answered besides; and
// on a form that nobody has begun the answers about the body.
func (d *Desk) fillIn(tx *store.Tx, by auth.Principal, p *Paper) error {
	ids, err := missingSystems(tx, p.Form.ID, p.Owner.ID)
	if err != nil {
		return err
	}
	last, lastRows, err := lastAnswers(tx, p.Form)
	if err != nil {
		return err
	}
	if p.Form.OpenedAt == nil && p.Form.BegunAt == nil && len(p.Form.Answers) == 0 {
		p.Form.Answers = extraAnswers(p.Ask, questionnaire.OfDepartment, last.Answers)
	}
	if len(ids) == 0 || p.Form.Zero {
		return nil
	}
	systems, err := systemsIn(tx, ids)
	if err != nil {
		return err
	}
	position, err := lastPosition(tx, p.Form.ID)
	if err != nil {
		return err
	}
	rows := make([]Row, 0, len(ids))
	for _, id := range ids {
		s, ok := systems[id]
		if !ok {
			continue
		}
		position++
		r := Row{
			FormID: p.Form.ID, Position: position, SystemID: &s.ID, Code: s.Code, Name: s.Name, BaseVersion: s.Version,
			Origin: FromRegister, Decision: Pending, Body: bodyOf(s, extraAnswers(p.Ask, questionnaire.OfSystem, lastRows[id])),
		}
		if _, err := d.judge(tx, by, p, &r, &s, byItself); err != nil {
			return err
		}
		rows = append(rows, r)
	}
	return insertRows(tx, by, rows)
}

// lastAnswers are those of the form of the same body that was accepted last, and
// of its rows by system. There may be none.
func lastAnswers(tx *store.Tx, f Form) (Form, map[inventory.SystemID]map[string]string, error) {
	last, ok, err := lastAccepted(tx, f)
	if err != nil || !ok {
		return Form{}, nil, err
	}
	rows, err := rowsOf(tx, last.ID)
	if err != nil {
		return Form{}, nil, err
	}
	out := map[inventory.SystemID]map[string]string{}
	for _, r := range rows {
		if r.SystemID != nil {
			out[*r.SystemID] = r.Body
		}
	}
	return last, out, nil
}

// extraAnswers are the answers to questions of the questionnaire's own that it
// asks again. Files and computed values are not taken along.
func extraAnswers(c *questionnaire.Compiled, part questionnaire.Part, from map[string]string) field.Answers {
	out := field.Answers{}
	for _, key := range slices.Sorted(maps.Keys(from)) {
		q, ok := c.Question(key)
		if !ok || !c.Extra(key) || q.Computed != nil || q.Type == questionnaire.File {
			continue
		}
		if f, ok := c.Catalog(part).Find(key); ok {
			f.Set(&out, from[key]) // only what is canonical for the question as it is now
		}
	}
	return out
}
