package zombieweb

import (
	"net/url"
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/zombie"
	"qingce/templates"
)

// policyFormPage is the data of zombie/policy_form.
type policyFormPage struct {
	Head templates.Head
	Form templates.Form
}

// policyForm is the form of a draft under way.
type policyForm struct {
	r                 *web.Request
	version, revision int64 // 0 for a new draft
	name, reason      string
	numbers           zombie.Numbers
	typed             url.Values // what was typed, when something of it is wrong
	err               error
}

// read reads what was sent. Numbers that are not sent stay as they are.
func (f *policyForm) read() error {
	form := f.r.Form
	f.typed = form
	f.name, f.reason = form.Get(paramName), form.Get(paramReason)
	f.revision, _ = strconv.ParseInt(form.Get(paramRevision), 10, 64)
	var wrong []fault.Field
	for _, n := range zombie.AllNumbers() {
		if !form.Has(numberPrefix + n.Key) {
			continue
		}
		text := form.Get(numberPrefix + n.Key)
		if n.Kind == zombie.Truth {
			text = map[bool]string{true: "1", false: "0"}[text == "true"]
		}
		v, err := n.Read(text)
		if err != nil {
			wrong = append(wrong, fault.FieldsOf(err)...)
			continue
		}
		n.Set(&f.numbers, v)
	}
	return fault.Refuse(wrong)
}

func (f *policyForm) failed(err error) (web.Response, error) {
	if fault.KindOf(err) != fault.Invalid {
		return nil, err
	}
	f.err = err
	return f.view(), nil
}

func (f *policyForm) view() web.View {
	r := f.r
	title := r.T("zombie.policy.form.new")
	action, back := policyPath, policyPath
	if f.version != 0 {
		title = r.T("zombie.policy.form.edit", "n", f.version)
		action, back = versionPath(f.version), versionPath(f.version)
	}
	page := policyFormPage{
		Head: templates.Head{Title: title, Lead: r.T("zombie.policy.form.lead")},
		Form: templates.Form{
			Action: action, Guard: true, Hidden: []templates.Pair{{Name: paramRevision, Value: strconv.FormatInt(f.revision, 10)}},
			Sections: f.sections(),
			Acts: []templates.Act{
				{Text: r.T("zombie.policy.save"), Kind: templates.ActPrimary, Note: r.T("zombie.policy.save.note")},
				{Text: r.T("zombie.cancel"), Href: back, Kind: templates.ActQuiet},
			},
		},
	}
	web.Mistakes(r.P, &page.Form, prefixed(f.err))
	return web.View{Template: "zombie/policy_form", Title: title, Data: page, Err: f.err, Crumbs: policyCrumbs(r, templates.Crumb{Text: title})}
}

// prefixed names the inputs of numbers as the form has them.
func prefixed(err error) error {
	fields := fault.FieldsOf(err)
	if len(fields) == 0 {
		return err
	}
	keys := map[string]bool{}
	for _, n := range zombie.AllNumbers() {
		keys[n.Key] = true
	}
	out := make([]fault.Field, len(fields))
	for i, field := range fields {
		if keys[field.Name] {
			field.Name = numberPrefix + field.Name
		}
		out[i] = field
	}
	return fault.Refuse(out)
}

func (f *policyForm) sections() []templates.Section {
	r := f.r
	out := []templates.Section{{ID: "s-what", Title: r.T("zombie.policy.what"), Fields: []templates.Field{
		{Name: paramName, Label: r.T("zombie.policy.name"), Required: true, Value: f.name, MaxLength: 60, Width: "medium"},
		{Name: paramReason, Label: r.T("zombie.policy.reason"), Required: true, Value: f.reason, MaxLength: 500, Help: r.T("zombie.policy.reason.help")},
	}}}
	for _, n := range zombie.AllNumbers() {
		if last := &out[len(out)-1]; last.ID != "s-"+n.Group {
			out = append(out, templates.Section{ID: "s-" + n.Group, Title: r.T("zombie.group." + n.Group)})
		}
		last := &out[len(out)-1]
		last.Fields = append(last.Fields, f.field(n))
	}
	return out
}

func (f *policyForm) field(n zombie.Number) templates.Field {
	name := numberPrefix + n.Key
	field := templates.Field{Name: name, Label: f.r.T(string(n.Label())), Width: "short", Unit: numberUnit(f.r.P, n), Value: n.Written(n.Get(&f.numbers))}
	if f.typed.Has(name) {
		field.Value = f.typed.Get(name)
	}
	if n.Kind == zombie.Truth {
		field.Kind, field.Required = templates.KindEnum, true
		field.Options = []templates.Option{{Value: "true", Text: f.r.T("zombie.yes")}, {Value: "false", Text: f.r.T("zombie.no")}}
		field.Value = map[bool]string{true: "true", false: "false"}[n.Get(&f.numbers) != 0]
	} else {
		field.Help = f.r.T("zombie.number.range", "low", n.Written(n.Low), "high", n.Written(n.High))
	}
	field.Help = strings.TrimSpace(f.r.T(string(n.Help())) + " " + field.Help)
	return field
}
