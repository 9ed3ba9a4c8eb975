package inventory_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
)

// adopt accepts one declaration in a transaction of its own.
func adopt(t *testing.T, city *inventorytest.City, by auth.Principal, a inventory.Adoption) (s inventory.System, found []fault.Field, err error) {
	t.Helper()
	err = city.DB.Write(t.Context(), func(tx *store.Tx) error {
		s, found, err = city.Registry.AdoptIn(tx, by, a)
		return err
	})
	return s, found, err
}

func latest(t *testing.T, city *inventorytest.City, code string) inventory.SystemVersion {
	t.Helper()
	versions, err := city.Registry.SystemHistory(t.Context(), city.Someone(auth.Office), code)
	if err != nil {
		t.Fatal(err)
	}
	return versions[0]
}

func TestAcceptedDeclarationIsRegistered(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		got, found, err := adopt(t, city, city.Someone(auth.Centre), inventory.Adoption{
			System: city.System("RS", "就业服务系统"), Reason: "自查 2017", Origin: "/surveys/7/RS",
		})
		if err != nil || fault.AnyError(found) {
			t.Fatal(err, found)
		}
		if got.Code != "RS-0001" || got.State != inventory.Verified || got.Version != 1 {
			t.Errorf("registered %s %s version %d, want RS-0001 verified version 1", got.Code, got.State, got.Version)
		}
		v := latest(t, city, got.Code)
		if v.Action != "adopted" || v.Origin != "/surveys/7/RS" || v.Reason != "自查 2017" || v.ChangedName != "centre" {
			t.Errorf("history says %q %q %q %q", v.Action, v.Origin, v.Reason, v.ChangedName)
		}
		found1, err := city.Registry.ListSystems(t.Context(), city.Someone(auth.Office), inventory.Query{Search: "就业"})
		if err != nil || found1.Total != 1 {
			t.Errorf("search finds %d, want 1 (%v)", found1.Total, err)
		}
	})
}

func TestAcceptedDeclarationChangesRecord(t *testing.T) {
	after := map[inventory.State]inventory.State{
		inventory.Draft: inventory.Verified, inventory.Declared: inventory.Verified, inventory.Returned: inventory.Verified,
		inventory.Verified: inventory.Verified, inventory.Certified: inventory.Certified, inventory.InService: inventory.InService,
		inventory.Retiring: inventory.Retiring,
	}
	for from, to := range after {
		t.Run(string(from), func(t *testing.T) {
			settled := 0
			opts := inventory.Options{Settled: func(*store.Tx, auth.Principal, inventory.System) error { settled++; return nil }}
			inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
				s := broughtTo(t, city, "RS", "就业服务系统", from)
				settled = 0
				declared := s
				declared.UseFrequency = "weekly"
				got, _, err := adopt(t, city, city.Someone(auth.Office), inventory.Adoption{System: declared, Version: s.Version, Origin: "/surveys/7/RS"})
				if err != nil {
					t.Fatal(err)
				}
				if got.State != to || got.Version != s.Version+1 || got.UseFrequency != "weekly" {
					t.Errorf("got %s version %d %s, want %s version %d weekly", got.State, got.Version, got.UseFrequency, to, s.Version+1)
				}
				if v := latest(t, city, s.Code); v.Action != "adopted" || v.Version != got.Version {
					t.Errorf("newest version is %d %s", v.Version, v.Action)
				}
				if want := from == inventory.Returned; (settled == 1) != want {
					t.Errorf("told %d times that the department answered; the record was %s", settled, from)
				}
			}, opts)
		})
	}
}

// broughtTo registers a system and takes it to a state.
func broughtTo(t *testing.T, city *inventorytest.City, prefix, name string, to inventory.State) inventory.System {
	t.Helper()
	s := city.Registered(prefix, name)
	office := city.Someone(auth.Office)
	path := map[inventory.State][]inventory.Move{
		inventory.Declared:  {inventory.Declare},
		inventory.Returned:  {inventory.Declare, inventory.Return},
		inventory.Verified:  {inventory.Declare, inventory.Verify},
		inventory.Certified: {inventory.Declare, inventory.Verify, inventory.Certify},
		inventory.InService: {inventory.Declare, inventory.Verify, inventory.Certify, inventory.PutInService},
		inventory.Merging:   {inventory.Declare, inventory.Verify, inventory.Certify, inventory.StartMerging},
		inventory.Retiring:  {inventory.Declare, inventory.Verify, inventory.Certify, inventory.StartRetiring},
	}
	for _, move := range path[to] {
		by := office
		if move == inventory.Declare {
			by = city.Head(prefix)
		}
		var err error
		if s, err = city.Registry.Move(t.Context(), by, s.Code, s.Version, move, "普查"); err != nil {
			t.Fatalf("%s %s: %v", move, s.Code, err)
		}
	}
	return s
}

func TestAdoptionIsRefused(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		s := broughtTo(t, city, "RS", "就业服务系统", inventory.Declared)
		closed := broughtTo(t, city, "MZ", "低保系统", inventory.Certified)
		closed, _, err := adopt(t, city, city.Someone(auth.Office), inventory.Adoption{
			System: closed, Version: closed.Version, Gone: &inventory.Gone{Kind: inventory.GoneDuplicate, Other: s.ID},
		})
		if err != nil || closed.State != inventory.Merged {
			t.Fatalf("a locked record that doubles another one: %s, %v", closed.State, err)
		}
		theirs := broughtTo(t, city, "MZ", "救助系统", inventory.Declared)
		insider := city.Someone(auth.Office)
		insider.DepartmentID = city.Department("RS").ID
		wrong := s
		wrong.FunctionDesc = ""
		unknown := s
		unknown.OwnerID = 9999
		fresh := city.System("RS", "新系统")
		for name, c := range map[string]struct {
			by   auth.Principal
			in   inventory.Adoption
			want error
			kind fault.Kind
			says string
		}{
			"a clerk":            {city.Clerk("RS"), inventory.Adoption{System: s, Version: s.Version}, auth.ErrForbidden, fault.Forbidden, ""},
			"own department":     {insider, inventory.Adoption{System: s, Version: s.Version}, inventory.ErrOwnReview, fault.Forbidden, s.Code},
			"own new one":        {insider, inventory.Adoption{System: fresh}, inventory.ErrOwnReview, fault.Forbidden, ""},
			"given to oneself":   {insider, inventory.Adoption{System: theirs, Version: theirs.Version, Gone: &inventory.Gone{Kind: inventory.GoneTransferred, To: insider.DepartmentID}}, inventory.ErrOwnReview, fault.Forbidden, theirs.Code},
			"an older version":   {city.Someone(auth.Office), inventory.Adoption{System: s, Version: s.Version - 1}, store.ErrStale, fault.Conflict, s.Code},
			"a closed record":    {city.Someone(auth.Office), inventory.Adoption{System: closed, Version: closed.Version}, inventory.ErrNotEditable, fault.Conflict, closed.Code},
			"what rules refuse":  {city.Someone(auth.Office), inventory.Adoption{System: wrong, Version: s.Version}, nil, fault.Invalid, "function_desc"},
			"an unknown owner":   {city.Someone(auth.Office), inventory.Adoption{System: unknown, Version: s.Version}, nil, fault.Invalid, "owner_id"},
			"an unknown record":  {city.Someone(auth.Office), inventory.Adoption{System: inventory.System{ID: 9999}}, nil, fault.NotFound, ""},
			"merged with itself": {city.Someone(auth.Office), inventory.Adoption{System: s, Version: s.Version, Gone: &inventory.Gone{Kind: inventory.GoneDuplicate, Other: s.ID}}, nil, fault.Invalid, "merged_into_id"},
			"merged with none":   {city.Someone(auth.Office), inventory.Adoption{System: s, Version: s.Version, Gone: &inventory.Gone{Kind: inventory.GoneDuplicate, Other: 999}}, nil, fault.Invalid, "merged_into_id"},
			"off without a day":  {city.Someone(auth.Office), inventory.Adoption{System: s, Version: s.Version, Gone: &inventory.Gone{Kind: inventory.GoneOffline}}, nil, fault.Invalid, "disabled_date"},
			"off in the future": {city.Someone(auth.Office), inventory.Adoption{System: s, Version: s.Version, Gone: &inventory.Gone{
				Kind: inventory.GoneOffline, On: calendar.NewDate(2018, time.May, 1)}}, nil, fault.Invalid, "disabled_date"},
		} {
			t.Run(name, func(t *testing.T) {
				_, _, err := adopt(t, city, c.by, c.in)
				if c.want != nil && !errors.Is(err, c.want) {
					t.Errorf("got %v, want %v", err, c.want)
				}
				if fault.KindOf(err) != c.kind || err == nil || !strings.Contains(err.Error(), c.says) {
					t.Errorf("got %v, want kind %v that names %q", err, c.kind, c.says)
				}
			})
		}
		if now := latest(t, city, s.Code); now.Version != s.Version {
			t.Errorf("the record has version %d after refusals, want %d", now.Version, s.Version)
		}
	})
}

func TestGoneOffline(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		s := city.System("RS", "老系统")
		s.MustConnect = new(true)
		s, _, err := city.Registry.Register(t.Context(), city.Clerk("RS"), inventory.Registration{System: s})
		if err != nil {
			t.Fatal(err)
		}
		on := calendar.NewDate(2016, time.December, 31)
		got, _, err := adopt(t, city, city.Someone(auth.Centre), inventory.Adoption{
			System: inventory.System{ID: s.ID}, Version: s.Version, Gone: &inventory.Gone{Kind: inventory.GoneOffline, On: on},
		})
		if err != nil {
			t.Fatal(err)
		}
		if got.State != inventory.Verified || got.Phase != inventory.PhaseOffline || got.DisabledDate != on || got.Proposed != inventory.Clean {
			t.Errorf("got %s %s %v %s", got.State, got.Phase, got.DisabledDate, got.Proposed)
		}
		if got.MustConnect == nil || *got.MustConnect || got.ExemptReason != "cleaning" {
			t.Errorf("a system that is to be cleaned up must still connect: %v %q", got.MustConnect, got.ExemptReason)
		}
		if got.Name != "老系统" || got.FundSource != "city" {
			t.Error("the register's own answers are lost")
		}
	})
}

func TestGoneDuplicateAndTransferred(t *testing.T) {
	var handed []string
	opts := inventory.Options{Transferred: func(_ *store.Tx, s inventory.System) error { handed = append(handed, s.Code); return nil }}
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		handed = nil
		a, b := city.Registered("RS", "就业服务系统"), city.Registered("RS", "就业服务平台")
		got, _, err := adopt(t, city, city.Someone(auth.Office), inventory.Adoption{
			System: a, Version: a.Version, Gone: &inventory.Gone{Kind: inventory.GoneDuplicate, Other: b.ID}, Origin: "/surveys/7/RS",
		})
		if err != nil {
			t.Fatal(err)
		}
		if got.State != inventory.Merged || got.MergedIntoID == nil || *got.MergedIntoID != b.ID {
			t.Errorf("got %s into %v, want merged into %d", got.State, got.MergedIntoID, b.ID)
		}
		to := city.Department("MZ").ID
		got, _, err = adopt(t, city, city.Someone(auth.Office), inventory.Adoption{
			System: b, Version: b.Version, Gone: &inventory.Gone{Kind: inventory.GoneTransferred, To: to},
		})
		if err != nil {
			t.Fatal(err)
		}
		if got.OwnerID != to || got.State != inventory.Draft {
			t.Errorf("got owner %d state %s, want %d draft", got.OwnerID, got.State, to)
		}
		if len(handed) != 1 || handed[0] != b.Code {
			t.Errorf("handed over %v, want [%s]", handed, b.Code)
		}
	}, opts)
}

func TestCheckWithoutWriting(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		first := city.Registered("RS", "就业服务系统")
		again := city.System("RS", first.Name)
		again.FunctionDesc, again.ApprovalDept, again.ApprovalDate = "", inventory.ApprovalNone, calendar.Date{}
		var found []fault.Field
		err := city.DB.Read(t.Context(), func(tx *store.Tx) error {
			var err error
			found, err = city.Registry.CheckIn(tx, city.Clerk("RS"), &again)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]bool{ // code of the finding: is it a warning
			"err.required function_desc": false, "err.required approval_note": false,
			"inventory.warn.v16_name name": true, "inventory.warn.v25 approval_dept": true,
		}
		for _, f := range found {
			key := f.Code + " " + f.Name
			if warning, ok := want[key]; !ok || warning != f.Warning {
				t.Errorf("found %s (warning %v)", key, f.Warning)
			}
			delete(want, key)
		}
		if len(want) > 0 {
			t.Errorf("not found: %v", want)
		}
	})
}

func TestCensusIsLocked(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		verified := []inventory.System{
			broughtTo(t, city, "RS", "就业服务系统", inventory.Verified), broughtTo(t, city, "RS", "社保系统", inventory.Verified),
		}
		draft := city.Registered("RS", "草稿系统")
		other := broughtTo(t, city, "MZ", "低保系统", inventory.Verified)
		earlier := broughtTo(t, city, "RS", "早已锁定的系统", inventory.Certified)
		rs, jy := city.Department("RS").ID, city.Department("JY").ID
		city.Clock.Advance(time.Hour)
		office := city.Someone(auth.Office)
		var n int64
		var unsettled, counted map[inventory.DepartmentID]int64
		err := city.DB.Write(t.Context(), func(tx *store.Tx) error {
			var err error
			if unsettled, err = city.Registry.UnsettledIn(tx, []inventory.DepartmentID{rs, jy}); err != nil {
				return err
			}
			if counted, err = city.Registry.VerifiedCountIn(tx, []inventory.DepartmentID{rs, jy}); err != nil {
				return err
			}
			n, err = city.Registry.CertifyIn(tx, office, []inventory.DepartmentID{rs, jy}, "普查 2017 锁定", "/surveys/7")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n != 2 || len(unsettled) != 1 || unsettled[rs] != 1 || len(counted) != 1 || counted[rs] != 2 {
			t.Errorf("certified %d, unsettled %v, verified %v; want 2, one and two of department %d", n, unsettled, counted, rs)
		}
		for _, old := range verified {
			now, err := city.Registry.FindSystem(t.Context(), office, old.Code)
			if err != nil {
				t.Fatal(err)
			}
			v := latest(t, city, old.Code)
			if now.State != inventory.Certified || now.Version != old.Version+1 || len(inventory.SystemFields.Diff(&now, &v.System)) > 0 || v.Version != now.Version {
				t.Errorf("%s is %s version %d, history has %s version %d", old.Code, now.State, now.Version, v.State, v.Version)
			}
			if v.Action != "moved.certify" || v.Origin != "/surveys/7" || v.Reason != "普查 2017 锁定" || v.ValidTo != nil || !v.ValidFrom.Equal(now.UpdatedAt) {
				t.Errorf("%s: history says %s %s %s from %v to %v", old.Code, v.Action, v.Origin, v.Reason, v.ValidFrom, v.ValidTo)
			}
			past, err := city.Registry.FindSystemAsOf(t.Context(), office, old.Code, now.UpdatedAt.Add(-time.Minute))
			if err != nil || past.State != inventory.Verified || past.ValidTo == nil {
				t.Errorf("%s was %s before (%v)", old.Code, past.State, err)
			}
		}
		locked, err := city.Registry.FindSystem(t.Context(), office, verified[0].Code)
		if err != nil {
			t.Fatal(err)
		}
		next := locked
		next.Name = "改名的系统"
		if _, _, err := city.Registry.Change(t.Context(), city.Clerk("RS"), locked.Code, locked.Version, next, "改名"); !errors.Is(err, inventory.ErrLocked) {
			t.Errorf("a change of a locked record: %v, want %v", err, inventory.ErrLocked)
		}
		for _, same := range []inventory.System{draft, other, earlier} {
			if v := latest(t, city, same.Code); v.Version != same.Version || v.State != same.State {
				t.Errorf("%s became %s version %d", same.Code, v.State, v.Version)
			}
		}
		if got := acts(t, city, "systems.certified"); len(got) != 1 || got[0].Reason != "普查 2017 锁定" || !strings.Contains(got[0].After, `"systems":2`) {
			t.Errorf("the log says %+v", got)
		}
		page, err := city.Registry.ListSystems(t.Context(), office, inventory.Query{Conditions: []store.Condition{
			{Column: "state", Op: store.In, Values: []any{"certified"}, Text: true}}})
		if err != nil || page.Total != 3 {
			t.Errorf("the list has %d certified systems, want 3 (%v)", page.Total, err)
		}
	})
}

// acts lists the entries of an action in the operation log.
func acts(t *testing.T, city *inventorytest.City, action string) []oplog.Row {
	t.Helper()
	log := oplog.NewLog(city.DB, func(*store.Tx, auth.DepartmentID) ([]auth.DepartmentID, error) { return nil, nil })
	rows, _, err := log.List(t.Context(), city.Someone(auth.Office), oplog.Query{Action: action})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestSystemsOfDepartments(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		for _, prefix := range []string{"RS", "MZ", "JY"} {
			city.Registered(prefix, prefix+"系统一")
			city.Registered(prefix, prefix+"系统二")
		}
		var codes []string
		err := city.DB.Read(t.Context(), func(tx *store.Tx) error {
			all, err := city.Registry.SystemsOfIn(tx, []inventory.DepartmentID{city.Department("RS").ID, city.Department("MZ").ID})
			for _, s := range all {
				codes = append(codes, s.Code)
			}
			return err
		})
		if err != nil || strings.Join(codes, " ") != "MZ-0001 MZ-0002 RS-0001 RS-0002" {
			t.Errorf("got %v (%v)", codes, err)
		}
	})
}
