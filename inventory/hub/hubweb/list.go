package hubweb

import (
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/sheet"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/hub"
)

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

func (d *desk) mountList(s *web.Server) {
	view := s.Group(web.For(viewers()...))
	web.Get(view, listPath, d.showList)
	web.Get(view.Within(slowWork), listPath+".xlsx", d.exportList)
}

// Parameters of the list.
const (
	paramSearch   = "q"
	paramStanding = "standing"
	paramStage    = "stage"
	paramBasis    = "basis"
	paramOwner    = "department"
	paramRegion   = "region"
	paramLacks    = "lacks"
	paramSort     = "sort"
	paramPage     = "page"
	paramSize     = "size"
)

// address is a list as its address names it. What cannot be understood does not
// narrow.
type address struct {
	params url.Values
	query  hub.Query
}

func readAddress(params url.Values, dir *inventory.Directory) address {
	a := address{params: params}
	q := &a.query
	q.Search, q.Lacks = strings.TrimSpace(params.Get(paramSearch)), hub.Paper(params.Get(paramLacks))
	for _, word := range params[paramStanding] {
		if slices.Contains(hub.Standings(), hub.Standing(word)) {
			q.Standings = append(q.Standings, hub.Standing(word))
		}
	}
	for _, word := range params[paramStage] {
		if stage, ok := hub.ParseStage(word); ok {
			q.Stages = append(q.Stages, stage)
		}
	}
	for _, word := range params[paramBasis] {
		if hub.Basis(word).Valid() {
			q.Bases = append(q.Bases, hub.Basis(word))
		}
	}
	q.Owners = owners(params, dir)
	word, down := strings.CutPrefix(params.Get(paramSort), "-")
	if slices.Contains(hub.Sorts(), word) {
		q.Sort, q.Descending = word, down
	} else {
		q.Sort = "turn"
	}
	q.Page, _ = strconv.Atoi(params.Get(paramPage)) // nonsense is the first page
	q.Size, _ = strconv.Atoi(params.Get(paramSize))
	if q.Page, q.Size = max(q.Page, 1), min(q.Size, hub.MaxPageSize); q.Size <= 0 {
		q.Size = hub.DefaultPageSize
	}
	return a
}

// owners are the departments that an address names, and the bodies of its
// regions.
func owners(params url.Values, dir *inventory.Directory) []auth.DepartmentID {
	var out []auth.DepartmentID
	for _, code := range params[paramOwner] {
		if dept, ok := dir.ByCode(code); ok {
			out = append(out, dept.ID)
		}
	}
	for _, code := range params[paramRegion] {
		if dept, ok := dir.ByCode(code); ok {
			out = append(out, dir.Below(dept.ID)...)
		}
	}
	return out
}

// with is the address with a parameter set, on its first page.
func (a address) with(name, value string) string {
	params := copyOf(a.params)
	params.Del(paramPage)
	params.Del(name)
	if value != "" {
		params.Set(name, value)
	}
	return addressOf(params)
}

// without is the address with one value of a parameter less.
func (a address) without(name, value string) string {
	params := copyOf(a.params)
	params.Del(paramPage)
	params[name] = slices.DeleteFunc(params[name], func(v string) bool { return v == value })
	return addressOf(params)
}

func copyOf(params url.Values) url.Values {
	out := url.Values{}
	for name, values := range params {
		out[name] = slices.Clone(values)
	}
	return out
}

func addressOf(params url.Values) string {
	for name, values := range params {
		if len(values) == 0 {
			delete(params, name)
		}
	}
	if query := params.Encode(); query != "" {
		return listPath + "?" + query
	}
	return listPath
}

// showList shows a page of the connections that the reader sees.
func (d *desk) showList(r *web.Request, _ struct{}) (web.Response, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v := listView{p: r.P, by: r.By, dir: dir, a: readAddress(r.URL.Query(), dir)}
	if v.list, err = d.Hub.List(r.Ctx, r.By, v.a.query); err != nil {
		return nil, err
	}
	if last := max(1, int((v.list.Total+int64(v.a.query.Size)-1)/int64(v.a.query.Size))); v.a.query.Page > last { // rows may have gone
		v.a.query.Page = last
		if v.list, err = d.Hub.List(r.Ctx, r.By, v.a.query); err != nil {
			return nil, err
		}
	}
	title := r.T("hub.list")
	return web.View{Template: "hub/list", Title: title, Crumbs: crumbs(r.P, crumb(title, listPath)), Data: v.page()}, nil
}

// exportList gives the whole list as a workbook.
func (d *desk) exportList(r *web.Request, _ struct{}) (web.Response, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	q := readAddress(r.URL.Query(), dir).query
	return web.File{Name: r.T("hub.list.file"), MediaType: xlsxType, Write: func(w io.Writer) error { return d.writeList(r, q, w) }}, nil
}

// listColumns are those of the workbook.
func listColumns() []string {
	return []string{"code", "system", "owner", "basis", "must", "stage", "stage_on", "connected", "lacks", "overdue", "down_since", "last_signal", "province_on", "exempt_until", "verified_on", "verified_by"}
}

func (d *desk) writeList(r *web.Request, q hub.Query, out io.Writer) error {
	book := sheet.NewWriter(sheet.Options{T: r.P.T})
	defer book.Close()
	table := sheet.Table{Sheet: r.T("hub.list"), Title: r.T("hub.list")}
	for _, key := range listColumns() {
		c := sheet.Column{Key: key, Title: r.T("hub.column." + key)}
		if strings.HasSuffix(key, "_on") || key == "down_since" || key == "last_signal" || key == "exempt_until" {
			c.Kind = sheet.ColumnDate
		}
		table.Columns = append(table.Columns, c)
	}
	rows, err := book.Table(table)
	if err != nil {
		return err
	}
	yes := func(b bool) sheet.Value {
		if b {
			return sheet.Text(r.T("ui.yes"))
		}
		return sheet.Text(r.T("ui.no"))
	}
	err = d.Hub.Each(r.Ctx, r.By, q, func(l hub.Line, p *hub.Policy, today calendar.Date) error {
		return rows.Row(
			sheet.Text(l.Code), sheet.Text(l.Name), sheet.Text(l.Owner.Name), sheet.Text(r.T(string(l.Basis.Label()))), yes(l.Must),
			sheet.Text(l.Stage.Code()+" "+r.T(string(l.Stage.Label()))), sheet.Day(l.StageOn), yes(l.Counted), sheet.Text(lackText(r.P, l.Lacks())),
			yes(l.Overdue(p, today)), sheet.Day(l.DownSince), sheet.Day(l.LastSignal), sheet.Day(l.ProvinceOn), sheet.Day(l.ExemptUntil),
			sheet.Day(l.VerifiedOn), sheet.Text(l.VerifiedName),
		)
	})
	if err != nil {
		return err
	}
	if err := rows.Close(); err != nil {
		return err
	}
	_, err = book.WriteTo(out)
	return err
}
