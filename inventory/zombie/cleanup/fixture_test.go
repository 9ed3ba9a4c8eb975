package cleanup_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/cleanup"
	"qingce/inventory/zombie/detect"
)

// bench is a city whose systems are judged by runs that the test writes down.
type bench struct {
	*inventorytest.City
	t    *testing.T
	Desk *cleanup.Desk
	Book *schedule.Book
}

// each runs a test on both engines.
func each(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		b := &bench{City: city, t: t, Book: schedule.New(city.DB, schedule.Options{})}
		if err := b.Book.Seed(t.Context()); err != nil {
			t.Fatal(err)
		}
		detector := zombie.New(zombie.Deps{DB: city.DB, Registry: city.Registry, Book: b.Book})
		b.Desk = cleanup.NewDesk(cleanup.Deps{
			DB: city.DB, Registry: city.Registry, Book: b.Book, Box: evidence.New(city.DB, evidence.Options{}), Detector: detector,
			Deciding: func(*store.Tx) (map[auth.DepartmentID]int, error) {
				return map[auth.DepartmentID]int{city.Department("MZ").ID: 1}, nil
			},
		})
		b.exec(`DELETE FROM zombie_policies`)
		b.exec(`INSERT INTO zombie_policies (version, name, state, numbers, reason, made_by, made_name, made_at, revision)
			VALUES (1, 'first', 'in_force', '{}', '', 0, '', ?, 1)`, city.Clock.Now())
		test(t, b)
	})
}

func (b *bench) exec(sql string, args ...any) {
	b.t.Helper()
	if err := b.DB.Write(b.t.Context(), func(tx *store.Tx) error { return tx.Gorm().Exec(sql, args...).Error }); err != nil {
		b.t.Fatal(err)
	}
}

// at moves the clock on to a moment of the city.
func (b *bench) at(when string) {
	b.t.Helper()
	m, err := time.ParseInLocation("2006-01-02 15:04", when, calendar.Zone)
	if err != nil {
		b.t.Fatal(err)
	}
	b.Clock.Advance(m.Sub(b.Clock.Now()))
}

// ran writes down a finished run of a day.
func (b *bench) ran(day string) detect.Day {
	b.t.Helper()
	d := zombie.DayOf(b.day(day))
	b.exec(`INSERT INTO zombie_runs (day, state, policy_version, started_at, finished_at, started_name, working, partial, systems, measured,
		insufficient, met, suspected, fresh, cleared, changed, rebuilt, corrections) VALUES (?, 'finished', 1, ?, ?, '', ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)`,
		d, b.Clock.Now(), b.Clock.Now(), true, false)
	return d
}

// says writes down what a run found of a system: results of Z1 to Z5.
func (b *bench) says(day detect.Day, s inventory.System, results ...detect.Result) {
	b.t.Helper()
	var z [5]detect.Result
	strength := zombie.Nothing
	for i, r := range results {
		z[i] = r
		switch r {
		case detect.Met:
			strength = zombie.Strong
		case detect.Suspected:
			strength = max(strength, zombie.Warning)
		}
	}
	body, err := json.Marshal(struct{ Figures detect.Figures }{detect.Figures{Day: day, Gap: 193, Coverage: 0.96, Dead: 0.97}})
	if err != nil {
		b.t.Fatal(err)
	}
	b.exec("UPDATE zombie_verdicts SET valid_to = ? WHERE system_id = ? AND valid_to = 2147483647", day-1, s.ID)
	b.exec(`INSERT INTO zombie_verdicts (system_id, mark, confidence, valid_from, valid_to, policy_version, strength, z1, z2, z3, z4, z5, body)
		VALUES (?, 1, 9700, ?, 2147483647, 1, ?, ?, ?, ?, ?, ?, ?)`, s.ID, day, strength, z[0], z[1], z[2], z[3], z[4], string(body))
}

func (b *bench) day(text string) calendar.Date {
	b.t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		b.t.Fatal(err)
	}
	return d
}

// follow brings the cases in line with the newest run.
func (b *bench) follow() cleanup.Followed {
	b.t.Helper()
	f, err := b.Desk.Follow(b.t.Context(), auth.System("detect"))
	if err != nil {
		b.t.Fatal(err)
	}
	return f
}

// suspect registers a system that is suspected, and gives its case.
func (b *bench) suspect(prefix, name string, results ...detect.Result) (inventory.System, cleanup.Case) {
	b.t.Helper()
	s := b.Registered(prefix, name)
	s = b.move(b.Head(prefix), s, inventory.Declare)
	s = b.move(b.Someone(auth.Centre), s, inventory.Verify)
	b.says(b.ran("2017-10-22"), s, results...)
	b.at("2017-10-23 09:00")
	b.follow()
	return s, b.caseOf(s)
}

func (b *bench) move(by auth.Principal, s inventory.System, m inventory.Move) inventory.System {
	b.t.Helper()
	s, err := b.Registry.Move(b.t.Context(), by, s.Code, s.Version, m, "")
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

// caseOf is the newest case of a system.
func (b *bench) caseOf(s inventory.System) cleanup.Case {
	b.t.Helper()
	all, err := b.Desk.CasesOf(b.t.Context(), b.office(), s.ID)
	if err != nil || len(all) == 0 {
		b.t.Fatalf("no case of %s: %v", s.Code, err)
	}
	return all[0]
}

func (b *bench) office() auth.Principal { return b.Someone(auth.Office) }

func (b *bench) centre() auth.Principal {
	p := b.Someone(auth.Centre)
	p.AccountID = 2
	return p
}

// must takes the outcome of a step that has to succeed.
func (b *bench) must(c cleanup.Case, err error) cleanup.Case {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// prove puts a file beside a case.
func (b *bench) prove(by auth.Principal, no, purpose string) error {
	b.t.Helper()
	data := []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n% " + purpose + "\nxref\n0 1\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
	up := evidence.Upload{Name: purpose + ".pdf", Reader: bytes.NewReader(data), Size: int64(len(data))}
	_, err := b.Desk.Prove(b.t.Context(), by, no, up, purpose, "")
	return err
}

// confirmed brings a case up to the decision.
func (b *bench) confirmed(c cleanup.Case, head auth.Principal) cleanup.Case {
	b.t.Helper()
	ctx := b.t.Context()
	c = b.must(b.Desk.Notify(ctx, b.office(), c.No, c.Version))
	c = b.must(b.Desk.Answer(ctx, head, c.No, c.Version, cleanup.Reply{Answer: cleanup.Admits}))
	return b.must(b.Desk.Decide(ctx, b.office(), c.No, c.Version, true, "部门认可，予以认定"))
}

// retirement is a plan that passes.
func retirement() cleanup.Scheme {
	return cleanup.Scheme{Plan: cleanup.Plan{
		Action: cleanup.RetireIt, Disposal: cleanup.Archive, DisposalNote: "移交市档案馆", UsersTold: "10月26日办公网公告",
		Released: cleanup.Released{Servers: 1, Ips: 1, Accounts: 46, OmSaved: 4_800_000},
	}}
}

func refusedAt(err error, name string) bool {
	for _, f := range fault.FieldsOf(err) {
		if f.Name == name {
			return true
		}
	}
	return false
}

func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}
