package adminweb

import (
	"net/url"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/schedule"
	"qingce/internal/web"
	"qingce/templates"
)

// DueItem is something that is due, beside a calendar or on the workbench.
type DueItem struct {
	Title      string
	Href       string // empty when it has no page
	Department string // empty when the reader has only one
	Deadline   templates.Deadline
}

// dueItems puts open due dates into words.
func dueItems(r *web.Request, open []schedule.Open, all directory) []DueItem {
	out := make([]DueItem, len(open))
	for i, o := range open {
		out[i] = DueItem{Title: dueTitle(r, o.Due), Href: hrefOf(o.Due, all), Deadline: deadlineOf(r, o)}
		if r.By.View().All || r.By.View().Below {
			out[i].Department = all.name(o.DepartmentID)
		}
	}
	return out
}

// dueTitle says what is to be done.
func dueTitle(r *web.Request, d schedule.Due) string {
	args := make([]any, 0, 2*len(d.TitleArgs))
	for name, value := range d.TitleArgs {
		args = append(args, name, value)
	}
	return r.T(d.Title, args...)
}

// hrefOf is the page of what the due date is about, for what is addressed by the
// code of its department too.
func hrefOf(d schedule.Due, all directory) string {
	if period, _, ok := strings.Cut(d.SubjectID, "@"); ok && d.SubjectKind == "report" { // <period>@<department>
		return "/reports/" + url.PathEscape(period) + "/" + url.PathEscape(all.find(d.DepartmentID).Code)
	}
	return dueHref(d)
}

// dueHref is the page of what the due date is about.
func dueHref(d schedule.Due) string {
	switch d.SubjectKind {
	case "system":
		return "/systems/" + url.PathEscape(d.SubjectID)
	case "change_request":
		return "/changes/" + url.PathEscape(d.SubjectID)
	case "hub_department":
		return "/hub/systems?standing=open&department=" + url.QueryEscape(d.SubjectID)
	case "zombie_case":
		return "/zombies/cases/" + url.PathEscape(d.SubjectID)
	case "catalog_filing":
		return "/catalog/filings"
	case "catalog_change": // <change>.<department>
		change, _, _ := strings.Cut(d.SubjectID, ".")
		return "/catalog/changes/" + url.PathEscape(change)
	case "rectification":
		return "/rectifications/" + url.PathEscape(d.SubjectID)
	case "sharing_request":
		return "/sharing/requests/" + url.PathEscape(d.SubjectID)
	case "sharing_objection":
		return "/sharing/objections/" + url.PathEscape(d.SubjectID)
	case "sharing_demand":
		return "/sharing/demands/" + url.PathEscape(d.SubjectID)
	case "funding_item": // <year>/<code of the system>
		year, code, _ := strings.Cut(d.SubjectID, "/")
		return "/funding/" + url.PathEscape(year) + "/" + url.PathEscape(code)
	case "form": // <campaign>/<department>
		campaign, department, _ := strings.Cut(d.SubjectID, "/")
		return "/surveys/" + url.PathEscape(campaign) + "/forms/" + url.PathEscape(department)
	}
	return ""
}

// deadlineOf says by when, and how many working days are left.
func deadlineOf(r *web.Request, o schedule.Open) templates.Deadline {
	return web.Deadline(r.P, web.Due{
		On: o.DueOn, Advised: o.Advised, Remaining: o.Remaining, Late: o.Late, Unknown: o.Unknown, Overdue: o.Overdue, Article: o.Article,
	}, r.Today())
}

// openDues lists what is due first in the reader's scope; the administrator has
// none.
func openDues(r *web.Request, book *schedule.Book, most int) (schedule.Page, error) {
	if r.By.View() == (auth.Scope{}) {
		return schedule.Page{}, nil
	}
	return book.ListOpen(r.Ctx, r.By, schedule.Filter{Limit: most})
}
