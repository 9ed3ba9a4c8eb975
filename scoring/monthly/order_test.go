package monthly_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"qingce/internal/auth"
	"qingce/inventory/catalog"
	"qingce/inventory/hub"
	"qingce/inventory/sharing"
	"qingce/inventory/sharing/sharingtest"
)

// orders are in how many orders a day is played, by seeds from 0 on.
const orders = 4

// TestOrderWithinADaySaysNothing plays a day in several orders: what departments,
// the hub and the Office do on it comes to the same counts of all bodies, on either
// engine.
func TestOrderWithinADaySaysNothing(t *testing.T) {
	want := ""
	for seed := range uint64(orders) {
		each(t, func(t *testing.T, w *world) {
			got := w.dayIn(rand.New(rand.NewPCG(seed, 0)))
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("seed %d: the day in another order comes to\n%s\nand not to\n%s", seed, got, want)
			}
		})
	}
}

// dayIn plays the last day of November in an order, and gives what is counted.
func (w *world) dayIn(r *rand.Rand) string {
	w.t.Helper()
	w.At("2017-11-27 09:00")
	open := []catalog.Entry{w.Entry("MZ", "低保信息", catalog.Unconditional), w.Entry("MZ", "救助信息", catalog.Unconditional)}
	closed := w.Entry("MZ", "婚姻登记信息", catalog.Conditional)
	asked := []sharing.Request{w.asks("LY", closed), w.asks("JT", closed)}
	w.At("2017-11-30 08:00")
	w.mount("MZ", open[1])
	events := []func() error{
		func() error { w.mount("MZ", open[0]); return nil },
		func() error { w.mount("MZ", closed); return nil },
		func() error { w.Entry("LY", "景区信息", catalog.Unconditional); return nil },
		func() error { return w.uses("LY", open[0]) },
		func() error { return w.uses("JT", open[1]) },
		func() error { return w.answers(asked[0], sharing.Answer{Reply: "grant", Terms: sharingtest.Terms()}) },
		func() error {
			return w.answers(asked[1], sharing.Answer{Reply: "refuse", Reasons: []string{"excessive"}, Text: "超出必要范围，只需核验结果。"})
		},
		func() error { return w.exchanged("市民政局", "市旅游局") },
		func() error { return w.exchanged("市交通局", "市民政局") },
	}
	for _, i := range r.Perm(len(events)) {
		if err := events[i](); err != nil {
			w.t.Fatalf("event %d: %v", i, err)
		}
	}
	return w.counted()
}

// counted are the counts of November of all bodies.
func (w *world) counted() string {
	w.t.Helper()
	w.frozen()
	table, err := w.Months.Table(w.t.Context(), w.leader(), "2017-11", 0)
	if err != nil {
		w.t.Fatal(err)
	}
	out := ""
	for _, l := range table.Lines {
		text, err := json.Marshal(l.Input)
		if err != nil {
			w.t.Fatal(err)
		}
		out += fmt.Sprintf("%s %d %s\n", l.Body.Code, l.Card.Points, text)
	}
	return out
}

func (w *world) asks(prefix string, e catalog.Entry) sharing.Request {
	w.t.Helper()
	q, err := w.Sharing.AskFor(w.t.Context(), w.Head(prefix), sharingtest.Ask(e.Code))
	if err != nil {
		w.t.Fatal(err)
	}
	return q
}

func (w *world) answers(q sharing.Request, a sharing.Answer) error {
	_, err := w.Sharing.Reply(w.t.Context(), w.Head("MZ"), q.ID, q.Version, a)
	return err
}

func (w *world) uses(prefix string, e catalog.Entry) error {
	_, err := w.Sharing.Fetch(w.t.Context(), w.Clerk(prefix), e.Code, sharing.Taking{Purpose: sharing.PurposeCollaboration, Matter: "业务核验"})
	return err
}

func (w *world) exchanged(provider, consumer string) error {
	_, err := w.Hub.TakeReport(w.t.Context(), w.Someone(auth.Centre), hub.Report{Source: "gateway-1", Exchanges: []hub.Exchanged{
		{Day: sharingtest.Day(w.t, "2017-11-30"), Provider: provider, Consumer: consumer, Seq: 1, Exchanges: 20, Failures: 1},
	}})
	return err
}
