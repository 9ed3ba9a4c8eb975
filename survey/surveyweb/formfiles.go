package surveyweb

import (
	"bytes"
	"io"
	"path"
	"strings"

	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/survey/questionnaire"
	"qingce/templates"
)

// fileOverhead is what a form with a file takes besides the file.
const fileOverhead = 64 << 10

func (d *desk) mountFormFiles(s *web.Server) {
	view := s.Group(web.For(viewers()...)).Within(slowForm)
	web.Get(view, "/surveys/:code/forms/:dept/files/:id", d.openFormFile)
	fill := s.Group(web.For(fillers()...)).Within(slowForm)
	web.Post(fill.Upto(evidence.MaxSize+fileOverhead), "/surveys/:code/forms/:dept/files", d.attachFile)
	web.Post(fill, "/surveys/:code/forms/:dept/files/:id/remove", d.removeFormFile)
}

// filesView are the files of one question with the form to add one.
type filesView struct {
	Title, ID string
	Help      string
	Files     []formFileView
	Add       *templates.Form
}

// formFileView is a file with what can be done with it.
type formFileView struct {
	Files    templates.Files // one file, as the partial draws it
	ID       string
	Remove   string // address; empty when the reader may not
	Row      string
	Question string
}

// filesOf lists the files of a subject that the reader may see with its form.
func (d *desk) filesOf(r *web.Request, s evidence.Subject) ([]evidence.Item, error) {
	var items []evidence.Item
	err := d.DB.Read(r.Ctx, func(tx *store.Tx) error {
		var err error
		items, err = d.Box.List(tx, s)
		return err
	})
	return items, err
}

func (f *rowForm) fileViews() []filesView {
	return f.paperView.fileViews(questionnaire.OfSystem, f.v.Row.ID, f.files)
}

func (f *bodyForm) fileViews() []filesView {
	return f.paperView.fileViews(questionnaire.OfDepartment, 0, f.files)
}

// fileViews are the questions of a part that are answered by files.
func (v paperView) fileViews(part questionnaire.Part, row survey.RowID, items []evidence.Item) []filesView {
	var out []filesView
	for _, q := range v.paper.Ask.OfPart(part) {
		if q.Type != questionnaire.File {
			continue
		}
		one := filesView{Title: v.label(part, q.Name()), ID: "f-" + q.Name(), Help: q.Help.In(v.p.Lang())}
		for _, item := range items {
			if item.Link.Purpose == q.Name() {
				one.Files = append(one.Files, v.file(row, q.Name(), item))
			}
		}
		if v.paper.Open() == nil {
			one.Add = v.fileForm(row, q.Name())
		}
		out = append(out, one)
	}
	return out
}

func (v paperView) file(row survey.RowID, question string, item evidence.Item) formFileView {
	address := v.path("files", item.Link.ID.String())
	out := formFileView{ID: item.Link.ID.String(), Row: rowText(row), Question: question, Files: templates.Files{Files: []templates.File{{
		Name: item.Link.Name, Href: address + "?row=" + rowText(row), Kind: strings.ToUpper(strings.TrimPrefix(path.Ext(item.Link.Name), ".")),
		Size: v.p.Size(item.File.Size), At: v.p.Time(item.Link.AddedAt), By: item.Link.AddedName, Hash: item.File.SHA256,
	}}}}
	if v.paper.Open() == nil {
		out.Remove = address + "/remove"
	}
	return out
}

func (v paperView) fileForm(row survey.RowID, question string) *templates.Form {
	return &templates.Form{
		ID: "file-" + question, Action: v.path("files"), Upload: true,
		Hidden: []templates.Pair{{Name: "row", Value: rowText(row)}, {Name: "question", Value: question}},
		Sections: []templates.Section{{ID: "s-file-" + question, Fields: []templates.Field{{
			Name: "file", Kind: templates.KindFile, Label: v.p.T("form.file.choose"), Help: v.p.T("form.file.help"),
			Accept: ".pdf,.ofd,.jpg,.jpeg,.png,.docx,.xlsx", MaxBytes: evidence.MaxSize,
		}}}},
		Acts: []templates.Act{{Text: v.p.T("form.file.add"), Icon: "upload"}},
	}
}

// fileIn names a question of a form, or a file of one.
type fileIn struct {
	formIn
	ID       int64  `uri:"id"`
	Row      int64  `form:"row"`
	Question string `form:"question"`
	Reason   string `form:"reason"`
}

func (in fileIn) place() survey.Place {
	return survey.Place{Row: survey.RowID(in.Row), Question: in.Question}
}

// back is the page that the question stands on.
func (in fileIn) back() string {
	if in.Row == 0 {
		return in.path("answers")
	}
	return in.path("rows", rowText(survey.RowID(in.Row)))
}

type attachIn struct {
	formIn
	Row      int64  `form:"row"`
	Question string `form:"question"`
}

// attachFile puts a file to a question.
func (d *desk) attachFile(r *web.Request, in attachIn) (web.Response, error) {
	at := fileIn{formIn: in.formIn, Row: in.Row, Question: in.Question}
	up, err := r.Upload("file", evidence.MaxSize)
	if err == nil {
		file := evidence.Upload{Name: up.Name, Reader: bytes.NewReader(up.Data), Size: up.Size}
		_, err = d.Surveys.AttachFile(r.Ctx, r.By, in.key(), at.place(), file, "")
	}
	return d.filesChanged(r, at, err, "form.file.added")
}

func (d *desk) removeFormFile(r *web.Request, in fileIn) (web.Response, error) {
	err := d.Surveys.RemoveFile(r.Ctx, r.By, in.key(), in.place(), evidence.LinkID(in.ID), strings.TrimSpace(in.Reason))
	return d.filesChanged(r, in, err, "form.file.removed")
}

// filesChanged leads back to the question with what came of it.
func (d *desk) filesChanged(r *web.Request, at fileIn, err error, said string) (web.Response, error) {
	flash := web.Said(r.T(said))
	switch fault.KindOf(err) {
	case fault.Invalid, fault.TooLarge, fault.Conflict:
		flash = templates.Flash{Kind: "error", Text: r.P.Error(err)}
		if found := fault.FieldsOf(err); len(found) > 0 {
			flash.Text = r.P.Field(found[0])
		}
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: at.back() + "#f-" + at.Question, Said: flash}, nil
}

// openFormFile gives a file out, to be saved.
func (d *desk) openFormFile(r *web.Request, in fileIn) (web.Response, error) {
	p, err := d.Surveys.FindForm(r.Ctx, r.By, in.key())
	if err != nil {
		return nil, err
	}
	subject := survey.FormFiles(p.Form.ID, p.Owner.ID)
	if in.Row != 0 {
		v, err := d.Surveys.FindRow(r.Ctx, r.By, in.key(), survey.RowID(in.Row))
		if err != nil {
			return nil, err
		}
		subject = survey.RowFiles(v.Row.ID, p.Owner.ID)
	}
	items, err := d.filesOf(r, subject)
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		if item.Link.ID == evidence.LinkID(in.ID) {
			return d.fileContent(r, item.Link.ID)
		}
	}
	return nil, fault.New(fault.NotFound, "err.not_found")
}

func (d *desk) fileContent(r *web.Request, id evidence.LinkID) (web.Response, error) {
	content, err := d.Box.Open(r.Ctx, r.By, id)
	if err != nil {
		return nil, err
	}
	return web.File{Name: content.Link.Name, MediaType: evidence.SafeMediaType(content.File.MediaType), Write: func(w io.Writer) error {
		defer content.Close()
		_, err := io.Copy(w, content)
		return err
	}}, nil
}
