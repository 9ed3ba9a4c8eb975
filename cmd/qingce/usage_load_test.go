package main_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory/inventorytest"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// watched is a system with a probe in the database of a home.
type watched struct {
	system string
	token  string
}

// watch registers a system and a probe with a token, before the service runs.
func (h home) watch(t testing.TB) watched {
	t.Helper()
	db, err := store.Open(context.Background(), h.database, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	city := inventorytest.Over(t, db)
	s := city.Registered("RS", "就业服务系统")
	probes, centre := usage.NewProbes(db, city.Registry), city.Someone(auth.Centre)
	p, err := probes.Register(t.Context(), centre, usage.ProbeForm{
		Name: "人社网关", Kind: usage.GatewayProbe, Owner: city.Department("RS").ID, Systems: []usage.SystemChoice{{Code: s.Code}},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, text, err := probes.IssueToken(t.Context(), centre, p.Code, db.Now().AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return watched{s.Code, text}
}

// place is what a report is the state of, as far as senders differ.
type place struct {
	source string
	hour   int // of the first one
}

// state is a report of a place: the sequence says what the figure is.
type state struct {
	place
	seq int64
}

func (s state) requests() int64 { return s.seq*7 + int64(s.hour) }

// senders send reports and remember what was answered.
type senders struct {
	t     testing.TB
	to    watched
	first time.Time // beginning of the first hour
	http  *http.Client

	mu    sync.Mutex
	sent  map[place]int64 // the greatest that was ever sent, answered or not
	acked map[place]int64
	open  map[state]bool // sent and not acknowledged
	// counts of answers by status, and the slowest of them
	status  map[int]int
	slowest time.Duration
	wrong   []string
}

const hoursBack = 200

func newSenders(t testing.TB, to watched) *senders {
	return &senders{
		t: t, to: to, first: time.Now().Truncate(time.Hour).Add(-hoursBack * time.Hour),
		http: &http.Client{Timeout: 15 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 32}},
		sent: map[place]int64{}, acked: map[place]int64{}, open: map[state]bool{}, status: map[int]int{},
	}
}

// run sends from several places at once until the context ends.
func (s *senders) run(ctx context.Context, url string, at int) {
	var all sync.WaitGroup
	for n := range at {
		all.Go(func() {
			pick := rand.New(rand.NewPCG(rand.Uint64(), uint64(n)))
			for ctx.Err() == nil {
				if !s.send(url, s.batch(fmt.Sprintf("web-%d", n), pick)) {
					return
				}
			}
		})
	}
	all.Wait()
	s.http.CloseIdleConnections()
}

// batch makes some reports of a source, newer than all before.
func (s *senders) batch(source string, pick *rand.Rand) []state {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]state, 1+pick.IntN(20))
	for i := range out {
		p := place{source, pick.IntN(hoursBack)}
		s.sent[p]++
		out[i] = state{p, s.sent[p]}
		s.open[out[i]] = true
	}
	return out
}

func (s *senders) body(batch []state) []byte {
	var b bytes.Buffer
	for _, r := range batch {
		fmt.Fprintf(&b, `{"system":%q,"source":%q,"epoch":1,"hour":%q,"seq":%d,"minutes":60,"requests":%d}`+"\n",
			s.to.system, r.source, s.first.Add(time.Duration(r.hour)*time.Hour).In(calendar.Zone).Format(time.RFC3339), r.seq, r.requests())
	}
	return b.Bytes()
}

// send sends a batch; false when nobody answers.
func (s *senders) send(url string, batch []state) bool {
	r, err := http.NewRequest(http.MethodPost, url+"/api/v1/usage/reports", bytes.NewReader(s.body(batch)))
	if err != nil {
		s.t.Error(err)
		return false
	}
	r.Header.Set("Content-Type", "application/x-ndjson")
	r.Header.Set("Authorization", "Bearer "+s.to.token)
	begun := time.Now()
	res, err := s.http.Do(r)
	if err != nil {
		return false // killed
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return false
	}
	s.answered(batch, res, body, time.Since(begun))
	return true
}

func (s *senders) answered(batch []state, res *http.Response, body []byte, took time.Duration) {
	a, err := wire.ReadAnswer(body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status[res.StatusCode]++
	s.slowest = max(s.slowest, took)
	switch again := res.StatusCode == http.StatusServiceUnavailable || res.StatusCode == http.StatusTooManyRequests; {
	case res.StatusCode == http.StatusOK && err == nil && a.Accepted == len(batch):
		for _, r := range batch {
			s.acked[r.place] = max(s.acked[r.place], r.seq)
			delete(s.open, r)
		}
	case !again || res.Header.Get("Retry-After") == "":
		s.wrong = append(s.wrong, fmt.Sprintf("status %d, Retry-After %q: %.200s", res.StatusCode, res.Header.Get("Retry-After"), body))
	}
}

// again sends what was never acknowledged, and of what was a fifth, shuffled,
// until all is acknowledged: who is told to come later does.
func (s *senders) again(url string) {
	s.mu.Lock()
	for p, seq := range s.acked {
		if p.hour%5 == 0 {
			s.open[state{p, seq}], s.open[state{p, max(1, seq-1)}] = true, true
		}
	}
	s.mu.Unlock()
	for range 30 {
		all := slices.Collect(maps.Keys(s.open))
		rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for batch := range slices.Chunk(all, 50) {
			if !s.send(url, batch) {
				s.t.Fatal("the service does not answer")
			}
		}
		if len(s.open) == 0 {
			return
		}
		<-time.After(time.Second) // as Retry-After asks for
	}
	s.t.Errorf("%d reports were not accepted: %v", len(s.open), s.status)
}

// check holds what is stored against what was acknowledged: nothing is lost,
// nothing is there twice, nothing that nobody sent.
func (s *senders) check(db *store.DB) {
	s.t.Helper()
	type row struct {
		Source        string
		Bucket        int64
		Seq, Requests int64
	}
	var rows []row
	err := db.Read(context.Background(), func(tx *store.Tx) error {
		rows = nil
		return tx.Gorm().Raw(`SELECT s.name AS source, h.bucket, h.seq, h.requests FROM usage_hour h JOIN usage_sources s ON s.id = h.source_id`).Scan(&rows).Error
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	seen, lost, foreign := map[place]int64{}, 0, 0
	for _, r := range rows {
		p := place{r.Source, int(r.Bucket) - int(wire.HourOf(s.first))}
		if _, twice := seen[p]; twice {
			s.t.Errorf("%v is there twice", p)
		}
		seen[p] = r.Seq
		if r.Seq < 1 || r.Seq > s.sent[p] || r.Requests != (state{p, r.Seq}).requests() {
			foreign++
		}
	}
	for p, seq := range s.acked {
		if seen[p] < seq {
			lost++
		}
	}
	if lost > 0 || foreign > 0 || len(s.wrong) > 0 || len(s.acked) == 0 {
		s.t.Errorf("of %d acknowledged places %d are lost, %d figures are not what was sent; answers that are wrong: %q", len(s.acked), lost, foreign, s.wrong)
	}
	s.t.Logf("%d places acknowledged, %d stored, %d without an answer; answers %v, the slowest after %v", len(s.acked), len(seen), len(s.open), s.status, s.slowest)
}
