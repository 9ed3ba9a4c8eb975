package hub

import (
	"fmt"

	"qingce/internal/store"
)

func insertUpload(tx *store.Tx, u *Upload, rows []UploadRow) error {
	if err := tx.Gorm().Create(u).Error; err != nil {
		return fmt.Errorf("insert a file of the gateway: %w", err)
	}
	for i := range rows {
		rows[i].UploadID = u.ID
	}
	if err := tx.Gorm().CreateInBatches(&rows, 500).Error; err != nil {
		return fmt.Errorf("insert the rows of a file of the gateway: %w", err)
	}
	return nil
}

// recogniseRows remarks the parties that the register does not know, and refuses
// what a file says twice.
func recogniseRows(tx *store.Tx, rows []UploadRow, self []string) error {
	known := map[string]bool{}
	for _, name := range self {
		known[name] = true
	}
	type pairOfDay struct{ day, provider, consumer string }
	first := map[pairOfDay]int{}
	for i := range rows {
		r := &rows[i]
		if r.Wrong {
			continue
		}
		key := pairOfDay{r.Day.String(), r.Provider, r.Consumer}
		if n, twice := first[key]; twice {
			r.Wrong = true
			r.Found = append(r.Found, Remark{Code: "hub.err.repeated", Args: map[string]string{"row": fmt.Sprint(n)}})
			continue
		}
		first[key] = r.RowNo
		for _, name := range []string{r.Provider, r.Consumer} {
			if _, asked := known[name]; !asked {
				p := Party{Name: name}
				if err := resolve(tx, &p); err != nil {
					return err
				}
				known[name] = p.SystemID != 0 || p.DepartmentID != 0
			}
			if !known[name] {
				r.Found = append(r.Found, Remark{Code: "hub.note.unknown_party", Args: map[string]string{"party": name}, Warning: true})
			}
		}
	}
	return nil
}

func uploadByID(tx *store.Tx, id UploadID) (Upload, error) {
	var u Upload
	if err := tx.Gorm().Where("id = ?", id).Take(&u).Error; err != nil {
		return Upload{}, fmt.Errorf("find file %d: %w", id, err)
	}
	return u, nil
}

func listUploads(tx *store.Tx, page, size int) (UploadPage, error) {
	var out UploadPage
	if err := tx.Gorm().Model(&Upload{}).Count(&out.Total).Error; err != nil {
		return out, fmt.Errorf("count files of the gateway: %w", err)
	}
	err := tx.Gorm().Order("id DESC").Limit(size).Offset((page - 1) * size).Find(&out.Rows).Error
	if err != nil {
		return out, fmt.Errorf("read files of the gateway: %w", err)
	}
	return out, nil
}

func uploadRows(tx *store.Tx, id UploadID, page, size int) ([]UploadRow, error) {
	var out []UploadRow
	err := tx.Gorm().Where("upload_id = ?", id).Order("wrong DESC, row_no").Limit(size).Offset((page - 1) * size).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read the rows of file %d: %w", id, err)
	}
	return out, nil
}

func goodRows(tx *store.Tx, id UploadID) ([]UploadRow, error) {
	var out []UploadRow
	if err := tx.Gorm().Where("upload_id = ? AND NOT wrong", id).Order("row_no").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the rows of file %d: %w", id, err)
	}
	return out, nil
}

func deleteUploadRows(tx *store.Tx, id UploadID) error {
	if err := tx.Gorm().Exec("DELETE FROM hub_upload_rows WHERE upload_id = ?", id).Error; err != nil {
		return fmt.Errorf("delete the rows of file %d: %w", id, err)
	}
	return nil
}

// removeExchanges takes away what a file said, and gives the parties of it.
func removeExchanges(tx *store.Tx, id UploadID) (map[string]Party, error) {
	var rows []Exchange
	if err := tx.Gorm().Where("upload_id = ?", id).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read what file %d said: %w", id, err)
	}
	ids := map[PartyID]bool{}
	for _, e := range rows {
		ids[e.ProviderID], ids[e.ConsumerID] = true, true
	}
	list := make([]PartyID, 0, len(ids))
	for one := range ids {
		list = append(list, one)
	}
	if err := tx.Gorm().Exec("DELETE FROM hub_exchanges WHERE upload_id = ?", id).Error; err != nil {
		return nil, fmt.Errorf("remove what file %d said: %w", id, err)
	}
	if err := recount(tx, rows); err != nil {
		return nil, err
	}
	var parties []Party
	if err := tx.Gorm().Where("id ?", store.Among(tx, list)).Find(&parties).Error; err != nil {
		return nil, fmt.Errorf("find the parties of file %d: %w", id, err)
	}
	out := make(map[string]Party, len(parties))
	for _, p := range parties {
		out[p.Name] = p
	}
	return out, nil
}
