package fieldweb

import (
	"slices"

	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/templates"
)

// ErrorAt is the first error at a field.
func ErrorAt(p *locale.Printer, found []fault.Field, name string) string {
	for _, f := range found {
		if f.Name == name && !f.Warning {
			return p.Field(f)
		}
	}
	return ""
}

// ErrorSummary lists the errors above a form; those of the named fields are
// links to them.
func ErrorSummary(p *locale.Printer, found []fault.Field, onPage ...string) *templates.Errors {
	var items []templates.ErrorItem
	for _, f := range found {
		if f.Warning {
			continue
		}
		item := templates.ErrorItem{Text: p.Field(f)}
		if slices.Contains(onPage, f.Name) {
			item.Href = "#f-" + f.Name
		}
		if !slices.Contains(items, item) {
			items = append(items, item)
		}
	}
	if len(items) == 0 {
		return nil
	}
	return &templates.Errors{Items: items}
}

// OnlyErrors are the findings that stop a save.
func OnlyErrors(found []fault.Field) []fault.Field {
	return slices.DeleteFunc(slices.Clone(found), func(f fault.Field) bool { return f.Warning })
}

// NotAt are the findings at other fields than those of others that have an
// error already.
func NotAt(found, others []fault.Field) []fault.Field {
	var out []fault.Field
	for _, f := range found {
		taken := slices.ContainsFunc(others, func(o fault.Field) bool { return o.Name == f.Name && (!o.Warning || o.Code == f.Code) })
		if !taken {
			out = append(out, f)
		}
	}
	return out
}
