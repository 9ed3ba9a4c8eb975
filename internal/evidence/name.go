package evidence

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxNameRunes bounds a file name; most file systems take 255 bytes, which is
// not even that many Chinese characters.
const maxNameRunes = 120

// CleanName makes a file name that is safe to store, to show and to save: the
// last element of a path, without control, formatting and reserved characters,
// of at most 120 characters with its extension kept. Nothing may be left: the
// empty text.
func CleanName(name string) string {
	name = strings.ToValidUTF8(name, "_")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(cleanRune, name)
	name = strings.TrimSpace(strings.Trim(name, ". "))
	if n := utf8.RuneCountInString(name); n <= maxNameRunes {
		return name
	}
	ext := path.Ext(name)
	if utf8.RuneCountInString(ext) > 10 {
		ext = ""
	}
	stem := []rune(strings.TrimSuffix(name, ext))
	return strings.TrimSpace(string(stem[:maxNameRunes-utf8.RuneCountInString(ext)])) + ext
}

// cleanRune drops what cannot be seen, turning text around included, and
// replaces what file systems reserve.
func cleanRune(r rune) rune {
	switch {
	case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029':
		return -1
	case unicode.IsSpace(r):
		return ' '
	case strings.ContainsRune(`<>:"|?*`, r):
		return '_'
	}
	return r
}

// Disposition is the value of the header Content-Disposition that saves a file
// under its name (RFC 6266): for old programs a name in ASCII, for all others
// the name in UTF-8 (RFC 5987).
func Disposition(name string) string {
	name = CleanName(name)
	if name == "" {
		name = "file"
	}
	plain := strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || r == '%' || r == ';' {
			return '_'
		}
		return r
	}, name)
	return `attachment; filename="` + plain + `"; filename*=UTF-8''` + percent(name)
}

// percent writes everything but the attr-chars of RFC 5987 as %XX. Letters and
// digits alone would do; a few marks keep it readable.
func percent(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_' {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}

// SafeMediaType is the media type to serve a file under: its own when it is one
// of ours, else the one that no browser opens by itself.
func SafeMediaType(mediaType string) string {
	for _, t := range Types() {
		if t.MediaType() == mediaType {
			return mediaType
		}
	}
	return "application/octet-stream"
}
