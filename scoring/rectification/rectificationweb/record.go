package rectificationweb

import (
	"bytes"
	"io"
	"net/url"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/scoring/rectification"
	"qingce/templates"
)

// recordPage is the data of rectification/record.
type recordPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Steps    []templates.Step
	Facts    []templates.Facts
	Records  *templates.Table
	Replies  []templates.Facts
	Files    *templates.Files
	Timeline templates.Timeline
}

func (d *desk) show(r *web.Request, in idIn) (web.Response, error) {
	return d.page(r, in, web.Answer{})
}

func (d *desk) page(r *web.Request, in idIn, a web.Answer) (web.Response, error) {
	f, err := d.Desk.Find(r.Ctx, r.By, in.notice())
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v := view{
		File: f, r: r, dir: dir, body: dir.Name(f.Notice.DepartmentID),
		stepper: steps(r.P, f.Notice.Address(), f.Notice.Version, a),
	}
	title := r.T("rectify.title", "no", noText(r.P, f.Notice), "name", v.body)
	return web.View{Template: "rectification/record", Title: title, Crumbs: crumbs(r.P, noText(r.P, f.Notice)), Data: v.page(title), Err: a.Err}, nil
}

// view turns a notice into the data of its page.
type view struct {
	stepper
	rectification.File
	r    *web.Request
	dir  *inventory.Directory
	body string
}

func (v view) page(title string) recordPage {
	n := v.Notice
	head := templates.Head{
		Title: title, Badges: []templates.Badge{*badge(v.P, n.State)}, Deadline: deadline(v.r, v.Clock),
		Facts: []templates.Row{
			{Label: v.P.T("rectify.situation"), Text: v.P.T(string(n.Situation.Label())), Note: articleText(v.P, n.Situation)},
			{Label: v.P.T("rectify.turn"), Text: turnText(v.P, n.State.Turn(), v.body)},
		},
	}
	if n.Number > 0 {
		head.Actions = []templates.Act{{Text: v.P.T("rectify.act.paper"), Href: web.Join(v.Path, "paper"), Icon: "print"}}
	}
	out := recordPage{
		Head: head, Callouts: append(v.Refused(), v.told()...), Steps: v.steps(), Facts: []templates.Facts{v.said()}, Records: v.records(),
		Replies: v.replies(), Files: v.files(), Timeline: timeline(v.P, v.Steps),
	}
	if n.ClosedAt != nil || !n.MisuseOn.IsZero() || !n.FalseOn.IsZero() {
		out.Facts = append(out.Facts, v.ended())
	}
	return out
}

// told is what the reader has to know before the rest.
func (v view) told() []templates.Callout {
	n := v.Notice
	var out []templates.Callout
	if n.State == rectification.Escalated {
		out = append(out, templates.Callout{
			Kind: "warning", Title: v.P.T("rectify.told.escalated", "date", n.EscalatedOn), Text: v.P.T("rectify.told.escalated.text", "due", n.DueOn),
		})
	}
	if v.Own && v.r.By.Is(auth.Office, auth.Leader) && !v.r.By.Console() {
		out = append(out, templates.Callout{Kind: "info", Text: v.P.T("rectify.told.own")})
	}
	if i := len(v.File.Replies) - 1; n.State == rectification.Rejected && i >= 0 {
		out = append(out, templates.Callout{Kind: "warning", Title: v.P.T("rectify.told.rejected"), Text: v.File.Replies[i].CheckNote})
	}
	return out
}

// said is what the notice says.
func (v view) said() templates.Facts {
	n, p := v.Notice, v.P
	out := templates.Facts{Title: p.T("rectify.section.notice"), Rows: []templates.Row{
		{Label: p.T("rectify.department"), Text: v.body},
		{Label: p.T("rectify.facts"), Text: n.Facts, Long: true},
		{Label: p.T("rectify.demand"), Text: n.Demand, Long: true},
		{Label: p.T("rectify.term_wd"), Text: p.Number(int64(n.TermWd)), Note: articleText(v.P, n.Situation)},
	}}
	if n.PlanBreach {
		out.Rows = append(out.Rows, templates.Row{Label: p.T("rectify.plan_breach"), Text: p.T("rectify.plan_breach.yes")})
	}
	if n.Origin != "" {
		out.Rows = append(out.Rows, templates.Row{Label: p.T("rectify.origin"), Text: n.Origin})
	}
	out.Rows = append(out.Rows, templates.Row{Label: p.T("rectify.drafted"), Text: p.T("rectify.by", "at", p.Time(n.CreatedAt), "name", n.CreatedName)})
	if n.IssuedAt != nil {
		out.Rows = append(out.Rows,
			templates.Row{Label: p.T("rectify.issued"), Text: p.T("rectify.by", "at", p.Time(*n.IssuedAt), "name", n.IssuedName)},
			templates.Row{Label: p.T("rectify.due"), Text: n.DueOn.String()})
	}
	return out
}

// ended is how the notice ended, and what was proven.
func (v view) ended() templates.Facts {
	n, p := v.Notice, v.P
	out := templates.Facts{Title: p.T("rectify.section.end")}
	if n.ClosedAt != nil {
		out.Rows = append(out.Rows,
			templates.Row{Label: p.T("rectify.state"), Text: p.T(string(n.State.Label())), Note: lateText(p, n.LateWd)},
			templates.Row{Label: p.T("rectify.closed"), Text: p.T("rectify.by", "at", p.Time(*n.ClosedAt), "name", n.ClosedName)})
	}
	if n.Decision != "" {
		out.Rows = append(out.Rows, templates.Row{Label: p.T("rectify.decision"), Text: p.T("rectify.decision." + n.Decision)})
	}
	if n.Outcome != "" {
		out.Rows = append(out.Rows, templates.Row{Label: p.T("rectify.outcome"), Text: n.Outcome, Long: true})
	}
	if !n.MisuseOn.IsZero() {
		out.Rows = append(out.Rows, templates.Row{Label: p.T("rectify.proven.misuse"), Text: n.MisuseText, Note: n.MisuseOn.String()})
	}
	if !n.FalseOn.IsZero() {
		out.Rows = append(out.Rows, templates.Row{Label: p.T("rectify.proven.false_report"), Text: n.FalseText, Note: n.FalseOn.String()})
	}
	return out
}

func (v view) records() *templates.Table {
	if len(v.File.Facts) == 0 {
		return nil
	}
	t := &templates.Table{Caption: v.P.T("rectify.records"), Columns: []templates.Column{
		{Text: v.P.T("rectify.record.title"), Main: true}, {Text: v.P.T("rectify.record.kind"), Main: true}, {Text: v.P.T("rectify.record.ref"), Main: true},
	}}
	for _, f := range v.File.Facts {
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: f.Title, Href: f.Path}, {Text: v.P.T(string(f.Kind.Label()))}, {Text: f.Ref},
		}})
	}
	return t
}

// replies are those that were handed in, the newest first; what is being written
// is for the department only.
func (v view) replies() []templates.Facts {
	var out []templates.Facts
	for _, reply := range slices.Backward(v.File.Replies) {
		if reply.SubmittedAt == nil {
			continue
		}
		f := templates.Facts{Title: v.P.T("rectify.reply.no", "n", reply.Number), Rows: []templates.Row{
			{Label: v.P.T("rectify.reply"), Text: reply.Text, Long: true},
			{Label: v.P.T("rectify.replied"), Text: v.P.T("rectify.by", "at", v.P.Time(*reply.SubmittedAt), "name", reply.SubmittedName)},
			{Label: v.P.T("rectify.reply.state"), Text: v.P.T("rectify.reply." + reply.State)},
		}}
		if reply.CheckedAt != nil {
			f.Rows = append(f.Rows,
				templates.Row{Label: v.P.T("rectify.checked"), Text: v.P.T("rectify.by", "at", v.P.Time(*reply.CheckedAt), "name", reply.CheckedName)},
				templates.Row{Label: v.P.T("rectify.note"), Text: reply.CheckNote, Long: true})
		}
		out = append(out, f)
	}
	return out
}

func (v view) files() *templates.Files {
	if v.Notice.Number == 0 {
		return nil
	}
	out := &templates.Files{Empty: v.P.T("rectify.files.none")}
	for _, item := range v.Files {
		kind := strings.ToUpper(item.Link.Name[strings.LastIndexByte(item.Link.Name, '.')+1:])
		out.Files = append(out.Files, templates.File{
			Name: item.Link.Name, Href: web.Join(v.Path, "files", item.Link.ID.String()), Kind: kind, Size: v.P.Size(item.File.Size),
			At: v.P.Time(item.Link.AddedAt), By: item.Link.AddedName, Hash: item.File.SHA256,
		})
	}
	return out
}

// steps are the legal next steps of the reader.
func (v view) steps() []templates.Step {
	n, by := v.Notice, v.r.By
	var out []templates.Step
	if n.State == rectification.Drafted && by.Is(rectification.Drafters()...) {
		out = append(out, v.draftSteps()...)
	}
	if v.AsBody && (n.State.Turn() == rectification.TurnBody || n.State == rectification.Escalated) {
		out = append(out, v.replyStep())
	}
	if v.Own && !by.Console() { // nobody decides on the own body
		return out
	}
	if n.State == rectification.Replied && by.Is(auth.Office) {
		accept := v.Asking("accept", "check", v.asker("accept", url.Values{}).long("note", false))
		reject := v.asker("reject", url.Values{})
		fields := []templates.Field{reject.long("reason", true)}
		if n.OverdueFrom.IsZero() {
			fields = append(fields, reject.Field("again_wd", templates.KindCount, n.DueOn.Before(v.r.Today())))
		}
		out = append(out, accept, v.Asking("reject", "return", fields...))
	}
	if n.State == rectification.Escalated && by.Is(auth.Leader) {
		a := v.asker("decide", url.Values{})
		label := func(w string) string { return v.P.T("rectify.decision." + w) }
		out = append(out, v.Asking("decide", "seal", a.choice("decision", rectification.Decisions(), label), a.long("outcome", true)))
	}
	if n.Number > 0 && by.Is(auth.Office) {
		out = append(out, v.proveStep()...)
	}
	return out
}

func (v view) draftSteps() []templates.Step {
	by := v.r.By
	var out []templates.Step
	if by.Is(auth.Office) && (!v.Own || by.Console()) {
		issue := v.Plain("issue", "send")
		issue.Act.Confirm = v.P.T("rectify.act.issue.confirm", "name", v.body, "n", v.Notice.TermWd)
		out = append(out, issue)
	}
	if by.Is(auth.Office) || v.Notice.CreatedBy == by.AccountID {
		edit := templates.Step{ID: "step-edit", Note: v.P.T("rectify.act.edit.note"), Act: templates.Act{
			Text: v.P.T("rectify.act.edit"), Icon: "edit", Kind: templates.ActPlain, Href: web.Join(v.Path, "edit"),
		}}
		withdraw := v.Asking("withdraw", "trash", v.asker("withdraw", url.Values{}).long("reason", true))
		withdraw.Danger = true
		out = append(out, edit, withdraw)
	}
	return out
}

// replyStep asks the department what it has put right; the clerk keeps it for
// the head, who hands it in.
func (v view) replyStep() templates.Step {
	given := url.Values{}
	if i := len(v.File.Replies) - 1; i >= 0 && v.File.Replies[i].State == rectification.ReplyDrafted {
		given.Set("reply", v.File.Replies[i].Text)
	}
	a := v.asker("reply", given)
	step := v.Asking("reply", "send", a.long("reply", true), a.File("file", false))
	step.Open = true
	keep := templates.Act{Text: v.P.T("rectify.act.keep"), Note: v.P.T("rectify.act.keep.note"), Kind: templates.ActPlain, Icon: "check", Name: "keep", Value: "true"}
	if !v.r.By.Is(rectification.Heads()...) {
		keep.Kind = templates.ActPrimary
		step.Form.Acts = []templates.Act{keep}
		return step
	}
	step.Form.Acts[0].Note = v.P.T("rectify.act.reply.next")
	step.Form.Acts = append(step.Form.Acts, keep)
	return step
}

func (v view) proveStep() []templates.Step {
	n := v.Notice
	var what []string
	if n.Situation == rectification.R4 && n.MisuseOn.IsZero() {
		what = append(what, rectification.ProvenMisuse)
	}
	if n.FalseOn.IsZero() {
		what = append(what, rectification.ProvenFalse)
	}
	if len(what) == 0 {
		return nil
	}
	a := v.asker("prove", url.Values{})
	step := v.Asking("prove", "seal", a.choice("what", what, func(w string) string { return v.P.T("rectify.proven." + w) }), a.long("proof", true))
	step.Danger = true
	return []templates.Step{step}
}

// timeline is what was done with a notice, the newest first.
func timeline(p *locale.Printer, steps []rectification.Step) templates.Timeline {
	var out templates.Timeline
	for _, s := range slices.Backward(steps) {
		tone, icon := signOf(s.Action)
		out.Events = append(out.Events, templates.Event{
			At: p.Time(s.At), By: s.Name, Department: s.Department, Text: p.T("rectify.step." + s.Action), Reason: s.Note, Tone: tone, Icon: icon,
		})
	}
	return out
}

// signOf is the colour and the sign of an act.
func signOf(action string) (tone, icon string) {
	switch action {
	case "accepted", "closed_late":
		return templates.ToneGreen, "check"
	case "rejected", "proven_misuse", "proven_false_report":
		return templates.ToneRed, "return"
	case "overdue", "escalated":
		return templates.ToneRed, "clock"
	case "issued", "replied":
		return templates.ToneBlue, "send"
	case "lg_decided":
		return templates.ToneBlue, "seal"
	}
	return templates.ToneGrey, "edit"
}

// stepped goes on after a step: back to the notice, with the reason when it was
// refused.
func (d *desk) stepped(r *web.Request, in idIn, what string, err error) (web.Response, error) {
	switch {
	case err == nil:
		return web.Redirect{To: rectification.Notice{ID: in.notice()}.Address(), Said: web.Said(r.T("rectify.said." + what))}, nil
	case web.ComesBack(err):
		return d.page(r, in, web.Answer{What: what, Typed: r.Form, Err: err})
	}
	return nil, err
}

func (d *desk) issue(r *web.Request, in idIn) (web.Response, error) {
	_, err := d.Desk.Issue(r.Ctx, r.By, in.notice(), in.Version)
	return d.stepped(r, in, "issue", err)
}

func (d *desk) withdraw(r *web.Request, in idIn) (web.Response, error) {
	_, err := d.Desk.Withdraw(r.Ctx, r.By, in.notice(), in.Version, input.Lines(r.Form.Get("reason")))
	return d.stepped(r, in, "withdraw", err)
}

func (d *desk) accept(r *web.Request, in idIn) (web.Response, error) {
	_, err := d.Desk.Accept(r.Ctx, r.By, in.notice(), in.Version, input.Lines(r.Form.Get("note")))
	return d.stepped(r, in, "accept", err)
}

func (d *desk) reject(r *web.Request, in idIn) (web.Response, error) {
	days, wrong := countTyped(r.Form, "again_wd")
	err := fault.Refuse(wrong)
	if err == nil {
		_, err = d.Desk.Reject(r.Ctx, r.By, in.notice(), in.Version, input.Lines(r.Form.Get("reason")), int(days))
	}
	return d.stepped(r, in, "reject", err)
}

func (d *desk) prove(r *web.Request, in idIn) (web.Response, error) {
	_, err := d.Desk.Prove(r.Ctx, r.By, in.notice(), in.Version, r.Form.Get("what"), input.Lines(r.Form.Get("proof")))
	return d.stepped(r, in, "prove", err)
}

func (d *desk) decide(r *web.Request, in idIn) (web.Response, error) {
	_, err := d.Desk.Decide(r.Ctx, r.By, in.notice(), in.Version, r.Form.Get("decision"), input.Lines(r.Form.Get("outcome")))
	return d.stepped(r, in, "decide", err)
}

// reply keeps or hands in what a department answers, with a file when one was
// chosen.
func (d *desk) reply(r *web.Request, in idIn) (web.Response, error) {
	do, what := d.Desk.Reply, "reply"
	if r.Form.Get("keep") == "true" {
		do, what = d.Desk.WriteReply, "keep"
	}
	err := d.withFile(r, func(f *evidence.Received) error {
		_, err := do(r.Ctx, r.By, in.notice(), in.Version, input.Lines(r.Form.Get("reply")), f)
		return err
	})
	if err != nil {
		what = "reply"
	}
	return d.stepped(r, in, what, err)
}

// withFile runs do with the file of the form, or without when none was chosen.
func (d *desk) withFile(r *web.Request, do func(*evidence.Received) error) error {
	up, err := r.Upload("file", evidence.MaxSize)
	switch {
	case err != nil && fault.KindOf(err) == fault.Invalid: // none was chosen
		return do(nil)
	case err != nil:
		return err
	}
	file := evidence.Upload{Name: up.Name, Reader: bytes.NewReader(up.Data), Size: up.Size}
	return d.Box.Receive(r.Ctx, file, func(f evidence.Received) error { return do(&f) })
}

// openFile gives out a file beside a notice that the reader sees.
func (d *desk) openFile(r *web.Request, in idIn) (web.Response, error) {
	content, err := d.Desk.OpenFile(r.Ctx, r.By, in.notice(), evidence.LinkID(in.File))
	if err != nil {
		return nil, err
	}
	return web.File{Name: content.Link.Name, MediaType: evidence.SafeMediaType(content.File.MediaType), Write: func(w io.Writer) error {
		defer content.Close()
		_, err := io.Copy(w, content)
		return err
	}}, nil
}
