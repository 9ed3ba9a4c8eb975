package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/locale"
)

const problemType = "application/problem+json"

// problemStatuses are the errors that operations share. What each means is the
// message api.problem.<Name>.
var problemStatuses = []int{
	http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict,
	http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity,
	http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable,
}

func problemName(status int) string {
	return strings.NewReplacer(" ", "", "-", "").Replace(http.StatusText(status))
}

func problemRef(status int) *huma.Response {
	return &huma.Response{Ref: "#/components/responses/" + problemName(status)}
}

// defineProblems writes the shared errors into the document.
func (s *Server) defineProblems() {
	parts := s.api.OpenAPI().Components
	schema := parts.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	parts.Responses = map[string]*huma.Response{}
	for _, status := range problemStatuses {
		parts.Responses[problemName(status)] = &huma.Response{
			Description: s.Printer(locale.English).T("api.problem." + problemName(status)),
			Content:     map[string]*huma.MediaType{problemType: {Schema: schema}},
		}
	}
}

// describe completes the description of an operation: who may call it and
// which errors it may answer with.
func (s *Server) describe(op *huma.Operation, access Access) {
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	statuses := append([]int{
		http.StatusInternalServerError, http.StatusServiceUnavailable, http.StatusBadRequest, http.StatusUnprocessableEntity,
	}, op.Errors...)
	if access.Public {
		op.Security = []map[string][]string{{}}
	} else {
		statuses = append(statuses, http.StatusUnauthorized, http.StatusForbidden)
	}
	if strings.Contains(op.Path, "{") {
		statuses = append(statuses, http.StatusNotFound)
	}
	if slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, op.Method) {
		statuses = append(statuses, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	op.Errors = nil // huma would describe them by its own type
	for _, status := range statuses {
		op.Responses[fmt.Sprint(status)] = problemRef(status)
	}
	op.Description = strings.TrimSpace(op.Description + "\n\n" + whoMay(access))
}

// whoMay says in the document who may call.
func whoMay(access Access) string {
	var parts []string
	switch {
	case access.Probes:
		return "Needs the token of a probe."
	case access.Public:
		return "Open to everybody."
	case len(access.Roles) > 0:
		names := make([]string, len(access.Roles))
		for i, r := range access.Roles {
			names[i] = string(r)
		}
		parts = append(parts, "Roles: "+strings.Join(names, ", ")+".")
	}
	switch {
	case len(access.Scopes) > 0:
		parts = append(parts, "Token scope: "+access.scopes()+".")
	case access.AnyToken:
		parts = append(parts, "Any token.")
	default:
		parts = append(parts, "Not for tokens: only in a signed-in browser.")
	}
	return strings.Join(parts, " ")
}

// document writes the API document. The types of huma's own errors are left
// out: no answer is made of them.
func (s *Server) document() ([]byte, error) {
	doc := s.api.OpenAPI()
	for _, name := range []string{"ErrorModel", "ErrorDetail"} {
		delete(doc.Components.Schemas.Map(), name)
	}
	return json.Marshal(doc)
}
