package usagetest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/axiomhq/hyperloglog"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// World is a city with probes and a ledger.
type World struct {
	*inventorytest.City
	Probes *usage.Probes
	Ledger *usage.Ledger

	t testing.TB
}

// Over makes a world over a city.
func Over(t testing.TB, city *inventorytest.City) *World {
	t.Helper()
	return &World{
		City: city, t: t,
		Probes: usage.NewProbes(city.DB, city.Registry), Ledger: usage.NewLedger(city.DB, city.Registry),
	}
}

// Each runs a test with a world on SQLite and on PostgreSQL.
func Each(t *testing.T, test func(t *testing.T, w *World)) {
	t.Helper()
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) { test(t, Over(t, city)) })
}

// Probe registers a probe that sees a share of the systems.
func (w *World) Probe(name string, owner string, share usage.Share, systems ...inventory.System) usage.Probe {
	w.t.Helper()
	in := usage.ProbeForm{Name: name, Kind: usage.GatewayProbe, Owner: w.Department(owner).ID}
	for _, s := range systems {
		in.Systems = append(in.Systems, usage.SystemChoice{Code: s.Code, Share: share})
	}
	p, err := w.Probes.Register(w.t.Context(), w.Someone(auth.Centre), in)
	if err != nil {
		w.t.Fatalf("register probe %s: %v", name, err)
	}
	return p
}

// Source is a source of a probe.
func (w *World) Source(p usage.Probe, name string, epoch int64) usage.SourceID {
	w.t.Helper()
	id, err := w.Ledger.Source(w.t.Context(), p.ID, name, epoch)
	if err != nil {
		w.t.Fatalf("source %s of %s: %v", name, p.Code, err)
	}
	return id
}

// Put keeps states in one transaction.
func (w *World) Put(states ...usage.HourState) {
	w.t.Helper()
	if err := w.DB.Write(w.t.Context(), func(tx *store.Tx) error { return w.Ledger.PutIn(tx, states) }); err != nil {
		w.t.Fatalf("put %d states: %v", len(states), err)
	}
}

// RollUp rolls up.
func (w *World) RollUp() usage.Rolled {
	w.t.Helper()
	done, err := w.Ledger.RollUp(w.t.Context())
	if err != nil {
		w.t.Fatalf("roll up: %v", err)
	}
	return done
}

// Values are values of signals, in pairs of signal and number.
func Values(pairs ...any) (v wire.Values) {
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i].(wire.Signal), int64(pairs[i+1].(int)))
	}
	return v
}

// Sketch is a sketch of clients from one number up to another, which is not
// included.
func Sketch(from, to int) []byte {
	s, err := hyperloglog.NewSketch(usage.SketchPrecision, true)
	if err != nil {
		panic(err) // the precision is right
	}
	for i := from; i < to; i++ {
		s.Insert(fmt.Appendf(nil, "client %d", i))
	}
	s.Estimate() // packs it
	raw, err := s.MarshalBinary()
	if err != nil {
		panic(err)
	}
	return raw
}

// Written writes out the rows of a table with all their columns, in the order
// of the given ones.
func (w *World) Written(table, order string) string {
	w.t.Helper()
	var b strings.Builder
	err := w.DB.Read(w.t.Context(), func(tx *store.Tx) error {
		rows, err := tx.Gorm().Raw("SELECT * FROM " + table + " ORDER BY " + order).Rows()
		if err != nil {
			return err
		}
		defer rows.Close()
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		values, places := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			places[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(places...); err != nil {
				return err
			}
			for i, v := range values {
				if v != nil {
					fmt.Fprintf(&b, "%s=%v ", names[i], v)
				}
			}
			b.WriteByte('\n')
		}
		return rows.Err()
	})
	if err != nil {
		w.t.Fatalf("write out %s: %v", table, err)
	}
	return b.String()
}

// Facts writes out everything that is known of use: hours, days and months.
func (w *World) Facts() string {
	return w.Written("usage_hour", "system_id, bucket, source_id") + w.Written("usage_day", "system_id, day") +
		w.Written("usage_day_ext", "system_id, day") + w.Written("usage_month", "system_id, month")
}
