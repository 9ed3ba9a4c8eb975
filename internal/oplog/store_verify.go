package oplog

import (
	"database/sql"

	"golang.org/x/mod/sumdb/tlog"

	"qingce/internal/store"
)

// extent is how far the tables of the log go, by every account.
type extent struct {
	hasTip              bool
	tip                 int64
	rows, lastRow       int64
	hashes              int64
	firstHash, lastHash int64 // 0 and -1 when there are none
}

func readExtent(tx *store.Tx) (e extent, err error) {
	var tips []int64
	if err := tx.Gorm().Raw("SELECT size FROM oplog_tips WHERE id = 1").Scan(&tips).Error; err != nil {
		return e, err
	}
	if e.hasTip = len(tips) == 1; e.hasTip {
		e.tip = tips[0]
	}
	err = tx.Gorm().Raw("SELECT COUNT(*), COALESCE(MAX(id), 0) FROM oplog_entries").Row().Scan(&e.rows, &e.lastRow)
	if err != nil {
		return e, err
	}
	err = tx.Gorm().Raw("SELECT COUNT(*), COALESCE(MIN(id), 0), COALESCE(MAX(id), -1) FROM oplog_hashes").Row().
		Scan(&e.hashes, &e.firstHash, &e.lastHash)
	return e, err
}

// leaves is how many entries the stored hashes are for.
func (e extent) leaves() int64 {
	if e.lastHash < 0 {
		return 0
	}
	level, n := tlog.SplitStoredHashIndex(e.lastHash)
	return (n + 1) << level
}

// places is how many places of the log have to be looked at. What the tables
// and heads say is bounded by what there is, so that one absurd number does
// not make a verification endless.
func (e extent) places(signed int64) int64 {
	return min(max(e.tip, e.lastRow, e.leaves(), signed), 2*max(e.rows, e.hashes)+pageSize)
}

// page is a piece of the log: places from (included) to (not included).
type page struct {
	from, to int64
	rows     map[int64]tlog.Hash // hashes of the entries, by place
	first    int64
	hashes   []tlog.Hash // stored hashes, from first on
	present  []bool
}

// hash is the stored hash at an index, if it is there.
func (p *page) hash(index int64) (tlog.Hash, bool) {
	i := index - p.first
	if i < 0 || i >= int64(len(p.hashes)) || !p.present[i] {
		return tlog.Hash{}, false
	}
	return p.hashes[i], true
}

// vouches tells whether the stored hash above a place was made of this leaf.
func (p *page) vouches(place int64, leaf tlog.Hash) bool {
	above, ok := p.hash(tlog.StoredHashIndex(1, place>>1))
	beside, there := p.hash(tlog.StoredHashIndex(0, place^1))
	if !ok || !there {
		return false
	}
	if place&1 == 0 {
		return above == tlog.NodeHash(leaf, beside)
	}
	return above == tlog.NodeHash(beside, leaf)
}

func readPage(tx *store.Tx, from, to int64) (*page, error) {
	p := &page{from: from, to: to, rows: make(map[int64]tlog.Hash, to-from), first: tlog.StoredHashIndex(0, from)}
	rows, err := readHashed(tx, "id > ? AND id <= ?", from, to)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		p.rows[r.place] = r.hash
	}
	return p, p.readHashes(tx)
}

func (p *page) readHashes(tx *store.Tx) error {
	end := tlog.StoredHashIndex(0, p.to)
	p.hashes, p.present = make([]tlog.Hash, end-p.first), make([]bool, end-p.first)
	rows, err := tx.Gorm().Raw("SELECT id, hash FROM oplog_hashes WHERE id >= ? AND id < ?", p.first, end).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var hash sql.RawBytes
		if err := rows.Scan(&id, &hash); err != nil {
			return err
		}
		if len(hash) == tlog.HashSize {
			p.hashes[id-p.first], p.present[id-p.first] = tlog.Hash(hash), true
		}
	}
	return rows.Err()
}

// hashed is an entry as far as a verification needs it.
type hashed struct {
	place int64
	hash  tlog.Hash
}

// maxOutside bounds how many entries outside the log are told apart.
const maxOutside = 10_000

func readOutside(tx *store.Tx, size int64) ([]hashed, error) {
	return readHashed(tx, "id < 1 OR id > ?", size)
}

func readHashed(tx *store.Tx, where string, args ...any) ([]hashed, error) {
	names := joined(entryColumns(nil), func(c column) string { return c.name })
	rows, err := tx.Gorm().Raw("SELECT "+names+" FROM oplog_entries WHERE "+where+" ORDER BY id LIMIT ?", append(args, maxOutside)...).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []hashed
	for rows.Next() {
		h, err := scanHashed(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, rows.Err()
}

// scanHashed reads a row in the order of entryColumns. A row whose columns do
// not hold what they should was meddled with (SQLite keeps any text in any
// column); it has the hash of nothing.
func scanHashed(rows *sql.Rows) (hashed, error) {
	var r Row
	err := rows.Scan(&r.ID, &r.At, &r.ActorID, &r.ActorLogin, &r.ActorName, &r.ActorDepartment, &r.ActorRoles,
		&r.Way, &r.DepartmentID, &r.Origin, &r.RequestID, &r.Action, &r.ObjectKind, &r.ObjectID, &r.ObjectName,
		&r.Before, &r.After, &r.Reason)
	if err == nil {
		return hashed{r.ID.index(), r.hash()}, nil
	}
	var rest [17]sql.RawBytes
	dest := []any{&r.ID}
	for i := range rest {
		dest = append(dest, &rest[i])
	}
	if err := rows.Scan(dest...); err != nil {
		return hashed{}, err
	}
	return hashed{place: r.ID.index()}, nil
}
