package agent_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"qingce/inventory/usage/wire"
)

// worlds is how many worlds are tried: more than these were, by hand.
const worlds = 20

// truth is what was written into the log in an hour.
type truth struct {
	requests, human, errors int64
	people                  map[string]bool
}

// world is a web server that writes a log, somebody who rotates it, an agent
// that dies at any time, and a service that is not always there.
type world struct {
	*rig
	rng   *rand.Rand
	want  map[wire.Hour]*truth
	half  string // of a line that was begun
	turns int
}

// put writes a line, or the part of it that fits into the buffer of the server.
func (w *world) put() {
	at := w.now.Add(-time.Duration(w.rng.IntN(5)) * time.Second)
	addr, status, agent := fmt.Sprintf("10.1.1.%d", w.rng.IntN(200)), 200, firefox
	if w.rng.IntN(5) == 0 {
		agent = "curl/7.61.1"
	}
	if w.rng.IntN(10) == 0 {
		status = 503
	}
	h := w.want[wire.HourOf(at)]
	if h == nil {
		h = &truth{people: map[string]bool{}}
		w.want[wire.HourOf(at)] = h
	}
	h.requests++
	if agent == firefox {
		h.human++
		h.people[addr] = true
	}
	if status >= 500 {
		h.errors++
	}
	w.half += request(at, addr, fmt.Sprintf("/%d", w.rng.Uint64()), status, agent)
	cut := len(w.half)
	if w.rng.IntN(4) == 0 {
		cut = w.rng.IntN(cut)
	}
	w.write(w.log, w.half[:cut])
	w.half = w.half[cut:]
}

// rotate does what logrotate does, in one of its ways.
func (w *world) rotate() {
	for n := w.turns; n > 0; n-- {
		for _, ext := range []string{"", ".gz"} {
			from := fmt.Sprintf("%s.%d%s", w.log, n, ext)
			if _, err := os.Stat(from); err == nil {
				w.must(os.Rename(from, fmt.Sprintf("%s.%d%s", w.log, n+1, ext)))
			}
		}
	}
	w.turns++
	w.now = w.now.Add(10 * time.Second)
	switch w.rng.IntN(3) {
	case 0:
		w.must(os.Rename(w.log, w.log+".1"))
		w.write(w.log+".1", w.half) // the worker finishes its line before it lets go
		w.write(w.log, "")
	case 1:
		w.must(os.Rename(w.log, w.log+".1"))
		w.write(w.log+".1", w.half)
		if w.rng.IntN(2) == 0 { // the agent looks before the new log is there
			w.step(time.Second)
		}
		w.write(w.log, "")
	default:
		w.write(w.log, w.half)
		raw, err := os.ReadFile(w.log)
		w.must(err)
		w.must(os.WriteFile(w.log+".1", raw, 0o644))
		w.must(os.Truncate(w.log, 0))
	}
	w.half = ""
	packed := fmt.Sprintf("%s.%d", w.log, 1+w.rng.IntN(2))
	if _, err := os.Stat(packed); err == nil && w.rng.IntN(2) == 0 {
		w.pack(packed)
	}
}

func (w *world) turn() {
	switch w.rng.IntN(12) {
	case 0:
		if info, err := os.Stat(w.log); err == nil && info.Size() > 0 {
			w.rotate()
		}
	case 1, 2:
		w.open() // the one before is dead
	case 3:
		w.status = []int{0, 503, 429, 401, 502}[w.rng.IntN(5)]
	case 4:
		w.drop = !w.drop
	case 5:
		w.now = w.now.Add(time.Duration(w.rng.IntN(50)) * time.Minute)
	case 6, 7, 8:
		w.step(time.Duration(w.rng.IntN(90)) * time.Second)
	default:
		for range w.rng.IntN(40) {
			w.put()
			w.now = w.now.Add(time.Duration(w.rng.IntN(3)) * time.Second)
		}
	}
}

// TestNothingIsLostOrCountedTwice lets a world run and holds what the service
// knows in the end against what was written.
func TestNothingIsLostOrCountedTwice(t *testing.T) {
	for seed := range uint64(worlds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := &world{rig: newRig(t), rng: rand.New(rand.NewPCG(seed, 7)), want: map[wire.Hour]*truth{}}
			w.write(w.log, "")
			w.open()
			for range 150 {
				w.turn()
			}
			w.write(w.log, w.half)
			w.status, w.drop = 0, false
			for range 4 {
				w.step(31 * time.Minute)
			}
			for hour, want := range w.want {
				got := truth{
					requests: w.sum(hour, wire.Requests), human: w.sum(hour, wire.HumanRequests), errors: w.sum(hour, wire.Errors),
				}
				if got.requests != want.requests || got.human != want.human || got.errors != want.errors || w.sum(hour, wire.Users) != int64(len(want.people)) {
					t.Errorf("hour %v: %+v and %d people, want %d, %d, %d and %d people", hour.Start(), got, w.sum(hour, wire.Users),
						want.requests, want.human, want.errors, len(want.people))
				}
			}
			if len(w.agent.Reports()) > 1 {
				t.Errorf("%d reports are still kept", len(w.agent.Reports()))
			}
			if t.Failed() {
				t.Log(w.out.String())
			}
		})
	}
}
