package monthly

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/scoring/scorecard"
)

// Errors that callers test for.
var (
	ErrNotOver     = fault.New(fault.Conflict, "monthly.err.not_over")     // the month has not ended
	ErrState       = fault.New(fault.Conflict, "monthly.err.state")        // the month is past the step
	ErrExists      = fault.New(fault.Conflict, "monthly.err.exists")       // it was counted before
	ErrNoPolicy    = fault.New(fault.Conflict, "monthly.err.no_policy")    // no method is in force for it
	ErrOpenAppeals = fault.New(fault.Conflict, "monthly.err.open_appeals") // objections wait
	ErrTermRuns    = fault.New(fault.Conflict, "monthly.err.term_runs")    // the bodies may still object
	ErrUndecided   = fault.New(fault.Conflict, "monthly.err.undecided")    // praise or criticism waits
	ErrOwn         = fault.New(fault.Forbidden, "monthly.err.own")         // nobody judges in the own cause
)

const maxText = 2000

// Compute counts a month that is over, for the first time. It is for the Office
// and for the job of the month's end. A month that was counted before is
// ErrExists: take the move Recompute as long as it is not frozen.
func (d *Desk) Compute(ctx context.Context, by auth.Principal, month Period) (Month, error) {
	if err := by.Require(auth.Office); err != nil {
		return Month{}, err
	}
	if _, err := ParsePeriod(string(month)); err != nil {
		return Month{}, err
	}
	if err := d.ready(ctx); err != nil {
		return Month{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Month, error) {
		old, err := versionsOf(tx, month)
		if err != nil {
			return Month{}, err
		}
		if len(old) > 0 {
			return Month{}, fault.New(ErrExists.Kind, ErrExists.Code, "month", string(month), "state", old[0].State.Label())
		}
		return d.begin(tx, by, month, 1, "computed", "")
	})
}

// begin counts a month as a new version.
func (d *Desk) begin(tx *store.Tx, by auth.Principal, month Period, version int64, action, reason string) (Month, error) {
	if !today(tx).After(month.Last()) {
		return Month{}, fault.New(ErrNotOver.Kind, ErrNotOver.Code, "month", string(month), "last", month.Last())
	}
	m := Month{Month: month, Version: version, State: Computing, ThroughOn: month.Last(), Reason: reason}
	p, err := policyFor(tx, month)
	if err != nil {
		return m, err
	}
	m.PolicyVersion, m.ComputedAt, m.ComputedName = p.Version, tx.Now(), nameOf(by)
	if err := insertMonth(tx, &m); err != nil {
		return m, err
	}
	n, err := d.fill(tx, m, &p)
	if err != nil {
		return m, err
	}
	m.Bodies = n
	if err := updateMonth(tx, &m); err != nil {
		return m, err
	}
	return m, keep(tx, by, action, reason, nil, m)
}

func policyFor(tx *store.Tx, month Period) (Policy, error) {
	all, err := allPolicies(tx)
	if err != nil {
		return Policy{}, err
	}
	p, ok := inForce(all, month)
	if !ok {
		return p, fault.New(ErrNoPolicy.Kind, ErrNoPolicy.Code, "month", string(month))
	}
	return p, nil
}

// fill counts all bodies and puts their inputs in place. What objections to an
// earlier version had corrected is corrected in this one too.
func (d *Desk) fill(tx *store.Tx, m Month, p *Policy) (int64, error) {
	all, err := d.count(tx, m.Month, p)
	if err != nil {
		return 0, fmt.Errorf("count %s: %w", m.Month, err)
	}
	upheld, err := upheldBefore(tx, m)
	if err != nil {
		return 0, err
	}
	rows := make([]inputs, len(all))
	for i := range all {
		for _, o := range upheld[all[i].Body.ID] {
			all[i].correct(o)
		}
		if rows[i], err = inputOfFacts(m.ID, &all[i], &p.Method); err != nil {
			return 0, err
		}
	}
	return int64(len(rows)), setInputs(tx, m.ID, rows)
}

// inputOfFacts is how facts are kept.
func inputOfFacts(id MonthID, f *Facts, m *Method) (inputs, error) {
	facts, err := json.Marshal(f)
	if err != nil {
		return inputs{}, fmt.Errorf("write the facts of %s: %w", f.Body.Code, err)
	}
	in := f.Input(m)
	counts, err := json.Marshal(&in)
	if err != nil {
		return inputs{}, fmt.Errorf("write the counts of %s: %w", f.Body.Code, err)
	}
	sum := sha256.Sum256(facts)
	return inputs{
		MonthID: id, DepartmentID: f.Body.ID, Code: f.Body.Code, Name: f.Body.Name, Region: f.Body.Region,
		Counts: string(counts), Facts: string(facts), Hash: hex.EncodeToString(sum[:]),
	}, nil
}

// seal is the hash over the method and all inputs of a month.
func seal(p *Policy, month Period, hashes []string) (string, error) {
	method, err := json.Marshal(p.Method)
	if err != nil {
		return "", fmt.Errorf("write the method %d: %w", p.Version, err)
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n", month, method, strings.Join(hashes, "\n"))
	return hex.EncodeToString(h.Sum(nil)), nil
}

// sealed works the hash of a month out of what is kept.
func sealed(tx *store.Tx, m Month, p *Policy) (string, error) {
	rows, err := countsOf(tx, m.ID)
	if err != nil {
		return "", err
	}
	hashes := make([]string, len(rows))
	for i, r := range rows {
		hashes[i] = r.Code + " " + r.Hash
	}
	slices.Sort(hashes) // as text, on either engine
	return seal(p, m.Month, hashes)
}

// Take takes a step with a month as the reader saw it; reason is for the steps
// that want one. Correct gives the new version.
func (d *Desk) Take(ctx context.Context, by auth.Principal, month Period, version, revision int64, move Move, reason string) (Month, error) {
	w, ok := wayOf(move)
	if !ok {
		return Month{}, fault.Refuse([]fault.Field{fault.At("move", "monthly.err.move", "text", string(move))})
	}
	if err := by.Require(w.Roles...); err != nil {
		return Month{}, err
	}
	reason = strings.TrimSpace(reason)
	if err := fault.Refuse(text("reason", reason, w.Reasoned)); err != nil {
		return Month{}, err
	}
	if move == Recompute || move == Correct {
		if err := d.ready(ctx); err != nil {
			return Month{}, err
		}
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Month, error) {
		m, err := lockedMonth(tx, month, version)
		if isNotFound(err) {
			return m, errAbsent
		}
		if err != nil {
			return m, err
		}
		if m.State != w.From {
			return m, fault.New(ErrState.Kind, ErrState.Code, "state", m.State.Label())
		}
		if m.Revision != revision {
			return m, store.ErrStale
		}
		old := m
		if move == Correct {
			return d.correct(tx, by, m, reason)
		}
		m.State = w.To
		if err := d.step(tx, by, &m, move); err != nil {
			return m, err
		}
		if err := updateMonth(tx, &m); err != nil {
			return m, err
		}
		return m, keep(tx, by, string(move), reason, &old, m)
	})
}

// text refuses a text that is missing where it is wanted, or too long.
func text(name, t string, wanted bool) []fault.Field {
	label := fault.Label("monthly.field." + name)
	switch n := len([]rune(t)); {
	case n == 0 && wanted:
		return []fault.Field{fault.At(name, "err.required", "field", label)}
	case n > maxText:
		return []fault.Field{fault.At(name, "err.too_long", "field", label, "max", maxText)}
	}
	return nil
}

// step does what a move is about.
func (d *Desk) step(tx *store.Tx, by auth.Principal, m *Month, move Move) error {
	now := tx.Now()
	switch move {
	case Recompute:
		return d.recompute(tx, by, m)
	case Freeze:
		m.FrozenAt, m.FrozenName = &now, by.Name
		if err := d.propose(tx, m); err != nil {
			return err
		}
		m.FrozenHash = m.Hash
	case OpenAppeal:
		return d.openAppeal(tx, by, m)
	case Review:
		m.ReviewedAt, m.ReviewedName = &now, by.Name
		return d.review(tx, by, m)
	case Approve:
		m.ApprovedAt, m.ApprovedName = &now, by.Name
		return decided(tx, m)
	case SendBack:
		m.ReviewedAt, m.ReviewedName = nil, ""
	case Publish:
		m.PublishedAt, m.PublishedName = &now, by.Name
		return d.supersede(tx, by, *m)
	}
	return nil
}

func (d *Desk) recompute(tx *store.Tx, by auth.Principal, m *Month) error {
	p, err := policyFor(tx, m.Month)
	if err != nil {
		return err
	}
	m.PolicyVersion, m.ComputedAt, m.ComputedName = p.Version, tx.Now(), nameOf(by)
	m.Bodies, err = d.fill(tx, *m, &p)
	return err
}

// propose seals the month and writes down what its cards suggest. What people
// have decided already stays unless the card says something else now.
func (d *Desk) propose(tx *store.Tx, m *Month) error {
	p, _, err := policies(tx, *m)
	if err != nil {
		return err
	}
	if m.Hash, err = sealed(tx, *m, &p); err != nil {
		return err
	}
	rows, err := countsOf(tx, m.ID)
	if err != nil {
		return err
	}
	want := map[auth.DepartmentID]scorecard.Band{}
	for i := range rows {
		in, err := rows[i].counted()
		if err != nil {
			return err
		}
		if c := p.Method.Make(&in); proposes(c.Band) {
			want[rows[i].DepartmentID] = c.Band
		}
	}
	return setProposals(tx, m.ID, want)
}

// openAppeal begins the term of every body (DOMAIN §6).
func (d *Desk) openAppeal(tx *store.Tx, by auth.Principal, m *Month) error {
	p, _, err := policies(tx, *m)
	if err != nil {
		return err
	}
	rows, err := countsOf(tx, m.ID)
	if err != nil {
		return err
	}
	for _, r := range rows {
		s := m.dueOf(r.Code)
		due, err := d.deps.Book.Set(tx, by, schedule.Due{
			SubjectKind: s.Kind, SubjectID: s.ID, DepartmentID: r.DepartmentID, Title: dueAppeal, Article: appealArticle,
			TitleArgs: map[string]string{"month": string(m.Month), "name": r.Name}, EventOn: today(tx), TermWD: p.Method.AppealWd,
		})
		if err != nil {
			return err
		}
		m.AppealDue = due.DueOn
	}
	return nil
}

// The due date of an objection.
const (
	dueAppeal     = "due.score_appeal"
	appealArticle = "方案 part 3 (5)"
)

// review ends the terms and brings in what the Office upheld.
func (d *Desk) review(tx *store.Tx, by auth.Principal, m *Month) error {
	all, err := objectionsOf(tx, m.ID, nil)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(o Objection) bool { return o.State == ObjectionRaised }) {
		return ErrOpenAppeals
	}
	if err := d.endTerms(tx, by, *m); err != nil {
		return err
	}
	p, _, err := policies(tx, *m)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.State == ObjectionUpheld {
			if err := correctKept(tx, *m, o, &p.Method); err != nil {
				return err
			}
		}
	}
	return d.propose(tx, m)
}

// endTerms closes the due dates of the bodies, once all of them are over.
func (d *Desk) endTerms(tx *store.Tx, by auth.Principal, m Month) error {
	rows, err := countsOf(tx, m.ID)
	if err != nil {
		return err
	}
	for _, r := range rows {
		open, err := d.deps.Book.Of(tx, m.dueOf(r.Code))
		if err != nil {
			return err
		}
		for _, due := range open {
			if !today(tx).After(due.DueOn) {
				return fault.New(ErrTermRuns.Kind, ErrTermRuns.Code, "due", due.DueOn)
			}
			if err := d.deps.Book.Close(tx, by, due.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// decided refuses a month of which praise or criticism was not decided on.
func decided(tx *store.Tx, m *Month) error {
	all, err := proposalsOf(tx, m.ID, nil)
	if err != nil {
		return err
	}
	n := 0
	for _, p := range all {
		if p.State == Proposed {
			n++
		}
	}
	if n > 0 {
		return fault.New(ErrUndecided.Kind, ErrUndecided.Code, "n", n)
	}
	return nil
}

// supersede makes the version that was in force until now an earlier one.
func (d *Desk) supersede(tx *store.Tx, by auth.Principal, m Month) error {
	all, err := versionsOf(tx, m.Month)
	if err != nil {
		return err
	}
	for _, old := range all {
		if old.ID == m.ID || old.State != Published {
			continue
		}
		was := old
		old.State = Superseded
		if err := updateMonth(tx, &old); err != nil {
			return err
		}
		if err := keep(tx, by, "superseded", m.Reason, &was, old); err != nil {
			return err
		}
	}
	return nil
}

// correct begins another version of a published month, which is counted anew.
func (d *Desk) correct(tx *store.Tx, by auth.Principal, m Month, reason string) (Month, error) {
	all, err := versionsOf(tx, m.Month)
	if err != nil {
		return m, err
	}
	if all[0].ID != m.ID {
		return m, fault.New(ErrExists.Kind, ErrExists.Code, "month", string(m.Month), "state", all[0].State.Label())
	}
	return d.begin(tx, by, m.Month, m.Version+1, "corrected", reason)
}

// monthFacts is a month as the operation log keeps it.
type monthFacts struct {
	State   State         `json:"state"`
	Policy  int64         `json:"policy_version"`
	Through calendar.Date `json:"through_on"`
	Bodies  int64         `json:"bodies"`
	Digest  string        `json:"digest"`
	Reason  string        `json:"reason"`
}

func (m *Month) facts() any {
	if m == nil {
		return nil
	}
	return monthFacts{m.State, m.PolicyVersion, m.ThroughOn, m.Bodies, m.Hash, m.Reason}
}

// nameOf is the name of a person; of the service itself, which counts a month
// when it is over, there is none.
func nameOf(by auth.Principal) string {
	if by.Way == auth.BySystem {
		return ""
	}
	return by.Name
}

// keep writes a step into the history of the month and into the operation log.
func keep(tx *store.Tx, by auth.Principal, action, note string, old *Month, m Month) error {
	err := insertStep(tx, Step{
		MonthID: m.ID, At: tx.Now(), AccountID: by.AccountID, Name: nameOf(by), Department: by.Department, Action: action, Note: note, Hash: m.Hash,
	})
	if err != nil {
		return err
	}
	return oplog.Record(tx, by, oplog.Entry{
		Action: "monthly." + action, Kind: kindMonth, ID: m.Key(), Name: string(m.Month), Reason: note, Before: old.facts(), After: m.facts(),
	})
}
