package sharing

import (
	"context"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/store"
	"qingce/inventory/catalog"
)

// Ask is what a department asks for.
type Ask struct {
	// Department is who asks; 0 is the principal's own.
	Department  auth.DepartmentID
	Entry       string // code
	Items       []string
	Purposes    field.List
	PurposeNote string
	DutyBasis   string
	ScopeWanted string
	Method      string
	Frequency   string
	ValidUntil  calendar.Date
	// Submit hands it in at once, which a head or a region may.
	Submit bool
}

func (a *Ask) clean() {
	a.Items = cleanItems(a.Items)
	for _, text := range []*string{&a.Entry, &a.PurposeNote, &a.DutyBasis, &a.ScopeWanted, &a.Frequency} {
		*text = strings.TrimSpace(*text)
	}
}

func (a *Ask) wrong(today calendar.Date) []fault.Field {
	out := needText("entry", a.Entry, 1, maxLine)
	out = append(out, wrongPurposes(a.Purposes, a.PurposeNote)...)
	out = append(out, needText("duty_basis", a.DutyBasis, 4, maxReason)...)
	out = append(out, needText("scope_wanted", a.ScopeWanted, 2, maxLine)...)
	out = append(out, needText("method", a.Method, 1, maxLine)...)
	out = append(out, known("method", given(a.Method), Methods())...)
	out = append(out, needText("frequency", a.Frequency, 0, maxLine)...)
	if len(a.Items) > maxItems {
		out = append(out, fault.At("items", "sharing.err.items", "max", maxItems))
	}
	if !a.ValidUntil.IsZero() && a.ValidUntil.Before(today) {
		out = append(out, fault.At("valid_until", "sharing.err.past", "field", fault.Label("sharing.valid_until")))
	}
	return out
}

// wrongPurposes refuses no purpose, an unknown one, and "other" without words.
func wrongPurposes(purposes field.List, note string) []fault.Field {
	if len(purposes) == 0 {
		return []fault.Field{fault.At("purposes", "sharing.err.purpose")}
	}
	out := known("purposes", purposes, Purposes())
	least := 0
	if purposes.Has(PurposeOther) {
		least = 4
	}
	return append(out, needText("purpose_note", note, least, maxLine)...)
}

func given(word string) []string {
	if word == "" {
		return nil
	}
	return []string{word}
}

// askers may write requests; to hand them in takes the head or the region.
func askers(submit bool) []auth.Role {
	if submit {
		return Heads()
	}
	return Writers()
}

// AskFor writes a request for the data of an entry: a draft that waits for the
// head, or with Submit one that waits for the provider. What is shared with
// everybody is ErrFetch (V10): it is fetched, with a record of use. What is not
// shared at all may be drafted and goes to the Office only (V11). A second open
// request for the same entry is ErrRequestOpen with the number of the first.
func (d *Desk) AskFor(ctx context.Context, by auth.Principal, in Ask) (Request, error) {
	if err := by.Require(askers(in.Submit)...); err != nil {
		return Request{}, err
	}
	in.clean()
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Request, error) {
		var none Request
		user, err := d.department(tx, by, in.Department)
		if err != nil {
			return none, err
		}
		r := Request{UserID: user, State: RequestDraft}
		if err := d.fill(tx, &r, in); err != nil {
			return none, err
		}
		if open, err := openRequest(tx, user, r.EntryCode); err == nil {
			return none, fault.New(ErrRequestOpen.Kind, ErrRequestOpen.Code, "id", open.ID.String())
		} else if !isAbsent(err) {
			return none, err
		}
		if err := insertRequest(tx, by, &r); err != nil {
			return none, err
		}
		err = d.submitIf(tx, by, in.Submit, &r)
		return r, err
	})
}

// fill puts what is asked for into a request, by the rules.
func (d *Desk) fill(tx *store.Tx, r *Request, in Ask) error {
	found := in.wrong(today(tx))
	if in.Entry == "" {
		return fault.Refuse(found)
	}
	entry, err := d.entry(tx, in.Entry)
	switch {
	case isAbsent(err):
		return fault.Refuse(append(found, fault.At("entry", "sharing.err.entry", "code", in.Entry)))
	case err != nil:
		return err
	}
	if entry.ShareType == catalog.Unconditional {
		return fault.New(ErrFetch.Kind, ErrFetch.Code, "code", entry.Code)
	}
	if entry.ProviderID == r.UserID {
		found = append(found, fault.At("entry", ErrOwnData.Code))
	}
	wrong, err := d.wrongItems(tx, entry, in.Items)
	if err != nil {
		return err
	}
	if err := fault.Refuse(append(found, wrong...)); err != nil {
		return err
	}
	r.ProviderID, r.EntryCode, r.EntryName, r.ShareType = entry.ProviderID, entry.Code, entry.Name, entry.ShareType
	r.Items, r.Purposes, r.PurposeNote, r.DutyBasis = in.Items, in.Purposes, in.PurposeNote, in.DutyBasis
	r.ScopeWanted, r.Method, r.Frequency, r.ValidUntil = in.ScopeWanted, in.Method, in.Frequency, in.ValidUntil
	return nil
}

// Revise rewrites a draft. version is of the request as the person read it.
func (d *Desk) Revise(ctx context.Context, by auth.Principal, id RequestID, version int64, in Ask) (Request, error) {
	if err := by.Require(askers(in.Submit)...); err != nil {
		return Request{}, err
	}
	in.clean()
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Request, error) {
		old, err := d.asUser(tx, by, id, version, RequestSubmitted)
		if err != nil {
			return Request{}, err
		}
		r := old
		if err := d.fill(tx, &r, in); err != nil {
			return Request{}, err
		}
		if err := updateRequest(tx, act{by: by, action: "request.revised"}, old, &r); err != nil {
			return Request{}, err
		}
		err = d.submitIf(tx, by, in.Submit, &r)
		return r, err
	})
}

// asUser finds a request of the principal's own department, as the person read
// it and at a point from which the next state may follow.
func (d *Desk) asUser(tx *store.Tx, by auth.Principal, id RequestID, version int64, next RequestState) (Request, error) {
	r, err := requestForUpdate(tx, id)
	if err != nil {
		return Request{}, err
	}
	if err := d.ofOwn(tx, by, r.UserID); err != nil {
		return Request{}, err
	}
	return r, r.standsAt(version, next)
}

// standsAt refuses a request that is not as the person read it, or that is past
// the step.
func (r Request) standsAt(version int64, next RequestState) error {
	switch {
	case !r.State.May(next):
		return fault.New(ErrState.Kind, ErrState.Code, "state", r.State.Label())
	case r.Version != version:
		return store.ErrStale
	}
	return nil
}

// Submit hands a draft in to the provider, who then has ten working days
// (办法 art. 10): the head's or the region's step (办法 art. 22).
func (d *Desk) Submit(ctx context.Context, by auth.Principal, id RequestID, version int64) (Request, error) {
	if err := by.Require(Heads()...); err != nil {
		return Request{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Request, error) {
		r, err := d.asUser(tx, by, id, version, RequestSubmitted)
		if err != nil {
			return Request{}, err
		}
		err = d.submitIf(tx, by, true, &r)
		return r, err
	})
}

// submitIf hands a draft in when that is wanted, and starts the provider's term.
func (d *Desk) submitIf(tx *store.Tx, by auth.Principal, wanted bool, r *Request) error {
	if !wanted {
		return nil
	}
	if r.ShareType == catalog.NotShared {
		return ErrWrittenOnly
	}
	p, err := currentPolicy(tx)
	if err != nil {
		return err
	}
	old, at := *r, tx.Now()
	r.State, r.SubmittedAt, r.SubmittedName = RequestSubmitted, &at, by.Name
	if err := updateRequest(tx, act{by: by, action: "request.submitted"}, old, r); err != nil {
		return err
	}
	_, err = d.begin(tx, by, term{
		of: DueOf(KindRequest, int64(r.ID)), on: r.ProviderID, title: dueReply, article: articleRequest,
		name: r.EntryName, from: today(tx), days: p.ReplyWd,
	})
	return err
}

// Withdraw takes back what is not decided yet: a draft by whoever writes for the
// department, everything else by the head or the region.
func (d *Desk) Withdraw(ctx context.Context, by auth.Principal, id RequestID, version int64, reason string) (Request, error) {
	if err := by.Require(Writers()...); err != nil {
		return Request{}, err
	}
	if err := fault.Refuse(needText("reason", reason, 0, maxReason)); err != nil {
		return Request{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Request, error) {
		old, err := d.asUser(tx, by, id, version, RequestWithdrawn)
		if err != nil {
			return Request{}, err
		}
		if err := by.Require(askers(old.State != RequestDraft)...); err != nil {
			return Request{}, err
		}
		r := old
		err = d.finish(tx, act{by: by, action: "request.withdrawn", note: strings.TrimSpace(reason)}, old, &r, RequestWithdrawn)
		return r, err
	})
}

// Rest ends a request that was refused or granted in part: the department does
// not go to the Office.
func (d *Desk) Rest(ctx context.Context, by auth.Principal, id RequestID, version int64, reason string) (Request, error) {
	if err := by.Require(Heads()...); err != nil {
		return Request{}, err
	}
	if err := fault.Refuse(needText("reason", reason, 0, maxReason)); err != nil {
		return Request{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Request, error) {
		old, err := d.asUser(tx, by, id, version, RequestClosed)
		if err != nil {
			return Request{}, err
		}
		r := old
		err = d.finish(tx, act{by: by, action: "request.closed", note: strings.TrimSpace(reason)}, old, &r, RequestClosed)
		return r, err
	})
}

// finish ends a request and whatever term runs.
func (d *Desk) finish(tx *store.Tx, a act, old Request, r *Request, to RequestState) error {
	if _, err := d.end(tx, a.by, DueOf(KindRequest, int64(r.ID)), ""); err != nil {
		return err
	}
	at := tx.Now()
	r.State, r.ClosedAt = to, &at
	return updateRequest(tx, a, old, r)
}
