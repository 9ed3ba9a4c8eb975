package adminweb

import (
	"slices"

	"qingce/internal/web"
	"qingce/templates"
)

// conflict shows a change that came too late beside what stands there now: for
// each field that differs its author chooses.
func (d *desk) conflict(r *web.Request, id int64, mine typed, err error) (web.Response, error) {
	acc, all, ferr := d.edited(r, id)
	if ferr != nil {
		return nil, ferr
	}
	theirs := typedOf(acc, all)
	mine.Version = theirs.Version // the choice is made against this one
	view := editView(r, acc, mine, err)
	page, _ := view.Data.(FormPage)
	fields := page.Form.Sections[0].Fields
	for i := range fields {
		f := &fields[i]
		now, was := shown(r, theirs, f.Name), shown(r, mine, f.Name)
		if now != was && f.Name != "reason" {
			f.Theirs = &templates.Theirs{Text: now, Mine: was, By: r.T("admin.somebody"), At: r.P.Time(acc.UpdatedAt), Pick: "mine"}
		}
	}
	view.Data = page
	return view, nil
}

// shown is a field of the form as people read it.
func shown(r *web.Request, t typed, field string) string {
	switch field {
	case "name":
		return t.Name
	case "phone":
		return t.Phone
	case "department_id":
		return t.Department
	case "roles":
		return roleNames(r, t.roles().Sorted())
	}
	return ""
}

// choose takes the other version of the fields for which its author said so.
func choose(r *web.Request, mine, theirs typed) typed {
	picked := func(field string) bool { return r.Form.Get("pick."+field) == "theirs" }
	if picked("name") {
		mine.Name = theirs.Name
	}
	if picked("phone") {
		mine.Phone = theirs.Phone
	}
	if picked("department_id") {
		mine.Department = theirs.Department
	}
	if picked("roles") {
		mine.Roles = slices.Clone(theirs.Roles)
	}
	return mine
}
