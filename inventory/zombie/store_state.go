package zombie

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"

	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/zombie/detect"
)

// kept is what is remembered of a system.
type kept struct {
	state []byte
	late  bool // facts came late: the state is of before them, or there is none
}

// statesOf reads what is remembered of systems at the end of a day. Where facts
// came late, it is what was remembered before the first of them, if that is
// still known.
func statesOf(tx *store.Tx, systems []inventory.SystemID, day detect.Day) (map[inventory.SystemID]kept, error) {
	out := make(map[inventory.SystemID]kept, len(systems))
	late, err := lateOf(tx, systems)
	if err != nil {
		return nil, err
	}
	for id := range late {
		out[id] = kept{late: true}
	}
	newest := map[inventory.SystemID]detect.Day{}
	take := func(id inventory.SystemID, of detect.Day, state []byte) {
		first, isLate := late[id]
		if isLate && of >= first || of <= newest[id] {
			return
		}
		newest[id] = of
		out[id] = kept{bytes.Clone(state), isLate}
	}
	if err := eachState(tx, "part = ? AND day = ? AND system_id ?", []any{partOf(day), day, store.Among(tx, systems)}, take); err != nil || len(late) == 0 {
		return out, err
	}
	return out, eachState(tx, "day < ? AND system_id ?", []any{day, store.Among(tx, slices.Collect(maps.Keys(late)))}, take)
}

func eachState(tx *store.Tx, where string, args []any, fn func(inventory.SystemID, detect.Day, []byte)) error {
	rows, err := tx.Gorm().Raw("SELECT system_id, day, state FROM zombie_states WHERE "+where, args...).Rows()
	if err != nil {
		return fmt.Errorf("read states: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id inventory.SystemID
		var day detect.Day
		var state []byte
		if err := rows.Scan(&id, &day, &state); err != nil {
			return fmt.Errorf("read a state: %w", err)
		}
		fn(id, day, state)
	}
	return rows.Err()
}

func lateOf(tx *store.Tx, systems []inventory.SystemID) (map[inventory.SystemID]detect.Day, error) {
	var rows []struct {
		SystemID inventory.SystemID
		Day      detect.Day
	}
	err := tx.Gorm().Raw("SELECT system_id, day FROM zombie_late WHERE system_id ?", store.Among(tx, systems)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read late systems: %w", err)
	}
	out := map[inventory.SystemID]detect.Day{}
	for _, r := range rows {
		out[r.SystemID] = r.Day
	}
	return out, nil
}

// writeLot is how many rows one statement writes where there is no COPY.
const writeLot = 400

// writeStates keeps the states of a day, in place of those that may be there.
func writeStates(tx *store.Tx, day detect.Day, list []evaluated, replace bool) error {
	if replace {
		ids := make([]inventory.SystemID, len(list))
		for i := range list {
			ids[i] = list[i].system
		}
		if err := tx.Gorm().Exec("DELETE FROM zombie_states WHERE part = ? AND day = ? AND system_id ?", partOf(day), day, store.Among(tx, ids)).Error; err != nil {
			return fmt.Errorf("remove states: %w", err)
		}
	}
	if tx.CanCopy() {
		return tx.CopyIn("COPY zombie_states (part, day, system_id, state) FROM STDIN WITH (FORMAT binary)", bytes.NewReader(encodeStates(day, list)))
	}
	for len(list) > 0 {
		n := min(writeLot, len(list))
		var args []any
		for _, e := range list[:n] {
			if e.state != nil {
				args = append(args, partOf(day), day, int64(e.system), e.state)
			}
		}
		list = list[n:]
		if len(args) == 0 {
			continue
		}
		sql := "INSERT INTO zombie_states (part, day, system_id, state) VALUES " + places(len(args)/4, 4)
		if err := tx.Gorm().Exec(sql, args...).Error; err != nil {
			return fmt.Errorf("write states: %w", err)
		}
	}
	return nil
}

// places are the arguments of rows: (?, ?), (?, ?).
func places(rows, columns int) string {
	one := "(?" + strings.Repeat(", ?", columns-1) + ")"
	return one + strings.Repeat(", "+one, rows-1)
}

// encodeStates writes states in the binary format of COPY.
func encodeStates(day detect.Day, list []evaluated) []byte {
	size := 64
	for i := range list {
		size += 36 + len(list[i].state)
	}
	out := append(make([]byte, 0, size), "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
	be := binary.BigEndian
	for i := range list {
		e := &list[i]
		if e.state == nil {
			continue
		}
		out = be.AppendUint16(out, 4)
		out = be.AppendUint16(be.AppendUint32(out, 2), uint16(partOf(day)))
		out = be.AppendUint32(be.AppendUint32(out, 4), uint32(day))
		out = be.AppendUint64(be.AppendUint32(out, 8), uint64(e.system))
		out = append(be.AppendUint32(out, uint32(len(e.state))), e.state...)
	}
	return be.AppendUint16(out, 0xffff)
}

// parts is in how many parts states are kept, by the day.
const parts = 4

func partOf(day detect.Day) int16 { return int16(day % parts) }

// keepStates removes the states of all days but some. A part without any of these
// days is emptied at once, where there are parts.
func keepStates(tx *store.Tx, days []detect.Day) error {
	kept := map[int16]bool{}
	for _, day := range days {
		kept[partOf(day)] = true
	}
	for part := range int16(parts) {
		if tx.Engine() == store.Postgres && !kept[part] {
			if err := tx.Gorm().Exec(fmt.Sprintf("TRUNCATE zombie_states_%d", part)).Error; err != nil {
				return fmt.Errorf("empty a part of the states: %w", err)
			}
			continue
		}
		if err := keepIn(tx, part, days); err != nil {
			return err
		}
	}
	return nil
}

// keepIn removes from a part what lies before, between and after some days: rows
// that stay are not looked at.
func keepIn(tx *store.Tx, part int16, days []detect.Day) error {
	from := detect.Day(0)
	for _, to := range append(slices.Sorted(slices.Values(days)), holds) {
		err := tx.Gorm().Exec("DELETE FROM zombie_states WHERE part = ? AND day > ? AND day < ?", part, from, to).Error
		if err != nil {
			return fmt.Errorf("remove old states: %w", err)
		}
		from = to
	}
	return nil
}

// markLate notes that facts of systems came late, from days on.
func markLate(tx *store.Tx, days map[inventory.SystemID]detect.Day) error {
	for id, day := range days {
		err := tx.Gorm().Exec(`INSERT INTO zombie_late (system_id, day) VALUES (?, ?) ON CONFLICT (system_id) DO UPDATE
			SET day = CASE WHEN excluded.day < zombie_late.day THEN excluded.day ELSE zombie_late.day END`, id, day).Error
		if err != nil {
			return fmt.Errorf("note that facts of system %d came late: %w", id, err)
		}
	}
	return nil
}

// settleLate forgets that facts of systems came late.
func settleLate(tx *store.Tx, systems []inventory.SystemID) error {
	if len(systems) == 0 {
		return nil
	}
	if err := tx.Gorm().Exec("DELETE FROM zombie_late WHERE system_id ?", store.Among(tx, systems)).Error; err != nil {
		return fmt.Errorf("settle late systems: %w", err)
	}
	return nil
}
