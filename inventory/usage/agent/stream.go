package agent

import (
	"qingce/inventory/usage/wire"
)

// Lines counts what became of the lines of a log since the program started.
type Lines struct {
	Parsed int64
	// Garbage are lines that are not in the format of the log, TooLong among
	// them those that are longer than any line should be.
	Garbage, TooLong int64
	// Future, Old and Late are lines whose time is ahead of the clock, older
	// than the service takes, or of an hour that was closed long ago.
	Future, Old, Late int64
	// Other are lines of other sites or paths than those to count.
	Other int64
	// Sample is the first line that could not be read, shortened.
	Sample string
}

// stream reads one log and counts what it says in a book.
type stream struct {
	name    string // of the log, within its book
	parser  Parser
	judge   *Judge
	book    *book
	hash    *hasher
	filter  filter
	logins  []*action
	matters []*action
	api     []*action
	lines   Lines
	record  Record
	first   int64 // the time of the first line since the log is followed without a gap
	last    int64 // the time of the last line
	now     int64
}

// filter chooses what is counted where a log holds several systems.
type filter struct {
	hosts []string
	paths []pathPattern
}

func (f *filter) wants(r *Record) bool {
	if len(f.paths) > 0 && !anyPath(f.paths, r.Path) {
		return false
	}
	if len(f.hosts) == 0 {
		return true
	}
	name := r.Host
	if i := lastIndexByte(name, ':'); i > 0 && digits(name[i+1:]) {
		name = name[:i]
	}
	for _, h := range f.hosts {
		if equalFold(name, h) {
			return true
		}
	}
	return false
}

// ahead is how far the clock of a log may be ahead of ours, in seconds.
const ahead = 600

// line counts one line.
func (s *stream) line(line []byte) {
	r := &s.record
	switch s.parser.Parse(line, r) {
	case Skipped:
		return
	case Garbage:
		s.garbage(line)
		return
	}
	switch {
	case r.Time > s.now+ahead:
		s.lines.Future++
		return
	case r.Time < s.now-keepDays*86400:
		s.lines.Old++
		return
	}
	s.lines.Parsed++
	if s.first == 0 {
		s.first = r.Time
	}
	s.last = max(s.last, r.Time)
	if !s.filter.wants(r) {
		s.lines.Other++
		return
	}
	if h := s.book.hour(wire.Hour(r.Time/3600), s.hash.id); h != nil {
		s.count(h, r)
	} else {
		s.lines.Late++
	}
}

func (s *stream) garbage(line []byte) {
	s.lines.Garbage++
	if s.lines.Sample == "" {
		s.lines.Sample = shorten(line, 200)
	}
}

// count adds a request to its hour.
func (s *stream) count(h *hourState, r *Record) {
	h.Touched = true
	h.Requests++
	if r.Status >= 500 {
		h.Errors++
	}
	if len(r.Agent) == 0 {
		s.judge.silent = s.parser.HasAgent()
	}
	kind, agent := s.judge.judge(r)
	if kind == Person {
		h.Human++
	}
	if kind != Health {
		s.actions(h, r)
	}
	if s.book.measures.addr && len(r.Addr)+len(r.User) > 0 {
		h.client(kind, r, printClient(r, agent), s.hash)
	}
}

func (s *stream) actions(h *hourState, r *Record) {
	if len(s.logins) > 0 && anyAction(s.logins, r) {
		h.Logins++
	}
	if len(s.matters) > 0 && anyAction(s.matters, r) {
		h.Business++
	}
	if len(s.api) > 0 && anyAction(s.api, r) {
		h.API++
	}
}
