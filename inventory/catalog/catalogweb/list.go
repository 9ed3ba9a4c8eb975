package catalogweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/catalog"
	"qingce/templates"
)

// Parameters of the address of the list.
const (
	paramScope    = "scope"
	paramSearch   = "q"
	paramProvider = "provider"
	paramShare    = "share"
	paramState    = "state"
	paramLibrary  = "library"
	paramClass    = "class"
	paramFresh    = "fresh" // mounted, empty, stale
	paramSystem   = "system"
	paramSort     = "sort"
	paramPage     = "page"
	paramSize     = "size"
)

// filterParams narrow a list.
func filterParams() []string {
	return []string{paramSearch, paramProvider, paramShare, paramState, paramLibrary, paramClass, paramFresh, paramSystem}
}

func pageSizes() []int { return []int{20, 50, 100, 200} }

// asked is the address of a list taken apart.
type asked struct {
	path   string
	params url.Values
	query  catalog.Query
	wrong  []fault.Field
}

// readList takes an address apart; what cannot be understood is left out of the
// query and reported.
func readList(path string, params url.Values, dir *inventory.Directory) asked {
	a := asked{path: path, params: url.Values{}}
	for key, values := range params {
		for _, v := range values {
			if v = strings.TrimSpace(v); v != "" && key != "lang" {
				a.params.Add(key, v)
			}
		}
	}
	q := &a.query
	q.Search, q.Class = a.params.Get(paramSearch), a.params.Get(paramClass)
	if s := catalog.Scope(a.params.Get(paramScope)); s.Valid() {
		q.Scope = s
	}
	for _, word := range a.params[paramProvider] {
		if dept, ok := dir.Lookup(word); ok {
			q.Providers = append(q.Providers, dept.ID)
		} else {
			a.wrong = append(a.wrong, fault.At(paramProvider, "catalogweb.err.department", "value", word))
		}
	}
	a.readChoices()
	q.Sort, q.Descending = strings.CutPrefix(a.params.Get(paramSort), "-")
	if !slices.Contains(catalog.Sorts(), q.Sort) {
		q.Sort, q.Descending = "", false
	}
	q.Page, _ = strconv.Atoi(a.params.Get(paramPage))
	q.Size, _ = strconv.Atoi(a.params.Get(paramSize))
	if !slices.Contains(pageSizes(), q.Size) {
		q.Size = catalog.DefaultPageSize
	}
	return a
}

func (a *asked) readChoices() {
	q := &a.query
	for _, v := range a.params[paramShare] {
		if t := catalog.ShareType(v); slices.Contains(catalog.ShareTypes(), t) {
			q.Share = append(q.Share, t)
		}
	}
	for _, v := range a.params[paramState] {
		if s := catalog.State(v); s.Valid() {
			q.States = append(q.States, s)
		}
	}
	if l := catalog.Library(a.params.Get(paramLibrary)); l.Valid() {
		q.Library = l
	}
	switch a.params.Get(paramFresh) {
	case "mounted":
		q.Mounted = new(true)
	case "empty":
		q.Mounted = new(false)
	case "stale":
		q.Stale = new(true)
	case "fresh":
		q.Stale = new(false)
	}
	if id, err := strconv.ParseInt(a.params.Get(paramSystem), 10, 64); err == nil {
		q.System = inventory.SystemID(id)
	}
}

// with is the address with parameters set (pairs of name and value); an empty
// value takes one away. Anything but turning the page leads to the first one.
func (a asked) with(pairs ...string) string {
	q := url.Values{}
	for k, v := range a.params {
		q[k] = v
	}
	q.Del(paramPage)
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Del(pairs[i])
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return a.path
	}
	return a.path + "?" + q.Encode()
}

// without takes one value of a parameter away.
func (a asked) without(name, value string) string {
	q := url.Values{}
	for k, v := range a.params {
		q[k] = v
	}
	q.Del(paramPage)
	q[name] = slices.DeleteFunc(slices.Clone(q[name]), func(v string) bool { return v == value })
	if len(q[name]) == 0 {
		q.Del(name)
	}
	return a.path + "?" + q.Encode()
}

// cleared is the address without filters, in the same part of the catalog.
func (a asked) cleared() string {
	q := url.Values{}
	if s := a.params.Get(paramScope); s != "" {
		q.Set(paramScope, s)
		return a.path + "?" + q.Encode()
	}
	return a.path
}

// narrowed tells whether anything narrows the list.
func (a asked) narrowed() bool {
	return slices.ContainsFunc(filterParams(), func(name string) bool { return a.params.Get(name) != "" })
}

// listEntries shows the catalog: the city's, the own one, or what waits.
func (d *desk) listEntries(r *web.Request, _ struct{}) (web.Response, error) {
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	a := readList(catalogPath, r.URL.Query(), n.dir)
	v := listView{p: r.P, by: r.By, a: a, names: n}
	if v.page, err = d.Catalog.List(r.Ctx, r.By, a.query); err != nil {
		return nil, err
	}
	if v.waiting, err = d.waiting(r); err != nil {
		return nil, err
	}
	if v.classes, err = d.Catalog.Classes(r.Ctx, r.By); err != nil {
		return nil, err
	}
	return web.View{Template: "catalog/list", Title: r.T("menu.catalog"), Crumbs: []templates.Crumb{crumb(r.T("menu.catalog"))}, Data: v.data()}, nil
}

// waiting counts what waits for the reader's own act.
func (d *desk) waiting(r *web.Request) (int64, error) {
	page, err := d.Catalog.List(r.Ctx, r.By, catalog.Query{Scope: catalog.Waiting, Size: 1})
	return page.Total, err
}
