package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// chunkSize is the size of the pieces in which the bytes are kept.
const chunkSize = 1 << 20

// ErrDamaged says that the stored bytes are not those that were handed in; only
// a backup helps.
var ErrDamaged = fault.New(fault.Unavailable, "err.evidence.damaged")

// Content is an opened file. It reads the bytes piece by piece; Close it.
type Content struct {
	Item
	io.ReadCloser
}

// Open opens a file that by may see: of the own department or region, or any
// for those who see all. Others get NotFound. A removed file is there only for
// the Office and the auditors. All bytes are checked against the hash first: a
// file that was damaged is ErrDamaged. Reading goes on under ctx.
func (b *Box) Open(ctx context.Context, by auth.Principal, id LinkID) (*Content, error) {
	if !by.Known() {
		return nil, auth.ErrUnauthenticated
	}
	var item Item
	var sums [][sha256.Size]byte
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		link, err := findLink(tx, id)
		if err != nil {
			return err
		}
		seen, err := b.inside(tx, by.View(), link.DepartmentID)
		if err != nil {
			return err
		}
		if !seen || link.RemovedAt != nil && !by.Is(auth.Office, auth.Auditor) {
			return fault.New(fault.NotFound, "err.not_found")
		}
		items, err := withFiles(tx, []Link{link})
		if err != nil {
			return err
		}
		item = items[0]
		sums, err = verify(tx, item.File)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open evidence %d: %w", id, err)
	}
	return &Content{item, &pieces{ctx: ctx, db: b.db, file: item.File.ID, sums: sums}}, nil
}

// inside tells whether a department is in a scope.
func (b *Box) inside(tx *store.Tx, s auth.Scope, dept auth.DepartmentID) (bool, error) {
	switch {
	case s.All:
		return true, nil
	case s.None() || dept == 0:
		return false, nil
	case !s.Below:
		return s.Department == dept, nil
	}
	ids, err := b.below(tx, s)
	if err != nil {
		return false, fmt.Errorf("find the departments below %d: %w", s.Department, err)
	}
	return slices.Contains(ids, dept), nil
}

// verify reads a file through, compares it with its hash and returns the hashes
// of its pieces.
func verify(tx *store.Tx, f File) ([][sha256.Size]byte, error) {
	whole := sha256.New()
	var sums [][sha256.Size]byte
	for left := f.Size; left > 0; {
		data, err := readChunk(tx, f.ID, len(sums))
		if fault.KindOf(err) == fault.NotFound {
			return nil, ErrDamaged.Because(err)
		}
		if err != nil {
			return nil, err
		}
		if len(data) == 0 || int64(len(data)) > left {
			return nil, ErrDamaged.Because(fmt.Errorf("piece %d has %d bytes, %d are left", len(sums), len(data), left))
		}
		whole.Write(data)
		sums = append(sums, sha256.Sum256(data))
		left -= int64(len(data))
	}
	if hex.EncodeToString(whole.Sum(nil)) != f.SHA256 {
		return nil, ErrDamaged
	}
	return sums, nil
}

// pieces reads a verified file. Each piece is fetched in a transaction of its
// own, so that a slow reader holds no snapshot of the database open, and is
// compared with what verify saw.
type pieces struct {
	ctx  context.Context // of the request that opened the file
	db   *store.DB
	file FileID
	sums [][sha256.Size]byte
	next int
	rest []byte
}

func (p *pieces) Read(into []byte) (int, error) {
	if len(into) == 0 {
		return 0, nil
	}
	if len(p.rest) == 0 {
		if p.next == len(p.sums) {
			return 0, io.EOF
		}
		if err := p.fetch(); err != nil {
			return 0, err
		}
	}
	n := copy(into, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

func (p *pieces) fetch() error {
	err := p.db.Read(p.ctx, func(tx *store.Tx) error {
		var err error
		p.rest, err = readChunk(tx, p.file, p.next)
		return err
	})
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(p.rest); !bytes.Equal(sum[:], p.sums[p.next][:]) {
		p.rest = nil
		return ErrDamaged
	}
	p.next++
	return nil
}

func (p *pieces) Close() error {
	p.rest, p.next = nil, len(p.sums)
	return nil
}
