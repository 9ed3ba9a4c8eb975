package survey

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/store"
)

func allQuestionnaires(tx *store.Tx) ([]Questionnaire, error) {
	var out []Questionnaire
	if err := tx.Gorm().Order("code, number DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read questionnaires: %w", err)
	}
	return out, nil
}

func questionnaireByID(tx *store.Tx, id QuestionnaireID) (Questionnaire, error) {
	var q Questionnaire
	err := tx.Gorm().Where("id = ?", id).Take(&q).Error
	return q, err
}

func questionnaireByNumber(tx *store.Tx, code string, number int) (Questionnaire, error) {
	var q Questionnaire
	err := tx.Gorm().Where("code = ? AND number = ?", code, number).Take(&q).Error
	return q, err
}

func newestQuestionnaire(tx *store.Tx, code string) (Questionnaire, error) {
	var q Questionnaire
	err := tx.Gorm().Where("code = ?", code).Order("number DESC").Take(&q).Error
	return q, err
}

// newestPublished is the newest published version of the questionnaire that id
// is a version of, itself when there is none.
func newestPublished(tx *store.Tx, id QuestionnaireID) (QuestionnaireID, error) {
	var newest []QuestionnaireID
	err := tx.Gorm().Model(&Questionnaire{}).
		Where("state = ? AND code = (SELECT code FROM questionnaires WHERE id = ?)", Published, id).
		Order("number DESC").Limit(1).Pluck("id", &newest).Error
	if err != nil {
		return 0, fmt.Errorf("find the newest version of questionnaire %d: %w", id, err)
	}
	if len(newest) == 0 {
		return id, nil
	}
	return newest[0], nil
}

func insertQuestionnaire(tx *store.Tx, q *Questionnaire, by auth.Principal) error {
	q.ID, q.Version, q.CreatedAt, q.UpdatedAt, q.UpdatedBy, q.UpdatedName = 0, 1, tx.Now(), tx.Now(), by.AccountID, by.Name
	if err := tx.Gorm().Create(q).Error; err != nil {
		return fmt.Errorf("insert questionnaire %s: %w", q.Name(), err)
	}
	return nil
}

func updateQuestionnaire(tx *store.Tx, old Questionnaire, q *Questionnaire, by auth.Principal) error {
	q.Version, q.UpdatedAt, q.UpdatedBy, q.UpdatedName = old.Version+1, tx.Now(), by.AccountID, by.Name
	return tx.UpdateVersion(q, int64(q.ID), old.Version)
}
