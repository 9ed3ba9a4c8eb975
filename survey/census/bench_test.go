package census_test

import (
	"fmt"
	"strings"
	"testing"

	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/survey/census"
	"qingce/survey/surveytest"
)

// benchEngines runs a benchmark on both engines.
func benchEngines(b *testing.B, bench func(b *testing.B, city *inventorytest.City)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, inventorytest.Open(b)) })
	b.Run("postgres", func(b *testing.B) { bench(b, inventorytest.OpenPostgres(b)) })
}

const (
	benchBodies  = 1_000
	benchSystems = 50_000
	benchLines   = 5_000
)

// great is a census of 1 000 bodies with 50 systems each, all of them declared
// and accepted.
func great(b *testing.B, city *inventorytest.City) *town {
	b.Helper()
	city.Fill(benchBodies, benchSystems)
	tn := opened(b, city)
	err := tn.DB.Write(b.Context(), func(tx *store.Tx) error {
		for _, stmt := range []string{
			`UPDATE systems SET state = 'verified'`,
			`UPDATE system_versions SET state = 'verified'`,
			`UPDATE forms SET state = 'accepted', rows_total = 50, rows_done = 50, submissions = 1, first_submitted_at = created_at,
			 submitted_at = created_at, late_wd = 0, declared_count = 50`,
		} {
			if err := tx.Gorm().Exec(stmt).Error; err != nil {
				return err
			}
		}
		return copyRows(tx)
	})
	if err != nil {
		b.Fatal(err)
	}
	return tn
}

// copyRows puts every system onto the form of its body, with a submission of
// usual length for each form.
func copyRows(tx *store.Tx) error {
	var systems []inventory.System
	if err := tx.Gorm().Order("id").Find(&systems).Error; err != nil {
		return err
	}
	for from := 0; from < len(systems); from += 200 {
		var sql strings.Builder
		var args []any
		for n, s := range systems[from:min(from+200, len(systems))] {
			if n > 0 {
				sql.WriteString(" UNION ALL ")
			}
			sql.WriteString("SELECT CAST(? AS bigint) AS sid, CAST(? AS text) AS body")
			args = append(args, s.ID, bodyOf(&s))
		}
		err := tx.Gorm().Exec(`INSERT INTO form_rows (form_id, position, system_id, code, name, base_version, origin, decision, body, typed,
			adopted_version, created_at, updated_at, updated_by, updated_name, version)
			SELECT f.id, 1, s.id, s.code, s.name, 1, 'register', 'confirmed', b.body, '{}', 1, f.created_at, f.created_at, 1, 'test', 1
			FROM (`+sql.String()+`) b JOIN systems s ON s.id = b.sid JOIN forms f ON f.department_id = s.owner_id`, args...).Error
		if err != nil {
			return err
		}
	}
	return tx.Gorm().Exec(`INSERT INTO form_submissions (form_id, number, submitted_at, submitted_by, submitted_name, body, hash)
		SELECT id, 1, created_at, 1, 'test', '{"zero":false,"zero_reason":"","declared_count":50,"answers":{},"rows":["' || ? || '"]}', '' FROM forms`,
		strings.Repeat("甲", 30_000)).Error
}

func bodyOf(s *inventory.System) string {
	var parts []string
	for key, v := range inventory.SystemFields.Values(s) {
		parts = append(parts, fmt.Sprintf("%q:%q", key, v))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// lines is a list of 5 000 lines: a third by address, a third by name within the
// department, a sixth by name alone, the rest unknown.
func lines(b *testing.B, tn *town) string {
	b.Helper()
	var systems []inventory.System
	err := tn.DB.Read(b.Context(), func(tx *store.Tx) error { return tx.Gorm().Order("id").Limit(benchLines * 3).Find(&systems).Error })
	if err != nil {
		b.Fatal(err)
	}
	dir, err := tn.Registry.Directory(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	var csv strings.Builder
	csv.WriteString("应用名称,使用单位,访问网址,网络\n")
	for n := range benchLines {
		s := systems[n*3]
		owner := "襄阳市" + dir.Name(s.OwnerID)
		switch n % 6 {
		case 0, 1:
			fmt.Fprintf(&csv, "云主机%d,%s,%s,电子政务外网\n", n, owner, s.VisitUrl)
		case 2, 3:
			fmt.Fprintf(&csv, "襄阳市%s（旧版）,%s,,电子政务外网\n", s.Name, owner)
		case 4:
			fmt.Fprintf(&csv, "%s,,,电子政务外网\n", s.Name)
		default:
			fmt.Fprintf(&csv, "第%d号指挥调度综合管理平台,%s,,互联网\n", n, owner)
		}
	}
	return csv.String()
}

// BenchmarkMatch is what holding 5 000 lines against 50 000 declared systems
// costs, with the items written.
func BenchmarkMatch(b *testing.B) {
	benchEngines(b, func(b *testing.B, city *inventorytest.City) {
		tn := great(b, city)
		csv := lines(b, tn)
		for round := 0; b.Loop(); round++ {
			b.StopTimer()
			src := tn.received(census.Cloud, "清单", csv+strings.Repeat("\n", round+1))
			b.StartTimer()
			src, err := tn.desk.MapSource(b.Context(), tn.Centre(), code, src.ID, src.Version, src.Mapping)
			if err != nil {
				b.Fatal(surveytest.Explain(err))
			}
			b.StopTimer()
			b.ReportMetric(float64(src.Matches+src.Differs), "found")
			if src.All() != benchLines || src.Matches+src.Differs < benchLines/3 {
				b.Fatalf("%d items: %+v", src.All(), src.Counts)
			}
			b.StartTimer()
		}
	})
}

// BenchmarkRematch is what matching the same list again costs.
func BenchmarkRematch(b *testing.B) {
	benchEngines(b, func(b *testing.B, city *inventorytest.City) {
		tn := great(b, city)
		src := tn.matched(census.Cloud, "清单", lines(b, tn))
		for b.Loop() {
			if _, err := tn.desk.Rematch(b.Context(), tn.Centre(), code, src.ID); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkLock is what locking a census of 1 000 bodies with 50 systems each
// costs; BenchmarkVerify is its recomputation.
func BenchmarkLock(b *testing.B) {
	benchEngines(b, func(b *testing.B, city *inventorytest.City) {
		tn := great(b, city)
		var cert census.Certificate
		for b.Loop() {
			b.StopTimer()
			unlock(b, tn)
			b.StartTimer()
			var err error
			if cert, err = tn.desk.Lock(b.Context(), tn.Office(), code); err != nil {
				b.Fatal(surveytest.Explain(err))
			}
		}
		if cert.Systems != benchSystems || cert.Totals.Way.Declared != benchSystems+10*50 {
			b.Fatalf("certified %d, %+v", cert.Systems, cert.Totals.Way)
		}
	})
}

// unlock takes a lock back, past the verbs.
func unlock(b *testing.B, tn *town) {
	b.Helper()
	err := tn.DB.Write(b.Context(), func(tx *store.Tx) error {
		for _, stmt := range []string{
			"DELETE FROM certificate_systems", "DELETE FROM certificates", "DELETE FROM system_versions WHERE version > 1",
			"UPDATE system_versions SET valid_to = NULL", "UPDATE systems SET state = 'verified', version = 1",
			"UPDATE forms SET state = 'accepted'", "UPDATE campaigns SET state = 'running'",
		} {
			if err := tx.Gorm().Exec(stmt).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func BenchmarkVerify(b *testing.B) {
	benchEngines(b, func(b *testing.B, city *inventorytest.City) {
		tn := great(b, city)
		cert, err := tn.desk.Lock(b.Context(), tn.Office(), code)
		if err != nil {
			b.Fatal(surveytest.Explain(err))
		}
		for b.Loop() {
			if v, err := tn.desk.Verify(b.Context(), tn.Office(), cert.ID); err != nil || !v.OK() {
				b.Fatalf("%v %v", v.Found, err)
			}
		}
	})
}
