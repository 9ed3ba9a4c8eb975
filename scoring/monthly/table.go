package monthly

import (
	"context"
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/recall"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/scoring/scorecard"
)

// made are the cards of all bodies of a month, ranked and in the order of the
// ranks, as they follow from the counts alone.
type made struct {
	lines []Line
	at    map[auth.DepartmentID]int
}

// mostMade is how many cards are remembered: some months of a great city.
const mostMade = 8_000

func newMade() *recall.Answers[*made] {
	return recall.Weighed(mostMade, func(m *made) int { return len(m.lines) + 1 })
}

// made makes the cards of all bodies of a month by its method, and by another
// one beside it. The counts of a month change with its revision only, and a
// version of the method that is in force not at all, so they are made once. What
// is given back is shared: copy it before you change it.
func (d *Desk) made(tx *store.Tx, m Month, p Policy, other *Policy) (*made, error) {
	question := fmt.Sprintf("%d/%d/%d", m.ID, m.Revision, p.Version)
	if other != nil {
		question += fmt.Sprintf("/%d", other.Version)
	}
	return d.cards.Get(question, func() (*made, error) {
		rows, err := countsOf(tx, m.ID)
		if err != nil {
			return nil, err
		}
		all, err := lines(rows, p, other)
		if err != nil {
			return nil, err
		}
		out := &made{all, make(map[auth.DepartmentID]int, len(all))}
		for i := range all {
			out.at[all[i].Body.ID] = i
		}
		return out, nil
	})
}

// of copies the lines of the bodies in the order of the ranks; nil is all.
func (m *made) of(bodies []auth.DepartmentID) []Line {
	if bodies == nil {
		return slices.Clone(m.lines)
	}
	var places []int
	for _, id := range bodies {
		if i, ok := m.at[id]; ok {
			places = append(places, i)
		}
	}
	slices.Sort(places)
	out := make([]Line, len(places))
	for i, place := range places {
		out[i] = m.lines[place]
	}
	return out
}

// lines makes the cards of counts, ranked and in the order of the ranks.
func lines(rows []inputs, p Policy, other *Policy) ([]Line, error) {
	of := make(map[string]Line, len(rows))
	cards, others := make([]scorecard.Card, 0, len(rows)), []scorecard.Card{}
	for i := range rows {
		r := &rows[i]
		c, err := r.counted()
		if err != nil {
			return nil, err
		}
		of[r.Code] = Line{Input: c, Body: Body{ID: r.DepartmentID, Code: r.Code, Name: r.Name, Group: c.Group, KeyArea: c.KeyArea, Region: r.Region}}
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

// Table gives the cards of all bodies of a month, ranked, with those of the month
// before. Before publication a department has the line of its own body only, and
// without a rank, for that would tell of the others. What the lines point to is
// shared among all readers and must not be changed.
func (d *Desk) Table(ctx context.Context, by auth.Principal, month Period, version int64) (Table, error) {
	if err := by.Require(Viewers()...); err != nil {
		return Table{}, err
	}
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (Table, error) {
		m, _, err := d.find(tx, by, month, version)
		if err != nil {
			return Table{}, err
		}
		return d.table(tx, by, m, nil)
	})
}

// table is the table of a month, of the bodies only where some are named.
func (d *Desk) table(tx *store.Tx, by auth.Principal, m Month, bodies []auth.DepartmentID) (t Table, err error) {
	t.Month = m
	if t.Policy, t.OtherPolicy, err = policies(tx, m); err != nil {
		return t, err
	}
	all, err := d.made(tx, m, t.Policy, t.OtherPolicy)
	if err != nil {
		return t, err
	}
	seen, err := d.seen(tx, by)
	if err != nil {
		return t, err
	}
	if m.State.Public() {
		seen = nil
	}
	if bodies != nil && seen != nil {
		bodies = slices.DeleteFunc(slices.Clone(bodies), func(id auth.DepartmentID) bool { return !slices.Contains(seen, id) })
	} else if bodies == nil {
		bodies = seen
	}
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return t, err
	}
	if own, ok := dir.Find(by.DepartmentID); ok {
		t.Own = own.Code
	}
	t.Lines = all.of(bodies)
	for i := range t.Lines {
		t.Lines[i].Body.Kind = kindOf(dir, t.Lines[i].Body.ID)
		if seen != nil {
			t.Lines[i].Card.Rank = 0
		}
	}
	if err := d.addBefore(tx, by, m, t.Lines); err != nil {
		return t, err
	}
	return t, d.addProposals(tx, by, m, bodies, t.Lines)
}

// kindOf is the kind of a body, as the register has it now.
func kindOf(dir *inventory.Directory, id auth.DepartmentID) inventory.Kind {
	dept, _ := dir.Find(id)
	return dept.Kind
}

// before finds the month before, in the version that counts.
func before(tx *store.Tx, month Period) (Month, bool, error) {
	all, err := versionsOf(tx, month.Before())
	if all = counting(all); err != nil || len(all) == 0 {
		return Month{}, false, err
	}
	return all[0], true, nil
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
	were, err := d.made(tx, past, p, nil)
	if err != nil {
		return err
	}
	hidden := !past.State.Public() && !by.Is(Watchers()...)
	for i := range to {
		at, ok := were.at[to[i].Body.ID]
		if !ok {
			continue
		}
		card := were.lines[at].Card
		if hidden {
			card.Rank = 0
		}
		to[i].Before = &card
	}
	return nil
}

// addProposals adds what is proposed, as far as the reader may know.
func (d *Desk) addProposals(tx *store.Tx, by auth.Principal, m Month, bodies []auth.DepartmentID, to []Line) error {
	all, err := d.proposals(tx, by, m, bodies)
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
