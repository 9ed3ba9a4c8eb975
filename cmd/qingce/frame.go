package main

import (
	"net/http"
	"slices"
	"strings"

	"qingce/internal/adminweb"
	"qingce/internal/web"
	"qingce/templates"
)

// entry is a room of the menu. Its pages are listed below it while it is open;
// what a reader may not call is not shown.
type entry struct {
	group, label, icon string
	pages              []page
}

// page is one of the pages of a room.
type page struct{ label, path string }

// menu is the left navigation, in the order of the work: what is to be done, what
// there is, what is shared, what is cleaned up, and what it comes to.
var menu = []entry{
	{"nav.work", "menu.home", "home", []page{{"menu.home", "/"}}},
	{"nav.work", "menu.duties", "tasks", []page{{"menu.duties", "/tasks"}, {"menu.report", "/reports"}, {"menu.programme", "/programme"}}},
	{"nav.work", "menu.surveys", "table", []page{
		{"menu.survey", "/surveys"}, {"menu.census", "/census"}, {"menu.questionnaires", "/questionnaires"},
	}},
	{"nav.register", "menu.inventory", "system", []page{
		{"menu.systems", "/systems"}, {"menu.changes", "/changes"}, {"menu.numbers", "/systems/numbers"}, {"menu.similar", "/similar"},
		{"menu.imports", "/imports/new"},
	}},
	{"nav.register", "menu.usage", "chart", []page{
		{"menu.usage_systems", "/usage"}, {"menu.usage_sums", "/usage/sums"}, {"menu.usage_files", "/usage/files"}, {"menu.probe", "/probes"},
	}},
	{"nav.register", "menu.zombie", "trash", []page{
		{"menu.zombie_cases", "/zombies"}, {"menu.zombie_verdicts", "/zombies/verdicts"}, {"menu.zombie_runs", "/zombies/runs"},
		{"menu.zombie_policy", "/zombies/policy"},
	}},
	{"nav.register", "menu.departments", "building", []page{{"menu.departments", "/departments"}}},
	{"nav.sharing", "menu.hub", "network", []page{{"menu.hub", "/hub"}}},
	{"nav.sharing", "menu.catalog", "database", []page{
		{"menu.catalog_entries", "/catalog"}, {"menu.catalog_filings", "/catalog/filings"}, {"menu.catalog_changes", "/catalog/changes"},
		{"menu.catalog_overlaps", "/catalog/overlaps"}, {"menu.catalog_tree", "/catalog/tree"}, {"menu.catalog_numbers", "/catalog/numbers"},
	}},
	{"nav.sharing", "menu.exchange", "send", []page{
		{"menu.sharing", "/sharing/requests"}, {"menu.objection", "/sharing/objections"}, {"menu.demand", "/sharing/demands"},
	}},
	{"nav.progress", "menu.score", "chart", []page{{"menu.score", "/scorecards"}}},
	{"nav.progress", "menu.rectify", "seal", []page{{"menu.rectify", "/rectifications"}}},
	{"nav.progress", "menu.funding", "key", []page{{"menu.funding", "/funding"}}},
	{"nav.admin", "menu.calendar", "calendar", []page{{"menu.calendar", "/calendar"}}},
	{"nav.admin", "menu.oplog", "log", []page{{"menu.oplog", "/audit"}}},
	{"nav.admin", "menu.accounts", "people", []page{{"menu.accounts", "/accounts"}, {"menu.policy.password", "/settings/password-policy"}}},
	{"nav.admin", "menu.api", "code", []page{{"menu.api", "/api/docs"}}},
}

// frame fills in what stands around every page of somebody who is signed in:
// the navigation by rights, the search, the open tasks and the account.
func (r *rooms) frame(s func() *web.Server) func(*web.Request, *templates.Frame) {
	return func(req *web.Request, f *templates.Frame) {
		w := r.waits(req)
		f.Nav = navigation(s(), req, map[string]int{
			"/changes": w.changes, "/surveys": w.forms, "/zombies": w.cases, "/usage/files": w.files, "/sharing/requests": int(w.sharing.Requests),
			"/sharing/objections": int(w.sharing.Objections), "/sharing/demands": int(w.sharing.Demands),
			"/catalog/filings": int(w.catalog.Filings), "/catalog/changes": int(w.catalog.Changes), "/catalog": int(w.catalog.Entries),
			"/rectifications": int(w.notices.Total),
		})
		if mayGet(s(), req, "/systems") {
			f.Search = &templates.Search{Action: "/systems", Value: req.URL.Query().Get("q")}
		}
		f.Account, f.Todo = accountMenu(req), w.todo
	}
}

// navigation lists the rooms with pages that the reader may call, and what waits
// there.
func navigation(s *web.Server, req *web.Request, waiting map[string]int) []templates.NavGroup {
	var out []templates.NavGroup
	open := openPage(req.URL.Path)
	for _, m := range menu {
		item, ok := m.item(s, req, waiting, open)
		if !ok {
			continue
		}
		if len(out) == 0 || out[len(out)-1].Label != m.group {
			out = append(out, templates.NavGroup{Label: m.group})
		}
		g := &out[len(out)-1]
		g.Items = append(g.Items, item)
	}
	return out
}

// item is the room as the reader sees it: it leads to the first of its pages, and
// a room of one page bears the name of that page.
func (m entry) item(s *web.Server, req *web.Request, waiting map[string]int, open string) (templates.NavItem, bool) {
	out := templates.NavItem{Label: m.label, Icon: m.icon}
	for _, p := range m.pages {
		if !mayGet(s, req, p.path) {
			continue
		}
		out.Active = out.Active || p.path == open
		out.Count += waiting[p.path]
		out.Items = append(out.Items, templates.NavItem{Label: p.label, Href: p.path, Active: p.path == open, Count: waiting[p.path]})
	}
	if len(out.Items) == 0 {
		return out, false
	}
	out.Href = out.Items[0].Href
	if len(out.Items) == 1 {
		out.Label = out.Items[0].Label
		if m.pages[0].path == out.Href {
			out.Label = m.label
		}
	}
	if len(out.Items) == 1 || !out.Active {
		out.Items = nil
	}
	return out, true
}

// openPage is the page of the menu that an address belongs to: the one that says
// most of its path.
func openPage(path string) string {
	open := ""
	for _, m := range menu {
		for _, p := range m.pages {
			if isOpen(path, p.path) && len(p.path) > len(open) {
				open = p.path
			}
		}
	}
	return open
}

// isOpen tells whether the page or one below it is shown.
func isOpen(path, item string) bool {
	if item == "/" {
		return path == "/"
	}
	item = strings.TrimSuffix(item, "/new")
	return path == item || strings.HasPrefix(path, item+"/")
}

// mayGet tells whether there is such a page and the reader may see it.
func mayGet(s *web.Server, req *web.Request, path string) bool {
	return slices.ContainsFunc(s.Routes(), func(i web.RouteInfo) bool {
		return i.Method == http.MethodGet && i.Path == path && i.Access.Allows(req.By) == nil
	})
}

func accountMenu(req *web.Request) *templates.Account {
	a := &templates.Account{
		Name: req.By.Name, Department: req.By.Department, SignOut: "/sign-out",
		Links: []templates.Link{
			{Text: req.T("menu.account"), Href: "/me", Icon: "person"},
			{Text: req.T("menu.password"), Href: adminweb.PasswordPath, Icon: "key"},
		},
	}
	for _, role := range req.By.Roles {
		a.Roles = append(a.Roles, req.T(string(role.Label())))
	}
	return a
}
