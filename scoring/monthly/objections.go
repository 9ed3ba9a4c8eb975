package monthly

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/scoring/scorecard"
)

// Doubt is what a body objects to.
type Doubt struct {
	Body   string // code; empty is the principal's own
	Figure FigureKey
	Row    string // key of the row, empty for the figure as a whole
	Text   string
}

func (in *Doubt) wrong(f *Facts) []fault.Field {
	out := text("text", in.Text, true)
	if !in.Figure.Valid() {
		return append(out, fault.At("figure", "err.required", "field", fault.Label("monthly.field.figure")))
	}
	if in.Row != "" && !slices.ContainsFunc(f.Figure(in.Figure).Rows, func(r Row) bool { return r.Key() == in.Row }) {
		out = append(out, fault.At("row", "monthly.err.row", "row", in.Row))
	}
	return out
}

// Object objects to a figure of the own sheet, within the term: the head's or
// the region's step.
func (d *Desk) Object(ctx context.Context, by auth.Principal, month Period, version int64, in Doubt) (Objection, error) {
	if err := by.Require(Objectors()...); err != nil {
		return Objection{}, err
	}
	in.Text = strings.TrimSpace(in.Text)
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Objection, error) {
		m, err := lockedMonth(tx, month, version)
		if isNotFound(err) || err == nil && !sees(by, m) {
			return Objection{}, errAbsent
		}
		if err != nil {
			return Objection{}, err
		}
		f, err := d.ownFacts(tx, by, m, in.Body)
		if err != nil {
			return Objection{}, err
		}
		due, err := d.appealDue(tx, m, f.Body.Code)
		if err != nil {
			return Objection{}, err
		}
		if due.IsZero() || today(tx).After(due) {
			return Objection{}, fault.New(fault.Conflict, "monthly.err.term_over", "state", m.State.Label())
		}
		if err := fault.Refuse(in.wrong(&f)); err != nil {
			return Objection{}, err
		}
		o := Objection{
			MonthID: m.ID, DepartmentID: f.Body.ID, Figure: in.Figure, RowKey: in.Row, Text: in.Text, State: ObjectionRaised, Corrections: []Correction{},
			RaisedAt: tx.Now(), RaisedBy: by.AccountID, RaisedName: by.Name, Revision: 1,
		}
		if err := insertObjection(tx, &o); err != nil {
			return o, err
		}
		return o, o.log(tx, by, "objected", o.Text, nil, m)
	})
}

// ownFacts reads the sheet that the principal answers for.
func (d *Desk) ownFacts(tx *store.Tx, by auth.Principal, m Month, code string) (Facts, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return Facts{}, err
	}
	if code == "" {
		own, _ := dir.Find(by.DepartmentID)
		code = own.Code
	}
	in, err := inputOf(tx, m.ID, code)
	if isNotFound(err) || err == nil && !by.Console() && !dir.Covers(by.Own(), in.DepartmentID) {
		return Facts{}, errAbsent
	}
	if err != nil {
		return Facts{}, err
	}
	return in.facts()
}

// Answer is what the Office says to an objection. Upheld, it says how rows are to
// stand instead.
type Answer struct {
	Uphold      bool
	Text        string
	Corrections []Correction
}

func (a *Answer) wrong(f *Facts) []fault.Field {
	out := text("answer", a.Text, true)
	if a.Uphold && len(a.Corrections) == 0 {
		out = append(out, fault.At("corrections", "monthly.err.corrections"))
	}
	for i, c := range a.Corrections {
		at := fmt.Sprintf("corrections.%d.", i+1)
		if !slices.ContainsFunc(f.Figure(c.Figure).Rows, func(r Row) bool { return r.Key() == c.Row }) {
			out = append(out, fault.At(at+"row", "monthly.err.row", "row", c.Row))
		}
		if !slices.Contains(Standings(), c.Standing) {
			out = append(out, fault.At(at+"standing", "err.required", "field", fault.Label("monthly.field.standing")))
		}
		if c.Figure == Tasks && c.Standing != LeftOut && !slices.Contains(scorecard.Outcomes(), c.Outcome) {
			out = append(out, fault.At(at+"outcome", "err.required", "field", fault.Label("monthly.field.outcome")))
		}
	}
	return out
}

// Answer answers an objection for the Office, with the reason. Nobody answers one
// of the own department, nor the own one.
func (d *Desk) Answer(ctx context.Context, by auth.Principal, id ObjectionID, revision int64, a Answer) (Objection, error) {
	if err := by.Require(Answerers()...); err != nil {
		return Objection{}, err
	}
	a.Text = strings.TrimSpace(a.Text)
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Objection, error) {
		old, m, err := standingObjection(tx, id, revision)
		if err != nil {
			return old, err
		}
		if !by.Console() && (old.DepartmentID == by.DepartmentID || old.RaisedBy == by.AccountID) {
			return old, ErrOwn
		}
		f, err := factsOf(tx, m.ID, old.DepartmentID)
		if err != nil {
			return old, err
		}
		if err := fault.Refuse(a.wrong(&f)); err != nil {
			return old, err
		}
		o := old
		if o.State = ObjectionRejected; a.Uphold {
			o.State, o.Corrections = ObjectionUpheld, a.Corrections
		}
		return o, settle(tx, by, old, &o, a.Text, m)
	})
}

// TakeBack withdraws an objection of the own department.
func (d *Desk) TakeBack(ctx context.Context, by auth.Principal, id ObjectionID, revision int64) (Objection, error) {
	if err := by.Require(Objectors()...); err != nil {
		return Objection{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Objection, error) {
		old, m, err := standingObjection(tx, id, revision)
		if err != nil {
			return old, err
		}
		dir, err := d.deps.Registry.DirectoryIn(tx)
		if err != nil {
			return old, err
		}
		if !by.Console() && !dir.Covers(by.Own(), old.DepartmentID) {
			return Objection{}, errAbsent
		}
		o := old
		o.State = ObjectionWithdrawn
		return o, settle(tx, by, old, &o, "", m)
	})
}

// standingObjection reads an objection that waits, as the person read it.
func standingObjection(tx *store.Tx, id ObjectionID, revision int64) (Objection, Month, error) {
	o, m, err := objectionForUpdate(tx, id)
	switch {
	case isNotFound(err):
		return o, m, errAbsent
	case err != nil:
		return o, m, err
	case o.State != ObjectionRaised || m.State != Appeal:
		return o, m, fault.New(ErrState.Kind, ErrState.Code, "state", o.State.Label())
	case o.Revision != revision:
		return o, m, store.ErrStale
	}
	return o, m, nil
}

// settle writes what became of an objection.
func settle(tx *store.Tx, by auth.Principal, old Objection, o *Objection, answer string, m Month) error {
	now := tx.Now()
	o.Answer, o.AnsweredAt, o.AnsweredBy, o.AnsweredName = answer, &now, by.AccountID, by.Name
	if err := updateObjection(tx, o); err != nil {
		return err
	}
	return o.log(tx, by, "objection_"+string(o.State), answer, old.logged(), m)
}

// objectionFacts is an objection as the operation log keeps it.
type objectionFacts struct {
	Figure      FigureKey      `json:"figure"`
	Row         string         `json:"row"`
	State       ObjectionState `json:"state"`
	Corrections []Correction   `json:"corrections"`
}

func (o *Objection) logged() any { return objectionFacts{o.Figure, o.RowKey, o.State, o.Corrections} }

func (o *Objection) log(tx *store.Tx, by auth.Principal, action, note string, before any, m Month) error {
	return oplog.Record(tx, by, oplog.Entry{
		Action: "monthly." + action, Kind: kindObjection, ID: o.ID.String(), Name: m.Key() + " " + string(o.Figure), Department: o.DepartmentID,
		Reason: note, Before: before, After: o.logged(),
	})
}

// correct lets rows stand as the Office found.
func (f *Facts) correct(o Objection) {
	for _, c := range o.Corrections {
		for i := range f.Figures {
			for j := range f.Figures[i].Rows {
				if r := &f.Figures[i].Rows[j]; f.Figures[i].Key == c.Figure && r.Key() == c.Row {
					r.Standing, r.Corrected = c.Standing, o.Answer
					if c.Figure == Tasks {
						r.Outcome = c.Outcome
					}
					if r.Standing == Counted {
						r.Why = ""
					}
				}
			}
		}
	}
}

// correctKept corrects what is kept of a body.
func correctKept(tx *store.Tx, m Month, o Objection, method *Method) error {
	f, err := factsOf(tx, m.ID, o.DepartmentID)
	if err != nil {
		return err
	}
	f.correct(o)
	in, err := inputOfFacts(m.ID, &f, method)
	if err != nil {
		return err
	}
	return replaceInput(tx, &in)
}

// Decide approves or declines what is proposed for a body, with the reason. It is
// for the leading group, once the Office has reviewed the month, and not for the
// own department.
func (d *Desk) Decide(ctx context.Context, by auth.Principal, month Period, version int64, code string, approve bool, reason string) (Proposal, error) {
	if err := by.Require(Deciders()...); err != nil {
		return Proposal{}, err
	}
	reason = strings.TrimSpace(reason)
	if err := fault.Refuse(text("reason", reason, true)); err != nil {
		return Proposal{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Proposal, error) {
		m, err := lockedMonth(tx, month, version)
		if isNotFound(err) {
			return Proposal{}, errAbsent
		}
		if err != nil {
			return Proposal{}, err
		}
		if m.State != Reviewed {
			return Proposal{}, fault.New(ErrState.Kind, ErrState.Code, "state", m.State.Label())
		}
		p, err := proposalFor(tx, m.ID, code)
		if isNotFound(err) {
			return p, errAbsent
		}
		if err != nil {
			return p, err
		}
		if !by.Console() && p.DepartmentID == by.DepartmentID {
			return p, ErrOwn
		}
		now := tx.Now()
		p.Reason, p.DecidedAt, p.DecidedBy, p.DecidedName = reason, &now, by.AccountID, by.Name
		if p.State = ProposalDeclined; approve {
			p.State = ProposalApproved
		}
		return p, d.decide(tx, by, m, &p, code)
	})
}

// decide writes a decision; a criticism asks for rectification.
func (d *Desk) decide(tx *store.Tx, by auth.Principal, m Month, p *Proposal, code string) error {
	if err := updateProposal(tx, p); err != nil {
		return err
	}
	err := oplog.Record(tx, by, oplog.Entry{
		Action: "monthly.proposal_" + string(p.State), Kind: kindMonth, ID: m.Key() + "/" + code, Name: string(p.Band), Department: p.DepartmentID,
		Reason: p.Reason, After: proposalFacts{p.Band, p.State},
	})
	if err != nil || p.State != ProposalApproved || p.Band == scorecard.Praise || d.deps.Criticised == nil {
		return err
	}
	return d.deps.Criticised(tx, by, p.DepartmentID, m, p.Reason)
}

// proposalFacts is a decision as the operation log keeps it.
type proposalFacts struct {
	Band  scorecard.Band `json:"band"`
	State ProposalState  `json:"state"`
}
