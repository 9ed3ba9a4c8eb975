package surveyweb

import (
	"errors"
	"net/url"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/survey/questionnaire"
	"qingce/templates"
)

// The editor changes a draft piece by piece: each form is about one section or
// one question, and each save is one change of the whole body.
func (d *desk) mountEditor(write *web.Group) {
	const at = "/questionnaires/:code/:number"
	web.Get(write, at+"/edit", d.editQuestionnaire)
	web.Post(write, at, d.saveWords)
	web.Post(write, at+"/upload", d.uploadQuestionnaire)
	web.Post(write, at+"/move", d.movePiece)
	web.Post(write, at+"/remove", d.removePiece)
	web.Get(write, at+"/section", d.editSection)
	web.Post(write, at+"/section", d.saveSection)
	web.Get(write, at+"/question", d.editQuestion)
	web.Post(write, at+"/question", d.saveQuestion)
}

// draft reads a version that can still be changed.
func (d *desk) draft(r *web.Request, in versionIn) (survey.QuestionnaireLine, error) {
	q, err := d.findVersion(r, in)
	if err == nil && q.State != survey.QuestionnaireDraft {
		err = survey.ErrPublished
	}
	return q, err
}

// editor is what the pages of the editor share.
type editor struct {
	r     *web.Request
	q     survey.QuestionnaireLine
	words *wording
}

func (d *desk) editor(r *web.Request, in versionIn) (editor, error) {
	q, err := d.draft(r, in)
	if err != nil {
		return editor{}, err
	}
	w, err := newWording(r.P, q.Body)
	return editor{r, q, w}, err
}

func (e editor) path(more ...string) string { return questionnairePath(e.q.Code, e.q.Number, more...) }

func (e editor) crumbs(here string) []templates.Crumb {
	name := versionName(e.r.P, &e.q.Questionnaire)
	edit := templates.Crumb{Text: e.r.T("questionnaire.edit"), Href: e.path("edit")}
	if here == "" {
		edit.Href = ""
		return questionnaireCrumbs(e.r.P, templates.Crumb{Text: name, Href: e.path()}, edit)
	}
	return questionnaireCrumbs(e.r.P, templates.Crumb{Text: name, Href: e.path()}, edit, crumb(here))
}

// editQuestionnaire shows the whole draft with what can be done to each piece.
func (d *desk) editQuestionnaire(r *web.Request, in versionIn) (web.Response, error) {
	e, err := d.editor(r, in)
	if err != nil {
		return nil, err
	}
	return e.view(nil, nil), nil
}

func (e editor) view(typed url.Values, cause error) web.View {
	return web.View{Template: "survey/edit", Title: e.r.T("questionnaire.edit"), Crumbs: e.crumbs(""), Data: e.page(typed, cause), Err: cause}
}

// change saves a changed body over the version that the person has seen.
func (d *desk) change(r *web.Request, q survey.QuestionnaireLine, version int64, body questionnaire.Body) error {
	_, err := d.Surveys.SaveQuestionnaire(r.Ctx, r.By, q.Code, q.Number, version, body, q.Note)
	return err
}

type wordsIn struct {
	Code    string `uri:"code"`
	Number  int    `uri:"number"`
	Version int64  `form:"version"`
	Note    string `form:"note"`
}

// saveWords saves the title, the lead and the note of a draft.
func (d *desk) saveWords(r *web.Request, in wordsIn) (web.Response, error) {
	e, err := d.editor(r, versionIn{in.Code, in.Number})
	if err != nil {
		return nil, err
	}
	body := e.q.Body
	body.Title, body.Lead = typedText(r.Form, "title"), typedText(r.Form, "lead")
	_, err = d.Surveys.SaveQuestionnaire(r.Ctx, r.By, in.Code, in.Number, in.Version, body, in.Note)
	if formComesBack(err) {
		return e.view(r.Form, err), nil
	}
	return e.done("questionnaire.saved", err)
}

// formComesBack tells whether an error is for the form that was sent.
func formComesBack(err error) bool {
	return fault.KindOf(err) == fault.Invalid || errors.Is(err, store.ErrStale)
}

// done leads back to the draft.
func (e editor) done(said string, err error) (web.Response, error) {
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: e.path("edit"), Said: web.Said(e.r.T(said))}, nil
}

// uploadQuestionnaire puts a file in the place of a draft.
func (d *desk) uploadQuestionnaire(r *web.Request, in questionnaireActIn) (web.Response, error) {
	e, err := d.editor(r, in.of())
	if err != nil {
		return nil, err
	}
	file, err := r.Upload("file", mostQuestionnaire)
	if err == nil {
		var body questionnaire.Body
		if body, err = questionnaire.Parse(file.Data); err == nil {
			err = d.change(r, e.q, in.Version, body)
		} else {
			err = atField("file", err)
		}
	}
	if formComesBack(err) {
		return e.view(nil, err), nil
	}
	return e.done("questionnaire.uploaded", err)
}

// pieceIn names a section or a question of a draft.
type pieceIn struct {
	Code     string `uri:"code"`
	Number   int    `uri:"number"`
	Version  int64  `form:"version"`
	Section  string `form:"section"`
	Question string `form:"question"`
	By       int    `form:"by"`
	Kind     string `form:"kind"`
	Of       string `form:"of"`
}

func (in pieceIn) of() versionIn { return versionIn{in.Code, in.Number} }

func (d *desk) movePiece(r *web.Request, in pieceIn) (web.Response, error) {
	return d.alter(r, in, "questionnaire.moved", func(b questionnaire.Body) (questionnaire.Body, error) {
		if in.Question != "" {
			return b.MoveQuestion(in.Question, in.By)
		}
		return b.MoveSection(in.Section, in.By)
	})
}

func (d *desk) removePiece(r *web.Request, in pieceIn) (web.Response, error) {
	return d.alter(r, in, "questionnaire.removed", func(b questionnaire.Body) (questionnaire.Body, error) {
		if in.Question != "" {
			return b.RemoveQuestion(in.Question)
		}
		return b.RemoveSection(in.Section)
	})
}

// alter changes a draft by a button; what the change would break is said above
// the draft, which stays as it was.
func (d *desk) alter(r *web.Request, in pieceIn, said string, change func(questionnaire.Body) (questionnaire.Body, error)) (web.Response, error) {
	e, err := d.editor(r, in.of())
	if err != nil {
		return nil, err
	}
	body, err := change(e.q.Body)
	if err == nil {
		err = d.change(r, e.q, in.Version, body)
	}
	if formComesBack(err) {
		return e.view(nil, err), nil
	}
	return e.done(said, err)
}

// editSection shows the form of a section, an empty one without a key.
func (d *desk) editSection(r *web.Request, in pieceIn) (web.Response, error) {
	e, err := d.editor(r, in.of())
	if err != nil {
		return nil, err
	}
	typed := url.Values{"of": {string(questionnaire.OfSystem)}}
	if in.Section != "" {
		s, ok := e.q.Body.FindSection(in.Section)
		if !ok {
			return nil, fault.New(fault.NotFound, "err.not_found")
		}
		typed = sectionValues(s)
	}
	return e.sectionView(in.Section, typed, nil), nil
}

func (d *desk) saveSection(r *web.Request, in pieceIn) (web.Response, error) {
	e, err := d.editor(r, in.of())
	if err != nil {
		return nil, err
	}
	body := e.q.Body
	s := questionnaire.Section{
		Key: in.Section, Of: questionnaire.Part(in.Of), Title: typedText(r.Form, "title"), Lead: typedText(r.Form, "lead"), Questions: []questionnaire.Question{},
	}
	if in.Section == "" {
		s.Key = body.FreshKey("s")
	}
	if body, err = body.PutSection(in.Section, s); err == nil {
		err = d.change(r, e.q, in.Version, body)
	}
	if formComesBack(err) {
		return e.sectionView(in.Section, r.Form, inPiece(err, sectionPlace(body, s.Key))), nil
	}
	return e.done("questionnaire.saved", err)
}

// editQuestion shows the form of a question, an empty one without a name.
func (d *desk) editQuestion(r *web.Request, in pieceIn) (web.Response, error) {
	e, err := d.editor(r, in.of())
	if err != nil {
		return nil, err
	}
	typed := url.Values{"section": {in.Section}, "kind": {in.Kind}}
	if in.Question != "" {
		s, q, ok := e.q.Body.Find(in.Question)
		if !ok {
			return nil, fault.New(fault.NotFound, "err.not_found")
		}
		typed = questionValues(s, q)
	}
	return e.questionView(in.Question, typed, nil), nil
}

func (d *desk) saveQuestion(r *web.Request, in pieceIn) (web.Response, error) {
	e, err := d.editor(r, in.of())
	if err != nil {
		return nil, err
	}
	body := e.q.Body
	_, old, _ := body.Find(in.Question)
	q := readQuestion(r.Form, body, old)
	if body, err = body.PutQuestion(in.Section, in.Question, q); err == nil {
		err = d.change(r, e.q, in.Version, body)
	}
	if formComesBack(err) {
		return e.questionView(in.Question, r.Form, inPiece(err, questionPlace(body, q.Name()))), nil
	}
	return e.done("questionnaire.saved", err)
}

// inPiece names the errors of a piece as its form does; those of other pieces
// keep their place, and stand above the form.
func inPiece(err error, place string) error {
	f, ok := asFault(err)
	if !ok || len(f.Fields) == 0 {
		return err
	}
	out := *f
	out.Fields = nil
	for _, field := range f.Fields {
		if name, inside := strings.CutPrefix(field.Name, place+"."); inside {
			field.Name = inputOf(name)
		}
		out.Fields = append(out.Fields, field)
	}
	return &out
}
