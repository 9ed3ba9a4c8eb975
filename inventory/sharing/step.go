package sharing

import (
	"fmt"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// Kind is a sort of record of this package, as steps, due dates, files and the
// operation log name it.
type Kind string

// The kinds.
const (
	KindRequest   Kind = "sharing_request"
	KindAgreement Kind = "sharing_agreement"
	KindMisuse    Kind = "sharing_misuse"
	KindObjection Kind = "sharing_objection"
	KindDemand    Kind = "sharing_demand"
	KindRelief    Kind = "sharing_relief"
)

// Step is one thing that was done with a record.
type Step struct {
	SubjectKind Kind
	SubjectID   int64
	Number      int64
	At          time.Time
	AccountID   auth.AccountID
	Name        string
	Department  string
	Action      string // message key sharing.step.<action>
	Note        string
}

// TableName is the table of steps.
func (Step) TableName() string { return "sharing_steps" }

// act says what is being done with a record.
type act struct {
	by     auth.Principal
	action string // request.submitted: message keys sharing.step.… and oplog.sharing.…
	note   string
}

// object is the record that an act is done with.
type object struct {
	kind       Kind
	id         int64
	name       string
	department auth.DepartmentID
	number     int64 // version of the record, which numbers its steps
	before     any   // nil for a new record
	after      any
}

// keep writes an act into the record's own history and into the operation log.
func keep(tx *store.Tx, a act, o object) error {
	step := Step{
		SubjectKind: o.kind, SubjectID: o.id, Number: o.number, At: tx.Now(), AccountID: a.by.AccountID, Name: a.by.Name,
		Department: a.by.Department, Action: a.action, Note: a.note,
	}
	if err := insertStep(tx, step); err != nil {
		return err
	}
	err := oplog.Record(tx, a.by, oplog.Entry{
		Action: "sharing." + a.action, Kind: string(o.kind), ID: strconv.FormatInt(o.id, 10), Name: o.name,
		Department: o.department, Reason: a.note, Before: o.before, After: o.after,
	})
	if err != nil {
		return fmt.Errorf("record %s of %s %d: %w", a.action, o.kind, o.id, err)
	}
	return nil
}
