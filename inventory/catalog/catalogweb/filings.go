package catalogweb

import (
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/catalog"
	"qingce/templates"
)

func (d *desk) mountFilings(s *web.Server) {
	view := s.Group(web.For(catalog.Viewers()...))
	web.Get(view, filingsPath, d.listFilings)
	web.Get(view, filingsPath+"/:code", d.showFiling)

	ask := s.Group(web.For(catalog.Publishers()...))
	web.Get(ask, filingsPath+"/ask", d.askFilings)
	web.Post(ask, filingsPath, d.sendAsk)

	move := s.Group(web.For(filers()...))
	web.Post(move, filingsPath+"/:code/moves", d.moveFiling)
}

// filers may take one step or another with the catalog of a department.
func filers() []auth.Role {
	return []auth.Role{auth.Head, auth.Region, auth.Office, auth.Centre, auth.Staffing}
}

// listFilings shows which departments have handed their catalogs in.
func (d *desk) listFilings(r *web.Request, _ struct{}) (web.Response, error) {
	rows, err := d.Catalog.Filings(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	title := r.T("menu.catalog_filings")
	page := plainPage{Head: templates.Head{Title: title, Lead: r.T("catalogweb.filings.lead")}}
	if r.By.Is(catalog.Publishers()...) {
		page.Head.Actions = []templates.Act{{Text: r.T("catalogweb.filings.ask"), Href: filingsPath + "/ask", Kind: templates.ActPrimary, Icon: "send"}}
	}
	if len(rows) == 0 {
		page.Empty = &templates.Empty{Icon: "inbox", Title: r.T("catalogweb.filings.none"), Text: r.T("catalogweb.filings.none.text")}
	} else {
		page.Stats, page.Table = filingStats(r, rows), d.filingTable(r, n, rows)
	}
	return web.View{Template: "catalog/page", Title: title, Crumbs: crumbs(r.P, crumb(title)), Data: page}, nil
}

func filingStats(r *web.Request, rows []catalog.FilingRow) []templates.Stat {
	counts := map[catalog.FilingState]int64{}
	for _, f := range rows {
		counts[f.State]++
	}
	var out []templates.Stat
	for _, s := range catalog.FilingStates() {
		out = append(out, templates.Stat{Label: r.T(string(s.Label())), Value: r.P.Number(counts[s]), Href: "#filings", Share: share(r.P, counts[s], int64(len(rows)))})
	}
	return out
}

func filingBadge(r *web.Request, f catalog.Filing) *templates.Badge {
	tones := map[catalog.FilingState]string{
		catalog.FilingAsked: templates.ToneGrey, catalog.FilingSubmitted: templates.ToneBlue, catalog.FilingReturned: templates.ToneRed,
		catalog.FilingAccepted: templates.ToneGreen,
	}
	b := &templates.Badge{Text: r.T(string(f.State.Label())), Tone: tones[f.State]}
	if f.State != catalog.FilingAccepted && f.DueOn.Before(r.Today()) {
		b.Tone = templates.ToneRed
	}
	return b
}

func (d *desk) filingTable(r *web.Request, n names, rows []catalog.FilingRow) *templates.Table {
	t := &templates.Table{ID: "filings", Caption: r.T("menu.catalog_filings")}
	for _, c := range []struct {
		key, text string
		num, main bool
	}{
		{"department", "entry.provider_id", false, true}, {"state", "catalogweb.column.state", false, true}, {"due", "catalog.filing.due_on", false, true},
		{"accepted", "catalogweb.filings.accepted_on", false, false}, {"late", "catalogweb.filings.late", true, true}, {"drafts", "catalog.state.draft", true, false},
		{"review", "catalog.state.review", true, false}, {"published", "catalog.state.published", true, true}, {"shares", "catalogweb.filings.shares", true, false},
	} {
		t.Columns = append(t.Columns, templates.Column{Key: c.key, Text: r.T(c.text), Num: c.num, Main: c.main})
	}
	slices.SortStableFunc(rows, func(a, b catalog.FilingRow) int { return b.Late - a.Late })
	for _, f := range rows {
		dept, _ := n.dir.Find(f.DepartmentID)
		late := ""
		if f.Late > 0 {
			late = r.T("catalogweb.filings.late_wd", "n", f.Late)
		}
		t.Rows = append(t.Rows, templates.TableRow{Name: dept.Name, Cells: []templates.Cell{
			{Text: dept.Name, Href: filingsPath + "/" + dept.Code}, {Badge: filingBadge(r, f.Filing)}, {Text: f.DueOn.String()}, {Text: f.AcceptedOn.String()},
			{Text: late, Tone: staleTone(int64(f.Late))}, {Text: r.P.Number(f.Drafts)}, {Text: r.P.Number(f.InReview)}, {Text: r.P.Number(f.Published)},
			{Text: r.T("catalogweb.filings.by_type", "t1", f.Share[0], "t2", f.Share[1], "t3", f.Share[2])},
		}})
	}
	return t
}

type filingIn struct {
	Code      string `uri:"code"`
	Version   int64  `form:"version"`
	Move      string `form:"move"`
	Nothing   bool   `form:"nothing"`
	Statement string `form:"statement"`
	Reason    string `form:"reason"`
}

func (d *desk) showFiling(r *web.Request, in filingIn) (web.Response, error) {
	return d.filingPage(r, in, nil)
}

func (d *desk) filingOf(r *web.Request, code string) (catalog.FilingRow, inventory.Department, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return catalog.FilingRow{}, inventory.Department{}, err
	}
	dept, ok := dir.ByCode(code)
	rows, err := d.Catalog.Filings(r.Ctx, r.By)
	if err != nil {
		return catalog.FilingRow{}, dept, err
	}
	i := slices.IndexFunc(rows, func(f catalog.FilingRow) bool { return ok && f.DepartmentID == dept.ID })
	if i < 0 {
		return catalog.FilingRow{}, dept, fault.New(fault.NotFound, "err.not_found")
	}
	return rows[i], dept, nil
}

func (d *desk) filingPage(r *web.Request, in filingIn, cause error) (web.Response, error) {
	f, dept, err := d.filingOf(r, in.Code)
	if err != nil {
		return nil, err
	}
	h := templates.Head{Code: dept.Code, Title: r.T("catalogweb.filings.of", "name", dept.Name), Badges: []templates.Badge{*filingBadge(r, f.Filing)}}
	if err := d.showDue(r, f, &h); err != nil {
		return nil, err
	}
	page := plainPage{Head: h, Groups: []templates.Facts{filingFacts(r, f, dept)}}
	if page.Steps, err = d.filingSteps(r, f, dept, in, cause); err != nil {
		return nil, err
	}
	if cause != nil {
		c := templates.Callout{Kind: "error", Title: r.T("catalogweb.refused"), Text: r.P.Error(cause)}
		for _, x := range fault.FieldsOf(cause) {
			c.Items = append(c.Items, r.P.Field(x))
			c.Text = ""
		}
		page.Callouts = append(page.Callouts, c)
	}
	if f.State == catalog.FilingReturned {
		page.Callouts = append(page.Callouts, templates.Callout{Kind: "warning", Title: r.T("catalogweb.filings.returned", "name", f.DecidedName), Text: f.Reason})
	}
	title := r.T("menu.catalog_filings")
	return web.View{
		Template: "catalog/page", Title: h.Title, Data: page, Err: cause, Crumbs: crumbs(r.P, templates.Crumb{Text: title, Href: filingsPath}, crumb(dept.Name)),
	}, nil
}

// showDue puts the open due date of a catalog into the head of its page.
func (d *desk) showDue(r *web.Request, f catalog.FilingRow, h *templates.Head) error {
	return d.DB.Read(r.Ctx, func(tx *store.Tx) error {
		dues, err := d.Book.Of(tx, catalog.FilingDue(f.DepartmentID))
		if err != nil || len(dues) == 0 {
			return err
		}
		o := dues[0]
		h.Deadline = new(web.Deadline(r.P, web.Due{
			On: o.DueOn, Advised: o.Advised, Remaining: o.Remaining, Late: o.Late, Unknown: o.Unknown, Overdue: o.Overdue, Article: o.Article,
		}, r.Today()))
		return nil
	})
}

func filingFacts(r *web.Request, f catalog.FilingRow, dept inventory.Department) templates.Facts {
	href := catalogPath + "?scope=own&provider=" + dept.Code
	rows := []templates.Row{
		{Label: r.T("catalog.filing.due_on"), Text: f.DueOn.String()},
		{Label: r.T("catalog.state.draft"), Text: r.P.Number(f.Drafts), Href: href + "&state=draft&state=returned"},
		{Label: r.T("catalog.state.review"), Text: r.P.Number(f.InReview), Href: href + "&state=review"},
		{Label: r.T("catalog.state.published"), Text: r.P.Number(f.Published), Href: href + "&state=published&state=changing"},
		{Label: r.T("catalogweb.filings.shares"), Text: r.T("catalogweb.filings.by_type", "t1", f.Share[0], "t2", f.Share[1], "t3", f.Share[2])},
		{Label: r.T("catalogweb.numbers.mounted"), Text: share(r.P, f.Mounted, f.Published)},
	}
	if f.SubmittedAt != nil {
		rows = append(rows, templates.Row{Label: r.T("catalogweb.filings.submitted"), Text: r.T("catalogweb.by_at", "name", f.SubmittedName, "at", r.P.Time(*f.SubmittedAt))})
	}
	if f.Statement != "" {
		rows = append(rows, templates.Row{Label: r.T("catalogweb.filings.statement"), Text: f.Statement, Long: true})
	}
	if !f.AcceptedOn.IsZero() {
		rows = append(rows, templates.Row{Label: r.T("catalogweb.filings.accepted_on"), Text: f.AcceptedOn.String(), Note: lateNote(r, f)})
	}
	return templates.Facts{ID: "s-filing", Title: r.T("catalogweb.filings.stand"), Rows: rows}
}

func lateNote(r *web.Request, f catalog.FilingRow) string {
	if f.Late == 0 {
		return ""
	}
	return r.T("catalogweb.filings.late_by", "n", f.Late)
}

// filingSteps are the steps that the reader may take with a catalog.
func (d *desk) filingSteps(r *web.Request, f catalog.FilingRow, dept inventory.Department, in filingIn, cause error) ([]templates.Step, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	own := r.By.Is(catalog.Submitters()...) && dir.Covers(r.By.Own(), dept.ID)
	var out []templates.Step
	if own && (f.State == catalog.FilingAsked || f.State == catalog.FilingReturned) {
		out = append(out, filingStep(r, f, dept, "hand_in", in, cause))
	}
	if f.State == catalog.FilingSubmitted && r.By.DepartmentID != dept.ID {
		if r.By.Is(catalog.Publishers()...) {
			out = append(out, filingStep(r, f, dept, "accept", in, cause))
		}
		if r.By.Is(catalog.Reviewers()...) {
			out = append(out, filingStep(r, f, dept, "return", in, cause))
		}
	}
	return out, nil
}

func filingStep(r *web.Request, f catalog.FilingRow, dept inventory.Department, move string, in filingIn, cause error) templates.Step {
	key := "catalogweb.filings.move." + move
	hidden := []templates.Pair{{Name: "move", Value: move}, {Name: "version", Value: number(f.Version)}}
	path := filingsPath + "/" + dept.Code + "/moves"
	out := templates.Step{ID: "step-" + move, Title: r.T(key), Note: r.T(key + ".note"), Icon: map[string]string{"hand_in": "send", "accept": "seal", "return": "return"}[move]}
	act := templates.Act{Text: out.Title, Icon: out.Icon, Kind: templates.ActPrimary}
	if move == "accept" {
		act.Post, act.Hidden, out.Act = path, hidden, act
		act.Hidden = hidden
		out.Act = act
		return out
	}
	var fields []templates.Field
	if move == "return" {
		fields = []templates.Field{{Name: "reason", Kind: templates.KindLongText, Label: r.T("catalogweb.reason"), Required: true, MaxLength: 500, Value: in.Reason}}
	} else {
		fields = []templates.Field{
			{
				Name: "nothing", Kind: templates.KindEnum, Label: r.T("catalogweb.filings.what"), Required: true, Value: boolText(in.Nothing),
				Options: []templates.Option{{Value: "false", Text: r.T("catalogweb.filings.entries", "n", f.InReview+f.Published)}, {Value: "true", Text: r.T("catalogweb.filings.nothing")}},
			},
			{
				Name: "statement", Kind: templates.KindLongText, Label: r.T("catalogweb.filings.statement"), Help: r.T("catalogweb.filings.statement.help"), Value: in.Statement,
				MaxLength: 500, ShownWhen: "nothing=true", Hidden: !in.Nothing,
			},
		}
	}
	form := templates.Form{ID: out.ID + "-form", Action: path, Hidden: hidden, Guard: true, Sections: []templates.Section{{ID: out.ID + "-s", Fields: fields}}, Acts: []templates.Act{act}}
	if in.Move == move && cause != nil {
		out.Open = true
		web.Mistakes(r.P, &form, cause)
	}
	out.Form = &form
	return out
}

func (d *desk) moveFiling(r *web.Request, in filingIn) (web.Response, error) {
	_, dept, err := d.filingOf(r, in.Code)
	if err != nil {
		return nil, err
	}
	err = d.fileStep(r, dept.ID, in)
	switch kind := fault.KindOf(err); {
	case err == nil:
		return web.Redirect{To: filingsPath + "/" + dept.Code, Said: web.Said(r.T("catalogweb.filings.move."+in.Move+".done", "name", dept.Name))}, nil
	case kind == fault.Invalid || kind == fault.Conflict:
		return d.filingPage(r, in, err)
	default:
		return nil, err
	}
}

func (d *desk) fileStep(r *web.Request, dept catalog.DepartmentID, in filingIn) error {
	var err error
	switch in.Move {
	case "hand_in":
		_, err = d.Catalog.HandIn(r.Ctx, r.By, dept, in.Version, in.Nothing, in.Statement)
	case "accept":
		_, err = d.Catalog.AcceptFiling(r.Ctx, r.By, dept, in.Version)
	case "return":
		_, err = d.Catalog.ReturnFiling(r.Ctx, r.By, dept, in.Version, in.Reason)
	default:
		err = fault.New(fault.Invalid, "catalogweb.err.move")
	}
	return err
}

type askIn struct {
	DueOn       string   `form:"due_on"`
	Departments []string `form:"departments"`
}

func (d *desk) askFilings(r *web.Request, _ struct{}) (web.Response, error) {
	return d.askPage(r, askIn{}, nil)
}

// sendAsk asks departments for their catalogs.
func (d *desk) sendAsk(r *web.Request, in askIn) (web.Response, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	var due calendar.Date
	if in.DueOn != "" {
		if due, _, err = input.Date(in.DueOn, false); err != nil {
			return d.askPage(r, in, fault.Refuse([]fault.Field{
				fault.At("due_on", input.Code(err), "field", fault.Label("catalog.filing.due_on"), "value", in.DueOn),
			}))
		}
	}
	var ids []catalog.DepartmentID
	for _, code := range in.Departments {
		if dept, ok := dir.Lookup(code); ok {
			ids = append(ids, dept.ID)
		}
	}
	err = d.Catalog.AskFilings(r.Ctx, r.By, due, ids)
	switch kind := fault.KindOf(err); {
	case err == nil:
		return web.Redirect{To: filingsPath, Said: web.Said(r.T("catalogweb.filings.asked", "n", len(ids)))}, nil
	case kind == fault.Invalid || kind == fault.Conflict:
		return d.askPage(r, in, err)
	default:
		return nil, err
	}
}

func (d *desk) askPage(r *web.Request, in askIn, cause error) (web.Response, error) {
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	title := r.T("catalogweb.filings.ask")
	form := templates.Form{
		ID: "ask", Action: filingsPath, Guard: true, Sections: []templates.Section{{ID: "s-ask", Fields: []templates.Field{
			{Name: "due_on", Kind: templates.KindDate, Label: r.T("catalog.filing.due_on"), Required: true, Value: in.DueOn, Width: "short", Placeholder: "2017-10-20"},
			{Name: "departments", Kind: templates.KindMulti, Label: r.T("catalog.change.departments"), Required: true, Options: departmentBoxes(n, in.Departments, nil)},
		}}},
		Acts: []templates.Act{
			{Text: r.T("catalogweb.filings.ask"), Note: r.T("catalogweb.filings.ask.note"), Kind: templates.ActPrimary, Icon: "send"},
			{Text: r.T("catalogweb.cancel"), Href: filingsPath, Kind: templates.ActQuiet},
		},
	}
	web.Mistakes(r.P, &form, cause)
	return web.View{
		Template: "catalog/page", Title: title, Data: plainPage{Head: templates.Head{Title: title, Lead: r.T("catalogweb.filings.ask.lead")}, Form: &form}, Err: cause,
		Crumbs: crumbs(r.P, templates.Crumb{Text: r.T("menu.catalog_filings"), Href: filingsPath}, crumb(title)),
	}, nil
}

// departmentBoxes are check boxes for departments, by their codes.
func departmentBoxes(n names, chosen []string, keep func(inventory.Department) bool) []templates.Option {
	var out []templates.Option
	for _, dept := range n.dir.All() {
		if dept.ActiveTo.IsZero() && dept.Kind != inventory.Coordination && (keep == nil || keep(dept)) {
			out = append(out, templates.Option{Value: dept.Code, Text: dept.Name, Chosen: slices.Contains(chosen, dept.Code)})
		}
	}
	return out
}
