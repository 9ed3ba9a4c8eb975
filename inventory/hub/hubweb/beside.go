package hubweb

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/hub"
	"qingce/templates"
)

// mountBeside adds the pages of front nodes, of links to migrate, and of the
// terms.
func (d *desk) mountBeside(s *web.Server) {
	view, keep := s.Group(web.For(viewers()...)), s.Group(web.For(movers()...))
	web.Get(view, linkPath, d.showLinks)
	web.Get(keep, linkPath+"/new", d.newLink)
	web.Get(keep, linkPath+"/:id", d.editLink)
	web.Post(keep, linkPath, d.saveLinkForm)
	web.Get(view, nodePath, d.showNodes)
	web.Get(keep, nodePath+"/new", d.newNode)
	web.Get(keep, nodePath+"/:id", d.editNode)
	web.Post(keep, nodePath, d.saveNodeForm)
	web.Get(view, policyPath, d.showPolicy)
	web.Post(s.Group(web.For(auth.Office, auth.Centre)).Within(slowWork), policyPath, d.savePolicy)
}

// ownText is the department of somebody of one, as forms are filled in.
func ownText(by auth.Principal, dir *inventory.Directory) string {
	if dept, ok := dir.Find(by.DepartmentID); ok && by.Is(hub.Fillers()...) {
		return dept.Code + " " + dept.Name
	}
	return ""
}

// departmentField asks whose it is: one of those that the reader fills in for.
func departmentField(r *web.Request, dir *inventory.Directory, value string) templates.Field {
	f := templates.Field{Name: "department", Kind: templates.KindRef, Label: r.T("hub.column.owner"), Required: true, Value: value}
	free := r.By.Is(hub.Verifiers()...)
	for _, dept := range dir.All() {
		if free || dir.Covers(r.By.Own(), dept.ID) {
			f.Options = append(f.Options, templates.Option{Value: dept.Code + " " + dept.Name, Text: dept.Code + " " + dept.Name})
		}
	}
	return f
}

func dayField(r *web.Request, name, value string, required bool) templates.Field {
	return templates.Field{Name: name, Kind: templates.KindDate, Label: r.T("hub.field." + name), Required: required, Width: "short", Value: value}
}

func textField(r *web.Request, name, value string, required bool) templates.Field {
	return templates.Field{Name: name, Label: r.T("hub.field." + name), Required: required, MaxLength: 200, Value: value}
}

// readDays reads typed days; the first that is wrong is refused at its field.
func readDays(into map[string]*calendar.Date, r *web.Request) error {
	var wrong []fault.Field
	for name, day := range into {
		var err error
		if *day, err = readDay(name, r.Form.Get(name)); err != nil {
			wrong = append(wrong, fault.FieldsOf(err)...)
		}
	}
	return fault.Refuse(wrong)
}
