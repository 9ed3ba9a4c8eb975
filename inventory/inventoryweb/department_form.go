package inventoryweb

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/templates"
)

// departmentForm is a form of a department under way.
type departmentForm struct {
	p       *locale.Printer
	names   names
	present inventory.Department
	record  inventory.Department // with what was typed
	code    string               // empty for a new one
	version int64
	base    int64
	typed   url.Values
	reason  string
	found   []fault.Field
	err     error
	merge   *fieldweb.Merge[inventory.Department]
}

// newDepartment shows the empty form.
func (d *desk) newDepartment(r *web.Request, _ struct{}) (web.Response, error) {
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	f := departmentForm{p: r.P, names: n, record: inventory.Department{Kind: inventory.Municipal, ActiveFrom: r.Today()}}
	return f.view(), nil
}

// editDepartment shows the form of a department.
func (d *desk) editDepartment(r *web.Request, in codeIn) (web.Response, error) {
	f, err := d.departmentForm(r, in.Code)
	if err != nil {
		return nil, err
	}
	return f.view(), nil
}

func (d *desk) departmentForm(r *web.Request, code string) (departmentForm, error) {
	dept, err := d.Registry.FindDepartment(r.Ctx, r.By, code)
	if err != nil {
		return departmentForm{}, err
	}
	n, err := d.names(r.Ctx, r.By)
	return departmentForm{p: r.P, names: n, present: dept, record: dept, code: code, version: dept.Version}, err
}

// addDepartment adds what was typed.
func (d *desk) addDepartment(r *web.Request, in saveIn) (web.Response, error) {
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	f := departmentForm{p: r.P, names: n, typed: r.Form, reason: in.Reason, record: inventory.Department{Origin: "entered"}}
	f.found = d.departmentReader(n, fieldweb.ForTyping).SetForm(&f.record, r.Form)
	var dept inventory.Department
	if err = fault.Refuse(f.found); err == nil {
		dept, _, err = d.Registry.AddDepartment(r.Ctx, r.By, f.record, in.Reason)
	}
	if err != nil {
		return f.failed(err)
	}
	return web.Redirect{To: departmentPath(dept.Code), Said: web.Said(r.T("inventory.department.added", "name", dept.Name))}, nil
}

// changeDepartment saves what was typed over a department.
func (d *desk) changeDepartment(r *web.Request, in saveIn) (web.Response, error) {
	f, err := d.departmentForm(r, in.Code)
	if err != nil {
		return nil, err
	}
	f.typed, f.version, f.base, f.reason = r.Form, in.Version, in.Base, in.Reason
	f.merge = f.newMerge(fieldweb.ReadPicks(r.Form))
	f.merge.ApplyPicks(&f.present)
	f.found = d.departmentReader(f.names, fieldweb.ForTyping).SetForm(&f.record, r.Form)
	if open := f.merge.Unsettled(); len(open) > 0 {
		return d.departmentConflict(r, f, fault.Refuse(open))
	}
	var dept inventory.Department
	if err = fault.Refuse(f.found); err == nil {
		dept, _, err = d.Registry.ChangeDepartment(r.Ctx, r.By, in.Code, in.Version, f.record, in.Reason)
	}
	switch {
	case errors.Is(err, store.ErrStale):
		f.merge.Picks, f.base = nil, 0
		return d.departmentConflict(r, f, err)
	case err != nil:
		return f.failed(err)
	}
	return web.Redirect{To: departmentPath(dept.Code), Said: web.Said(r.T("inventory.department.saved", "name", dept.Name))}, nil
}

// departmentConflict shows both versions side by side.
func (d *desk) departmentConflict(r *web.Request, f departmentForm, cause error) (web.Response, error) {
	history, err := d.Registry.DepartmentHistory(r.Ctx, r.By, f.code)
	if err != nil {
		return nil, err
	}
	begun := cmp.Or(f.base, f.version)
	for _, v := range history {
		if v.Version != begun {
			continue
		}
		picks := f.merge.Picks
		f.merge = f.newMerge(picks)
		f.merge.Found = f.found
		f.merge.By, f.merge.At, f.merge.Reason = history[0].ChangedName, r.P.Time(history[0].ValidFrom), history[0].Reason
		f.merge.Compare(&v.Department, &f.record, &f.present)
		f.base, f.version = begun, f.present.Version
		f.err, f.found = cause, append(fault.FieldsOf(cause), fieldweb.OnlyErrors(f.found)...)
		return f.view(), nil
	}
	return nil, fmt.Errorf("version %d of department %s: %w", begun, f.code, errNoVersion)
}

func (f departmentForm) newMerge(picks map[string]string) *fieldweb.Merge[inventory.Department] {
	return &fieldweb.Merge[inventory.Department]{Catalog: inventory.DepartmentFields, Writer: newWriter(f.p, f.names), Typed: f.typed, Picks: picks}
}

func (f departmentForm) inConflict() bool { return f.merge.Open() }

// failed shows the form again with everything as it was typed.
func (f departmentForm) failed(err error) (web.Response, error) {
	found := fault.FieldsOf(err)
	if fault.KindOf(err) != fault.Invalid || len(found) == 0 {
		return nil, err
	}
	if fault.AnyError(f.found) {
		found = append(found, fieldweb.NotAt(inventory.CheckDepartment(&f.record), found)...)
	}
	f.found = append(found, fieldweb.NotAt(f.found, found)...)
	f.err = fault.Refuse(f.found)
	return f.view(), nil
}

func (f departmentForm) title() string {
	if f.code == "" {
		return f.p.T("inventory.department.new")
	}
	return f.p.T("inventory.form.edit", "name", f.present.Name)
}

func (f departmentForm) view() web.View {
	more := []templates.Crumb{crumb(f.p.T("inventory.department.new"))}
	if f.code != "" {
		more = []templates.Crumb{{Text: f.present.Name, Href: departmentPath(f.code)}, crumb(f.p.T("inventory.act.edit"))}
	}
	return web.View{
		Template: "inventory/form", Title: f.title(), Crumbs: departmentCrumbs(f.p, more...), Err: f.err,
		Data: formPage{Head: templates.Head{Title: f.title(), Code: f.code, Lead: f.p.T("inventory.department.form.lead")}, Form: f.form()},
	}
}

func (f departmentForm) form() templates.Form {
	v := fieldweb.Form[inventory.Department]{
		Catalog: inventory.DepartmentFields, Writer: newWriter(f.p, f.names), Record: &f.record, Typed: f.typed, Found: f.found, Special: f.special,
	}
	out := templates.Form{
		ID: "department", Action: departmentsPath, Guard: true, Progress: true, Sections: v.Sections(),
		Acts: []templates.Act{
			{Text: f.p.T("inventory.department.add"), Note: f.p.T("inventory.department.next"), Kind: templates.ActPrimary, Icon: "check"},
			{Text: f.p.T("inventory.act.cancel"), Href: departmentsPath, Kind: templates.ActQuiet},
		},
	}
	out.Sections = append(out.Sections, templates.Section{ID: "s-reason", Title: f.p.T("inventory.form.reason"), Fields: []templates.Field{{
		Name: "reason", Kind: templates.KindLongText, Label: f.p.T("inventory.reason"), Help: f.p.T("inventory.form.reason.help"), Value: f.reason, MaxLength: maxReason,
	}}})
	if f.code != "" {
		out.Action, out.Hidden = departmentPath(f.code), []templates.Pair{{Name: "version", Value: versionText(f.version)}}
		out.Acts[0].Text, out.Acts[1].Href = f.p.T("inventory.act.save"), departmentPath(f.code)
	}
	if f.inConflict() {
		out.Callouts = []templates.Callout{f.merge.Callout()}
		out.Hidden = append(append(out.Hidden, templates.Pair{Name: "base", Value: versionText(f.base)}), f.merge.Hidden()...)
		out.Acts[0].Text = f.p.T("inventory.act.merge")
	}
	out.Errors = fieldweb.ErrorSummary(f.p, f.found, append(inventory.DepartmentFields.Keys(), "reason")...)
	return out
}

// special is what only the form of a department knows about its fields.
func (f departmentForm) special(fd *field.Field[inventory.Department], out *templates.Field) {
	switch fd.Kind {
	case field.Ref:
		out.Lookup = departmentsPath + "/lookup"
	case field.Date:
		out.Placeholder = "2019-01-15"
	}
	if f.inConflict() {
		f.merge.Offer(fd, out)
	}
}
