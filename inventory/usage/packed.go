package usage

import (
	"encoding/binary"
	"errors"

	"qingce/inventory/usage/wire"
)

// packHours writes the hours of a day in few bytes: for each its number in the
// day, the minutes, the set of its signals and their values, all as varints.
func packHours(hours []hourFacts) []byte {
	if len(hours) == 0 {
		return nil
	}
	out := make([]byte, 0, 12*len(hours))
	for i := range hours {
		h := &hours[i]
		most := uint8(0)
		for _, m := range h.minutes {
			most = max(most, m)
		}
		out = append(out, byte(int(h.hour-firstHour(dayOf(h.hour)))), most)
		out = binary.AppendUvarint(out, uint64(h.measured))
		for _, s := range h.measured.List() {
			n, _ := h.values.Get(s)
			out = binary.AppendUvarint(out, uint64(n))
		}
	}
	return out
}

var errPacked = errors.New("the packed hours of a day are broken")

// unpackHours reads what packHours wrote for a day.
func unpackHours(day int, raw []byte) ([]Hour, error) {
	var out []Hour
	for len(raw) > 0 {
		if len(raw) < 3 || raw[0] > 23 {
			return nil, errPacked
		}
		h := Hour{Hour: firstHour(day) + wire.Hour(raw[0]), Minutes: int(raw[1])}
		set, n := binary.Uvarint(raw[2:])
		if n <= 0 || set>>signalCount != 0 {
			return nil, errPacked
		}
		raw, h.Measured = raw[2+n:], SignalSet(set)
		for _, s := range h.Measured.List() {
			v, n := binary.Uvarint(raw)
			if n <= 0 {
				return nil, errPacked
			}
			h.Values.Set(s, int64(v))
			raw = raw[n:]
		}
		out = append(out, h)
	}
	return out, nil
}
