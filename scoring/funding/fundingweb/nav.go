package fundingweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/chart"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/scoring/eligibility"
	"qingce/scoring/funding"
	"qingce/templates"
)

// crumbs lead to the years and on.
func crumbs(p *locale.Printer, more ...templates.Crumb) []templates.Crumb {
	return append([]templates.Crumb{{Text: p.T("menu.home"), Href: "/"}, {Text: p.T("menu.funding"), Href: fundingPath}}, more...)
}

// comesBack tells whether a refusal comes back with the page, and not as an error.
func comesBack(err error) bool {
	return err != nil && slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict, fault.TooLarge, fault.Forbidden, fault.Unsupported}, fault.KindOf(err))
}

func words(p *locale.Printer) chart.Words {
	return chart.Words{Unmeasured: p.T("ui.unmeasured"), Empty: p.T("funding.none"), NoGlyph: p.T("numbers.no_glyph")}
}

var groupTones = map[funding.Group]string{
	funding.GroupEligible: templates.ToneGreen, funding.GroupExempt: templates.ToneGreen, funding.GroupConditional: templates.ToneAmber,
	funding.GroupConsult: templates.ToneAmber, funding.GroupNo: templates.ToneRed, funding.GroupHold: templates.ToneRed, funding.GroupCeased: templates.ToneGrey,
}

func resultBadge(p *locale.Printer, r eligibility.Result) templates.Badge {
	tone := groupTones[funding.GroupOf(r)]
	if r == eligibility.Warned {
		tone = templates.ToneAmber
	}
	return templates.Badge{Text: p.T(string(funding.ResultLabel(r))), Tone: tone}
}

// moneyText is an amount in 万元, and what is not known in a word.
func moneyText(p *locale.Printer, fen *int64) string {
	if fen == nil {
		return p.T("funding.unknown")
	}
	return p.Wan(*fen)
}

// wan is an amount in 万元 with its unit, for sentences.
func wan(p *locale.Printer, fen int64) string { return p.T("funding.wan", "amount", p.Wan(fen)) }

// address is the address of a list taken apart.
type address struct {
	path   string
	params url.Values
}

func addressOf(r *web.Request) address {
	out := url.Values{}
	for key, values := range r.URL.Query() {
		for _, v := range values {
			if strings.TrimSpace(v) != "" && key != "lang" {
				out.Add(key, v)
			}
		}
	}
	return address{r.URL.Path, out}
}

func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func (a address) String() string { return withQuery(a.path, a.params) }

// with is the address with a parameter set, or taken away by an empty value; it
// leads to the first page.
func (a address) with(name, value string) string {
	q := url.Values{}
	for k, v := range a.params {
		if k != name && k != "page" {
			q[k] = v
		}
	}
	if value != "" {
		q.Set(name, value)
	}
	return withQuery(a.path, q)
}

// narrowing is what narrows the list, without its order and its page.
func (a address) narrowing() url.Values {
	q := url.Values{}
	for k, v := range a.params {
		if !slices.Contains([]string{"sort", "size", "page"}, k) {
			q[k] = v
		}
	}
	return q
}

func (a address) number(name string) int {
	n, _ := strconv.Atoi(a.params.Get(name))
	return n
}

// only tells whether the list is narrowed to something besides.
func (a address) only(name string) bool { return slices.Contains(a.params["only"], name) }

func (a address) page() int { return max(a.number("page"), 1) }

func pageSizes() []int { return []int{20, 50, 100, 200} }

func (a address) size() int {
	if n := a.number("size"); slices.Contains(pageSizes(), n) {
		return n
	}
	return funding.DefaultPageSize
}

// column makes a column sortable.
func (a address) column(c templates.Column) templates.Column {
	next := c.Key
	switch a.params.Get("sort") {
	case c.Key:
		next, c.Sorted = "-"+c.Key, "asc"
	case "-" + c.Key:
		c.Sorted = "desc"
	}
	c.SortHref = a.with("sort", next)
	return c
}

// chosen are the values of a parameter that belong to a set.
func chosen[T ~string](a address, name string, set []T) []T {
	var out []T
	for _, v := range a.params[name] {
		if slices.Contains(set, T(v)) {
			out = append(out, T(v))
		}
	}
	return out
}

// choice is a filter with some of a set.
func choice[T ~string](a address, name, label string, set []T, text func(T) string) templates.Filter {
	f, picked := templates.Filter{Name: name, Label: label, Kind: templates.FilterChoice}, chosen(a, name, set)
	for _, v := range set {
		f.Options = append(f.Options, templates.Option{Value: string(v), Text: text(v), Chosen: slices.Contains(picked, v)})
	}
	return f
}
