package catalogweb

import (
	"fmt"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/inventory/catalog"
	"qingce/templates"
)

// entryPage is the data of catalog/entry.
type entryPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Steps    []templates.Step
	Draft    []templates.Change // what the version in the making says otherwise
	Groups   []templates.Facts
	Items    *templates.Table
	Timeline *templates.Timeline
}

// recordView turns an entry into the data of its page.
type recordView struct {
	p      *locale.Printer
	by     auth.Principal
	rec    record
	today  calendar.Date
	answer moveAnswer
}

func (v recordView) data() entryPage {
	out := entryPage{Head: v.head(), Callouts: v.callouts(), Steps: v.steps(), Groups: v.groups(), Items: v.items()}
	if v.rec.Draft != nil {
		diff := catalog.Compare(catalog.Content{Body: v.rec.Entry.Body, Items: v.rec.Items}, v.rec.Draft.Content)
		out.Draft = differences(v.p, v.rec.names, diff)
	}
	if len(v.rec.history) > 0 {
		out.Timeline = v.timeline()
	}
	return out
}

func (v recordView) head() templates.Head {
	e := v.rec.Entry
	h := templates.Head{Code: e.Code, Title: e.Name, Badges: []templates.Badge{*stateBadge(v.p, e)}, Facts: v.headFacts()}
	if b := shareBadge(v.p, e.ShareType); b != nil {
		h.Badges = append(h.Badges, *b)
	}
	if b := freshBadge(v.p, e, v.today); b != nil && e.Published() {
		h.Badges = append(h.Badges, *b)
	}
	if v.rec.own && e.Step.Editable() && e.Life != catalog.LifeWithdrawn {
		text := v.p.T("catalogweb.act.edit")
		if e.Published() && v.rec.Draft == nil {
			text = v.p.T("catalogweb.act.change")
		}
		h.Actions = append(h.Actions, templates.Act{Text: text, Href: entryPath(e.ID, "/edit"), Kind: templates.ActPrimary, Icon: "edit"})
	}
	if v.rec.own && e.Published() {
		text := "catalogweb.act.mount"
		if e.Mounted() {
			text = "catalogweb.act.refresh"
		}
		h.Actions = append(h.Actions, templates.Act{Text: v.p.T(text), Href: entryPath(e.ID, "/mount"), Icon: "link"})
	}
	if e.PublishedVersion > 0 {
		h.Actions = append(h.Actions, templates.Act{
			Text: v.p.T("catalogweb.act.versions", "n", e.PublishedVersion), Href: entryPath(e.ID, "/versions"), Icon: "history", Kind: templates.ActQuiet,
		})
	}
	return h
}

func (v recordView) headFacts() []templates.Row {
	e := v.rec.Entry
	out := []templates.Row{{Label: v.p.T("entry.provider_id"), Text: v.rec.names.dir.Name(e.ProviderID)}}
	if turn := turn(e); turn != "nobody" && e.Life != catalog.LifeWithdrawn {
		out = append(out, templates.Row{Label: v.p.T("catalogweb.turn"), Text: v.p.T("catalogweb.turn." + turn)})
	}
	if e.PublishedAt != nil {
		out = append(out, templates.Row{Label: v.p.T("catalogweb.column.published"), Text: v.p.T("catalogweb.published_as", "n", e.PublishedVersion, "at", v.p.Time(*e.PublishedAt))})
	}
	return out
}

// freshBadge says whether data stand behind an entry and how new they are.
func freshBadge(p *locale.Printer, e catalog.Entry, today calendar.Date) *templates.Badge {
	switch {
	case !e.Mounted():
		return &templates.Badge{Text: p.T("catalogweb.fresh.empty"), Tone: templates.ToneGrey}
	case e.Stale(today):
		return &templates.Badge{Text: p.T("cat.stale"), Tone: templates.ToneRed, Title: p.T("catalogweb.stale_since", "day", e.StaleOn)}
	}
	return &templates.Badge{Text: p.T("cat.mounted"), Tone: templates.ToneGreen, Title: p.T("catalogweb.updated_on", "day", e.LastUpdateOn)}
}

func (v recordView) callouts() []templates.Callout {
	e := v.rec.Entry
	var out []templates.Callout
	if err := v.answer.err; err != nil {
		c := templates.Callout{Kind: "error", Title: v.p.T("catalogweb.refused"), Text: v.p.Error(err)}
		for _, f := range fault.FieldsOf(err) {
			if !f.Warning && f.Name != "reason" {
				c.Items = append(c.Items, v.p.Field(f))
				c.Text = v.p.T("catalogweb.refused.mend")
				c.Link = &templates.Link{Text: v.p.T("catalogweb.act.edit"), Href: entryPath(e.ID, "/edit")}
			}
		}
		out = append(out, c)
	}
	if e.Step == catalog.StepReturned {
		c := templates.Callout{Kind: "warning", Title: v.p.T("catalogweb.returned", "name", e.DecidedName, "at", timeText(v.p, e)), Text: e.DecisionReason}
		if v.rec.own {
			c.Link = &templates.Link{Text: v.p.T("catalogweb.act.mend"), Href: entryPath(e.ID, "/edit")}
		}
		out = append(out, c)
	}
	if e.Step != catalog.NoStep && e.Intent == catalog.ToWithdraw {
		out = append(out, templates.Callout{Kind: "warning", Title: v.p.T("catalogweb.withdrawal", "name", e.SubmittedName), Text: e.Reason})
	}
	if e.Life == catalog.LifeWithdrawn {
		out = append(out, templates.Callout{Kind: "info", Text: v.p.T("catalogweb.withdrawn")})
	}
	return append(out, v.openPoints()...)
}

func timeText(p *locale.Printer, e catalog.Entry) string {
	if e.DecidedAt == nil {
		return ""
	}
	return p.Time(*e.DecidedAt)
}

// openPoints tells the writers of a draft what it still needs.
func (v recordView) openPoints() []templates.Callout {
	if !v.rec.own || !v.rec.Entry.Step.Editable() || v.rec.Entry.Step == catalog.NoStep || v.answer.err != nil {
		return nil
	}
	var items []string
	for _, f := range catalog.Check(v.rec.Working(), v.today) {
		if !f.Warning {
			items = append(items, v.p.Field(f))
		}
	}
	if len(items) == 0 {
		return []templates.Callout{{Kind: "ok", Text: v.p.T("catalogweb.complete")}}
	}
	return []templates.Callout{{
		Kind: "info", Title: v.p.T("catalogweb.open_points", "n", len(items)), Items: items,
		Link: &templates.Link{Text: v.p.T("catalogweb.act.edit"), Href: entryPath(v.rec.Entry.ID, "/edit")},
	}}
}

func (v recordView) steps() []templates.Step {
	var out []templates.Step
	for _, m := range v.rec.moves(v.by) {
		out = append(out, v.step(m))
	}
	return out
}

func (v recordView) step(move string) templates.Step {
	e := v.rec.Entry
	key := "catalogweb.move." + move
	out := templates.Step{ID: "step-" + move, Title: v.p.T(key), Note: v.p.T(key + ".note"), Icon: moveIcon(move), Danger: move == moveWithdraw || move == moveDiscard}
	if move == movePublish && e.Intent == catalog.ToWithdraw {
		out.Title, out.Note = v.p.T("catalogweb.move.take_down"), v.p.T("catalogweb.move.take_down.note")
	}
	hidden := []templates.Pair{{Name: "move", Value: move}, {Name: "version", Value: number(e.Version)}}
	act := templates.Act{Text: out.Title, Icon: out.Icon, Kind: templates.ActPrimary}
	if out.Danger {
		act.Kind, act.Confirm = templates.ActDanger, v.p.T(key+".confirm", "name", e.Name)
	}
	if !reasoned(move) {
		act.Post, act.Hidden = entryPath(e.ID, "/moves"), hidden
		out.Act = act
		return out
	}
	reason := templates.Field{
		Name: move + "_reason", Kind: templates.KindLongText, Label: v.p.T("catalogweb.reason"), Help: v.p.T(key + ".help"), Required: true, MaxLength: 500,
	}
	if v.answer.move == move {
		out.Open, reason.Value = true, v.answer.reason
		reason.Error = fieldweb.ErrorAt(v.p, fault.FieldsOf(v.answer.err), "reason")
	}
	act.Confirm = ""
	out.Form = &templates.Form{
		ID: out.ID + "-form", Action: entryPath(e.ID, "/moves"), Hidden: hidden, Guard: true,
		Sections: []templates.Section{{ID: out.ID + "-section", Fields: []templates.Field{reason}}}, Acts: []templates.Act{act},
	}
	return out
}

// groups are the facts of the version that is shown: the one in force, else the
// draft.
func (v recordView) groups() []templates.Facts {
	e := v.rec.Entry
	out := fieldweb.Facts(writer(v.p, v.rec.names), catalog.EntryFields, &e.Body, nil)
	for g := range out {
		for i, row := range out[g].Rows {
			if row.Label == v.p.T("entry.class_code") {
				c := v.rec.class(e.ClassCode)
				out[g].Rows[i].Text, out[g].Rows[i].Href = c.Code+" "+c.Name, catalogPath+"?class="+c.Code
			}
		}
	}
	if e.PublishedVersion > 0 {
		out = append(out, v.mount())
	}
	return out
}

func (v recordView) mount() templates.Facts {
	e := v.rec.Entry
	f := templates.Facts{ID: "s-mount", Title: v.p.T("catalogweb.mount"), Lead: v.p.T("catalogweb.mount.lead")}
	if !e.Mounted() {
		f.Rows = []templates.Row{{Label: v.p.T("catalogweb.column.data"), Badge: freshBadge(v.p, e, v.today)}}
		return f
	}
	f.Rows = []templates.Row{
		{Label: v.p.T("catalogweb.column.data"), Badge: freshBadge(v.p, e, v.today)},
		{Label: v.p.T("catalog.mount.kind"), Text: v.p.T("catalogweb.mount." + e.MountKind)},
		{Label: v.p.T("catalog.mount.address"), Text: e.MountAddress, Code: true},
		{Label: v.p.T("catalogweb.mount.updated_on"), Text: e.LastUpdateOn.String()},
		{Label: v.p.T("catalogweb.mount.stale_on"), Text: e.StaleOn.String(), Note: v.p.T("catalogweb.mount.stale_on.note")},
	}
	if e.MountRows != nil {
		f.Rows = append(f.Rows, templates.Row{Label: v.p.T("catalogweb.mount.rows"), Text: v.p.Number(*e.MountRows), Unit: v.p.T("unit.records")})
	}
	return f
}

func (v recordView) items() *templates.Table {
	return itemTable(v.p, v.rec.Entry.ShareType, v.rec.Items)
}

// itemTable shows the items of an entry.
func itemTable(p *locale.Printer, share catalog.ShareType, items []catalog.Item) *templates.Table {
	t := &templates.Table{ID: "items", Caption: p.T("catalogweb.items")}
	for _, key := range []string{"name", "data_type", "length", "share_type", "base_item", "sensitive", "remark"} {
		t.Columns = append(t.Columns, templates.Column{
			Key: key, Text: p.T("entry_item." + key), Num: key == "length", Main: key == "name" || key == "data_type" || key == "share_type",
		})
	}
	for _, i := range items {
		length := ""
		if i.Length != nil {
			length = p.Number(*i.Length)
		}
		dataType := ""
		if i.DataType != "" {
			dataType = p.T("opt.data_type." + i.DataType)
		}
		t.Rows = append(t.Rows, templates.TableRow{Name: i.Name, Cells: []templates.Cell{
			{Text: i.Name}, {Text: dataType}, {Text: length}, {Badge: shareBadge(p, i.Shared(share))},
			{Text: mark(p, i.BaseItem)}, {Text: mark(p, i.Sensitive)}, {Text: i.Remark},
		}})
	}
	return t
}

func mark(p *locale.Printer, yes bool) string {
	if yes {
		return p.T("bool.true")
	}
	return ""
}

func (v recordView) timeline() *templates.Timeline {
	t := &templates.Timeline{}
	for _, s := range v.rec.history {
		t.Events = append(t.Events, templates.Event{
			At: v.p.Time(s.At), By: s.Name, Department: s.Department, Text: v.p.T("catalogweb.step." + s.Action), Reason: s.Note,
		})
	}
	return t
}

// differences writes what differs between two contents, so that a clerk can
// read it.
func differences(p *locale.Printer, n names, d catalog.Difference) []templates.Change {
	out := fieldweb.Changes(writer(p, n), catalog.EntryFields, d.Fields)
	for _, i := range d.Items {
		out = append(out, templates.Change{Label: p.T("catalogweb.item_named", "name", i.Name), Old: itemText(p, i.Old), New: itemText(p, i.New)})
	}
	return out
}

// itemText writes an item in one line.
func itemText(p *locale.Printer, i *catalog.Item) string {
	if i == nil {
		return ""
	}
	var parts []string
	if i.DataType != "" {
		parts = append(parts, p.T("opt.data_type."+i.DataType))
	}
	if i.Length != nil {
		parts = append(parts, fmt.Sprintf("%s %d", p.T("entry_item.length"), *i.Length))
	}
	if i.ShareType != "" {
		parts = append(parts, p.T(string(i.ShareType.Label())))
	}
	if i.BaseItem {
		parts = append(parts, p.T("entry_item.base_item"))
	}
	if i.Sensitive {
		parts = append(parts, p.T("entry_item.sensitive"))
	}
	if i.Remark != "" {
		parts = append(parts, i.Remark)
	}
	if len(parts) == 0 {
		return i.Name
	}
	return strings.TrimSpace(p.Join(parts))
}
