package surveyweb

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/survey"
)

// Scopes of API tokens.
const (
	readSurveys  = "surveys:read"
	writeSurveys = "surveys:write"
)

const apiSurveys = "/api/v1/surveys"

func surveysOp(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Surveys"}}
}

func (d *desk) campaignsAPI(s *web.Server) {
	read, hold := web.For(viewers()...).With(readSurveys), web.For(reviewers()...).With(writeSurveys)
	one := apiSurveys + "/{code}"
	web.Operation(s, read, surveysOp("list-surveys", http.MethodGet, apiSurveys, "List self-surveys and censuses"), d.apiListCampaigns)
	web.Operation(s, read, surveysOp("get-survey", http.MethodGet, one, "Read a self-survey or census"), d.apiGetCampaign)
	create := surveysOp("create-survey", http.MethodPost, apiSurveys, "Prepare a self-survey or census")
	create.DefaultStatus = http.StatusCreated
	web.Operation(s, hold, create, d.apiCreateCampaign)
	change := surveysOp("change-survey", http.MethodPatch, one, "Change single fields of a survey")
	change.Description = "Fields that are not in the body stay as they are. Once the survey runs only the note, the day of the reviewers and, with a reason, a later due day can change."
	web.Operation(s, hold, change, d.apiChangeCampaign)
	copied := surveysOp("copy-survey", http.MethodPost, one+"/copy", "Prepare a survey like an earlier one")
	copied.DefaultStatus = http.StatusCreated
	web.Operation(s, hold, copied, d.apiCopyCampaign)
	web.Operation(s, hold, surveysOp("open-survey", http.MethodPost, one+"/open", "Open a survey: every body in scope gets a form"), d.apiOpenCampaign)
	web.Operation(s, hold, surveysOp("close-survey", http.MethodPost, one+"/close", "Close a survey; late forms still come in"), d.apiCloseCampaign)

	oversee := web.For(overseers()...).With(readSurveys)
	web.Operation(s, oversee, surveysOp("get-survey-scope", http.MethodGet, one+"/scope", "Who a survey asks, and the exceptions"), d.apiScope)
	except := one + "/exceptions/{department}"
	web.Operation(s, hold, surveysOp("set-survey-exception", http.MethodPut, except, "Take a body out of the scope, or into it"), d.apiSetException)
	web.Operation(s, hold, surveysOp("drop-survey-exception", http.MethodDelete, except, "Take an exception back"), d.apiDropException)
}

// campaignDoc is a campaign as the API shows it.
type campaignDoc struct {
	Code          string               `json:"code"`
	Kind          survey.CampaignKind  `json:"kind" enum:"self_survey,census"`
	Title         string               `json:"title"`
	Basis         string               `json:"basis"`
	Scope         survey.CampaignScope `json:"scope" enum:"municipal,all"`
	State         survey.CampaignState `json:"state" enum:"preparing,running,closed,locked"`
	Questionnaire string               `json:"questionnaire" doc:"The version that is asked, code/number; empty when the survey asks nothing of its own"`
	BasedOn       string               `json:"based_on" doc:"Code of the self-survey that a census verifies"`
	CopiedFrom    string               `json:"copied_from" doc:"Code of the survey that it was copied from"`
	OpensOn       calendar.Date        `json:"opens_on"`
	DueOn         calendar.Date        `json:"due_on" doc:"The day itself is included"`
	ReviewDueOn   calendar.Date        `json:"review_due_on"`
	MendWd        int                  `json:"mend_wd" doc:"Working days to mend a returned form"`
	Note          string               `json:"note"`
	OpenedAt      *time.Time           `json:"opened_at,omitempty"`
	ClosedAt      *time.Time           `json:"closed_at,omitempty"`
	LockedAt      *time.Time           `json:"locked_at,omitempty"`
	Forms         formCounts           `json:"forms" doc:"The forms that the reader may see, by where they stand"`
	Version       int64                `json:"version" doc:"Number of the version; the ETag"`
	UpdatedAt     time.Time            `json:"updated_at"`
	Remarks       []web.ProblemField   `json:"remarks,omitempty" doc:"After a change: what is worth a thought"`
}

type formCounts struct {
	Total     int `json:"total"`
	Opened    int `json:"opened"`
	Submitted int `json:"submitted"`
	Returned  int `json:"returned"`
	Accepted  int `json:"accepted"`
	Zero      int `json:"zero"`
	Late      int `json:"late"`
}

type campaignOut struct {
	ETag string `header:"ETag"`
	Body campaignDoc
}

// campaignCodes names what campaigns refer to.
type campaignCodes struct {
	lines    []survey.CampaignLine
	versions map[survey.QuestionnaireID]string
}

func (d *desk) campaignCodes(ctx context.Context, by auth.Principal) (campaignCodes, error) {
	lines, err := d.Surveys.ListCampaigns(ctx, by)
	if err != nil {
		return campaignCodes{}, err
	}
	out := campaignCodes{lines: lines, versions: map[survey.QuestionnaireID]string{}}
	for _, l := range lines {
		if l.QuestionnaireID == nil || out.versions[*l.QuestionnaireID] != "" {
			continue
		}
		q, err := d.Surveys.QuestionnaireOf(ctx, by, l.Campaign)
		if err != nil {
			return campaignCodes{}, err
		}
		out.versions[q.ID] = q.Name()
	}
	return out, nil
}

func (c campaignCodes) code(id *survey.CampaignID) string {
	for _, l := range c.lines {
		if id != nil && l.ID == *id {
			return l.Code
		}
	}
	return ""
}

func (c campaignCodes) document(l survey.CampaignLine) campaignDoc {
	doc := campaignDoc{
		Code: l.Code, Kind: l.Kind, Title: l.Title, Basis: l.Basis, Scope: l.Scope, State: l.State, BasedOn: c.code(l.BasedOnID), CopiedFrom: c.code(l.CopiedFromID),
		OpensOn: l.OpensOn, DueOn: l.DueOn, ReviewDueOn: l.ReviewDueOn, MendWd: l.MendWd, Note: l.Note, Version: l.Version, UpdatedAt: web.Instant(l.UpdatedAt),
		OpenedAt: web.OptionalInstant(l.OpenedAt), ClosedAt: web.OptionalInstant(l.ClosedAt), LockedAt: web.OptionalInstant(l.LockedAt),
		Forms: formCounts{l.Counts.Bodies, l.Counts.Opened, l.Counts.Submitted, l.Counts.Returned, l.Counts.Accepted, l.Counts.Zero, l.Counts.Late},
	}
	if l.QuestionnaireID != nil {
		doc.Questionnaire = c.versions[*l.QuestionnaireID]
	}
	return doc
}

type campaignsOut struct {
	Body struct {
		Surveys []campaignDoc `json:"surveys"`
	}
}

func (d *desk) apiListCampaigns(ctx context.Context, call web.Call, _ *struct{}) (*campaignsOut, error) {
	codes, err := d.campaignCodes(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &campaignsOut{}
	out.Body.Surveys = []campaignDoc{}
	for _, l := range codes.lines {
		out.Body.Surveys = append(out.Body.Surveys, codes.document(l))
	}
	return out, nil
}

type campaignIn struct {
	Code string `path:"code"`
}

func (d *desk) apiGetCampaign(ctx context.Context, call web.Call, in *campaignIn) (*campaignOut, error) {
	return d.campaignAnswer(ctx, call, in.Code, nil)
}

// campaignAnswer is a campaign as it stands, with remarks after a change.
func (d *desk) campaignAnswer(ctx context.Context, call web.Call, code string, remarks []fault.Field) (*campaignOut, error) {
	codes, err := d.campaignCodes(ctx, call.By)
	if err != nil {
		return nil, err
	}
	for _, l := range codes.lines {
		if l.Code == code {
			doc := codes.document(l)
			doc.Remarks = web.Remarks(remarks, call.P)
			return &campaignOut{ETag: web.ETag(l.Version), Body: doc}, nil
		}
	}
	return nil, fault.New(fault.NotFound, "err.not_found")
}

// campaignInput is what a program says of a campaign; what is left out stays as
// it is.
type campaignInput struct {
	Code          *string               `json:"code,omitempty" doc:"In addresses: small letters, digits and dashes"`
	Kind          *survey.CampaignKind  `json:"kind,omitempty" enum:"self_survey,census"`
	Title         *string               `json:"title,omitempty"`
	Basis         *string               `json:"basis,omitempty"`
	Scope         *survey.CampaignScope `json:"scope,omitempty" enum:"municipal,all"`
	Questionnaire *string               `json:"questionnaire,omitempty" doc:"The version to ask, code/number; empty for none"`
	BasedOn       *string               `json:"based_on,omitempty" doc:"Code of the self-survey that a census verifies"`
	OpensOn       *calendar.Date        `json:"opens_on,omitempty"`
	DueOn         *calendar.Date        `json:"due_on,omitempty"`
	ReviewDueOn   *calendar.Date        `json:"review_due_on,omitempty"`
	MendWd        *int                  `json:"mend_wd,omitempty" minimum:"1"`
	Note          *string               `json:"note,omitempty"`
}

// put writes what a program said over a campaign.
func (d *desk) put(ctx context.Context, call web.Call, in campaignInput, c *survey.Campaign) error {
	set(in.Code, &c.Code)
	set(in.Kind, &c.Kind)
	set(in.Title, &c.Title)
	set(in.Basis, &c.Basis)
	set(in.Scope, &c.Scope)
	set(in.OpensOn, &c.OpensOn)
	set(in.DueOn, &c.DueOn)
	set(in.ReviewDueOn, &c.ReviewDueOn)
	set(in.MendWd, &c.MendWd)
	set(in.Note, &c.Note)
	var wrong []fault.Field
	if in.Questionnaire != nil {
		all, err := d.Surveys.ListQuestionnaires(ctx, call.By)
		if err != nil {
			return err
		}
		c.QuestionnaireID = nil
		for i := range all {
			if all[i].Name() == *in.Questionnaire {
				c.QuestionnaireID = &all[i].ID
			}
		}
		if c.QuestionnaireID == nil && *in.Questionnaire != "" {
			wrong = append(wrong, fault.At("questionnaire", "survey.err.questionnaire"))
		}
	}
	if in.BasedOn != nil {
		c.BasedOnID = nil
		base, err := d.Surveys.FindCampaign(ctx, call.By, *in.BasedOn)
		switch {
		case err == nil:
			c.BasedOnID = &base.ID
		case fault.KindOf(err) != fault.NotFound:
			return err
		case *in.BasedOn != "":
			wrong = append(wrong, fault.At("based_on", "survey.err.based_on"))
		}
	}
	return fault.Refuse(wrong)
}

func set[T any](from *T, to *T) {
	if from != nil {
		*to = *from
	}
}

type createCampaignIn struct{ Body campaignInput }

func (d *desk) apiCreateCampaign(ctx context.Context, call web.Call, in *createCampaignIn) (*campaignOut, error) {
	c := survey.Campaign{MendWd: usualMend}
	if err := d.put(ctx, call, in.Body, &c); err != nil {
		return nil, err
	}
	c, remarks, err := d.Surveys.CreateCampaign(ctx, call.By, c)
	if err != nil {
		return nil, apiNames(err)
	}
	return d.campaignAnswer(ctx, call, c.Code, remarks)
}

type changeCampaignIn struct {
	Code    string `path:"code"`
	IfMatch string `header:"If-Match" doc:"The ETag of what was read"`
	Reason  string `query:"reason" maxLength:"200" doc:"Needed to put the due day off; kept in the operation log"`
	Body    campaignInput
}

func (d *desk) apiChangeCampaign(ctx context.Context, call web.Call, in *changeCampaignIn) (*campaignOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	line, err := d.Surveys.FindCampaign(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	next := line.Campaign
	if err := d.put(ctx, call, in.Body, &next); err != nil {
		return nil, err
	}
	next, remarks, err := d.Surveys.ChangeCampaign(ctx, call.By, in.Code, version, next, in.Reason)
	if err != nil {
		return nil, apiNames(err)
	}
	return d.campaignAnswer(ctx, call, next.Code, remarks)
}

// apiNames names fields as bodies of the API do.
func apiNames(err error) error {
	f, ok := asFault(err)
	if !ok {
		return err
	}
	out := *f
	out.Fields = nil
	for _, field := range f.Fields {
		switch field.Name {
		case "questionnaire_id":
			field.Name = "questionnaire"
		case "based_on_id":
			field.Name = "based_on"
		}
		out.Fields = append(out.Fields, field)
	}
	return &out
}

func (d *desk) apiCopyCampaign(ctx context.Context, call web.Call, in *campaignIn) (*campaignOut, error) {
	c, remarks, err := d.Surveys.CopyCampaign(ctx, call.By, in.Code)
	if err != nil {
		return nil, apiNames(err)
	}
	return d.campaignAnswer(ctx, call, c.Code, remarks)
}

type campaignActIn struct {
	Code    string `path:"code"`
	IfMatch string `header:"If-Match" doc:"The ETag of what was read"`
}

func (d *desk) apiOpenCampaign(ctx context.Context, call web.Call, in *campaignActIn) (*campaignOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	c, err := d.Surveys.OpenCampaign(ctx, call.By, in.Code, version)
	if err != nil {
		return nil, apiNames(err)
	}
	return d.campaignAnswer(ctx, call, c.Code, nil)
}

type closeCampaignIn struct {
	Code    string `path:"code"`
	IfMatch string `header:"If-Match" doc:"The ETag of what was read"`
	Body    struct {
		Reason string `json:"reason,omitempty" maxLength:"200" doc:"Needed before the due day is over"`
	}
}

func (d *desk) apiCloseCampaign(ctx context.Context, call web.Call, in *closeCampaignIn) (*campaignOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	c, err := d.Surveys.CloseCampaign(ctx, call.By, in.Code, version, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return d.campaignAnswer(ctx, call, c.Code, nil)
}

// scopeDoc is who a campaign asks.
type scopeDoc struct {
	Bodies     []bodyDoc      `json:"bodies"`
	Exceptions []exceptionDoc `json:"exceptions"`
}

type bodyDoc struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	People bool   `json:"people" doc:"Whether there is anybody to ask"`
}

type exceptionDoc struct {
	Department string `json:"department"`
	Included   bool   `json:"included"`
	Reason     string `json:"reason"`
}

type scopeOut struct{ Body scopeDoc }

func (d *desk) apiScope(ctx context.Context, call web.Call, in *campaignIn) (*scopeOut, error) {
	view, err := d.Surveys.LookScope(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	out := &scopeOut{scopeDoc{Bodies: []bodyDoc{}, Exceptions: []exceptionDoc{}}}
	nobody := map[string]bool{}
	for _, body := range view.Nobody {
		nobody[body.Code] = true
	}
	for _, body := range view.Bodies {
		out.Body.Bodies = append(out.Body.Bodies, bodyDoc{body.Code, body.Name, !nobody[body.Code]})
	}
	for _, e := range view.Exceptions {
		out.Body.Exceptions = append(out.Body.Exceptions, exceptionDoc{e.Department.Code, e.Included, e.Reason})
	}
	return out, nil
}

type setExceptionIn struct {
	Code       string `path:"code"`
	Department string `path:"department" doc:"Code of the body"`
	Body       struct {
		Included bool   `json:"included"`
		Reason   string `json:"reason" maxLength:"200"`
	}
}

func (d *desk) apiSetException(ctx context.Context, call web.Call, in *setExceptionIn) (*scopeOut, error) {
	err := d.Surveys.SetException(ctx, call.By, in.Code, in.Department, in.Body.Included, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return d.apiScope(ctx, call, &campaignIn{in.Code})
}

type dropExceptionAPI struct {
	Code       string `path:"code"`
	Department string `path:"department" doc:"Code of the body"`
}

func (d *desk) apiDropException(ctx context.Context, call web.Call, in *dropExceptionAPI) (*scopeOut, error) {
	if err := d.Surveys.DropException(ctx, call.By, in.Code, in.Department); err != nil {
		return nil, err
	}
	return d.apiScope(ctx, call, &campaignIn{in.Code})
}
