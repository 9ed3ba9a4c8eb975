package agent

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// headSize is how much of the beginning of a file makes its print.
const headSize = 1024

// candidate is a file that may belong to a log: the log itself, or what was
// rotated away.
type candidate struct {
	name    string
	info    fs.FileInfo
	packed  bool
	head    []byte // its first headSize bytes, unpacked
	first   int64  // the time of its first line, 0 if there is none
	current bool
}

func printHead(head []byte) string {
	sum := sha256.Sum256(head)
	return hex.EncodeToString(sum[:8])
}

// candidates lists the files of a log, the oldest first. What was last changed
// before the service would take it is left out.
func (f *follower) candidates(now time.Time) ([]candidate, error) {
	names, err := f.names()
	if err != nil {
		return nil, err
	}
	var out []candidate
	for _, name := range names {
		c, err := f.candidate(name)
		switch {
		case errors.Is(err, fs.ErrNotExist): // rotated away meanwhile
		case err != nil && (name == f.path || f.glob):
			return nil, err
		case err != nil:
			f.log.Warn("a rotated log cannot be read and is left out", "file", name, "error", err)
		case now.Sub(c.info.ModTime()) > (keepDays+1)*24*time.Hour && !c.current:
		default:
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, older)
	if f.glob && len(out) > 0 {
		out[len(out)-1].current = true
	}
	return slices.DeleteFunc(out, func(c candidate) bool { return c.first == 0 && !c.current }), nil
}

// older sorts files by their first lines; what has none yet is the newest.
func older(a, b candidate) int {
	if (a.first == 0) != (b.first == 0) {
		return cmp.Compare(b.first, a.first)
	}
	return cmp.Or(cmp.Compare(a.first, b.first), a.info.ModTime().Compare(b.info.ModTime()), -cmp.Compare(a.name, b.name))
}

// names lists the files that a log may consist of.
func (f *follower) names() ([]string, error) {
	patterns := f.rotated
	if f.glob {
		patterns = append([]string{f.path}, patterns...)
	}
	var names []string
	if !f.glob {
		if _, err := os.Stat(f.path); err == nil {
			names = append(names, f.path)
		}
	}
	for _, p := range patterns {
		found, err := filepath.Glob(p)
		if err != nil {
			return nil, fmt.Errorf("pattern of files %s: %w", p, err)
		}
		names = append(names, found...)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// globOf quotes what means something in patterns of files.
func globOf(path string) string {
	if strings.Contains(path, `\`) { // Windows has no quoting
		return path
	}
	return strings.NewReplacer("*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// candidate looks at the beginning of a file.
func (f *follower) candidate(name string) (candidate, error) {
	c := candidate{name: name, current: !f.glob && name == f.path}
	file, err := os.Open(name)
	if err != nil {
		return c, err
	}
	defer file.Close()
	if c.info, err = file.Stat(); err != nil {
		return c, err
	}
	if c.info.IsDir() {
		return c, fmt.Errorf("%s is a folder", name)
	}
	src, packed, err := unpacked(file)
	if err != nil {
		return c, err
	}
	c.packed = packed
	start, err := io.ReadAll(io.LimitReader(src, 16<<10))
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return c, fmt.Errorf("read the beginning of %s: %w", name, err)
	}
	c.head = start[:min(len(start), headSize)]
	c.first = f.firstTime(start)
	return c, nil
}

// unpacked reads a file from its beginning, through gzip if it is in gzip.
func unpacked(file *os.File) (io.Reader, bool, error) {
	var magic [2]byte
	if n, _ := file.ReadAt(magic[:], 0); n < 2 || magic != [2]byte{0x1f, 0x8b} {
		return io.NewSectionReader(file, 0, 1<<62), false, nil
	}
	z, err := gzip.NewReader(io.NewSectionReader(file, 0, 1<<62))
	if err != nil {
		return nil, true, fmt.Errorf("unpack %s: %w", file.Name(), err)
	}
	return z, true, nil
}

// firstTime is the time of the first line that can be read.
func (f *follower) firstTime(start []byte) int64 {
	var r Record
	p := f.newParser()
	for line := range bytes.Lines(start) {
		if p.Parse(clean(line), &r) == Parsed {
			return r.Time
		}
	}
	return 0
}

// clean takes the end of the line off, and the zeros with which a file begins
// that was cut while it was written.
func clean(line []byte) []byte {
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	if len(line) > 0 && line[0] == 0 {
		line = bytes.TrimLeft(line, "\x00")
	}
	return line
}
