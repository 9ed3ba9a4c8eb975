package surveyweb_test

import (
	"testing"

	"qingce/internal/web/webtest"
	"qingce/inventory/inventorytest"
	"qingce/survey/census"
	"qingce/survey/surveytest"
	"qingce/survey/surveyweb"
)

// town is a survey with its pages, and people who use them.
type town struct {
	*surveytest.Survey
	site *webtest.Site
}

// open is a town in which the survey of the story is running.
func open(t *testing.T) *town {
	t.Helper()
	return pagesOf(t, surveytest.Opened(t, inventorytest.Open(t)))
}

// before is a town without any survey.
func before(t *testing.T) *town {
	t.Helper()
	return pagesOf(t, surveytest.Before(t, inventorytest.Open(t)))
}

func pagesOf(t testing.TB, s *surveytest.Survey) *town {
	t.Helper()
	tn := &town{Survey: s}
	tn.site = webtest.Open(t, func(site *webtest.Site) {
		deps := surveyweb.Deps{
			DB: s.DB, Surveys: s.Desk, Registry: s.Registry, Book: s.Book, Box: s.Box, Catalog: site.Texts,
			Census: census.NewDesk(census.Deps{DB: s.DB, Registry: s.Registry, Surveys: s.Desk, Catalog: site.Texts}),
		}
		surveyweb.Mount(site.Server, deps)
		surveyweb.MountAPI(site.Server, deps)
	}, webtest.Among(&webtest.People{Clock: s.Clock.Now, Scopes: []string{"surveys:read", "surveys:write"}}))
	return tn
}

// value is what a field of the form on a page holds.
func value(p *webtest.Page, name string) string { return p.Form("main form#form").Get(name) }
