package agent

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// tailState is a place in a file, as it is saved. The file is known by its
// inode and by how it begins: one alone would be fooled by files that are
// copied, or by inodes that are used again.
type tailState struct {
	Name   string `json:"name"`
	Dev    uint64 `json:"dev,omitempty"`
	Ino    uint64 `json:"ino,omitempty"`
	Print  string `json:"print"`
	Length int    `json:"length"` // of the beginning that the print is of
	Offset int64  `json:"offset"` // of the first byte that was not counted
	Header string `json:"header,omitempty"`
	Skip   bool   `json:"skip,omitempty"` // within a line that is too long
}

// is tells whether a file begins as the one of the place did.
func (s *tailState) is(c candidate) bool {
	return s.Length > 0 && len(c.head) >= s.Length && printHead(c.head[:s.Length]) == s.Print
}

// same tells whether it is the very file, and long enough.
func (s *tailState) same(c candidate) bool {
	dev, ino := inode(c.info)
	return !c.packed && dev == s.Dev && ino == s.Ino && ino != 0 && c.info.Size() >= s.Offset && s.is(c)
}

// longestLine is the size of the buffer, and so the length of the longest line.
const longestLine = 256 << 10

// tail reads a file from a place on.
type tail struct {
	tailState
	file   *os.File
	info   fs.FileInfo
	src    io.Reader // of packed files
	packed bool
	head   []byte
	size   int64 // when it was last looked at
	mod    time.Time
	quiet  int64 // since when nothing was added, in seconds since 1970

	buf        []byte
	start, end int
}

// openTail opens a file at a place.
func openTail(c candidate, at tailState) (*tail, error) {
	file, err := os.Open(c.name)
	if err != nil {
		return nil, err
	}
	t := &tail{tailState: at, file: file, packed: c.packed, buf: make([]byte, longestLine), head: bytes.Clone(c.head[:at.Length])}
	t.Name = c.name
	if t.info, err = file.Stat(); err == nil && c.packed {
		t.src, _, err = unpacked(file)
		if err == nil {
			_, err = io.CopyN(io.Discard, t.src, at.Offset)
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		file.Close()
		return nil, fmt.Errorf("open %s at byte %d: %w", c.name, at.Offset, err)
	}
	t.Dev, t.Ino = inode(t.info)
	t.size, t.mod = t.info.Size(), t.info.ModTime()
	return t, nil
}

func (t *tail) close() { t.file.Close() }

// fill reads on and tells how much came; nothing is no error.
func (t *tail) fill() (int, error) {
	if t.start > 0 {
		t.end = copy(t.buf, t.buf[t.start:t.end])
		t.start = 0
	}
	var n int
	var err error
	if t.packed {
		n, err = t.src.Read(t.buf[t.end:])
	} else {
		n, err = t.file.ReadAt(t.buf[t.end:], t.Offset+int64(t.end))
	}
	t.end += n
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// lines hands over the whole lines in the buffer.
func (t *tail) lines(s *stream) {
	for {
		i := bytes.IndexByte(t.buf[t.start:t.end], '\n')
		if i < 0 {
			break
		}
		t.take(i+1, s)
	}
	if t.start == 0 && t.end == len(t.buf) {
		if !t.Skip {
			s.lines.TooLong++
			s.garbage(t.buf[:min(t.end, 200)])
		}
		t.move(t.end)
		t.Skip = true
	}
}

// take counts one line of n bytes.
func (t *tail) take(n int, s *stream) {
	line := t.buf[t.start : t.start+n]
	t.move(n)
	if t.Skip {
		t.Skip = false
		return
	}
	s.line(clean(line))
}

// move goes on by n bytes.
func (t *tail) move(n int) {
	if want := headSize - len(t.head); want > 0 && t.Offset == int64(len(t.head)) {
		t.head = append(t.head, t.buf[t.start:t.start+min(n, want)]...)
	}
	t.start += n
	t.Offset += int64(n)
}

// rest counts what is left without a line feed, when no more can come.
func (t *tail) rest(s *stream) {
	if t.end > t.start {
		t.take(t.end-t.start, s)
	}
}

// place is where reading goes on, to be saved.
func (t *tail) place() tailState {
	s := t.tailState
	s.Length, s.Print = len(t.head), printHead(t.head)
	return s
}

// cut tells whether the file was emptied since it was read: it is shorter, or
// begins otherwise, or was written but is empty.
func (t *tail) cut() bool {
	info, err := t.file.Stat()
	if err != nil || info.Size() == t.size && info.ModTime().Equal(t.mod) {
		return false
	}
	t.size, t.mod = info.Size(), info.ModTime()
	if t.size < t.Offset || t.size == 0 {
		return true
	}
	now := make([]byte, len(t.head))
	n, _ := t.file.ReadAt(now, 0)
	return !bytes.Equal(now[:n], t.head)
}
