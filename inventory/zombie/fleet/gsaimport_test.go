package fleet_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/wire"
	"qingce/inventory/zombie/detect"
)

// some takes a few hosts of each kind.
func some(hosts []host, n int) []host {
	var out []host
	for i := 0; i < len(hosts) && len(out) < n; i += len(hosts) / n {
		out = append(out, hosts[i])
	}
	return out
}

// Figures that come in by a file lead to the same findings as the same figures
// given to detection directly, and days that a file leaves empty stay unknown.
func TestRealHostsThroughAFile(t *testing.T) {
	days, all := realHosts(t)
	hosts := some(all, 30)
	w := usagetest.Over(t, inventorytest.Open(t))
	w.Clock.Advance(days[len(days)-1].AddDays(2).StartsAt().Sub(w.Clock.Now()) + 12*time.Hour)
	systems := make([]inventory.System, len(hosts))
	for i, h := range hosts {
		systems[i] = w.Registered("RS", h.name)
	}
	handIn(t, w, days, hosts, systems)

	p := detect.DefaultPolicy()
	direct, unknowns := found(days, hosts, p, true, false), 0
	for i, s := range systems {
		facts, err := w.Ledger.Days(t.Context(), w.Someone(auth.Centre), s.ID, days[0], days[len(days)-1])
		if err != nil || len(facts) != len(days) {
			t.Fatalf("%s: %d days (%v), want %d", s.Name, len(facts), err, len(days))
		}
		var state detect.State
		for d := range days {
			visits := int64(unknown)
			if n, ok := facts[d].Values.Get(wire.Users); ok {
				visits = n
			} else {
				unknowns++
			}
			f, weather := factOf(facts[d].Date, visits)
			state.Step(&p, &f, weather)
			if got := isFound(&state, &p, &detect.Profile{}, true); visits != hosts[i].visits[d] || got != direct[i][d] {
				t.Fatalf("%s on %v: %d visits, found %v; directly %d, %v", s.Name, days[d], visits, got, hosts[i].visits[d], direct[i][d])
			}
		}
	}
	if unknowns == 0 {
		t.Error("no day was unknown: the sample shows nothing of them")
	}
}

// handIn gives all figures in one file, as the centre would.
func handIn(t *testing.T, w *usagetest.World, days []calendar.Date, hosts []host, systems []inventory.System) {
	t.Helper()
	messages := inventorytest.Messages(t)
	words := messages.Printer(locale.English)
	var file strings.Builder
	fmt.Fprintf(&file, "%s,%s,%s\n", words.T("usage.given.system"), words.T("usage.given.day"), words.T("usage.signal.users"))
	for i, h := range hosts {
		for d, n := range h.visits {
			if n != unknown {
				fmt.Fprintf(&file, "%s,%v,%d\n", systems[i].Code, days[d], n)
			}
		}
	}
	by := w.Someone(auth.Centre)
	files := usage.NewBackfill(w.DB, w.Registry, w.Ledger, messages)
	u, err := files.Receive(t.Context(), by, "visits.csv", []byte(file.String()))
	if err != nil {
		t.Fatal(err)
	}
	if u.RowsWrong > 0 || u.Systems != int64(len(hosts)) {
		t.Fatalf("%d wrong rows, %d systems, want none of %d", u.RowsWrong, u.Systems, len(hosts))
	}
	if _, err := files.Confirm(t.Context(), by, u.ID, u.Version); err != nil {
		t.Fatal(err)
	}
	w.RollUp()
}
