package usageweb

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
	"qingce/templates"
)

// formPage is the data of usage/probe_form: a head and one form.
type formPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Form     templates.Form
}

// Greatest lengths of what is typed.
const (
	maxNameTyped   = 60
	maxNoteTyped   = 500
	maxReasonTyped = 200
)

func (f probeForm) view() web.View {
	title, crumbs := f.r.T("probes.form.new"), probeCrumbs(f.r.P, crumbText(f.r.T("probes.form.new")))
	if f.present != nil {
		title = f.r.T("probes.form.edit")
		crumbs = probeCrumbs(f.r.P, crumbOf(f.present.Probe), crumbText(title))
	}
	return web.View{Template: "usage/probe_form", Title: title, Crumbs: crumbs, Data: f.page(title), Err: f.err}
}

func (f probeForm) page(title string) formPage {
	form := templates.Form{Action: probesPath, Guard: true, Sections: f.sections()}
	head := templates.Head{Title: title, Lead: f.r.T("probes.form.new.lead")}
	act := templates.Act{Text: f.r.T("probes.form.create"), Kind: templates.ActPrimary, Icon: "check", Note: f.r.T("probes.form.create.note")}
	cancel := probesPath
	if f.present != nil {
		cancel = probePath(f.present.Code)
		head.Lead, head.Code = f.r.T("probes.form.edit.lead"), f.present.Code
		form.Action = cancel
		form.Hidden = []templates.Pair{{Name: "version", Value: f.version()}}
		act.Text, act.Note = f.r.T("probes.form.save"), f.r.T("probes.form.save.note")
	}
	form.Acts = []templates.Act{act, {Text: f.r.T("probes.cancel"), Href: cancel, Kind: templates.ActQuiet}}
	if errors.Is(f.err, store.ErrStale) && f.present != nil {
		form.Callouts = []templates.Callout{{
			Kind: "warning", Title: f.r.T("probes.stale", "name", f.present.UpdatedName), Text: f.r.T("probes.stale.text"),
			Link: &templates.Link{Text: f.present.Name, Href: probePath(f.present.Code)},
		}}
	} else {
		web.Mistakes(f.r.P, &form, f.err)
	}
	return formPage{Head: head, Form: form}
}

// version is the one that the form began with; after a conflict it is the present
// one, so that saving again goes over what was shown.
func (f probeForm) version() string {
	if begun := f.r.Form.Get("version"); begun != "" && !errors.Is(f.err, store.ErrStale) {
		return begun
	}
	return strconv.FormatInt(f.present.Version, 10)
}

func (f probeForm) sections() []templates.Section {
	t := f.r.T
	return []templates.Section{
		{ID: "s-what", Title: t("probes.form.what"), Fields: []templates.Field{
			{Name: "name", Label: t("probes.field.name"), Help: t("probes.field.name.help"), Required: true, Value: f.record.Name, MaxLength: maxNameTyped, Width: "medium"},
			{Name: "kind", Kind: templates.KindEnum, Label: t("probes.field.kind"), Required: true, Value: string(f.record.Kind), Options: f.kinds()},
			{
				Name: "owner", Kind: templates.KindRef, Label: t("probes.field.owner"), Help: t("probes.field.owner.help"), Required: true,
				Value: f.owner, Lookup: "/departments/lookup", Width: "medium",
			},
			{Name: "interval", Kind: templates.KindRef, Label: t("probes.field.interval"), Help: t("probes.field.interval.help"), Required: true, Value: f.minutes, Options: f.intervals(), Width: "short"},
		}},
		{ID: "s-whom", Title: t("probes.form.whom"), Fields: []templates.Field{
			{Name: "systems", Kind: templates.KindLines, Label: t("probes.field.systems"), Help: t("probes.field.systems.help"), Required: true, Lines: f.systems()},
			{Name: "signals", Kind: templates.KindMulti, Label: t("probes.field.signals"), Help: t("probes.field.signals.help"), Options: f.signals()},
		}},
		{ID: "s-more", Title: t("probes.form.more"), Fields: []templates.Field{
			{Name: "note", Kind: templates.KindLongText, Label: t("probes.field.note"), Help: t("probes.field.note.help"), Value: f.record.Note, MaxLength: maxNoteTyped},
		}},
	}
}

func (f probeForm) kinds() []templates.Option {
	var out []templates.Option
	for _, k := range usage.ProbeKinds() {
		out = append(out, templates.Option{Value: string(k), Text: f.r.T(string(k.Label())), Help: f.r.T("probes.kind." + string(k) + ".help")})
	}
	return out
}

// usualIntervals are those that the form offers, in minutes.
var usualIntervals = [...]int{5, 15, 60, 360, 1440, 10080}

func (f probeForm) intervals() []templates.Option {
	var out []templates.Option
	known := false
	for _, n := range usualIntervals {
		value := strconv.Itoa(n)
		known = known || value == f.minutes
		out = append(out, templates.Option{Value: value, Text: spanText(f.r.P, time.Duration(n)*time.Minute)})
	}
	if !known && f.present != nil { // set by a program
		out = append(out, templates.Option{Value: strconv.Itoa(f.present.IntervalMinutes), Text: spanText(f.r.P, f.present.Interval())})
	}
	return out
}

func (f probeForm) signals() []templates.Option {
	var out []templates.Option
	for _, s := range wire.Signals() {
		out = append(out, templates.Option{Value: s.String(), Text: signalText(f.r.P, s), Chosen: f.record.Signals.Has(s)})
	}
	return out
}

// systems are the lines of the form, one of them empty.
func (f probeForm) systems() *templates.Lines {
	lines := f.lines
	if !slices.Contains(lines, probeLine{}) && (len(lines) == 0 || lines[len(lines)-1].text != "") {
		lines = append(slices.Clone(lines), probeLine{share: string(usage.Whole)})
	}
	out := &templates.Lines{Add: &templates.Act{Text: f.r.T("probes.field.line.add"), Name: "add", Value: "1", Icon: "plus", NoCheck: true}}
	for i, l := range lines {
		out.Lines = append(out.Lines, f.system(i, l))
	}
	return out
}

func (f probeForm) system(i int, l probeLine) templates.Line {
	n := strconv.Itoa(i)
	line := templates.Line{Title: strconv.Itoa(i + 1), Fields: []templates.Field{
		{Name: "system-" + n, Kind: templates.KindRef, Label: f.r.T("probes.field.system", "n", i+1), Value: l.text, Lookup: "/systems/lookup", Width: "medium"},
		{Name: "share-" + n, Kind: templates.KindRef, Label: f.r.T("probes.field.share"), Value: l.share, Width: "short"},
	}}
	for _, s := range usage.Shares() {
		line.Fields[1].Options = append(line.Fields[1].Options, templates.Option{Value: string(s), Text: f.r.T(string(s.Label()))})
	}
	if l.text != "" {
		line.Remove = &templates.Act{Text: f.r.T("probes.field.line.remove"), Kind: templates.ActQuiet, Name: "remove", Value: n, NoCheck: true}
	}
	return line
}
