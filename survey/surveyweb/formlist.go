package surveyweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/inventory"
	"qingce/survey"
	"qingce/templates"
)

// Parameters of the list of the rows of a form.
const (
	rowSearch   = "q"
	rowDecision = "decision"
	rowShow     = "show"
	rowSort     = "sort"
	rowPage     = "page"
	rowSize     = "size"
)

// rowShows are the properties of rows that the list can be narrowed to.
func rowShows() []string { return []string{"wrong", "typed", "warned", "commented"} }

func decisions() []survey.RowDecision {
	return []survey.RowDecision{survey.Pending, survey.Confirmed, survey.Changed, survey.Added, survey.Gone, survey.Removed}
}

// rowAddress is the address of the list taken apart; what it cannot tell is left
// out.
type rowAddress struct {
	path   string
	params url.Values
	query  survey.RowQuery
}

func readRowAddress(u *url.URL) rowAddress {
	a := rowAddress{path: u.Path, params: url.Values{}}
	for key, values := range u.Query() {
		for _, v := range values {
			if slices.Contains([]string{rowSearch, rowDecision, rowShow, rowSort, rowPage, rowSize}, key) && strings.TrimSpace(v) != "" {
				a.params.Add(key, v)
			}
		}
	}
	a.query.Search = strings.TrimSpace(a.params.Get(rowSearch))
	for _, v := range a.params[rowDecision] {
		if d := survey.RowDecision(v); slices.Contains(decisions(), d) {
			a.query.Decisions = append(a.query.Decisions, d)
		}
	}
	for _, v := range a.params[rowShow] {
		a.query.Wrong = a.query.Wrong || v == "wrong"
		a.query.Typed = a.query.Typed || v == "typed"
		a.query.Warned = a.query.Warned || v == "warned"
		a.query.Commented = a.query.Commented || v == "commented"
	}
	sort, down := strings.CutPrefix(a.params.Get(rowSort), "-")
	a.query.Sort, a.query.Descending = survey.Order(sort), down
	a.query.Page, _ = strconv.Atoi(a.params.Get(rowPage)) // nonsense is the first page
	a.query.Size, _ = strconv.Atoi(a.params.Get(rowSize))
	if !slices.Contains(rowSizes(), a.query.Size) {
		a.query.Size = inventory.DefaultPageSize
	}
	return a
}

func rowSizes() []int { return []int{20, 50, 100, 200} }

func (a rowAddress) String() string {
	if len(a.params) == 0 {
		return a.path
	}
	return a.path + "?" + a.params.Encode()
}

// narrowed tells whether the list leaves something out.
func (a rowAddress) narrowed() bool {
	return a.params.Has(rowSearch) || a.params.Has(rowDecision) || a.params.Has(rowShow)
}

// sortBy is the address of the list in another order, or the other way round.
func (a rowAddress) sortBy(o survey.Order) string {
	v := string(o)
	if a.query.Sort == o && !a.query.Descending {
		v = "-" + v
	}
	return templates.WithQuery(templates.WithQuery(a.String(), rowPage, ""), rowSort, v)
}

func (a rowAddress) sorted(o survey.Order) string {
	switch {
	case a.query.Sort != o:
		return ""
	case a.query.Descending:
		return "desc"
	}
	return "asc"
}

// without is the address without one value of a parameter.
func (a rowAddress) without(key, value string) string {
	rest := url.Values{}
	for k, values := range a.params {
		for _, v := range values {
			if k != rowPage && (k != key || v != value) {
				rest.Add(k, v)
			}
		}
	}
	return rowAddress{path: a.path, params: rest}.String()
}
