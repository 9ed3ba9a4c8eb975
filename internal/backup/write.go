package backup

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"

	"qingce/internal/store"
)

// Options of Write.
type Options struct {
	// Program and Schema go into the manifest.
	Program string
	Schema  int64
	// LeaveOut names the tables that are built from others.
	LeaveOut []string
	// Files gives what is put beside the tables, by name; names have no
	// folders. It is asked after the tables were read and told what was read, so
	// that what vouches for them is neither older nor newer. It may be nil.
	Files func(m Manifest) (map[string][]byte, error)
}

// Write writes everything that is in the database at one moment. It reads in
// one transaction and keeps nobody from writing.
func Write(ctx context.Context, db *store.DB, w io.Writer, opts Options) (Manifest, error) {
	z := zip.NewWriter(w)
	m := Manifest{Format: format, Program: opts.Program, Engine: db.Engine(), Schema: opts.Schema}
	err := db.Read(ctx, func(tx *store.Tx) error {
		m.TakenAt = tx.Now()
		all, err := shapes(tx, opts.LeaveOut)
		if err != nil {
			return err
		}
		for _, s := range all {
			t, err := writeTable(tx, z, s)
			if err != nil {
				return fmt.Errorf("table %s: %w", s.name, err)
			}
			m.Tables = append(m.Tables, t)
		}
		return nil
	})
	if err == nil && opts.Files != nil {
		err = writeFiles(z, &m, opts.Files)
	}
	if err == nil {
		err = writeManifest(z, m)
	}
	if err != nil {
		return Manifest{}, fmt.Errorf("write backup: %w", err)
	}
	if err := z.Close(); err != nil {
		return Manifest{}, fmt.Errorf("write backup: %w", err)
	}
	return m, nil
}

func writeTable(tx *store.Tx, z *zip.Writer, s shape) (Table, error) {
	t := Table{Name: s.name, Columns: s.names()}
	var err error
	if t.Next, err = nextID(tx, s); err != nil {
		return t, err
	}
	entry, err := z.Create(t.file())
	if err != nil {
		return t, err
	}
	rows, err := rowsOf(tx, s)
	if err != nil {
		return t, err
	}
	defer rows.Close()
	sum := sha256.New()
	lines := &lineWriter{out: io.MultiWriter(entry, sum)}
	for rows.Next() {
		if err := lines.write(rows, s.columns); err != nil {
			return t, fmt.Errorf("row %d: %w", t.Rows+1, err)
		}
		t.Rows++
	}
	t.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return t, rows.Err()
}

// lineWriter writes rows as lines of JSON.
type lineWriter struct {
	out    io.Writer
	buf    bytes.Buffer
	values []any
	places []any
}

func (l *lineWriter) write(rows *sql.Rows, columns []column) error {
	if l.values == nil {
		l.values, l.places = make([]any, len(columns)), make([]any, len(columns))
		for i := range l.values {
			l.places[i] = &l.values[i]
		}
	}
	if err := rows.Scan(l.places...); err != nil {
		return err
	}
	for i, c := range columns {
		v, err := encode(c.class, l.values[i])
		if err != nil {
			return fmt.Errorf("column %s: %w", c.name, err)
		}
		l.values[i] = v
	}
	l.buf.Reset()
	e := json.NewEncoder(&l.buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(l.values); err != nil {
		return err
	}
	_, err := l.out.Write(l.buf.Bytes())
	return err
}

func writeFiles(z *zip.Writer, m *Manifest, give func(Manifest) (map[string][]byte, error)) error {
	files, err := give(*m)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		body := files[name]
		if name != path.Base(name) {
			return fmt.Errorf("file %q: a name with folders", name)
		}
		sum := sha256.Sum256(body)
		f := File{Name: name, Size: int64(len(body)), SHA256: hex.EncodeToString(sum[:])}
		entry, err := z.Create(f.file())
		if err == nil {
			_, err = entry.Write(body)
		}
		if err != nil {
			return fmt.Errorf("file %s: %w", name, err)
		}
		m.Files = append(m.Files, f)
	}
	return nil
}

func writeManifest(z *zip.Writer, m Manifest) error {
	entry, err := z.Create(manifestName)
	if err != nil {
		return err
	}
	e := json.NewEncoder(entry)
	e.SetIndent("", "  ")
	return e.Encode(m)
}
