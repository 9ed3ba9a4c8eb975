package monthly

import (
	"context"
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/scoring/scorecard"
)

// List lists the months that the reader sees, of each the newest such version,
// the newest month first.
func (d *Desk) List(ctx context.Context, by auth.Principal) ([]Month, error) {
	if err := by.Require(Viewers()...); err != nil {
		return nil, err
	}
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) ([]Month, error) {
		all, err := allMonths(tx)
		return newest(by, all), err
	})
}

// newest keeps the newest version of each month that the reader sees.
func newest(by auth.Principal, all []Month) []Month {
	out := []Month{}
	for _, m := range all {
		if sees(by, m) && (len(out) == 0 || out[len(out)-1].Month != m.Month) {
			out = append(out, m)
		}
	}
	return out
}

// counting keeps the version of each month that counts: the one that is
// published, before that the newest one that is frozen. A correction counts when
// it is published itself.
func counting(all []Month) []Month {
	out := []Month{}
	for _, m := range all {
		last := len(out) - 1
		switch {
		case !m.State.Kept():
		case last < 0 || out[last].Month != m.Month:
			out = append(out, m)
		case m.State.Public() && !out[last].State.Public():
			out[last] = m
		}
	}
	return out
}

// find reads a version of a month that the reader sees; 0 is the newest.
func (d *Desk) find(tx *store.Tx, by auth.Principal, month Period, version int64) (Month, []Month, error) {
	all, err := versionsOf(tx, month)
	if err != nil {
		return Month{}, nil, err
	}
	all = slices.DeleteFunc(all, func(m Month) bool { return !sees(by, m) })
	for _, m := range all {
		if version == 0 || m.Version == version {
			return m, all, nil
		}
	}
	return Month{}, nil, errAbsent
}

// policies reads the method of a month, and that of the month before where it is
// another and the month is the first one of its own.
func policies(tx *store.Tx, m Month) (Policy, *Policy, error) {
	all, err := allPolicies(tx)
	if err != nil {
		return Policy{}, nil, err
	}
	i := slices.IndexFunc(all, func(p Policy) bool { return p.Version == m.PolicyVersion })
	if i < 0 {
		return Policy{}, nil, fmt.Errorf("the method %d of %s is gone: %w", m.PolicyVersion, m.Key(), errAbsent)
	}
	if before, ok := inForce(all, m.Month.Before()); ok && before.Version != m.PolicyVersion {
		return all[i], &before, nil
	}
	return all[i], nil, nil
}

// Find reads a version of a month, 0 for the newest that the reader sees, with
// what was done with it and what the reader may do.
func (d *Desk) Find(ctx context.Context, by auth.Principal, month Period, version int64) (Record, error) {
	if err := by.Require(Viewers()...); err != nil {
		return Record{}, err
	}
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (Record, error) { return d.record(tx, by, month, version) })
}

func (d *Desk) record(tx *store.Tx, by auth.Principal, month Period, version int64) (r Record, err error) {
	if r.Month, r.Versions, err = d.find(tx, by, month, version); err != nil {
		return r, err
	}
	if r.Policy, _, err = policies(tx, r.Month); err != nil {
		return r, err
	}
	seen, err := d.seen(tx, by)
	if err != nil {
		return r, err
	}
	if r.Objections, err = objectionsOf(tx, r.Month.ID, seen); err != nil {
		return r, err
	}
	if r.Proposals, err = d.proposals(tx, by, r.Month, nil); err != nil {
		return r, err
	}
	if seen == nil { // the way of the month is for those who watch over it
		if r.Steps, err = stepsOf(tx, r.Month.ID); err != nil {
			return r, err
		}
	}
	for _, o := range r.Objections {
		if o.State == ObjectionRaised {
			r.Open++
		}
	}
	for _, p := range r.Proposals {
		if p.State == Proposed {
			r.Undecided++
		}
	}
	r.Moves = moves(by, r)
	return r, nil
}

// moves lists what the reader may do with a month now.
func moves(by auth.Principal, r Record) []Move {
	var out []Move
	newest := len(r.Versions) > 0 && r.Versions[0].ID == r.Month.ID
	for _, w := range Ways() {
		if w.From != r.Month.State || !by.Is(w.Roles...) || w.Move == Correct && !newest {
			continue
		}
		out = append(out, w.Move)
	}
	return out
}

// proposals reads what is proposed for the bodies, nil for all, as far as the
// reader may know: those who watch all of it, everybody what was approved and
// published.
func (d *Desk) proposals(tx *store.Tx, by auth.Principal, m Month, bodies []auth.DepartmentID) ([]Proposal, error) {
	all, err := proposalsOf(tx, m.ID, bodies)
	if err != nil || by.Is(Watchers()...) {
		return all, err
	}
	return slices.DeleteFunc(all, func(p Proposal) bool { return !m.State.Public() || p.State != ProposalApproved }), nil
}

// Sheet reads the sheet of a body by its code with all that explains it. A
// department reads its own, a region those below it too.
func (d *Desk) Sheet(ctx context.Context, by auth.Principal, month Period, version int64, code string) (Sheet, error) {
	if err := by.Require(Viewers()...); err != nil {
		return Sheet{}, err
	}
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (Sheet, error) {
		m, _, err := d.find(tx, by, month, version)
		if err != nil {
			return Sheet{}, err
		}
		in, err := inputOf(tx, m.ID, code)
		if isNotFound(err) {
			return Sheet{}, errAbsent
		}
		if err != nil {
			return Sheet{}, err
		}
		seen, err := d.seen(tx, by)
		if err != nil {
			return Sheet{}, err
		}
		if seen != nil && !slices.Contains(seen, in.DepartmentID) {
			return Sheet{}, errAbsent
		}
		return d.sheet(tx, by, m, in)
	})
}

func (d *Desk) sheet(tx *store.Tx, by auth.Principal, m Month, in inputs) (s Sheet, err error) {
	t, err := d.table(tx, by, m, []auth.DepartmentID{in.DepartmentID})
	if err != nil {
		return s, err
	}
	if len(t.Lines) == 0 {
		return s, errAbsent
	}
	s.Line, s.Month, s.Policy, s.OtherPolicy = t.Lines[0], m, t.Policy, t.OtherPolicy
	if s.Facts, err = in.facts(); err != nil {
		return s, err
	}
	s.Body = s.Facts.Body
	s.Raise = raise(&s.Policy.Method, &s.Input, &s.Facts)
	if s.Objections, err = objectionsOf(tx, m.ID, []auth.DepartmentID{in.DepartmentID}); err != nil {
		return s, err
	}
	if s.Trend, err = d.trend(tx, by, s.Line, m); err != nil {
		return s, err
	}
	if s.Due, err = d.appealDue(tx, m, s.Body.Code); err != nil {
		return s, err
	}
	own, err := d.own(tx, by)
	s.MayObject = !s.Due.IsZero() && !today(tx).After(s.Due) && by.Is(Objectors()...) && (own == nil || slices.Contains(own, in.DepartmentID))
	return s, err
}

// appealDue is by when a body may object; zero when it may not.
func (d *Desk) appealDue(tx *store.Tx, m Month, code string) (calendar.Date, error) {
	if m.State != Appeal {
		return calendar.Date{}, nil
	}
	open, err := d.deps.Book.Of(tx, m.dueOf(code))
	if err != nil || len(open) == 0 {
		return calendar.Date{}, err
	}
	return open[0].DueOn, nil
}

// trend reads the months of a body up to one, the oldest first.
func (d *Desk) trend(tx *store.Tx, by auth.Principal, l Line, m Month) ([]Point, error) {
	all, err := allMonths(tx)
	if err != nil {
		return nil, err
	}
	var months []Month
	var ids []MonthID
	all = slices.DeleteFunc(all, func(one Month) bool { return !sees(by, one) })
	for _, one := range counting(all) {
		if one.Month < m.Month {
			months, ids = append(months, one), append(ids, one.ID)
		}
	}
	past, err := pastCounts(tx, l.Body.ID, ids)
	if err != nil {
		return nil, err
	}
	known, err := allPolicies(tx)
	if err != nil {
		return nil, err
	}
	out := []Point{{m.Month, m.Version, l.Card}}
	for _, one := range months {
		row, ok := past[one.ID]
		i := slices.IndexFunc(known, func(p Policy) bool { return p.Version == one.PolicyVersion })
		if !ok || i < 0 {
			continue
		}
		c, err := row.counted()
		if err != nil {
			return nil, err
		}
		out = append(out, Point{one.Month, one.Version, known[i].Method.Make(&c)})
	}
	slices.Reverse(out)
	return out, nil
}

// raise names the row that each step of scorecard is about.
func raise(p *Method, in *scorecard.Input, f *Facts) []Raised {
	var out []Raised
	for _, s := range p.Raise(in) {
		r := Raised{Step: s, Figure: figureOf(s)}
		for _, row := range f.Figure(r.Figure).Rows {
			if s.Task != "" && row.ID == s.Task || s.Task == "" && row.Standing == Missing {
				r.Row = &row
				break
			}
		}
		out = append(out, r)
	}
	return out
}

func figureOf(s scorecard.Step) FigureKey {
	for key, part := range parts() {
		if s.Part == part {
			return key
		}
	}
	return map[scorecard.Metric]FigureKey{
		scorecard.Integrated: Disposed, scorecard.Shared: Entries, scorecard.Joint: Applications, scorecard.Connected: Connections, scorecard.Tasks: Tasks,
	}[s.Metric]
}
