package surveyweb

import (
	"errors"
	"net/url"
	"slices"

	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/survey"
	"qingce/survey/questionnaire"
	"qingce/templates"
)

// replyLength is how long a reply may be.
const replyLength = 500

// replyField names the reply to a comment among posted values.
func replyField(id survey.CommentID) string { return "reply." + versionText(int64(id)) }

// sameThing tells whether two comments are about the same answer.
func sameThing(a, b survey.Comment) bool { return rowOf(a) == rowOf(b) && a.Question == b.Question }

// byThing puts what is said about the same thing together, in the order in which
// it was said first.
func byThing(said []survey.Comment) [][]survey.Comment {
	var out [][]survey.Comment
	for _, c := range said {
		i := slices.IndexFunc(out, func(one []survey.Comment) bool { return sameThing(one[0], c) })
		if i < 0 {
			out = append(out, nil)
			i = len(out) - 1
		}
		out[i] = append(out[i], c)
	}
	return out
}

// asked is the comment that a reply answers: the last one that is no reply.
func asked(said []survey.Comment) survey.CommentID {
	for _, c := range slices.Backward(said) {
		if c.Kind != survey.Reply {
			return c.ID
		}
	}
	return 0
}

// threadID is the element that shows what is said, to be linked to.
func threadID(said []survey.Comment) string {
	id := asked(said)
	if id == 0 {
		id = said[0].ID
	}
	return "c-" + versionText(int64(id))
}

// thread shows what is said about one thing, with a place to reply for those who
// write the answers; the reply belongs to the form around it.
func (v paperView) thread(said []survey.Comment, typed url.Values, found []fault.Field) *templates.Thread {
	out := &templates.Thread{ID: threadID(said)}
	for _, c := range said {
		out.Said = append(out.Said, templates.Said{
			Kind: v.p.T("form.comment." + string(c.Kind)), By: c.SaidName, At: v.p.Time(c.SaidAt), Text: c.Text, Answer: c.Kind == survey.Reply,
		})
	}
	id := asked(said)
	if v.paper.Open() != nil || id == 0 {
		return out
	}
	name := replyField(id)
	out.Reply = &templates.Reply{
		Summary: v.p.T("form.reply.open"),
		Field: templates.Field{
			Name: name, Kind: templates.KindLongText, Label: v.p.T("form.reply.text"), Help: v.p.T("form.reply.help"), Value: typed.Get(name),
			Error: fieldweb.ErrorAt(v.p, found, name), MaxLength: replyLength,
		},
		Act: templates.Act{Text: v.p.T("form.reply.send"), Name: "reply", Value: versionText(int64(id)), Icon: "send", NoCheck: true},
	}
	return out
}

// alone makes the reply a form of its own; row is where to go back to, empty for
// the first page.
func (v paperView) alone(t *templates.Thread, row string) {
	if t.Reply == nil {
		return
	}
	t.Reply.Action = v.path("comments", t.Reply.Act.Value, "reply")
	if row != "" {
		t.Reply.Hidden = []templates.Pair{{Name: "row", Value: row}}
	}
}

// beside is what is said about an answer, nil when nothing is.
func (w *writing) beside(question string) *templates.Thread {
	for _, said := range byThing(w.said) {
		if said[0].Question == question && question != "" {
			return w.thread(said, w.typed, w.found)
		}
	}
	return nil
}

// elsewhere are the comments that stand beside no field: about the whole, and
// about answers that the page does not ask for.
func (w *writing) elsewhere(sections []templates.Section) []templates.Thread {
	placed := map[string]bool{}
	for i := range sections {
		for j := range sections[i].Fields {
			fd := &sections[i].Fields[j]
			if fd.Hidden {
				fd.Thread = nil
			}
			placed[fd.Name] = fd.Thread != nil
		}
	}
	var out []templates.Thread
	for _, said := range byThing(w.said) {
		if !placed[said[0].Question] {
			out = append(out, w.titled(said))
		}
	}
	return out
}

// titled is what is said, under the name of what it is about.
func (w *writing) titled(said []survey.Comment) templates.Thread {
	t := w.thread(said, w.typed, w.found)
	switch question := said[0].Question; {
	case question != "":
		t.Title = w.label(w.part, question)
		if _, ok := w.paper.Ask.Question(question); !ok && w.part == questionnaire.OfSystem {
			t.Note = w.p.T("form.comment.not_asked", "value", w.registered(question))
			if w.now != nil {
				t.Href = web.Join("/systems", w.now.Code)
			}
		}
	case w.part == questionnaire.OfSystem:
		t.Title = w.p.T("form.comment.system")
	default:
		t.Title = w.p.T("form.comment.whole")
	}
	return *t
}

// registered writes what the register has where the questionnaire does not ask.
func (w *writing) registered(question string) string {
	f, ok := inventory.SystemFields.Find(question)
	if !ok || w.stands.saved[question] == "" {
		return w.p.T("ui.empty_value")
	}
	return fieldweb.TextWithUnit(w.writer(), f, w.stands.saved[question])
}

// apart is all that is said, each with a form of its own to reply.
func (w *writing) apart(row string) []templates.Thread {
	var out []templates.Thread
	for _, said := range byThing(w.said) {
		t := w.titled(said)
		w.alone(&t, row)
		out = append(out, t)
	}
	return out
}

// reply keeps a reply; what is wrong with it is found at its field.
func (d *desk) reply(r *web.Request, key survey.FormKey, id int64) ([]fault.Field, error) {
	name := replyField(survey.CommentID(id))
	_, err := d.Surveys.Reply(r.Ctx, r.By, key, survey.CommentID(id), r.Form.Get(name))
	var refused *fault.Error
	switch {
	case err == nil:
		return nil, nil
	case errors.As(err, &refused) && refused.Kind == fault.Conflict:
		return []fault.Field{{Name: name, Code: refused.Code, Args: refused.Args}}, nil
	case errors.As(err, &refused) && refused.Kind == fault.Invalid:
		found := slices.Clone(refused.Fields)
		for i := range found {
			found[i].Name = name
		}
		return found, nil
	}
	return nil, err
}

// replyInRow takes a reply from the form of a system, and keeps what is typed
// there.
func (d *desk) replyInRow(r *web.Request, in rowSave) (web.Response, error) {
	found, err := d.reply(r, in.key(), in.Reply)
	if err != nil {
		return nil, err
	}
	f, err := d.rowForm(r, in.rowIn)
	if err != nil {
		return nil, err
	}
	if answer, err := d.stay(r, f, in.partSave, found, f.autosave(d, r)); answer != nil || err != nil {
		return answer, err
	}
	return web.Redirect{To: in.rowPath() + "#c-" + versionText(in.Reply), Said: web.Said(r.T("form.said.replied"))}, nil
}

// replyInAnswers is replyInRow on the form about the body.
func (d *desk) replyInAnswers(r *web.Request, in answersSave) (web.Response, error) {
	found, err := d.reply(r, in.key(), in.Reply)
	if err != nil {
		return nil, err
	}
	f, err := d.bodyForm(r, in.formIn)
	if err != nil {
		return nil, err
	}
	if answer, err := d.stay(r, f, in.partSave, found, f.autosave(d, r)); answer != nil || err != nil {
		return answer, err
	}
	return web.Redirect{To: in.path("answers") + "#c-" + versionText(in.Reply), Said: web.Said(r.T("form.said.replied"))}, nil
}

type replyAloneIn struct {
	formIn
	ID  int64 `uri:"id"`
	Row int64 `form:"row"`
}

// replyAlone takes a reply from where nothing else is written: the first page, or
// a system that is only read.
func (d *desk) replyAlone(r *web.Request, in replyAloneIn) (web.Response, error) {
	found, err := d.reply(r, in.key(), in.ID)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0 && in.Row != 0:
		return web.Redirect{To: in.path("rows", versionText(in.Row)) + "#c-" + versionText(in.ID), Said: web.Said(r.T("form.said.replied"))}, nil
	case len(found) == 0:
		return web.Redirect{To: in.path() + "#c-" + versionText(in.ID), Said: web.Said(r.T("form.said.replied"))}, nil
	case in.Row == 0:
		return d.formPage(r, in.formIn, nil, fault.Refuse(found))
	}
	f, err := d.rowForm(r, rowIn{in.formIn, in.Row})
	if err != nil {
		return nil, err
	}
	f.typed, f.found, f.err = r.Form, found, fault.Refuse(found)
	return web.View{Template: "survey/paper_facts", Title: f.title(), Crumbs: f.crumbs(), Data: f.facts(), Err: f.err}, nil
}
