package surveyweb

import (
	"strings"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/survey"
	"qingce/survey/questionnaire"
	"qingce/templates"
)

// bookPage is the data of survey/paper_book.
type bookPage struct {
	Head   templates.Head
	Tabs   templates.Tabs
	Errors *templates.Errors
	File   *templates.Form
	Paste  *templates.Form
}

func (v paperView) book(pasted string, cause error) bookPage {
	out := bookPage{Tabs: v.tabs("book"), Head: templates.Head{
		Title: v.p.T("form.book.title", "department", v.paper.Owner.Name), Lead: v.p.T("form.book.lead"), Deadline: v.deadline(),
		Actions: []templates.Act{{Text: v.p.T("form.book.export"), Href: v.path("export.xlsx"), Icon: "download", Download: true, Kind: templates.ActPrimary}},
	}}
	if v.paper.Open() != nil {
		return out
	}
	if cause != nil {
		out.Errors = &templates.Errors{}
		for _, f := range fault.FieldsOf(cause) {
			out.Errors.Items = append(out.Errors.Items, templates.ErrorItem{Text: v.said(f)})
		}
		if len(out.Errors.Items) == 0 {
			out.Errors.Items = []templates.ErrorItem{{Text: v.p.Error(cause)}}
		}
	}
	read := templates.Act{Text: v.p.T("form.book.read"), Note: v.p.T("form.book.read.note"), Icon: "eye"}
	out.File = &templates.Form{
		ID: "book-file", Action: v.path("workbook"), Upload: true, Acts: []templates.Act{read},
		Sections: []templates.Section{{ID: "s-file", Title: v.p.T("form.book.file"), Fields: []templates.Field{{
			Name: "file", Kind: templates.KindFile, Label: v.p.T("form.book.file.label"), Help: v.p.T("form.book.file.help"), Accept: ".xlsx,.csv,.txt", MaxBytes: survey.MaxBook,
		}}}},
	}
	out.Paste = &templates.Form{
		ID: "book-paste", Action: v.path("workbook"), Acts: []templates.Act{read},
		Sections: []templates.Section{{ID: "s-paste", Title: v.p.T("form.book.paste"), Fields: []templates.Field{{
			Name: "pasted", Kind: templates.KindLongText, Label: v.p.T("form.book.paste.label"), Help: v.p.T("form.book.paste.help"), Value: pasted,
		}}}},
	}
	return out
}

// bookPreviewPage is the data of survey/paper_preview.
type bookPreviewPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Lines    []lineView
	Taken    []takenView // what was taken over, once it was confirmed
	Acts     []templates.Act
}

// takenView is a line that was taken over.
type takenView struct {
	Name, Href string
	Number     int
	Badge      templates.Badge
}

// lineView is a line of a workbook with what it would do.
type lineView struct {
	Number  int
	Name    string
	Code    string
	Badge   templates.Badge
	Errors  []string
	Notes   []string
	Changes []templates.Change
}

type bookPreview struct {
	paperView
	preview survey.Preview
}

func (v bookPreview) data() bookPreviewPage {
	c := v.preview.Counts
	out := bookPreviewPage{Head: templates.Head{
		Title: v.p.T("form.book.preview", "name", v.preview.Upload.FileName),
		Lead:  v.p.T("form.book.preview.lead", "new", c[survey.LineNew], "changed", c[survey.LineChanged], "same", c[survey.LineSame], "wrong", c[survey.LineWrong]),
	}}
	if unknown := v.preview.Upload.Body.Unknown; len(unknown) > 0 {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "info", Title: v.p.T("form.book.unknown"), Items: unknown})
	}
	if v.preview.Upload.State == survey.UploadApplied {
		v.applied(&out)
	} else if c[survey.LineWrong] > 0 {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "warning", Text: v.p.T("form.book.preview.wrong")})
	}
	if a := v.preview.Answers; a != nil && a.Outcome != survey.LineSame {
		out.Lines = append(out.Lines, v.line(*a, questionnaire.OfDepartment, v.p.T("form.tab.answers")))
	}
	for _, outcome := range []survey.Outcome{survey.LineWrong, survey.LineNew, survey.LineChanged} { // what is to be looked at first
		for _, line := range v.preview.Lines {
			if line.Outcome == outcome {
				out.Lines = append(out.Lines, v.line(line, questionnaire.OfSystem, nameOr(v.p, line.Name)))
			}
		}
	}
	out.Acts = v.acts()
	return out
}

// applied says what was taken over from a workbook, and what was left.
func (v bookPreview) applied(out *bookPreviewPage) {
	up, left := v.preview.Upload, v.preview.Counts[survey.LineWrong]
	fresh, changed := 0, 0
	for _, t := range up.Body.Taken {
		one := takenView{Name: v.p.T("form.tab.answers"), Href: v.path("answers"), Number: t.Number}
		if t.Row != 0 {
			one.Name, one.Href = nameOr(v.p, t.Name), v.path("rows", rowText(t.Row))
		}
		one.Badge = templates.Badge{Text: v.p.T("form.taken." + string(t.Outcome)), Tone: templates.ToneGreen}
		out.Taken = append(out.Taken, one)
		if t.Outcome == survey.LineNew {
			fresh++
		} else {
			changed++
		}
	}
	out.Head.Lead = v.p.T("form.book.applied", "at", up.UpdatedAt, "new", fresh, "changed", changed)
	c := templates.Callout{Kind: "ok", Text: v.p.T("form.book.applied.all")}
	if left > 0 {
		c = templates.Callout{Kind: "warning", Title: v.p.T("form.book.applied.left", "n", left), Text: v.p.T("form.book.applied.left.text")}
		c.Link = &templates.Link{Text: v.p.T("form.book.again"), Href: v.path("workbook")}
	}
	out.Callouts = append(out.Callouts, c)
}

func (v bookPreview) acts() []templates.Act {
	at := v.path("workbook", versionText(int64(v.preview.Upload.ID)))
	back := templates.Act{Text: v.p.T("form.act.back"), Href: v.path(), Kind: templates.ActQuiet}
	if v.preview.Upload.State != survey.UploadReady {
		return []templates.Act{back}
	}
	out := []templates.Act{{Text: v.p.T("form.book.drop"), Post: at + "/drop", Icon: "trash"}, back}
	if n := v.preview.Good(); n > 0 && v.paper.Open() == nil {
		out = append([]templates.Act{{
			Text: v.p.T("form.book.confirm"), Note: v.p.T("form.book.confirm.note", "n", n), Post: at + "/confirm", Kind: templates.ActPrimary, Icon: "check",
		}}, out...)
	}
	return out
}

func (v bookPreview) line(l survey.PreviewLine, part questionnaire.Part, name string) lineView {
	tone := map[survey.Outcome]string{
		survey.LineNew: templates.ToneBlue, survey.LineChanged: templates.ToneBlue, survey.LineSame: templates.ToneGrey, survey.LineWrong: templates.ToneRed,
	}[l.Outcome]
	out := lineView{Number: l.Number, Name: name, Code: l.Code, Badge: templates.Badge{Text: v.p.T(string(l.Outcome.Label())), Tone: tone}}
	for _, f := range l.Found {
		text := v.said(f)
		if f.Cell != "" {
			text = f.Cell + " " + text
		}
		switch {
		case !f.Warning:
			out.Errors = append(out.Errors, text)
		case l.Outcome != survey.LineWrong || !fieldweb.IsNote(f):
			out.Notes = append(out.Notes, text)
		}
	}
	if l.Outcome == survey.LineChanged {
		out.Changes = v.changes(part, l.Changes)
	}
	return out
}

// changes writes what a line changes; table questions as lines of words.
func (v bookPreview) changes(part questionnaire.Part, changes []field.Change) []templates.Change {
	var out []templates.Change
	for _, c := range changes {
		out = append(out, templates.Change{
			Label: v.label(part, c.Key), Old: strings.TrimSpace(v.text(part, c.Key, c.Old)), New: strings.TrimSpace(v.text(part, c.Key, c.New)),
		})
	}
	return out
}
