package evidence

import (
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// TableName names the table.
func (File) TableName() string { return "evidence_files" }

// TableName names the table.
func (Link) TableName() string { return "evidence_links" }

// chunk is one piece of a content.
type chunk struct {
	FileID FileID
	Seq    int
	Data   []byte
}

func (chunk) TableName() string { return "evidence_chunks" }

// keepFile stores a content unless it is there. Of two that come at once the
// second waits for the first and then finds it.
func keepFile(tx *store.Tx, by auth.Principal, f Received) (File, error) {
	row := File{
		SHA256: f.sum, Size: f.Size(), MediaType: f.typ.MediaType(),
		UploadedBy: by.AccountID, UploadedName: by.Name, UploadedAt: tx.Now(),
	}
	done := tx.Gorm().Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "sha256"}}, DoNothing: true}).Create(&row)
	if done.Error != nil {
		return File{}, fmt.Errorf("keep file: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		var known File
		if err := tx.Gorm().Where("sha256 = ?", f.sum).Take(&known).Error; err != nil {
			return File{}, fmt.Errorf("find file %s: %w", f.sum, err)
		}
		return known, nil
	}
	for seq, rest := 0, f.data; len(rest) > 0; seq++ {
		n := min(len(rest), chunkSize)
		if err := tx.Gorm().Create(&chunk{FileID: row.ID, Seq: seq, Data: rest[:n]}).Error; err != nil {
			return File{}, fmt.Errorf("keep piece %d of file %s: %w", seq, f.sum, err)
		}
		rest = rest[n:]
	}
	return row, nil
}

func readChunk(tx *store.Tx, file FileID, seq int) ([]byte, error) {
	var c chunk
	if err := tx.Gorm().Where("file_id = ? AND seq = ?", file, seq).Take(&c).Error; err != nil {
		return nil, notFound(fmt.Errorf("read piece %d of file %d: %w", seq, file, err))
	}
	return c.Data, nil
}

func insertLink(tx *store.Tx, l Link) (Link, error) {
	if err := tx.Gorm().Create(&l).Error; err != nil {
		return Link{}, fmt.Errorf("link file %d to %s %s: %w", l.EvidenceID, l.SubjectKind, l.SubjectID, err)
	}
	return l, nil
}

func findLink(tx *store.Tx, id LinkID) (Link, error) {
	var l Link
	if err := tx.Gorm().Where("id = ?", id).Take(&l).Error; err != nil {
		return Link{}, notFound(fmt.Errorf("find evidence %d: %w", id, err))
	}
	return l, nil
}

// findLinked finds the link in force of a file beside a record for a purpose,
// and tells whether there is one.
func findLinked(tx *store.Tx, s Subject, purpose string, file FileID) (Link, bool, error) {
	var l Link
	err := tx.Gorm().Where("subject_kind = ? AND subject_id = ? AND purpose = ? AND evidence_id = ? AND removed_at IS NULL",
		s.Kind, s.ID, purpose, file).Take(&l).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return Link{}, false, nil
	case err != nil:
		return Link{}, false, fmt.Errorf("find file %d beside %s %s: %w", file, s.Kind, s.ID, err)
	}
	return l, true, nil
}

func linksOf(tx *store.Tx, s Subject) ([]Link, error) {
	var out []Link
	err := tx.Gorm().Where("subject_kind = ? AND subject_id = ? AND removed_at IS NULL", s.Kind, s.ID).Order("id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list files of %s %s: %w", s.Kind, s.ID, err)
	}
	return out, nil
}

func withFiles(tx *store.Tx, links []Link) ([]Item, error) {
	ids := make([]FileID, len(links))
	for i, l := range links {
		ids[i] = l.EvidenceID
	}
	var files []File
	if err := tx.Gorm().Where("id IN ?", ids).Find(&files).Error; err != nil {
		return nil, fmt.Errorf("read files: %w", err)
	}
	byID := make(map[FileID]File, len(files))
	for _, f := range files {
		byID[f.ID] = f
	}
	out := make([]Item, len(links))
	for i, l := range links {
		out[i] = Item{l, byID[l.EvidenceID]}
	}
	return out, nil
}

func removeLink(tx *store.Tx, by auth.Principal, id LinkID, reason string) error {
	done := tx.Gorm().Exec(`UPDATE evidence_links SET removed_by = ?, removed_name = ?, removed_at = ?, removed_reason = ?
		WHERE id = ? AND removed_at IS NULL`, by.AccountID, by.Name, tx.Now(), reason, id)
	switch {
	case done.Error != nil:
		return fmt.Errorf("remove evidence %d: %w", id, done.Error)
	case done.RowsAffected == 0:
		return ErrRemoved
	}
	return nil
}

// notFound turns gorm's word for an absent row into a fault; other errors pass.
func notFound(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return fault.New(fault.NotFound, "err.not_found").Because(err)
	}
	return err
}

// handLinks changes whose files they are, removed ones included.
func handLinks(tx *store.Tx, s Subject, to auth.DepartmentID) error {
	err := tx.Gorm().Model(&Link{}).Where("subject_kind = ? AND subject_id = ?", s.Kind, s.ID).UpdateColumn("department_id", to).Error
	if err != nil {
		return fmt.Errorf("hand the files of %s %s over: %w", s.Kind, s.ID, err)
	}
	return nil
}
