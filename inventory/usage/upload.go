package usage

import (
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// UploadState is where a file of daily figures stands.
type UploadState string

// The states of a file. Upload.State holds ready for all that is not settled;
// Upload.Standing tells waiting and returned apart.
const (
	UploadReady     UploadState = "ready"     // compared, waits for its person
	UploadWaiting   UploadState = "waiting"   // handed in, waits for the centre
	UploadReturned  UploadState = "returned"  // sent back by the centre
	UploadConfirmed UploadState = "confirmed" // its good rows count
	UploadWithdrawn UploadState = "withdrawn" // they did, and no longer do
	UploadDropped   UploadState = "dropped"   // nothing of it was ever taken
)

// UploadStates lists the states in the order in which pages show them.
func UploadStates() []UploadState {
	return []UploadState{UploadReady, UploadWaiting, UploadReturned, UploadConfirmed, UploadWithdrawn, UploadDropped}
}

// Review is how a file passes the centre.
type Review string

// The reviews of a file.
const (
	ReviewNone     Review = ""         // not handed in yet
	ReviewOwn      Review = "own"      // the centre's own file: there is no review
	ReviewWaiting  Review = "waiting"  // handed in
	ReviewAccepted Review = "accepted" // by the centre
	ReviewReturned Review = "returned" // by the centre, with a reason
)

// Label is the message key of the state's name.
func (s UploadState) Label() fault.Label { return fault.Label("usage.upload.state." + string(s)) }

// Upload is a file of daily figures of systems that no probe measures.
type Upload struct {
	ID            UploadID
	DepartmentID  auth.DepartmentID // of whoever handed it in
	AccountID     auth.AccountID
	AccountName   string
	FileName      string
	Sha256        string
	Size          int64
	State         UploadState
	Notes         string
	Systems       int64 // that its good rows speak of
	FirstDay      calendar.Date
	LastDay       calendar.Date
	RowsTotal     int64
	RowsNew       int64
	RowsChanged   int64
	RowsSame      int64
	RowsWrong     int64
	CreatedAt     time.Time
	ConfirmedAt   *time.Time
	ConfirmedBy   auth.AccountID
	ConfirmedName string
	WithdrawnAt   *time.Time
	WithdrawnBy   auth.AccountID
	WithdrawnName string
	Reason        string
	Review        Review
	SourceNote    string // where the figures come from, in the words of the department
	SubmittedAt   *time.Time
	SubmittedBy   auth.AccountID
	SubmittedName string
	ReviewedAt    *time.Time
	ReviewedBy    auth.AccountID
	ReviewedName  string
	ReviewReason  string // why it was sent back
	Version       int64
}

// TableName is the table of files.
func (Upload) TableName() string { return "usage_uploads" }

// Standing is where the file stands, as people see it.
func (u Upload) Standing() UploadState {
	if u.State == UploadReady {
		switch u.Review {
		case ReviewWaiting:
			return UploadWaiting
		case ReviewReturned:
			return UploadReturned
		}
	}
	return u.State
}

// Remarks are what was understood of the header: columns that are not known.
func (u Upload) Remarks() []fault.Field { return fault.ReadKept(u.Notes) }

// Good is the number of rows that say something.
func (u Upload) Good() int64 { return u.RowsNew + u.RowsChanged + u.RowsSame }

// Writes tells whether confirming it would change anything.
func (u Upload) Writes() bool { return u.RowsNew+u.RowsChanged > 0 }

// UploadedRow is a row of a file as people see it.
type UploadedRow struct {
	Number  int
	Outcome inventory.Outcome
	Code    string
	Name    string
	Day     calendar.Date
	Figures []Figure
	// Measured is what probes measured on the day, by now.
	Measured []Figure
	// Found are errors and remarks, each with the address of its cell.
	Found []fault.Field
}

// Figure is what a row gives for a signal.
type Figure struct {
	Signal wire.Signal
	Value  int64
	Was    *int64 // what was given before; nil for nothing
}

// Changed tells whether the figure says something else than before.
func (f Figure) Changed() bool { return f.Was == nil || *f.Was != f.Value }
