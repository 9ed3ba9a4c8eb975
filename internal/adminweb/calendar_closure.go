package adminweb

import (
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/schedule"
	"qingce/internal/web"
	"qingce/templates"
)

// ClosuresPage is the data of admin/calendar_closures: every local closure, the
// removed ones too.
type ClosuresPage struct {
	Head  templates.Head
	Table *templates.Table
	Empty *templates.Empty
}

// ClosurePage is the data of admin/calendar_closure: a closure is asked for.
type ClosurePage struct {
	Head templates.Head
	Form templates.Form
}

func (d *calendarDesk) closures(r *web.Request, _ struct{}) (web.Response, error) {
	all, err := d.Book.Closures(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	page := ClosuresPage{Head: templates.Head{Title: r.T("calendar.closures"), Lead: r.T("calendar.closures.lead")}}
	if r.By.Is(calendarKeepers()...) {
		page.Head.Actions = []templates.Act{{Text: r.T("calendar.closure.new"), Href: closuresPath + "/new", Icon: "plus", Kind: templates.ActPrimary}}
	}
	if len(all) == 0 {
		page.Empty = &templates.Empty{Title: r.T("calendar.closures.none"), Text: r.T("calendar.closures.none.text"), Icon: "calendar"}
	} else {
		t := closureTable(r, all)
		page.Table = &t
	}
	return web.View{
		Template: "admin/calendar_closures", Title: page.Head.Title, Data: page, Crumbs: calendarCrumbs(r, crumb(r, "calendar.closures", "")),
	}, nil
}

// closureTable lists closures; those in force lead to their removal.
func closureTable(r *web.Request, all []schedule.Closure) templates.Table {
	t := templates.Table{Caption: r.T("calendar.closures"), Columns: []templates.Column{
		{Text: r.T("calendar.column.days"), Main: true}, {Text: r.T("calendar.column.occasion"), Main: true}, {Text: r.T("calendar.column.kind.title")},
		{Text: r.T("calendar.column.state"), Main: true}, {Text: r.T("schedule.field.reason")}, {Text: r.T("calendar.column.added")},
	}}
	keeps := r.By.Is(calendarKeepers()...)
	if keeps {
		t.Columns = append(t.Columns, templates.Column{Text: r.T("calendar.column.act"), Main: true})
	}
	for _, c := range all {
		badge := closureBadge(r, c)
		row := templates.TableRow{Cells: []templates.Cell{
			{Text: spanText(r, c.FromOn, c.ToOn)}, {Text: c.Name}, {Text: r.T("calendar.kind." + closureKind(c))},
			{Badge: &badge, Note: removalNote(r, c)}, {Text: c.Reason}, {Text: c.AddedName, Sub: r.P.Time(c.AddedAt)},
		}}
		if keeps {
			row.Cells = append(row.Cells, closureAct(r, c))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// closureAct leads to the page on which a closure is confirmed or removed.
func closureAct(r *web.Request, c schedule.Closure) templates.Cell {
	switch {
	case c.RemovedAt != nil:
		return templates.Cell{}
	case c.ConfirmedAt == nil && r.By.Is(auth.Office):
		return templates.Cell{Text: r.T("calendar.closure.confirm_or_remove"), Href: closurePath(c.ID, "remove")}
	}
	return templates.Cell{Text: r.T("calendar.closure.remove"), Href: closurePath(c.ID, "remove")}
}

func closureKind(c schedule.Closure) string {
	if c.Kind == calendar.Off {
		return dayClosed
	}
	return dayExtra
}

func closureBadge(r *web.Request, c schedule.Closure) templates.Badge {
	if c.RemovedAt != nil {
		return templates.Badge{Text: r.T("calendar.closure.removed"), Tone: templates.ToneGrey}
	}
	return confirmedBadge(r, c.ConfirmedAt, c.ConfirmedName)
}

func removalNote(r *web.Request, c schedule.Closure) string {
	if c.RemovedAt == nil {
		return ""
	}
	return r.T("calendar.closure.removed.note", "name", c.RemovedName, "time", *c.RemovedAt, "reason", c.RemovedReason)
}

type closureIn struct {
	From   string `form:"from"`
	To     string `form:"to"`
	Kind   string `form:"kind"`
	Name   string `form:"name"`
	Reason string `form:"reason"`
	// Base is the calendar that the preview was made of.
	Base string `form:"base"`
}

// closing reads what was typed. A closure of one day needs no last day.
func (in closureIn) closing() (schedule.Closing, error) {
	c := schedule.Closing{Kind: calendar.Kind(in.Kind), Name: input.Text(in.Name), Reason: input.Text(in.Reason)}
	var wrong []fault.Field
	read := func(name, typed string, out *calendar.Date) {
		day, _, err := input.Date(typed, false)
		if err != nil {
			wrong = append(wrong, fault.At(name, input.Code(err), "field", fault.Label("schedule.field."+name), "value", typed))
		}
		*out = day
	}
	if in.From != "" {
		read("from", in.From, &c.From)
	}
	c.To = c.From
	if in.To != "" {
		read("to", in.To, &c.To)
	}
	return c, fault.Refuse(wrong)
}

func (d *calendarDesk) closureForm(r *web.Request, in closureIn) (web.Response, error) {
	if in.Kind == "" {
		in.Kind = string(calendar.Off)
	}
	return closureView(r, in, nil), nil
}

func closureView(r *web.Request, in closureIn, wrong error) web.View {
	page := ClosurePage{
		Head: templates.Head{Title: r.T("calendar.closure.new"), Lead: r.T("calendar.closure.lead")},
		Form: templates.Form{
			ID: "closure", Action: closuresPath + "/preview",
			Sections: []templates.Section{{ID: "s-closure", Fields: []templates.Field{
				{Name: "kind", Kind: templates.KindEnum, Label: r.T("calendar.column.kind.title"), Required: true, Value: in.Kind, Options: []templates.Option{
					{Value: string(calendar.Off), Text: r.T("calendar.kind.closed"), Help: r.T("calendar.kind.closed.help")},
					{Value: string(calendar.Work), Text: r.T("calendar.kind.extra"), Help: r.T("calendar.kind.extra.help")},
				}},
				{Name: "from", Kind: templates.KindDate, Label: r.T("schedule.field.from"), Required: true, Value: in.From},
				{Name: "to", Kind: templates.KindDate, Label: r.T("schedule.field.to"), Help: r.T("calendar.closure.to.help"), Value: in.To},
				{Name: "name", Label: r.T("calendar.column.occasion"), Help: r.T("calendar.closure.name.help"), Required: true, Value: in.Name, MaxLength: 100, Width: "medium"},
				reasonField(r, in.Reason, true),
			}}},
			Acts: []templates.Act{
				{Text: r.T("calendar.upload.preview"), Kind: templates.ActPrimary, Icon: "eye", Note: r.T("calendar.closure.preview.note")},
				{Text: r.T("calendar.back"), Href: calendarPath, Kind: templates.ActQuiet},
			},
		},
	}
	web.Mistakes(r.P, &page.Form, wrong)
	return web.View{
		Template: "admin/calendar_closure", Title: page.Head.Title, Data: page, Err: wrong,
		Crumbs: calendarCrumbs(r, crumb(r, "calendar.closures", closuresPath), crumb(r, "calendar.closure.new", "")),
	}
}

// previewClosure says what a closure would change; nothing is written.
func (d *calendarDesk) previewClosure(r *web.Request, in closureIn) (web.Response, error) {
	closing, err := in.closing()
	var p schedule.Preview
	if err == nil {
		p, err = d.Book.PreviewClosure(r.Ctx, r.By, closing)
	}
	if err != nil {
		return comeBack(closureView(r, in, err), err)
	}
	return d.closureChange(r, in, closing, p, nil)
}

// closureChange shows the preview of a closure and asks for the confirmation.
func (d *calendarDesk) closureChange(r *web.Request, in closureIn, c schedule.Closing, p schedule.Preview, changed error) (web.Response, error) {
	page, err := d.changePage(r, p)
	if err != nil {
		return nil, err
	}
	page.Head = templates.Head{
		Title: c.Name, Badges: []templates.Badge{{Text: r.T("calendar.preview"), Tone: templates.ToneAmber}},
		Lead: r.T("calendar.preview.changed", "days", len(p.Changes), "moves", len(p.Moves)),
		Facts: []templates.Row{
			{Label: r.T("calendar.column.days"), Text: spanText(r, c.From, c.To)}, {Label: r.T("schedule.field.reason"), Text: c.Reason},
		},
	}
	if changed != nil {
		page.Callouts = []templates.Callout{{Kind: "warning", Text: r.P.Error(changed)}}
	}
	q := "?kind=" + in.Kind
	back := closuresPath + "/new" + q
	for _, pair := range [][2]string{{"from", in.From}, {"to", in.To}, {"name", in.Name}, {"reason", in.Reason}} {
		back = templates.WithQuery(back, pair[0], pair[1])
	}
	page.Form = templates.Form{
		ID: "confirm-closure", Action: closuresPath,
		Hidden: []templates.Pair{
			{Name: "from", Value: c.From.String()}, {Name: "to", Value: c.To.String()}, {Name: "kind", Value: string(c.Kind)},
			{Name: "name", Value: c.Name}, {Name: "reason", Value: c.Reason}, {Name: "base", Value: p.Base},
		},
		Acts: []templates.Act{
			{Text: r.T("calendar.closure.add"), Kind: templates.ActPrimary, Icon: "check", Note: effectNote(r, p)},
			{Text: r.T("calendar.closure.mend"), Href: back, Kind: templates.ActQuiet},
		},
	}
	return web.View{
		Template: "admin/calendar_change", Title: page.Head.Title, Data: page, Err: changed,
		Crumbs: calendarCrumbs(r, crumb(r, "calendar.closures", closuresPath), crumb(r, "calendar.preview", "")),
	}, nil
}

// addClosure puts a closure in force. When the calendar has changed since the
// preview, a new one is shown first.
func (d *calendarDesk) addClosure(r *web.Request, in closureIn) (web.Response, error) {
	closing, err := in.closing()
	if err != nil {
		return comeBack(closureView(r, in, err), err)
	}
	p, err := d.Book.PreviewClosure(r.Ctx, r.By, closing)
	if err != nil {
		return comeBack(closureView(r, in, err), err)
	}
	if p.Base != in.Base {
		return d.closureChange(r, in, closing, p, schedule.ErrChanged)
	}
	added, done, err := d.Book.AddClosure(r.Ctx, r.By, closing)
	if err != nil {
		return comeBack(closureView(r, in, err), err)
	}
	return web.Redirect{To: yearPath(added.FromOn.Year()), Said: web.Said(r.T("calendar.closure.added", "name", added.Name, "moves", len(done.Moves)))}, nil
}

type removalIn struct {
	ID      int64  `uri:"id"`
	Version int64  `form:"version"`
	Reason  string `form:"reason"`
}

// removalForm says what the removal of a closure would change and asks why.
func (d *calendarDesk) removalForm(r *web.Request, in removalIn) (web.Response, error) {
	return d.removalView(r, in, nil)
}

func (d *calendarDesk) removalView(r *web.Request, in removalIn, wrong error) (web.Response, error) {
	c, err := d.closure(r, schedule.ClosureID(in.ID))
	if err != nil {
		return nil, err
	}
	p, err := d.Book.PreviewRemoval(r.Ctx, r.By, c.ID)
	if err != nil {
		return nil, err
	}
	page, err := d.changePage(r, p)
	if err != nil {
		return nil, err
	}
	page.Head = templates.Head{
		Title: c.Name, Badges: []templates.Badge{confirmedBadge(r, c.ConfirmedAt, c.ConfirmedName)},
		Lead: r.T("calendar.closure.remove.lead", "days", len(p.Changes), "moves", len(p.Moves)),
		Facts: []templates.Row{
			{Label: r.T("calendar.column.days"), Text: spanText(r, c.FromOn, c.ToOn)}, {Label: r.T("schedule.field.reason"), Text: c.Reason},
			{Label: r.T("calendar.column.added"), Text: r.T("calendar.by", "name", c.AddedName, "time", c.AddedAt)},
		},
	}
	if c.ConfirmedAt == nil && r.By.Is(auth.Office) {
		page.Head.Lead = r.T("calendar.closure.check", "days", len(p.Changes), "moves", len(p.Moves))
		page.Head.Actions = []templates.Act{confirmAct(r, closurePath(c.ID, "confirm"), c.Version)}
	}
	page.Form = templates.Form{
		ID: "remove-closure", Action: closurePath(c.ID, "remove"), Guard: true,
		Hidden:   []templates.Pair{{Name: "version", Value: strconv.FormatInt(c.Version, 10)}},
		Sections: []templates.Section{{ID: "s-remove", Title: r.T("calendar.closure.remove"), Fields: []templates.Field{reasonField(r, in.Reason, true)}}},
		Acts: []templates.Act{
			{Text: r.T("calendar.closure.remove"), Kind: templates.ActDanger, Icon: "trash", Note: r.T("calendar.publish.note.final", "moves", len(p.Moves))},
			{Text: r.T("calendar.back"), Href: yearPath(c.FromOn.Year()), Kind: templates.ActQuiet},
		},
	}
	web.Mistakes(r.P, &page.Form, wrong)
	return web.View{
		Template: "admin/calendar_change", Title: page.Head.Title, Data: page, Err: wrong,
		Crumbs: calendarCrumbs(r, crumb(r, "calendar.closures", closuresPath), templates.Crumb{Text: c.Name}),
	}, nil
}

// closure finds one that is in force; of those that were removed there is
// nothing to be done.
func (d *calendarDesk) closure(r *web.Request, id schedule.ClosureID) (schedule.Closure, error) {
	all, err := d.Book.Closures(r.Ctx, r.By)
	if err != nil {
		return schedule.Closure{}, err
	}
	i := slices.IndexFunc(all, func(c schedule.Closure) bool { return c.ID == id && c.RemovedAt == nil })
	if i < 0 {
		return schedule.Closure{}, fault.New(fault.NotFound, "err.not_found")
	}
	return all[i], nil
}

func (d *calendarDesk) removeClosure(r *web.Request, in removalIn) (web.Response, error) {
	done, err := d.Book.RemoveClosure(r.Ctx, r.By, schedule.ClosureID(in.ID), in.Version, input.Text(in.Reason))
	if err == nil {
		return web.Redirect{To: closuresPath, Said: web.Said(r.T("calendar.closure.removed.done", "moves", len(done.Moves)))}, nil
	}
	view, gone := d.removalView(r, in, err)
	if gone != nil {
		return nil, err
	}
	return comeBack(view, err)
}

func (d *calendarDesk) confirmClosure(r *web.Request, in versionIn) (web.Response, error) {
	if err := d.Book.ConfirmClosure(r.Ctx, r.By, schedule.ClosureID(in.ID), in.Version); err != nil {
		return nil, err
	}
	return web.Redirect{To: closuresPath, Said: web.Said(r.T("calendar.confirmed.closure"))}, nil
}
