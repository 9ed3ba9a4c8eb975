package surveyweb

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/survey/questionnaire"
)

const apiForm = "/api/v1/surveys/{code}/forms/{dept}"

func formsOp(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Forms"}}
}

func (d *desk) formsAPI(s *web.Server) {
	read, write := web.For(viewers()...).With(readSurveys), web.For(fillers()...).With(writeSurveys)
	get := formsOp("get-survey-form", http.MethodGet, apiForm, "Read a form: how it stands and what it says of the body")
	get.Description = "For somebody who fills it in the first reading takes the systems over from the register."
	web.Operation(s, read, get, d.apiForm)
	web.OperationWithin(s, slowForm, read, formsOp("check-survey-form", http.MethodGet, apiForm+"/check", "What keeps a form from being filed"), d.apiCheck)
	web.Operation(s, read, formsOp("list-survey-rows", http.MethodGet, apiForm+"/rows", "The systems on a form"), d.apiRows)
	web.Operation(s, read, formsOp("get-survey-row", http.MethodGet, apiForm+"/rows/{row}", "Read a system on a form"), d.apiRow)

	add := formsOp("add-survey-row", http.MethodPost, apiForm+"/rows", "Put a system onto a form that is not registered yet")
	add.DefaultStatus = http.StatusCreated
	web.OperationWithin(s, slowForm, write, add, d.apiAddRow)
	change := formsOp("change-survey-row", http.MethodPatch, apiForm+"/rows/{row}", "Change single answers about a system")
	change.Description = "What is not in answers stays as it is; null empties one. Mistakes are saved too: they stand in problems."
	web.OperationWithin(s, slowForm, write, change, d.apiChangeRow)
	web.OperationWithin(s, slowForm, write, formsOp("confirm-survey-rows", http.MethodPost, apiForm+"/rows/confirm", "Say of systems that nothing has changed"), d.apiConfirmRows)
	web.OperationWithin(s, slowForm, write, formsOp("end-survey-row", http.MethodPost, apiForm+"/rows/{row}/gone", "Say that a system is no longer in use"), d.apiGone)
	web.OperationWithin(s, slowForm, write, formsOp("restore-survey-row", http.MethodPost, apiForm+"/rows/{row}/restore", "Take a system back that was removed or said to be gone"), d.apiRestore)
	web.OperationWithin(s, slowForm, write, formsOp("remove-survey-row", http.MethodDelete, apiForm+"/rows/{row}", "Take an unregistered system off a form"), d.apiRemoveRow)

	answers := formsOp("change-survey-answers", http.MethodPatch, apiForm+"/answers", "Change single answers about the body")
	answers.Description = "Besides the questions: declared_count, none_clean, none_connect and none_demand."
	web.OperationWithin(s, slowForm, write, answers, d.apiAnswers)
	web.OperationWithin(s, slowForm, write, formsOp("file-zero-report", http.MethodPost, apiForm+"/zero", "Say that the body has no systems"), d.apiZero)
	web.OperationWithin(s, slowForm, write, formsOp("withdraw-zero-report", http.MethodDelete, apiForm+"/zero", "Withdraw a zero report"), d.apiWithdrawZero)
	web.OperationWithin(s, slowForm, write, formsOp("hand-survey-form-to-head", http.MethodPost, apiForm+"/ready", "Hand a form to the head"), d.apiReady)
	web.OperationWithin(s, slowForm, write, formsOp("take-survey-form-back", http.MethodDelete, apiForm+"/ready", "Take a form back from the head"), d.apiTakeBack)
	web.OperationWithin(s, slowForm, write, formsOp("submit-survey-form", http.MethodPost, apiForm+"/submit", "Confirm a form as the head and file it"), d.apiSubmit)
}

// problemDoc is something that is to be said of an answer.
type problemDoc struct {
	Name    string `json:"name" doc:"Key of the question; of a whole form row.<id>.<key>"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Warning bool   `json:"warning" doc:"A remark that stops nothing"`
}

func problemDocs(p *locale.Printer, found []fault.Field) []problemDoc {
	out := make([]problemDoc, len(found))
	for i, f := range found {
		out[i] = problemDoc{f.Name, f.Code, p.Field(f), f.Warning}
	}
	return out
}

// formDoc is a form for programs.
type formDoc struct {
	Campaign      string          `json:"campaign"`
	Department    string          `json:"department"`
	State         string          `json:"state" enum:"draft,submitted,returned,accepted,locked"`
	Version       int64           `json:"version" doc:"The ETag"`
	Zero          bool            `json:"zero"`
	ZeroReason    string          `json:"zero_reason"`
	DeclaredCount *int64          `json:"declared_count"`
	NoneClean     bool            `json:"none_clean"`
	NoneConnect   bool            `json:"none_connect"`
	NoneDemand    bool            `json:"none_demand"`
	Answers       json.RawMessage `json:"answers" doc:"By question: numbers for counts and money (fen), lists for several choices and tables, null for what is not given"`
	RowsTotal     int             `json:"rows_total"`
	RowsDone      int             `json:"rows_done"`
	Needed        int             `json:"needed" doc:"Required answers"`
	Given         int             `json:"given"`
	Errors        int             `json:"errors"`
	Warnings      int             `json:"warnings"`
	DueOn         string          `json:"due_on" doc:"Empty when nothing is due"`
	ReadyAt       *time.Time      `json:"ready_at" doc:"Handed to the head"`
	SubmittedAt   *time.Time      `json:"submitted_at"`
	Submissions   int             `json:"submissions"`
	LateDays      *int            `json:"late_working_days" doc:"By the first submission; null before it"`
	Returns       int             `json:"returns"`
}

type formOut struct {
	ETag string `header:"ETag"`
	Body formDoc
}

type problemsOut struct {
	ETag string `header:"ETag"`
	Body struct {
		Form     formDoc      `json:"form"`
		Problems []problemDoc `json:"problems"`
	}
}

// FormKeyIn names a form in the address. It is exported so that the library finds
// its fields where it is embedded.
type FormKeyIn struct {
	Code       string `path:"code"`
	Department string `path:"dept" doc:"Code of the body"`
}

func (in FormKeyIn) key() survey.FormKey {
	return survey.FormKey{Campaign: in.Code, Department: in.Department}
}

// answersJSON writes answers of a part as programs read them.
func (d *desk) answersJSON(ctx context.Context, call web.Call, ask *questionnaire.Compiled, part questionnaire.Part, body map[string]string) (json.RawMessage, error) {
	n, err := d.refs(ctx, call.By, ask, body)
	if err != nil {
		return nil, err
	}
	return answersDocument(ask, part, body, n.In(fieldweb.ForPrograms))
}

// answersDocument writes the answers of a part as a JSON object; tables are lists
// of objects.
func answersDocument(ask *questionnaire.Compiled, part questionnaire.Part, body map[string]string, names field.Names) (json.RawMessage, error) {
	answers := field.Answers(body)
	raw, err := ask.Catalog(part).AppendJSON(&answers, names)
	if err != nil {
		return nil, err
	}
	var out map[string]json.RawMessage
	if err := json.Unmarshal(raw, &out); err != nil {
		return nil, err
	}
	for key := range out {
		columns, table := ask.Columns(key)
		if _, asked := ask.Question(key); !asked { // what the register knows is nobody's answer
			delete(out, key)
		} else if table {
			if out[key], err = tableDocument(columns, answers[key], names); err != nil {
				return nil, err
			}
		}
	}
	return json.Marshal(out)
}

func tableDocument(columns *field.Catalog[field.Answers], canonical string, names field.Names) (json.RawMessage, error) {
	lines := []json.RawMessage{}
	for _, line := range questionnaire.ReadTable(canonical) {
		raw, err := columns.AppendJSON(&line, names)
		if err != nil {
			return nil, err
		}
		lines = append(lines, raw)
	}
	return json.Marshal(lines)
}

func (d *desk) formDocument(ctx context.Context, call web.Call, p survey.Paper) (formDoc, error) {
	f := p.Form
	answers, err := d.answersJSON(ctx, call, p.Ask, questionnaire.OfDepartment, f.Answers)
	out := formDoc{
		Campaign: p.Campaign.Code, Department: p.Owner.Code, State: string(f.State), Version: f.Version, Zero: f.Zero, ZeroReason: f.ZeroReason,
		DeclaredCount: f.DeclaredCount, NoneClean: f.NoneClean, NoneConnect: f.NoneConnect, NoneDemand: f.NoneDemand, Answers: answers,
		RowsTotal: f.RowsTotal, RowsDone: f.RowsDone, Needed: f.Needed, Given: f.Given, Errors: f.Errors, Warnings: f.Warnings,
		ReadyAt: web.OptionalInstant(f.ReadyAt), SubmittedAt: web.OptionalInstant(f.SubmittedAt), Submissions: f.Submissions, LateDays: f.LateWd, Returns: f.Returns,
	}
	if p.Due != nil {
		out.DueOn = p.Due.DueOn.String()
	}
	return out, err
}

func (d *desk) apiForm(ctx context.Context, call web.Call, in *FormKeyIn) (*formOut, error) {
	p, err := d.Surveys.OpenForm(ctx, call.By, in.key())
	if err != nil {
		return nil, err
	}
	body, err := d.formDocument(ctx, call, p)
	return &formOut{ETag: web.ETag(p.Form.Version), Body: body}, err
}

// answerWithForm answers an act on a form with how it stands now.
func (d *desk) answerWithForm(ctx context.Context, call web.Call, in FormKeyIn, found []fault.Field) (*problemsOut, error) {
	p, err := d.Surveys.FindForm(ctx, call.By, in.key())
	if err != nil {
		return nil, err
	}
	out := &problemsOut{ETag: web.ETag(p.Form.Version)}
	out.Body.Problems = problemDocs(call.P.Over(p.Ask.Texts()), found)
	out.Body.Form, err = d.formDocument(ctx, call, p)
	return out, err
}

type checkOut struct {
	Body struct {
		Ready    bool         `json:"ready" doc:"Whether it can be filed"`
		Hash     string       `json:"hash" doc:"SHA-256 over what would be filed"`
		Standing int          `json:"standing" doc:"Systems that it declares"`
		Problems []problemDoc `json:"problems"`
	}
}

func (d *desk) apiCheck(ctx context.Context, call web.Call, in *FormKeyIn) (*checkOut, error) {
	c, err := d.Surveys.CheckForm(ctx, call.By, in.key())
	if err != nil {
		return nil, err
	}
	found := c.Found
	for _, t := range c.Troubles {
		for _, f := range t.Found {
			f.Name = survey.RowField(t.Row.ID, f.Name)
			found = append(found, f)
		}
	}
	out := &checkOut{}
	out.Body.Ready, out.Body.Hash, out.Body.Standing = c.OK(), c.Hash, c.Standing()
	out.Body.Problems = problemDocs(call.P.Over(c.Ask.Texts()), found)
	return out, nil
}

// FormActIn is an act on a form as its caller saw it.
type FormActIn struct {
	FormKeyIn
	IfMatch string `header:"If-Match" doc:"ETag of the form that was looked at"`
}

func (in FormActIn) version() (int64, error) { return web.MatchedVersion(in.IfMatch) }

type answersAPI struct {
	FormActIn
	Body struct {
		Answers map[string]json.RawMessage `json:"answers"`
	}
}

func (d *desk) apiAnswers(ctx context.Context, call web.Call, in *answersAPI) (*problemsOut, error) {
	version, err := in.version()
	if err != nil {
		return nil, err
	}
	_, found, err := d.Surveys.SaveAnswers(ctx, call.By, in.key(), version, survey.Input{Fields: orNone(in.Body.Answers), Manner: survey.ByProgram})
	if err != nil {
		return nil, err
	}
	return d.answerWithForm(ctx, call, in.FormKeyIn, found)
}

func orNone(fields map[string]json.RawMessage) map[string]json.RawMessage {
	if fields == nil {
		return map[string]json.RawMessage{}
	}
	return fields
}

type zeroAPI struct {
	FormActIn
	Body struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (d *desk) apiZero(ctx context.Context, call web.Call, in *zeroAPI) (*problemsOut, error) {
	return d.formStep(ctx, call, in.FormActIn, func(version int64) error {
		_, err := d.Surveys.FileZero(ctx, call.By, in.key(), version, in.Body.Reason)
		return err
	})
}

func (d *desk) apiWithdrawZero(ctx context.Context, call web.Call, in *FormActIn) (*problemsOut, error) {
	return d.formStep(ctx, call, *in, func(version int64) error {
		_, err := d.Surveys.WithdrawZero(ctx, call.By, in.key(), version)
		return err
	})
}

func (d *desk) apiReady(ctx context.Context, call web.Call, in *FormActIn) (*problemsOut, error) {
	return d.formStep(ctx, call, *in, func(version int64) error {
		_, err := d.Surveys.HandToHead(ctx, call.By, in.key(), version)
		return err
	})
}

func (d *desk) apiTakeBack(ctx context.Context, call web.Call, in *FormActIn) (*problemsOut, error) {
	return d.formStep(ctx, call, *in, func(version int64) error {
		_, err := d.Surveys.TakeBack(ctx, call.By, in.key(), version)
		return err
	})
}

type submitAPI struct {
	FormActIn
	Body struct {
		Hash string `json:"hash,omitempty" doc:"Of the check that was looked at: what says something else by now is not filed"`
	}
}

func (d *desk) apiSubmit(ctx context.Context, call web.Call, in *submitAPI) (*problemsOut, error) {
	return d.formStep(ctx, call, in.FormActIn, func(version int64) error {
		_, err := d.Surveys.Submit(ctx, call.By, in.key(), version, in.Body.Hash)
		return err
	})
}

// formStep takes a step with a form at the version that the caller saw.
func (d *desk) formStep(ctx context.Context, call web.Call, in FormActIn, step func(version int64) error) (*problemsOut, error) {
	version, err := in.version()
	if err != nil {
		return nil, err
	}
	if err := step(version); err != nil {
		return nil, err
	}
	return d.answerWithForm(ctx, call, in.FormKeyIn, nil)
}
