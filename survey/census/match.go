package census

import (
	"cmp"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/input"
)

// How alike names must be, of 100. A name that is as good as another one
// decides nothing.
const (
	sureName    = 75 // within one department
	sureAnyone  = 85 // anywhere, where the list names no department
	maybeName   = 55
	lead        = 10 // of the best before the second
	strangeName = 20 // an address alone does not join names as different as that
	mostOffered = 5  // candidates that are shown
)

// Scores of the keys.
const (
	scoreCode = 100
	scorePage = 98
	scorePort = 95
	scoreHost = 85
	scoreIP   = 80
	scoreCore = 95 // names that differ by 系统 and 平台 only
)

// query is a line in the forms that are compared.
type query struct {
	code       string
	name       string
	department auth.DepartmentID // 0 when the list does not name one that is known
	full, core string
	fullPairs  []string
	corePairs  []string
	place      place
	points     []endpoint
}

func (p *pool) query(t taken, department auth.DepartmentID) query {
	q := query{code: input.Ident(t.body["code"]), name: t.name, department: department}
	q.full = p.words.name(t.name, p.bodies.names[department]...)
	q.core = p.words.core(q.full)
	q.fullPairs, q.corePairs = bigrams(q.full), bigrams(q.core)
	q.points = endpointsOf(t.body["server_ips"], t.ports)
	if at, ok := placeOf(t.body["visit_url"]); ok {
		q.place = at
		if e, ok := endpointOf(at); ok {
			q.points = append(q.points, e)
		}
	}
	return q
}

// found is what a line turned out to be: best is a declared system, or -1 with
// those that it may be.
type found struct {
	best       int
	by         Key
	score      int
	candidates []Candidate
}

var nothing = found{best: -1}

// find holds a line against everything that is declared: by code, by the
// address of its page, by network address, by name.
func (p *pool) find(q query) found {
	steps := []func(query) ([]int, Key, int, string){p.ofCode, p.ofPage, p.ofPort, p.ofHost, p.ofIP}
	unsure := nothing
	for _, step := range steps {
		list, by, score, on := step(q)
		if len(list) == 0 {
			continue
		}
		one, ok := p.pick(q, list)
		strange := score < scorePort && q.core != "" && ok && p.alike(q, one) < strangeName
		if ok && !strange {
			return found{one, by, score, []Candidate{p.all[one].candidate(by, score, on)}}
		}
		if unsure.candidates == nil {
			unsure.candidates = p.offer(q, list, by, on)
		}
	}
	if f := p.findName(q); f.best >= 0 || unsure.candidates == nil {
		return f
	}
	return unsure
}

func (p *pool) ofCode(q query) ([]int, Key, int, string) {
	if q.code == "" {
		return nil, "", 0, ""
	}
	return p.byCode[q.code], ByCode, scoreCode, q.code
}

func (p *pool) ofPage(q query) ([]int, Key, int, string) {
	if q.place.host == "" {
		return nil, "", 0, ""
	}
	return p.byPage[q.place.key()], ByURL, scorePage, q.place.key()
}

// ofHost finds a system that has a host to itself, where one of both sides names
// no more than the host.
func (p *pool) ofHost(q query) ([]int, Key, int, string) {
	if q.place.host == "" {
		return nil, "", 0, ""
	}
	list := p.byHost[q.place.host]
	if len(list) != 1 || q.place.path != "" && p.all[list[0]].place.path != "" {
		return nil, "", 0, ""
	}
	return list, ByURL, scoreHost, q.place.host
}

func (p *pool) ofPort(q query) ([]int, Key, int, string) {
	var out []int
	on := ""
	for _, e := range q.points {
		if list := p.byPoint[e.String()]; e.port != "" && len(list) > 0 {
			out, on = append(out, list...), e.String()
		}
	}
	slices.Sort(out)
	return slices.Compact(out), ByAddress, scorePort, on
}

func (p *pool) ofIP(q query) ([]int, Key, int, string) {
	var out []int
	on := ""
	for _, e := range q.points {
		if list := p.byIP[e.ip]; len(list) > 0 {
			out, on = append(out, list...), e.ip
		}
	}
	slices.Sort(out)
	return slices.Compact(out), ByAddress, scoreIP, on
}

// pick chooses among systems that share a key: the only one, the only one of
// the department, or the one whose name is like no other's.
func (p *pool) pick(q query, list []int) (int, bool) {
	if q.department != 0 && len(list) > 1 {
		own := make([]int, 0, len(list))
		for _, i := range list {
			if p.all[i].department == q.department {
				own = append(own, i)
			}
		}
		if len(own) > 0 {
			list = own
		}
	}
	if len(list) == 1 {
		return list[0], true
	}
	ranked := p.rank(q, list)
	if ranked[0].score >= sureName && ranked[0].score-ranked[1].score >= lead {
		return ranked[0].at, true
	}
	return 0, false
}

// ranked is a declared system with how alike its name is.
type ranked struct{ at, score int }

func (p *pool) rank(q query, list []int) []ranked {
	out := make([]ranked, len(list))
	for n, i := range list {
		out[n] = ranked{i, p.alike(q, i)}
	}
	slices.SortStableFunc(out, func(a, b ranked) int { return cmp.Compare(b.score, a.score) })
	return out
}

// alike is how alike the names of a line and a declared system are, of 100.
func (p *pool) alike(q query, i int) int {
	d := &p.all[i]
	switch {
	case q.full == "":
		return 0
	case q.full == d.full:
		return 100
	case q.core == d.core, d.short != "" && q.core == d.short:
		return scoreCore
	}
	return min((3*dice(q.corePairs, d.corePairs)+dice(q.fullPairs, d.fullPairs))/4, scoreCore-1)
}

// offer are systems that share a key, the likeliest first.
func (p *pool) offer(q query, list []int, by Key, on string) []Candidate {
	var out []Candidate
	for _, r := range p.rank(q, list) {
		out = append(out, p.all[r.at].candidate(by, r.score, on))
	}
	return out[:min(len(out), mostOffered)]
}

// findName finds a line by its name: among the systems of the department, or
// anywhere when the list names none. A name that only another department has is
// left to a person.
func (p *pool) findName(q query) found {
	if q.core == "" {
		return nothing
	}
	if q.department == 0 {
		return p.byNames(q, p.likely(q), sureAnyone)
	}
	if f := p.byNames(q, p.byOwner[q.department], sureName); f.best >= 0 || len(f.candidates) > 0 {
		return f
	}
	others := nothing
	for _, i := range p.byCore[q.core] {
		if len(others.candidates) < mostOffered {
			others.candidates = append(others.candidates, p.all[i].candidate(ByName, p.alike(q, i), p.all[i].name))
		}
	}
	return others
}

func (p *pool) byNames(q query, list []int, sure int) found {
	if len(list) == 0 {
		return nothing
	}
	r := p.rank(q, list)
	best, second := r[0], ranked{}
	if len(r) > 1 {
		second = r[1]
	}
	if best.score >= sure && best.score-second.score >= lead {
		d := &p.all[best.at]
		return found{best.at, ByName, best.score, []Candidate{d.candidate(ByName, best.score, d.name)}}
	}
	out := nothing
	for _, one := range r {
		if one.score >= maybeName && len(out.candidates) < mostOffered {
			out.candidates = append(out.candidates, p.all[one.at].candidate(ByName, one.score, p.all[one.at].name))
		}
	}
	return out
}

// mostLikely bounds how many names one line is held against.
const mostLikely = 2_000

// likely are the systems whose name may be alike enough: two sets of which two
// thirds are shared have one of the rarest third in common.
func (p *pool) likely(q query) []int {
	out := slices.Clone(p.byCore[q.core])
	pairs := slices.Clone(q.corePairs)
	slices.SortStableFunc(pairs, func(a, b string) int { return cmp.Compare(len(p.byPair[a]), len(p.byPair[b])) })
	for _, pair := range pairs[:min(len(pairs), len(pairs)/2+1)] {
		list := p.byPair[pair]
		if len(out)+len(list) > mostLikely {
			break
		}
		for _, i := range list {
			out = append(out, int(i))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
