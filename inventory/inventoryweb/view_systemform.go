package inventoryweb

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/templates"
)

// systemForm is a form of a system under way: what is registered, what was
// typed and what is to be said about it.
type systemForm struct {
	p       *locale.Printer
	by      auth.Principal
	names   names
	now     time.Time
	record  inventory.System // with what was typed, as far as it could be read
	rec     *record          // what is registered, nil for a new system
	code    string           // empty for a new system
	version int64            // the version the person began with
	typed   url.Values       // nil: the record as it stands
	reason  string
	savedAt string // time of the draft that was taken up
	found   []fault.Field
	err     error
	was     *inventory.System // the state that was sent back

	// Of a conflict: what the other person changed, and the version that both
	// began with.
	merge *fieldweb.Merge[inventory.System]
	base  int64
}

func (f *systemForm) newMerge() *fieldweb.Merge[inventory.System] {
	return &fieldweb.Merge[inventory.System]{Catalog: inventory.SystemFields, Writer: newWriter(f.p, f.names), Typed: f.typed}
}

// inConflict tells whether somebody else saved meanwhile.
func (f *systemForm) inConflict() bool { return f.merge.Open() }

func (f *systemForm) path() string {
	if f.code == "" {
		return systemsPath + "/new"
	}
	return systemPath(f.code, "edit")
}

func (f *systemForm) title() string {
	if f.code == "" {
		return f.p.T("inventory.form.new")
	}
	return f.p.T("inventory.form.edit", "name", f.rec.system.Name)
}

func (f *systemForm) crumbs() []templates.Crumb {
	if f.code == "" {
		return crumbs(f.p, crumb(f.p.T("inventory.form.new")))
	}
	return crumbs(f.p, crumbOf(f.rec.system), crumb(f.p.T("inventory.act.edit")))
}

func (f *systemForm) view() web.View {
	return web.View{
		Template: "inventory/form", Title: f.title(), Crumbs: f.crumbs(), Data: formPage{Head: f.head(), Form: f.form()}, Err: f.err,
	}
}

func (f *systemForm) head() templates.Head {
	h := templates.Head{Title: f.title(), Code: f.code, Lead: f.p.T("inventory.form.lead")}
	if f.rec != nil {
		rv := recordView{p: f.p, by: f.by, rec: *f.rec, now: f.now}
		h.Badges, h.Deadline = rv.badges(), rv.deadline()
	}
	if f.savedAt != "" {
		h.Actions = []templates.Act{{
			Text: f.p.T("inventory.draft.drop"), Post: f.draftPath("drop"), Kind: templates.ActQuiet, Icon: "trash",
			Confirm: f.p.T("inventory.draft.drop.confirm"),
		}}
	}
	return h
}

// draftPath is where drafts of this form are kept.
func (f *systemForm) draftPath(more ...string) string {
	if f.code == "" {
		return web.Join(systemsPath+"/new/draft", more...)
	}
	return web.Join(systemPath(f.code, "draft"), more...)
}

func (f *systemForm) form() templates.Form {
	out := templates.Form{
		ID: "system", Action: systemsPath, Autosave: f.draftPath(), SavedAt: f.savedAt, Progress: true, Guard: true,
		Sections: f.sections(), Callouts: f.callouts(), Acts: f.acts(),
	}
	var onPage []string
	for _, s := range out.Sections {
		for _, fd := range s.Fields {
			onPage = append(onPage, fd.Name)
		}
	}
	out.Errors = fieldweb.ErrorSummary(f.p, f.found, onPage...)
	if f.code != "" {
		out.Action = systemPath(f.code)
		out.Hidden = []templates.Pair{{Name: "version", Value: versionText(f.version)}}
	}
	if f.inConflict() {
		out.Hidden = append(out.Hidden, templates.Pair{Name: "base", Value: versionText(f.base)})
		out.Hidden = append(out.Hidden, f.merge.Hidden()...)
	}
	return out
}

func (f *systemForm) sections() []templates.Section {
	v := fieldweb.Form[inventory.System]{
		Catalog: inventory.SystemFields, Writer: newWriter(f.p, f.names), Record: &f.record, Typed: f.typed, Found: f.found, Special: f.special,
	}
	out := v.Sections()
	if f.code != "" {
		out = append(out, templates.Section{
			ID: "s-reason", Title: f.p.T("inventory.form.reason"), Fields: []templates.Field{{
				Name: "reason", Kind: templates.KindLongText, Label: f.p.T("inventory.reason"), Help: f.p.T("inventory.form.reason.help"),
				Value: f.reasonText(), MaxLength: maxReason, Error: fieldweb.ErrorAt(f.p, f.found, "reason"),
			}},
		})
	}
	return out
}

func (f *systemForm) reasonText() string {
	if f.reason == "" {
		return f.typed.Get("reason")
	}
	return f.reason
}

// special is what only the form of a system knows about its fields.
func (f *systemForm) special(fd *field.Field[inventory.System], out *templates.Field) {
	switch {
	case fd.Key == "owner_id":
		f.owner(out)
	case fd.Key == "name": // a classified system is named by the service
		out.ShownWhen, out.Hidden = "classified=false", f.record.Classified
	case fd.Key == "djbh_level": // of a classified system there is only one answer
		out.ShownWhen, out.Hidden = "classified=false", f.record.Classified
		out.Options = slices.DeleteFunc(out.Options, func(o templates.Option) bool { return o.Value == inventory.DjbhNotApplied })
	case fd.Kind == field.Ref:
		out.Lookup = systemsPath + "/lookup"
	case fd.Kind == field.Date:
		out.Placeholder = "2017-09-30"
	}
	if f.was != nil && fd.Get(f.was) != fd.Get(&f.record) {
		out.Was = f.shown(fd, fd.Get(f.was))
	}
	if f.inConflict() {
		f.merge.Offer(fd, out)
	}
}

// owner asks only those who fill in for several bodies.
func (f *systemForm) owner(out *templates.Field) {
	out.Options = departmentOptions(f.names, f.by.Own(), false)
	out.Width = "medium"
	if len(out.Options) == 1 {
		out.ReadOnly, out.Value = true, out.Options[0].Value
	}
}

func (f *systemForm) shown(fd *field.Field[inventory.System], canonical string) string {
	return fieldweb.TextWithUnit(newWriter(f.p, f.names), fd, canonical)
}

func (f *systemForm) callouts() []templates.Callout {
	var out []templates.Callout
	if f.inConflict() {
		out = append(out, f.merge.Callout())
	}
	if f.rec != nil && f.rec.returned != nil {
		c := (recordView{p: f.p, by: f.by, rec: *f.rec, now: f.now}).returnedCallout(*f.rec.returned)
		c.Link = nil
		out = append(out, c)
	}
	if f.savedAt != "" && f.rec != nil && f.version != f.rec.system.Version {
		out = append(out, templates.Callout{Kind: "info", Text: f.p.T("inventory.draft.moved_on")})
	}
	return out
}

// acts are the ways out of the form, each with what it leads to.
func (f *systemForm) acts() []templates.Act {
	back := systemsPath
	save := templates.Act{Text: f.p.T("inventory.act.register"), Note: f.p.T("inventory.next." + f.nextWord()), Kind: templates.ActPrimary, Icon: "check"}
	if f.code != "" {
		back, save.Text = systemPath(f.code), f.p.T("inventory.act.save")
	}
	if f.inConflict() {
		save.Text = f.p.T("inventory.act.merge")
	}
	return []templates.Act{
		save,
		{Text: f.p.T("btn.save"), Name: "draft", Value: "true", NoCheck: true},
		{Text: f.p.T("inventory.act.cancel"), Href: back, Kind: templates.ActQuiet},
	}
}

// nextWord says what saving leads to: it depends on who saves and on how far
// the record has come.
func (f *systemForm) nextWord() string {
	answers := f.by.Is(auth.Head, auth.Region)
	waiting := f.code == "" || f.record.State == inventory.Draft || f.record.State == inventory.Returned
	switch {
	case waiting && answers:
		return "draft.head"
	case waiting:
		return "draft.clerk"
	case answers:
		return "declared.head"
	}
	return "declared.clerk"
}

// draftPage is the data of inventory/draft: whether to take up a draft.
type draftPage struct {
	Head    templates.Head
	Callout templates.Callout
	Acts    []templates.Act
}

// draftChoice asks whether to go on with a draft of the form.
func (f *systemForm) draftChoice(draft inventory.FormDraft) web.View {
	return f.askAboutDraft(draft, f.title(), f.crumbs(), f.path(), f.draftPath("drop"))
}

// askAboutDraft asks whether to go on with a draft of a form, so that neither it
// nor the record is lost by opening the form.
func (f *systemForm) askAboutDraft(draft inventory.FormDraft, title string, crumbs []templates.Crumb, form, drop string) web.View {
	at, name := f.p.Time(draft.SavedAt), cmp.Or(strings.TrimSpace(draft.Values.Get("name")), f.record.Name)
	c := templates.Callout{Kind: "info", Title: f.p.T("inventory.draft.found", "at", at), Text: f.p.T("inventory.draft.found.text")}
	if name != "" {
		c.Title = f.p.T("inventory.draft.found.named", "at", at, "name", name)
	}
	if f.code != "" && draft.BaseVersion != f.version {
		c.Items = []string{f.p.T("inventory.draft.moved_on")}
	}
	page := draftPage{Head: templates.Head{Title: title, Code: f.code}, Callout: c, Acts: []templates.Act{
		{Text: f.p.T("inventory.draft.resume"), Href: form + "?draft=true", Kind: templates.ActPrimary, Icon: "edit"},
		{Text: f.p.T("inventory.draft.drop"), Post: drop, Icon: "trash", Confirm: f.p.T("inventory.draft.drop.confirm")},
	}}
	return web.View{Template: "inventory/draft", Title: title, Crumbs: crumbs, Data: page}
}

// systemOptions offers systems in a lookup.
func systemOptions(rows []inventory.System) []templates.Option {
	out := make([]templates.Option, len(rows))
	for i, s := range rows {
		out[i] = templates.Option{Value: s.Code + " " + s.Name}
	}
	return out
}
