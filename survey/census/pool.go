package census

import (
	"slices"

	"qingce/internal/auth"
	"qingce/internal/input"
	"qingce/inventory"
	"qingce/survey"
)

// declared is a system that a body declared, or one of the register that is on
// no form, with what it can be found by.
type declared struct {
	row        survey.RowID
	system     inventory.SystemID
	department auth.DepartmentID
	code, name string
	url        string

	full, core           string // its name in the forms that are compared
	short                string
	fullPairs, corePairs []string
	place                place

	phase, location, fund, djbh string
	paid, reachable             bool

	met bool // by a line of the list
}

// facts are what is read of a declared system to find it.
type facts struct {
	Name         string `json:"name"`
	ShortName    string `json:"short_name"`
	VisitUrl     string `json:"visit_url"`
	ServerIps    string `json:"server_ips"`
	Phase        string `json:"phase"`
	Location     string `json:"location"`
	OmAmountYear string `json:"om_amount_year"`
	OmFundSource string `json:"om_fund_source"`
	FundSource   string `json:"fund_source"`
	DjbhLevel    string `json:"djbh_level"`
}

// pool is everything that is declared, by what it can be found by.
type pool struct {
	words   words
	bodies  bodies
	all     []declared
	byCode  map[string][]int
	byPage  map[string][]int
	byHost  map[string][]int
	byPoint map[string][]int // address and port
	byIP    map[string][]int
	byOwner map[auth.DepartmentID][]int
	byCore  map[string][]int
	byPair  map[string][]int32 // pairs of characters of the core
	byRow   map[survey.RowID]int
	byID    map[inventory.SystemID]int
}

func newPool(w words, b bodies) *pool {
	p := &pool{words: w, bodies: b}
	for _, m := range []*map[string][]int{&p.byCode, &p.byPage, &p.byHost, &p.byPoint, &p.byIP, &p.byCore} {
		*m = map[string][]int{}
	}
	p.byOwner, p.byPair = map[auth.DepartmentID][]int{}, map[string][]int32{}
	p.byRow, p.byID = map[survey.RowID]int{}, map[inventory.SystemID]int{}
	return p
}

// add puts a declared system into the pool.
func (p *pool) add(d declared, f facts) {
	i := len(p.all)
	owner := p.bodies.names[d.department]
	d.name, d.url = f.Name, f.VisitUrl
	d.full = p.words.name(f.Name, owner...)
	d.core = p.words.core(d.full)
	d.fullPairs, d.corePairs = bigrams(d.full), bigrams(d.core)
	if f.ShortName != "" {
		d.short = p.words.core(p.words.name(f.ShortName, owner...))
	}
	d.phase, d.location, d.djbh = f.Phase, f.Location, f.DjbhLevel
	d.fund = f.OmFundSource
	if d.fund == "" {
		d.fund = f.FundSource
	}
	d.paid, d.reachable = f.OmAmountYear != "" && f.OmAmountYear != "0", f.VisitUrl != "" || f.ServerIps != ""
	into := func(m map[string][]int, key string) {
		if list := m[key]; key != "" && (len(list) == 0 || list[len(list)-1] != i) {
			m[key] = append(list, i)
		}
	}
	into(p.byCode, input.Ident(d.code))
	into(p.byCore, d.core)
	p.byOwner[d.department] = append(p.byOwner[d.department], i)
	points := endpointsOf(f.ServerIps, "")
	if at, ok := placeOf(f.VisitUrl); ok {
		d.place = at
		into(p.byPage, at.key())
		into(p.byHost, at.host)
		if e, ok := endpointOf(at); ok {
			points = append(points, e)
		}
	}
	for _, e := range points {
		if e.port != "" {
			into(p.byPoint, e.String())
		}
		into(p.byIP, e.ip)
	}
	for _, pair := range d.corePairs {
		p.byPair[pair] = append(p.byPair[pair], int32(i))
	}
	if d.row != 0 {
		p.byRow[d.row] = i
	}
	if d.system != 0 {
		p.byID[d.system] = i
	}
	p.all = append(p.all, d)
}

// at finds the declared system of a row, or of a record.
func (p *pool) at(row survey.RowID, system inventory.SystemID) (int, bool) {
	if i, ok := p.byRow[row]; ok {
		return i, true
	}
	i, ok := p.byID[system]
	return i, ok
}

// expected tells whether a list of a kind that is complete would have the
// system, by what its body says of it.
func (d *declared) expected(k SourceKind) bool {
	if !slices.Contains([]string{inventory.PhaseTrial, inventory.PhaseRunning, inventory.PhaseStopped}, d.phase) {
		return false
	}
	switch k {
	case Cloud:
		return d.location == cloudLocation
	case Finance:
		return d.paid && d.fund == cityFunds
	case Network:
		return d.reachable
	case Djbh:
		return d.djbh != "" && d.djbh != inventory.DjbhNone && d.djbh != inventory.DjbhNotApplied && d.djbh != "1" // first-level systems are not filed
	case Audit:
		return false
	}
	return true
}

const (
	cloudLocation = "gov_cloud"
	cityFunds     = "city"
)

// candidate names a declared system as one that a line may be.
func (d *declared) candidate(by Key, score int, on string) Candidate {
	return Candidate{
		Row: d.row, System: d.system, Department: d.department, Code: d.code, Name: d.name, By: by, Score: score, On: on,
	}
}

// factsOf are the facts of a record of the register.
func factsOf(s *inventory.System) facts {
	get := func(key string) string {
		f, _ := inventory.SystemFields.Find(key)
		return f.Get(s)
	}
	return facts{
		Name: s.Name, ShortName: s.ShortName, VisitUrl: s.VisitUrl, ServerIps: s.ServerIps, Phase: s.Phase, Location: s.Location,
		OmAmountYear: get("om_amount_year"), OmFundSource: s.OmFundSource, FundSource: s.FundSource, DjbhLevel: s.DjbhLevel,
	}
}
