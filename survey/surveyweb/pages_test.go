package surveyweb_test

import (
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/schedule"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/survey"
	"qingce/survey/census"
	"qingce/survey/surveyweb"
)

// mounted is a site with the routes of surveys on its own accounts.
func mounted(t *testing.T) *webtest.Site {
	t.Helper()
	return webtest.Open(t, func(s *webtest.Site) {
		registry := inventory.NewRegistry(s.DB, inventory.Options{})
		book, box := schedule.New(s.DB, schedule.Options{}), evidence.New(s.DB, evidence.Options{})
		if err := book.Seed(t.Context()); err != nil {
			t.Fatal(err)
		}
		desk := survey.NewDesk(survey.Deps{DB: s.DB, Registry: registry, Book: book, Box: box, Catalog: s.Texts})
		deps := surveyweb.Deps{
			DB: s.DB, Surveys: desk, Registry: registry, Book: book, Box: box, Catalog: s.Texts,
			Census: census.NewDesk(census.Deps{DB: s.DB, Registry: registry, Surveys: desk, Catalog: s.Texts}),
		}
		surveyweb.Mount(s.Server, deps)
		surveyweb.MountAPI(s.Server, deps)
	})
}

func TestEveryRouteIsOpenToThoseItNamesAndToNobodyElse(t *testing.T) {
	webtest.CheckRights(t, mounted(t))
}

// The matrix of rights of campaigns and questionnaires: who sees them, who
// oversees all bodies, who prepares and holds them, who publishes. The kind of
// a campaign narrows it further: the centre holds a census only.
const matrix = `
DC DL RC OF CT BB FG CZ ZJ GA WG LG SJ: GET /surveys; GET /surveys/:code; GET /api/v1/surveys; GET /api/v1/surveys/:code; GET /questionnaires/:code/:number; GET /questionnaires/:code/:number/preview; GET /api/v1/questionnaires/:code/:number
OF CT BB FG CZ ZJ GA WG LG SJ: GET /surveys/:code/scope; GET /api/v1/surveys/:code/scope
OF CT: GET /surveys/new; POST /surveys; GET /surveys/:code/edit; POST /surveys/:code; POST /surveys/:code/open; GET /surveys/:code/close; POST /surveys/:code/close; POST /surveys/:code/exceptions; POST /surveys/:code/exceptions/:department/remove; POST /api/v1/surveys; PATCH /api/v1/surveys/:code; POST /api/v1/surveys/:code/copy; POST /api/v1/surveys/:code/open; POST /api/v1/surveys/:code/close; PUT /api/v1/surveys/:code/exceptions/:department; DELETE /api/v1/surveys/:code/exceptions/:department
OF CT: GET /questionnaires; GET /questionnaires/new; POST /questionnaires; POST /questionnaires/:code/versions; POST /questionnaires/:code/:number; GET /questionnaires/:code/:number/edit; GET /questionnaires/:code/:number/file; GET /questionnaires/:code/:number/compare; POST /questionnaires/:code/:number/upload; POST /questionnaires/:code/:number/move; POST /questionnaires/:code/:number/remove; GET /questionnaires/:code/:number/section; POST /questionnaires/:code/:number/section; GET /questionnaires/:code/:number/question; POST /questionnaires/:code/:number/question; GET /api/v1/questionnaires; POST /api/v1/questionnaires; POST /api/v1/questionnaires/:code/versions; PUT /api/v1/questionnaires/:code/:number
OF: POST /questionnaires/:code/:number/publish; GET /questionnaires/:code/:number/withdraw; POST /questionnaires/:code/:number/withdraw; POST /api/v1/questionnaires/:code/:number/publish; POST /api/v1/questionnaires/:code/:number/withdraw
`

// letters are the roles as the matrix of rights writes them.
var letters = map[auth.Role]string{
	auth.Clerk: "DC", auth.Head: "DL", auth.Region: "RC", auth.Office: "OF", auth.Centre: "CT", auth.Staffing: "BB", auth.Reform: "FG",
	auth.Finance: "CZ", auth.Standards: "ZJ", auth.Police: "GA", auth.Network: "WG", auth.Leader: "LG", auth.Auditor: "SJ", auth.Admin: "AD",
}

func TestTheRoutesOfCampaignsAndQuestionnairesAreTheMatrixOfRights(t *testing.T) {
	got := map[string]string{}
	for _, r := range mounted(t).Routes() {
		var who []string
		for _, role := range auth.AllRoles() {
			if auth.Roles(r.Access.Roles).Any(role) {
				who = append(who, letters[role])
			}
		}
		got[r.Method+" "+r.Path] = strings.Join(who, " ")
	}
	named := map[string]bool{}
	for line := range strings.Lines(strings.TrimSpace(matrix)) {
		who, routes, _ := strings.Cut(strings.TrimSpace(line), ": ")
		for _, route := range strings.Split(routes, "; ") {
			named[route] = true
			if got[route] != who {
				t.Errorf("%s is for %q, the matrix says %q", route, got[route], who)
			}
		}
	}
	for route := range got {
		if strings.Contains(route, "questionnaires") && !named[route] {
			t.Errorf("%s is not in the matrix", route)
		}
	}
}

// TestCallsHaveTheTimeOfTheirPages keeps a program from being cut off in work
// that a person may wait for.
func TestCallsHaveTheTimeOfTheirPages(t *testing.T) {
	within := map[string]time.Duration{}
	for _, r := range mounted(t).Routes() {
		within[r.Method+" "+r.Path] = r.Within
	}
	for call, page := range map[string]string{
		"POST /api/v1/census/:code/sources":             "POST /census/:code/sources",
		"PUT /api/v1/census/:code/sources/:id/mapping":  "POST /census/:code/sources/:id/map",
		"POST /api/v1/census/:code/sources/:id/rematch": "POST /census/:code/sources/:id/rematch",
		"POST /api/v1/census/:code/lock":                "POST /census/:code/lock",
		"GET /api/v1/certificates/:id/verification":     "POST /certificates/:id/verify",
		"POST /api/v1/surveys/:code/review/accept":      "POST /surveys/:code/review/accept",
		"POST /api/v1/surveys/:code/forms/:dept/accept": "POST /surveys/:code/forms/:dept/review",
		"POST /api/v1/surveys/:code/forms/:dept/return": "POST /surveys/:code/forms/:dept/review",
		"POST /api/v1/surveys/:code/open":               "POST /surveys/:code/open",
		"POST /api/v1/surveys/:code/forms/:dept/ready":  "POST /surveys/:code/forms/:dept/ready",
		"POST /api/v1/surveys/:code/forms/:dept/submit": "POST /surveys/:code/forms/:dept/submit",
		"POST /api/v1/census/:code/items/:id/decision":  "POST /census/:code/items/:id",
	} {
		if within[page] == 0 || within[call] != within[page] {
			t.Errorf("%s may take %s, %s takes up to %s", call, within[call], page, within[page])
		}
	}
}
