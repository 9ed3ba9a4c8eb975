package census

import (
	"context"
	"slices"
	"unicode/utf8"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey"
)

// Pick names a declared system: a row of the survey, or a record of the register
// that is on no form.
type Pick struct {
	Row    survey.RowID
	System inventory.SystemID
}

// Choose says which declared system a line is, whatever the keys found. The item
// is compared anew: when it agrees nothing more is asked.
func (d *Desk) Choose(ctx context.Context, by auth.Principal, census string, id ItemID, version int64, pick Pick) (Item, error) {
	return d.decideOne(ctx, by, census, id, version, "census.chosen", "", func(tx *store.Tx, c campaigns, src *Source, i *Item) error {
		switch {
		case i.Decided():
			return ErrDecided
		case i.Line == 0:
			return fault.New(fault.Conflict, "census.err.choose_surplus")
		}
		body, one, err := d.picked(tx, c, pick)
		if err != nil {
			return err
		}
		if err := ownOf(by, one.department); err != nil {
			return err
		}
		i.is(&one, ByPerson, 100)
		dir, err := d.deps.Registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		ports, err := portsOf(tx, c, i)
		if err != nil {
			return err
		}
		b := newBodies(dir, d.words())
		i.judge(comparer{src.Kind, d.words(), b}.compare(i.Body, ports, compared{body, one.department}))
		i.decide(tx, by, i.Decision, "")
		return nil
	})
}

// picked reads the declared system that a person chose.
func (d *Desk) picked(tx *store.Tx, c campaigns, pick Pick) (map[string]string, declared, error) {
	unknown := fault.Refuse([]fault.Field{fault.At("pick", "census.err.pick")})
	if pick.Row != 0 {
		r, owner, err := standingRow(tx, c.Base.ID, pick.Row)
		if isNotFound(err) {
			return nil, declared{}, unknown
		}
		return r.Body, declared{row: r.ID, system: deref(r.SystemID), department: owner, code: r.Code, name: r.Name}, err
	}
	s, err := systemByID(tx, pick.System)
	if isNotFound(err) || err == nil && s.State.Closed() {
		return nil, declared{}, unknown
	}
	return inventory.SystemFields.Values(&s), declared{system: s.ID, department: s.OwnerID, code: s.Code, name: s.Name}, err
}

// portsOf are the ports that the line of an item gives in a column of their own.
func portsOf(tx *store.Tx, c campaigns, i *Item) (string, error) {
	src, err := sourceHead(tx, c.Census.ID, i.SourceID)
	if err != nil {
		return "", err
	}
	if m, ok := src.Mapping.Column(PortField); ok && m.Column <= len(i.Cells) {
		return i.Cells[m.Column-1], nil
	}
	return "", nil
}

// Reconsider takes a decision back. What was put to a department stays with it:
// an item that was added or asked cannot be reconsidered.
func (d *Desk) Reconsider(ctx context.Context, by auth.Principal, census string, id ItemID, version int64, reason string) (Item, error) {
	return d.decideOne(ctx, by, census, id, version, "census.reconsidered", reason, func(_ *store.Tx, _ campaigns, _ *Source, i *Item) error {
		if i.Decision != Agreed && i.Decision != Dismissed {
			return fault.New(fault.Conflict, "census.err.reconsider")
		}
		if utf8.RuneCountInString(input.Text(reason)) < 2 {
			return fault.Refuse([]fault.Field{fault.At("reason", "census.err.reason")})
		}
		i.Decision, i.Reason, i.DecidedAt, i.DecidedBy, i.DecidedName = Open, "", nil, 0, ""
		return nil
	})
}

// MostDecided bounds how many items are decided at once.
const MostDecided = 200

// Decided is what became of an item in DecideMany: Err is why it was not
// decided.
type Decided struct {
	ID   ItemID
	Item Item
	Err  error
}

// DecideMany settles items in the same way, each in a transaction of its own.
// The error is of asking for too many, of no right to work on a census, or of
// the service itself.
func (d *Desk) DecideMany(ctx context.Context, by auth.Principal, census string, ids []ItemID, r Ruling) ([]Decided, error) {
	if err := by.Require(workers()...); err != nil {
		return nil, err
	}
	if len(ids) > MostDecided {
		return nil, fault.New(fault.TooLarge, "census.err.too_many_items", "max", MostDecided)
	}
	out := make([]Decided, 0, len(ids))
	for _, id := range slices.Compact(slices.Clone(ids)) {
		one := Decided{ID: id}
		one.Item, one.Err = d.Decide(ctx, by, census, id, 0, r)
		if one.Err != nil && fault.KindOf(one.Err) == fault.Internal && !isNotFound(one.Err) {
			return out, one.Err
		}
		out = append(out, one)
	}
	return out, nil
}

// SearchDeclared finds declared systems by words in name or code, for a person
// who chooses: those of a department, or of all when it is 0.
func (d *Desk) SearchDeclared(ctx context.Context, by auth.Principal, census string, department auth.DepartmentID, search string) ([]Candidate, error) {
	if err := by.Require(workers()...); err != nil {
		return nil, err
	}
	var out []Candidate
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		c, err := campaignsByCode(tx, census, false)
		if err != nil {
			return err
		}
		out, err = searchDeclared(tx, c, department, search)
		return err
	})
	return out, err
}
