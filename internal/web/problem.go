package web

import (
	"errors"
	"net/http"

	"qingce/internal/fault"
	"qingce/internal/locale"
)

// Problem is an error of the API (RFC 9457, application/problem+json).
type Problem struct {
	Type      string         `json:"type" example:"about:blank" doc:"Always about:blank; code tells the error"`
	Title     string         `json:"title" example:"Unprocessable Entity" doc:"Name of the HTTP status"`
	Status    int            `json:"status" example:"422" doc:"HTTP status"`
	Code      string         `json:"code" example:"err.invalid" doc:"Stable name of the error"`
	Detail    string         `json:"detail" example:"Some fields are wrong. Mend them as the list says and send again." doc:"What is wrong and how to mend it, in the language of Accept-Language"`
	RequestID string         `json:"request_id,omitempty" example:"KJ2QX7M4T6ZA" doc:"Quote it when asking for help"`
	Errors    []ProblemField `json:"errors,omitempty" doc:"What is wrong field by field"`
}

// ProblemField is what is wrong with one field or cell.
type ProblemField struct {
	Field   string `json:"field,omitempty" example:"name" doc:"Name of the field"`
	Cell    string `json:"cell,omitempty" example:"C12" doc:"Address of the cell in a workbook"`
	Code    string `json:"code" example:"err.required" doc:"Stable name of the error"`
	Message string `json:"message" example:"Fill in the system name." doc:"What is wrong and how to mend it"`
	Warning bool   `json:"warning,omitempty" doc:"True for a remark that did not stop the save"`
}

func newProblem(err error, p *locale.Printer, requestID string) *Problem {
	status := pageStatus(err)
	if fault.KindOf(err) == fault.Invalid && len(fault.FieldsOf(err)) > 0 {
		status = http.StatusUnprocessableEntity
	}
	out := &Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status,
		Code: "err.internal", Detail: p.Error(err), RequestID: requestID,
	}
	var f *fault.Error
	if errors.As(err, &f) && f.Kind != fault.Internal {
		out.Code, out.Detail = f.Code, forPrograms(f.Code, f.Args, p)
	}
	out.Errors = problemFields(fault.FieldsOf(err), p)
	return out
}

// forPrograms is the text of an error for programs. Most errors have one text
// for everybody; what tells people to look at a page has another one, with .api
// behind its key.
func forPrograms(code string, args fault.Args, p *locale.Printer) string {
	if key := code + ".api"; p.Has(key) {
		return p.Text(key, args)
	}
	return p.Text(code, args)
}

func problemFields(fields []fault.Field, p *locale.Printer) []ProblemField {
	var out []ProblemField
	for _, f := range fields {
		out = append(out, ProblemField{Field: f.Name, Cell: f.Cell, Code: f.Code, Message: forPrograms(f.Code, f.Args, p), Warning: f.Warning})
	}
	return out
}

// Remarks turns warnings of a successful act into their API form.
func Remarks(fields []fault.Field, p *locale.Printer) []ProblemField { return problemFields(fields, p) }

// Error is for logs.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus tells huma the status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType makes the answer problem+json.
func (p *Problem) ContentType(string) string { return problemType }
