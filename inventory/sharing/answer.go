package sharing

import (
	"context"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/store"
)

// Answer is what a provider replies.
type Answer struct {
	Reply string
	// Reasons and Text say why not, or not all (V12): with a refusal and with a
	// grant in part.
	Reasons field.List
	Text    string
	// Terms say for what and how the data may be used (V13): with a grant, whole
	// or in part.
	Terms Terms
}

func (a *Answer) wrong() []fault.Field {
	out := needText("reply", a.Reply, 1, maxLine)
	out = append(out, known("reply", given(a.Reply), Replies())...)
	if a.Reply == ReplyRefuse || a.Reply == ReplyPartial {
		if len(a.Reasons) == 0 {
			out = append(out, fault.At("reasons", "sharing.err.reasons"))
		}
		out = append(out, known("reasons", a.Reasons, Reasons())...)
		return append(out, needReason("reply_text", a.Text)...)
	}
	return append(out, needText("reply_text", a.Text, 0, maxReason)...)
}

// state is what the reply makes of a request.
func (a *Answer) state() RequestState {
	switch a.Reply {
	case ReplyGrant:
		return RequestGranted
	case ReplyPartial:
		return RequestPartial
	}
	return RequestRefused
}

// Reply answers a request for the provider: its head's or region's step (办法
// art. 10). A refusal needs reasons (V12); a grant says scope, purposes and
// method (V13) and makes the agreement. An answer after the term is taken and
// marked as late.
func (d *Desk) Reply(ctx context.Context, by auth.Principal, id RequestID, version int64, a Answer) (Request, error) {
	if err := by.Require(Heads()...); err != nil {
		return Request{}, err
	}
	a.Text = strings.TrimSpace(a.Text)
	a.Terms.clean()
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Request, error) {
		old, err := requestForUpdate(tx, id)
		if err != nil {
			return Request{}, err
		}
		if err := d.ofOwn(tx, by, old.ProviderID); err != nil || old.State == RequestDraft {
			return Request{}, errAbsent
		}
		found := a.wrong()
		if a.Reply == ReplyGrant || a.Reply == ReplyPartial {
			a.Terms.begin(today(tx))
			found = append(found, a.Terms.wrong(old.Items)...)
		}
		if err := fault.Refuse(found); err != nil {
			return Request{}, err
		}
		if err := old.standsAt(version, a.state()); err != nil {
			return Request{}, err
		}
		r := old
		err = d.reply(tx, by, old, &r, a)
		return r, err
	})
}

func (d *Desk) reply(tx *store.Tx, by auth.Principal, old Request, r *Request, a Answer) error {
	over, err := d.end(tx, by, DueOf(KindRequest, int64(r.ID)), "")
	if err != nil {
		return err
	}
	at := tx.Now()
	r.State, r.Reply, r.ReplyReasons, r.ReplyText = a.state(), a.Reply, a.Reasons, a.Text
	if a.Reply == ReplyGrant {
		r.ReplyReasons = nil
	}
	r.RepliedAt, r.RepliedName, r.ReplyDueOn, r.ReplyLateWd = &at, by.Name, over.on, over.late
	if err := updateRequest(tx, act{by: by, action: "request." + string(r.State), note: a.Text}, old, r); err != nil {
		return err
	}
	if a.Reply == ReplyRefuse {
		return nil
	}
	_, err = d.agree(tx, by, *r, a.Terms)
	return err
}
