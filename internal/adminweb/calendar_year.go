package adminweb

import (
	"slices"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/web"
	"qingce/templates"
)

// CalendarPage is the data of admin/calendar: the months of a year with its
// holidays, and what is due.
type CalendarPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Years    []YearLink
	Legend   []DayCell
	Months   []MonthGrid
	Holidays templates.Table
	Closures *templates.Table
	Empty    *templates.Empty // in the place of the months
	Dues     DueList
	Links    []templates.Act
	// Jumps lead to the parts of the page where they stand one below the other.
	Jumps []templates.Link
}

// YearLink leads to another year.
type YearLink struct {
	Text    string
	Href    string
	Current bool
	// Near years stay on the page of a phone.
	Near bool
	// Missing tells that the year has no schedule.
	Missing bool
}

// DueList is what is due, with how much is left out.
type DueList struct {
	Items []DueItem
	More  string
	None  string
}

type yearIn struct {
	Year int `uri:"year"`
}

// Years that the pages know; closures and notices of other years are refused
// by the book as well.
const (
	firstYear = 2000
	lastYear  = 2100
)

func (d *calendarDesk) thisYear(r *web.Request, _ struct{}) (web.Response, error) {
	return d.yearPage(r, r.Today().Year())
}

func (d *calendarDesk) year(r *web.Request, in yearIn) (web.Response, error) {
	if in.Year < firstYear || in.Year > lastYear {
		return nil, fault.New(fault.NotFound, "err.no_page")
	}
	return d.yearPage(r, in.Year)
}

// yearView is what the page of a year is made of.
type yearView struct {
	r        *web.Request
	year     int
	outlook  schedule.Outlook
	closures []schedule.Closure
	grids    grids
}

func (d *calendarDesk) yearPage(r *web.Request, year int) (web.Response, error) {
	v, err := d.viewYear(r, year)
	if err != nil {
		return nil, err
	}
	page := v.page()
	if page.Dues, err = d.dues(r, &v); err != nil {
		return nil, err
	}
	known, ok := v.known()
	if !ok {
		page.Empty = v.unknown()
		return v.answer(page), nil
	}
	days, err := d.Book.Days(r.Ctx, r.By, year)
	if err != nil {
		return nil, err
	}
	page.Holidays = holidayTable(r, days)
	for i, working := range known.Months {
		month := v.grids.month(year, time.Month(i+1), working)
		month.ID = "m-" + strconv.Itoa(i+1)
		page.Months = append(page.Months, month)
	}
	if year == r.Today().Year() {
		page.Jumps = append(page.Jumps, templates.Link{Text: r.T("calendar.jump.month"), Href: "#m-" + strconv.Itoa(int(r.Today().Month()))})
	}
	page.Jumps = append(page.Jumps, templates.Link{Text: r.T("calendar.dues"), Href: "#dues"}, templates.Link{Text: r.T("calendar.holidays"), Href: "#holidays"})
	return v.answer(page), nil
}

func (d *calendarDesk) viewYear(r *web.Request, year int) (v yearView, err error) {
	v = yearView{r: r, year: year}
	if v.outlook, err = d.Book.Years(r.Ctx, r.By); err != nil {
		return v, err
	}
	if v.closures, err = d.Book.Closures(r.Ctx, r.By); err != nil {
		return v, err
	}
	v.grids = grids{r: r, local: localDays(v.closures), today: r.Today()}
	v.grids.cal, err = d.Book.Load(r.Ctx)
	return v, err
}

func (v yearView) answer(page CalendarPage) web.View {
	return web.View{Template: "admin/calendar", Title: page.Head.Title, Crumbs: calendarCrumbs(v.r), Data: page}
}

func (v yearView) known() (schedule.KnownYear, bool) {
	i := slices.IndexFunc(v.outlook.Years, func(y schedule.KnownYear) bool { return y.Year.Year == v.year })
	if i < 0 {
		return schedule.KnownYear{}, false
	}
	return v.outlook.Years[i], true
}

func (v yearView) page() CalendarPage {
	page := CalendarPage{Head: v.head(), Years: v.years(), Callouts: v.callouts(), Closures: v.closureTable()}
	for _, kind := range []string{dayOff, dayMakeup, dayClosed, dayExtra} {
		page.Legend = append(page.Legend, DayCell{Kind: kind, Sign: v.r.T("calendar.sign." + kind), Title: v.r.T("calendar.kind." + kind)})
	}
	if v.r.By.Is(calendarKeepers()...) {
		page.Links = append(page.Links, templates.Act{Text: v.r.T("calendar.closure.new"), Href: closuresPath + "/new", Icon: "plus"})
	}
	page.Links = append(page.Links, templates.Act{Text: v.r.T("calendar.closure.all"), Href: closuresPath, Kind: templates.ActQuiet, Icon: "history"})
	return page
}

func (v yearView) head() templates.Head {
	r := v.r
	h := templates.Head{Title: r.T("calendar.title", "year", v.year), Lead: r.T("calendar.lead")}
	h.Actions = []templates.Act{{Text: r.T("calendar.calculator"), Href: calculatorPath, Icon: "clock", Kind: templates.ActPrimary}}
	if r.By.Is(calendarKeepers()...) {
		h.Actions = append(h.Actions, templates.Act{Text: r.T("calendar.upload"), Href: schedulesPath + "/new", Icon: "upload"})
	}
	y, ok := v.known()
	if !ok {
		h.Badges = []templates.Badge{{Text: r.T("calendar.missing"), Tone: templates.ToneRed}}
		return h
	}
	h.Actions = append(h.Actions, templates.Act{Text: r.T("calendar.days.file"), Href: yearPath(v.year) + "/days.csv", Icon: "download", Download: true})
	h.Badges, h.Facts = v.origin(y)
	if y.ConfirmedAt == nil && y.Origin == schedule.Published && r.By.Is(auth.Office) {
		h.Actions = append([]templates.Act{confirmAct(r, yearPath(v.year)+"/confirm", y.Version)}, h.Actions...)
	}
	return h
}

// origin says where the holidays come from and whether the Office has agreed.
func (v yearView) origin(y schedule.KnownYear) ([]templates.Badge, []templates.Row) {
	r := v.r
	facts := []templates.Row{{Label: r.T("calendar.year.working"), Text: r.T("calendar.days", "n", y.Working())}}
	if y.Origin == schedule.Shipped {
		source := templates.Row{Label: r.T("calendar.year.source"), Text: r.T("calendar.year.shipped")}
		if r.By.Is(calendarKeepers()...) {
			source.Note = r.T("calendar.year.no_notice")
		}
		return []templates.Badge{{Text: r.T("schedule.origin." + string(y.Origin)), Tone: templates.ToneGreen}}, append(facts, source)
	}
	return []templates.Badge{confirmedBadge(r, y.ConfirmedAt, y.ConfirmedName)}, append(facts,
		templates.Row{Label: r.T("schedule.field.notice"), Text: y.Notice},
		templates.Row{Label: r.T("schedule.origin." + string(y.Origin)), Text: r.T("calendar.by", "name", y.PublishedName, "time", y.PublishedAt)})
}

// confirmedBadge says whether the Office has agreed.
func confirmedBadge(r *web.Request, at *time.Time, name string) templates.Badge {
	if at == nil {
		return templates.Badge{Text: r.T("calendar.unconfirmed"), Tone: templates.ToneAmber, Title: r.T("calendar.unconfirmed.title")}
	}
	return templates.Badge{Text: r.T("calendar.confirmed"), Tone: templates.ToneGreen, Title: r.T("calendar.by", "name", name, "time", *at)}
}

func confirmAct(r *web.Request, to string, version int64) templates.Act {
	return templates.Act{
		Text: r.T("calendar.confirm"), Post: to, Icon: "check", Kind: templates.ActPrimary,
		Hidden: []templates.Pair{{Name: "version", Value: strconv.FormatInt(version, 10)}},
	}
}

// years are the years around this one, and all that are known.
func (v yearView) years() []YearLink {
	var numbers []int
	for _, y := range v.outlook.Years {
		numbers = append(numbers, y.Year.Year)
	}
	numbers = append(numbers, v.outlook.Missing...)
	numbers = append(numbers, v.year)
	slices.Sort(numbers)
	var out []YearLink
	for _, n := range slices.Compact(numbers) {
		known := v.grids.cal.Knows(n)
		out = append(out, YearLink{Text: strconv.Itoa(n), Href: yearPath(n), Current: n == v.year, Near: n-v.year <= 1 && v.year-n <= 1, Missing: !known})
	}
	return out
}

// callouts warn of years that are needed and missing.
func (v yearView) callouts() []templates.Callout {
	var out []templates.Callout
	for _, f := range v.outlook.Remarks() {
		c := templates.Callout{Kind: "warning", Text: v.r.P.Field(f)}
		if v.r.By.Is(calendarKeepers()...) {
			c.Link = &templates.Link{Text: v.r.T("calendar.upload"), Href: schedulesPath + "/new"}
		}
		out = append(out, c)
	}
	return out
}

// unknown says why there are no months to be seen.
func (v yearView) unknown() *templates.Empty {
	e := &templates.Empty{Title: v.r.T("calendar.unknown.title", "year", v.year), Text: v.r.T("calendar.unknown.text"), Icon: "calendar"}
	if v.r.By.Is(calendarKeepers()...) {
		e.Actions = []templates.Act{{Text: v.r.T("calendar.upload"), Href: schedulesPath + "/new", Kind: templates.ActPrimary, Icon: "upload"}}
	}
	return e
}

// maxDues is how many due dates stand beside the calendar.
const maxDues = 12

// dues lists what is due first and marks the days in the months to be drawn.
func (d *calendarDesk) dues(r *web.Request, v *yearView) (DueList, error) {
	page, err := openDues(r, d.Book, maxListedDues)
	if err != nil {
		return DueList{}, err
	}
	all, err := d.Departments(r.Ctx)
	if err != nil {
		return DueList{}, err
	}
	on := map[calendar.Date]int{}
	for _, o := range page.Items {
		on[o.DueOn]++
	}
	v.grids.mark = func(day calendar.Date, cell *DayCell) { cell.Dues = on[day] }
	return dueList(r, page, directory(all), maxDues), nil
}

// maxListedDues is how many due dates are marked in the months.
const maxListedDues = 200

// dueList shows at most so many due dates.
func dueList(r *web.Request, page schedule.Page, all directory, most int) DueList {
	out := DueList{Items: dueItems(r, page.Items[:min(len(page.Items), most)], all)}
	switch rest := page.Total - int64(len(out.Items)); {
	case page.Total == 0:
		out.None = r.T("calendar.due.none")
	case rest > 0:
		out.More = r.T("calendar.due.more", "n", rest)
	}
	return out
}

// closureTable lists the closures in force that touch the year; nil without
// any.
func (v yearView) closureTable() *templates.Table {
	mine := slices.DeleteFunc(slices.Clone(v.closures), func(c schedule.Closure) bool {
		return c.RemovedAt != nil || c.FromOn.Year() > v.year || c.ToOn.Year() < v.year
	})
	if len(mine) == 0 {
		return nil
	}
	t := closureTable(v.r, mine)
	return &t
}

type versionIn struct {
	Year    int   `uri:"year"`
	ID      int64 `uri:"id"`
	Version int64 `form:"version"`
}

// confirmYear notes that the Office agrees with a schedule.
func (d *calendarDesk) confirmYear(r *web.Request, in versionIn) (web.Response, error) {
	if err := d.Book.ConfirmYear(r.Ctx, r.By, in.Year, in.Version); err != nil {
		return nil, err
	}
	return web.Redirect{To: yearPath(in.Year), Said: web.Said(r.T("calendar.confirmed.year", "year", in.Year))}, nil
}
