package agent

import (
	"math/bits"
	"time"

	"qingce/inventory/usage/wire"
)

// hourState is what is known of an hour so far, as it is saved.
type hourState struct {
	// Seq is that of the last report made, Acked of the last one acknowledged.
	Seq      int64 `json:"seq"`
	Acked    int64 `json:"acked"`
	Requests int64 `json:"requests,omitempty"`
	Human    int64 `json:"human,omitempty"`
	Errors   int64 `json:"errors,omitempty"`
	Logins   int64 `json:"logins,omitempty"`
	Business int64 `json:"business,omitempty"`
	API      int64 `json:"api,omitempty"`
	// Minutes are, for each log, those for which it was followed, as bits.
	Minutes map[string]uint64 `json:"minutes,omitempty"`
	// Users are people, Machines surely machines; Health asked for health
	// paths, and are machines unless they are people.
	Users    crowd `json:"users"`
	Machines crowd `json:"machines"`
	Health   crowd `json:"health"`
	// Key is that of the hashes. After a change of the key within an hour the
	// clients of that hour are not known any more: Blurred.
	Key     string    `json:"key,omitempty"`
	Blurred bool      `json:"blurred,omitempty"`
	Host    *hostHour `json:"host,omitempty"`
	// Touched tells that something has changed since the last report.
	Touched bool `json:"touched,omitempty"`

	seen map[uint64]uint8 // prints of clients that are in their crowds already
}

// mostSeen bounds how many clients are known again without hashing.
const mostSeen = 1 << 16

// client adds the one who made a request to its crowd.
func (h *hourState) client(k Kind, r *Record, print uint64, hash *hasher) {
	bit := uint8(1) << k
	if h.seen[print]&bit != 0 {
		return
	}
	if h.seen == nil || len(h.seen) >= mostSeen {
		h.seen = make(map[uint64]uint8)
	}
	h.seen[print] |= bit
	switch k {
	case Person:
		h.Users.add(hash.of(r))
	case Machine:
		h.Machines.add(hash.of(r))
	default:
		h.Health.add(hash.of(r))
	}
}

// machines are the machines with those that only asked whether the system
// lives.
func (h *hourState) machines() *crowd {
	all := h.Machines.clone()
	if h.Health.sketch != nil {
		if all.sketch == nil {
			all.sketch, all.exact = sketchOf(all.exact), nil
		}
		_ = all.sketch.Merge(h.Health.sketch) // of the same precision
		return &all
	}
	for c := range h.Health.exact {
		if !h.Users.has(c) {
			all.add(c)
		}
	}
	return &all
}

// measured is the number of minutes for which all of the logs were followed.
func (h *hourState) measured(logs []string) int {
	if len(logs) == 0 {
		return 0
	}
	all := ^uint64(0)
	for _, l := range logs {
		all &= h.Minutes[l]
	}
	return bits.OnesCount64(all)
}

// cover notes that a log was followed from minute to minute, both included.
func (h *hourState) cover(log string, from, to int) {
	if h.Minutes == nil {
		h.Minutes = make(map[string]uint64)
	}
	was := h.Minutes[log]
	set := was | (^uint64(0)<<from)&(^uint64(0)>>(63-to))
	if set != was {
		h.Minutes[log], h.Touched = set, true
	}
}

// book is the account of one source of one system: its hours.
type book struct {
	system, source string
	token          string
	logs           []string // names of the logs that it is made of
	measures       measures

	hours map[wire.Hour]*hourState
	floor wire.Hour // hours before it are closed for good
	last  wire.Hour
	open  *hourState // the hour of the last line, which mostly is that of the next
}

// measures says what the logs of a book can tell.
type measures struct{ addr, logins, business, api bool }

// hour finds an hour or opens it; nil when it is closed for good.
func (b *book) hour(h wire.Hour, key string) *hourState {
	if b.open != nil && b.last == h {
		return b.open
	}
	s := b.hours[h]
	if s == nil {
		if h < b.floor {
			return nil
		}
		s = &hourState{Key: key}
		b.hours[h] = s
	}
	if b.open != nil {
		b.open.seen = nil
	}
	b.open, b.last = s, h
	return s
}

// cover notes that a log was followed between two times.
func (b *book) cover(log, key string, from, to time.Time) {
	m, last := from.Unix()/60, to.Unix()/60
	m = max(m, last-60*24*keepDays)
	for m <= last {
		h := wire.Hour(m / 60)
		end := min(last, int64(h)*60+59)
		s := b.hours[h]
		if s == nil && h >= b.floor {
			s = &hourState{Key: key}
			b.hours[h] = s
		}
		if s != nil {
			s.cover(log, int(m%60), int(end%60))
		}
		m = end + 1
	}
}

// keepDays is how late the service takes hours.
const keepDays = 40

// forget closes hours that were acknowledged and to which nothing can be added
// any more: those before the limit.
func (b *book) forget(limit wire.Hour) {
	for h, s := range b.hours {
		if sent := !s.Touched && s.Acked == s.Seq; h < limit && (sent || !b.says(s)) {
			b.drop(h)
		}
	}
}

func (b *book) drop(h wire.Hour) {
	if b.open == b.hours[h] {
		b.open = nil
	}
	delete(b.hours, h)
	b.floor = max(b.floor, h+1)
}

// says tells whether there is anything to say about an hour: silence of a log
// that was not followed is none.
func (b *book) says(s *hourState) bool {
	return s.Requests > 0 || s.measured(b.logs) > 0 || s.Host != nil
}

// report is the state of an hour as it is sent.
func (b *book) report(h wire.Hour, s *hourState, epoch int64) wire.Report {
	r := wire.Report{System: b.system, Source: b.source, Epoch: epoch, Hour: h, Seq: s.Seq}
	if s.Host != nil {
		s.Host.fill(&r)
		return r
	}
	r.Minutes = s.measured(b.logs)
	r.Values.Set(wire.Requests, s.Requests)
	r.Values.Set(wire.HumanRequests, s.Human)
	r.Values.Set(wire.Errors, s.Errors)
	if b.measures.logins {
		r.Values.Set(wire.Logins, s.Logins)
	}
	if b.measures.business {
		r.Values.Set(wire.BusinessTx, s.Business)
	}
	if b.measures.api {
		r.Values.Set(wire.APIIn, s.API)
	}
	if b.measures.addr && !s.Blurred {
		machines := s.machines()
		r.Values.Set(wire.Users, s.Users.count())
		r.Values.Set(wire.MachineClients, machines.count())
		r.Users, r.Machines = s.Users.bytes(), machines.bytes()
		r.SketchKey = s.Key
	}
	return r
}
