package catalog

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"qingce/internal/fault"
	"qingce/internal/store"
)

// visible limits a query over entries to what is seen.
func visible(q *gorm.DB, s sight) *gorm.DB {
	switch {
	case s.all:
		return q
	case len(s.own) == 0:
		return q.Where("published_version > 0")
	}
	return q.Where("(published_version > 0 OR owner_id IN ?)", s.own)
}

func visibleEntry(tx *store.Tx, s sight, where string, arg any) (Entry, error) {
	var e Entry
	if err := visible(tx.Gorm(), s).Where(where, arg).Take(&e).Error; err != nil {
		return Entry{}, fmt.Errorf("find entry %v: %w", arg, err)
	}
	return e, nil
}

func entriesByID(tx *store.Tx, ids []EntryID) (map[EntryID]Entry, error) {
	out := make(map[EntryID]Entry, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	var rows []Entry
	if err := tx.Gorm().Where("id ?", store.Among(tx, ids)).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read entries: %w", err)
	}
	for _, e := range rows {
		out[e.ID] = e
	}
	return out, nil
}

// itemRow is an item as it is kept.
type itemRow struct {
	EntryID  EntryID
	Position int64
	Name     string
	NameKey  string
	DataType string
	Length   *int64
	BaseItem bool

	Sensitive bool
	ShareType ShareType
	Remark    string
}

// TableName is the table of items.
func (itemRow) TableName() string { return "catalog_items" }

func itemsOf(tx *store.Tx, id EntryID) ([]Item, error) {
	all, err := itemsOfAll(tx, []EntryID{id})
	return all[id], err
}

// itemsOfAll reads the items of entries, each in their order.
func itemsOfAll(tx *store.Tx, ids []EntryID) (map[EntryID][]Item, error) {
	out := make(map[EntryID][]Item, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	columns, err := store.ColumnNames(itemRow{})
	if err != nil {
		return nil, err
	}
	q := tx.Gorm().Table(itemRow{}.TableName()).Where("entry_id ?", store.Among(tx, ids)).Order("entry_id, position")
	err = store.Each(tx.Context(), q, columns, func(r *itemRow) {
		out[r.EntryID] = append(out[r.EntryID], Item{
			Name: r.Name, DataType: r.DataType, Length: r.Length, BaseItem: r.BaseItem, Sensitive: r.Sensitive,
			ShareType: r.ShareType, Remark: r.Remark,
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read items: %w", err)
	}
	return out, nil
}

// draftOf reads the version in the making; found tells whether there is one.
func draftOf(tx *store.Tx, id EntryID) (draft Draft, found bool, err error) {
	err = tx.Gorm().Where("entry_id = ?", id).Take(&draft).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return Draft{}, false, nil
	case err != nil:
		return Draft{}, false, fmt.Errorf("read the draft of entry %d: %w", id, err)
	}
	return draft, true, nil
}

func versionsAfter(tx *store.Tx, id EntryID, number int64) ([]Version, error) {
	var out []Version
	if err := tx.Gorm().Where("entry_id = ? AND number > ?", id, number).Order("number").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read versions of entry %d: %w", id, err)
	}
	return out, nil
}

// notFound is what the database says of an absent row, as a fault.
func notFound(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return fault.New(fault.NotFound, "err.not_found").Because(err)
	}
	return err
}

// versionAt reads the version that was in force at an instant.
func versionAt(tx *store.Tx, id EntryID, at time.Time) (Version, error) {
	var v Version
	err := tx.Gorm().Where("entry_id = ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)", id, at.UTC(), at.UTC()).Take(&v).Error
	if err != nil {
		return Version{}, fmt.Errorf("find the version of entry %d at %s: %w", id, at, notFound(err))
	}
	return v, nil
}
