package sheet

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"qingce/internal/fault"
)

// Marks at the beginning of a text that tell its encoding.
const (
	bomUTF8    = "\xEF\xBB\xBF"
	bomUTF16LE = "\xFF\xFE"
	bomUTF16BE = "\xFE\xFF"
)

// decodeText makes UTF-8 of the bytes of a text file: UTF-8 with or without its
// mark, UTF-16 with its mark, or GB18030, which is what Chinese programs write.
func decodeText(raw []byte) (string, error) {
	switch {
	case bytes.HasPrefix(raw, []byte(bomUTF16LE)), bytes.HasPrefix(raw, []byte(bomUTF16BE)):
		return decodeWith(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM), raw)
	case looksBinary(raw):
		return "", refuse(fault.Unsupported, "not_a_workbook")
	case utf8.Valid(raw):
		return strings.TrimPrefix(string(raw), bomUTF8), nil
	}
	return decodeWith(simplifiedchinese.GB18030, raw)
}

func decodeWith(e encoding.Encoding, raw []byte) (string, error) {
	text, err := e.NewDecoder().Bytes(raw)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return "", refuse(fault.Unsupported, "encoding").Because(err)
	}
	if looksBinary(text) {
		return "", refuse(fault.Unsupported, "not_a_workbook")
	}
	return string(text), nil
}

// looksBinary tells whether there are characters that no text file has: a zero
// byte anywhere, or other controls in any number at the beginning.
func looksBinary(raw []byte) bool {
	if bytes.IndexByte(raw, 0) >= 0 {
		return true
	}
	controls := 0
	for _, c := range raw[:min(len(raw), sniffed)] {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v' {
			controls++
		}
	}
	return controls > 3
}

// openText reads a text table whole: it is bounded by Limits.File.
func openText(r io.ReaderAt, size int64, limits Limits) (*textTable, error) {
	raw := make([]byte, size)
	if n, err := r.ReadAt(raw, 0); n < len(raw) {
		return nil, broken(unexpected(err))
	}
	text, err := decodeText(raw)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, refuse(fault.Invalid, "empty_file")
	}
	return &textTable{text: text, separator: separatorOf(text), limits: limits}, nil
}
