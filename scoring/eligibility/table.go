package eligibility

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
)

// Rule is a row of the table.
type Rule struct {
	ID       string `json:"id"` // F1 to F15
	Kinds    []Kind `json:"kinds,omitempty"`
	FromYear int    `json:"from_year,omitempty"` // the first fiscal year in which it holds
	// Of All every fact is true, of Any at least one if there are any, of None
	// not one.
	All     []Fact `json:"all,omitempty"`
	Any     []Fact `json:"any,omitempty"`
	None    []Fact `json:"none,omitempty"`
	Result  Result `json:"result"`
	Article string `json:"article,omitempty"` // where it is written; empty is an assumption
}

// Table is a version of the rules, in the order in which they decide.
type Table struct {
	Version int64  `json:"version"`
	Rules   []Rule `json:"rules"`
}

//go:embed table.json
var first []byte

// First is the table of the first pack (Xiangyang, 2017).
func First() Table {
	t, err := Read(first)
	if err != nil {
		panic(err) // it is part of the program, and tested
	}
	return t
}

// Read reads a table. The last rule must hold always, so that everything comes
// to something.
func Read(raw []byte) (Table, error) {
	var t Table
	if err := json.Unmarshal(raw, &t); err != nil {
		return t, fmt.Errorf("read the table of eligibility: %w", err)
	}
	for i, r := range t.Rules {
		if err := r.check(); err != nil {
			return t, fmt.Errorf("rule %d (%s) of the table of eligibility: %w", i+1, r.ID, err)
		}
		if slices.ContainsFunc(t.Rules[:i], func(o Rule) bool { return o.ID == r.ID }) {
			return t, fmt.Errorf("rule %d of the table of eligibility: %s is there twice", i+1, r.ID)
		}
	}
	if n := len(t.Rules); n == 0 || !t.Rules[n-1].always() {
		return t, fmt.Errorf("the last rule of the table of eligibility does not hold always")
	}
	return t, nil
}

func (r *Rule) always() bool {
	return len(r.Kinds)+len(r.All)+len(r.Any)+len(r.None) == 0 && r.FromYear == 0
}

func (r *Rule) check() error {
	for _, k := range r.Kinds {
		if !k.Valid() {
			return fmt.Errorf("kind %q is not known", k)
		}
	}
	for _, f := range slices.Concat(r.All, r.Any, r.None) {
		if !slices.Contains(AllFacts(), f) {
			return fmt.Errorf("fact %q is not known", f)
		}
	}
	if !slices.Contains(Results(), r.Result) {
		return fmt.Errorf("result %q is not known", r.Result)
	}
	return nil
}

// Finding is what the rules come to.
type Finding struct {
	Result Result
	// Rules that held, in the order of the table: the first one decides.
	Rules []Rule
	// Forecast says what would decide from a later year on, nil when the same
	// rules hold then.
	Forecast *Rule
}

// Find goes through the table.
func (t *Table) Find(f Facts) Finding {
	var out Finding
	for _, r := range t.Rules {
		if r.always() && len(out.Rules) > 0 {
			continue // nothing against it is no reason beside others
		}
		if !r.holds(f) {
			continue
		}
		if f.Year >= r.FromYear {
			out.Rules = append(out.Rules, r)
		} else if out.Forecast == nil && len(out.Rules) == 0 {
			out.Forecast = &r
		}
	}
	out.Result = out.Rules[0].Result
	return out
}

// holds tells whether a rule holds, in whatever year.
func (r *Rule) holds(f Facts) bool {
	is := func(fact Fact) bool { return f.True[fact] }
	return (len(r.Kinds) == 0 || slices.Contains(r.Kinds, f.Kind)) &&
		!slices.ContainsFunc(r.All, func(fact Fact) bool { return !is(fact) }) &&
		(len(r.Any) == 0 || slices.ContainsFunc(r.Any, is)) &&
		!slices.ContainsFunc(r.None, is)
}
