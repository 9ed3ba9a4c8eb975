package inventory

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// FindSystem returns the system of a code as it stands.
func (r *Registry) FindSystem(ctx context.Context, by auth.Principal, code string) (System, error) {
	var s System
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		s, err = r.seenSystem(tx, by, code)
		return err
	})
	return s, err
}

// FindSystemAsOf returns the system as the register knew it at an instant.
func (r *Registry) FindSystemAsOf(ctx context.Context, by auth.Principal, code string, at time.Time) (SystemVersion, error) {
	var v SystemVersion
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		seen, err := r.visible(tx, by)
		if err != nil {
			return err
		}
		v, err = systemAsOf(tx, code, at, seen)
		return err
	})
	return v, err
}

// SystemHistory returns every state of a system, newest first.
func (r *Registry) SystemHistory(ctx context.Context, by auth.Principal, code string) ([]SystemVersion, error) {
	var out []SystemVersion
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		s, err := r.seenSystem(tx, by, code)
		if err != nil {
			return err
		}
		out, err = systemVersions(tx, s.ID)
		return err
	})
	return out, err
}

// seenSystem finds a system that the principal reads.
func (r *Registry) seenSystem(tx *store.Tx, by auth.Principal, code string) (System, error) {
	seen, err := r.visible(tx, by)
	if err != nil {
		return System{}, err
	}
	return systemByCode(tx, code, seen)
}

// visible lists the departments whose rows the principal reads; nil is all.
func (r *Registry) visible(tx *store.Tx, by auth.Principal) ([]DepartmentID, error) {
	d, err := r.directoryIn(tx)
	if err != nil {
		return nil, err
	}
	return d.Within(by.View()), nil
}

// Registration is a new system to be registered.
type Registration struct {
	System System
	Reason string
	// Key makes a repeated call harmless: the same key of the same caller
	// gives the system that the first call registered. May be empty.
	Key string
}

// Register adds a system to the register as a draft of its department. It
// returns the system with its code and the warnings that did not stop it.
func (r *Registry) Register(ctx context.Context, by auth.Principal, in Registration) (System, []fault.Field, error) {
	if err := by.Require(writers...); err != nil {
		return System{}, nil, err
	}
	var s System
	var remarks []fault.Field
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		if in.Key != "" {
			earlier, err := registeredBefore(tx, by, in.Key)
			if err == nil {
				s, err = systemByCode(tx, earlier, nil)
				return err
			}
			if !errors.Is(err, errAbsentKey) {
				return err
			}
		}
		s = in.System
		var err error
		if remarks, err = r.registerIn(tx, act{by: by, action: "registered", reason: in.Reason}, &s); err != nil {
			return err
		}
		return rememberKey(tx, by, in.Key, s.Code)
	})
	if err != nil {
		return System{}, nil, err
	}
	return s, remarks, nil
}

// registerIn registers inside a transaction: rights, code, rules, rows.
func (r *Registry) registerIn(tx *store.Tx, a act, s *System) ([]fault.Field, error) {
	d, err := r.directoryIn(tx)
	if err != nil {
		return nil, err
	}
	if err := checkOwner(d, a.by, s.OwnerID); err != nil {
		return nil, err
	}
	owner, _ := d.Find(s.OwnerID)
	s.ID, s.State, s.Final, s.OfficeNote = 0, Draft, "", ""
	if err := giveCode(tx, a.by, s, owner); err != nil {
		return nil, err
	}
	found, err := r.check(tx, a.by, s)
	if err != nil {
		return nil, err
	}
	return found, insertSystem(tx, s, a)
}

// checkOwner refuses a department that the principal does not fill in for.
func checkOwner(d *Directory, by auth.Principal, id DepartmentID) error {
	if id == 0 {
		return fault.Refuse([]fault.Field{fault.At("owner_id", "err.required", "field", SystemFields.Label("owner_id"))})
	}
	free := by.Console()
	if _, ok := d.Find(id); ok && (free || d.Covers(by.Own(), id)) {
		return nil
	}
	return fault.Refuse([]fault.Field{fault.At("owner_id", "inventory.err.owner")})
}

var codePattern = regexp.MustCompile(`^([A-Z0-9]{2,12})-(\d{2,6})$`)

// giveCode gives the system its code. Only the console may bring its own, for
// registers that come from elsewhere.
func giveCode(tx *store.Tx, by auth.Principal, s *System, owner Department) error {
	prefix := owner.SystemPrefix()
	if s.Code == "" {
		var err error
		for taken := true; taken && err == nil; {
			if s.Code, err = nextCode(tx, prefix); err == nil {
				taken, err = codeTaken(tx, s.Code)
			}
		}
		return err
	}
	m := codePattern.FindStringSubmatch(s.Code)
	switch {
	case !by.Console():
		return fault.Refuse([]fault.Field{fault.At("code", "inventory.err.code_given")})
	case m == nil || m[1] != prefix:
		return fault.Refuse([]fault.Field{fault.At("code", "inventory.err.code_form", "prefix", prefix)})
	}
	taken, err := codeTaken(tx, s.Code)
	if err != nil {
		return err
	}
	if taken {
		return fault.Refuse([]fault.Field{fault.At("code", "err.dup")})
	}
	number, _ := strconv.ParseInt(m[2], 10, 64)
	return reserveCode(tx, prefix, number)
}

// check runs every rule. Errors refuse the record; the warnings are returned.
func (r *Registry) check(tx *store.Tx, by auth.Principal, s *System) ([]fault.Field, error) {
	Mask(s)
	found := append(dropUnasked(s), CheckSystem(s, today(tx))...)
	seen, err := r.visible(tx, by)
	if err != nil {
		return nil, err
	}
	refs, err := checkRefs(tx, s, seen)
	if err != nil {
		return nil, err
	}
	doubles, err := r.checkTwins(tx, by, s)
	if err != nil {
		return nil, err
	}
	found = slices.Concat(found, refs, doubles)
	return found, fault.Refuse(found)
}

// Mask makes a classified system its placeholder: its real name must not stand
// here, and of 等级保护 there is only one answer, so nobody need give it. Other
// systems are left as they are.
func Mask(s *System) {
	if !s.Classified {
		return
	}
	if !strings.HasPrefix(s.Name, maskedPrefix) || s.Name == maskedPrefix {
		s.Name = MaskedName(s.Code)
	}
	if s.DjbhLevel == "" {
		s.DjbhLevel = DjbhNotApplied
	}
}

// dropUnasked empties answers to questions that this record is not asked, and
// says so. A classified one keeps them, to be refused by name.
func dropUnasked(s *System) []fault.Field {
	if s.Classified {
		return nil
	}
	var out []fault.Field
	for _, key := range SystemFields.ClearUnasked(s) {
		out = append(out, fault.Remark(key, "inventory.note.unasked", "field", SystemFields.Label(key)))
	}
	return out
}

// checkTwins holds V16. Of another department's system only the department is
// named: who asks may be told that there is one, not what it is.
func (r *Registry) checkTwins(tx *store.Tx, by auth.Principal, s *System) ([]fault.Field, error) {
	names, urls, err := twins(tx, s)
	if err != nil {
		return nil, err
	}
	d, err := r.directoryIn(tx)
	if err != nil {
		return nil, err
	}
	var out []fault.Field
	for _, t := range names {
		out = append(out, fault.Remark("name", "inventory.warn.v16_name", "code", t.Code))
	}
	for _, t := range urls {
		who := d.Name(t.OwnerID)
		if d.Covers(by.View(), t.OwnerID) {
			who += " " + t.Code
		}
		out = append(out, fault.Remark("visit_url", "inventory.warn.v16_url", "who", who))
	}
	return out, nil
}

// Change replaces what the department declares of a system. version is the one
// the person began with; when the record has moved on the error is ErrStale
// and nothing is written. What the service or the Office sets is kept. It
// returns the new state and the warnings.
func (r *Registry) Change(ctx context.Context, by auth.Principal, code string, version int64, next System, reason string) (System, []fault.Field, error) {
	if err := by.Require(writers...); err != nil {
		return System{}, nil, err
	}
	var remarks []fault.Field
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		old, err := r.ownSystem(tx, by, code)
		if err != nil {
			return err
		}
		if old.Version != version {
			return store.ErrStale
		}
		remarks, err = r.changeIn(tx, act{by: by, action: "changed", reason: reason}, old, &next)
		return err
	})
	if err != nil {
		return System{}, nil, err
	}
	return next, remarks, nil
}

// changeIn changes inside a transaction. A record that does not differ is left
// as it is.
func (r *Registry) changeIn(tx *store.Tx, a act, old System, next *System) ([]fault.Field, error) {
	if err := editable(old.State); err != nil {
		return nil, err
	}
	d, err := r.directoryIn(tx)
	if err != nil {
		return nil, err
	}
	if err := checkOwner(d, a.by, next.OwnerID); err != nil {
		return nil, err
	}
	next.ID, next.Code, next.State = old.ID, old.Code, old.State
	next.Final, next.OfficeNote = old.Final, old.OfficeNote
	found, err := r.check(tx, a.by, next)
	if err != nil {
		return nil, err
	}
	if len(SystemFields.Diff(&old, next)) == 0 {
		*next = old
		return found, nil
	}
	next.State = stateAfterChange(old.State, a.by)
	return found, updateSystem(tx, old, next, a)
}

// editable refuses what is locked, which a change request can change, and what
// is closed, which nothing can.
func editable(s State) error {
	switch {
	case s.Locked():
		return ErrLocked
	case s.Closed():
		return ErrNotEditable
	}
	return nil
}

// stateAfterChange says what a change does to the state: what the head or the
// region changes is declared at once, what a clerk changes waits for the head.
func stateAfterChange(now State, by auth.Principal) State {
	if now == Draft || now == Returned {
		return now
	}
	if by.Is(auth.Head, auth.Region) {
		return Declared
	}
	return Draft
}

// ownSystem finds a system that the principal may write.
func (r *Registry) ownSystem(tx *store.Tx, by auth.Principal, code string) (System, error) {
	s, err := systemByCode(tx, code, nil)
	if err != nil {
		return System{}, err
	}
	return s, r.mayWrite(tx, by, s.OwnerID)
}

// Decision is what the Office decides about a system.
type Decision struct {
	Final  string // keep, merge or clean; empty takes the decision back
	Note   string
	Reason string
}

// Decide records the Office's decision on what becomes of a system (方案 part
// 2 (4), (5)). The department's answers stay as they are.
func (r *Registry) Decide(ctx context.Context, by auth.Principal, code string, version int64, d Decision) (System, error) {
	if err := by.Require(auth.Office); err != nil {
		return System{}, err
	}
	return r.rewrite(ctx, by, code, version, act{by: by, action: "decided", reason: d.Reason}, func(_ *store.Tx, s *System) error {
		if s.OwnerID == by.DepartmentID && by.DepartmentID != 0 {
			return ErrOwnReview
		}
		if d.Final != "" && !slices.Contains([]string{Keep, Merge, Clean}, d.Final) {
			return fault.Refuse([]fault.Field{fault.At("final", "err.choice", "field", SystemFields.Label("final"))})
		}
		if strings.TrimSpace(d.Reason) == "" {
			return fault.Refuse([]fault.Field{fault.At("reason", "inventory.err.reason")})
		}
		s.Final, s.OfficeNote = d.Final, d.Note
		return fault.Refuse(tooLong(SystemFields, s))
	})
}

// rewrite reads a system that the principal sees, lets fn change it and saves.
func (r *Registry) rewrite(ctx context.Context, by auth.Principal, code string, version int64, a act, fn func(*store.Tx, *System) error) (System, error) {
	var next System
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		old, err := r.seenSystem(tx, by, code)
		if err != nil {
			return err
		}
		if old.Version != version {
			return store.ErrStale
		}
		next = old
		if err := fn(tx, &next); err != nil {
			return err
		}
		return updateSystem(tx, old, &next, a)
	})
	if err != nil {
		return System{}, err
	}
	return next, nil
}
