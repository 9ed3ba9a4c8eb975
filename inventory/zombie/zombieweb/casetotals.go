package zombieweb

import (
	"io"

	"qingce/internal/chart"
	"qingce/internal/sheet"
	"qingce/internal/web"
)

const totalsPath = zombiesPath + "/totals"

// mountTotals adds before and after: what the clean-up has come to.
func (d *desk) mountTotals(view *web.Group) {
	web.Get(view, totalsPath, d.showTotals)
	web.Get(view, totalsPath+".xlsx", d.totalsFile("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", totalsView.writeXLSX))
	web.Get(view, totalsPath+".svg", d.totalsFile("svg", "image/svg+xml", totalsView.writeSVG))
	web.Get(view, totalsPath+".png", d.totalsFile("png", "image/png", totalsView.writePNG))
}

func (d *desk) readTotals(r *web.Request) (totalsView, error) {
	t, err := d.Cases.Totals(r.Ctx, r.By)
	return totalsView{p: r.P, totals: t, at: r.Now}, err
}

// showTotals shows before and after, by department.
func (d *desk) showTotals(r *web.Request, _ struct{}) (web.Response, error) {
	v, err := d.readTotals(r)
	if err != nil {
		return nil, err
	}
	return web.View{Template: "zombie/totals", Title: r.T("cases.totals"), Crumbs: caseCrumbs(r.P), Data: v.data()}, nil
}

func (d *desk) totalsFile(kind, mediaType string, write func(totalsView, io.Writer) error) func(*web.Request, struct{}) (web.Response, error) {
	return func(r *web.Request, _ struct{}) (web.Response, error) {
		v, err := d.readTotals(r)
		if err != nil {
			return nil, err
		}
		name := r.T("cases.totals") + "-" + v.totals.Today.String() + "." + kind
		return web.File{Name: name, MediaType: mediaType, Write: func(w io.Writer) error { return write(v, w) }}, nil
	}
}

func (v totalsView) writeSVG(w io.Writer) error {
	_, err := w.Write(v.draw(chart.Wide).SVG())
	return err
}

func (v totalsView) writePNG(w io.Writer) error {
	raw, err := v.draw(chart.Wide).PNG()
	if err != nil {
		return err
	}
	_, err = w.Write(raw)
	return err
}

func (v totalsView) writeXLSX(out io.Writer) error {
	w := sheet.NewWriter(sheet.Options{T: v.p.T})
	defer w.Close()
	t, err := w.Table(v.sheet())
	if err != nil {
		return err
	}
	if err := v.sheetRows(t.Row); err != nil {
		return err
	}
	if err := t.Close(); err != nil {
		return err
	}
	_, err = w.WriteTo(out)
	return err
}
