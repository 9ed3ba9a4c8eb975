package inventoryweb

import (
	"slices"
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/templates"
)

type bulkForm struct {
	Rows []string `form:"row"`
	Move string   `form:"move"`
	Back string   `form:"back"`
}

// moveMany takes the same step with each of the chosen records: one act per
// record, so that one that cannot be done does not stop the others.
func (d *desk) moveMany(r *web.Request, in bulkForm) (web.Response, error) {
	move := inventory.Move(in.Move)
	if !slices.Contains(bulkMoves(r.By), move) {
		return nil, fault.New(fault.Invalid, "inventory.err.no_such_move")
	}
	if len(in.Rows) == 0 {
		return web.Redirect{To: in.Back, Said: templates.Flash{Kind: "warning", Text: r.T("inventory.bulk.none")}}, nil
	}
	done := 0
	var failed []bulkFailure
	for _, row := range in.Rows[:min(len(in.Rows), inventory.MaxPageSize)] {
		code, version, _ := strings.Cut(row, "@")
		n, _ := strconv.ParseInt(version, 10, 64)
		_, err := d.Registry.Move(r.Ctx, r.By, code, n, move, "")
		switch kind := fault.KindOf(err); {
		case err == nil:
			done++
		case kind == fault.Internal || kind == fault.Unavailable:
			return nil, err
		default:
			failed = append(failed, bulkFailure{code, err})
		}
	}
	said := r.T("inventory.bulk."+in.Move+".done", "n", done)
	if len(failed) == 0 {
		return web.Redirect{To: in.Back, Said: web.Said(said)}, nil
	}
	return bulkResult(r, in, said, failed), nil
}

// bulkFailure is a record with which a step could not be taken.
type bulkFailure struct {
	code string
	err  error
}

// bulkPage is the data of inventory/bulk: what became of several records.
type bulkPage struct {
	Head    templates.Head
	Callout templates.Callout
	Table   templates.Table
	Acts    []templates.Act
}

func bulkResult(r *web.Request, in bulkForm, said string, failed []bulkFailure) web.View {
	title := r.T("inventory.bulk." + in.Move)
	page := bulkPage{
		Head:    templates.Head{Title: title, Lead: said},
		Callout: templates.Callout{Kind: "warning", Title: r.T("inventory.bulk.failed", "n", len(failed)), Text: r.T("inventory.bulk.failed.text")},
		Table: templates.Table{Caption: r.T("inventory.bulk.failed", "n", len(failed)), Columns: []templates.Column{
			{Text: r.T("system.code"), Main: true}, {Text: r.T("inventory.bulk.why"), Main: true},
		}},
		Acts: []templates.Act{{Text: r.T("inventory.bulk.back"), Href: web.LocalPath(in.Back), Kind: templates.ActPrimary}},
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
