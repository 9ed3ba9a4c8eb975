package surveyweb

import (
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/survey/questionnaire"
	"qingce/templates"
)

// rowIn names a row of a form.
type rowIn struct {
	formIn
	Row int64 `uri:"row"`
}

func (in rowIn) id() survey.RowID { return survey.RowID(in.Row) }

func (in rowIn) rowPath(more ...string) string {
	return in.path(append([]string{"rows", rowText(in.id())}, more...)...)
}

// showRow shows a system of a form: to be filled in by those who may, to be read
// by the others.
func (d *desk) showRow(r *web.Request, in rowIn) (web.Response, error) {
	f, err := d.rowForm(r, in)
	if err != nil {
		return nil, err
	}
	if f.v.Open() != nil || !f.v.Row.Stands() {
		return web.View{Template: "survey/paper_facts", Title: f.title(), Crumbs: f.crumbs(), Data: f.facts()}, nil
	}
	f.found = f.v.Unread
	if f.v.Form.State == survey.FormReturned || f.v.Row.Errors > 0 && f.v.Row.Decision != survey.Pending && len(f.v.Row.Typed) == 0 {
		f.found = append(f.found, f.v.Found...) // what was saved with mistakes opens at them
	}
	f.typed = d.rowValues(f)
	return f.view(), nil
}

// rowForm reads a row and what its page needs.
func (d *desk) rowForm(r *web.Request, in rowIn) (*rowForm, error) {
	v, err := d.Surveys.FindRow(r.Ctx, r.By, in.key(), in.id())
	if err != nil {
		return nil, err
	}
	n, err := d.refs(r.Ctx, r.By, v.Ask, v.Row.Body, v.Draft, v.Last)
	if err != nil {
		return nil, err
	}
	files, err := d.filesOf(r, survey.RowFiles(v.Row.ID, v.Owner.ID))
	if err != nil {
		return nil, err
	}
	f := &rowForm{paperView: d.paperView(r, v.Paper, n), v: v, base: v.Row.Body, files: files}
	f.record = maps.Clone(field.Answers(v.Draft))
	questionnaire.SetFacts(f.record, v.Owner, v.Now)
	return f, nil
}

// rowValues are the answers as the page sends them, with what was typed and not
// saved in their place.
func (d *desk) rowValues(f *rowForm) url.Values {
	return typedOver(f.writer(), f.v.Ask, questionnaire.OfSystem, f.v.Row.Body, f.v.Row.Typed)
}

// typedOver writes answers as a form sends them; those that stand in over are as
// they were typed.
func typedOver(w fieldweb.Writer, ask *questionnaire.Compiled, part questionnaire.Part, body map[string]string, over map[string][]string) url.Values {
	out := url.Values{}
	names := w.Names.In(fieldweb.ForTyping)
	a := field.Answers(body)
	for i := range ask.Catalog(part).All() {
		f := &ask.Catalog(part).All()[i]
		v := f.Get(&a)
		if columns, ok := ask.Columns(f.Key); ok {
			for n, line := range questionnaire.ReadTable(v) {
				for j := range columns.All() {
					c := &columns.All()[j]
					out.Set(survey.CellName(f.Key, n, c.Key), c.Typed(names, c.Get(&line)))
				}
			}
			continue
		}
		out[f.Key] = []string{f.Typed(names, v)}
		if f.Kind == field.Multi {
			out[f.Key] = field.ParseList(v)
		}
	}
	for name := range over { // the lines of a table come whole
		if table, _, ok := strings.Cut(name, "."); ok {
			maps.DeleteFunc(out, func(k string, _ []string) bool { return strings.HasPrefix(k, table+".") })
		}
	}
	maps.Copy(out, over)
	return out
}

type rowSave struct {
	rowIn
	Version    int64  `form:"version"`
	Base       string `form:"base"`
	Theirs     string `form:"theirs"`
	Next       bool   `form:"next"`
	LineAdd    string `form:"line.add"`
	LineRemove string `form:"line.remove"`
}

// saveRow saves what was typed into the form of a system.
func (d *desk) saveRow(r *web.Request, in rowSave) (web.Response, error) {
	if in.LineAdd != "" || in.LineRemove != "" {
		return d.changeLines(r, in)
	}
	f, err := d.rowForm(r, in.rowIn)
	if err != nil {
		return nil, err
	}
	f.typed, f.base = r.Form, answersIn(in.Base)
	if in.Theirs != "" {
		f.merge = f.newMerge()
		f.merge.Picks = fieldweb.ReadPicks(r.Form)
		theirs := field.Answers(answersIn(in.Theirs))
		f.merge.ApplyPicks(&theirs)
		if open := f.merge.Unsettled(); len(open) > 0 {
			return d.rowConflict(r, f, theirs, fault.Refuse(open))
		}
	}
	row, found, err := d.Surveys.SaveRow(r.Ctx, r.By, in.key(), in.id(), f.ownVersion(in.Version), survey.Input{Form: r.Form})
	if errors.Is(err, store.ErrStale) { // perhaps only by what the page itself saves while the button is pressed
		if err = d.rereadRow(r, in.rowIn, f); err != nil {
			return nil, err
		}
		row, found, err = d.Surveys.SaveRow(r.Ctx, r.By, in.key(), in.id(), f.ownVersion(in.Version), survey.Input{Form: r.Form})
	}
	switch {
	case errors.Is(err, store.ErrStale):
		if in.Theirs != "" {
			f.base = answersIn(in.Theirs)
		}
		return d.rowConflict(r, f, f.v.Draft, err)
	case fault.KindOf(err) == fault.Conflict && err != nil:
		return d.formFailure(r, in.formIn, err)
	case err != nil:
		return nil, err
	case fault.AnyError(found):
		return d.savedWithMistakes(r, in.rowIn, found)
	}
	return d.savedRow(r, in, row, found, f.v.After)
}

// rereadRow brings the row under a form up to date; what was typed stays.
func (d *desk) rereadRow(r *web.Request, in rowIn, f *rowForm) error {
	now, err := d.rowForm(r, in)
	if err != nil {
		return err
	}
	f.v, f.files = now.v, now.files
	return nil
}

// ownVersion is the version to save over. What the person's own page saved by
// itself while the button was pressed is no other person's change, and where
// another saved the very same answers there is nothing to choose from.
func (f *rowForm) ownVersion(began int64) int64 {
	harmless := f.v.Row.UpdatedBy == f.by.AccountID || len(f.v.Row.Typed) == 0
	if f.v.Row.Version > began && harmless && maps.Equal(f.v.Row.Body, f.base) {
		return f.v.Row.Version
	}
	return began
}

// savedRow leads on: to the next system, or back to the list.
func (d *desk) savedRow(r *web.Request, in rowSave, row survey.Row, found []fault.Field, next survey.RowID) (web.Response, error) {
	said := r.T("form.said.row."+string(row.Decision), "name", row.Name)
	for i, f := range found {
		if i == mostSaid {
			break
		}
		said += " " + r.P.Field(f)
	}
	to := in.path()
	if in.Next && next != 0 {
		to = in.path("rows", rowText(next))
	}
	return web.Redirect{To: to, Said: web.Said(said)}, nil
}

// mostSaid is how many remarks fit into the message after a save.
const mostSaid = 3

// savedWithMistakes shows the form again: everything is kept, and each mistake
// stands at its field.
func (d *desk) savedWithMistakes(r *web.Request, in rowIn, found []fault.Field) (web.Response, error) {
	f, err := d.rowForm(r, in)
	if err != nil {
		return nil, err
	}
	f.found, f.err, f.kept = found, fault.Refuse(found), true
	f.typed = d.rowValues(f)
	return f.view(), nil
}

// rowConflict shows both versions of a system side by side.
func (d *desk) rowConflict(r *web.Request, f *rowForm, present map[string]string, cause error) (web.Response, error) {
	mine, found, err := d.Surveys.ReadRow(r.Ctx, r.By, f.v.Key(), f.v.Row.ID, f.base, survey.Input{Form: f.typed})
	if err != nil {
		return nil, err
	}
	if f.refs, err = d.refs(r.Ctx, r.By, f.v.Ask, f.base, mine, present); err != nil {
		return nil, err
	}
	var picks map[string]string
	if f.merge != nil && !errors.Is(cause, store.ErrStale) {
		picks = f.merge.Picks
	}
	f.merge = f.newMerge()
	f.merge.Picks, f.merge.Found = picks, found
	f.merge.By, f.merge.At = f.v.Row.UpdatedName, r.P.Time(f.v.Row.UpdatedAt)
	base, own, theirs := field.Answers(f.base), field.Answers(mine), field.Answers(present)
	f.merge.Compare(&base, &own, &theirs)
	f.theirs, f.record = present, own
	questionnaire.SetFacts(f.record, f.v.Owner, f.v.Now)
	f.err, f.found = cause, append(fault.FieldsOf(cause), fieldweb.OnlyErrors(found)...)
	return f.view(), nil
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

// changeLines adds a line to a table question, or takes one away, and keeps
// everything as it was typed.
func (d *desk) changeLines(r *web.Request, in rowSave) (web.Response, error) {
	form := withoutLine(r.Form, in.LineRemove)
	if _, err := d.Surveys.AutosaveRow(r.Ctx, r.By, in.key(), in.id(), in.Version, survey.Input{Form: form}); err != nil {
		if errors.Is(err, store.ErrStale) {
			in.LineAdd, in.LineRemove = "", ""
			return d.saveRow(r, in)
		}
		return nil, err
	}
	return web.Redirect{To: in.rowPath() + "#f-" + tableOf(in.LineAdd+in.LineRemove)}, nil
}

func tableOf(line string) string {
	table, _, _ := strings.Cut(line, ".")
	return table
}

// withoutLine takes the line "x_demands.2" out of posted values.
func withoutLine(form url.Values, line string) url.Values {
	out := maps.Clone(form)
	if line != "" {
		maps.DeleteFunc(out, func(name string, _ []string) bool { return strings.HasPrefix(name, line+".") })
	}
	return out
}

// autosaved is what the script of a form is answered.
type autosaved struct {
	Saved   string `json:"saved"`
	Message string `json:"message"`
	Version string `json:"version"`
}

type draftIn struct {
	rowIn
	Version int64 `form:"version"`
}

// autosaveRow keeps what is being typed about a system.
func (d *desk) autosaveRow(r *web.Request, in draftIn) (web.Response, error) {
	row, err := d.Surveys.AutosaveRow(r.Ctx, r.By, in.key(), in.id(), in.Version, survey.Input{Form: r.Form})
	if errors.Is(err, store.ErrStale) {
		return d.changedMeanwhile(r, in.rowIn)
	}
	if err != nil {
		return nil, err
	}
	return web.JSON{Body: autosaved{Saved: r.P.Clock(row.UpdatedAt), Version: versionText(row.Version)}}, nil
}

// changedMeanwhile tells the script, and so the person who types, whose change
// keeps the draft from being saved.
func (d *desk) changedMeanwhile(r *web.Request, in rowIn) (web.Response, error) {
	v, err := d.Surveys.FindRow(r.Ctx, r.By, in.key(), in.id())
	if err != nil {
		return nil, err
	}
	return web.JSON{Body: autosaved{Message: r.T("form.row.meanwhile", "name", v.Row.UpdatedName)}}, nil
}

func versionText(v int64) string { return strconv.FormatInt(v, 10) }

// dropRowDraft forgets what was typed and not saved.
func (d *desk) dropRowDraft(r *web.Request, in draftIn) (web.Response, error) {
	if _, err := d.Surveys.DropTyped(r.Ctx, r.By, in.key(), in.id(), 0); err != nil {
		return d.formFailure(r, in.formIn, err)
	}
	return web.Redirect{To: in.rowPath(), Said: web.Said(r.T("form.said.dropped"))}, nil
}

// addRow puts a new system onto the form and opens it.
func (d *desk) addRow(r *web.Request, in formIn) (web.Response, error) {
	row, _, err := d.Surveys.AddRow(r.Ctx, r.By, in.key(), survey.Input{})
	if err != nil {
		return d.formFailure(r, in, err)
	}
	return web.Redirect{To: in.path("rows", rowText(row.ID))}, nil
}

// copyRow puts a system like this one onto the form and opens it.
func (d *desk) copyRow(r *web.Request, in rowIn) (web.Response, error) {
	row, err := d.Surveys.CopyRow(r.Ctx, r.By, in.key(), in.id())
	if err != nil {
		return d.formFailure(r, in.formIn, err)
	}
	return web.Redirect{To: in.path("rows", rowText(row.ID)), Said: web.Said(r.T("form.said.copied"))}, nil
}

func (d *desk) removeRow(r *web.Request, in draftIn) (web.Response, error) {
	row, err := d.Surveys.RemoveRow(r.Ctx, r.By, in.key(), in.id(), in.Version)
	if err != nil {
		return d.formFailure(r, in.formIn, err)
	}
	said := web.Said(r.T("form.said.removed", "name", nameOr(r.P, row.Name)))
	return web.Redirect{To: in.path(), Said: said}, nil
}

func (d *desk) restoreRow(r *web.Request, in draftIn) (web.Response, error) {
	row, err := d.Surveys.Restore(r.Ctx, r.By, in.key(), in.id(), in.Version)
	if err != nil {
		return d.formFailure(r, in.formIn, err)
	}
	return web.Redirect{To: in.rowPath(), Said: web.Said(r.T("form.said.restored", "name", nameOr(r.P, row.Name)))}, nil
}

// goneForm is what somebody says of a system that the body no longer has.
type goneForm struct {
	rowIn
	Version int64  `form:"version"`
	Kind    string `form:"gone_kind"`
	On      string `form:"gone_on"`
	Other   string `form:"gone_other"`
	To      string `form:"gone_to"`
	Reason  string `form:"gone_reason"`
}

func (in goneForm) said() survey.GoneSaid {
	return survey.GoneSaid{Kind: survey.GoneKind(in.Kind), On: in.On, Other: in.Other, To: in.To, Reason: in.Reason}
}

// showGone asks why a system is no longer there.
func (d *desk) showGone(r *web.Request, in goneForm) (web.Response, error) {
	return d.gonePage(r, in, nil)
}

func (d *desk) gonePage(r *web.Request, in goneForm, cause error) (web.Response, error) {
	f, err := d.rowForm(r, in.rowIn)
	if err != nil {
		return nil, err
	}
	if err := f.v.Open(); err != nil {
		return nil, err
	}
	data := formPage{Head: templates.Head{Title: f.p.T("form.gone.title", "name", f.name()), Lead: f.p.T("form.gone.lead")}, Form: f.goneForm(in, cause)}
	return web.View{Template: "survey/form", Title: data.Head.Title, Crumbs: f.crumbs(f.p.T("form.act.gone")), Data: data, Err: cause}, nil
}

func (d *desk) markGone(r *web.Request, in goneForm) (web.Response, error) {
	row, err := d.Surveys.MarkGone(r.Ctx, r.By, in.key(), in.id(), in.Version, in.said())
	switch {
	case err == nil:
		return web.Redirect{To: in.path(), Said: web.Said(r.T("form.said.gone", "name", row.Name))}, nil
	case fault.KindOf(err) == fault.Invalid:
		return d.gonePage(r, in, err)
	}
	return d.formFailure(r, in.formIn, err)
}
