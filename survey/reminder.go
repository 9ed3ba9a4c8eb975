package survey

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
)

// ReminderID identifies a reminder.
type ReminderID int64

// Reminder is the intent to remind bodies of a campaign (催办). Delivery reads it.
type Reminder struct {
	ID         ReminderID
	CampaignID CampaignID
	Note       string
	MadeBy     auth.AccountID
	MadeName   string
	MadeAt     time.Time
}

// TableName is the table of reminders.
func (Reminder) TableName() string { return "reminders" }

// ReminderDepartment is a body that is reminded, and where its form stood.
type ReminderDepartment struct {
	ReminderID   ReminderID
	DepartmentID auth.DepartmentID
	Standing     Standing
}

// TableName is the table of bodies that are reminded.
func (ReminderDepartment) TableName() string { return "reminder_departments" }

// Reminded is when and by whom a body was last reminded, and how often it was.
type Reminded struct {
	At    time.Time
	Name  string
	Times int
}

// Remind records that exactly these bodies of a campaign are to be reminded, with
// a word to them that may be empty. Each must still have something to do in it:
// when one has handed in meanwhile nothing is recorded, and the error names it.
// Only reviewers remind.
func (d *Desk) Remind(ctx context.Context, by auth.Principal, code string, departments []auth.DepartmentID, note string) (Reminder, error) {
	if err := by.Require(reviewers()...); err != nil {
		return Reminder{}, err
	}
	var out Reminder
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		c, err := campaignByCode(tx, code)
		if err != nil {
			return fmt.Errorf("find campaign %s: %w", code, err)
		}
		if err := takes(c); err != nil {
			return err
		}
		note = strings.TrimSpace(note)
		if n := utf8.RuneCountInString(note); n > greatestComment {
			return fault.Refuse([]fault.Field{fault.At("note", "err.too_long", "field", fault.Label("survey.field.reminder_note"), "max", greatestComment)})
		}
		bodies, names, err := d.remindable(tx, c, departments)
		if err != nil {
			return err
		}
		out = Reminder{CampaignID: c.ID, Note: note, MadeBy: by.AccountID, MadeName: by.Name, MadeAt: tx.Now()}
		if err := insertReminder(tx, &out, bodies); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "campaign.reminded", Kind: "campaign", ID: c.Code, Name: c.Title, Reason: note, After: remindedLog{names},
		})
	})
	if err != nil {
		return Reminder{}, err
	}
	return out, nil
}

type remindedLog struct {
	Departments []string `json:"departments"`
}

// remindable are the bodies to remind, with their names.
func (d *Desk) remindable(tx *store.Tx, c Campaign, departments []auth.DepartmentID) ([]ReminderDepartment, []string, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, nil, err
	}
	forms, err := formsIn(tx, c.ID, departments)
	if err != nil {
		return nil, nil, err
	}
	asked := map[auth.DepartmentID]Standing{}
	for _, f := range forms {
		asked[f.DepartmentID] = f.Standing()
	}
	var out []ReminderDepartment
	var names, idle []string
	for _, id := range slices.Compact(slices.Sorted(slices.Values(departments))) {
		s, ok := asked[id]
		if !ok || !s.Asked() {
			idle = append(idle, dir.Name(id))
			continue
		}
		out = append(out, ReminderDepartment{DepartmentID: id, Standing: s})
		names = append(names, dir.Name(id))
	}
	switch {
	case len(idle) > 0:
		return nil, nil, fault.New(fault.Conflict, "survey.err.remind_idle", "names", strings.Join(idle, ", "))
	case len(out) == 0:
		return nil, nil, fault.New(fault.Invalid, "survey.err.remind_nobody")
	}
	return out, names, nil
}

// ReminderLine is a reminder with the bodies that it is for.
type ReminderLine struct {
	Reminder
	Bodies []RemindedBody
}

// RemindedBody is a body that was reminded and where its form stood then.
type RemindedBody struct {
	Body     inventory.Department
	Standing Standing
}

// ListReminders lists the reminders of a campaign, the newest first, and how
// many there are; of the bodies those that by sees. Page counts from 1; size is
// at most 200.
func (d *Desk) ListReminders(ctx context.Context, by auth.Principal, code string, page, size int) ([]ReminderLine, int64, error) {
	if err := by.Require(overseers()...); err != nil {
		return nil, 0, err
	}
	page, size = max(page, 1), min(max(size, 1), inventory.MaxPageSize)
	var out []ReminderLine
	var total int64
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		c, err := campaignByCode(tx, code)
		if err != nil {
			return fmt.Errorf("find campaign %s: %w", code, err)
		}
		dir, err := d.deps.Registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		seen := dir.Within(by.View())
		if seen != nil { // to those whom it does not ask there is no such campaign
			asked, err := formsIn(tx, c.ID, seen)
			if err != nil {
				return err
			}
			if len(asked) == 0 {
				return fault.New(fault.NotFound, "err.not_found")
			}
		}
		reminders, n, err := selectReminders(tx, c.ID, seen, page, size)
		if err != nil {
			return err
		}
		bodies, err := bodiesOf(tx, reminders)
		total, out = n, make([]ReminderLine, len(reminders))
		for i, r := range reminders {
			out[i].Reminder = r
			for _, b := range bodies[r.ID] {
				if body, ok := dir.Find(b.DepartmentID); ok && (seen == nil || slices.Contains(seen, b.DepartmentID)) {
					out[i].Bodies = append(out[i].Bodies, RemindedBody{body, b.Standing})
				}
			}
		}
		return err
	})
	return out, total, err
}
