package detect

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
)

// stateVersion is the form in which a state is written. Another form cannot be
// read: the state is then rebuilt from the facts.
const stateVersion = 5

// ErrStateForm says that a state was written by another version of the
// program, or is cut.
var ErrStateForm = errors.New("detect: the state is of another form")

// AppendBinary writes the state behind b: the same state gives the same bytes.
func (s *State) AppendBinary(b []byte) ([]byte, error) {
	c := coder{b: append(slices.Grow(b, usualSize), stateVersion)}
	s.code(&c)
	return c.b, nil
}

// UnmarshalBinary reads what AppendBinary wrote.
func (s *State) UnmarshalBinary(b []byte) error {
	if len(b) == 0 || b[0] != stateVersion {
		return ErrStateForm
	}
	c := coder{b: b, at: 1, reading: true}
	*s = State{}
	s.code(&c)
	if c.cut || c.at < len(b) {
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
		c.octet(&s.annual.Days[i])
		c.octet(&s.annual.Used[i])
	}
	codeWeek(c, &s.annual.now)
	for i := range s.annual.young {
		codeWeek(c, &s.annual.young[i])
	}
	for i := range span {
		codeDay(c, &s.ring[i], &s.cpu[i])
	}
	s.fading.code(c)
	for i := range s.silences {
		c.octet(&s.silences[i].reached)
		c.octet(&s.silences[i].returned)
	}
}

// Marks of a day as it is written, beside those of its cell.
const (
	someUsers uint8 = 1 << 6
	someLoad  uint8 = 1 << 7
)

// codeDay writes a day without what is nothing.
func codeDay(c *coder, day *cell, l *load) {
	marks := day.marks
	if day.users != 0 {
		marks |= someUsers
	}
	if l.avg >= 0 {
		marks |= someLoad
	}
	c.octet(&marks)
	day.marks = marks &^ (someUsers | someLoad)
	if marks&someUsers != 0 {
		users := uint32(day.users)
		c.count(&users)
		day.users = uint16(users)
	}
	if marks&someLoad == 0 {
		l.avg = -1
		return
	}
	for _, n := range [...]*int16{&l.avg, &l.p95, &l.p05} {
		v := uint32(uint16(*n))
		c.count(&v)
		*n = int16(uint16(v))
	}
}

func (m *fading) code(c *coder) {
	for _, n := range []*uint8{&m.at, &m.Weeks, &m.Full} {
		c.octet(n)
	}
	for i := range m.weeks {
		c.octet(&m.of[i])
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
		c.count(n)
	}
}

func codeWeek(c *coder, w *week) {
	c.octet(&w.of)
	c.octet(&w.days)
	c.octet(&w.used)
}

// usualSize is what a state needs that is two years old, in bytes.
const usualSize = 2600

// coder writes values behind b, or reads them from its place at.
type coder struct {
	b            []byte
	at           int
	reading, cut bool
}

// number codes a whole number in as few bytes as it needs.
func number[T ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32](c *coder, n *T) {
	if !c.reading {
		c.b = binary.AppendVarint(c.b, int64(*n))
		return
	}
	v, size := binary.Varint(c.b[c.at:])
	if size <= 0 || int64(T(v)) != v {
		c.fail()
		return
	}
	*n, c.at = T(v), c.at+size
}

// fail ends the reading.
func (c *coder) fail() { c.cut, c.at = true, len(c.b) }

// count codes a number that is not negative; most are small.
func (c *coder) count(n *uint32) {
	if !c.reading {
		v := *n
		for v >= 0x80 {
			c.b = append(c.b, byte(v)|0x80)
			v >>= 7
		}
		c.b = append(c.b, byte(v))
		return
	}
	v, shift := uint32(0), uint(0)
	for at := c.at; at < len(c.b) && shift < 35; at++ {
		one := c.b[at]
		v |= uint32(one&0x7f) << shift
		if one < 0x80 {
			*n, c.at = v, at+1
			return
		}
		shift += 7
	}
	c.fail()
}

// octet codes a small number in a byte.
func (c *coder) octet(n *uint8) {
	switch {
	case !c.reading:
		c.b = append(c.b, *n)
	case c.at < len(c.b):
		*n = c.b[c.at]
		c.at++
	default:
		c.fail()
	}
}

// real codes a number with all its digits: a state that was kept goes on as
// one that was not.
func (c *coder) real(f *float64) {
	if !c.reading {
		c.b = binary.LittleEndian.AppendUint64(c.b, math.Float64bits(*f))
		return
	}
	if len(c.b)-c.at < 8 {
		c.fail()
		return
	}
	*f = math.Float64frombits(binary.LittleEndian.Uint64(c.b[c.at:]))
	c.at += 8
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
