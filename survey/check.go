package survey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey/questionnaire"
)

// Check is a form as it would be handed in now, with all that is wrong with it.
type Check struct {
	Paper
	Rows []Row // in order, without removed ones
	// Troubles are rows with errors or warnings, Found what is wrong with the
	// form itself.
	Troubles []RowTrouble
	Found    []fault.Field
	Figures  map[string]questionnaire.Figure // computed values about the body
	Snapshot Snapshot
	// Hash is SHA-256 over Snapshot: a head who has seen it confirms exactly this.
	Hash string

	how     depth
	moved   map[RowID]bool // rows that the register's state has changed
	counted map[RowID]bool // rows with other counts than are kept
}

// Lists are the systems that a form proposes to clean up or integrate, and to
// connect, with the data that the body wants from others (方案 part 2 (1)).
type Lists struct {
	Clean, Connect []Row
	Demands        []field.Answers
}

// Lists are those of the form as it stands.
func (c *Check) Lists() Lists {
	var out Lists
	for _, r := range c.Rows {
		if !r.Stands() {
			continue
		}
		if toClean(r.Body) {
			out.Clean = append(out.Clean, r)
		}
		if toConnect(r.Body) {
			out.Connect = append(out.Connect, r)
		}
	}
	out.Demands = questionnaire.ReadTable(c.Form.Answers[DemandsQuestion])
	return out
}

func toClean(body map[string]string) bool {
	return body["proposed"] == inventory.Clean || body["proposed"] == inventory.Merge
}

func toConnect(body map[string]string) bool {
	return body["proposed"] == inventory.Connect || body["must_connect"] == "true"
}

// Standing counts the systems that the form declares.
func (c *Check) Standing() int {
	n := 0
	for _, r := range c.Rows {
		if r.Stands() {
			n++
		}
	}
	return n
}

// OK tells whether the form can be handed in.
func (c *Check) OK() bool {
	for _, t := range c.Troubles {
		if fault.AnyError(t.Found) {
			return false
		}
	}
	return !fault.AnyError(c.Found)
}

// RowField names an answer about a system among the findings of a whole form.
func RowField(id RowID, question string) string { return fmt.Sprintf("row.%d.%s", id, question) }

// Err is why the form cannot be handed in: every error with its row and
// question, nil when there is none.
func (c *Check) Err() error {
	var fields []fault.Field
	for _, f := range c.Found {
		if !f.Warning {
			fields = append(fields, f)
		}
	}
	for _, t := range c.Troubles {
		for _, f := range t.Found {
			if !f.Warning {
				f.Name = RowField(t.Row.ID, f.Name)
				fields = append(fields, f)
			}
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Code: "survey.err.incomplete", Args: fault.Pairs("n", len(fields)), Fields: fields}
}

// CheckForm tells how a form stands: what it would say if it was handed in now
// and what keeps it from being so. It writes nothing.
func (d *Desk) CheckForm(ctx context.Context, by auth.Principal, key FormKey) (Check, error) {
	return d.checkForm(ctx, by, key, inFull)
}

// OverlookForm is CheckForm without what needs the rest of the register: twins
// and references. It is what pages about a form as a whole need.
func (d *Desk) OverlookForm(ctx context.Context, by auth.Principal, key FormKey) (Check, error) {
	return d.checkForm(ctx, by, key, byItself)
}

func (d *Desk) checkForm(ctx context.Context, by auth.Principal, key FormKey, how depth) (Check, error) {
	var c *Check
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		p, err := d.paper(tx, by, key, false)
		if err != nil {
			return err
		}
		if c, err = d.checkAs(tx, by, p, how); err != nil {
			return err
		}
		return d.dueOf(tx, &c.Paper, nil)
	})
	if err != nil {
		return Check{}, err
	}
	return *c, nil
}

// check judges a whole form at the register's present state.
func (d *Desk) check(tx *store.Tx, by auth.Principal, p *Paper) (*Check, error) {
	return d.checkAs(tx, by, p, inFull)
}

func (d *Desk) checkAs(tx *store.Tx, by auth.Principal, p *Paper, how depth) (*Check, error) {
	rows, err := rowsOf(tx, p.Form.ID)
	if err != nil {
		return nil, err
	}
	records, err := recordsOf(tx, rows)
	if err != nil {
		return nil, err
	}
	c := &Check{how: how, moved: map[RowID]bool{}, counted: map[RowID]bool{}}
	for i := range rows {
		if rows[i].Decision == Removed {
			continue
		}
		if err := d.checkRow(tx, by, p, &rows[i], record(records, &rows[i]), c); err != nil {
			return nil, err
		}
	}
	c.Paper = *p
	c.checkBody()
	if c.Snapshot, c.Hash, err = c.snapshot(); err != nil {
		return nil, err
	}
	return c, nil
}

// checkRow judges a row and adds it. A form that the body cannot write any more
// is shown as it is.
func (d *Desk) checkRow(tx *store.Tx, by auth.Principal, p *Paper, r *Row, now *inventory.System, c *Check) error {
	var both []fault.Field
	var err error
	kept := *r
	if p.Form.State.Open() {
		if c.moved[r.ID], both, err = d.follow(tx, by, p, r, now); err != nil {
			return err
		}
	}
	c.Rows = append(c.Rows, *r)
	last := &c.Rows[len(c.Rows)-1]
	if last.Decision == Removed { // kept for the write that follows
		return nil
	}
	found, err := d.judge(tx, by, p, last, now, c.how)
	if err != nil {
		return err
	}
	if found = append(both, found...); len(last.Typed) > 0 {
		found = append(found, errUnsaved)
	}
	if last.Decision == Pending {
		found = append(found, fault.At("", "survey.err.pending"))
	}
	last.count(found)
	c.counted[r.ID] = last.Errors != kept.Errors || last.Warnings != kept.Warnings || last.Needed != kept.Needed || last.Given != kept.Given
	if len(found) > 0 {
		c.Troubles = append(c.Troubles, RowTrouble{*last, found})
	}
	return nil
}

// checkBody holds the form itself to its rules.
func (c *Check) checkBody() {
	f := &c.Form
	standing := c.Standing()
	if f.Zero {
		c.Found = f.wrongZero(standing)
		return
	}
	if len(f.Typed) > 0 {
		c.Found = append(c.Found, fault.At("", "survey.err.unsaved_answers"))
	}
	switch {
	case standing == 0:
		c.Found = append(c.Found, fault.At(ZeroField, "survey.err.no_systems"))
	case f.DeclaredCount == nil:
		c.Found = append(c.Found, fault.At(CountField, "err.required", "field", fault.Label("survey.field.declared_count")))
	case *f.DeclaredCount != int64(standing):
		c.Found = append(c.Found, fault.At(CountField, "survey.err.v15", "declared", *f.DeclaredCount, "rows", standing))
	}
	c.checkLists()
	answers := *factAnswers(&c.Paper)
	c.Figures = c.Ask.Compute(questionnaire.OfDepartment, answers, c.standingAnswers())
	c.Found = append(c.Found, c.Ask.Department.Missing(&answers)...)
	c.Found = append(c.Found, tooLong(c.Ask.Department, answers, nil)...)
	c.Found = append(c.Found, checkTables(c.Ask, questionnaire.OfDepartment, answers)...)
	questionnaire.DropFacts(answers)
	f.Answers = answers
}

func (c *Check) standingAnswers() []field.Answers {
	var out []field.Answers
	for _, r := range c.Rows {
		if r.Stands() {
			out = append(out, field.Answers(r.Body))
		}
	}
	return out
}

// checkLists asks that each list has a line or is said to be empty, and not
// both.
func (c *Check) checkLists() {
	l := c.Lists()
	for _, one := range []struct {
		asked bool
		n     int
		none  bool
		name  string
	}{
		{c.Asks("proposed"), len(l.Clean), c.Form.NoneClean, NoneCleanField},
		{c.Asks("proposed") || c.Asks("must_connect"), len(l.Connect), c.Form.NoneConnect, NoneConnectField},
		{c.Asks(DemandsQuestion), len(l.Demands), c.Form.NoneDemand, NoneDemandField},
	} {
		label := fault.Label("survey.field." + one.name)
		switch {
		case !one.asked:
		case one.n == 0 && !one.none:
			c.Found = append(c.Found, fault.At(one.name, "survey.err.list_open", "list", label))
		case one.n > 0 && one.none:
			c.Found = append(c.Found, fault.At(one.name, "survey.err.list_both", "list", label, "n", one.n))
		}
	}
}

// Asks tells whether the questionnaire has a question.
func (p *Paper) Asks(name string) bool {
	_, ok := p.Ask.Question(name)
	return ok
}

// snapshot writes down everything that the form says.
func (c *Check) snapshot() (Snapshot, string, error) {
	f := c.Form
	s := Snapshot{
		Zero: f.Zero, ZeroReason: f.ZeroReason, DeclaredCount: f.DeclaredCount, Answers: f.Answers,
		NoneClean: f.NoneClean, NoneConnect: f.NoneConnect, NoneDemand: f.NoneDemand, Rows: []SnapshotRow{},
	}
	for _, r := range c.Rows {
		if r.Decision == Removed {
			continue
		}
		one := SnapshotRow{ID: r.ID, Code: r.Code, Name: r.Name, Origin: r.Origin, Decision: r.Decision, Body: r.Body}
		if r.Decision == Gone {
			one.Gone = string(r.GoneKind) + ": " + r.GoneReason
		}
		s.Rows = append(s.Rows, one)
	}
	hash, err := s.Hash()
	return s, hash, err
}

// Hash is SHA-256 over the snapshot as JSON, in hexadecimal digits.
func (s Snapshot) Hash() (string, error) {
	raw, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("write a snapshot: %w", err)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), nil
}
