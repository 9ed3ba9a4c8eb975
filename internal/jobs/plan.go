package jobs

import (
	"fmt"
	"time"

	"github.com/robfig/cron/v3"

	"qingce/internal/calendar"
)

// Plan says when a job is due: five cron fields, read in Asia/Shanghai.
type Plan string

// schedule reads the plan.
func (p Plan) schedule() (cron.Schedule, error) {
	s, err := cron.ParseStandard("CRON_TZ=" + calendar.Zone.String() + " " + string(p))
	if err != nil {
		return nil, fmt.Errorf("plan %q: %w", string(p), err)
	}
	return s, nil
}

// horizons are how far back a slot is looked for, the near ones first: most
// plans are short.
var horizons = [...]time.Duration{time.Hour, 26 * time.Hour, 32 * 24 * time.Hour, 367 * 24 * time.Hour}

// latest is the newest slot that is not after now, in UTC; zero when the last
// year has none.
func latest(s cron.Schedule, now time.Time) time.Time {
	for _, h := range horizons {
		var found time.Time
		for t := s.Next(now.Add(-h)); !t.IsZero() && !t.After(now); t = s.Next(t) {
			found = t
		}
		if !found.IsZero() {
			return found.UTC()
		}
	}
	return time.Time{}
}
