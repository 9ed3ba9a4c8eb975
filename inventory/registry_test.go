package inventory_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
)

func TestClerkRegistersAndTheHeadDeclares(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		clerk, head, centre := city.Clerk("RS"), city.Head("RS"), city.Someone(auth.Centre)

		s, _, err := city.Registry.Register(t.Context(), clerk, inventory.Registration{System: city.System("RS", "就业服务系统")})
		if err != nil {
			t.Fatal(err)
		}
		if s.Code != "RS-0001" || s.State != inventory.Draft || s.Version != 1 {
			t.Fatalf("registered as %s %s v%d", s.Code, s.State, s.Version)
		}
		if _, err := city.Registry.Move(t.Context(), clerk, s.Code, 1, inventory.Declare, ""); !errors.Is(err, auth.ErrForbidden) {
			t.Errorf("a clerk declared: %v", err)
		}
		if s, err = city.Registry.Move(t.Context(), head, s.Code, 1, inventory.Declare, ""); err != nil || s.State != inventory.Declared {
			t.Fatalf("declare: %s %v", s.State, err)
		}
		if _, err := city.Registry.Move(t.Context(), centre, s.Code, 1, inventory.Verify, ""); !errors.Is(err, store.ErrStale) {
			t.Errorf("a stale version was verified: %v", err)
		}
		if s, err = city.Registry.Move(t.Context(), centre, s.Code, 2, inventory.Verify, ""); err != nil || s.State != inventory.Verified {
			t.Fatalf("verify: %s %v", s.State, err)
		}
		s.FunctionDesc = "新增功能"
		if s, _, err = city.Registry.Change(t.Context(), clerk, s.Code, 3, s, "补充功能"); err != nil || s.State != inventory.Draft {
			t.Errorf("what a clerk changes waits for the head: %s %v", s.State, err)
		}
	})
}

func TestMissingFieldsAreNamedAndNothingIsWritten(t *testing.T) {
	city := inventorytest.Open(t)
	s := city.System("JY", "中考招生系统")
	s.ApprovalDate = calendar.Date{}
	_, _, err := city.Registry.Register(t.Context(), city.Clerk("JY"), inventory.Registration{System: s})
	fields := fault.FieldsOf(err)
	if len(fields) != 1 || fields[0].Name != "approval_date" || fields[0].Code != "err.required" {
		t.Fatalf("fields = %+v (%v)", fields, err)
	}
	page, err := city.Registry.ListSystems(t.Context(), city.Clerk("JY"), inventory.Query{})
	if err != nil || page.Total != 0 {
		t.Errorf("a refused record was kept: %d %v", page.Total, err)
	}
	s.ApprovalDept, s.ApprovalNote = inventory.ApprovalNone, "建设早,无档案"
	if _, remarks, err := city.Registry.Register(t.Context(), city.Clerk("JY"), inventory.Registration{System: s}); err != nil || len(remarks) != 1 || remarks[0].Code != "inventory.warn.v25" {
		t.Errorf("no record of approval is a legal answer with a flag: %+v %v", remarks, err)
	}
}

func TestWhatIsNotBuiltYetNeedNotTellOfItsUse(t *testing.T) {
	tests := []struct{ phase, want string }{
		{inventory.PhasePlanned, "[]"},
		{inventory.PhaseBuilding, "[]"},
		{inventory.PhaseTrial, "[om_amount_year enabled_date registered_users active_users_month use_frequency]"},
		{inventory.PhaseRunning, "[om_amount_year enabled_date registered_users active_users_month use_frequency]"},
		{inventory.PhaseOffline, "[om_amount_year registered_users active_users_month use_frequency]"},
	}
	city := inventorytest.Open(t)
	for _, tt := range tests {
		t.Run(tt.phase, func(t *testing.T) {
			s := city.System("RS", "就业服务系统")
			s.Phase, s.EnabledDate = tt.phase, calendar.Date{}
			s.OmAmountYear, s.RegisteredUsers, s.ActiveUsersMonth, s.UseFrequency = nil, nil, nil, ""
			missing := []string{}
			for _, f := range inventory.CheckSystem(&s, calendar.NewDate(2017, 9, 12)) {
				if !f.Warning {
					missing = append(missing, f.Name)
				}
			}
			if got := fmt.Sprint(missing); got != tt.want {
				t.Errorf("missing %s, want %s", got, tt.want)
			}
		})
	}
}

func TestWhatNobodyCanUseYetIsNotIdle(t *testing.T) {
	city := inventorytest.Open(t)
	for phase, want := range map[string]int{inventory.PhaseBuilding: 0, inventory.PhaseRunning: 1} {
		s := city.System("RS", "就业服务系统")
		s.Phase, s.ActiveUsersMonth, s.Proposed, s.DispositionNote = phase, new(int64(0)), inventory.Keep, ""
		found := fault.FieldsOf(fault.Refuse(inventory.CheckSystem(&s, calendar.NewDate(2017, 9, 12))))
		if len(found) != want {
			t.Errorf("%s: %+v", phase, found)
		}
	}
}

func TestDepartmentsNeverSeeOrTouchEachOthersRows(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		s := city.Registered("RS", "就业服务系统")
		mz := city.Clerk("MZ")
		ctx := t.Context()
		absent := func(what string, err error) {
			t.Helper()
			if fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s by another department: %v, want not found", what, err)
			}
		}
		_, err := city.Registry.FindSystem(ctx, mz, s.Code)
		absent("find", err)
		_, err = city.Registry.SystemHistory(ctx, mz, s.Code)
		absent("history", err)
		_, err = city.Registry.FindSystemAsOf(ctx, mz, s.Code, city.DB.Now())
		absent("as of", err)
		_, _, err = city.Registry.Change(ctx, mz, s.Code, 1, s, "")
		absent("change", err)
		_, err = city.Registry.Move(ctx, city.Head("MZ"), s.Code, 1, inventory.Declare, "")
		absent("declare", err)
		if page, err := city.Registry.ListSystems(ctx, mz, inventory.Query{}); err != nil || page.Total != 0 {
			t.Errorf("list by another department: %d rows, %v", page.Total, err)
		}
		if page, err := city.Registry.ListSystems(ctx, city.Clerk("RS"), inventory.Query{}); err != nil || page.Total != 1 {
			t.Errorf("list by its own: %d rows, %v", page.Total, err)
		}
		foreign := city.System("RS", "冒名系统")
		if _, _, err := city.Registry.Register(ctx, mz, inventory.Registration{System: foreign}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("registered for another department: %v", err)
		}
	})
}

func TestARegionSeesAndFillsInForItsBodies(t *testing.T) {
	city := inventorytest.Open(t)
	body := city.Below("ZY", "枣阳市教育局")
	region := city.Region("ZY")
	s := city.System("ZY", "学校管理系统")
	s.OwnerID = body.ID
	got, _, err := city.Registry.Register(t.Context(), region, inventory.Registration{System: s})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := city.Registry.FindSystem(t.Context(), region, got.Code); err != nil {
		t.Error(err)
	}
	if _, err := city.Registry.FindSystem(t.Context(), city.Clerk("ZY"), got.Code); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a clerk sees the own department only: %v", err)
	}
}

func TestAsOfShowsTheRegisterAsItWasKnown(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		office := city.Someone(auth.Office)
		s := city.Registered("RS", "旧名称系统")
		before := city.DB.Now()
		city.Clock.Advance(24 * time.Hour)
		next := s
		next.Name = "新名称系统"
		if _, _, err := city.Registry.Change(t.Context(), city.Clerk("RS"), s.Code, 1, next, "更名"); err != nil {
			t.Fatal(err)
		}
		city.Registered("RS", "后来的系统")

		v, err := city.Registry.FindSystemAsOf(t.Context(), office, s.Code, before)
		if err != nil || v.Name != "旧名称系统" {
			t.Errorf("as of before: %q %v", v.Name, err)
		}
		page, err := city.Registry.ListSystems(t.Context(), office, inventory.Query{AsOf: before, Search: "名称"})
		if err != nil || page.Total != 1 || page.Rows[0].Name != "旧名称系统" {
			t.Errorf("list as of before: %+v %v", page.Rows, err)
		}
		history, err := city.Registry.SystemHistory(t.Context(), office, s.Code)
		if err != nil || len(history) != 2 || history[0].Reason != "更名" || history[1].ValidTo == nil {
			t.Errorf("history: %d states, %v", len(history), err)
		}
		if _, err := city.Registry.FindSystemAsOf(t.Context(), office, s.Code, before.Add(-time.Hour)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("before it was registered: %v", err)
		}
	})
}

func TestSearchFindsAnyPartOfNameCodeOrFunction(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		a := city.Registered("RS", "社会保险核心业务系统")
		b := city.Registered("RS", "就业服务系统(App)")
		city.Registered("MZ", "城乡低保救助系统")
		cases := []struct {
			typed string
			want  []string
		}{
			{"保险", []string{a.Code}},
			{"险核", []string{a.Code}},
			{"险 社会", []string{a.Code}},
			{"社", []string{a.Code}},
			{"ａｐｐ", []string{b.Code}},
			{"(app)", []string{b.Code}},
			{"rs-0002", []string{b.Code}},
			{"社保", nil}, // not next to each other
			{"%", nil},
			{`"`, nil},
			{"系统", []string{"MZ-0001", a.Code, b.Code}},
		}
		for _, c := range cases {
			page, err := city.Registry.ListSystems(t.Context(), city.Someone(auth.Office), inventory.Query{Search: c.typed})
			if err != nil {
				t.Errorf("search %q: %v", c.typed, err)
				continue
			}
			var got []string
			for _, s := range page.Rows {
				got = append(got, s.Code)
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("search %q = %v, want %v", c.typed, got, c.want)
			}
		}
	})
}

func TestListFiltersSortsAndPages(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		for i, amount := range []*int64{new(int64(300)), nil, new(int64(100))} {
			s := city.System("RS", fmt.Sprintf("系统%d", i))
			s.BuildAmount = amount
			if i == 1 {
				s.Network = []string{"internet", "extranet"}
			}
			if _, _, err := city.Registry.Register(t.Context(), city.Clerk("RS"), inventory.Registration{System: s}); err != nil {
				t.Fatal(err)
			}
		}
		cases := []struct {
			name string
			q    inventory.Query
			want string
		}{
			{"what is not given comes last", inventory.Query{Sort: "build_amount"}, "[RS-0003 RS-0001 RS-0002] 3"},
			{"also in descending order", inventory.Query{Sort: "build_amount", Descending: true}, "[RS-0001 RS-0003 RS-0002] 3"},
			{"empty is a value", inventory.Query{Conditions: []store.Condition{{Column: "build_amount", Op: store.Empty}}}, "[RS-0002] 1"},
			{"one of several networks", inventory.Query{Conditions: []store.Condition{{Column: "network", Op: store.AnyOf, Values: []any{"internet"}, Text: true}}}, "[RS-0002] 1"},
			{"a range", inventory.Query{Conditions: []store.Condition{{Column: "build_amount", Op: store.Between, Values: []any{int64(100), int64(200)}}}}, "[RS-0003] 1"},
			{"a range or nothing", inventory.Query{Conditions: []store.Condition{{Column: "build_amount", Op: store.Between, Values: []any{int64(200), nil}, OrEmpty: true}}}, "[RS-0001 RS-0002] 2"},
			{"second page", inventory.Query{Page: 2, Size: 2}, "[RS-0003] 3"},
			{"a page beyond the end", inventory.Query{Page: 9, Size: 2}, "[] 3"},
		}
		for _, c := range cases {
			page, err := city.Registry.ListSystems(t.Context(), city.Clerk("RS"), c.q)
			if err != nil {
				t.Fatal(err)
			}
			codes := []string{}
			for _, s := range page.Rows {
				codes = append(codes, s.Code)
			}
			if got := fmt.Sprint(codes, page.Total); got != c.want {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
		}
		if _, err := city.Registry.ListSystems(t.Context(), city.Clerk("RS"), inventory.Query{Sort: "id; DROP TABLE systems"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("an unknown sort key: %v", err)
		}
	})
}

func TestListSortsByTheCodeOfTheOwner(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		for _, prefix := range []string{"ZY", "RS", "FC"} { // not in the order of their codes
			city.Registered(prefix, "系统")
		}
		page, err := city.Registry.ListSystems(t.Context(), city.Someone(auth.Office), inventory.Query{Sort: "owner_id", Descending: true})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, s := range page.Rows {
			got += s.Code + " "
		}
		if want := "ZY-0001 RS-0001 FC-0001 "; got != want {
			t.Errorf("by owner: %s, want %s", got, want)
		}
	})
}

func TestATransferTakesAlongWhatStandsBesideTheRecord(t *testing.T) {
	var told []string
	city := inventorytest.Open(t, inventory.Options{Transferred: func(_ *store.Tx, s inventory.System) error {
		told = append(told, fmt.Sprint(s.Code, " ", s.OwnerID))
		return nil
	}})
	s := city.Registered("GS", "企业登记注册系统")
	to := city.Department("ZY")
	n, err := city.Registry.Transfer(t.Context(), city.Someone(auth.Office), city.Department("GS").ID, to.ID, "机构改革")
	if err != nil || n != 1 {
		t.Fatalf("transferred %d: %v", n, err)
	}
	if want := fmt.Sprint(s.Code, " ", to.ID); len(told) != 1 || told[0] != want {
		t.Errorf("told %v, want %s", told, want)
	}
	if _, err := city.Registry.FindSystem(t.Context(), city.Clerk("GS"), s.Code); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the old department still sees the record: %v", err)
	}
}

func TestListIsFreshAfterEveryChange(t *testing.T) {
	city := inventorytest.Open(t)
	for want := int64(0); want < 3; want++ {
		page, err := city.Registry.ListSystems(t.Context(), city.Someone(auth.Office), inventory.Query{})
		if err != nil || page.Total != want {
			t.Fatalf("total = %d, want %d (%v)", page.Total, want, err)
		}
		city.Registered("RS", fmt.Sprint("系统", want))
	}
}

func TestARepeatedRegistrationRegistersOnce(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		in := inventory.Registration{System: city.System("RS", "就业服务系统"), Key: "k-1"}
		first, _, err := city.Registry.Register(t.Context(), city.Clerk("RS"), in)
		if err != nil {
			t.Fatal(err)
		}
		again, _, err := city.Registry.Register(t.Context(), city.Clerk("RS"), in)
		if err != nil || again.Code != first.Code {
			t.Errorf("again: %s %v, want %s", again.Code, err, first.Code)
		}
	})
}

func TestAClassifiedSystemIsOnlyAPlaceholder(t *testing.T) {
	city := inventorytest.Open(t)
	s := inventory.System{
		OwnerID: city.Department("GA").ID, Name: "某某侦查系统", Classified: true, SecretLevel: "secret",
		FundSource: "city", OmAmountYear: new(int64(60_000_000)), Phase: inventory.PhaseRunning, Network: []string{inventory.NetIntranet},
	}
	got, _, err := city.Registry.Register(t.Context(), city.Clerk("GA"), inventory.Registration{System: s})
	if err != nil {
		t.Fatal(err)
	}
	if got.Name != inventory.MaskedName(got.Code) {
		t.Errorf("the real name was kept: %q", got.Name)
	}
	if got.DjbhLevel != inventory.DjbhNotApplied {
		t.Errorf("等级保护 of a classified system: %q", got.DjbhLevel)
	}
	leak := s
	leak.FunctionDesc, leak.Network = "查询涉案人员", []string{inventory.NetExtranet}
	_, _, err = city.Registry.Register(t.Context(), city.Clerk("GA"), inventory.Registration{System: leak})
	var keys []string
	for _, f := range fault.FieldsOf(err) {
		keys = append(keys, f.Name+" "+f.Code)
	}
	if want := "[function_desc err.secret network inventory.err.classified_network]"; fmt.Sprint(keys) != want {
		t.Errorf("refused for %v, want %s", keys, want)
	}
}

func TestRetirementNeedsEvidence(t *testing.T) {
	files := map[string]int64{}
	city := inventorytest.Open(t, inventory.Options{
		Evidence: func(_ *store.Tx, _ inventory.SystemID, purpose string) (int64, error) { return files[purpose], nil },
	})
	s := city.Registered("RS", "人事档案查询系统")
	step := func(by auth.Principal, m inventory.Move) error {
		t.Helper()
		next, err := city.Registry.Move(t.Context(), by, s.Code, s.Version, m, "按方案")
		if err == nil {
			s = next
		}
		return err
	}
	office := city.Someone(auth.Office)
	for _, err := range []error{step(city.Head("RS"), inventory.Declare), step(city.Someone(auth.Centre), inventory.Verify), step(office, inventory.StartRetiring)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := step(office, inventory.Retire); len(fault.FieldsOf(err)) != 2 {
		t.Errorf("retired without evidence: %v", err)
	}
	files[inventory.PurposeBackup], files[inventory.PurposeDisposal] = 1, 1
	if err := step(office, inventory.Retire); err != nil || s.State != inventory.Retired {
		t.Errorf("retire: %s %v", s.State, err)
	}
	if err := step(office, inventory.Retire); !errors.Is(err, inventory.ErrWrongState) {
		t.Errorf("retired twice: %v", err)
	}
}
