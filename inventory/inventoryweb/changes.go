package inventoryweb

import (
	"fmt"
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
)

const changesPath = "/changes"

func changePath(id inventory.ChangeID, more ...string) string {
	return web.Join(changesPath, append([]string{id.String()}, more...)...)
}

// changeSubmitters hand requests in.
func changeSubmitters() []auth.Role { return []auth.Role{auth.Head, auth.Region} }

// changeAdvisers recommend to the Office what to answer.
func changeAdvisers() []auth.Role { return []auth.Role{auth.Centre} }

func (d *desk) mountChanges(s *web.Server) {
	view := s.Group(web.For(viewers()...))
	web.Get(view, changesPath, d.listChanges)
	web.Get(view, changesPath+"/:id", d.showChange)
	web.Get(view.Within(slowWork), changesPath+"/:id/evidence/:file", d.openChangeFile)

	write := s.Group(web.For(writers()...)).Upto(formBytes)
	web.Get(write, "/systems/:code/change", d.askChange)
	web.Post(write, "/systems/:code/change", d.proposeChange)
	web.Post(write, "/systems/:code/change/draft", d.autosaveChange)
	web.Post(write, "/systems/:code/change/draft/drop", d.dropChangeDraft)
	web.Get(write, changesPath+"/:id/edit", d.editChange)
	web.Post(write, changesPath+"/:id", d.reviseChange)
	web.Post(write, changesPath+"/:id/withdraw", d.withdrawChange)
	web.Post(s.Group(web.For(changeSubmitters()...)), changesPath+"/:id/submit", d.submitChange)

	web.Post(s.Group(web.For(changeAdvisers()...)), changesPath+"/:id/advice", d.adviseChange)
	web.Post(s.Group(web.For(deciders()...)), changesPath+"/:id/decision", d.decideChange)

	keep := s.Group(web.For(keepers()...))
	web.Post(keep.Upto(evidence.MaxSize+formOverhead).Within(slowWork), changesPath+"/:id/evidence", d.addChangeFile)
	web.Post(keep, changesPath+"/:id/evidence/:file/remove", d.removeChangeFile)
}

// changesIn is the address of the queue.
type changesIn struct {
	State      []string `form:"state"`
	Department string   `form:"department"`
	Search     string   `form:"q"`
	Page       int      `form:"page"`
	Size       int      `form:"size"`
}

// query is what the address asks the register for; what it does not know is
// left out.
func (in changesIn) query(n names) inventory.ChangeQuery {
	q := inventory.ChangeQuery{Search: input.Text(in.Search), Page: in.Page, Size: inventory.DefaultPageSize}
	if slices.Contains(pageSizes(), in.Size) {
		q.Size = in.Size
	}
	for _, s := range in.State {
		if state := inventory.ChangeState(s); state.Valid() {
			q.States = append(q.States, state)
		}
	}
	if dept, ok := n.dir.Lookup(in.Department); ok {
		q.Department = dept.ID
	}
	return q
}

// listChanges shows the requests that the reader sees, what waits longest for
// an answer first.
func (d *desk) listChanges(r *web.Request, in changesIn) (web.Response, error) {
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	page, err := d.Registry.ListChanges(r.Ctx, r.By, in.query(n))
	if err != nil {
		return nil, err
	}
	v := changesView{
		p: r.P, by: r.By, in: in, names: n, page: page, today: r.Today(),
		a: address{path: changesPath, params: cleaned(r.URL.Query())},
	}
	if v.dues, err = d.answersDue(r, page.Rows); err != nil {
		return nil, err
	}
	return web.View{Template: "inventory/changes", Title: r.T("change.list"), Crumbs: changeCrumbs(r.P), Data: v.data()}, nil
}

// answersDue finds by when the waiting requests of a page are to be answered.
func (d *desk) answersDue(r *web.Request, rows []inventory.ChangeRow) (map[inventory.ChangeID]schedule.Open, error) {
	out := map[inventory.ChangeID]schedule.Open{}
	err := d.DB.Read(r.Ctx, func(tx *store.Tx) error {
		for _, row := range rows {
			if row.State != inventory.ChangeSubmitted {
				continue
			}
			dues, err := d.Schedule.Of(tx, ChangeDueOf(row.ID))
			if err != nil {
				return fmt.Errorf("due date of change request %d: %w", row.ID, err)
			}
			if len(dues) > 0 {
				out[row.ID] = dues[0]
			}
		}
		return nil
	})
	return out, err
}

// requestIn names a request in a path.
type requestIn struct {
	ID int64 `uri:"id"`
}

// dossier is a request with what stands beside it.
type dossier struct {
	inventory.ChangeFile
	names names
	due   []schedule.Open
	files []evidence.Item
}

func (d *desk) readChange(r *web.Request, id int64) (dossier, error) {
	var out dossier
	var err error
	if out.ChangeFile, err = d.Registry.FindChange(r.Ctx, r.By, inventory.ChangeID(id)); err != nil {
		return dossier{}, err
	}
	was, next := out.System, out.System
	for _, v := range out.Values {
		if f, ok := inventory.SystemFields.Find(v.Key); ok {
			f.Set(&was, v.Old)
			f.Set(&next, v.New)
		}
	}
	if out.names, err = d.names(r.Ctx, r.By, &out.System, &was, &next); err != nil {
		return dossier{}, err
	}
	return out, d.DB.Read(r.Ctx, func(tx *store.Tx) error {
		if out.due, err = d.Schedule.Of(tx, ChangeDueOf(out.Request.ID)); err != nil {
			return fmt.Errorf("due date of change request %d: %w", id, err)
		}
		out.files, err = d.Evidence.List(tx, ChangeEvidenceOf(out.Request))
		return err
	})
}

// own tells whether the request is of the reader's own department or region.
func (c dossier) own(by auth.Principal) bool {
	return by.Is(writers()...) && c.names.dir.Covers(by.Own(), c.Request.DepartmentID)
}

// reviews tells whether the reader, in one of the roles, answers the request:
// nobody does for the own department.
func (c dossier) reviews(by auth.Principal, roles []auth.Role) bool {
	own := by.DepartmentID != 0 && by.DepartmentID == c.Request.DepartmentID
	return c.Request.State == inventory.ChangeSubmitted && by.Is(roles...) && !own
}

// showChange shows a request.
func (d *desk) showChange(r *web.Request, in requestIn) (web.Response, error) {
	return d.changePage(r, in.ID, stepAnswer{})
}

func (d *desk) changePage(r *web.Request, id int64, answer stepAnswer) (web.Response, error) {
	c, err := d.readChange(r, id)
	if err != nil {
		return nil, err
	}
	v := changeView{p: r.P, by: r.By, dossier: c, today: r.Today(), answer: answer}
	return web.View{Template: "inventory/change", Title: v.title(), Crumbs: v.crumbs(), Data: v.data(), Err: answer.err}, nil
}

// answered leads back to the request, or shows it with what was refused.
func (d *desk) answered(r *web.Request, id int64, said string, answer stepAnswer) (web.Response, error) {
	switch {
	case answer.err == nil:
		return web.Redirect{To: changePath(inventory.ChangeID(id)), Said: web.Said(r.T(said, "id", id))}, nil
	case slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict, fault.TooLarge}, fault.KindOf(answer.err)):
		return d.changePage(r, id, answer)
	}
	return nil, answer.err
}

// changeStepIn is a step with a request as the reader saw it.
type changeStepIn struct {
	ID      int64 `uri:"id"`
	Version int64 `form:"version"`
}

func (d *desk) submitChange(r *web.Request, in changeStepIn) (web.Response, error) {
	_, err := d.Registry.SubmitChange(r.Ctx, r.By, inventory.ChangeID(in.ID), in.Version)
	return d.answered(r, in.ID, "change.submitted", stepAnswer{what: "submit", err: err})
}

func (d *desk) withdrawChange(r *web.Request, in changeStepIn) (web.Response, error) {
	reason := r.Form.Get(reasonOf("withdraw"))
	_, err := d.Registry.WithdrawChange(r.Ctx, r.By, inventory.ChangeID(in.ID), in.Version, reason)
	return d.answered(r, in.ID, "change.withdrawn", stepAnswer{"withdraw", map[string]string{"reason": reason}, err})
}

type adviceIn struct {
	ID      int64  `uri:"id"`
	Version int64  `form:"version"`
	Advice  string `form:"advice"`
	Reason  string `form:"advise_reason"`
}

func (d *desk) adviseChange(r *web.Request, in adviceIn) (web.Response, error) {
	_, err := d.Registry.AdviseChange(r.Ctx, r.By, inventory.ChangeID(in.ID), in.Version, inventory.Advice(in.Advice), in.Reason)
	typed := map[string]string{"reason": in.Reason, "advice": in.Advice}
	return d.answered(r, in.ID, "change.advised", stepAnswer{"advise", typed, err})
}

// Answers of the Office.
const (
	approveChange = "approve"
	rejectChange  = "reject"
)

type verdictIn struct {
	ID            int64  `uri:"id"`
	Version       int64  `form:"version"`
	SystemVersion int64  `form:"system_version"`
	Decision      string `form:"decision"`
	Anyway        bool   `form:"anyway"`
}

func (d *desk) decideChange(r *web.Request, in verdictIn) (web.Response, error) {
	if in.Decision != approveChange && in.Decision != rejectChange {
		return nil, fault.Refuse([]fault.Field{fault.At("decision", "err.choice", "field", fault.Label("change.decision"))})
	}
	reason := r.Form.Get(reasonOf(in.Decision))
	_, _, err := d.Registry.DecideChange(r.Ctx, r.By, inventory.ChangeID(in.ID), in.Version, inventory.Verdict{
		Approve: in.Decision == approveChange, Reason: reason, SystemVersion: in.SystemVersion, Anyway: in.Anyway,
	})
	typed := map[string]string{"reason": reason, "anyway": strconv.FormatBool(in.Anyway)}
	return d.answered(r, in.ID, "change.decided."+in.Decision, stepAnswer{in.Decision, typed, err})
}
