package census

import (
	"slices"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/inventory"
	"qingce/survey"
)

// ItemID identifies an item.
type ItemID int64

// Result is what came of holding a line against what is declared.
type Result string

// The results.
const (
	Match   Result = "match"   // 一致
	Differs Result = "differs" // 差异
	Omitted Result = "omitted" // 漏报: others know it, nobody declared it
	Surplus Result = "surplus" // 多报: declared, and a complete list lacks it
	Unclear Result = "unclear" // several candidates: a person chooses
)

// Results lists the results, what needs a decision first.
func Results() []Result { return []Result{Omitted, Differs, Unclear, Surplus, Match} }

// Valid tells whether r is a known result.
func (r Result) Valid() bool { return slices.Contains(Results(), r) }

// Label is the message key of the result's name.
func (r Result) Label() fault.Label { return fault.Label("census.result." + string(r)) }

// Key is how a line was found to be a declared system.
type Key string

// The keys, the surest first. A person may choose what no key finds.
const (
	ByCode    Key = "code"
	ByURL     Key = "url"
	ByAddress Key = "address"
	ByName    Key = "name"
	ByPerson  Key = "person"
)

// Label is the message key of the key's name.
func (k Key) Label() fault.Label { return fault.Label("census.by." + string(k)) }

// Decision is what a person said about an item.
type Decision string

// The decisions. A match needs none.
const (
	Open      Decision = "open"
	NoneAsked Decision = "none"
	Agreed    Decision = "agreed" // what is declared stands
	Added     Decision = "added"  // put onto the form of the department (漏报补录)
	Asked     Decision = "asked"  // put to the department
	Dismissed Decision = "dismissed"
)

// Decisions lists the decisions that a person takes.
func Decisions() []Decision { return []Decision{Agreed, Added, Asked, Dismissed} }

// Label is the message key of the decision's name.
func (d Decision) Label() fault.Label { return fault.Label("census.decision." + string(d)) }

// Item is a line of a source with what came of it, or a declared system that a
// complete source lacks.
type Item struct {
	ID           ItemID
	SourceID     SourceID
	Line         int // row in the file; 0 for a system that the source lacks
	Name         string
	OwnerName    string // as the source writes it
	DepartmentID *auth.DepartmentID
	Cells        []string `gorm:"serializer:json"`
	// Body is what could be read: canonical text by field of the register.
	Body map[string]string `gorm:"serializer:json"`
	// Unread is what could not, as it stands in the file.
	Unread      map[string]string `gorm:"serializer:json"`
	Result      Result
	RowID       *survey.RowID       // the declared system
	SystemID    *inventory.SystemID // its record
	MatchedBy   Key
	Score       int          // of 100
	Candidates  []Candidate  `gorm:"serializer:json"`
	Differences []Difference `gorm:"serializer:json"`
	Decision    Decision
	Reason      string
	DecidedAt   *time.Time
	DecidedBy   auth.AccountID
	DecidedName string
	CreatedAt   time.Time
	UpdatedAt   time.Time
	Version     int64
}

// TableName is the table of items.
func (Item) TableName() string { return "census_items" }

// Department is whose system it is, 0 while that is not known.
func (i *Item) Department() auth.DepartmentID {
	if i.DepartmentID == nil {
		return 0
	}
	return *i.DepartmentID
}

// Decided tells whether a person has decided.
func (i *Item) Decided() bool { return slices.Contains(Decisions(), i.Decision) }

// Candidate is a system that a line may be.
type Candidate struct {
	Row        survey.RowID       `json:"row,omitempty"`
	System     inventory.SystemID `json:"system,omitempty"`
	Department auth.DepartmentID  `json:"department"`
	Code       string             `json:"code,omitempty"`
	Name       string             `json:"name"`
	By         Key                `json:"by"`
	Score      int                `json:"score"` // of 100
	// On is the value that both have, or the two names that are alike.
	On string `json:"on,omitempty"`
}

// Difference is a field in which source and declaration do not agree, in
// canonical text.
type Difference struct {
	Key      string `json:"key"`
	Declared string `json:"declared"`
	Source   string `json:"source"`
	// Minor ones are shown and need no decision: nothing was declared where
	// nothing needs to be.
	Minor bool `json:"minor,omitempty"`
}

// weighty tells whether a difference needs a decision.
func weighty(d []Difference) bool {
	return slices.ContainsFunc(d, func(one Difference) bool { return !one.Minor })
}
