package survey

import (
	"context"
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/store"
	"qingce/inventory"
)

// Side is one of two states of a form that are compared: the number of a
// submission, SideNow or SideRegister.
type Side string

// The sides that are no submission: the form as it stands, and what the
// register says of the body's systems.
const (
	SideNow      Side = "now"
	SideRegister Side = "register"
)

// SideOf is the side of a submission.
func SideOf(number int) Side { return Side(strconv.Itoa(number)) }

// Difference is how a system differs between two sides.
type Difference string

// The differences. Dropped stands on the first side only, because it was removed
// or because it is not on the form.
const (
	Same    Difference = "same"
	Edited  Difference = "edited"
	New     Difference = "new"
	LetGo   Difference = "gone" // is said to be gone on the second side
	Dropped Difference = "dropped"
)

// RowDiff is one system on both sides.
type RowDiff struct {
	ID   RowID // 0 for a system of the register that is not on the form
	Code string
	Name string
	Kind Difference
	// Gone is why, as it was said, for LetGo.
	Gone    string
	Changes []field.Change
}

// Comparison is two states of a form side by side.
type Comparison struct {
	Paper
	From, To Side
	// Whole is what differs in what the form says of the body as a whole; against
	// the register nothing, which knows nothing of it.
	Whole []field.Change
	Rows  []RowDiff
}

// Changed are the rows that differ.
func (c *Comparison) Changed() []RowDiff {
	return slices.DeleteFunc(slices.Clone(c.Rows), func(r RowDiff) bool { return r.Kind == Same })
}

// Compare puts two states of a form side by side, row by row and field by field.
// Who may see the form may compare it.
func (d *Desk) Compare(ctx context.Context, by auth.Principal, key FormKey, from, to Side) (Comparison, error) {
	var out Comparison
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		p, err := d.paper(tx, by, key, false)
		if err != nil {
			return err
		}
		rows, err := rowsOf(tx, p.Form.ID)
		if err != nil {
			return err
		}
		out, err = d.compare(tx, p, rows, from, to)
		return err
	})
	return out, err
}

// compare compares with the rows at hand.
func (d *Desk) compare(tx *store.Tx, p *Paper, rows []Row, from, to Side) (Comparison, error) {
	out := Comparison{Paper: *p, From: from, To: to}
	a, err := d.side(tx, p, rows, from)
	if err != nil {
		return out, err
	}
	b, err := d.side(tx, p, rows, to)
	if err != nil {
		return out, err
	}
	register := from == SideRegister || to == SideRegister
	if !register {
		out.Whole = p.formChanges(a, b)
	}
	out.Rows = p.rowDiffs(a.Rows, b.Rows, p.comparable(register))
	return out, nil
}

// side is what the form says on one side.
func (d *Desk) side(tx *store.Tx, p *Paper, rows []Row, s Side) (Snapshot, error) {
	switch s {
	case SideNow:
		c := Check{Paper: *p, Rows: slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Decision == Removed })}
		now, _, err := c.snapshot()
		return now, err
	case SideRegister:
		return d.registerSide(tx, p, rows)
	}
	number, err := strconv.Atoi(string(s))
	if err != nil || number < 1 {
		return Snapshot{}, fault.Refuse([]fault.Field{fault.At("from", "survey.err.side", "side", string(s))})
	}
	sub, err := submissionOf(tx, p.Form.ID, number)
	return sub.Body, err
}

// registerSide is the form as the register would fill it in now.
func (d *Desk) registerSide(tx *store.Tx, p *Paper, rows []Row) (Snapshot, error) {
	on := map[inventory.SystemID]RowID{}
	for _, r := range rows {
		if r.SystemID != nil {
			on[*r.SystemID] = r.ID
		}
	}
	systems, err := d.deps.Registry.SystemsOfIn(tx, []auth.DepartmentID{p.Owner.ID})
	if err != nil {
		return Snapshot{}, err
	}
	var out Snapshot
	for _, s := range systems {
		if s.State.Closed() {
			continue
		}
		out.Rows = append(out.Rows, SnapshotRow{
			ID: on[s.ID], Code: s.Code, Name: s.Name, Origin: FromRegister, Decision: Confirmed, Body: inventory.SystemFields.Values(&s),
		})
	}
	return out, nil
}

// comparable are the keys of answers about systems that can differ, in the order
// of the questionnaire; of the register only its own fields.
func (p *Paper) comparable(register bool) []string {
	var out []string
	for _, f := range p.Ask.System.All() {
		if !f.Given && (!register || isRegister(f.Key)) {
			out = append(out, f.Key)
		}
	}
	for _, f := range inventory.SystemFields.All() {
		if !f.Given && f.Key != ownerKey && !slices.Contains(out, f.Key) {
			out = append(out, f.Key)
		}
	}
	return out
}

// ownerKey is given by the form a system stands on.
const ownerKey = "owner_id"

// rowDiffs compares the rows of two sides, in the order of the second; those
// that only the first has come last.
func (p *Paper) rowDiffs(from, to []SnapshotRow, keys []string) []RowDiff {
	before := map[RowID]SnapshotRow{}
	for _, r := range from {
		if r.ID != 0 {
			before[r.ID] = r
		}
	}
	var out []RowDiff
	for _, r := range to {
		old, known := before[r.ID]
		delete(before, r.ID)
		one := RowDiff{ID: r.ID, Code: r.Code, Name: r.Name, Kind: Same}
		switch {
		case r.Decision == Gone && known && old.Decision == Gone:
		case r.Decision == Gone:
			one.Kind, one.Gone = LetGo, r.Gone
		case !known || old.Decision == Gone:
			one.Kind = New
		default:
			if one.Changes = changesBetween(old.Body, r.Body, keys); len(one.Changes) > 0 {
				one.Kind = Edited
			}
		}
		out = append(out, one)
	}
	for _, r := range from {
		if _, left := before[r.ID]; left || r.ID == 0 {
			out = append(out, RowDiff{ID: r.ID, Code: r.Code, Name: r.Name, Kind: Dropped})
		}
	}
	return out
}

func changesBetween(a, b map[string]string, keys []string) []field.Change {
	var out []field.Change
	for _, k := range keys {
		if a[k] != b[k] {
			out = append(out, field.Change{Key: k, Old: a[k], New: b[k]})
		}
	}
	return out
}

// formChanges compares what two states say of the body as a whole.
func (p *Paper) formChanges(a, b Snapshot) []field.Change {
	var keys []string
	for _, f := range p.Ask.Department.All() {
		if !f.Given {
			keys = append(keys, f.Key)
		}
	}
	own := []string{ZeroField, ZeroReasonField, CountField, NoneCleanField, NoneConnectField, NoneDemandField}
	return append(changesBetween(a.own(), b.own(), own), changesBetween(a.Answers, b.Answers, keys)...)
}

// own is what every form says, as answers.
func (s Snapshot) own() map[string]string {
	out := map[string]string{
		ZeroField: strconv.FormatBool(s.Zero), ZeroReasonField: s.ZeroReason, NoneCleanField: strconv.FormatBool(s.NoneClean),
		NoneConnectField: strconv.FormatBool(s.NoneConnect), NoneDemandField: strconv.FormatBool(s.NoneDemand),
	}
	if s.DeclaredCount != nil {
		out[CountField] = strconv.FormatInt(*s.DeclaredCount, 10)
	}
	return out
}

// answerDiff lists what differs between two records in what bodies answer, and
// not in what the service or the Office sets.
func answerDiff(a, b *inventory.System) []field.Change {
	return slices.DeleteFunc(inventory.SystemFields.Diff(a, b), func(c field.Change) bool {
		f, _ := inventory.SystemFields.Find(c.Key)
		return f.Given || c.Key == ownerKey
	})
}
