package web_test

import (
	"testing"

	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/internal/web/webtest"
	"qingce/templates"
)

func TestMistakes(t *testing.T) {
	p := webtest.Catalog(t).Printer(locale.English)
	form := func() *templates.Form {
		return &templates.Form{Sections: []templates.Section{{Fields: []templates.Field{{Name: "login"}}}, {Fields: []templates.Field{{Name: "name"}, {Name: "phone"}}}}}
	}
	f := form()
	web.Mistakes(p, f, fault.Refuse([]fault.Field{
		fault.At("name", "err.required", "field", "Name"), fault.Remark("phone", "err.duplicate"), fault.At("", "err.conflict"),
	}))
	second := f.Sections[1]
	if second.Fields[0].Error != "Name is required" || second.Errors != 1 || f.Sections[0].Errors != 0 {
		t.Errorf("the error is not at its field: %+v", second)
	}
	if second.Fields[1].Warning == "" || second.Fields[1].Error != "" {
		t.Errorf("the remark is not at its field: %+v", second.Fields[1])
	}
	if len(f.Errors.Items) != 2 || f.Errors.Items[0].Href != "#f-name" || f.Errors.Items[1].Href != "" || len(f.Callouts) != 0 {
		t.Errorf("summary %+v, callouts %+v", f.Errors, f.Callouts)
	}
	f = form()
	web.Mistakes(p, f, fault.New(fault.Conflict, "err.conflict"))
	if f.Errors != nil || len(f.Callouts) != 1 || f.Callouts[0].Text != p.T("err.conflict") {
		t.Errorf("an error without fields: %+v, %+v", f.Errors, f.Callouts)
	}
	f = form()
	web.Mistakes(p, f, nil)
	if f.Errors != nil || len(f.Callouts) != 0 {
		t.Error("no error, and yet something is said")
	}
}
