package oplog

import "golang.org/x/mod/sumdb/tlog"

// suspects are the places where the entry that stands there is not the one
// that was recorded. Looking at all of them together tells what was done: an
// entry that is recorded for another place was moved, not edited.
type suspects struct {
	strays map[tlog.Hash]int64 // entries that stand somewhere, by their hash
	wanted map[tlog.Hash]int64 // places, by the hash of what was recorded there
	at     []suspect           // in the order of places
}

type suspect struct {
	place    int64
	stands   bool // there is an entry
	recorded bool // something was recorded for the place
	have     tlog.Hash
	want     tlog.Hash
}

// maxSuspects bounds the memory of a verification.
const maxSuspects = 100_000

func newSuspects() *suspects {
	return &suspects{strays: map[tlog.Hash]int64{}, wanted: map[tlog.Hash]int64{}}
}

// add keeps a suspect and tells whether there was room.
func (s *suspects) add(x suspect) bool {
	if len(s.at) == maxSuspects {
		return false
	}
	if x.stands {
		s.strays[x.have] = x.place
	}
	if x.recorded {
		s.wanted[x.want] = x.place
	}
	s.at = append(s.at, x)
	return true
}

// judge says what happened at each place; end is the place after the last
// entry that stands.
func (s *suspects) judge(end int64, found *findings) {
	for _, x := range s.at {
		id := idOf(x.place)
		was, moved := s.wanted[x.have]
		moved = moved && x.stands
		_, elsewhere := s.strays[x.want]
		elsewhere = elsewhere && x.recorded
		switch {
		case moved:
			found.put(Finding{Kind: Reordered, ID: id, Last: id, Was: idOf(was)})
		case x.stands && x.recorded && !elsewhere:
			found.add(Edited, id, id)
		case x.stands:
			found.add(Inserted, id, id)
		}
		gone := !x.stands && !elsewhere || moved && x.recorded && !elsewhere
		switch {
		case gone && x.place >= end:
			found.add(Truncated, id, id)
		case gone:
			found.add(Removed, id, id)
		}
	}
}
