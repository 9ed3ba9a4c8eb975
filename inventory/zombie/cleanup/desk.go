package cleanup

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/zombie"
)

// Deps are the rooms that a Desk works with.
type Deps struct {
	DB       *store.DB
	Registry *inventory.Registry
	Book     *schedule.Book
	Box      *evidence.Box
	Detector *zombie.Detector
	// Deciding lists the departments whose people decide about cases: the leading
	// group decides about theirs. May be nil.
	Deciding func(tx *store.Tx) (map[auth.DepartmentID]int, error)
}

// Desk is where cases are opened, answered, decided and closed. It is safe for
// concurrent use.
type Desk struct{ deps Deps }

// NewDesk makes a desk.
func NewDesk(deps Deps) *Desk { return &Desk{deps: deps} }

// Errors that callers test for.
var (
	ErrOwnCase   = fault.New(fault.Forbidden, "cleanup.err.own_case")
	ErrOwnAnswer = fault.New(fault.Forbidden, "cleanup.err.own_answer")
	ErrMove      = fault.New(fault.Conflict, "cleanup.err.move")
	ErrLeader    = fault.New(fault.Forbidden, "cleanup.err.leader")
)

const (
	// longestText is how many characters a reason or an answer may have.
	longestText = 2000
	// shortestReason is from how many on a contest or a decision says anything.
	shortestReason = 2
)

// today is the day of a transaction in the city.
func today(tx *store.Tx) calendar.Date { return calendar.DateOf(tx.Now()) }

// checkText lists what is wrong with a text.
func checkText(name, text string, needed bool) []fault.Field {
	n := utf8.RuneCountInString(strings.TrimSpace(text))
	label := fault.Label("cleanup.field." + name)
	switch {
	case n > longestText:
		return []fault.Field{fault.At(name, "err.too_long", "field", label, "max", longestText)}
	case needed && n < shortestReason:
		return []fault.Field{fault.At(name, "cleanup.err.reason", "field", label, "least", shortestReason)}
	}
	return nil
}

// may tells why somebody cannot take a step with a case, nil if they can. To
// whom the case does not belong in any way it does not exist.
func (d *Desk) may(tx *store.Tx, by auth.Principal, c *Case, m Move) error {
	way, ok := wayOf(m)
	if !ok {
		return fmt.Errorf("no such move: %q", m)
	}
	if err := by.Require(way.Roles...); err != nil {
		return err
	}
	if err := d.mayActOn(tx, by, c, way); err != nil {
		return err
	}
	if !slices.Contains(way.From, c.State) {
		return fault.New(ErrMove.Kind, ErrMove.Code, "state", c.State.Label())
	}
	return d.mayJudge(tx, by, c, m)
}

// mayActOn holds whose case it is: own moves are for the department, the others
// for people outside of it.
func (d *Desk) mayActOn(tx *store.Tx, by auth.Principal, c *Case, way Way) error {
	if by.Console() {
		return nil
	}
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	switch {
	case way.Own && !dir.Covers(by.Own(), c.DepartmentID):
		return fault.New(fault.NotFound, "err.not_found")
	case !way.Own && by.DepartmentID != 0 && by.DepartmentID == c.DepartmentID:
		return ErrOwnCase
	}
	return nil
}

// mayJudge holds that nobody judges what the own hand wrote, and that the leading
// group judges only where the Office would judge itself.
func (d *Desk) mayJudge(tx *store.Tx, by auth.Principal, c *Case, m Move) error {
	if by.Console() {
		return nil
	}
	self := by.AccountID != 0
	switch m {
	case Confirm, Dismiss:
		if self && by.AccountID == c.AnsweredBy {
			return ErrOwnAnswer
		}
		return d.mayDecide(tx, by, c)
	case ApprovePlan, ReturnPlan:
		if self && by.AccountID == c.PlannedBy {
			return ErrOwnAnswer
		}
	case Accept, ReturnEvidence:
		if self && by.AccountID == c.SubmittedBy {
			return ErrOwnAnswer
		}
	}
	return nil
}

func (d *Desk) mayDecide(tx *store.Tx, by auth.Principal, c *Case) error {
	if by.Is(auth.Office) {
		return nil
	}
	if d.deps.Deciding != nil {
		deciding, err := d.deps.Deciding(tx)
		if err != nil {
			return err
		}
		if deciding[c.DepartmentID] > 0 {
			return nil
		}
	}
	return ErrLeader
}

// act is a step that is being taken with a case.
type act struct {
	by    auth.Principal
	what  string // cleanup.step.<what>
	note  string
	onDay calendar.Date
}

// hold reads a case for a step, and keeps others from it until the commit.
func (d *Desk) hold(tx *store.Tx, by auth.Principal, no string, version int64, m Move) (Case, error) {
	c, err := caseForUpdate(tx, no)
	if err != nil {
		return Case{}, err
	}
	if err := d.visible(tx, by, &c); err != nil {
		return Case{}, err
	}
	if err := d.may(tx, by, &c, m); err != nil {
		return Case{}, err
	}
	if c.Version != version {
		return Case{}, store.ErrStale
	}
	return c, nil
}

// visible returns nil when somebody sees the case; to the others it is not there.
func (d *Desk) visible(tx *store.Tx, by auth.Principal, c *Case) error {
	if err := by.Require(Viewers()...); err != nil {
		return err
	}
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	if !dir.Covers(scopeOf(by), c.DepartmentID) {
		return fault.New(fault.NotFound, "err.not_found")
	}
	return nil
}

// keep writes a case after a step, the step, and the operation log.
func (d *Desk) keep(tx *store.Tx, a act, old Case, c *Case) error {
	c.Version, c.UpdatedAt, c.UpdatedBy = old.Version+1, tx.Now(), a.by.AccountID
	if err := tx.UpdateVersion(c, int64(c.ID), old.Version); err != nil {
		return err
	}
	if err := insertStep(tx, a, c); err != nil {
		return err
	}
	before := old.facts()
	return d.record(tx, a, c, &before)
}

func (d *Desk) record(tx *store.Tx, a act, c *Case, before *caseFacts) error {
	name, err := nameOf(tx, c.SystemID)
	if err != nil {
		return err
	}
	e := oplog.Entry{
		Action: "cleanup." + a.what, Kind: SubjectKind, ID: c.No, Name: name, Department: c.DepartmentID, Reason: a.note, After: c.facts(),
	}
	if before != nil {
		e.Before = *before
	}
	return oplog.Record(tx, a.by, e)
}

// caseFacts is a case as the operation log keeps it.
type caseFacts struct {
	State    State         `json:"state"`
	Features []string      `json:"features"`
	Answer   Answer        `json:"answer"`
	Text     string        `json:"answer_text"`
	Decision string        `json:"decision"`
	Due      calendar.Date `json:"due"`
	Plan     Plan          `json:"plan"`
	Outcome  string        `json:"outcome"`
	Cleaned  calendar.Date `json:"cleaned_on"`
	Until    calendar.Date `json:"exempt_until"`
	Traffic  calendar.Date `json:"traffic_on"`
}

func (c *Case) facts() caseFacts {
	return caseFacts{
		State: c.State, Features: c.Features, Answer: c.Answer, Text: c.AnswerText, Decision: c.Decision, Due: c.DueOn, Plan: c.Plan,
		Outcome: c.Outcome, Cleaned: c.CleanedOn, Until: c.ExemptUntil, Traffic: c.TrafficOn,
	}
}

// Titles of the due dates of a case.
const (
	AnswerDueTitle = "due.zombie_answer"
	CleanDueTitle  = "due.zombie_clean"
	CloseDueTitle  = "due.zombie_close"
)

const article = "方案第二部分第四项"

// ask opens a due date of a case.
func (d *Desk) ask(tx *store.Tx, by auth.Principal, c *Case, due schedule.Due) (calendar.Date, error) {
	name, err := nameOf(tx, c.SystemID)
	if err != nil {
		return calendar.Date{}, err
	}
	s := c.Subject()
	due.SubjectKind, due.SubjectID, due.DepartmentID, due.Article = s.Kind, s.ID, c.DepartmentID, article
	due.TitleArgs = map[string]string{"no": c.No, "name": name}
	set, err := d.deps.Book.Set(tx, by, due)
	return set.DueOn, err
}

// settle closes the open due dates of a case.
func (d *Desk) settle(tx *store.Tx, by auth.Principal, c *Case) error {
	open, err := d.deps.Book.Of(tx, c.Subject())
	if err != nil {
		return err
	}
	for _, due := range open {
		if err := d.deps.Book.Close(tx, by, due.ID); err != nil {
			return err
		}
	}
	return nil
}
