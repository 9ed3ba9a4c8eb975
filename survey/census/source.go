package census

import (
	"slices"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/survey"
)

// SourceID identifies a source.
type SourceID int64

// SourceKind is who keeps a list.
type SourceKind string

// The kinds of sources.
const (
	Cloud   SourceKind = "cloud"   // 云资源清单
	Finance SourceKind = "finance" // 财政运维台账
	Network SourceKind = "network" // 网络 IP 和域名
	Djbh    SourceKind = "djbh"    // 等保备案
	Audit   SourceKind = "audit"   // 审计线索
	Other   SourceKind = "other"
)

// SourceKinds lists the kinds.
func SourceKinds() []SourceKind { return []SourceKind{Cloud, Finance, Network, Djbh, Audit, Other} }

// Valid tells whether k is a known kind.
func (k SourceKind) Valid() bool { return slices.Contains(SourceKinds(), k) }

// Label is the message key of the kind's name.
func (k SourceKind) Label() fault.Label { return fault.Label("census.kind." + string(k)) }

// SourceState is how far a list has come.
type SourceState string

// The states of a list.
const (
	Received      SourceState = "received" // what its columns hold is still to be said
	Matched       SourceState = "matched"
	SourceDropped SourceState = "dropped"
)

// Source is a list that somebody else keeps.
type Source struct {
	ID         SourceID
	CampaignID survey.CampaignID
	Kind       SourceKind
	Title      string
	// Complete says that the list has everything of its sort, so that what is
	// declared and not on it stands out.
	Complete bool
	State    SourceState
	FileName string
	Sha256   string
	Size     int64
	Tab      string
	Columns  []Column `gorm:"serializer:json"`
	Mapping  Mapping  `gorm:"serializer:json"`
	// Lines are the cells of the list; lists of sources come without them.
	Lines      []Line `gorm:"serializer:json"`
	LinesTotal int
	Counts
	MatchedAt *time.Time
	CreatedAt time.Time
	CreatedBy auth.AccountID
	// CreatedName is who handed the list in.
	CreatedName string
	UpdatedAt   time.Time
	UpdatedBy   auth.AccountID
	UpdatedName string
	Version     int64
}

// TableName is the table of sources.
func (Source) TableName() string { return "census_sources" }

// Counts are the items of a source, or of several, by result.
type Counts struct {
	Matches   int
	Differs   int
	Omitted   int
	Surplus   int
	Unclear   int
	Undecided int // of all but the matches
}

// Of is the number of items with a result.
func (c Counts) Of(r Result) int {
	return map[Result]int{Match: c.Matches, Differs: c.Differs, Omitted: c.Omitted, Surplus: c.Surplus, Unclear: c.Unclear}[r]
}

// All is the number of all items.
func (c Counts) All() int { return c.Matches + c.Differs + c.Omitted + c.Surplus + c.Unclear }

// add is the sum of two.
func (c Counts) add(o Counts) Counts {
	return Counts{
		c.Matches + o.Matches, c.Differs + o.Differs, c.Omitted + o.Omitted, c.Surplus + o.Surplus, c.Unclear + o.Unclear,
		c.Undecided + o.Undecided,
	}
}

// Line is one line of a list.
type Line struct {
	Row   int      `json:"n"` // as the spreadsheet program numbers it
	Cells []string `json:"c"`
}

// Column is a titled column of a list.
type Column struct {
	Number   int      `json:"number"` // from 1
	Title    string   `json:"title"`
	Unit     string   `json:"unit,omitempty"` // in the title, or above the table
	Examples []string `json:"examples"`       // the first few values that differ
}

// Mapped says what a column holds.
type Mapped struct {
	Column int    `json:"column"`
	Field  string `json:"field"`          // one of Targets
	Unit   string `json:"unit,omitempty"` // of money: input.Wan or input.Yuan
}

// Mapping says what the columns of a list hold. A column that is not in it is
// kept and not compared.
type Mapping []Mapped

// Column is the column that holds a field.
func (m Mapping) Column(field string) (Mapped, bool) {
	i := slices.IndexFunc(m, func(one Mapped) bool { return one.Field == field })
	if i < 0 {
		return Mapped{}, false
	}
	return m[i], true
}

// Field is what a column holds, empty for nothing.
func (m Mapping) Field(column int) Mapped {
	i := slices.IndexFunc(m, func(one Mapped) bool { return one.Column == column })
	if i < 0 {
		return Mapped{Column: column}
	}
	return m[i]
}

// PortField is a column of ports that belong to the addresses of the same line.
const PortField = "port"

// Targets lists what a column can hold: fields of the register by which systems
// are found or compared, and PortField.
func Targets() []string { return slices.Clone(targets) }

var targets = []string{
	"name", "owner_id", "code", "visit_url", "server_ips", PortField, "short_name", "om_amount_year", "build_amount", "budget_total", "fund_source",
	"om_contract_end", "finance_code", "djbh_level", "djbh_filing_no", "djbh_filing_date", "network", "location", "phase", "enabled_date",
	"registered_users", "active_users_month", "use_frequency", "approval_dept", "contractor", "maintain_unit", "db_type", "data_volume_gb",
}
