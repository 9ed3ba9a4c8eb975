package inventoryweb_test

import (
	"log/slog"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/schedule"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/inventory/inventoryweb"
)

// mounted is a site with the register's routes on its own accounts.
func mounted(t *testing.T) *webtest.Site {
	t.Helper()
	return webtest.Open(t, func(s *webtest.Site) {
		registry := inventory.NewRegistry(s.DB, inventory.Options{})
		importer := inventory.NewImporter(registry, s.Texts, slog.New(slog.DiscardHandler))
		t.Cleanup(importer.Stop)
		deps := inventoryweb.Deps{
			DB: s.DB, Registry: registry, Schedule: schedule.New(s.DB, schedule.Options{}), Evidence: evidence.New(s.DB, evidence.Options{}),
			Importer: importer, Catalog: s.Texts,
		}
		inventoryweb.Mount(s.Server, deps)
		inventoryweb.MountAPI(s.Server, deps)
	})
}

func TestEveryRouteIsOpenToThoseItNamesAndToNobodyElse(t *testing.T) {
	webtest.CheckRights(t, mounted(t))
}

// letters are the roles as the matrix of rights writes them.
var letters = map[auth.Role]string{
	auth.Clerk: "DC", auth.Head: "DL", auth.Region: "RC", auth.Office: "OF", auth.Centre: "CT", auth.Staffing: "BB", auth.Reform: "FG",
	auth.Finance: "CZ", auth.Standards: "ZJ", auth.Police: "GA", auth.Network: "WG", auth.Leader: "LG", auth.Auditor: "SJ", auth.Admin: "AD",
}

// The matrix of rights: who sees systems, who fills in, who reviews, who
// decides, who keeps departments. Each line is everybody who may call the
// routes that stand in it.
const matrix = `
DC DL RC OF CT BB FG CZ ZJ GA WG LG SJ: GET /systems; POST /systems/columns; GET /systems/lookup; GET /systems/export.xlsx; GET /systems/export.csv; GET /systems/numbers; GET /systems/numbers.png; GET /systems/numbers.svg; GET /systems/numbers.xlsx; GET /systems/numbers.csv; GET /systems/:code; GET /systems/:code/history; GET /systems/:code/relations; GET /systems/:code/evidence; GET /systems/:code/evidence/:id; GET /api/v1/systems; GET /api/v1/systems/totals; GET /api/v1/systems/:code; GET /api/v1/systems/:code/history; GET /api/v1/systems/:code/moves; GET /api/v1/systems/:code/relations; GET /api/v1/systems/:code/evidence; GET /api/v1/systems/:code/evidence/:id/content; GET /api/v1/systems.xlsx; GET /api/v1/systems.csv
DC DL RC: GET /systems/new; POST /systems; POST /systems/new/draft; POST /systems/new/draft/drop; GET /systems/:code/edit; POST /systems/:code; POST /systems/:code/draft; POST /systems/:code/draft/drop; POST /systems/:code/relations; POST /systems/:code/relations/:id/remove; POST /api/v1/systems; PUT /api/v1/systems/:code; PATCH /api/v1/systems/:code; POST /api/v1/systems/:code/relations; DELETE /api/v1/systems/:code/relations/:id
DL RC OF CT: POST /systems/:code/moves; POST /systems/moves; POST /api/v1/systems/:code/moves
DC DL RC OF CT: POST /systems/:code/evidence; POST /systems/:code/evidence/:id/remove; POST /api/v1/systems/:code/evidence; DELETE /api/v1/systems/:code/evidence/:id
OF: POST /systems/:code/decision; POST /api/v1/systems/:code/decision; GET /departments/reorganise; GET /departments/reorganise/plan.csv; POST /departments/reorganise; POST /departments/reorganise/confirm
DC DL RC OF CT BB FG CZ ZJ GA WG LG SJ AD: GET /departments; GET /departments/lookup; GET /departments/export.xlsx; GET /departments/export.csv; GET /departments/:code; GET /departments/:code/history; GET /api/v1/departments; GET /api/v1/departments/:code; GET /api/v1/departments/:code/history; GET /api/v1/departments.xlsx; GET /api/v1/departments.csv
DC DL RC OF CT BB FG CZ ZJ GA WG LG SJ: GET /changes; GET /changes/:id; GET /changes/:id/evidence/:file; GET /api/v1/changes; GET /api/v1/changes/:id
DC DL RC: GET /systems/:code/change; POST /systems/:code/change; POST /systems/:code/change/draft; POST /systems/:code/change/draft/drop; GET /changes/:id/edit; POST /changes/:id; POST /changes/:id/withdraw; POST /api/v1/changes; POST /api/v1/changes/:id/withdraw
DL RC: POST /changes/:id/submit; POST /api/v1/changes/:id/submit
CT: POST /changes/:id/advice; POST /api/v1/changes/:id/advice
OF: POST /changes/:id/decision; POST /api/v1/changes/:id/decision
DC DL RC OF CT: POST /changes/:id/evidence; POST /changes/:id/evidence/:file/remove
OF AD: GET /departments/new; POST /departments; GET /departments/:code/edit; POST /departments/:code; POST /api/v1/departments; PUT /api/v1/departments/:code; PATCH /api/v1/departments/:code
`

func TestTheRoutesAreTheMatrixOfRights(t *testing.T) {
	want := map[string]string{}
	for line := range strings.Lines(strings.TrimSpace(matrix)) {
		who, routes, _ := strings.Cut(strings.TrimSpace(line), ": ")
		for _, route := range strings.Split(routes, "; ") {
			want[route] = who
		}
	}
	for _, r := range mounted(t).Routes() {
		name := r.Method + " " + r.Path
		if !strings.Contains(r.Path, "systems") && !strings.Contains(r.Path, "departments") && !strings.Contains(r.Path, "changes") {
			continue
		}
		var who []string
		for _, role := range auth.AllRoles() {
			if auth.Roles(r.Access.Roles).Any(role) {
				who = append(who, letters[role])
			}
		}
		if got := strings.Join(who, " "); got != want[name] {
			t.Errorf("%s is for %q, the matrix says %q", name, got, want[name])
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("%s does not exist", name)
	}
}
