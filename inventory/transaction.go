package inventory

import (
	"fmt"

	"qingce/internal/store"
)

// DirectoryIn is Directory for rooms that are in the middle of a transaction
// and need to know which bodies belong to a region, or what they are called.
func (r *Registry) DirectoryIn(tx *store.Tx) (*Directory, error) { return r.directoryIn(tx) }

// SystemIn reads a system by its code for a room that speaks of it; who may see
// it is for that room to ask.
func (r *Registry) SystemIn(tx *store.Tx, code string) (System, error) {
	return systemByCode(tx, code, nil)
}

// Reindex builds anew what systems are found by, after rows came in by another
// way than the verbs (a backup that was put back). It gives the number of
// systems.
func (r *Registry) Reindex(tx *store.Tx) (int, error) {
	if err := clearIndex(tx); err != nil {
		return 0, fmt.Errorf("clear the search index: %w", err)
	}
	n := 0
	err := eachSystemRow(tx, func(s *System) error {
		n++
		return indexSystem(tx, s)
	})
	if err != nil {
		return n, fmt.Errorf("build the search index: %w", err)
	}
	return n, nil
}
