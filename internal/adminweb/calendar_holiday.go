package adminweb

import (
	"errors"
	"io"
	"slices"
	"strconv"

	"qingce/internal/calendar"
	"qingce/internal/sheet"
	"qingce/internal/web"
	"qingce/templates"
)

// holidayTable lists the holidays of a notice with the days worked for them.
func holidayTable(r *web.Request, days []calendar.Exception) templates.Table {
	t := templates.Table{Caption: r.T("calendar.holidays"), Columns: []templates.Column{
		{Text: r.T("calendar.holiday"), Main: true}, {Text: r.T("calendar.kind.off"), Main: true},
		{Text: r.T("calendar.length"), Num: true, Main: true}, {Text: r.T("calendar.kind.makeup"), Main: true},
	}}
	for _, h := range holidays(days) {
		var off, worked []string
		for _, s := range h.off {
			off = append(off, spanText(r, s.from, s.to))
		}
		for _, day := range h.worked {
			worked = append(worked, dayText(r, day))
		}
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: h.name}, {Text: r.P.Join(off)}, {Text: strconv.Itoa(h.length)}, {Text: r.P.Join(worked)},
		}})
	}
	return t
}

// holiday is one occasion with its days off, and the days worked for it.
type holiday struct {
	name   string
	length int
	off    []span
	worked []calendar.Date
}

type span struct{ from, to calendar.Date }

// holidays puts the days of an occasion together, in the order of the year.
func holidays(days []calendar.Exception) []holiday {
	var out []holiday
	for _, e := range days {
		i := slices.IndexFunc(out, func(h holiday) bool { return h.name == e.Name })
		if i < 0 {
			i, out = len(out), append(out, holiday{name: e.Name})
		}
		h := &out[i]
		if e.Kind == calendar.Work {
			h.worked = append(h.worked, e.Date)
			continue
		}
		h.length++
		if last := len(h.off) - 1; last >= 0 && h.off[last].to.AddDays(1) == e.Date {
			h.off[last].to = e.Date
		} else {
			h.off = append(h.off, span{e.Date, e.Date})
		}
	}
	return out
}

// daysFile gives the days of a notice as the file by which they could be
// handed in.
func (d *calendarDesk) daysFile(r *web.Request, in yearIn) (web.Response, error) {
	days, err := d.Book.Days(r.Ctx, r.By, in.Year)
	if err != nil {
		return nil, err
	}
	name := r.T("calendar.days.name", "year", in.Year)
	return web.File{Name: name, MediaType: csvType, Write: func(w io.Writer) (err error) {
		table := sheet.Table{Columns: []sheet.Column{
			{Title: r.T("calendar.column.date")}, {Title: r.T("calendar.column.name")}, {Title: r.T("calendar.column.kind")},
		}}
		out, err := sheet.NewCSV(w, table, sheet.Options{T: r.T})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, out.Close()) }()
		for _, e := range days {
			if err := out.Row(sheet.Day(e.Date), sheet.Text(e.Name), sheet.Text(r.T("schedule.kind."+string(e.Kind)))); err != nil {
				return err
			}
		}
		return nil
	}}, nil
}

const csvType = "text/csv; charset=utf-8"
