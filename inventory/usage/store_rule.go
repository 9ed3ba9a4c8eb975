package usage

import (
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/store"
)

func ruleByID(tx *store.Tx, id RuleID) (Rule, error) {
	var r Rule
	err := tx.Gorm().Where("id = ?", id).Take(&r).Error
	if isNotFound(err) {
		return Rule{}, ErrNoRule
	}
	if err != nil {
		return Rule{}, fmt.Errorf("read rule %d: %w", id, err)
	}
	return r, nil
}

// ownRules are the rules of one probe, or those for all, in order.
func ownRules(tx *store.Tx, probe ProbeID) ([]Rule, error) {
	var out []Rule
	if err := tx.Gorm().Where("probe_id = ?", probe).Order("position, id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the rules of probe %d: %w", probe, err)
	}
	return out, nil
}

// rulesFor are the rules that are asked for a probe.
func rulesFor(tx *store.Tx, probe ProbeID) ([]Rule, error) {
	common, err := ownRules(tx, 0)
	if err != nil || probe == 0 {
		return common, err
	}
	own, err := ownRules(tx, probe)
	return append(own, common...), err
}

func insertRule(tx *store.Tx, r *Rule) error {
	if err := tx.Gorm().Create(r).Error; err != nil {
		return fmt.Errorf("insert a rule: %w", err)
	}
	return nil
}

func deleteRule(tx *store.Tx, id RuleID) error {
	if err := tx.Gorm().Exec("DELETE FROM usage_rules WHERE id = ?", id).Error; err != nil {
		return fmt.Errorf("delete rule %d: %w", id, err)
	}
	return nil
}

// shiftRules numbers the other rules of a probe around one that has a new
// position. Their versions stay: what they say is the same.
func shiftRules(tx *store.Tx, all []Rule, moved *Rule) error {
	others := slices.DeleteFunc(slices.Clone(all), func(r Rule) bool { return r.ID == moved.ID })
	for i, r := range others {
		position := i + 1
		if position >= moved.Position {
			position++
		}
		if r.Position == position {
			continue
		}
		if err := tx.Gorm().Exec("UPDATE usage_rules SET position = ? WHERE id = ?", position, r.ID).Error; err != nil {
			return fmt.Errorf("move rule %d: %w", r.ID, err)
		}
	}
	return nil
}

func countRuleChange(tx *store.Tx) error {
	if err := tx.Gorm().Exec("UPDATE usage_series_state SET rules = rules + 1 WHERE id = 1").Error; err != nil {
		return fmt.Errorf("count a change of rules: %w", err)
	}
	return nil
}

// readRuleBook reads the rules, unless they are as they were.
func readRuleBook(tx *store.Tx, old *rulebookState) (*rulebookState, error) {
	s := &rulebookState{read: tx.Now(), rules: map[ProbeID][]*Rule{}}
	if err := tx.Gorm().Raw("SELECT rules FROM usage_series_state WHERE id = 1").Scan(&s.stand).Error; err != nil {
		return nil, fmt.Errorf("read how often rules have changed: %w", err)
	}
	if old != nil && old.stand == s.stand {
		s.rules = old.rules
		return s, nil
	}
	var all []*Rule
	if err := tx.Gorm().Order("probe_id, position, id").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("read all rules: %w", err)
	}
	for _, r := range all {
		s.rules[r.ProbeID] = append(s.rules[r.ProbeID], r)
	}
	return s, nil
}

// visibleProbe reads a probe of departments, of all if they are nil.
func visibleProbe(tx *store.Tx, id ProbeID, departments []auth.DepartmentID) (Probe, error) {
	var p Probe
	if err := within(tx.Gorm(), "owner_id", departments).Where("id = ?", id).Take(&p).Error; err != nil {
		return Probe{}, fmt.Errorf("find probe %d: %w", id, err)
	}
	return p, nil
}

// codesOfProbe are the codes of the systems of a probe.
func codesOfProbe(tx *store.Tx, id ProbeID) (map[string]bool, error) {
	systems, err := watchedBy(tx, []ProbeID{id})
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, s := range systems[id] {
		out[s.Code] = true
	}
	return out, nil
}
