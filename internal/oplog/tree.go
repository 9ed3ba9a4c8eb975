package oplog

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// growth adds leaves to a stored tree: the few old hashes that new ones are
// built on are read once, and everything new stays in memory.
type growth struct {
	size  int64
	base  int64 // place of the first new hash among the stored ones
	old   map[int64]tlog.Hash
	fresh []tlog.Hash
}

// newGrowth reads the right edge of the tree of size entries.
func newGrowth(size int64, stored tlog.HashReader) (*growth, error) {
	g := &growth{size: size, base: tlog.StoredHashCount(size), old: map[int64]tlog.Hash{}}
	// The root is made of exactly the hashes of the edge, so asking for it
	// reads them all at once.
	_, err := tlog.TreeHash(size, tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes, err := stored.ReadHashes(indexes)
		for i := range hashes {
			g.old[indexes[i]] = hashes[i]
		}
		return hashes, err
	}))
	if err != nil {
		return nil, fmt.Errorf("read the edge of the tree of %d entries: %w", size, err)
	}
	return g, nil
}

// ReadHashes serves tlog from memory.
func (g *growth) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x >= g.base {
			out[i] = g.fresh[x-g.base]
			continue
		}
		h, ok := g.old[x]
		if !ok {
			return nil, fmt.Errorf("hash %d is not on the edge of the tree", x)
		}
		out[i] = h
	}
	return out, nil
}

// add appends a leaf.
func (g *growth) add(leaf tlog.Hash) error {
	hashes, err := tlog.StoredHashesForRecordHash(g.size, leaf, g)
	if err != nil {
		return err
	}
	g.fresh = append(g.fresh, hashes...)
	g.size++
	return nil
}
