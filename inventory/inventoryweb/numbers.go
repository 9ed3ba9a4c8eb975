package inventoryweb

import (
	"fmt"
	"io"
	"slices"

	"qingce/internal/chart"
	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/internal/web"
	"qingce/inventory"
)

const numbersPath = systemsPath + "/numbers"

// Parameters of the numbers, beside those of the list that is counted.
const (
	paramBy = "by" // what is counted by: one of inventory.CountedBy
	paramOf = "of" // what the picture shows: nothing for systems, or ofMoney
)

// ofMoney asks for a picture of the yearly money.
const ofMoney = "om"

// readNumbers counts the list that an address means. What cannot be understood
// is left out and reported, as on the list itself.
func (d *desk) readNumbers(r *web.Request) (numbersView, error) {
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return numbersView{}, err
	}
	a := readAddress(r.URL, d.systemReader(n, fieldweb.ForReading), r.Now)
	v := numbersView{listView: listView{p: r.P, by: r.By, a: a, names: n}, money: a.params.Get(paramOf) == ofMoney, time: r.P.Time(r.Now)}
	v.key = v.keys()[0]
	if asked := a.params.Get(paramBy); slices.Contains(inventory.CountedBy(), asked) {
		v.key = asked
	} else if asked != "" {
		v.a.wrong = append(v.a.wrong, fault.At(paramBy, "inventory.err.count_by", "field", asked))
	}
	v.filter = d.filterWords(r, a, n)
	v.totals, err = d.Registry.Totals(r.Ctx, r.By, a.query, v.key)
	v.page.Total = v.totals.All.Systems
	return v, err
}

// showNumbers shows a list of systems in numbers.
func (d *desk) showNumbers(r *web.Request, _ struct{}) (web.Response, error) {
	v, err := d.readNumbers(r)
	if err != nil {
		return nil, err
	}
	title := r.T("numbers.title")
	return web.View{Template: "inventory/numbers", Title: title, Crumbs: crumbs(r.P, crumb(title)), Data: v.data()}, nil
}

// mountNumbers adds the page and its files.
func (d *desk) mountNumbers(view *web.Group) {
	web.Get(view, numbersPath, d.showNumbers)
	_, xlsx := formatOf("xlsx")
	_, csv := formatOf("csv")
	web.Get(view, numbersPath+".png", asPage(d.fileOfNumbers("png", "image/png", numbersView.writePNG)))
	web.Get(view, numbersPath+".svg", asPage(d.fileOfNumbers("svg", "image/svg+xml", numbersView.writeSVG)))
	web.Get(view, numbersPath+".xlsx", asPage(d.fileOfNumbers("xlsx", xlsx, writeSheet(sheet.XLSX))))
	web.Get(view, numbersPath+".csv", asPage(d.fileOfNumbers("csv", csv, writeSheet(sheet.CSV))))
}

// fileOfNumbers answers with a file of the numbers. A filter that cannot be
// understood refuses it: the file would show what nobody asked for.
func (d *desk) fileOfNumbers(kind, mediaType string, write func(numbersView, io.Writer) error) func(*web.Request) (web.Response, error) {
	return func(r *web.Request) (web.Response, error) {
		v, err := d.readNumbers(r)
		if err != nil {
			return nil, err
		}
		if err := fault.Refuse(v.a.wrong); err != nil {
			return nil, err
		}
		return web.File{
			Name: exportName(r, "numbers.title", kind), MediaType: mediaType,
			Write: func(w io.Writer) error { return write(v, w) },
		}, nil
	}
}

func (v numbersView) writeSVG(w io.Writer) error {
	_, err := w.Write(v.draw(chart.Wide).SVG())
	return err
}

func (v numbersView) writePNG(w io.Writer) error {
	raw, err := v.draw(chart.Wide).PNG()
	if err != nil {
		return err
	}
	_, err = w.Write(raw)
	return err
}

// writeSheet writes the table for a spreadsheet program.
func writeSheet(format sheet.Format) func(numbersView, io.Writer) error {
	return func(v numbersView, out io.Writer) error {
		opt := sheet.Options{T: v.p.T}
		if format == sheet.CSV {
			w, err := sheet.NewCSV(out, v.sheet(), opt)
			if err != nil {
				return err
			}
			if err := v.sheetRows(w.Row); err != nil {
				return err
			}
			return w.Close()
		}
		w := sheet.NewWriter(opt)
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
}

// sheet describes the table: what was counted, the filter and the time above.
func (v numbersView) sheet() sheet.Table {
	return sheet.Table{
		Sheet: v.p.T("numbers.title"), Title: v.p.T("numbers.caption.systems", "by", v.label(v.key)), Notes: v.notes(),
		Columns: []sheet.Column{
			{Title: v.label(v.key), Width: 36},
			{Title: v.p.T("numbers.systems"), Kind: sheet.ColumnNumber},
			{Title: v.p.T("numbers.percent"), Kind: sheet.ColumnDecimal, Unit: "%"},
			{Title: v.p.T("numbers.om"), Kind: sheet.ColumnMoney, Unit: v.p.T("unit.wan"), FenPerUnit: locale.FenPerWan},
			{Title: v.p.T("numbers.om_unknown"), Kind: sheet.ColumnNumber},
		},
	}
}

func (v numbersView) sheetRows(row func(...sheet.Value) error) error {
	line := func(name string, s inventory.Sum) error {
		return row(sheet.Text(name), sheet.Whole(s.Systems), sheet.Decimal(v.percent(s)), sheetMoney(s), sheet.Whole(s.OmUnknown))
	}
	for _, t := range v.sorted() {
		if err := line(v.name(t), t.Sum); err != nil {
			return fmt.Errorf("write numbers of %s: %w", t.Value, err)
		}
	}
	return line(v.p.T("numbers.all"), v.totals.All)
}

// sheetMoney is the money of a row, an empty cell when nobody gives it.
func sheetMoney(s inventory.Sum) sheet.Value {
	if noMoneyKnown(s) {
		return sheet.Value{}
	}
	return sheet.Amount(s.OmYear)
}
