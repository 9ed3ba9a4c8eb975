package surveyweb

import (
	"net/url"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/survey/census"
	"qingce/templates"
)

// censusesPage is the data of survey/census_list.
type censusesPage struct {
	Head  templates.Head
	Table templates.Table
	Empty *templates.Empty
}

type censusesView struct {
	p            *locale.Printer
	by           auth.Principal
	lines        []survey.CampaignLine
	certificates []census.Certificate
}

func (v censusesView) page() censusesPage {
	out := censusesPage{Head: templates.Head{Title: v.p.T("menu.census"), Lead: v.p.T("census.lead")}}
	if v.by.Is(reviewers()...) {
		out.Head.Actions = []templates.Act{{Text: v.p.T("census.new"), Href: templates.WithQuery(surveysPath+"/new", "kind", string(survey.Census)), Icon: "plus"}}
	}
	out.Table = templates.Table{ID: "censuses", Caption: v.p.T("menu.census"), Columns: []templates.Column{
		{Text: v.p.T("census.column.census"), Main: true}, {Text: v.p.T("census.column.state"), Main: true},
		{Text: v.p.T("census.column.due")}, {Text: v.p.T("census.certificate"), Main: true}, {Text: v.p.T("census.column.systems"), Num: true, Main: true},
	}}
	listed := map[survey.CampaignID]bool{}
	for _, l := range v.lines {
		if l.Kind == survey.Census && l.State != survey.Preparing {
			listed[l.ID] = true
			out.Table.Rows = append(out.Table.Rows, v.row(l))
		}
	}
	for _, c := range v.certificates { // who takes no part in a census sees what it counted
		if !listed[c.CampaignID] {
			out.Table.Rows = append(out.Table.Rows, templates.TableRow{Name: c.Title, Cells: append([]templates.Cell{
				{Text: c.Title, Href: certificateAt(c.ID)}, {Badge: new(campaignBadge(v.p, survey.Locked))}, {Text: "—"},
			}, v.certified(&c)...)})
		}
	}
	if len(out.Table.Rows) == 0 {
		out.Empty = &templates.Empty{Title: v.p.T("census.none"), Text: v.p.T("census.none.text"), Icon: "search", Actions: out.Head.Actions}
	}
	return out
}

func (v censusesView) row(l survey.CampaignLine) templates.TableRow {
	cells := []templates.Cell{
		{Text: l.Title, Sub: l.Code, Href: censusAt(l.Code)}, {Badge: new(campaignBadge(v.p, l.State))}, {Text: v.p.Date(l.DueOn)},
	}
	for _, c := range v.certificates {
		if c.CampaignID == l.ID {
			return templates.TableRow{Name: l.Title, Cells: append(cells, v.certified(&c)...)}
		}
	}
	return templates.TableRow{Name: l.Title, Cells: append(cells, templates.Cell{}, templates.Cell{})}
}

func (v censusesView) certified(c *census.Certificate) []templates.Cell {
	return []templates.Cell{
		{Text: c.Number, Href: certificateAt(c.ID)}, {Text: v.p.T("census.split", "city", c.Municipal, "others", c.Others), Href: certificateAt(c.ID)},
	}
}

// censusPage is the data of survey/census.
type censusPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Stats    []templates.Stat
	Ready    []censusStep
	Sources  *templates.Table
	Empty    *templates.Empty
}

// censusStep is one thing that has to be done before a census is locked.
type censusStep struct {
	Badge templates.Badge
	Text  string
	Link  *templates.Link
}

type censusHomeView struct {
	censusView
	ready       census.Readiness
	sources     []census.Source
	items       census.ItemPage
	certificate *census.Certificate
}

func (v censusHomeView) page() censusPage {
	out := censusPage{Head: v.head(), Stats: v.stats()}
	switch {
	case v.certificate != nil:
		out.Callouts = append(out.Callouts, templates.Callout{
			Kind: "ok", Title: v.p.T("census.done.title", "number", v.certificate.Number),
			Text: v.p.T("census.done.text", "n", v.certificate.Systems, "city", v.certificate.Municipal, "others", v.certificate.Others),
			Link: &templates.Link{Text: v.p.T("census.done.link"), Href: certificateAt(v.certificate.ID)},
		})
	case v.census.State == survey.Preparing:
		out.Callouts = append(out.Callouts, templates.Callout{
			Kind: "info", Title: v.p.T("census.preparing"), Link: &templates.Link{Text: v.p.T("census.preparing.link"), Href: surveyPath(v.census.Code)},
		})
	}
	if !v.by.View().All {
		if v.items.Total == 0 {
			out.Empty = &templates.Empty{Title: v.p.T("census.own.none"), Text: v.p.T("census.own.none.text"), Icon: "check"}
		}
		return out
	}
	if v.certificate == nil {
		out.Ready = v.steps()
	}
	out.Sources, out.Empty = v.table()
	return out
}

func (v censusHomeView) head() templates.Head {
	h := templates.Head{
		Title: v.census.Title, Code: v.census.Code, Lead: v.p.T("census.home.lead"), Badges: []templates.Badge{campaignBadge(v.p, v.census.State)},
		Facts: []templates.Row{{Label: v.p.T("campaign.based_on_id"), Text: v.base.Title, Href: surveyPath(v.base.Code)}},
	}
	if v.census.State.Takes() {
		h.Deadline = v.when.deadline(v.p, v.census.DueOn, v.census.Basis)
	}
	if v.works() {
		h.Actions = []templates.Act{{Text: v.p.T("census.source.new"), Href: v.path("sources", "new"), Kind: templates.ActPrimary, Icon: "upload"}}
		if v.by.Is(auth.Office) {
			h.Actions = append(h.Actions, templates.Act{Text: v.p.T("census.lock"), Href: v.path("lock"), Icon: "lock"})
		}
	}
	h.Actions = append(h.Actions, templates.Act{Text: v.p.T("census.visits"), Href: v.path("visits"), Icon: "search"})
	return h
}

// stats are the items by result, each leading to its rows.
func (v censusHomeView) stats() []templates.Stat {
	var out []templates.Stat
	if v.items.Total == 0 && len(v.sources) == 0 {
		return nil
	}
	for _, r := range census.Results() {
		s := templates.Stat{
			Label: v.p.T(string(r.Label())), Value: strconv.Itoa(v.items.By[r]), Href: templates.WithQuery(v.path("items"), "result", string(r)),
		}
		if v.items.By[r] > 0 {
			s.Tone = resultTone(r)
		}
		out = append(out, s)
	}
	return out
}

func resultTone(r census.Result) string {
	return map[census.Result]string{
		census.Match: templates.ToneGreen, census.Differs: templates.ToneAmber, census.Omitted: templates.ToneRed,
		census.Surplus: templates.ToneAmber, census.Unclear: templates.ToneBlue,
	}[r]
}

func resultBadge(p *locale.Printer, r census.Result) templates.Badge {
	return templates.Badge{Text: p.T(string(r.Label())), Tone: resultTone(r)}
}

// steps are what the lock asks for, done or not.
func (v censusHomeView) steps() []censusStep {
	r := v.ready
	systems := "/systems?" + url.Values{"state": {"draft", "declared", "returned"}}.Encode()
	step := func(done bool, code, href string, args ...any) censusStep {
		s := censusStep{Badge: templates.Badge{Text: v.p.T("census.step.open"), Tone: templates.ToneAmber}, Text: v.p.T("census.step."+code, args...)}
		if done {
			s.Badge = templates.Badge{Text: v.p.T("census.step.done"), Tone: templates.ToneGreen}
		}
		if href != "" {
			s.Link = &templates.Link{Text: v.p.T("census.step.look"), Href: href}
		}
		return s
	}
	out := []censusStep{
		step(r.Bodies > 0 && r.Accepted == r.Bodies, "coverage", surveyPath(v.base.Code, "coverage"), "share", share(r.Accepted, r.Bodies)),
		step(r.Sources > 0 && r.Unmatched == 0, "sources", "", "n", r.Sources, "left", r.Unmatched),
		step(r.Counts.Undecided == 0, "items", templates.WithQuery(v.path("items"), "decision", string(census.Open)), "n", r.Counts.Undecided),
		step(r.Unsettled == 0, "systems", systems, "n", r.Unsettled),
	}
	if r.Outside > 0 {
		out = append(out, censusStep{Badge: templates.Badge{Text: v.p.T("census.step.remark")}, Text: v.p.T("census.step.outside", "n", r.Outside)})
	}
	return out
}

// table are the lists that were handed in.
func (v censusHomeView) table() (*templates.Table, *templates.Empty) {
	if len(v.sources) == 0 {
		e := &templates.Empty{Title: v.p.T("census.sources.none"), Text: v.p.T("census.sources.none.text"), Icon: "upload"}
		if v.works() {
			e.Actions = []templates.Act{{Text: v.p.T("census.source.new"), Href: v.path("sources", "new"), Kind: templates.ActPrimary, Icon: "upload"}}
		}
		return nil, e
	}
	t := &templates.Table{ID: "sources", Caption: v.p.T("census.sources"), Columns: []templates.Column{
		{Text: v.p.T("census.field.title"), Main: true}, {Text: v.p.T("census.column.lines"), Num: true},
	}}
	for _, r := range census.Results() {
		t.Columns = append(t.Columns, templates.Column{Text: v.p.T(string(r.Label())), Num: true})
	}
	t.Columns = append(t.Columns, templates.Column{Text: v.p.T("census.decision.open"), Num: true, Main: true}, templates.Column{Text: v.p.T("census.column.matched")})
	for _, s := range v.sources {
		t.Rows = append(t.Rows, v.source(s))
	}
	return t, nil
}

func (v censusHomeView) source(s census.Source) templates.TableRow {
	cells := []templates.Cell{
		{Text: s.Title, Sub: v.p.T("census.source.sub", "kind", s.Kind.Label(), "by", s.CreatedName, "at", s.CreatedAt), Href: sourceAt(v.census.Code, s.ID)},
		{Text: strconv.Itoa(s.LinesTotal)},
	}
	of := func(key, value string) string {
		return templates.WithQuery(templates.WithQuery(v.path("items"), "source", strconv.FormatInt(int64(s.ID), 10)), key, value)
	}
	for _, r := range census.Results() {
		c := templates.Cell{Text: strconv.Itoa(s.Of(r))}
		if s.Of(r) > 0 {
			c.Href = of("result", string(r))
		}
		cells = append(cells, c)
	}
	if s.State == census.Received {
		cells = append(cells, templates.Cell{Badge: &templates.Badge{Text: v.p.T("census.source.to_map"), Tone: templates.ToneAmber}}, templates.Cell{})
		return templates.TableRow{Name: s.Title, Cells: cells}
	}
	open := templates.Cell{Text: strconv.Itoa(s.Undecided)}
	if s.Undecided > 0 {
		open.Href, open.Tone = of("decision", string(census.Open)), templates.ToneAmber
	}
	return templates.TableRow{Name: s.Title, Cells: append(cells, open, templates.Cell{Text: v.p.Time(*s.MatchedAt)})}
}

// censusLockPage is the data of survey/census_lock.
type censusLockPage struct {
	Head  templates.Head
	Ready []censusStep
	Form  *templates.Form
	Empty *templates.Callout
}

func (v censusHomeView) lockPage(cause error) censusLockPage {
	out := censusLockPage{
		Head:  templates.Head{Title: v.p.T("census.lock"), Lead: v.p.T("census.lock.lead"), Facts: []templates.Row{{Label: v.p.T("census.column.census"), Text: v.census.Title}}},
		Ready: v.steps(),
	}
	if !v.ready.Ready() {
		out.Empty = &templates.Callout{Kind: "warning", Title: v.p.T("census.lock.not_yet"), Text: v.p.T("census.lock.not_yet.text")}
		if cause != nil && fault.KindOf(cause) == fault.Conflict {
			for _, f := range fault.FieldsOf(cause) {
				out.Empty.Items = append(out.Empty.Items, v.p.Field(f))
			}
		}
		return out
	}
	out.Form = &templates.Form{
		ID: "lock", Action: v.path("lock"),
		Sections: []templates.Section{{
			ID: "s-lock", Title: v.p.T("census.lock.what"), Lead: v.p.T("census.lock.then", "n", v.ready.Verified+v.ready.Locked, "new", v.ready.Verified, "bodies", v.ready.Bodies),
			Fields: []templates.Field{{
				Name: "confirm", Kind: templates.KindText, Label: v.p.T("census.lock.confirm", "title", v.census.Title), Required: true, Width: "medium", Autocomplete: "off",
			}},
		}},
		Acts: []templates.Act{{Text: v.p.T("census.lock.do"), Kind: templates.ActDanger, Icon: "lock", Note: v.p.T("census.lock.note"), Confirm: v.p.T("census.lock.sure")}},
	}
	if cause != nil {
		web.Mistakes(v.p, out.Form, cause)
	}
	return out
}
