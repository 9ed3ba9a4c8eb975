package agent

import "time"

// clock reads the times of a log. Neighbouring lines mostly have the same time,
// so the last one is remembered as it stands in the log.
type clock struct {
	zone *time.Location // of times that do not name theirs
	text [40]byte
	len  int
	unix int64
}

// remembered tells whether the text is the one of the last line.
func (c *clock) remembered(v []byte) bool {
	return len(v) == c.len && len(v) > 0 && string(v) == string(c.text[:c.len])
}

func (c *clock) remember(v []byte, unix int64) (int64, bool) {
	c.len = copy(c.text[:], v)
	if c.len < len(v) {
		c.len = 0
	}
	c.unix = unix
	return unix, true
}

// local reads 24/Nov/2017:09:00:00 +0800.
func (c *clock) local(v []byte) (int64, bool) {
	if c.remembered(v) {
		return c.unix, true
	}
	if len(v) != 26 || v[2] != '/' || v[6] != '/' || v[11] != ':' || v[14] != ':' || v[17] != ':' || v[20] != ' ' {
		return 0, false
	}
	month := monthOf(v[3], v[4], v[5])
	offset, ok := zoneOf(v[21:])
	if month == 0 || !ok {
		return 0, false
	}
	t, ok := civil{v[7:11], nil, v[0:2], v[12:14], v[15:17], v[18:20], month}.unix()
	if !ok {
		return 0, false
	}
	return c.remember(v, t-offset)
}

// iso reads 2017-11-24T09:00:00+08:00, also with a blank for the T, with parts
// of a second, with Z or +0800, and without zone.
func (c *clock) iso(v []byte) (int64, bool) {
	if c.remembered(v) {
		return c.unix, true
	}
	if len(v) < 19 || v[4] != '-' || v[7] != '-' || v[10] != 'T' && v[10] != ' ' || v[13] != ':' || v[16] != ':' {
		return 0, false
	}
	t, ok := civil{v[0:4], v[5:7], v[8:10], v[11:13], v[14:16], v[17:19], 0}.unix()
	if !ok {
		return 0, false
	}
	rest := v[19:]
	if len(rest) > 0 && (rest[0] == '.' || rest[0] == ',') {
		rest = rest[1:]
		for len(rest) > 0 && rest[0] >= '0' && rest[0] <= '9' {
			rest = rest[1:]
		}
	}
	if len(rest) == 0 {
		return c.remember(v, c.inZone(t))
	}
	offset, ok := zoneOf(rest)
	if !ok {
		return 0, false
	}
	return c.remember(v, t-offset)
}

// inZone makes an instant of a time on the wall.
func (c *clock) inZone(wall int64) int64 {
	if c.zone == nil || c.zone == time.UTC {
		return wall
	}
	t := time.Unix(wall, 0).UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, c.zone).Unix()
}

// zoneOf reads +0800, +08:00 or Z as seconds.
func zoneOf(v []byte) (int64, bool) {
	if len(v) == 1 && (v[0] == 'Z' || v[0] == 'z') {
		return 0, true
	}
	if len(v) == 6 && v[3] == ':' {
		v = []byte{v[0], v[1], v[2], v[4], v[5]}
	}
	if len(v) != 5 || v[0] != '+' && v[0] != '-' || !digits(v[1:]) {
		return 0, false
	}
	s := int64(two(v[1:3]))*3600 + int64(two(v[3:5]))*60
	if v[0] == '-' {
		s = -s
	}
	return s, true
}

func two(v []byte) int { return int(v[0]-'0')*10 + int(v[1]-'0') }

func monthOf(a, b, c byte) int {
	switch uint32(lower(a))<<16 | uint32(lower(b))<<8 | uint32(lower(c)) {
	case 'j'<<16 | 'a'<<8 | 'n':
		return 1
	case 'f'<<16 | 'e'<<8 | 'b':
		return 2
	case 'm'<<16 | 'a'<<8 | 'r':
		return 3
	case 'a'<<16 | 'p'<<8 | 'r':
		return 4
	case 'm'<<16 | 'a'<<8 | 'y':
		return 5
	case 'j'<<16 | 'u'<<8 | 'n':
		return 6
	case 'j'<<16 | 'u'<<8 | 'l':
		return 7
	case 'a'<<16 | 'u'<<8 | 'g':
		return 8
	case 's'<<16 | 'e'<<8 | 'p':
		return 9
	case 'o'<<16 | 'c'<<8 | 't':
		return 10
	case 'n'<<16 | 'o'<<8 | 'v':
		return 11
	case 'd'<<16 | 'e'<<8 | 'c':
		return 12
	}
	return 0
}

// civil is a date and a time on the wall, as digits.
type civil struct {
	year, month, day, hour, minute, second []byte
	named                                  int // the month, when it is a word
}

// unix gives the seconds since 1970 as if the wall were in UTC.
func (c civil) unix() (int64, bool) {
	if c.named == 0 {
		if !digits(c.month) {
			return 0, false
		}
		c.named = two(c.month)
	}
	if !digits(c.year) || !digits(c.day) || !digits(c.hour) || !digits(c.minute) || !digits(c.second) {
		return 0, false
	}
	y, d, h, m, s := two(c.year[:2])*100+two(c.year[2:]), two(c.day), two(c.hour), two(c.minute), two(c.second)
	if y < 1971 || c.named < 1 || c.named > 12 || d < 1 || d > 31 || h > 23 || m > 59 || s > 60 {
		return 0, false
	}
	return time.Date(y, time.Month(c.named), d, h, m, s, 0, time.UTC).Unix(), true
}

// epochSeconds reads seconds, milli-, micro- or nanoseconds since 1970; the
// size of the number tells which.
func epochSeconds(v []byte) (int64, bool) {
	if i := indexByte(v, '.'); i >= 0 {
		v = v[:i]
	}
	if len(v) > 19 || !digits(v) {
		return 0, false
	}
	var n int64
	for _, c := range v {
		n = n*10 + int64(c-'0')
		if n < 0 {
			return 0, false
		}
	}
	for n > 1e11 {
		n /= 1000
	}
	return n, n > 0
}
