package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"qingce/internal/fault"
)

// archive is the zip file of a workbook, checked: sizes, number, names and
// places of its parts are known to be sane. Nothing of it ever becomes a path on
// the disk.
type archive struct {
	parts  map[string]*zip.File
	limits Limits
}

// directoryMark begins each entry of the directory of a zip file.
var directoryMark = []byte("PK\x01\x02")

// openArchive reads the directory of the zip file and refuses what an honest
// workbook never has, before anything is unpacked.
func openArchive(r io.ReaderAt, size int64, limits Limits) (*archive, error) {
	// The directory is counted before it is read: reading allocates.
	marks, err := count(r, size, directoryMark)
	if err != nil {
		return nil, err
	}
	if marks > limits.Parts {
		return nil, tooManyParts(limits)
	}
	zr, err := zip.NewReader(r, size)
	if err != nil {
		return nil, broken(err)
	}
	a := &archive{parts: make(map[string]*zip.File, len(zr.File)), limits: limits}
	return a, a.check(zr.File)
}

// count counts mark in the whole file.
func count(r io.ReaderAt, size int64, mark []byte) (int, error) {
	n := 0
	err := windows(r, size, len(mark)-1, func(window []byte) bool {
		n += bytes.Count(window, mark)
		return true
	})
	return n, err
}

// windows shows the file piece by piece, each beginning with the last overlap
// bytes of the one before, until see returns false.
func windows(r io.ReaderAt, size int64, overlap int, see func([]byte) bool) error {
	const step = 1 << 20
	buf := make([]byte, min(size, step+int64(overlap)))
	for at := int64(0); at < size; at += step {
		n, err := r.ReadAt(buf[:min(int64(len(buf)), size-at)], at)
		if err != nil && err != io.EOF {
			return err
		}
		if !see(buf[:n]) {
			return nil
		}
	}
	return nil
}

func (a *archive) check(files []*zip.File) error {
	if len(files) > a.limits.Parts {
		return tooManyParts(a.limits)
	}
	var unpacked uint64
	for _, f := range files {
		name, err := partName(f.Name)
		if err != nil {
			return err
		}
		// Each size alone is compared too: the sum could run over.
		unpacked += f.UncompressedSize64
		limit := uint64(a.limits.Unpacked)
		if f.UncompressedSize64 > limit || unpacked > limit {
			return tooBigUnpacked(a.limits)
		}
		if f.UncompressedSize64 > suspiciousSize && f.UncompressedSize64/suspiciousRatio > f.CompressedSize64 {
			return refuse(fault.TooLarge, "bomb")
		}
		if f.Flags&0x1 != 0 {
			return encrypted()
		}
		if strings.HasSuffix(name, "/") {
			continue
		}
		if _, twice := a.parts[name]; twice {
			return broken(errors.New("part stands twice: " + name))
		}
		a.parts[name] = f
	}
	return overlapping(files)
}

// partName is the name by which parts are looked up: lower-case, with slashes.
func partName(name string) (string, error) {
	name = strings.ToLower(strings.ReplaceAll(name, `\`, "/"))
	if strings.HasPrefix(name, "/") || slices.Contains(strings.Split(name, "/"), "..") {
		return "", broken(errors.New("part name leads outside: " + name))
	}
	return name, nil
}

// overlapping refuses parts that share bytes of the file: the trick by which a
// small file unpacks without end.
func overlapping(files []*zip.File) error {
	type extent struct{ from, to int64 }
	extents := make([]extent, 0, len(files))
	for _, f := range files {
		from, err := f.DataOffset()
		if err != nil {
			return broken(err)
		}
		extents = append(extents, extent{from, from + int64(f.CompressedSize64)})
	}
	slices.SortFunc(extents, func(a, b extent) int { return int(min(1, max(-1, a.from-b.from))) })
	for i := 1; i < len(extents); i++ {
		if extents[i].from < extents[i-1].to {
			return broken(errors.New("parts overlap"))
		}
	}
	return nil
}

func (a *archive) has(name string) bool {
	_, ok := a.parts[strings.ToLower(name)]
	return ok
}

// each reads a part and calls start for each start tag; start may go on reading
// from the scanner. A part that is not there has no tags.
func (a *archive) each(name string, start func(*scanner) error) error {
	if !a.has(name) {
		return nil
	}
	s, closePart, err := a.scan(name)
	if err != nil {
		return err
	}
	defer closePart()
	for {
		kind, err := s.next()
		if err == nil && kind == tokenStart {
			err = start(s)
		}
		if err != nil {
			return partError(err, a.limits)
		}
		if kind == tokenEOF {
			return nil
		}
	}
}

// scan opens a part. The real bytes can not be more than the directory says,
// which check has summed up: the zip reader refuses them.
func (a *archive) scan(name string) (*scanner, func(), error) {
	f, ok := a.parts[strings.ToLower(name)]
	if !ok {
		return nil, nil, broken(errors.New("part is missing: " + name))
	}
	in, err := f.Open()
	if err != nil {
		return nil, nil, broken(err)
	}
	return newScanner(in, a.limits.Depth), func() { _ = in.Close() }, nil
}

// resolve is the name of the part that a relationship of the part base points
// to.
func resolve(base, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return path.Join(path.Dir(base), target)
}
