package zombie

import (
	"encoding/json"
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory/zombie/detect"
)

// policyRow is a policy as it is kept.
type policyRow struct {
	Version       int64
	Name          string
	State         PolicyState
	AppliesFrom   detect.Day
	Numbers       string
	Reason        string
	MadeBy        auth.AccountID
	MadeName      string
	MadeAt        time.Time
	DecidedBy     auth.AccountID
	DecidedName   string
	DecidedAt     *time.Time
	DecidedReason string
	Revision      int64
}

// TableName is the table of the policies.
func (policyRow) TableName() string { return "zombie_policies" }

func (r *policyRow) policy() (Policy, error) {
	p := Policy{
		Version: r.Version, Name: r.Name, State: r.State, AppliesFrom: DateOf(r.AppliesFrom), Reason: r.Reason,
		MadeBy: r.MadeBy, MadeName: r.MadeName, MadeAt: r.MadeAt,
		DecidedBy: r.DecidedBy, DecidedName: r.DecidedName, DecidedAt: timeOr(r.DecidedAt), DecidedReason: r.DecidedReason, Revision: r.Revision,
		Numbers: DefaultNumbers(), // a number that is younger than the policy has its default
	}
	if err := json.Unmarshal([]byte(r.Numbers), &p.Numbers); err != nil {
		return p, fmt.Errorf("read the numbers of policy %d: %w", r.Version, err)
	}
	return p, nil
}

func policyByVersion(tx *store.Tx, version int64) (Policy, error) {
	var r policyRow
	if err := tx.Gorm().Where("version = ?", version).Take(&r).Error; err != nil {
		return Policy{}, fmt.Errorf("read policy %d: %w", version, err)
	}
	return r.policy()
}

// policyOn is the newest version in force that applies to a day.
func policyOn(tx *store.Tx, day detect.Day) (Policy, error) {
	var r policyRow
	err := tx.Gorm().Where("state = ? AND applies_from <= ?", InForce, day).Order("applies_from DESC, version DESC").Limit(1).Take(&r).Error
	if err != nil {
		return Policy{}, fmt.Errorf("read the policy of %v: %w", DateOf(day), err)
	}
	return r.policy()
}

func countPolicies(tx *store.Tx) (n int64, err error) {
	if err := tx.Gorm().Model(&policyRow{}).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count policies: %w", err)
	}
	return n, nil
}

func insertPolicy(tx *store.Tx, p Policy) error {
	r, err := rowOf(p)
	if err != nil {
		return err
	}
	if err := tx.Gorm().Create(&r).Error; err != nil {
		return fmt.Errorf("insert policy %d: %w", p.Version, err)
	}
	return nil
}

func rowOf(p Policy) (policyRow, error) {
	numbers, err := json.Marshal(p.Numbers)
	if err != nil {
		return policyRow{}, fmt.Errorf("write the numbers of policy %d: %w", p.Version, err)
	}
	r := policyRow{
		Version: p.Version, Name: p.Name, State: p.State, AppliesFrom: DayOf(p.AppliesFrom), Numbers: string(numbers), Reason: p.Reason,
		MadeBy: p.MadeBy, MadeName: p.MadeName, MadeAt: p.MadeAt,
		DecidedBy: p.DecidedBy, DecidedName: p.DecidedName, DecidedReason: p.DecidedReason, Revision: p.Revision,
	}
	if !p.DecidedAt.IsZero() {
		r.DecidedAt = &p.DecidedAt
	}
	return r, nil
}

// policiesInForce are all that were put in force, the oldest first.
func policiesInForce(tx *store.Tx) (policies, error) {
	var rows []policyRow
	if err := tx.Gorm().Where("state = ?", InForce).Order("applies_from, version").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read the policies: %w", err)
	}
	if len(rows) == 0 {
		return nil, ErrNoPolicy
	}
	out := make(policies, len(rows))
	for i := range rows {
		var err error
		if out[i], err = rows[i].policy(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func allPolicies(tx *store.Tx) ([]Policy, error) {
	var rows []policyRow
	if err := tx.Gorm().Order("version DESC").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read the policies: %w", err)
	}
	out := make([]Policy, len(rows))
	for i := range rows {
		var err error
		if out[i], err = rows[i].policy(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// updatePolicy writes a policy where it is still of the revision.
func updatePolicy(tx *store.Tx, p Policy, revision int64) error {
	row, err := rowOf(p)
	if err != nil {
		return err
	}
	columns, err := store.Columns(tx.Context(), &row)
	if err != nil {
		return err
	}
	res := tx.Gorm().Model(&row).Where("version = ? AND revision = ?", p.Version, revision).UpdateColumns(columns)
	switch {
	case res.Error != nil:
		return fmt.Errorf("write policy %d: %w", p.Version, res.Error)
	case res.RowsAffected == 0:
		return store.ErrStale
	}
	return nil
}
