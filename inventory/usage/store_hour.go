package usage

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// hourKeyColumns are the key of usage_hour, hourFields what stands under it.
var (
	hourKeyColumns = []string{"system_id", "bucket", "source_id"}
	hourFields     = append([]string{
		"seq", "measured", "minutes", "last_write", "users_sketch", "machines_sketch", "sketch_key", "build",
	}, signalColumns()...)
	hourColumns = slices.Concat(hourKeyColumns, hourFields)
	hourList    = strings.Join(hourColumns, ", ")

	onHourConflict = " ON CONFLICT (system_id, bucket, source_id) DO UPDATE SET " + setAll(hourFields) + " WHERE excluded.seq > t.seq"
)

// upsertHours keeps of each key what has the greater seq. The states are sorted
// by key, none twice.
func upsertHours(tx *store.Tx, states []HourState) error {
	if tx.CanCopy() && len(states) > copyAtMost {
		return upsertByCopy(tx, states)
	}
	err := inLots(tx, len(states), upsertHoursSQL, func(from, to int) []any {
		args := make([]any, 0, (to-from)*len(hourColumns))
		for i := from; i < to; i++ {
			args = hourArgs(args, &states[i])
		}
		return args
	})
	if err != nil {
		return fmt.Errorf("write %d hours: %w", len(states), err)
	}
	return nil
}

func upsertHoursSQL(rows int) string {
	return "INSERT INTO usage_hour AS t (" + hourList + ") VALUES " + tuples(rows, len(hourColumns)) + onHourConflict
}

// hourArgs appends the values of a state in the order of hourColumns.
func hourArgs(dst []any, h *HourState) []any {
	dst = append(dst, int64(h.System), int64(h.Hour), int64(h.Source), h.Seq, int64(measuredOf(&h.Values)), int64(h.Minutes),
		secondsOf(h.LastWrite), orNil(h.Users), orNil(h.Machines), textOrNil(h.SketchKey), textOrNil(h.Build))
	return valueArgs(dst, &h.Values)
}

// hourScan takes a row of usage_hour.
type hourScan struct {
	state         HourState
	measured      int64
	last          sql.NullInt64
	key, build    sql.NullString
	values        valueScan
	places        []any
	users, robots sql.RawBytes
}

func newHourScan() *hourScan {
	s := &hourScan{}
	h := &s.state
	s.places = s.values.places([]any{
		&h.System, &h.Hour, &h.Source, &h.Seq, &s.measured, &h.Minutes, &s.last, &s.users, &s.robots, &s.key, &s.build,
	})
	return s
}

// read takes the row on which rows stands.
func (s *hourScan) read(rows *sql.Rows) (HourState, error) {
	if err := rows.Scan(s.places...); err != nil {
		return HourState{}, err
	}
	h := s.state
	h.Values, h.LastWrite, h.SketchKey, h.Build = s.values.values(), timeOf(s.last), s.key.String, s.build.String
	h.Users, h.Machines = slices.Clone([]byte(s.users)), slices.Clone([]byte(s.robots))
	return h, nil
}

// readHours hands the hours that a question finds to fn, in the order of the
// question.
func readHours(tx *store.Tx, where string, args []any, fn func(h HourState)) error {
	rows, err := tx.Gorm().Raw("SELECT "+hourList+" FROM usage_hour "+where, args...).Rows()
	if err != nil {
		return fmt.Errorf("read hours: %w", err)
	}
	defer rows.Close()
	scan := newHourScan()
	for rows.Next() {
		h, err := scan.read(rows)
		if err != nil {
			return fmt.Errorf("read an hour: %w", err)
		}
		fn(h)
	}
	return rows.Err()
}

// hoursOf are the hours of a system from one hour up to another, which is not
// included.
func hoursOf(tx *store.Tx, system inventory.SystemID, from, to wire.Hour) ([]HourState, error) {
	var out []HourState
	err := readHours(tx, "WHERE system_id = ? AND bucket >= ? AND bucket < ? ORDER BY bucket, source_id",
		[]any{system, from, to}, func(h HourState) { out = append(out, h) })
	return out, err
}
