package sheet

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

// Reasons why a part cannot be read. They become faults at the edge of the
// package.
var (
	errDTD      = errors.New("document type or entity declaration")
	errDepth    = errors.New("elements nested too deep")
	errLongTag  = errors.New("tag or text too long")
	errXML      = errors.New("not well-formed XML")
	errEncoding = errors.New("text is not UTF-8")
)

type token byte

const (
	tokenStart token = iota
	tokenEnd
	tokenText
	tokenEOF
)

// scanner reads the XML of one part, token by token, from a window of bounded
// size. It is made for parts of workbooks: UTF-8 only, namespaces ignored, no
// document types, no entities but the five of XML itself, so nothing can be
// expanded or fetched. Slices it gives out are valid until the next token.
type scanner struct {
	in       io.Reader
	buf      []byte
	pos, end int
	ended    bool
	maxDepth int

	opened []byte // names of the open elements, one behind the other
	starts []int  // where each of them begins in opened

	full       []byte // name of the element with its prefix
	name       []byte // name of the element without prefix
	attributes []byte
	selfClosed bool
	text       []byte // as it stands in the file
	literal    bool   // text is CDATA: nothing in it is to be unescaped
}

func newScanner(in io.Reader, maxDepth int) *scanner {
	return &scanner{in: in, buf: make([]byte, 64<<10), maxDepth: maxDepth}
}

// next reads the next start tag, end tag or text. Comments and processing
// instructions are skipped. A part that ends inside an element is an error.
func (s *scanner) next() (token, error) {
	if s.selfClosed {
		s.selfClosed = false
		s.pop()
		return tokenEnd, nil
	}
	for {
		if err := s.need(1); err == io.EOF {
			if len(s.starts) > 0 {
				return tokenEOF, io.ErrUnexpectedEOF
			}
			return tokenEOF, nil
		} else if err != nil {
			return tokenEOF, err
		}
		if s.buf[s.pos] != '<' {
			return tokenText, s.readText()
		}
		kind, skip, err := s.markup()
		if err != nil || !skip {
			return kind, err
		}
	}
}

// markup reads what begins with "<".
func (s *scanner) markup() (kind token, skip bool, err error) {
	if err := s.need(2); err != nil {
		return 0, false, unexpected(err)
	}
	switch s.buf[s.pos+1] {
	case '/':
		return tokenEnd, false, s.endTag()
	case '?':
		return 0, true, s.skip("<?", "?>")
	case '!':
		return s.declaration()
	}
	return tokenStart, false, s.startTag()
}

func (s *scanner) declaration() (kind token, skip bool, err error) {
	const comment, cdata = "<!--", "<![CDATA["
	if s.has(comment) {
		return 0, true, s.skip(comment, "-->")
	}
	if !s.has(cdata) {
		return 0, false, errDTD
	}
	n, err := s.until("]]>", len(cdata))
	if err != nil {
		return 0, false, unexpected(err)
	}
	s.text, s.literal = s.buf[s.pos+len(cdata):s.pos+n-len("]]>")], true
	s.pos += n
	return tokenText, false, checkUTF8(s.text)
}

// has tells whether the window goes on with prefix.
func (s *scanner) has(prefix string) bool {
	return s.need(len(prefix)) == nil && string(s.buf[s.pos:s.pos+len(prefix)]) == prefix
}

func (s *scanner) skip(open, closing string) error {
	n, err := s.until(closing, len(open))
	s.pos += n
	return unexpected(err)
}

func (s *scanner) readText() error {
	from := 0
	for {
		if i := bytes.IndexByte(s.buf[s.pos+from:s.end], '<'); i >= 0 {
			from += i
			break
		}
		from = s.end - s.pos
		if err := s.need(from + 1); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
	}
	s.text, s.literal = s.buf[s.pos:s.pos+from], false
	s.pos += from
	return checkUTF8(s.text)
}

func (s *scanner) startTag() error {
	n, err := s.tagLength()
	if err != nil {
		return err
	}
	tag := s.buf[s.pos+1 : s.pos+n-1]
	s.pos += n
	if len(tag) > 0 && tag[len(tag)-1] == '/' {
		s.selfClosed = true
		tag = tag[:len(tag)-1]
	}
	s.setName(tag)
	if len(s.name) == 0 {
		return errXML
	}
	if len(s.starts) >= s.maxDepth {
		return errDepth
	}
	s.starts = append(s.starts, len(s.opened))
	s.opened = append(s.opened, s.full...)
	return checkUTF8(tag)
}

func (s *scanner) endTag() error {
	n, err := s.tagLength()
	if err != nil {
		return err
	}
	s.setName(s.buf[s.pos+2 : s.pos+n-1])
	s.pos += n
	if len(s.starts) == 0 {
		return errXML
	}
	if open := s.opened[s.starts[len(s.starts)-1]:]; !bytes.Equal(open, s.full) {
		return errXML
	}
	s.pop()
	return nil
}

func (s *scanner) pop() {
	last := len(s.starts) - 1
	s.opened, s.starts = s.opened[:s.starts[last]], s.starts[:last]
}

func (s *scanner) setName(tag []byte) {
	end := len(tag)
	name := 0
	for i, c := range tag {
		if c == ':' {
			name = i + 1
		} else if isXMLBlank(c) {
			end = i
			break
		}
	}
	s.full, s.name, s.attributes = tag[:end], tag[name:end], tag[end:]
}

// tagLength measures the tag at the beginning of the window, whose attribute
// values may hold ">".
func (s *scanner) tagLength() (int, error) {
	var quote byte
	for i := 1; ; {
		for _, c := range s.buf[s.pos+i : s.end] {
			i++
			switch {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '>':
				return i, nil
			case c == '<':
				return 0, errXML
			}
		}
		if err := s.need(i + 1); err != nil {
			return 0, unexpected(err)
		}
	}
}

// until measures the window up to and including the first mark that begins at
// from or later.
func (s *scanner) until(mark string, from int) (int, error) {
	for {
		if err := s.need(from + len(mark)); err != nil {
			return 0, err
		}
		if i := bytes.Index(s.buf[s.pos+from:s.end], []byte(mark)); i >= 0 {
			return from + i + len(mark), nil
		}
		from = s.end - s.pos - len(mark) + 1
	}
}

// need makes sure that n bytes stand in the window. io.EOF means the part ends
// before that.
func (s *scanner) need(n int) error {
	for s.end-s.pos < n {
		if s.ended {
			return io.EOF
		}
		if s.pos > 0 {
			s.end = copy(s.buf, s.buf[s.pos:s.end])
			s.pos = 0
		}
		if s.end == len(s.buf) {
			if len(s.buf) >= maxToken {
				return errLongTag
			}
			s.buf = append(s.buf, make([]byte, len(s.buf))...)
		}
		read, err := s.in.Read(s.buf[s.end:])
		s.end += read
		if err == io.EOF {
			s.ended = true
		} else if err != nil {
			return err
		}
	}
	return nil
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func checkUTF8(text []byte) error {
	if !utf8.Valid(text) {
		return errEncoding
	}
	return nil
}

// attribute is the value of the attribute with this name, prefix not counted,
// as it stands in the file; nil when there is none.
func (s *scanner) attribute(name string) []byte {
	rest := s.attributes
	for {
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 {
			return nil
		}
		key := trimBlanks(rest[:eq])
		rest = trimBlanks(rest[eq+1:])
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return nil
		}
		closing := bytes.IndexByte(rest[1:], rest[0])
		if closing < 0 {
			return nil
		}
		if local := key[bytes.IndexByte(key, ':')+1:]; string(local) == name {
			return rest[1 : 1+closing]
		}
		rest = rest[closing+2:]
	}
}

// trimBlanks is bytes.TrimSpace for what XML calls blank.
func trimBlanks(b []byte) []byte {
	for len(b) > 0 && isXMLBlank(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isXMLBlank(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

func isXMLBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// attributeText is the unescaped value of an attribute.
func (s *scanner) attributeText(name string) (string, error) {
	text, err := unescape(nil, s.attribute(name))
	return string(text), err
}

// appendText appends the text of the token to dst, unescaped.
func (s *scanner) appendText(dst []byte) ([]byte, error) {
	if s.literal {
		return append(dst, s.text...), nil
	}
	return unescape(dst, s.text)
}
