package census

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/input"
	"qingce/internal/locale"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey"
)

// Ruling is what a person says about an item.
type Ruling struct {
	Decision Decision // Agreed, Added, Asked or Dismissed
	// Department says whose the system is, where the list does not (Added).
	Department auth.DepartmentID
	// Name is what an added system is called; empty takes that of the list.
	Name string
	// Text is what the department is told (Added, Asked); empty takes the usual
	// words.
	Text   string
	Reason string // must be given to dismiss
}

const (
	maxReason = 300
	maxText   = 500
)

// Decide settles an item at the version that the person saw (0 for whichever it
// is). What is to be added or asked reaches the form of the department in the
// same transaction, which opens it again. Nobody decides about the own
// department.
func (d *Desk) Decide(ctx context.Context, by auth.Principal, census string, id ItemID, version int64, r Ruling) (Item, error) {
	return d.decideOne(ctx, by, census, id, version, "census.decided", r.Reason, func(tx *store.Tx, c campaigns, src *Source, i *Item) error {
		if i.Decided() {
			return ErrDecided
		}
		if err := r.check(i); err != nil {
			return err
		}
		if err := d.carryOut(tx, by, c, src, i, r); err != nil {
			return err
		}
		i.decide(tx, by, r.Decision, r.Reason)
		return nil
	})
}

func (i *Item) decide(tx *store.Tx, by auth.Principal, what Decision, reason string) {
	now := tx.Now()
	i.Decision, i.Reason, i.DecidedAt, i.DecidedBy, i.DecidedName = what, input.Text(reason), &now, by.AccountID, by.Name
}

// decideOne runs fn on an item that by may decide about, and keeps it.
func (d *Desk) decideOne(ctx context.Context, by auth.Principal, census string, id ItemID, version int64, action, reason string,
	fn func(tx *store.Tx, c campaigns, src *Source, i *Item) error,
) (Item, error) {
	var out Item
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		c, err := d.forWork(tx, by, census)
		if err != nil {
			return err
		}
		i, err := itemOf(tx, c.Census.ID, id)
		if err != nil {
			return err
		}
		if err := ownOf(by, i.Department()); err != nil {
			return err
		}
		if version != 0 && i.Version != version {
			return store.ErrStale
		}
		src, err := sourceHead(tx, c.Census.ID, i.SourceID)
		if err != nil {
			return err
		}
		before := i.facts()
		if err := fn(tx, c, &src, &i); err != nil {
			return err
		}
		if err := saveItem(tx, &i); err != nil {
			return err
		}
		out = i
		if err := recount(tx, &src); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: action, Kind: "census_item", ID: fmt.Sprint(i.ID), Name: i.Name, Department: i.Department(),
			Before: before, After: i.facts(), Reason: input.Text(reason),
		})
	})
	if err != nil {
		return Item{}, err
	}
	return out, nil
}

// itemFacts are an item as the operation log keeps it.
type itemFacts struct {
	Source   SourceID `json:"source"`
	Line     int      `json:"line"`
	Result   Result   `json:"result"`
	Decision Decision `json:"decision"`
	Row      int64    `json:"row,omitempty"`
	System   int64    `json:"system,omitempty"`
}

func (i *Item) facts() itemFacts {
	return itemFacts{i.SourceID, i.Line, i.Result, i.Decision, int64(deref(i.RowID)), int64(deref(i.SystemID))}
}

// check holds a ruling to the item and to what must be said.
func (r Ruling) check(i *Item) error {
	var wrong []fault.Field
	refuse := func(bad bool, at, code string, args ...any) {
		if bad {
			wrong = append(wrong, fault.At(at, code, args...))
		}
	}
	refuse(!slices.Contains(i.Choices(), r.Decision), "decision", "census.err.decision", "decision", r.Decision.Label(), "result", i.Result.Label())
	refuse(r.Decision == Dismissed && utf8.RuneCountInString(input.Text(r.Reason)) < 2, "reason", "census.err.reason")
	refuse(utf8.RuneCountInString(r.Reason) > maxReason, "reason", "err.too_long", "field", fault.Label("census.field.reason"), "max", maxReason)
	refuse(utf8.RuneCountInString(r.Text) > maxText, "text", "err.too_long", "field", fault.Label("census.field.text"), "max", maxText)
	refuse(r.Decision == Added && r.department(i) == 0, "department", "census.err.department")
	refuse(r.Decision == Added && cmp.Or(input.Text(r.Name), i.Name) == "", "name", "err.required", "field", inventory.SystemFields.Label("name"))
	return fault.Refuse(wrong)
}

func (r Ruling) department(i *Item) auth.DepartmentID { return cmp.Or(i.Department(), r.Department) }

// Choices lists how an item can be decided.
func (i *Item) Choices() []Decision {
	switch i.Result {
	case Omitted, Unclear:
		return []Decision{Added, Asked, Dismissed}
	case Differs, Surplus:
		return []Decision{Asked, Agreed, Dismissed}
	}
	return nil
}

// carryOut puts to the department what a ruling says.
func (d *Desk) carryOut(tx *store.Tx, by auth.Principal, c campaigns, src *Source, i *Item, r Ruling) error {
	switch r.Decision {
	case Added:
		return d.add(tx, by, c, src, i, r)
	case Asked:
		return d.ask(tx, by, c, src, i, r)
	}
	return nil
}

// formOf names the form of a body, which must be asked in the survey.
func (d *Desk) formOf(tx *store.Tx, c campaigns, id auth.DepartmentID) (survey.FormKey, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return survey.FormKey{}, err
	}
	body, ok := dir.Find(id)
	if !ok {
		return survey.FormKey{}, fault.Refuse([]fault.Field{fault.At("department", "census.err.department")})
	}
	asked, err := hasForm(tx, c.Base.ID, id)
	if err == nil && !asked {
		err = fault.New(ErrNoForm.Kind, ErrNoForm.Code, "name", body.Name, "title", c.Base.Title)
	}
	return c.form(body), err
}

// add puts an omitted system onto the form of its department. Other lines that
// speak of the same system are settled with it.
func (d *Desk) add(tx *store.Tx, by auth.Principal, c campaigns, src *Source, i *Item, r Ruling) error {
	owner := r.department(i)
	if err := ownOf(by, owner); err != nil {
		return err
	}
	key, err := d.formOf(tx, c, owner)
	if err != nil {
		return err
	}
	name := cmp.Or(input.Text(r.Name), i.Name)
	if err := d.refuseTwice(tx, c, owner, name); err != nil {
		return err
	}
	p := d.deps.Catalog.Printer(locale.Chinese)
	text := cmp.Or(strings.TrimSpace(r.Text), p.T("census.text.added", "source", src.Title, "kind", src.Kind.Label(), "name", name))
	row, err := d.deps.Surveys.AddFoundIn(tx, by, key, survey.FoundRow{
		Name: name, Values: i.Body, Source: pathOf(c.Census.Code, "items", fmt.Sprint(i.ID)), Text: clip(text),
	})
	if err != nil {
		return err
	}
	i.Result, i.DepartmentID, i.RowID, i.SystemID, i.MatchedBy = Omitted, &owner, &row.ID, nil, ""
	return d.settleSame(tx, c, i, name)
}

// refuseTwice refuses a system that the census has put onto the form already.
func (d *Desk) refuseTwice(tx *store.Tx, c campaigns, owner auth.DepartmentID, name string) error {
	rows, err := censusRows(tx, c.Base.ID, owner)
	if err != nil {
		return err
	}
	w := d.words()
	for _, r := range rows {
		if w.name(r.Name) == w.name(name) {
			return fault.New(fault.Conflict, "census.err.added_twice", "name", r.Name)
		}
	}
	return nil
}

// settleSame says of the other omissions of the same name that they are the
// system that was added.
func (d *Desk) settleSame(tx *store.Tx, c campaigns, added *Item, name string) error {
	others, err := openOmitted(tx, c.Census.ID, added.Department())
	if err != nil {
		return err
	}
	w := d.words()
	touched := map[SourceID]bool{}
	for n := range others {
		o := &others[n]
		if o.ID == added.ID || w.name(o.Name) != w.name(name) {
			continue
		}
		o.Result, o.RowID, o.MatchedBy, o.Score, o.Decision = Match, added.RowID, ByName, 100, NoneAsked
		if err := saveItem(tx, o); err != nil {
			return err
		}
		touched[o.SourceID] = true
	}
	for id := range touched {
		if err := recount(tx, &Source{ID: id}); err != nil {
			return err
		}
	}
	return nil
}

// clip keeps as much of a text as a comment can hold.
func clip(text string) string {
	if r := []rune(text); len(r) > maxText {
		return string(r[:maxText-1]) + "…"
	}
	return text
}

// ask puts an item to the department: each difference at its question, or the
// system as a whole.
func (d *Desk) ask(tx *store.Tx, by auth.Principal, c campaigns, src *Source, i *Item, r Ruling) error {
	if i.Department() == 0 {
		return fault.Refuse([]fault.Field{fault.At("department", "census.err.department")})
	}
	key, err := d.formOf(tx, c, i.Department())
	if err != nil {
		return err
	}
	p := d.deps.Catalog.Printer(locale.Chinese)
	if i.Result != Differs {
		text := cmp.Or(strings.TrimSpace(r.Text), p.T("census.text."+string(i.Result), "source", src.Title, "kind", src.Kind.Label(), "name", i.Name))
		return d.askOnce(tx, by, key, i, "", text)
	}
	if i.RowID == nil {
		return ErrNotOnForm
	}
	show, err := d.shower(tx, p)
	if err != nil {
		return err
	}
	for _, one := range i.Differences {
		if one.Minor {
			continue
		}
		f, _ := inventory.SystemFields.Find(one.Key)
		text := cmp.Or(strings.TrimSpace(r.Text), p.T("census.text.differs", "source", src.Title, "kind", src.Kind.Label(),
			"field", f.Label, "theirs", show(one.Key, one.Source), "mine", cmp.Or(show(one.Key, one.Declared), p.T("census.not_given"))))
		if err := d.askOnce(tx, by, key, i, one.Key, text); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) askOnce(tx *store.Tx, by auth.Principal, key survey.FormKey, i *Item, question, text string) error {
	row := deref(i.RowID)
	_, err := d.deps.Surveys.AskIn(tx, by, key, row, question, clip(text))
	if isNotFound(err) || errors.Is(err, errAbsent) {
		return ErrNoForm
	}
	return err
}

// shower writes canonical text as people read it.
func (d *Desk) shower(tx *store.Tx, p *locale.Printer) (func(key, canonical string) string, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	names := field.Names{Show: func(_, id string) string {
		for _, body := range dir.All() {
			if fmt.Sprint(body.ID) == id {
				return body.Name
			}
		}
		return id
	}}
	return func(key, canonical string) string {
		f, ok := inventory.SystemFields.Find(key)
		if !ok || canonical == "" {
			return canonical
		}
		return f.Show(p, names, canonical)
	}, nil
}
