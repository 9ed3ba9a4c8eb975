package oplog

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"qingce/internal/store"
)

// appendRows gives the rows their numbers and writes them with their hashes.
// The lock on the tip makes writers of the log take turns until they commit,
// which is why this is the last thing a transaction does.
func appendRows(tx *store.Tx, rows []Row) error {
	size, err := lockTip(tx)
	if err != nil {
		return err
	}
	g, err := newGrowth(size, hashReader(tx))
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].ID = idOf(g.size)
		if err := g.add(rows[i].hash()); err != nil {
			return err
		}
	}
	if err := insert(tx, "oplog_entries", entryColumns(rows), len(rows)); err != nil {
		return fmt.Errorf("insert entries: %w", err)
	}
	if err := insert(tx, "oplog_hashes", hashColumns(g), len(g.fresh)); err != nil {
		return fmt.Errorf("insert hashes: %w", err)
	}
	return moveTip(tx, size, g.size)
}

// lockTip reads the count of entries and keeps other writers of the log out.
func lockTip(tx *store.Tx) (int64, error) {
	if tx.Engine() == store.Postgres {
		return oneNumber(tx, "SELECT size FROM oplog_tips WHERE id = 1 FOR UPDATE")
	}
	return Size(tx) // on SQLite the transaction is the only writer
}

func moveTip(tx *store.Tx, from, to int64) error {
	r := tx.Gorm().Exec("UPDATE oplog_tips SET size = ? WHERE id = 1 AND size = ?", to, from)
	if r.Error == nil && r.RowsAffected != 1 {
		return errors.New("the tip of the log moved")
	}
	return r.Error
}

// oneNumber reads a query that gives exactly one number.
func oneNumber(tx *store.Tx, query string, args ...any) (int64, error) {
	var n []int64
	if err := tx.Gorm().Raw(query, args...).Scan(&n).Error; err != nil {
		return 0, err
	}
	if len(n) != 1 {
		return 0, fmt.Errorf("%s: %d rows, want one", query, len(n))
	}
	return n[0], nil
}

// hashReader reads stored hashes, all that are asked for in one query.
func hashReader(tx *store.Tx) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		if len(indexes) == 0 {
			return nil, nil
		}
		var rows []storedHash
		if err := tx.Gorm().Raw("SELECT id, hash FROM oplog_hashes WHERE id IN ?", indexes).Scan(&rows).Error; err != nil {
			return nil, err
		}
		found := make(map[int64]tlog.Hash, len(rows))
		for _, r := range rows {
			if len(r.Hash) == tlog.HashSize {
				found[r.ID] = tlog.Hash(r.Hash)
			}
		}
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			h, ok := found[x]
			if !ok {
				return nil, ErrHashes.Because(fmt.Errorf("hash %d is missing", x))
			}
			out[i] = h
		}
		return out, nil
	})
}

// storedHash is a row of oplog_hashes.
type storedHash struct {
	ID   int64
	Hash []byte
}

// Size is the number of entries as the transaction sees it. It never falls, and
// grows with every change that is recorded: what was worked out of recorded
// facts at one size is right as long as the size stays.
func Size(tx *store.Tx) (int64, error) {
	return oneNumber(tx, "SELECT size FROM oplog_tips WHERE id = 1")
}
