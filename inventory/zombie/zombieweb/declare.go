package zombieweb

import (
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/zombie"
)

const declarationsPath = zombiesPath + "/declarations"

func (d *desk) mountDeclarations(s *web.Server) {
	own := s.Group(web.For(zombie.Declarers()...))
	web.Post(own, systemsPath+"/:code/verdicts/declarations", d.declare)
	web.Post(own, declarationsPath+"/:id/withdraw", d.withdrawDeclaration)
	web.Post(s.Group(web.For(auth.Centre)), declarationsPath+"/:id/decision", d.decideDeclaration)
}

type declareIn struct {
	Code string `uri:"code"`
	Kind string `form:"kind"`
	Day  string `form:"day"`
	Text string `form:"text"`
}

// declare takes down what a department says of a system.
func (d *desk) declare(r *web.Request, in declareIn) (web.Response, error) {
	day, err := calendar.ParseDate(in.Day)
	if err != nil && in.Day != "" {
		err = fault.Refuse([]fault.Field{fault.At("day", "zombie.err.date", "value", in.Day)})
	} else {
		_, err = d.Detector.Declare(r.Ctx, r.By, in.Code, zombie.DeclarationForm{Kind: zombie.DeclarationKind(in.Kind), Day: day, Text: in.Text})
	}
	if fault.KindOf(err) == fault.Invalid && err != nil {
		return d.lifeResponse(r, in.Code, in, err)
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: verdictPath(in.Code), Said: web.Said(r.T("zombie.declaration.said"))}, nil
}

type decideIn struct {
	ID       int64  `uri:"id"`
	Version  int64  `form:"version"`
	Code     string `form:"code"` // of the system, to go back to
	Decision string `form:"decision"`
}

// refusing is the decision that a declaration does not count.
const refusing = "refuse"

func declarationReason(id int64) string { return "reason." + strconv.FormatInt(id, 10) }

func (d *desk) decideDeclaration(r *web.Request, in decideIn) (web.Response, error) {
	_, err := d.Detector.DecideDeclaration(r.Ctx, r.By, in.ID, in.Version, in.Decision != refusing, r.Form.Get(declarationReason(in.ID)))
	if fault.KindOf(err) == fault.Invalid && err != nil {
		fields := fault.FieldsOf(err)
		for i := range fields {
			fields[i].Name = declarationReason(in.ID)
		}
		return d.lifeResponse(r, in.Code, declareIn{}, fault.Refuse(fields))
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: verdictPath(in.Code), Said: web.Said(r.T("zombie.declaration.decided"))}, nil
}

func (d *desk) withdrawDeclaration(r *web.Request, in decideIn) (web.Response, error) {
	if _, err := d.Detector.WithdrawDeclaration(r.Ctx, r.By, in.ID, in.Version); err != nil {
		return nil, err
	}
	return web.Redirect{To: verdictPath(in.Code), Said: web.Said(r.T("zombie.declaration.withdrawn"))}, nil
}
