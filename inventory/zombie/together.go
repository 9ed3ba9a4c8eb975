package zombie

import (
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/zombie/detect"
)

// together finds, in a lot, systems behind the same probe that fell silent in the
// same days: then the probe is in question, and not each of them.
func (e *evaluator) together(tx *store.Tx, tracks []track) error {
	p := &e.policy.Numbers.Policy
	var silent []inventory.SystemID
	for i := range tracks {
		if f := tracks[i].state.Fall(); f.LastUse != 0 && f.Gap >= p.TogetherAfter {
			silent = append(silent, tracks[i].ID)
		}
	}
	if p.TogetherLeast == 0 || len(silent) < p.TogetherLeast {
		return nil
	}
	seen, err := seenByProbes(tx, silent, tracks[0].ID, tracks[len(tracks)-1].ID)
	if err != nil {
		return err
	}
	at := make(map[inventory.SystemID]int, len(tracks))
	for i := range tracks {
		at[tracks[i].ID] = i
	}
	for _, systems := range seen {
		var places []int
		var falls []detect.Fall
		for _, id := range systems {
			if i, ok := at[id]; ok {
				places, falls = append(places, i), append(falls, tracks[i].state.Fall())
			}
		}
		for k, in := range detect.Together(p, falls) {
			t := &tracks[places[k]]
			t.Profile.Together = t.Profile.Together || in
		}
	}
	return nil
}
