package oplog

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// heads.log is signed notes, each followed by an empty line. A note has one
// empty line inside, between its text and its signature.
const endOfPart = "\n\n"

// cutNote takes the first whole note off s; n is how many bytes it takes.
func cutNote(s string) (msg string, n int, ok bool) {
	text := strings.Index(s, endOfPart)
	if text < 0 {
		return "", 0, false
	}
	text += len(endOfPart)
	signature := strings.Index(s[text:], endOfPart)
	if signature < 0 {
		return "", 0, false
	}
	n = text + signature + len(endOfPart)
	return s[:n-1], n, true
}

// lastHead reads the newest head of heads.log and where it ends; a zero Head
// when there is none.
func (a *Anchor) lastHead() (Head, int64, error) {
	tail, base, err := readTail(filepath.Join(a.dir, logFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Head{}, 0, nil
	}
	if err != nil {
		return Head{}, 0, fmt.Errorf("read signed heads: %w", err)
	}
	for {
		// The name of a head is a line of its own; in signatures more follows.
		start := strings.LastIndex(tail, origin+"\n")
		if start < 0 {
			break
		}
		if msg, n, ok := cutNote(tail[start:]); ok {
			h, err := openHead(msg, a.check)
			return h, base + int64(start+n), err
		}
		tail = tail[:start] // a crash cut the last one short
	}
	if base > 0 {
		return Head{}, 0, ErrHeadForged.Because(fmt.Errorf("%s ends in no head", logFile))
	}
	return Head{}, 0, nil
}

// readTail reads the end of a file: more than enough for two heads.
func readTail(path string) (text string, base int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", 0, err
	}
	base = max(0, info.Size()-4096)
	raw, err := io.ReadAll(io.NewSectionReader(f, base, info.Size()-base))
	return string(raw), base, err
}

// currentHead reads head.txt; a zero Head when there is none.
func (a *Anchor) currentHead() (Head, error) {
	text, err := os.ReadFile(filepath.Join(a.dir, headFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Head{}, nil
	}
	if err != nil {
		return Head{}, fmt.Errorf("read signed head: %w", err)
	}
	return openHead(string(text), a.check)
}

// keep writes a new head to both files; end is where heads.log ends.
func (a *Anchor) keep(h Head, end int64) error {
	if err := appendFile(filepath.Join(a.dir, logFile), h.Note+"\n", end); err != nil {
		return fmt.Errorf("keep signed head: %w", err)
	}
	if err := writeFile(filepath.Join(a.dir, headFile), h.Note, 0o644); err != nil {
		return fmt.Errorf("keep signed head: %w", err)
	}
	return nil
}

// headReader reads heads.log from its beginning, one note at a time.
type headReader struct {
	file io.Closer
	in   *bufio.Reader
}

// readHeads opens the first end bytes of heads.log.
func (a *Anchor) readHeads(end int64) (*headReader, error) {
	f, err := os.Open(filepath.Join(a.dir, logFile))
	if errors.Is(err, fs.ErrNotExist) {
		return &headReader{file: io.NopCloser(nil), in: bufio.NewReader(strings.NewReader(""))}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read signed heads: %w", err)
	}
	return &headReader{file: f, in: bufio.NewReader(io.LimitReader(f, end))}, nil
}

// next returns the next note, or what stands in the place of one; io.EOF after
// the last.
func (r *headReader) next() (string, error) {
	var b strings.Builder
	for parts := 0; parts < 2; {
		line, err := r.in.ReadString('\n')
		b.WriteString(line)
		switch {
		case errors.Is(err, io.EOF) && b.Len() > 0:
			return b.String(), nil
		case err != nil:
			return "", err
		case line == "\n":
			parts++
		}
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

func (r *headReader) close() { _ = r.file.Close() }
