package survey

import (
	"slices"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
)

// UploadID identifies a workbook that was handed in.
type UploadID int64

// UploadState is how far a workbook has come.
type UploadState string

// The states of a workbook.
const (
	UploadReady   UploadState = "ready"
	UploadApplied UploadState = "applied"
	UploadDropped UploadState = "dropped"
)

// Upload is a workbook of a form, or pasted lines, as they were read. What they
// would do is worked out anew each time it is shown: others go on filling in.
type Upload struct {
	ID        UploadID
	FormID    FormID
	AccountID auth.AccountID
	FileName  string
	Sha256    string
	State     UploadState
	Body      UploadBody `gorm:"serializer:json"`
	CreatedAt time.Time
	UpdatedAt time.Time
}

// TableName is the table of uploads.
func (Upload) TableName() string { return "form_uploads" }

// UploadBody are the lines of a workbook.
type UploadBody struct {
	Systems []UploadLine `json:"systems"`
	// Answers is the line about the body, nil when the workbook has none.
	Answers *UploadLine             `json:"answers,omitempty"`
	Tables  map[string][]UploadLine `json:"tables,omitempty"`
	// Unknown are titles of columns that nobody knows, with their addresses.
	Unknown []string `json:"unknown,omitempty"`
	// Taken is what was taken over when it was confirmed.
	Taken []TakenLine `json:"taken,omitempty"`
}

// TakenLine is a line that was taken over: At is its place among the lines, -1
// for what is said about the body.
type TakenLine struct {
	At      int     `json:"at"`
	Number  int     `json:"n"`
	Row     RowID   `json:"row,omitempty"`
	Name    string  `json:"name,omitempty"`
	Outcome Outcome `json:"outcome"`
}

// aboutBody is the place of the line about the body.
const aboutBody = -1

// took tells whether a line was taken over.
func (b UploadBody) took(at int) bool {
	return slices.ContainsFunc(b.Taken, func(t TakenLine) bool { return t.At == at })
}

// UploadLine is one line of a sheet, cell by cell.
type UploadLine struct {
	Number int                   `json:"n"`
	Cells  map[string]UploadCell `json:"cells"`

	tables []string // table questions whose lines are among the cells, all of them
	apart  bool     // it stands on no list of systems, only on the sheet of a table
}

// UploadCell is a cell: its text, its address, and what makes it unfit to be
// taken at all.
type UploadCell struct {
	Text    string `json:"t"`
	Address string `json:"a"`
	Problem string `json:"p,omitempty"`
}

// Outcome is what a line would do.
type Outcome string

// The outcomes.
const (
	LineNew     Outcome = "new"
	LineChanged Outcome = "changed"
	LineSame    Outcome = "same"
	LineWrong   Outcome = "wrong"
)

// Label is the message key of the outcome's name.
func (o Outcome) Label() fault.Label { return fault.Label("form.outcome." + string(o)) }

// PreviewLine is a line with what it would do.
type PreviewLine struct {
	Number  int
	Row     RowID // 0 is a new system
	Code    string
	Name    string
	Outcome Outcome
	Found   []fault.Field
	Changes []field.Change

	at      int // its place among the lines
	version int64
	input   Input
	body    map[string]string
}

// Preview is a workbook with what it would do to the form as it stands. Of one
// that was confirmed it has the lines that were left; what was taken over is in
// Upload.Body.Taken.
type Preview struct {
	Paper
	Upload  Upload
	Lines   []PreviewLine
	Answers *PreviewLine // nil when the workbook says nothing about the body
	Counts  map[Outcome]int
}

// Good counts the lines that can be taken over.
func (p *Preview) Good() int {
	n := p.Counts[LineNew] + p.Counts[LineChanged]
	if p.Answers != nil && p.Answers.Outcome == LineChanged {
		n++
	}
	return n
}
