package agent

import (
	"bytes"
	"strings"
	"time"
)

// w3cParser reads the W3C extended format, as IIS writes it: a directive names
// the fields, blanks part them, a plus stands for a blank within, and times are
// in UTC.
type w3cParser struct {
	lineState
	header string
	fields []member
	mask   uint32
	when   [20]byte // 2017-11-24T01:00:00Z, put together of two fields
}

func newW3C(useForwarded bool) Parser {
	return &w3cParser{lineState: lineState{clock: clock{zone: time.UTC}, useForwarded: useForwarded}}
}

var w3cMembers = map[string]member{
	"date": dateOnly, "time": timeOnly, "c-ip": addr, "x-forwarded-for": forwarded, "cs(x-forwarded-for)": forwarded,
	"cs-username": user, "cs-method": method, "cs-uri-stem": uri, "cs-uri": uri, "sc-status": status,
	"cs(user-agent)": userAgent, "cs-host": site, "cs(host)": site,
}

// Resume begins under the fields of an earlier line.
func (p *w3cParser) Resume(header string) {
	p.header = header
	p.fields, p.mask = p.fields[:0], 0
	for name := range strings.FieldsSeq(strings.ToLower(header)) {
		m := w3cMembers[name]
		p.fields = append(p.fields, m)
		p.mask |= 1 << m
	}
}

// Header is the list of fields.
func (p *w3cParser) Header() string { return p.header }

func (p *w3cParser) directive(line []byte) Outcome {
	if rest, ok := bytes.CutPrefix(line, []byte("#Fields:")); ok && len(rest) < 4096 {
		p.Resume(strings.TrimSpace(string(rest)))
	}
	return Skipped
}

// Parse reads a line.
func (p *w3cParser) Parse(line []byte, r *Record) Outcome {
	p.begin(r)
	if len(line) == 0 {
		return Skipped
	}
	if line[0] == '#' {
		return p.directive(line)
	}
	copy(p.when[:], "0000-00-00T00:00:00Z")
	for _, m := range p.fields {
		end := bytes.IndexByte(line, ' ')
		value := line
		if end >= 0 {
			value, line = line[:end], line[end+1:]
		} else {
			line = nil
		}
		if len(value) == 0 { // fewer fields than were announced
			return Garbage
		}
		if !p.take(m, value, r) {
			return Garbage
		}
	}
	var ok bool
	if r.Time, ok = p.clock.iso(p.when[:]); !ok || !p.finish(r) {
		return Garbage
	}
	return Parsed
}

func (p *w3cParser) take(m member, v []byte, r *Record) bool {
	switch m {
	case dateOnly:
		return copy(p.when[:10], v) == 10 && len(v) == 10
	case timeOnly:
		return copy(p.when[11:19], v) == 8 && len(v) == 8
	case userAgent:
		p.agentAt = append(p.agentAt[:0], named(v)...)
		for i, c := range p.agentAt {
			if c == '+' {
				p.agentAt[i] = ' '
			}
		}
		r.Agent = p.agentAt
		return true
	case user:
		r.User = named(v)
		return true
	}
	return p.put(m, v, r)
}

func (p *w3cParser) HasAgent() bool { return p.mask == 0 || p.mask&(1<<userAgent) != 0 }
func (p *w3cParser) HasAddr() bool  { return p.mask == 0 || p.mask&(1<<addr|1<<forwarded) != 0 }
