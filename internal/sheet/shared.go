package sheet

import (
	"errors"
	"unicode/utf8"
)

// sharedChunk is how many texts share one allocation.
const sharedChunk = 1024

// sharedTexts are the texts that cells refer to by number. They are kept in
// chunks, so that a text costs its bytes and four more.
type sharedTexts struct {
	chunks []textChunk
	open   []byte
	ends   []uint32
	size   int
	count  int
}

type textChunk struct {
	text string
	ends []uint32
}

func (t *sharedTexts) add(text []byte) error {
	t.size += len(text)
	t.count++
	if t.size > maxSharedText || t.count > maxSharedStrings {
		return errLongTag
	}
	t.open = append(t.open, text...)
	t.ends = append(t.ends, uint32(len(t.open)))
	if len(t.ends) == sharedChunk {
		t.flush()
	}
	return nil
}

func (t *sharedTexts) flush() {
	t.chunks = append(t.chunks, textChunk{string(t.open), append([]uint32(nil), t.ends...)})
	t.open, t.ends = t.open[:0], t.ends[:0]
}

// at is the text with this number.
func (t *sharedTexts) at(n int) (string, error) {
	if n < 0 || n >= t.count {
		return "", errors.New("shared text is missing")
	}
	chunk, from := t.chunks[n/sharedChunk], uint32(0)
	i := n % sharedChunk
	if i > 0 {
		from = chunk.ends[i-1]
	}
	return chunk.text[from:chunk.ends[i]], nil
}

// readSharedTexts reads the part; a workbook need not have one.
func readSharedTexts(a *archive, name string) (*sharedTexts, error) {
	t := &sharedTexts{}
	var text []byte
	err := a.each(name, func(s *scanner) (err error) {
		if string(s.name) != "si" {
			return nil
		}
		if text, err = appendItem(s, text[:0], a.limits.CellText); err != nil {
			return err
		}
		return t.add(text)
	})
	t.flush()
	return t, err
}

// appendItem reads one text (si or is) up to its end tag: runs are joined,
// readings of Japanese names left out. What is longer than a cell may hold is
// cut behind that, so that the cell that uses it can be named.
func appendItem(s *scanner, dst []byte, limit int) ([]byte, error) {
	longest := len(dst) + limit*utf8.UTFMax + 1
	run, phonetic := -1, 0
	for depth := 1; depth > 0; {
		kind, err := s.next()
		if err != nil {
			return dst, err
		}
		switch kind {
		case tokenStart:
			depth++
			if string(s.name) == "t" && phonetic == 0 {
				run = len(dst)
			}
			if string(s.name) == "rPh" && phonetic == 0 {
				phonetic = depth
			}
		case tokenEnd:
			if run >= 0 {
				dst = dst[:run+len(unescapeControls(dst[run:]))]
				run = -1
			}
			if depth == phonetic {
				phonetic = 0
			}
			depth--
		case tokenText:
			if run >= 0 {
				dst, err = s.appendText(dst)
				dst = dst[:min(len(dst), longest)]
			}
		case tokenEOF:
			err = errXML
		}
		if err != nil {
			return dst, err
		}
	}
	return dst, nil
}
