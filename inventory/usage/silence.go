package usage

import (
	"time"

	"qingce/internal/calendar"
	"qingce/inventory/usage/wire"
)

// SilenceID identifies a silence.
type SilenceID int64

// Silence is an outage of a probe that was noticed.
type Silence struct {
	ID        SilenceID
	ProbeID   ProbeID
	Since     time.Time // the last success
	NoticedAt time.Time
	EndedAt   *time.Time
	EndedBy   SilenceEnd
}

// TableName is the table of silences.
func (Silence) TableName() string { return "probe_silences" }

// SilenceEnd is what ended a silence; empty as long as it lasts.
type SilenceEnd string

// The ends of silences.
const (
	EndedByData SilenceEnd = "data"
	EndedByStop SilenceEnd = "stopped"
)

// Rejection counts what was sent back to a probe on a day for a reason. A body
// that could not be taken as a whole counts as one.
type Rejection struct {
	ProbeID   ProbeID
	Day       calendar.Date
	Code      wire.Code
	Items     int64
	Example   Example `gorm:"serializer:json"` // the newest
	ExampleAt time.Time
}

// TableName is the table of rejections.
func (Rejection) TableName() string { return "probe_rejections" }

// silenceNote is a silence as the operation log keeps it.
type silenceNote struct {
	Since time.Time `json:"since"`
}

func silenceFacts(s Silence) silenceNote { return silenceNote{s.Since} }
