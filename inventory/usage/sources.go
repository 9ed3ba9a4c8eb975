package usage

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// SourceDay is what one source said of a day of a system: a source of a probe,
// or a file.
type SourceDay struct {
	Probe   string // code; empty for a file
	Name    string // of the source, or of the file
	Hours   int
	Minutes int
	Build   string // the newest that it told
	Upload  UploadID
}

// SourcesOf tells which sources the day of a system rests on. Sources of probes
// are known as long as hours are kept.
func (l *Ledger) SourcesOf(ctx context.Context, by auth.Principal, system inventory.SystemID, date calendar.Date) ([]SourceDay, error) {
	var out []SourceDay
	err := l.db.Read(ctx, func(tx *store.Tx) error {
		if err := l.maySee(tx, by, system); err != nil {
			return err
		}
		day := dayNumber(date)
		var err error
		if out, err = sourcesOfDay(tx, system, int(firstHour(day)), int(firstHour(day+1))-1); err != nil {
			return err
		}
		files, err := filesOfDay(tx, system, day)
		out = append(out, files...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find the sources of %s: %w", date, err)
	}
	return out, nil
}
