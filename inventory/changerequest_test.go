package inventory_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
)

// asks writes a request that the frequency of use be another one.
func asks(t *testing.T, city *inventorytest.City, by auth.Principal, s inventory.System, submit bool) inventory.ChangeRequest {
	t.Helper()
	c, _, err := city.Registry.ProposeChange(t.Context(), by, s.Code, weekly(s, submit))
	if err != nil {
		t.Fatalf("request for %s: %v", s.Code, err)
	}
	return c
}

func weekly(s inventory.System, submit bool) inventory.Proposal {
	next := s
	next.UseFrequency = "weekly"
	return inventory.Proposal{System: next, Version: s.Version, Reason: "普查时填报有误", Submit: submit}
}

func dossier(t *testing.T, city *inventorytest.City, id inventory.ChangeID) inventory.ChangeFile {
	t.Helper()
	f, err := city.Registry.FindChange(t.Context(), city.Someone(auth.Office), id)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// told keeps what the rooms that set due dates hear.
type told struct {
	mu   sync.Mutex
	said []string
}

func (o *told) options() inventory.Options {
	say := func(word string, id inventory.ChangeID) error {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.said = append(o.said, word)
		return nil
	}
	return inventory.Options{
		ChangeSubmitted: func(_ *store.Tx, _ auth.Principal, c inventory.ChangeRequest, _ inventory.System) error {
			return say("submitted", c.ID)
		},
		ChangeSettled: func(_ *store.Tx, _ auth.Principal, c inventory.ChangeRequest) error { return say("settled", c.ID) },
	}
}

func TestChangeRequestIsApproved(t *testing.T) {
	for _, state := range []inventory.State{inventory.Certified, inventory.InService, inventory.Merging, inventory.Retiring} {
		t.Run(string(state), func(t *testing.T) {
			heard := &told{}
			inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
				heard.said = nil
				s := broughtTo(t, city, "RS", "就业服务系统", state)
				c := asks(t, city, city.Clerk("RS"), s, false)
				if c.State != inventory.ChangeDraft || len(c.Changes) != 1 || c.Changes[0] != (field.Change{Key: "use_frequency", Old: "daily", New: "weekly"}) {
					t.Fatalf("the draft is %s %v", c.State, c.Changes)
				}
				city.Clock.Advance(time.Hour)
				c, err := city.Registry.SubmitChange(t.Context(), city.Head("RS"), c.ID, c.Version)
				if err != nil {
					t.Fatal(err)
				}
				c, err = city.Registry.AdviseChange(t.Context(), city.Someone(auth.Centre), c.ID, c.Version, inventory.AdviseApproval, "与日志一致")
				if err != nil {
					t.Fatal(err)
				}
				c, _, err = city.Registry.DecideChange(t.Context(), city.Someone(auth.Office), c.ID, c.Version, inventory.Verdict{Approve: true, SystemVersion: s.Version})
				if err != nil {
					t.Fatal(err)
				}
				v := latest(t, city, s.Code)
				if v.State != state || v.UseFrequency != "weekly" || v.Version != s.Version+1 {
					t.Errorf("the record is %s %s version %d, want %s weekly version %d", v.State, v.UseFrequency, v.Version, state, s.Version+1)
				}
				if v.Action != "change_approved" || v.Origin != "/changes/"+c.ID.String() || v.Reason != "普查时填报有误" {
					t.Errorf("history says %q %q %q", v.Action, v.Origin, v.Reason)
				}
				f := dossier(t, city, c.ID)
				var steps []string
				for _, step := range f.Steps {
					steps = append(steps, step.Action)
				}
				if want := []string{"created", "submitted", "advised.approve", "approved"}; !slices.Equal(steps, want) {
					t.Errorf("steps %v, want %v", steps, want)
				}
				if f.Request.State != inventory.ChangeApproved || f.Request.AppliedVersion != v.Version || f.Request.ClosedName != "office" {
					t.Errorf("the request is %s by %s, applied as %d", f.Request.State, f.Request.ClosedName, f.Request.AppliedVersion)
				}
				if want := []string{"submitted", "settled"}; !slices.Equal(heard.said, want) {
					t.Errorf("the calendar heard %v, want %v", heard.said, want)
				}
				for _, action := range []string{"change.created", "change.submitted", "change.advised.approve", "change.approved", "system.change_approved"} {
					if len(acts(t, city, action)) != 1 {
						t.Errorf("the log has %d entries %s, want 1", len(acts(t, city, action)), action)
					}
				}
			}, heard.options())
		})
	}
}

func TestChangeRequestIsRejected(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		s := broughtTo(t, city, "RS", "就业服务系统", inventory.Certified)
		c := asks(t, city, city.Head("RS"), s, true)
		office := city.Someone(auth.Office)
		_, _, err := city.Registry.DecideChange(t.Context(), office, c.ID, c.Version, inventory.Verdict{SystemVersion: s.Version, Reason: " "})
		if fault.KindOf(err) != fault.Invalid || fault.FieldsOf(err)[0].Name != "reason" {
			t.Fatalf("a rejection without a reason: %v", err)
		}
		c, _, err = city.Registry.DecideChange(t.Context(), office, c.ID, c.Version, inventory.Verdict{Reason: "与登录日志不符"})
		if err != nil || c.State != inventory.ChangeRejected || c.DecisionReason != "与登录日志不符" {
			t.Fatalf("got %s %q %v", c.State, c.DecisionReason, err)
		}
		if v := latest(t, city, s.Code); v.Version != s.Version {
			t.Errorf("the record has version %d, want %d", v.Version, s.Version)
		}
		if again := asks(t, city, city.Clerk("RS"), s, false); again.ID == c.ID {
			t.Error("after a rejection no new request can be written")
		}
	})
}

func TestWhoMayDoWhatWithAChangeRequest(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		s := broughtTo(t, city, "RS", "就业服务系统", inventory.Certified)
		draft := asks(t, city, city.Clerk("RS"), s, false)
		other := broughtTo(t, city, "MZ", "低保系统", inventory.Certified)
		sent := asks(t, city, city.Head("MZ"), other, true)
		r, ctx := city.Registry, t.Context()
		insider := city.Someone(auth.Office)
		insider.DepartmentID = city.Department("MZ").ID
		adviser := city.Someone(auth.Centre)
		adviser.DepartmentID = insider.DepartmentID
		yes := inventory.Verdict{Approve: true, SystemVersion: other.Version}
		propose := func(by auth.Principal, code string, p inventory.Proposal) error {
			_, _, err := r.ProposeChange(ctx, by, code, p)
			return err
		}
		decide := func(by auth.Principal, c inventory.ChangeRequest, v inventory.Verdict) error {
			_, _, err := r.DecideChange(ctx, by, c.ID, c.Version, v)
			return err
		}
		advise := func(by auth.Principal, c inventory.ChangeRequest, a inventory.Advice) error {
			_, err := r.AdviseChange(ctx, by, c.ID, c.Version, a, "")
			return err
		}
		submit := func(by auth.Principal, c inventory.ChangeRequest) error {
			_, err := r.SubmitChange(ctx, by, c.ID, c.Version)
			return err
		}
		withdraw := func(by auth.Principal, c inventory.ChangeRequest) error {
			_, err := r.WithdrawChange(ctx, by, c.ID, c.Version, "")
			return err
		}
		for name, c := range map[string]struct {
			err  error
			want fault.Kind
		}{
			"the office writes one":              {propose(city.Someone(auth.Office), s.Code, weekly(s, false)), fault.Forbidden},
			"a clerk submits at once":            {propose(city.Clerk("RS"), s.Code, weekly(s, true)), fault.Forbidden},
			"a clerk of another department":      {propose(city.Clerk("JY"), s.Code, weekly(s, false)), fault.NotFound},
			"a clerk submits a draft":            {submit(city.Clerk("RS"), draft), fault.Forbidden},
			"another head submits it":            {submit(city.Head("JY"), draft), fault.NotFound},
			"another clerk withdraws it":         {withdraw(city.Clerk("JY"), draft), fault.NotFound},
			"a clerk withdraws a submitted one":  {withdraw(city.Clerk("MZ"), sent), fault.Forbidden},
			"the office decides on a draft":      {decide(city.Someone(auth.Office), draft, yes), fault.Conflict},
			"the centre decides":                 {decide(city.Someone(auth.Centre), sent, yes), fault.Forbidden},
			"a head decides":                     {decide(city.Head("MZ"), sent, yes), fault.Forbidden},
			"the office on its own department's": {decide(insider, sent, yes), fault.Forbidden},
			"the centre on its own department's": {advise(adviser, sent, inventory.AdviseApproval), fault.Forbidden},
			"the office advises":                 {advise(city.Someone(auth.Office), sent, inventory.AdviseApproval), fault.Forbidden},
			"advice against without a reason":    {advise(city.Someone(auth.Centre), sent, inventory.AdviseRejection), fault.Invalid},
			"advice that is none":                {advise(city.Someone(auth.Centre), sent, "perhaps"), fault.Invalid},
		} {
			if fault.KindOf(c.err) != c.want || c.err == nil {
				t.Errorf("%s: got %v, want %v", name, c.err, c.want)
			}
		}
		if !errors.Is(decide(insider, sent, yes), inventory.ErrOwnReview) {
			t.Error("the refusal of own requests does not say so")
		}
		if _, err := r.FindChange(ctx, city.Clerk("JY"), draft.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another department reads the request: %v", err)
		}
		if dossier(t, city, sent.ID).Request.State != inventory.ChangeSubmitted || dossier(t, city, draft.ID).Request.Version != draft.Version {
			t.Error("a refused step changed a request")
		}
	})
}

func TestWhatCannotBeAskedFor(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		s := broughtTo(t, city, "RS", "就业服务系统", inventory.Certified)
		free := broughtTo(t, city, "RS", "社保系统", inventory.Verified)
		clerk := city.Clerk("RS")
		edit := func(change func(*inventory.Proposal)) inventory.Proposal {
			p := weekly(s, false)
			change(&p)
			return p
		}
		for name, c := range map[string]struct {
			code  string
			in    inventory.Proposal
			want  error
			kind  fault.Kind
			field string
		}{
			"a record that is not locked": {free.Code, weekly(free, false), inventory.ErrNotLocked, fault.Conflict, ""},
			"an older version":            {s.Code, edit(func(p *inventory.Proposal) { p.Version-- }), store.ErrStale, fault.Conflict, ""},
			"nothing":                     {s.Code, edit(func(p *inventory.Proposal) { p.System = s }), inventory.ErrChangeNothing, fault.Invalid, ""},
			"only what the service sets": {s.Code, edit(func(p *inventory.Proposal) {
				p.System = s
				p.System.State, p.System.Final, p.System.OwnerID = inventory.Draft, "keep", city.Department("MZ").ID
			}), inventory.ErrChangeNothing, fault.Invalid, ""},
			"no reason":      {s.Code, edit(func(p *inventory.Proposal) { p.Reason = " " }), nil, fault.Invalid, "reason"},
			"a long reason":  {s.Code, edit(func(p *inventory.Proposal) { p.Reason = strings.Repeat("长", 501) }), nil, fault.Invalid, "reason"},
			"against a rule": {s.Code, edit(func(p *inventory.Proposal) { p.System.FunctionDesc = "" }), nil, fault.Invalid, "function_desc"},
		} {
			t.Run(name, func(t *testing.T) {
				_, _, err := city.Registry.ProposeChange(t.Context(), clerk, c.code, c.in)
				if c.want != nil && !errors.Is(err, c.want) || fault.KindOf(err) != c.kind || err == nil {
					t.Fatalf("got %v, want %v", err, c.want)
				}
				if c.field != "" && (len(fault.FieldsOf(err)) == 0 || fault.FieldsOf(err)[0].Name != c.field) {
					t.Errorf("got %v, want the field %s", fault.FieldsOf(err), c.field)
				}
			})
		}
	})
}

func TestOneOpenRequestForARecord(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		s := broughtTo(t, city, "RS", "就业服务系统", inventory.Certified)
		first := asks(t, city, city.Clerk("RS"), s, false)
		_, _, err := city.Registry.ProposeChange(t.Context(), city.Head("RS"), s.Code, weekly(s, true))
		var f *fault.Error
		if !errors.As(err, &f) || !errors.Is(err, inventory.ErrChangeOpen) || f.Args["id"] != first.ID.String() {
			t.Fatalf("got %v, want %v of %s", err, inventory.ErrChangeOpen, first.ID)
		}
		open, err := city.Registry.OpenChange(t.Context(), city.Someone(auth.Auditor), s.ID)
		if err != nil || open.ID != first.ID {
			t.Errorf("open is %v (%v), want %v", open.ID, err, first.ID)
		}
		gone, err := city.Registry.WithdrawChange(t.Context(), city.Clerk("RS"), first.ID, first.Version, "")
		if err != nil || gone.State != inventory.ChangeWithdrawn {
			t.Fatal(gone.State, err)
		}
		if _, err := city.Registry.OpenChange(t.Context(), city.Clerk("RS"), s.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a withdrawn request is still open: %v", err)
		}
		asks(t, city, city.Head("RS"), s, true)
	})
}

func TestTwoWriteARequestAtOnce(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		s := broughtTo(t, city, "RS", "就业服务系统", inventory.Certified)
		errs := atOnce(func(int) error {
			_, _, err := city.Registry.ProposeChange(t.Context(), city.Clerk("RS"), s.Code, weekly(s, false))
			return err
		})
		if ok, refused := count(errs, nil), count(errs, inventory.ErrChangeOpen); ok != 1 || refused != 1 {
			t.Errorf("got %v, want one request and one refusal", errs)
		}
	})
}

func TestTwoDecideAtOnce(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		s := broughtTo(t, city, "RS", "就业服务系统", inventory.Certified)
		c := asks(t, city, city.Head("RS"), s, true)
		verdicts := []inventory.Verdict{{Approve: true, SystemVersion: s.Version}, {Reason: "与日志不符"}}
		errs := atOnce(func(i int) error {
			_, _, err := city.Registry.DecideChange(t.Context(), city.Someone(auth.Office), c.ID, c.Version, verdicts[i])
			return err
		})
		if ok := count(errs, nil); ok != 1 {
			t.Fatalf("%d of two decisions hold: %v", ok, errs)
		}
		if late := count(errs, store.ErrStale) + count(errs, inventory.ErrChangeState); late != 1 {
			t.Errorf("the late one got %v", errs)
		}
		f := dossier(t, city, c.ID)
		if changed := f.System.Version != s.Version; changed != (f.Request.State == inventory.ChangeApproved) {
			t.Errorf("the request is %s and the record has version %d", f.Request.State, f.System.Version)
		}
	})
}

// atOnce runs two at the same time.
func atOnce(do func(i int) error) []error {
	errs := make([]error, 2)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = do(i) })
	}
	wg.Wait()
	return errs
}

func count(errs []error, want error) int {
	n := 0
	for _, err := range errs {
		if err == want || want != nil && errors.Is(err, want) {
			n++
		}
	}
	return n
}

func TestOvertakenRequestIsNotAppliedUnseen(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		s := broughtTo(t, city, "RS", "就业服务系统", inventory.Certified)
		ask := weekly(s, true)
		ask.System.ShortName = "就业系统"
		c, _, err := city.Registry.ProposeChange(t.Context(), city.Head("RS"), s.Code, ask)
		if err != nil {
			t.Fatal(err)
		}
		office, r := city.Someone(auth.Office), city.Registry
		// The Office's own decision makes a new version without touching the fields.
		s2, err := r.Decide(t.Context(), office, s.Code, s.Version, inventory.Decision{Final: inventory.Keep, Reason: "普查结论"})
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = r.DecideChange(t.Context(), office, c.ID, c.Version, inventory.Verdict{Approve: true, SystemVersion: s.Version})
		if !errors.Is(err, store.ErrStale) {
			t.Fatalf("a decision upon a record that was not seen: %v", err)
		}
		if dossier(t, city, c.ID).Overtaken() {
			t.Error("the request counts as overtaken, though nobody touched its fields")
		}
		overtake(t, city, s2, "monthly")
		f := dossier(t, city, c.ID)
		if !f.Overtaken() {
			t.Fatal("the request does not count as overtaken")
		}
		for _, v := range f.Values {
			if want := v.Key == "use_frequency"; v.Overtaken() != want {
				t.Errorf("%s: old %q, present %q, asked for %q, overtaken %v", v.Key, v.Old, v.Present, v.New, v.Overtaken())
			}
		}
		v := inventory.Verdict{Approve: true, SystemVersion: f.System.Version}
		if _, _, err = r.DecideChange(t.Context(), office, c.ID, c.Version, v); !errors.Is(err, inventory.ErrOvertaken) {
			t.Fatalf("got %v, want %v", err, inventory.ErrOvertaken)
		}
		v.Anyway = true
		if _, _, err = r.DecideChange(t.Context(), office, c.ID, c.Version, v); err != nil {
			t.Fatal(err)
		}
		now := latest(t, city, s.Code)
		if now.UseFrequency != "weekly" || now.ShortName != "就业系统" || now.Final != inventory.Keep {
			t.Errorf("the record says %s %s %s", now.UseFrequency, now.ShortName, now.Final)
		}
	})
}

// overtake changes a locked record behind the back of its request, as another
// room of the service may.
func overtake(t *testing.T, city *inventorytest.City, s inventory.System, frequency string) {
	t.Helper()
	err := city.DB.Write(t.Context(), func(tx *store.Tx) error {
		return tx.Gorm().Exec("UPDATE systems SET use_frequency = ?, version = version + 1 WHERE id = ?", frequency, s.ID).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDraftIsRevised(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		s := broughtTo(t, city, "RS", "就业服务系统", inventory.Certified)
		c := asks(t, city, city.Clerk("RS"), s, false)
		next := weekly(s, true)
		next.System.UseFrequency, next.System.ShortName, next.Reason = "monthly", "就业系统", "按日志更正"
		got, _, err := city.Registry.ReviseChange(t.Context(), city.Head("RS"), c.ID, c.Version, next)
		if err != nil {
			t.Fatal(err)
		}
		want := []field.Change{{Key: "short_name", New: "就业系统"}, {Key: "use_frequency", Old: "daily", New: "monthly"}}
		if got.State != inventory.ChangeSubmitted || got.Reason != "按日志更正" || !slices.Equal(got.Changes, want) {
			t.Errorf("got %s %q %v, want submitted %v", got.State, got.Reason, got.Changes, want)
		}
		if _, _, err := city.Registry.ReviseChange(t.Context(), city.Head("RS"), c.ID, got.Version, next); !errors.Is(err, inventory.ErrChangeState) {
			t.Errorf("a submitted request can be rewritten: %v", err)
		}
		if _, _, err := city.Registry.ReviseChange(t.Context(), city.Clerk("RS"), c.ID, c.Version, weekly(s, false)); fault.KindOf(err) != fault.Conflict {
			t.Errorf("an old version of the request: %v", err)
		}
	})
}

func TestApprovalKeepsTheRules(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		s := broughtTo(t, city, "RS", "就业服务系统", inventory.Certified)
		ask := weekly(s, true)
		ask.System.ActiveUsersMonth = new(int64(190))
		c, _, err := city.Registry.ProposeChange(t.Context(), city.Head("RS"), s.Code, ask)
		if err != nil {
			t.Fatal(err)
		}
		err = city.DB.Write(t.Context(), func(tx *store.Tx) error {
			return tx.Gorm().Exec("UPDATE systems SET registered_users = 150 WHERE id = ?", s.ID).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = city.Registry.DecideChange(t.Context(), city.Someone(auth.Office), c.ID, c.Version, inventory.Verdict{Approve: true, SystemVersion: s.Version})
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "inventory.err.v19") {
			t.Errorf("got %v, want a refusal by V19", err)
		}
		if f := dossier(t, city, c.ID); f.Request.State != inventory.ChangeSubmitted || f.System.Version != s.Version {
			t.Errorf("the request is %s, the record has version %d", f.Request.State, f.System.Version)
		}
	})
}

func TestListOfRequests(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		rs := broughtTo(t, city, "RS", "就业服务系统", inventory.Certified)
		mz := broughtTo(t, city, "MZ", "低保系统", inventory.Certified)
		jy := broughtTo(t, city, "JY", "学籍系统", inventory.Certified)
		draft := asks(t, city, city.Clerk("RS"), rs, false)
		late := asks(t, city, city.Head("MZ"), mz, true)
		city.Clock.Advance(time.Hour)
		asks(t, city, city.Head("JY"), jy, true)
		gone := takenBack(t, city, draft)
		office := city.Someone(auth.Office)
		for name, c := range map[string]struct {
			by   auth.Principal
			q    inventory.ChangeQuery
			want string
		}{
			"all, waiting longest first": {office, inventory.ChangeQuery{}, "MZ-0001 JY-0001 RS-0001"},
			"a state":                    {office, inventory.ChangeQuery{States: []inventory.ChangeState{inventory.ChangeWithdrawn}}, "RS-0001"},
			"a department":               {office, inventory.ChangeQuery{Department: city.Department("JY").ID}, "JY-0001"},
			"a system":                   {office, inventory.ChangeQuery{System: "MZ-0001"}, "MZ-0001"},
			"a part of the name":         {office, inventory.ChangeQuery{Search: "学籍"}, "JY-0001"},
			"a part of the code":         {office, inventory.ChangeQuery{Search: "mz-"}, "MZ-0001"},
			"a wildcard is a sign":       {office, inventory.ChangeQuery{Search: "%"}, ""},
			"a page":                     {office, inventory.ChangeQuery{Size: 1, Page: 2}, "JY-0001"},
			"own ones only":              {city.Clerk("MZ"), inventory.ChangeQuery{}, "MZ-0001"},
			"nobody's":                   {city.Someone(auth.Admin), inventory.ChangeQuery{}, ""},
		} {
			page, err := city.Registry.ListChanges(t.Context(), c.by, c.q)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var codes []string
			for _, row := range page.Rows {
				codes = append(codes, row.Code)
			}
			if got := strings.Join(codes, " "); got != c.want {
				t.Errorf("%s: got %q, want %q", name, got, c.want)
			}
		}
		asks(t, city, city.Clerk("RS"), rs, false)
		if _, err := city.Registry.AdviseChange(t.Context(), city.Someone(auth.Centre), late.ID, late.Version, inventory.AdviseApproval, ""); err != nil {
			t.Fatal(err)
		}
		insider := office
		insider.DepartmentID = city.Department("MZ").ID
		for name, c := range map[string]struct {
			by   auth.Principal
			want int64
		}{
			"office": {office, 2}, "office of one of them": {insider, 1}, "centre": {city.Someone(auth.Centre), 1},
			"head": {city.Head("RS"), 1}, "clerk": {city.Clerk("RS"), 0}, "auditor": {city.Someone(auth.Auditor), 0},
		} {
			if n, err := city.Registry.WaitingChanges(t.Context(), c.by); err != nil || n != c.want {
				t.Errorf("%d wait for the %s, want %d (%v)", n, name, c.want, err)
			}
		}
		if gone.State != inventory.ChangeWithdrawn {
			t.Error(gone.State)
		}
	})
}

func takenBack(t *testing.T, city *inventorytest.City, c inventory.ChangeRequest) inventory.ChangeRequest {
	t.Helper()
	c, err := city.Registry.WithdrawChange(t.Context(), city.Clerk("RS"), c.ID, c.Version, "")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRequestFollowsItsRecord(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		s := broughtTo(t, city, "RS", "就业服务系统", inventory.Certified)
		c := asks(t, city, city.Clerk("RS"), s, false)
		office := city.Someone(auth.Office)
		if _, err := city.Registry.Transfer(t.Context(), office, city.Department("RS").ID, city.Department("MZ").ID, "机构改革"); err != nil {
			t.Fatal(err)
		}
		if _, err := city.Registry.FindChange(t.Context(), city.Clerk("RS"), c.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the old department still has the request: %v", err)
		}
		if _, err := city.Registry.SubmitChange(t.Context(), city.Head("MZ"), c.ID, c.Version); err != nil {
			t.Errorf("the new department cannot submit it: %v", err)
		}
	})
}
