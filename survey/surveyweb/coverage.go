package surveyweb

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/chart"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/survey"
	"qingce/templates"
)

func (d *desk) mountCoverage(s *web.Server) {
	oversee := s.Group(web.For(append(overseers(), auth.Region)...))
	web.Get(oversee, "/surveys/:code/coverage", d.showCoverage)
	web.Get(oversee, "/surveys/:code/coverage/numbers", d.coverageNumbers)
	web.Get(oversee, "/surveys/:code/coverage.svg", d.coveragePicture("svg", "image/svg+xml", coverageView.writeSVG))
	web.Get(oversee, "/surveys/:code/coverage.png", d.coveragePicture("png", "image/png", coverageView.writePNG))
	web.Get(oversee, "/surveys/:code/coverage.xlsx", d.coveragePicture("xlsx", xlsxType, coverageView.writeSheet))
	web.Get(oversee, "/surveys/:code/reminders", d.listReminders)

	review := s.Group(web.For(reviewers()...))
	web.Post(review, "/surveys/:code/coverage/remind", d.remind)
}

// xlsxType is the media type of a workbook.
const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Parameters of the address of a coverage.
const (
	paramStanding = "standing"
	paramLate     = "late" // lateOverdue or lateFiled
	paramPeople   = "people"
	paramZero     = "zero"
	paramToDo     = "todo"
	paramGroup    = "group"
	paramRegion   = "region"
	paramSearch   = "q"
	paramSort     = "sort"
	paramPage     = "page"
	paramSize     = "size"
)

// Values of parameters.
const (
	lateOverdue  = "overdue"
	lateFiled    = "filed"
	peopleNobody = "none"
	yes          = "yes"
)

// coverageAsked is which bodies an address asks for.
type coverageAsked struct {
	survey.CoverageQuery
	path       string
	params     url.Values // what was understood
	page, size int
}

// pageSizes are the numbers of rows that a page of a list may have.
func pageSizes() []int { return []int{20, 50, 100, 200} }

// readCoverage reads which bodies are asked for. What cannot be understood does
// not narrow.
func readCoverage(path string, params url.Values) coverageAsked {
	a := coverageAsked{path: path, params: url.Values{}}
	keep := func(name, value string) { a.params[name] = append(a.params[name], value) }
	for _, s := range params[paramStanding] {
		if survey.Standing(s).Valid() && !slices.Contains(a.Standings, survey.Standing(s)) {
			a.Standings = append(a.Standings, survey.Standing(s))
			keep(paramStanding, s)
		}
	}
	flag := func(into *bool, name, value string) {
		if slices.Contains(params[name], value) {
			*into = true
			keep(name, value)
		}
	}
	flag(&a.Overdue, paramLate, lateOverdue)
	flag(&a.LateFiled, paramLate, lateFiled)
	flag(&a.Nobody, paramPeople, peopleNobody)
	flag(&a.Zero, paramZero, yes)
	flag(&a.ToDo, paramToDo, yes)
	a.Group, a.Region = a.one(params, paramGroup), a.one(params, paramRegion)
	if a.Search = strings.TrimSpace(params.Get(paramSearch)); a.Search != "" {
		keep(paramSearch, a.Search)
	}
	order, descending := strings.CutPrefix(params.Get(paramSort), "-")
	if slices.Contains(survey.CoverageOrders(), survey.CoverageOrder(order)) && params.Get(paramSort) != "" {
		a.Sort, a.Descending = survey.CoverageOrder(order), descending
		keep(paramSort, params.Get(paramSort))
	}
	a.page, a.size = pageOf(params)
	return a
}

// one reads a parameter of one value, in which field.EmptyWord asks for none.
func (a *coverageAsked) one(params url.Values, name string) *string {
	v := params.Get(name)
	if v == "" {
		return nil
	}
	a.params.Set(name, v)
	if v == field.EmptyWord {
		v = ""
	}
	return &v
}

// pageOf reads which page of a list is asked for, and how long it is.
func pageOf(params url.Values) (page, size int) {
	page, _ = strconv.Atoi(params.Get(paramPage))
	size, _ = strconv.Atoi(params.Get(paramSize))
	if size < 1 || size > inventory.MaxPageSize {
		size = inventory.DefaultPageSize
	}
	return max(page, 1), size
}

// address is that of the list, with pairs of name and value set; an empty value
// takes a parameter out. The page is the first.
func (a coverageAsked) address(pairs ...string) string {
	q := url.Values{}
	for name, v := range a.params {
		q[name] = slices.Clone(v)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if q.Del(pairs[i]); pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return a.path
	}
	return a.path + "?" + q.Encode()
}

// without is the address without one value of a filter.
func (a coverageAsked) without(name, value string) string {
	q := url.Values{}
	for key, vs := range a.params {
		for _, v := range vs {
			if key != name || v != value {
				q.Add(key, v)
			}
		}
	}
	if len(q) == 0 {
		return a.path
	}
	return a.path + "?" + q.Encode()
}

// coverageView reads the coverage that an address means.
func (d *desk) coverageView(r *web.Request, code string, params url.Values) (coverageView, error) {
	c, err := d.Surveys.Coverage(r.Ctx, r.By, code)
	if err != nil {
		return coverageView{}, err
	}
	cal, err := d.Book.Load(r.Ctx)
	if err != nil {
		return coverageView{}, err
	}
	v := coverageView{p: r.P, by: r.By, c: c, asked: readCoverage(surveyPath(code, "coverage"), params), when: when{d.Book, cal, r.Now}}
	v.list = c.Select(v.asked.CoverageQuery)
	return v, nil
}

// showCoverage shows how far a campaign has come.
func (d *desk) showCoverage(r *web.Request, in codeIn) (web.Response, error) {
	v, err := d.coverageView(r, in.Code, r.URL.Query())
	if err != nil {
		return nil, err
	}
	return v.view(nil), nil
}

// coverageNumbers is the part of the page that is asked for again and again.
func (d *desk) coverageNumbers(r *web.Request, in codeIn) (web.Response, error) {
	v, err := d.coverageView(r, in.Code, url.Values{})
	if err != nil {
		return nil, err
	}
	return web.Partial{Template: "coverage-numbers", Data: v.numbers()}, nil
}

// coveragePicture answers with a file of the coverage.
func (d *desk) coveragePicture(kind, mediaType string, write func(coverageView, io.Writer) error) func(*web.Request, codeIn) (web.Response, error) {
	return func(r *web.Request, in codeIn) (web.Response, error) {
		v, err := d.coverageView(r, in.Code, r.URL.Query())
		if err != nil {
			return nil, err
		}
		name := r.T("coverage.title") + "-" + in.Code + "-" + r.Now.In(v.zone()).Format("20060102-1504") + "." + kind
		return web.File{Name: name, MediaType: mediaType, Write: func(w io.Writer) error { return write(v, w) }}, nil
	}
}

type remindIn struct {
	Code string `uri:"code"`
	List string `form:"list"` // digest of the bodies that were listed
	Note string `form:"note"`
}

// remind records that the listed bodies are to be reminded, when they are still
// those that the reader saw.
func (d *desk) remind(r *web.Request, in remindIn) (web.Response, error) {
	v, err := d.coverageView(r, in.Code, r.Form)
	if err != nil {
		return nil, err
	}
	bodies := v.toRemind()
	if in.List != digest(bodies) {
		v.note = in.Note
		return v.view(fault.New(fault.Conflict, "coverage.remind.changed", "n", len(bodies))), nil
	}
	ids := make([]auth.DepartmentID, len(bodies))
	for i, b := range bodies {
		ids[i] = b.Body.ID
	}
	if _, err := d.Surveys.Remind(r.Ctx, r.By, in.Code, ids, in.Note); err != nil {
		if fault.KindOf(err) == fault.Invalid {
			v.note = in.Note
			return v.view(err), nil
		}
		return nil, err
	}
	return web.Redirect{To: v.asked.address(), Said: web.Said(r.T("coverage.reminded", "n", len(ids)))}, nil
}

// digest names a set of bodies as they stand.
func digest(bodies []survey.BodyState) string {
	parts := make([]string, len(bodies))
	for i, b := range bodies {
		parts[i] = b.Body.Code + "=" + string(b.Standing)
	}
	slices.Sort(parts)
	sum := sha256.Sum256([]byte(strings.Join(parts, "|")))
	return hex.EncodeToString(sum[:8])
}

// listReminders shows who was reminded when and by whom.
func (d *desk) listReminders(r *web.Request, in codeIn) (web.Response, error) {
	line, err := d.Surveys.FindCampaign(r.Ctx, r.By, in.Code)
	if err != nil {
		return nil, err
	}
	page, size := pageOf(r.URL.Query())
	lines, total, err := d.Surveys.ListReminders(r.Ctx, r.By, in.Code, page, size)
	if err != nil {
		return nil, err
	}
	data := remindersPage{
		Head:  templates.Head{Title: r.T("coverage.reminders"), Code: in.Code, Lead: r.T("coverage.reminders.lead")},
		Table: remindersTable(r.P, lines), Pager: templates.NewPager(r.Address(), page, size, total, pageSizes()...),
	}
	if total == 0 {
		data.Empty = &templates.Empty{
			Title: r.T("coverage.reminders.none"), Text: r.T("coverage.reminders.none.text"), Icon: "bell",
			Actions: []templates.Act{{Text: r.T("coverage.title"), Href: surveyPath(in.Code, "coverage"), Kind: templates.ActPrimary}},
		}
	}
	return web.View{
		Template: "survey/reminders", Title: r.T("coverage.reminders"), Data: data,
		Crumbs: campaignCrumbs(r.P, templates.Crumb{Text: line.Title, Href: surveyPath(in.Code)},
			templates.Crumb{Text: r.T("coverage.title"), Href: surveyPath(in.Code, "coverage")}, crumb(r.T("coverage.reminders"))),
	}, nil
}

func (v coverageView) writeSVG(w io.Writer) error {
	_, err := w.Write(v.draw(chart.Wide).SVG())
	return err
}

func (v coverageView) writePNG(w io.Writer) error {
	raw, err := v.draw(chart.Wide).PNG()
	if err != nil {
		return err
	}
	_, err = w.Write(raw)
	return err
}
