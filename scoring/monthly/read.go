package monthly

import (
	"context"
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/scoring/scorecard"
)

// List lists the months that the reader sees, of each the newest such version,
// the newest month first.
func (d *Desk) List(ctx context.Context, by auth.Principal) ([]Month, error) {
	if err := by.Require(Viewers()...); err != nil {
		return nil, err
	}
	return reading(ctx, d, func(tx *store.Tx) ([]Month, error) {
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
	return reading(ctx, d, func(tx *store.Tx) (Record, error) { return d.record(tx, by, month, version) })
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
	if r.Proposals, err = d.proposals(tx, by, r.Month); err != nil {
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

// proposals reads what is proposed, as far as the reader may know: those who
// watch all of it, everybody what was approved and published.
func (d *Desk) proposals(tx *store.Tx, by auth.Principal, m Month) ([]Proposal, error) {
	all, err := proposalsOf(tx, m.ID, nil)
	if err != nil || by.Is(Watchers()...) {
		return all, err
	}
	return slices.DeleteFunc(all, func(p Proposal) bool { return !m.State.Public() || p.State != ProposalApproved }), nil
}

// bodyOf is whose counts they are, as far as the table keeps it.
func bodyOf(in inputs, c scorecard.Input, dir *inventory.Directory) Body {
	b := Body{ID: in.DepartmentID, Code: in.Code, Name: in.Name, Group: c.Group, KeyArea: c.KeyArea, Region: in.Region}
	if dept, ok := dir.Find(in.DepartmentID); ok {
		b.Kind = dept.Kind
	}
	return b
}

// Table gives the cards of all bodies of a month, ranked, with those of the month
// before. Before publication a department has the line of its own body only, and
// without a rank, for that would tell of the others.
func (d *Desk) Table(ctx context.Context, by auth.Principal, month Period, version int64) (Table, error) {
	if err := by.Require(Viewers()...); err != nil {
		return Table{}, err
	}
	return reading(ctx, d, func(tx *store.Tx) (Table, error) {
		m, _, err := d.find(tx, by, month, version)
		if err != nil {
			return Table{}, err
		}
		return d.table(tx, by, m)
	})
}

func (d *Desk) table(tx *store.Tx, by auth.Principal, m Month) (t Table, err error) {
	t.Month = m
	if t.Policy, t.OtherPolicy, err = policies(tx, m); err != nil {
		return t, err
	}
	seen, err := d.seen(tx, by)
	if err != nil {
		return t, err
	}
	if m.State.Public() {
		seen = nil
	}
	rows, err := countsOf(tx, m.ID, seen)
	if err != nil {
		return t, err
	}
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return t, err
	}
	if own, ok := dir.Find(by.DepartmentID); ok {
		t.Own = own.Code
	}
	if t.Lines, err = lines(rows, dir, t.Policy, t.OtherPolicy); err != nil {
		return t, err
	}
	if seen != nil {
		for i := range t.Lines {
			t.Lines[i].Card.Rank = 0
		}
	}
	if err := d.addBefore(tx, by, m, t.Lines); err != nil {
		return t, err
	}
	return t, d.addProposals(tx, by, m, t.Lines)
}

// lines makes the cards of counts, ranked and in the order of the ranks.
func lines(rows []inputs, dir *inventory.Directory, p Policy, other *Policy) ([]Line, error) {
	of := make(map[string]Line, len(rows))
	cards, others := make([]scorecard.Card, 0, len(rows)), []scorecard.Card{}
	for _, r := range rows {
		c, err := r.counted()
		if err != nil {
			return nil, err
		}
		of[r.Code] = Line{Body: bodyOf(r, c, dir), Input: c}
		cards = append(cards, p.Method.Make(&c))
		if other != nil {
			others = append(others, other.Method.Make(&c))
		}
	}
	scorecard.Rank(cards)
	scorecard.Rank(others)
	out := make([]Line, len(cards))
	at := make(map[string]int, len(cards))
	for i, c := range cards {
		out[i] = of[c.Body]
		out[i].Card = c
		at[c.Body] = i
	}
	for i := range others {
		out[at[others[i].Body]].Other = &others[i]
	}
	return out, nil
}

// before finds the month before, in the version that counts.
func before(tx *store.Tx, month Period) (Month, bool, error) {
	all, err := versionsOf(tx, month.Before())
	if err != nil {
		return Month{}, false, err
	}
	i := slices.IndexFunc(all, func(m Month) bool { return m.State.Public() })
	if i < 0 {
		i = slices.IndexFunc(all, func(m Month) bool { return m.State.Kept() })
	}
	if i < 0 {
		return Month{}, false, nil
	}
	return all[i], true, nil
}

// addBefore adds the cards of the month before.
func (d *Desk) addBefore(tx *store.Tx, by auth.Principal, m Month, to []Line) error {
	past, ok, err := before(tx, m.Month)
	if err != nil || !ok || !sees(by, past) {
		return err
	}
	p, _, err := policies(tx, past)
	if err != nil {
		return err
	}
	rows, err := countsOf(tx, past.ID, nil)
	if err != nil {
		return err
	}
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	were, err := lines(rows, dir, p, nil)
	if err != nil {
		return err
	}
	of := map[auth.DepartmentID]*scorecard.Card{}
	for i := range were {
		if !past.State.Public() && !by.Is(Watchers()...) {
			were[i].Card.Rank = 0
		}
		of[were[i].Body.ID] = &were[i].Card
	}
	for i := range to {
		to[i].Before = of[to[i].Body.ID]
	}
	return nil
}

// addProposals adds what is proposed, as far as the reader may know.
func (d *Desk) addProposals(tx *store.Tx, by auth.Principal, m Month, to []Line) error {
	all, err := d.proposals(tx, by, m)
	if err != nil {
		return err
	}
	of := map[auth.DepartmentID]*Proposal{}
	for i := range all {
		of[all[i].DepartmentID] = &all[i]
	}
	for i := range to {
		to[i].Proposal = of[to[i].Body.ID]
	}
	return nil
}

// Sheet reads the sheet of a body by its code with all that explains it. A
// department reads its own, a region those below it too.
func (d *Desk) Sheet(ctx context.Context, by auth.Principal, month Period, version int64, code string) (Sheet, error) {
	if err := by.Require(Viewers()...); err != nil {
		return Sheet{}, err
	}
	return reading(ctx, d, func(tx *store.Tx) (Sheet, error) {
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
	t, err := d.table(tx, by, m)
	if err != nil {
		return s, err
	}
	i := slices.IndexFunc(t.Lines, func(l Line) bool { return l.Body.ID == in.DepartmentID })
	if i < 0 {
		return s, errAbsent
	}
	s.Line, s.Month, s.Policy, s.OtherPolicy = t.Lines[i], m, t.Policy, t.OtherPolicy
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
	for _, one := range newest(by, all) {
		if one.Month < m.Month && one.State.Kept() {
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
