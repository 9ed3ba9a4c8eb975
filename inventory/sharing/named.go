package sharing

import "qingce/internal/store"

// RequestIn reads a request for a room that speaks of it; who may see it is for
// that room to ask. What was not handed in is NotFound.
func (d *Desk) RequestIn(tx *store.Tx, id RequestID) (Request, error) {
	r, err := requestIn(tx, id, nil)
	if err == nil && r.State == RequestDraft {
		return Request{}, errAbsent
	}
	return r, err
}

// MisuseIn reads a report of misuse for a room that speaks of it.
func (d *Desk) MisuseIn(tx *store.Tx, id MisuseID) (Misuse, error) { return misuseIn(tx, id, nil) }
