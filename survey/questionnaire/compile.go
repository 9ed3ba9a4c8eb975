package questionnaire

import (
	"fmt"
	"slices"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/locale"
	"qingce/inventory"
)

// Compiled is a body as catalogs. It does not change.
//
// A question of the type table is a long text that holds what WriteTable
// writes, and one of the type file a number, of files; whoever judges answers
// puts both in. A computed question is Given: Compute puts it in. The facts are
// Given too and stand in no section: SetFacts puts them in.
type Compiled struct {
	Body Body
	// System and Department are the questions about a system and about the body.
	// Fields of the register keep their key and their label.
	System     *field.Catalog[field.Answers]
	Department *field.Catalog[field.Answers]

	texts     locale.Texts
	questions map[string]*Question
	parts     map[Part][]*Question
	tables    map[string]*field.Catalog[field.Answers]
}

// Names of the catalogs, which begin the keys of their texts.
const (
	systemCatalog     = "system"
	departmentCatalog = "body"
)

// Lengths of texts that say none.
const (
	usualLine  = 200
	usualProse = 1000
)

// Compile makes the catalogs of a body. The error is Invalid with all that
// Check finds.
func Compile(b Body) (*Compiled, error) {
	if err := fault.Refuse(Check(b)); err != nil {
		return nil, err
	}
	c := &Compiled{
		Body: b, texts: locale.Texts{}, questions: map[string]*Question{}, parts: map[Part][]*Question{},
		tables: map[string]*field.Catalog[field.Answers]{},
	}
	for _, lang := range locale.Languages() {
		c.texts[lang] = map[string]string{}
	}
	fields := map[Part][]field.Field[field.Answers]{OfSystem: facts(OfSystem), OfDepartment: facts(OfDepartment)}
	for i := range b.Sections {
		s := &c.Body.Sections[i]
		c.sectionTexts(s)
		for j := range s.Questions {
			q := &s.Questions[j]
			c.questions[q.Name()] = q
			c.parts[s.Of] = append(c.parts[s.Of], q)
			fields[s.Of] = append(fields[s.Of], c.field(s, q))
		}
	}
	var err error
	if c.System, err = field.TryCatalog(systemCatalog, fields[OfSystem]...); err != nil {
		return nil, fmt.Errorf("compile the questions about systems: %w", err)
	}
	if c.Department, err = field.TryCatalog(departmentCatalog, fields[OfDepartment]...); err != nil {
		return nil, fmt.Errorf("compile the questions about the body: %w", err)
	}
	return c, c.compileTables()
}

// facts are the pseudo-fields of a part.
func facts(part Part) []field.Field[field.Answers] {
	var out []field.Field[field.Answers]
	for _, f := range FactsOf(part) {
		kind := field.Bool
		if f.Words != "" {
			kind = field.Enum
		}
		made := field.Of(f.Key, kind).Named(f.Label()).ByService()
		if f.Words != "" {
			made = made.Choices(f.Words, f.Options...)
		}
		out = append(out, made)
	}
	return out
}

func catalogName(part Part) string {
	if part == OfSystem {
		return systemCatalog
	}
	return departmentCatalog
}

// say keeps a text under a key in all languages; an empty one has none.
func (c *Compiled) say(key string, t Text) {
	for lang, text := range t {
		if text != "" && c.texts[lang] != nil {
			c.texts[lang][key] = text
		}
	}
}

func (c *Compiled) sectionTexts(s *Section) {
	key := catalogName(s.Of) + ".section." + s.Key
	c.say(key, s.Title)
	c.say(key+".lead", s.Lead)
}

// field describes a question for the catalog of its part.
func (c *Compiled) field(s *Section, q *Question) field.Field[field.Answers] {
	var f field.Field[field.Answers]
	if r, ok := registerField(q.Field); ok {
		f = field.AnswersOf(*r)
		f.Must = f.Must || isFlag(r) // it decides what is asked, so it must be said
	} else {
		f = c.own(s.Of, catalogName(s.Of)+"."+q.Key, q)
	}
	f = f.In(s.Key)
	f.Must = f.Must || q.Required
	f.Shown = slices.Concat(f.Shown, cases(q.Shown))
	f.MustWhen = slices.Concat(f.MustWhen, cases(q.RequiredWhen))
	return f
}

// isFlag tells whether a yes or no is never without an answer in the register.
func isFlag(f *field.Field[inventory.System]) bool {
	return f.Kind == field.Bool && f.Get(&inventory.System{}) != ""
}

func cases(in []Case) []field.Case {
	var out []field.Case
	for _, k := range in {
		out = append(out, field.When(k.Key, k.Values...))
	}
	return out
}

// own describes a question of the questionnaire's own, or a column, whose texts
// begin with label.
func (c *Compiled) own(part Part, label string, q *Question) field.Field[field.Answers] {
	c.say(label, q.Title)
	c.say(label+".help", q.Help)
	f := field.Of(q.Key, c.kind(part, q)).Named(fault.Label(label))
	if f.Kind == field.Money {
		f = f.Per("wan")
	}
	if len(q.Unit) > 0 {
		c.say("unit."+label, q.Unit)
		f = f.Per(label)
	}
	switch q.Type {
	case Line:
		f = f.Limit(orElse(q.Max, usualLine))
	case Prose:
		f = f.Limit(orElse(q.Max, usualProse)).AcrossRow()
	case Choice, Choices:
		var options []string
		for _, o := range q.Options {
			c.say(field.OptionKey(label, o.Key), o.Title)
			options = append(options, o.Key)
		}
		f = f.Choices(label, options...)
	case DepartmentRef, SystemRef:
		f = f.Choices("", string(q.Type))
	case Table:
		f = f.AcrossRow()
	}
	if q.Computed != nil {
		f = f.ByService()
	}
	return f
}

func orElse(n, usual int) int {
	if n > 0 {
		return n
	}
	return usual
}

// kind is how the answer is kept.
func (c *Compiled) kind(part Part, q *Question) field.Kind {
	if q.Computed != nil {
		return c.computedKind(part, q.Computed)
	}
	return map[Type]field.Kind{
		Line: field.Text, Prose: field.LongText, Number: field.Count, Money: field.Money, Date: field.Date,
		Choice: field.Enum, Choices: field.Multi, YesNo: field.Bool, DepartmentRef: field.Ref, SystemRef: field.Ref,
		File: field.Count, Table: field.LongText,
	}[q.Type]
}

// computedKind is that of what the value is computed from; a ratio is a text
// such as 88.24.
func (c *Compiled) computedKind(part Part, k *Computed) field.Kind {
	switch k.Op {
	case Ratio:
		return field.Text
	case Count:
		return field.Count
	}
	if t, ok := c.Body.operand(part, k.Of[0]); ok && t == Money {
		return field.Money
	}
	return field.Count
}

// compileTables makes the catalogs of the columns of tables.
func (c *Compiled) compileTables() error {
	for _, s := range c.Body.Sections {
		for i := range s.Questions {
			q := &s.Questions[i]
			if q.Type != Table {
				continue
			}
			label := catalogName(s.Of) + "." + q.Key
			var fields []field.Field[field.Answers]
			for j := range q.Columns {
				f := c.own(s.Of, label+"."+q.Columns[j].Key, &q.Columns[j]).In(q.Key)
				f.Must = q.Columns[j].Required
				fields = append(fields, f)
			}
			columns, err := field.TryCatalog(label, fields...)
			if err != nil {
				return fmt.Errorf("compile the columns of %s: %w", q.Key, err)
			}
			c.tables[q.Key] = columns
		}
	}
	return nil
}

// Texts are what the body says, to lie over the messages of the service.
func (c *Compiled) Texts() locale.Texts { return c.texts }

// Question is the question whose answer is kept under a name.
func (c *Compiled) Question(name string) (*Question, bool) {
	q, ok := c.questions[name]
	return q, ok
}

// OfPart lists the questions of a part in order.
func (c *Compiled) OfPart(part Part) []*Question { return c.parts[part] }

// Catalog is that of a part.
func (c *Compiled) Catalog(part Part) *field.Catalog[field.Answers] {
	if part == OfDepartment {
		return c.Department
	}
	return c.System
}

// Columns is the catalog of the columns of a table.
func (c *Compiled) Columns(table string) (*field.Catalog[field.Answers], bool) {
	columns, ok := c.tables[table]
	return columns, ok
}

// Extra tells whether a name is a question of the questionnaire's own, and not
// a field of the register.
func (c *Compiled) Extra(name string) bool {
	q, ok := c.questions[name]
	return ok && q.Field == ""
}

// ClearUnasked empties the answers to questions that are not asked. A field of
// the register that only the questionnaire does not ask keeps the register's
// value. It returns the keys that were emptied.
func (c *Compiled) ClearUnasked(part Part, answers field.Answers) []string {
	var cleared []string
	catalog := c.Catalog(part)
	for i := range catalog.All() {
		f := &catalog.All()[i]
		if f.Given || f.Empty(&answers) || catalog.Asked(&answers, f) {
			continue
		}
		if r, ok := registerField(f.Key); ok && holdAll(catalog, answers, r.Shown) {
			continue
		}
		f.Set(&answers, "")
		cleared = append(cleared, f.Key)
	}
	return cleared
}

func holdAll(c *field.Catalog[field.Answers], answers field.Answers, shown []field.Case) bool {
	for _, k := range shown {
		if !c.Holds(&answers, k) {
			return false
		}
	}
	return true
}
