package inventoryweb

import (
	"context"
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/templates"
)

// codeIn names a record in a path.
type codeIn struct {
	Code string `uri:"code"`
}

// record is a system with what stands beside it.
type record struct {
	system   inventory.System
	version  *inventory.SystemVersion // the past state that is shown, nil for the present
	asOf     moment
	wrong    []fault.Field // of the moment that was asked for
	names    names
	steps    []inventory.Step
	dues     []schedule.Open
	files    []evidence.Item
	joined   []inventory.Neighbour
	returned *inventory.SystemVersion // the last return, while the record is returned
	changed  inventory.SystemVersion  // the last change
	versions int64
	change   *inventory.ChangeRequest // the open request to change it, if there is one
}

// readRecord reads a system as of the moment that the address names.
func (d *desk) readRecord(r *web.Request, code string) (record, error) {
	var rec record
	rec.asOf, rec.wrong = readMoment(r.URL.Query().Get(paramAsOf), r.Now)
	if !rec.asOf.isNow() {
		v, err := d.Registry.FindSystemAsOf(r.Ctx, r.By, code, rec.asOf.at)
		if err != nil {
			return record{}, err
		}
		rec.system, rec.version = v.System, &v
	} else {
		var err error
		if rec.system, err = d.Registry.FindSystem(r.Ctx, r.By, code); err != nil {
			return record{}, err
		}
	}
	return rec, d.readBeside(r.Ctx, r.By, &rec)
}

// readBeside reads what a record's head and tabs need.
func (d *desk) readBeside(ctx context.Context, by auth.Principal, rec *record) error {
	var err error
	if rec.names, err = d.names(ctx, by, &rec.system); err != nil {
		return err
	}
	history, err := d.Registry.SystemHistory(ctx, by, rec.system.Code)
	if err != nil {
		return err
	}
	if len(history) > 0 {
		rec.changed, rec.versions = history[0], int64(len(history))
	}
	if rec.joined, err = d.Registry.Neighbours(ctx, by, rec.system.Code); err != nil {
		return err
	}
	if rec.asOf.isNow() {
		if rec.steps, err = d.Registry.NextSteps(ctx, by, rec.system); err != nil {
			return err
		}
		rec.returned = lastReturn(rec.system, history)
		if err := d.readOpenChange(ctx, by, rec); err != nil {
			return err
		}
	}
	return d.DB.Read(ctx, func(tx *store.Tx) error {
		if rec.dues, err = d.Schedule.Of(tx, DueOf(rec.system.Code)); err != nil {
			return fmt.Errorf("due dates of %s: %w", rec.system.Code, err)
		}
		rec.files, err = d.Evidence.List(tx, EvidenceOf(rec.system.ID, rec.system.OwnerID))
		return err
	})
}

// readOpenChange finds the open request to change a locked record.
func (d *desk) readOpenChange(ctx context.Context, by auth.Principal, rec *record) error {
	if !rec.system.State.Locked() {
		return nil
	}
	c, err := d.Registry.OpenChange(ctx, by, rec.system.ID)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil
	case err != nil:
		return err
	}
	rec.change = &c
	return nil
}

// lastReturn finds why a returned record was sent back.
func lastReturn(s inventory.System, history []inventory.SystemVersion) *inventory.SystemVersion {
	if s.State != inventory.Returned {
		return nil
	}
	for i, v := range history {
		if v.Action == "moved."+string(inventory.Return) {
			return &history[i]
		}
	}
	return nil
}

// mayChange tells whether the reader may change what the department declares.
func (rec record) mayChange(by auth.Principal) bool {
	return rec.asOf.isNow() && rec.mayFill(by) && rec.system.State.Editable()
}

// mayAsk tells whether the reader may ask for a change of a locked record.
func (rec record) mayAsk(by auth.Principal) bool {
	return rec.asOf.isNow() && rec.mayFill(by) && rec.system.State.Locked()
}

// mayFill tells whether the record belongs to the reader's own department or
// region.
func (rec record) mayFill(by auth.Principal) bool {
	return by.Is(writers()...) && rec.names.dir.Covers(by.Own(), rec.system.OwnerID)
}

// mayDecide tells whether the reader decides what becomes of the system.
func (rec record) mayDecide(by auth.Principal) bool {
	own := by.DepartmentID != 0 && rec.system.OwnerID == by.DepartmentID
	return rec.asOf.isNow() && by.Is(auth.Office) && !own
}

// mayKeep tells whether the reader may put files beside the record.
func (rec record) mayKeep(by auth.Principal) bool {
	return rec.asOf.isNow() && (rec.mayFill(by) || by.Is(auth.Office, auth.Centre))
}

// showSystem shows what is registered of a system.
func (d *desk) showSystem(r *web.Request, in codeIn) (web.Response, error) {
	rec, err := d.readRecord(r, in.Code)
	if err != nil {
		return nil, err
	}
	return d.overview(r, rec, stepAnswer{})
}

func (d *desk) overview(r *web.Request, rec record, answer stepAnswer) (web.Response, error) {
	v := recordView{p: r.P, by: r.By, rec: rec, now: r.Now, answer: answer}
	page := v.overview()
	beside, err := d.beside(r, rec)
	if err != nil {
		return nil, err
	}
	page.Groups = append(page.Groups, beside...)
	return web.View{
		Template: "inventory/record", Title: rec.system.Name + " " + rec.system.Code, Crumbs: v.crumbs(), Data: page, Err: answer.err,
	}, nil
}

// beside asks the other rooms what they know of a system as it is now.
func (d *desk) beside(r *web.Request, rec record) ([]templates.Facts, error) {
	var out []templates.Facts
	if !rec.asOf.isNow() {
		return nil, nil
	}
	for _, ask := range d.Beside {
		facts, err := ask(r, rec.system)
		if err != nil {
			return nil, fmt.Errorf("what stands beside %s: %w", rec.system.Code, err)
		}
		if facts != nil {
			out = append(out, *facts)
		}
	}
	return out, nil
}

// tabPage shows a tab of a record; cause is why a form on it comes back.
func (d *desk) tabPage(r *web.Request, code, tab string, cause error, data func(recordView) any) (web.Response, error) {
	rec, err := d.readRecord(r, code)
	if err != nil {
		return nil, err
	}
	v, title := recordView{p: r.P, by: r.By, rec: rec, now: r.Now}, r.T("inventory.tab."+tab)
	return web.View{
		Template: "inventory/" + tab, Title: title + " · " + rec.system.Name, Crumbs: v.crumbs(crumb(title)), Data: data(v), Err: cause,
	}, nil
}

// stepAnswer is what became of a step that was tried on the page and refused.
type stepAnswer struct {
	what   string // the move, or "decision"
	values map[string]string
	err    error
}

type moveForm struct {
	Code    string `uri:"code"`
	Move    string `form:"move"`
	Version int64  `form:"version"`
}

// moveSystem takes a step with a record.
func (d *desk) moveSystem(r *web.Request, in moveForm) (web.Response, error) {
	reason := r.Form.Get(reasonOf(in.Move))
	s, err := d.Registry.Move(r.Ctx, r.By, in.Code, in.Version, inventory.Move(in.Move), reason)
	if err != nil {
		return d.refused(r, in.Code, stepAnswer{in.Move, map[string]string{"reason": reason}, err})
	}
	return web.Redirect{To: systemPath(s.Code), Said: web.Said(r.T("inventory.move."+in.Move+".done", "code", s.Code))}, nil
}

// refused shows the record again with what was typed and why it did not do.
// Whoever may not see the record is told what everybody is told.
func (d *desk) refused(r *web.Request, code string, answer stepAnswer) (web.Response, error) {
	tellable := []fault.Kind{fault.Invalid, fault.Conflict}
	if !slices.Contains(tellable, fault.KindOf(answer.err)) {
		return nil, answer.err
	}
	rec, err := d.readRecord(r, code)
	if err != nil {
		return nil, err
	}
	return d.overview(r, rec, answer)
}

type decisionForm struct {
	Code    string `uri:"code"`
	Version int64  `form:"version"`
	Final   string `form:"final"`
	Note    string `form:"office_note"`
	Reason  string `form:"decision_reason"`
}

// decide records what the Office decides about a system.
func (d *desk) decide(r *web.Request, in decisionForm) (web.Response, error) {
	s, err := d.Registry.Decide(r.Ctx, r.By, in.Code, in.Version, inventory.Decision{Final: in.Final, Note: in.Note, Reason: in.Reason})
	if err != nil {
		typed := map[string]string{"final": in.Final, "office_note": in.Note, "reason": in.Reason}
		return d.refused(r, in.Code, stepAnswer{"decision", typed, err})
	}
	return web.Redirect{To: systemPath(s.Code), Said: web.Said(r.T("inventory.decision.done", "code", s.Code))}, nil
}

// crumbOf is the step of a record in the way to its pages.
func crumbOf(s inventory.System) templates.Crumb {
	return templates.Crumb{Text: s.Name, Href: systemPath(s.Code)}
}
