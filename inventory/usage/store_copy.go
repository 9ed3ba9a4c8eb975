package usage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"

	"qingce/internal/store"
	"qingce/inventory/usage/wire"
)

// Many rows of hours go to PostgreSQL by COPY, which costs half of sending them
// as arguments. Those that are probably new go straight into their partitions.
const (
	makeStage  = "CREATE TEMPORARY TABLE IF NOT EXISTS usage_hour_stage (LIKE usage_hour) ON COMMIT DELETE ROWS"
	copyAtMost = 20  // rows that are sent as arguments all the same
	copyNew    = 100 // rows for which a savepoint is worth while
)

// upsertByCopy is upsertHours for many rows on PostgreSQL.
func upsertByCopy(tx *store.Tx, states []HourState) error {
	rest, err := copyFirsts(tx, states)
	if err != nil || len(rest) == 0 {
		return err
	}
	if err := tx.Gorm().Exec(makeStage).Error; err != nil {
		return fmt.Errorf("make the stage of hours: %w", err)
	}
	if err := copyHours(tx, "usage_hour_stage", rest); err != nil {
		return fmt.Errorf("stage %d hours: %w", len(rest), err)
	}
	err = tx.Gorm().Exec("INSERT INTO usage_hour AS t (" + hourList + ") SELECT " + hourList + " FROM usage_hour_stage" + onHourConflict).Error
	if err != nil {
		return fmt.Errorf("write %d hours: %w", len(rest), err)
	}
	return nil
}

// copyFirsts copies the first states of their keys straight into the table and
// returns the others. A first state comes again only when its answer was lost:
// then nothing of the copy stays, and all states are the others.
func copyFirsts(tx *store.Tx, states []HourState) (rest []HourState, err error) {
	var firsts []HourState
	for i := range states {
		if states[i].Seq == 1 {
			firsts = append(firsts, states[i])
		}
	}
	if len(firsts) < copyNew {
		return states, nil
	}
	if err := tx.Gorm().Exec("SAVEPOINT firsts").Error; err != nil {
		return nil, fmt.Errorf("set a savepoint: %w", err)
	}
	err = copyHours(tx, "usage_hour", firsts)
	var refused *pgconn.PgError
	switch {
	case errors.As(err, &refused) && refused.Code == uniqueViolation:
		if err := tx.Gorm().Exec("ROLLBACK TO SAVEPOINT firsts").Error; err != nil {
			return nil, fmt.Errorf("go back to the savepoint: %w", err)
		}
		return states, nil
	case err != nil:
		return nil, fmt.Errorf("copy %d hours: %w", len(firsts), err)
	}
	return slices.DeleteFunc(slices.Clone(states), func(h HourState) bool { return h.Seq == 1 }), nil
}

const uniqueViolation = "23505"

func copyHours(tx *store.Tx, table string, states []HourState) error {
	return tx.CopyIn("COPY "+table+" ("+hourList+") FROM STDIN WITH (FORMAT binary)", bytes.NewReader(encodeHours(states)))
}

// copied is rows in the binary format of COPY.
type copied []byte

func (c copied) size(n int) copied { return binary.BigEndian.AppendUint32(c, uint32(int32(n))) }

func (c copied) null() copied { return c.size(-1) }

func (c copied) int8(n int64) copied { return binary.BigEndian.AppendUint64(c.size(8), uint64(n)) }

func (c copied) int4(n int64) copied {
	return binary.BigEndian.AppendUint32(c.size(4), uint32(int32(n)))
}

func (c copied) int2(n int64) copied {
	return binary.BigEndian.AppendUint16(c.size(2), uint16(int16(n)))
}

func (c copied) bytes(b []byte) copied {
	if len(b) == 0 {
		return c.null()
	}
	return append(c.size(len(b)), b...)
}

func (c copied) text(s string) copied {
	if s == "" {
		return c.null()
	}
	return append(c.size(len(s)), s...)
}

func (c copied) signal(s wire.Signal, v *wire.Values) copied {
	n, ok := v.Get(s)
	switch {
	case !ok:
		return c.null()
	case widthOf(s) == 8:
		return c.int8(n)
	case widthOf(s) == 4:
		return c.int4(kept(s, n))
	}
	return c.int2(kept(s, n))
}

// encodeHours writes states in the binary format of COPY, in the order of
// hourColumns.
func encodeHours(states []HourState) []byte {
	out := make(copied, 0, 64+260*len(states))
	out = append(out, "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
	for i := range states {
		out = out.hour(&states[i])
	}
	return binary.BigEndian.AppendUint16(out, 0xffff)
}

func (c copied) hour(h *HourState) copied {
	c = binary.BigEndian.AppendUint16(c, uint16(len(hourColumns)))
	c = c.int8(int64(h.System)).int4(int64(h.Hour)).int4(int64(h.Source)).int8(h.Seq)
	c = c.int4(int64(measuredOf(&h.Values))).int2(int64(h.Minutes))
	if h.LastWrite.IsZero() {
		c = c.null()
	} else {
		c = c.int8(h.LastWrite.Unix())
	}
	c = c.bytes(h.Users).bytes(h.Machines).text(h.SketchKey).text(h.Build)
	for s := wire.Requests; int(s) < signalCount; s++ {
		c = c.signal(s, &h.Values)
	}
	return c
}
