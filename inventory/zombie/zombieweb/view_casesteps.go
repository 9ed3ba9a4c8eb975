package zombieweb

import (
	"strconv"

	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/inventory/zombie/cleanup"
	"qingce/templates"
)

// greatestText is how many characters a person may type as a reason.
const greatestText = 2000

// steps are what the reader can do with the case now, each with what it leads
// to: first what usually comes next.
func (v caseView) steps() []templates.Step {
	var out []templates.Step
	for _, m := range v.f.Moves {
		out = append(out, v.step(m))
	}
	if v.f.May.Prepare && !v.f.Can(cleanup.Admit) {
		out = append(out, v.asking("prepare", "edit", "prepare", v.text("prepare", "answer_text", v.f.Case.DraftText, false)))
	}
	return out
}

func (v caseView) step(m cleanup.Move) templates.Step {
	what := string(m)
	switch m {
	case cleanup.Notify:
		return v.plain(what, "send")
	case cleanup.Admit:
		return v.plain(what, "check")
	case cleanup.ApprovePlan:
		return v.plain(what, "check")
	case cleanup.Accept:
		return v.plain(what, "check")
	case cleanup.Contest:
		s := v.asking(what, "edit", what, v.text(what, "answer_text", v.f.Case.DraftText, true), v.fileField(what, false))
		s.Form.Upload = true
		return s
	case cleanup.Confirm:
		return v.asking(what, "seal", what, v.text(what, "reason", v.usualReason(), true))
	case cleanup.MakeExempt:
		until := templates.Field{
			Name: "until", Kind: templates.KindDate, Label: v.p.T("cases.until"), Help: v.p.T("cases.until.help"), Required: true, Width: "short",
			Value: v.answer.typed(what, "until", ""), Error: v.errorAt(what, "until"),
		}
		return v.asking(what, "clock", what, until, v.text(what, "reason", "", true))
	case cleanup.HandInPlan:
		return v.planStep()
	case cleanup.SubmitEvidence:
		return v.submitStep()
	}
	return v.asking(what, "return", what, v.text(what, "reason", "", true))
}

// usualReason is what the Office most often writes when it confirms.
func (v caseView) usualReason() string {
	switch v.f.Case.State {
	case cleanup.Admitted:
		return v.p.T("cases.reason.admitted")
	case cleanup.Notified:
		return v.p.T("cases.reason.silent")
	}
	return ""
}

func (v caseView) version() templates.Pair {
	return templates.Pair{Name: "version", Value: strconv.FormatInt(v.f.Case.Version, 10)}
}

// plain is a step that asks for nothing: a button.
func (v caseView) plain(what, icon string) templates.Step {
	return templates.Step{
		ID: "step-" + what, Note: v.p.T("cases.act." + what + ".note"), Errors: fieldweb.ErrorSummary(v.p, v.answer.found(what)),
		Act: templates.Act{
			Text: v.p.T("cases.act." + what), Icon: icon, Kind: templates.ActPrimary, Post: casePath(v.f.Case.No, what), Hidden: []templates.Pair{v.version()},
		},
	}
}

// asking is a step that asks for something before it is done.
func (v caseView) asking(what, icon, path string, fields ...templates.Field) templates.Step {
	names := make([]string, len(fields))
	for i := range fields {
		names[i] = fields[i].Name
	}
	return templates.Step{
		ID: "step-" + what, Title: v.p.T("cases.act." + what), Note: v.p.T("cases.act." + what + ".note"), Icon: icon, Open: v.answer.what == what,
		Form: &templates.Form{
			ID: "step-" + what + "-form", Action: casePath(v.f.Case.No, path), Guard: true, Hidden: []templates.Pair{v.version()},
			Errors:   fieldweb.ErrorSummary(v.p, v.answer.found(what), names...),
			Sections: []templates.Section{{ID: "step-" + what + "-section", Fields: fields}},
			Acts:     []templates.Act{{Text: v.p.T("cases.act." + what), Kind: templates.ActPrimary, Icon: icon}},
		},
	}
}

func (v caseView) errorAt(what, name string) string {
	return fieldweb.ErrorAt(v.p, v.answer.found(what), inputOf(what, name))
}

// text is a long answer of a step.
func (v caseView) text(what, name, usual string, required bool) templates.Field {
	return templates.Field{
		Name: inputOf(what, name), Kind: templates.KindLongText, Label: v.p.T("cleanup.field." + name), Required: required, MaxLength: greatestText,
		Value: v.answer.typed(what, name, usual), Error: v.errorAt(what, name), Help: v.helpOf(what),
	}
}

// helpOf says what a text should hold, where there is more to say.
func (v caseView) helpOf(what string) string {
	if key := "cases.act." + what + ".help"; v.p.Has(key) {
		return v.p.T(key)
	}
	return ""
}

func (v caseView) number(what, name string, usual int64) templates.Field {
	return templates.Field{
		Name: name, Kind: templates.KindCount, Label: v.p.T("cleanup.field." + name), Width: "short", Unit: v.p.T("cases.unit." + name),
		Value: v.answer.typed(what, name, strconv.FormatInt(usual, 10)), Error: v.errorAt(what, name),
	}
}

// releasedFields ask what is set free.
func (v caseView) releasedFields(what string, usual cleanup.Released) []templates.Field {
	return []templates.Field{
		v.number(what, "servers", usual.Servers), v.number(what, "ips", usual.Ips), v.number(what, "domains", usual.Domains),
		v.number(what, "accounts", usual.Accounts),
		{
			Name: "om_saved", Kind: templates.KindMoney, Label: v.p.T("cleanup.field.om_saved"), Width: "short", Unit: v.p.T("unit.wan"),
			Value: v.answer.typed(what, "om_saved", v.p.Wan(usual.OmSaved)), Error: v.errorAt(what, "om_saved"),
		},
	}
}

// usual is what the register says that a clean-up sets free, until somebody has
// planned otherwise.
func (v caseView) usual() cleanup.Released {
	c, s := &v.f.Case, &v.f.System
	if c.Action != "" {
		return c.Released
	}
	out := cleanup.Released{Ips: int64(len(inventory.Addresses(s.ServerIps)))}
	out.Servers = out.Ips
	if s.VisitUrl != "" {
		out.Domains = 1
	}
	if s.RegisteredUsers != nil {
		out.Accounts = *s.RegisteredUsers
	}
	if s.OmAmountYear != nil {
		out.OmSaved = *s.OmAmountYear
	}
	return out
}

func choices[T ~string](p *locale.Printer, all []T, label func(T) fault.Label, chosen string) []templates.Option {
	out := make([]templates.Option, len(all))
	for i, one := range all {
		out[i] = templates.Option{Value: string(one), Text: p.T(string(label(one))), Chosen: string(one) == chosen}
	}
	return out
}

// planStep asks what is to become of the system.
func (v caseView) planStep() templates.Step {
	what, c := string(cleanup.HandInPlan), &v.f.Case
	target := ""
	if v.f.Target != nil {
		target = v.f.Target.Code + " " + v.f.Target.Name
	}
	enum := func(name, usual string, options []templates.Option, help string) templates.Field {
		return templates.Field{
			Name: name, Kind: templates.KindEnum, Label: v.p.T("cleanup.field." + name), Help: help, Options: options,
			Value: v.answer.typed(what, name, usual), Error: v.errorAt(what, name),
		}
	}
	action := enum("action", string(c.Action), choices(v.p, cleanup.Actions(), cleanup.Action.Label, ""), "")
	action.Required = true
	fields := []templates.Field{
		action,
		{
			Name: "target", Kind: templates.KindRef, Label: v.p.T("cleanup.field.target"), Help: v.p.T("cases.target.help"), Lookup: "/systems/lookup",
			Value: v.answer.typed(what, "target", target), Error: v.errorAt(what, "target"), RequiredWhen: []string{"action=merge"},
		},
		enum("disposal", string(c.Disposal), choices(v.p, cleanup.Disposals(), cleanup.Disposal.Label, ""), v.p.T("cases.disposal.help")),
		{
			Name: "disposal_note", Label: v.p.T("cleanup.field.disposal_note"), Help: v.p.T("cases.disposal_note.help"), MaxLength: greatestText,
			Value: v.answer.typed(what, "disposal_note", c.DisposalNote), Error: v.errorAt(what, "disposal_note"),
		},
	}
	fields = append(fields, v.releasedFields(what, v.usual())...)
	fields = append(fields, v.day(what, "om_stop_on", c.OmStopOn.String()), templates.Field{
		Name: "users_told", Label: v.p.T("cleanup.field.users_told"), Help: v.p.T("cases.users_told.help"), MaxLength: greatestText,
		Value: v.answer.typed(what, "users_told", c.UsersTold), Error: v.errorAt(what, "users_told"),
	})
	return v.asking(what, "tasks", what, fields...)
}

func (v caseView) day(what, name, usual string) templates.Field {
	return templates.Field{
		Name: name, Kind: templates.KindDate, Label: v.p.T("cleanup.field." + name), Width: "short",
		Value: v.answer.typed(what, name, usual), Error: v.errorAt(what, name),
	}
}

// submitStep asks what was done.
func (v caseView) submitStep() templates.Step {
	what, c := string(cleanup.SubmitEvidence), &v.f.Case
	stopped := v.day(what, "stopped_on", c.StoppedOn.String())
	stopped.Required = c.Action.Ends()
	fields := append([]templates.Field{stopped, v.text(what, "outcome", c.Outcome, true)}, v.releasedFields(what, c.Released)...)
	return v.asking(what, "upload", what, fields...)
}

func (v caseView) fileField(what string, required bool) templates.Field {
	return templates.Field{
		Name: inputOf(what, "file"), Kind: templates.KindFile, Label: v.p.T("cases.file"), Help: v.p.T("inventory.file.help"), Required: required,
		Accept: ".pdf,.ofd,.jpg,.jpeg,.png,.docx,.xlsx", MaxBytes: evidence.MaxSize, Error: v.errorAt(what, "file"),
	}
}

// fileForm puts a file beside the case.
func (v caseView) fileForm(c *cleanup.Case) *templates.Form {
	const what = "file"
	purpose := templates.Field{
		Name: "purpose", Kind: templates.KindEnum, Label: v.p.T("cleanup.field.purpose"), Required: true, Width: "medium",
		Value: v.answer.typed(what, "purpose", usualPurpose(c)), Error: v.errorAt(what, "purpose"),
	}
	for _, one := range cleanup.Purposes() {
		purpose.Options = append(purpose.Options, templates.Option{Value: one, Text: v.p.T("evidence.purpose." + one)})
	}
	note := templates.Field{
		Name: "note", Label: v.p.T("inventory.file.note"), Value: v.answer.typed(what, "note", ""), MaxLength: 500, Error: v.errorAt(what, "note"),
	}
	return &templates.Form{
		ID: "case-file", Action: casePath(c.No, "files"), Upload: true, Errors: fieldweb.ErrorSummary(v.p, v.answer.found(what), "purpose", "file", "note"),
		Sections: []templates.Section{{ID: "s-case-file", Fields: []templates.Field{purpose, v.fileField(what, true), note}}},
		Acts:     []templates.Act{{Text: v.p.T("btn.evidence"), Icon: "upload"}},
	}
}

// usualPurpose is what a file most likely proves while a case stands there.
func usualPurpose(c *cleanup.Case) string {
	if c.State.Unconfirmed() {
		return cleanup.PurposeAnswer
	}
	return inventory.PurposeBackup
}
