package rectification

import (
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// Step is one thing that was done with a notice.
type Step struct {
	NoticeID   NoticeID
	Number     int64
	At         time.Time
	AccountID  auth.AccountID
	Name       string
	Department string
	Action     string // message key rectify.step.<action>
	Note       string
}

// TableName is the table of steps.
func (Step) TableName() string { return "rectification_steps" }

// act says what is being done with a notice.
type act struct {
	by     auth.Principal
	action string // issued: message keys rectify.step.… and oplog.rectify.…
	note   string
}

// keep writes an act into the notice's own history and into the operation log.
func keep(tx *store.Tx, a act, before any, n Notice) error {
	step := Step{
		NoticeID: n.ID, Number: n.Version, At: tx.Now(), AccountID: a.by.AccountID, Name: a.by.Name, Department: a.by.Department,
		Action: a.action, Note: a.note,
	}
	if err := insertStep(tx, step); err != nil {
		return err
	}
	err := oplog.Record(tx, a.by, oplog.Entry{
		Action: "rectify." + a.action, Kind: Kind, ID: n.ID.String(), Name: string(n.Situation) + " " + n.No(), Department: n.DepartmentID,
		Reason: a.note, Before: before, After: n.facts(),
	})
	if err != nil {
		return fmt.Errorf("record %s of notice %s: %w", a.action, n.ID, err)
	}
	return nil
}
