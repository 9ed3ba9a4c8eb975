package agent

import (
	"bytes"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// pathPattern fits paths: * stands for anything within a segment, ** for
// anything at all.
type pathPattern struct {
	text string
	fold bool
	star bool
}

func newPathPattern(text string, fold bool) pathPattern {
	text = string(unescape(nil, []byte(text)))
	if fold {
		text = strings.ToLower(text)
	}
	return pathPattern{text, fold, strings.Contains(text, "*")}
}

func (p pathPattern) fits(path []byte) bool {
	switch {
	case !p.star && p.fold:
		return equalFold(path, p.text)
	case !p.star:
		return string(path) == p.text
	}
	return fitsStars(p.text, path, p.fold)
}

// fitsStars goes back to the last star when the rest does not fit, so that its
// time is at most the product of the lengths.
func fitsStars(pattern string, path []byte, fold bool) bool {
	p, at := 0, 0
	star, from, crosses := -1, 0, false
	for at < len(path) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, at
			crosses = strings.HasPrefix(pattern[p:], "**")
			for p < len(pattern) && pattern[p] == '*' {
				p++
			}
		case p < len(pattern) && (pattern[p] == path[at] || fold && pattern[p] == lower(path[at])):
			p, at = p+1, at+1
		case star >= 0 && (crosses || path[from] != '/'):
			from++
			at, p = from, star
			for p < len(pattern) && pattern[p] == '*' {
				p++
			}
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// Action is a request that means something: a sign-in, or a matter handled.
type Action struct {
	// Method is GET, POST, …; empty: any.
	Method string
	// Path is a pattern: * within a segment, ** over segments.
	Path string
	// Status are answers such as 200 or 3xx; none: 2xx and 3xx.
	Status []string
}

type action struct {
	method string
	path   pathPattern
	status [600]bool
}

func newAction(a Action, fold bool) *action {
	out := &action{method: strings.ToUpper(a.Method), path: newPathPattern(a.Path, fold)}
	set := a.Status
	if len(set) == 0 {
		set = []string{"2xx", "3xx"}
	}
	for _, s := range set {
		from, to, _ := statusRange(s)
		for n := from; n < to; n++ {
			out.status[n] = true
		}
	}
	return out
}

// statusRange reads 302 or 3xx.
func statusRange(s string) (from, to int, ok bool) {
	if len(s) != 3 {
		return 0, 0, false
	}
	if strings.EqualFold(s[1:], "xx") && s[0] >= '1' && s[0] <= '5' {
		from = int(s[0]-'0') * 100
		return from, from + 100, true
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 100 || n > 599 {
		return 0, 0, false
	}
	return n, n + 1, true
}

func (a *action) fits(r *Record) bool {
	return (r.Status == 0 || r.Status < len(a.status) && a.status[r.Status]) &&
		(a.method == "" || string(r.Method) == a.method) && a.path.fits(r.Path)
}

func anyAction(of []*action, r *Record) bool {
	for _, a := range of {
		if a.fits(r) {
			return true
		}
	}
	return false
}

func anyPath(of []pathPattern, path []byte) bool {
	for _, p := range of {
		if p.fits(path) {
			return true
		}
	}
	return false
}

// agentPattern fits what clients call themselves: a text found anywhere,
// whatever the case of its letters, or a regular expression between slashes.
type agentPattern struct {
	text string
	re   *regexp.Regexp
}

func newAgentPattern(text string) (agentPattern, error) {
	if len(text) > 2 && text[0] == '/' && text[len(text)-1] == '/' {
		re, err := regexp.Compile(text[1 : len(text)-1])
		return agentPattern{re: re}, err
	}
	return agentPattern{text: strings.ToLower(text)}, nil
}

func (p agentPattern) fits(agent []byte) bool {
	if p.re != nil {
		return p.re.Match(agent)
	}
	return containsFold(agent, p.text)
}

func anyAgent(of []agentPattern, agent []byte) bool {
	for _, p := range of {
		if p.fits(agent) {
			return true
		}
	}
	return false
}

// newNetwork reads 10.0.0.0/8 or 10.1.2.3.
func newNetwork(text string) (netip.Prefix, error) {
	if strings.Contains(text, "/") {
		return netip.ParsePrefix(text)
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	return netip.PrefixFrom(a, a.BitLen()), nil
}

func anyNetwork(of []netip.Prefix, addr []byte) bool {
	if len(of) == 0 {
		return false
	}
	a, err := netip.ParseAddr(string(bytes.Trim(addr, "[]")))
	if err != nil {
		return false
	}
	a = a.Unmap().WithZone("")
	for _, p := range of {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
