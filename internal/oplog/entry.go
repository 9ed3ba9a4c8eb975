package oplog

import (
	"fmt"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// Entry is what a verb reports about one change.
type Entry struct {
	// Action is what was done; its name for people is the message
	// oplog.<Action>.
	Action string
	// Kind, ID and Name say to what it was done. The name is kept as it was.
	Kind string
	ID   string
	Name string
	// Department is whose object it is; 0 means the department of the actor.
	Department auth.DepartmentID
	// Before and After are the object as it was and as it became: anything
	// that can be written as JSON, nil for "did not exist". Of two objects only
	// the members that differ are kept.
	Before, After any
	Reason        string
}

// EntryID is the number of an entry in the log; 1 is the first, 0 is none.
type EntryID int64

// index is the entry's place among the leaves of the tree.
func (id EntryID) index() int64 { return int64(id) - 1 }

// idOf is the number of the entry at a place among the leaves.
func idOf(index int64) EntryID { return EntryID(index + 1) }

// Row is an entry as it is kept. It is never changed.
type Row struct {
	ID EntryID
	// At is the time of the transaction, UTC in microseconds.
	At              time.Time
	ActorID         auth.AccountID
	ActorLogin      string
	ActorName       string
	ActorDepartment string
	ActorRoles      string
	Way             auth.Way
	DepartmentID    auth.DepartmentID
	Origin          string
	RequestID       string
	Action          string
	ObjectKind      string
	ObjectID        string
	ObjectName      string
	// Before and After are JSON, empty for "nothing".
	Before string
	After  string
	Reason string
}

// TableName is the table of the entries.
func (Row) TableName() string { return "oplog_entries" }

// Record adds an entry to the log in the transaction of the act. It is written
// as the last thing before the commit; if that fails, the act fails.
func Record(tx *store.Tx, by auth.Principal, e Entry) error {
	if e.Action == "" || e.Kind == "" {
		return fmt.Errorf("record %q on %q: an entry needs an action and a kind", e.Action, e.Kind)
	}
	before, after, err := states(e.Before, e.After)
	if err != nil {
		return fmt.Errorf("record %s of %s %s: %w", e.Action, e.Kind, e.ID, err)
	}
	if e.Department == 0 {
		e.Department = by.DepartmentID
	}
	pendingOf(tx).add(tx, Row{
		At:              tx.Now(),
		ActorID:         by.AccountID,
		ActorLogin:      clean(by.Login),
		ActorName:       clean(by.Name),
		ActorDepartment: clean(by.Department),
		ActorRoles:      by.Roles.String(),
		Way:             by.Way,
		DepartmentID:    e.Department,
		Origin:          clean(by.Origin),
		RequestID:       clean(by.RequestID),
		Action:          clean(e.Action),
		ObjectKind:      clean(e.Kind),
		ObjectID:        clean(e.ID),
		ObjectName:      clean(e.Name),
		Before:          before,
		After:           after,
		Reason:          clean(e.Reason),
	})
	return nil
}

// clean makes text that both engines keep as it is: PostgreSQL refuses NUL and
// broken UTF-8, and an act must not fail because of the name it was done to.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// pending are the entries of a transaction that are not written yet.
type pending struct{ rows []Row }

type pendingKey struct{}

func pendingOf(tx *store.Tx) *pending {
	p, ok := tx.Value(pendingKey{}).(*pending)
	if !ok {
		p = &pending{}
		tx.SetValue(pendingKey{}, p)
	}
	return p
}

// add keeps a row for flush, which is asked for anew after each flush: another
// hook may record something too.
func (p *pending) add(tx *store.Tx, r Row) {
	if len(p.rows) == 0 {
		tx.BeforeCommit(p.flush)
	}
	p.rows = append(p.rows, r)
}

func (p *pending) flush(tx *store.Tx) error {
	rows := p.rows
	p.rows = nil
	if err := appendRows(tx, rows); err != nil {
		return fmt.Errorf("write the operation log: %w", err)
	}
	return nil
}
