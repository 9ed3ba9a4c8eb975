package inventory

import (
	"fmt"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// What a survey needs of the register inside its own transactions. The methods
// here end in In, take the transaction first and leave the commit to the
// caller; when one returns an error the caller gives its transaction up.

// Adoption is a declaration that was reviewed and accepted (方案 part 2 (1),
// (2)), to be written into the register on behalf of its department.
type Adoption struct {
	// System is the record as it was declared. ID 0 registers a new one, whose
	// code is given here.
	System System
	// Version is the version of the register's record that the declaration was
	// filled in from; it is not looked at for a new one.
	Version int64
	Reason  string
	// Origin is the address of the paper, "/…", kept with the version.
	Origin string
	// Gone says that the department no longer has the record. Of System only
	// the ID is read then.
	Gone *Gone
}

// GoneKind is why a department no longer has a record.
type GoneKind string

// The kinds of being gone.
const (
	GoneOffline     GoneKind = "offline"
	GoneDuplicate   GoneKind = "duplicate"
	GoneTransferred GoneKind = "transferred"
)

// Gone is what a department said of a record that it no longer has.
type Gone struct {
	Kind  GoneKind
	On    calendar.Date // offline: the day it was switched off
	Other SystemID      // duplicate: the record that stays
	To    DepartmentID  // transferred: the department that has it now
}

// AdoptIn writes an accepted declaration: it registers the record, or changes
// one that is not closed, and puts it to Verified in the same step, as one
// new version with the action "adopted". A record that an earlier census has
// locked takes what a later survey says of it, which was reviewed as a change
// request is; it keeps its state. A version is written also when the
// declaration agrees with the register: it says that it was looked at. Another
// OwnerID hands the record over. What the service or the Office sets is kept.
//
// Gone says what happens instead: offline puts the record to phase offline
// with its day, proposed to be cleaned up and no longer to be connected, and to
// Verified; what else is wrong with it is only remarked, for nobody can mend
// it. A duplicate is Merged into the other record. What was transferred goes to
// the other department in the state it has, which that department has to
// declare itself.
//
// by is the reviewer: the Office or the centre, of no department that has or
// gets the record (ErrOwnReview). It returns the record and the warnings. The
// error is store.ErrStale when somebody changed the record since Version and
// ErrNotEditable when it is closed, with the code of the record around it; what the rules refuse is Invalid with fields.
func (r *Registry) AdoptIn(tx *store.Tx, by auth.Principal, a Adoption) (System, []fault.Field, error) {
	if err := by.Require(auth.Office, auth.Centre); err != nil {
		return System{}, nil, err
	}
	how := act{by: by, action: "adopted", reason: a.Reason, origin: a.Origin}
	if a.System.ID == 0 && a.Gone != nil {
		return System{}, nil, fmt.Errorf("adopt a new system as gone (%s): it was never registered", a.Gone.Kind)
	}
	if a.System.ID == 0 {
		next := a.System
		found, err := r.adoptNew(tx, how, &next)
		return next, found, err
	}
	old, err := systemByID(tx, a.System.ID, nil)
	if err != nil {
		return System{}, nil, fmt.Errorf("adopt system %d: %w", a.System.ID, err)
	}
	next, found, err := r.adoptOver(tx, how, old, a)
	if err != nil {
		return System{}, found, fmt.Errorf("adopt system %s: %w", old.Code, err)
	}
	return next, found, nil
}

// adoptNew registers a declared system.
func (r *Registry) adoptNew(tx *store.Tx, a act, s *System) ([]fault.Field, error) {
	owner, err := r.reviewable(tx, a.by, "owner_id", s.OwnerID)
	if err != nil {
		return nil, err
	}
	s.State, s.Final, s.OfficeNote = Verified, "", ""
	if err := giveCode(tx, a.by, s, owner); err != nil {
		return nil, err
	}
	found, err := r.check(tx, a.by, s)
	if err != nil {
		return found, err
	}
	return found, insertSystem(tx, s, a)
}

// adoptOver writes a declaration over the record it was filled in from.
func (r *Registry) adoptOver(tx *store.Tx, a act, old System, in Adoption) (System, []fault.Field, error) {
	if err := ownReview(a.by, old.OwnerID); err != nil {
		return System{}, nil, err
	}
	if old.State.Closed() {
		return System{}, nil, ErrNotEditable
	}
	if old.Version != in.Version {
		return System{}, nil, store.ErrStale
	}
	next := in.System
	var found []fault.Field
	var err error
	if in.Gone != nil {
		next = old
		found, err = r.letGo(tx, a, &next, *in.Gone)
	} else {
		found, err = r.adoptChange(tx, a, old, &next)
	}
	if err != nil {
		return System{}, found, err
	}
	if err := updateSystem(tx, old, &next, a); err != nil {
		return System{}, nil, err
	}
	return next, found, r.adopted(tx, a.by, old, next)
}

// adoptChange makes the new state out of what was declared.
func (r *Registry) adoptChange(tx *store.Tx, a act, old System, next *System) ([]fault.Field, error) {
	if _, err := r.reviewable(tx, a.by, "owner_id", next.OwnerID); err != nil {
		return nil, err
	}
	next.Code, next.State, next.Final, next.OfficeNote = old.Code, verified(old.State), old.Final, old.OfficeNote
	return r.check(tx, a.by, next)
}

// verified is the state after a declaration was adopted.
func verified(now State) State {
	if now.Editable() {
		return Verified
	}
	return now
}

// adopted tells the rooms that keep due dates and files.
func (r *Registry) adopted(tx *store.Tx, by auth.Principal, old, next System) error {
	if old.OwnerID != next.OwnerID && r.opts.Transferred != nil {
		if err := r.opts.Transferred(tx, next); err != nil {
			return err
		}
	}
	if old.State == Returned && next.State != Returned && r.opts.Settled != nil {
		return r.opts.Settled(tx, by, next)
	}
	return nil
}

// reviewable finds the department that is to have a record, which must not be
// the reviewer's own.
func (r *Registry) reviewable(tx *store.Tx, by auth.Principal, key string, id DepartmentID) (Department, error) {
	d, err := r.directoryIn(tx)
	if err != nil {
		return Department{}, err
	}
	owner, ok := d.Find(id)
	if !ok {
		return Department{}, fault.Refuse([]fault.Field{fault.At(key, "inventory.err.unknown_department")})
	}
	return owner, ownReview(by, id)
}

// ownReview refuses who would review what its own department declared.
func ownReview(by auth.Principal, owner DepartmentID) error {
	if by.DepartmentID != 0 && by.DepartmentID == owner {
		return ErrOwnReview
	}
	return nil
}

// letGo changes a record that its department no longer has.
func (r *Registry) letGo(tx *store.Tx, a act, s *System, g Gone) ([]fault.Field, error) {
	switch g.Kind {
	case GoneOffline:
		return r.switchOff(tx, a.by, s, g.On)
	case GoneDuplicate:
		return nil, mergeInto(tx, s, g.Other)
	case GoneTransferred:
		_, err := r.reviewable(tx, a.by, "owner_id", g.To)
		s.OwnerID = g.To
		return nil, err
	}
	return nil, fmt.Errorf("unknown way to be gone: %q", g.Kind)
}

// switchOff makes the record one of a system that is offline since a day.
func (r *Registry) switchOff(tx *store.Tx, by auth.Principal, s *System, on calendar.Date) ([]fault.Field, error) {
	const day = "disabled_date"
	if on.IsZero() && !s.Classified {
		return nil, fault.Refuse([]fault.Field{fault.At(day, "err.required", "field", SystemFields.Label(day))})
	}
	s.State, s.Phase, s.Proposed = verified(s.State), PhaseOffline, Clean
	if !s.Classified { // a placeholder keeps no days
		s.DisabledDate = on
	}
	if s.MustConnect != nil && *s.MustConnect { // V22
		s.MustConnect, s.ExemptReason = new(bool), exemptCleaning
	}
	found, err := r.check(tx, by, s)
	if err != nil && len(found) == 0 {
		return nil, err
	}
	for i := range found {
		found[i].Warning = found[i].Name != day
	}
	return found, fault.Refuse(found)
}

// mergeInto closes a record that says the same as another one.
func mergeInto(tx *store.Tx, s *System, other SystemID) error {
	target, err := systemByID(tx, other, nil)
	switch {
	case isNotFound(err) || err == nil && target.State.Closed():
		return fault.Refuse([]fault.Field{fault.At("merged_into_id", "inventory.err.unknown_system")})
	case err != nil:
		return err
	case target.ID == s.ID:
		return fault.Refuse([]fault.Field{fault.At("merged_into_id", "inventory.err.refers_to_itself")})
	}
	s.State, s.Proposed, s.MergedIntoID = Merged, Merge, &target.ID
	return nil
}

// MaxSystemsOf bounds what SystemsOfIn reads.
const MaxSystemsOf = 5_000

// SystemsOfIn reads whole rows of departments, in the order of their codes and
// in every state, to fill a form in beforehand and to compare it later. More
// than MaxSystemsOf is a TooLarge fault rather than a cut list, in which what
// is missing would look gone. The caller has checked that it may be seen.
func (r *Registry) SystemsOfIn(tx *store.Tx, departments []DepartmentID) ([]System, error) {
	out, err := systemsOfAll(tx, departments, MaxSystemsOf+1)
	if err != nil {
		return nil, err
	}
	if len(out) > MaxSystemsOf {
		return nil, fault.New(fault.TooLarge, "inventory.err.too_many_systems", "max", MaxSystemsOf)
	}
	return out, nil
}

// CheckIn says what is wrong with a record as by would save it: what is
// missing, the rules V16 to V26, twins and references, errors and warnings. It
// writes nothing and leaves s as it is; ID 0 is a new record. The error is only
// of the database.
func (r *Registry) CheckIn(tx *store.Tx, by auth.Principal, s *System) ([]fault.Field, error) {
	look := *s
	found, err := r.check(tx, by, &look)
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return nil, err
	}
	return found, nil
}

// CertifyIn locks the census of departments: every Verified system of theirs
// is Certified, with a new version and reason and origin in its history, and
// one entry in the operation log says how many. It returns that number. Who may
// lock a census is checked by the survey, besides being the Office; that no one
// verified own records was held when each was verified.
func (r *Registry) CertifyIn(tx *store.Tx, by auth.Principal, departments []DepartmentID, reason, origin string) (int64, error) {
	if err := by.Require(auth.Office); err != nil {
		return 0, err
	}
	if strings.TrimSpace(reason) == "" {
		return 0, fault.Refuse([]fault.Field{fault.At("reason", "inventory.err.reason")})
	}
	a := act{by: by, action: "moved." + string(Certify), reason: reason, origin: origin}
	total := int64(0)
	for lot := range slices.Chunk(departments, departmentLot) {
		n, err := certifyAll(tx, a, lot)
		if err != nil {
			return 0, err
		}
		total += n
	}
	if total == 0 {
		return 0, nil
	}
	bump(tx, systemsRevision)
	return total, oplog.Record(tx, by, oplog.Entry{
		Action: "systems.certified", Kind: "systems", ID: origin, Reason: reason,
		After: certified{Systems: total, Departments: len(departments)},
	})
}

// certified is what the log keeps of a locked census.
type certified struct {
	Systems     int64 `json:"systems"`
	Departments int   `json:"departments"`
}

// VerifiedCountIn counts the Verified systems of departments; one without any is
// not in the map.
func (r *Registry) VerifiedCountIn(tx *store.Tx, departments []DepartmentID) (map[DepartmentID]int64, error) {
	return countStates(tx, departments, Verified)
}

// UnsettledIn counts the systems of departments that are not yet Verified
// (draft, declared or returned); a department without any is not in the map.
func (r *Registry) UnsettledIn(tx *store.Tx, departments []DepartmentID) (map[DepartmentID]int64, error) {
	return countStates(tx, departments, Draft, Declared, Returned)
}
