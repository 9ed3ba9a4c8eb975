package schedule

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Below finds the departments of a scope: the one it names and, when it says
// so, those below it. The register of departments lies above this package.
type Below func(tx *store.Tx, s auth.Scope) ([]auth.DepartmentID, error)

// Options of New.
type Options struct {
	// Below is needed for lists of a region's authority; without it such a
	// list holds the authority's own due dates only.
	Below Below
	// DayEnds is the moment at which a due day is over; nil means 24:00 in
	// Asia/Shanghai.
	DayEnds func(calendar.Date) time.Time
}

// Book is the calendar in the database. It is safe for concurrent use.
type Book struct {
	db      *store.DB
	below   Below
	dayEnds func(calendar.Date) time.Time
	latest  atomic.Pointer[edition]
}

// New makes the book of a database.
func New(db *store.DB, opts Options) *Book {
	b := &Book{db: db, below: opts.Below, dayEnds: opts.DayEnds}
	if b.below == nil {
		b.below = func(_ *store.Tx, s auth.Scope) ([]auth.DepartmentID, error) {
			return []auth.DepartmentID{s.Department}, nil
		}
	}
	if b.dayEnds == nil {
		b.dayEnds = calendar.Date.EndsAt
	}
	return b
}

// edition is the calendar as it was at one token.
type edition struct {
	token string
	ledger
	cal *calendar.Calendar
}

// Load gives the calendar in force.
func (b *Book) Load(ctx context.Context) (*calendar.Calendar, error) {
	var cal *calendar.Calendar
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		cal, err = b.Calendar(tx)
		return err
	})
	return cal, err
}

// Calendar gives the calendar as the transaction sees it. It costs one row when
// the calendar did not change since the last call, whichever node changed it.
func (b *Book) Calendar(tx *store.Tx) (*calendar.Calendar, error) {
	e, err := b.edition(tx)
	if err != nil {
		return nil, err
	}
	return e.cal, nil
}

// edition reads the token before and after the rows: when it is the same, the
// rows belong to it, although other writers may commit in between.
func (b *Book) edition(tx *store.Tx) (*edition, error) {
	token, err := readToken(tx)
	if err != nil {
		return nil, err
	}
	for {
		if e := b.latest.Load(); e != nil && e.token == token {
			return e, nil
		}
		e, err := readEdition(tx, token)
		if err != nil {
			return nil, err
		}
		after, err := readToken(tx)
		if err != nil {
			return nil, err
		}
		if after == token {
			b.latest.Store(e)
			return e, nil
		}
		token = after
	}
}

func readEdition(tx *store.Tx, token string) (*edition, error) {
	l, err := readLedger(tx)
	if err != nil {
		return nil, err
	}
	cal, err := l.calendar()
	if err != nil {
		return nil, err
	}
	return &edition{token: token, ledger: l, cal: cal}, nil
}

// Explain turns the calendar's word that a year is not known into err.calendar,
// which tells people whom to ask; other errors pass unchanged.
func Explain(err error) error {
	var year *calendar.YearError
	if errors.As(err, &year) {
		return fault.New(fault.Invalid, "err.calendar", "year", year.Year).Because(err)
	}
	return err
}

// ErrChanged says that the calendar is no longer the one that was previewed or
// shown.
var ErrChanged = fault.New(fault.Conflict, "err.schedule.changed")

// keepers may change the calendar, viewers may look at it.
func keepers() auth.Roles { return auth.Roles{auth.Office, auth.Centre, auth.Admin} }

func viewers() auth.Roles {
	return auth.Roles{
		auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre, auth.Staffing, auth.Reform, auth.Finance,
		auth.Standards, auth.Police, auth.Network, auth.Leader, auth.Auditor, auth.Admin,
	}
}
