package catalog

import (
	"context"
	"strconv"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/schedule"
	"qingce/internal/store"
)

// ChangeID identifies a law or duty change.
type ChangeID int64

// String writes the id as addresses and the operation log have it.
func (id ChangeID) String() string { return strconv.FormatInt(int64(id), 10) }

// ChangeKind is what changed.
type ChangeKind string

// The kinds.
const (
	LawChange  ChangeKind = "law"  // a law or regulation was revised
	DutyChange ChangeKind = "duty" // an administrative duty moved
)

// ChangeKinds lists the kinds.
func ChangeKinds() []ChangeKind { return []ChangeKind{LawChange, DutyChange} }

// Label is the message key of the kind's name.
func (k ChangeKind) Label() fault.Label { return fault.Label("catalog.change.kind." + string(k)) }

// Change is a law that was revised or a duty that moved. From the day of the
// change the departments it touches have 15 working days to bring their entries
// up to date (办法 art. 6).
type Change struct {
	ID          ChangeID
	Kind        ChangeKind
	Title       string
	DocNo       string
	ChangedOn   calendar.Date
	Note        string
	CreatedAt   time.Time
	CreatedBy   auth.AccountID
	CreatedName string
}

// TableName is the table of changes.
func (Change) TableName() string { return "catalog_changes" }

// Touched is a department that a change touches, with its own clock.
type Touched struct {
	ChangeID     ChangeID
	DepartmentID DepartmentID
	DueOn        calendar.Date
	DoneAt       *time.Time
	DoneName     string
	EntryID      *EntryID // whose new version answered
	Statement    string   // why no entry is touched
}

// TableName is the table of the departments.
func (Touched) TableName() string { return "catalog_change_departments" }

// ChangeForm is what is said of a change.
type ChangeForm struct {
	Kind        ChangeKind
	Title       string
	DocNo       string
	ChangedOn   calendar.Date
	Note        string
	Departments []DepartmentID
}

// The due date of a change.
const (
	changeTitle   = "due.catalog_change"
	changeArticle = "办法 art. 6"
	// changeTerm is the term in working days that the document gives.
	changeTerm = 15
	dueChange  = "catalog_change"
)

// ChangeDue is the due date of a department under a change.
func ChangeDue(id ChangeID, department DepartmentID) schedule.Subject {
	return schedule.Subject{Kind: dueChange, ID: id.String() + "." + strconv.FormatInt(int64(department), 10)}
}

// RecordChange writes a change down and starts the clocks of the departments it
// touches; for the Office and the centre, and for a head whose own duties
// changed.
func (d *Desk) RecordChange(ctx context.Context, by auth.Principal, in ChangeForm) (Change, error) {
	if err := by.Require(auth.Office, auth.Centre, auth.Head, auth.Region); err != nil {
		return Change{}, err
	}
	var out Change
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		if err := d.mayRecord(tx, by, in); err != nil {
			return err
		}
		out = Change{
			Kind: in.Kind, Title: strings.TrimSpace(in.Title), DocNo: strings.TrimSpace(in.DocNo), ChangedOn: in.ChangedOn,
			Note: strings.TrimSpace(in.Note), CreatedAt: tx.Now(), CreatedBy: by.AccountID, CreatedName: by.Name,
		}
		if err := insertChange(tx, &out); err != nil {
			return err
		}
		for _, dept := range in.Departments {
			if err := d.startClock(tx, by, out, dept); err != nil {
				return err
			}
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "catalog.change_recorded", Kind: "catalog_change", ID: out.ID.String(), Name: out.Title, After: in.facts(),
		})
	})
	return out, err
}

// mayRecord refuses what is missing, and departments that are not the
// principal's own.
func (d *Desk) mayRecord(tx *store.Tx, by auth.Principal, in ChangeForm) error {
	if err := fault.Refuse(in.wrong(today(tx))); err != nil {
		return err
	}
	dir, err := d.registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	for _, id := range in.Departments {
		if _, ok := dir.Find(id); !ok || !by.Is(keepers...) && !dir.Covers(by.Own(), id) {
			return fault.Refuse([]fault.Field{fault.At("departments", "catalog.err.change_department")})
		}
	}
	return nil
}

func (in ChangeForm) wrong(day calendar.Date) []fault.Field {
	var out []fault.Field
	need := func(ok bool, name string) {
		if !ok {
			out = append(out, fault.At(name, "err.required", "field", fault.Label("catalog.change."+name)))
		}
	}
	need(in.Kind == LawChange || in.Kind == DutyChange, "kind")
	need(strings.TrimSpace(in.Title) != "", "title")
	need(!in.ChangedOn.IsZero(), "changed_on")
	need(len(in.Departments) > 0, "departments")
	if in.ChangedOn.After(day) {
		out = append(out, fault.At("changed_on", "catalog.err.change_future"))
	}
	for name, text := range map[string]string{"title": in.Title, "doc_no": in.DocNo, "note": in.Note} {
		if len([]rune(text)) > mostChangeText {
			out = append(out, fault.At(name, "err.too_long", "field", fault.Label("catalog.change."+name), "max", mostChangeText))
		}
	}
	return out
}

const mostChangeText = 150

type changeFacts struct {
	Kind        ChangeKind     `json:"kind"`
	DocNo       string         `json:"doc_no"`
	ChangedOn   calendar.Date  `json:"changed_on"`
	Note        string         `json:"note"`
	Departments []DepartmentID `json:"departments"`
}

func (in ChangeForm) facts() changeFacts {
	return changeFacts{in.Kind, in.DocNo, in.ChangedOn, in.Note, in.Departments}
}

// startClock opens the due date of a department.
func (d *Desk) startClock(tx *store.Tx, by auth.Principal, c Change, dept DepartmentID) error {
	s := ChangeDue(c.ID, dept)
	due, err := d.book.Set(tx, by, schedule.Due{
		SubjectKind: s.Kind, SubjectID: s.ID, DepartmentID: dept, Title: changeTitle, TitleArgs: map[string]string{"title": c.Title},
		Article: changeArticle, EventOn: c.ChangedOn, TermWD: changeTerm,
	})
	if err != nil {
		return err
	}
	return insertTouched(tx, Touched{ChangeID: c.ID, DepartmentID: dept, DueOn: due.DueOn})
}

// checkEvent refuses a version that answers an event which does not concern its
// department.
func (d *Desk) checkEvent(tx *store.Tx, owner DepartmentID, id *ChangeID) error {
	if id == nil {
		return nil
	}
	if _, err := touchedBy(tx, *id, owner); err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return fault.Refuse([]fault.Field{fault.At("change_id", "catalog.err.change_unknown")})
		}
		return err
	}
	return nil
}

// answerEvent stops the clock of the department whose new version answers an
// event.
func (d *Desk) answerEvent(tx *store.Tx, by auth.Principal, e *Entry) error {
	if e.ChangeID == nil {
		return nil
	}
	t, err := touchedBy(tx, *e.ChangeID, e.OwnerID)
	if err != nil || t.DoneAt != nil {
		return err
	}
	t.EntryID = &e.ID
	return d.stopClock(tx, by, t)
}

func (d *Desk) stopClock(tx *store.Tx, by auth.Principal, t Touched) error {
	now := tx.Now()
	t.DoneAt, t.DoneName = &now, by.Name
	if err := updateTouched(tx, t); err != nil {
		return err
	}
	return d.closeDues(tx, by, ChangeDue(t.ChangeID, t.DepartmentID))
}

// closeDues ends the open due dates of a subject.
func (d *Desk) closeDues(tx *store.Tx, by auth.Principal, s schedule.Subject) error {
	open, err := d.book.Of(tx, s)
	if err != nil {
		return err
	}
	for _, due := range open {
		if err := d.book.Close(tx, by, due.ID); err != nil {
			return err
		}
	}
	return nil
}

// StateUntouched says, for the head, why a change touches none of the
// department's entries; that answers it too.
func (d *Desk) StateUntouched(ctx context.Context, by auth.Principal, id ChangeID, dept DepartmentID, statement string) error {
	if err := by.Require(submitters...); err != nil {
		return err
	}
	if statement = strings.TrimSpace(statement); statement == "" {
		return fault.Refuse([]fault.Field{fault.At("statement", "catalog.err.statement")})
	}
	return d.db.Write(ctx, func(tx *store.Tx) error {
		if err := d.mayWrite(tx, by, dept); err != nil {
			return err
		}
		t, err := touchedBy(tx, id, dept)
		if err != nil {
			return err
		}
		if t.DoneAt != nil {
			return ErrStep
		}
		c, err := changeByID(tx, id)
		if err != nil {
			return err
		}
		t.Statement = statement
		if err := d.stopClock(tx, by, t); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "catalog.change_untouched", Kind: "catalog_change", ID: id.String(), Name: c.Title, Department: dept, Reason: statement,
		})
	})
}

// ChangeRow is a change with the departments it touches, as far as the reader
// sees them.
type ChangeRow struct {
	Change
	Departments []Touched
}

// Open counts the departments that have not answered.
func (r ChangeRow) Open() int {
	n := 0
	for _, t := range r.Departments {
		if t.DoneAt == nil {
			n++
		}
	}
	return n
}

// Changes lists the changes, the newest first; to a department those that touch
// it.
func (d *Desk) Changes(ctx context.Context, by auth.Principal) ([]ChangeRow, error) {
	var out []ChangeRow
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		s, err := d.sightOf(tx, by)
		if err != nil {
			return err
		}
		out, err = changeRows(tx, s)
		return err
	})
	return out, err
}

// FindChange gives one change.
func (d *Desk) FindChange(ctx context.Context, by auth.Principal, id ChangeID) (ChangeRow, error) {
	all, err := d.Changes(ctx, by)
	if err != nil {
		return ChangeRow{}, err
	}
	for _, c := range all {
		if c.ID == id {
			return c, nil
		}
	}
	return ChangeRow{}, fault.New(fault.NotFound, "err.not_found")
}
