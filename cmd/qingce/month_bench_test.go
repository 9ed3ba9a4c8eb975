package main_test

import (
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
	"qingce/inventory/catalog"
	"qingce/inventory/hub"
	"qingce/inventory/inventorytest"
)

// monthEngines runs a benchmark of the months on both engines, as the Office
// signed in on a Monday morning in December.
func monthEngines(b *testing.B, run func(b *testing.B, m *monthBench)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			dsn := "sqlite:" + filepath.Join(b.TempDir(), "qingce.db")
			if engine == "postgres" {
				dsn = storetest.PostgresDSN(b)
			}
			clock := clockwork.NewFakeClockAt(time.Date(2017, 12, 4, 9, 0, 0, 0, calendar.Zone))
			br := loadedAt(b, dsn, clock, func(c *inventorytest.City) { monthCity(b, c) }, auth.Office, auth.Leader)
			br.client.Timeout = 5 * time.Minute
			run(b, &monthBench{browser: br, clock: clock})
		})
	}
}

// monthBench is a service with a thousand bodies of fifty systems each.
type monthBench struct {
	*browser
	clock *clockwork.FakeClock
}

// monthCity fills the facts of a thousand bodies with fifty systems each: what
// became of the systems, their connections, ten entries of the catalog for each
// body, exchanges, requests and uses.
func monthCity(b *testing.B, c *inventorytest.City) {
	b.Helper()
	c.Fill(1_000, 50_000)
	book := schedule.New(c.DB, schedule.Options{})
	texts := inventorytest.Messages(b)
	entries := catalog.New(catalog.Deps{DB: c.DB, Registry: c.Registry, Book: book, Texts: texts}, catalog.Options{})
	box := evidence.New(c.DB, evidence.Options{})
	do := func(what string, err error) {
		b.Helper()
		if err != nil {
			b.Fatalf("%s: %v", what, err)
		}
	}
	do("calendar", book.Seed(b.Context()))
	do("classes", entries.Seed(b.Context()))
	words := strings.NewReplacer("NOW", "'2017-09-12 02:00:00+00:00'", "AS_DATE", "")
	if c.DB.Engine() == store.Postgres {
		words = strings.NewReplacer("NOW", "TIMESTAMPTZ '2017-09-12 02:00:00+00:00'", "AS_DATE", "::date")
	}
	execute := func(statements ...string) {
		b.Helper()
		do("fill", c.DB.Write(b.Context(), func(tx *store.Tx) error {
			for _, s := range statements {
				if err := tx.Gorm().Exec(words.Replace(s)).Error; err != nil {
					return fmt.Errorf("%s: %w", s, err)
				}
			}
			return nil
		}))
	}
	for _, table := range []string{"systems", "system_versions"} {
		execute(`UPDATE ` + table + ` SET state = CASE WHEN (id + id / 1000) % 10 = 0 THEN 'retired' ELSE 'certified' END,
			final = CASE WHEN (id + id / 1000) % 10 < 2 THEN 'clean' WHEN (id + id / 1000) % 10 = 2 THEN 'merge' ELSE 'keep' END`)
	}
	connections := hub.New(c.DB, c.Registry, box, texts, book)
	_, err := connections.SettleAll(b.Context())
	do("connections", err)
	execute(monthFacts()...)
	c.Clock.Advance(time.Date(2017, 12, 4, 8, 0, 0, 0, calendar.Zone).Sub(c.Clock.Now()))
	do("silence", connections.Settle(b.Context())) // as the job of every hour does
}

// monthFacts are the statements that fill what stands beside the systems.
func monthFacts() []string {
	const numbers = `(WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 10) SELECT n FROM g) AS g`
	code := `'307001/' || d.code || '-' || g.n`
	return []string{
		`UPDATE hub_connections SET counted = must, stage = 6, stage_on = '2017-10-20', last_signal = '2017-12-03', run_from = '2017-10-20' WHERE must AND id % 3 > 0`,
		`INSERT INTO hub_events (system_id, owner_id, on_day, at, act, from_stage, to_stage, basis, must_delta, counted_delta, by_id, by_name)
			SELECT id, owner_id, '2017-10-20', NOW, 'verify', 0, 6, basis, 0, 1, 0, 'bench' FROM hub_connections WHERE counted`,
		`INSERT INTO catalog_entries (code, owner_id, life, class_code, name, provider_id, abstract, share_type, update_cycle, library, mount_kind, last_update_on, stale_on,
			published_version, first_published_at, published_at, version, created_at, updated_at, updated_by, updated_name)
			SELECT ` + code + `, d.id, 'published', (SELECT min(code) FROM catalog_classes), '信息资源' || d.code || '第' || g.n, d.id, '', CASE WHEN g.n = 10 THEN '3' ELSE '2' END, 'monthly', 'dept',
			CASE WHEN g.n % 2 = 0 THEN 'table' ELSE '' END, '2017-11-20', '2018-01-05', 1, NOW, NOW, 1, NOW, NOW, 0, 'bench'
			FROM departments d CROSS JOIN ` + numbers + ` WHERE d.code LIKE 'D%'`,
		`INSERT INTO catalog_mounts (entry_id, at, mount_kind, last_update_on, stale_on) SELECT id, NOW, mount_kind, last_update_on, stale_on FROM catalog_entries WHERE mount_kind <> ''`,
		`INSERT INTO hub_parties (name, system_id, department_id, first_seen) SELECT s.code, s.id, s.owner_id, NOW FROM systems s JOIN hub_connections c ON c.id = s.id WHERE c.counted`,
		`INSERT INTO hub_beats (party_id, hour, day, source) SELECT id, '2017-12-03 02:00:00+00:00', '2017-12-03', 'gate' FROM hub_parties`,
		`INSERT INTO hub_exchanges (day, provider_id, consumer_id, source, seq, exchanges, failures, bytes, counts)
			SELECT (CASE g.n WHEN 1 THEN '2017-11-28' WHEN 2 THEN '2017-11-27' ELSE '2017-10-1' || (g.n - 3) END)AS_DATE, p.id, q.id, 'gate', 1, 40, 1, 4096, true
			FROM hub_parties p JOIN hub_parties q ON q.id = p.id + 7 CROSS JOIN ` + numbers + ` WHERE p.id % 10 = 0`,
		`INSERT INTO sharing_requests (user_id, provider_id, entry_code, entry_name, share_type, items, purposes, purpose_note, duty_basis, scope_wanted, method, frequency,
			state, submitted_at, reply, reply_due_on, reply_late_wd, replied_at, created_at, created_by, created_name, updated_at, updated_by, version)
			SELECT d.id + 1, d.id, ` + code + `, '信息资源', '2', '[]', '', '', '', '', '', '', 'granted', NOW, 'grant', '2017-09-26', g.n % 3, '2017-09-28 02:00:00+00:00', NOW, 0, 'bench', NOW, 0, 1
			FROM departments d CROSS JOIN ` + numbers + ` WHERE d.code LIKE 'D%' AND d.code < 'D0999' AND g.n < 6`,
		`INSERT INTO sharing_uses (user_id, provider_id, entry_code, entry_name, used_on, purpose, matter, calls, recorded_at, recorded_by, recorded_name)
			SELECT d.id + 1, d.id, ` + code + `, '信息资源', '2017-11-21', '', '', 5, NOW, 0, 'bench' FROM departments d CROSS JOIN ` + numbers + ` WHERE d.code LIKE 'D%' AND d.code < 'D0999'`,
	}
}

// BenchmarkMonthClose counts, freezes, reviews and publishes November of a
// thousand bodies with fifty systems each, once.
func BenchmarkMonthClose(b *testing.B) {
	monthEngines(b, func(b *testing.B, m *monthBench) {
		for b.Loop() {
			start := time.Now()
			m.said("/scorecards/new", url.Values{"month": {"2017-11"}})
			b.ReportMetric(time.Since(start).Seconds(), "s-count")
			for _, move := range []string{"freeze", "open_appeal", "review"} {
				b.ReportMetric(m.move(move).Seconds(), "s-"+strings.ReplaceAll(move, "_", "-"))
				if move == "open_appeal" {
					m.clock.Advance(7 * 24 * time.Hour)
					m.signIn("office", benchPassword) // the session has ended meanwhile
				}
			}
		}
	})
}

var hiddenRevision = regexp.MustCompile(`name="revision" value="(\d+)"`)

// said posts a form that has to go on to another page.
func (m *monthBench) said(path string, form url.Values) {
	m.t.Helper()
	if p := m.post(path, form); p.status != 303 {
		m.t.Fatalf("%s: %d\n%s", path, p.status, p.body[:min(len(p.body), 2000)])
	}
}

// move takes the next step with November and tells how long it took.
func (m *monthBench) move(name string) time.Duration {
	m.t.Helper()
	record := m.get("/scorecards/2017-11/record").body
	found := hiddenRevision.FindStringSubmatch(record)
	if found == nil {
		m.t.Fatalf("no step on the record: %s", record)
	}
	start := time.Now()
	m.said("/scorecards/2017-11/moves", url.Values{"version": {"1"}, "revision": {found[1]}, "move": {name}})
	return time.Since(start)
}

// monthPages are pages of a month as leaders, reviewers and departments open
// them, and its pictures.
var monthPages = []string{
	"/scorecards/2017-11", "/scorecards/2017-11?page=13", "/scorecards/2017-11?sort=points", "/scorecards/2017-11?group=A&q=局", "/scorecards/2017-11/record",
	"/scorecards/2017-11/D0500", "/scorecards/2017-11/D0500/M4", "/scorecards/2017-11/D0500/M5", "/scorecards/policy",
	"/scorecards/2017-11/matrix.svg", "/scorecards/2017-11/matrix.png", "/scorecards/2017-11/course.png", "/scorecards/2017-11/D0500/trend.png",
}

// BenchmarkMonthPages asks the whole service for pages of a frozen month of a
// thousand bodies with the month before beside it, one and ten requests at a
// time, and reports the median and the 99th percentile.
func BenchmarkMonthPages(b *testing.B) {
	monthEngines(b, func(b *testing.B, m *monthBench) {
		for _, month := range []string{"2017-10", "2017-11"} {
			m.said("/scorecards/new", url.Values{"month": {month}})
		}
		m.move("freeze")
		pages := make([]string, len(monthPages))
		for i, page := range monthPages {
			pages[i] = strings.ReplaceAll(page, "局", "%E5%B1%80")
			ask(b, m.client, m.url+pages[i])
		}
		for _, atATime := range []int{1, 10} {
			b.Run(fmt.Sprint(atATime), func(b *testing.B) {
				for _, page := range pages {
					b.Run(strings.TrimPrefix(page, "/scorecards/"), func(b *testing.B) { m.measure(b, atATime, []string{page}) })
				}
				b.Run("all", func(b *testing.B) { m.measure(b, atATime, pages) })
			})
		}
	})
}
