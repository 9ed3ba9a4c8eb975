package survey

import (
	"time"

	"qingce/internal/auth"
)

// CommentKind is who speaks about an answer.
type CommentKind string

// The kinds of comments.
const (
	FromReview CommentKind = "review"
	OfCensus   CommentKind = "census"
	Reply      CommentKind = "reply" // the body's answer to a comment
)

// CommentID identifies a comment.
type CommentID int64

// Comment is what somebody says about an answer, a row or a form.
type Comment struct {
	ID          CommentID
	FormID      FormID
	RowID       *RowID
	Question    string // key; empty is the row, or the form, as a whole
	Kind        CommentKind
	Round       int // the submission it speaks of
	Text        string
	SaidBy      auth.AccountID
	SaidName    string
	SaidAt      time.Time
	SettledAt   *time.Time
	SettledName string
}

// TableName is the table of comments.
func (Comment) TableName() string { return "form_comments" }

// SubmissionID identifies a submission.
type SubmissionID int64

// Submission is a form as its head handed it in.
type Submission struct {
	ID            SubmissionID
	FormID        FormID
	Number        int
	SubmittedAt   time.Time
	SubmittedBy   auth.AccountID
	SubmittedName string
	Body          Snapshot `gorm:"serializer:json"`
	Hash          string
}

// TableName is the table of submissions.
func (Submission) TableName() string { return "form_submissions" }

// Snapshot is everything that a form says at one moment.
type Snapshot struct {
	Zero          bool              `json:"zero"`
	ZeroReason    string            `json:"zero_reason"`
	DeclaredCount *int64            `json:"declared_count"`
	Answers       map[string]string `json:"answers"`
	NoneClean     bool              `json:"none_clean"`
	NoneConnect   bool              `json:"none_connect"`
	NoneDemand    bool              `json:"none_demand"`
	Rows          []SnapshotRow     `json:"rows"`
}

// SnapshotRow is one system in a Snapshot.
type SnapshotRow struct {
	ID       RowID             `json:"id"`
	Code     string            `json:"code"`
	Name     string            `json:"name"`
	Origin   RowOrigin         `json:"origin"`
	Decision RowDecision       `json:"decision"`
	Gone     string            `json:"gone,omitempty"` // why, as it was said
	Body     map[string]string `json:"body"`
}
