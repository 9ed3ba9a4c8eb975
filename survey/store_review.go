package survey

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// answeredBy tells whether somebody filled in or handed in anything of a form.
// A row that waits for its body may have been put there by a reviewer.
func answeredBy(tx *store.Tx, form FormID, who auth.AccountID) (bool, error) {
	var n int64
	err := tx.Gorm().Raw(`SELECT (SELECT count(*) FROM form_rows WHERE form_id = ? AND updated_by = ? AND decision <> ?)
		+ (SELECT count(*) FROM form_submissions WHERE form_id = ? AND submitted_by = ?)`,
		form, who, Pending, form, who).Scan(&n).Error
	if err != nil {
		return false, fmt.Errorf("find who answered form %d: %w", form, err)
	}
	return n > 0, nil
}

// rowsOnForm are the numbers of the rows of a form that are not removed.
func rowsOnForm(tx *store.Tx, form FormID) (map[RowID]bool, error) {
	var ids []RowID
	if err := tx.Gorm().Model(&Row{}).Where("form_id = ? AND decision <> ?", form, Removed).Pluck("id", &ids).Error; err != nil {
		return nil, fmt.Errorf("list the rows of form %d: %w", form, err)
	}
	out := make(map[RowID]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

func insertComments(tx *store.Tx, comments []Comment) error {
	if len(comments) == 0 {
		return nil
	}
	if err := tx.Gorm().CreateInBatches(&comments, lot).Error; err != nil {
		return fmt.Errorf("keep %d comments: %w", len(comments), err)
	}
	return nil
}

func commentByID(tx *store.Tx, form FormID, id CommentID) (Comment, error) {
	var c Comment
	if err := tx.Gorm().Where("form_id = ? AND id = ?", form, id).Take(&c).Error; err != nil {
		return Comment{}, fmt.Errorf("find comment %d: %w", id, err)
	}
	return c, nil
}

// settleComments settles what is open of the comments on a form, but those that
// are kept.
func settleComments(tx *store.Tx, by auth.Principal, form FormID, kept []CommentID) error {
	q := tx.Gorm().Model(&Comment{}).Where("form_id = ? AND settled_at IS NULL", form)
	if len(kept) > 0 {
		q = q.Where("id NOT IN ?", kept)
	}
	if err := q.UpdateColumns(map[string]any{"settled_at": tx.Now(), "settled_name": by.Name}).Error; err != nil {
		return fmt.Errorf("settle the comments on form %d: %w", form, err)
	}
	return nil
}

// saveAdopted writes what the register made of a row. Who wrote the answers
// stays as it is.
func saveAdopted(tx *store.Tx, r *Row) error {
	columns, err := store.Columns(tx.Context(), r)
	if err != nil {
		return err
	}
	set := map[string]any{}
	for _, name := range []string{"system_id", "code", "name", "body", "base_version", "adopted_version", "version"} {
		set[name] = columns[name]
	}
	if err := tx.Gorm().Model(&Row{}).Where("id = ?", r.ID).UpdateColumns(set).Error; err != nil {
		return fmt.Errorf("save what row %d became: %w", r.ID, err)
	}
	return nil
}

// lockCampaign reads a campaign that nobody else may change meanwhile.
func lockCampaign(tx *store.Tx, code string) (Campaign, error) {
	var c Campaign
	if err := forUpdate(tx, true).Where("code = ?", code).Take(&c).Error; err != nil {
		return Campaign{}, fmt.Errorf("find campaign %s: %w", code, err)
	}
	return c, nil
}

// countNotAccepted counts the forms of a campaign that are not accepted, and
// holds all of them until the end of the transaction.
func countNotAccepted(tx *store.Tx, id CampaignID) (int, error) {
	var states []FormState
	if err := forUpdate(tx, true).Model(&Form{}).Where("campaign_id = ?", id).Pluck("state", &states).Error; err != nil {
		return 0, fmt.Errorf("look at the forms of campaign %d: %w", id, err)
	}
	n := 0
	for _, s := range states {
		if s != FormAccepted {
			n++
		}
	}
	return n, nil
}

func lockForms(tx *store.Tx, by auth.Principal, id CampaignID) (int64, error) {
	done := tx.Gorm().Exec(`UPDATE forms SET state = ?, version = version + 1, updated_at = ?, updated_by = ?, updated_name = ?
		WHERE campaign_id = ?`, FormLocked, tx.Now(), by.AccountID, by.Name, id)
	if done.Error != nil {
		return 0, fmt.Errorf("lock the forms of campaign %d: %w", id, done.Error)
	}
	return done.RowsAffected, nil
}

func draftsOf(tx *store.Tx, form FormID) ([]Draft, error) {
	var out []Draft
	if err := tx.Gorm().Where("form_id = ?", form).Order("row_id, said_at, question").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the drafted comments on form %d: %w", form, err)
	}
	return out, nil
}

func putDraft(tx *store.Tx, c Draft) error {
	err := tx.Gorm().Exec(`INSERT INTO form_comment_drafts (form_id, row_id, question, text, said_by, said_name, said_at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (form_id, row_id, question) DO UPDATE SET text = excluded.text, said_by = excluded.said_by, said_name = excluded.said_name,
		said_at = excluded.said_at`, c.FormID, c.RowID, c.Question, c.Text, c.SaidBy, c.SaidName, c.SaidAt).Error
	if err != nil {
		return fmt.Errorf("draft a comment on form %d: %w", c.FormID, err)
	}
	return nil
}

func dropDraft(tx *store.Tx, form FormID, s Said) error {
	err := tx.Gorm().Exec("DELETE FROM form_comment_drafts WHERE form_id = ? AND row_id = ? AND question = ?", form, s.Row, s.Question).Error
	if err != nil {
		return fmt.Errorf("drop a drafted comment on form %d: %w", form, err)
	}
	return nil
}

func dropDrafts(tx *store.Tx, form FormID) error {
	if err := tx.Gorm().Exec("DELETE FROM form_comment_drafts WHERE form_id = ?", form).Error; err != nil {
		return fmt.Errorf("drop the drafted comments on form %d: %w", form, err)
	}
	return nil
}

// openIDs keeps of some comments on a form those that are open.
func openIDs(tx *store.Tx, form FormID, ids []CommentID) ([]CommentID, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var out []CommentID
	err := tx.Gorm().Model(&Comment{}).Where("form_id = ? AND id IN ? AND kind <> ? AND settled_at IS NULL", form, ids, Reply).Pluck("id", &out).Error
	if err != nil {
		return nil, fmt.Errorf("find open comments on form %d: %w", form, err)
	}
	return out, nil
}

// remarkable tells whether something said about a form is open or drafted, and
// whether it takes a registered system out of the register.
func remarkable(tx *store.Tx, form FormID) (open, gone bool, err error) {
	var n struct{ Open, Gone int64 }
	err = tx.Gorm().Raw(`SELECT (SELECT count(*) FROM form_comments WHERE form_id = ? AND settled_at IS NULL)
		+ (SELECT count(*) FROM form_comment_drafts WHERE form_id = ?) AS open,
		(SELECT count(*) FROM form_rows WHERE form_id = ? AND decision = ? AND system_id IS NOT NULL) AS gone`,
		form, form, form, Gone).Scan(&n).Error
	if err != nil {
		return false, false, fmt.Errorf("look for what is open on form %d: %w", form, err)
	}
	return n.Open > 0, n.Gone > 0, nil
}
