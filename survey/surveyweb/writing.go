package surveyweb

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"time"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/survey"
	"qingce/survey/questionnaire"
	"qingce/templates"
)

// writing is a part of a form in which somebody is writing: about a system
// (rowForm), or about the body as a whole (bodyForm).
type writing struct {
	paperView
	part   questionnaire.Part
	stands standing
	// answers lists what can be written, for comparing two versions.
	answers *field.Catalog[field.Answers]
	version int64             // that the page began with
	base    map[string]string // what was saved then
	now     *inventory.System // the record of the register, nil without one
	record  field.Answers     // what conditions are judged by
	typed   url.Values
	found   []fault.Field
	err     error
	kept    bool // it was saved, with mistakes
	files   []evidence.Item
	said    []survey.Comment // about it, that are open

	// Of a conflict: what was saved meanwhile, or is being typed elsewhere.
	merge  *fieldweb.Merge[field.Answers]
	theirs map[string]string
}

// standing is how a part of a form stands in the database.
type standing struct {
	version int64
	saved   map[string]string
	typed   map[string][]string // and not saved
	draft   map[string]string   // saved, with what is typed as far as it can be read
	by      auth.AccountID
	name    string
	at      time.Time
}

// stand takes over how the part stands.
func (w *writing) stand(s standing) { w.stands, w.version, w.base = s, s.version, s.saved }

// judgedBy takes answers to judge conditions by, with the facts of the register.
func (w *writing) judgedBy(answers map[string]string) {
	w.record = maps.Clone(field.Answers(answers))
	if w.record == nil {
		w.record = field.Answers{}
	}
	questionnaire.SetFacts(w.record, w.paper.Owner, w.now)
}

// partSave is what a page of a part sends besides its fields.
type partSave struct {
	Version    int64  `form:"version"`
	Base       string `form:"base"`
	Theirs     string `form:"theirs"`
	Page       string `form:"page"`
	LineAdd    string `form:"line.add"`
	LineRemove string `form:"line.remove"`
	Reply      int64  `form:"reply"`
}

// partForm is what the two parts do in ways of their own.
type partForm interface {
	writes() *writing
	// reread brings the part up to date; what was typed stays.
	reread(d *desk, r *web.Request) error
	// save saves what was typed over a version.
	save(d *desk, r *web.Request, version int64) ([]fault.Field, error)
	// read reads an input over answers and keeps nothing.
	read(d *desk, r *web.Request, over map[string]string, in survey.Input) (map[string]string, []fault.Field, error)
	view() web.View
}

func (w *writing) writes() *writing { return w }

// took takes over what a page sent.
func (w *writing) took(r *web.Request, in partSave) {
	w.typed, w.base, w.version = r.Form, answersIn(in.Base), in.Version
}

// savePart saves what a page sends. Where two people, or two pages of one person,
// changed the same the answer shows both versions; otherwise it is nil, and what
// was found in the answers is for the caller to say.
func (d *desk) savePart(r *web.Request, f partForm, in partSave) (web.Response, []fault.Field, error) {
	w := f.writes()
	w.took(r, in)
	if open := w.chosen(in); len(open) > 0 {
		answer, err := d.conflict(r, f, answersIn(in.Theirs), fault.Refuse(open))
		return answer, nil, err
	}
	found, err := f.save(d, r, w.over(in))
	if errors.Is(err, store.ErrStale) { // perhaps only by what the page itself saves while the button is pressed
		if err := f.reread(d, r); err != nil {
			return nil, nil, err
		}
		found, err = f.save(d, r, w.over(in))
	}
	if errors.Is(err, store.ErrStale) {
		if in.Theirs != "" {
			w.base = answersIn(in.Theirs)
		}
		answer, err := d.conflict(r, f, w.stands.draft, err)
		return answer, nil, err
	}
	return nil, found, err
}

// stay keeps what is typed on a page that goes on being written: as a draft when
// autosave takes it, on the page itself when something is wrong or two versions
// meet. The answer is nil when the page can be shown anew.
func (d *desk) stay(r *web.Request, f partForm, in partSave, found []fault.Field, autosave func(version int64) error) (web.Response, error) {
	w := f.writes()
	w.took(r, in)
	if in.Theirs != "" {
		w.chosen(in)
		return d.conflict(r, f, answersIn(in.Theirs), fault.Refuse(found))
	}
	if len(found) > 0 {
		mine, _, err := f.read(d, r, w.base, survey.Input{Form: w.typed})
		if err != nil {
			return nil, err
		}
		w.judgedBy(mine)
		w.found, w.err = found, fault.Refuse(found)
		return f.view(), nil
	}
	err := autosave(w.over(in))
	if !errors.Is(err, store.ErrStale) {
		return nil, err
	}
	if err := f.reread(d, r); err != nil {
		return nil, err
	}
	return d.conflict(r, f, w.stands.draft, store.ErrStale)
}

// chosen puts the versions that were chosen into what was typed; the findings are
// choices that nobody has made.
func (w *writing) chosen(in partSave) []fault.Field {
	if in.Theirs == "" {
		return nil
	}
	w.merge = w.newMerge()
	w.merge.Picks = fieldweb.ReadPicks(w.typed)
	theirs := field.Answers(answersIn(in.Theirs))
	w.merge.ApplyPicks(&theirs)
	return w.merge.Unsettled()
}

func (w *writing) newMerge() *fieldweb.Merge[field.Answers] {
	return &fieldweb.Merge[field.Answers]{Catalog: w.answers, Writer: w.writer(), Typed: w.typed}
}

// over is the version to save over. What the page itself kept while the button
// was pressed is no other change, and where somebody saved the very same answers
// there is nothing to choose from. What is being typed on another page is another
// change, also by the same person.
func (w *writing) over(in partSave) int64 {
	s := w.stands
	harmless := len(s.typed) == 0 || survey.TypedOn(s.typed, w.by.AccountID, in.Page)
	if s.version > in.Version && harmless && maps.Equal(s.saved, w.base) {
		return s.version
	}
	return in.Version
}

// other names who changed the part meanwhile.
func (w *writing) other() string {
	if w.stands.by == w.by.AccountID {
		return w.p.T("form.other_window")
	}
	return w.stands.name
}

// meanwhile tells the script, and so the person who types, whose change keeps the
// draft from being saved.
func (w *writing) meanwhile() web.Response {
	return web.JSON{Body: autosaved{Message: w.p.T("form.row.meanwhile", "name", w.other())}}
}

// conflict shows both versions side by side.
func (d *desk) conflict(r *web.Request, f partForm, present map[string]string, cause error) (web.Response, error) {
	w := f.writes()
	mine, found, err := f.read(d, r, w.base, survey.Input{Form: w.typed})
	if err != nil {
		return nil, err
	}
	if w.refs, err = d.refs(r.Ctx, r.By, w.paper.Ask, w.base, mine, present); err != nil {
		return nil, err
	}
	var picks map[string]string
	if w.merge != nil && !errors.Is(cause, store.ErrStale) {
		picks = w.merge.Picks
	}
	w.merge = w.newMerge()
	w.merge.Picks, w.merge.Found = picks, found
	w.merge.By, w.merge.At = w.other(), r.P.Time(w.stands.at)
	base, own, theirs := field.Answers(w.base), field.Answers(mine), field.Answers(present)
	w.merge.Compare(&base, &own, &theirs)
	w.theirs = present
	if errors.Is(cause, store.ErrStale) {
		w.version = w.stands.version
	}
	w.judgedBy(own)
	w.err, w.found = cause, append(fault.FieldsOf(cause), fieldweb.OnlyErrors(found)...)
	return f.view(), nil
}

// hidden is what the page sends along: what it began with, and which page it is.
func (w *writing) hidden() []templates.Pair {
	out := []templates.Pair{
		{Name: "version", Value: versionText(w.version)}, {Name: "base", Value: answersText(w.base)}, {Name: survey.PageField, Value: rand.Text()},
	}
	out = append(out, factPairs(w.record, w.part)...)
	if w.merge.Open() {
		out = append(out, templates.Pair{Name: "theirs", Value: answersText(w.theirs)})
		out = append(out, w.merge.Hidden()...)
	}
	return out
}

// finish puts into the form what both parts have: errors, what comes along, what
// is said about answers that are not on it.
func (w *writing) finish(out *templates.Form) {
	out.Hidden, out.Progress, out.Guard, out.Default = w.hidden(), true, true, out.Acts[0].Text
	if len(w.stands.typed) > 0 && w.err == nil {
		out.SavedAt = w.p.Clock(w.stands.at)
	}
	if said := w.elsewhere(out.Sections); len(said) > 0 {
		s := templates.Section{ID: "s-said", Title: w.p.T("form.remarks.here"), Threads: said}
		for _, t := range said {
			if t.Reply != nil && t.Reply.Field.Error != "" {
				s.Errors++
			}
		}
		out.Sections = append([]templates.Section{s}, out.Sections...)
	}
	out.Errors = fieldweb.ErrorSummary(w.p, w.found, fieldNames(out.Sections)...)
	if w.kept && out.Errors != nil {
		out.Errors.Title = w.p.T("form.row.kept")
	}
}

// notices say that two versions meet, or that a draft came back.
func (w *writing) notices() []templates.Callout {
	if w.merge.Open() {
		return []templates.Callout{w.merge.Callout()}
	}
	if len(w.stands.typed) > 0 && w.err == nil {
		return []templates.Callout{{
			Kind: "info", Title: w.p.T("form.row.typed", "name", w.stands.name, "at", w.stands.at), Text: w.p.T("form.row.typed.text"),
		}}
	}
	return nil
}

// answersIn are answers that a page sends along to know what it began with.
func answersIn(raw string) map[string]string {
	var out map[string]string
	if json.Unmarshal([]byte(raw), &out) != nil {
		return map[string]string{}
	}
	return out
}

func answersText(answers map[string]string) string {
	raw, err := json.Marshal(answers)
	if err != nil { // texts by text are always written
		return ""
	}
	return string(raw)
}
