package inventoryweb

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/templates"
)

// reorganisers carry out reorganisations.
func reorganisers() []auth.Role { return []auth.Role{auth.Office} }

// greatestPlan bounds the file of a plan, in bytes.
const greatestPlan = 256 << 10

// startReorganisation asks for a plan.
func (d *desk) startReorganisation(r *web.Request, _ struct{}) (web.Response, error) {
	return d.planPage(r, nil), nil
}

func (d *desk) planPage(r *web.Request, cause error) web.View {
	v := planView{p: r.P}
	return web.View{
		Template: "inventory/reorganise", Title: r.T("inventory.reorganise"), Crumbs: departmentCrumbs(r.P, crumb(r.T("inventory.reorganise"))),
		Data: v.start(cause), Err: cause,
	}
}

// shippedPlan gives out the plan of 2018 and 2019 to be checked and edited.
func (d *desk) shippedPlan(r *web.Request, _ struct{}) (web.Response, error) {
	return web.File{Name: r.T("inventory.reorganise.file"), MediaType: "text/csv; charset=utf-8", Write: func(w io.Writer) error {
		_, err := w.Write(append([]byte("\uFEFF"), inventory.Plan2019()...)) // the mark that makes spreadsheets read UTF-8
		return err
	}}, nil
}

type planForm struct {
	Shipped  bool     `form:"shipped"`
	Plan     string   `form:"plan"` // the plan that was previewed, when it is confirmed
	Lines    []string `form:"line"` // cells of the lines to be carried out
	Reason   string   `form:"reason"`
	Transfer bool     `form:"transfer"`
}

// previewPlan shows what a plan would end, add and move; nothing is written.
func (d *desk) previewPlan(r *web.Request, in planForm) (web.Response, error) {
	raw := inventory.Plan2019()
	if !in.Shipped {
		up, err := r.Upload("file", greatestPlan)
		if err != nil {
			return d.planRefused(r, err)
		}
		raw = up.Data
	}
	v, err := d.readPlan(r, raw)
	if err != nil {
		return d.planRefused(r, err)
	}
	return v.view(nil), nil
}

func (d *desk) planRefused(r *web.Request, err error) (web.Response, error) {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.TooLarge, fault.Unsupported:
		return d.planPage(r, err), nil
	}
	return nil, err
}

// readPlan reads a plan and what it would do. Mistakes in its lines are shown
// in the preview; without any good line there is nothing to show.
func (d *desk) readPlan(r *web.Request, raw []byte) (planView, error) {
	titles := func(column string) []string {
		var out []string
		for _, lang := range []string{"zh-CN", "en"} {
			out = append(out, d.Catalog.Printer(lang).T("reorganisation."+column))
		}
		return out
	}
	lines, wrong, err := inventory.ReadPlan(bytes.NewReader(raw), int64(len(raw)), "plan", titles)
	if err != nil {
		return planView{}, err
	}
	bad := map[string]bool{}
	for _, f := range wrong {
		bad[rowOf(f.Cell)] = true
	}
	good := slices.DeleteFunc(lines, func(l inventory.PlanLine) bool { return bad[rowOf(l.Cell)] })
	text := inventory.FormatPlan(good) // what the page sends back is text, whatever came in
	if len(good) > 0 {
		if good, _, err = inventory.ReadPlan(bytes.NewReader(text), int64(len(text)), "plan", titles); err != nil {
			return planView{}, err
		}
	}
	effects, err := d.Registry.PreviewPlan(r.Ctx, r.By, good)
	return planView{p: r.P, raw: string(text), effects: effects, wrong: wrong}, err
}

// rowOf is the number of the row in the address of a cell.
func rowOf(cell string) string { return strings.TrimLeft(cell, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") }

// confirmPlan carries out the chosen lines of a plan that was previewed, and
// moves the systems to the successors when that was asked.
func (d *desk) confirmPlan(r *web.Request, in planForm) (web.Response, error) {
	v, err := d.readPlan(r, []byte(in.Plan))
	if err != nil {
		return d.planRefused(r, err)
	}
	v.typed = &in
	chosen := slices.DeleteFunc(slices.Clone(v.effects), func(e inventory.PlanEffect) bool { return !slices.Contains(in.Lines, e.Line.Cell) })
	if len(chosen) == 0 {
		return v.view(fault.Refuse([]fault.Field{fault.At("line", "inventory.err.plan_none")})), nil
	}
	ended, added, err := d.Registry.Reorganise(r.Ctx, r.By, inventory.Successions(chosen), in.Reason)
	if fault.KindOf(err) == fault.Invalid && err != nil {
		return v.view(err), nil
	}
	if err != nil {
		return nil, err
	}
	moved := 0
	if in.Transfer {
		if moved, err = d.transfer(r, chosen, in.Reason); err != nil {
			return nil, err
		}
	}
	said := r.T("inventory.reorganise.done", "ended", ended, "added", added, "moved", moved)
	return web.Redirect{To: departmentsPath, Said: web.Said(said)}, nil
}

// transfer moves the systems of the bodies that ended to their successors.
func (d *desk) transfer(r *web.Request, effects []inventory.PlanEffect, reason string) (int, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return 0, err
	}
	moved := 0
	for _, e := range effects {
		next, ok := dir.ByCode(e.Line.Successor.Code)
		if !ok || e.Systems == 0 {
			continue
		}
		n, err := d.Registry.Transfer(r.Ctx, r.By, e.Old.ID, next.ID, reason)
		if err != nil {
			return moved, err
		}
		moved += n
	}
	return moved, nil
}

// planColumns are the columns of the preview, for the page's table.
func planColumns(v planView) []templates.Column {
	columns := []templates.Column{
		{Text: v.p.T("reorganisation.name"), Main: true}, {Text: v.p.T("reorganisation.successor_name"), Main: true},
		{Text: v.p.T("reorganisation.on")}, {Text: v.p.T("inventory.plan.outcome"), Main: true},
		{Text: v.p.T("inventory.department.systems"), Num: true}, {Text: v.p.T("reorganisation.certainty")}, {Text: v.p.T("reorganisation.note")},
	}
	return columns
}
