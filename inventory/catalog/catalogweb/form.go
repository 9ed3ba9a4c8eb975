package catalogweb

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory/catalog"
	"qingce/templates"
)

// entryForm is a form of an entry under way.
type entryForm struct {
	entry    catalog.Entry // zero for a new one
	content  catalog.Content
	names    names
	classes  []catalog.Class
	changes  []catalog.ChangeRow
	typed    url.Values // nil: as it stands
	items    []url.Values
	paste    string
	reason   string
	changeID int64
	found    []fault.Field
	err      error
	// differs is what the entry says by now otherwise than what was typed, after
	// somebody else saved it meanwhile.
	differs []templates.Change
}

// newEntry shows the empty form.
func (d *desk) newEntry(r *web.Request, _ struct{}) (web.Response, error) {
	f := entryForm{content: catalog.Content{Body: catalog.Body{ProviderID: r.By.DepartmentID}}}
	return d.formPage(r, f)
}

// formPage shows a form with what surrounds it.
func (d *desk) formPage(r *web.Request, f entryForm) (web.Response, error) {
	var err error
	if f.names, err = d.names(r.Ctx, r.By, &f.content.Body); err != nil {
		return nil, err
	}
	if f.classes, err = d.Catalog.Classes(r.Ctx, r.By); err != nil {
		return nil, err
	}
	if f.entry.PublishedVersion > 0 {
		if f.changes, err = d.openChanges(r, f.entry.OwnerID); err != nil {
			return nil, err
		}
	}
	v := formView{p: r.P, by: r.By, form: f}
	return web.View{Template: "catalog/form", Title: v.title(), Crumbs: v.crumbs(), Data: v.data(), Err: f.err}, nil
}

// openChanges are the changes of laws that a department has not answered.
func (d *desk) openChanges(r *web.Request, owner catalog.DepartmentID) ([]catalog.ChangeRow, error) {
	all, err := d.Catalog.Changes(r.Ctx, r.By)
	var out []catalog.ChangeRow
	for _, c := range all {
		for _, t := range c.Departments {
			if t.DepartmentID == owner && t.DoneAt == nil {
				out = append(out, c)
			}
		}
	}
	return out, err
}

// editEntry shows the form of an entry that the reader may write now.
func (d *desk) editEntry(r *web.Request, in entryIn) (web.Response, error) {
	f, err := d.writableForm(r, in.ID)
	if err != nil {
		return nil, err
	}
	return d.formPage(r, f)
}

func (d *desk) writableForm(r *web.Request, id int64) (entryForm, error) {
	rec, err := d.readRecord(r, id)
	switch {
	case err != nil:
		return entryForm{}, err
	case !rec.own:
		return entryForm{}, fault.New(fault.NotFound, "err.not_found")
	case rec.Entry.Life == catalog.LifeWithdrawn:
		return entryForm{}, catalog.ErrWithdrawn
	case !rec.Entry.Step.Editable():
		return entryForm{}, catalog.ErrStep
	}
	f := entryForm{entry: rec.Entry, content: rec.Working(), reason: rec.Entry.Reason}
	if rec.Entry.Published() && rec.Draft == nil { // what is said anew is reviewed anew
		b := &f.content.Body
		b.SecrecyResult, b.SecrecyReviewer, b.SecrecyOn = "", "", calendar.Date{}
	}
	if rec.Entry.ChangeID != nil {
		f.changeID = int64(*rec.Entry.ChangeID)
	}
	return f, nil
}

type saveIn struct {
	ID       int64  `uri:"id"`
	Version  int64  `form:"version"`
	Reason   string `form:"change_reason"`
	ChangeID int64  `form:"change_id"`
	Paste    string `form:"items_paste"`
	More     bool   `form:"more"`   // take the pasted rows up and show the form again
	Submit   bool   `form:"submit"` // hand in at once
}

// addEntry writes what was typed into the form of a new entry.
func (d *desk) addEntry(r *web.Request, in saveIn) (web.Response, error) {
	f := entryForm{}
	if err := d.readForm(r, &f, in); err != nil {
		return nil, err
	}
	if in.More || fault.AnyError(f.found) {
		return d.again(r, f, in)
	}
	saved, err := d.Catalog.Create(r.Ctx, r.By, catalog.EntryForm{Content: f.content})
	if err != nil {
		return d.failed(r, f, err)
	}
	return d.saved(r, saved, in)
}

// changeEntry writes what was typed into the form of an entry.
func (d *desk) changeEntry(r *web.Request, in saveIn) (web.Response, error) {
	f, err := d.writableForm(r, in.ID)
	if err != nil {
		return nil, err
	}
	now := f
	f.entry.Version = in.Version
	if err := d.readForm(r, &f, in); err != nil {
		return nil, err
	}
	if in.More || fault.AnyError(f.found) {
		return d.again(r, f, in)
	}
	form := catalog.EntryForm{Content: f.content, Reason: in.Reason}
	if in.ChangeID != 0 {
		form.ChangeID = new(catalog.ChangeID(in.ChangeID))
	}
	saved, err := d.Catalog.Save(r.Ctx, r.By, f.entry.ID, in.Version, form)
	if errors.Is(err, store.ErrStale) {
		return d.overtaken(r, f, now, err)
	}
	if err != nil {
		return d.failed(r, f, err)
	}
	return d.saved(r, saved, in)
}

// overtaken shows what was typed beside what somebody else has saved meanwhile.
// Saved once more it goes over that version, and no other.
func (d *desk) overtaken(r *web.Request, f, now entryForm, err error) (web.Response, error) {
	f.entry = now.entry
	n, failed := d.names(r.Ctx, r.By, &now.content.Body)
	if failed != nil {
		return nil, failed
	}
	f.differs = differences(r.P, n, catalog.Compare(now.content, f.content))
	return d.failed(r, f, err)
}

// readForm turns what was typed into the content, and keeps what is to be said
// about it.
func (d *desk) readForm(r *web.Request, f *entryForm, in saveIn) error {
	var err error
	if f.names, err = d.names(r.Ctx, r.By, &f.content.Body); err != nil {
		return err
	}
	f.typed, f.paste, f.reason, f.changeID = r.Form, in.Paste, in.Reason, in.ChangeID
	reader := &field.Reader[catalog.Body]{Catalog: catalog.EntryFields, Words: d.words, Names: f.names.In(fieldweb.ForTyping)}
	posted := url.Values{}
	for key, values := range r.Form {
		if _, ok := catalog.EntryFields.Find(key); ok {
			posted[key] = values
		}
	}
	if class := posted.Get("class_code"); class != "" { // "30702004 市州信息资源" as the list has it
		posted.Set("class_code", strings.Fields(class)[0])
	}
	f.content.Body = catalog.Body{}
	f.found = reader.SetForm(&f.content.Body, posted)
	f.items = postedItems(r.Form)
	f.content.Items = nil
	items := &field.Reader[catalog.Item]{Catalog: catalog.ItemFields, Words: d.itemWords}
	for n, row := range f.items {
		item, found := readItem(items, row, n+1)
		f.content.Items, f.found = append(f.content.Items, item), append(f.found, found...)
	}
	pasted, found := catalog.PastedItems(d.Texts, in.Paste)
	f.content.Items, f.found = append(f.content.Items, pasted...), append(f.found, found...)
	return nil
}

// postedItems are the rows of the table of items; empty ones are left out.
func postedItems(form url.Values) []url.Values {
	n, _ := strconv.Atoi(form.Get("items_rows"))
	var out []url.Values
	for i := 1; i <= min(n, mostRows); i++ {
		row := url.Values{}
		filled := false
		for _, key := range catalog.ItemFields.Keys() {
			v := strings.TrimSpace(form.Get("items." + strconv.Itoa(i) + "." + key))
			row.Set(key, v)
			filled = filled || v != "" && v != "false"
		}
		if filled {
			out = append(out, row)
		}
	}
	return out
}

// mostRows bounds the rows of a form.
const mostRows = 520

// readItem reads a row of the table; what is wrong is named items.<n>.<field>.
func readItem(reader *field.Reader[catalog.Item], row url.Values, n int) (catalog.Item, []fault.Field) {
	var item catalog.Item
	found := reader.SetForm(&item, row)
	for i := range found {
		found[i].Name = "items." + strconv.Itoa(n) + "." + found[i].Name
	}
	return item, found
}

// again shows the form as it was typed, with the pasted rows in the table.
func (d *desk) again(r *web.Request, f entryForm, in saveIn) (web.Response, error) {
	if in.More && !fault.AnyError(f.found) {
		f.items, f.paste = nil, ""
	} else {
		f.err = fault.Refuse(f.found)
	}
	return d.formPage(r, f)
}

// failed shows the form with why it was refused.
func (d *desk) failed(r *web.Request, f entryForm, err error) (web.Response, error) {
	if kind := fault.KindOf(err); kind != fault.Invalid && kind != fault.Conflict {
		return nil, err
	}
	f.found, f.err = append(f.found, fault.FieldsOf(err)...), err
	return d.formPage(r, f)
}

// saved leads to the entry, handed in at once when that was asked.
func (d *desk) saved(r *web.Request, saved catalog.Saved, in saveIn) (web.Response, error) {
	e := saved.Entry
	if !in.Submit {
		return web.Redirect{To: entryPath(e.ID, ""), Said: web.Said(r.T("catalogweb.saved", "code", e.Code))}, nil
	}
	_, err := d.Catalog.Submit(r.Ctx, r.By, e.ID, e.Version)
	switch kind := fault.KindOf(err); {
	case err == nil:
		return web.Redirect{To: entryPath(e.ID, ""), Said: web.Said(r.T("catalogweb.move.submit.done", "code", e.Code))}, nil
	case kind == fault.Invalid || kind == fault.Conflict:
		f, readErr := d.writableForm(r, int64(e.ID))
		if readErr != nil {
			return nil, readErr
		}
		return d.failed(r, f, err)
	default:
		return nil, err
	}
}
