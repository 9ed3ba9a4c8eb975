package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/jonboulle/clockwork"

	"qingce/internal/calendar"
)

// demoOpens is the moment to which the sample city is told, in Asia/Shanghai.
const demoOpens = "2018-01-10 09:00"

// demoClock shows the time of the sample city: another day than today, and from
// there on as fast as any clock. What is waited for by it takes as long as it
// does in reality.
type demoClock struct {
	clockwork.Clock
	ahead atomic.Int64 // of the real time; less than nothing
}

// Now is the time that the city has come to.
func (c *demoClock) Now() time.Time {
	return c.Clock.Now().Round(0).Add(time.Duration(c.ahead.Load()))
}

// Since is how long ago a moment of the city was.
func (c *demoClock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }

// Until is how far away a moment of the city is.
func (c *demoClock) Until(t time.Time) time.Duration { return t.Sub(c.Now()) }

// set moves the clock to a moment.
func (c *demoClock) set(at time.Time) { c.ahead.Store(int64(at.Sub(c.Clock.Now().Round(0)))) }

// demoMoment reads a moment as the timeline writes it.
func demoMoment(at string) (time.Time, error) {
	t, err := time.ParseInLocation("2006-01-02 15:04", at, calendar.Zone)
	if err != nil {
		return t, fmt.Errorf("moment %q of the sample city: %w", at, err)
	}
	return t, nil
}

// demoClockFile keeps which moment of the city was which real moment, so that a
// second start goes on: days that passed have passed. It is written when the
// city is complete.
const demoClockFile = "clock.json"

// demoPace is what the file says.
type demoPace struct {
	Shown time.Time `json:"shown"`
	Real  time.Time `json:"real"`
}

func (c *demoClock) keep(dir string) error {
	raw, err := json.Marshal(demoPace{Shown: c.Now(), Real: c.Clock.Now()})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, demoClockFile), raw, 0o600)
	}
	if err != nil {
		return fmt.Errorf("keep the day of the demonstration: %w", err)
	}
	return nil
}

// recall sets the clock as the file says; false when there is none that can be
// read.
func (c *demoClock) recall(dir string) bool {
	raw, err := os.ReadFile(filepath.Join(dir, demoClockFile))
	var p demoPace
	if err != nil || json.Unmarshal(raw, &p) != nil || p.Shown.IsZero() || p.Real.IsZero() {
		return false
	}
	c.ahead.Store(int64(p.Shown.Sub(p.Real)))
	return true
}
