package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"iter"
	"strconv"
	"unicode/utf8"
)

// value is a JSON value that check has found to be sound, without blanks
// around it. Walking it needs no further care for syntax.
type value []byte

// members visits the members of an object; of another value there are none.
func (v value) members() iter.Seq2[string, value] {
	return func(yield func(string, value) bool) {
		if v.kind() != '{' {
			return
		}
		for at := blank(v, 1); v[at] != '}'; {
			end := skip(v, at)
			name, _ := v[at:end].text()
			at = blank(v, blank(v, end)+1) // the colon
			end = skip(v, at)
			if !yield(name, v[at:end]) {
				return
			}
			at = comma(v, end)
		}
	}
}

// items visits the items of an array; of another value there are none.
func (v value) items() iter.Seq[value] {
	return func(yield func(value) bool) {
		if v.kind() != '[' {
			return
		}
		for at := blank(v, 1); v[at] != ']'; {
			end := skip(v, at)
			if !yield(v[at:end]) {
				return
			}
			at = comma(v, end)
		}
	}
}

// kind is the first byte: one of { [ " t f n, or of a number. Nothing at all
// is as null.
func (v value) kind() byte {
	if len(v) == 0 {
		return 'n'
	}
	return v[0]
}

func (v value) null() bool { return v.kind() == 'n' }

// text is the content of a string. It lies in the body unless it has escapes.
func (v value) text() (string, bool) {
	if v.kind() != '"' {
		return "", false
	}
	inner := v[1 : len(v)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return text(inner), true
	}
	var s string
	err := json.Unmarshal(v, &s)
	return s, err == nil
}

// longest is more than any number needs, written in whatever way, in bytes.
const longest = 400

// digits is the text of a number, or of a string that may hold one.
func (v value) digits() string {
	s, quoted := v.text()
	if !quoted {
		s = text(v)
	}
	if len(s) > longest {
		return "" // which is no number
	}
	return s
}

// whole is a number without fraction, or a string that holds one, as protobuf
// writes 64-bit numbers.
func (v value) whole() (int64, bool) {
	n, err := strconv.ParseInt(v.digits(), 10, 64)
	return n, err == nil
}

// unsigned is as whole, but never negative.
func (v value) unsigned() (uint64, bool) {
	n, err := strconv.ParseUint(v.digits(), 10, 64)
	return n, err == nil
}

// double is a number, or a string that holds one or NaN, Infinity, -Infinity.
func (v value) double() (float64, bool) {
	f, err := strconv.ParseFloat(v.digits(), 64)
	return f, err == nil
}

// base64 decodes a string into dst.
func (v value) base64(dst []byte) ([]byte, bool) {
	if v.kind() != '"' {
		return dst[:0], false
	}
	inner := v[1 : len(v)-1]
	if bytes.IndexByte(inner, '\\') >= 0 { // "\/" is a slash, which base64 has
		s, _ := v.text()
		inner = value(s)
	}
	out, err := base64.StdEncoding.Strict().AppendDecode(dst[:0], inner)
	return out, err == nil
}

// blank goes over white space.
func blank(b []byte, at int) int {
	for at < len(b) && (b[at] == ' ' || b[at] == '\n' || b[at] == '\t' || b[at] == '\r') {
		at++
	}
	return at
}

// comma goes behind a value of a list, and to the next one if there is one.
func comma(b []byte, at int) int {
	at = blank(b, at)
	if b[at] == ',' {
		at = blank(b, at+1)
	}
	return at
}

// skip finds the end of a sound value.
func skip(b []byte, at int) int {
	switch b[at] {
	case '"':
		return skipText(b, at)
	case '{', '[':
		for depth := 0; ; at++ {
			switch b[at] {
			case '"':
				at = skipText(b, at) - 1
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return at + 1
				}
			}
		}
	}
	for at < len(b) && b[at] != ',' && b[at] != '}' && b[at] != ']' && blank(b, at) == at {
		at++
	}
	return at
}

func skipText(b []byte, at int) int {
	for at++; b[at] != '"'; at++ {
		if b[at] == '\\' {
			at++
		}
	}
	return at + 1
}

// checker finds out whether bytes are JSON.
type checker struct {
	b     []byte
	depth int // how deep it may still go; of no meaning once something was broken
	most  int // how deep it may go at all
	deep  bool
}

func newChecker(b []byte, depth int) checker { return checker{b: b, depth: depth, most: depth} }

// check finds the end of the value that begins at a place, and -1 with the
// offset of the trouble if it is broken.
func (c *checker) check(at int) (end, trouble int) {
	if at >= len(c.b) {
		return -1, at
	}
	switch b := c.b[at]; {
	case b == '{':
		return c.list(at, '}', c.member)
	case b == '[':
		return c.list(at, ']', c.check)
	case b == '"':
		return c.text(at)
	case b == '-' || b >= '0' && b <= '9':
		return c.number(at)
	}
	for _, word := range [...]string{"null", "true", "false"} {
		if end := at + len(word); end <= len(c.b) && string(c.b[at:end]) == word {
			return end, 0
		}
	}
	return -1, at
}

// list checks an object or an array, whose parts are checked by part.
func (c *checker) list(at int, closing byte, part func(int) (int, int)) (int, int) {
	if c.depth == 0 {
		c.deep = true
		return -1, at
	}
	c.depth--
	at = blank(c.b, at+1)
	if at < len(c.b) && c.b[at] == closing {
		c.depth++
		return at + 1, 0
	}
	for {
		end, trouble := part(at)
		if end < 0 {
			return -1, trouble
		}
		at = blank(c.b, end)
		switch {
		case at >= len(c.b):
			return -1, at
		case c.b[at] == closing:
			c.depth++
			return at + 1, 0
		case c.b[at] != ',':
			return -1, at
		}
		at = blank(c.b, at+1)
	}
}

func (c *checker) member(at int) (int, int) {
	if at >= len(c.b) || c.b[at] != '"' {
		return -1, at
	}
	end, trouble := c.text(at)
	if end < 0 {
		return -1, trouble
	}
	at = blank(c.b, end)
	if at >= len(c.b) || c.b[at] != ':' {
		return -1, at
	}
	return c.check(blank(c.b, at+1))
}

func (c *checker) text(at int) (int, int) {
	start := at + 1
	for at = start; at < len(c.b); at++ {
		switch b := c.b[at]; {
		case b == '"':
			if !utf8.Valid(c.b[start:at]) {
				return -1, start
			}
			return at + 1, 0
		case b < ' ':
			return -1, at
		case b == '\\':
			n := c.escape(at)
			if n == 0 {
				return -1, at
			}
			at += n
		}
	}
	return -1, at
}

// escape returns how many bytes follow the backslash, 0 if it is wrong.
func (c *checker) escape(at int) int {
	if at+1 >= len(c.b) {
		return 0
	}
	switch c.b[at+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 1
	case 'u':
		if at+6 > len(c.b) {
			return 0
		}
		for _, h := range c.b[at+2 : at+6] {
			if (h < '0' || h > '9') && (h|0x20 < 'a' || h|0x20 > 'f') {
				return 0
			}
		}
		return 5
	}
	return 0
}

func (c *checker) number(at int) (int, int) {
	if c.b[at] == '-' {
		at++
	}
	digits := c.digits(at)
	if digits == at || c.b[at] == '0' && digits > at+1 {
		return -1, at
	}
	at = digits
	if at < len(c.b) && c.b[at] == '.' {
		if digits = c.digits(at + 1); digits == at+1 {
			return -1, digits
		}
		at = digits
	}
	if at < len(c.b) && c.b[at]|0x20 == 'e' {
		at++
		if at < len(c.b) && (c.b[at] == '+' || c.b[at] == '-') {
			at++
		}
		if digits = c.digits(at); digits == at {
			return -1, at
		}
		at = digits
	}
	return at, 0
}

func (c *checker) digits(at int) int {
	for at < len(c.b) && c.b[at] >= '0' && c.b[at] <= '9' {
		at++
	}
	return at
}
