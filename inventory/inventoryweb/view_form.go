package inventoryweb

import (
	"qingce/internal/auth"
	"qingce/templates"
)

// formPage is the data of inventory/form.
type formPage struct {
	Head templates.Head
	Form templates.Form
}

// departmentOptions are the departments that a person may fill in for.
func departmentOptions(n names, scope auth.Scope, all bool) []templates.Option {
	var out []templates.Option
	for _, d := range n.dir.All() {
		if all || n.dir.Covers(scope, d.ID) && d.ActiveTo.IsZero() {
			text := d.Code + " " + d.Name
			out = append(out, templates.Option{Value: text, Text: text})
		}
	}
	return out
}
