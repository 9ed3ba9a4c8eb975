package backup

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
)

// Archive is a backup that was opened for reading.
type Archive struct {
	Manifest

	file *os.File
	zip  *zip.Reader
}

// maxManifest bounds the manifest, in bytes.
const maxManifest = 4 << 20

// Open opens a backup and reads its manifest. What is no backup is ErrFormat;
// whether the rest is whole, Check and Load tell.
func Open(name string) (*Archive, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open backup: %w", err)
	}
	a := &Archive{file: f}
	if err := a.read(); err != nil {
		return nil, errors.Join(fmt.Errorf("open backup %s: %w", name, err), f.Close())
	}
	return a, nil
}

func (a *Archive) read() error {
	info, err := a.file.Stat()
	if err != nil {
		return err
	}
	if a.zip, err = zip.NewReader(a.file, info.Size()); err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	r, err := a.zip.Open(manifestName)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	defer r.Close()
	if err := json.NewDecoder(io.LimitReader(r, maxManifest)).Decode(&a.Manifest); err != nil {
		return fmt.Errorf("%w: manifest: %w", ErrDamaged, err)
	}
	if a.Format != format {
		return fmt.Errorf("%w: its format is %q, want %q", ErrFormat, a.Format, format)
	}
	return nil
}

// Close closes the file.
func (a *Archive) Close() error { return a.file.Close() }

// Check reads every row and every file and compares them with the manifest.
func (a *Archive) Check(ctx context.Context) error {
	for _, t := range a.Tables {
		if err := a.eachRow(ctx, t, func([]any) error { return nil }); err != nil {
			return err
		}
	}
	for _, f := range a.Files {
		if _, err := a.ReadFile(f.Name); err != nil {
			return err
		}
	}
	return nil
}

// ReadFile reads a file that was given with the database and checks it.
func (a *Archive) ReadFile(name string) ([]byte, error) {
	for _, f := range a.Files {
		if f.Name != name {
			continue
		}
		r, err := a.zip.Open(f.file())
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		defer r.Close()
		body, err := io.ReadAll(io.LimitReader(r, f.Size+1))
		if err != nil {
			return nil, fmt.Errorf("%w: file %s: %w", ErrDamaged, name, err)
		}
		if sum := sha256.Sum256(body); int64(len(body)) != f.Size || hex.EncodeToString(sum[:]) != f.SHA256 {
			return nil, fmt.Errorf("%w: file %s is not what was written", ErrDamaged, name)
		}
		return body, nil
	}
	return nil, fmt.Errorf("backup has no file %s: %w", name, os.ErrNotExist)
}

// eachRow gives the rows of a table one after the other and, at the end,
// compares number and sum with the manifest.
func (a *Archive) eachRow(ctx context.Context, t Table, do func(row []any) error) error {
	r, err := a.zip.Open(t.file())
	if err != nil {
		return fmt.Errorf("%w: table %s: %w", ErrDamaged, t.Name, err)
	}
	defer r.Close()
	sum := sha256.New()
	lines := json.NewDecoder(io.TeeReader(r, sum))
	lines.UseNumber()
	rows := int64(0)
	for ; ctx.Err() == nil; rows++ {
		var row []any
		err := lines.Decode(&row)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || len(row) != len(t.Columns) {
			return fmt.Errorf("%w: table %s, row %d: %w", ErrDamaged, t.Name, rows+1, errors.Join(err, errors.New("no row of the table")))
		}
		if err := do(row); err != nil {
			return fmt.Errorf("table %s, row %d: %w", t.Name, rows+1, err)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return a.compare(t, rows, sum)
}

func (a *Archive) compare(t Table, rows int64, sum hash.Hash) error {
	if rows != t.Rows {
		return fmt.Errorf("%w: table %s has %d rows, want %d", ErrDamaged, t.Name, rows, t.Rows)
	}
	if have := hex.EncodeToString(sum.Sum(nil)); have != t.SHA256 {
		return fmt.Errorf("%w: table %s has the sum %s, want %s", ErrDamaged, t.Name, have, t.SHA256)
	}
	return nil
}
