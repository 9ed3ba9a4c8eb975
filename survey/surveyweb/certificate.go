package surveyweb

import (
	"io"

	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/survey/census"
	"qingce/templates"
)

type certificateIn struct {
	ID int64 `uri:"id"`
}

// showCertificate is the page of a certificate, which is also what is printed.
func (d *desk) showCertificate(r *web.Request, in certificateIn) (web.Response, error) {
	return d.certificateView(r, in, nil)
}

func (d *desk) certificateView(r *web.Request, in certificateIn, verified *census.Verification) (web.Response, error) {
	c, err := d.Census.FindCertificate(r.Ctx, r.By, census.CertificateID(in.ID))
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v := certificateView{p: r.P, by: r.By, c: c, dir: dir, verified: verified, now: r.Now}
	if v.census, v.base, err = d.Census.CampaignsOf(r.Ctx, r.By, c); err != nil {
		return nil, err
	}
	return web.View{Template: "survey/certificate", Title: c.Number, Crumbs: crumbs(r.P, templates.Crumb{Text: r.T("menu.census"), Href: censusPath}, []templates.Crumb{crumb(c.Number)}), Data: v.page()}, nil
}

// verifyCertificate recomputes a certificate from the register's history.
func (d *desk) verifyCertificate(r *web.Request, in certificateIn) (web.Response, error) {
	v, err := d.Census.Verify(r.Ctx, r.By, census.CertificateID(in.ID))
	if err != nil {
		return nil, err
	}
	return d.certificateView(r, in, &v)
}

// certificateWorkbook gives a certificate as a workbook: the totals, the
// departments, and every system that the reader may see.
func (d *desk) certificateWorkbook(r *web.Request, in certificateIn) (web.Response, error) {
	c, err := d.Census.FindCertificate(r.Ctx, r.By, census.CertificateID(in.ID))
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v := certificateView{p: r.P, by: r.By, c: c, dir: dir, now: r.Now}
	return web.File{Name: c.Number + ".xlsx", MediaType: xlsxType, Write: func(out io.Writer) error {
		w := sheet.NewWriter(sheet.Options{T: r.P.T})
		defer w.Close()
		if err := v.writeTotals(w); err != nil {
			return err
		}
		if err := d.writeSystems(r, v, w); err != nil {
			return err
		}
		_, err := w.WriteTo(out)
		return err
	}}, nil
}

// writeTotals writes the numbers, a tab for the city and one for departments.
func (v certificateView) writeTotals(w *sheet.Writer) error {
	columns := []sheet.Column{
		{Title: v.p.T("census.sheet.by"), Width: 22}, {Title: v.p.T("census.sheet.value"), Width: 30}, {Title: v.p.T("census.column.systems"), Kind: sheet.ColumnNumber},
		{Title: v.p.T("census.column.om"), Kind: sheet.ColumnMoney, Unit: v.p.T("unit.wan"), FenPerUnit: locale.FenPerWan},
		{Title: v.p.T("census.column.om_unknown"), Kind: sheet.ColumnNumber},
	}
	title, notes := v.p.T("census.certificate.title", "number", v.c.Number), []string{v.p.T("census.sheet.note", "n", v.c.Systems, "city", v.c.Municipal, "others", v.c.Others, "day", v.c.CertifiedOn), v.p.T("census.sheet.hash", "hash", v.c.Hash)}
	for _, departments := range []bool{false, true} {
		tab := "census.sheet.totals"
		if departments {
			tab = "census.sheet.departments"
		}
		t, err := w.Table(sheet.Table{Sheet: v.p.T(tab), Title: title, Notes: notes, Columns: columns})
		if err != nil {
			return err
		}
		for _, b := range v.c.Totals.By {
			if (b.By == inventory.ByOwner) != departments {
				continue
			}
			for _, row := range b.Rows {
				err := t.Row(sheet.Text(v.label(b.By)), sheet.Text(v.value(b.By, row.Value)), sheet.Whole(int64(row.Systems)), sheet.Amount(row.OmYear), sheet.Whole(int64(row.OmUnknown)))
				if err != nil {
					return err
				}
			}
		}
		if err := t.Close(); err != nil {
			return err
		}
	}
	return nil
}

// sheetFields are the fields of every system in the workbook.
func sheetFields() []string {
	return []string{
		"name", "system_class", "function_desc", "use_scope", "use_frequency", "network", "location", "phase", "fund_source", "approval_dept", "approval_date",
		"om_amount_year", "djbh_level", "proposed",
	}
}

// writeSystems writes every system under the certificate.
func (d *desk) writeSystems(r *web.Request, v certificateView, w *sheet.Writer) error {
	columns := []sheet.Column{{Title: v.p.T("system.code")}, {Title: v.p.T("survey.column.department"), Width: 24}}
	for _, key := range sheetFields() {
		c := sheet.Column{Title: v.label(key)}
		if key == "om_amount_year" {
			c.Kind, c.Unit, c.FenPerUnit = sheet.ColumnMoney, v.p.T("unit.wan"), locale.FenPerWan
		}
		columns = append(columns, c)
	}
	columns = append(columns, sheet.Column{Title: v.p.T("census.sheet.version"), Kind: sheet.ColumnNumber}, sheet.Column{Title: v.p.T("census.sheet.digest"), Width: 40})
	t, err := w.Table(sheet.Table{Sheet: v.p.T("census.sheet.systems"), Title: v.p.T("census.certificate.title", "number", v.c.Number), Columns: columns})
	if err != nil {
		return err
	}
	words := fieldweb.Writer{P: v.p, Names: censusNames{v.dir}}
	err = d.Census.EachCertified(r.Ctx, r.By, v.c.ID, func(c census.CertifiedSystem, s *inventory.System) error {
		row := []sheet.Value{sheet.Text(c.Code), sheet.Text(v.dir.Name(c.DepartmentID))}
		for _, key := range sheetFields() {
			f, _ := inventory.SystemFields.Find(key)
			if key == "om_amount_year" {
				row = append(row, sheet.Value{})
				if s.OmAmountYear != nil {
					row[len(row)-1] = sheet.Amount(*s.OmAmountYear)
				}
				continue
			}
			row = append(row, sheet.Text(fieldweb.Text(words, f, f.Get(s))))
		}
		return t.Row(append(row, sheet.Whole(c.Version), sheet.Text(c.Digest))...)
	})
	if err != nil {
		return err
	}
	return t.Close()
}
