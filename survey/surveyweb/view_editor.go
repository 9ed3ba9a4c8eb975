package surveyweb

import (
	"errors"
	"net/url"
	"slices"
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/survey/questionnaire"
	"qingce/templates"
)

// editPage is the data of survey/edit.
type editPage struct {
	Head     templates.Head
	Errors   *templates.Errors
	Callouts []templates.Callout
	Words    templates.Form
	Sections []editSection
	AddActs  []templates.Act
	Upload   templates.Form
}

// editSection is a section with what can be done to it.
type editSection struct {
	sectionWords
	Acts      []templates.Act
	Add       []templates.Act
	Questions []editedQuestion
}

// editedQuestion is a question with what can be done to it.
type editedQuestion struct {
	questionWords
	Acts []templates.Act
}

func (e editor) page(typed url.Values, cause error) editPage {
	page := editPage{
		Head: templates.Head{
			Title: versionName(e.r.P, &e.q.Questionnaire), Code: e.q.Code, Lead: e.r.T("questionnaire.edit.lead"),
			Badges: []templates.Badge{questionnaireBadge(e.r.P, e.q.State)},
			Actions: []templates.Act{
				{Text: e.r.T("questionnaire.act.preview"), Href: e.path("preview"), Kind: templates.ActPrimary, Icon: "eye"},
				{Text: e.r.T("questionnaire.act.done"), Href: e.path(), Icon: "check"},
			},
		},
		Words: e.wordsForm(typed), Upload: e.uploadForm(),
		AddActs: []templates.Act{{Text: e.r.T("questionnaire.act.section"), Href: e.path("section"), Icon: "plus"}},
	}
	page.tell(e, cause)
	for i, s := range e.words.sections() {
		page.Sections = append(page.Sections, e.section(s, e.q.Body.Sections[i]))
	}
	return page
}

// tell puts what was wrong above the draft and at the inputs.
func (page *editPage) tell(e editor, cause error) {
	switch {
	case cause == nil:
		return
	case errors.Is(cause, store.ErrStale):
		page.Callouts = append(page.Callouts, e.stale())
		return
	}
	web.Mistakes(e.r.P, &page.Upload, onlyAt(cause, "file"))
	web.Mistakes(e.r.P, &page.Words, onlyAt(cause, "title", "lead", "note"))
	page.Errors, page.Words.Errors, page.Upload.Errors = &templates.Errors{}, nil, nil
	for _, f := range fault.FieldsOf(cause) {
		page.Errors.Items = append(page.Errors.Items, templates.ErrorItem{Text: e.r.P.Field(f)})
	}
}

// onlyAt is an error with its fields of these names only, nil without any.
func onlyAt(err error, names ...string) error {
	var found []fault.Field
	for _, f := range fault.FieldsOf(err) {
		if slices.Contains(names, f.Name) {
			found = append(found, f)
		}
	}
	return fault.Refuse(found)
}

func (e editor) stale() templates.Callout {
	return templates.Callout{
		Kind: "warning", Title: e.r.T("questionnaire.stale", "name", e.q.UpdatedName, "at", e.q.UpdatedAt), Text: e.r.T("questionnaire.stale.text"),
	}
}

func (e editor) version() templates.Pair {
	return templates.Pair{Name: "version", Value: strconv.FormatInt(e.q.Version, 10)}
}

// section is a section with its buttons.
func (e editor) section(w sectionWords, s questionnaire.Section) editSection {
	key := templates.Pair{Name: "section", Value: s.Key}
	out := editSection{sectionWords: w}
	out.Acts = append(e.moves(key, w.Title), templates.Act{
		Text: e.r.T("questionnaire.act.change"), Href: templates.WithQuery(e.path("section"), "section", s.Key), Kind: templates.ActQuiet, Icon: "edit",
	})
	out.Acts = append(out.Acts, e.removal(key, e.r.T("questionnaire.remove.section", "title", w.Title, "n", len(s.Questions))))
	address := templates.WithQuery(e.path("question"), "section", s.Key)
	if s.Of == questionnaire.OfSystem {
		out.Add = append(out.Add, templates.Act{Text: e.r.T("questionnaire.act.field"), Href: templates.WithQuery(address, "kind", kindField), Icon: "plus"})
	}
	out.Add = append(out.Add, templates.Act{Text: e.r.T("questionnaire.act.own"), Href: templates.WithQuery(address, "kind", kindOwn), Icon: "plus"})
	for _, q := range w.Questions {
		name := templates.Pair{Name: "question", Value: q.Name}
		acts := append(e.moves(name, q.Label), templates.Act{
			Text: e.r.T("questionnaire.act.change"), Href: templates.WithQuery(e.path("question"), "question", q.Name), Kind: templates.ActQuiet, Icon: "edit",
		}, e.removal(name, e.r.T("questionnaire.remove.question", "title", q.Label)))
		out.Questions = append(out.Questions, editedQuestion{q, acts})
	}
	return out
}

// moves are the buttons that move a piece up and down.
func (e editor) moves(piece templates.Pair, title string) []templates.Act {
	var out []templates.Act
	for _, m := range []struct{ word, by string }{{"up", "-1"}, {"down", "1"}} {
		out = append(out, templates.Act{
			Text: e.r.T("questionnaire.act." + m.word), Kind: templates.ActQuiet, Post: e.path("move"),
			Hidden: []templates.Pair{piece, {Name: "by", Value: m.by}, e.version()},
		})
	}
	return out
}

func (e editor) removal(piece templates.Pair, confirm string) templates.Act {
	return templates.Act{
		Text: e.r.T("questionnaire.act.remove"), Kind: templates.ActQuiet, Icon: "trash", Post: e.path("remove"), Confirm: confirm,
		Hidden: []templates.Pair{piece, e.version()},
	}
}

// texts are the inputs of a text in both languages.
func (e editor) texts(typed url.Values, name, label, help, kind string, limit int, must bool) []templates.Field {
	return []templates.Field{
		{Name: name, Kind: kind, Label: e.r.T(label), Help: help, Value: typed.Get(name), Required: must, MaxLength: limit},
		{Name: name + ".en", Kind: kind, Label: e.r.T("questionnaire.in_english", "label", fault.Label(label)), Value: typed.Get(name + ".en"), MaxLength: limit},
	}
}

// Lengths of texts in the editor, as the check of a body has them.
const (
	titleLength = 100
	leadLength  = 1000
	noteLength  = 500
)

func (e editor) wordsForm(typed url.Values) templates.Form {
	if typed == nil {
		typed = url.Values{"note": {e.q.Note}}
		putText(typed, "title", e.q.Body.Title)
		putText(typed, "lead", e.q.Body.Lead)
	}
	fields := e.texts(typed, "title", "questionnaire.title", "", templates.KindText, titleLength, true)
	fields = append(fields, e.texts(typed, "lead", "questionnaire.lead", e.r.T("questionnaire.lead.help"), templates.KindLongText, leadLength, false)...)
	fields = append(fields, templates.Field{
		Name: "note", Kind: templates.KindText, Label: e.r.T("survey.questionnaire.note"), Help: e.r.T("questionnaire.note.help"), Value: typed.Get("note"), MaxLength: noteLength,
	})
	return templates.Form{
		ID: "words", Action: e.path(), Hidden: []templates.Pair{e.version()},
		Sections: []templates.Section{{ID: "s-words", Title: e.r.T("questionnaire.words"), Fields: fields}},
		Acts:     []templates.Act{{Text: e.r.T("questionnaire.act.save"), Kind: templates.ActPrimary, Icon: "check"}},
	}
}

func (e editor) uploadForm() templates.Form {
	return templates.Form{
		ID: "upload", Action: e.path("upload"), Upload: true, Hidden: []templates.Pair{e.version()},
		Sections: []templates.Section{{ID: "s-upload", Title: e.r.T("questionnaire.upload"), Lead: e.r.T("questionnaire.upload.lead"), Fields: []templates.Field{{
			Name: "file", Kind: templates.KindFile, Label: e.r.T("questionnaire.new.file"), Accept: ".json", MaxBytes: mostQuestionnaire, Required: true,
		}}}},
		Acts: []templates.Act{{Text: e.r.T("questionnaire.act.upload"), Icon: "upload", Confirm: e.r.T("questionnaire.act.upload.confirm")}},
	}
}

// sectionView is the form of a section.
func (e editor) sectionView(key string, typed url.Values, cause error) web.View {
	title := e.r.T("questionnaire.section.new")
	if key != "" {
		title = e.r.T("questionnaire.section.edit")
	}
	var parts []templates.Option
	for _, part := range []questionnaire.Part{questionnaire.OfSystem, questionnaire.OfDepartment} {
		parts = append(parts, templates.Option{Value: string(part), Text: e.r.T("questionnaire.part." + string(part))})
	}
	fields := []templates.Field{{Name: "of", Kind: templates.KindEnum, Label: e.r.T("questionnaire.section.of"), Value: typed.Get("of"), Options: parts, Required: true}}
	fields = append(fields, e.texts(typed, "title", "questionnaire.section.title", e.r.T("questionnaire.section.title.help"), templates.KindText, titleLength, true)...)
	fields = append(fields, e.texts(typed, "lead", "questionnaire.section.lead", "", templates.KindLongText, leadLength, false)...)
	hidden := []templates.Pair{e.version(), {Name: "section", Value: key}}
	return e.formView(title, e.path("section"), hidden, fields, cause)
}

// formView is a page with the form of one piece.
func (e editor) formView(title, action string, hidden []templates.Pair, fields []templates.Field, cause error) web.View {
	form := templates.Form{
		Action: action, Guard: true, Hidden: hidden, Sections: []templates.Section{{ID: "s-piece", Fields: fields}},
		Acts: []templates.Act{
			{Text: e.r.T("questionnaire.act.save"), Kind: templates.ActPrimary, Icon: "check"},
			{Text: e.r.T("survey.act.cancel"), Href: e.path("edit"), Kind: templates.ActQuiet},
		},
	}
	if errors.Is(cause, store.ErrStale) {
		form.Callouts = append(form.Callouts, e.stale())
	} else {
		web.Mistakes(e.r.P, &form, cause)
		atLines(e, &form, cause)
	}
	return web.View{Template: "survey/form", Title: title, Crumbs: e.crumbs(title), Data: formPage{Head: templates.Head{Title: title}, Form: form}, Err: cause}
}

// atLines puts errors at the inputs of small tables.
func atLines(e editor, form *templates.Form, cause error) {
	for _, f := range fault.FieldsOf(cause) {
		for i := range form.Sections {
			for _, field := range form.Sections[i].Fields {
				if field.Lines == nil {
					continue
				}
				for _, line := range field.Lines.Lines {
					for k := range line.Fields {
						if line.Fields[k].Name == f.Name {
							line.Fields[k].Error = e.r.P.Field(f)
						}
					}
				}
			}
		}
	}
}

// questionView is the form of a question.
func (e editor) questionView(name string, typed url.Values, cause error) web.View {
	kind, title := typed.Get("kind"), "questionnaire.question.own"
	if kind != kindField {
		kind = kindOwn
	}
	section, ok := e.q.Body.FindSection(typed.Get("section"))
	if !ok && len(e.q.Body.Sections) > 0 {
		section = e.q.Body.Sections[0]
	}
	var fields []templates.Field
	if kind == kindField {
		title = "questionnaire.question.field"
		fields = e.registerInputs(name, typed)
	} else {
		fields = e.ownInputs(name, section.Of, typed)
	}
	fields = append([]templates.Field{e.sectionInput(section)}, fields...)
	fields = append(fields, e.conditionInputs(name, section, typed, kind)...)
	hidden := []templates.Pair{e.version(), {Name: "question", Value: name}, {Name: "kind", Value: kind}}
	return e.formView(e.r.T(title), e.path("question"), hidden, fields, cause)
}

// sectionInput says where the question stands: any section of the same part.
func (e editor) sectionInput(section questionnaire.Section) templates.Field {
	out := templates.Field{Name: "section", Kind: templates.KindRef, Label: e.r.T("questionnaire.question.section"), Value: section.Key, Required: true, Width: "medium"}
	for i := range e.q.Body.Sections {
		if s := &e.q.Body.Sections[i]; s.Of == section.Of {
			out.Options = append(out.Options, templates.Option{Value: s.Key, Text: strconv.Itoa(i+1) + " " + e.words.sectionTitle(s)})
		}
	}
	return out
}

// registerInputs choose a field of the register that is not asked yet.
func (e editor) registerInputs(name string, typed url.Values) []templates.Field {
	out := templates.Field{
		Name: "field", Kind: templates.KindRef, Label: e.r.T("questionnaire.question.register"), Help: e.r.T("questionnaire.question.register.help"),
		Value: typed.Get("field"), Required: true, Width: "medium",
	}
	for _, key := range questionnaire.RegisterFields() {
		if _, _, asked := e.q.Body.Find(key); !asked || key == name {
			out.Options = append(out.Options, templates.Option{Value: key, Text: e.r.T("system." + key)})
		}
	}
	return []templates.Field{out}
}

// conditionInputs ask whether and when a question must be answered and is asked
// at all.
func (e editor) conditionInputs(name string, section questionnaire.Section, typed url.Values, kind string) []templates.Field {
	answerable := ""
	if kind == kindOwn {
		answerable = "type=" + joinTypes(questionnaire.Types())
	}
	required := templates.Field{
		Name: "required", Kind: templates.KindMulti, Label: e.r.T("questionnaire.question.required"), ShownWhen: answerable, Hidden: answerable != "" && typed.Get("type") == typeComputed,
		Options: []templates.Option{{Value: "true", Text: e.r.T("questionnaire.question.required.tick"), Chosen: typed.Get("required") == "true"}},
	}
	if kind == kindField {
		required.Help = e.r.T("questionnaire.question.required.register")
	}
	options := e.caseOptions(name, section)
	out := []templates.Field{required}
	whens, showns := slots(typed, "when"), slots(typed, "shown")
	for i := range whens {
		in := "when." + strconv.Itoa(i)
		out = append(out, templates.Field{
			Name: in, Kind: templates.KindRef, Label: e.r.T("questionnaire.question.when", "n", i+1), Value: typed.Get(in), Options: options, Width: "medium",
			ShownWhen: answerable, Hidden: required.Hidden,
		})
	}
	for i := range showns {
		in := "shown." + strconv.Itoa(i)
		out = append(out, templates.Field{
			Name: in, Kind: templates.KindRef, Label: e.r.T("questionnaire.question.shown", "n", i+1), Value: typed.Get(in), Options: options, Width: "medium",
		})
	}
	out[1].Help, out[1+whens].Help = e.r.T("questionnaire.question.when.help"), e.r.T("questionnaire.question.shown.help")
	return out
}

// slots is how many conditions a form offers: those that are chosen, and some
// more.
func slots(typed url.Values, name string) int {
	n := 0
	for i := range lines(typed, name) {
		if typed.Get(name+"."+strconv.Itoa(i)) != "" {
			n = i + 1
		}
	}
	return min(n+freeSlots, mostSlots)
}

func joinTypes(types []questionnaire.Type) string {
	out := ""
	for i, t := range types {
		if i > 0 {
			out += "|"
		}
		out += string(t)
	}
	return out
}

// caseOptions are the conditions that can be chosen: facts, and answers to what
// is asked before.
func (e editor) caseOptions(name string, section questionnaire.Section) []templates.Option {
	var out []templates.Option
	add := func(key string, values []string) {
		for _, v := range values {
			text := e.words.condition(section.Of, field.When(key, v))
			out = append(out, templates.Option{Value: key + "=" + v, Text: text})
		}
	}
	for _, f := range questionnaire.FactsOf(section.Of) {
		add(f.Key, f.Options)
	}
	for i := range e.q.Body.Sections {
		s := &e.q.Body.Sections[i]
		for j := range s.Questions {
			q := &s.Questions[j]
			if q.Name() == name {
				return out
			}
			if s.Of == section.Of {
				add(q.Name(), q.Choices())
			}
		}
		if name == "" && s.Key == section.Key {
			return out
		}
	}
	return out
}
