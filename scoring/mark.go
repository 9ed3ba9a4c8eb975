package scoring

import (
	"context"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// MarkKind is what the Office says of a task against the facts.
type MarkKind string

// The kinds.
const (
	MarkNotApplicable MarkKind = "not_applicable"
	MarkDone          MarkKind = "done" // on a day that is named
)

// MarkKinds lists the kinds.
func MarkKinds() []MarkKind { return []MarkKind{MarkNotApplicable, MarkDone} }

// Label is the message key of the kind's name.
func (k MarkKind) Label() fault.Label { return fault.Label("tasks.mark." + string(k)) }

// Mark is a correction of a task by the Office, with its reason.
type Mark struct {
	ID           int64
	TermKey      string
	DepartmentID auth.DepartmentID
	Kind         MarkKind
	DoneOn       calendar.Date // of MarkDone
	Reason       string
	MadeAt       time.Time
	MadeBy       auth.AccountID
	MadeName     string
	EndedAt      *time.Time
	EndedName    string
	EndedReason  string
}

// TableName is the table of marks.
func (Mark) TableName() string { return "task_marks" }

// markFacts are a mark as the operation log keeps it.
type markFacts struct {
	Task   string        `json:"task"`
	Kind   MarkKind      `json:"kind"`
	DoneOn calendar.Date `json:"done_on"`
}

func (m *Mark) entry(action, reason string) oplog.Entry {
	return oplog.Entry{
		Action: action, Kind: "task", ID: m.TermKey, Name: m.TermKey, Department: m.DepartmentID, Reason: reason,
		After: markFacts{m.TermKey, m.Kind, m.DoneOn},
	}
}

// SetMark corrects a task of a department, for the Office: it does not apply, or
// it was done on a day. A mark that was there before ends.
func (b *Board) SetMark(ctx context.Context, by auth.Principal, key string, dept auth.DepartmentID, kind MarkKind, doneOn calendar.Date, reason string) (Mark, error) {
	if err := reviews(by, dept); err != nil {
		return Mark{}, err
	}
	reason = strings.TrimSpace(reason)
	return store.Writing(ctx, b.deps.DB, func(tx *store.Tx) (Mark, error) {
		found := needText("reason", reason, 4, maxReason)
		switch {
		case kind == MarkNotApplicable:
			doneOn = calendar.Date{}
		case kind != MarkDone:
			found = append(found, fault.At("kind", "err.choice", "field", fault.Label("tasks.kind")))
		case doneOn.IsZero():
			found = append(found, fault.At("done_on", "err.required", "field", fault.Label("tasks.done_on")))
		case doneOn.After(today(tx)):
			found = append(found, fault.At("done_on", "tasks.err.future"))
		}
		if err := fault.Refuse(found); err != nil {
			return Mark{}, err
		}
		if _, err := b.taskOf(tx, key, dept); err != nil {
			return Mark{}, err
		}
		if err := endMark(tx, by, key, dept, reason); err != nil {
			return Mark{}, err
		}
		m := Mark{TermKey: key, DepartmentID: dept, Kind: kind, DoneOn: doneOn, Reason: reason, MadeAt: tx.Now(), MadeBy: by.AccountID, MadeName: by.Name}
		if err := insertMark(tx, &m); err != nil {
			return Mark{}, err
		}
		return m, oplog.Record(tx, by, m.entry("tasks.marked", reason))
	})
}

// EndMark takes a correction back, so that the facts speak again.
func (b *Board) EndMark(ctx context.Context, by auth.Principal, key string, dept auth.DepartmentID, reason string) error {
	if err := reviews(by, dept); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if err := fault.Refuse(needText("reason", reason, 4, maxReason)); err != nil {
		return err
	}
	return b.deps.DB.Write(ctx, func(tx *store.Tx) error {
		m, err := markOf(tx, key, dept)
		if err != nil {
			return err
		}
		if err := endMark(tx, by, key, dept, reason); err != nil {
			return err
		}
		return oplog.Record(tx, by, m.entry("tasks.unmarked", reason))
	})
}
