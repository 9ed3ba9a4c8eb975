package usageweb

import (
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/usage"
	"qingce/templates"
)

// ask is a question with a form of its own before something is done to a probe.
type ask struct {
	title, lead, action string
	hidden              []templates.Pair
	fields              []templates.Field
	act                 templates.Act
	cancel              string // empty is the page of the probe
	err                 error
}

// askView is the page of a question.
func askView(r *web.Request, file usage.ProbeFile, a ask) web.View {
	if a.cancel == "" {
		a.cancel = probePath(file.Code)
	}
	page := formPage{
		Head: templates.Head{Title: a.title, Code: file.Code, Lead: a.lead},
		Form: templates.Form{
			Action: a.action, Hidden: a.hidden, Sections: []templates.Section{{ID: "s-ask", Fields: a.fields}},
			Acts: []templates.Act{a.act, {Text: r.T("probes.cancel"), Href: a.cancel, Kind: templates.ActQuiet}},
		},
	}
	web.Mistakes(r.P, &page.Form, a.err)
	return web.View{Template: "usage/probe_form", Title: a.title, Data: page, Err: a.err, Crumbs: probeCrumbs(r.P, crumbOf(file.Probe), crumbText(a.title))}
}

func reasonField(r *web.Request, reason, help string) templates.Field {
	return templates.Field{
		Name: "reason", Label: r.T("probes.reason"), Help: help, Required: true, Value: reason, MaxLength: maxReasonTyped, Width: "medium",
	}
}

type stopIn struct {
	Code    string `uri:"code"`
	Version int64  `form:"version"`
	Reason  string `form:"reason"`
}

// askToStop asks why a probe is to be taken out of use.
func (d *desk) askToStop(r *web.Request, in stopIn) (web.Response, error) {
	file, err := d.Probes.FindProbe(r.Ctx, r.By, in.Code)
	if err != nil {
		return nil, err
	}
	if file.Stopped {
		return nil, usage.ErrProbeStopped
	}
	in.Version = file.Version
	return stopView(r, file, in, nil), nil
}

func stopView(r *web.Request, file usage.ProbeFile, in stopIn, wrong error) web.View {
	return askView(r, file, ask{
		title: r.T("probes.stop.title"), lead: r.T("probes.stop.lead"), action: probePath(in.Code, "stop"), err: wrong,
		hidden: []templates.Pair{{Name: "version", Value: strconv.FormatInt(in.Version, 10)}},
		fields: []templates.Field{reasonField(r, in.Reason, r.T("probes.stop.help"))},
		act:    templates.Act{Text: r.T("probes.stop.act"), Kind: templates.ActDanger, Icon: "lock", Note: r.T("probes.form.save.note")},
	})
}

func (d *desk) stopProbe(r *web.Request, in stopIn) (web.Response, error) {
	_, err := d.Probes.Stop(r.Ctx, r.By, in.Code, in.Version, in.Reason)
	if fault.KindOf(err) == fault.Invalid && err != nil {
		return d.withProbe(r, in.Code, func(file usage.ProbeFile) web.View { return stopView(r, file, in, err) })
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: probePath(in.Code), Said: web.Said(r.T("probes.stop.said"))}, nil
}

// resumeProbe takes a stopped probe into use again.
func (d *desk) resumeProbe(r *web.Request, in stopIn) (web.Response, error) {
	if _, err := d.Probes.Resume(r.Ctx, r.By, in.Code, in.Version); err != nil {
		return nil, err
	}
	return web.Redirect{To: probePath(in.Code), Said: web.Said(r.T("probes.resume.said"))}, nil
}
