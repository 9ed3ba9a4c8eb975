package inventory

import (
	"fmt"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// changeAct says what is being done with a request.
type changeAct struct {
	by     auth.Principal
	action string // change.…: message key oplog.<action>
	note   string
}

// forUpdate is a query whose rows nobody else changes until the commit. SQLite
// has one writer and needs no lock.
func forUpdate(tx *store.Tx) *gorm.DB {
	return tx.Gorm().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}

func systemForUpdate(tx *store.Tx, code string) (System, error) {
	var s System
	err := forUpdate(tx).Where("code = ?", code).Take(&s).Error
	return s, err
}

func systemForUpdateByID(tx *store.Tx, id SystemID) (System, error) {
	var s System
	err := forUpdate(tx).Where("id = ?", id).Take(&s).Error
	return s, err
}

// openChange finds the open request of a system.
func openChange(tx *store.Tx, id SystemID) (ChangeRequest, error) {
	var c ChangeRequest
	err := tx.Gorm().Where("system_id = ? AND state IN ?", id, openStates).Take(&c).Error
	return c, err
}

func changeByID(tx *store.Tx, id ChangeID, departments []DepartmentID) (ChangeRequest, error) {
	var c ChangeRequest
	err := within(tx.Gorm(), "department_id", departments).Where("id = ?", id).Take(&c).Error
	return c, err
}

// changesOf lists the requests of a system, the oldest first.
func changesOf(tx *store.Tx, id SystemID) ([]ChangeRequest, error) {
	var out []ChangeRequest
	if err := tx.Gorm().Where("system_id = ?", id).Order("id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read change requests of system %d: %w", id, err)
	}
	return out, nil
}

// changeSteps lists what was done with a request, in its order.
func changeSteps(tx *store.Tx, id ChangeID) ([]ChangeStep, error) {
	var out []ChangeStep
	if err := tx.Gorm().Where("request_id = ?", id).Order("number").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read steps of change request %d: %w", id, err)
	}
	return out, nil
}

// insertChange adds a new request.
func insertChange(tx *store.Tx, by auth.Principal, c *ChangeRequest, s System) error {
	c.Version, c.CreatedAt, c.UpdatedAt = 1, tx.Now(), tx.Now()
	c.CreatedBy, c.CreatedName, c.UpdatedBy = by.AccountID, by.Name, by.AccountID
	if err := tx.Gorm().Create(c).Error; err != nil {
		return fmt.Errorf("insert change request for %s: %w", s.Code, err)
	}
	return keepStep(tx, changeAct{by: by, action: "change.created"}, nil, *c, s)
}

// updateChange writes a request over the version it was read with.
func updateChange(tx *store.Tx, a changeAct, old ChangeRequest, c *ChangeRequest, s System) error {
	c.Version, c.UpdatedAt, c.UpdatedBy = old.Version+1, tx.Now(), a.by.AccountID
	if err := tx.UpdateVersion(c, int64(c.ID), old.Version); err != nil {
		return err
	}
	return keepStep(tx, a, &old, *c, s)
}

// keepStep writes what was done into the request's own history and the log.
func keepStep(tx *store.Tx, a changeAct, old *ChangeRequest, c ChangeRequest, s System) error {
	step := ChangeStep{
		RequestID: c.ID, Number: c.Version, At: tx.Now(), AccountID: a.by.AccountID, Name: a.by.Name, Department: a.by.Department,
		Action: strings.TrimPrefix(a.action, "change."), Note: a.note,
	}
	if err := tx.Gorm().Create(&step).Error; err != nil {
		return fmt.Errorf("keep step %d of change request %d: %w", step.Number, c.ID, err)
	}
	e := oplog.Entry{
		Action: a.action, Kind: "change_request", ID: c.ID.String(), Name: s.Code + " " + s.Name,
		Department: c.DepartmentID, Reason: a.note, After: c.facts(),
	}
	if old != nil {
		e.Before = old.facts()
	}
	return oplog.Record(tx, a.by, e)
}

// changeFacts is a request as the operation log keeps it.
type changeFacts struct {
	State    ChangeState       `json:"state"`
	Base     int64             `json:"base_version"`
	Asked    map[string]string `json:"asked"`
	Reason   string            `json:"reason"`
	Advice   Advice            `json:"advice"`
	Decision string            `json:"decision"`
	Applied  int64             `json:"applied_version"`
}

func (c ChangeRequest) facts() changeFacts {
	f := changeFacts{
		State: c.State, Base: c.BaseVersion, Asked: map[string]string{}, Reason: c.Reason, Advice: c.Advice,
		Decision: c.DecisionReason, Applied: c.AppliedVersion,
	}
	for _, change := range c.Changes {
		f.Asked[change.Key] = change.New
	}
	return f
}

// handChanges gives the requests of a record to the department that has it now.
func handChanges(tx *store.Tx, id SystemID, to DepartmentID) error {
	err := tx.Gorm().Model(&ChangeRequest{}).Where("system_id = ?", id).UpdateColumn("department_id", to).Error
	if err != nil {
		return fmt.Errorf("hand the change requests of system %d over: %w", id, err)
	}
	return nil
}

// listChanges reads a page of a list and counts it.
func listChanges(tx *store.Tx, seen []DepartmentID, q ChangeQuery) ([]ChangeRow, int64, error) {
	g := within(tx.Gorm().Table("change_requests c").Joins("JOIN systems s ON s.id = c.system_id"), "c.department_id", seen)
	if len(q.States) > 0 {
		g = g.Where("c.state IN ?", q.States)
	}
	if q.Department != 0 {
		g = g.Where("c.department_id = ?", q.Department)
	}
	if q.System != "" {
		g = g.Where("s.code = ?", q.System)
	}
	if q.Search != "" {
		like := "%" + store.EscapeLike(strings.ToLower(q.Search)) + "%"
		g = g.Where(`(lower(s.code) LIKE ? ESCAPE '\' OR lower(s.name) LIKE ? ESCAPE '\')`, like, like)
	}
	var total int64
	if err := g.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count change requests: %w", err)
	}
	var rows []ChangeRow
	err := g.Session(&gorm.Session{}).Select("c.*, s.code, s.name").
		Order("CASE c.state WHEN 'submitted' THEN 0 WHEN 'draft' THEN 1 ELSE 2 END").
		Order("CASE WHEN c.state = 'submitted' THEN c.submitted_at END").Order("c.id DESC").
		Limit(q.Size).Offset((q.Page - 1) * q.Size).Find(&rows).Error
	if err != nil {
		return nil, 0, fmt.Errorf("list change requests: %w", err)
	}
	return rows, total, nil
}

// waitingFor says which requests wait for somebody.
type waitingFor struct {
	submitted bool         // all that were handed in
	unadvised bool         // of those the ones without a recommendation
	own       DepartmentID // but not the person's own department's
	drafts    bool         // drafts of the departments in within
	within    []DepartmentID
}

func countWaiting(tx *store.Tx, w waitingFor) (int64, error) {
	g := tx.Gorm().Model(&ChangeRequest{})
	none := tx.Gorm().Where("1 = 0")
	if w.submitted {
		none = none.Or("state = ? AND department_id <> ?", ChangeSubmitted, w.own)
	} else if w.unadvised {
		none = none.Or("state = ? AND advice = '' AND department_id <> ?", ChangeSubmitted, w.own)
	}
	if w.drafts && w.within != nil {
		none = none.Or("state = ? AND department_id IN ?", ChangeDraft, w.within)
	}
	var n int64
	if err := g.Where(none).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count waiting change requests: %w", err)
	}
	return n, nil
}
