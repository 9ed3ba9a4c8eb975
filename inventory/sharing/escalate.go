package sharing

import (
	"context"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory/catalog"
)

// Application is the written application to the Office (办法 art. 10).
type Application struct {
	Text string // why the data are needed for the duty
	// File is the signed paper; nil when it stands beside the request already.
	File *evidence.Received
}

// Escalate puts to the Office what was refused, granted in part or met with
// silence, and what is not shared at all (V11), when a duty needs it. It takes a
// signed application. The Office then has ten working days. A request that the
// provider still has time to answer is ErrTooEarly.
func (d *Desk) Escalate(ctx context.Context, by auth.Principal, id RequestID, version int64, in Application) (Request, error) {
	if err := by.Require(Heads()...); err != nil {
		return Request{}, err
	}
	in.Text = strings.TrimSpace(in.Text)
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Request, error) {
		old, err := d.asUser(tx, by, id, version, RequestEscalated)
		if err != nil {
			return Request{}, err
		}
		if err := d.mayEscalate(tx, old); err != nil {
			return Request{}, err
		}
		found := needText("escalation_text", in.Text, leastReason, maxReason)
		papers, err := d.papers(tx, by, old, in.File, FileApplication)
		if err != nil {
			return Request{}, err
		}
		if papers == 0 {
			found = append(found, fault.At("file", "sharing.err.application"))
		}
		if err := fault.Refuse(found); err != nil {
			return Request{}, err
		}
		r := old
		err = d.escalate(tx, by, old, &r, in)
		return r, err
	})
}

// mayEscalate refuses what is not ripe: the way to the Office is open from a
// draft only for what is not shared, and from a waiting request only when its
// term has passed.
func (d *Desk) mayEscalate(tx *store.Tx, r Request) error {
	switch r.State {
	case RequestDraft:
		if r.ShareType != catalog.NotShared {
			return fault.New(ErrState.Kind, ErrState.Code, "state", r.State.Label())
		}
	case RequestSubmitted:
		open, err := d.deps.Book.Of(tx, DueOf(KindRequest, int64(r.ID)))
		if err != nil {
			return err
		}
		for _, due := range open {
			if !due.Overdue {
				return fault.New(ErrTooEarly.Kind, ErrTooEarly.Code, "date", due.DueOn)
			}
		}
	}
	return nil
}

// papers puts a file beside a request when there is one, and counts those of its
// purpose.
func (d *Desk) papers(tx *store.Tx, by auth.Principal, r Request, file *evidence.Received, purpose string) (int, error) {
	if file != nil {
		if _, err := d.deps.Box.Attach(tx, by, *file, r.Evidence(), purpose, ""); err != nil {
			return 0, err
		}
	}
	items, err := d.deps.Box.List(tx, r.Evidence())
	if err != nil {
		return 0, err
	}
	n := 0
	for _, item := range items {
		if item.Link.Purpose == purpose {
			n++
		}
	}
	return n, nil
}

func (d *Desk) escalate(tx *store.Tx, by auth.Principal, old Request, r *Request, in Application) error {
	office, err := d.organ(tx, officeDuty)
	if err != nil {
		return err
	}
	p, err := currentPolicy(tx)
	if err != nil {
		return err
	}
	subject := DueOf(KindRequest, int64(r.ID))
	over, err := d.end(tx, by, subject, "")
	if err != nil {
		return err
	}
	if r.RepliedAt == nil && r.SubmittedAt != nil { // silence: the term ended without an answer
		r.ReplyDueOn, r.ReplyLateWd = over.on, over.late
	}
	at := tx.Now()
	r.State, r.EscalatedAt, r.EscalatedName, r.EscalationText = RequestEscalated, &at, by.Name, in.Text
	if err := updateRequest(tx, act{by: by, action: "request.escalated", note: in.Text}, old, r); err != nil {
		return err
	}
	_, err = d.begin(tx, by, term{
		of: subject, on: office, title: dueMediation, article: articleRequest, name: r.EntryName, from: today(tx), days: p.MediationWd,
	})
	return err
}

// asOffice finds a request that the Office may decide: nobody does who is a
// party.
func (d *Desk) asOffice(tx *store.Tx, by auth.Principal, id RequestID, version int64, next RequestState) (Request, error) {
	r, err := requestForUpdate(tx, id)
	if err != nil {
		return Request{}, err
	}
	if by.DepartmentID != 0 && (by.DepartmentID == r.ProviderID || by.DepartmentID == r.UserID) {
		return Request{}, ErrOwnEscalation
	}
	return r, r.standsAt(version, next)
}

// Meeting is when the Office brings the parties together.
type Meeting struct {
	On   calendar.Date
	Note string
}

// Convene calls the parties to a meeting about an escalated request.
func (d *Desk) Convene(ctx context.Context, by auth.Principal, id RequestID, version int64, in Meeting) (Request, error) {
	if err := by.Require(auth.Office); err != nil {
		return Request{}, err
	}
	in.Note = strings.TrimSpace(in.Note)
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Request, error) {
		old, err := d.asOffice(tx, by, id, version, RequestCoordinating)
		if err != nil {
			return Request{}, err
		}
		found := needText("meeting_note", in.Note, 0, maxReason)
		switch {
		case in.On.IsZero():
			found = append(found, fault.At("meeting_on", "err.required", "field", fault.Label("sharing.meeting_on")))
		case in.On.Before(today(tx)):
			found = append(found, fault.At("meeting_on", "sharing.err.past", "field", fault.Label("sharing.meeting_on")))
		}
		if err := fault.Refuse(found); err != nil {
			return Request{}, err
		}
		r := old
		r.State, r.MeetingOn, r.MeetingNote = RequestCoordinating, in.On, in.Note
		err = updateRequest(tx, act{by: by, action: "request.convened", note: in.Note}, old, &r)
		return r, err
	})
}

// Settlement is what came out of a mediation.
type Settlement struct {
	Outcome string
	Text    string
	// Terms of the agreement, when the data are shared after all.
	Terms Terms
	File  *evidence.Received // the minutes; may be nil
}

// shares tells whether the outcome makes an agreement.
func (s *Settlement) shares() bool { return s.Outcome == OutcomeShare || s.Outcome == OutcomeVerify }

func (s *Settlement) wrong(items []string) []fault.Field {
	out := needText("outcome", s.Outcome, 1, maxLine)
	out = append(out, known("outcome", given(s.Outcome), Outcomes())...)
	out = append(out, needReason("outcome_text", s.Text)...)
	if s.shares() {
		out = append(out, s.Terms.wrong(items)...)
	}
	return out
}

// Settle records the outcome of a mediation (办法 art. 10). It is for the Office
// and refused to whoever is a party (ErrOwnEscalation). When the data are shared
// after all the agreement is made with it, in the place of an earlier one.
func (d *Desk) Settle(ctx context.Context, by auth.Principal, id RequestID, version int64, in Settlement) (Request, error) {
	if err := by.Require(auth.Office); err != nil {
		return Request{}, err
	}
	in.Text = strings.TrimSpace(in.Text)
	in.Terms.clean()
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Request, error) {
		old, err := d.asOffice(tx, by, id, version, RequestSettled)
		if err != nil {
			return Request{}, err
		}
		in.Terms.begin(today(tx))
		if err := fault.Refuse(in.wrong(old.Items)); err != nil {
			return Request{}, err
		}
		if _, err := d.papers(tx, by, old, in.File, FileMinutes); err != nil {
			return Request{}, err
		}
		r := old
		err = d.settle(tx, by, old, &r, in)
		return r, err
	})
}

func (d *Desk) settle(tx *store.Tx, by auth.Principal, old Request, r *Request, in Settlement) error {
	over, err := d.end(tx, by, DueOf(KindRequest, int64(r.ID)), "")
	if err != nil {
		return err
	}
	at := tx.Now()
	r.State, r.Outcome, r.OutcomeText = RequestSettled, in.Outcome, in.Text
	r.SettledAt, r.SettledName, r.SettleDueOn, r.SettleLateWd, r.ClosedAt = &at, by.Name, over.on, over.late, &at
	if err := updateRequest(tx, act{by: by, action: "request.settled", note: in.Text}, old, r); err != nil {
		return err
	}
	if !in.shares() {
		return nil
	}
	_, err = d.agree(tx, by, *r, in.Terms)
	return err
}
