package agent

import (
	"bytes"
	"strings"
)

func indexByte(b []byte, c byte) int      { return bytes.IndexByte(b, c) }
func lastIndexByte(b []byte, c byte) int  { return bytes.LastIndexByte(b, c) }
func indexText(b []byte, text string) int { return bytes.Index(b, []byte(text)) }
func trim(b []byte) []byte                { return bytes.TrimSpace(b) }

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// unescape undoes %E4 of addresses and \xE4, \", \\ of logs.
func unescape(dst, v []byte) []byte {
	for i := 0; i < len(v); i++ {
		switch {
		case v[i] == '%' && i+2 < len(v) && isHex(v[i+1]) && isHex(v[i+2]):
			dst = append(dst, nibble(v[i+1])<<4|nibble(v[i+2]))
			i += 2
		case v[i] == '\\' && i+3 < len(v) && v[i+1] == 'x' && isHex(v[i+2]) && isHex(v[i+3]):
			dst = append(dst, nibble(v[i+2])<<4|nibble(v[i+3]))
			i += 3
		case v[i] == '\\' && i+1 < len(v) && (v[i+1] == '"' || v[i+1] == '\\'):
			dst = append(dst, v[i+1])
			i++
		default:
			dst = append(dst, v[i])
		}
	}
	return dst
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func nibble(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}

// lower is a byte with its ASCII letters small.
func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// containsFold finds a text that is already in small letters.
func containsFold(b []byte, small string) bool {
	for i := 0; i+len(small) <= len(b); i++ {
		if equalFold(b[i:i+len(small)], small) {
			return true
		}
	}
	return false
}

func equalFold(b []byte, small string) bool {
	if len(b) != len(small) {
		return false
	}
	for i, c := range b {
		if lower(c) != small[i] {
			return false
		}
	}
	return true
}

// shorten keeps a text of others fit for a log line of ours.
func shorten(b []byte, most int) string {
	s := strings.ToValidUTF8(string(b[:min(len(b), most)]), "?")
	if len(b) > most {
		s += "…"
	}
	return s
}
