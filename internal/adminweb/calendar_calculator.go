package adminweb

import (
	"errors"
	"slices"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/schedule"
	"qingce/internal/web"
	"qingce/templates"
)

// CalculatorPage is the data of admin/calendar_calculator.
type CalculatorPage struct {
	Head   templates.Head
	Term   CalculatorForm
	Late   CalculatorForm
	Result *CalculatorResult
	Rules  []string
}

// CalculatorForm is one question; it is asked by GET, so that the answer has an
// address.
type CalculatorForm struct {
	Title  string
	Lead   string
	Fields []templates.Field
	Act    string
	Errors *templates.Errors
}

// CalculatorResult is the answer with the days that were counted.
type CalculatorResult struct {
	Title  string
	Answer string
	Tone   string // green or red
	Notes  []string
	Months []MonthGrid
	// Cut tells that the months in the middle are left out.
	Cut string
}

type calculatorIn struct {
	From  string `form:"from"`
	Days  string `form:"days"`
	Due   string `form:"due"`
	Filed string `form:"filed"`
}

// longestTerm is the longest term that is worked out, in working days.
const longestTerm = 1000

// calculator counts working days: forward from an event, and from a due day to
// the day of filing.
func (d *calendarDesk) calculator(r *web.Request, in calculatorIn) (web.Response, error) {
	c := &calculation{r: r, in: in}
	var err error
	if c.cal, err = d.Book.Load(r.Ctx); err != nil {
		return nil, err
	}
	all, err := d.Book.Closures(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	c.local = localDays(all)
	page := CalculatorPage{Head: templates.Head{Title: r.T("calendar.calculator"), Lead: r.T("calendar.calculator.lead")}}
	switch {
	case in.From != "" || in.Days != "":
		page.Result, err = c.term()
	case in.Due != "" || in.Filed != "":
		page.Result, err = c.lateness()
	}
	if fault.KindOf(err) == fault.Internal && err != nil {
		return nil, err
	}
	page.Term, page.Late = c.termForm(err), c.lateForm(err)
	for _, rule := range []string{"start", "working", "fixed", "late"} {
		page.Rules = append(page.Rules, r.T("calendar.rule."+rule))
	}
	return web.View{
		Template: "admin/calendar_calculator", Title: page.Head.Title, Data: page, Err: err,
		Crumbs: calendarCrumbs(r, crumb(r, "calendar.calculator", "")),
	}, nil
}

// calculation is one question and what is needed to answer it.
type calculation struct {
	r     *web.Request
	in    calculatorIn
	cal   *calendar.Calendar
	local map[calendar.Date]schedule.Closure
}

// readDay reads a day that somebody typed.
func (c *calculation) readDay(name, typed string, out *calendar.Date) []fault.Field {
	label := fault.Label("calendar.calculator." + name)
	if typed == "" {
		return []fault.Field{fault.At(name, "err.required", "field", label)}
	}
	d, _, err := input.Date(typed, false)
	if err != nil {
		return []fault.Field{fault.At(name, input.Code(err), "field", label, "value", typed)}
	}
	*out = d
	return nil
}

// term is the due day of so many working days after an event.
func (c *calculation) term() (*CalculatorResult, error) {
	var from calendar.Date
	wrong := c.readDay("from", c.in.From, &from)
	n, _, err := input.Count(c.in.Days)
	if c.in.Days == "" || err != nil || n < 1 || n > longestTerm {
		wrong = append(wrong, fault.At("days", "calendar.err.days", "max", longestTerm))
	}
	if err := fault.Refuse(wrong); err != nil {
		return nil, err
	}
	due, err := c.cal.AddWorking(from, int(n))
	if err != nil {
		return nil, explainAt("from", err)
	}
	r := c.r
	out := &CalculatorResult{
		Tone:   templates.ToneGreen,
		Title:  r.T("calendar.result.term", "from", dayText(r, from), "n", n),
		Answer: dayText(r, due),
		Notes:  []string{r.T("calendar.result.ends", "date", due)},
	}
	if left, err := c.cal.Remaining(r.Today(), due); err == nil && left > 0 {
		out.Notes = append(out.Notes, r.T("calendar.result.left", "n", left))
	}
	c.draw(out, from, due)
	return out, nil
}

// lateness is how late something was filed; without a day of filing it is said
// what the due day means.
func (c *calculation) lateness() (*CalculatorResult, error) {
	var due, filed calendar.Date
	wrong := c.readDay("due", c.in.Due, &due)
	if c.in.Filed != "" {
		wrong = append(wrong, c.readDay("filed", c.in.Filed, &filed)...)
	}
	if err := fault.Refuse(wrong); err != nil {
		return nil, err
	}
	r := c.r
	out := &CalculatorResult{Tone: templates.ToneGreen, Title: r.T("calendar.result.due", "due", dayText(r, due))}
	if err := c.advise(out, due); err != nil {
		return nil, explainAt("due", err)
	}
	if filed.IsZero() {
		left, err := c.cal.Remaining(r.Today(), due)
		if err != nil {
			return nil, explainAt("due", err)
		}
		out.Answer = r.T("calendar.result.remaining", "n", left)
		if due.Before(r.Today()) {
			out.Answer, out.Tone = r.T("calendar.result.over"), templates.ToneRed
		}
		c.draw(out, r.Today(), due)
		return out, nil
	}
	late, err := c.cal.Lateness(due, filed)
	if err != nil {
		return nil, explainAt("filed", err)
	}
	out.Title = r.T("calendar.result.filed", "due", dayText(r, due), "filed", dayText(r, filed))
	out.Answer = r.T("calendar.result.in_time")
	if filed.After(due) { // by a weekend, perhaps: then it is no working day late
		out.Answer, out.Tone = r.T("calendar.result.late", "n", late), templates.ToneRed
	}
	c.draw(out, due, filed)
	return out, nil
}

// advise says by which working day to be done when the due day is a day off,
// and what the day becomes where a document says that it is moved.
func (c *calculation) advise(out *CalculatorResult, due calendar.Date) error {
	advised, err := c.cal.AdvisedBy(due)
	if err != nil || advised == due {
		return err
	}
	out.Notes = append(out.Notes, c.r.T("calendar.result.advised", "date", dayText(c.r, advised)))
	for _, way := range []calendar.Rolling{calendar.RollNone, calendar.RollPrevious, calendar.RollNext} {
		rolled, err := c.cal.Roll(due, way)
		if err != nil {
			return err
		}
		label := fault.Label("schedule.roll." + string(way))
		out.Notes = append(out.Notes, c.r.T("calendar.result.rolled", "way", label, "date", dayText(c.r, rolled)))
	}
	return nil
}

// explainAt puts an unknown year at the field that leads there.
func explainAt(field string, err error) error {
	var year *calendar.YearError
	if errors.As(err, &year) {
		return fault.Refuse([]fault.Field{fault.At(field, "err.calendar", "year", year.Year)})
	}
	return err
}

// drawnMonths is how many months are drawn from either end of a term.
const drawnMonths = 3

// draw counts the working days after one day up to another in their months.
func (c *calculation) draw(out *CalculatorResult, from, to calendar.Date) {
	if !to.After(from) {
		return
	}
	count := map[calendar.Date]int{}
	for d := from.AddDays(1); !d.After(to); d = d.AddDays(1) {
		if working, err := c.cal.IsWorking(d); err == nil && working {
			count[d] = len(count) + 1
		}
	}
	g := grids{r: c.r, cal: c.cal, local: c.local, today: c.r.Today(), mark: func(d calendar.Date, cell *DayCell) {
		cell.Count = count[d]
		switch d {
		case from:
			cell.Mark = "from"
		case to:
			cell.Mark = "to"
		}
	}}
	first := calendar.NewDate(from.Year(), from.Month(), 1)
	var months []calendar.Date
	for m := first; !m.After(to); m = m.MonthEnd().AddDays(1) {
		months = append(months, m)
	}
	if len(months) > 2*drawnMonths {
		out.Cut = c.r.T("calendar.result.cut", "n", len(months)-2*drawnMonths)
		months = slices.Concat(months[:drawnMonths], months[len(months)-drawnMonths:])
	}
	for _, m := range months {
		out.Months = append(out.Months, c.month(g, m, count))
	}
}

// month draws one month under its number of counted days.
func (c *calculation) month(g grids, m calendar.Date, count map[calendar.Date]int) MonthGrid {
	n := 0
	for d := m; d.Month() == m.Month(); d = d.AddDays(1) {
		if count[d] > 0 {
			n++
		}
	}
	grid := g.month(m.Year(), m.Month(), n)
	grid.Title = c.r.T("calendar.month", "year", m.Year(), "month", grid.Title)
	grid.Working = c.r.T("calendar.counted", "n", n)
	return grid
}

func (c *calculation) termForm(err error) CalculatorForm {
	r := c.r
	f := CalculatorForm{
		Title: r.T("calendar.term"), Lead: r.T("calendar.term.lead"), Act: r.T("calendar.term.act"),
		Fields: []templates.Field{
			c.field("from", c.in.From, templates.KindDate),
			c.field("days", c.in.Days, templates.KindCount),
		},
	}
	f.Fields[1].Unit = r.T("calendar.unit.days")
	if c.in.From == "" && c.in.Days == "" && c.in.Due == "" {
		f.Fields[0].Value = r.Today().String()
	}
	return f.with(r, err)
}

func (c *calculation) lateForm(err error) CalculatorForm {
	r := c.r
	f := CalculatorForm{
		Title: r.T("calendar.late"), Lead: r.T("calendar.late.lead"), Act: r.T("calendar.late.act"),
		Fields: []templates.Field{
			c.field("due", c.in.Due, templates.KindDate),
			c.field("filed", c.in.Filed, templates.KindDate),
		},
	}
	return f.with(r, err)
}

func (c *calculation) field(name, value, kind string) templates.Field {
	return templates.Field{Name: name, Kind: kind, Label: c.r.T("calendar.calculator." + name), Value: value, Width: "short", Note: c.note(name, value, kind)}
}

// note says how a day was understood that was not typed as 2017-10-31.
func (c *calculation) note(name, value, kind string) string {
	if kind != templates.KindDate || value == "" {
		return ""
	}
	d, note, err := input.Date(value, false)
	if err != nil || note == "" {
		return ""
	}
	return c.r.T(note, "field", c.r.T("calendar.calculator."+name), "typed", value, "read", d)
}

// with puts errors at the fields that they are about.
func (f CalculatorForm) with(r *web.Request, err error) CalculatorForm {
	form := templates.Form{Sections: []templates.Section{{Fields: f.Fields}}}
	mine := slices.DeleteFunc(slices.Clone(fault.FieldsOf(err)), func(found fault.Field) bool {
		return !slices.ContainsFunc(f.Fields, func(field templates.Field) bool { return field.Name == found.Name })
	})
	if len(mine) > 0 {
		web.Mistakes(r.P, &form, fault.Refuse(mine))
	}
	f.Fields, f.Errors = form.Sections[0].Fields, form.Errors
	return f
}
