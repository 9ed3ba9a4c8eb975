package usageweb

import (
	"errors"
	"strconv"

	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
	"qingce/templates"
)

func (f *ruleForm) view() web.View {
	title := f.r.T("mapping.form.new")
	if f.present != nil {
		title = f.r.T("mapping.form.edit")
	}
	return web.View{Template: "usage/probe_form", Title: title, Crumbs: f.home.crumbs(f.r, crumbText(title)), Data: f.page(title), Err: f.err}
}

func (f *ruleForm) page(title string) formPage {
	form := templates.Form{
		Action: f.home.path(), Guard: true, Sections: f.sections(),
		Acts: []templates.Act{
			{Text: f.r.T("mapping.form.create"), Kind: templates.ActPrimary, Icon: "check", Note: f.r.T("mapping.form.create.note")},
			{Text: f.r.T("probes.cancel"), Href: f.home.path(), Kind: templates.ActQuiet},
		},
	}
	out := formPage{Head: templates.Head{Title: title, Lead: f.r.T("mapping.form.lead")}}
	if f.home.file != nil {
		out.Head.Code = f.home.file.Code
	}
	if f.series != "" {
		out.Callouts = []templates.Callout{{Kind: "info", Text: f.r.T("mapping.form.prefilled", "series", f.series)}}
	}
	if f.present != nil {
		form.Action = f.home.path(strconv.FormatInt(int64(f.present.ID), 10))
		form.Hidden = []templates.Pair{{Name: "version", Value: f.version()}}
	}
	if errors.Is(f.err, store.ErrStale) && f.present != nil {
		form.Callouts = []templates.Callout{{Kind: "warning", Title: f.r.T("mapping.stale", "name", f.present.UpdatedName), Text: f.r.T("probes.stale.text")}}
	} else {
		web.Mistakes(f.r.P, &form, f.err)
	}
	out.Form = form
	return out
}

func (f *ruleForm) version() string {
	if begun := f.r.Form.Get("version"); begun != "" && !errors.Is(f.err, store.ErrStale) {
		return begun
	}
	return strconv.FormatInt(f.present.Version, 10)
}

func (f *ruleForm) sections() []templates.Section {
	return []templates.Section{
		{ID: "s-which", Title: f.r.T("mapping.form.which"), Fields: f.which()},
		{ID: "s-system", Title: f.r.T("mapping.field.by"), Fields: f.whose()},
		{ID: "s-what", Title: f.r.T("mapping.form.what"), Fields: f.what()},
	}
}

func (f *ruleForm) text(name, value string) templates.Field {
	return templates.Field{Name: name, Label: f.r.T("mapping.field." + name), Help: f.r.T("mapping.field." + name + ".help"), Value: value, Width: "medium", MaxLength: 200}
}

func (f *ruleForm) which() []templates.Field {
	metric := f.text("metric", f.record.Metric)
	metric.Required = true
	conditions := f.text("conditions", f.conditions)
	conditions.Kind, conditions.Width, conditions.MaxLength = templates.KindLongText, "", 0
	format := templates.Field{Name: "format", Kind: templates.KindEnum, Label: f.r.T("mapping.field.format"), Required: true, Value: string(f.record.Format)}
	for _, one := range usage.RuleFormats() {
		format.Options = append(format.Options, templates.Option{Value: string(one), Text: f.r.T(string(one.Label()))})
	}
	return []templates.Field{metric, conditions, format}
}

// whose are the fields that find the system of a series.
func (f *ruleForm) whose() []templates.Field {
	by := templates.Field{Name: "system_by", Kind: templates.KindEnum, Label: f.r.T("mapping.field.by"), Required: true, Value: string(f.record.SystemBy)}
	for _, one := range usage.SystemBys() {
		if f.home.file == nil && one == usage.FixedSystem {
			continue // means something only for one probe
		}
		by.Options = append(by.Options, templates.Option{Value: string(one), Text: f.r.T(string(one.Label()))})
	}
	label, names := f.text("label", f.label), f.text("names", f.names)
	label.ShownWhen, names.ShownWhen = "system_by="+string(usage.LabelSystem), "system_by="+string(usage.LabelSystem)
	names.Kind, names.Width, names.MaxLength = templates.KindLongText, "", 0
	label.Hidden = f.record.SystemBy != usage.LabelSystem
	names.Hidden = label.Hidden
	if f.home.file == nil {
		return []templates.Field{by, label, names}
	}
	system := f.text("system", f.record.System)
	system.Kind, system.ShownWhen, system.Hidden = templates.KindRef, "system_by="+string(usage.FixedSystem), f.record.SystemBy != usage.FixedSystem
	for _, s := range f.home.file.Systems {
		system.Options = append(system.Options, templates.Option{Value: s.Code, Text: s.Code + " " + s.Name})
	}
	return []templates.Field{by, system, label, names}
}

// what are the fields that say what the series means.
func (f *ruleForm) what() []templates.Field {
	signal := templates.Field{Name: "signal", Kind: templates.KindRef, Label: f.r.T("mapping.field.signal"), Required: true, Value: f.record.Signal, Width: "medium"}
	for _, s := range wire.Signals() {
		signal.Options = append(signal.Options, templates.Option{Value: s.String(), Text: signalText(f.r.P, s)})
	}
	for _, s := range f.hubSignals() {
		signal.Options = append(signal.Options, templates.Option{Value: string(s), Text: signalNamed(f.r.P, string(s))})
	}
	reading := templates.Field{
		Name: "reading", Kind: templates.KindEnum, Label: f.r.T("mapping.field.reading"), Help: f.r.T("mapping.reading.auto.help"), Required: true, Value: string(f.record.Reading),
	}
	for _, one := range usage.Readings() {
		reading.Options = append(reading.Options, templates.Option{Value: string(one), Text: f.r.T(string(one.Label()))})
	}
	scale, source := f.text("scale", f.record.Scale), f.text("source_label", f.record.SourceLabel)
	scale.Width = "short"
	note := templates.Field{Name: "note", Kind: templates.KindLongText, Label: f.r.T("probes.field.note"), Value: f.record.Note, MaxLength: maxNoteTyped}
	return append(append([]templates.Field{signal}, f.between()...), reading, scale, source, note)
}

// hubSignals are the signals of the hub where the probe may speak of it.
func (f *ruleForm) hubSignals() []usage.HubSignal {
	if f.home.file == nil || f.home.file.Kind != usage.GatewayProbe {
		return nil
	}
	return usage.HubSignals()
}

// between are the fields that find the other side of an exchange through the hub.
func (f *ruleForm) between() []templates.Field {
	if f.hubSignals() == nil {
		return nil
	}
	counts := usage.HubSignal(f.record.Signal)
	consumer, outcome, failed := f.text("consumer_label", f.record.ConsumerLabel), f.text("outcome_label", f.record.OutcomeLabel), f.text("failed", f.record.Failed)
	consumer.ShownWhen = "signal=" + string(usage.HubExchanges) + "|" + string(usage.HubFailures) + "|" + string(usage.HubBytes)
	consumer.Hidden = !counts.Valid() || counts == usage.HubBeat
	outcome.ShownWhen = "signal=" + string(usage.HubExchanges)
	outcome.Hidden = counts != usage.HubExchanges
	failed.ShownWhen, failed.Hidden = outcome.ShownWhen, outcome.Hidden
	return []templates.Field{consumer, outcome, failed}
}
