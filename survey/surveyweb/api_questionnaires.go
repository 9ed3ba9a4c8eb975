package surveyweb

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/survey/questionnaire"
)

const apiQuestionnaires = "/api/v1/questionnaires"

func questionnairesOp(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Questionnaires"}}
}

func (d *desk) questionnairesAPI(s *web.Server) {
	read, write := web.For(viewers()...).With(readSurveys), web.For(reviewers()...).With(writeSurveys)
	list, office := web.For(reviewers()...).With(readSurveys), web.For(auth.Office).With(writeSurveys)
	one := apiQuestionnaires + "/{code}/{number}"
	web.Operation(s, list, questionnairesOp("list-questionnaires", http.MethodGet, apiQuestionnaires, "List the versions of questionnaires"), d.apiListQuestionnaires)
	get := questionnairesOp("get-questionnaire", http.MethodGet, one, "Read a version of a questionnaire with its questions")
	web.Operation(s, read, get, d.apiGetQuestionnaire)
	create := questionnairesOp("create-questionnaire", http.MethodPost, apiQuestionnaires, "Make the first draft of a questionnaire")
	create.DefaultStatus = http.StatusCreated
	web.Operation(s, write, create, d.apiCreateQuestionnaire)
	version := questionnairesOp("version-questionnaire", http.MethodPost, apiQuestionnaires+"/{code}/versions", "Make a draft of the next version, a copy of the newest one")
	version.DefaultStatus = http.StatusCreated
	web.Operation(s, write, version, d.apiVersionQuestionnaire)
	put := questionnairesOp("save-questionnaire", http.MethodPut, one, "Replace the questions of a draft")
	web.Operation(s, write, put, d.apiSaveQuestionnaire)
	web.Operation(s, office, questionnairesOp("publish-questionnaire", http.MethodPost, one+"/publish", "Publish a draft; it never changes again"), d.apiPublishQuestionnaire)
	web.Operation(s, office, questionnairesOp("withdraw-questionnaire", http.MethodPost, one+"/withdraw", "Withdraw a version from what surveys can ask"), d.apiWithdrawQuestionnaire)
}

// questionnaireDoc is a version as the API shows it.
type questionnaireDoc struct {
	Code          string                    `json:"code"`
	Number        int                       `json:"number"`
	State         survey.QuestionnaireState `json:"state" enum:"draft,published,withdrawn"`
	Title         questionnaire.Text        `json:"title"`
	Note          string                    `json:"note"`
	Hash          string                    `json:"hash" doc:"SHA-256 of the questions, once they are published"`
	PublishedAt   *time.Time                `json:"published_at,omitempty"`
	PublishedName string                    `json:"published_name,omitempty"`
	UpdatedAt     time.Time                 `json:"updated_at"`
	Version       int64                     `json:"version" doc:"Number of the version of the row; the ETag"`
	Surveys       []string                  `json:"surveys,omitempty" doc:"Codes of the surveys that ask it"`
	Questions     *questionnaire.Body       `json:"questions,omitempty"`
}

func questionnaireDocument(q survey.Questionnaire, campaigns []survey.Campaign) questionnaireDoc {
	doc := questionnaireDoc{
		Code: q.Code, Number: q.Number, State: q.State, Title: q.Body.Title, Note: q.Note, Hash: q.Hash, PublishedAt: web.OptionalInstant(q.PublishedAt),
		PublishedName: q.PublishedName, UpdatedAt: web.Instant(q.UpdatedAt), Version: q.Version,
	}
	for _, c := range campaigns {
		doc.Surveys = append(doc.Surveys, c.Code)
	}
	return doc
}

type questionnairesOut struct {
	Body struct {
		Questionnaires []questionnaireDoc `json:"questionnaires"`
	}
}

func (d *desk) apiListQuestionnaires(ctx context.Context, call web.Call, _ *struct{}) (*questionnairesOut, error) {
	all, err := d.Surveys.ListQuestionnaires(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &questionnairesOut{}
	out.Body.Questionnaires = []questionnaireDoc{}
	for _, q := range all {
		out.Body.Questionnaires = append(out.Body.Questionnaires, questionnaireDocument(q.Questionnaire, q.Campaigns))
	}
	return out, nil
}

type questionnaireOut struct {
	ETag string `header:"ETag"`
	Body questionnaireDoc
}

func questionnaireAnswer(q survey.Questionnaire, err error) (*questionnaireOut, error) {
	if err != nil {
		return nil, atQuestions(err)
	}
	doc := questionnaireDocument(q, nil)
	doc.Questions = &q.Body
	return &questionnaireOut{ETag: web.ETag(q.Version), Body: doc}, nil
}

// atQuestions names the places that are wrong as bodies of the API do.
func atQuestions(err error) error {
	f, ok := asFault(err)
	if !ok {
		return err
	}
	out := *f
	out.Fields = slices.Clone(f.Fields)
	for i := range out.Fields {
		if strings.HasPrefix(out.Fields[i].Code, "questionnaire.err.") {
			out.Fields[i].Name = "questions." + out.Fields[i].Name
		}
	}
	return &out
}

type questionnaireIn struct {
	Code   string `path:"code"`
	Number int    `path:"number" minimum:"1"`
}

func (d *desk) apiGetQuestionnaire(ctx context.Context, call web.Call, in *questionnaireIn) (*questionnaireOut, error) {
	q, err := d.Surveys.FindQuestionnaire(ctx, call.By, in.Code, in.Number)
	return questionnaireAnswer(q.Questionnaire, err)
}

type newQuestionnaireAPI struct {
	Body struct {
		Code      string             `json:"code" maxLength:"40"`
		Note      string             `json:"note,omitempty" maxLength:"500"`
		Questions questionnaire.Body `json:"questions"`
	}
}

func (d *desk) apiCreateQuestionnaire(ctx context.Context, call web.Call, in *newQuestionnaireAPI) (*questionnaireOut, error) {
	return questionnaireAnswer(d.Surveys.NewQuestionnaire(ctx, call.By, in.Body.Code, in.Body.Questions, in.Body.Note))
}

type nextVersionIn struct {
	Code string `path:"code"`
}

func (d *desk) apiVersionQuestionnaire(ctx context.Context, call web.Call, in *nextVersionIn) (*questionnaireOut, error) {
	return questionnaireAnswer(d.Surveys.NewVersion(ctx, call.By, in.Code))
}

type saveQuestionnaireIn struct {
	Code    string `path:"code"`
	Number  int    `path:"number" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The ETag of what was read"`
	Body    struct {
		Note      string             `json:"note,omitempty" maxLength:"500"`
		Questions questionnaire.Body `json:"questions"`
	}
}

func (d *desk) apiSaveQuestionnaire(ctx context.Context, call web.Call, in *saveQuestionnaireIn) (*questionnaireOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return questionnaireAnswer(d.Surveys.SaveQuestionnaire(ctx, call.By, in.Code, in.Number, version, in.Body.Questions, in.Body.Note))
}

type publishIn struct {
	Code    string `path:"code"`
	Number  int    `path:"number" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The ETag of what was read"`
}

func (d *desk) apiPublishQuestionnaire(ctx context.Context, call web.Call, in *publishIn) (*questionnaireOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return questionnaireAnswer(d.Surveys.PublishQuestionnaire(ctx, call.By, in.Code, in.Number, version))
}

type withdrawIn struct {
	Code    string `path:"code"`
	Number  int    `path:"number" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The ETag of what was read"`
	Body    struct {
		Reason string `json:"reason,omitempty" maxLength:"200"`
	}
}

func (d *desk) apiWithdrawQuestionnaire(ctx context.Context, call web.Call, in *withdrawIn) (*questionnaireOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return questionnaireAnswer(d.Surveys.WithdrawQuestionnaire(ctx, call.By, in.Code, in.Number, version, in.Body.Reason))
}
