package inventoryweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/inventory"
)

// readQuery is readAddress for programs. A page is lenient and shows the first
// rows when it cannot tell which are meant; a program would take them for what
// it asked for, so here everything that is not understood is refused.
func readQuery(u *url.URL, reader *field.Reader[inventory.System], now time.Time) address {
	a := readAddress(u, reader, now)
	wrong := unknownParameters(u, isParameter)
	wrong = append(wrong, checkKey(inventory.SystemFields, paramSort, strings.TrimPrefix(a.params.Get(paramSort), "-"))...)
	if asked := a.params.Get(paramColumns); asked != allColumns {
		for key := range strings.SplitSeq(asked, ",") {
			wrong = append(wrong, checkKey(inventory.SystemFields, paramColumns, key)...)
		}
	}
	for _, f := range a.wrong {
		if f.Name != paramSort {
			wrong = append(wrong, f)
		}
	}
	a.query.Page = wholeNumber(a.params, paramPage, 1, 0, 1, &wrong)
	a.query.Size = wholeNumber(a.params, paramSize, 1, inventory.MaxPageSize, inventory.DefaultPageSize, &wrong)
	a.wrong = wrong
	a.tellInWan()
	return a
}

// tellInWan writes money in the address as people read it: an export says in
// words which rows it holds.
func (a *address) tellInWan() {
	for _, f := range inventory.SystemFields.All() {
		for _, end := range []string{f.Key + field.FromSuffix, f.Key + field.ToSuffix} {
			if fen := a.params.Get(end); f.Kind == field.Money && fen != "" {
				a.params.Set(end, f.Typed(field.Names{}, fen))
			}
		}
	}
}

// wholeNumber reads a parameter that is a whole number from low to high (0: as
// great as one likes), usual when it is not given.
func wholeNumber(params url.Values, name string, low, high, usual int, wrong *[]fault.Field) int {
	typed := strings.TrimSpace(params.Get(name))
	if typed == "" {
		return usual
	}
	n, err := strconv.Atoi(typed)
	switch {
	case err != nil:
		*wrong = append(*wrong, fault.At(name, "web.err.type", "type", fault.Label("web.type.integer")))
	case n < low:
		*wrong = append(*wrong, fault.At(name, "web.err.min", "min", low))
	case high > 0 && n > high:
		*wrong = append(*wrong, fault.At(name, "web.err.max", "max", high))
	}
	return n
}

// checkKey refuses a parameter that names a field which does not exist, with
// those that look like it.
func checkKey[T any](c *field.Catalog[T], param, key string) []fault.Field {
	if _, ok := c.Find(key); ok || key == "" {
		return nil
	}
	return []fault.Field{fault.At(param, "inventory.err.unknown_member", "name", key, "known", strings.Join(alike(c.Keys(), key), ", "))}
}

// unknownParameters refuses parameters that mean nothing, by name.
func unknownParameters(u *url.URL, known func(string) bool) []fault.Field {
	var out []fault.Field
	for key := range u.Query() {
		if !known(key) {
			out = append(out, fault.At(key, "web.err.unknown_parameter"))
		}
	}
	slices.SortFunc(out, func(a, b fault.Field) int { return strings.Compare(a.Name, b.Name) })
	return out
}
