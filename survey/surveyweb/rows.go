package surveyweb

import (
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
	f := &rowForm{in: in, v: v}
	f.writing = writing{paperView: d.paperView(r, v.Paper, n), part: questionnaire.OfSystem, answers: v.Ask.System, files: files, said: v.Comments}
	f.stand(standing{v.Row.Version, v.Row.Body, v.Row.Typed, v.Draft, v.Row.UpdatedBy, v.Row.UpdatedName, v.Row.UpdatedAt})
	f.now = v.Now
	f.judgedBy(v.Draft)
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
	partSave
	Next bool `form:"next"`
}

// saveRow saves what was typed into the form of a system.
func (d *desk) saveRow(r *web.Request, in rowSave) (web.Response, error) {
	switch {
	case in.LineAdd != "" || in.LineRemove != "":
		return d.changeLines(r, in)
	case in.Reply != 0:
		return d.replyInRow(r, in)
	}
	f, err := d.rowForm(r, in.rowIn)
	if err != nil {
		return nil, err
	}
	answer, found, err := d.savePart(r, f, in.partSave)
	switch {
	case answer != nil && err == nil:
		return answer, nil
	case fault.KindOf(err) == fault.Conflict && err != nil:
		return d.formFailure(r, in.formIn, err)
	case err != nil:
		return nil, err
	case fault.AnyError(found):
		return d.savedWithMistakes(r, in.rowIn, found)
	}
	return d.savedRow(r, in, f.v.Row, found, f.v.After)
}

func (f *rowForm) reread(d *desk, r *web.Request) error {
	now, err := d.rowForm(r, f.in)
	if err != nil {
		return err
	}
	f.v, f.files, f.stands = now.v, now.files, now.stands
	return nil
}

func (f *rowForm) save(d *desk, r *web.Request, version int64) ([]fault.Field, error) {
	row, found, err := d.Surveys.SaveRow(r.Ctx, r.By, f.in.key(), f.in.id(), version, survey.Input{Form: f.typed})
	if err == nil {
		f.v.Row = row
	}
	return found, err
}

func (f *rowForm) read(d *desk, r *web.Request, over map[string]string, in survey.Input) (map[string]string, []fault.Field, error) {
	return d.Surveys.ReadRow(r.Ctx, r.By, f.in.key(), f.in.id(), over, in)
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

// changeLines adds a line to a table question, or takes one away, and keeps
// everything as it was typed.
func (d *desk) changeLines(r *web.Request, in rowSave) (web.Response, error) {
	f, err := d.rowForm(r, in.rowIn)
	if err != nil {
		return nil, err
	}
	r.Form = withoutLine(r.Form, in.LineRemove)
	if answer, err := d.stay(r, f, in.partSave, nil, f.autosave(d, r)); answer != nil || err != nil {
		return answer, err
	}
	return web.Redirect{To: in.rowPath() + "#f-" + tableOf(in.LineAdd+in.LineRemove)}, nil
}

// autosave keeps what is typed on the page of a system as a draft.
func (f *rowForm) autosave(d *desk, r *web.Request) func(version int64) error {
	return func(version int64) error {
		_, err := d.Surveys.AutosaveRow(r.Ctx, r.By, f.in.key(), f.in.id(), version, survey.Input{Form: f.typed})
		return err
	}
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
		f, err := d.rowForm(r, in.rowIn)
		if err != nil {
			return nil, err
		}
		return f.meanwhile(), nil
	}
	if err != nil {
		return nil, err
	}
	return web.JSON{Body: autosaved{Saved: r.P.Clock(row.UpdatedAt), Version: versionText(row.Version)}}, nil
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
