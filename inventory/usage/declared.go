package usage

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
)

// ComparedDays is how many days, up to yesterday, a declaration is held against.
const ComparedDays = 90

// Judgement is what came of holding a declaration against the facts.
type Judgement string

// The judgements.
const (
	Differs    Judgement = "differs"
	Agrees     Judgement = "agrees"
	Unmeasured Judgement = "unmeasured" // not measured for long enough to say anything
)

// Judgements lists them in the order in which pages show them.
func Judgements() []Judgement { return []Judgement{Differs, Agrees, Unmeasured} }

// Label is the message key of the judgement's name.
func (j Judgement) Label() fault.Label { return fault.Label("usage.judged." + string(j)) }

// DifferenceKind says in what a declaration and the facts differ.
type DifferenceKind string

// The differences.
const (
	NeverUsed   DifferenceKind = "never_used"   // declared as used, and not used once
	UsedLess    DifferenceKind = "used_less"    // used, but much less often than declared
	UsedMore    DifferenceKind = "used_more"    // declared as hardly used, and used
	StandbyUsed DifferenceKind = "standby_used" // declared as standby, and used most days
	StoppedUsed DifferenceKind = "stopped_used" // declared as not in service, and used
	PeopleMore  DifferenceKind = "people_more"  // more people on a day than are registered
	ActiveMore  DifferenceKind = "active_more"  // more people in a month than declared
	ActiveFewer DifferenceKind = "active_fewer" // far fewer
)

// DifferenceKinds lists the kinds in the order in which pages show them.
func DifferenceKinds() []DifferenceKind {
	return []DifferenceKind{NeverUsed, UsedLess, UsedMore, StandbyUsed, StoppedUsed, PeopleMore, ActiveMore, ActiveFewer}
}

// Label is the message key of the kind's name.
func (k DifferenceKind) Label() fault.Label { return fault.Label("usage.differs." + string(k)) }

// Difference is one thing in which they differ.
type Difference struct {
	Kind DifferenceKind
	// Field is the key of the field of the register that says otherwise.
	Field string
	// Said is the declared number of people, Found the measured one; of kinds
	// that count days, Found is the days of use and Said those that would do.
	Said, Found int64
}

// Compared is a system with what it declares and what was measured.
type Compared struct {
	System      inventory.System
	Facts       Window
	Judgement   Judgement
	Differences []Difference
}

// CompareOrder is what a comparison is sorted by.
type CompareOrder string

// The orders. The usual one begins with the most differences.
const (
	ByDifferences CompareOrder = ""
	ByCode        CompareOrder = "code"
	ByUsedDays    CompareOrder = "used"
	ByCoverage    CompareOrder = "coverage"
)

// CompareQuery says which systems are compared.
type CompareQuery struct {
	Search     string
	Owner      auth.DepartmentID // 0 is all
	Judgement  Judgement         // empty is all
	Kind       DifferenceKind    // empty is all
	Sort       CompareOrder
	Descending bool
	Page, Size int // size -1 is all rows, for exports
}

// ComparePage is a page of a comparison. From and To are the days that were
// looked at; By counts what the search and the owner leave.
type ComparePage struct {
	Rows       []Compared
	Total      int64
	By         map[Judgement]int64
	From, To   calendar.Date
	Page, Size int
}

// compared are the fields of the register that are held against facts.
func comparedFields() []string {
	return []string{"code", "name", "owner_id", "phase", "registered_users", "active_users_month", "use_frequency", "usage_pattern", "enabled_date", "classified"}
}

// recent is what was measured in the last ComparedDays whole days, and the
// policy by which it is judged.
type recent struct {
	from, to calendar.Date
	facts    map[inventory.SystemID]Window
	policy   Policy
}

func (l *Ledger) recent(ctx context.Context) (r recent, err error) {
	err = l.db.Read(ctx, func(tx *store.Tx) error {
		r.to = calendar.DateOf(tx.Now()).AddDays(-1)
		r.from = r.to.AddDays(1 - ComparedDays)
		var err error
		if r.policy, err = currentPolicy(tx); err != nil {
			return err
		}
		r.facts, err = windows(tx, r.from, r.to)
		return err
	})
	return r, err
}

// Compare holds what systems declare in the register against what was measured
// in the last ComparedDays days. Where measuring covers less of them than the
// policy asks for, nothing is said: silence is not disuse.
func (l *Ledger) Compare(ctx context.Context, by auth.Principal, q CompareQuery) (ComparePage, error) {
	if err := by.Require(Readers()...); err != nil {
		return ComparePage{}, err
	}
	out := ComparePage{By: map[Judgement]int64{}, Page: max(q.Page, 1), Size: q.Size}
	recent, err := l.recent(ctx)
	if err != nil {
		return ComparePage{}, fmt.Errorf("read the facts to compare: %w", err)
	}
	out.From, out.To = recent.from, recent.to
	all, err := l.compareAll(ctx, by, q, recent.facts, recent.policy.Coverage)
	if err != nil {
		return ComparePage{}, err
	}
	out.take(all, q)
	return out, nil
}

// compareAll compares every system of the search and the owner.
func (l *Ledger) compareAll(ctx context.Context, by auth.Principal, q CompareQuery, facts map[inventory.SystemID]Window, coverage int) ([]Compared, error) {
	list := inventory.Query{Search: q.Search, Columns: comparedFields()}
	if q.Owner != 0 {
		list.Conditions = []store.Condition{{Column: "owner_id", Op: store.In, Values: []any{int64(q.Owner)}}}
	}
	var all []Compared
	err := l.registry.EachSystem(ctx, by, list, func(_ int64, s inventory.System) error {
		if s.Classified {
			return nil // nothing is known of it, and nothing may be
		}
		c := Compared{System: s, Facts: facts[s.ID]}
		c.judge(coverage)
		all = append(all, c)
		return nil
	})
	return all, err
}

// take counts, chooses, sorts and cuts a page.
func (p *ComparePage) take(all []Compared, q CompareQuery) {
	var rows []Compared
	for _, c := range all {
		p.By[c.Judgement]++
		if (q.Judgement == "" || c.Judgement == q.Judgement) && (q.Kind == "" || c.has(q.Kind)) {
			rows = append(rows, c)
		}
	}
	slices.SortStableFunc(rows, func(a, b Compared) int {
		n := q.Sort.compare(a, b)
		if q.Descending {
			n = -n
		}
		return cmp.Or(n, cmp.Compare(a.System.Code, b.System.Code))
	})
	p.Total = int64(len(rows))
	if q.Size < 0 {
		p.Rows = rows
		return
	}
	p.Size = pageSize(q.Size)
	p.Page = min(p.Page, max(1, (len(rows)+p.Size-1)/p.Size))
	from := (p.Page - 1) * p.Size
	p.Rows = rows[from:min(from+p.Size, len(rows))]
}

func (o CompareOrder) compare(a, b Compared) int {
	switch o {
	case ByCode:
		return cmp.Compare(a.System.Code, b.System.Code)
	case ByUsedDays:
		return cmp.Compare(a.Facts.Used, b.Facts.Used)
	case ByCoverage:
		return cmp.Compare(a.Facts.Covered, b.Facts.Covered)
	}
	return cmp.Or(cmp.Compare(len(b.Differences), len(a.Differences)), cmp.Compare(b.Facts.Covered, a.Facts.Covered))
}

func (c *Compared) has(k DifferenceKind) bool {
	return slices.ContainsFunc(c.Differences, func(d Difference) bool { return d.Kind == k })
}

// judge finds the differences, if enough was measured.
func (c *Compared) judge(coverage int) {
	if c.Facts.Covered*100 < coverage*ComparedDays {
		c.Judgement = Unmeasured
		return
	}
	c.judgeFrequency()
	c.judgePhase()
	c.judgePeople()
	c.Judgement = Agrees
	if len(c.Differences) > 0 {
		c.Judgement = Differs
	}
}

func (c *Compared) differs(k DifferenceKind, field string, said, found int) {
	c.Differences = append(c.Differences, Difference{Kind: k, Field: field, Said: int64(said), Found: int64(found)})
}

// least is on how many of the covered days a frequency would be seen at least:
// half of what it says, so that only great differences are told.
func least(frequency string, covered int) int {
	switch frequency {
	case "daily":
		return covered * 5 / 14 // half of the working days
	case "weekly":
		return covered / 14
	case "monthly":
		return covered / 60
	case "quarterly":
		return covered / ComparedDays
	}
	return 0
}

// judgeFrequency holds how often a system is used against how often it says.
// Seasonal systems and those that stand by may rest.
func (c *Compared) judgeFrequency() {
	s, f := &c.System, c.Facts
	switch s.UsagePattern {
	case inventory.PatternSeasonal:
		return
	case "standby":
		if f.Used*2 > f.Covered {
			c.differs(StandbyUsed, "usage_pattern", 0, f.Used)
		}
		return
	}
	want := least(s.UseFrequency, f.Covered)
	switch {
	case s.UseFrequency == inventory.FrequencyHardly:
		if few := max(5, f.Covered/10); f.Used >= few {
			c.differs(UsedMore, "use_frequency", few, f.Used)
		}
	case f.Used == 0 && (want > 0 || s.UsagePattern == "always"):
		c.differs(NeverUsed, "use_frequency", want, 0)
	case f.Used < want:
		c.differs(UsedLess, "use_frequency", want, f.Used)
	}
}

func (c *Compared) judgePhase() {
	switch c.System.Phase {
	case inventory.PhaseStopped, inventory.PhaseOffline, inventory.PhasePlanned, inventory.PhaseBuilding:
		if c.Facts.Used > 0 {
			c.differs(StoppedUsed, "phase", 0, c.Facts.Used)
		}
	}
}

// judgePeople holds the people that were seen against those declared. Those of
// a month are distinct; a day has at most as many.
func (c *Compared) judgePeople() {
	s, f := &c.System, c.Facts
	if s.RegisteredUsers != nil && f.MostUsers != nil && *f.MostUsers > *s.RegisteredUsers {
		c.differs(PeopleMore, "registered_users", int(*s.RegisteredUsers), int(*f.MostUsers))
	}
	if s.ActiveUsersMonth == nil || f.MonthUsers == nil {
		return
	}
	said, found := *s.ActiveUsersMonth, *f.MonthUsers
	switch {
	case found > said*3/2 && found-said >= 5:
		c.differs(ActiveMore, "active_users_month", int(said), int(found))
	case said > found*2 && said-found >= 10:
		c.differs(ActiveFewer, "active_users_month", int(said), int(found))
	}
}
