package monthlyweb_test

import (
	"slices"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/schedule"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/scoring/monthly"
	"qingce/scoring/monthly/monthlyweb"
)

// mounted is a site with the routes of the months on its own accounts.
func mounted(t *testing.T) *webtest.Site {
	t.Helper()
	return webtest.Open(t, func(s *webtest.Site) {
		registry := inventory.NewRegistry(s.DB, inventory.Options{})
		deps := monthlyweb.Deps{Registry: registry, Catalog: s.Texts, Months: monthly.NewDesk(monthly.Deps{DB: s.DB, Registry: registry, Book: schedule.New(s.DB, schedule.Options{})})}
		monthlyweb.Mount(s.Server, deps)
		monthlyweb.MountAPI(s.Server, deps)
	})
}

// Every act of the pages and of the API is refused to all roles that its route
// does not name, and to people who are not signed in.
func TestEveryRouteIsOpenToThoseItNames(t *testing.T) { webtest.CheckRights(t, mounted(t)) }

// TestTheRoutesAreTheMatrixOfRights holds the routes against DOMAIN §1.3: the
// Office counts, reviews and makes the method, heads and regions object, the
// leading group decides.
func TestTheRoutesAreTheMatrixOfRights(t *testing.T) {
	office, leader := []auth.Role{auth.Office}, []auth.Role{auth.Leader}
	heads, both := []auth.Role{auth.Head, auth.Region}, []auth.Role{auth.Office, auth.Leader}
	want := map[string][]auth.Role{
		"POST /scorecards/new":                                  office,
		"POST /scorecards/:month/moves":                         both,
		"POST /scorecards/:month/proposals":                     leader,
		"POST /scorecards/:month/:dept/objections":              heads,
		"POST /scorecards/:month/:dept/objections/:id/withdraw": heads,
		"POST /scorecards/:month/:dept/objections/:id/answer":   office,
		"POST /scorecards/policy":                               office,
		"POST /scorecards/policy/force":                         office,
		"POST /api/v1/scorecards":                               office,
		"POST /api/v1/scorecards/:month/moves":                  both,
		"POST /api/v1/scorecards/:month/:department/decision":   leader,
		"POST /api/v1/scorecards/:month/:department/objections": heads,
		"POST /api/v1/scorecards/objections/:id/withdrawal":     heads,
		"POST /api/v1/scorecards/objections/:id/answer":         office,
		"PUT /api/v1/scorecards/policies/draft":                 office,
		"POST /api/v1/scorecards/policies/draft/force":          office,
		"DELETE /api/v1/scorecards/policies/draft":              office,
		"GET /api/v1/scorecards/verification":                   {auth.Office, auth.Auditor},
		"GET /api/v1/scorecards/:month/:department":             monthly.Viewers(),
	}
	for _, r := range mounted(t).Routes() {
		name := r.Method + " " + r.Path
		roles, named := want[name]
		if !named {
			if r.Method != "GET" && (len(r.Path) > 11 && r.Path[:11] == "/scorecards") {
				t.Errorf("%s is in no line of the matrix", name)
			}
			continue
		}
		if got := r.Access.Roles; !slices.Equal(sorted(got), sorted(roles)) {
			t.Errorf("%s is for %v, the matrix says %v", name, got, roles)
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("%s is not mounted", name)
	}
}

func sorted(roles []auth.Role) []auth.Role { return slices.Sorted(slices.Values(roles)) }
