package web

import (
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/templates"
)

// Mistakes writes what err says into a form that comes back: each message at
// its field and in the summary above, and what belongs to no field above the
// form. Remarks that do not stop the save stand at their fields only.
func Mistakes(p *locale.Printer, form *templates.Form, err error) {
	if err == nil {
		return
	}
	var items []templates.ErrorItem
	for _, f := range fault.FieldsOf(err) {
		text, href := p.Field(f), ""
		if section, field := findField(form, f.Name); field != nil {
			href = "#f-" + f.Name
			if f.Warning {
				field.Warning = text
				continue
			}
			field.Error = text
			section.Errors++
		}
		if !f.Warning {
			items = append(items, templates.ErrorItem{Text: text, Href: href})
		}
	}
	if len(items) > 0 {
		form.Errors = &templates.Errors{Items: items}
		return
	}
	form.Callouts = append(form.Callouts, templates.Callout{Kind: "error", Text: p.Error(err)})
}

func findField(form *templates.Form, name string) (*templates.Section, *templates.Field) {
	for i := range form.Sections {
		for j := range form.Sections[i].Fields {
			if field := &form.Sections[i].Fields[j]; field.Name == name {
				return &form.Sections[i], field
			}
		}
	}
	return nil, nil
}
