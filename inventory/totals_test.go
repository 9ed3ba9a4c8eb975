package inventory_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
)

func totalsOf(t *testing.T, city *inventorytest.City, by auth.Principal, q inventory.Query, key string) inventory.Totals {
	t.Helper()
	out, err := city.Registry.Totals(t.Context(), by, q, key)
	if err != nil {
		t.Fatalf("totals by %s: %v", key, err)
	}
	return out
}

// counted is the slow way: every system of the list is looked at.
func counted(t *testing.T, city *inventorytest.City, by auth.Principal, q inventory.Query, key string) (all inventory.Sum, rows map[string]inventory.Sum) {
	t.Helper()
	d, err := city.Registry.Directory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rows = map[string]inventory.Sum{}
	f, own := inventory.SystemFields.Find(key)
	if own && key != inventory.ByOwner {
		for _, o := range f.Options {
			rows[o] = inventory.Sum{}
		}
	}
	err = city.Registry.EachSystem(t.Context(), by, q, func(_ int64, s inventory.System) error {
		one := inventory.Sum{Systems: 1, OmUnknown: 1}
		if s.OmAmountYear != nil {
			one = inventory.Sum{Systems: 1, OmYear: *s.OmAmountYear}
		}
		all = plus(all, one)
		dept, _ := d.Find(s.OwnerID)
		var values []string
		switch key {
		case inventory.ByOwner:
			values = []string{dept.Code}
		case inventory.ByGroup:
			values = []string{dept.GroupCode}
		case inventory.ByRegion:
			for dept.Kind == inventory.Municipal && dept.ParentID != nil {
				dept, _ = d.Find(*dept.ParentID)
			}
			values = []string{""}
			if dept.Kind != inventory.Municipal {
				values[0] = dept.Code
			}
		default:
			values = field.ParseList(f.Get(&s))
		}
		if len(values) == 0 {
			values = []string{""}
		}
		for _, v := range values {
			rows[v] = plus(rows[v], one)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, rows
}

func plus(a, b inventory.Sum) inventory.Sum {
	return inventory.Sum{Systems: a.Systems + b.Systems, OmYear: a.OmYear + b.OmYear, OmUnknown: a.OmUnknown + b.OmUnknown}
}

// patchy empties some fields of the filled city, so that everything that can be
// not given is not given somewhere, and puts bodies into a county and a group.
func patchy(t *testing.T, city *inventorytest.City) {
	t.Helper()
	body := city.Below("ZY", "枣阳市教育局")
	err := city.DB.Write(t.Context(), func(tx *store.Tx) error {
		for i, column := range []string{"system_class", "category", "network", "location", "use_frequency", "fund_source", "approval_dept", "djbh_level", "proposed", "phase"} {
			if err := tx.Gorm().Exec("UPDATE systems SET "+column+" = '' WHERE id % 13 = ?", i).Error; err != nil {
				return err
			}
		}
		for _, sql := range []string{
			"UPDATE systems SET om_amount_year = NULL WHERE id % 7 = 3",
			"UPDATE systems SET om_amount_year = 0 WHERE id % 7 = 4",
			"UPDATE systems SET network = '|extranet|internet|private|' WHERE id % 11 = 5",
			"UPDATE departments SET group_code = 'A' WHERE id % 3 = 0",
			"UPDATE departments SET group_code = 'B' WHERE id % 3 = 1",
			"UPDATE register_revisions SET revision = revision + 1",
		} {
			if err := tx.Gorm().Exec(sql).Error; err != nil {
				return err
			}
		}
		return tx.Gorm().Exec("UPDATE systems SET owner_id = ? WHERE id % 17 = 1", body.ID).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTotalsAreWhatALookAtEverySystemGives(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		city.Fill(9, 300)
		patchy(t, city)
		queries := map[string]inventory.Query{
			"all":      {},
			"filtered": {Conditions: []store.Condition{{Column: "network", Op: store.AnyOf, Values: []any{"internet"}, Text: true}}},
			"searched": {Search: "保险", Sort: "name", Descending: true, Page: 2, Size: 20},
			"nothing":  {Search: "没有这样的系统"},
			"then":     {AsOf: city.Clock.Now().Add(time.Hour)},
		}
		for _, by := range []auth.Principal{city.Someone(auth.Office), city.Region("ZY"), city.Clerk("RS")} {
			for name, q := range queries {
				for _, key := range inventory.CountedBy() {
					got := totalsOf(t, city, by, q, key)
					all, rows := counted(t, city, by, q, key)
					if got.All != all {
						t.Errorf("%s, %s by %s: all %+v, want %+v", by.Login, name, key, got.All, all)
					}
					found := map[string]inventory.Sum{}
					for _, row := range got.Rows {
						found[row.Value] = row.Sum
					}
					if !reflect.DeepEqual(found, rows) || len(found) != len(got.Rows) {
						t.Errorf("%s, %s by %s: %+v, want %+v", by.Login, name, key, found, rows)
					}
				}
			}
		}
		office := totalsOf(t, city, city.Someone(auth.Office), inventory.Query{}, "network")
		if office.All.Systems != 300 || office.All.OmUnknown == 0 || !office.Overlap {
			t.Errorf("the city has %+v, overlap %v: is the test's city worth counting?", office.All, office.Overlap)
		}
	})
}

func TestTotalsAreSortedWithNotGivenLast(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		city.Fill(9, 300)
		patchy(t, city)
		for _, key := range inventory.CountedBy() {
			rows := totalsOf(t, city, city.Someone(auth.Office), inventory.Query{}, key).Rows
			if key != inventory.ByRegion {
				if i := slices.IndexFunc(rows, func(r inventory.Total) bool { return r.Value == "" }); i >= 0 {
					if i != len(rows)-1 {
						t.Errorf("by %s: not given stands at %d of %d", key, i, len(rows))
					}
					rows = rows[:i]
				} else if key != inventory.ByOwner {
					t.Errorf("by %s: no row for not given", key)
				}
			}
			if !slices.IsSortedFunc(rows, func(a, b inventory.Total) int { return int(b.Systems - a.Systems) }) {
				t.Errorf("by %s: not sorted: %+v", key, rows)
			}
			for _, row := range rows {
				if owners := key == inventory.ByOwner || key == inventory.ByGroup || key == inventory.ByRegion; owners != (len(row.Owners) > 0) || !slices.IsSorted(row.Owners) {
					t.Errorf("by %s: owners of %q are %v", key, row.Value, row.Owners)
				}
			}
		}
	})
}

func TestWithoutSystemsEveryChoiceIsCountedAsNone(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		got := totalsOf(t, city, city.Someone(auth.Office), inventory.Query{}, "phase")
		if got.All != (inventory.Sum{}) || len(got.Rows) != 6 || got.Rows[0].Value != inventory.PhasePlanned {
			t.Errorf("%+v, want the six phases with nothing", got)
		}
		if got := totalsOf(t, city, city.Someone(auth.Office), inventory.Query{}, inventory.ByOwner); len(got.Rows) != 0 {
			t.Errorf("%+v, want no department", got.Rows)
		}
	})
}

func TestTotalsShowNobodyMoreThanTheLists(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		city.Registered("RS", "就业服务系统")
		city.Registered("MZ", "低保系统")
		for _, tt := range []struct {
			name string
			by   auth.Principal
			want int64
		}{
			{"an office", city.Someone(auth.Office), 2},
			{"a clerk", city.Clerk("RS"), 1},
			{"a clerk of a department without systems", city.Clerk("JY"), 0},
			{"an administrator", city.Someone(auth.Admin), 0},
			{"nobody", auth.Principal{}, 0},
		} {
			for range 2 { // worked out, and remembered
				if got := totalsOf(t, city, tt.by, inventory.Query{}, inventory.ByOwner); got.All.Systems != tt.want {
					t.Errorf("%s counts %d systems, want %d", tt.name, got.All.Systems, tt.want)
				}
				page, err := city.Registry.ListSystems(t.Context(), tt.by, inventory.Query{})
				if err != nil || page.Total != tt.want {
					t.Errorf("%s lists %d systems (%v), want %d", tt.name, page.Total, err, tt.want)
				}
			}
		}
	})
}

func TestAChangeIsInTheTotalsAtOnce(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		office := city.Someone(auth.Office)
		for want := range int64(3) {
			for range 2 {
				if got := totalsOf(t, city, office, inventory.Query{}, "proposed").All.Systems; got != want {
					t.Errorf("%d systems, want %d", got, want)
				}
			}
			city.Registered("RS", "系统"+string(rune('一'+want)))
		}
	})
}

func TestTotalsByNothingKnown(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		for _, key := range []string{"", "name", "om_amount_year", "owner_id; DROP TABLE systems"} {
			_, err := city.Registry.Totals(t.Context(), city.Someone(auth.Office), inventory.Query{}, key)
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != fault.Invalid {
				t.Errorf("by %q: %v, want an error that says so", key, err)
			}
		}
	})
}

// BenchmarkTotals is a page of numbers of a province: worked out after a
// change, and asked for again.
func BenchmarkTotals(b *testing.B) {
	benchEach(b, func(b *testing.B, city *inventorytest.City) {
		office := city.Someone(auth.Office)
		for _, key := range []string{"phase", "network", inventory.ByOwner, inventory.ByRegion} {
			b.Run(key+"/cold", func(b *testing.B) {
				for b.Loop() {
					b.StopTimer() // a new registry has nothing remembered
					r := inventory.NewRegistry(city.DB, inventory.Options{})
					b.StartTimer()
					if _, err := r.Totals(b.Context(), office, inventory.Query{}, key); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run("again", func(b *testing.B) {
			for b.Loop() {
				if _, err := city.Registry.Totals(b.Context(), office, inventory.Query{}, "phase"); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}
