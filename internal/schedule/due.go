package schedule

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// DueID identifies a due date.
type DueID int64

// String writes the id as the operation log has it.
func (id DueID) String() string { return strconv.FormatInt(int64(id), 10) }

// Subject is what a due date is about: a kind of record and which one.
type Subject struct {
	Kind string
	ID   string
}

// Due is something that a department has to do by a day: either TermWD working
// days after EventOn, or by FixedOn. A subject has at most one open due date of
// the same Title.
type Due struct {
	ID           DueID
	SubjectKind  string
	SubjectID    string
	DepartmentID auth.DepartmentID
	// Title is a message key, filled from TitleArgs.
	Title     string
	TitleArgs map[string]string `gorm:"serializer:json"`
	// Article is what the due date rests on, as people cite it (办法 art. 10).
	Article string
	// EventOn is the day of the event; the term begins the day after.
	EventOn calendar.Date
	// TermWD is the term in working days, 0 for a fixed date.
	TermWD int
	// FixedOn is the date that stands in the document.
	FixedOn calendar.Date
	// Roll says what becomes of a fixed date on a day off; empty means none.
	Roll calendar.Rolling
	// DueOn is the due day, worked out by Set.
	DueOn    calendar.Date
	OpenedAt time.Time
	ClosedAt *time.Time
	Version  int64
}

// Subject is what the due date is about.
func (d Due) Subject() Subject { return Subject{d.SubjectKind, d.SubjectID} }

// Follows tells whether the due day depends on the calendar.
func (d Due) Follows() bool { return d.TermWD > 0 || d.Roll != calendar.RollNone }

// on works the due day out.
func (d Due) on(cal *calendar.Calendar) (calendar.Date, error) {
	if d.TermWD > 0 {
		return cal.AddWorking(d.EventOn, d.TermWD)
	}
	return cal.Roll(d.FixedOn, d.Roll)
}

// sameDuty tells whether two due dates ask the same of the same department.
func (d Due) sameDuty(o Due) bool {
	return d.DepartmentID == o.DepartmentID && d.Article == o.Article && maps.Equal(d.TitleArgs, o.TitleArgs) &&
		d.EventOn == o.EventOn && d.TermWD == o.TermWD && d.FixedOn == o.FixedOn && d.Roll == o.Roll
}

// Set opens a due date, or changes the open one that the subject has under the
// same title; the same again changes nothing. The caller has checked that by
// may do what the due date comes from. It works DueOn out and returns the row.
//
// A term that runs into a year without a schedule is err.calendar; what is
// missing or impossible in d is an Invalid fault with fields.
func (b *Book) Set(tx *store.Tx, by auth.Principal, d Due) (Due, error) {
	if !by.Known() {
		return Due{}, auth.ErrUnauthenticated
	}
	if d.Roll == "" {
		d.Roll = calendar.RollNone
	}
	if d.TitleArgs == nil {
		d.TitleArgs = map[string]string{}
	}
	if err := fault.Refuse(d.wrong()); err != nil {
		return Due{}, err
	}
	// The calendar may not change between this reading and the commit, or the
	// change would miss this due date.
	if err := holdToken(tx); err != nil {
		return Due{}, err
	}
	cal, err := b.Calendar(tx)
	if err != nil {
		return Due{}, err
	}
	if d.DueOn, err = d.on(cal); err != nil {
		return Due{}, Explain(fmt.Errorf("due date %s of %s %s: %w", d.Title, d.SubjectKind, d.SubjectID, err))
	}
	old, found, err := findOpen(tx, d.Subject(), d.Title)
	switch {
	case err != nil:
		return Due{}, err
	case !found:
		return open(tx, by, d)
	case old.sameDuty(d):
		return old, nil
	}
	return change(tx, by, old, d)
}

func open(tx *store.Tx, by auth.Principal, d Due) (Due, error) {
	d.ID, d.Version, d.OpenedAt, d.ClosedAt = 0, 1, tx.Now(), nil
	d, err := insertDue(tx, d)
	if err != nil {
		return Due{}, err
	}
	return d, oplog.Record(tx, by, d.entry("due.set", nil, d.facts()))
}

func change(tx *store.Tx, by auth.Principal, old, d Due) (Due, error) {
	d.ID, d.OpenedAt, d.ClosedAt, d.Version = old.ID, old.OpenedAt, nil, old.Version+1
	if err := changeDue(tx, d, old.Version); err != nil {
		return Due{}, err
	}
	return d, oplog.Record(tx, by, d.entry("due.change", old.facts(), d.facts()))
}

// ErrClosed says that a due date was closed before.
var ErrClosed = fault.New(fault.Conflict, "err.due.closed")

// Close ends a due date: what it asks for was done or is no longer asked. A
// due date that is closed already is ErrClosed, an unknown one is NotFound.
func (b *Book) Close(tx *store.Tx, by auth.Principal, id DueID) error {
	if !by.Known() {
		return auth.ErrUnauthenticated
	}
	d, err := closeDue(tx, id)
	if err != nil {
		return err
	}
	return oplog.Record(tx, by, d.entry("due.close", nil, nil))
}

// Of lists the open due dates of a subject, the earliest first; the caller has
// checked that the subject may be seen.
func (b *Book) Of(tx *store.Tx, s Subject) ([]Open, error) {
	dues, err := openOf(tx, s)
	if err != nil {
		return nil, err
	}
	return b.stand(tx, dues)
}

// OpenOfKind lists the open due dates of all subjects of a kind, for the room
// whose kind it is.
func (b *Book) OpenOfKind(tx *store.Tx, kind string) ([]Due, error) {
	out, err := openOfKind(tx, kind)
	if err != nil {
		return nil, fmt.Errorf("list the due dates of kind %s: %w", kind, err)
	}
	return out, nil
}

// Filter narrows a list of open due dates; what is zero does not narrow.
type Filter struct {
	Department auth.DepartmentID
	// Subject narrows by kind, or by kind and id.
	Subject Subject
	// Until is the last due day of the list.
	Until calendar.Date
	// Overdue leaves only what is over.
	Overdue bool
	Offset  int
	// Limit is at most 200; 0 means 50.
	Limit int
}

// Page is a part of a list, the earliest due first, and how many there are.
type Page struct {
	Items []Open
	Total int64
}

// ListOpen lists the open due dates that by may see.
func (b *Book) ListOpen(ctx context.Context, by auth.Principal, f Filter) (Page, error) {
	if !by.Known() {
		return Page{}, auth.ErrUnauthenticated
	}
	var page Page
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		dues, total, err := b.listOpen(tx, by.View(), f)
		if err != nil {
			return err
		}
		page.Total = total
		page.Items, err = b.stand(tx, dues)
		return err
	})
	return page, err
}

const (
	maxTerm    = 1000 // working days; four years
	maxTitle   = 80
	maxArticle = 100
	maxKind    = 40
	maxKey     = 60
	maxArg     = 200
)

var titlePattern = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$`)

// wrong lists what keeps d from being set.
func (d Due) wrong() []fault.Field {
	var out []fault.Field
	refuse := func(ok bool, name, code string, args ...any) {
		if !ok {
			out = append(out, fault.At(name, code, args...))
		}
	}
	refuse(plain(d.SubjectKind, maxKind) && d.SubjectKind != "", "subject_kind", "err.due.subject")
	refuse(plain(d.SubjectID, maxKey) && d.SubjectID != "", "subject_id", "err.due.subject")
	refuse(d.DepartmentID > 0, "department_id", "err.due.department")
	refuse(len(d.Title) <= maxTitle && titlePattern.MatchString(d.Title), "title", "err.due.title")
	for name, value := range d.TitleArgs {
		refuse(plain(name, maxKey) && plain(value, maxArg), "title_args", "err.due.title")
	}
	refuse(plain(d.Article, maxArticle), "article", "err.schedule.text", "field", fault.Label("due.field.article"), "max", maxArticle)
	refuse(d.Roll.Valid(), "roll", "err.due.roll")
	if d.TermWD != 0 || d.FixedOn.IsZero() {
		refuse(d.TermWD >= 1 && d.TermWD <= maxTerm, "term_wd", "err.due.term", "max", maxTerm)
		refuse(!d.EventOn.IsZero(), "event_on", "err.required", "field", fault.Label("due.field.event_on"))
		refuse(d.FixedOn.IsZero(), "fixed_on", "err.due.both")
		refuse(d.Roll == calendar.RollNone, "roll", "err.due.roll_term")
	} else {
		refuse(d.EventOn.IsZero(), "event_on", "err.due.both")
	}
	return out
}

// Hand gives the open due dates of a subject to another department, with the
// record they are about; the caller records why.
func (b *Book) Hand(tx *store.Tx, s Subject, to auth.DepartmentID) error { return handDues(tx, s, to) }
