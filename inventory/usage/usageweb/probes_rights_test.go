package usageweb_test

import (
	"context"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/schedule"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usageweb"
)

// probesMounted is a site with the routes of usage on its own accounts.
func probesMounted(t *testing.T) *webtest.Site {
	t.Helper()
	return webtest.Open(t, func(s *webtest.Site) {
		registry := inventory.NewRegistry(s.DB, inventory.Options{})
		ledger := usage.NewLedger(s.DB, registry)
		intake := usage.NewIntake(ledger, usage.DefaultIntakeLimits())
		t.Cleanup(func() {
			if err := intake.Stop(context.Background()); err != nil {
				t.Error(err)
			}
		})
		rules := usage.NewRules(s.DB, registry)
		book := schedule.New(s.DB, schedule.Options{})
		if err := book.Seed(t.Context()); err != nil {
			t.Fatal(err)
		}
		deps := usageweb.Deps{
			Backfill: usage.NewBackfill(s.DB, registry, ledger, s.Texts), Book: book,
			DB: s.DB, Registry: registry, Probes: usage.NewProbes(s.DB, registry), Ledger: ledger, Intake: intake, Rules: rules,
			Inbox: usage.NewInbox(s.DB, ledger, rules, usage.InboxOptions{}), Catalog: s.Texts,
		}
		usageweb.Mount(s.Server, deps)
		usageweb.MountAPI(s.Server, deps)
	})
}

// probeMatrix is who may call what of probes and rules (DOMAIN §1.3, row "Probe
// registration / usage data"): departments and regions see their own, the Office
// and the auditors all, the centre operates, the leading group sees sums.
const probeMatrix = `
DC DL RC OF CT LG SJ: GET /probes; GET /api/v1/probes/counts
DC DL RC OF CT SJ: GET /probes/:code; GET /probes/:code/connect; GET /probes/:code/hours.svg; GET /probes/:code/hours.png; GET /probes/:code/rules; POST /probes/:code/rules/try; GET /usage-rules
DC DL RC OF CT SJ: GET /api/v1/probes; GET /api/v1/probes/:code; GET /api/v1/probes/:code/hours; GET /api/v1/probes/:code/rejections; GET /api/v1/probes/:code/rules; POST /api/v1/probes/:code/rules/try; GET /api/v1/probes/:code/unmapped; GET /api/v1/usage-rules; GET /api/v1/usage-rules/:id; GET /api/v1/usage-presets
CT: GET /probes/new; POST /probes; GET /probes/:code/edit; POST /probes/:code; GET /probes/:code/stop; POST /probes/:code/stop; POST /probes/:code/resume
CT: GET /probes/:code/tokens/new; POST /probes/:code/tokens; GET /probes/:code/tokens/:id/rotate; POST /probes/:code/tokens/:id/rotate; GET /probes/:code/tokens/:id/revoke; POST /probes/:code/tokens/:id/revoke
CT: GET /probes/:code/rules/new; POST /probes/:code/rules; POST /probes/:code/rules/presets; POST /probes/:code/rules/forget; GET /probes/:code/rules/:id/edit; POST /probes/:code/rules/:id; POST /probes/:code/rules/:id/move; GET /probes/:code/rules/:id/delete; POST /probes/:code/rules/:id/delete
CT: GET /usage-rules/new; POST /usage-rules; POST /usage-rules/presets; GET /usage-rules/:id/edit; POST /usage-rules/:id; POST /usage-rules/:id/move; GET /usage-rules/:id/delete; POST /usage-rules/:id/delete
CT: POST /api/v1/probes; PUT /api/v1/probes/:code; POST /api/v1/probes/:code/stop; POST /api/v1/probes/:code/resume; POST /api/v1/probes/:code/tokens; POST /api/v1/probes/:code/tokens/:id/rotate; DELETE /api/v1/probes/:code/tokens/:id
CT: POST /api/v1/usage-rules; PUT /api/v1/usage-rules/:id; POST /api/v1/usage-rules/:id/move; DELETE /api/v1/usage-rules/:id; POST /api/v1/probes/:code/presets/:name; DELETE /api/v1/probes/:code/unmapped
`

// roleLetters are the roles as the matrix of rights writes them.
var roleLetters = map[auth.Role]string{
	auth.Clerk: "DC", auth.Head: "DL", auth.Region: "RC", auth.Office: "OF", auth.Centre: "CT", auth.Staffing: "BB", auth.Reform: "FG",
	auth.Finance: "CZ", auth.Standards: "ZJ", auth.Police: "GA", auth.Network: "WG", auth.Leader: "LG", auth.Auditor: "SJ", auth.Admin: "AD",
	auth.Expert: "EX", auth.Probe: "PB",
}

func TestTheRoutesOfProbesAreTheMatrixOfRights(t *testing.T) {
	got := map[string]string{}
	for _, r := range probesMounted(t).Routes() {
		var who []string
		for _, role := range auth.AllRoles() {
			if auth.Roles(r.Access.Roles).Any(role) {
				who = append(who, roleLetters[role])
			}
		}
		got[r.Method+" "+r.Path] = strings.Join(who, " ")
		ours := strings.Contains(r.Path, "/probes") || strings.Contains(r.Path, "/usage-")
		if ours && r.API && len(r.Access.Scopes) != 1 {
			t.Errorf("%s is open to tokens with the scopes %v, want one", r.Path, r.Access.Scopes)
		}
	}
	named := map[string]bool{}
	for line := range strings.Lines(strings.TrimSpace(probeMatrix)) {
		who, routes, _ := strings.Cut(strings.TrimSpace(line), ": ")
		for _, route := range strings.Split(routes, "; ") {
			named[route] = true
			if got[route] != who {
				t.Errorf("%s is for %q, the matrix says %q", route, got[route], who)
			}
		}
	}
	for route := range got {
		if (strings.Contains(route, "/probes") || strings.Contains(route, "/usage-")) && !named[route] {
			t.Errorf("%s is not in the matrix", route)
		}
	}
}

func TestEveryRouteOfUsageIsOpenToThoseItNames(t *testing.T) {
	webtest.CheckRights(t, probesMounted(t))
}
