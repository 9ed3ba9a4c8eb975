package main

import (
	"net/http"
	"slices"
	"strings"

	"qingce/internal/adminweb"
	"qingce/internal/web"
	"qingce/templates"
)

// menu is the left navigation. What a reader may not call is not shown.
var menu = []struct {
	group, label, path, icon string
}{
	{"nav.work", "menu.home", "/", "home"},
	{"nav.work", "menu.survey", "/surveys", "tasks"},
	{"nav.work", "menu.census", "/census", "search"},
	{"nav.work", "menu.questionnaires", "/questionnaires", "table"},
	{"nav.work", "menu.imports", "/imports/new", "upload"},
	{"nav.register", "menu.inventory", "/systems", "system"},
	{"nav.register", "menu.changes", "/changes", "edit"},
	{"nav.register", "menu.numbers", "/systems/numbers", "chart"},
	{"nav.register", "menu.departments", "/departments", "building"},
	{"nav.register", "menu.calendar", "/calendar", "calendar"},
	{"nav.sharing", "menu.catalog", "/catalog", "database"},
	{"nav.sharing", "menu.catalog_filings", "/catalog/filings", "inbox"},
	{"nav.sharing", "menu.catalog_numbers", "/catalog/numbers", "chart"},
	{"nav.sharing", "menu.catalog_tree", "/catalog/tree", "split"},
	{"nav.sharing", "menu.catalog_changes", "/catalog/changes", "calendar"},
	{"nav.sharing", "menu.catalog_overlaps", "/catalog/overlaps", "copy"},
	{"nav.sharing", "menu.sharing", "/sharing/requests", "send"},
	{"nav.sharing", "menu.objection", "/sharing/objections", "bell"},
	{"nav.sharing", "menu.demand", "/sharing/demands", "inbox"},
	{"nav.progress", "menu.programme", "/programme", "table"},
	{"nav.progress", "menu.duties", "/tasks", "tasks"},
	{"nav.progress", "menu.report", "/reports", "calendar"},
	{"nav.progress", "menu.rectify", "/rectifications", "seal"},
	{"nav.progress", "menu.funding", "/funding", "seal"},
	{"nav.check", "menu.hub", "/hub", "network"},
	{"nav.check", "menu.zombie", "/zombies", "seal"},
	{"nav.check", "menu.usage", "/usage", "chart"},
	{"nav.check", "menu.usage_sums", "/usage/sums", "table"},
	{"nav.check", "menu.usage_files", "/usage/files", "upload"},
	{"nav.check", "menu.probe", "/probes", "eye"},
	{"nav.check", "menu.zombie_verdicts", "/zombies/verdicts", "search"},
	{"nav.check", "menu.zombie_runs", "/zombies/runs", "log"},
	{"nav.check", "menu.zombie_policy", "/zombies/policy", "settings"},
	{"nav.check", "menu.similar", "/similar", "split"},
	{"nav.check", "menu.oplog", "/audit", "log"},
	{"nav.admin", "menu.accounts", "/accounts", "people"},
	{"nav.admin", "menu.policy.password", "/settings/password-policy", "lock"},
	{"nav.admin", "menu.api", "/api/docs", "code"},
}

// frame fills in what stands around every page of somebody who is signed in:
// the navigation by rights, the search, the open tasks and the account.
func (r *rooms) frame(s func() *web.Server) func(*web.Request, *templates.Frame) {
	return func(req *web.Request, f *templates.Frame) {
		w := r.waits(req)
		f.Nav = navigation(s(), req, map[string]int{
			"/changes": w.changes, "/surveys": w.forms, "/zombies": w.cases, "/usage/files": w.files, "/sharing/requests": int(w.sharing.Requests),
			"/sharing/objections": int(w.sharing.Objections), "/sharing/demands": int(w.sharing.Demands),
		})
		if mayGet(s(), req, "/systems") {
			f.Search = &templates.Search{Action: "/systems", Value: req.URL.Query().Get("q")}
		}
		f.Account, f.Todo = accountMenu(req), w.todo
	}
}

// navigation lists the pages that the reader may call, with what waits there.
func navigation(s *web.Server, req *web.Request, waiting map[string]int) []templates.NavGroup {
	var out []templates.NavGroup
	open := openItem(req.URL.Path)
	for _, m := range menu {
		if !mayGet(s, req, m.path) {
			continue
		}
		if len(out) == 0 || out[len(out)-1].Label != m.group {
			out = append(out, templates.NavGroup{Label: m.group})
		}
		g := &out[len(out)-1]
		g.Items = append(g.Items, templates.NavItem{
			Label: m.label, Href: m.path, Icon: m.icon, Active: m.path == open, Count: waiting[m.path],
		})
	}
	return out
}

// openItem is the entry of the menu that a page belongs to: the one that says
// most of its path.
func openItem(path string) string {
	open := ""
	for _, m := range menu {
		if isOpen(path, m.path) && len(m.path) > len(open) {
			open = m.path
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
