package schedule

import (
	"context"
	"slices"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// Origin tells where the schedule of a year came from.
type Origin string

// The origins.
const (
	Shipped   Origin = "shipped"   // with the program
	Published Origin = "published" // by an administrator or the Office
)

// Valid tells whether o is one of the origins.
func (o Origin) Valid() bool { return o == Shipped || o == Published }

// Year is a year whose statutory schedule is known.
type Year struct {
	Year   int
	Origin Origin
	// Notice is the number of the State Council's notice (国办发明电〔2016〕17号).
	Notice        string
	PublishedBy   auth.AccountID
	PublishedName string
	PublishedAt   time.Time
	// ConfirmedAt is when the Office confirmed this version; nil: not yet.
	ConfirmedBy   auth.AccountID
	ConfirmedName string
	ConfirmedAt   *time.Time
	Version       int64
}

// confirmation is what the Office's own act carries at once.
func confirmation(tx *store.Tx, by auth.Principal) (auth.AccountID, string, *time.Time) {
	if !by.Is(auth.Office) {
		return 0, "", nil
	}
	at := tx.Now()
	return by.AccountID, by.Name, &at
}

// ConfirmYear notes that the Office agrees with the schedule of a year in the
// version that it saw. Another version, or one that is confirmed, is ErrChanged.
func (b *Book) ConfirmYear(ctx context.Context, by auth.Principal, year int, version int64) error {
	if err := by.Require(auth.Office); err != nil {
		return err
	}
	return b.db.Write(ctx, func(tx *store.Tx) error {
		if err := confirmYear(tx, by, year, version); err != nil {
			return err
		}
		name := strconv.Itoa(year)
		return oplog.Record(tx, by, oplog.Entry{Action: "calendar.confirm", Kind: "calendar_year", ID: name, Name: name})
	})
}

// KnownYear is a year with its number of working days, January first.
type KnownYear struct {
	Year
	Months [12]int
}

// Working is the number of working days of the year.
func (y KnownYear) Working() int {
	n := 0
	for _, m := range y.Months {
		n += m
	}
	return n
}

// Outlook is which years are known, in order, and which are missing: this year,
// and from November on, when the notice is due, the next.
type Outlook struct {
	Years   []KnownYear
	Missing []int
}

// Remarks puts the missing years into words for pages.
func (o Outlook) Remarks() []fault.Field {
	var out []fault.Field
	for _, year := range o.Missing {
		out = append(out, fault.Remark("year", "warn.schedule.missing", "year", year))
	}
	return out
}

// Years tells which years are known and which are missing.
func (b *Book) Years(ctx context.Context, by auth.Principal) (Outlook, error) {
	if err := by.Require(viewers()...); err != nil {
		return Outlook{}, err
	}
	var out Outlook
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		cal, err := b.Calendar(tx)
		if err != nil {
			return err
		}
		out = Outlook{Missing: missing(cal, calendar.DateOf(tx.Now()))}
		years, err := allYears(tx)
		if err != nil {
			return err
		}
		for _, y := range years {
			months, err := cal.Months(y.Year)
			if err != nil {
				return err
			}
			out.Years = append(out.Years, KnownYear{y, months})
		}
		return nil
	})
	return out, err
}

func missing(cal *calendar.Calendar, today calendar.Date) []int {
	var out []int
	if !cal.Knows(today.Year()) {
		out = append(out, today.Year())
	}
	if next := today.Year() + 1; today.Month() >= time.November && !cal.Knows(next) {
		out = append(out, next)
	}
	return out
}

// Days lists what the notice of a year lists, in order; an unknown year is
// NotFound.
func (b *Book) Days(ctx context.Context, by auth.Principal, year int) ([]calendar.Exception, error) {
	if err := by.Require(viewers()...); err != nil {
		return nil, err
	}
	var days []calendar.Exception
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		e, err := b.edition(tx)
		if err != nil {
			return err
		}
		known := false
		if days, known = e.years[year]; !known {
			return fault.New(fault.NotFound, "err.schedule.unknown_year", "year", year)
		}
		days = slices.Clone(days)
		return nil
	})
	return days, err
}
