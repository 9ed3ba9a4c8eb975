package sharing

import (
	"context"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/store"
)

// Doubt is what somebody objects to.
type Doubt struct {
	// Department is who objects; 0 is the principal's own.
	Department  auth.DepartmentID
	Entry       string // code
	RecordRef   string
	Kind        string
	Description string
	CitizenCase bool
	// AsUsual promises that a citizen's case is handled meanwhile, AsUsualNote
	// says how (办法 art. 14).
	AsUsual     bool
	AsUsualNote string
}

func (in *Doubt) clean() {
	for _, text := range []*string{&in.Entry, &in.RecordRef, &in.Description, &in.AsUsualNote} {
		*text = strings.TrimSpace(*text)
	}
}

func (in *Doubt) wrong() []fault.Field {
	out := needText("entry", in.Entry, 1, maxLine)
	out = append(out, needText("record_ref", in.RecordRef, 0, maxLine)...)
	out = append(out, needText("objection_kind", in.Kind, 1, maxLine)...)
	out = append(out, known("objection_kind", given(in.Kind), ObjectionKinds())...)
	out = append(out, needText("description", in.Description, 4, maxReason)...)
	if !in.CitizenCase {
		return append(out, needText("as_usual_note", in.AsUsualNote, 0, maxReason)...)
	}
	if !in.AsUsual {
		out = append(out, fault.At("as_usual", "sharing.err.as_usual"))
	}
	return append(out, needText("as_usual_note", in.AsUsualNote, 4, maxReason)...)
}

// Raise objects to data that were received, in whole or one record of it (办法
// art. 14). When a citizen's case waits, the department has to say that and how
// it is handled as usual. The term for verification begins at once and covers
// the centre and the provider. The same record and kind a second time is
// ErrObjectionOpen.
func (d *Desk) Raise(ctx context.Context, by auth.Principal, in Doubt) (Objection, error) {
	if err := by.Require(Writers()...); err != nil {
		return Objection{}, err
	}
	in.clean()
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Objection, error) {
		var none Objection
		user, err := d.department(tx, by, in.Department)
		if err != nil {
			return none, err
		}
		o := Objection{
			UserID: user, RecordRef: in.RecordRef, Kind: in.Kind, Description: in.Description, CitizenCase: in.CitizenCase,
			AsUsualNote: in.AsUsualNote, State: ObjectionRaised,
		}
		if err := d.objectTo(tx, &o, in); err != nil {
			return none, err
		}
		if err := insertObjection(tx, by, &o); err != nil {
			return none, err
		}
		centre, err := d.organ(tx, centreDuty)
		if err != nil {
			return none, err
		}
		p, err := currentPolicy(tx)
		if err != nil {
			return none, err
		}
		_, err = d.begin(tx, by, term{
			of: DueOf(KindObjection, int64(o.ID)), on: centre, title: dueObjection, article: articleObjection,
			name: o.EntryName, from: today(tx), days: p.VerifyWd,
		})
		return o, err
	})
}

// objectTo finds what is objected to, by the rules.
func (d *Desk) objectTo(tx *store.Tx, o *Objection, in Doubt) error {
	found := in.wrong()
	entry, err := d.entry(tx, in.Entry)
	switch {
	case in.Entry == "":
	case isAbsent(err):
		found = append(found, fault.At("entry", "sharing.err.entry", "code", in.Entry))
	case err != nil:
		return err
	case entry.ProviderID == o.UserID:
		found = append(found, fault.At("entry", ErrOwnData.Code))
	}
	if err := fault.Refuse(found); err != nil {
		return err
	}
	o.ProviderID, o.EntryCode, o.EntryName = entry.ProviderID, entry.Code, entry.Name
	open, err := openObjection(tx, *o)
	switch {
	case err == nil:
		return fault.New(ErrObjectionOpen.Kind, ErrObjectionOpen.Code, "id", open.ID.String(), "date", open.CreatedAt)
	case !isAbsent(err):
		return err
	}
	return nil
}

// Dispatch hands an objection to the provider. The term goes on: it runs from
// the day on which the objection was raised.
func (d *Desk) Dispatch(ctx context.Context, by auth.Principal, id ObjectionID, version int64, note string) (Objection, error) {
	if err := by.Require(auth.Centre, auth.Office); err != nil {
		return Objection{}, err
	}
	if err := fault.Refuse(needText("note", note, 0, maxReason)); err != nil {
		return Objection{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Objection, error) {
		old, err := objectionForUpdate(tx, id)
		if err != nil {
			return Objection{}, err
		}
		if err := old.standsAt(version, ObjectionRaised); err != nil {
			return Objection{}, err
		}
		open, err := d.deps.Book.Of(tx, DueOf(KindObjection, int64(id)))
		if err != nil {
			return Objection{}, err
		}
		o, at := old, tx.Now()
		o.State, o.DispatchedAt, o.DispatchedName = ObjectionChecking, &at, by.Name
		if err := updateObjection(tx, act{by: by, action: "objection.dispatched", note: strings.TrimSpace(note)}, old, &o); err != nil {
			return Objection{}, err
		}
		for _, due := range open {
			due.DepartmentID = o.ProviderID
			if _, err := d.deps.Book.Set(tx, by, due.Due); err != nil {
				return Objection{}, err
			}
		}
		return o, nil
	})
}

// standsAt refuses an objection that is not as the person read it, or that has
// gone past the step.
func (o Objection) standsAt(version int64, states ...ObjectionState) error {
	switch {
	case !slices.Contains(states, o.State):
		return fault.New(ErrState.Kind, ErrState.Code, "state", o.State.Label())
	case o.Version != version:
		return store.ErrStale
	}
	return nil
}

// Verdict is what a provider found.
type Verdict struct {
	Result ObjectionState // one of Results
	Causes field.List
	Text   string
}

func (v *Verdict) wrong() []fault.Field {
	var out []fault.Field
	if !slices.Contains(Results(), v.Result) {
		out = append(out, fault.At("result", "err.required", "field", fault.Label("sharing.result")))
	}
	if len(v.Causes) == 0 {
		out = append(out, fault.At("causes", "sharing.err.causes"))
	}
	out = append(out, known("causes", v.Causes, Causes())...)
	return append(out, needText("answer", v.Text, 4, maxReason)...)
}

// Verify answers an objection for the provider: its head's or region's step. A
// result that waits for the corrected version of the entry leaves the objection
// open until then.
func (d *Desk) Verify(ctx context.Context, by auth.Principal, id ObjectionID, version int64, v Verdict) (Objection, error) {
	if err := by.Require(Heads()...); err != nil {
		return Objection{}, err
	}
	v.Text = strings.TrimSpace(v.Text)
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Objection, error) {
		old, err := objectionForUpdate(tx, id)
		if err != nil {
			return Objection{}, err
		}
		if err := d.ofOwn(tx, by, old.ProviderID); err != nil {
			return Objection{}, err
		}
		if err := fault.Refuse(v.wrong()); err != nil {
			return Objection{}, err
		}
		if err := old.standsAt(version, ObjectionChecking, ObjectionCorrecting); err != nil {
			return Objection{}, err
		}
		o, at := old, tx.Now()
		o.Causes, o.Answer, o.AnsweredAt, o.AnsweredName = v.Causes, v.Text, &at, by.Name
		err = d.conclude(tx, act{by: by, action: "objection." + string(v.Result), note: v.Text}, old, &o, v.Result)
		return o, err
	})
}

// conclude writes the result, and ends the term unless a correction is awaited.
func (d *Desk) conclude(tx *store.Tx, a act, old Objection, o *Objection, to ObjectionState) error {
	o.State = to
	if !to.Open() {
		over, err := d.end(tx, a.by, DueOf(KindObjection, int64(o.ID)), "")
		if err != nil {
			return err
		}
		at := tx.Now()
		o.DueOn, o.LateWd, o.ClosedAt = over.on, over.late, &at
	}
	return updateObjection(tx, a, old, o)
}

// TakeBack withdraws an objection that is open.
func (d *Desk) TakeBack(ctx context.Context, by auth.Principal, id ObjectionID, version int64, reason string) (Objection, error) {
	if err := by.Require(Writers()...); err != nil {
		return Objection{}, err
	}
	if err := fault.Refuse(needText("reason", reason, 2, maxReason)); err != nil {
		return Objection{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Objection, error) {
		old, err := objectionForUpdate(tx, id)
		if err != nil {
			return Objection{}, err
		}
		if err := d.ofOwn(tx, by, old.UserID); err != nil {
			return Objection{}, err
		}
		if err := old.standsAt(version, ObjectionRaised, ObjectionChecking, ObjectionCorrecting); err != nil {
			return Objection{}, err
		}
		o := old
		err = d.conclude(tx, act{by: by, action: "objection.withdrawn", note: strings.TrimSpace(reason)}, old, &o, ObjectionWithdrawn)
		return o, err
	})
}

// EntryPublished ends the objections that waited for the corrected version of an
// entry, in the transaction that publishes it.
func (d *Desk) EntryPublished(tx *store.Tx, by auth.Principal, code string) error {
	waiting, err := correcting(tx, code)
	if err != nil {
		return err
	}
	for _, old := range waiting {
		o := old
		if err := d.conclude(tx, act{by: by, action: "objection.published"}, old, &o, ObjectionCorrected); err != nil {
			return err
		}
	}
	return nil
}
