package monthly

import (
	"fmt"
	"slices"

	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/scoring/scorecard"
)

func insertObjection(tx *store.Tx, o *Objection) error {
	if err := tx.Gorm().Create(o).Error; err != nil {
		return fmt.Errorf("insert an objection to %s: %w", o.Figure, err)
	}
	return nil
}

// objectionForUpdate reads an objection with its month for writing.
func objectionForUpdate(tx *store.Tx, id ObjectionID) (Objection, Month, error) {
	var o Objection
	var m Month
	lock := clause.Locking{Strength: clause.LockingStrengthUpdate}
	if err := tx.Gorm().Clauses(lock).Where("id = ?", id).Take(&o).Error; err != nil {
		return o, m, fmt.Errorf("find objection %d: %w", id, err)
	}
	if err := tx.Gorm().Clauses(lock).Where("id = ?", o.MonthID).Take(&m).Error; err != nil {
		return o, m, fmt.Errorf("find the month of objection %d: %w", id, err)
	}
	return o, m, nil
}

func updateObjection(tx *store.Tx, o *Objection) error {
	old := o.Revision
	o.Revision++
	columns, err := store.Columns(tx.Context(), o)
	if err != nil {
		return err
	}
	done := tx.Gorm().Model(&Objection{}).Where("id = ? AND revision = ?", o.ID, old).Updates(columns)
	if done.Error != nil {
		return fmt.Errorf("update objection %d: %w", o.ID, done.Error)
	}
	if done.RowsAffected == 0 {
		return store.ErrStale
	}
	return nil
}

// upheldBefore reads what was upheld against earlier versions of a month.
func upheldBefore(tx *store.Tx, m Month) (map[auth.DepartmentID][]Objection, error) {
	var all []Objection
	err := tx.Gorm().Where("state = ? AND month_id IN (SELECT id FROM score_months WHERE month = ? AND version < ?)", ObjectionUpheld, m.Month, m.Version).
		Order("id").Find(&all).Error
	if err != nil {
		return nil, fmt.Errorf("read what was upheld of %s: %w", m.Month, err)
	}
	out := map[auth.DepartmentID][]Objection{}
	for _, o := range all {
		out[o.DepartmentID] = append(out[o.DepartmentID], o)
	}
	return out, nil
}

// factsOf reads the facts of a body in a month.
func factsOf(tx *store.Tx, id MonthID, dept auth.DepartmentID) (Facts, error) {
	var in inputs
	if err := tx.Gorm().Where("month_id = ? AND department_id = ?", id, dept).Take(&in).Error; err != nil {
		return Facts{}, fmt.Errorf("read the facts of department %d: %w", dept, err)
	}
	return in.facts()
}

// setProposals makes what the cards suggest the proposals of a month. One that
// says the same as before keeps what people decided.
func setProposals(tx *store.Tx, id MonthID, want map[auth.DepartmentID]scorecard.Band) error {
	old, err := proposalsOf(tx, id, nil)
	if err != nil {
		return err
	}
	for _, p := range old {
		if want[p.DepartmentID] == p.Band {
			delete(want, p.DepartmentID)
			continue
		}
		if err := tx.Gorm().Where("month_id = ? AND department_id = ?", id, p.DepartmentID).Delete(&Proposal{}).Error; err != nil {
			return fmt.Errorf("drop a proposal: %w", err)
		}
	}
	rows := make([]Proposal, 0, len(want))
	for dept, band := range want {
		rows = append(rows, Proposal{MonthID: id, DepartmentID: dept, Band: band, State: Proposed, Revision: 1})
	}
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, func(a, b Proposal) int { return int(a.DepartmentID - b.DepartmentID) })
	if err := tx.Gorm().CreateInBatches(rows, 200).Error; err != nil {
		return fmt.Errorf("insert proposals: %w", err)
	}
	return nil
}

// proposalFor reads what is proposed for a body by its code.
func proposalFor(tx *store.Tx, id MonthID, code string) (Proposal, error) {
	var p Proposal
	err := tx.Gorm().Where("month_id = ? AND department_id IN (SELECT department_id FROM score_inputs WHERE month_id = ? AND code = ?)", id, id, code).Take(&p).Error
	if err != nil {
		return p, fmt.Errorf("find the proposal for %s: %w", code, err)
	}
	return p, nil
}

func updateProposal(tx *store.Tx, p *Proposal) error {
	old := p.Revision
	p.Revision++
	columns, err := store.Columns(tx.Context(), p)
	if err != nil {
		return err
	}
	done := tx.Gorm().Model(&Proposal{}).Where("month_id = ? AND department_id = ? AND revision = ?", p.MonthID, p.DepartmentID, old).Updates(columns)
	if done.Error != nil {
		return fmt.Errorf("decide on a proposal: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return store.ErrStale
	}
	return nil
}

func insertPolicy(tx *store.Tx, p *Policy) error {
	if err := tx.Gorm().Create(p).Error; err != nil {
		return fmt.Errorf("insert method %d: %w", p.Version, err)
	}
	return nil
}

func updatePolicy(tx *store.Tx, p *Policy) error {
	old := p.Revision
	p.Revision++
	columns, err := store.Columns(tx.Context(), p)
	if err != nil {
		return err
	}
	done := tx.Gorm().Model(&Policy{}).Where("version = ? AND revision = ?", p.Version, old).Updates(columns)
	if done.Error != nil {
		return fmt.Errorf("update method %d: %w", p.Version, done.Error)
	}
	if done.RowsAffected == 0 {
		return store.ErrStale
	}
	return nil
}

func dropPolicy(tx *store.Tx, version, revision int64) error {
	done := tx.Gorm().Where("version = ? AND revision = ? AND state = ?", version, revision, PolicyDraft).Delete(&Policy{})
	if done.Error != nil {
		return fmt.Errorf("drop method %d: %w", version, done.Error)
	}
	if done.RowsAffected == 0 {
		return store.ErrStale
	}
	return nil
}
