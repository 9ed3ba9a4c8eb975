package usageweb

import (
	"slices"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
	"qingce/templates"
)

// probePage is the data of usage/probe.
type probePage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Tabs     templates.Tabs
	Stats    []templates.Stat
	Hours    *templates.Chart
	Days     templates.Table
	Silences *templates.Table
	// LastRefusal is the last thing that was sent back, with the time.
	LastRefusal   *templates.Callout
	Rejected      []refusal
	RejectedNone  string
	Tokens        []tokenRow
	NewToken      *templates.Act
	TokensEmpty   *templates.Empty
	Systems       *templates.Table
	SystemsHidden string
	Facts         templates.Facts
}

// refusal is what was sent back for a reason, with the newest example.
type refusal struct {
	Code  string
	Count string
	Mend  string // what is wrong with the example, and how to mend it
	Facts []templates.Row
}

// tokenRow is a token of a probe.
type tokenRow struct {
	Prefix  string
	State   templates.Badge
	Note    string
	Made    string
	Expires string
	Used    string
	Acts    []templates.Act
}

type probeView struct {
	p     *locale.Printer
	by    auth.Principal
	now   time.Time
	probe probe
}

func (v probeView) page() probePage {
	hours := newHoursView(v.p, v.now, v.probe)
	out := probePage{
		Head: v.head(), Callouts: v.callouts(), Tabs: probeTabs(v.p, v.probe.Code, "health"), Stats: v.stats(),
		Hours: hours.chart(), Days: hours.table(), Silences: v.silences(), LastRefusal: v.lastRefusal(), Rejected: v.rejected(),
		RejectedNone: v.p.T("probes.rejected.none", "n", rejectionDays), Facts: v.facts(),
	}
	out.Tokens, out.NewToken, out.TokensEmpty = v.tokens()
	out.Systems, out.SystemsHidden = v.systems()
	return out
}

// probeTabs are the pages of a probe.
func probeTabs(p *locale.Printer, code, active string) templates.Tabs {
	return templates.Tabs{Label: p.T("probes.tabs"), Items: []templates.Tab{
		{Text: p.T("probes.tab.health"), Href: probePath(code), Active: active == "health"},
		{Text: p.T("probes.tab.rules"), Href: probePath(code, "rules"), Active: active == "rules"},
		{Text: p.T("probes.tab.connect"), Href: probePath(code, "connect"), Active: active == "connect"},
	}}
}

// probeHead is the head of the pages of a probe.
func probeHead(p *locale.Printer, l usage.ProbeLine) templates.Head {
	return templates.Head{
		Title: l.Name, Code: l.Code, Badges: []templates.Badge{*standingBadge(p, l.Standing)},
		Facts: []templates.Row{{Label: p.T("probes.field.kind"), Text: p.T(string(l.Kind.Label()))}, {Label: p.T("probes.field.owner"), Text: l.Owner.Name}},
	}
}

func (v probeView) head() templates.Head {
	h := probeHead(v.p, v.probe.ProbeLine)
	h.Lead = v.p.T("probes.apart")
	if !v.by.Is(operators()...) {
		return h
	}
	code := v.probe.Code
	h.Actions = []templates.Act{{Text: v.p.T("probes.act.edit"), Href: probePath(code, "edit"), Icon: "edit"}}
	if v.probe.Stopped {
		resume := templates.Act{
			Text: v.p.T("probes.act.resume"), Post: probePath(code, "resume"), Kind: templates.ActPrimary, Icon: "refresh",
			Hidden: []templates.Pair{{Name: "version", Value: strconv.FormatInt(v.probe.Version, 10)}}, Confirm: v.p.T("probes.resume.lead"),
		}
		h.Actions = append([]templates.Act{resume}, h.Actions...)
	} else {
		h.Actions = append(h.Actions, templates.Act{Text: v.p.T("probes.act.stop"), Href: probePath(code, "stop"), Icon: "lock"})
	}
	return h
}

// callouts say what is wrong, and what to do.
func (v probeView) callouts() []templates.Callout {
	var out []templates.Callout
	operates := v.by.Is(operators()...)
	switch v.probe.Standing {
	case usage.Stopped:
		out = append(out, templates.Callout{
			Kind: "info", Title: v.p.T("probes.callout.stopped"), Text: v.p.T("probes.callout.stopped.text", "reason", v.probe.StoppedReason),
		})
	case usage.Never:
		out = append(out, templates.Callout{
			Kind: "info", Title: v.p.T("probes.callout.never"), Text: v.p.T("probes.callout.never.text"),
			Link: &templates.Link{Text: v.p.T("probes.tab.connect"), Href: probePath(v.probe.Code, "connect")},
		})
	case usage.Late, usage.Down:
		kind := "warning"
		if v.probe.Standing == usage.Down {
			kind = "error"
		}
		out = append(out, templates.Callout{
			Kind: kind, Text: v.p.T("probes.callout.down.text"),
			Title: v.p.T("probes.callout.down", "at", *v.probe.Contact.LastSuccessAt, "interval", spanText(v.p, v.probe.Interval())),
		})
	}
	alive := slices.ContainsFunc(v.probe.Tokens, func(t usage.Token) bool { return t.Alive(v.now) })
	if operates && !alive && !v.probe.Stopped {
		out = append(out, templates.Callout{
			Kind: "warning", Title: v.p.T("probes.callout.no_token"), Text: v.p.T("probes.callout.no_token.text"),
			Link: &templates.Link{Text: v.p.T("probes.token.new"), Href: probePath(v.probe.Code, "tokens", "new")},
		})
	}
	return out
}

func (v probeView) stats() []templates.Stat {
	c, path := v.probe.Contact, probePath(v.probe.Code)
	success := templates.Stat{Label: v.p.T("probes.stat.success"), Value: momentText(v.p, c.LastSuccessAt, "probes.never"), Href: path + "#hours"}
	if c.LastSuccessAt != nil {
		success.Note = v.p.T("probes.stat.success.note", "lag", spanText(v.p, v.now.Sub(*c.LastSuccessAt)))
	}
	if tone := standingTones[v.probe.Standing]; tone == templates.ToneRed || tone == templates.ToneAmber {
		success.Tone = tone
	}
	week := templates.Stat{
		Label: v.p.T("probes.stat.coverage"), Value: heardShare(v.probe.week), Unit: "%", Href: path + "#hours",
		Share: heardText(v.p, v.probe.week), Tone: heardTone(v.probe.week), Unmeasured: v.probe.week.Expected == 0 || v.probe.week.Hours == 0,
	}
	rejected := templates.Stat{Label: v.p.T("probes.stat.rejected"), Value: v.p.Number(v.probe.RejectedToday), Href: path + "#rejected"}
	if v.probe.RejectedToday > 0 {
		rejected.Tone = templates.ToneAmber
	}
	return []templates.Stat{
		success,
		{Label: v.p.T("probes.stat.contact"), Value: momentText(v.p, c.LastContactAt, "probes.never"), Href: path + "#tokens", Note: v.p.T("probes.stat.contact.note")},
		week, rejected,
	}
}

// silences are the outages that were noticed, the newest first.
func (v probeView) silences() *templates.Table {
	if len(v.probe.Silences) == 0 {
		return nil
	}
	t := &templates.Table{ID: "silences-table", Caption: v.p.T("probes.silences"), Columns: []templates.Column{
		{Key: "from", Text: v.p.T("probes.silence.from"), Main: true}, {Key: "noticed", Text: v.p.T("probes.silence.noticed")},
		{Key: "ended", Text: v.p.T("probes.silence.ended"), Main: true}, {Key: "length", Text: v.p.T("probes.silence.length"), Num: true, Main: true},
	}}
	for _, s := range v.probe.Silences {
		end := v.now
		row := templates.TableRow{Name: v.p.Time(s.Since), Cells: []templates.Cell{
			{Text: v.p.Time(s.Since)}, {Text: v.p.Time(s.NoticedAt)}, {Badge: &templates.Badge{Text: v.p.T("probes.silence.open"), Tone: templates.ToneRed}}, {},
		}}
		if s.EndedAt != nil {
			end, row.Cells[2] = *s.EndedAt, templates.Cell{Text: v.p.Time(*s.EndedAt)}
			if s.EndedBy == usage.EndedByStop {
				row.Cells[2].Sub = v.p.T(string(usage.Stopped.Label()))
			}
		}
		row.Cells[3].Text = spanText(v.p, end.Sub(s.Since))
		t.Rows = append(t.Rows, row)
	}
	return t
}

// lastRefusal is the last thing that was sent back, in the words that the
// sender got.
func (v probeView) lastRefusal() *templates.Callout {
	c := v.probe.Contact
	if c.LastErrorAt == nil || c.LastErrorCode == "" {
		return nil
	}
	kind := "warning"
	if c.LastSuccessAt != nil && c.LastSuccessAt.After(*c.LastErrorAt) {
		kind = "info"
	}
	return &templates.Callout{Kind: kind, Title: v.p.T("probes.refusal", "at", *c.LastErrorAt), Text: v.said(c.LastErrorCode, c.LastError)}
}

// said says what was wrong with an item.
func (v probeView) said(code wire.Code, e usage.Example) string {
	return v.p.Text(string(code), e.Issue(code).Args())
}

// rejected is what was sent back in the last days, by reason.
func (v probeView) rejected() []refusal {
	var order []wire.Code
	sums, newest := map[wire.Code]int64{}, map[wire.Code]usage.Rejection{}
	for _, r := range v.probe.rejected {
		if _, ok := sums[r.Code]; !ok {
			order = append(order, r.Code)
		}
		sums[r.Code] += r.Items
		if r.ExampleAt.After(newest[r.Code].ExampleAt) {
			newest[r.Code] = r
		}
	}
	slices.SortStableFunc(order, func(a, b wire.Code) int { return newest[b].ExampleAt.Compare(newest[a].ExampleAt) })
	var out []refusal
	for _, code := range order {
		out = append(out, v.refusal(newest[code], sums[code]))
	}
	return out
}

func (v probeView) refusal(r usage.Rejection, items int64) refusal {
	out := refusal{
		Code: string(r.Code), Count: v.p.T("probes.rejected.count", "n", v.p.Number(items)), Mend: v.said(r.Code, r.Example),
		Facts: []templates.Row{{Label: v.p.T("probes.rejected.last"), Text: v.p.Time(r.ExampleAt)}},
	}
	for _, f := range []struct{ key, text string }{
		{"item", r.Example.Item}, {"member", r.Example.Member}, {"got", r.Example.Got}, {"want", r.Example.Want},
	} {
		if f.text != "" {
			out.Facts = append(out.Facts, templates.Row{Label: v.p.T("probes.rejected." + f.key), Text: f.text, Code: true})
		}
	}
	return out
}

// tokens are the tokens, with what can be done to those that open.
func (v probeView) tokens() ([]tokenRow, *templates.Act, *templates.Empty) {
	operates := v.by.Is(operators()...) && !v.probe.Stopped
	var rows []tokenRow
	for i := range v.probe.Tokens {
		rows = append(rows, v.token(&v.probe.Tokens[i], v.by.Is(operators()...)))
	}
	var make *templates.Act
	if operates {
		make = &templates.Act{Text: v.p.T("probes.token.new"), Href: probePath(v.probe.Code, "tokens", "new"), Icon: "key"}
	}
	empty := &templates.Empty{Icon: "key", Title: v.p.T("probes.token.none"), Text: v.p.T("probes.token.none.text")}
	return rows, make, empty
}

func (v probeView) token(t *usage.Token, operates bool) tokenRow {
	row := tokenRow{
		Prefix: t.Prefix, Made: v.p.Time(t.CreatedAt), Expires: v.p.Time(t.ExpiresAt), Used: momentText(v.p, t.LastUsedAt, "probes.token.never"),
		State: templates.Badge{Text: v.p.T("probes.token.alive"), Tone: templates.ToneGreen},
	}
	switch {
	case t.RevokedAt != nil:
		row.State, row.Note = templates.Badge{Text: v.p.T("probes.token.revoked")}, v.p.Time(*t.RevokedAt)
	case !t.Alive(v.now):
		row.State = templates.Badge{Text: v.p.T("probes.token.expired")}
	case t.ReplacedBy != nil:
		row.State, row.Note = templates.Badge{Text: v.p.T("probes.token.alive"), Tone: templates.ToneAmber}, v.p.T("probes.token.replaced", "at", t.ExpiresAt)
	}
	if !operates || !t.Alive(v.now) {
		return row
	}
	id := strconv.FormatInt(int64(t.ID), 10)
	if t.ReplacedBy == nil && !v.probe.Stopped {
		row.Acts = append(row.Acts, templates.Act{Text: v.p.T("probes.token.rotate"), Href: probePath(v.probe.Code, "tokens", id, "rotate")})
	}
	row.Acts = append(row.Acts, templates.Act{Text: v.p.T("probes.token.revoke"), Kind: templates.ActDanger, Href: probePath(v.probe.Code, "tokens", id, "revoke")})
	return row
}

// systems are those that the reader sees; of others only the number is told.
func (v probeView) systems() (*templates.Table, string) {
	t := &templates.Table{ID: "systems-table", Caption: v.p.T("probes.systems"), Columns: []templates.Column{
		{Key: "name", Text: v.p.T("probes.system.name"), Main: true}, {Key: "share", Text: v.p.T("probes.system.share"), Main: true},
		{Key: "usage", Text: v.p.T("probes.system.usage"), Main: true},
	}}
	hidden := 0
	for _, s := range v.probe.Systems {
		if !v.probe.dir.Covers(v.by.View(), s.OwnerID) {
			hidden++
			continue
		}
		t.Rows = append(t.Rows, templates.TableRow{Name: s.Name, Cells: []templates.Cell{
			{Text: s.Name, Sub: s.Code, Href: web.Join("/systems", s.Code)}, {Text: v.p.T(string(s.Share.Label()))},
			{Text: v.p.T("probes.usage"), Href: web.Join(usagePath, s.Code)},
		}})
	}
	note := ""
	if hidden > 0 {
		note = v.p.T("probes.systems.hidden", "n", hidden)
	}
	if len(t.Rows) == 0 {
		return nil, note
	}
	return t, note
}

// facts are the probe as it was registered.
func (v probeView) facts() templates.Facts {
	var signals []string
	for _, s := range v.probe.Signals.List() {
		signals = append(signals, signalText(v.p, s))
	}
	rows := []templates.Row{
		{Label: v.p.T("probes.field.code"), Text: v.probe.Code, Copy: true},
		{Label: v.p.T("probes.field.kind"), Text: v.p.T(string(v.probe.Kind.Label()))},
		{Label: v.p.T("probes.field.owner"), Text: v.probe.Owner.Name, Href: web.Join("/departments", v.probe.Owner.Code)},
		{Label: v.p.T("probes.field.interval"), Text: spanText(v.p, v.probe.Interval())},
		{Label: v.p.T("probes.field.signals"), Text: v.p.Join(signals)},
		{Label: v.p.T("probes.field.created"), Text: v.p.Time(v.probe.CreatedAt), Note: v.probe.CreatedName},
		{Label: v.p.T("probes.field.contact"), Text: momentText(v.p, v.probe.Contact.FirstContactAt, "probes.never")},
	}
	if v.probe.Note != "" {
		rows = append(rows, templates.Row{Label: v.p.T("probes.field.note"), Text: v.probe.Note, Long: true})
	}
	return templates.Facts{ID: "facts", Title: v.p.T("probes.facts"), Rows: rows}
}
