package evidence

import (
	"regexp"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Below finds the departments of a scope: the one it names and, when it says
// so, those below it. The register of departments lies above this package.
type Below func(tx *store.Tx, s auth.Scope) ([]auth.DepartmentID, error)

// Options of New.
type Options struct {
	// Below is needed by a region's authority; without it the authority has to
	// do with its own records only.
	Below Below
	// Uploads is how many files are received at the same time; 0 means 6. Each
	// takes up to 20 MiB of memory; what comes on top is refused and may try
	// again.
	Uploads int
}

// Box keeps the files. It is safe for concurrent use.
type Box struct {
	db    *store.DB
	below Below
	slots chan struct{}
}

const defaultUploads = 6

// New makes the box of a database.
func New(db *store.DB, opts Options) *Box {
	if opts.Below == nil {
		opts.Below = func(_ *store.Tx, s auth.Scope) ([]auth.DepartmentID, error) {
			return []auth.DepartmentID{s.Department}, nil
		}
	}
	if opts.Uploads <= 0 {
		opts.Uploads = defaultUploads
	}
	return &Box{db: db, below: opts.Below, slots: make(chan struct{}, opts.Uploads)}
}

// FileID identifies a content.
type FileID int64

// LinkID identifies a file beside a record.
type LinkID int64

// String writes the id as the operation log and addresses have it.
func (id LinkID) String() string { return strconv.FormatInt(int64(id), 10) }

// File is a content that was accepted.
type File struct {
	ID FileID
	// SHA256 is the hash of the content in hexadecimal.
	SHA256 string
	// Size is in bytes.
	Size      int64
	MediaType string
	// UploadedBy is who handed the content in first.
	UploadedBy   auth.AccountID
	UploadedName string
	UploadedAt   time.Time
}

// Link is a file beside a record for a purpose.
type Link struct {
	ID           LinkID
	SubjectKind  string
	SubjectID    string
	DepartmentID auth.DepartmentID
	Purpose      string
	EvidenceID   FileID
	// Name is the name under which it was handed in, cleaned.
	Name      string
	Note      string
	AddedBy   auth.AccountID
	AddedName string
	AddedAt   time.Time
	RemovedBy auth.AccountID
	// RemovedName is empty and RemovedAt nil while the link is in force.
	RemovedName   string
	RemovedAt     *time.Time
	RemovedReason string
}

// Item is a link with its file.
type Item struct {
	Link Link
	File File
}

// Subject is the record that a file belongs to.
type Subject struct {
	Kind string
	ID   string
	// Department is whose record it is; 0 is nobody's, and then only those who
	// see all departments see the file.
	Department auth.DepartmentID
}

const (
	maxKind   = 40
	maxKey    = 60
	maxNote   = 500
	maxReason = 500
)

var (
	kindPattern    = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	purposePattern = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$`)
)

// wrong lists what keeps a file from being put there.
func wrong(s Subject, purpose, note string) []fault.Field {
	var out []fault.Field
	if len(s.Kind) > maxKind || !kindPattern.MatchString(s.Kind) || s.ID == "" || !plain(s.ID, maxKey) || s.Department < 0 {
		out = append(out, fault.At("subject", "err.evidence.subject"))
	}
	if len(purpose) > maxKey || !purposePattern.MatchString(purpose) {
		out = append(out, fault.At("purpose", "err.evidence.purpose"))
	}
	if !plain(note, maxNote) {
		out = append(out, fault.At("note", "err.evidence.note", "max", maxNote))
	}
	return out
}

// plain tells whether a text is within its length and, but for line ends and
// tabs, free of control characters.
func plain(text string, maxRunes int) bool {
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > maxRunes {
		return false
	}
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			return false
		}
	}
	return true
}
