package monthlyweb

import (
	"cmp"
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
	"qingce/templates"
)

// recordPage is the data of monthly/record: the way of a month.
type recordPage struct {
	Head       templates.Head
	Tabs       templates.Tabs
	Callouts   []templates.Callout
	States     []stateMark
	Turn       *turnBox
	Steps      []templates.Step
	Proposals  []proposalBox
	Pager      *templates.Pager
	Objections *templates.Table
	Versions   *templates.Table
	Method     *templates.Facts
	History    templates.Timeline
}

// stateMark is one state in the row of all states.
type stateMark struct {
	Name, State string // done, now or open
	At          string
}

// proposalBox is a proposal with its decision.
type proposalBox struct {
	ID, Name, Href, Points, Rank string
	Band, State                  templates.Badge
	Reason                       string
	Step                         *templates.Step
}

type recordView struct {
	p      *locale.Printer
	by     auth.Principal
	today  calendar.Date
	in     recordIn
	form   string // which form came back
	cause  error
	months []monthly.Month
	record monthly.Record
	table  monthly.Table
}

func (v recordView) page() recordPage {
	m := v.record.Month
	out := recordPage{
		Head: templates.Head{
			Title: v.p.T("monthly.record.title", "month", m.Month), Badges: []templates.Badge{stateBadge(v.p, m.State)}, Lead: turnText(v.p, v.record, v.today),
			Actions: []templates.Act{{Text: v.p.T("monthly.city.open"), Href: monthPath(m), Icon: "chart"}},
			Facts:   []templates.Row{{Label: v.p.T("monthly.version"), Text: strconv.FormatInt(m.Version, 10)}, {Label: v.p.T("monthly.bodies"), Text: v.p.Number(m.Bodies)}},
		},
		Tabs: tabs(v.p, v.by, ""), States: v.states(), Steps: v.steps(), Proposals: v.proposals(), Pager: v.pager(), Objections: v.objections(), Versions: v.versions(),
		Method: methodFacts(v.p, v.record.Policy, m), History: v.history(),
	}
	if m.State == monthly.Appeal && !m.AppealDue.IsZero() {
		out.Head.Deadline = &templates.Deadline{Text: v.p.T("monthly.object.due", "date", m.AppealDue), Date: m.AppealDue.String(), Level: dueLevel(v.today, m.AppealDue)}
	}
	if v.cause != nil && len(fault.FieldsOf(v.cause)) == 0 {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "error", Text: v.p.Error(v.cause)})
	}
	return out
}

// turnText says whose turn it is with a month.
func turnText(p *locale.Printer, r monthly.Record, today calendar.Date) string {
	m := r.Month
	switch m.State {
	case monthly.Appeal:
		if !m.AppealDue.IsZero() && !today.After(m.AppealDue) {
			return p.T("monthly.turn.appeal", "date", m.AppealDue, "open", r.Open)
		}
		if r.Open > 0 {
			return p.T("monthly.turn.answer", "open", r.Open)
		}
		return p.T("monthly.turn.review")
	case monthly.Reviewed:
		return p.T("monthly.turn.approve", "open", r.Undecided)
	}
	return p.T("monthly.turn." + string(m.State))
}

// states are the states of a month in their order, with where it stands.
func (v recordView) states() []stateMark {
	m := v.record.Month
	order := monthly.States()
	if m.State != monthly.Superseded {
		order = order[:len(order)-1]
	}
	at := map[monthly.State]string{monthly.Computing: v.p.Time(m.ComputedAt)}
	if m.FrozenAt != nil {
		at[monthly.Frozen] = v.p.Time(*m.FrozenAt)
	}
	if m.ReviewedAt != nil {
		at[monthly.Reviewed] = v.p.Time(*m.ReviewedAt)
	}
	if m.ApprovedAt != nil {
		at[monthly.Approved] = v.p.Time(*m.ApprovedAt)
	}
	if m.PublishedAt != nil {
		at[monthly.Published] = v.p.Time(*m.PublishedAt)
	}
	for _, s := range v.record.Steps {
		if s.Action == string(monthly.OpenAppeal) {
			at[monthly.Appeal] = v.p.Time(s.At)
		}
	}
	now := slices.Index(order, m.State)
	var out []stateMark
	for i, s := range order {
		mark := stateMark{Name: v.p.T(string(s.Label())), State: "open", At: at[s]}
		if i < now {
			mark.State = "done"
		} else if i == now {
			mark.State = "now"
		}
		out = append(out, mark)
	}
	return out
}

// moveIcons are the symbols of the moves.
var moveIcons = map[monthly.Move]string{
	monthly.Recompute: "refresh", monthly.Freeze: "lock", monthly.OpenAppeal: "send", monthly.Review: "check", monthly.Approve: "seal", monthly.SendBack: "return",
	monthly.Publish: "bell", monthly.Correct: "edit",
}

// steps are what the reader may do with the month now.
func (v recordView) steps() []templates.Step {
	var out []templates.Step
	for _, w := range monthly.Ways() {
		if w.From == v.record.Month.State && slices.Contains(v.record.Moves, w.Move) {
			out = append(out, v.step(w))
		}
	}
	return out
}

func (v recordView) hidden(more ...templates.Pair) []templates.Pair {
	return append([]templates.Pair{number("version", v.record.Month.Version), number("revision", v.record.Month.Revision)}, more...)
}

func (v recordView) step(w monthly.Way) templates.Step {
	text, note := v.p.T(string(w.Move.Label())), v.p.T(string(w.Move.Label())+".note")
	action := cardsPath + "/" + string(v.record.Month.Month) + "/moves"
	s := templates.Step{ID: "step-" + string(w.Move), Title: text, Note: note, Icon: moveIcons[w.Move], Danger: w.Move == monthly.SendBack || w.Move == monthly.Correct}
	if !w.Reasoned {
		s.Act = templates.Act{Text: text, Icon: s.Icon, Post: action, Hidden: v.hidden(templates.Pair{Name: "move", Value: string(w.Move)})}
		if w.Move == monthly.Freeze || w.Move == monthly.Publish || w.Move == monthly.Approve {
			s.Act.Confirm, s.Act.Kind = note, templates.ActPrimary
		}
		if v.form == string(w.Move) {
			f := templates.Form{}
			web.Mistakes(v.p, &f, v.cause)
			s.Errors = f.Errors
		}
		return s
	}
	f := &templates.Form{
		ID: "form-" + string(w.Move), Action: action, Hidden: v.hidden(templates.Pair{Name: "move", Value: string(w.Move)}),
		Sections: []templates.Section{{ID: "s-" + string(w.Move), Title: text, Fields: []templates.Field{
			{Name: "reason", Kind: templates.KindLongText, Label: v.p.T("monthly.reason"), Help: v.p.T("monthly.reason.help"), Required: true, MaxLength: 500},
		}}},
		Acts: []templates.Act{{Text: text, Kind: templates.ActPrimary, Icon: s.Icon, Note: note}},
	}
	if v.form == string(w.Move) {
		f.Sections[0].Fields[0].Value, s.Open = v.in.Reason, true
		web.Mistakes(v.p, f, v.cause)
	}
	apart(f, string(w.Move))
	s.Form = f
	return s
}

// line finds the line of a body.
func (v recordView) line(id auth.DepartmentID) (monthly.Line, bool) {
	i := slices.IndexFunc(v.table.Lines, func(l monthly.Line) bool { return l.Body.ID == id })
	if i < 0 {
		return monthly.Line{}, false
	}
	return v.table.Lines[i], true
}

var proposalTones = map[monthly.ProposalState]string{
	monthly.Proposed: templates.ToneAmber, monthly.ProposalApproved: templates.ToneGreen, monthly.ProposalDeclined: templates.ToneGrey,
}

// proposed lists praise and criticism, praise first, and by rank.
func (v recordView) proposed() []*monthly.Proposal {
	var out []*monthly.Proposal
	bands := []scorecard.Band{scorecard.Praise, scorecard.Criticise, scorecard.Report}
	for i := range v.record.Proposals {
		if pr := &v.record.Proposals[i]; slices.Contains(bands, pr.Band) {
			out = append(out, pr)
		}
	}
	place := make(map[auth.DepartmentID]int, len(v.table.Lines)) // by rank
	for i := range v.table.Lines {
		place[v.table.Lines[i].Body.ID] = i
	}
	slices.SortStableFunc(out, func(a, b *monthly.Proposal) int {
		return cmp.Or(cmp.Compare(slices.Index(bands, a.Band), slices.Index(bands, b.Band)), cmp.Compare(place[a.DepartmentID], place[b.DepartmentID]))
	})
	return out
}

// pager goes through the proposals; nil where they are on one page.
func (v recordView) pager() *templates.Pager {
	if len(v.record.Proposals) <= pageSize {
		return nil
	}
	p := templates.NewPager(recordPath(v.record.Month), v.in.Page, pageSize, int64(len(v.record.Proposals)))
	return &p
}

// proposals are those of the page, one by one.
func (v recordView) proposals() []proposalBox {
	all := v.proposed()
	from := (min(max(v.in.Page, 1), max(1, (len(all)+pageSize-1)/pageSize)) - 1) * pageSize
	var out []proposalBox
	for _, pr := range all[from:min(from+pageSize, len(all))] {
		l, ok := v.line(pr.DepartmentID)
		if !ok {
			continue
		}
		box := proposalBox{
			ID: "proposal-" + l.Body.Code, Name: l.Body.Name, Href: monthPath(v.record.Month, l.Body.Code), Points: totalText(v.p, &l.Card), Rank: rankText(v.p, &l.Card),
			Band: bandBadge(v.p, pr.Band), State: templates.Badge{Text: v.p.T(string(pr.State.Label())), Tone: proposalTones[pr.State]}, Reason: pr.Reason,
		}
		if v.record.Month.State == monthly.Reviewed && v.by.Is(monthly.Deciders()...) {
			box.Step = v.decideStep(pr, l)
		}
		out = append(out, box)
	}
	return out
}

// decideStep is the decision of the leading group on one proposal.
func (v recordView) decideStep(pr *monthly.Proposal, l monthly.Line) *templates.Step {
	name := "decide-" + l.Body.Code
	mine := v.form == name
	decision := templates.Field{Name: "decision", Kind: templates.KindEnum, Label: v.p.T("monthly.decision"), Required: true, Options: []templates.Option{
		{Value: "approve", Text: v.p.T("monthly.decision.approve"), Help: v.p.T("monthly.decision.approve." + string(pr.Band))}, {Value: "decline", Text: v.p.T("monthly.decision.decline"), Help: v.p.T("monthly.decision.decline.help")},
	}}
	reason := templates.Field{Name: "reason", Kind: templates.KindLongText, Label: v.p.T("monthly.reason"), Help: v.p.T("monthly.decision.reason.help"), MaxLength: 500, Required: true}
	if mine {
		decision.Value, reason.Value = v.in.Decision, v.in.Reason
	}
	f := &templates.Form{
		ID: name, Action: cardsPath + "/" + string(v.record.Month.Month) + "/proposals",
		Hidden:   []templates.Pair{number("version", v.record.Month.Version), {Name: "dept", Value: l.Body.Code}, number("page", int64(v.in.Page))},
		Sections: []templates.Section{{ID: "s-" + name, Title: v.p.T("monthly.decide", "name", l.Body.Name), Fields: []templates.Field{decision, reason}}},
		Acts:     []templates.Act{{Text: v.p.T("monthly.decide.send"), Kind: templates.ActPrimary, Icon: "seal", Note: v.p.T("monthly.decide.note")}},
	}
	if mine {
		web.Mistakes(v.p, f, v.cause)
	}
	apart(f, l.Body.Code)
	return &templates.Step{ID: "step-" + name, Title: v.p.T("monthly.decide", "name", l.Body.Name), Note: v.p.T("monthly.decide.note"), Icon: "seal", Open: mine, Form: f}
}

// objections are those of the month, what waits for an answer first.
func (v recordView) objections() *templates.Table {
	if len(v.record.Objections) == 0 {
		return nil
	}
	all := slices.Clone(v.record.Objections)
	slices.SortStableFunc(all, func(a, b monthly.Objection) int {
		return slices.Index(monthly.ObjectionStates(), a.State) - slices.Index(monthly.ObjectionStates(), b.State)
	})
	t := &templates.Table{Caption: v.p.T("monthly.objections"), Columns: []templates.Column{
		{Text: v.p.T("monthly.column.body"), Main: true}, {Text: v.p.T("monthly.object.figure"), Main: true}, {Text: v.p.T("monthly.object.text")}, {Text: v.p.T("monthly.column.state"), Main: true}, {Text: v.p.T("monthly.objection.when")},
	}}
	for i := range all {
		o := &all[i]
		l, ok := v.line(o.DepartmentID)
		if !ok {
			continue
		}
		badge := templates.Badge{Text: v.p.T(string(o.State.Label())), Tone: objectionTones[o.State]}
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: l.Body.Name, Href: monthPath(v.record.Month, l.Body.Code) + "#objection-" + o.ID.String()}, {Text: v.p.T(string(o.Figure.Label()))}, {Text: o.Text, Sub: o.Answer}, {Badge: &badge}, {Text: v.p.Time(o.RaisedAt), Sub: o.RaisedName},
		}})
	}
	return t
}

// versions are those of the month; nil when there is only one.
func (v recordView) versions() *templates.Table {
	if len(v.record.Versions) < 2 {
		return nil
	}
	t := &templates.Table{Caption: v.p.T("monthly.versions"), Columns: []templates.Column{
		{Text: v.p.T("monthly.version"), Main: true}, {Text: v.p.T("monthly.column.state"), Main: true}, {Text: v.p.T("monthly.reason"), Main: true}, {Text: v.p.T("monthly.hash")},
	}}
	for _, m := range v.record.Versions {
		badge := stateBadge(v.p, m.State)
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: v.p.T("monthly.version.n", "n", m.Version), Href: recordPath(m)}, {Badge: &badge}, {Text: m.Reason}, {Text: m.Hash, Code: true},
		}})
	}
	return t
}

// history is what was done with the month, the newest first.
func (v recordView) history() templates.Timeline {
	var t templates.Timeline
	for _, s := range slices.Backward(v.record.Steps) {
		t.Events = append(t.Events, templates.Event{At: v.p.Time(s.At), By: byText(v.p, s.Name), Department: s.Department, Text: v.p.T("monthly.step." + s.Action), Reason: s.Note})
	}
	return t
}

// byText names who did something; without a name it was the service itself.
func byText(p *locale.Printer, name string) string {
	if name == "" {
		return p.T("monthly.by_service")
	}
	return name
}
