package survey

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/inventory"
	"qingce/survey/questionnaire"
)

// Input is what somebody hands in for a part of a form: a posted form, in which
// what is absent was not asked and is emptied, or single answers of a program.
type Input struct {
	Form url.Values
	// Only limits Form to these questions; nil is all of them.
	Only   []string
	Fields map[string]json.RawMessage
	Manner Manner
}

// taken is what could be made of an Input.
type taken struct {
	answers field.Answers
	typed   map[string][]string // of what could not be read, as it was typed
	found   []fault.Field
}

// take reads an input over the answers that stand; now is the record of the
// register that conditions may ask for, nil without one. What is not asked then
// stays as it was, whatever was sent.
func (r *reading) take(part questionnaire.Part, old map[string]string, now *inventory.System, in Input) taken {
	out := taken{answers: maps.Clone(field.Answers(old)), typed: map[string][]string{}}
	if out.answers == nil {
		out.answers = field.Answers{}
	}
	catalog := r.asked.compiled.Catalog(part)
	if in.Fields != nil {
		out.found = r.takeFields(part, out.answers, in.Fields)
	} else {
		for i := range catalog.All() {
			f := &catalog.All()[i]
			if !f.Given && (in.Only == nil || slices.Contains(in.Only, f.Key)) {
				r.takeOne(part, f, in, &out)
			}
		}
	}
	questionnaire.SetFacts(out.answers, r.owner, now)
	out.leaveUnasked(catalog, old)
	questionnaire.DropFacts(out.answers)
	return out
}

// leaveUnasked puts back what was answered before where nothing is asked.
func (t *taken) leaveUnasked(catalog *field.Catalog[field.Answers], old map[string]string) {
	unasked := map[string]bool{}
	for i := range catalog.All() {
		f := &catalog.All()[i]
		if f.Given || catalog.Asked(&t.answers, f) {
			continue
		}
		unasked[f.Key] = true
		delete(t.typed, f.Key)
		put(t.answers, f.Key, old[f.Key])
	}
	t.found = slices.DeleteFunc(t.found, func(f fault.Field) bool { return unasked[f.Name] })
}

// takeOne reads the answer to one question. What cannot be read leaves the old
// answer and is kept as it was typed.
func (r *reading) takeOne(part questionnaire.Part, f *field.Field[field.Answers], in Input, out *taken) {
	q, _ := r.asked.compiled.Question(f.Key)
	var found []fault.Field
	switch {
	case q != nil && q.Type == questionnaire.File:
		return // counted where the files are
	case q != nil && q.Type == questionnaire.Table:
		found = r.takeTable(f.Key, in.Form, out.answers)
		if fault.AnyError(found) {
			for name, v := range in.Form {
				if strings.HasPrefix(name, f.Key+".") {
					out.typed[name] = v
				}
			}
		}
	default:
		found = r.reader(r.asked.compiled.Catalog(part)).Set(&out.answers, f.Key, in.Form[f.Key])
		if fault.AnyError(found) {
			out.typed[f.Key] = in.Form[f.Key]
		}
	}
	out.found = append(out.found, found...)
}

// CellName names a cell of a table question among posted values and findings:
// x_demands.2.purpose is the purpose in the third line.
func CellName(table string, line int, column string) string {
	return table + "." + strconv.Itoa(line) + "." + column
}

// TableLines is how many lines of a table stand in a posted form; empty ones at
// the end do not count.
func TableLines(table string, form url.Values) int {
	n := 0
	for name, v := range form {
		rest, ok := strings.CutPrefix(name, table+".")
		if !ok || strings.TrimSpace(strings.Join(v, "")) == "" {
			continue
		}
		number, _, _ := strings.Cut(rest, ".")
		if i, err := strconv.Atoi(number); err == nil && i >= n && i < mostLines {
			n = i + 1
		}
	}
	return n
}

// mostLines is how many lines a table question may have.
const mostLines = 500

func (r *reading) takeTable(table string, form url.Values, answers field.Answers) []fault.Field {
	columns, ok := r.asked.compiled.Columns(table)
	if !ok {
		return nil
	}
	var found []fault.Field
	var lines []field.Answers
	for i := range TableLines(table, form) {
		line := field.Answers{}
		for _, f := range columns.All() {
			for _, one := range r.reader(columns).Set(&line, f.Key, form[CellName(table, i, f.Key)]) {
				one.Name = CellName(table, i, f.Key)
				found = append(found, one)
			}
		}
		lines = append(lines, line)
	}
	if !fault.AnyError(found) {
		put(answers, table, questionnaire.WriteTable(lines))
	}
	return found
}

func put(a field.Answers, key, v string) {
	if v == "" {
		delete(a, key)
		return
	}
	a[key] = v
}

// takeFields reads the members that a program sent; a table is a list of
// objects.
func (r *reading) takeFields(part questionnaire.Part, answers field.Answers, fields map[string]json.RawMessage) []fault.Field {
	plain := map[string]json.RawMessage{}
	var found []fault.Field
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		columns, ok := r.asked.compiled.Columns(key)
		if !ok {
			plain[key] = fields[key]
			continue
		}
		var rows []map[string]json.RawMessage
		if err := json.Unmarshal(fields[key], &rows); err != nil {
			found = append(found, fault.At(key, "survey.err.table", "field", columnsLabel(r, part, key)))
			continue
		}
		found = append(found, r.takeRows(key, columns, rows, answers)...)
	}
	return append(found, r.reader(r.asked.compiled.Catalog(part)).ReadJSON(&answers, plain)...)
}

func columnsLabel(r *reading, part questionnaire.Part, key string) fault.Label {
	return r.asked.compiled.Catalog(part).Label(key)
}

func (r *reading) takeRows(table string, columns *field.Catalog[field.Answers], rows []map[string]json.RawMessage, answers field.Answers) []fault.Field {
	var found []fault.Field
	var lines []field.Answers
	for i, row := range rows {
		line := field.Answers{}
		for _, one := range r.reader(columns).ReadJSON(&line, row) {
			one.Name = CellName(table, i, one.Name)
			found = append(found, one)
		}
		lines = append(lines, line)
	}
	if !fault.AnyError(found) {
		put(answers, table, questionnaire.WriteTable(lines))
	}
	return found
}

// checkTables says what is missing or too long in the lines of table questions.
func checkTables(c *questionnaire.Compiled, part questionnaire.Part, answers field.Answers) []fault.Field {
	var out []fault.Field
	for _, q := range c.OfPart(part) {
		columns, ok := c.Columns(q.Name())
		if !ok {
			continue
		}
		for i, line := range questionnaire.ReadTable(answers[q.Name()]) {
			for _, one := range append(columns.Missing(&line), tooLong(columns, line, nil)...) {
				one.Name = CellName(q.Name(), i, one.Name)
				out = append(out, one)
			}
		}
	}
	return out
}

// tooLong lists the answers that are longer than they may be; those that skip
// names are looked at elsewhere.
func tooLong(c *field.Catalog[field.Answers], answers field.Answers, skip func(key string) bool) []fault.Field {
	var out []fault.Field
	for i := range c.All() {
		f := &c.All()[i]
		if f.Max > 0 && len([]rune(f.Get(&answers))) > f.Max && (skip == nil || !skip(f.Key)) {
			out = append(out, fault.At(f.Key, "err.too_long", "field", c.Label(f.Key), "max", f.Max))
		}
	}
	return out
}

// greatestTyped bounds what is kept as it was typed, in bytes.
const greatestTyped = 256 << 10

// typedOf are posted values without those that are no answers, to be kept.
func typedOf(c *questionnaire.Compiled, part questionnaire.Part, form url.Values) (map[string][]string, error) {
	out := map[string][]string{}
	for i := range c.Catalog(part).All() { // of several choices none may be ticked
		if f := &c.Catalog(part).All()[i]; f.Kind == field.Multi && len(form) > 0 {
			out[f.Key] = []string{}
		}
	}
	size := 0
	for name, v := range form {
		head, _, _ := strings.Cut(name, ".")
		if _, ok := c.Catalog(part).Find(head); !ok {
			continue
		}
		out[name] = v
		for _, s := range v {
			size += len(name) + len(s)
		}
	}
	if size > greatestTyped {
		return nil, fault.New(fault.TooLarge, "survey.err.typed_size", "max", fmt.Sprint(greatestTyped>>10)+" KB")
	}
	return out, nil
}
