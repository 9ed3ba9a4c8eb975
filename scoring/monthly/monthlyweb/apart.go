package monthlyweb

import (
	"net/url"
	"strings"

	"qingce/templates"
)

// apart gives the fields of a form names of their own, so that several of the
// same kind stand on one page: reason becomes reason.XYJT.
func apart(f *templates.Form, which string) {
	for i := range f.Sections {
		for j := range f.Sections[i].Fields {
			one := &f.Sections[i].Fields[j]
			if one.ShownWhen != "" {
				name, value, _ := strings.Cut(one.ShownWhen, "=")
				one.ShownWhen = name + "." + which + "=" + value
			}
			one.Name += "." + which
		}
	}
	if f.Errors == nil {
		return
	}
	for i := range f.Errors.Items {
		if f.Errors.Items[i].Href != "" {
			f.Errors.Items[i].Href += "." + which
		}
	}
}

// given is what was typed into a field of such a form.
func given(form url.Values, name, which string) string { return form.Get(name + "." + which) }
