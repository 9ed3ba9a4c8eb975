package inventoryweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/templates"
)

type bulkForm struct {
	Rows []string `form:"row"`
	Move string   `form:"move"`
	Back string   `form:"back"`
	// All asks for every row of the list at Back as it was seen at Seen
	// (microseconds of the epoch), Sure after the numbers were shown.
	All  bool  `form:"all"`
	Seen int64 `form:"seen"`
	Sure bool  `form:"sure"`
}

// chosen is a record with which a step is to be taken.
type chosen struct {
	code    string
	version int64
	err     error // why it is not even tried
}

// bulkFailure is a record with which a step could not be taken.
type bulkFailure struct {
	code string
	err  error
}

// moveMany takes the same step with each of the chosen records.
func (d *desk) moveMany(r *web.Request, in bulkForm) (web.Response, error) {
	if !slices.Contains(bulkMoves(r.By), inventory.Move(in.Move)) {
		return nil, fault.New(fault.Invalid, "inventory.err.no_such_move")
	}
	if in.All {
		return d.moveList(r, in)
	}
	if len(in.Rows) == 0 {
		return web.Redirect{To: in.Back, Said: templates.Flash{Kind: "warning", Text: r.T("inventory.bulk.none")}}, nil
	}
	var rows []chosen
	for _, row := range in.Rows[:min(len(in.Rows), inventory.MaxPageSize)] {
		code, version, _ := strings.Cut(row, "@")
		n, _ := strconv.ParseInt(version, 10, 64)
		rows = append(rows, chosen{code: code, version: n})
	}
	return d.moveEach(r, in, rows)
}

// moveEach is one act per record, so that one that cannot be done does not stop
// the others.
func (d *desk) moveEach(r *web.Request, in bulkForm, rows []chosen) (web.Response, error) {
	done := 0
	var failed []bulkFailure
	for _, row := range rows {
		err := row.err
		if err == nil {
			_, err = d.Registry.Move(r.Ctx, r.By, row.code, row.version, inventory.Move(in.Move), "")
		}
		switch kind := fault.KindOf(err); {
		case err == nil:
			done++
		case kind == fault.Internal || kind == fault.Unavailable:
			return nil, err
		default:
			failed = append(failed, bulkFailure{row.code, err})
		}
	}
	said := r.T("inventory.bulk."+in.Move+".done", "n", done)
	if len(failed) == 0 {
		return web.Redirect{To: in.Back, Said: web.Said(said)}, nil
	}
	return bulkResult(r, in, said, failed), nil
}

// moveList takes the step with all records of the list that can take it, after
// it was shown how many those are. What was changed since the reader saw the
// list is left alone.
func (d *desk) moveList(r *web.Request, in bulkForm) (web.Response, error) {
	query, err := d.listAt(r, in.Back)
	if err != nil {
		return nil, err
	}
	ready, total, err := d.Registry.Movable(r.Ctx, r.By, query, inventory.Move(in.Move))
	switch {
	case fault.KindOf(err) == fault.Invalid && err != nil:
		return bulkAsk(r, in, templates.Callout{Kind: "warning", Text: r.P.Error(err)}, nil, err), nil
	case err != nil:
		return nil, err
	case !in.Sure || len(ready) == 0:
		return bulkQuestion(r, in, len(ready), total), nil
	}
	rows := make([]chosen, len(ready))
	for i, s := range ready {
		rows[i] = chosen{code: s.Code, version: s.Version}
		if s.UpdatedAt.After(time.UnixMicro(in.Seen)) {
			rows[i].err = store.ErrStale
		}
	}
	return d.moveEach(r, in, rows)
}

// listAt is the query behind the address of a list. An address that is not
// wholly understood is refused: it might mean more rows than were seen.
func (d *desk) listAt(r *web.Request, back string) (inventory.Query, error) {
	u, err := url.Parse(web.LocalPath(back))
	if err != nil || u.Path != systemsPath {
		return inventory.Query{}, fault.New(fault.Invalid, "inventory.err.bulk_list")
	}
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return inventory.Query{}, err
	}
	a := readAddress(u, d.systemReader(n, fieldweb.ForReading), r.Now)
	if len(a.wrong) > 0 || !a.asOf.isNow() {
		return inventory.Query{}, fault.New(fault.Invalid, "inventory.err.bulk_list")
	}
	return a.query, nil
}

// bulkPage is the data of inventory/bulk: what would become, or became, of
// several records.
type bulkPage struct {
	Head    templates.Head
	Callout templates.Callout
	Table   *templates.Table
	Acts    []templates.Act
}

// bulkQuestion shows how many records of a list can take the step, and asks.
func bulkQuestion(r *web.Request, in bulkForm, ready int, total int64) web.View {
	c := templates.Callout{Kind: "info", Title: r.T("inventory.bulk.all.ready", "total", r.P.Number(total), "n", ready), Text: r.T("inventory.move." + in.Move + ".note")}
	if rest := total - int64(ready); rest > 0 {
		c.Items = []string{r.T("inventory.bulk.all.rest", "n", r.P.Number(rest))}
	}
	if ready == 0 {
		c.Kind, c.Text, c.Items = "warning", r.T("inventory.bulk.all.none"), nil
		return bulkAsk(r, in, c, nil, nil)
	}
	yes := templates.Act{
		Text: r.T("inventory.bulk.all."+in.Move, "n", ready), Kind: templates.ActPrimary, Icon: moveIcon(inventory.Move(in.Move)), Post: systemsPath + "/moves",
		Hidden: []templates.Pair{
			{Name: "all", Value: "true"}, {Name: "sure", Value: "true"}, {Name: "move", Value: in.Move},
			{Name: "seen", Value: strconv.FormatInt(in.Seen, 10)}, {Name: "back", Value: in.Back},
		},
	}
	return bulkAsk(r, in, c, []templates.Act{yes}, nil)
}

func bulkAsk(r *web.Request, in bulkForm, c templates.Callout, acts []templates.Act, err error) web.View {
	title := r.T("inventory.bulk." + in.Move)
	page := bulkPage{Head: templates.Head{Title: title}, Callout: c, Acts: append(acts, backToList(r, in, templates.ActPlain))}
	return web.View{Template: "inventory/bulk", Title: title, Crumbs: crumbs(r.P, crumb(title)), Data: page, Err: err}
}

func backToList(r *web.Request, in bulkForm, kind string) templates.Act {
	return templates.Act{Text: r.T("inventory.bulk.back"), Href: web.LocalPath(in.Back), Kind: kind}
}

func bulkResult(r *web.Request, in bulkForm, said string, failed []bulkFailure) web.View {
	title := r.T("inventory.bulk." + in.Move)
	page := bulkPage{
		Head:    templates.Head{Title: title, Lead: said},
		Callout: templates.Callout{Kind: "warning", Title: r.T("inventory.bulk.failed", "n", len(failed)), Text: r.T("inventory.bulk.failed.text")},
		Table: &templates.Table{Caption: r.T("inventory.bulk.failed", "n", len(failed)), Columns: []templates.Column{
			{Text: r.T("system.code"), Main: true}, {Text: r.T("inventory.bulk.why"), Main: true},
		}},
		Acts: []templates.Act{backToList(r, in, templates.ActPrimary)},
	}
	for _, f := range failed {
		why := []string{r.P.Error(f.err)}
		for _, found := range fault.FieldsOf(f.err) {
			if !found.Warning {
				why = append(why, r.P.Field(found))
			}
		}
		page.Table.Rows = append(page.Table.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: f.code, Href: systemPath(f.code)}, {Text: why[len(why)-1], Note: strings.Join(why[:len(why)-1], " ")},
		}})
	}
	return web.View{Template: "inventory/bulk", Title: title, Crumbs: crumbs(r.P, crumb(title)), Data: page}
}
