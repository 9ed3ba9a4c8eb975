package questionnaire

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/locale"
)

// Bounds of a body.
const (
	maxSections  = 40
	maxQuestions = 300
	maxOptions   = 60
	maxColumns   = 12
	maxCases     = 10
	maxOf        = 20
	maxTitle     = 100
	maxLead      = 1000
	maxUnit      = 10
	MaxText      = 5000 // the greatest Max of a text
)

var (
	keyPattern    = regexp.MustCompile(`^x_[a-z0-9_]{1,40}$`)
	plainPattern  = regexp.MustCompile(`^[a-z0-9][a-z0-9_]{0,40}$`)
	columnPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`)
)

// Check lists what is wrong with a body and where: Name is the place in the
// JSON ("sections.2.questions.0.title"), and the message says it in words. What
// is still missing of a draft is for Ready.
func Check(b Body) []fault.Field {
	c := &checker{body: b, seen: map[string]Part{}}
	c.text("title", b.Title, maxTitle, true)
	c.text("lead", b.Lead, maxLead, false)
	c.refuse(len(b.Sections) <= maxSections, "sections", "questionnaire.err.sections", "max", maxSections)
	total := 0
	for i := range b.Sections {
		c.section(i)
		total += len(b.Sections[i].Questions)
	}
	c.refuse(total <= maxQuestions, "sections", "questionnaire.err.questions", "max", maxQuestions)
	c.spot = spot{}
	c.dependencies()
	return c.out
}

// spot is where the checker is, counted from 1 as people do; 0 is nowhere.
type spot struct{ section, question, column int }

// path is the place in the JSON.
func (s spot) path(member string) string {
	var b strings.Builder
	for _, p := range []struct {
		name string
		n    int
	}{{"sections", s.section}, {"questions", s.question}, {"columns", s.column}} {
		if p.n > 0 {
			fmt.Fprintf(&b, "%s.%d.", p.name, p.n-1)
		}
	}
	return b.String() + member
}

type checker struct {
	body     Body
	out      []fault.Field
	spot     spot
	part     Part
	seen     map[string]Part // questions so far
	sections []string
}

// refuse adds an error at a member of the present place unless ok.
func (c *checker) refuse(ok bool, member, code string, args ...any) {
	if ok {
		return
	}
	f := fault.At(c.spot.path(member), code, args...)
	if f.Args == nil {
		f.Args = fault.Args{}
	}
	f.Args["where"] = c.where()
	c.out = append(c.out, f)
}

// whole names the body where an error is about no section.
const whole = fault.Label("questionnaire.whole")

// where names the place by the numbers that the pages show: 2 is the second
// section, 2.3 its third question.
func (c *checker) where() any {
	switch s := c.spot; {
	case s.section == 0:
		return whole
	case s.question == 0:
		return fmt.Sprintf("%d", s.section)
	default:
		return fmt.Sprintf("%d.%d", s.section, s.question)
	}
}

// text checks a text that people read.
func (c *checker) text(member string, t Text, limit int, must bool) {
	c.refuse(!must || strings.TrimSpace(t[locale.Chinese]) != "", member, "questionnaire.err.text")
	for lang, s := range t {
		c.refuse(slices.Contains(locale.Languages(), lang), member, "questionnaire.err.language", "language", lang)
		c.refuse(len([]rune(s)) <= limit, member, "questionnaire.err.long", "max", limit)
		c.refuse(must || strings.TrimSpace(s) == "" || strings.TrimSpace(t[locale.Chinese]) != "", member, "questionnaire.err.text")
	}
}

func (c *checker) section(i int) {
	s := &c.body.Sections[i]
	c.spot, c.part = spot{section: i + 1}, s.Of
	c.refuse(plainPattern.MatchString(s.Key), "key", "questionnaire.err.key")
	c.refuse(!slices.Contains(c.sections, s.Key), "key", "questionnaire.err.twice", "key", s.Key)
	c.sections = append(c.sections, s.Key)
	c.refuse(s.Of == OfSystem || s.Of == OfDepartment, "of", "questionnaire.err.part")
	c.text("title", s.Title, maxTitle, !registerSection(s))
	c.text("lead", s.Lead, maxLead, false)
	for j := range s.Questions {
		q := &s.Questions[j]
		c.spot.question = j + 1
		c.question(q)
		_, twice := c.seen[q.Name()]
		c.refuse(!twice, "key", "questionnaire.err.twice", "key", q.Name())
		if !twice {
			c.seen[q.Name()] = s.Of
		}
	}
}

func (c *checker) question(q *Question) {
	if q.Field != "" {
		c.registerField(q)
	} else {
		c.refuse(keyPattern.MatchString(q.Key), "key", "questionnaire.err.key")
		c.own(q)
	}
	c.cases("shown", q.Shown)
	c.cases("required_when", q.RequiredWhen)
}

// registerField holds a question for a field of the register to what it may
// say besides.
func (c *checker) registerField(q *Question) {
	f, known := registerField(q.Field)
	c.refuse(known && c.part == OfSystem, "field", "questionnaire.err.field", "field", q.Field)
	own := Question{Field: q.Field, Required: q.Required, RequiredWhen: q.RequiredWhen, Shown: q.Shown}
	c.refuse(same(*q, own), "field", "questionnaire.err.field_own")
	if known {
		c.refuse(len(q.Shown) == 0 || !f.Must && len(f.MustWhen) == 0, "shown", "questionnaire.err.field_shown")
	}
}

// own checks a question of the questionnaire's own, or a column.
func (c *checker) own(q *Question) {
	c.text("title", q.Title, maxTitle, true)
	c.text("help", q.Help, maxLead, false)
	c.text("unit", q.Unit, maxUnit, false)
	if q.Computed != nil {
		c.computed(q)
		return
	}
	c.refuse(slices.Contains(Types(), q.Type), "type", "questionnaire.err.type")
	c.refuse(len(q.Unit) == 0 || q.Type == Number, "unit", "questionnaire.err.unit")
	c.refuse(q.Max >= 0 && q.Max <= MaxText, "max", "questionnaire.err.max", "max", MaxText)
	c.refuse(q.Max == 0 || q.Type == Line || q.Type == Prose, "max", "questionnaire.err.max_text")
	choice := q.Type == Choice || q.Type == Choices
	c.refuse(choice == (len(q.Options) > 0), "options", "questionnaire.err.options")
	c.options(q.Options)
	c.refuse((q.Type == Table) == (len(q.Columns) > 0), "columns", "questionnaire.err.columns")
	c.columns(q)
}

func (c *checker) options(options []Option) {
	c.refuse(len(options) <= maxOptions, "options", "questionnaire.err.too_many", "max", maxOptions)
	var keys []string
	for i, o := range options {
		member := fmt.Sprintf("options.%d", i)
		c.refuse(plainPattern.MatchString(o.Key), member+".key", "questionnaire.err.key")
		c.refuse(!slices.Contains(keys, o.Key), member+".key", "questionnaire.err.twice", "key", o.Key)
		c.text(member+".title", o.Title, maxTitle, true)
		keys = append(keys, o.Key)
	}
}

// columns checks the columns of a table: simple questions without conditions.
func (c *checker) columns(q *Question) {
	c.refuse(len(q.Columns) <= maxColumns, "columns", "questionnaire.err.too_many", "max", maxColumns)
	table := c.spot
	var keys []string
	for i := range q.Columns {
		col := &q.Columns[i]
		c.spot.column = i + 1
		simple := col.Type != Table && col.Type != File && col.Computed == nil && col.Field == "" && len(col.Shown) == 0 && len(col.RequiredWhen) == 0
		c.refuse(simple, "type", "questionnaire.err.column")
		c.refuse(columnPattern.MatchString(col.Key), "key", "questionnaire.err.column_key")
		c.refuse(!slices.Contains(keys, col.Key), "key", "questionnaire.err.twice", "key", col.Key)
		keys = append(keys, col.Key)
		if simple {
			c.own(col)
		}
	}
	c.spot = table
}

// cases checks conditions: they ask for facts or for earlier choices.
func (c *checker) cases(member string, cases []Case) {
	c.refuse(len(cases) <= maxCases, member, "questionnaire.err.too_many", "max", maxCases)
	for i, k := range cases {
		at := fmt.Sprintf("%s.%d", member, i)
		options, ok := c.choicesOf(k.Key)
		if !ok {
			c.refuse(false, at+".key", "questionnaire.err.case", "key", k.Key)
			continue
		}
		c.refuse(len(k.Values) > 0, at+".values", "questionnaire.err.case_values")
		for _, v := range k.Values {
			c.refuse(slices.Contains(options, v), at+".values", "questionnaire.err.case_value", "value", v, "key", k.Key)
		}
	}
}

// choicesOf are the answers to a fact or an earlier question that a condition
// can ask for.
func (c *checker) choicesOf(key string) ([]string, bool) {
	if f, ok := findFact(c.part, key); ok {
		return f.Options, true
	}
	if part, ok := c.seen[key]; !ok || part != c.part {
		return nil, false
	}
	_, q, _ := c.body.Find(key)
	options := q.Choices()
	return options, len(options) > 0
}

// computed checks what a value is computed from.
func (c *checker) computed(q *Question) {
	plain := Question{Key: q.Key, Title: q.Title, Help: q.Help, Unit: q.Unit, Shown: q.Shown, Computed: q.Computed}
	c.refuse(same(*q, plain), "computed", "questionnaire.err.computed_own")
	c.refuse(slices.Contains(Ops(), q.Computed.Op), "computed.op", "questionnaire.err.op")
	least := 1
	if q.Computed.Op == Difference || q.Computed.Op == Ratio {
		least = 2
	}
	n := len(q.Computed.Of)
	c.refuse(n >= least && n <= maxOf, "computed.of", "questionnaire.err.of", "min", least, "max", maxOf)
	kinds := map[Type]bool{}
	for _, name := range q.Computed.Of {
		t, ok := c.operand(name)
		c.refuse(ok, "computed.of", "questionnaire.err.of_unknown", "key", name)
		if ok {
			kinds[t] = true
		}
	}
	if q.Computed.Op != Count {
		numbers := !slices.ContainsFunc(Types(), func(t Type) bool { return kinds[t] && t != Number && t != Money })
		c.refuse(numbers && len(kinds) <= 1, "computed.of", "questionnaire.err.of_numbers")
	}
}

// operand is the type of what a value may be computed from: an earlier question
// of the part, or what the form holds of its systems.
func (c *checker) operand(name string) (Type, bool) {
	head, _, _ := strings.Cut(name, ".")
	if _, earlier := c.seen[head]; !earlier && head != rowsOf {
		return "", false
	}
	return c.body.operand(c.part, name)
}

// dependencies holds that what a rule of the register depends on is asked too.
func (c *checker) dependencies() {
	for i := range c.body.Sections {
		for j := range c.body.Sections[i].Questions {
			q := &c.body.Sections[i].Questions[j]
			f, ok := registerField(q.Field)
			if !ok {
				continue
			}
			c.spot = spot{section: i + 1, question: j + 1}
			for _, k := range slices.Concat(f.Shown, f.MustWhen) {
				_, asked := c.seen[k.Key]
				c.refuse(asked, "field", "questionnaire.err.depends", "field", registerLabel(q.Field), "other", registerLabel(k.Key))
			}
		}
	}
}
