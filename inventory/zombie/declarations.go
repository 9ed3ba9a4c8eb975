package zombie

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// Declarers may declare for their own systems.
func Declarers() []auth.Role { return []auth.Role{auth.Clerk, auth.Head, auth.Region} }

// DeclarationKinds are all kinds.
func DeclarationKinds() []DeclarationKind {
	return []DeclarationKind{Drill, ItemsHandled, ItemsAbolished}
}

// Label is the message key of the kind's name.
func (k DeclarationKind) Label() fault.Label { return fault.Label("zombie.declaration." + string(k)) }

// Label is the message key of the state's name.
func (s DeclarationState) Label() fault.Label {
	return fault.Label("zombie.declaration.state." + string(s))
}

// ErrDecided says that a declaration was decided or withdrawn already.
var ErrDecided = fault.New(fault.Conflict, "zombie.err.decided")

// DeclarationForm is what a department types.
type DeclarationForm struct {
	Kind DeclarationKind
	Day  calendar.Date
	Text string // what was done and where it is written down
}

func (f *DeclarationForm) check(today calendar.Date) error {
	var wrong []fault.Field
	if !slices.Contains(DeclarationKinds(), f.Kind) {
		wrong = append(wrong, fault.At("kind", "zombie.err.needed", "field", fault.Label("zombie.declaration.kind")))
	}
	switch {
	case f.Day.IsZero():
		wrong = append(wrong, fault.At("day", "zombie.err.needed", "field", fault.Label("zombie.declaration.day")))
	case f.Day.After(today):
		wrong = append(wrong, fault.At("day", "zombie.err.future", "day", today))
	}
	switch n := len([]rune(strings.TrimSpace(f.Text))); {
	case n == 0:
		wrong = append(wrong, fault.At("text", "zombie.err.needed", "field", fault.Label("zombie.declaration.text")))
	case n > mostReason:
		wrong = append(wrong, fault.At("text", "err.too_long", "field", fault.Label("zombie.declaration.text"), "max", mostReason))
	}
	return fault.Refuse(wrong)
}

// Declare declares something of a system of the principal's: it counts when the
// centre has accepted it.
func (d *Detector) Declare(ctx context.Context, by auth.Principal, code string, f DeclarationForm) (Declaration, error) {
	if err := by.Require(Declarers()...); err != nil {
		return Declaration{}, err
	}
	var out Declaration
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		if err := f.check(calendar.DateOf(tx.Now())); err != nil {
			return err
		}
		dir, err := d.registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		own := by.Own()
		if by.Console() {
			own = auth.Scope{All: true}
		}
		s, err := systemSeen(tx, code, dir.Within(own))
		if err != nil {
			return err
		}
		out = Declaration{
			SystemID: s.ID, Kind: f.Kind, Day: f.Day, Text: strings.TrimSpace(f.Text), State: Declared, DeclaredBy: by.AccountID, DeclaredName: by.Name,
			DeclaredAt: tx.Now(), Version: 1,
		}
		if err := insertDeclaration(tx, &out); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "zombie.declared", Kind: "zombie_declaration", ID: fmt.Sprint(out.ID), Name: s.Name, Department: s.OwnerID, After: declarationOf(&out),
		})
	})
	if err != nil {
		return Declaration{}, fmt.Errorf("declare of %s: %w", code, err)
	}
	return out, nil
}

// DecideDeclaration accepts a declaration, or refuses it with a reason. It is for
// the centre, and never for the one who declared.
func (d *Detector) DecideDeclaration(ctx context.Context, by auth.Principal, id, version int64, accept bool, reason string) (Declaration, error) {
	if err := by.Require(auth.Centre); err != nil {
		return Declaration{}, err
	}
	state, act := Accepted, "zombie.declaration_accepted"
	if !accept {
		state, act = Refused, "zombie.declaration_refused"
		if err := fault.Refuse(checkText("reason", reason, mostReason)); err != nil {
			return Declaration{}, err
		}
	}
	return d.settle(ctx, by, id, version, state, act, strings.TrimSpace(reason))
}

// WithdrawDeclaration takes a declaration back before it is decided.
func (d *Detector) WithdrawDeclaration(ctx context.Context, by auth.Principal, id, version int64) (Declaration, error) {
	if err := by.Require(Declarers()...); err != nil {
		return Declaration{}, err
	}
	return d.settle(ctx, by, id, version, Withdrawn, "zombie.declaration_withdrawn", "")
}

func (d *Detector) settle(ctx context.Context, by auth.Principal, id, version int64, state DeclarationState, act, reason string) (Declaration, error) {
	var out Declaration
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		old, owner, err := declarationByID(tx, id)
		if err != nil {
			return err
		}
		dir, err := d.registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		switch {
		case state == Withdrawn && !by.Console() && !dir.Covers(by.Own(), owner):
			return fault.New(fault.NotFound, "err.not_found")
		case old.State != Declared:
			return ErrDecided
		case old.DeclaredBy != 0 && old.DeclaredBy == by.AccountID && state != Withdrawn:
			return fault.New(fault.Forbidden, "zombie.err.own_declaration")
		}
		out = old
		now := tx.Now()
		out.State, out.DecidedBy, out.DecidedName, out.DecidedAt, out.DecidedReason, out.Version = state, by.AccountID, by.Name, &now, reason, version+1
		if err := tx.UpdateVersion(&out, id, version); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: act, Kind: "zombie_declaration", ID: fmt.Sprint(id), Name: string(out.Kind), Department: owner,
			Before: declarationOf(&old), After: declarationOf(&out), Reason: reason,
		})
	})
	if err != nil {
		return Declaration{}, fmt.Errorf("settle declaration %d: %w", id, err)
	}
	return out, nil
}

// Declarations lists what was declared of a system, the newest first.
func (d *Detector) Declarations(ctx context.Context, by auth.Principal, code string) (out []Declaration, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		s, err := d.seen(tx, by, code)
		if err != nil {
			return err
		}
		out, err = declarationsOf(tx, s.ID)
		return err
	})
	return out, err
}

// declarationRecord is a declaration as the operation log shows it.
type declarationRecord struct {
	Kind  DeclarationKind  `json:"kind"`
	Day   calendar.Date    `json:"day"`
	Text  string           `json:"text"`
	State DeclarationState `json:"state"`
}

func declarationOf(d *Declaration) declarationRecord {
	return declarationRecord{d.Kind, d.Day, d.Text, d.State}
}
