package usageweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/templates"
)

func probePath(code string, more ...string) string {
	return web.Join(probesPath, append([]string{code}, more...)...)
}

func crumbText(text string) templates.Crumb { return templates.Crumb{Text: text} }

func crumbOf(one usage.Probe) templates.Crumb {
	return templates.Crumb{Text: one.Name, Href: probePath(one.Code)}
}

func probeCrumbs(p *locale.Printer, more ...templates.Crumb) []templates.Crumb {
	out := []templates.Crumb{{Text: p.T("menu.home"), Href: "/"}, {Text: p.T("probes.title"), Href: probesPath}}
	out = append(out, more...)
	out[len(out)-1].Href = ""
	return out
}

// Parameters of the list of probes.
const (
	paramProbeSearch   = "q"
	paramProbeStanding = "state"
	paramProbeKind     = "kind"
	paramProbeOwner    = "owner"
	paramProbeSystem   = "system"
	paramProbeRejected = "rejected"
	paramProbeSort     = "sort"
	paramProbePage     = "page"
	paramProbeSize     = "size"
)

// greatestPage is beyond every list.
const greatestPage = 1_000_000

func probePageSizes() []int { return []int{20, 50, 100, 200} }

// probesAddress is the address of a list of probes taken apart. What it cannot
// tell is left out, and said.
type probesAddress struct {
	query  usage.ProbeQuery
	params url.Values
	wrong  []string
}

func readProbesAddress(params url.Values, dir *inventory.Directory) probesAddress {
	a := probesAddress{params: url.Values{}}
	for _, name := range []string{
		paramProbeSearch, paramProbeStanding, paramProbeKind, paramProbeOwner, paramProbeSystem, paramProbeRejected, paramProbeSort, paramProbePage, paramProbeSize,
	} {
		for _, v := range params[name] {
			if v = strings.TrimSpace(v); v != "" && a.read(name, v, dir) {
				a.params.Add(name, v)
			} else if v != "" {
				a.wrong = append(a.wrong, name+"="+v)
			}
		}
	}
	a.query.Page = max(a.query.Page, 1)
	if a.query.Size == 0 {
		a.query.Size = usage.DefaultPageSize
	}
	return a
}

// read takes in one value, and tells whether it means anything.
func (a *probesAddress) read(name, v string, dir *inventory.Directory) (known bool) {
	switch name {
	case paramProbeSearch:
		a.query.Search = v
		return true
	case paramProbeStanding:
		if known = usage.Standing(v).Valid(); known {
			a.query.Standings = append(a.query.Standings, usage.Standing(v))
		}
		return known
	case paramProbeKind:
		if known = usage.ProbeKind(v).Valid(); known {
			a.query.Kinds = append(a.query.Kinds, usage.ProbeKind(v))
		}
		return known
	case paramProbeOwner:
		d, ok := dir.ByCode(v)
		if ok {
			a.query.Owners = append(a.query.Owners, d.ID)
		}
		return ok
	case paramProbeSystem:
		a.query.SystemCode = v
		return true
	case paramProbeRejected:
		a.query.Rejected = v == "today"
		return a.query.Rejected
	case paramProbeSort:
		sort, down := strings.CutPrefix(v, "-")
		if known = slices.Contains(usage.ProbeSorts(), sort); known {
			a.query.Sort, a.query.Descending = sort, down
		}
		return known
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > greatestPage {
		return false
	}
	if name == paramProbePage {
		a.query.Page = n
		return true
	}
	a.query.Size = min(n, usage.MaxPageSize)
	return true
}

// narrowed tells whether the list is less than all.
func (a probesAddress) narrowed() bool {
	for _, name := range []string{paramProbeSearch, paramProbeStanding, paramProbeKind, paramProbeOwner, paramProbeSystem, paramProbeRejected} {
		if a.params.Has(name) {
			return true
		}
	}
	return false
}

// with is the address with a parameter set, or taken out by an empty value; the
// page is the first.
func (a probesAddress) with(name, value string) string {
	q := url.Values{}
	for key, values := range a.params {
		if key != name && key != paramProbePage {
			q[key] = values
		}
	}
	if value != "" {
		q.Set(name, value)
	}
	return queryPath(q)
}

// without is the address without one value of a filter.
func (a probesAddress) without(name, value string) string {
	q := url.Values{}
	for key, values := range a.params {
		for _, v := range values {
			if key != paramProbePage && (key != name || v != value) {
				q.Add(key, v)
			}
		}
	}
	return queryPath(q)
}

func (a probesAddress) String() string { return queryPath(a.params) }

func queryPath(q url.Values) string {
	if len(q) == 0 {
		return probesPath
	}
	return probesPath + "?" + q.Encode()
}
