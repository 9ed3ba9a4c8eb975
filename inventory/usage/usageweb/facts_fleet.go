package usageweb

import (
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/chart"
	"qingce/internal/fault"
	"qingce/internal/sheet"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
)

// Parameters of the list of the fleet, besides its days.
const (
	paramFleetSearch = "q"
	paramFleetOwner  = "owner"
	paramFleetState  = "state"
	paramFleetSort   = "sort"
	paramFleetPage   = "page"
	paramFleetSize   = "size"
)

// fleetSorts are what the list can be ordered by.
func fleetSorts() []string {
	return []string{"code", "name", "measured", "covered", "users", "last_use"}
}

// fleetAsked is which systems and days an address asks for.
type fleetAsked struct {
	usage.FleetQuery
	span   span
	params url.Values // what was understood, without the page
	wrong  []fault.Field
}

// readFleet reads what an address asks for. What cannot be understood does not
// narrow, and is told.
func readFleet(q url.Values, v fleetView) fleetAsked {
	a := fleetAsked{span: readSpan(q, v.today()), params: url.Values{}}
	a.From, a.To, a.wrong = a.span.from, a.span.to, a.span.wrong
	for name, values := range a.span.query() {
		a.params[name] = values
	}
	if a.Search = strings.TrimSpace(q.Get(paramFleetSearch)); a.Search != "" {
		a.params.Set(paramFleetSearch, a.Search)
	}
	if word := q.Get(paramFleetOwner); word != "" {
		if dept, ok := v.dir.Lookup(word); ok {
			a.Owner = dept.ID
			a.params.Set(paramFleetOwner, dept.Code)
		} else {
			a.wrong = append(a.wrong, fault.At(paramFleetOwner, "usage.err.owner", "value", word))
		}
	}
	for _, word := range q[paramFleetState] {
		if slices.Contains(inventory.States(), inventory.State(word)) && !slices.Contains(a.States, inventory.State(word)) {
			a.States = append(a.States, inventory.State(word))
			a.params.Add(paramFleetState, word)
		}
	}
	order, descending := strings.CutPrefix(q.Get(paramFleetSort), "-")
	if slices.Contains(fleetSorts(), order) {
		a.Sort, a.Descending = order, descending
		a.params.Set(paramFleetSort, q.Get(paramFleetSort))
	}
	a.Page, _ = strconv.Atoi(q.Get(paramFleetPage))
	a.Size, _ = strconv.Atoi(q.Get(paramFleetSize))
	if a.Size < 1 || a.Size > inventory.MaxPageSize {
		a.Size = fleetSize
	}
	a.Page = max(a.Page, 1)
	return a
}

// fleetSize is how many systems a page shows when nobody says otherwise: as
// many as fit one picture.
const fleetSize = 30

// showFleet shows how the systems are covered, day by day.
func (d *desk) showFleet(r *web.Request, _ struct{}) (web.Response, error) {
	v, err := d.readFleet(r)
	if err != nil {
		return nil, err
	}
	return web.View{Template: "usage/fleet", Title: r.T("usage.title"), Crumbs: v.crumbs(), Data: v.page()}, nil
}

func (d *desk) readFleet(r *web.Request) (fleetView, error) {
	v := fleetView{p: r.P, by: r.By, now: r.Now}
	var err error
	if v.dir, err = d.Registry.Directory(r.Ctx); err != nil {
		return v, err
	}
	if v.rest, err = d.restDays(r.Ctx); err != nil {
		return v, err
	}
	v.asked = readFleet(r.URL.Query(), v)
	if v.fleet, err = d.Ledger.Fleet(r.Ctx, r.By, v.asked.FleetQuery); err != nil {
		return v, err
	}
	if last := lastPage(v.fleet.Total, v.asked.Size); v.asked.Page > last { // rows may have gone since
		v.asked.Page = last
		v.fleet, err = d.Ledger.Fleet(r.Ctx, r.By, v.asked.FleetQuery)
	}
	return v, err
}

// fleetFile answers with the picture of the page that is shown.
func (d *desk) fleetFile(kind, mediaType string, write func(fleetView, io.Writer) error) func(*web.Request) (web.Response, error) {
	return func(r *web.Request) (web.Response, error) {
		v, err := d.readFleet(r)
		if err != nil {
			return nil, err
		}
		if err := fault.Refuse(v.asked.wrong); err != nil {
			return nil, err
		}
		return web.File{Name: v.fileName(kind), MediaType: mediaType, Write: func(w io.Writer) error { return write(v, w) }}, nil
	}
}

func (v fleetView) fileName(kind string) string {
	return v.p.T("usage.title") + "-" + v.asked.From.String() + "-" + v.asked.To.String() + "." + kind
}

func (v fleetView) writeSVG(w io.Writer) error {
	_, err := w.Write(v.draw(chart.Wide).SVG())
	return err
}

func (v fleetView) writePNG(w io.Writer) error { return writePicture(v.draw(chart.Wide), w) }

// fleetSheet answers with all systems of the list, as it is filtered.
func (d *desk) fleetSheet(kind string) func(*web.Request) (web.Response, error) {
	format, mediaType := sheet.XLSX, xlsxType
	if kind == "csv" {
		format, mediaType = sheet.CSV, "text/csv; charset=utf-8"
	}
	return func(r *web.Request) (web.Response, error) {
		v, err := d.readFleet(r)
		if err != nil {
			return nil, err
		}
		if err := fault.Refuse(v.asked.wrong); err != nil {
			return nil, err
		}
		rows := func(row func(...sheet.Value) error) error {
			q := v.asked.FleetQuery
			for q.Page, q.Size = 1, inventory.MaxPageSize; ; q.Page++ {
				page, err := d.Ledger.Fleet(r.Ctx, r.By, q)
				if err != nil || len(page.Rows) == 0 {
					return err
				}
				for i := range page.Rows {
					if err := row(v.sheetRow(&page.Rows[i])...); err != nil {
						return err
					}
				}
				if int64(q.Page)*int64(q.Size) >= page.Total {
					return nil
				}
			}
		}
		return web.File{Name: v.fileName(kind), MediaType: mediaType, Write: func(w io.Writer) error {
			return writeTable(format, v.sheet(), sheet.Options{T: r.P.T}, rows, w)
		}}, nil
	}
}
