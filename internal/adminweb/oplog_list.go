package adminweb

import (
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/oplog"
	"qingce/internal/web"
	"qingce/templates"
)

// OplogPage is the data of admin/oplog: entries of the log, the newest first.
type OplogPage struct {
	Head   templates.Head
	Filter OplogFilter
	Wrong  []templates.Callout
	Table  *templates.Table
	Empty  *templates.Empty
	Pager  templates.Pager
}

// oplogIn is the address of a list, which can be shared.
type oplogIn struct {
	Text       string `form:"q"`
	Actor      string `form:"actor"`
	Account    int64  `form:"account"`
	Action     string `form:"action"`
	Kind       string `form:"kind"`
	Object     string `form:"object"`
	Department string `form:"department"`
	From       string `form:"at.from"`
	To         string `form:"at.to"`
	Page       int    `form:"page"`
	Size       int    `form:"size"`
}

// query reads the address. What cannot be understood is left out and told.
func (in oplogIn) query(all directory) (oplog.Query, []fault.Field) {
	q := oplog.Query{
		Account: auth.AccountID(in.Account), Actor: input.Text(in.Actor), Kind: in.Kind, ObjectID: in.Object, Action: in.Action,
		Text: input.Text(in.Text), Page: in.Page, Size: in.size(),
	}
	var wrong []fault.Field
	if in.Department != "" {
		id, err := all.read(in.Department)
		if err != nil || id == 0 {
			id = nowhere
		}
		q.Department = id
	}
	day := func(name, typed string, add int) time.Time {
		if strings.TrimSpace(typed) == "" {
			return time.Time{}
		}
		d, _, err := input.Date(typed, false)
		if err != nil {
			wrong = append(wrong, fault.At(name, input.Code(err), "field", fault.Label("oplog.filter.time"), "value", typed))
			return time.Time{}
		}
		return d.AddDays(add).StartsAt()
	}
	q.From, q.To = day("at.from", in.From, 0), day("at.to", in.To, 1) // the last day is meant whole
	return q, wrong
}

func (in oplogIn) size() int {
	if in.Size <= 0 || in.Size > largeSize {
		return usualSize
	}
	return in.Size
}

func (d *oplogDesk) list(r *web.Request, in oplogIn) (web.Response, error) {
	choices, err := d.Departments(r.Ctx)
	if err != nil {
		return nil, err
	}
	all := directory(choices)
	q, wrong := in.query(all)
	rows, total, err := d.Log.List(r.Ctx, r.By, q)
	if err != nil {
		return nil, err
	}
	last := max(1, int((total+int64(q.Size)-1)/int64(q.Size)))
	if q.Page > last { // rows cannot go, but an address may be of another filter
		q.Page = last
		if rows, total, err = d.Log.List(r.Ctx, r.By, q); err != nil {
			return nil, err
		}
	}
	page := OplogPage{
		Head: oplogHead(r), Filter: oplogFilter(r, in, all),
		Pager: templates.NewPager(r.Address(), q.Page, q.Size, total, 20, usualSize, largeSize),
	}
	for _, f := range wrong {
		page.Wrong = append(page.Wrong, templates.Callout{Kind: "error", Text: r.P.Field(f)})
	}
	if len(rows) == 0 {
		page.Empty = noEntries(r, page.Filter)
	} else {
		page.Table = entryTable(r, rows)
	}
	return web.View{Template: "admin/oplog", Title: page.Head.Title, Data: page, Crumbs: oplogCrumbs(r)}, nil
}

// oplogHead says whose acts the reader sees.
func oplogHead(r *web.Request) templates.Head {
	scope := "own"
	switch {
	case r.By.Is(oplogAuditors()...):
		scope = "all"
	case r.By.Is(auth.Region):
		scope = "region"
	case r.By.Is(auth.Head):
		scope = "department"
	case r.By.Is(auth.Admin):
		scope = "technical"
	}
	h := templates.Head{Title: r.T("menu.oplog"), Lead: r.T("oplog.lead." + scope)}
	if scope == "all" {
		h.Actions = []templates.Act{{Text: r.T("oplog.verify.page"), Href: verifyPath, Icon: "shield", Kind: templates.ActPrimary}}
	}
	return h
}

func entryTable(r *web.Request, rows []oplog.Row) *templates.Table {
	t := &templates.Table{Caption: r.T("menu.oplog"), Columns: []templates.Column{
		{Text: r.T("oplog.column.action"), Main: true}, {Text: r.T("oplog.column.object"), Main: true}, {Text: r.T("oplog.column.actor"), Main: true},
		{Text: r.T("oplog.column.time"), Main: true}, {Text: r.T("oplog.column.reason")}, {Text: r.T("oplog.column.way")},
	}}
	for _, row := range rows {
		t.Rows = append(t.Rows, templates.TableRow{Tone: entryTone(row), Cells: []templates.Cell{
			{Text: actionText(r, row.Action), Href: entryPath(row.ID), Sub: r.T("oplog.number", "n", r.P.Number(int64(row.ID)))},
			{Text: objectText(r, row), Sub: kindText(r, row.ObjectKind)},
			{Text: actorText(r, row), Sub: row.ActorDepartment},
			{Text: secondText(row.At)}, {Text: row.Reason}, {Text: wayText(r, row.Way), Sub: row.Origin},
		}})
	}
	return t
}

// entryTone marks what somebody who watches over the service looks for.
func entryTone(row oplog.Row) string {
	switch row.Action {
	case "account.locked", "denied", "restore":
		return templates.ToneRed
	case "account.sign_in_failed":
		return templates.ToneAmber
	}
	return ""
}

// secondText writes an instant to the second: in a log the minute is too long.
func secondText(at time.Time) string { return at.In(calendar.Zone).Format(time.DateTime) }

// noEntries says why there is nothing.
func noEntries(r *web.Request, f OplogFilter) *templates.Empty {
	if f.ClearAll == "" {
		return &templates.Empty{Title: r.T("oplog.none"), Text: r.T("oplog.none.text"), Icon: "log"}
	}
	return &templates.Empty{
		Title: r.T("oplog.none.filtered"), Text: r.T("oplog.none.filtered.text"), Icon: "log",
		Actions: []templates.Act{{Text: r.T("ui.filter.clear"), Href: oplogPath}},
	}
}
