package inventoryweb

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
)

// Kinds of records that drafts are kept of.
const (
	kindSystem     = "system"
	kindDepartment = "department"
)

// formIn asks for a form; Draft takes up what was typed before.
type formIn struct {
	Code  string `uri:"code"`
	Draft bool   `form:"draft"`
}

// newSystem shows the empty form, or asks about a draft that is waiting.
func (d *desk) newSystem(r *web.Request, in formIn) (web.Response, error) {
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	f := systemForm{p: r.P, by: r.By, names: n, record: blankSystem(r.By), now: r.Now}
	return d.openForm(r, f, in.Draft)
}

// blankSystem is a new system of the person's own department.
func blankSystem(by auth.Principal) inventory.System {
	return inventory.System{OwnerID: by.DepartmentID, State: inventory.Draft}
}

// editSystem shows the form of a registered system.
func (d *desk) editSystem(r *web.Request, in formIn) (web.Response, error) {
	f, err := d.systemForm(r, in.Code)
	if err != nil {
		return nil, err
	}
	return d.openForm(r, f, in.Draft)
}

// systemForm reads a system that the person may change. Somebody else's is not
// found; one that cannot be changed now is a Conflict that says why.
func (d *desk) systemForm(r *web.Request, code string) (systemForm, error) {
	rec, err := d.readRecord(r, code)
	if err != nil {
		return systemForm{}, err
	}
	switch {
	case !rec.mayFill(r.By):
		return systemForm{}, fault.New(fault.NotFound, "err.not_found")
	case rec.system.State.Locked():
		return systemForm{}, inventory.ErrLocked
	case !rec.system.State.Editable():
		return systemForm{}, inventory.ErrNotEditable
	}
	f := systemForm{p: r.P, by: r.By, names: rec.names, record: rec.system, code: code, version: rec.system.Version, rec: &rec, now: r.Now}
	if rec.returned != nil {
		was := rec.returned.System
		f.was = &was
	}
	return f, nil
}

// openForm shows a form as the record stands, takes up the person's draft of
// it, or asks which of the two.
func (d *desk) openForm(r *web.Request, f systemForm, resume bool) (web.Response, error) {
	draft, err := d.Registry.FindDraft(r.Ctx, r.By, kindSystem, f.code)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return f.view(), nil
	case err != nil:
		return nil, err
	case !resume:
		return f.draftChoice(draft), nil
	}
	f.typed, f.savedAt = draft.Values, r.P.Clock(draft.SavedAt)
	if draft.BaseVersion != 0 {
		f.version = draft.BaseVersion // what changed meanwhile is settled when it is saved
	}
	d.readTyped(&f)
	f.found = nil // a draft may be incomplete
	return f.view(), nil
}

// readTyped turns what was typed into the record and keeps what is to be said
// about it. Answers to questions that are hidden are not looked at: they may
// have been typed before the question was withdrawn, and of a classified system
// nothing of them may stay.
func (d *desk) readTyped(f *systemForm) {
	found := d.systemReader(f.names, fieldweb.ForTyping).SetForm(&f.record, normalised(f.typed))
	if f.code == "" {
		f.record.Code = ""
	}
	if f.record.Classified {
		inventory.SystemFields.ClearUnasked(&f.record)
		f.record.Name, f.record.DjbhLevel = "", "" // the register gives both
		inventory.Mask(&f.record)
	}
	f.found = slices.DeleteFunc(found, func(found fault.Field) bool {
		fd, ok := inventory.SystemFields.Find(found.Name)
		return ok && !inventory.SystemFields.Asked(&f.record, fd)
	})
}

// normalised are the posted values without those that are no fields.
func normalised(values url.Values) url.Values {
	out := url.Values{}
	for key, v := range values {
		if _, ok := inventory.SystemFields.Find(key); ok {
			out[key] = v
		}
	}
	return out
}

type saveIn struct {
	Code      string `uri:"code"`
	Version   int64  `form:"version"`
	Base      int64  `form:"base"`
	Reason    string `form:"reason"`
	KeepDraft bool   `form:"draft"`
}

// registerSystem registers what was typed into the form of a new system.
func (d *desk) registerSystem(r *web.Request, in saveIn) (web.Response, error) {
	if in.KeepDraft {
		return d.keepDraft(r, "", 0, systemsPath+"/new")
	}
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	f := systemForm{p: r.P, by: r.By, names: n, record: blankSystem(r.By), typed: r.Form, now: r.Now, reason: in.Reason}
	d.readTyped(&f)
	notes, remarks := f.found, []fault.Field(nil)
	var s inventory.System
	if err = fault.Refuse(f.found); err == nil {
		s, remarks, err = d.Registry.Register(r.Ctx, r.By, inventory.Registration{System: f.record, Reason: in.Reason})
	}
	if err != nil {
		return d.failedForm(r, f, err)
	}
	return d.saved(r, "", s, append(notes, remarks...), "inventory.saved.new")
}

// changeSystem saves what was typed into the form of a registered system.
func (d *desk) changeSystem(r *web.Request, in saveIn) (web.Response, error) {
	if in.KeepDraft {
		return d.keepDraft(r, in.Code, in.Version, systemPath(in.Code, "edit"))
	}
	f, err := d.systemForm(r, in.Code)
	if err != nil {
		return nil, err
	}
	present := f.record
	f.typed, f.version, f.reason, f.base = r.Form, in.Version, in.Reason, in.Base
	f.merge = f.newMerge()
	f.merge.Picks = fieldweb.ReadPicks(r.Form)
	f.merge.ApplyPicks(&present)
	d.readTyped(&f)
	if open := f.merge.Unsettled(); len(open) > 0 {
		return d.conflict(r, f, present, fault.Refuse(open))
	}
	notes, remarks := f.found, []fault.Field(nil)
	var s inventory.System
	if err = fault.Refuse(f.found); err == nil {
		s, remarks, err = d.Registry.Change(r.Ctx, r.By, in.Code, in.Version, f.record, in.Reason)
	}
	switch {
	case errors.Is(err, store.ErrStale):
		f.merge.Picks, f.base = nil, 0
		return d.conflict(r, f, present, err)
	case err != nil:
		return d.failedForm(r, f, err)
	}
	return d.saved(r, in.Code, s, append(notes, remarks...), "inventory.saved.changed")
}

// conflict shows both versions side by side; saving goes on from the present
// version.
func (d *desk) conflict(r *web.Request, f systemForm, present inventory.System, cause error) (web.Response, error) {
	if err := d.compare(r, &f, present, cause); err != nil {
		return nil, err
	}
	return f.view(), nil
}

// compare sets what was typed beside what somebody else saved meanwhile.
func (d *desk) compare(r *web.Request, f *systemForm, present inventory.System, cause error) error {
	history, err := d.Registry.SystemHistory(r.Ctx, r.By, f.code)
	if err != nil {
		return err
	}
	begun := cmp.Or(f.base, f.version)
	base, err := versionOf(history, begun)
	if err != nil {
		return fmt.Errorf("version %d of %s: %w", begun, f.code, err)
	}
	if f.names, err = d.names(r.Ctx, r.By, &base, &present, &f.record); err != nil {
		return err
	}
	picks := f.merge.Picks
	f.merge = f.newMerge()
	f.merge.Picks, f.merge.Found = picks, f.found
	f.merge.By, f.merge.At, f.merge.Reason = history[0].ChangedName, r.P.Time(history[0].ValidFrom), history[0].Reason
	f.merge.Compare(&base, &f.record, &present)
	f.base, f.version = begun, present.Version
	f.err, f.found = cause, append(fault.FieldsOf(cause), fieldweb.OnlyErrors(f.found)...)
	return nil
}

// failedForm shows the form again with everything as it was typed and what is
// wrong with it. Besides what could not be read the rules are asked as well,
// so that all mistakes come at once.
func (d *desk) failedForm(r *web.Request, f systemForm, err error) (web.Response, error) {
	found := fault.FieldsOf(err)
	if fault.KindOf(err) != fault.Invalid || len(found) == 0 {
		return nil, err
	}
	if fault.AnyError(f.found) {
		rules := inventory.CheckSystem(&f.record, r.Today())
		found = append(slices.Clone(f.found), fieldweb.NotAt(rules, f.found)...)
	}
	f.found = append(found, fieldweb.NotAt(f.found, found)...)
	f.err = fault.Refuse(f.found)
	return f.view(), nil
}

// saved leads to the record and says what was put right on the way.
func (d *desk) saved(r *web.Request, draft string, s inventory.System, remarks []fault.Field, key string) (web.Response, error) {
	if err := d.Registry.DropDraft(r.Ctx, r.By, kindSystem, draft); err != nil {
		return nil, err
	}
	said := r.T(key, "code", s.Code, "state", s.State.Label())
	shown := remarksText(r.P, fieldweb.NotAt(remarks, inventory.CheckSystem(&s, r.Today()))) // those stand on the record's page
	if len(shown) > mostSaid {
		shown = append(shown[:mostSaid], r.T("inventory.saved.more", "n", len(shown)-mostSaid))
	}
	flash := web.Said(strings.Join(append([]string{said}, shown...), " "))
	return web.Redirect{To: systemPath(s.Code), Said: flash}, nil
}

// mostSaid is how many remarks fit into the message after a save.
const mostSaid = 3

// keepDraft keeps what was typed for a browser without scripts.
func (d *desk) keepDraft(r *web.Request, code string, version int64, path string) (web.Response, error) {
	if _, err := d.saveDraft(r, kindSystem, code, version); err != nil {
		return nil, err
	}
	return web.Redirect{To: path + "?draft=true", Said: web.Said(r.T("inventory.draft.kept"))}, nil
}

// autosaved is what the script of a form is answered.
type autosaved struct {
	Saved   string `json:"saved"`
	Message string `json:"message"`
}

func (d *desk) saveDraft(r *web.Request, kind, code string, version int64) (autosaved, error) {
	at, err := d.Registry.SaveDraft(r.Ctx, r.By, inventory.FormDraft{
		Kind: kind, ID: code, BaseVersion: version, Values: draftValues(r.Form),
	})
	return autosaved{Saved: r.P.Clock(at)}, err
}

// draftValues are what was typed without what the form sends by itself.
func draftValues(form url.Values) url.Values {
	out := url.Values{}
	for key, v := range form {
		if !slices.Contains([]string{"version", "draft", "base"}, key) {
			out[key] = v
		}
	}
	return out
}

// draftIn names the record of a draft.
type draftIn struct {
	Code    string `uri:"code"`
	Version int64  `form:"version"`
}

// autosaveSystem keeps what has been typed so far. Drafts are the person's own,
// so nothing is asked of the record but that it may be seen.
func (d *desk) autosaveSystem(r *web.Request, in draftIn) (web.Response, error) {
	if in.Code != "" {
		if _, err := d.Registry.FindSystem(r.Ctx, r.By, in.Code); err != nil {
			return nil, err
		}
	}
	body, err := d.saveDraft(r, kindSystem, in.Code, in.Version)
	if err != nil {
		return nil, err
	}
	return web.JSON{Body: body}, nil
}

// dropSystemDraft forgets a draft and opens the form afresh.
func (d *desk) dropSystemDraft(r *web.Request, in draftIn) (web.Response, error) {
	if err := d.Registry.DropDraft(r.Ctx, r.By, kindSystem, in.Code); err != nil {
		return nil, err
	}
	to := systemsPath + "/new"
	if in.Code != "" {
		to = systemPath(in.Code, "edit")
	}
	return web.Redirect{To: to, Said: web.Said(r.T("inventory.draft.dropped"))}, nil
}

// lookupIn is what somebody types into a field that names a system.
type lookupIn struct {
	Q string `form:"q"`
}

// mostFound is how many systems a lookup offers.
const mostFound = 12

// lookupSystems offers systems while their name is typed.
func (d *desk) lookupSystems(r *web.Request, in lookupIn) (web.Response, error) {
	page, err := d.Registry.ListSystems(r.Ctx, r.By, inventory.Query{Search: in.Q, Size: mostFound, Columns: []string{"name"}})
	if err != nil {
		return nil, err
	}
	return web.Partial{Template: "options", Data: systemOptions(page.Rows)}, nil
}
