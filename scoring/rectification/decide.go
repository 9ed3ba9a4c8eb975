package rectification

import (
	"context"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Decide records what the leading group decides on a notice that was reported
// to it, and closes it (办法 art. 23).
func (d *Desk) Decide(ctx context.Context, by auth.Principal, id NoticeID, version int64, decision, text string) (Notice, error) {
	if err := by.Require(auth.Leader); err != nil {
		return Notice{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Notice, error) {
		old, err := noticeForUpdate(tx, id)
		if err != nil {
			return Notice{}, err
		}
		if err := d.ofOther(tx, by, old.DepartmentID); err != nil {
			return Notice{}, err
		}
		if err := old.standsAt(version, Escalated); err != nil {
			return Notice{}, err
		}
		var found []fault.Field
		if !slices.Contains(Decisions(), decision) {
			found = append(found, fault.At("decision", "err.required", "field", fault.Label("rectify.decision")))
		}
		if err := fault.Refuse(append(found, needText("outcome", text, leastText, maxText)...)); err != nil {
			return Notice{}, err
		}
		n := old
		n.State, n.Decision, n.Outcome, n.SettledOn = LGDecided, decision, strings.TrimSpace(text), today(tx)
		late, err := d.late(tx, old.DueOn, n.SettledOn)
		if err != nil {
			return Notice{}, err
		}
		n.LateWd = &late
		n.close(tx, by)
		if _, err := d.end(tx, by, old); err != nil {
			return Notice{}, err
		}
		return n, updateNotice(tx, act{by: by, action: "lg_decided", note: n.Outcome}, old, &n)
	})
}

// Prove records that misuse of shared data (in situation R4), or a false report,
// is proven: it costs points in the month in which it is recorded. It is a step
// of the Office, once for each, and never on its own body.
func (d *Desk) Prove(ctx context.Context, by auth.Principal, id NoticeID, version int64, what, text string) (Notice, error) {
	if err := by.Require(auth.Office); err != nil {
		return Notice{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Notice, error) {
		old, err := noticeForUpdate(tx, id)
		if err != nil {
			return Notice{}, err
		}
		if err := d.ofOther(tx, by, old.DepartmentID); err != nil {
			return Notice{}, err
		}
		if err := old.standsAt(version, append(openStates(), Accepted, ClosedLate, LGDecided)...); err != nil {
			return Notice{}, err
		}
		n := old
		if err := n.prove(what, strings.TrimSpace(text), today(tx)); err != nil {
			return Notice{}, err
		}
		return n, updateNotice(tx, act{by: by, action: "proven_" + what, note: strings.TrimSpace(text)}, old, &n)
	})
}

func (n *Notice) prove(what, text string, day calendar.Date) error {
	found := needText("proof", text, leastText, maxNote)
	switch {
	case !slices.Contains(Proofs(), what):
		found = append(found, fault.At("what", "err.required", "field", fault.Label("rectify.what")))
	case what == ProvenMisuse && n.Situation != R4:
		found = append(found, fault.At("what", "rectify.err.not_r4"))
	}
	if err := fault.Refuse(found); err != nil {
		return err
	}
	on, said := &n.FalseOn, &n.FalseText
	if what == ProvenMisuse {
		on, said = &n.MisuseOn, &n.MisuseText
	}
	if !on.IsZero() {
		return fault.New(ErrProven.Kind, ErrProven.Code, "date", *on)
	}
	*on, *said = day, text
	return nil
}
