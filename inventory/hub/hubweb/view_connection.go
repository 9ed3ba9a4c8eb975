package hubweb

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/hub"
	"qingce/templates"
)

// connectionPageData is the data of hub/connection: how far a system has come.
type connectionPageData struct {
	Head       templates.Head
	Callouts   []templates.Callout
	Stages     []stageMark
	Steps      []templates.Step
	Groups     []templates.Facts
	Papers     templates.Files
	Upload     *templates.Step
	Partners   *templates.Table
	Exemptions *templates.Table
	History    templates.Timeline
}

// stageMark is one stage in the row of all stages.
type stageMark struct {
	Code, Name string
	State      string // done, now or open
	Title      string // what it needs
}

type connectionView struct {
	p     *locale.Printer
	by    auth.Principal
	now   time.Time
	in    connectionIn
	form  string // which form came back
	cause error
	file  hub.File
	owner inventory.Department
	mine  bool // the reader fills in for the department
	moves []hub.Move
	nodes []hub.Node
	due   web.Due
}

func (v connectionView) may(m hub.Move) bool { return slices.Contains(v.moves, m) }

func (v connectionView) today() calendar.Date { return calendar.DateOf(v.now) }

func (v connectionView) page() connectionPageData {
	return connectionPageData{
		Head: v.head(), Callouts: v.callouts(), Stages: v.stages(), Steps: v.steps(), Groups: v.groups(), Papers: v.papers(), Upload: v.upload(),
		Partners: volumeTable(v.p, v.file.Partners), Exemptions: v.exemptions(), History: v.history(),
	}
}

func (v connectionView) head() templates.Head {
	c := &v.file.Connection
	h := templates.Head{
		Code: v.file.System.Code, Title: v.file.System.Name, Lead: turnText(v.p, c), Badges: []templates.Badge{stageBadge(v.p, c)},
		Facts: []templates.Row{
			{Label: v.p.T("hub.column.owner"), Text: v.owner.Name}, {Label: v.p.T("hub.column.basis"), Text: v.p.T(string(c.Basis.Label()))},
		},
		Actions: []templates.Act{{Text: v.p.T("hub.act.record"), Href: web.Join("/systems", v.file.System.Code), Icon: "system", Kind: templates.ActQuiet}},
	}
	if c.Pending != hub.NothingPending {
		h.Badges = append(h.Badges, templates.Badge{Text: v.p.T(string(c.Pending.Label())), Tone: templates.ToneAmber})
	}
	if c.Must && !c.Counted {
		due := web.Deadline(v.p, v.due, v.today())
		h.Deadline = &due
	}
	return h
}

func (v connectionView) callouts() []templates.Callout {
	var out []templates.Callout
	c := &v.file.Connection
	if v.cause != nil && v.form == "" || v.cause != nil && len(fault.FieldsOf(v.cause)) == 0 {
		out = append(out, templates.Callout{Kind: "error", Text: v.p.Error(v.cause)})
	}
	if c.ReturnedReason != "" {
		out = append(out, templates.Callout{Kind: "warning", Title: v.p.T("hub.returned"), Text: c.ReturnedReason})
	}
	if c.Down() {
		out = append(out, templates.Callout{
			Kind: "error", Title: v.p.T("hub.down.since", "date", c.DownSince), Text: v.p.T("hub.down.text", "days", v.file.Policy.SilenceDays, "last", c.LastSignal),
		})
	}
	if c.Basis == hub.Claimed {
		out = append(out, templates.Callout{Kind: "warning", Title: v.p.T(string(c.Basis.Label())), Text: v.p.T("hub.claimed.text")})
	}
	return out
}

// stages are all stages in a row: those passed, the present one, those to come.
func (v connectionView) stages() []stageMark {
	if !v.file.Must && v.file.Stage < hub.Connected {
		return nil
	}
	var out []stageMark
	for _, s := range hub.Stages()[hub.MustBe:] {
		m := stageMark{Code: s.Code(), Name: v.p.T(string(s.Label())), State: "open", Title: lackText(v.p, hub.Needs(s))}
		switch {
		case s < v.file.Stage:
			m.State = "done"
		case s == v.file.Stage:
			m.State = "now"
		}
		out = append(out, m)
	}
	return out
}

// steps are what the reader may do now, each with what it leads to.
func (v connectionView) steps() []templates.Step {
	var out []templates.Step
	for _, m := range v.moves {
		out = append(out, v.step(m))
	}
	if v.by.Is(hub.Askers()...) && v.mine && v.file.Must && !v.waitsForOffice() {
		out = append(out, v.askStep())
	}
	return out
}

func (v connectionView) waitsForOffice() bool {
	return slices.ContainsFunc(v.file.Exemptions, func(e hub.Exemption) bool { return e.State == hub.Asked })
}

var moveIcons = map[hub.Move]string{
	hub.HandIn: "send", hub.Confirm: "check", hub.Withdraw: "return", hub.Accept: "check", hub.Return: "return", hub.Verify: "seal",
	hub.SendBack: "return", hub.Province: "network",
}

// step is a move as a form; one that asks for nothing is a button.
func (v connectionView) step(m hub.Move) templates.Step {
	out := templates.Step{
		ID: "step-" + string(m), Title: v.p.T(string(m.Label())), Note: v.note(m), Icon: moveIcons[m], Open: v.form == string(m),
		Danger: m == hub.SendBack,
	}
	hidden := []templates.Pair{versionPair(v.file.Version), {Name: "move", Value: string(m)}}
	action := connectionPath(v.file.System.Code, "moves")
	fields := v.fields(m)
	if len(fields) == 0 {
		out.Act = templates.Act{Text: out.Title, Post: action, Hidden: hidden, Icon: out.Icon}
		if m != hub.Withdraw {
			out.Act.Kind = templates.ActPrimary
		}
		if out.Open && v.cause != nil {
			out.Errors = &templates.Errors{Items: v.errorItems()}
		}
		return out
	}
	f := templates.Form{
		ID: "form-" + string(m), Action: action, Hidden: hidden, Sections: []templates.Section{{ID: "s-" + string(m), Title: out.Title, Fields: fields}},
		Acts: []templates.Act{{Text: out.Title, Kind: templates.ActPrimary, Icon: out.Icon, Note: out.Note}},
	}
	if out.Open {
		web.Mistakes(v.p, &f, v.cause)
	}
	out.Form = &f
	return out
}

func (v connectionView) errorItems() []templates.ErrorItem {
	var out []templates.ErrorItem
	for _, f := range fault.FieldsOf(v.cause) {
		out = append(out, templates.ErrorItem{Text: v.p.Field(f)})
	}
	if len(out) == 0 {
		out = append(out, templates.ErrorItem{Text: v.p.Error(v.cause)})
	}
	return out
}

// note says what happens next.
func (v connectionView) note(m hub.Move) string {
	key := "hub.move." + string(m) + ".note"
	if m == hub.HandIn && v.by.Is(auth.Head, auth.Region) {
		key += ".head"
	}
	return v.p.T(key, "stage", v.file.PendingStage.Label(), "days", v.file.Policy.SilenceDays)
}

// fields are what a move asks for.
func (v connectionView) fields(m hub.Move) []templates.Field {
	typed := connectionIn{}
	if v.form == string(m) {
		typed = v.in
	}
	reason := templates.Field{
		Name: "reason", Kind: templates.KindLongText, Label: v.p.T("hub.field.reason"), Help: v.p.T("hub.field.reason.help"), Required: true, MaxLength: 500, Value: typed.Reason,
	}
	switch m {
	case hub.HandIn:
		return v.handInFields(typed)
	case hub.Return:
		return []templates.Field{reason}
	case hub.SendBack:
		to := templates.Field{Name: "to", Kind: templates.KindEnum, Label: v.p.T("hub.field.back_to"), Required: true, Value: typed.To}
		for _, s := range hub.Stages()[hub.MustBe:min(v.file.Stage, hub.Connected)] {
			to.Options = append(to.Options, templates.Option{Value: s.Code(), Text: s.Code() + " " + v.p.T(string(s.Label()))})
		}
		return []templates.Field{to, reason}
	case hub.Province:
		return []templates.Field{{Name: "on", Kind: templates.KindDate, Label: v.p.T("hub.column.province_on"), Width: "short", Value: orText(typed.On, v.today().String())}}
	}
	return nil
}

func orText(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (v connectionView) handInFields(typed connectionIn) []templates.Field {
	c := &v.file.Connection
	to := templates.Field{Name: "to", Kind: templates.KindEnum, Label: v.p.T("hub.field.to"), Help: v.p.T("hub.field.to.help"), Required: true}
	next, _ := c.Next()
	to.Value = orText(typed.To, next.Code())
	for s := next; s <= hub.Tested; s++ {
		to.Options = append(to.Options, templates.Option{
			Value: s.Code(), Text: s.Code() + " " + v.p.T(string(s.Label())), Help: v.p.T("hub.needs", "papers", lackText(v.p, hub.Needs(s))),
		})
	}
	node := templates.Field{Name: "node", Kind: templates.KindEnum, Label: v.p.T("hub.field.node"), Help: v.p.T("hub.field.node.help")}
	node.Options = append(node.Options, templates.Option{Value: "0", Text: v.p.T("hub.field.node.none")})
	node.Value = "0"
	if c.NodeID != nil {
		node.Value = strconv.FormatInt(int64(*c.NodeID), 10)
	}
	if typed.Node != 0 {
		node.Value = strconv.FormatInt(typed.Node, 10)
	}
	for _, n := range v.nodes {
		if n.RemovedOn.IsZero() {
			node.Options = append(node.Options, templates.Option{Value: strconv.FormatInt(int64(n.ID), 10), Text: n.Name + " " + n.Address})
		}
	}
	fields := []templates.Field{
		to,
		{Name: "ip_record", Label: v.p.T("hub.field.ip_record"), Help: v.p.T("hub.field.ip_record.help"), Value: orText(typed.IPRecord, c.IpRecord), MaxLength: 200, Width: "medium"},
		{Name: "method", Kind: templates.KindEnum, Label: v.p.T("hub.field.method"), Help: v.p.T("hub.field.method.help"), Value: orText(typed.Method, string(c.Method)), Options: options(v.p, hub.Methods(), hub.Method.Label)},
	}
	if len(node.Options) > 1 {
		fields = append(fields, node)
	}
	return append(fields, templates.Field{
		Name: "note", Kind: templates.KindLongText, Label: v.p.T("hub.field.note"), Value: orText(typed.Note, c.Note), MaxLength: 500,
	})
}

// askStep asks the Office for an exemption.
func (v connectionView) askStep() templates.Step {
	open := v.form == "exemption"
	typed := connectionIn{}
	if open {
		typed = v.in
	}
	grounds := templates.Field{Name: "ground", Kind: templates.KindEnum, Label: v.p.T("hub.field.ground"), Required: true, Value: typed.Ground}
	for _, g := range hub.Grounds() {
		grounds.Options = append(grounds.Options, templates.Option{Value: g, Text: v.p.T("hub.ground." + g)})
	}
	p := &v.file.Policy
	f := templates.Form{
		ID: "form-exemption", Action: connectionPath(v.file.System.Code, "exemptions"),
		Sections: []templates.Section{{ID: "s-exemption", Title: v.p.T("hub.exemption.ask"), Lead: v.p.T("hub.exemption.ask.lead"), Fields: []templates.Field{
			{Name: "kind", Kind: templates.KindEnum, Label: v.p.T("hub.field.kind"), Required: true, Value: orText(typed.Kind, string(hub.DeferKind)), Options: options(v.p, hub.ExemptionKinds(), hub.ExemptionKind.Label)},
			grounds,
			{Name: "until", Kind: templates.KindDate, Label: v.p.T("hub.field.until"), Help: v.p.T("hub.field.until.help", "defer", p.DeferMonths, "exempt", p.ExemptMonths), Required: true, Width: "short", Value: typed.Until},
			{Name: "reason", Kind: templates.KindLongText, Label: v.p.T("hub.field.reason"), Help: v.p.T("hub.field.exempt_reason.help"), Required: true, MaxLength: 500, Value: typed.Reason},
		}}},
		Acts: []templates.Act{{Text: v.p.T("hub.exemption.ask"), Kind: templates.ActPrimary, Icon: "send", Note: v.p.T("hub.exemption.ask.note")}},
	}
	if open {
		web.Mistakes(v.p, &f, v.cause)
	}
	return templates.Step{ID: "step-exemption", Title: v.p.T("hub.exemption.ask"), Note: v.p.T("hub.exemption.ask.note"), Icon: "calendar", Open: open, Form: &f}
}

// groups are the facts of the connection.
func (v connectionView) groups() []templates.Facts {
	c := &v.file.Connection
	node := templates.Row{Label: v.p.T("hub.field.node")}
	if n := v.file.Node; n != nil {
		node.Text = n.Name + " " + n.Address
	}
	method := ""
	if c.Method != "" {
		method = v.p.T(string(c.Method.Label()))
	}
	heard := templates.Row{Label: v.p.T("hub.column.last_signal"), Text: c.LastSignal.String(), Note: v.p.T("hub.column.last_signal.help")}
	run := ""
	if !c.RunFrom.IsZero() && !c.Down() {
		run = v.p.T("hub.run", "date", c.RunFrom, "days", c.LastSignal.DaysSince(c.RunFrom), "stable", v.file.Policy.StableDays)
	}
	return []templates.Facts{
		{ID: "s-connection", Title: v.p.T("hub.connection"), Rows: []templates.Row{
			{Label: v.p.T("hub.column.stage"), Text: c.Stage.Code() + " " + v.p.T(string(c.Stage.Label()))}, {Label: v.p.T("hub.column.stage_on"), Text: c.StageOn.String()},
			{Label: v.p.T("hub.field.method"), Text: method}, {Label: v.p.T("hub.field.ip_record"), Text: c.IpRecord, Code: true}, node,
			{Label: v.p.T("hub.field.note"), Text: c.Note, Long: true},
		}},
		{ID: "s-observed", Title: v.p.T("hub.observed"), Rows: []templates.Row{
			{Label: v.p.T("hub.column.connected"), Text: v.yes(c.Counted)}, {Label: v.p.T("hub.column.verified_on"), Text: c.VerifiedOn.String()},
			{Label: v.p.T("hub.column.verified_by"), Text: c.VerifiedName}, heard, {Label: v.p.T("hub.run.label"), Text: run},
			{Label: v.p.T("hub.column.province_on"), Text: c.ProvinceOn.String()},
		}},
	}
}

func (v connectionView) yes(b bool) string {
	if b {
		return v.p.T("ui.yes")
	}
	return v.p.T("ui.no")
}

// papers are the files beside the connection.
func (v connectionView) papers() templates.Files {
	out := templates.Files{Empty: v.p.T("hub.papers.none")}
	for _, item := range v.file.Papers {
		id := strconv.FormatInt(int64(item.Link.ID), 10)
		file := templates.File{
			Name: v.p.T(string(hub.PaperOf(item).Label())) + " · " + item.Link.Name, Href: connectionPath(v.file.System.Code, "papers", id),
			Kind: strings.ToUpper(item.File.MediaType[strings.LastIndexByte(item.File.MediaType, '/')+1:]), Size: v.p.Size(item.File.Size),
			At: v.p.Time(item.Link.AddedAt), By: item.Link.AddedName, Hash: item.File.SHA256,
		}
		if len([]rune(file.Kind)) > 4 {
			file.Kind = ""
		}
		if v.mayFile() {
			file.Acts = []templates.Act{{
				Text: v.p.T("hub.paper.remove"), Post: connectionPath(v.file.System.Code, "papers", id, "remove"), Kind: templates.ActQuiet, Confirm: v.p.T("hub.paper.remove.confirm"),
			}}
		}
		out.Files = append(out.Files, file)
	}
	return out
}

// mayFile tells whether the reader may put papers beside the connection.
func (v connectionView) mayFile() bool {
	return v.by.Is(hub.Verifiers()...) || v.mine && v.by.Is(hub.Fillers()...)
}

// upload puts another paper beside it.
func (v connectionView) upload() *templates.Step {
	if !v.mayFile() {
		return nil
	}
	open := v.form == "paper"
	paper := templates.Field{Name: "paper", Kind: templates.KindEnum, Label: v.p.T("hub.field.paper"), Required: true}
	for _, one := range hub.Files() {
		paper.Options = append(paper.Options, templates.Option{Value: string(one), Text: v.p.T(string(one.Label()))})
	}
	for _, lack := range v.file.Lacks() {
		if lack.IsFile() {
			paper.Value = string(lack)
			break
		}
	}
	if open {
		paper.Value = v.in.Paper
	}
	var accept []string
	for _, t := range evidence.Types() {
		accept = append(accept, "."+string(t))
	}
	f := templates.Form{
		ID: "form-paper", Action: connectionPath(v.file.System.Code, "papers"), Upload: true,
		Sections: []templates.Section{{ID: "s-paper", Title: v.p.T("hub.paper.add"), Fields: []templates.Field{
			paper,
			{Name: "file", Kind: templates.KindFile, Label: v.p.T("hub.field.file"), Help: v.p.T("hub.field.file.help"), Required: true, Accept: strings.Join(accept, ","), MaxBytes: evidence.MaxSize},
		}}},
		Acts: []templates.Act{{Text: v.p.T("hub.paper.add"), Kind: templates.ActPrimary, Icon: "upload"}},
	}
	if open {
		web.Mistakes(v.p, &f, v.cause)
	}
	return &templates.Step{ID: "step-paper", Title: v.p.T("hub.paper.add"), Note: v.p.T("hub.paper.add.note"), Icon: "upload", Open: open, Form: &f}
}

// exemptions are those of the system, nil without any.
func (v connectionView) exemptions() *templates.Table {
	if len(v.file.Exemptions) == 0 {
		return nil
	}
	t := &templates.Table{Caption: v.p.T("hub.tab.exemptions"), Columns: []templates.Column{
		{Text: v.p.T("hub.field.kind"), Main: true}, {Text: v.p.T("hub.column.state"), Main: true}, {Text: v.p.T("hub.column.until"), Main: true},
		{Text: v.p.T("hub.field.reason")}, {Text: v.p.T("hub.column.decided_by")},
	}}
	for i := range v.file.Exemptions {
		e := &v.file.Exemptions[i]
		badge := exemptionBadge(v.p, e, v.today())
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: v.p.T(string(e.Kind.Label())), Href: numbered(exemptionPath, int64(e.ID))}, {Badge: &badge}, {Text: e.Until.String()},
			{Text: v.p.T("hub.ground." + e.Ground), Sub: e.Reason}, {Text: e.DecidedName, Sub: e.DecisionReason},
		}})
	}
	return t
}

// history is what happened, the newest first.
func (v connectionView) history() templates.Timeline {
	var out templates.Timeline
	for i := range v.file.Events {
		e := &v.file.Events[i]
		one := templates.Event{At: v.p.Time(e.At), By: byText(v.p, e), Text: eventText(v.p, e), Reason: e.Reason}
		if on := e.OnDay; on != calendar.DateOf(e.At) {
			one.Text += v.p.T("hub.event.on", "date", on)
		}
		if e.Moved() {
			one.Text += v.p.T("hub.event.moved", "connected", orText(signed(e.CountedDelta), "0"), "must", orText(signed(e.MustDelta), "0"))
			one.Tone = templates.ToneBlue
		}
		out.Events = append(out.Events, one)
	}
	return out
}
