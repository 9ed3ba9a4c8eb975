package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/locale"
	"qingce/templates"
)

// Listing is the address of a list taken apart: what narrows it, its order and
// its page. What cannot be understood does not narrow.
type Listing struct {
	Path   string
	Params url.Values
}

// Listing takes the address of the request apart. Parameters without a value
// and the language are left out.
func (r *Request) Listing() Listing {
	out := url.Values{}
	for key, values := range r.URL.Query() {
		for _, v := range values {
			if strings.TrimSpace(v) != "" && key != "lang" {
				out.Add(key, v)
			}
		}
	}
	return Listing{r.URL.Path, out}
}

// WithQuery is a path with its query.
func WithQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func (l Listing) String() string { return WithQuery(l.Path, l.Params) }

// With is the address with a parameter set, or taken away by an empty value; it
// leads to the first page.
func (l Listing) With(name, value string) string {
	q := url.Values{}
	for k, v := range l.Params {
		if k != name && k != "page" {
			q[k] = v
		}
	}
	if value != "" {
		q.Set(name, value)
	}
	return WithQuery(l.Path, q)
}

// Narrowing is what narrows the list, without its order and its page.
func (l Listing) Narrowing() url.Values {
	q := url.Values{}
	for k, v := range l.Params {
		if !slices.Contains([]string{"sort", "size", "page"}, k) {
			q[k] = v
		}
	}
	return q
}

// Narrowed tells whether anything narrows the list.
func (l Listing) Narrowed() bool { return len(l.Narrowing()) > 0 }

// Get is the first value of a parameter.
func (l Listing) Get(name string) string { return l.Params.Get(name) }

// Number is a parameter as a number; 0 when it is none.
func (l Listing) Number(name string) int {
	n, err := strconv.Atoi(l.Params.Get(name))
	if err != nil {
		return 0
	}
	return n
}

// On tells whether a box is ticked.
func (l Listing) On(name string) bool { return l.Params.Get(name) == "true" }

// Page is the page that is asked for, from 1.
func (l Listing) Page() int { return max(l.Number("page"), 1) }

// PageSizes are the numbers of rows a page may have.
func PageSizes() []int { return []int{20, 50, 100, 200} }

// Size is how many rows a page has.
func (l Listing) Size(otherwise int) int {
	if n := l.Number("size"); slices.Contains(PageSizes(), n) {
		return n
	}
	return otherwise
}

// Sort is the order that is asked for, and whether it goes down.
func (l Listing) Sort() (key string, down bool) {
	return strings.CutPrefix(l.Params.Get("sort"), "-")
}

// Column makes a column sortable by its key.
func (l Listing) Column(c templates.Column) templates.Column {
	next := c.Key
	switch l.Params.Get("sort") {
	case c.Key:
		next, c.Sorted = "-"+c.Key, "asc"
	case "-" + c.Key:
		c.Sorted = "desc"
	}
	c.SortHref = l.With("sort", next)
	return c
}

// Pager leads to the other pages of a list with total rows.
func (l Listing) Pager(size int, total int64) *templates.Pager {
	return new(templates.NewPager(l.String(), l.Page(), size, total, PageSizes()...))
}

// Filters puts a row of filters together, with the chips of those in force; the
// order, the size of a page and the parameters to keep stay as they are. Search
// names the box for any words.
func (l Listing) Filters(p *locale.Printer, search string, main []templates.Filter, keep ...string) *templates.Filters {
	f := &templates.Filters{
		Action: l.Path, ClearAll: l.Path, Main: main,
		Query: &templates.Query{Name: "q", Value: l.Get("q"), Label: search, Placeholder: search},
	}
	for _, name := range append([]string{"sort", "size"}, keep...) {
		if v := l.Get(name); v != "" {
			f.Hidden = append(f.Hidden, templates.Pair{Name: name, Value: v})
		}
	}
	if q := l.Get("q"); q != "" {
		f.Chips = append(f.Chips, templates.Chip{Label: search, Text: q, Remove: l.With("q", "")})
	}
	for _, one := range main {
		text := one.Value
		if one.Kind == templates.FilterChoice {
			text = p.Join(one.Picked())
		}
		if text != "" {
			f.Chips = append(f.Chips, templates.Chip{Label: one.Label, Text: text, Remove: l.With(one.Name, "")})
		}
	}
	return f
}

// Flag is a filter with one box.
func (l Listing) Flag(name, text string) templates.Filter {
	return templates.Filter{Name: name, Label: text, Kind: templates.FilterChoice, Options: []templates.Option{
		{Value: "true", Text: text, Chosen: l.On(name)},
	}}
}

// Chosen are the values of a parameter that belong to a set.
func Chosen[T ~string](l Listing, name string, set []T) []T {
	var out []T
	for _, v := range l.Params[name] {
		if slices.Contains(set, T(v)) {
			out = append(out, T(v))
		}
	}
	return out
}

// Choice is a filter with some of a set.
func Choice[T ~string](l Listing, name, label string, set []T, text func(T) string) templates.Filter {
	f, chosen := templates.Filter{Name: name, Label: label, Kind: templates.FilterChoice}, Chosen(l, name, set)
	for _, v := range set {
		f.Options = append(f.Options, templates.Option{Value: string(v), Text: text(v), Chosen: slices.Contains(chosen, v)})
	}
	return f
}
