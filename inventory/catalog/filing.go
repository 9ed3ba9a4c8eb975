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

// FilingState is where the whole catalog of a department stands.
type FilingState string

// The states.
const (
	FilingAsked     FilingState = "asked"
	FilingSubmitted FilingState = "submitted"
	FilingReturned  FilingState = "returned"
	FilingAccepted  FilingState = "accepted"
)

// FilingStates lists the states.
func FilingStates() []FilingState {
	return []FilingState{FilingAsked, FilingSubmitted, FilingReturned, FilingAccepted}
}

// Label is the message key of the state's name.
func (s FilingState) Label() fault.Label { return fault.Label("catalog.filing.state." + string(s)) }

// Filing is the whole catalog of a department: asked for by a day (方案 part 2
// (3)), handed in by its head, accepted by the Office.
type Filing struct {
	DepartmentID  DepartmentID
	State         FilingState
	DueOn         calendar.Date
	NothingHeld   bool   // there is nothing to share
	Statement     string // and why
	Entries       int64  // handed in
	SubmittedAt   *time.Time
	SubmittedName string
	CountsOn      calendar.Date // the day of handing in that counts (schedule.CountsOn)
	DecidedAt     *time.Time
	DecidedName   string
	AcceptedOn    calendar.Date // the first time; zero until then
	Reason        string        // of the return
	Version       int64
}

// TableName is the table of filings.
func (Filing) TableName() string { return "catalog_filings" }

// FilingRow is a filing with what the department has in the catalog by now.
type FilingRow struct {
	Filing
	Drafts    int64 // with the department
	InReview  int64
	Published int64
	Share     [3]int64 // of the published ones, by type of sharing
	Mounted   int64
	Stale     int64
	// Late is how many working days after the due day the catalog was accepted,
	// or how many have passed until today.
	Late int
}

// The due date of a filing.
const (
	filingTitle   = "due.catalog_filing"
	filingArticle = "方案 part 2 (3)"
	dueFiling     = "catalog_filing"
)

// FilingDue is the due date of a department's catalog.
func FilingDue(dept DepartmentID) schedule.Subject {
	return schedule.Subject{Kind: dueFiling, ID: strconv.FormatInt(int64(dept), 10)}
}

// AskFilings asks departments for their catalogs by a day. Asked again before
// they are accepted, they have the new day.
func (d *Desk) AskFilings(ctx context.Context, by auth.Principal, due calendar.Date, departments []DepartmentID) error {
	if err := by.Require(publishers...); err != nil {
		return err
	}
	var wrong []fault.Field
	if due.IsZero() {
		wrong = append(wrong, fault.At("due_on", "err.required", "field", fault.Label("catalog.filing.due_on")))
	}
	if len(departments) == 0 {
		wrong = append(wrong, fault.At("departments", "catalog.err.filing_departments"))
	}
	if err := fault.Refuse(wrong); err != nil {
		return err
	}
	return d.db.Write(ctx, func(tx *store.Tx) error {
		for _, dept := range departments {
			if err := d.askFiling(tx, by, due, dept); err != nil {
				return err
			}
		}
		return nil
	})
}

func (d *Desk) askFiling(tx *store.Tx, by auth.Principal, due calendar.Date, dept DepartmentID) error {
	dir, err := d.registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	if _, ok := dir.Find(dept); !ok {
		return fault.Refuse([]fault.Field{fault.At("departments", "catalog.err.filing_departments")})
	}
	old, found, err := findFiling(tx, dept)
	switch {
	case err != nil:
		return err
	case found && old.State == FilingAccepted:
		return nil
	}
	f := Filing{DepartmentID: dept, State: FilingAsked, DueOn: due, Version: 1}
	if found {
		f = old
		f.DueOn, f.Version = due, old.Version+1
		err = updateFiling(tx, f, old.Version)
	} else {
		err = insertFiling(tx, f)
	}
	if err != nil {
		return err
	}
	s := FilingDue(dept)
	if _, err := d.book.Set(tx, by, schedule.Due{
		SubjectKind: s.Kind, SubjectID: s.ID, DepartmentID: dept, Title: filingTitle, Article: filingArticle, FixedOn: due,
	}); err != nil {
		return err
	}
	return recordFiling(tx, by, "catalog.filing_asked", dir.Name(dept), f, "")
}

// HandIn hands the whole catalog of a department in, for its head: all its
// entries are submitted, or nothing is held that could be shared and the
// statement says why. The due date is met when the catalog is accepted.
func (d *Desk) HandIn(ctx context.Context, by auth.Principal, dept DepartmentID, version int64, nothing bool, statement string) (Filing, error) {
	if err := by.Require(submitters...); err != nil {
		return Filing{}, err
	}
	statement = strings.TrimSpace(statement)
	return d.fileStep(ctx, by, dept, version, "catalog.filing_submitted", "", func(tx *store.Tx, f *Filing) error {
		if err := d.mayWrite(tx, by, dept); err != nil {
			return err
		}
		if f.State == FilingSubmitted || f.State == FilingAccepted {
			return ErrStep
		}
		n, err := countOwn(tx, dept)
		if err != nil {
			return err
		}
		if err := fault.Refuse(n.unfit(nothing, statement)); err != nil {
			return err
		}
		now := tx.Now()
		if f.CountsOn, err = d.countsOn(tx, f); err != nil {
			return err
		}
		f.State, f.NothingHeld, f.Statement, f.Entries = FilingSubmitted, nothing, statement, n.all()
		f.SubmittedAt, f.SubmittedName, f.Reason = &now, by.Name, ""
		return nil
	})
}

// countsOn is the day that counts for a catalog that is handed in now.
func (d *Desk) countsOn(tx *store.Tx, f *Filing) (calendar.Date, error) {
	cal, err := d.book.Calendar(tx)
	if err != nil {
		return calendar.Date{}, err
	}
	if f.State != FilingReturned || f.DecidedAt == nil {
		return today(tx), nil
	}
	return schedule.CountsOn(cal, f.CountsOn, calendar.DateOf(*f.DecidedAt), today(tx))
}

// FilingsIn lists the catalogs of departments, nil is all of them, for rooms
// that hold them against the programme in a transaction of their own.
func (d *Desk) FilingsIn(tx *store.Tx, only []DepartmentID) ([]Filing, error) {
	return filingsOf(tx, only)
}

// own counts the entries of a department by where they stand.
type own struct{ drafts, review, published int64 }

func (n own) all() int64 { return n.drafts + n.review + n.published }

// unfit lists what keeps a catalog from being handed in.
func (n own) unfit(nothing bool, statement string) []fault.Field {
	switch {
	case nothing && n.all() > 0:
		return []fault.Field{fault.At("nothing", "catalog.err.filing_not_nothing", "n", n.all())}
	case nothing && statement == "":
		return []fault.Field{fault.At("statement", "catalog.err.filing_statement")}
	case !nothing && n.all() == 0:
		return []fault.Field{fault.At("nothing", "catalog.err.filing_empty")}
	case n.drafts > 0:
		return []fault.Field{fault.At("nothing", "catalog.err.filing_drafts", "n", n.drafts)}
	}
	return nil
}

// AcceptFiling accepts the catalog of a department, for the Office: all its
// entries are published by then.
func (d *Desk) AcceptFiling(ctx context.Context, by auth.Principal, dept DepartmentID, version int64) (Filing, error) {
	if err := by.Require(publishers...); err != nil {
		return Filing{}, err
	}
	return d.fileStep(ctx, by, dept, version, "catalog.filing_accepted", "", func(tx *store.Tx, f *Filing) error {
		switch {
		case f.State != FilingSubmitted:
			return ErrStep
		case by.DepartmentID != 0 && by.DepartmentID == dept:
			return ErrOwnReview
		}
		n, err := countOwn(tx, dept)
		if err != nil {
			return err
		}
		if open := n.review + n.drafts; open > 0 {
			return fault.New(fault.Conflict, "catalog.err.filing_open", "n", open)
		}
		now := tx.Now()
		f.State, f.DecidedAt, f.DecidedName = FilingAccepted, &now, by.Name
		if f.AcceptedOn.IsZero() {
			f.AcceptedOn = today(tx)
		}
		return d.closeDues(tx, by, FilingDue(dept))
	})
}

// ReturnFiling sends the catalog of a department back with a reason.
func (d *Desk) ReturnFiling(ctx context.Context, by auth.Principal, dept DepartmentID, version int64, reason string) (Filing, error) {
	if err := by.Require(reviewers...); err != nil {
		return Filing{}, err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return Filing{}, fault.Refuse([]fault.Field{fault.At("reason", "catalog.err.reason")})
	}
	return d.fileStep(ctx, by, dept, version, "catalog.filing_returned", reason, func(tx *store.Tx, f *Filing) error {
		if f.State != FilingSubmitted {
			return ErrStep
		}
		now := tx.Now()
		f.State, f.DecidedAt, f.DecidedName, f.Reason = FilingReturned, &now, by.Name, reason
		return nil
	})
}

func (d *Desk) fileStep(ctx context.Context, by auth.Principal, dept DepartmentID, version int64, action, reason string, do func(*store.Tx, *Filing) error) (Filing, error) {
	var out Filing
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		f, found, err := findFiling(tx, dept)
		switch {
		case err != nil:
			return err
		case !found:
			return fault.New(fault.NotFound, "catalog.err.filing_not_asked")
		}
		if err := do(tx, &f); err != nil {
			return err
		}
		f.Version = version + 1
		if err := updateFiling(tx, f, version); err != nil {
			return err
		}
		dir, err := d.registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		out = f
		return recordFiling(tx, by, action, dir.Name(dept), f, reason)
	})
	return out, err
}

type filingFacts struct {
	State     FilingState   `json:"state"`
	DueOn     calendar.Date `json:"due_on"`
	Entries   int64         `json:"entries"`
	Statement string        `json:"statement"`
}

func recordFiling(tx *store.Tx, by auth.Principal, action, name string, f Filing, reason string) error {
	return oplog.Record(tx, by, oplog.Entry{
		Action: action, Kind: "catalog_filing", ID: strconv.FormatInt(int64(f.DepartmentID), 10), Name: name, Department: f.DepartmentID,
		Reason: reason, After: filingFacts{f.State, f.DueOn, f.Entries, f.Statement},
	})
}

// Filings lists the catalogs of the departments that the principal sees, with
// what stands in them: the resource census (大普查) reads it too.
func (d *Desk) Filings(ctx context.Context, by auth.Principal) ([]FilingRow, error) {
	var out []FilingRow
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		s, err := d.sightOf(tx, by)
		if err != nil {
			return err
		}
		if out, err = filingRows(tx, s, today(tx)); err != nil || len(out) == 0 {
			return err
		}
		cal, err := d.book.Calendar(tx)
		if err != nil {
			return err
		}
		for i := range out {
			on := out[i].AcceptedOn
			if on.IsZero() {
				on = today(tx)
			}
			if out[i].Late, err = cal.Lateness(out[i].DueOn, on); err != nil {
				return schedule.Explain(err)
			}
		}
		return nil
	})
	return out, err
}
