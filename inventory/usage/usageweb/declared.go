package usageweb

import (
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/sheet"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
)

const declaredPath = usagePath + "/declared"

// Parameters of the comparison, besides those it shares with the fleet.
const (
	paramJudged = "judged"
	paramKind   = "kind"
)

// mountDeclared adds the comparison of what is declared with what was measured.
func (d *desk) mountDeclared(s *web.Server) {
	view := s.Group(web.For(readers()...)).Within(slowFacts)
	web.Get(view, declaredPath, d.showDeclared)
	web.Get(view, declaredPath+".xlsx", asPage(d.declaredSheet("xlsx")))
	web.Get(view, declaredPath+".csv", asPage(d.declaredSheet("csv")))
}

// compareAsked is which systems an address asks for.
type compareAsked struct {
	usage.CompareQuery
	params url.Values
	wrong  []fault.Field
}

// readCompare reads an address. Without one it begins with what differs.
func readCompare(q url.Values, dir *inventory.Directory) compareAsked {
	a := compareAsked{params: url.Values{}}
	if a.Search = strings.TrimSpace(q.Get(paramFleetSearch)); a.Search != "" {
		a.params.Set(paramFleetSearch, a.Search)
	}
	if word := q.Get(paramFleetOwner); word != "" {
		if dept, ok := dir.Lookup(word); ok {
			a.Owner = dept.ID
			a.params.Set(paramFleetOwner, dept.Code)
		} else {
			a.wrong = append(a.wrong, fault.At(paramFleetOwner, "usage.err.owner", "value", word))
		}
	}
	if j := usage.Judgement(q.Get(paramJudged)); slices.Contains(usage.Judgements(), j) {
		a.Judgement = j
		a.params.Set(paramJudged, string(j))
	}
	if k := usage.DifferenceKind(q.Get(paramKind)); slices.Contains(usage.DifferenceKinds(), k) {
		a.Kind = k
		a.params.Set(paramKind, string(k))
	}
	order, descending := strings.CutPrefix(q.Get(paramFleetSort), "-")
	if slices.Contains([]usage.CompareOrder{usage.ByCode, usage.ByUsedDays, usage.ByCoverage}, usage.CompareOrder(order)) {
		a.Sort, a.Descending = usage.CompareOrder(order), descending
		a.params.Set(paramFleetSort, q.Get(paramFleetSort))
	}
	a.Page, _ = strconv.Atoi(q.Get(paramFleetPage))
	a.Size, _ = strconv.Atoi(q.Get(paramFleetSize))
	if a.Size < 1 || a.Size > inventory.MaxPageSize {
		a.Size = inventory.DefaultPageSize
	}
	return a
}

// showDeclared lists what departments declare against what was measured.
func (d *desk) showDeclared(r *web.Request, _ struct{}) (web.Response, error) {
	v, err := d.readDeclared(r, 0)
	if err != nil {
		return nil, err
	}
	return web.View{Template: "usage/declared", Title: r.T("usage.declared"), Crumbs: v.crumbs(), Data: v.page()}, nil
}

func (d *desk) readDeclared(r *web.Request, size int) (declaredView, error) {
	v := declaredView{p: r.P, by: r.By, now: r.Now}
	var err error
	if v.dir, err = d.Registry.Directory(r.Ctx); err != nil {
		return v, err
	}
	v.asked = readCompare(r.URL.Query(), v.dir)
	if size != 0 {
		v.asked.Size = size
	}
	v.result, err = d.Ledger.Compare(r.Ctx, r.By, v.asked.CompareQuery)
	return v, err
}

// declaredSheet answers with all rows of the comparison, as it is filtered.
func (d *desk) declaredSheet(kind string) func(*web.Request) (web.Response, error) {
	format, mediaType := sheet.XLSX, xlsxType
	if kind == "csv" {
		format, mediaType = sheet.CSV, "text/csv; charset=utf-8"
	}
	return func(r *web.Request) (web.Response, error) {
		v, err := d.readDeclared(r, -1)
		if err != nil {
			return nil, err
		}
		if err := fault.Refuse(v.asked.wrong); err != nil {
			return nil, err
		}
		name := r.T("usage.declared") + "-" + v.result.To.String() + "." + kind
		return web.File{Name: name, MediaType: mediaType, Write: func(w io.Writer) error {
			return writeTable(format, v.sheet(), sheet.Options{T: r.P.T}, v.sheetRows, w)
		}}, nil
	}
}

// showSums shows how many systems are measured and used, by department: all
// that the leading group sees of use.
func (d *desk) showSums(r *web.Request, _ struct{}) (web.Response, error) {
	sums, err := d.Ledger.Sums(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v := sumsView{p: r.P, by: r.By, dir: dir, sums: sums, rows: r.By.Is(readers()...)}
	return web.View{Template: "usage/sums", Title: r.T("usage.sums"), Crumbs: v.crumbs(), Data: v.page()}, nil
}
