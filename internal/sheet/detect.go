package sheet

import (
	"bytes"
	"io"
	"strings"

	"qingce/internal/fault"
)

// content is what a file turns out to be.
type content int

const (
	contentText content = iota
	contentZip
)

const sniffed = 4096

// detect looks at the beginning of a file and tells whether it can be read at
// all. What is known and cannot be read is refused with the way to mend it.
func detect(r io.ReaderAt, size int64) (content, error) {
	if size == 0 {
		return 0, refuse(fault.Invalid, "empty_file")
	}
	head := make([]byte, min(size, sniffed))
	if n, err := r.ReadAt(head, 0); n < len(head) {
		return 0, unexpected(err)
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return contentZip, nil
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		return 0, compoundFile(r, size)
	case bytes.HasPrefix(head, []byte{0x09, 0x08}), bytes.HasPrefix(head, []byte{0x09, 0x04}):
		// BIFF without the compound file around it: Excel 4 and 5.
		return 0, refuse(fault.Unsupported, "old_format")
	case markup(head):
		return 0, refuse(fault.Unsupported, "web_page")
	}
	return contentText, nil
}

// compoundFile is the container of .xls and .et, and of workbooks with a
// password, which hold a stream of this name.
func compoundFile(r io.ReaderAt, size int64) error {
	var name []byte
	for _, c := range []byte("EncryptedPackage") {
		name = append(name, c, 0)
	}
	found := false
	err := windows(r, size, len(name)-1, func(window []byte) bool {
		found = bytes.Contains(window, name)
		return !found
	})
	switch {
	case err != nil:
		return err
	case found:
		return encrypted()
	}
	return refuse(fault.Unsupported, "old_format")
}

// markup tells whether the text is a web page or another XML file: many
// programs export such a thing under the name .xls.
func markup(head []byte) bool {
	text := strings.ToLower(strings.TrimLeft(string(bytes.TrimPrefix(head, []byte(bomUTF8))), " \t\r\n"))
	for _, start := range []string{"<!doctype", "<html", "<table", "<?xml", "<head", "<meta", "<body", "<div", "<style", "<!--"} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}
