package adminweb_test

import (
	"slices"
	"strings"
	"testing"
)

// Short names of the sets of people in the table below.
const (
	readers  = "clerk,head,region,office,centre,staffing,reform,finance,standards,police,network,leader,auditor,admin"
	managers = "region,admin"
)

// routes is who may call what: DOMAIN matrix, row "Department, user". A route
// that is not here, or for others, fails.
var routes = `
GET /sign-in public
POST /sign-in public
POST /sign-out password-due
GET /password password-due
POST /password password-due
GET /me signed-in
POST /me/sessions/:id/end signed-in
POST /me/sign-out-everywhere signed-in
GET /me/tokens/new signed-in
POST /me/tokens/new signed-in
POST /me/tokens/:id/revoke signed-in
GET /accounts READERS
GET /accounts/:id READERS
GET /accounts/new MANAGERS
POST /accounts/new MANAGERS
GET /accounts/departments MANAGERS
GET /accounts/:id/edit MANAGERS
POST /accounts/:id/edit MANAGERS
GET /accounts/:id/do/:act MANAGERS
POST /accounts/:id/do/:act MANAGERS
POST /accounts/:id/sessions/:other/end MANAGERS
POST /accounts/:id/tokens/:other/revoke MANAGERS
GET /settings/password-policy admin
POST /settings/password-policy admin
GET /api/v1/me signed-in / any token
GET /api/v1/accounts READERS / accounts:read
GET /api/v1/accounts/:id READERS / accounts:read
POST /api/v1/accounts MANAGERS / accounts:write
PATCH /api/v1/accounts/:id MANAGERS / accounts:write
POST /api/v1/accounts/:id/disable MANAGERS / accounts:write
POST /api/v1/accounts/:id/enable MANAGERS / accounts:write
POST /api/v1/accounts/:id/lock MANAGERS / accounts:write
POST /api/v1/accounts/:id/unlock MANAGERS / accounts:write
POST /api/v1/accounts/:id/reset MANAGERS / accounts:write
GET /api/v1/password-policy READERS / accounts:read
PUT /api/v1/password-policy admin / accounts:write
GET /api/v1/sessions signed-in
DELETE /api/v1/sessions/:id signed-in
GET /api/v1/tokens signed-in
POST /api/v1/tokens signed-in
DELETE /api/v1/tokens/:id signed-in
`

func TestTableOfRoutes(t *testing.T) {
	table := strings.NewReplacer("READERS", readers, "MANAGERS", managers).Replace(strings.TrimSpace(routes))
	want := append(strings.Split(table, "\n"),
		"GET /assets/*name public", "GET /api/docs signed-in", "GET /api/openapi.json signed-in / any token", "GET / signed-in")
	var got []string
	for _, r := range house(t).Routes() {
		got = append(got, r.String())
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("not agreed: %s", line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("missing: %s", line)
		}
	}
}
