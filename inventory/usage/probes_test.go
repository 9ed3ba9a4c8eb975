package usage_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/wire"
)

// acts lists what the operation log says of probes, oldest first.
func acts(t *testing.T, h *usagetest.World) []string {
	t.Helper()
	rows, _, err := oplog.NewLog(h.DB, nil).List(t.Context(), h.Someone(auth.Auditor), oplog.Query{Kind: "probe", Size: 100})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range slices.Backward(rows) {
		out = append(out, strings.TrimSpace(r.Action+" "+r.ObjectID+" "+r.Reason))
	}
	return out
}

func find(t *testing.T, h *usagetest.World, code string) usage.ProbeFile {
	t.Helper()
	f, err := h.Probes.FindProbe(t.Context(), h.Centre(), code)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func wrongFields(err error) []string {
	var out []string
	for _, f := range fault.FieldsOf(err) {
		out = append(out, f.Name+" "+f.Code)
	}
	return out
}

func TestAProbeIsRegisteredChangedStoppedAndResumed(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, h *usagetest.World) {
		ctx, centre := t.Context(), h.Centre()
		jobs, pay := h.Registered("RS", "就业服务系统"), h.Registered("RS", "社保缴费系统")
		p, err := h.Probes.Register(ctx, centre, h.Form("RS", jobs))
		if err != nil {
			t.Fatal(err)
		}
		if p.Code != "PB-0001" || p.IntervalMinutes != 60 || p.Version != 1 {
			t.Errorf("registered %+v", p)
		}
		in := h.Form("RS", jobs, pay)
		in.Name, in.Interval, in.Signals = "人社网关", 2*time.Hour, usage.SignalsOf(wire.Requests, wire.Users)
		in.Systems[1].Share = usage.Part
		if p, err = h.Probes.Change(ctx, centre, p.Code, 1, in); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Probes.Change(ctx, centre, p.Code, 1, in); !errors.Is(err, store.ErrStale) {
			t.Errorf("a change over an old version: %v", err)
		}
		f := find(t, h, p.Code)
		if f.Name != "人社网关" || f.Interval() != 2*time.Hour || f.Signals.Len() != 2 || len(f.Systems) != 2 || f.Systems[1].Share != usage.Part ||
			f.Standing != usage.Never || f.Owner.Prefix != "RS" {
			t.Errorf("found %+v", f.ProbeLine)
		}
		if p, err = h.Probes.Stop(ctx, centre, p.Code, 2, "系统下线"); err != nil {
			t.Fatal(err)
		}
		if f := find(t, h, p.Code); f.Standing != usage.Stopped || f.StoppedReason != "系统下线" {
			t.Errorf("stopped %+v", f.ProbeLine)
		}
		if _, err := h.Probes.Stop(ctx, centre, p.Code, 3, "再停"); !errors.Is(err, usage.ErrProbeStopped) {
			t.Errorf("stopped twice: %v", err)
		}
		if p, err = h.Probes.Resume(ctx, centre, p.Code, 3); err != nil || p.Stopped {
			t.Fatalf("resumed %+v, %v", p, err)
		}
		want := []string{"probe.registered PB-0001", "probe.changed PB-0001", "probe.stopped PB-0001 系统下线", "probe.resumed PB-0001"}
		if got := acts(t, h); !slices.Equal(got, want) {
			t.Errorf("the operation log says %q, want %q", got, want)
		}
	})
}

func TestWhatIsWrongWithARegistrationIsNamed(t *testing.T) {
	h := usagetest.Open(t)
	jobs := h.Registered("RS", "就业服务系统")
	secret, _, err := h.Registry.Register(t.Context(), h.Clerk("GA"), inventory.Registration{System: inventory.System{
		OwnerID: h.Department("GA").ID, Name: "某某侦查系统", Classified: true, SecretLevel: "secret",
		FundSource: "city", OmAmountYear: new(int64(60_000_000)), Phase: inventory.PhaseRunning, Network: []string{inventory.NetIntranet},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		do   func(*usage.ProbeForm)
		want []string
	}{
		{"nothing at all", func(in *usage.ProbeForm) { *in = usage.ProbeForm{} }, []string{
			"name err.required", "kind probe.err.kind", "owner probe.err.owner", "interval probe.err.interval", "systems probe.err.no_system",
		}},
		{"a long name", func(in *usage.ProbeForm) { in.Name = strings.Repeat("探", 61) }, []string{"name err.too_long"}},
		{"a long note", func(in *usage.ProbeForm) { in.Note = strings.Repeat("注", 501) }, []string{"note err.too_long"}},
		{"seconds", func(in *usage.ProbeForm) { in.Interval = 90 * time.Second }, []string{"interval probe.err.interval"}},
		{"a season", func(in *usage.ProbeForm) { in.Interval = 90 * 24 * time.Hour }, []string{"interval probe.err.interval"}},
		{"an unknown signal", func(in *usage.ProbeForm) { in.Signals = 1 << 40 }, []string{"signals probe.err.signals"}},
		{"an unknown system", func(in *usage.ProbeForm) { in.Systems[0].Code = "RS-9999" }, []string{"systems probe.err.system"}},
		{"a classified system", func(in *usage.ProbeForm) { in.Systems[0].Code = secret.Code }, []string{"systems probe.err.classified"}},
		{"half a share", func(in *usage.ProbeForm) { in.Systems[0].Share = "half" }, []string{"systems probe.err.share"}},
		{"a system twice", func(in *usage.ProbeForm) { in.Systems = append(in.Systems, in.Systems[0]) }, []string{"systems probe.err.system_twice"}},
		{"too many systems", func(in *usage.ProbeForm) { in.Systems = make([]usage.SystemChoice, 1001) }, []string{"systems probe.err.many_systems"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := h.Form("RS", jobs)
			c.do(&in)
			_, err := h.Probes.Register(t.Context(), h.Centre(), in)
			if got := wrongFields(err); !slices.Equal(got, c.want) {
				t.Errorf("got %q (%v), want %q", got, err, c.want)
			}
		})
	}
	if got := acts(t, h); got != nil {
		t.Errorf("the operation log says %q of what was refused", got)
	}
}

func TestProbesAreSeenByTheirDepartmentAndHeldByTheCentre(t *testing.T) {
	h := usagetest.Open(t)
	rs, _ := h.Sender("RS", h.Registered("RS", "就业服务系统"))
	zy, _ := h.Sender("ZY", h.Registered("ZY", "枣阳门户"))
	for _, c := range []struct {
		name string
		by   auth.Principal
		want []string // codes; nil may not look
	}{
		{"the clerk of its department", h.Clerk("RS"), []string{rs.Code}},
		{"the head", h.Head("RS"), []string{rs.Code}},
		{"another department", h.Clerk("MZ"), []string{}},
		{"the region", h.Region("ZY"), []string{zy.Code}},
		{"the Office", h.Someone(auth.Office), []string{rs.Code, zy.Code}},
		{"the centre", h.Centre(), []string{rs.Code, zy.Code}},
		{"the auditor", h.Someone(auth.Auditor), []string{rs.Code, zy.Code}},
		{"the leading group", h.Someone(auth.Leader), nil},
		{"finance", h.Someone(auth.Finance), nil},
		{"an administrator", h.Someone(auth.Admin), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, err := h.Probes.ListProbes(t.Context(), c.by, usage.ProbeQuery{})
			if c.want == nil {
				if !errors.Is(err, auth.ErrForbidden) {
					t.Errorf("listed %d probes, %v", page.Total, err)
				}
				return
			}
			got := []string{}
			for _, l := range page.Lines {
				got = append(got, l.Code)
			}
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("listed %v, %v, want %v", got, err, c.want)
			}
			for _, code := range []string{rs.Code, zy.Code} {
				_, err := h.Probes.FindProbe(t.Context(), c.by, code)
				if seen := slices.Contains(c.want, code); seen != (err == nil) || !seen && fault.KindOf(err) != fault.NotFound {
					t.Errorf("finding %s: %v", code, err)
				}
			}
			if c.by.Is(auth.Centre) {
				return
			}
			_, err = h.Probes.Register(t.Context(), c.by, usage.ProbeForm{})
			_, err2 := h.Probes.Stop(t.Context(), c.by, rs.Code, 1, "停用")
			_, _, err3 := h.Probes.IssueToken(t.Context(), c.by, rs.Code, h.Clock.Now().AddDate(0, 1, 0))
			for _, err := range []error{err, err2, err3} {
				if !errors.Is(err, auth.ErrForbidden) {
					t.Errorf("did what is the centre's: %v", err)
				}
			}
		})
	}
	sums, err := h.Probes.CountStandings(t.Context(), h.Someone(auth.Leader))
	if err != nil || sums[usage.Never] != 2 {
		t.Errorf("the leading group counts %v, %v", sums, err)
	}
}

func TestATokenOpensUntilItIsRevokedReplacedOrOver(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, h *usagetest.World) {
		ctx, centre := t.Context(), h.Centre()
		jobs := h.Registered("RS", "就业服务系统")
		p, first := h.Sender("RS", jobs)
		pass, err := h.Probes.Authenticate(ctx, first)
		if err != nil || pass.Code != p.Code || pass.Systems[jobs.Code].ID != jobs.ID {
			t.Fatalf("opened %+v, %v", pass, err)
		}
		for name, text := range map[string]string{
			"another secret": first[:len(first)-1] + "!", "another prefix": "qcp_aaaaaaaa" + first[12:], "a half": first[:20], "no token": "secret",
			"a long one": first + strings.Repeat("A", 100), "an account's": "qct_" + first[4:],
		} {
			if _, err := h.Probes.Authenticate(ctx, text); !errors.Is(err, usage.ErrToken) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := h.Probes.Authenticate(ctx, ""); !errors.Is(err, usage.ErrNoToken) {
			t.Errorf("none: %v", err)
		}
		old := find(t, h, p.Code).Tokens[0]
		if old.Hash != nil || !strings.HasPrefix(first, old.Prefix+"_") {
			t.Errorf("the list shows %+v", old)
		}
		next, second, err := h.Probes.RotateToken(ctx, centre, p.Code, old.ID, usage.DefaultGrace, h.Clock.Now().AddDate(1, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		h.Clock.Advance(23 * time.Hour)
		for _, text := range []string{first, second} {
			if _, err := h.Probes.Authenticate(ctx, text); err != nil {
				t.Errorf("in the grace: %v", err)
			}
		}
		h.Clock.Advance(2 * time.Hour)
		if _, err := h.Probes.Authenticate(ctx, first); !errors.Is(err, usage.ErrTokenExpired) {
			t.Errorf("after the grace: %v", err)
		}
		if err := h.Probes.RevokeToken(ctx, centre, p.Code, next.ID, "密钥泄露"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Probes.Authenticate(ctx, second); !errors.Is(err, usage.ErrTokenRevoked) {
			t.Errorf("revoked: %v", err)
		}
		want := []string{"probe.registered PB-0001", "probe.token_issued PB-0001", "probe.token_rotated PB-0001 " + old.Prefix, "probe.token_revoked PB-0001 密钥泄露"}
		if got := acts(t, h); !slices.Equal(got, want) {
			t.Errorf("the operation log says %q, want %q", got, want)
		}
	})
}

func TestATokenThatWasRevokedElsewhereOpensForAtMostFiveSeconds(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, h *usagetest.World) {
		p, text := h.Sender("RS", h.Registered("RS", "就业服务系统"))
		other := usage.NewProbes(h.DB, h.Registry) // another node
		if _, err := other.Authenticate(t.Context(), text); err != nil {
			t.Fatal(err)
		}
		if err := h.Probes.RevokeToken(t.Context(), h.Centre(), p.Code, find(t, h, p.Code).Tokens[0].ID, "密钥泄露"); err != nil {
			t.Fatal(err)
		}
		if _, err := other.Authenticate(t.Context(), text); err != nil {
			t.Errorf("the other node asks each time: %v", err)
		}
		h.Clock.Advance(5 * time.Second)
		if _, err := other.Authenticate(t.Context(), text); !errors.Is(err, usage.ErrTokenRevoked) {
			t.Errorf("after five seconds: %v", err)
		}
	})
}

func TestTokensAreIssuedWithinBounds(t *testing.T) {
	h := usagetest.Open(t)
	ctx, centre := t.Context(), h.Centre()
	p, _ := h.Sender("RS", h.Registered("RS", "就业服务系统"))
	for name, until := range map[string]time.Time{"past": h.Clock.Now(), "far": h.Clock.Now().AddDate(3, 0, 1)} {
		if _, _, err := h.Probes.IssueToken(ctx, centre, p.Code, until); !slices.Equal(wrongFields(err), []string{"expires_at probe.err.token_expiry"}) {
			t.Errorf("%s: %v", name, err)
		}
	}
	id := find(t, h, p.Code).Tokens[0].ID
	year := h.Clock.Now().AddDate(1, 0, 0)
	if _, _, err := h.Probes.RotateToken(ctx, centre, p.Code, id, 8*24*time.Hour, year); !slices.Equal(wrongFields(err), []string{"grace probe.err.grace"}) {
		t.Errorf("a grace of eight days: %v", err)
	}
	if err := h.Probes.RevokeToken(ctx, centre, p.Code, id, ""); !slices.Equal(wrongFields(err), []string{"reason probe.err.reason"}) {
		t.Errorf("revoked without a reason: %v", err)
	}
	for range 9 {
		h.Token(p)
	}
	if _, _, err := h.Probes.IssueToken(ctx, centre, p.Code, year); fault.KindOf(err) != fault.Conflict {
		t.Errorf("the eleventh token: %v", err)
	}
	if _, err := h.Probes.Stop(ctx, centre, p.Code, 1, "停用"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Probes.IssueToken(ctx, centre, p.Code, year); !errors.Is(err, usage.ErrProbeStopped) {
		t.Errorf("a token of a stopped probe: %v", err)
	}
}

// arrive notes a request of a probe and writes it.
func arrive(t *testing.T, h *usagetest.World, token string, a usage.Arrival) {
	t.Helper()
	pass, err := h.Probes.Authenticate(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	a.At = h.Clock.Now()
	h.Probes.Arrived(pass, a)
	if err := h.Probes.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestStandingsFollowWhatWasAccepted(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, h *usagetest.World) {
		p, token := h.Sender("RS", h.Registered("RS", "就业服务系统"))
		count := func(want usage.Standing) {
			t.Helper()
			got, err := h.Probes.CountStandings(t.Context(), h.Centre())
			if err != nil || got[want] != 1 || find(t, h, p.Code).Standing != want {
				t.Errorf("counted %v, found %s, %v, want %s", got, find(t, h, p.Code).Standing, err, want)
			}
			page, err := h.Probes.ListProbes(t.Context(), h.Centre(), usage.ProbeQuery{Standings: []usage.Standing{want}, Sort: "standing"})
			if err != nil || page.Total != 1 {
				t.Errorf("listed %d that are %s, %v", page.Total, want, err)
			}
		}
		arrive(t, h, token, usage.Arrival{Origin: "10.1.1.1", Refused: map[wire.Code]int{wire.TooOld: 2}})
		count(usage.Never) // a contact is no success
		arrive(t, h, token, usage.Arrival{Origin: "10.1.1.1", Accepted: 1})
		for _, step := range []struct {
			after time.Duration
			want  usage.Standing
		}{{0, usage.Normal}, {2*time.Hour - time.Second, usage.Normal}, {time.Second, usage.Late}, {22*time.Hour - time.Second, usage.Late}, {time.Second, usage.Down}} {
			h.Clock.Advance(step.after)
			count(step.want)
		}
		if _, err := h.Probes.Change(t.Context(), h.Centre(), p.Code, 1, func() usage.ProbeForm {
			in := h.Form("RS")
			in.Systems, in.Interval = []usage.SystemChoice{{Code: find(t, h, p.Code).Systems[0].Code}}, 24*time.Hour
			return in
		}()); err != nil {
			t.Fatal(err)
		}
		count(usage.Normal) // by the new interval
	})
}

func TestWhatArrivedIsWrittenTogether(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, h *usagetest.World) {
		p, token := h.Sender("RS", h.Registered("RS", "就业服务系统"))
		first := h.Clock.Now()
		for range 3 {
			arrive(t, h, token, usage.Arrival{
				Origin: "10.1.1.1", Accepted: 5, Refused: map[wire.Code]int{wire.Negative: 2, wire.TooNew: 1},
				Issues: []wire.Issue{{Index: 4, Item: "RS-0001", Member: "users", Code: wire.Negative, Got: "-1", Count: 1}},
			})
			h.Clock.Advance(time.Minute)
		}
		f := find(t, h, p.Code)
		last := first.Add(2 * time.Minute)
		if !f.Contact.FirstSuccessAt.Equal(first) || !f.Contact.LastSuccessAt.Equal(last) || !f.Contact.LastContactAt.Equal(last) ||
			f.Contact.LastErrorCode == "" || f.RejectedToday != 9 {
			t.Errorf("contact %+v, rejected today %d", f.Contact, f.RejectedToday)
		}
		if k := f.Tokens[0]; k.LastUsedAt == nil || !k.LastUsedAt.Equal(last) || k.LastOrigin != "10.1.1.1" {
			t.Errorf("the token was used %v from %q", k.LastUsedAt, k.LastOrigin)
		}
		day := calendar.DateOf(first)
		got, err := h.Probes.Rejections(t.Context(), h.Clerk("RS"), p.Code, day, day)
		if err != nil || len(got) != 2 {
			t.Fatalf("rejections %+v, %v", got, err)
		}
		if r := got[0]; r.Code != wire.Negative || r.Items != 6 || r.Example.Member != "users" || r.Example.Got != "-1" || !r.ExampleAt.Equal(last) {
			t.Errorf("the most frequent is %+v", r)
		}
		if r := got[1]; r.Code != wire.TooNew || r.Items != 3 {
			t.Errorf("then %+v", r)
		}
	})
}

func TestArrivalsThatCannotBeWrittenAreKept(t *testing.T) {
	h := usagetest.Open(t)
	p, token := h.Sender("RS", h.Registered("RS", "就业服务系统"))
	pass, err := h.Probes.Authenticate(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	h.Probes.Arrived(pass, usage.Arrival{At: h.Clock.Now(), Accepted: 1, Refused: map[wire.Code]int{wire.TooOld: 1}})
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.Probes.Flush(over); err == nil {
		t.Fatal("written without a database")
	}
	h.Clock.Advance(time.Second)
	arrive(t, h, token, usage.Arrival{Refused: map[wire.Code]int{wire.TooOld: 1}})
	f := find(t, h, p.Code)
	if f.RejectedToday != 2 || f.Contact.LastSuccessAt == nil || !f.Contact.LastSuccessAt.Equal(h.Clock.Now().Add(-time.Second)) {
		t.Errorf("rejected %d, contact %+v", f.RejectedToday, f.Contact)
	}
}

func TestAnOutageIsNotedOnceAndEndsWithData(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, h *usagetest.World) {
		ctx := t.Context()
		p, token := h.Sender("RS", h.Registered("RS", "就业服务系统"))
		watch := func(want int) {
			t.Helper()
			if n, err := h.Probes.Watch(ctx); err != nil || n != want {
				t.Errorf("found %d silent, %v, want %d", n, err, want)
			}
		}
		watch(0) // one that never spoke is no outage
		arrive(t, h, token, usage.Arrival{Accepted: 1})
		since := h.Clock.Now()
		h.Clock.Advance(24 * time.Hour)
		watch(1)
		watch(0)
		arrive(t, h, token, usage.Arrival{Refused: map[wire.Code]int{wire.TooOld: 1}})
		if s := find(t, h, p.Code).Silences; len(s) != 1 || !s[0].Since.Equal(since) || s[0].EndedAt != nil {
			t.Errorf("silences %+v", s)
		}
		h.Clock.Advance(time.Hour)
		arrive(t, h, token, usage.Arrival{Accepted: 1})
		if s := find(t, h, p.Code).Silences; s[0].EndedAt == nil || !s[0].EndedAt.Equal(h.Clock.Now()) || s[0].EndedBy != usage.EndedByData {
			t.Errorf("silences %+v", s)
		}
		h.Clock.Advance(48 * time.Hour)
		watch(1)
		if _, err := h.Probes.Stop(ctx, h.Centre(), p.Code, 1, "系统下线"); err != nil {
			t.Fatal(err)
		}
		s := find(t, h, p.Code).Silences
		if len(s) != 2 || s[0].EndedBy != usage.EndedByStop {
			t.Errorf("silences %+v", s)
		}
		watch(0)
		want := []string{"probe.registered PB-0001", "probe.token_issued PB-0001", "probe.silent PB-0001", "probe.silent PB-0001", "probe.stopped PB-0001 系统下线"}
		if got := acts(t, h); !slices.Equal(got, want) {
			t.Errorf("the operation log says %q, want %q", got, want)
		}
	})
}

func TestQuotas(t *testing.T) {
	now := time.Date(2017, 11, 24, 9, 0, 0, 0, time.UTC)
	q := usage.NewQuotas(usage.QuotaLimits{Requests: usage.Rate{PerSecond: 1, Burst: 3}, Items: usage.Rate{PerSecond: 10, Burst: 100}})
	begin := func(id usage.TokenID, want time.Duration) {
		t.Helper()
		wait, ok := q.Begin(id, now)
		if ok != (want == 0) || wait != want {
			t.Errorf("token %d waits %v, want %v", id, wait, want)
		}
	}
	begin(1, 0)
	begin(1, 0)
	begin(1, 0)
	begin(1, time.Second)
	begin(2, 0) // another token is not hurt
	now = now.Add(2 * time.Second)
	begin(1, 0)
	q.Charge(1, 150, now) // more than is left: let in, and paid off
	begin(1, 5100*time.Millisecond)
	now = now.Add(-time.Hour) // a clock that is put back gives nothing
	begin(1, 5100*time.Millisecond)
	now = now.Add(6 * time.Second)
	begin(1, 0)
}
