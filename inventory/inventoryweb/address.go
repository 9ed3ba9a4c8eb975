package inventoryweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/input"
	"qingce/inventory"
	"qingce/templates"
)

// Parameters of the address of a list, beside the filters of every field.
const (
	paramSearch = "q"
	paramSort   = "sort"
	paramPage   = "page"
	paramSize   = "size"
	paramAsOf   = "as_of"
	paramPanel  = "panel"

	paramColumns = "columns" // of an export
)

// pageSizes are the numbers of rows that a page of a list may have.
func pageSizes() []int { return []int{20, 50, 100, 200} }

// address is the address of a list taken apart. It can be shared: whoever may
// see the rows sees the same list.
type address struct {
	path   string
	params url.Values // without what is empty
	query  inventory.Query
	asOf   moment
	panel  string // which of the large choices is open: filters or columns
	wrong  []fault.Field
}

// readAddress takes the address of a list of systems apart. What cannot be
// understood is left out of the query and reported.
func readAddress(u *url.URL, reader *field.Reader[inventory.System], now time.Time) address {
	a := address{path: u.Path, params: cleaned(u.Query())}
	var wrong []fault.Field
	a.asOf, wrong = readMoment(a.params.Get(paramAsOf), now)
	a.query.Conditions, a.wrong = reader.Filters(a.params)
	a.wrong = append(a.wrong, wrong...)
	a.query.Search = input.Text(a.params.Get(paramSearch))
	a.query.AsOf = a.asOf.at
	a.panel = u.Query().Get(paramPanel)
	a.query.Sort, a.query.Descending = strings.CutPrefix(a.params.Get(paramSort), "-")
	if _, ok := reader.Catalog.Find(a.query.Sort); a.query.Sort != "" && !ok {
		a.wrong = append(a.wrong, fault.At(paramSort, "inventory.err.sort", "field", a.query.Sort))
		a.query.Sort, a.query.Descending = "", false
	}
	a.query.Page, _ = strconv.Atoi(a.params.Get(paramPage))
	a.query.Size, _ = strconv.Atoi(a.params.Get(paramSize))
	if !slices.Contains(pageSizes(), a.query.Size) {
		a.query.Size = inventory.DefaultPageSize
	}
	return a
}

// cleaned leaves out parameters without a value, what the language switch left
// in the address, and which choice is open.
func cleaned(params url.Values) url.Values {
	out := url.Values{}
	for key, values := range params {
		for _, v := range values {
			if strings.TrimSpace(v) != "" && key != "lang" && key != paramPanel {
				out.Add(key, v)
			}
		}
	}
	return out
}

// String is the address as it can be shared.
func (a address) String() string { return a.with() }

// with is the address with parameters set (pairs of name and value); an empty
// value takes one away. Anything but turning the page leads to the first one.
func (a address) with(pairs ...string) string {
	q := url.Values{}
	for k, v := range a.params {
		q[k] = v
	}
	if len(pairs) > 0 {
		q.Del(paramPage)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Del(pairs[i])
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return withQuery(a.path, q)
}

// only is the path with those parameters of the address that keep says.
func (a address) only(path string, keep func(key string) bool) string {
	q := url.Values{}
	for k, v := range a.params {
		if keep(k) {
			q[k] = v
		}
	}
	return withQuery(path, q)
}

func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// selects tells whether a parameter narrows the list.
func selects(key string) bool {
	return key == paramSearch || isFilter(key)
}

func isFilter(key string) bool {
	key = strings.TrimSuffix(strings.TrimSuffix(key, field.FromSuffix), field.ToSuffix)
	_, ok := inventory.SystemFields.Find(key)
	return ok
}

// narrowed tells whether anything narrows the list.
func (a address) narrowed() bool {
	for key := range a.params {
		if selects(key) {
			return true
		}
	}
	return false
}

// hidden are the parameters that a form by GET sends along, besides its own.
func (a address) hidden(own func(key string) bool) []templates.Pair {
	var out []templates.Pair
	keys := make([]string, 0, len(a.params))
	for key := range a.params {
		if !own(key) && key != paramPage {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		for _, v := range a.params[key] {
			out = append(out, templates.Pair{Name: key, Value: v})
		}
	}
	return out
}

// moment is the instant as of which something is shown.
type moment struct {
	typed string
	at    time.Time // zero: now
	day   calendar.Date
}

func (m moment) isNow() bool { return m.at.IsZero() }

// readMoment reads "as of": a day means its end (24:00 in Shanghai), a time
// with zone means itself; nothing, today and the future are now.
func readMoment(typed string, now time.Time) (moment, []fault.Field) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return moment{}, nil
	}
	m := moment{typed: typed}
	var err error
	if m.at, err = time.Parse(time.RFC3339Nano, typed); err != nil {
		if m.day, _, err = input.Date(typed, false); err != nil {
			return moment{typed: typed}, []fault.Field{fault.At(paramAsOf, input.Code(err),
				"field", fault.Label("inventory.as_of"), "value", typed)}
		}
		m.typed = m.day.String()
		m.at = m.day.EndsAt().Add(-time.Microsecond) // the last instant of the day
	}
	m.at = m.at.UTC()
	if !m.at.Before(now) {
		return moment{}, nil
	}
	return m, nil
}

// onInstant is the parameter for an instant.
func onInstant(at time.Time) string { return at.In(calendar.Zone).Format(time.RFC3339Nano) }
