package usagetest

import (
	"testing"

	"qingce/internal/auth"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/inventory/usage"
)

// Open makes a world on SQLite.
func Open(t testing.TB) *World {
	t.Helper()
	return Over(t, inventorytest.Open(t))
}

// Centre operates the probes.
func (w *World) Centre() auth.Principal { return w.Someone(auth.Centre) }

// Form is the registration of a probe of a department that sees the whole of the
// systems.
func (w *World) Form(owner string, systems ...inventory.System) usage.ProbeForm {
	w.t.Helper()
	in := usage.ProbeForm{Name: owner + " 网关日志", Kind: usage.GatewayProbe, Owner: w.Department(owner).ID}
	for _, s := range systems {
		in.Systems = append(in.Systems, usage.SystemChoice{Code: s.Code, Share: usage.Whole})
	}
	return in
}

// Sender registers such a probe, and gives it a token for a year.
func (w *World) Sender(owner string, systems ...inventory.System) (usage.Probe, string) {
	w.t.Helper()
	p, err := w.Probes.Register(w.t.Context(), w.Centre(), w.Form(owner, systems...))
	if err != nil {
		w.t.Fatalf("register a probe of %s: %v", owner, err)
	}
	return p, w.Token(p)
}

// Token is another token of a probe.
func (w *World) Token(p usage.Probe) string {
	w.t.Helper()
	_, text, err := w.Probes.IssueToken(w.t.Context(), w.Centre(), p.Code, w.Clock.Now().AddDate(1, 0, 0))
	if err != nil {
		w.t.Fatalf("issue a token of %s: %v", p.Code, err)
	}
	return text
}
