package funding

import (
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/scoring/eligibility"
)

// RunID identifies a run.
type RunID int64

// FirstYear is the fiscal year from which the rule of 方案 part 2 (9) holds; a
// run of a year before it is a forecast.
const FirstYear = 2018

// Run is a fiscal year's reading of the facts of all systems. A year has one
// that is in force; one that was replaced stays.
type Run struct {
	ID           RunID
	Year         int
	Kind         eligibility.Kind
	Serial       int // within the year
	FrozenOn     calendar.Date
	FrozenAt     time.Time
	FrozenBy     auth.AccountID
	FrozenName   string
	Reason       string // why the one before it was replaced
	TableVersion int64
	Rules        string // the table as JSON, as it decided
	Systems      int64
	Amount       int64 // fen
	Hash         string
	ReplacedAt   *time.Time
	Version      int64
}

// TableName is the table of runs.
func (Run) TableName() string { return "funding_runs" }

// Forecast tells whether the rules of connection do not hold in the year yet.
func (r *Run) Forecast() bool { return r.Year < FirstYear }

// Number is how people name the run: "2018-1".
func (r *Run) Number() string { return strconv.Itoa(r.Year) + "-" + strconv.Itoa(r.Serial) }

// Table is the table of rules that decided.
func (r *Run) Table() (eligibility.Table, error) { return eligibility.Read([]byte(r.Rules)) }

// Address is the page of the year.
func (r *Run) Address() string { return "/funding/" + strconv.Itoa(r.Year) }

// Kinds of records of this package, as due dates, files and the operation log
// name them.
const (
	KindRun  = "funding_run"
	KindItem = "funding_item"
	KindPlea = "funding_plea"
)

// Errors that callers test for.
var (
	ErrAbsent   = fault.New(fault.NotFound, "err.not_found")
	ErrState    = fault.New(fault.Conflict, "funding.err.state")
	ErrUnderway = fault.New(fault.Conflict, "funding.err.underway")
	ErrOwnBody  = fault.New(fault.Forbidden, "funding.err.own_body")
	ErrTooLate  = fault.New(fault.Conflict, "funding.err.too_late")
	ErrPlea     = fault.New(fault.Conflict, "funding.err.plea")
	ErrSame     = fault.New(fault.Conflict, "funding.err.same_facts")
	ErrNoOrgan  = fault.New(fault.Conflict, "funding.err.no_organ")
	ErrNoCourse = fault.New(fault.Conflict, "funding.err.no_appeal")
)
