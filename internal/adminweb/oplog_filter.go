package adminweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/templates"
)

// OplogFilter is the filter row: each criterion has one value.
type OplogFilter struct {
	Query   templates.Query
	Hidden  []templates.Pair
	Selects []OplogSelect
	// Department is typed where there are too many to choose from.
	Department *templates.Filter
	Actor      templates.Filter
	Time       templates.Filter
	Chips      []templates.Chip
	ClearAll   string
	Exports    []templates.Act
}

// OplogSelect is a criterion that is chosen from groups of values.
type OplogSelect struct {
	Name   string
	Label  string
	Value  string
	Groups []OplogChoices
}

// OplogChoices are the values of one group; the title may be empty.
type OplogChoices struct {
	Title   string
	Options []templates.Option
}

// mostChoices is how many departments are offered in a list; where there are
// more, code or name is typed.
const mostChoices = 150

func oplogFilter(r *web.Request, in oplogIn, all directory) OplogFilter {
	f := OplogFilter{
		Query: templates.Query{Name: "q", Value: in.Text, Label: r.T("oplog.filter.text"), Placeholder: r.T("oplog.filter.text")},
		Actor: templates.Filter{Name: "actor", Kind: templates.FilterText, Label: r.T("oplog.column.actor"), Value: in.Actor},
		Time:  templates.Filter{Name: "at", Kind: templates.FilterDate, Label: r.T("oplog.filter.time"), From: in.From, To: in.To},
		Selects: []OplogSelect{
			{Name: "action", Label: r.T("oplog.column.action"), Value: in.Action, Groups: actionChoices(r)},
			{Name: "kind", Label: r.T("oplog.filter.kind"), Value: in.Kind, Groups: kindChoices(r)},
		},
	}
	switch label := r.T("oplog.filter.department"); {
	case !r.By.Is(oplogAuditors()...) && !r.By.Is(auth.Region): // sees one department, or none
	case len(all) <= mostChoices:
		f.Selects = append(f.Selects, OplogSelect{Name: "department", Label: label, Value: in.Department, Groups: departmentChoices(all)})
	default:
		f.Department = &templates.Filter{Name: "department", Kind: templates.FilterText, Label: label, Value: in.Department}
	}
	for name, value := range map[string]string{"object": in.Object, "account": number(in.Account), "size": number(int64(in.Size))} {
		if value != "" {
			f.Hidden = append(f.Hidden, templates.Pair{Name: name, Value: value})
		}
	}
	slices.SortFunc(f.Hidden, func(a, b templates.Pair) int { return strings.Compare(a.Name, b.Name) })
	f.Chips = in.chips(r, f)
	if len(f.Chips) > 0 {
		f.ClearAll = oplogPath
	}
	for _, format := range []string{"xlsx", "csv"} {
		f.Exports = append(f.Exports, templates.Act{
			Text: r.T("oplog.export." + format), Href: exportAddress(r.URL, format), Icon: "download", Download: true,
		})
	}
	return f
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// exportAddress leads to the file with the same filter.
func exportAddress(u *url.URL, format string) string {
	q := u.Query()
	for _, name := range []string{"page", "size", "lang"} {
		q.Del(name)
	}
	to := oplogPath + "/export." + format
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	return to
}

// chips are the criteria in force; each can be taken away.
func (in oplogIn) chips(r *web.Request, f OplogFilter) []templates.Chip {
	address := templates.WithQuery(templates.WithQuery(r.Address(), "page", ""), "lang", "")
	var out []templates.Chip
	chip := func(name, label, text string) {
		if strings.TrimSpace(text) != "" {
			out = append(out, templates.Chip{Label: label, Text: text, Remove: templates.WithQuery(address, name, "")})
		}
	}
	chip("q", r.T("oplog.filter.word"), in.Text)
	for _, s := range f.Selects {
		chip(s.Name, s.Label, s.text())
	}
	if !slices.ContainsFunc(f.Selects, func(s OplogSelect) bool { return s.Name == "department" }) {
		chip("department", r.T("oplog.filter.department"), in.Department)
	}
	chip("object", r.T("oplog.filter.object"), in.Object)
	chip("actor", f.Actor.Label, in.Actor)
	chip("account", r.T("oplog.filter.account"), number(in.Account))
	chip("at.from", r.T("oplog.filter.from"), in.From)
	chip("at.to", r.T("oplog.filter.to"), in.To)
	return out
}

// text is what the chosen value is called.
func (s OplogSelect) text() string {
	for _, g := range s.Groups {
		for _, o := range g.Options {
			if o.Value == s.Value {
				return o.Text
			}
		}
	}
	if s.Value == "" {
		return ""
	}
	return strconv.Quote(s.Value) // of another version of the program, or mistyped
}

func actionChoices(r *web.Request) []OplogChoices {
	var out []OplogChoices
	for _, g := range actGroups() {
		c := OplogChoices{Title: r.T("oplog.group." + g.name)}
		for _, a := range g.actions {
			if seesAct(r.By, g.name, a) {
				c.Options = append(c.Options, templates.Option{Value: a, Text: actionText(r, a)})
			}
		}
		if len(c.Options) > 0 {
			out = append(out, c)
		}
	}
	return out
}

func kindChoices(r *web.Request) []OplogChoices {
	var c OplogChoices
	for _, kind := range OplogKinds() {
		if seesKind(r.By, kind) {
			c.Options = append(c.Options, templates.Option{Value: kind, Text: kindText(r, kind)})
		}
	}
	return []OplogChoices{c}
}

func departmentChoices(all directory) []OplogChoices {
	var c OplogChoices
	for _, d := range all {
		c.Options = append(c.Options, templates.Option{Value: d.Code, Text: d.Name})
	}
	return []OplogChoices{c}
}
