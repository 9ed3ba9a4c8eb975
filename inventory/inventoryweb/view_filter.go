package inventoryweb

import (
	"net/url"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/templates"
)

// filterView makes the criteria of a list out of the catalog.
type filterView struct {
	p      *locale.Printer
	names  names
	params url.Values
	owners []*inventory.Department // those whose systems the reader can see
}

// newFilterView finds the departments that can be chosen; coordination bodies
// own no systems.
func newFilterView(p *locale.Printer, n names, params url.Values, scope auth.Scope) filterView {
	v := filterView{p: p, names: n, params: params}
	all := n.dir.All()
	for i := range all {
		if all[i].Kind != inventory.Coordination && n.dir.Covers(scope, all[i].ID) {
			v.owners = append(v.owners, &all[i])
		}
		if len(v.owners) > mostDepartments { // too many to choose from
			break
		}
	}
	return v
}

// mostDepartments is how many departments a list of choices may hold; beyond
// that the name is typed.
const mostDepartments = 120

// filter is the criterion of one field.
func (v filterView) filter(f *field.Field[inventory.System]) templates.Filter {
	out := templates.Filter{
		Name: f.Key, Label: fieldweb.ShortLabel(v.p, inventory.SystemFields, f.Key), Kind: v.kind(f), Unit: fieldweb.Unit(newWriter(v.p, v.names), f),
		Value: v.typed(f), From: v.params.Get(f.Key + field.FromSuffix), To: v.params.Get(f.Key + field.ToSuffix),
		EmptyOn: slices.Contains(v.params[f.Key], field.EmptyWord),
	}
	if mayBeEmpty(f) {
		out.EmptyValue = field.EmptyWord
	}
	if out.Kind == templates.FilterChoice {
		out.Options = v.options(f)
	}
	return out
}

// mayBeEmpty tells whether a record can be without the field.
func mayBeEmpty(f *field.Field[inventory.System]) bool {
	return !slices.Contains([]string{"code", "state", "classified", "owner_id", "name"}, f.Key)
}

func (v filterView) kind(f *field.Field[inventory.System]) string {
	switch f.Kind {
	case field.Enum, field.Multi, field.Bool:
		return templates.FilterChoice
	case field.Date:
		return templates.FilterDate
	case field.Count, field.Money:
		return templates.FilterNumber
	case field.Ref:
		if f.Options[0] == "department" && len(v.owners) <= mostDepartments {
			return templates.FilterChoice
		}
	}
	return templates.FilterText
}

// typed is what stands in the text of a filter.
func (v filterView) typed(f *field.Field[inventory.System]) string {
	for _, value := range v.params[f.Key] {
		if value != field.EmptyWord {
			return value
		}
	}
	return ""
}

func (v filterView) options(f *field.Field[inventory.System]) []templates.Option {
	var out []templates.Option
	add := func(value, text string) {
		out = append(out, templates.Option{Value: value, Text: text, Chosen: slices.Contains(v.params[f.Key], value)})
	}
	switch f.Kind {
	case field.Bool:
		add("true", v.p.T("bool.true"))
		add("false", v.p.T("bool.false"))
	case field.Ref:
		for _, dept := range v.owners {
			add(dept.Code, dept.Name)
		}
	default:
		for _, o := range f.Options {
			add(o, v.p.T(field.OptionKey(f.Words, o)))
		}
	}
	return out
}

// chosen writes what a filter asks for, empty when it asks for nothing.
func (v filterView) chosen(f *field.Field[inventory.System]) string {
	from, to := v.params.Get(f.Key+field.FromSuffix), v.params.Get(f.Key+field.ToSuffix)
	if from == "" && to == "" && len(v.params[f.Key]) == 0 { // as most are
		return ""
	}
	var parts []string
	switch {
	case from != "" && to != "":
		parts = append(parts, v.p.T("inventory.chip.between", "from", from, "to", to))
	case from != "":
		parts = append(parts, v.p.T("inventory.chip.from", "from", from))
	case to != "":
		parts = append(parts, v.p.T("inventory.chip.to", "to", to))
	}
	texts := map[string]string{field.EmptyWord: v.p.T("ui.filter.empty")}
	if v.kind(f) == templates.FilterChoice {
		for _, o := range v.options(f) {
			texts[o.Value] = o.Text
		}
	}
	for _, value := range v.params[f.Key] {
		if t, ok := texts[value]; ok {
			value = t
		}
		parts = append(parts, value)
	}
	return strings.TrimSpace(joined(v.p, parts))
}
