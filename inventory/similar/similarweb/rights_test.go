package similarweb_test

import (
	"strings"
	"testing"

	"qingce/internal/auth"
)

// matrix is who may call what (DOMAIN §1.3, row "Zombie finding").
const matrix = `
DC DL RC OF CT BB FG CZ LG SJ: GET /similar; GET /similar/check; GET /similar/:id
DC DL RC OF CT BB FG CZ LG SJ: GET /api/v1/similar; GET /api/v1/similar/pairs; GET /api/v1/similar/pairs/:id
OF CT: POST /similar/:id; POST /api/v1/similar/pairs/:id/judgement
`

// letters are the roles as the matrix of rights writes them.
var letters = map[auth.Role]string{
	auth.Clerk: "DC", auth.Head: "DL", auth.Region: "RC", auth.Office: "OF", auth.Centre: "CT", auth.Staffing: "BB", auth.Reform: "FG",
	auth.Finance: "CZ", auth.Standards: "ZJ", auth.Police: "GA", auth.Network: "WG", auth.Leader: "LG", auth.Auditor: "SJ", auth.Admin: "AD",
	auth.Expert: "EX", auth.Probe: "PB",
}

func TestTheRoutesAreTheMatrixOfRights(t *testing.T) {
	got := map[string]string{}
	for _, r := range open(t).site.Routes() {
		var who []string
		for _, role := range auth.AllRoles() {
			if auth.Roles(r.Access.Roles).Any(role) {
				who = append(who, letters[role])
			}
		}
		got[r.Method+" "+r.Path] = strings.Join(who, " ")
	}
	for line := range strings.Lines(strings.TrimSpace(matrix)) {
		who, routes, _ := strings.Cut(strings.TrimSpace(line), ": ")
		for _, route := range strings.Split(routes, "; ") {
			if got[route] != who {
				t.Errorf("%s is open to %q, want %q", route, got[route], who)
			}
			delete(got, route)
		}
	}
	for route := range got {
		if strings.Contains(route, "similar") {
			t.Errorf("%s is not in the matrix", route)
		}
	}
}
