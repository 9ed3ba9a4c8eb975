package usage_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory/inventorytest"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// heard is what came out of series about the hub: of each day the newest.
type heard struct {
	days  map[[3]string]usage.HubDay
	beats map[string]bool
}

func (h *heard) take(_ *store.Tx, in usage.HubHeard) error {
	for _, d := range in.Days {
		key := [3]string{d.Day.String(), d.Provider, d.Consumer}
		if d.Seq >= h.days[key].Seq {
			h.days[key] = d
		}
	}
	for _, b := range in.Beats {
		h.beats[b.Party+" "+b.Hour.In(calendar.Zone).Format("01-02 15")] = true
	}
	return nil
}

func newHeard() *heard { return &heard{days: map[[3]string]usage.HubDay{}, beats: map[string]bool{}} }

// hubWatch is a gateway whose series of the hub are read by rules.
func hubWatch(t *testing.T, city *inventorytest.City) (*watch, *heard) {
	t.Helper()
	w, h := newWatch(t, city, "大数据中心网关"), newHeard()
	w.inbox = usage.NewInbox(city.DB, w.ledger, w.rules, usage.InboxOptions{Step: 3, Hub: h.take})
	names := map[string]string{"mz-marriage": "MZ-0001"}
	for _, rule := range []usage.RuleForm{
		{Metric: "gw_exchanges_total", Signal: "hub_exchanges", System: "provider", ConsumerLabel: "consumer", OutcomeLabel: "outcome", Failed: "error|5*", Names: names},
		{Metric: "gw_bytes_total", Signal: "hub_bytes", System: "provider", ConsumerLabel: "consumer", Scale: "1024", Names: names},
		{Metric: "gw_up", Signal: "hub_heartbeat", System: "party"},
	} {
		rule.ProbeID, rule.SystemBy = w.pass.ProbeID, usage.LabelSystem
		if _, err := w.rules.Add(t.Context(), city.Someone(auth.Centre), rule); err != nil {
			t.Fatal(err, fault.FieldsOf(err))
		}
	}
	return w, h
}

func hubSample(at time.Time, value float64, name string, labels ...string) wire.Sample {
	s := wire.Series{Name: name, Kind: wire.Unknown}
	for i := 0; i < len(labels); i += 2 {
		s.Labels = append(s.Labels, wire.Label{Name: labels[i], Value: labels[i+1]})
	}
	slices.SortFunc(s.Labels, func(a, b wire.Label) int { return slices.Compare([]byte(a.Name), []byte(b.Name)) })
	return wire.Sample{Series: &s, At: at, Value: value}
}

// The counters of the hub's gateway become days between two parties: what they
// grew by, through a restart of the gateway, whatever came twice or late, in any
// order and through a restart of the program.
func TestCountersOfTheHubBecomeDays(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		w, h := hubWatch(t, city)
		from := calendar.DateOf(city.DB.Now()).AddDays(-1).At(22, 0)
		var all []wire.Sample
		ok, bad, bytes := 0.0, 0.0, 0.0
		for minute := range 180 { // two hours of yesterday, one of today
			at := from.Add(time.Duration(minute) * time.Minute)
			if minute > 0 {
				ok, bad, bytes = ok+3, bad+1, bytes+10
			}
			if minute == 60 {
				ok, bad = 0, 0 // the gateway began anew, and counted nothing yet
			}
			all = append(all,
				hubSample(at, ok, "gw_exchanges_total", "provider", "mz-marriage", "consumer", "XYFC", "outcome", "ok"),
				hubSample(at, bad, "gw_exchanges_total", "provider", "mz-marriage", "consumer", "XYFC", "outcome", "503"),
				hubSample(at, bytes, "gw_bytes_total", "provider", "mz-marriage", "consumer", "XYFC"))
			if minute < 30 {
				all = append(all, hubSample(at, 1, "gw_up", "party", "MZ-0001"), hubSample(at, 0, "gw_up", "party", "MZ-0002"))
			}
		}
		all = append(all, all[50:90]...) // sent again
		rand.New(rand.NewPCG(2017, 31)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for lot := range slices.Chunk(all, 70) {
			if _, _, refused := w.bring(lot); refused != 0 {
				t.Fatalf("%d refused", refused)
			}
			if rand.IntN(2) == 0 {
				w.fold()
			}
		}
		w.inbox = usage.NewInbox(city.DB, w.ledger, w.rules, usage.InboxOptions{Step: 2, Hub: h.take})
		w.fold()
		yesterday, today := calendar.DateOf(from), calendar.DateOf(from).AddDays(1)
		for day, want := range map[calendar.Date][3]int64{
			// 59 growths before the restart and 59 after it; then the sixty of the hour.
			yesterday: {118 * 4, 118, 119 * 10 * 1024}, today: {60 * 4, 60, 60 * 10 * 1024},
		} {
			got := h.days[[3]string{day.String(), "MZ-0001", "XYFC"}]
			if [3]int64{got.Exchanges, got.Failures, got.Bytes} != want || got.Probe != w.pass.Code {
				t.Errorf("%s: %+v, want %v", day, got, want)
			}
		}
		if len(h.days) != 2 {
			t.Errorf("days: %v", h.days)
		}
		if want := map[string]bool{"MZ-0001 " + from.In(calendar.Zone).Format("01-02 15"): true}; len(h.beats) != 1 || !want[firstKey(h.beats)] {
			t.Errorf("heard: %v, want %v", h.beats, want)
		}
		if got := w.hours(yesterday); len(got) != 0 {
			t.Errorf("exchange became usage: %v", got)
		}
	})
}

func firstKey(m map[string]bool) string {
	for k := range m {
		return k
	}
	return ""
}

func TestSeriesOfTheHubThatCannotBeTaken(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		w, h := hubWatch(t, city)
		at := city.DB.Now()
		for name, s := range map[string]wire.Sample{
			"without a consumer": hubSample(at, 5, "gw_exchanges_total", "provider", "MZ-0001", "outcome", "ok"),
			"without a provider": hubSample(at, 5, "gw_bytes_total", "consumer", "MZ-0001"),
			"with itself":        hubSample(at, 5, "gw_bytes_total", "consumer", "MZ-0001", "provider", "mz-marriage"),
			"of nobody":          hubSample(at, 1, "gw_up", "instance", "gw-1"),
			"less than nothing":  hubSample(at, -1, "gw_up", "party", "MZ-0001"),
		} {
			if kept, _, refused := w.bring([]wire.Sample{s}); kept != 0 || refused != 1 {
				t.Errorf("%s: kept %d, refused %d", name, kept, refused)
			}
		}
		w.fold()
		if len(h.days)+len(h.beats) != 0 {
			t.Errorf("heard %v %v", h.days, h.beats)
		}
	})
}

// What the hub exchanges is said by the centre's gateway alone: a rule for all
// probes, or of a probe that stands in an application, cannot say it.
func TestWhoMaySpeakOfTheHub(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		w, _ := hubWatch(t, city)
		probes := usage.NewProbes(city.DB, city.Registry)
		app, err := probes.Register(context.Background(), city.Someone(auth.Centre), usage.ProbeForm{
			Name: "应用埋点", Kind: usage.AppProbe, Owner: w.system.OwnerID, Systems: []usage.SystemChoice{{Code: w.system.Code}},
		})
		if err != nil {
			t.Fatal(err)
		}
		good := usage.RuleForm{ProbeID: w.pass.ProbeID, Metric: "x", Signal: "hub_exchanges", SystemBy: usage.LabelSystem, System: "p", ConsumerLabel: "c"}
		for name, c := range map[string]struct {
			change func(*usage.RuleForm)
			field  string
		}{
			"for all probes":          {func(f *usage.RuleForm) { f.ProbeID = 0 }, "signal"},
			"of an application":       {func(f *usage.RuleForm) { f.ProbeID = app.ID }, "signal"},
			"without a provider":      {func(f *usage.RuleForm) { f.System = "" }, "system"},
			"of one fixed system":     {func(f *usage.RuleForm) { f.SystemBy, f.System = usage.FixedSystem, w.system.Code }, "system_by"},
			"without a consumer":      {func(f *usage.RuleForm) { f.ConsumerLabel = "" }, "consumer_label"},
			"outcomes without words":  {func(f *usage.RuleForm) { f.OutcomeLabel = "outcome" }, "failed"},
			"a count read as a level": {func(f *usage.RuleForm) { f.Reading = usage.GaugeReading }, "reading"},
		} {
			form := good
			c.change(&form)
			_, err := w.rules.Add(t.Context(), city.Someone(auth.Centre), form)
			if got := fault.FieldsOf(err); len(got) != 1 || got[0].Name != c.field {
				t.Errorf("%s: %v, want it at %s", name, got, c.field)
			}
		}
		if _, err := w.rules.Add(t.Context(), city.Clerk("RS"), good); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a department writes a rule: %v", err)
		}
	})
}
