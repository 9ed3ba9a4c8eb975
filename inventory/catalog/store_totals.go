package catalog

import (
	"fmt"
	"slices"

	"qingce/internal/calendar"
	"qingce/internal/store"
)

// sumRow is a group of the published catalog.
type sumRow struct {
	ProviderID                                      DepartmentID
	Library                                         Library
	ShareType                                       ShareType
	Entries, Items, Mounted, Stale, Records, Shared int64
	Counted                                         int64
}

func sums(tx *store.Tx, day calendar.Date) (Totals, error) {
	var rows []sumRow
	err := tx.Gorm().Raw(`SELECT provider_id, library, share_type, count(*) AS entries, sum(items) AS items,
		sum(CASE WHEN mount_kind <> '' THEN 1 ELSE 0 END) AS mounted, sum(CASE WHEN stale_on <= ? THEN 1 ELSE 0 END) AS stale,
		coalesce(sum(total_records), 0) AS records, coalesce(sum(shared_records), 0) AS shared, count(total_records) AS counted
		FROM catalog_entries WHERE life = 'published' GROUP BY provider_id, library, share_type ORDER BY provider_id`, day).Scan(&rows).Error
	if err != nil {
		return Totals{}, fmt.Errorf("add the catalog up: %w", err)
	}
	out := Totals{Libraries: map[Library]int64{}}
	lines := map[DepartmentID]*TotalsLine{}
	var order []DepartmentID
	for _, r := range rows {
		l := lines[r.ProviderID]
		if l == nil {
			l = &TotalsLine{DepartmentID: r.ProviderID}
			lines[r.ProviderID], order = l, append(order, r.ProviderID)
		}
		out.add(l, r)
	}
	if err := coverage(tx, &out, lines, &order); err != nil {
		return Totals{}, err
	}
	for _, id := range order {
		out.Lines = append(out.Lines, *lines[id])
	}
	return out, nil
}

func (t *Totals) add(l *TotalsLine, r sumRow) {
	if n := slices.Index(ShareTypes(), r.ShareType); n >= 0 {
		t.Share[n] += r.Entries
		l.Share[n] += r.Entries
	}
	t.Entries, l.Entries = t.Entries+r.Entries, l.Entries+r.Entries
	t.Items, l.Items = t.Items+r.Items, l.Items+r.Items
	t.Mounted, l.Mounted = t.Mounted+r.Mounted, l.Mounted+r.Mounted
	t.Stale, l.Stale = t.Stale+r.Stale, l.Stale+r.Stale
	t.Fresh, l.Fresh = t.Fresh+r.Mounted-r.Stale, l.Fresh+r.Mounted-r.Stale
	t.Records, l.Records = t.Records+r.Records, l.Records+r.Records
	t.Shared, l.Shared = t.Shared+r.Shared, l.Shared+r.Shared
	t.Counted += r.Counted
	t.Libraries[r.Library] += r.Entries
}

// coverage counts the systems that stand in the register and those of them
// that an entry names. Retired ones and placeholders do not count.
func coverage(tx *store.Tx, t *Totals, lines map[DepartmentID]*TotalsLine, order *[]DepartmentID) error {
	var rows []struct {
		OwnerID    DepartmentID
		Registered int64
		Named      int64
	}
	err := tx.Gorm().Raw(`SELECT s.owner_id, count(*) AS registered, sum(CASE WHEN EXISTS (SELECT 1 FROM catalog_entries e
		WHERE e.system_id = s.id AND e.life = 'published') THEN 1 ELSE 0 END) AS named
		FROM systems s WHERE s.state NOT IN ('draft', 'merged', 'retired') AND NOT s.classified GROUP BY s.owner_id ORDER BY s.owner_id`).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("count the systems in the catalog: %w", err)
	}
	for _, r := range rows {
		l := lines[r.OwnerID]
		if l == nil {
			l = &TotalsLine{DepartmentID: r.OwnerID}
			lines[r.OwnerID], *order = l, append(*order, r.OwnerID)
		}
		l.Systems, l.Registered = r.Named, r.Registered
		t.Systems, t.Registered = t.Systems+r.Named, t.Registered+r.Registered
	}
	return nil
}
