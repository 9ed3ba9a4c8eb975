package rectification

import (
	"context"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Accept closes a notice whose reply shows that it is put right. Lateness is
// that of the reply. It is a step of the Office, never on its own body.
func (d *Desk) Accept(ctx context.Context, by auth.Principal, id NoticeID, version int64, note string) (Notice, error) {
	return d.check(ctx, by, id, version, func(tx *store.Tx, old Notice) (Notice, act, error) {
		a := act{by: by, action: "accepted", note: strings.TrimSpace(note)}
		if err := fault.Refuse(needText("note", note, 0, maxNote)); err != nil {
			return old, a, err
		}
		n := old
		n.State, n.Outcome, n.SettledOn = Accepted, a.note, old.RepliedOn
		late, err := d.late(tx, old.DueOn, old.RepliedOn)
		if err != nil {
			return old, a, err
		}
		if n.LateWd = &late; !old.OverdueFrom.IsZero() {
			n.State, a.action = ClosedLate, "closed_late"
		}
		n.close(tx, by)
		return n, a, checkReply(tx, by, id, ReplyAccepted, a.note)
	})
}

// Reject sends a reply back with the reason. The due day stays as it was; when
// it has passed meanwhile the Office gives a new term of againWd working days,
// and it may give one at any time. What was overdue already stays so and gets
// no new term.
func (d *Desk) Reject(ctx context.Context, by auth.Principal, id NoticeID, version int64, reason string, againWd int) (Notice, error) {
	return d.check(ctx, by, id, version, func(tx *store.Tx, old Notice) (Notice, act, error) {
		n, a := old, act{by: by, action: "rejected", note: strings.TrimSpace(reason)}
		found := needText("reason", reason, leastText, maxNote)
		n.State = old.rejectedTo()
		switch wants := n.State == Rejected && old.DueOn.Before(today(tx)); {
		case againWd != 0 && n.State != Rejected:
			found = append(found, fault.At("again_wd", "rectify.err.no_term"))
		case againWd == 0 && wants:
			found = append(found, fault.At("again_wd", "rectify.err.again", "date", old.DueOn))
		case againWd != 0:
			found = append(found, needTerm("again_wd", againWd, 1, MostTerm)...)
		}
		if err := fault.Refuse(found); err != nil {
			return old, a, err
		}
		from, days := old.TermFrom, old.TermWd
		if againWd != 0 {
			from, days = today(tx), againWd
		}
		due, err := d.begin(tx, by, n, from, days)
		if err != nil {
			return old, a, err
		}
		if n.State == Rejected {
			n.DueOn = due.DueOn
			if againWd != 0 {
				n.TermFrom, n.TermWd = from, days
			}
		}
		return n, a, checkReply(tx, by, id, ReplyRejected, a.note)
	})
}

// rejectedTo is where a notice goes back to when its reply is rejected.
func (n Notice) rejectedTo() State {
	switch {
	case !n.EscalatedOn.IsZero():
		return Escalated
	case !n.OverdueFrom.IsZero():
		return Overdue
	}
	return Rejected
}

// check runs what the Office does with a reply.
func (d *Desk) check(
	ctx context.Context, by auth.Principal, id NoticeID, version int64, do func(tx *store.Tx, old Notice) (Notice, act, error),
) (Notice, error) {
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
		if err := old.standsAt(version, Replied); err != nil {
			return Notice{}, err
		}
		n, a, err := do(tx, old)
		if err != nil {
			return Notice{}, err
		}
		return n, updateNotice(tx, a, old, &n)
	})
}

// close notes who ended the notice, and when.
func (n *Notice) close(tx *store.Tx, by auth.Principal) {
	at := tx.Now()
	n.ClosedAt, n.ClosedOn, n.ClosedName = &at, calendar.DateOf(at), by.Name
}

func checkReply(tx *store.Tx, by auth.Principal, id NoticeID, state, note string) error {
	r, err := lastReply(tx, id)
	if err != nil {
		return err
	}
	at := tx.Now()
	r.State, r.CheckedAt, r.CheckedName, r.CheckNote = state, &at, by.Name, note
	return saveReply(tx, &r)
}
