package oplog

import (
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// node is the hash of a complete part of the tree.
type node struct {
	hash tlog.Hash
	// wrong says that a hash stored inside the part was wrong, so that the
	// same damage is not found again in every hash above it.
	wrong bool
}

// checkTree builds the tree again leaf by leaf and compares every hash on the
// way with the stored one. It keeps only the edge: one node per level.
type checkTree struct {
	size int64
	edge []node // complete parts, the largest first
}

// add appends a leaf; stored gives the stored hash at a place, and damaged is
// called with the leaves [from, to) over which a stored hash is wrong.
func (t *checkTree) add(n node, stored func(int64) (tlog.Hash, bool), damaged func(from, to int64)) {
	for level := 1; level <= bits.TrailingZeros64(uint64(t.size+1)); level++ {
		left := t.edge[len(t.edge)-1]
		t.edge = t.edge[:len(t.edge)-1]
		n = node{tlog.NodeHash(left.hash, n.hash), left.wrong || n.wrong}
		place := t.size >> level
		if h, ok := stored(tlog.StoredHashIndex(level, place)); ok && h == n.hash {
			n.wrong = false
		} else if !n.wrong {
			n.wrong = true
			damaged(place<<level, (place+1)<<level)
		}
	}
	t.edge = append(t.edge, n)
	t.size++
}

// root is the hash of the tree as it stands.
func (t *checkTree) root() tlog.Hash {
	if len(t.edge) == 0 {
		root, _ := tlog.TreeHash(0, nil) // of nothing: needs no reader, cannot fail
		return root
	}
	h := t.edge[len(t.edge)-1].hash
	for i := len(t.edge) - 2; i >= 0; i-- {
		h = tlog.NodeHash(t.edge[i].hash, h)
	}
	return h
}
