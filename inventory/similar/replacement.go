package similar

import (
	"qingce/internal/store"
	"qingce/inventory"
)

// Unknown stands for a share that could not be worked out.
const Unknown = -1

// Replacement is what is known of another system that can do the work of one.
type Replacement struct {
	// By is the other system; it is in service itself.
	By inventory.SystemID
	// Declared says that the register says so (relation replaced_by), Judged
	// that a reviewer found that both do the same work and that By goes on.
	Declared, Judged bool
	// Overlap is how much the two texts are alike, 0 to 1, Unknown when they
	// were never compared.
	Overlap float64
	// UsersMoved is the share of the former users that were seen in By, 0 to 1,
	// Unknown when it cannot be told.
	UsersMoved float64
	// Shifted says that use fell here and rose there within sixty days.
	Shifted bool
}

// Replacements tells which of the systems can be replaced, and by what. Where
// several others can, it is the one to which most users went. Systems without
// one are not in the map. It reads what is kept, and works nothing out. The
// system that a reviewer let go on is not replaced by the other one.
func Replacements(tx *store.Tx, systems []inventory.SystemID) (map[inventory.SystemID]Replacement, error) {
	found, err := replacementsOf(tx, systems)
	if err != nil {
		return nil, err
	}
	out := map[inventory.SystemID]Replacement{}
	for _, f := range found {
		if best, ok := out[f.system]; !ok || f.Replacement.better(best) {
			out[f.system] = f.Replacement
		}
	}
	return out, nil
}

// better prefers what is proved by use, then what somebody said.
func (r Replacement) better(than Replacement) bool {
	switch {
	case r.UsersMoved != than.UsersMoved:
		return r.UsersMoved > than.UsersMoved
	case r.Shifted != than.Shifted:
		return r.Shifted
	case r.Declared != than.Declared:
		return r.Declared
	}
	return r.Overlap > than.Overlap
}
