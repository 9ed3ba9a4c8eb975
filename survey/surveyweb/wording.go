package surveyweb

import (
	"slices"
	"strconv"
	"strings"

	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/survey/questionnaire"
)

// wording writes the questions of a body for people: who is asked what, how it
// is answered, when it must be.
type wording struct {
	p    *locale.Printer // with the texts of the body
	c    *questionnaire.Compiled
	body questionnaire.Body
}

func newWording(p *locale.Printer, body questionnaire.Body) (*wording, error) {
	c, err := questionnaire.Compile(body)
	if err != nil {
		return nil, err
	}
	return &wording{p: p.Over(c.Texts()), c: c, body: body}, nil
}

// sectionWords are a section as the page of a version shows it.
type sectionWords struct {
	Key       string
	Number    string
	Title     string
	Lead      string
	Part      string
	Questions []questionWords
}

// questionWords are a question as the page of a version shows it.
type questionWords struct {
	Name     string
	Number   string // 2.3
	Label    string
	Help     string
	Own      bool // not a field of the register
	Answer   string
	Choices  string
	Required string
	Shown    []string
	Columns  []string
}

func (w *wording) sections() []sectionWords {
	out := make([]sectionWords, len(w.body.Sections))
	for i := range w.body.Sections {
		s := &w.body.Sections[i]
		made := sectionWords{Key: s.Key, Number: strconv.Itoa(i + 1), Title: w.sectionTitle(s), Part: w.p.T("questionnaire.part." + string(s.Of))}
		label := string(w.c.Catalog(s.Of).SectionLabel(s.Key))
		if lead, ok := w.p.Find(label + ".lead"); ok {
			made.Lead = lead
		}
		for j := range s.Questions {
			made.Questions = append(made.Questions, w.question(s, &s.Questions[j], made.Number+"."+strconv.Itoa(j+1)))
		}
		out[i] = made
	}
	return out
}

// sectionTitle is the heading of a section, also of one without questions.
func (w *wording) sectionTitle(s *questionnaire.Section) string {
	return w.p.T(string(w.c.Catalog(s.Of).SectionLabel(s.Key)))
}

func (w *wording) question(s *questionnaire.Section, q *questionnaire.Question, number string) questionWords {
	catalog := w.c.Catalog(s.Of)
	f, _ := catalog.Find(q.Name())
	out := questionWords{
		Name: q.Name(), Number: number, Label: w.p.T(string(f.Label)), Help: fieldweb.Help(w.p, catalog, f.Key), Own: q.Field == "",
		Answer: w.answer(q, f), Choices: w.choices(f), Required: w.required(s.Of, q, f), Shown: w.conditions(s.Of, f.Shown),
	}
	for i := range q.Columns {
		col := &q.Columns[i]
		text := w.p.T("questionnaire.column", "title", col.Title.In(w.p.Lang()), "type", col.Type.Label())
		if col.Required {
			text = w.p.T("questionnaire.column.required", "title", col.Title.In(w.p.Lang()), "type", col.Type.Label())
		}
		out.Columns = append(out.Columns, text)
	}
	return out
}

// typeOf is the type of question that asks like a field of the register.
func typeOf(f *field.Field[field.Answers]) questionnaire.Type {
	switch f.Kind {
	case field.LongText:
		return questionnaire.Prose
	case field.Enum:
		return questionnaire.Choice
	case field.Multi:
		return questionnaire.Choices
	case field.Date:
		return questionnaire.Date
	case field.Count:
		return questionnaire.Number
	case field.Money:
		return questionnaire.Money
	case field.Bool:
		return questionnaire.YesNo
	case field.Ref:
		return questionnaire.Type(f.Options[0])
	}
	return questionnaire.Line
}

// answer is how a question is answered: "数字（人）".
func (w *wording) answer(q *questionnaire.Question, f *field.Field[field.Answers]) string {
	t := q.Type
	if q.Field != "" {
		t = typeOf(f)
	}
	if q.Computed != nil {
		return w.computed(q.Computed)
	}
	text := w.p.T(string(t.Label()))
	switch {
	case f.Unit != "":
		return w.p.T("questionnaire.answer.unit", "type", text, "unit", fieldweb.Unit(fieldweb.Writer{P: w.p}, f))
	case f.Max > 0:
		return w.p.T("questionnaire.answer.max", "type", text, "max", f.Max)
	}
	return text
}

// computed says what a value is computed from.
func (w *wording) computed(k *questionnaire.Computed) string {
	parts := make([]string, len(k.Of))
	for i, name := range k.Of {
		parts[i] = w.operand(name)
	}
	return w.p.T("questionnaire.computed."+string(k.Op), "of", w.p.Join(parts), "first", parts[0], "others", w.p.Join(parts[1:]))
}

// operand names what a value is computed from.
func (w *wording) operand(name string) string {
	head, rest, nested := strings.Cut(name, ".")
	switch {
	case head == "rows" && !nested:
		return w.p.T("questionnaire.operand.rows")
	case head == "rows":
		return w.p.T("questionnaire.operand.of_rows", "title", w.label(rest))
	case !nested:
		if q, ok := w.c.Question(name); ok && q.Type == questionnaire.Table {
			return w.p.T("questionnaire.operand.lines", "title", w.label(name))
		}
		return w.label(name)
	}
	if columns, ok := w.c.Columns(head); ok {
		return w.p.T("questionnaire.operand.column", "table", w.label(head), "title", columns.Label(rest))
	}
	return name
}

// label is what a question or a fact is called.
func (w *wording) label(name string) string {
	for _, part := range []questionnaire.Part{questionnaire.OfSystem, questionnaire.OfDepartment} {
		if f, ok := w.c.Catalog(part).Find(name); ok {
			return w.p.T(string(f.Label))
		}
	}
	return name
}

func (w *wording) choices(f *field.Field[field.Answers]) string {
	if f.Words == "" {
		return ""
	}
	parts := make([]string, len(f.Options))
	for i, o := range f.Options {
		parts[i] = w.p.T(field.OptionKey(f.Words, o))
	}
	return w.p.Join(parts)
}

// required says when a question must be answered; nothing when it need not be.
func (w *wording) required(part questionnaire.Part, q *questionnaire.Question, f *field.Field[field.Answers]) string {
	switch {
	case f.Must:
		return w.p.T("questionnaire.required.always")
	case len(f.MustWhen) > 0:
		sep := w.p.T("questionnaire.or")
		return w.p.T("questionnaire.required.when", "cases", strings.Join(w.conditions(part, f.MustWhen), sep))
	}
	return ""
}

// conditions writes conditions, "“建设阶段”是“在用”". The one that keeps details
// out of classified placeholders has words of its own.
func (w *wording) conditions(part questionnaire.Part, cases []field.Case) []string {
	var out []string
	for _, k := range cases {
		if k.Key == "classified" && slices.Equal(k.Values, []string{"false"}) {
			out = append(out, w.p.T("questionnaire.unclassified"))
			continue
		}
		out = append(out, w.condition(part, k))
	}
	return out
}

func (w *wording) condition(part questionnaire.Part, k field.Case) string {
	f, ok := w.c.Catalog(part).Find(k.Key)
	if !ok {
		return k.Key
	}
	values := make([]string, len(k.Values))
	for i, v := range k.Values {
		values[i] = f.Show(w.p, field.Names{}, v)
	}
	return w.p.T("questionnaire.condition", "question", w.p.T(string(f.Label)), "values", strings.Join(values, w.p.T("questionnaire.or")))
}
