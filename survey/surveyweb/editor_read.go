package surveyweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/input"
	"qingce/internal/locale"
	"qingce/survey/questionnaire"
)

// Kinds of questions that the editor asks for.
const (
	kindField = "field" // of the register
	kindOwn   = "own"
)

// typeComputed stands among the types of the form for a computed value.
const typeComputed = "computed"

// Numbers of inputs that a form has.
const (
	freeSlots    = 2  // empty conditions after those that are chosen
	mostSlots    = 30 // conditions
	operandSlots = 6
	freeLines    = 3 // empty lines below those that are filled
)

// typedText reads a text in both languages.
func typedText(form url.Values, name string) questionnaire.Text {
	t := questionnaire.Text{}
	for lang, suffix := range map[string]string{locale.Chinese: "", locale.English: ".en"} {
		if s := input.Lines(form.Get(name + suffix)); s != "" {
			t[lang] = s
		}
	}
	if len(t) == 0 {
		return nil
	}
	return t
}

// putText writes a text in both languages.
func putText(form url.Values, name string, t questionnaire.Text) {
	form.Set(name, t[locale.Chinese])
	form.Set(name+".en", t[locale.English])
}

func sectionValues(s questionnaire.Section) url.Values {
	v := url.Values{"of": {string(s.Of)}}
	putText(v, "title", s.Title)
	putText(v, "lead", s.Lead)
	return v
}

// lineName is the name of an input in a line of a small table.
func lineName(table string, line int, column string) string {
	return table + "." + strconv.Itoa(line) + "." + column
}

// mostLines bounds how many lines of a small table, or inputs of one name, are
// read.
const mostLines = 200

// lines is how many lines of a small table, "options.3.zh", or inputs of one
// name, "shown.3", were sent.
func lines(form url.Values, table string) int {
	n := 0
	for name := range form {
		rest, ok := strings.CutPrefix(name, table+".")
		if !ok {
			continue
		}
		number, _, _ := strings.Cut(rest, ".")
		if i, err := strconv.Atoi(number); err == nil && i < mostLines {
			n = max(n, i+1)
		}
	}
	return n
}

// questionValues are a question as its form shows it.
func questionValues(s *questionnaire.Section, q *questionnaire.Question) url.Values {
	v := url.Values{"section": {s.Key}, "kind": {kindOwn}, "type": {string(q.Type)}, "field": {q.Field}}
	if q.Field != "" {
		v.Set("kind", kindField)
	}
	putText(v, "title", q.Title)
	putText(v, "help", q.Help)
	putText(v, "unit", q.Unit)
	if q.Required {
		v.Set("required", "true")
	}
	if q.Max > 0 {
		v.Set("max", strconv.Itoa(q.Max))
	}
	putCases(v, "shown", q.Shown)
	putCases(v, "when", q.RequiredWhen)
	for i, o := range q.Options {
		v.Set(lineName("options", i, "zh"), o.Title[locale.Chinese])
		v.Set(lineName("options", i, "en"), o.Title[locale.English])
		v.Set(lineName("options", i, "key"), o.Key)
	}
	for i := range q.Columns {
		putColumn(v, i, &q.Columns[i])
	}
	if q.Computed != nil {
		v.Set("type", typeComputed)
		v.Set("op", string(q.Computed.Op))
		for i, of := range q.Computed.Of {
			v.Set("of."+strconv.Itoa(i), of)
		}
	}
	return v
}

func putColumn(v url.Values, i int, col *questionnaire.Question) {
	put := func(name, value string) { v.Set(lineName("columns", i, name), value) }
	put("key", col.Key)
	put("zh", col.Title[locale.Chinese])
	put("en", col.Title[locale.English])
	put("type", string(col.Type))
	if col.Required {
		put("required", "true")
	}
	titles := make([]string, len(col.Options))
	for j, o := range col.Options {
		titles[j] = o.Title.In(locale.Chinese)
	}
	put("options", strings.Join(titles, "、"))
}

// A condition is sent as "key=value"; several of one key are alternatives.
func putCases(v url.Values, name string, cases []questionnaire.Case) {
	n := 0
	for _, k := range cases {
		for _, value := range k.Values {
			v.Set(name+"."+strconv.Itoa(n), k.Key+"="+value)
			n++
		}
	}
}

func readCases(form url.Values, name string) []questionnaire.Case {
	var out []questionnaire.Case
	for i := range lines(form, name) {
		key, value, ok := strings.Cut(form.Get(name+"."+strconv.Itoa(i)), "=")
		if !ok {
			continue
		}
		at := slices.IndexFunc(out, func(k questionnaire.Case) bool { return k.Key == key })
		if at < 0 {
			out = append(out, questionnaire.Case{Key: key})
			at = len(out) - 1
		}
		if !slices.Contains(out[at].Values, value) {
			out[at].Values = append(out[at].Values, value)
		}
	}
	return out
}

// readQuestion reads the form of a question; old is the question as it was, nil
// for a new one, whose keys it keeps.
func readQuestion(form url.Values, body questionnaire.Body, old *questionnaire.Question) questionnaire.Question {
	q := questionnaire.Question{Shown: readCases(form, "shown"), RequiredWhen: readCases(form, "when"), Required: form.Get("required") == "true"}
	if form.Get("kind") == kindField {
		q.Field = form.Get("field")
		return q
	}
	q.Key = body.FreshKey("x_q")
	var had questionnaire.Question
	if old != nil {
		q.Key, had = old.Key, *old
	}
	q.Title, q.Help = typedText(form, "title"), typedText(form, "help")
	q.Type = questionnaire.Type(form.Get("type"))
	switch q.Type {
	case typeComputed:
		q.Type, q.Required, q.RequiredWhen = "", false, nil
		q.Unit, q.Computed = typedText(form, "unit"), readComputed(form)
	case questionnaire.Number:
		q.Unit = typedText(form, "unit")
	case questionnaire.Line, questionnaire.Prose:
		q.Max, _ = strconv.Atoi(input.Text(form.Get("max")))
	case questionnaire.Choice, questionnaire.Choices:
		q.Options = readOptions(form)
	case questionnaire.Table:
		q.Columns = readColumns(form, had.Columns)
	}
	return q
}

func readComputed(form url.Values) *questionnaire.Computed {
	k := &questionnaire.Computed{Op: questionnaire.Op(form.Get("op"))}
	for i := range lines(form, "of") {
		if of := form.Get("of." + strconv.Itoa(i)); of != "" {
			k.Of = append(k.Of, of)
		}
	}
	return k
}

// readOptions reads the choices; one that is new gets a key of its own, so that
// answers given before keep their meaning when a choice is renamed.
func readOptions(form url.Values) []questionnaire.Option {
	var out []questionnaire.Option
	for i := range lines(form, "options") {
		get := func(column string) string { return input.Text(form.Get(lineName("options", i, column))) }
		o := questionnaire.Option{Key: get("key"), Title: questionnaire.Text{}}
		for lang, column := range map[string]string{locale.Chinese: "zh", locale.English: "en"} {
			if s := get(column); s != "" {
				o.Title[lang] = s
			}
		}
		if len(o.Title) > 0 {
			out = append(out, o)
		}
	}
	for i := range out {
		if out[i].Key == "" {
			out[i].Key = questionnaire.FreshOption(out)
		}
	}
	return out
}

// readColumns reads the columns of a table; had are those of the question as it
// was.
func readColumns(form url.Values, had []questionnaire.Question) []questionnaire.Question {
	var out []questionnaire.Question
	for i := range lines(form, "columns") {
		get := func(column string) string { return input.Text(form.Get(lineName("columns", i, column))) }
		col := questionnaire.Question{Key: get("key"), Type: questionnaire.Type(get("type")), Required: get("required") == "true", Title: questionnaire.Text{}}
		for lang, column := range map[string]string{locale.Chinese: "zh", locale.English: "en"} {
			if s := get(column); s != "" {
				col.Title[lang] = s
			}
		}
		if len(col.Title) == 0 {
			continue
		}
		if at := slices.IndexFunc(had, func(q questionnaire.Question) bool { return q.Key == col.Key }); at >= 0 {
			col.Help, col.Unit, col.Max, col.Options = had[at].Help, had[at].Unit, had[at].Max, had[at].Options
		}
		col.Options = columnOptions(get("options"), col)
		if col.Type != questionnaire.Number {
			col.Unit = nil
		}
		if col.Type != questionnaire.Line && col.Type != questionnaire.Prose {
			col.Max = 0
		}
		out = append(out, col)
	}
	for i := range out {
		if out[i].Key == "" {
			out[i].Key = freshColumn(out)
		}
	}
	return out
}

func freshColumn(columns []questionnaire.Question) string {
	for n := 1; ; n++ {
		key := "c" + strconv.Itoa(n)
		if !slices.ContainsFunc(columns, func(q questionnaire.Question) bool { return q.Key == key }) {
			return key
		}
	}
}

// columnOptions are the choices of a column, typed in one line; one that was
// there keeps its key and its English.
func columnOptions(typed string, col questionnaire.Question) []questionnaire.Option {
	if col.Type != questionnaire.Choice && col.Type != questionnaire.Choices {
		return nil
	}
	var out []questionnaire.Option
	for _, title := range strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune("、,，;；|", r) }) {
		title = input.Text(title)
		at := slices.IndexFunc(col.Options, func(o questionnaire.Option) bool { return o.Title[locale.Chinese] == title })
		if at >= 0 {
			out = append(out, col.Options[at])
			continue
		}
		out = append(out, questionnaire.Option{Key: questionnaire.FreshOption(append(slices.Clone(col.Options), out...)), Title: questionnaire.Text{locale.Chinese: title}})
	}
	return out
}

// sectionPlace and questionPlace are where a piece stands in the JSON, as errors
// name it.
func sectionPlace(b questionnaire.Body, key string) string {
	i := slices.IndexFunc(b.Sections, func(s questionnaire.Section) bool { return s.Key == key })
	return "sections." + strconv.Itoa(i)
}

func questionPlace(b questionnaire.Body, name string) string {
	for i := range b.Sections {
		for j := range b.Sections[i].Questions {
			if b.Sections[i].Questions[j].Name() == name {
				return "sections." + strconv.Itoa(i) + ".questions." + strconv.Itoa(j)
			}
		}
	}
	return "sections"
}

// inputOf is the input of a form that a member of a question or a section comes
// from.
func inputOf(member string) string {
	head, rest, nested := strings.Cut(member, ".")
	switch {
	case head == "computed" && rest == "op":
		return "op"
	case head == "computed":
		return "of.0"
	case head == "shown":
		return "shown.0"
	case head == "required_when":
		return "when.0"
	case (head == "options" || head == "columns") && nested:
		number, column, _ := strings.Cut(rest, ".")
		if column == "title" || column == "key" {
			column = "zh"
		}
		return head + "." + number + "." + column
	}
	return head
}
