package survey

import (
	"slices"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/inventory"
)

// FormID identifies a form.
type FormID int64

// FormState is where a form stands between its body and the reviewers.
type FormState string

// The states of a form (draft → submitted → returned → submitted → accepted →
// locked).
const (
	FormDraft     FormState = "draft"
	FormSubmitted FormState = "submitted"
	FormReturned  FormState = "returned"
	FormAccepted  FormState = "accepted"
	FormLocked    FormState = "locked"
)

var formStates = []FormState{FormDraft, FormSubmitted, FormReturned, FormAccepted, FormLocked}

// Valid tells whether s is a known state.
func (s FormState) Valid() bool { return slices.Contains(formStates, s) }

// Label is the message key of the state's name.
func (s FormState) Label() fault.Label { return fault.Label("survey.form.state." + string(s)) }

// Open tells whether the body may write its answers.
func (s FormState) Open() bool { return s == FormDraft || s == FormReturned }

// Form is what one body answers in one campaign (自查表).
type Form struct {
	ID           FormID
	CampaignID   CampaignID
	DepartmentID auth.DepartmentID
	State        FormState
	Zero         bool // 零报告: the body has no systems
	ZeroReason   string
	// DeclaredCount is the number of systems as the body says it; V15 holds it
	// against the rows. Nil is not given.
	DeclaredCount *int64
	// Answers are about the body as a whole: canonical text by question.
	Answers map[string]string `gorm:"serializer:json"`
	// Typed is what was typed and is not saved yet.
	Typed map[string][]string `gorm:"serializer:json"`
	// NoneClean, NoneConnect and NoneDemand say in so many words that there is
	// nothing to clean up or integrate, to connect, or wanted from others.
	NoneClean   bool
	NoneConnect bool
	NoneDemand  bool

	RowsTotal int // systems without removed rows
	RowsDone  int
	Needed    int // required answers of the whole form
	Given     int
	Errors    int
	Warnings  int

	OpenedAt         *time.Time // first looked at by the body
	BegunAt          *time.Time // first changed
	ReadyAt          *time.Time // handed to the head, who has not confirmed yet
	ReadyBy          auth.AccountID
	ReadyName        string
	ConfirmedBy      auth.AccountID
	ConfirmedName    string
	FirstSubmittedAt *time.Time
	SubmittedAt      *time.Time
	LateWd           *int // working days late, by the first submission only
	// CountsOn is the day of submission that counts for the programme
	// (schedule.CountsOn).
	CountsOn     calendar.Date
	Submissions  int
	Returns      int
	ReviewedBy   auth.AccountID
	ReviewedName string
	ReviewedAt   *time.Time
	OfficeNote   string
	CreatedAt    time.Time
	UpdatedAt    time.Time
	UpdatedBy    auth.AccountID
	UpdatedName  string
	Version      int64
}

// TableName is the table of forms.
func (Form) TableName() string { return "forms" }

// RowID identifies a row of a form.
type RowID int64

// RowOrigin is how a system came onto a form.
type RowOrigin string

// The origins. A row of the census was found by others and not declared.
const (
	FromRegister RowOrigin = "register"
	FromPerson   RowOrigin = "added"
	FromCopy     RowOrigin = "copied"
	FromUpload   RowOrigin = "upload"
	FromCensus   RowOrigin = "census"
)

// RowDecision is what the body says of a row.
type RowDecision string

// The decisions. Gone is a registered system that the body no longer has;
// removed is a row that should not have been there at all.
const (
	Pending   RowDecision = "pending"
	Confirmed RowDecision = "confirmed" // 确认无变化
	Changed   RowDecision = "changed"
	Added     RowDecision = "added"
	Gone      RowDecision = "gone"
	Removed   RowDecision = "removed"
)

// GoneKind is why a system is gone.
type GoneKind string

// The reasons. An error is a thing the census took for a system of the body.
const (
	GoneOffline     GoneKind = "offline"
	GoneDuplicate   GoneKind = "duplicate"
	GoneTransferred GoneKind = "transferred"
	GoneError       GoneKind = "error"
)

// Row is one system on a form.
type Row struct {
	ID          RowID
	FormID      FormID
	Position    int
	SystemID    *inventory.SystemID // nil for one that is not registered yet
	Code        string
	Name        string
	BaseVersion int64 // of the register, from which the row was filled in
	Origin      RowOrigin
	Source      string // address of what the census found
	Decision    RowDecision
	GoneKind    GoneKind
	GoneOn      calendar.Date
	GoneOtherID *inventory.SystemID
	GoneToID    *auth.DepartmentID
	GoneReason  string
	// Body is canonical text by question: the fields of the register, also those
	// that are not asked, and the extra questions.
	Body map[string]string `gorm:"serializer:json"`
	// Typed is what was typed and is not saved yet.
	Typed          map[string][]string `gorm:"serializer:json"`
	Needed         int
	Given          int
	Errors         int
	Warnings       int
	AdoptedVersion int64 // of the register, that the acceptance wrote
	CreatedAt      time.Time
	UpdatedAt      time.Time
	UpdatedBy      auth.AccountID
	UpdatedName    string
	Version        int64
}

// TableName is the table of rows.
func (Row) TableName() string { return "form_rows" }

// Stands tells whether the row is a system that the body declares.
func (r *Row) Stands() bool { return r.Decision != Gone && r.Decision != Removed }

// Done tells whether the body has said what it has to say of the row.
func (r *Row) Done() bool { return r.Decision != Pending && r.Errors == 0 && len(r.Typed) == 0 }
