package usageweb

import (
	"fmt"
	"strconv"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/chart"
	"qingce/internal/locale"
	"qingce/inventory/usage/wire"
	"qingce/templates"
)

// hoursView draws the hours in which something of a probe came.
type hoursView struct {
	p     *locale.Printer
	now   time.Time
	probe probe
	told  wire.Hour // the first hour of which anything came, 0 for none
}

func newHoursView(p *locale.Printer, now time.Time, one probe) hoursView {
	return hoursView{p: p, now: now, probe: one, told: firstHeard(one.heard)}
}

// Levels of an hour in the picture; what is negative was not measured.
const (
	hourMissing = iota - 1
	hourOff
	hourPart
	hourWhole
)

// dayOfHours is a day of a probe by its hours.
type dayOfHours struct {
	day                         calendar.Date
	levels                      []int
	received, expected, missing int
}

const (
	hoursOfDay  = 24
	wholeHour   = 60 // minutes
	almostWhole = 55 // a source that starts a little late has measured the hour
)

// days are the days that are shown, the newest first.
func (v hoursView) days() []dayOfHours {
	today := calendar.DateOf(v.now)
	out := make([]dayOfHours, hoursShown)
	for i := range out {
		out[i] = v.day(today.AddDays(-i))
	}
	return out
}

func (v hoursView) day(day calendar.Date) dayOfHours {
	out := dayOfHours{day: day, levels: make([]int, hoursOfDay)}
	first := wire.HourOf(day.StartsAt())
	from, end := v.probe.ExpectedHours(v.now, v.told, first, first+hoursOfDay)
	out.expected = int(end - from)
	for i := range out.levels {
		h := first + wire.Hour(i)
		minutes, heard := v.probe.heard[h]
		due := h >= from && h < end
		switch {
		case heard && minutes < almostWhole && h != wire.HourOf(v.now):
			out.levels[i] = hourPart
		case heard:
			out.levels[i] = hourWhole
		case due:
			out.levels[i] = hourMissing
			out.missing++
		}
		if heard && due {
			out.received++
		}
	}
	return out
}

func (v hoursView) chart() *templates.Chart {
	return &templates.Chart{
		Caption: v.p.T("probes.hours"), Wide: v.draw(chart.Wide).Inline("hours"), Narrow: v.draw(chart.Narrow).Inline("hours-narrow"),
		Note: v.p.T("probes.hours.lead", "n", hoursShown),
		Files: []templates.Link{
			{Text: "PNG", Href: probePath(v.probe.Code, "hours.png"), Icon: "download"}, {Text: "SVG", Href: probePath(v.probe.Code, "hours.svg"), Icon: "download"},
		},
	}
}

// draw lays the picture out: a row for each day, a cell for each hour.
func (v hoursView) draw(width int) chart.Drawing {
	days := v.days()
	h := chart.Heat{
		Head: chart.Head{
			Title: v.p.T("probes.hours") + " · " + v.probe.Name, Desc: v.describe(days), Note: v.p.T("probes.hours.lead", "n", hoursShown),
			Words: chart.Words{Unmeasured: v.p.T("probes.hours.gap"), Empty: v.p.T("probes.hours.gap"), NoGlyph: v.p.T("numbers.no_glyph")},
		},
		Levels: []string{v.p.T("probes.hours.off"), v.p.T("probes.hours.part"), v.p.T("probes.hours.got")},
	}
	for i := range hoursOfDay {
		h.Points = append(h.Points, fmt.Sprintf("%02d:00", i))
	}
	for _, d := range days {
		h.Rows = append(h.Rows, chart.HeatRow{Label: d.label(v.p), Text: d.share(), Levels: d.levels})
	}
	return h.Draw(width)
}

func (d dayOfHours) label(p *locale.Printer) string {
	return d.day.String()[5:] + " " + p.T("calendar.weekday."+strconv.Itoa(int(d.day.Weekday())))
}

func (d dayOfHours) share() string {
	if d.expected == 0 {
		return ""
	}
	return strconv.Itoa(d.received) + "/" + strconv.Itoa(d.expected)
}

// describe says what is to be seen to those who cannot see it.
func (v hoursView) describe(days []dayOfHours) string {
	part, whole := 0, 0
	for _, d := range days {
		part, whole = part+d.received, whole+d.expected
	}
	return v.p.T("probes.hours.label", "from", days[len(days)-1].day, "to", days[0].day, "part", part, "whole", whole)
}

// table holds the same numbers as the picture.
func (v hoursView) table() templates.Table {
	unit := v.p.T("probes.hours.unit")
	t := templates.Table{ID: "hours-table", Caption: v.p.T("probes.hours"), Columns: []templates.Column{
		{Key: "day", Text: v.p.T("probes.hours.day"), Main: true},
		{Key: "received", Text: v.p.T("probes.hours.received"), Unit: unit, Num: true, Main: true},
		{Key: "expected", Text: v.p.T("probes.hours.expected"), Unit: unit, Num: true, Main: true},
		{Key: "missing", Text: v.p.T("probes.hours.missing"), Unit: unit, Num: true, Main: true},
	}}
	for _, d := range v.days() {
		row := templates.TableRow{Name: d.day.String(), Cells: []templates.Cell{
			{Text: d.day.String()}, {Text: strconv.Itoa(d.received)}, {Text: strconv.Itoa(d.expected)}, {Text: strconv.Itoa(d.missing)},
		}}
		if d.missing > 0 {
			row.Cells[3].Tone = templates.ToneAmber
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
