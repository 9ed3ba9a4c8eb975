package zombieweb

import (
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/inventory/zombie"
	"qingce/templates"
)

// declarationBox is a declaration with what can be done with it.
type declarationBox struct {
	Facts templates.Facts
	Acts  []templates.Act
	Form  *templates.Form
}

// declared are the declarations of a system for its page.
func (v lifeView) declared() []declarationBox {
	var out []declarationBox
	for i := range v.declarations {
		d := &v.declarations[i]
		box := declarationBox{Facts: templates.Facts{Title: v.p.T(string(d.Kind.Label())), Rows: []templates.Row{
			{Label: v.p.T("zombie.declaration.day"), Text: d.Day.String()},
			{Label: v.p.T("zombie.declaration.text"), Text: d.Text, Long: true},
			{Label: v.p.T("zombie.run.state"), Badge: &templates.Badge{Text: v.p.T(string(d.State.Label())), Tone: declarationTones[d.State]}, Note: d.DecidedReason},
			{Label: v.p.T("zombie.declaration.by"), Text: d.DeclaredName + " " + v.p.Time(d.DeclaredAt)},
		}}}
		if d.State == zombie.Declared {
			box.Acts, box.Form = v.open(d)
		}
		out = append(out, box)
	}
	return out
}

var declarationTones = map[zombie.DeclarationState]string{
	zombie.Declared: templates.ToneAmber, zombie.Accepted: templates.ToneGreen, zombie.Refused: templates.ToneRed, zombie.Withdrawn: templates.ToneGrey,
}

// open is what the reader can do with a declaration that waits.
func (v lifeView) open(d *zombie.Declaration) ([]templates.Act, *templates.Form) {
	path := web.Join(declarationsPath, strconv.FormatInt(d.ID, 10))
	hidden := []templates.Pair{{Name: "version", Value: strconv.FormatInt(d.Version, 10)}, {Name: "code", Value: v.life.System.Code}}
	switch {
	case v.own:
		return []templates.Act{{Text: v.p.T("zombie.declaration.withdraw"), Post: path + "/withdraw", Hidden: hidden, Note: v.p.T("zombie.declaration.withdraw.note")}}, nil
	case !v.by.Is(auth.Centre):
		return nil, nil
	}
	f := &templates.Form{
		ID: "decide-" + strconv.FormatInt(d.ID, 10), Action: path + "/decision", Hidden: hidden,
		Sections: []templates.Section{{ID: "s-decide-" + strconv.FormatInt(d.ID, 10), Title: v.p.T("zombie.declaration.decide"), Fields: []templates.Field{
			{Name: declarationReason(d.ID), Label: v.p.T("zombie.declaration.reason"), MaxLength: 500, Help: v.p.T("zombie.declaration.reason.help")},
		}}},
		Acts: []templates.Act{
			{Text: v.p.T("zombie.declaration.accept"), Kind: templates.ActPrimary, Name: "decision", Value: "accept", Note: v.p.T("zombie.declaration.accept.note")},
			{Text: v.p.T("zombie.declaration.refuse"), Name: "decision", Value: refusing, Note: v.p.T("zombie.declaration.refuse.note")},
		},
	}
	if v.tried == nil || v.typed.Kind == "" && v.typed.Text == "" {
		web.Mistakes(v.p, f, v.tried)
	}
	return nil, f
}

// declareForm asks a department for a declaration.
func (v lifeView) declareForm() *templates.Form {
	if !v.own {
		return nil
	}
	kind := templates.Field{Name: "kind", Kind: templates.KindEnum, Label: v.p.T("zombie.declaration.kind"), Required: true, Value: v.typed.Kind, Width: "medium"}
	for _, k := range zombie.DeclarationKinds() {
		kind.Options = append(kind.Options, templates.Option{Value: string(k), Text: v.p.T(string(k.Label()))})
	}
	f := &templates.Form{
		ID: "declare", Action: verdictPath(v.life.System.Code, "declarations"),
		Sections: []templates.Section{{ID: "s-declare", Title: v.p.T("zombie.declaration.new"), Fields: []templates.Field{
			kind,
			{Name: "day", Kind: templates.KindDate, Label: v.p.T("zombie.declaration.day"), Required: true, Value: v.typed.Day, Width: "short", Help: v.p.T("zombie.declaration.day.help")},
			{Name: "text", Kind: templates.KindLongText, Label: v.p.T("zombie.declaration.text"), Required: true, Value: v.typed.Text, MaxLength: 500, Help: v.p.T("zombie.declaration.text.help")},
		}}},
		Acts: []templates.Act{{Text: v.p.T("zombie.declaration.send"), Kind: templates.ActPrimary, Note: v.p.T("zombie.declaration.send.note")}},
	}
	if v.tried != nil {
		web.Mistakes(v.p, f, v.tried)
	}
	return f
}
