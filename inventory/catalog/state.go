package catalog

import (
	"slices"

	"qingce/internal/fault"
)

// Life is whether an entry is in force.
type Life string

// The lives of an entry.
const (
	LifeNew       Life = "new" // nothing was published yet
	LifePublished Life = "published"
	LifeWithdrawn Life = "withdrawn" // 已下架
)

// Step is where the next version stands on its way.
type Step string

// The steps. NoStep: nothing is in the making.
const (
	NoStep       Step = ""
	StepDraft    Step = "draft"    // with the clerk, then the head
	StepRegion   Step = "region"   // with the sharing authority of the region
	StepReview   Step = "review"   // with the Office
	StepReturned Step = "returned" // back with the department
)

// Editable tells whether the department may write.
func (s Step) Editable() bool { return s == NoStep || s == StepDraft || s == StepReturned }

// Intent is what a step is for.
type Intent string

// The intents.
const (
	ToPublish  Intent = "publish"
	ToWithdraw Intent = "withdraw"
)

// State is how an entry stands, in one word.
type State string

// The states, as lists show them.
const (
	Drafting  State = "draft"
	InReview  State = "review"
	Returned  State = "returned"
	Published State = "published"
	Changing  State = "changing" // published, and the next version is in the making
	Withdrawn State = "withdrawn"
)

// States lists the states in the order of an entry's life.
func States() []State {
	return []State{Drafting, InReview, Returned, Published, Changing, Withdrawn}
}

// Valid tells whether s is a known state.
func (s State) Valid() bool { return slices.Contains(States(), s) }

// Label is the message key of the state's name.
func (s State) Label() fault.Label { return fault.Label("catalog.state." + string(s)) }

// State is how the entry stands.
func (e Entry) State() State {
	switch {
	case e.Life == LifeWithdrawn:
		return Withdrawn
	case e.Life == LifePublished && e.Step == NoStep:
		return Published
	case e.Life == LifePublished:
		return Changing
	case e.Step == StepReturned:
		return Returned
	case e.Step == StepRegion, e.Step == StepReview:
		return InReview
	}
	return Drafting
}

// Library is the sort of catalog that an entry belongs to (办法 art. 8).
type Library string

// The libraries.
const (
	BaseLibrary  Library = "base"  // 基础信息资源
	ThemeLibrary Library = "theme" // 主题信息资源
	DeptLibrary  Library = "dept"  // 部门信息资源
)

// Libraries lists the libraries in the order of the tree.
func Libraries() []Library { return []Library{BaseLibrary, ThemeLibrary, DeptLibrary} }

// Valid tells whether l is a known library.
func (l Library) Valid() bool { return slices.Contains(Libraries(), l) }

// Led tells whether somebody has to lead the library (V05).
func (l Library) Led() bool { return l == BaseLibrary || l == ThemeLibrary }

// Label is the message key of the library's name.
func (l Library) Label() fault.Label { return fault.Label("opt.library." + string(l)) }

// Errors of the catalog that callers test for.
var (
	ErrStep      = fault.New(fault.Conflict, "catalog.err.step")
	ErrOwnReview = fault.New(fault.Forbidden, "catalog.err.own_review")
	ErrWithdrawn = fault.New(fault.Conflict, "catalog.err.withdrawn")
	ErrNothing   = fault.New(fault.Conflict, "catalog.err.nothing_changed")
)
