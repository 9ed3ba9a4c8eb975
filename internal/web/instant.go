package web

import (
	"time"

	"qingce/internal/calendar"
)

// Instant is an instant as documents of the API write it: with the zone of
// Xiangyang, so that all of them can be compared by eye.
func Instant(t time.Time) time.Time { return t.In(calendar.Zone) }

// OptionalInstant is Instant of what may not have happened: nil stays nil.
func OptionalInstant(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	return new(Instant(*t))
}
