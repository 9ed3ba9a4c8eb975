package similarweb

import (
	"errors"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/similar"
	"qingce/inventory/similar/text"
	"qingce/templates"
)

// pairPage is the data of similar/pair.
type pairPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Sides    [2]sideHead
	Texts    []textRow
	Lines    []lineRow
	Evidence templates.Facts
	Form     *templates.Form
	Timeline *templates.Timeline
}

// sideHead is the head of a column.
type sideHead struct {
	Code, Name, Href, Owner, Note string
}

// textRow is a text of both systems with what they share.
type textRow struct {
	Label string
	Sides [2][]text.Segment
}

// lineRow is a field of both records.
type lineRow struct {
	Label  string
	Sides  [2]string
	Differ bool
}

type pairView struct {
	p       *locale.Printer
	by      auth.Principal
	dir     *inventory.Directory
	sheet   similar.Sheet
	records records
	version int64
	choice  string // as it was sent
	note    string
	err     error
}

func (v pairView) response(r *web.Request) web.View {
	title := v.sheet.First.Code + " / " + v.sheet.Second.Code
	return web.View{Template: "similar/pair", Title: title, Crumbs: crumbs(r, title), Data: v.page(), Err: v.err}
}

func (v pairView) page() pairPage {
	out := pairPage{
		Head: v.head(), Sides: [2]sideHead{v.side(v.sheet.First), v.side(v.sheet.Second)},
		Texts: v.texts(), Lines: v.lines(), Evidence: v.evidence(), Form: v.form(), Timeline: v.timeline(),
	}
	switch {
	case v.sheet.Judged.Verdict != similar.Open:
	case !v.sheet.ReopenedAt.IsZero():
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "warning", Text: v.p.T("similar.reopened", "day", calendar.DateOf(v.sheet.ReopenedAt))})
	case out.Form == nil:
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "info", Text: v.p.T("similar.waiting.text")})
	}
	if own(v.by, &v.sheet.Pair) && v.by.Is(similar.Judges()...) {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "info", Text: v.p.T("similar.err.own_pair")})
	}
	return out
}

func (v pairView) head() templates.Head {
	p := &v.sheet.Pair
	h := templates.Head{
		Title: v.p.T("similar.pair.title", "first", p.First.Code, "second", p.Second.Code), Lead: degreeText(v.p, p.Score),
		Badges: []templates.Badge{verdictBadge(v.p, p.Judged.Verdict)},
		Facts: []templates.Row{
			{Label: v.p.T("similar.column.score"), Text: percent(p.Score)},
			{Label: v.p.T("similar.compared_at"), Text: v.p.Time(p.ComparedAt)},
		},
	}
	if p.Judged.Verdict != similar.Open {
		h.Facts = append(h.Facts, templates.Row{
			Label: v.p.T("similar.column.said"), Text: choiceText(v.p, p.Judged, p.First, p.Second),
		})
	}
	return h
}

func (v pairView) side(s similar.Side) sideHead {
	out := sideHead{Code: s.Code, Owner: v.dir.Name(s.OwnerID)}
	if s.Hidden {
		out.Note = v.p.T("similar.hidden")
		return out
	}
	out.Name, out.Href = s.Name, systemPath(s.Code)
	return out
}

// texts are names and functions with the shared words marked; of what the reader
// does not see only the shared words of the other side remain.
func (v pairView) texts() []textRow {
	var out []textRow
	for _, one := range []struct{ label, a, b string }{
		{string(inventory.SystemFields.Label("name")), v.sheet.First.Name, v.sheet.Second.Name},
		{string(inventory.SystemFields.Label("function_desc")), v.sheet.FirstText, v.sheet.SecondText},
	} {
		row := textRow{Label: v.p.T(one.label)}
		row.Sides[0] = marked(one.a, v.sheet.Second.Name+"\n"+v.sheet.SecondText, v.sheet.Second.Hidden, v.sheet.Words)
		row.Sides[1] = marked(one.b, v.sheet.First.Name+"\n"+v.sheet.FirstText, v.sheet.First.Hidden, v.sheet.Words)
		out = append(out, row)
	}
	return out
}

// marked is a text with what the other one holds as well; when the other one is
// hidden, with the shared words.
func marked(own, other string, hidden bool, words []string) []text.Segment {
	if own == "" {
		return nil
	}
	if hidden {
		other = ""
		for _, w := range words {
			other += w + "\n"
		}
	}
	return text.Mark(own, other)
}

// lines are the fields of both records, those that say nothing on either side
// left out.
func (v pairView) lines() []lineRow {
	w := fieldweb.Writer{P: v.p}
	var out []lineRow
	for _, key := range comparedKeys() {
		f, ok := inventory.SystemFields.Find(key)
		if !ok {
			continue
		}
		row := lineRow{Label: v.p.T(string(inventory.SystemFields.Label(key)))}
		for i, s := range v.records {
			if s != nil && !(s.Classified && f.Empty(s)) {
				row.Sides[i] = fieldweb.TextWithUnit(w, f, f.Get(s))
			}
		}
		if row.Sides[0] == "" && row.Sides[1] == "" {
			continue
		}
		row.Differ = v.records[0] != nil && v.records[1] != nil && row.Sides[0] != row.Sides[1]
		out = append(out, row)
	}
	return out
}

// evidence is what speaks for and against it besides the texts.
func (v pairView) evidence() templates.Facts {
	p := &v.sheet.Pair
	out := templates.Facts{ID: "s-evidence", Title: v.p.T("similar.column.evidence"), Rows: []templates.Row{
		{Label: v.p.T("similar.words"), Text: v.p.Join(p.Words)},
		{Label: v.p.T("similar.declared"), Text: declaredText(v.p, p)},
	}}
	notes := moveNotes(v.p, p)
	for i, note := range notes {
		label := v.p.T("similar.use")
		if i > 0 {
			label = v.p.T("similar.use.more")
		}
		out.Rows = append(out.Rows, templates.Row{Label: label, Text: note})
	}
	if len(notes) == 0 {
		out.Rows = append(out.Rows, templates.Row{Label: v.p.T("similar.use"), Text: v.p.T("similar.use.none")})
	}
	return out
}

// choiceOptions are what a reviewer can say: that both do the same goes with who
// goes on. In a row of the list there is no room for a note.
func choiceOptions(p *locale.Printer, pair *similar.Pair, chosen string, noted bool) []templates.Option {
	var out []templates.Option
	for _, c := range similar.Choices() {
		if c.Ground == "other" && !noted {
			continue
		}
		if c.Verdict != similar.Same {
			out = append(out, templates.Option{Value: c.String(), Text: p.T(string(c.Label())), Chosen: chosen == c.String()})
			continue
		}
		for _, keep := range []struct{ keeper, other similar.Side }{{pair.Second, pair.First}, {pair.First, pair.Second}} {
			value := c.String() + ">" + keep.keeper.Code
			out = append(out, templates.Option{
				Value: value, Chosen: chosen == value,
				Text: p.T("similar.keep", "said", p.T(string(c.Label())), "keeper", keep.keeper.Code, "other", keep.other.Code),
			})
		}
	}
	return out
}

// form is where the judgement is given; nil for who may not.
func (v pairView) form() *templates.Form {
	if !v.by.Is(similar.Judges()...) || own(v.by, &v.sheet.Pair) {
		return nil
	}
	choice := v.choice
	if choice == "" && v.sheet.Judged.Verdict != similar.Open {
		choice = v.said()
	}
	note := v.note
	if v.err == nil {
		note = v.sheet.Judged.Note
	}
	form := &templates.Form{
		Action: pairPath(v.sheet.ID), Hidden: []templates.Pair{{Name: "version", Value: strconv.FormatInt(v.version, 10)}},
		Sections: []templates.Section{{ID: "s-judge", Title: v.p.T("similar.judge"), Lead: v.p.T("similar.judge.lead"), Fields: []templates.Field{
			{Name: "choice", Kind: templates.KindEnum, Label: v.p.T("similar.choice"), Required: true, Value: choice, Options: choiceOptions(v.p, &v.sheet.Pair, choice, true)},
			{Name: "note", Kind: templates.KindLongText, Label: v.p.T("similar.note"), Help: v.p.T("similar.note.help"), Value: note, MaxLength: 500},
		}}},
		Acts: []templates.Act{{Text: v.p.T("similar.judge.act"), Kind: templates.ActPrimary, Icon: "check", Note: v.p.T("similar.judge.note")}},
	}
	if errors.Is(v.err, store.ErrStale) {
		form.Callouts = []templates.Callout{{Kind: "warning", Text: v.p.T("similar.stale")}}
		return form
	}
	web.Mistakes(v.p, form, v.err)
	return form
}

// said is the present judgement as an option.
func (v pairView) said() string {
	j := v.sheet.Judged
	for _, s := range []similar.Side{v.sheet.First, v.sheet.Second} {
		if j.KeeperID != 0 && s.ID == j.KeeperID {
			return j.Choice.String() + ">" + s.Code
		}
	}
	return j.Choice.String()
}

// timeline is what was said before; nil when nothing was.
func (v pairView) timeline() *templates.Timeline {
	if len(v.sheet.History) == 0 {
		return nil
	}
	t := &templates.Timeline{}
	for _, h := range v.sheet.History {
		t.Events = append(t.Events, templates.Event{
			At: v.p.Time(h.At), By: h.Name, Text: choiceText(v.p, h.Judgement, v.sheet.First, v.sheet.Second), Reason: h.Note, Tone: verdictTones[h.Verdict],
		})
	}
	return t
}
