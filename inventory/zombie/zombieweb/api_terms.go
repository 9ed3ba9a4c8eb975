package zombieweb

import (
	"context"
	"net/http"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/web"
	"qingce/inventory/zombie/cleanup"
)

func (d *desk) termsAPI(s *web.Server) {
	web.Operation(s, web.For(cleanup.Viewers()...).With(zombiesRead),
		zombieOp("get-cleanup-terms", http.MethodGet, "/terms", "How long a clean-up may take"), d.apiTerms)
	set := zombieOp("set-cleanup-terms", http.MethodPut, "/terms", "Change how long a clean-up may take")
	set.Description = "Cases whose day is set already keep it. How long a department has to answer is in the policy of detection."
	web.Operation(s, web.For(auth.Office).With(zombiesWrite), set, d.apiSetTerms)
}

// cleanupTermsDoc is a version of the terms as the API shows it.
type cleanupTermsDoc struct {
	Version int64         `json:"version" doc:"To be given when they are changed"`
	CleanBy calendar.Date `json:"clean_by" doc:"Day of the document by which all is to be cleaned up; empty for none"`
	CleanWd int           `json:"clean_wd" doc:"Working days after the decision, where that day is not ahead"`
	Reason  string        `json:"reason"`
}

type cleanupTermsOut struct {
	Body cleanupTermsDoc
}

func cleanupTermsDocument(t cleanup.Terms) *cleanupTermsOut {
	return &cleanupTermsOut{cleanupTermsDoc{t.Version, t.CleanBy, t.CleanWd, t.Reason}}
}

func (d *desk) apiTerms(ctx context.Context, call web.Call, _ *struct{}) (*cleanupTermsOut, error) {
	t, err := d.Cases.Terms(ctx, call.By)
	if err != nil {
		return nil, err
	}
	return cleanupTermsDocument(t), nil
}

type cleanupTermsIn struct {
	Body struct {
		Version int64         `json:"version"`
		CleanBy calendar.Date `json:"clean_by,omitempty"`
		CleanWd int           `json:"clean_wd"`
		Reason  string        `json:"reason" maxLength:"500"`
	}
}

func (d *desk) apiSetTerms(ctx context.Context, call web.Call, in *cleanupTermsIn) (*cleanupTermsOut, error) {
	t, err := d.Cases.SetTerms(ctx, call.By, cleanup.Terms{Version: in.Body.Version, CleanBy: in.Body.CleanBy, CleanWd: in.Body.CleanWd}, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return cleanupTermsDocument(t), nil
}
