package hub

import (
	"context"
	"fmt"
	"slices"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
)

// settleLot is how many connections one transaction works out.
const settleLot = 500

// overlap is for how long before the last time changes of the register are
// looked for again: a transaction that took long shows an older time.
const overlap = 10 * time.Minute

// Settle works out the connections of all systems that changed since it was done
// last, and those that time alone has changed: exemptions that are over, and
// silence. Every verb that reads does so first, and a job every hour; done twice
// it changes nothing.
func (h *Hub) Settle(ctx context.Context) error {
	var ids []inventory.SystemID
	var now progress
	err := h.db.Read(ctx, func(tx *store.Tx) error {
		known, err := progressOf(tx)
		if err != nil {
			return err
		}
		if now, err = progressNow(tx); err != nil {
			return err
		}
		if known.Revision == now.Revision && known.Day == now.Day {
			ids = nil
			return nil
		}
		p, err := currentPolicy(tx)
		if err != nil {
			return err
		}
		ids, err = unsettled(tx, known, now.Day, &p)
		now.stale = true
		return err
	})
	if err != nil {
		return fmt.Errorf("find the connections to be worked out: %w", err)
	}
	if !now.stale {
		return nil
	}
	return h.settleAll(ctx, ids, now)
}

// SettleAll works out the connections of every system anew, and gives the number
// of them: the job of the night.
func (h *Hub) SettleAll(ctx context.Context) (int, error) {
	var ids []inventory.SystemID
	var now progress
	err := h.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		if now, err = progressNow(tx); err != nil {
			return err
		}
		ids, err = allSystems(tx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("find all systems: %w", err)
	}
	return len(ids), h.settleAll(ctx, ids, now)
}

func (h *Hub) settleAll(ctx context.Context, ids []inventory.SystemID, now progress) error {
	for lot := range slices.Chunk(ids, settleLot) {
		err := undisturbed(func() error {
			return h.db.Write(ctx, func(tx *store.Tx) error { return h.settleIn(tx, lot) })
		})
		if err != nil {
			return fmt.Errorf("work out %d connections: %w", len(lot), err)
		}
	}
	return undisturbed(func() error {
		return h.db.Write(ctx, func(tx *store.Tx) error {
			if err := resolveParties(tx); err != nil {
				return err
			}
			if err := h.settleDues(tx, nil); err != nil {
				return err
			}
			return setProgress(tx, now)
		})
	})
}

// undisturbed does again what others came in between of: what is worked out
// anew has no version that somebody saw.
func undisturbed(do func() error) (err error) {
	for range 8 {
		if err = do(); fault.KindOf(err) != fault.Conflict {
			return err
		}
	}
	return err
}

// settleOne works out one connection, after something beside it changed.
func (h *Hub) settleOne(ctx context.Context, id inventory.SystemID) error {
	err := undisturbed(func() error {
		return h.db.Write(ctx, func(tx *store.Tx) error { return h.settleIn(tx, []inventory.SystemID{id}) })
	})
	if err != nil {
		return fmt.Errorf("work out the connection of system %d: %w", id, err)
	}
	return nil
}

// settleIn works out the connections of systems.
func (h *Hub) settleIn(tx *store.Tx, ids []inventory.SystemID) error {
	w, err := h.worksheet(tx, ids)
	if err != nil {
		return err
	}
	fresh, moved := []Connection{}, []auth.DepartmentID{}
	var listed []Event
	for i := range w.systems {
		s := &w.systems[i]
		old, known := w.known[s.ID]
		next, events, err := w.judged(h, old, s)
		switch {
		case err != nil:
			return err
		case !known:
			next.Version, next.UpdatedAt = 1, tx.Now()
			fresh, listed, moved = append(fresh, next), append(listed, events...), append(moved, next.OwnerID)
		case next != old:
			if err := keep(tx, auth.System("hub"), old, next, s, events); err != nil {
				return err
			}
			moved = append(moved, old.OwnerID, next.OwnerID)
		}
	}
	if err := insertConnections(tx, fresh); err != nil {
		return err
	}
	if err := insertEvents(tx, listed); err != nil {
		return err
	}
	if len(moved) > 0 {
		if err := h.settleDues(tx, moved); err != nil {
			return err
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return oplog.Record(tx, auth.System("hub"), oplog.Entry{
		Action: "hub.listed", Kind: "hub_connections", ID: fmt.Sprint(len(fresh)),
		After: struct {
			Systems int `json:"systems"`
		}{len(fresh)},
	})
}

// keep writes a connection that changed, with its events and the log.
func keep(tx *store.Tx, by auth.Principal, old, next Connection, s *inventory.System, events []Event) error {
	next.Version, next.UpdatedAt = old.Version+1, tx.Now()
	if err := tx.UpdateVersion(&next, int64(next.ID), old.Version); err != nil {
		return fmt.Errorf("keep the connection of %s: %w", s.Code, err)
	}
	if err := insertEvents(tx, events); err != nil {
		return err
	}
	for _, e := range events {
		entry := oplog.Entry{
			Action: "hub." + e.Act, Kind: evidenceKind, ID: s.Code, Name: s.Name, Department: next.OwnerID, Before: old.facts(), After: next.facts(), Reason: e.Reason,
		}
		if err := oplog.Record(tx, by, entry); err != nil {
			return err
		}
	}
	return nil
}

// facts is a connection as the operation log keeps it.
func (c *Connection) facts() connectionFacts {
	return connectionFacts{
		c.Stage.Code(), c.Basis, c.Must, c.Counted, string(c.Pending), string(c.Method), c.IpRecord, c.VerifiedOn, c.DownSince, c.ProvinceOn, c.ExemptUntil,
	}
}

type connectionFacts struct {
	Stage       string        `json:"stage"`
	Basis       Basis         `json:"basis"`
	Must        bool          `json:"must_connect"`
	Counted     bool          `json:"connected"`
	Pending     string        `json:"pending"`
	Method      string        `json:"method"`
	IPRecord    string        `json:"ip_record"`
	VerifiedOn  calendar.Date `json:"verified_on"`
	DownSince   calendar.Date `json:"down_since"`
	ProvinceOn  calendar.Date `json:"province_on"`
	ExemptUntil calendar.Date `json:"exempt_until"`
}

// worksheet is what is read to work out some connections.
type worksheet struct {
	tx      *store.Tx
	today   calendar.Date
	policy  Policy
	first   calendar.Date // of the signals that were read
	systems []inventory.System
	known   map[inventory.SystemID]Connection
	granted map[inventory.SystemID]Exemption
	signals map[inventory.SystemID][]calendar.Date
}

func (h *Hub) worksheet(tx *store.Tx, ids []inventory.SystemID) (*worksheet, error) {
	w := &worksheet{tx: tx, today: calendar.DateOf(tx.Now())}
	var err error
	if w.policy, err = currentPolicy(tx); err != nil {
		return nil, err
	}
	w.first = w.today.AddDays(-w.policy.lookBack())
	if w.systems, err = systemsAmong(tx, ids); err != nil {
		return nil, err
	}
	if w.known, err = connectionsAmong(tx, ids); err != nil {
		return nil, err
	}
	if w.granted, err = grantedAmong(tx, ids); err != nil {
		return nil, err
	}
	w.signals, err = signalDays(tx, ids, w.first, w.today)
	return w, err
}
