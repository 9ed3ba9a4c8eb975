package catalog

import (
	"context"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// MountKinds lists what can stand behind an entry: a table or a view, an
// interface, a file or a folder.
func MountKinds() []string { return []string{"table", "api", "file"} }

// MountForm says where the data of an entry are and how new they are.
type MountForm struct {
	Kind      string // one of MountKinds
	Address   string // name of the table, address of the interface, path of the file
	Rows      *int64
	UpdatedOn calendar.Date // of the newest data
}

const mostAddress = 300

// Mount binds real data to a published entry (挂接), or says that they were
// brought up to date. An entry without a mount is an empty shell.
func (d *Desk) Mount(ctx context.Context, by auth.Principal, id EntryID, version int64, in MountForm) (Entry, error) {
	return d.mounting(ctx, by, id, version, "mounted", "", func(tx *store.Tx, e *Entry) error {
		if err := fault.Refuse(in.wrong(today(tx))); err != nil {
			return err
		}
		if e.MountKind == "" {
			e.MountedOn = today(tx)
		}
		e.MountKind, e.MountAddress, e.MountRows, e.LastUpdateOn = in.Kind, strings.TrimSpace(in.Address), in.Rows, in.UpdatedOn
		e.StaleOn = e.UpdateCycle.StaleOn(e.LastUpdateOn)
		return nil
	})
}

// Refresh says that the mounted data were brought up to date, and how many
// records there are now.
func (d *Desk) Refresh(ctx context.Context, by auth.Principal, id EntryID, version int64, on calendar.Date, rows *int64) (Entry, error) {
	return d.mounting(ctx, by, id, version, "refreshed", "", func(tx *store.Tx, e *Entry) error {
		if !e.Mounted() {
			return fault.New(fault.Conflict, "catalog.err.not_mounted")
		}
		if err := fault.Refuse(wrongDay("updated_on", on, today(tx))); err != nil {
			return err
		}
		e.LastUpdateOn, e.StaleOn = on, e.UpdateCycle.StaleOn(on)
		if rows != nil {
			e.MountRows = rows
		}
		return nil
	})
}

// Unmount says that no data stand behind the entry any more, and why.
func (d *Desk) Unmount(ctx context.Context, by auth.Principal, id EntryID, version int64, reason string) (Entry, error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return Entry{}, fault.Refuse([]fault.Field{fault.At("reason", "catalog.err.reason")})
	}
	return d.mounting(ctx, by, id, version, "unmounted", reason, func(_ *store.Tx, e *Entry) error {
		if !e.Mounted() {
			return fault.New(fault.Conflict, "catalog.err.not_mounted")
		}
		e.MountKind, e.MountAddress, e.MountRows = "", "", nil
		e.MountedOn, e.LastUpdateOn, e.StaleOn = calendar.Date{}, calendar.Date{}, calendar.Date{}
		return nil
	})
}

// wrong lists what keeps data from being mounted (V08).
func (in MountForm) wrong(day calendar.Date) []fault.Field {
	var out []fault.Field
	if !slices.Contains(MountKinds(), in.Kind) {
		out = append(out, fault.At("kind", "err.required", "field", fault.Label("catalog.mount.kind")))
	}
	switch n := len([]rune(strings.TrimSpace(in.Address))); {
	case n == 0:
		out = append(out, fault.At("address", "catalog.err.mount_address"))
	case n > mostAddress:
		out = append(out, fault.At("address", "err.too_long", "field", fault.Label("catalog.mount.address"), "max", mostAddress))
	}
	return append(out, wrongDay("updated_on", in.UpdatedOn, day)...)
}

// wrongDay refuses a day of the newest data that is missing or has not been.
func wrongDay(name string, on, day calendar.Date) []fault.Field {
	switch {
	case on.IsZero():
		return []fault.Field{fault.At(name, "catalog.err.v08")}
	case on.After(day):
		return []fault.Field{fault.At(name, "catalog.err.update_future")}
	}
	return nil
}

// mountFacts are what the operation log keeps of a mount.
type mountFacts struct {
	Kind      string        `json:"mount_kind"`
	Address   string        `json:"mount_address"`
	Rows      *int64        `json:"mount_rows"`
	UpdatedOn calendar.Date `json:"last_update_on"`
}

func (e *Entry) mountFacts() mountFacts {
	return mountFacts{e.MountKind, e.MountAddress, e.MountRows, e.LastUpdateOn}
}

// mounting changes what stands behind a published entry of the principal's own.
// It is no new version: the entry says the same.
func (d *Desk) mounting(ctx context.Context, by auth.Principal, id EntryID, version int64, action, text string, do func(*store.Tx, *Entry) error) (Entry, error) {
	if err := by.Require(writers...); err != nil {
		return Entry{}, err
	}
	var out Entry
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		old, err := d.EntryIn(tx, id)
		if err != nil {
			return err
		}
		if err := d.mayWrite(tx, by, old.OwnerID); err != nil {
			return err
		}
		if old.Life != LifePublished {
			return fault.New(fault.Conflict, "catalog.err.not_published")
		}
		out = old
		if err := do(tx, &out); err != nil {
			return err
		}
		out.touch(tx, by)
		out.Version = version + 1
		if err := tx.UpdateVersion(&out, int64(id), version); err != nil {
			return err
		}
		return d.mounted(tx, by, old, &out, action, text)
	})
	return out, err
}

func (d *Desk) mounted(tx *store.Tx, by auth.Principal, old Entry, e *Entry, action, text string) error {
	if err := keepMount(tx, e); err != nil {
		return err
	}
	if old.Mounted() != e.Mounted() {
		items, err := itemsOf(tx, e.ID)
		if err != nil {
			return err
		}
		if err := indexEntry(tx, e, items); err != nil {
			return err
		}
	}
	if err := addStep(tx, by, e.ID, action, text); err != nil {
		return err
	}
	return oplog.Record(tx, by, oplog.Entry{
		Action: actPrefix + action, Kind: "catalog_entry", ID: e.Code, Name: e.Name, Department: e.OwnerID, Reason: text,
		Before: old.mountFacts(), After: e.mountFacts(),
	})
}
