package survey

import (
	"slices"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
)

// CampaignID identifies a campaign.
type CampaignID int64

// CampaignKind is what a campaign is for.
type CampaignKind string

// The kinds. A self-survey (自查) is what the bodies declare; a census (普查) is
// how the centre verifies it and finds what is missing.
const (
	SelfSurvey CampaignKind = "self_survey"
	Census     CampaignKind = "census"
)

// CampaignScope is who is asked.
type CampaignScope string

// The scopes. 方案 part 2 (1) binds the municipal departments only.
const (
	MunicipalOnly CampaignScope = "municipal"
	AllBodies     CampaignScope = "all"
)

// CampaignState is how far a campaign has come.
type CampaignState string

// The states 筹备, 进行中, 截止, 锁定. A closed campaign still takes late forms
// and the answers to returns; a locked one takes nothing.
const (
	Preparing CampaignState = "preparing"
	Running   CampaignState = "running"
	Closed    CampaignState = "closed"
	Locked    CampaignState = "locked"
)

var campaignStates = []CampaignState{Preparing, Running, Closed, Locked}

// Valid tells whether s is a known state.
func (s CampaignState) Valid() bool { return slices.Contains(campaignStates, s) }

// Label is the message key of the state's name.
func (s CampaignState) Label() fault.Label { return fault.Label("survey.campaign.state." + string(s)) }

// Takes tells whether forms of the campaign can be filled in and submitted.
func (s CampaignState) Takes() bool { return s == Running || s == Closed }

// Campaign is one self-survey or census.
type Campaign struct {
	ID              CampaignID
	Code            string // in addresses: zc-2017
	Kind            CampaignKind
	Title           string
	Basis           string // the clause, as people cite it
	Scope           CampaignScope
	QuestionnaireID *QuestionnaireID
	BasedOnID       *CampaignID // the self-survey that a census verifies
	CopiedFromID    *CampaignID
	OpensOn         calendar.Date
	DueOn           calendar.Date // included, until 24:00
	ReviewDueOn     calendar.Date // zero when the reviewers have no day of their own
	MendWd          int           // working days to mend a returned form
	State           CampaignState
	Note            string
	OpenedAt        *time.Time
	ClosedAt        *time.Time
	LockedAt        *time.Time
	CreatedAt       time.Time
	UpdatedAt       time.Time
	UpdatedBy       auth.AccountID
	UpdatedName     string
	Version         int64
}

// TableName is the table of campaigns.
func (Campaign) TableName() string { return "campaigns" }

// Exception takes a body out of what the scope says, or into it.
type Exception struct {
	CampaignID   CampaignID
	DepartmentID auth.DepartmentID
	Included     bool
	Reason       string
	SetName      string // who said so
	SetAt        time.Time
}

// TableName is the table of exceptions.
func (Exception) TableName() string { return "campaign_exceptions" }
