package usage

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"qingce/internal/store"
)

// inboxRow is a delivery that was acknowledged and waits to be folded.
type inboxRow struct {
	ID         int64
	ProbeID    ProbeID
	ReceivedAt time.Time
	Samples    int
	Size       int
	Body       []byte
	Trouble    string
}

// TableName is the table of what waits.
func (inboxRow) TableName() string { return "usage_inbox" }

func insertInbox(tx *store.Tx, rows []inboxRow) error {
	for lot := range slices.Chunk(rows, 200) {
		args := make([]any, 0, 5*len(lot))
		for _, r := range lot {
			args = append(args, r.ProbeID, r.ReceivedAt, r.Samples, r.Size, r.Body)
		}
		err := tx.Gorm().Exec("INSERT INTO usage_inbox (probe_id, received_at, samples, size, body) VALUES "+tuples(len(lot), 5), args...).Error
		if err != nil {
			return fmt.Errorf("put %d deliveries into the inbox: %w", len(lot), err)
		}
	}
	return nil
}

// lotsSoFar is the number of the last lot that was folded.
func lotsSoFar(tx *store.Tx) (n int64, err error) {
	if err := tx.Gorm().Raw("SELECT lots FROM usage_series_state WHERE id = 1").Scan(&n).Error; err != nil {
		return 0, fmt.Errorf("number a lot: %w", err)
	}
	return n, nil
}

// claimLot makes the lot of a number the next one, and keeps others from folding
// until the transaction ends. It is false when that number is taken.
func claimLot(tx *store.Tx, number int64) (bool, error) {
	done := tx.Gorm().Exec("UPDATE usage_series_state SET lots = ? WHERE id = 1 AND lots = ?", number, number-1)
	if done.Error != nil {
		return false, fmt.Errorf("claim lot %d: %w", number, done.Error)
	}
	return done.RowsAffected == 1, nil
}

// readInbox reads what waits longest: at least one delivery, else at most so
// many, and bytes.
func readInbox(tx *store.Tx, most int, bytes int64) ([]inboxRow, error) {
	var sizes []inboxRow
	err := tx.Gorm().Select("id", "size").Where("trouble = ''").Order("id").Limit(most).Find(&sizes).Error
	if err != nil {
		return nil, fmt.Errorf("look into the inbox: %w", err)
	}
	ids := make([]int64, 0, len(sizes))
	for _, r := range sizes {
		if bytes -= int64(r.Size); bytes < 0 && len(ids) > 0 {
			break
		}
		ids = append(ids, r.ID)
	}
	var out []inboxRow
	for lot := range slices.Chunk(ids, 1000) {
		var rows []inboxRow
		if err := tx.Gorm().Where("id ?", store.Among(tx, lot)).Order("id").Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("read the inbox: %w", err)
		}
		out = append(out, rows...)
	}
	return out, nil
}

func dropInbox(tx *store.Tx, ids []int64) error {
	for lot := range slices.Chunk(ids, 1000) {
		if err := tx.Gorm().Exec("DELETE FROM usage_inbox WHERE id ?", store.Among(tx, lot)).Error; err != nil {
			return fmt.Errorf("take %d deliveries out of the inbox: %w", len(lot), err)
		}
	}
	return nil
}

func layAside(tx *store.Tx, id int64, trouble string) error {
	trouble = strings.ToValidUTF8(strings.ReplaceAll(trouble, "\x00", ""), "")
	err := tx.Gorm().Exec("UPDATE usage_inbox SET trouble = ? WHERE id = ?", trouble, id).Error
	if err != nil {
		return fmt.Errorf("lay delivery %d aside: %w", id, err)
	}
	return nil
}

func inboxState(tx *store.Tx) (s InboxState, err error) {
	var row struct {
		Deliveries, Samples, Bytes int64
	}
	err = tx.Gorm().Raw(`SELECT count(*) AS deliveries, coalesce(sum(samples), 0) AS samples, coalesce(sum(size), 0) AS bytes
		FROM usage_inbox WHERE trouble = ''`).Scan(&row).Error
	if err != nil {
		return s, fmt.Errorf("count the inbox: %w", err)
	}
	s = InboxState{Rows: row.Deliveries, Samples: row.Samples, Bytes: row.Bytes}
	if err := tx.Gorm().Raw("SELECT count(*) FROM usage_inbox WHERE trouble <> ''").Scan(&s.Aside).Error; err != nil {
		return s, fmt.Errorf("count what was laid aside: %w", err)
	}
	if s.Rows == 0 {
		return s, nil
	}
	var oldest []inboxRow
	err = tx.Gorm().Select("id", "received_at").Where("trouble = ''").Order("id").Limit(1).Find(&oldest).Error
	if err != nil {
		return s, fmt.Errorf("find the oldest delivery: %w", err)
	}
	for _, r := range oldest {
		s.Oldest = r.ReceivedAt
	}
	return s, nil
}

// keepUnmapped adds counts to those that are kept. New kinds come in only as
// long as there is room for their probe.
func keepUnmapped(tx *store.Tx, counts map[unmappedKey]*Unmapped) error {
	if len(counts) == 0 {
		return nil
	}
	byProbe := map[ProbeID][]*Unmapped{}
	for key, u := range counts {
		byProbe[key.probe] = append(byProbe[key.probe], u)
	}
	for probe, all := range byProbe {
		var n int64
		if err := tx.Gorm().Model(&Unmapped{}).Where("probe_id = ?", probe).Count(&n).Error; err != nil {
			return fmt.Errorf("count the unmapped series of probe %d: %w", probe, err)
		}
		slices.SortFunc(all, func(a, b *Unmapped) int { return strings.Compare(a.Metric+"\n"+a.Signature, b.Metric+"\n"+b.Signature) })
		if err := addUnmapped(tx, all, unmappedOf-n); err != nil {
			return err
		}
	}
	return nil
}

func addUnmapped(tx *store.Tx, all []*Unmapped, room int64) error {
	for _, u := range all {
		done := tx.Gorm().Model(&Unmapped{}).Where("probe_id = ? AND metric = ? AND signature = ?", u.ProbeID, u.Metric, u.Signature).
			Select("format", "kind", "samples", "last_at", "labels", "value").
			UpdateColumns(map[string]any{
				"format": u.Format, "kind": u.Kind, "samples": sqlAdd("samples", u.Samples), "last_at": u.LastAt,
				"labels": jsonText(u.Labels), "value": u.Value,
			})
		if done.Error != nil {
			return fmt.Errorf("count series %s: %w", u.Metric, done.Error)
		}
		if done.RowsAffected > 0 || room <= 0 {
			continue
		}
		room--
		err := tx.Gorm().Exec(`INSERT INTO usage_unmapped (probe_id, metric, signature, format, kind, samples, first_at, last_at, labels, value)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (probe_id, metric, signature) DO NOTHING`,
			u.ProbeID, u.Metric, u.Signature, u.Format, u.Kind, u.Samples, u.FirstAt, u.LastAt, jsonText(u.Labels), u.Value).Error
		if err != nil {
			return fmt.Errorf("list series %s: %w", u.Metric, err)
		}
	}
	return nil
}

func unmappedSeries(tx *store.Tx, probe ProbeID) ([]Unmapped, error) {
	var out []Unmapped
	err := tx.Gorm().Where("probe_id = ?", probe).Order("samples DESC, metric, signature").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list the unmapped series of probe %d: %w", probe, err)
	}
	return out, nil
}

// forgetUnmapped takes series off the list, which come back if they come again.
func forgetUnmapped(tx *store.Tx, probe ProbeID) error {
	if err := tx.Gorm().Exec("DELETE FROM usage_unmapped WHERE probe_id = ?", probe).Error; err != nil {
		return fmt.Errorf("forget the unmapped series of probe %d: %w", probe, err)
	}
	return nil
}
