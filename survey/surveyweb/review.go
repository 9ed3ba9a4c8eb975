package surveyweb

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/templates"
)

func (d *desk) mountReview(s *web.Server) {
	d.mountCoverage(s)

	view := s.Group(web.For(viewers()...))
	web.Get(view, "/surveys/:code/forms/:dept/compare", d.showCompare)

	look := s.Group(web.For(overseers()...))
	web.Get(look, "/surveys/:code/forms/:dept/review", d.showReview)
	web.Get(look, "/surveys/:code/forms/:dept/review/rows/:row", d.showReviewRow)

	review := s.Group(web.For(reviewers()...)).Upto(formBytes).Within(slowForm)
	web.Get(review, "/surveys/:code/review", d.showQueue)
	web.Post(review, "/surveys/:code/review/accept", d.acceptMany)
	web.Post(review, "/surveys/:code/forms/:dept/review", d.review)
	web.Post(review, "/surveys/:code/forms/:dept/review/note", d.saveOfficeNote)
}

// reviewRows is how many systems a page of a review shows at once.
const reviewRows = 10

// Parameters of a review.
const (
	paramShow = "show" // nothing for what has to be looked at, showAll for all
	showAll   = "all"
)

// reviewView reads a form as a reviewer sees it.
func (d *desk) reviewView(r *web.Request, in formIn) (*reviewView, error) {
	sheet, err := d.Surveys.ReviewForm(r.Ctx, r.By, in.key())
	if err != nil {
		return nil, err
	}
	bodies := []map[string]string{sheet.Form.Answers}
	for _, row := range sheet.Rows {
		bodies = append(bodies, row.Row.Body)
	}
	n, err := d.refs(r.Ctx, r.By, sheet.Ask, bodies...)
	if err != nil {
		return nil, err
	}
	v := &reviewView{paperView: d.paperView(r, sheet.Paper, n), sheet: sheet, all: r.URL.Query().Get(paramShow) == showAll}
	v.page, _ = pageOf(r.URL.Query())
	return v, nil
}

// showReview is the page on which a form is reviewed.
func (d *desk) showReview(r *web.Request, in formIn) (web.Response, error) {
	v, err := d.reviewView(r, in)
	if err != nil {
		return nil, err
	}
	return v.view(), nil
}

// showReviewRow shows all answers about one system, to comment on.
func (d *desk) showReviewRow(r *web.Request, in rowIn) (web.Response, error) {
	v, err := d.reviewView(r, in.formIn)
	if err != nil {
		return nil, err
	}
	return v.rowView(in.id())
}

// reviewIn is what a reviewer decides.
type reviewIn struct {
	formIn
	Version int64   `form:"version"`
	Do      string  `form:"do"` // actSave, actReturn or actAccept
	Row     int64   `form:"at_row"`
	Again   []int64 `form:"again"`
	Show    string  `form:"show"`
	Page    int     `form:"page"`
}

// Acts of a reviewer.
const (
	actSave   = "save"
	actReturn = "return"
	actAccept = "accept"
)

// Names of the inputs about an answer; what follows is 12.use_scope.
const (
	tickPrefix = "tick."
	textPrefix = "text."
	hadName    = "had" // answers that have a drafted comment
)

// readSaid reads the comments of a posted page: those that are ticked, and
// without a text those that were ticked before and are not any more.
func readSaid(form url.Values) (given, dropped []survey.Said) {
	for name := range form {
		key, ok := strings.CutPrefix(name, tickPrefix)
		if said, known := saidAt(key); ok && known {
			said.Text = strings.TrimSpace(form.Get(textPrefix + key))
			given = append(given, said)
		}
	}
	for _, key := range form[hadName] {
		if said, known := saidAt(key); known && !form.Has(tickPrefix+key) {
			dropped = append(dropped, said)
		}
	}
	order := func(a, b survey.Said) int { return strings.Compare(a.Field(), b.Field()) }
	slices.SortFunc(given, order)
	slices.SortFunc(dropped, order)
	return given, dropped
}

// saidAt reads 12.use_scope.
func saidAt(key string) (survey.Said, bool) {
	row, question, ok := strings.Cut(key, ".")
	id, err := strconv.ParseInt(row, 10, 64)
	return survey.Said{Row: survey.RowID(id), Question: question}, ok && err == nil
}

// answerKey names an answer among the inputs of a review.
func answerKey(row survey.RowID, question string) string { return rowText(row) + "." + question }

// review keeps, sends or accepts. What is wrong is said on the page, with all
// that was typed.
func (d *desk) review(r *web.Request, in reviewIn) (web.Response, error) {
	said, err := d.decide(r, in)
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict:
		if err == nil {
			break
		}
		return d.reviewAgain(r, in, err)
	}
	if err != nil {
		return nil, err
	}
	to := surveyPath(in.Code, "review")
	if in.Do == actSave {
		to = in.back()
	}
	return web.Redirect{To: to, Said: web.Said(said)}, nil
}

// back is the page that was posted from.
func (in reviewIn) back() string {
	if in.Row != 0 {
		return in.path("review", "rows", strconv.FormatInt(in.Row, 10))
	}
	to := templates.WithQuery(in.path("review"), paramShow, in.Show)
	if in.Page > 1 {
		to = templates.WithQuery(to, paramPage, strconv.Itoa(in.Page))
	}
	return to
}

// decide does what the reviewer chose, and says what was done.
func (d *desk) decide(r *web.Request, in reviewIn) (string, error) {
	given, dropped := readSaid(r.Form)
	if err := emptyTexts(given); err != nil {
		return "", err
	}
	if len(dropped) > 0 {
		if err := d.Surveys.SaveDrafts(r.Ctx, r.By, in.key(), dropped); err != nil {
			return "", err
		}
	}
	switch in.Do {
	case actReturn:
		note := survey.ReturnNote{Comments: given}
		for _, id := range in.Again {
			note.Again = append(note.Again, survey.CommentID(id))
		}
		f, err := d.Surveys.Return(r.Ctx, r.By, in.key(), in.Version, note)
		return r.T("review.said.returned", "n", f.Returns), err
	case actAccept:
		if len(given) > 0 {
			return "", survey.ErrDrafts
		}
		f, err := d.Surveys.Accept(r.Ctx, r.By, in.key(), in.Version)
		return r.T("review.said.accepted", "n", f.RowsTotal), err
	}
	err := d.Surveys.SaveDrafts(r.Ctx, r.By, in.key(), given)
	return r.T("review.said.saved", "n", len(given)), err
}

// emptyTexts refuses what is ticked without a word.
func emptyTexts(said []survey.Said) error {
	var wrong []fault.Field
	for _, s := range said {
		if s.Text == "" {
			wrong = append(wrong, fault.At(s.Field(), "survey.err.comment_empty"))
		}
	}
	return fault.Refuse(wrong)
}

// reviewAgain shows the page that was posted with what is wrong.
func (d *desk) reviewAgain(r *web.Request, in reviewIn, cause error) (web.Response, error) {
	v, err := d.reviewView(r, in.formIn)
	if err != nil {
		return nil, err
	}
	v.typed, v.cause, v.all, v.page = r.Form, cause, in.Show == showAll, max(in.Page, 1)
	if in.Row != 0 {
		return v.rowView(survey.RowID(in.Row))
	}
	return v.view(), nil
}

type noteIn struct {
	formIn
	Version int64  `form:"version"`
	Note    string `form:"office_note"`
}

// saveOfficeNote keeps the note of the reviewers.
func (d *desk) saveOfficeNote(r *web.Request, in noteIn) (web.Response, error) {
	_, err := d.Surveys.SetOfficeNote(r.Ctx, r.By, in.key(), in.Version, in.Note)
	if err == nil {
		return web.Redirect{To: in.path("review"), Said: web.Said(r.T("review.said.noted"))}, nil
	}
	if k := fault.KindOf(err); k != fault.Invalid && k != fault.Conflict {
		return nil, err
	}
	v, readErr := d.reviewView(r, in.formIn)
	if readErr != nil {
		return nil, errors.Join(err, readErr)
	}
	v.cause, v.note = err, &in.Note
	return v.view(), nil
}

type compareIn struct {
	formIn
	From string `form:"from"`
	To   string `form:"to"`
}

// showCompare puts two versions of a form side by side; the last two submissions
// when none are named.
func (d *desk) showCompare(r *web.Request, in compareIn) (web.Response, error) {
	subs, err := d.Surveys.Submissions(r.Ctx, r.By, in.key())
	if err != nil {
		return nil, err
	}
	from, to := survey.Side(in.From), survey.Side(in.To)
	if to == "" {
		to = survey.SideNow
	}
	if from == "" {
		from = survey.SideRegister
		if len(subs) > 1 {
			from, to = survey.SideOf(subs[1].Number), survey.SideOf(subs[0].Number)
		}
	}
	c, err := d.Surveys.Compare(r.Ctx, r.By, in.key(), from, to)
	if err != nil {
		return nil, err
	}
	n, err := d.refs(r.Ctx, r.By, c.Ask)
	if err != nil {
		return nil, err
	}
	v := compareView{paperView: d.paperView(r, c.Paper, n), c: c, subs: subs}
	return web.View{Template: "survey/review_compare", Title: v.p.T("review.compare") + " · " + v.title(), Crumbs: v.crumbs(v.p.T("review.compare")), Data: v.data()}, nil
}
