package inventory_test

import (
	"fmt"
	"net/url"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
)

func TestADraftIsKeptAsTypedAndIsOnesOwn(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		clerk, ctx := city.Clerk("RS"), t.Context()
		typed := url.Values{"name": {"就业"}, "network": {"extranet", "private"}, "om_amount_year": {"十二万"}}
		for _, v := range []int64{0, 3} {
			d := inventory.FormDraft{Kind: "system", ID: "RS-0001", BaseVersion: v, Values: typed}
			if _, err := city.Registry.SaveDraft(ctx, clerk, d); err != nil {
				t.Fatal(err)
			}
		}
		got, err := city.Registry.FindDraft(ctx, clerk, "system", "RS-0001")
		if err != nil || got.BaseVersion != 3 || fmt.Sprint(got.Values) != fmt.Sprint(typed) {
			t.Errorf("draft = %+v %v", got, err)
		}
		if _, err := city.Registry.FindDraft(ctx, city.Clerk("MZ"), "system", "RS-0001"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another person's draft was found: %v", err)
		}
		if err := city.Registry.DropDraft(ctx, clerk, "system", "RS-0001"); err != nil {
			t.Fatal(err)
		}
		if _, err := city.Registry.FindDraft(ctx, clerk, "system", "RS-0001"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a dropped draft was found: %v", err)
		}
	})
}

func TestPreferencesAreRemembered(t *testing.T) {
	city := inventorytest.Open(t)
	for _, want := range []string{"", "code,name", "code"} {
		if want != "" {
			if err := city.Registry.SetPreference(t.Context(), city.Clerk("RS"), "columns", want); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := city.Registry.Preference(t.Context(), city.Clerk("RS"), "columns"); err != nil || got != want {
			t.Errorf("preference = %q %v, want %q", got, err, want)
		}
	}
}

func TestRelationsJoinSystemsAndHideForeignOnes(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		ctx := t.Context()
		a, b := city.Registered("RS", "甲系统"), city.Registered("MZ", "乙系统")
		whole := city.Registered("RS", "大系统")
		part := city.System("RS", "子系统")
		part.ParentSystemID = &whole.ID
		p, _, err := city.Registry.Register(ctx, city.Clerk("RS"), inventory.Registration{System: part})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time changes nothing
			if err := city.Registry.Relate(ctx, city.Clerk("RS"), a.Code, b.Code, inventory.Interface, "婚姻核验"); err != nil {
				t.Fatal(err)
			}
		}
		list := func(by auth.Principal, code string) string {
			t.Helper()
			ns, err := city.Registry.Neighbours(ctx, by, code)
			if err != nil {
				t.Fatal(err)
			}
			out := ""
			for _, n := range ns {
				out += fmt.Sprintf("%s %v %q %q;", n.Kind, n.Outgoing, n.Code, n.Name)
			}
			return out
		}
		office := city.Someone(auth.Office)
		for _, c := range []struct{ got, want string }{
			{list(office, a.Code), `interface true "MZ-0001" "乙系统";`},
			{list(office, b.Code), `interface false "RS-0001" "甲系统";`},
			{list(city.Clerk("RS"), a.Code), `interface true "MZ-0001" "";`},
			{list(office, whole.Code), `part false "RS-0003" "子系统";`},
			{list(office, p.Code), `part_of true "RS-0002" "大系统";`},
		} {
			if c.got != c.want {
				t.Errorf("neighbours %s, want %s", c.got, c.want)
			}
		}
		ns, _ := city.Registry.Neighbours(ctx, office, a.Code)
		if err := city.Registry.Unrelate(ctx, city.Clerk("MZ"), b.Code, ns[0].RelationID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the other end removed the relation: %v", err)
		}
		if err := city.Registry.Unrelate(ctx, city.Clerk("RS"), a.Code, ns[0].RelationID); err != nil || list(office, a.Code) != "" {
			t.Errorf("unrelate: %v, left %s", err, list(office, a.Code))
		}
	})
}
