package inventory

import (
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Ending is the end of a system, after somebody has looked at the proof of it
// (方案 part 2 (4)).
type Ending struct {
	System SystemID
	// On is the day on which it was switched off.
	On calendar.Date
	// Into is the system that took it over; nil when it was just retired.
	Into *SystemID
	// Situation is what was done, kept with the record.
	Situation string
	Reason    string
	// Origin is the address of the paper behind it.
	Origin string
	// Proved counts the files of each purpose that stand beside that paper; they
	// count as well as those beside the system (V23).
	Proved map[string]int64
}

// MissingProof lists which proof of a retirement is not there (V23).
func MissingProof(proved map[string]int64) []fault.Field {
	var missing []fault.Field
	for _, purpose := range []string{PurposeBackup, PurposeDisposal} {
		if proved[purpose] == 0 {
			missing = append(missing, fault.At("evidence", "inventory.err.v23", "purpose", fault.Label("evidence.purpose."+purpose)))
		}
	}
	return missing
}

// EndIn retires or merges a system inside the transaction of a room that has
// looked at the proof: the record leaves the register's life as one new version
// that carries the address of that paper, whatever state it had. What is wrong
// with other fields of the record does not stop it, for nobody will mend it any
// more. by is the Office or the centre, of no department that has the record
// (ErrOwnReview). A record that has ended before is left as it is.
func (r *Registry) EndIn(tx *store.Tx, by auth.Principal, e Ending) (System, error) {
	if err := by.Require(auth.Office, auth.Centre); err != nil {
		return System{}, err
	}
	old, err := systemForUpdateByID(tx, e.System)
	if err != nil {
		return System{}, fmt.Errorf("end system %d: %w", e.System, err)
	}
	if err := ownReview(by, old.OwnerID); err != nil {
		return System{}, err
	}
	if old.State.Closed() {
		return old, nil
	}
	if err := r.provedAt(tx, &old, e.Proved); err != nil {
		return System{}, err
	}
	next := old
	a := act{by: by, action: "ended.retired", reason: e.Reason, origin: e.Origin}
	if err := r.end(tx, by, &next, e); err != nil {
		return System{}, fmt.Errorf("end system %s: %w", old.Code, err)
	}
	if next.State == Merged {
		a = act{by: by, action: "ended.merged", reason: e.Reason, origin: e.Origin}
	}
	if err := updateSystem(tx, old, &next, a); err != nil {
		return System{}, err
	}
	if old.State == Returned && r.opts.Settled != nil {
		return next, r.opts.Settled(tx, by, next)
	}
	return next, nil
}

// provedAt holds V23, with what was proved elsewhere.
func (r *Registry) provedAt(tx *store.Tx, s *System, elsewhere map[string]int64) error {
	missing := MissingProof(elsewhere)
	if len(missing) == 0 || r.opts.Evidence == nil {
		return fault.Refuse(missing)
	}
	total := map[string]int64{}
	for _, purpose := range []string{PurposeBackup, PurposeDisposal} {
		n, err := r.opts.Evidence(tx, s.ID, purpose)
		if err != nil {
			return err
		}
		total[purpose] = n + elsewhere[purpose]
	}
	return fault.Refuse(MissingProof(total))
}

// end changes the record of a system that is gone.
func (r *Registry) end(tx *store.Tx, by auth.Principal, s *System, e Ending) error {
	if _, err := r.switchOff(tx, by, s, e.On); err != nil {
		return err
	}
	if !s.Classified {
		s.CleanedSituation = clipped(e.Situation)
	}
	s.State = Retired
	if e.Into == nil {
		return nil
	}
	return mergeInto(tx, s, *e.Into)
}

// clipped is a text as long as the field of the situation takes it.
func clipped(text string) string {
	f, _ := SystemFields.Find("cleaned_situation")
	runes := []rune(text)
	return string(slices.Clip(runes[:min(len(runes), f.Max)]))
}
