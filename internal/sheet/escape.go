package sheet

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// unescape appends raw to dst with entities replaced and line ends as "\n".
func unescape(dst, raw []byte) ([]byte, error) {
	for {
		i := len(raw)
		for _, special := range [...]byte{'&', '\r'} {
			if at := bytes.IndexByte(raw[:i], special); at >= 0 {
				i = at
			}
		}
		if i == len(raw) {
			return append(dst, raw...), nil
		}
		dst = append(dst, raw[:i]...)
		if raw[i] == '\r' {
			dst = append(dst, '\n')
			raw = bytes.TrimPrefix(raw[i+1:], []byte("\n"))
			continue
		}
		end := bytes.IndexByte(raw[i:], ';')
		if end < 0 {
			return dst, errXML
		}
		r, err := entity(string(raw[i+1 : i+end]))
		if err != nil {
			return dst, err
		}
		dst = utf8.AppendRune(dst, r)
		raw = raw[i+end+1:]
	}
}

func entity(name string) (rune, error) {
	switch name {
	case "lt":
		return '<', nil
	case "gt":
		return '>', nil
	case "amp":
		return '&', nil
	case "quot":
		return '"', nil
	case "apos":
		return '\'', nil
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, errXML
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n == 0 || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return 0, errXML
	}
	return rune(n), nil
}

// unescapeControls undoes, in place, the way in which characters that XML cannot
// hold are written: _x000D_ is a carriage return, _x005F_ is "_" itself.
func unescapeControls(text []byte) []byte {
	if !bytes.Contains(text, []byte("_x")) {
		return text
	}
	// What is written is never longer than what has been read.
	done := text[:0]
	for i := 0; i < len(text); i++ {
		if len(text)-i >= 7 && text[i] == '_' && text[i+1] == 'x' && text[i+6] == '_' {
			if n, ok := hex4(text[i+2 : i+6]); ok {
				done = utf8.AppendRune(done, n)
				i += 6
				continue
			}
		}
		done = append(done, text[i])
	}
	return done
}

func hex4(digits []byte) (rune, bool) {
	n := rune(0)
	for _, c := range digits {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		n = n<<4 | rune(c)
	}
	// Halves of surrogate pairs are no characters.
	return n, n < 0xD800 || n > 0xDFFF
}
