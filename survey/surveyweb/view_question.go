package surveyweb

import (
	"net/url"
	"strconv"

	"qingce/survey/questionnaire"
	"qingce/templates"
)

// ownInputs describe a question of the questionnaire's own.
func (e editor) ownInputs(name string, part questionnaire.Part, typed url.Values) []templates.Field {
	kind := typed.Get("type")
	if kind == "" {
		kind = string(questionnaire.Line)
	}
	out := e.texts(typed, "title", "questionnaire.question.title", e.r.T("questionnaire.question.title.help"), templates.KindText, titleLength, true)
	out = append(out, e.texts(typed, "help", "questionnaire.question.help", e.r.T("questionnaire.question.help.help"), templates.KindLongText, leadLength, false)...)
	types := templates.Field{Name: "type", Kind: templates.KindRef, Label: e.r.T("questionnaire.question.type"), Value: kind, Required: true, Width: "medium"}
	for _, t := range questionnaire.Types() {
		types.Options = append(types.Options, templates.Option{Value: string(t), Text: e.r.T(string(t.Label()))})
	}
	types.Options = append(types.Options, templates.Option{Value: typeComputed, Text: e.r.T("questionnaire.type.computed")})
	out = append(out, types)
	only := func(f templates.Field, kinds ...string) templates.Field {
		f.ShownWhen, f.Hidden = "type=", true
		for i, k := range kinds {
			if i > 0 {
				f.ShownWhen += "|"
			}
			f.ShownWhen += k
			f.Hidden = f.Hidden && k != kind
		}
		return f
	}
	for _, f := range e.texts(typed, "unit", "questionnaire.question.unit", e.r.T("questionnaire.question.unit.help"), templates.KindText, 10, false) {
		f.Width = "short"
		out = append(out, only(f, string(questionnaire.Number), typeComputed))
	}
	out = append(out,
		only(templates.Field{
			Name: "max", Kind: templates.KindCount, Label: e.r.T("questionnaire.question.max"), Help: e.r.T("questionnaire.question.max.help"), Value: typed.Get("max"), Width: "short",
		}, string(questionnaire.Line), string(questionnaire.Prose)),
		only(e.optionInputs(typed), string(questionnaire.Choice), string(questionnaire.Choices)),
		only(e.columnInputs(typed), string(questionnaire.Table)),
	)
	for _, f := range e.computedInputs(name, part, typed) {
		out = append(out, only(f, typeComputed))
	}
	return out
}

// optionInputs are the choices, a line each.
func (e editor) optionInputs(typed url.Values) templates.Field {
	out := templates.Field{
		Name: "options", Kind: templates.KindLines, Label: e.r.T("questionnaire.question.options"), Help: e.r.T("questionnaire.question.options.help"),
		Lines: &templates.Lines{}, Required: true,
	}
	for i := range lines(typed, "options") + freeLines {
		fields := []templates.Field{e.lineText(typed, "options", i, "zh", "questionnaire.line.zh"), e.lineText(typed, "options", i, "en", "questionnaire.line.en")}
		fields = append(fields, e.lineKey(typed, "options", i)...)
		out.Lines.Lines = append(out.Lines.Lines, templates.Line{Title: strconv.Itoa(i + 1), Fields: fields})
	}
	return out
}

func (e editor) lineText(typed url.Values, table string, i int, column, label string) templates.Field {
	name := lineName(table, i, column)
	return templates.Field{Name: name, Kind: templates.KindText, Label: e.r.T(label), Value: typed.Get(name), MaxLength: titleLength}
}

// lineKey carries the key of a line along, so that renaming keeps it; a new line
// has none yet.
func (e editor) lineKey(typed url.Values, table string, i int) []templates.Field {
	name := lineName(table, i, "key")
	if typed.Get(name) == "" {
		return nil
	}
	return []templates.Field{{Name: name, Kind: templates.KindText, Label: e.r.T("questionnaire.line.key"), Value: typed.Get(name), ReadOnly: true}}
}

// columnInputs are the columns of a table, a line each.
func (e editor) columnInputs(typed url.Values) templates.Field {
	out := templates.Field{
		Name: "columns", Kind: templates.KindLines, Label: e.r.T("questionnaire.question.columns"), Help: e.r.T("questionnaire.question.columns.help"),
		Lines: &templates.Lines{}, Required: true,
	}
	for i := range lines(typed, "columns") + freeLines {
		kind := templates.Field{Name: lineName("columns", i, "type"), Kind: templates.KindRef, Label: e.r.T("questionnaire.question.type"), Value: typed.Get(lineName("columns", i, "type"))}
		if kind.Value == "" {
			kind.Value = string(questionnaire.Line)
		}
		for _, t := range questionnaire.Types() {
			if t != questionnaire.Table && t != questionnaire.File {
				kind.Options = append(kind.Options, templates.Option{Value: string(t), Text: e.r.T(string(t.Label()))})
			}
		}
		must := templates.Field{Name: lineName("columns", i, "required"), Kind: templates.KindMulti, Label: e.r.T("questionnaire.question.required"), Options: []templates.Option{{
			Value: "true", Text: e.r.T("questionnaire.line.required"), Chosen: typed.Get(lineName("columns", i, "required")) == "true",
		}}}
		choices := e.lineText(typed, "columns", i, "options", "questionnaire.line.options")
		choices.MaxLength = leadLength
		fields := []templates.Field{
			e.lineText(typed, "columns", i, "zh", "questionnaire.line.zh"), e.lineText(typed, "columns", i, "en", "questionnaire.line.en"), kind,
			choices, must,
		}
		fields = append(fields, e.lineKey(typed, "columns", i)...)
		out.Lines.Lines = append(out.Lines.Lines, templates.Line{Title: strconv.Itoa(i + 1), Fields: fields})
	}
	return out
}

// computedInputs say what a value is computed from.
func (e editor) computedInputs(name string, part questionnaire.Part, typed url.Values) []templates.Field {
	op := templates.Field{Name: "op", Kind: templates.KindRef, Label: e.r.T("questionnaire.question.op"), Value: typed.Get("op"), Required: true, Width: "medium"}
	for _, o := range questionnaire.Ops() {
		op.Options = append(op.Options, templates.Option{Value: string(o), Text: e.r.T(string(o.Label()))})
	}
	var operands []templates.Option
	for _, of := range e.q.Body.Operands(part, name) {
		operands = append(operands, templates.Option{Value: of, Text: e.words.operand(of)})
	}
	out := []templates.Field{op}
	for i := range operandSlots {
		in := "of." + strconv.Itoa(i)
		out = append(out, templates.Field{
			Name: in, Kind: templates.KindRef, Label: e.r.T("questionnaire.question.of", "n", i+1), Value: typed.Get(in), Options: operands, Required: i == 0, Width: "medium",
		})
	}
	return out
}
