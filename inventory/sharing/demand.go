package sharing

import (
	"slices"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
)

// DemandID identifies a demand.
type DemandID int64

// String writes the id as addresses have it.
func (id DemandID) String() string { return strconv.FormatInt(int64(id), 10) }

// DemandState is where a demand stands.
type DemandState string

// The states. A draft waits for the head; submitted for the reviewers; asked for
// the department that may hold the data; matched and unmet are the end, until a
// reviewer looks again.
const (
	DemandDraft     DemandState = "draft"
	DemandSubmitted DemandState = "submitted" // 待认领
	DemandAsked     DemandState = "asked"     // 需编目
	DemandMatched   DemandState = "matched"   // 已匹配目录
	DemandUnmet     DemandState = "unmet"     // 无法满足
)

// DemandStates lists the states in the order of a demand's life.
func DemandStates() []DemandState {
	return []DemandState{DemandDraft, DemandSubmitted, DemandAsked, DemandMatched, DemandUnmet}
}

// Valid tells whether s is a known state.
func (s DemandState) Valid() bool { return slices.Contains(DemandStates(), s) }

// Label is the message key of the state's name.
func (s DemandState) Label() fault.Label { return fault.Label("sharing.demand." + string(s)) }

// Turn is who has to do the next thing.
func (s DemandState) Turn() Turn {
	switch s {
	case DemandDraft:
		return TurnHead
	case DemandSubmitted:
		return TurnMatcher
	case DemandAsked:
		return TurnHolder
	}
	return TurnNobody
}

// Demand is data that a department needs of others (方案 part 2 (1)).
type Demand struct {
	ID           DemandID
	DepartmentID auth.DepartmentID
	Wanted       string // the resource
	Items        string // as the department lists them
	GuessID      *auth.DepartmentID
	Purpose      string
	Business     string
	Method       string
	Frequency    string
	State        DemandState
	// HolderID is whom the reviewers ask; EntryCode is the match.
	HolderID      *auth.DepartmentID
	EntryCode     string
	EntryName     string
	Decision      string
	SubmittedAt   *time.Time
	SubmittedName string
	DecidedAt     *time.Time
	DecidedName   string
	CreatedAt     time.Time
	CreatedBy     auth.AccountID
	CreatedName   string
	UpdatedAt     time.Time
	UpdatedBy     auth.AccountID
	Version       int64
}

// TableName is the table of demands.
func (Demand) TableName() string { return "sharing_demands" }

// Address is the page of the demand.
func (d Demand) Address() string { return "/sharing/demands/" + d.ID.String() }

// demandFacts is a demand as the operation log keeps it.
type demandFacts struct {
	Wanted   string      `json:"wanted"`
	Items    string      `json:"items"`
	Purpose  string      `json:"purpose"`
	Business string      `json:"business"`
	State    DemandState `json:"state"`
	Holder   int64       `json:"holder"`
	Entry    string      `json:"entry"`
	Decision string      `json:"decision"`
}

func (d Demand) facts() demandFacts {
	f := demandFacts{Wanted: d.Wanted, Items: d.Items, Purpose: d.Purpose, Business: d.Business, State: d.State, Entry: d.EntryCode, Decision: d.Decision}
	if d.HolderID != nil {
		f.Holder = int64(*d.HolderID)
	}
	return f
}
