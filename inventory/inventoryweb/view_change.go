package inventoryweb

import (
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/templates"
)

// changePage is the data of inventory/change: one change request.
type changePage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Steps    []templates.Step
	Facts    templates.Facts
	Diff     []templates.Change // what is asked for
	Values   []valueRow         // instead of Diff when the record has moved on in these fields
	Files    []fileView
	NoFiles  bool
	Errors   *templates.Errors // of a removal
	Add      *templates.Form
	Timeline templates.Timeline
}

// valueRow is a field with its values, as people read them.
type valueRow struct {
	Label     string
	Old       string // when the request was written
	Present   string
	New       string
	Overtaken bool
}

// changeView turns a request into the data of its page.
type changeView struct {
	dossier
	p      *locale.Printer
	by     auth.Principal
	today  calendar.Date
	answer stepAnswer
}

func (v changeView) title() string {
	return v.p.T("change.title", "id", v.Request.ID.String(), "name", v.System.Name)
}

func (v changeView) crumbs() []templates.Crumb {
	return changeCrumbs(v.p, crumb(v.p.T("change.number", "id", v.Request.ID.String(), "code", v.System.Code)))
}

func (v changeView) data() changePage {
	out := changePage{
		Head: v.head(), Callouts: v.callouts(), Steps: v.steps(), Facts: v.facts(),
		Timeline: v.timeline(), NoFiles: len(v.files) == 0,
	}
	if v.Overtaken() {
		out.Values = v.values()
	} else {
		out.Diff = fieldweb.Changes(newWriter(v.p, v.names), inventory.SystemFields, v.Request.Changes)
	}
	for _, item := range v.files {
		out.Files = append(out.Files, v.file(item))
	}
	if v.answer.what == "remove" {
		out.Errors = fieldweb.ErrorSummary(v.p, fault.FieldsOf(v.answer.err))
	}
	if v.mayProve() {
		out.Add = v.fileForm()
	}
	return out
}

func (v changeView) head() templates.Head {
	dept, _ := v.names.dir.Find(v.Request.DepartmentID)
	h := templates.Head{
		Code: v.System.Code, Title: v.title(), Badges: []templates.Badge{*changeBadge(v.p, v.Request.State)},
		Facts: []templates.Row{
			{Label: v.p.T("change.department"), Text: dept.Name},
			{Label: v.p.T("change.system"), Text: v.System.Name, Href: systemPath(v.System.Code)},
		},
	}
	if len(v.due) > 0 {
		h.Deadline = deadline(v.p, v.due[0], v.today)
	}
	if v.own(v.by) && v.Request.State == inventory.ChangeDraft {
		h.Actions = []templates.Act{{Text: v.p.T("change.act.edit"), Href: changePath(v.Request.ID, "edit"), Icon: "edit"}}
	}
	again := v.Request.State == inventory.ChangeRejected || v.Request.State == inventory.ChangeWithdrawn
	if again && v.own(v.by) && v.System.State.Locked() {
		h.Actions = []templates.Act{{
			Text: v.p.T("change.act.again"), Href: systemPath(v.System.Code, "change") + "?from=" + v.Request.ID.String(), Icon: "edit",
		}}
	}
	return h
}

func (v changeView) callouts() []templates.Callout {
	var out []templates.Callout
	if err := v.answer.err; err != nil && len(fault.FieldsOf(err)) == 0 {
		out = append(out, templates.Callout{Kind: "error", Title: v.p.T("inventory.step.refused"), Text: v.p.Error(err)})
	}
	c := v.Request
	switch c.State {
	case inventory.ChangeApproved:
		out = append(out, v.decided("ok", "change.told.approved"))
	case inventory.ChangeRejected:
		out = append(out, v.decided("warning", "change.told.rejected"))
	case inventory.ChangeDraft:
		if v.own(v.by) && !v.by.Is(changeSubmitters()...) {
			out = append(out, templates.Callout{Kind: "info", Text: v.p.T("change.told.waits_for_head")})
		}
	case inventory.ChangeSubmitted:
		if v.own(v.by) {
			out = append(out, templates.Callout{Kind: "info", Text: v.p.T("change.told.waits_for_office")})
		}
	}
	if v.Overtaken() {
		out = append(out, templates.Callout{
			Kind: "warning", Title: v.p.T("change.overtaken"), Text: v.p.T("change.overtaken.text"),
			Link: &templates.Link{Text: v.p.T("change.overtaken.link"), Href: systemPath(v.System.Code, "history")},
		})
	}
	return out
}

// decided says who answered what.
func (v changeView) decided(kind, key string) templates.Callout {
	c := v.Request
	return templates.Callout{Kind: kind, Title: v.p.T(key, "name", c.ClosedName, "at", v.p.Time(*c.ClosedAt)), Text: c.DecisionReason}
}

func (v changeView) facts() templates.Facts {
	c := v.Request
	out := templates.Facts{Title: v.p.T("change.reason"), Rows: []templates.Row{
		{Label: v.p.T("inventory.reason"), Text: c.Reason, Long: true},
		{Label: v.p.T("change.created_by"), Text: v.p.T("inventory.changed.by", "at", v.p.Time(c.CreatedAt), "name", c.CreatedName)},
	}}
	if c.SubmittedAt != nil {
		out.Rows = append(out.Rows, templates.Row{
			Label: v.p.T("change.submitted_by"), Text: v.p.T("inventory.changed.by", "at", v.p.Time(*c.SubmittedAt), "name", c.SubmittedName),
		})
	}
	if c.Advice != "" {
		out.Rows = append(out.Rows, templates.Row{Label: v.p.T("change.advice"), Text: v.p.T("change.advice." + string(c.Advice)), Note: v.remark()})
	}
	return out
}

// remark is what the centre said with its last recommendation.
func (v changeView) remark() string {
	for _, s := range slices.Backward(v.Steps) {
		if strings.HasPrefix(s.Action, "advised.") {
			return s.Note
		}
	}
	return ""
}

func (v changeView) values() []valueRow {
	w := newWriter(v.p, v.names)
	var out []valueRow
	for _, value := range v.Values {
		f, ok := inventory.SystemFields.Find(value.Key)
		if !ok {
			continue
		}
		out = append(out, valueRow{
			Label: v.p.T(string(inventory.SystemFields.Label(value.Key))), Old: fieldweb.TextWithUnit(w, f, value.Old),
			Present: fieldweb.TextWithUnit(w, f, value.Present), New: fieldweb.TextWithUnit(w, f, value.New), Overtaken: value.Overtaken(),
		})
	}
	return out
}

// timeline is what was done with the request, newest first.
func (v changeView) timeline() templates.Timeline {
	tones := map[string]string{"approved": templates.ToneGreen, "rejected": templates.ToneRed, "submitted": templates.ToneBlue}
	icons := map[string]string{"created": "plus", "submitted": "send", "approved": "check", "rejected": "return", "withdrawn": "return"}
	var out templates.Timeline
	for _, s := range slices.Backward(v.Steps) {
		e := templates.Event{
			At: v.p.Time(s.At), By: s.Name, Department: s.Department, Text: v.p.T("change.step." + s.Action), Reason: s.Note,
			Tone: tones[s.Action], Icon: icons[s.Action],
		}
		if e.Icon == "" {
			e.Icon = "edit"
		}
		out.Events = append(out.Events, e)
	}
	return out
}

// mayProve tells whether the reader may put files beside the request.
func (v changeView) mayProve() bool {
	return v.Request.State.Open() && (v.own(v.by) || v.by.Is(auth.Office, auth.Centre))
}

func (v changeView) file(item evidence.Item) fileView {
	address := changePath(v.Request.ID, "evidence", item.Link.ID.String())
	out := fileCard(v.p, item, address)
	if v.mayProve() {
		out.Remove = address + "/remove"
	}
	return out
}

func (v changeView) fileForm() *templates.Form {
	var found []fault.Field
	if v.answer.what == "file" {
		found = fault.FieldsOf(v.answer.err)
	}
	return &templates.Form{
		ID: "evidence", Action: changePath(v.Request.ID, "evidence"), Upload: true, Errors: fieldweb.ErrorSummary(v.p, found, "file", "note"),
		Sections: []templates.Section{{ID: "s-evidence", Title: v.p.T("change.file.add"), Fields: []templates.Field{
			{
				Name: "file", Kind: templates.KindFile, Label: v.p.T("inventory.file.file"), Help: v.p.T("inventory.file.help"), Required: true,
				Accept: ".pdf,.ofd,.jpg,.jpeg,.png,.docx,.xlsx", MaxBytes: evidence.MaxSize, Error: fieldweb.ErrorAt(v.p, found, "file"),
			},
			{Name: "note", Label: v.p.T("inventory.file.note"), Value: v.typed("file", "note"), MaxLength: 500, Error: fieldweb.ErrorAt(v.p, found, "note")},
		}}},
		Acts: []templates.Act{{Text: v.p.T("btn.evidence"), Icon: "upload"}},
	}
}

// typed is what was typed into a step that was refused.
func (v changeView) typed(what, name string) string {
	if v.answer.what != what {
		return ""
	}
	return v.answer.values[name]
}
