package inventoryweb

import (
	"errors"

	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
)

// kindChange is the kind of the drafts of change requests.
const kindChange = "change"

type askIn struct {
	Code  string `uri:"code"`
	Draft bool   `form:"draft"`
	From  int64  `form:"from"` // a closed request to begin with
}

// askChange shows the form for a change of a locked record, or leads to the
// request that is open.
func (d *desk) askChange(r *web.Request, in askIn) (web.Response, error) {
	f, err := d.changeForm(r, in.Code)
	if err != nil {
		return nil, err
	}
	if f.rec.change != nil {
		return web.Redirect{To: changePath(f.rec.change.ID), Said: web.Said(r.P.Error(openRequest(*f.rec.change)))}, nil
	}
	if in.From != 0 {
		return d.askAgain(r, f, inventory.ChangeID(in.From))
	}
	draft, err := d.Registry.FindDraft(r.Ctx, r.By, kindChange, in.Code)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return f.view(), nil
	case err != nil:
		return nil, err
	case !in.Draft:
		return f.draftChoice(draft), nil
	}
	f.typed, f.savedAt, f.reason = draft.Values, r.P.Clock(draft.SavedAt), draft.Values.Get("reason")
	if draft.BaseVersion != 0 {
		f.version = draft.BaseVersion
	}
	d.readTyped(&f.systemForm)
	f.found = nil // a draft may be incomplete
	return f.view(), nil
}

// openRequest says that a record has an open request.
func openRequest(c inventory.ChangeRequest) error {
	e := *inventory.ErrChangeOpen
	e.Args = fault.Pairs("id", c.ID.String())
	return &e
}

// askAgain begins with what an earlier request of the record asked for.
func (d *desk) askAgain(r *web.Request, f changeForm, id inventory.ChangeID) (web.Response, error) {
	earlier, err := d.Registry.FindChange(r.Ctx, r.By, id)
	if err != nil {
		return nil, err
	}
	if earlier.System.ID != f.record.ID {
		return nil, fault.New(fault.NotFound, "err.not_found")
	}
	f.record, f.reason = earlier.Proposed(), earlier.Request.Reason
	if f.names, err = d.names(r.Ctx, r.By, &f.record, &f.rec.system); err != nil {
		return nil, err
	}
	return f.view(), nil
}

// changeForm is the form for a locked system of the reader's own.
func (d *desk) changeForm(r *web.Request, code string) (changeForm, error) {
	rec, err := d.readRecord(r, code)
	if err != nil {
		return changeForm{}, err
	}
	switch {
	case !rec.mayFill(r.By):
		return changeForm{}, fault.New(fault.NotFound, "err.not_found")
	case rec.system.State.Editable():
		return changeForm{}, inventory.ErrNotLocked
	case rec.system.State.Closed():
		return changeForm{}, inventory.ErrNotEditable
	}
	present := rec.system
	return changeForm{systemForm: systemForm{
		p: r.P, by: r.By, names: rec.names, record: rec.system, was: &present, code: code, version: rec.system.Version, rec: &rec, now: r.Now,
	}}, nil
}

// editChange shows the form of a draft that waits for the head.
func (d *desk) editChange(r *web.Request, in requestIn) (web.Response, error) {
	f, err := d.draftRequest(r, in.ID)
	if err != nil {
		return nil, err
	}
	return f.view(), nil
}

// draftRequest is the form of a request of the reader's own that was not handed
// in yet.
func (d *desk) draftRequest(r *web.Request, id int64) (changeForm, error) {
	c, err := d.Registry.FindChange(r.Ctx, r.By, inventory.ChangeID(id))
	if err != nil {
		return changeForm{}, err
	}
	f, err := d.changeForm(r, c.System.Code)
	if err != nil {
		return changeForm{}, err
	}
	if c.Request.State != inventory.ChangeDraft {
		e := *inventory.ErrChangeState
		e.Args = fault.Pairs("state", c.Request.State.Label())
		return changeForm{}, &e
	}
	f.request, f.record, f.reason = &c.Request, c.Proposed(), c.Request.Reason
	f.names, err = d.names(r.Ctx, r.By, &f.record, &f.rec.system)
	return f, err
}

// askSaveIn is a form that is handed in.
type askSaveIn struct {
	Code      string `uri:"code"`
	ID        int64  `uri:"id"`
	Version   int64  `form:"version"` // of the record
	Request   int64  `form:"request"` // of the request
	Base      int64  `form:"base"`
	Reason    string `form:"reason"`
	Submit    bool   `form:"submit"`
	KeepDraft bool   `form:"draft"`
}

// proposeChange writes a new request.
func (d *desk) proposeChange(r *web.Request, in askSaveIn) (web.Response, error) {
	if in.KeepDraft {
		if _, err := d.saveDraft(r, kindChange, in.Code, in.Version); err != nil {
			return nil, err
		}
		return web.Redirect{To: systemPath(in.Code, "change") + "?draft=true", Said: web.Said(r.T("inventory.draft.kept"))}, nil
	}
	f, err := d.changeForm(r, in.Code)
	if err != nil {
		return nil, err
	}
	return d.saveChange(r, f, in, func(p inventory.Proposal) (inventory.ChangeRequest, []fault.Field, error) {
		return d.Registry.ProposeChange(r.Ctx, r.By, in.Code, p)
	})
}

// reviseChange rewrites a draft.
func (d *desk) reviseChange(r *web.Request, in askSaveIn) (web.Response, error) {
	f, err := d.draftRequest(r, in.ID)
	if err != nil {
		return nil, err
	}
	f.record = *f.was
	f.request.Version = in.Request
	return d.saveChange(r, f, in, func(p inventory.Proposal) (inventory.ChangeRequest, []fault.Field, error) {
		return d.Registry.ReviseChange(r.Ctx, r.By, inventory.ChangeID(in.ID), in.Request, p)
	})
}

// saveChange reads what was typed and hands it to the register.
func (d *desk) saveChange(r *web.Request, f changeForm, in askSaveIn, save func(inventory.Proposal) (inventory.ChangeRequest, []fault.Field, error)) (web.Response, error) {
	present := f.record
	f.typed, f.version, f.reason, f.base = r.Form, in.Version, in.Reason, in.Base
	f.merge = f.newMerge()
	f.merge.Picks = fieldweb.ReadPicks(r.Form)
	f.merge.ApplyPicks(&present)
	d.readTyped(&f.systemForm)
	if open := f.merge.Unsettled(); len(open) > 0 {
		return d.changeConflict(r, f, present, fault.Refuse(open))
	}
	var c inventory.ChangeRequest
	err := fault.Refuse(f.found)
	if err == nil {
		c, _, err = save(inventory.Proposal{System: f.record, Version: in.Version, Reason: in.Reason, Submit: in.Submit})
	}
	switch {
	case errors.Is(err, store.ErrStale) && in.Version != present.Version:
		f.merge.Picks, f.base = nil, 0
		return d.changeConflict(r, f, present, err)
	case err != nil:
		return d.failedChange(r, f, err)
	}
	if err := d.Registry.DropDraft(r.Ctx, r.By, kindChange, f.code); err != nil {
		return nil, err
	}
	return web.Redirect{To: changePath(c.ID), Said: web.Said(r.T("change.saved."+string(c.State), "id", c.ID.String()))}, nil
}

// changeConflict shows what somebody else changed in the record meanwhile.
func (d *desk) changeConflict(r *web.Request, f changeForm, present inventory.System, cause error) (web.Response, error) {
	if err := d.compare(r, &f.systemForm, present, cause); err != nil {
		return nil, err
	}
	return f.view(), nil
}

// failedChange shows the form again with everything as it was typed.
func (d *desk) failedChange(r *web.Request, f changeForm, err error) (web.Response, error) {
	found := fault.FieldsOf(err)
	switch kind := fault.KindOf(err); {
	case kind == fault.Conflict, kind == fault.Invalid && len(found) == 0:
		f.err = err
		return f.view(), nil
	case kind != fault.Invalid:
		return nil, err
	}
	if fault.AnyError(f.found) {
		rules := inventory.CheckSystem(&f.record, r.Today())
		if f.reason == "" {
			rules = append(rules, fault.At("reason", "inventory.err.reason"))
		}
		found = append(found, fieldweb.NotAt(rules, f.found)...)
	}
	f.found = append(found, fieldweb.NotAt(f.found, found)...)
	f.err = fault.Refuse(f.found)
	return f.view(), nil
}

// autosaveChange keeps what has been typed so far.
func (d *desk) autosaveChange(r *web.Request, in draftIn) (web.Response, error) {
	if _, err := d.Registry.FindSystem(r.Ctx, r.By, in.Code); err != nil {
		return nil, err
	}
	body, err := d.saveDraft(r, kindChange, in.Code, in.Version)
	if err != nil {
		return nil, err
	}
	return web.JSON{Body: body}, nil
}

// dropChangeDraft forgets a draft and opens the form afresh.
func (d *desk) dropChangeDraft(r *web.Request, in draftIn) (web.Response, error) {
	if err := d.Registry.DropDraft(r.Ctx, r.By, kindChange, in.Code); err != nil {
		return nil, err
	}
	return web.Redirect{To: systemPath(in.Code, "change"), Said: web.Said(r.T("inventory.draft.dropped"))}, nil
}
