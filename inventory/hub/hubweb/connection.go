package hubweb

import (
	"bytes"

	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/web"
	"qingce/inventory/hub"
)

// formRoom is what a form may be longer than the file in it.
const formRoom = 1 << 20

func (d *desk) mountConnection(s *web.Server) {
	view := s.Group(web.For(viewers()...))
	web.Get(view, "/systems/:code/connection", d.showConnection)
	web.Get(view.Within(slowWork), "/systems/:code/connection/papers/:id", d.openPaper)

	move := s.Group(web.For(movers()...))
	web.Post(move, "/systems/:code/connection/moves", d.moveConnection)
	web.Post(move.Upto(evidence.MaxSize+formRoom).Within(slowWork), "/systems/:code/connection/papers", d.addPaper)
	web.Post(move, "/systems/:code/connection/papers/:id/remove", d.removePaper)

	ask := s.Group(web.For(hub.Askers()...))
	web.Post(ask, "/systems/:code/connection/exemptions", d.askExemption)
}

// connectionIn is a form of the page, as it was typed.
type connectionIn struct {
	Code     string `uri:"code"`
	ID       int64  `uri:"id"`
	Version  int64  `form:"version"`
	Move     string `form:"move"`
	To       string `form:"to"`
	Method   string `form:"method"`
	Node     int64  `form:"node"`
	IPRecord string `form:"ip_record"`
	Note     string `form:"note"`
	Reason   string `form:"reason"`
	On       string `form:"on"`
	Paper    string `form:"paper"`
	Kind     string `form:"kind"`
	Ground   string `form:"ground"`
	Until    string `form:"until"`
}

// showConnection is the connection of a system.
func (d *desk) showConnection(r *web.Request, in connectionIn) (web.Response, error) {
	return d.connectionPage(r, in, "", nil)
}

// connectionPage shows the page; what was refused of which form comes back in it.
func (d *desk) connectionPage(r *web.Request, in connectionIn, form string, cause error) (web.Response, error) {
	v := connectionView{p: r.P, by: r.By, now: r.Now, in: in, form: form, cause: cause}
	var err error
	if v.file, err = d.Hub.Find(r.Ctx, r.By, in.Code); err != nil {
		return nil, err
	}
	if v.moves, err = d.Hub.NextMoves(r.Ctx, r.By, &v.file.Connection); err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v.owner, _ = dir.Find(v.file.OwnerID)
	v.mine = r.By.Console() || dir.Covers(r.By.Own(), v.file.OwnerID)
	if v.due, err = d.deadline(r, v.file.Policy.ConnectBy); err != nil {
		return nil, err
	}
	if v.may(hub.HandIn) {
		if v.nodes, err = d.Hub.Nodes(r.Ctx, r.By, v.file.OwnerID); err != nil {
			return nil, err
		}
	}
	s := v.file.System
	page := crumbs(r.P, crumb(r.T("hub.list"), listPath), crumb(s.Code, connectionPath(s.Code)))
	return web.View{Template: "hub/connection", Title: s.Name + " · " + r.T("hub.connection"), Crumbs: page, Data: v.page(), Err: cause}, nil
}

// deadline is how the day by which all must be connected stands.
func (d *desk) deadline(r *web.Request, on calendar.Date) (web.Due, error) {
	cal, err := d.Book.Load(r.Ctx)
	if err != nil {
		return web.Due{}, err
	}
	s, err := d.Book.Stand(cal, on, r.Now)
	return web.Due{
		On: on, Advised: s.Advised, Remaining: s.Remaining, Late: s.Late, Unknown: s.Unknown, Overdue: s.Overdue, Article: r.T("hub.article"),
	}, err
}

// moveConnection takes a step.
func (d *desk) moveConnection(r *web.Request, in connectionIn) (web.Response, error) {
	step := hub.Step{
		Move: hub.Move(in.Move), Method: hub.Method(in.Method), Node: hub.NodeID(in.Node), IPRecord: in.IPRecord, Note: in.Note, Reason: in.Reason,
	}
	step.To, _ = hub.ParseStage(in.To)
	var err error
	if step.On, err = readDay("on", in.On); err == nil {
		_, err = d.Hub.Take(r.Ctx, r.By, in.Code, in.Version, step)
	}
	if comesBack(err) {
		return d.connectionPage(r, in, in.Move, err)
	}
	if err != nil {
		return nil, err
	}
	return done(r, connectionPath(in.Code), "hub.moved."+in.Move)
}

// readDay reads a typed day; nothing is none.
func readDay(name, text string) (calendar.Date, error) {
	if text == "" {
		return calendar.Date{}, nil
	}
	day, _, err := input.Date(text, false)
	if err != nil {
		return calendar.Date{}, fault.Refuse([]fault.Field{fault.At(name, "hub.err.day", "value", text)})
	}
	return day, nil
}

// addPaper puts a file beside the connection.
func (d *desk) addPaper(r *web.Request, in connectionIn) (web.Response, error) {
	up, err := r.Upload("file", evidence.MaxSize)
	if err == nil {
		file := evidence.Upload{Name: up.Name, Reader: bytes.NewReader(up.Data), Size: up.Size}
		_, err = d.Hub.AddPaper(r.Ctx, r.By, in.Code, hub.Paper(in.Paper), file, in.Note)
	}
	if comesBack(err) {
		return d.connectionPage(r, in, "paper", err)
	}
	if err != nil {
		return nil, err
	}
	return done(r, connectionPath(in.Code)+"#s-papers", "hub.paper_added", "paper", hub.Paper(in.Paper).Label())
}

// removePaper marks a file as removed.
func (d *desk) removePaper(r *web.Request, in connectionIn) (web.Response, error) {
	err := d.Hub.RemovePaper(r.Ctx, r.By, in.Code, evidence.LinkID(in.ID), r.T("hub.paper_removed.reason"))
	if comesBack(err) {
		return d.connectionPage(r, in, "paper", err)
	}
	if err != nil {
		return nil, err
	}
	return done(r, connectionPath(in.Code)+"#s-papers", "hub.paper_removed")
}

// openPaper gives a file out.
func (d *desk) openPaper(r *web.Request, in connectionIn) (web.Response, error) {
	return d.paperFile(r, in.Code, evidence.LinkID(in.ID))
}

// askExemption asks the Office to let the system off.
func (d *desk) askExemption(r *web.Request, in connectionIn) (web.Response, error) {
	until, err := readDay("until", in.Until)
	if err == nil {
		_, err = d.Hub.Ask(r.Ctx, r.By, hub.Plea{System: in.Code, Kind: hub.ExemptionKind(in.Kind), Ground: in.Ground, Reason: in.Reason, Until: until})
	}
	if comesBack(err) {
		return d.connectionPage(r, in, "exemption", err)
	}
	if err != nil {
		return nil, err
	}
	return done(r, connectionPath(in.Code), "hub.exemption_asked")
}
