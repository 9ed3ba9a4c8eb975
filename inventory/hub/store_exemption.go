package hub

import (
	"errors"
	"fmt"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
)

func insertExemption(tx *store.Tx, e *Exemption) error {
	err := tx.Gorm().Create(e).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return fault.New(fault.Conflict, "hub.err.exemption_twice")
	}
	if err != nil {
		return fmt.Errorf("insert an exemption: %w", err)
	}
	return nil
}

// closeLapsed makes room for a new exemption where the last one is over.
func closeLapsed(tx *store.Tx, id inventory.SystemID, today calendar.Date) error {
	err := tx.Gorm().Exec("UPDATE hub_exemptions SET state = 'ended', ended_on = until, version = version + 1 WHERE system_id = ? AND state = 'approved' AND until < ?", id, today).Error
	if err != nil {
		return fmt.Errorf("close exemptions of system %d: %w", id, err)
	}
	return nil
}

func exemptionByID(tx *store.Tx, id ExemptionID, seen []auth.DepartmentID) (Exemption, error) {
	var e Exemption
	if err := within(tx.Gorm(), "owner_id", seen).Where("id = ?", id).Take(&e).Error; err != nil {
		return Exemption{}, fmt.Errorf("find exemption %d: %w", id, err)
	}
	return e, nil
}

func exemptionsOf(tx *store.Tx, id inventory.SystemID) ([]Exemption, error) {
	var out []Exemption
	if err := tx.Gorm().Where("system_id = ?", id).Order("id DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the exemptions of system %d: %w", id, err)
	}
	return out, nil
}

// grantedAmong reads the approved exemptions of systems.
func grantedAmong(tx *store.Tx, ids []inventory.SystemID) (map[inventory.SystemID]Exemption, error) {
	var rows []Exemption
	if err := tx.Gorm().Where("state = ? AND system_id ?", Approved, store.Among(tx, ids)).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read exemptions: %w", err)
	}
	out := make(map[inventory.SystemID]Exemption, len(rows))
	for _, e := range rows {
		out[e.SystemID] = e
	}
	return out, nil
}

func countAsked(tx *store.Tx, seen []auth.DepartmentID) (int64, error) {
	var n int64
	if err := within(tx.Gorm().Table("hub_exemptions"), "owner_id", seen).Where("state = ?", Asked).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count exemptions: %w", err)
	}
	return n, nil
}

// letOff lists the systems that are let off, with who took them off the list: the
// Office by an exemption, or whoever locked the record by the census.
func letOff(tx *store.Tx, seen []auth.DepartmentID) ([]LetOff, error) {
	var rows []Line
	err := connections(tx, seen).Where("NOT c.must AND c.basis IN ?", exemptBases()).Select("c.*, s.code, s.name, s.state").
		Order("s.code").Limit(mostExemptions).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read who is let off: %w", err)
	}
	ids := make([]inventory.SystemID, len(rows))
	out := make([]LetOff, len(rows))
	for i, l := range rows {
		ids[i], out[i].Line = l.ID, l
	}
	granted, err := grantedAmong(tx, ids)
	if err != nil {
		return nil, err
	}
	locked, err := lockedBy(tx, ids)
	if err != nil {
		return nil, err
	}
	for i := range out {
		l := &out[i]
		e, ok := granted[l.ID]
		switch v, known := locked[l.ID]; {
		case ok && e.DecidedAt != nil && (l.Basis == Exempted || l.Basis == Deferred):
			l.Approver, l.ApprovedAt, l.Reason, l.Exemption = e.DecidedName, calendar.DateOf(*e.DecidedAt), e.Reason, e.ID
		case known && l.Basis == Certified:
			l.Approver, l.ApprovedAt, l.Reason = v.ChangedName, calendar.DateOf(v.ValidFrom), v.ExemptReason
		}
	}
	return out, nil
}

// lockedBy finds the version of each system by which the census locked it.
func lockedBy(tx *store.Tx, ids []inventory.SystemID) (map[inventory.SystemID]inventory.SystemVersion, error) {
	var rows []inventory.SystemVersion
	err := tx.Gorm().Select("id", "valid_from", "changed_name", "exempt_reason").
		Where("id ? AND action IN ?", store.Among(tx, ids), []string{"moved.certify", "change_approved"}).Order("version").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find who locked systems: %w", err)
	}
	out := make(map[inventory.SystemID]inventory.SystemVersion, len(rows))
	for _, v := range rows {
		out[v.ID] = v // the newest remains
	}
	return out, nil
}

func askedFor(tx *store.Tx, seen []auth.DepartmentID, state ExemptionState) ([]AskedLine, int64, error) {
	q := within(tx.Gorm().Table("hub_exemptions e").Joins("JOIN systems s ON s.id = e.system_id"), "e.owner_id", seen)
	if state != "" {
		q = q.Where("e.state = ?", state)
	}
	var total int64
	if err := q.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count exemptions: %w", err)
	}
	var out []AskedLine
	err := q.Session(&gorm.Session{}).Select("e.*, s.code, s.name").
		Order("CASE WHEN e.state = 'asked' THEN 0 WHEN e.state = 'approved' THEN 1 ELSE 2 END, e.id DESC").Limit(mostExemptions).Scan(&out).Error
	if err != nil {
		return nil, 0, fmt.Errorf("read exemptions: %w", err)
	}
	return out, total, nil
}

func nodeByID(tx *store.Tx, id NodeID, seen []auth.DepartmentID) (Node, error) {
	var n Node
	if err := within(tx.Gorm(), "department_id", seen).Where("id = ?", id).Take(&n).Error; err != nil {
		return Node{}, fmt.Errorf("find front node %d: %w", id, err)
	}
	return n, nil
}

func nodesOf(tx *store.Tx, seen []auth.DepartmentID, dept auth.DepartmentID) ([]Node, error) {
	q := within(tx.Gorm(), "department_id", seen)
	if dept != 0 {
		q = q.Where("department_id = ?", dept)
	}
	var out []Node
	if err := q.Order("department_id, id").Limit(mostExemptions).Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read front nodes: %w", err)
	}
	return out, nil
}

func linkByID(tx *store.Tx, id LinkID, seen []auth.DepartmentID) (Link, error) {
	var l Link
	if err := within(tx.Gorm(), "department_id", seen).Where("id = ?", id).Take(&l).Error; err != nil {
		return Link{}, fmt.Errorf("find link %d: %w", id, err)
	}
	return l, nil
}

// linkState is the condition of a state on a day.
func linkState(s LinkState, today calendar.Date) (string, []any) {
	switch s {
	case LinkDropped:
		return "dropped_on IS NOT NULL", nil
	case LinkMigrated:
		return "dropped_on IS NULL AND migrated_on IS NOT NULL", nil
	case LinkLate:
		return "dropped_on IS NULL AND migrated_on IS NULL AND planned_on < ?", []any{today}
	}
	return "dropped_on IS NULL AND migrated_on IS NULL AND planned_on >= ?", []any{today}
}

func countLinks(tx *store.Tx, seen []auth.DepartmentID, today calendar.Date) (map[LinkState]int64, error) {
	out := map[LinkState]int64{}
	for _, s := range LinkStates() {
		var n int64
		sql, args := linkState(s, today)
		err := within(tx.Gorm().Table("hub_links"), "department_id", seen).Where(sql, args...).Count(&n).Error
		if err != nil {
			return nil, fmt.Errorf("count links: %w", err)
		}
		out[s] = n
	}
	return out, nil
}

func listLinks(tx *store.Tx, seen []auth.DepartmentID, q LinkQuery, today calendar.Date) (LinkPage, error) {
	var out LinkPage
	var err error
	if out.Counts, err = countLinks(tx, seen, today); err != nil {
		return out, err
	}
	g := within(tx.Gorm().Model(&Link{}), "department_id", seen)
	if q.State != "" {
		sql, args := linkState(q.State, today)
		g = g.Where(sql, args...)
	}
	if err := g.Session(&gorm.Session{}).Count(&out.Total).Error; err != nil {
		return out, fmt.Errorf("count links: %w", err)
	}
	err = g.Session(&gorm.Session{}).Order("CASE WHEN migrated_on IS NULL AND dropped_on IS NULL THEN 0 ELSE 1 END, planned_on, id").
		Limit(q.Size).Offset((q.Page - 1) * q.Size).Find(&out.Links).Error
	if err != nil {
		return out, fmt.Errorf("read links: %w", err)
	}
	return out, nil
}
