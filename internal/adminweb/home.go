package adminweb

import (
	"context"
	"net/url"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/schedule"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/templates"
)

// HomeDeps are what the workbench stands on. All must be set.
type HomeDeps struct {
	Registry *inventory.Registry
	Importer *inventory.Importer
	Book     *schedule.Book
	Accounts *account.Accounts
	Anchor   *oplog.Anchor
	// Departments lists the departments by which due dates are named.
	Departments func(ctx context.Context) ([]Choice, error)
	// Tasks are what waits for the reader in rooms that the workbench does not
	// know; may be nil.
	Tasks func(r *web.Request) ([]HomeTask, error)
	// Others are what the reader has done and others have to go on with; may be
	// nil.
	Others func(r *web.Request) ([]HomeTask, error)
	// Figures are the first numbers of those who decide; may be nil.
	Figures func(r *web.Request) ([]HomeFigures, error)
}

// homeDesk is the handler of the workbench.
type homeDesk struct {
	HomeDeps
	overviews *inventory.Overviews
}

// MountHome adds the workbench: the first page of everybody who is signed in.
func MountHome(s *web.Server, deps HomeDeps) {
	d := &homeDesk{HomeDeps: deps, overviews: inventory.NewOverviews(deps.Registry)}
	web.Get(s.Group(web.SignedIn()), "/", d.home)
}

// HomePage is the data of home/workbench: what the reader has to do, and how
// things stand in the reader's scope.
type HomePage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Tasks    []HomeTask
	// Others is what waits for others; each row says for whom.
	Others []HomeTask
	// Dues are nil for readers without a scope.
	Dues *DueList
	// Figures stand before the register, for those who decide by them.
	Figures []HomeFigures
	// Register is nil for readers without a scope.
	Register *HomeRegister
	// Room is what the administrator looks after; nil for others.
	Room *HomeRoom
	// Empty is for readers who have nothing to do here.
	Empty *templates.Empty
}

// HomeTask is one thing to be done, with the rows behind it.
type HomeTask struct {
	Icon  string
	Text  string
	Note  string
	Count string
	Href  string
	Tone  string // red presses, amber waits
	// Deadline is by when; nil where no day is set.
	Deadline *templates.Deadline
}

const systemsPath = "/systems"

// systemWriters register and change systems of their own.
func systemWriters() []auth.Role { return []auth.Role{auth.Clerk, auth.Head, auth.Region} }

// home puts the page together from what each role of the reader needs.
func (d *homeDesk) home(r *web.Request, _ struct{}) (web.Response, error) {
	page := HomePage{Head: homeHead(r)}
	scoped := r.By.View() != (auth.Scope{})
	var overview inventory.Overview
	if scoped {
		var err error
		if overview, err = d.overviews.Of(r.Ctx, r.By); err != nil {
			return nil, err
		}
		page.Register = registerOf(r, overview)
		if page.Dues, err = d.dues(r); err != nil {
			return nil, err
		}
	}
	var err error
	if page.Tasks, err = d.tasks(r, overview); err != nil {
		return nil, err
	}
	if d.Others != nil {
		if page.Others, err = d.Others(r); err != nil {
			return nil, err
		}
	}
	if d.Figures != nil {
		if page.Figures, err = d.Figures(r); err != nil {
			return nil, err
		}
	}
	if r.By.Is(auth.Admin) {
		if page.Room, err = d.room(r); err != nil {
			return nil, err
		}
	}
	if page.Callouts, err = d.callouts(r); err != nil {
		return nil, err
	}
	if !scoped && page.Room == nil && len(page.Tasks) == 0 {
		page.Empty = &templates.Empty{Title: r.T("home.nothing"), Text: r.T("home.nothing.text"), Icon: "home"}
	}
	return web.View{
		Template: "home/workbench", Title: page.Head.Title, Data: page, Crumbs: []templates.Crumb{{Text: r.T("menu.home")}},
	}, nil
}

// homeHead greets and offers what people come for most.
func homeHead(r *web.Request) templates.Head {
	lead := r.T("home.lead", "day", dayText(r, r.Today()), "name", r.By.Name)
	if r.By.Department != "" {
		lead = r.T("home.lead.department", "day", dayText(r, r.Today()), "name", r.By.Name, "department", r.By.Department)
	}
	h := templates.Head{Title: r.T("menu.home"), Lead: lead}
	if r.By.Is(systemWriters()...) {
		h.Actions = []templates.Act{
			{Text: r.T("home.act.new"), Href: systemsPath + "/new", Icon: "plus", Kind: templates.ActPrimary},
			{Text: r.T("home.act.import"), Href: "/imports/new?kind=systems", Icon: "upload"},
			{Text: r.T("home.act.template"), Href: "/imports/template?kind=systems", Icon: "download", Download: true},
		}
	} else if r.By.View() != (auth.Scope{}) {
		h.Actions = []templates.Act{{Text: r.T("menu.inventory"), Href: systemsPath, Icon: "system", Kind: templates.ActPrimary}}
	}
	if r.By.Is(auth.Admin) {
		account := templates.Act{Text: r.T("home.act.account"), Href: "/accounts/new", Icon: "people"}
		if len(h.Actions) == 0 {
			account.Kind = templates.ActPrimary
		}
		h.Actions = append(h.Actions, account, templates.Act{Text: r.T("calendar.upload"), Href: schedulesPath + "/new", Icon: "calendar"})
	}
	return h
}

// HomeFigures is a group of numbers that lead to their rows, or a short table of
// them.
type HomeFigures struct {
	ID    string // of the heading
	Title string
	Note  string
	Stats []templates.Stat
	Table *templates.Table
}

// maxHomeDues is how many due dates stand on the workbench.
const maxHomeDues = 4

func (d *homeDesk) dues(r *web.Request) (*DueList, error) {
	open, err := openDues(r, d.Book, maxHomeDues)
	if err != nil {
		return nil, err
	}
	all, err := d.Departments(r.Ctx)
	if err != nil {
		return nil, err
	}
	list := dueList(r, open, all, maxHomeDues)
	return &list, nil
}

// callouts warn of what everybody should know: a year without holidays.
func (d *homeDesk) callouts(r *web.Request) ([]templates.Callout, error) {
	if !r.By.Is(calendarViewers()...) {
		return nil, nil
	}
	outlook, err := d.Book.Years(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	var out []templates.Callout
	if r.By.Is(calendarKeepers()...) {
		for _, f := range outlook.Remarks() {
			upload := templates.Link{Text: r.T("calendar.upload"), Href: schedulesPath + "/new"}
			out = append(out, templates.Callout{Kind: "warning", Text: r.P.Field(f), Link: &upload})
		}
		return out, nil
	}
	for _, year := range outlook.Missing { // others only need to know why a due date says so little
		out = append(out, templates.Callout{Kind: "info", Text: r.T("home.calendar.missing", "year", year)})
	}
	return out, nil
}

// rowsOf is the list of the systems of a facet that the reader sees.
func rowsOf(f inventory.Facet) string { return rowsWith(f.Field, "", f.Param()) }

// rowsWith is the list of the systems whose field has one of the values, of one
// department (by code) or of all that the reader sees.
func rowsWith(field, department string, values ...string) string {
	q := url.Values{}
	if len(values) > 0 {
		q[field] = values
	}
	if department != "" {
		q.Set("owner_id", department)
	}
	if len(q) == 0 {
		return systemsPath
	}
	return systemsPath + "?" + q.Encode()
}
