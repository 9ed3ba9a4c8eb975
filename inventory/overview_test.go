package inventory_test

import (
	"net/url"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
)

func overviewOf(t *testing.T, city *inventorytest.City, by auth.Principal) inventory.Overview {
	t.Helper()
	o, err := city.Registry.Overview(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// registered puts a system into the city that is different in one point.
func registered(t *testing.T, city *inventorytest.City, prefix, name string, change func(*inventory.System)) inventory.System {
	t.Helper()
	s := city.System(prefix, name)
	change(&s)
	s, _, err := city.Registry.Register(t.Context(), city.Clerk(prefix), inventory.Registration{System: s})
	if err != nil {
		t.Fatalf("register %s: %v", name, err)
	}
	return s
}

func TestAnOverviewCountsByStateAndByWhatIsDoubtful(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		first := city.Registered("RS", "就业服务系统")
		if _, err := city.Registry.Move(t.Context(), city.Head("RS"), first.Code, 1, inventory.Declare, ""); err != nil {
			t.Fatal(err)
		}
		registered(t, city, "RS", "人事档案系统", func(s *inventory.System) { s.ApprovalDept, s.ApprovalNote = inventory.ApprovalNone, "无档案" })
		registered(t, city, "MZ", "低保系统", func(s *inventory.System) {
			s.UseFrequency, s.Proposed, s.DispositionNote, s.DjbhLevel, s.DjbhFilingNo = inventory.FrequencyHardly, inventory.Clean, "无人使用", inventory.DjbhNone, ""
		})

		o := overviewOf(t, city, city.Someone(auth.Office))
		for _, want := range []struct {
			field, value string
			n            int64
		}{
			{"state", "declared", 1}, {"state", "draft", 2}, {"state", "returned", 0}, {"approval_dept", inventory.ApprovalNone, 1},
			{"use_frequency", inventory.FrequencyHardly, 1}, {"djbh_level", inventory.DjbhNone, 1}, {"proposed", inventory.Clean, 1},
			{"proposed", "", 2}, {"final", "", 3}, {"classified", "true", 0}, {"om_amount_year", "", 0},
		} {
			if got := o.Of(want.field, want.value); got != want.n {
				t.Errorf("%s = %q: %d systems, want %d", want.field, want.value, got, want.n)
			}
		}
		if o.Total != 3 || o.Departments[0].Name != "市人社局" || o.Departments[0].Total != 2 || o.Departments[0].Of("state", "declared") != 1 {
			t.Errorf("%d systems, first %+v; want 3, and 市人社局 with 2", o.Total, o.Departments[0])
		}
		if last := o.Departments[len(o.Departments)-1]; len(o.Departments) != 11 || last.Total != 0 || last.Of("state", "draft") != 0 {
			t.Errorf("%d departments, the last %s with %d; want all 11, those without systems last", len(o.Departments), last.Name, last.Total)
		}
	})
}

func TestEveryNumberOfAnOverviewIsTheListBehindItsLink(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		city.Fill(6, 240)
		words := field.NewWords(inventorytest.Messages(t), inventory.SystemFields)
		reader := &field.Reader[inventory.System]{Catalog: inventory.SystemFields, Words: words}
		office := city.Someone(auth.Office)
		o := overviewOf(t, city, office)
		for _, f := range inventory.Facets() {
			conditions, wrong := reader.Filters(url.Values{f.Field: {f.Param()}})
			if len(wrong) > 0 || len(conditions) != 1 {
				t.Fatalf("%v is no filter: %+v %+v", f, conditions, wrong)
			}
			page, err := city.Registry.ListSystems(t.Context(), office, inventory.Query{Conditions: conditions})
			if err != nil || page.Total != o.Of(f.Field, f.Value) {
				t.Errorf("%v: counted %d, the list has %d (%v)", f, o.Of(f.Field, f.Value), page.Total, err)
			}
		}
		sum := int64(0)
		for _, d := range o.Departments {
			sum += d.Total
		}
		if sum != 240 || o.Total != 240 {
			t.Errorf("the departments have %d systems together, all %d; want 240", sum, o.Total)
		}
	})
}

func TestAnOverviewShowsNobodyMoreThanTheLists(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		body := city.Below("ZY", "枣阳市教育局")
		city.Registered("RS", "就业服务系统")
		city.Clock.Advance(time.Minute)
		registered(t, city, "ZY", "枣阳门户", func(*inventory.System) {})
		ours := city.System("ZY", "学籍系统")
		ours.OwnerID = body.ID
		if _, _, err := city.Registry.Register(t.Context(), city.Region("ZY"), inventory.Registration{System: ours}); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name                       string
			by                         auth.Principal
			total, departments, recent int
		}{
			{"an office", city.Someone(auth.Office), 3, 12, 3},
			{"a clerk", city.Clerk("RS"), 1, 1, 1},
			{"a clerk of a department without systems", city.Clerk("JY"), 0, 1, 0},
			{"a region", city.Region("ZY"), 2, 2, 2},
			{"an administrator", city.Someone(auth.Admin), 0, 0, 0},
			{"nobody", auth.Principal{}, 0, 0, 0},
		} {
			o := overviewOf(t, city, tt.by)
			if int(o.Total) != tt.total || len(o.Departments) != tt.departments || len(o.Recent) != tt.recent {
				t.Errorf("%s: %d systems, %d departments, %d changes; want %d, %d, %d", tt.name, o.Total, len(o.Departments), len(o.Recent), tt.total, tt.departments, tt.recent)
			}
		}
	})
}

func TestRecentChangesTellTheLatestStep(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		old := city.Registered("RS", "就业服务系统")
		city.Clock.Advance(time.Hour)
		city.Registered("RS", "人事档案系统")
		city.Clock.Advance(time.Hour)
		if _, err := city.Registry.Move(t.Context(), city.Head("RS"), old.Code, 1, inventory.Declare, "核对无误"); err != nil {
			t.Fatal(err)
		}
		recent := overviewOf(t, city, city.Clerk("RS")).Recent
		if len(recent) != 2 {
			t.Fatalf("%d changes, want 2: %+v", len(recent), recent)
		}
		got := recent[0]
		want := inventory.Recent{
			Code: old.Code, Name: "就业服务系统", State: inventory.Declared, OwnerID: old.OwnerID, Action: "moved.declare",
			ChangedName: "head", Reason: "核对无误", UpdatedAt: got.UpdatedAt,
		}
		if got != want || !got.UpdatedAt.Equal(city.Clock.Now()) {
			t.Errorf("the newest is %+v, want %+v at %s", got, want, city.Clock.Now())
		}
		if recent[1].Action != "registered" {
			t.Errorf("before that %+v, want the registration", recent[1])
		}
	})
}

func TestARememberedOverviewIsNeverOlderThanTheRegister(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		overviews := inventory.NewOverviews(city.Registry)
		total := func(by auth.Principal) int64 {
			o, err := overviews.Of(t.Context(), by)
			if err != nil {
				t.Fatal(err)
			}
			return o.Total
		}
		office, clerk := city.Someone(auth.Office), city.Clerk("MZ")
		for want := range int64(3) {
			if got, again := total(office), total(office); got != want || again != want {
				t.Errorf("%d and then %d systems, want %d", got, again, want)
			}
			if got := total(clerk); got != 0 {
				t.Errorf("a clerk sees %d systems of another department", got)
			}
			city.Registered("RS", "系统"+string(rune('一'+want)))
		}
		city.Clock.Advance(24 * time.Hour)
		if got := total(office); got != 3 {
			t.Errorf("%d systems the next day, want 3", got)
		}
	})
}

func BenchmarkOverview(b *testing.B) {
	benchEach(b, func(b *testing.B, city *inventorytest.City) {
		for name, by := range map[string]auth.Principal{"all": city.Someone(auth.Office), "own": city.Clerk("RS")} {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					if _, err := city.Registry.Overview(b.Context(), by); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	})
}
