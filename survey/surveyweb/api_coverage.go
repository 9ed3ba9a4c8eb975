package surveyweb

import (
	"context"
	"net/http"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/survey"
)

func (d *desk) coverageAPI(s *web.Server) {
	one := apiSurveys + "/{code}"
	read := web.For(append(overseers(), auth.Region)...).With(readSurveys)
	web.Operation(s, read, surveysOp("get-coverage", http.MethodGet, one+"/coverage", "How far a survey has come, in numbers"), d.apiCoverage)
	web.Operation(s, read, surveysOp("list-coverage", http.MethodGet, one+"/coverage/departments", "How far each body has come"), d.apiBodies)
	web.Operation(s, read, surveysOp("list-reminders", http.MethodGet, one+"/reminders", "Who was reminded, the newest first"), d.apiReminders)
	remind := surveysOp("remind", http.MethodPost, one+"/reminders", "Remind bodies that still have something to do")
	remind.Description = "Records the intent; delivery reads it. When one of the bodies has handed in meanwhile nobody is reminded."
	remind.DefaultStatus = http.StatusCreated
	web.Operation(s, web.For(reviewers()...).With(writeSurveys), remind, d.apiRemind)
}

// tallyDoc counts bodies.
type tallyDoc struct {
	Key        string                  `json:"key" doc:"The group, or the code of the county or zone; empty for none"`
	Name       string                  `json:"name,omitempty"`
	Bodies     int                     `json:"bodies"`
	Filed      int                     `json:"filed" doc:"Handed in at least once, zero reports included"`
	Accepted   int                     `json:"accepted" doc:"Accepted or locked"`
	Zero       int                     `json:"zero_reports"`
	Overdue    int                     `json:"overdue" doc:"Due and never handed in"`
	LateFiled  int                     `json:"late_filed"`
	Nobody     int                     `json:"nobody" doc:"With nobody to ask"`
	ByStanding map[survey.Standing]int `json:"by_standing"`
}

func tallyDocument(t survey.Tally) tallyDoc {
	out := tallyDoc{t.Key, t.Name, t.Bodies, t.Filed, t.Accepted, t.Zero, t.Overdue, t.LateFiled, t.Nobody, map[survey.Standing]int{}}
	for _, s := range survey.Standings() {
		out.ByStanding[s] = t.By[s]
	}
	return out
}

func tallyDocuments(all []survey.Tally) []tallyDoc {
	out := make([]tallyDoc, len(all))
	for i, t := range all {
		out[i] = tallyDocument(t)
	}
	return out
}

type surveyIn struct {
	Code string `path:"code"`
}

type coverageOut struct {
	Body struct {
		At      time.Time  `json:"at"`
		Total   tallyDoc   `json:"total"`
		Groups  []tallyDoc `json:"groups"`
		Regions []tallyDoc `json:"regions"`
	}
}

func (d *desk) apiCoverage(ctx context.Context, call web.Call, in *surveyIn) (*coverageOut, error) {
	c, err := d.Surveys.Coverage(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	out := &coverageOut{}
	out.Body.At, out.Body.Total, out.Body.Groups, out.Body.Regions = web.Instant(c.At), tallyDocument(c.Total), tallyDocuments(c.Groups), tallyDocuments(c.Regions)
	return out, nil
}

type bodiesIn struct {
	Code     string   `path:"code"`
	Standing []string `query:"standing" enum:"not_opened,opened,begun,ready,submitted,returned,accepted,locked"`
	Late     []string `query:"late" enum:"overdue,filed"`
	People   string   `query:"people" enum:"none" doc:"none: with nobody to ask"`
	ToDo     string   `query:"todo" enum:"yes" doc:"yes: those that still have something to do"`
	Zero     string   `query:"zero" enum:"yes"`
	Group    string   `query:"group" doc:"A to D; (empty) for none"`
	In       string   `query:"region" doc:"Code of a county or zone; (empty) for the city"`
	Q        string   `query:"q" doc:"In names and codes"`
	Sort     string   `query:"sort" enum:"name,-name,group,-group,region,-region,standing,-standing,progress,-progress,systems,-systems,late,-late,people,-people,reminded,-reminded,filed,-filed" doc:"By code when nothing is asked"`
	Page     int      `query:"page" minimum:"1" default:"1"`
	Size     int      `query:"size" minimum:"1" maximum:"200" default:"50"`
}

// bodyStateDoc is one body in a survey.
type bodyStateDoc struct {
	Department       string          `json:"department"`
	Name             string          `json:"name"`
	Group            string          `json:"group"`
	Region           string          `json:"region"`
	Standing         survey.Standing `json:"standing" enum:"not_opened,opened,begun,ready,submitted,returned,accepted,locked"`
	ZeroReport       bool            `json:"zero_report"`
	Overdue          bool            `json:"overdue"`
	LateWd           *int            `json:"late_wd,omitempty" doc:"Working days after the due day until it was handed in first, or until today; none while the calendar is not known"`
	People           int             `json:"people"`
	Systems          int             `json:"systems"`
	Needed           int             `json:"needed"`
	Given            int             `json:"given"`
	FirstSubmittedAt *time.Time      `json:"first_submitted_at,omitempty"`
	Returns          int             `json:"returns"`
	RemindedAt       *time.Time      `json:"reminded_at,omitempty"`
	RemindedBy       string          `json:"reminded_by,omitempty"`
	Reminders        int             `json:"reminders"`
}

type bodiesOut struct {
	Body struct {
		Total       int            `json:"total"`
		Page        int            `json:"page"`
		Size        int            `json:"size"`
		Departments []bodyStateDoc `json:"departments"`
	}
}

func (d *desk) apiBodies(ctx context.Context, call web.Call, in *bodiesIn) (*bodiesOut, error) {
	c, err := d.Surveys.Coverage(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	list := c.Select(readCoverage("", map[string][]string{
		paramStanding: in.Standing, paramLate: in.Late, paramPeople: {in.People}, paramToDo: {in.ToDo}, paramZero: {in.Zero},
		paramGroup: {in.Group}, paramRegion: {in.In}, paramSearch: {in.Q}, paramSort: {in.Sort},
	}).CoverageQuery)
	out := &bodiesOut{}
	out.Body.Total, out.Body.Page, out.Body.Size, out.Body.Departments = len(list), in.Page, in.Size, []bodyStateDoc{}
	from := min((in.Page-1)*in.Size, len(list))
	for _, b := range list[from:min(from+in.Size, len(list))] {
		out.Body.Departments = append(out.Body.Departments, bodyStateDocument(&b))
	}
	return out, nil
}

func bodyStateDocument(b *survey.BodyState) bodyStateDoc {
	out := bodyStateDoc{
		Department: b.Body.Code, Name: b.Body.Name, Group: b.Body.GroupCode, Region: b.Region, Standing: b.Standing,
		ZeroReport: b.Filed() && b.Form.Zero, Overdue: b.Overdue, LateWd: b.LateWd, People: b.People, Systems: b.Form.RowsTotal,
		Needed: b.Form.Needed, Given: b.Form.Given, FirstSubmittedAt: web.OptionalInstant(b.Form.FirstSubmittedAt), Returns: b.Form.Returns,
	}
	if b.Reminded != nil {
		out.RemindedAt, out.RemindedBy, out.Reminders = web.OptionalInstant(&b.Reminded.At), b.Reminded.Name, b.Reminded.Times
	}
	return out
}

type remindersIn struct {
	Code string `path:"code"`
	Page int    `query:"page" minimum:"1" default:"1"`
	Size int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}

// reminderDoc is a reminder.
type reminderDoc struct {
	ID          int64             `json:"id"`
	At          time.Time         `json:"at"`
	By          string            `json:"by"`
	Note        string            `json:"note"`
	Departments []remindedBodyDoc `json:"departments"`
}

type remindedBodyDoc struct {
	Department string          `json:"department"`
	Standing   survey.Standing `json:"standing" doc:"Where its form stood"`
}

type remindersOut struct {
	Body struct {
		Total     int64         `json:"total"`
		Page      int           `json:"page"`
		Size      int           `json:"size"`
		Reminders []reminderDoc `json:"reminders"`
	}
}

func (d *desk) apiReminders(ctx context.Context, call web.Call, in *remindersIn) (*remindersOut, error) {
	lines, total, err := d.Surveys.ListReminders(ctx, call.By, in.Code, in.Page, in.Size)
	if err != nil {
		return nil, err
	}
	out := &remindersOut{}
	out.Body.Total, out.Body.Page, out.Body.Size, out.Body.Reminders = total, in.Page, in.Size, []reminderDoc{}
	for _, l := range lines {
		one := reminderDoc{ID: int64(l.ID), At: web.Instant(l.MadeAt), By: l.MadeName, Note: l.Note, Departments: []remindedBodyDoc{}}
		for _, b := range l.Bodies {
			one.Departments = append(one.Departments, remindedBodyDoc{b.Body.Code, b.Standing})
		}
		out.Body.Reminders = append(out.Body.Reminders, one)
	}
	return out, nil
}

type remindBody struct {
	Code string `path:"code"`
	Body struct {
		Departments []string `json:"departments" minItems:"1" maxItems:"2000" doc:"Codes of exactly the bodies to remind"`
		Note        string   `json:"note,omitempty" maxLength:"500"`
	}
}

type remindOut struct {
	Body struct {
		ID int64     `json:"id"`
		At time.Time `json:"at"`
		N  int       `json:"departments" doc:"How many bodies"`
	}
}

func (d *desk) apiRemind(ctx context.Context, call web.Call, in *remindBody) (*remindOut, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	var ids []auth.DepartmentID
	var wrong []fault.Field
	for _, code := range in.Body.Departments {
		body, ok := dir.ByCode(code)
		if !ok {
			wrong = append(wrong, fault.At("departments", "survey.err.department", "value", code))
			continue
		}
		ids = append(ids, body.ID)
	}
	if err := fault.Refuse(wrong); err != nil {
		return nil, err
	}
	made, err := d.Surveys.Remind(ctx, call.By, in.Code, ids, in.Body.Note)
	if err != nil {
		return nil, err
	}
	out := &remindOut{}
	out.Body.ID, out.Body.At, out.Body.N = int64(made.ID), web.Instant(made.MadeAt), len(ids)
	return out, nil
}
