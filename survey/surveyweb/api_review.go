package surveyweb

import (
	"context"
	"errors"
	"net/http"
	"time"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/web"
	"qingce/survey"
)

func (d *desk) reviewAPI(s *web.Server) {
	d.coverageAPI(s)
	read := web.For(viewers()...).With(readSurveys)
	queue, review := web.For(reviewers()...).With(readSurveys), web.For(reviewers()...).With(writeSurveys)
	web.Operation(s, queue, surveysOp("list-waiting-forms", http.MethodGet, apiSurveys+"/{code}/review", "Forms that wait for review, the oldest first"), d.apiWaiting)
	many := surveysOp("accept-forms", http.MethodPost, apiSurveys+"/{code}/review/accept", "Accept clean forms, each by itself")
	many.Description = "A form is clean when it has no error and no warning, nothing said about it is open, and it takes no system out of the register. The others are left, and the answer says why."
	web.OperationWithin(s, slowForm, review, many, d.apiAcceptMany)

	web.Operation(s, read, surveysOp("list-form-comments", http.MethodGet, apiForm+"/comments", "What was said about a form"), d.apiComments)
	drafts := surveysOp("draft-form-comments", http.MethodPut, apiForm+"/review/drafts", "Draft comments for the return of a form")
	drafts.Description = "The body does not see them before the form is returned. One without a text takes what was drafted about the answer back."
	drafts.DefaultStatus = http.StatusNoContent
	web.Operation(s, review, drafts, d.apiDrafts)
	back := surveysOp("return-form", http.MethodPost, apiForm+"/return", "Send a form back to its body")
	back.Description = "With at least one comment, of this call, drafted, or said again. Answers stay as they are; whether the form is late stays decided by when it was handed in first."
	web.OperationWithin(s, slowForm, review, back, d.apiReturn)
	accept := surveysOp("accept-form", http.MethodPost, apiForm+"/accept", "Accept a form and write the register")
	accept.Description = "In one transaction. When the register refuses one of the rows nothing is written, and the errors name the rows as row.<id>.<field>."
	web.OperationWithin(s, slowForm, review, accept, d.apiAccept)
	web.Operation(s, review, surveysOp("note-form", http.MethodPut, apiForm+"/office-note", "Keep a note of the reviewers about a form"), d.apiNote)
	reply := surveysOp("reply-to-comment", http.MethodPost, apiForm+"/comments/{comment}/replies", "Answer a comment as the body")
	reply.DefaultStatus = http.StatusCreated
	web.Operation(s, web.For(fillers()...).With(writeSurveys), reply, d.apiReply)
	compare := surveysOp("compare-form", http.MethodGet, apiForm+"/compare", "Two versions of a form side by side")
	web.Operation(s, read, compare, d.apiCompare)
}

// waitingDoc is a form that waits for review.
type waitingDoc struct {
	Department  string    `json:"department" doc:"Code of the body"`
	Name        string    `json:"name"`
	Group       string    `json:"group"`
	Region      string    `json:"region" doc:"Code of the county or zone; empty for the city"`
	SubmittedAt time.Time `json:"submitted_at"`
	Submissions int       `json:"submissions"`
	Returns     int       `json:"returns"`
	LateWd      *int      `json:"late_wd,omitempty" doc:"Working days late, by the first submission"`
	ZeroReport  bool      `json:"zero_report"`
	Systems     int       `json:"systems"`
	Warnings    int       `json:"warnings"`
	Open        int       `json:"open_comments"`
	Drafts      int       `json:"drafted_comments"`
	Gone        int       `json:"gone" doc:"Registered systems that are said to be gone"`
	Found       int       `json:"found" doc:"Systems that the census found"`
	Clean       bool      `json:"clean" doc:"Whether it can be accepted together with others"`
	Own         bool      `json:"own" doc:"Whether somebody else has to review it"`
	Version     int64     `json:"version"`
}

type waitingIn struct {
	Code  string   `path:"code"`
	Kind  []string `query:"kind" enum:"clean,warned,late,zero,again"`
	Group string   `query:"group" doc:"A to D; (empty) for none"`
	In    string   `query:"region" doc:"Code of a county or zone; (empty) for the city"`
	Q     string   `query:"q" doc:"In names and codes"`
	Sort  string   `query:"sort" enum:"submitted,-submitted,body,-body,systems,-systems,warnings,-warnings,late,-late" default:"submitted"`
	Page  int      `query:"page" minimum:"1" default:"1"`
	Size  int      `query:"size" minimum:"1" maximum:"200" default:"50"`
}

type waitingOut struct {
	Body struct {
		Total int          `json:"total"`
		Clean int          `json:"clean" doc:"How many of them are clean"`
		Page  int          `json:"page"`
		Size  int          `json:"size"`
		Forms []waitingDoc `json:"forms"`
	}
}

func (d *desk) apiWaiting(ctx context.Context, call web.Call, in *waitingIn) (*waitingOut, error) {
	params := map[string][]string{paramKind: in.Kind, paramGroup: {in.Group}, paramRegion: {in.In}, paramSearch: {in.Q}, paramSort: {in.Sort}}
	q := readQueue(in.Code, params).query
	q.Page, q.Size = in.Page, in.Size
	page, err := d.Surveys.ListWaiting(ctx, call.By, q)
	if err != nil {
		return nil, err
	}
	out := &waitingOut{}
	out.Body.Total, out.Body.Clean, out.Body.Page, out.Body.Size, out.Body.Forms = page.Total, page.Clean, page.Page, page.Size, []waitingDoc{}
	for i := range page.Items {
		w := &page.Items[i]
		out.Body.Forms = append(out.Body.Forms, waitingDoc{
			Department: w.Body.Code, Name: w.Body.Name, Group: w.Body.GroupCode, Region: w.Region, SubmittedAt: web.Instant(*w.Form.SubmittedAt),
			Submissions: w.Form.Submissions, Returns: w.Form.Returns, LateWd: w.Form.LateWd, ZeroReport: w.Form.Zero, Systems: w.Form.RowsTotal,
			Warnings: w.Form.Warnings, Open: w.Open, Drafts: w.Drafts, Gone: w.Gone, Found: w.Found, Clean: w.Clean(), Own: w.Own, Version: w.Form.Version,
		})
	}
	return out, nil
}

type acceptManyBody struct {
	Code string `path:"code"`
	Body struct {
		Departments []string `json:"departments" minItems:"1" maxItems:"100" doc:"Codes of the bodies"`
	}
}

// acceptedDoc is what became of a form.
type acceptedDoc struct {
	Department string `json:"department"`
	Accepted   bool   `json:"accepted"`
	Code       string `json:"code,omitempty" doc:"Why it was left: stable name of the error"`
	Message    string `json:"message,omitempty"`
}

type acceptManyOut struct {
	Body struct {
		Forms []acceptedDoc `json:"forms"`
	}
}

func (d *desk) apiAcceptMany(ctx context.Context, call web.Call, in *acceptManyBody) (*acceptManyOut, error) {
	keys := make([]survey.FormKey, len(in.Body.Departments))
	for i, code := range in.Body.Departments {
		keys[i] = survey.FormKey{Campaign: in.Code, Department: code}
	}
	done, err := d.Surveys.AcceptMany(ctx, call.By, keys)
	if err != nil {
		return nil, err
	}
	out := &acceptManyOut{}
	for _, a := range done {
		one := acceptedDoc{Department: a.Key.Department, Accepted: a.Err == nil}
		if a.Err != nil {
			one.Code, one.Message = codeOf(a.Err), call.P.Error(a.Err)
		}
		out.Body.Forms = append(out.Body.Forms, one)
	}
	return out, nil
}

// saidDoc is what is said about an answer.
type saidDoc struct {
	Row      int64  `json:"row,omitempty" doc:"Number of the row; none for the form"`
	Question string `json:"question,omitempty" doc:"Key of the answer; none for the row, or the form, as a whole"`
	Text     string `json:"text" maxLength:"500"`
}

func saids(docs []saidDoc) []survey.Said {
	out := make([]survey.Said, len(docs))
	for i, one := range docs {
		out[i] = survey.Said{Row: survey.RowID(one.Row), Question: one.Question, Text: one.Text}
	}
	return out
}

// commentDoc is a comment.
type commentDoc struct {
	ID        int64              `json:"id"`
	Row       int64              `json:"row,omitempty"`
	Question  string             `json:"question,omitempty"`
	Kind      survey.CommentKind `json:"kind" enum:"review,census,reply"`
	Round     int                `json:"round" doc:"The submission it speaks of"`
	Text      string             `json:"text"`
	By        string             `json:"by"`
	At        time.Time          `json:"at"`
	SettledAt *time.Time         `json:"settled_at,omitempty"`
	SettledBy string             `json:"settled_by,omitempty"`
}

func commentDocument(c survey.Comment) commentDoc {
	return commentDoc{
		ID: int64(c.ID), Row: int64(rowOf(c)), Question: c.Question, Kind: c.Kind, Round: c.Round, Text: c.Text, By: c.SaidName, At: web.Instant(c.SaidAt),
		SettledAt: web.OptionalInstant(c.SettledAt), SettledBy: c.SettledName,
	}
}

type commentsOut struct {
	Body struct {
		Comments []commentDoc `json:"comments"`
	}
}

func (d *desk) apiComments(ctx context.Context, call web.Call, in *FormKeyIn) (*commentsOut, error) {
	comments, err := d.Surveys.Comments(ctx, call.By, in.key())
	if err != nil {
		return nil, err
	}
	out := &commentsOut{}
	out.Body.Comments = []commentDoc{}
	for _, c := range comments {
		out.Body.Comments = append(out.Body.Comments, commentDocument(c))
	}
	return out, nil
}

type draftsIn struct {
	FormKeyIn
	Body struct {
		Comments []saidDoc `json:"comments" minItems:"1" maxItems:"500"`
	}
}

func (d *desk) apiDrafts(ctx context.Context, call web.Call, in *draftsIn) (*struct{}, error) {
	return nil, d.Surveys.SaveDrafts(ctx, call.By, in.key(), saids(in.Body.Comments))
}

// reviewedDoc is a form after a decision of the reviewers.
type reviewedDoc struct {
	Campaign         string           `json:"campaign"`
	Department       string           `json:"department"`
	State            survey.FormState `json:"state" enum:"draft,submitted,returned,accepted,locked"`
	Systems          int              `json:"systems"`
	Submissions      int              `json:"submissions"`
	Returns          int              `json:"returns"`
	FirstSubmittedAt *time.Time       `json:"first_submitted_at,omitempty"`
	LateWd           *int             `json:"late_wd,omitempty"`
	ReviewedBy       string           `json:"reviewed_by"`
	ReviewedAt       *time.Time       `json:"reviewed_at,omitempty"`
	OfficeNote       string           `json:"office_note"`
	Version          int64            `json:"version"`
}

type reviewedOut struct {
	ETag string `header:"ETag"`
	Body reviewedDoc
}

func reviewedAnswer(key survey.FormKey, f survey.Form, err error) (*reviewedOut, error) {
	if err != nil {
		return nil, err
	}
	return &reviewedOut{ETag: web.ETag(f.Version), Body: reviewedDoc{
		Campaign: key.Campaign, Department: key.Department, State: f.State, Systems: f.RowsTotal, Submissions: f.Submissions, Returns: f.Returns,
		FirstSubmittedAt: web.OptionalInstant(f.FirstSubmittedAt), LateWd: f.LateWd, ReviewedBy: f.ReviewedName, ReviewedAt: web.OptionalInstant(f.ReviewedAt), OfficeNote: f.OfficeNote, Version: f.Version,
	}}, nil
}

type returnIn struct {
	FormKeyIn
	IfMatch string `header:"If-Match" doc:"ETag of the version that was looked at"`
	Body    struct {
		Comments []saidDoc `json:"comments,omitempty" maxItems:"500"`
		Again    []int64   `json:"again,omitempty" doc:"Open comments of earlier returns that are not answered well enough yet; the others are settled"`
	}
}

func (d *desk) apiReturn(ctx context.Context, call web.Call, in *returnIn) (*reviewedOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	note := survey.ReturnNote{Comments: saids(in.Body.Comments)}
	for _, id := range in.Body.Again {
		note.Again = append(note.Again, survey.CommentID(id))
	}
	f, err := d.Surveys.Return(ctx, call.By, in.key(), version, note)
	return reviewedAnswer(in.key(), f, err)
}

type acceptIn struct {
	FormKeyIn
	IfMatch string `header:"If-Match" doc:"ETag of the version that was looked at"`
}

func (d *desk) apiAccept(ctx context.Context, call web.Call, in *acceptIn) (*reviewedOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	f, err := d.Surveys.Accept(ctx, call.By, in.key(), version)
	return reviewedAnswer(in.key(), f, err)
}

type noteBody struct {
	FormKeyIn
	IfMatch string `header:"If-Match" doc:"ETag of the version that was looked at"`
	Body    struct {
		Note string `json:"office_note" maxLength:"1000"`
	}
}

func (d *desk) apiNote(ctx context.Context, call web.Call, in *noteBody) (*reviewedOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	f, err := d.Surveys.SetOfficeNote(ctx, call.By, in.key(), version, in.Body.Note)
	return reviewedAnswer(in.key(), f, err)
}

type replyIn struct {
	FormKeyIn
	Comment int64 `path:"comment"`
	Body    struct {
		Text string `json:"text" maxLength:"500"`
	}
}

type replyOut struct{ Body commentDoc }

func (d *desk) apiReply(ctx context.Context, call web.Call, in *replyIn) (*replyOut, error) {
	c, err := d.Surveys.Reply(ctx, call.By, in.key(), survey.CommentID(in.Comment), in.Body.Text)
	if err != nil {
		return nil, err
	}
	return &replyOut{Body: commentDocument(c)}, nil
}

type compareQuery struct {
	FormKeyIn
	From string `query:"from" default:"register" doc:"Number of a submission, now, or register"`
	To   string `query:"to" default:"now" doc:"Number of a submission, now, or register"`
}

// rowDiffDoc is a system on both sides.
type rowDiffDoc struct {
	Row        int64             `json:"row,omitempty" doc:"None for a system of the register that is not on the form"`
	Code       string            `json:"code"`
	Name       string            `json:"name"`
	Difference survey.Difference `json:"difference" enum:"same,edited,new,gone,dropped"`
	Gone       string            `json:"gone,omitempty"`
	Changes    []field.Change    `json:"changes,omitempty" doc:"Canonical text of the answers"`
}

type compareOut struct {
	Body struct {
		From string         `json:"from"`
		To   string         `json:"to"`
		Form []field.Change `json:"form,omitempty" doc:"What is said of the body as a whole"`
		Rows []rowDiffDoc   `json:"rows"`
	}
}

func (d *desk) apiCompare(ctx context.Context, call web.Call, in *compareQuery) (*compareOut, error) {
	c, err := d.Surveys.Compare(ctx, call.By, in.key(), survey.Side(in.From), survey.Side(in.To))
	if err != nil {
		return nil, err
	}
	out := &compareOut{}
	out.Body.From, out.Body.To, out.Body.Form, out.Body.Rows = in.From, in.To, c.Whole, []rowDiffDoc{}
	for _, r := range c.Rows {
		out.Body.Rows = append(out.Body.Rows, rowDiffDoc{int64(r.ID), r.Code, r.Name, r.Kind, r.Gone, r.Changes})
	}
	return out, nil
}

// codeOf is the stable name of an error.
func codeOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return ""
}
