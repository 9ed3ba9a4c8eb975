package usage

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
)

// Rules is the list of mapping rules with its verbs.
type Rules struct {
	db       *store.DB
	registry *inventory.Registry
	book     *ruleBook
}

// NewRules makes the list over a database.
func NewRules(db *store.DB, registry *inventory.Registry) *Rules {
	return &Rules{db: db, registry: registry, book: &ruleBook{db: db}}
}

// rulesOf is how many rules a probe may have, and all probes together.
const rulesOf = 200

// Errors of rules.
var (
	ErrNoRule       = fault.New(fault.NotFound, "series.err.no_rule")
	ErrTooManyRules = fault.New(fault.Conflict, "series.err.too_many_rules", "most", rulesOf)
)

// List gives the rules for a probe in the order in which they are asked: its
// own, then those for all probes. Probe 0 gives only the latter.
func (r *Rules) List(ctx context.Context, by auth.Principal, probe ProbeID) (out []Rule, err error) {
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		if err := r.mayRead(tx, by, probe); err != nil {
			return err
		}
		out, err = rulesFor(tx, probe)
		return err
	})
	return out, err
}

// Find gives a rule that by may see.
func (r *Rules) Find(ctx context.Context, by auth.Principal, id RuleID) (out Rule, err error) {
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		if out, err = ruleByID(tx, id); err != nil {
			return err
		}
		return r.mayRead(tx, by, out.ProbeID)
	})
	return out, err
}

// mayRead refuses who may not see a probe, which is then not found.
func (r *Rules) mayRead(tx *store.Tx, by auth.Principal, probe ProbeID) error {
	if err := by.Require(Viewers()...); err != nil || probe == 0 {
		return err
	}
	dir, err := r.registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	_, err = visibleProbe(tx, probe, dir.Within(by.View()))
	return err
}

// Add puts a rule behind the others of its probe, for an operator. What is
// wrong is Invalid with the names of the fields of RuleForm.
func (r *Rules) Add(ctx context.Context, by auth.Principal, in RuleForm) (Rule, error) {
	added, err := r.addAll(ctx, by, []RuleForm{in})
	if err != nil {
		return Rule{}, fmt.Errorf("add a rule: %w", err)
	}
	return added[0], nil
}

func (r *Rules) addAll(ctx context.Context, by auth.Principal, forms []RuleForm) (added []Rule, err error) {
	if err := by.Require(Operators()...); err != nil {
		return nil, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		added = nil
		for _, in := range forms {
			rule, err := r.add(tx, by, in)
			if err != nil {
				return err
			}
			added = append(added, rule)
		}
		return r.changed(tx)
	})
	return added, err
}

func (r *Rules) add(tx *store.Tx, by auth.Principal, in RuleForm) (Rule, error) {
	if err := in.check(tx); err != nil {
		return Rule{}, err
	}
	others, err := ownRules(tx, in.ProbeID)
	if err != nil {
		return Rule{}, err
	}
	if len(others) >= rulesOf {
		return Rule{}, ErrTooManyRules
	}
	rule := Rule{ProbeID: in.ProbeID, Position: len(others) + 1, Version: 1}
	in.fill(&rule)
	rule.UpdatedAt, rule.UpdatedBy, rule.UpdatedName = tx.Now(), by.AccountID, by.Name
	if err := insertRule(tx, &rule); err != nil {
		return Rule{}, err
	}
	return rule, recordRule(tx, by, "series.rule_added", nil, &rule)
}

// Change replaces what a rule says. version is the one that was read.
func (r *Rules) Change(ctx context.Context, by auth.Principal, id RuleID, version int64, in RuleForm) (Rule, error) {
	return r.change(ctx, by, id, version, "series.rule_changed", func(tx *store.Tx, rule *Rule) error {
		in.ProbeID = rule.ProbeID
		if err := in.check(tx); err != nil {
			return err
		}
		in.fill(rule)
		return nil
	})
}

// Move puts a rule at a position among those of its probe, from 1.
func (r *Rules) Move(ctx context.Context, by auth.Principal, id RuleID, version int64, position int) (Rule, error) {
	return r.change(ctx, by, id, version, "series.rule_moved", func(tx *store.Tx, rule *Rule) error {
		others, err := ownRules(tx, rule.ProbeID)
		if err != nil {
			return err
		}
		rule.Position = min(max(position, 1), len(others))
		return shiftRules(tx, others, rule)
	})
}

// Remove takes a rule away. What it has mapped stays as it was counted.
func (r *Rules) Remove(ctx context.Context, by auth.Principal, id RuleID, version int64) error {
	_, err := r.change(ctx, by, id, version, "series.rule_removed", func(tx *store.Tx, rule *Rule) error {
		others, err := ownRules(tx, rule.ProbeID)
		if err != nil {
			return err
		}
		rule.Position = len(others)
		return shiftRules(tx, others, rule)
	})
	return err
}

// change reads a rule for a change of version, lets do change it, writes it and
// the operation log.
func (r *Rules) change(ctx context.Context, by auth.Principal, id RuleID, version int64, act string, do func(*store.Tx, *Rule) error) (out Rule, err error) {
	if err := by.Require(Operators()...); err != nil {
		return Rule{}, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		old, err := ruleByID(tx, id)
		if err != nil {
			return err
		}
		out = old
		if err := do(tx, &out); err != nil {
			return err
		}
		out.Version, out.UpdatedAt, out.UpdatedBy, out.UpdatedName = version+1, tx.Now(), by.AccountID, by.Name
		if err := tx.UpdateVersion(&out, int64(id), version); err != nil {
			return err
		}
		after := &out
		if act == "series.rule_removed" {
			after = nil
			if err := deleteRule(tx, id); err != nil {
				return err
			}
		}
		if err := recordRule(tx, by, act, &old, after); err != nil {
			return err
		}
		return r.changed(tx)
	})
	if err != nil {
		return Rule{}, fmt.Errorf("change rule %d: %w", id, err)
	}
	return out, nil
}

// ForgetUnmapped empties the list of unmapped series of a probe: what still
// comes, comes back.
func (r *Rules) ForgetUnmapped(ctx context.Context, by auth.Principal, probe ProbeID) error {
	if err := by.Require(Operators()...); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		p, err := visibleProbe(tx, probe, nil)
		if err != nil {
			return err
		}
		if err := forgetUnmapped(tx, probe); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{Action: "series.unmapped_forgotten", Kind: "probe", ID: p.Code, Name: p.Name, Department: p.OwnerID})
	})
}

// changed makes all nodes read the rules anew, this one at once.
func (r *Rules) changed(tx *store.Tx) error {
	tx.AfterCommit(r.book.forget)
	return countRuleChange(tx)
}

// recordRule logs what became of a rule.
func recordRule(tx *store.Tx, by auth.Principal, act string, before, after *Rule) error {
	e := oplog.Entry{Action: act, Kind: "series_rule"}
	for _, rule := range []*Rule{before, after} {
		if rule == nil {
			continue
		}
		e.ID, e.Name = strconv.FormatInt(int64(rule.ID), 10), rule.Metric
		if rule.ProbeID != 0 {
			p, err := visibleProbe(tx, rule.ProbeID, nil)
			if err != nil {
				return err
			}
			e.Department = p.OwnerID
		}
	}
	if before != nil {
		e.Before = before.facts()
	}
	if after != nil {
		e.After = after.facts()
	}
	return oplog.Record(tx, by, e)
}

// ruleFacts are what the operation log keeps of a rule.
type ruleFacts struct {
	Probe      ProbeID           `json:"probe"`
	Position   int               `json:"position"`
	Format     RuleFormat        `json:"format"`
	Metric     string            `json:"metric"`
	Conditions []Condition       `json:"conditions"`
	SystemBy   SystemBy          `json:"system_by"`
	System     string            `json:"system"`
	Names      map[string]string `json:"names"`
	Signal     string            `json:"signal"`
	Reading    Reading           `json:"reading"`
	Scale      string            `json:"scale"`
	Source     string            `json:"source_label"`
	Consumer   string            `json:"consumer_label,omitempty"`
	Outcome    string            `json:"outcome_label,omitempty"`
	Failed     string            `json:"failed,omitempty"`
	Note       string            `json:"note"`
}

func (r *Rule) facts() ruleFacts {
	return ruleFacts{
		Probe: r.ProbeID, Position: r.Position, Format: r.Format, Metric: r.Metric, Conditions: r.Conditions, SystemBy: r.SystemBy,
		System: r.System, Names: r.Names, Signal: r.Signal, Reading: r.Reading, Scale: r.Scale(), Source: r.SourceLabel, Note: r.Note,
		Consumer: r.ConsumerLabel, Outcome: r.OutcomeLabel, Failed: r.Failed,
	}
}

// Scale writes the factor of the rule: 100, or 1/60.
func (r *Rule) Scale() string {
	if r.Denominator == 1 {
		return strconv.FormatInt(r.Numerator, 10)
	}
	return fmt.Sprintf("%d/%d", r.Numerator, r.Denominator)
}

// ruleBook remembers the rules as they hold.
type ruleBook struct {
	db      *store.DB
	reading sync.Mutex
	mu      sync.Mutex
	now     *rulebookState
}

type rulebookState struct {
	stand int64 // grows with every change
	read  time.Time
	rules map[ProbeID][]*Rule // in order; those of 0 are for all
}

// of are the rules that are asked for a probe.
func (s *rulebookState) of(probe ProbeID) []*Rule {
	own := s.rules[probe]
	return append(own[:len(own):len(own)], s.rules[0]...)
}

func (b *ruleBook) remembered() *rulebookState {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *ruleBook) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = nil
}

// current gives the rules, at most rulesFresh old. Whoever comes while they are
// being read anew takes the old ones.
func (b *ruleBook) current(ctx context.Context) (*rulebookState, error) {
	old := b.remembered()
	if old != nil {
		age := b.db.Now().Sub(old.read)
		if age >= 0 && age < rulesFresh || !b.reading.TryLock() {
			return old, nil
		}
	} else {
		b.reading.Lock()
	}
	defer b.reading.Unlock()
	var next *rulebookState
	err := b.db.Read(ctx, func(tx *store.Tx) (err error) {
		next, err = readRuleBook(tx, old)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the rules: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = next
	return next, nil
}
