package catalog

import (
	"context"
	"strconv"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// OverlapID identifies an overlap.
type OverlapID int64

// OverlapState is what was decided of an overlap.
type OverlapState string

// The states.
const (
	OverlapProposed  OverlapState = "proposed"
	OverlapConfirmed OverlapState = "confirmed" // is to be fetched from the hub, not collected again
	OverlapDismissed OverlapState = "dismissed" // same name, another thing
)

// OverlapStates lists the states.
func OverlapStates() []OverlapState {
	return []OverlapState{OverlapProposed, OverlapConfirmed, OverlapDismissed}
}

// Valid tells whether s is a known state.
func (s OverlapState) Valid() bool {
	return s == OverlapProposed || s == OverlapConfirmed || s == OverlapDismissed
}

// Label is the message key of the state's name.
func (s OverlapState) Label() fault.Label { return fault.Label("catalog.overlap.state." + string(s)) }

// Overlap is an item that several departments have in their entries although
// the hub holds it: a proposal by name, which people decide on (办法 art. 11).
type Overlap struct {
	ID          OverlapID
	NameKey     string
	Name        string
	HolderID    EntryID // mounted and shareable, a base item before others
	Departments int64   // that have it too, the holder's not counted
	Entries     int64   // in all
	State       OverlapState
	Reason      string
	FoundAt     time.Time
	DecidedAt   *time.Time
	DecidedName string
	Version     int64
}

// TableName is the table of overlaps.
func (Overlap) TableName() string { return "catalog_overlaps" }

// OverlapPage is a page of overlaps.
type OverlapPage struct {
	Rows    []Overlap
	Holders map[EntryID]Entry
	Total   int64
}

// mostOverlaps bounds what one search proposes: those that concern the most
// departments.
const mostOverlaps = 1000

// commonNames are names of items that say nothing about what they hold.
func commonNames() []string {
	return []string{"序号", "备注", "名称", "编号", "编码", "状态", "类型", "创建时间", "更新时间", "修改时间", "创建人", "id", "主键", "说明", "日期", "数据来源"}
}

// ProposeOverlaps looks for items that several departments have although the hub
// holds them, and proposes them. What was decided stays decided; proposals that
// do not hold any more go. It gives how many are proposed now.
func (d *Desk) ProposeOverlaps(ctx context.Context, by auth.Principal) (int, error) {
	if err := by.Require(keepers...); err != nil {
		return 0, err
	}
	var found []Overlap
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		var err error
		if found, err = searchOverlaps(tx); err != nil {
			return err
		}
		added, err := putOverlaps(tx, found)
		if err != nil || added == 0 {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{Action: "catalog.overlaps_proposed", Kind: "catalog_overlap", ID: "all", Name: strconv.Itoa(added)})
	})
	return len(found), err
}

// Overlaps lists overlaps in a state, those that concern the most departments
// first; empty is all.
func (d *Desk) Overlaps(ctx context.Context, by auth.Principal, state OverlapState, page, size int) (OverlapPage, error) {
	var out OverlapPage
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		if err := by.Require(viewers...); err != nil {
			return err
		}
		var err error
		if out.Rows, out.Total, err = listOverlaps(tx, state, max(page, 1), min(max(size, 1), MaxPageSize)); err != nil {
			return err
		}
		ids := make([]EntryID, len(out.Rows))
		for i, o := range out.Rows {
			ids[i] = o.HolderID
		}
		out.Holders, err = entriesByID(tx, ids)
		return err
	})
	return out, err
}

// OverlapEntries lists an overlap with the published entries that have the item.
func (d *Desk) OverlapEntries(ctx context.Context, by auth.Principal, id OverlapID) (Overlap, []Entry, error) {
	var o Overlap
	var entries []Entry
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		if err := by.Require(viewers...); err != nil {
			return err
		}
		var err error
		if o, err = overlapByID(tx, id); err != nil {
			return err
		}
		entries, err = withItem(tx, o.NameKey)
		return err
	})
	return o, entries, err
}

// DecideOverlap confirms that an item is to be fetched from the hub and not
// collected again, or dismisses the proposal with a reason; for the Office.
func (d *Desk) DecideOverlap(ctx context.Context, by auth.Principal, id OverlapID, version int64, confirm bool, reason string) (Overlap, error) {
	if err := by.Require(publishers...); err != nil {
		return Overlap{}, err
	}
	reason = strings.TrimSpace(reason)
	if !confirm && reason == "" {
		return Overlap{}, fault.Refuse([]fault.Field{fault.At("reason", "catalog.err.reason")})
	}
	var out Overlap
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		old, err := overlapByID(tx, id)
		if err != nil {
			return err
		}
		out = old
		now := tx.Now()
		out.State, out.Reason, out.DecidedAt, out.DecidedName, out.Version = OverlapDismissed, reason, &now, by.Name, version+1
		action := "catalog.overlap_dismissed"
		if confirm {
			out.State, action = OverlapConfirmed, "catalog.overlap_confirmed"
		}
		if err := tx.UpdateVersion(&out, int64(id), version); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: action, Kind: "catalog_overlap", ID: strconv.FormatInt(int64(id), 10), Name: out.Name, Reason: reason,
			Before: overlapFacts{old.State, old.Departments}, After: overlapFacts{out.State, out.Departments},
		})
	})
	return out, err
}

type overlapFacts struct {
	State       OverlapState `json:"state"`
	Departments int64        `json:"departments"`
}
