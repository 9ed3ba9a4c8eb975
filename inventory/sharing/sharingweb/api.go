package sharingweb

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/sharing"
)

// Scopes of API tokens.
const (
	scopeRead  = "sharing:read"
	scopeWrite = "sharing:write"
)

const apiPath = "/api/v1/sharing"

func op(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: apiPath + path, Summary: summary, Tags: []string{"Sharing"}}
}

// made is an operation that makes a record.
func made(id, path, summary string) huma.Operation {
	o := op(id, http.MethodPost, path, summary)
	o.DefaultStatus = http.StatusCreated
	return o
}

// MountAPI adds the operations of the API.
func MountAPI(s *web.Server, deps Deps) {
	d := &desk{deps}
	d.requestsAPI(s)
	d.agreementsAPI(s)
	d.objectionsAPI(s)
	d.demandsAPI(s)
	d.policyAPI(s)
}

func (d *desk) requestsAPI(s *web.Server) {
	read := web.For(sharing.Viewers()...).With(scopeRead)
	write, heads := web.For(sharing.Writers()...).With(scopeWrite), web.For(sharing.Heads()...).With(scopeWrite)
	office := web.For(auth.Office).With(scopeWrite)
	const one = "/requests/{id}"
	web.Operation(s, read, op("list-sharing-requests", http.MethodGet, "/requests", "List requests for data, what is due first first"), d.apiListRequests)
	web.Operation(s, read, op("get-sharing-request", http.MethodGet, one, "Read a request with its term and its steps"), d.apiGetRequest)
	web.Operation(s, write, made("ask-for-data", "/requests", "Ask the provider of an entry for its data"), d.apiAsk)
	web.Operation(s, heads, op("submit-sharing-request", http.MethodPost, one+"/submit", "Hand a draft in to the provider"), d.apiSubmitRequest)
	web.Operation(s, write, op("withdraw-sharing-request", http.MethodPost, one+"/withdraw", "Take a request back"), d.apiWithdrawRequest)
	web.Operation(s, heads, op("rest-sharing-request", http.MethodPost, one+"/rest", "Let a refused request rest"), d.apiRestRequest)
	web.Operation(s, heads, op("reply-to-sharing-request", http.MethodPost, one+"/reply", "Grant a request, whole or in part, or refuse it with reasons"), d.apiReply)
	file := made("add-sharing-file", one+"/files", "Put a signed application or the minutes beside a request")
	file.MaxBodyBytes = evidence.MaxSize
	web.OperationWithin(s, slowWork, web.For(append(sharing.Writers(), auth.Office)...).With(scopeWrite), file, d.apiAddFile)
	web.Operation(s, heads, op("escalate-sharing-request", http.MethodPost, one+"/escalate", "Put a request to the Office in writing"), d.apiEscalate)
	web.Operation(s, office, op("convene-sharing-request", http.MethodPost, one+"/convene", "Call the parties to a meeting"), d.apiConvene)
	web.Operation(s, office, op("settle-sharing-request", http.MethodPost, one+"/settle", "Record the outcome of a mediation"), d.apiSettle)
}

// sharingClockDoc is the term that runs for a record.
type sharingClockDoc struct {
	DueOn     string `json:"due_on" format:"date"`
	Remaining int    `json:"remaining_wd" doc:"Working days left, today not counted"`
	Late      int    `json:"late_wd" doc:"Working days after the due day"`
	Overdue   bool   `json:"overdue"`
	Article   string `json:"article"`
}

func clockDocument(c *sharing.Clock) *sharingClockDoc {
	if c == nil {
		return nil
	}
	return &sharingClockDoc{c.On.String(), c.Remaining, c.Late, c.Overdue, c.Article}
}

// sharingStepDoc is one thing that was done with a record.
type sharingStepDoc struct {
	At         time.Time `json:"at"`
	By         string    `json:"by"`
	Department string    `json:"department,omitempty"`
	Action     string    `json:"action" example:"request.submitted"`
	Note       string    `json:"note,omitempty"`
}

func stepDocuments(steps []sharing.Step) []sharingStepDoc {
	out := make([]sharingStepDoc, len(steps))
	for i, s := range steps {
		out[i] = sharingStepDoc{web.Instant(s.At), s.Name, s.Department, s.Action, s.Note}
	}
	return out
}

// sharingTermsDoc are the terms of an agreement as programs write them.
type sharingTermsDoc struct {
	Scope       string   `json:"scope,omitempty" enum:"department,offices,posts"`
	ScopeNote   string   `json:"scope_note,omitempty" maxLength:"200"`
	Purposes    []string `json:"purposes,omitempty" doc:"basis, reference, check, collaboration or other"`
	PurposeNote string   `json:"purpose_note,omitempty" maxLength:"200"`
	Method      string   `json:"method,omitempty" enum:"system,front_node,query,batch,offline"`
	MethodNote  string   `json:"method_note,omitempty" maxLength:"200"`
	Items       []string `json:"items,omitempty" doc:"Names of the items; none is what was asked for"`
	ValidFrom   string   `json:"valid_from,omitempty" format:"date" doc:"Empty is today"`
	ValidTo     string   `json:"valid_to,omitempty" format:"date" doc:"Empty is without end"`
	Quota       *int64   `json:"quota,omitempty" doc:"Calls a day"`
}

func (t *sharingTermsDoc) terms() (sharing.Terms, error) {
	if t == nil {
		return sharing.Terms{}, nil
	}
	from, err := dayOf("valid_from", t.ValidFrom)
	if err != nil {
		return sharing.Terms{}, err
	}
	to, err := dayOf("valid_to", t.ValidTo)
	return sharing.Terms{
		Scope: t.Scope, ScopeNote: t.ScopeNote, Purposes: t.Purposes, PurposeNote: t.PurposeNote, Method: t.Method, MethodNote: t.MethodNote,
		Items: t.Items, ValidFrom: from, ValidTo: to, Quota: t.Quota,
	}, err
}

// dayOf reads a day as programs write it; empty is none.
func dayOf(name, text string) (calendar.Date, error) {
	if text == "" {
		return calendar.Date{}, nil
	}
	day, err := calendar.ParseDate(text)
	if err != nil {
		return calendar.Date{}, fault.Refuse([]fault.Field{fault.At(name, "sharing.err.day", "value", text)})
	}
	return day, nil
}

func dayOr(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// named finds a department by its code; empty is none.
func named(dir *inventory.Directory, name, code string) (auth.DepartmentID, error) {
	if code == "" {
		return 0, nil
	}
	body, ok := dir.ByCode(code)
	if !ok {
		return 0, fault.Refuse([]fault.Field{fault.At(name, "sharing.err.department", "value", code)})
	}
	return body.ID, nil
}

func codeOf(dir *inventory.Directory, id auth.DepartmentID) string {
	body, _ := dir.Find(id)
	return body.Code
}

func optionalCode(dir *inventory.Directory, id *auth.DepartmentID) string {
	if id == nil {
		return ""
	}
	return codeOf(dir, *id)
}

// StepIn names a record and the version of it that the program read.
type StepIn struct {
	ID      int64  `path:"id"`
	IfMatch string `header:"If-Match" doc:"ETag of the record as it was read"`
}

type pathIn struct {
	ID int64 `path:"id"`
}

// PageIn is which part of a list is wanted.
type PageIn struct {
	Page int `query:"page" minimum:"1" default:"1"`
	Size int `query:"size" minimum:"1" maximum:"200" default:"50"`
}

// apiStep takes a step with the version that the program read.
func apiStep(ifMatch string, step func(version int64) error) error {
	version, err := web.MatchedVersion(ifMatch)
	if err != nil {
		return err
	}
	return step(version)
}

// directoryOf is the register by which codes are written.
func (d *desk) directoryOf(ctx context.Context) (*inventory.Directory, error) {
	return d.Registry.Directory(ctx)
}
