package oplog

import (
	"golang.org/x/mod/sumdb/tlog"

	"qingce/internal/store"
)

// readState reads the log's size and root, and what is remembered of a key.
func readState(tx *store.Tx, verifier string) (logState, error) {
	var s logState
	var err error
	if s.claimed, s.known, err = readClaim(tx, verifier); err != nil {
		return s, err
	}
	if s.size, err = Size(tx); err != nil {
		return s, err
	}
	s.root, err = tlog.TreeHash(s.size, hashReader(tx))
	return s, err
}

// readClaim reads how far the database was told that a key has signed.
func readClaim(tx *store.Tx, verifier string) (size int64, known bool, err error) {
	var sizes []int64
	err = tx.Gorm().Raw("SELECT size FROM oplog_anchors WHERE verifier = ?", verifier).Scan(&sizes).Error
	if err != nil || len(sizes) == 0 {
		return 0, false, err
	}
	return sizes[0], true, nil
}

func insertAnchor(tx *store.Tx, verifier string) error {
	return tx.Gorm().Exec("INSERT INTO oplog_anchors (verifier, size) VALUES (?, 0)", verifier).Error
}

// claim remembers how far a key has signed.
func claim(tx *store.Tx, verifier string, size int64) error {
	return tx.Gorm().Exec("UPDATE oplog_anchors SET size = ? WHERE verifier = ? AND size < ?", size, verifier, size).Error
}
