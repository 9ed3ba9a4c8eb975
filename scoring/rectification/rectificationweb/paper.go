package rectificationweb

import (
	"qingce/internal/web"
	"qingce/scoring/rectification"
	"qingce/templates"
)

// paperPage is the data of rectification/paper: the notice as an official
// document of one or two A4 pages.
type paperPage struct {
	Head    templates.Head
	No      string
	Heading string
	To      string
	Words   []string
	Facts   string
	Demand  string
	Records []string
	Last    []string
	Sender  string
	Date    string
}

// paper shows a notice as it is printed; a draft has none.
func (d *desk) paper(r *web.Request, in idIn) (web.Response, error) {
	f, err := d.Desk.Find(r.Ctx, r.By, in.notice())
	if err != nil {
		return nil, err
	}
	n, p := f.Notice, r.P
	if n.Number == 0 {
		return web.Redirect{To: n.Address()}, nil
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	body := dir.Name(n.DepartmentID)
	page := paperPage{
		Head: templates.Head{Title: p.T("rectify.paper.title", "no", noText(p, n)), Actions: []templates.Act{
			{Text: p.T("rectify.paper.back"), Href: n.Address(), Icon: "left"},
		}},
		No: noText(p, n), Heading: p.T("rectify.paper.heading", "name", body), To: p.T("rectify.paper.to", "name", body),
		Words: []string{p.T("rectify.paper.found", "situation", p.T(string(n.Situation.Label())))}, Facts: n.Facts, Demand: n.Demand,
		Last:   []string{p.T("rectify.paper.term", "n", n.TermWd, "due", n.DueOn), p.T("rectify.paper.after")},
		Sender: p.T("rectify.paper.sender"), Date: p.T("rectify.paper.date", "year", n.IssuedOn.Year(), "month", int(n.IssuedOn.Month()), "day", n.IssuedOn.Day()),
	}
	if n.PlanBreach {
		page.Words = append(page.Words, p.T("rectify.paper.plan"))
	}
	for _, fact := range f.Facts {
		page.Records = append(page.Records, recordText(r, fact))
	}
	return web.View{Template: "rectification/paper", Title: page.Head.Title, Crumbs: crumbs(p, noText(p, n)), Data: page}, nil
}

func recordText(r *web.Request, f rectification.Fact) string {
	return r.T("rectify.paper.record", "kind", r.T(string(f.Kind.Label())), "ref", f.Ref, "title", f.Title)
}
