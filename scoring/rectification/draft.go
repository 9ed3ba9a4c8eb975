package rectification

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// RecordRef names a record that a notice is to speak of.
type RecordRef struct {
	Kind FactKind
	Ref  string // code or number
}

// Draft is what somebody writes into a notice.
type Draft struct {
	Department auth.DepartmentID
	Situation  Situation
	PlanBreach bool
	Facts      string
	Demand     string
	Records    []RecordRef
	TermWd     int    // 0 is the term of the policy
	Origin     string // what it is drafted from: scorecard 2017-11
}

func (in *Draft) clean() {
	for _, text := range []*string{&in.Facts, &in.Demand, &in.Origin} {
		*text = strings.TrimSpace(*text)
	}
	for i := range in.Records {
		in.Records[i].Ref = strings.TrimSpace(in.Records[i].Ref)
	}
	in.Records = slices.DeleteFunc(in.Records, func(r RecordRef) bool { return r.Ref == "" })
}

func (in *Draft) wrong() []fault.Field {
	var out []fault.Field
	if in.Department == 0 {
		out = append(out, fault.At("department", "err.required", "field", fault.Label("rectify.department")))
	}
	if !in.Situation.Valid() {
		out = append(out, fault.At("situation", "err.required", "field", fault.Label("rectify.situation")))
	}
	out = append(out, needText("facts", in.Facts, leastText, maxText)...)
	out = append(out, needText("demand", in.Demand, leastText, maxText)...)
	out = append(out, needTerm("term_wd", in.TermWd, LeastTerm, MostTerm)...)
	if len(in.Records) > maxFacts {
		out = append(out, fault.At("records", "rectify.err.many_records", "max", maxFacts))
	}
	return out
}

// Draft writes a notice that is not issued yet: a step of the Office, the centre
// and the police. Nobody else sees it before the Office issues it.
func (d *Desk) Draft(ctx context.Context, by auth.Principal, in Draft) (Notice, error) {
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Notice, error) { return d.DraftIn(tx, by, in) })
}

// DraftIn is Draft in the transaction of a room that has found a breach.
func (d *Desk) DraftIn(tx *store.Tx, by auth.Principal, in Draft) (Notice, error) {
	if err := by.Require(Drafters()...); err != nil {
		return Notice{}, err
	}
	facts, err := d.checked(tx, by, &in)
	if err != nil {
		return Notice{}, err
	}
	n := in.notice(Notice{State: Drafted, Origin: in.Origin})
	if err := insertNotice(tx, act{by: by, action: "drafted", note: in.Origin}, &n); err != nil {
		return Notice{}, err
	}
	return n, replaceFacts(tx, n.ID, facts)
}

// Revise changes a draft: any for the Office, those that they wrote for others.
func (d *Desk) Revise(ctx context.Context, by auth.Principal, id NoticeID, version int64, in Draft) (Notice, error) {
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Notice, error) {
		old, err := d.draftOf(tx, by, id, version)
		if err != nil {
			return Notice{}, err
		}
		facts, err := d.checked(tx, by, &in)
		if err != nil {
			return Notice{}, err
		}
		n := in.notice(old)
		if err := updateNotice(tx, act{by: by, action: "revised"}, old, &n); err != nil {
			return Notice{}, err
		}
		return n, replaceFacts(tx, id, facts)
	})
}

// Withdraw takes a draft back; it stays to be read.
func (d *Desk) Withdraw(ctx context.Context, by auth.Principal, id NoticeID, version int64, reason string) (Notice, error) {
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Notice, error) {
		old, err := d.draftOf(tx, by, id, version)
		if err != nil {
			return Notice{}, err
		}
		if err := fault.Refuse(needText("reason", reason, 2, maxNote)); err != nil {
			return Notice{}, err
		}
		n := old
		n.State = Withdrawn
		return n, updateNotice(tx, act{by: by, action: "withdrawn", note: strings.TrimSpace(reason)}, old, &n)
	})
}

// notice puts what was written into a notice.
func (in *Draft) notice(n Notice) Notice {
	n.DepartmentID, n.Situation, n.PlanBreach = in.Department, in.Situation, in.PlanBreach
	n.Facts, n.Demand, n.TermWd = in.Facts, in.Demand, in.TermWd
	return n
}

// draftOf reads a draft that the principal may change.
func (d *Desk) draftOf(tx *store.Tx, by auth.Principal, id NoticeID, version int64) (Notice, error) {
	if err := by.Require(Drafters()...); err != nil {
		return Notice{}, err
	}
	n, err := noticeForUpdate(tx, id)
	if err != nil {
		return Notice{}, err
	}
	if !by.Is(auth.Office) && n.CreatedBy != by.AccountID {
		return Notice{}, auth.ErrForbidden
	}
	return n, n.standsAt(version, Drafted)
}

// checked checks a draft and finds the records that it speaks of.
func (d *Desk) checked(tx *store.Tx, by auth.Principal, in *Draft) ([]Fact, error) {
	in.clean()
	if in.TermWd == 0 {
		p, err := currentPolicy(tx)
		if err != nil {
			return nil, err
		}
		in.TermWd = p.TermWd
	}
	found := in.wrong()
	if in.Department != 0 {
		if err := d.knows(tx, in.Department); err != nil {
			return nil, err
		}
		if err := d.ofOther(tx, by, in.Department); err != nil {
			return nil, err
		}
	}
	facts, more, err := d.resolve(tx, in)
	if err != nil {
		return nil, err
	}
	return facts, fault.Refuse(append(found, more...))
}

func (d *Desk) knows(tx *store.Tx, id auth.DepartmentID) error {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	if _, ok := dir.Find(id); !ok {
		return fault.Refuse([]fault.Field{fault.At("department", "rectify.err.department", "value", strconv.FormatInt(int64(id), 10))})
	}
	return nil
}

// resolve finds the records of a draft: each has to be there and to concern the
// department.
func (d *Desk) resolve(tx *store.Tx, in *Draft) (facts []Fact, wrong []fault.Field, err error) {
	for _, ref := range in.Records {
		kind := ref.Kind.Label()
		rec, err := d.deps.Resolve(tx, ref.Kind, ref.Ref)
		switch {
		case isAbsent(err):
			wrong = append(wrong, fault.At("records", "rectify.err.record", "kind", kind, "ref", ref.Ref))
			continue
		case err != nil:
			return nil, nil, err
		case len(rec.Departments) > 0 && !slices.Contains(rec.Departments, in.Department):
			wrong = append(wrong, fault.At("records", "rectify.err.record_other", "kind", kind, "ref", ref.Ref))
			continue
		}
		facts = append(facts, Fact{Kind: ref.Kind, Ref: ref.Ref, Title: rec.Title, Path: rec.Path, SystemID: rec.SystemID})
	}
	return facts, wrong, nil
}

// standsAt refuses a notice that is not as the person read it, or that has gone
// past the step.
func (n Notice) standsAt(version int64, states ...State) error {
	switch {
	case !slices.Contains(states, n.State):
		return fault.New(ErrState.Kind, ErrState.Code, "state", n.State.Label())
	case n.Version != version:
		return store.ErrStale
	}
	return nil
}
