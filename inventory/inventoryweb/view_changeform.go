package inventoryweb

import (
	"errors"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/templates"
)

// changeForm is the form of a system as a request to change it fills it in: was
// is the record as it stands, and what differs is what is asked for.
type changeForm struct {
	systemForm
	request *inventory.ChangeRequest // the draft that is rewritten, nil for a new one
}

func (f *changeForm) title() string { return f.p.T("change.form", "name", f.rec.system.Name) }

func (f *changeForm) crumbs() []templates.Crumb {
	return crumbs(f.p, crumbOf(f.rec.system), crumb(f.p.T("change.ask")))
}

func (f *changeForm) draftChoice(draft inventory.FormDraft) web.View {
	return f.askAboutDraft(draft, f.title(), f.crumbs(), systemPath(f.code, "change"), systemPath(f.code, "change", "draft", "drop"))
}

func (f *changeForm) view() web.View {
	return web.View{
		Template: "inventory/form", Title: f.title(), Crumbs: f.crumbs(), Data: formPage{Head: f.head(), Form: f.form()}, Err: f.err,
	}
}

func (f *changeForm) head() templates.Head {
	rv := recordView{p: f.p, by: f.by, rec: *f.rec, now: f.now}
	h := templates.Head{Title: f.title(), Code: f.code, Lead: f.p.T("change.form.lead"), Badges: rv.badges()}
	if f.savedAt != "" {
		h.Actions = []templates.Act{{
			Text: f.p.T("inventory.draft.drop"), Post: systemPath(f.code, "change", "draft", "drop"), Kind: templates.ActQuiet, Icon: "trash",
			Confirm: f.p.T("inventory.draft.drop.confirm"),
		}}
	}
	return h
}

func (f *changeForm) form() templates.Form {
	out := templates.Form{
		ID: "change", Action: systemPath(f.code, "change"), Autosave: systemPath(f.code, "change", "draft"), SavedAt: f.savedAt,
		Progress: true, Guard: true, Sections: f.sections(), Callouts: f.callouts(), Acts: f.acts(),
		Hidden: []templates.Pair{{Name: "version", Value: versionText(f.version)}},
	}
	if f.request != nil { // what is kept on the server already needs no draft
		out.Action, out.Autosave = changePath(f.request.ID), ""
		out.Hidden = append(out.Hidden, templates.Pair{Name: "request", Value: versionText(f.request.Version)})
	}
	if f.inConflict() {
		out.Hidden = append(out.Hidden, templates.Pair{Name: "base", Value: versionText(f.base)})
		out.Hidden = append(out.Hidden, f.merge.Hidden()...)
	}
	var onPage []string
	for _, s := range out.Sections {
		for _, fd := range s.Fields {
			onPage = append(onPage, fd.Name)
		}
	}
	out.Errors = fieldweb.ErrorSummary(f.p, f.found, onPage...)
	return out
}

// sections begin with the reason: whoever asks says why first.
func (f *changeForm) sections() []templates.Section {
	out := []templates.Section{{
		ID: "s-reason", Title: f.p.T("change.reason"), Fields: []templates.Field{{
			Name: "reason", Kind: templates.KindLongText, Label: f.p.T("inventory.reason"), Help: f.p.T("change.reason.help"), Required: true,
			Value: f.reasonText(), MaxLength: maxReason, Error: fieldweb.ErrorAt(f.p, f.found, "reason"),
		}},
	}}
	v := fieldweb.Form[inventory.System]{
		Catalog: inventory.SystemFields, Writer: newWriter(f.p, f.names), Record: &f.record, Typed: f.typed, Found: f.found, Special: f.special,
	}
	return append(out, v.Sections()...)
}

// special is as in the form of the system, but whose the record is cannot be
// asked for.
func (f *changeForm) special(fd *field.Field[inventory.System], out *templates.Field) {
	f.systemForm.special(fd, out)
	if fd.Key == "owner_id" {
		out.ReadOnly, out.Options, out.Error = true, nil, ""
		out.Value = fd.Typed(f.names.In(fieldweb.ForTyping), fd.Get(f.was))
		out.Help = f.p.T("change.owner.help")
	}
}

func (f *changeForm) callouts() []templates.Callout {
	var out []templates.Callout
	if f.inConflict() {
		out = append(out, f.merge.Callout())
	} else if f.err != nil && len(fault.FieldsOf(f.err)) == 0 {
		c := templates.Callout{Kind: "error", Text: f.p.Error(f.err)}
		if id, ok := openID(f.err); ok {
			c.Link = &templates.Link{Text: f.p.T("change.see"), Href: web.Join(changesPath, id)}
		}
		out = append(out, c)
	}
	if f.savedAt != "" && f.version != f.rec.system.Version {
		out = append(out, templates.Callout{Kind: "info", Text: f.p.T("inventory.draft.moved_on")})
	}
	return out
}

// openID is the number of the open request that stands in the way.
func openID(err error) (string, bool) {
	var e *fault.Error
	if !errors.As(err, &e) || !errors.Is(err, inventory.ErrChangeOpen) {
		return "", false
	}
	id, ok := e.Args["id"].(string)
	return id, ok
}

// acts are the ways out of the form: the head hands the request in, a clerk
// leaves it to the head.
func (f *changeForm) acts() []templates.Act {
	back := systemPath(f.code)
	if f.request != nil {
		back = changePath(f.request.ID)
	}
	keep := templates.Act{Text: f.p.T("change.act.keep"), Note: f.p.T("change.next.clerk"), Kind: templates.ActPrimary, Icon: "check"}
	var out []templates.Act
	if f.by.Is(auth.Head, auth.Region) {
		out = append(out, templates.Act{
			Text: f.p.T("change.act.submit"), Note: f.p.T("change.next.head"), Name: "submit", Value: "true", Kind: templates.ActPrimary, Icon: "send",
		})
		keep.Text, keep.Note, keep.Kind, keep.Icon = f.p.T("change.act.later"), "", templates.ActPlain, ""
	}
	out = append(out, keep)
	if f.request == nil {
		out = append(out, templates.Act{Text: f.p.T("btn.save"), Name: "draft", Value: "true", NoCheck: true, Kind: templates.ActQuiet})
	}
	return append(out, templates.Act{Text: f.p.T("inventory.act.cancel"), Href: back, Kind: templates.ActQuiet})
}
