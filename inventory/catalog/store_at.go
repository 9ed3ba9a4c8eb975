package catalog

import (
	"fmt"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/store"
)

// MountState is how the data behind an entry stood since a moment. Mounts change
// in place; these rows keep how fresh the data were on a day in the past.
type MountState struct {
	EntryID      EntryID
	At           time.Time
	MountKind    string
	LastUpdateOn calendar.Date
	StaleOn      calendar.Date
}

// TableName is the table of the states.
func (MountState) TableName() string { return "catalog_mounts" }

// keepMount notes how the data behind an entry stand now.
func keepMount(tx *store.Tx, e *Entry) error {
	now := MountState{EntryID: e.ID, At: tx.Now(), MountKind: e.MountKind, LastUpdateOn: e.LastUpdateOn, StaleOn: e.StaleOn}
	if err := tx.Gorm().Where("entry_id = ? AND at = ?", now.EntryID, now.At).Delete(&MountState{}).Error; err != nil {
		return fmt.Errorf("keep the mount of %s: %w", e.Code, err)
	}
	if err := tx.Gorm().Create(&now).Error; err != nil {
		return fmt.Errorf("keep the mount of %s: %w", e.Code, err)
	}
	return nil
}

// EntryAt is an entry as it was published at the end of a day.
type EntryAt struct {
	ID         EntryID
	Code, Name string
	ProviderID DepartmentID
	ShareType  ShareType
	Mounted    bool
	Fresh      bool // mounted and not too old
	MountedOn  calendar.Date
	StaleOn    calendar.Date
}

// EntriesAt reads all entries that were published at the end of a day, in the
// order of their codes, with how fresh the data behind them were then. It is for
// those who count all bodies and knows no rights.
func (d *Desk) EntriesAt(tx *store.Tx, day calendar.Date) ([]EntryAt, error) {
	end := day.EndsAt().UTC()
	var rows []Entry
	err := tx.Gorm().Select("id", "code", "name", "provider_id", "share_type", "published_at").
		Where("first_published_at < ? AND (withdrawn_at IS NULL OR withdrawn_at >= ?)", end, end).Order("code").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the entries as of %s: %w", day, err)
	}
	mounts, err := mountsAt(tx, end)
	if err != nil {
		return nil, err
	}
	were, err := versionsAt(tx, rows, end)
	if err != nil {
		return nil, err
	}
	out := make([]EntryAt, len(rows))
	for i, e := range rows {
		if old, ok := were[e.ID]; ok {
			e.Name, e.ProviderID, e.ShareType = old.Name, old.ProviderID, old.ShareType
		}
		m := mounts[e.ID]
		e.MountKind, e.StaleOn = m.MountKind, m.StaleOn
		out[i] = EntryAt{
			ID: e.ID, Code: e.Code, Name: e.Name, ProviderID: e.ProviderID, ShareType: e.ShareType, Mounted: e.Mounted(), Fresh: e.Fresh(day),
			MountedOn: m.LastUpdateOn, StaleOn: m.StaleOn,
		}
	}
	return out, nil
}

// mountsAt reads how the data behind entries stood at a moment.
func mountsAt(tx *store.Tx, end time.Time) (map[EntryID]MountState, error) {
	var rows []MountState
	err := tx.Gorm().Raw(`SELECT m.* FROM catalog_mounts m JOIN (SELECT entry_id, max(at) AS at FROM catalog_mounts WHERE at < ? GROUP BY entry_id) l
		ON l.entry_id = m.entry_id AND l.at = m.at`, end).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read mounts: %w", err)
	}
	out := make(map[EntryID]MountState, len(rows))
	for _, m := range rows {
		out[m.EntryID] = m
	}
	return out, nil
}

// versionsAt reads what entries said at a moment, for those of which another
// version came into force since.
func versionsAt(tx *store.Tx, rows []Entry, end time.Time) (map[EntryID]Body, error) {
	var changed []EntryID
	for _, e := range rows {
		if e.PublishedAt != nil && !e.PublishedAt.Before(end) {
			changed = append(changed, e.ID)
		}
	}
	out := make(map[EntryID]Body, len(changed))
	if len(changed) == 0 {
		return out, nil
	}
	var were []Version
	err := tx.Gorm().Where("entry_id ? AND valid_from < ? AND (valid_to IS NULL OR valid_to >= ?)", store.Among(tx, changed), end, end).Find(&were).Error
	if err != nil {
		return nil, fmt.Errorf("read past versions: %w", err)
	}
	for _, v := range were {
		out[v.EntryID] = v.Content.Body
	}
	return out, nil
}

// NothingHeldAt lists the departments whose statement that they hold nothing to
// share was accepted by the end of a day.
func (d *Desk) NothingHeldAt(tx *store.Tx, day calendar.Date) (map[DepartmentID]bool, error) {
	var ids []DepartmentID
	err := tx.Gorm().Model(&Filing{}).Where("nothing_held AND state = ? AND decided_at < ?", FilingAccepted, day.EndsAt().UTC()).
		Pluck("department_id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("read statements as of %s: %w", day, err)
	}
	out := make(map[DepartmentID]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}
