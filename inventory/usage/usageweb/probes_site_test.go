package usageweb_test

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/schedule"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/usageweb"
)

// probeTown is a city with probes and their pages, and people who use them.
type probeTown struct {
	*usagetest.World
	site *webtest.Site
	t    *testing.T
}

// probesOpen is a town on a Thursday at noon.
func probesOpen(t *testing.T) *probeTown {
	t.Helper()
	city := inventorytest.Open(t)
	city.Clock.Advance(time.Date(2017, 11, 23, 12, 30, 0, 0, calendar.Zone).Sub(city.Clock.Now()))
	tn := &probeTown{World: usagetest.Over(t, city), t: t}
	intake := usage.NewIntake(tn.Ledger, usage.DefaultIntakeLimits())
	t.Cleanup(func() {
		if err := intake.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	book := schedule.New(tn.DB, schedule.Options{})
	if err := book.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	tn.site = webtest.Open(t, func(site *webtest.Site) {
		deps := usageweb.Deps{
			DB: tn.DB, Registry: tn.Registry, Probes: tn.Probes, Ledger: tn.Ledger, Intake: intake, Catalog: site.Texts,
			Rules: usage.NewRules(tn.DB, tn.Registry), Backfill: usage.NewBackfill(tn.DB, tn.Registry, tn.Ledger, site.Texts), Book: book,
		}
		usageweb.Mount(site.Server, deps)
		usageweb.MountAPI(site.Server, deps)
	}, webtest.Among(&webtest.People{Clock: tn.Clock.Now, Scopes: []string{"usage:read", "usage:write"}}))
	return tn
}

func (tn *probeTown) centre() *webtest.Browser { return tn.site.Of(tn.Someone(auth.Centre)) }

// sends sends reports with a token, and writes down that they came.
func (tn *probeTown) sends(token, body string) *webtest.Page {
	tn.t.Helper()
	p := tn.site.Nobody().Do("POST", "/api/v1/usage/reports", strings.NewReader(body), http.Header{
		"Authorization": {"Bearer " + token}, "Content-Type": {"application/x-ndjson"},
	})
	if err := tn.Probes.Flush(tn.t.Context()); err != nil {
		tn.t.Fatal(err)
	}
	return p
}

// reportOf is a report of a system of some hours ago.
func (tn *probeTown) reportOf(s inventory.System, hoursAgo, minutes int) string {
	hour := tn.Clock.Now().Truncate(time.Hour).Add(-time.Duration(hoursAgo) * time.Hour).Format(time.RFC3339)
	return `{"system":"` + s.Code + `","source":"web-1","epoch":1,"hour":"` + hour + `","seq":1,"minutes":` + strconv.Itoa(minutes) + `,"requests":12}` + "\n"
}

func probeFormOf(tn *probeTown, name string, systems ...inventory.System) url.Values {
	form := url.Values{"name": {name}, "kind": {"gateway"}, "owner": {"XYRS"}, "interval": {"60"}, "signals": {"requests", "logins"}}
	for i, s := range systems {
		n := strconv.Itoa(i)
		form.Set("system-"+n, s.Code+" "+s.Name)
		form.Set("share-"+n, "whole")
	}
	return form
}
