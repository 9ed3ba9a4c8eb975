package catalog

import (
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/inventory"
)

// EntryID identifies an entry.
type EntryID int64

// String writes the id as addresses and the operation log have it.
func (id EntryID) String() string { return strconv.FormatInt(int64(id), 10) }

// Address is the page of the entry.
func (id EntryID) Address() string { return "/catalog/entries/" + id.String() }

// DepartmentID identifies a department.
type DepartmentID = auth.DepartmentID

// ShareType says who may have a resource (办法 art. 7), by the codes of the
// guideline.
type ShareType string

// The types of sharing.
const (
	Unconditional ShareType = "1" // 无条件共享
	Conditional   ShareType = "2" // 有条件共享
	NotShared     ShareType = "3" // 不予共享
)

// ShareTypes lists the types in the order of their codes.
func ShareTypes() []ShareType { return []ShareType{Unconditional, Conditional, NotShared} }

// Label is the message key of the type's name.
func (t ShareType) Label() fault.Label { return fault.Label(field.OptionKey("share_type", string(t))) }

// Shareable tells whether anybody else may have the resource at all.
func (t ShareType) Shareable() bool { return t == Unconditional || t == Conditional }

// Body is what a department says of a resource: the core elements of the
// guideline in its order, and the local ones.
type Body struct {
	ClassCode  string        // node of the classification tree
	Name       string        // 信息资源名称
	ProviderID DepartmentID  // 信息资源提供方
	LeadID     *DepartmentID // who leads the base or theme library
	Abstract   string

	FormatCategory string
	FormatType     string

	ShareType           ShareType
	ShareCondition      string
	ShareMethodCategory string
	ShareMethod         string
	BasisLevel          string // of what is not shared (办法 art. 8)
	BasisText           string
	BasisDoc            string
	OpenToPublic        *bool
	OpenCondition       string

	UpdateCycle  Cycle
	PublishDate  calendar.Date // zero until the first publication says it
	RelatedCodes string        // codes of other entries, with blanks between them

	SystemID      *inventory.SystemID // the system that holds it
	TotalRecords  *int64              // 大普查
	SharedRecords *int64

	SecrecyResult   string // of the review before publication (办法 art. 19)
	SecrecyReviewer string
	SecrecyOn       calendar.Date
}

// Item is one field of a resource.
type Item struct {
	Name      string    `json:"name"`
	DataType  string    `json:"data_type"`
	Length    *int64    `json:"length"`
	BaseItem  bool      `json:"base_item"` // 基础信息项, always unconditional
	Sensitive bool      `json:"sensitive"`
	ShareType ShareType `json:"share_type"` // empty: as the entry
	Remark    string    `json:"remark"`
}

// Shared is the type that holds for the item: its own, unconditional for a base
// item, else that of its entry.
func (i Item) Shared(entry ShareType) ShareType {
	switch {
	case i.ShareType != "":
		return i.ShareType
	case i.BaseItem:
		return Unconditional
	}
	return entry
}

// Entry is a resource in the catalog. Its Body and items are those of the
// published version, or of the first draft as long as nothing was published.
type Entry struct {
	ID      EntryID
	Code    string // class/sequence, given once, never used again
	OwnerID DepartmentID
	// RegionID is the region whose authority looks first; nil in the city itself.
	RegionID *DepartmentID
	Life     Life
	Step     Step
	Intent   Intent // what the step is for

	Body

	Library Library
	Items   int64 // how many

	MountKind    string
	MountAddress string
	MountRows    *int64
	MountedOn    calendar.Date
	LastUpdateOn calendar.Date
	StaleOn      calendar.Date // the first day on which the data are too old

	// ChangeID is the event that the version in the making answers.
	ChangeID       *ChangeID
	Reason         string // why it is changed or withdrawn
	DecisionReason string // what was said when it was returned or withdrawn
	SubmittedAt    *time.Time
	SubmittedName  string
	DecidedAt      *time.Time
	DecidedName    string

	// PublishedVersion counts the published versions; 0 is none yet.
	PublishedVersion int64
	FirstPublishedAt *time.Time
	PublishedAt      *time.Time
	WithdrawnAt      *time.Time

	Version     int64
	CreatedAt   time.Time
	UpdatedAt   time.Time
	UpdatedBy   auth.AccountID
	UpdatedName string
}

// TableName is the table of entries.
func (Entry) TableName() string { return "catalog_entries" }

// Published tells whether a version of the entry is in force.
func (e Entry) Published() bool { return e.Life == LifePublished }

// Mounted tells whether real data stand behind the entry.
func (e Entry) Mounted() bool { return e.MountKind != "" }

// Stale tells whether the data are older than one and a half cycles (V08).
func (e Entry) Stale(today calendar.Date) bool {
	return e.Mounted() && !e.StaleOn.IsZero() && !today.Before(e.StaleOn)
}

// Fresh tells whether real data stand behind the entry and are not too old.
func (e Entry) Fresh(today calendar.Date) bool { return e.Mounted() && !e.Stale(today) }

// Version is an entry as it was published. Versions are never changed but for
// the day on which they ended.
type Version struct {
	EntryID       EntryID
	Number        int64   // from 1
	Content       Content `gorm:"serializer:json"`
	ChangeID      *ChangeID
	Reason        string
	ValidFrom     time.Time
	ValidTo       *time.Time // nil while it is in force
	PublishedBy   auth.AccountID
	PublishedName string
	// Ended says why there is no later version: withdrawn; else empty.
	Ended string
}

// TableName is the table of versions.
func (Version) TableName() string { return "catalog_versions" }

// Content is all that an entry says.
type Content struct {
	Body  Body
	Items []Item
}

// Draft is the next version of a published entry.
type Draft struct {
	EntryID   EntryID
	Content   Content `gorm:"serializer:json"`
	UpdatedAt time.Time
}

// TableName is the table of drafts.
func (Draft) TableName() string { return "catalog_drafts" }

// Record is an entry with all that stands beside it.
type Record struct {
	Entry Entry
	Items []Item
	// Draft is the version in the making; nil when there is none or the reader
	// may not see it.
	Draft *Draft
}

// Working is what is being worked on: the draft, else what the entry says.
func (r Record) Working() Content {
	if r.Draft != nil {
		return r.Draft.Content
	}
	return Content{r.Entry.Body, r.Items}
}
