package detect

import (
	"encoding/binary"
	"errors"
	"math"
)

// stateVersion is the form in which a state is written. Another form cannot be
// read: the state is then rebuilt from the facts.
const stateVersion = 3

// ErrStateForm says that a state was written by another version of the
// program, or is cut.
var ErrStateForm = errors.New("detect: the state is of another form")

// AppendBinary writes the state behind b: the same state gives the same bytes.
func (s *State) AppendBinary(b []byte) ([]byte, error) {
	c := coder{b: append(b, stateVersion)}
	s.code(&c)
	return c.b, nil
}

// UnmarshalBinary reads what AppendBinary wrote.
func (s *State) UnmarshalBinary(b []byte) error {
	if len(b) == 0 || b[0] != stateVersion {
		return ErrStateForm
	}
	c := coder{b: b[1:], reading: true}
	*s = State{}
	s.code(&c)
	if c.cut || len(c.b) > 0 {
		*s = State{}
		return ErrStateForm
	}
	return nil
}

// code writes or reads all of the state, in one order for both.
func (s *State) code(c *coder) {
	for _, day := range []*Day{&s.First, &s.Last, &s.LastUse, &s.doubted[0], &s.doubted[1]} {
		number(c, day)
	}
	number(c, &s.Peak)
	number(c, &s.Ignored)
	for _, n := range []*int32{&s.Early, &s.Late, &s.Gap, &s.LongestGap, &s.Stray, &s.space.Month} {
		number(c, n)
	}
	for _, f := range []*float64{
		&s.Usual[0], &s.Usual[1], &s.Usual[2], &s.Blur, &s.flat.On, &s.flat.OnUsed, &s.flat.Off, &s.flat.OffUsed, &s.flat.GapOn, &s.flat.GapOff,
		&s.flat.S, &s.flat.D, &s.flat.M, &s.annual.S, &s.annual.D, &s.annual.Missed, &s.annual.Height, &s.canary.Presence,
		&s.web.Before, &s.web.Now, &s.web.Others, &s.fading.Crowd, &s.habit, &s.leak.share,
		&s.rhythm.On.N, &s.rhythm.On.Sum, &s.rhythm.On.Squares, &s.rhythm.Off.N, &s.rhythm.Off.Sum, &s.rhythm.Off.Squares,
	} {
		c.real(f)
	}
	for _, n := range []*int16{&s.Held, &s.annual.at, &s.annual.Seen, &s.annual.Busy, &s.annual.silent, &s.canary.Days, &s.canary.Silent, &s.web.Seen, &s.web.Days} {
		number(c, n)
	}
	c.truth(&s.Trust)
	number(c, &s.offs)
	number(c, &s.leak.n)
	number(c, &s.space.Now)
	s.codeLists(c)
}

func (s *State) codeLists(c *coder) {
	for i := range s.space.Then {
		number(c, &s.space.Then[i])
	}
	for i := range s.off {
		number(c, &s.off[i])
	}
	for i := range s.leak.days {
		c.small(&s.leak.days[i].users)
		c.small(&s.leak.days[i].machines)
	}
	for i := range weeksOfYear {
		number(c, &s.annual.Days[i])
		number(c, &s.annual.Used[i])
	}
	codeWeek(c, &s.annual.now)
	for i := range s.annual.young {
		codeWeek(c, &s.annual.young[i])
	}
	for i := range span {
		number(c, &s.ring[i].users)
		number(c, &s.ring[i].marks)
		number(c, &s.cpu[i].avg)
		if s.cpu[i].avg >= 0 {
			number(c, &s.cpu[i].p95)
			number(c, &s.cpu[i].p05)
		}
	}
	s.fading.code(c)
}

func (m *fading) code(c *coder) {
	for _, n := range []*uint8{&m.at, &m.Weeks, &m.Full} {
		number(c, n)
	}
	for i := range m.weeks {
		number(c, &m.of[i])
		m.weeks[i].code(c)
	}
	for i := range m.year {
		m.year[i].code(c)
	}
}

func (t *stretch) code(c *coder) {
	for _, n := range [...]*uint32{
		&t.Days, &t.Active, &t.People, &t.On.Days, &t.On.Users, &t.On.Machines, &t.Off.Days, &t.Off.Users, &t.Off.Machines,
	} {
		number(c, n)
	}
}

func codeWeek(c *coder, w *week) {
	number(c, &w.of)
	number(c, &w.days)
	number(c, &w.used)
}

// coder writes values behind b, or reads them from its front.
type coder struct {
	b            []byte
	reading, cut bool
}

// number codes a whole number in as few bytes as it needs.
func number[T ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32](c *coder, n *T) {
	if !c.reading {
		c.b = binary.AppendVarint(c.b, int64(*n))
		return
	}
	v, size := binary.Varint(c.b)
	if size <= 0 || int64(T(v)) != v {
		c.cut, c.b = true, nil
		return
	}
	*n, c.b = T(v), c.b[size:]
}

// real codes a number with all its digits: a state that was kept goes on as
// one that was not.
func (c *coder) real(f *float64) {
	if !c.reading {
		c.b = binary.LittleEndian.AppendUint64(c.b, math.Float64bits(*f))
		return
	}
	if len(c.b) < 8 {
		c.cut, c.b = true, nil
		return
	}
	*f, c.b = math.Float64frombits(binary.LittleEndian.Uint64(c.b)), c.b[8:]
}

func (c *coder) small(f *float32) {
	n := int64(*f) // counts
	number(c, &n)
	if c.reading {
		*f = float32(n)
	}
}

func (c *coder) truth(b *bool) {
	n := int16(one(*b))
	number(c, &n)
	if c.reading {
		*b = n != 0
	}
}
