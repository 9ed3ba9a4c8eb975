package usage

import (
	"fmt"
	"time"

	"qingce/internal/store"
)

func insertToken(tx *store.Tx, t *Token) error {
	if err := tx.Gorm().Create(t).Error; err != nil {
		return fmt.Errorf("insert a token: %w", err)
	}
	return nil
}

func tokenByPrefix(tx *store.Tx, prefix string) (Token, error) {
	var t Token
	err := tx.Gorm().Where("prefix = ?", prefix).Take(&t).Error
	return t, err
}

func tokenOf(tx *store.Tx, probe ProbeID, id TokenID) (Token, error) {
	var t Token
	if err := tx.Gorm().Where("id = ? AND probe_id = ?", id, probe).Take(&t).Error; err != nil {
		return Token{}, fmt.Errorf("find token %d: %w", id, err)
	}
	return t, nil
}

// tokensOf lists the tokens of a probe without their hashes.
func tokensOf(tx *store.Tx, probe ProbeID) ([]Token, error) {
	var out []Token
	if err := tx.Gorm().Where("probe_id = ?", probe).Order("id DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("list the tokens of probe %d: %w", probe, err)
	}
	for i := range out {
		out[i].Hash = nil
	}
	return out, nil
}

func countAlive(tx *store.Tx, probe ProbeID) (int64, error) {
	var n int64
	err := tx.Gorm().Model(&Token{}).Where("probe_id = ? AND revoked_at IS NULL AND expires_at > ?", probe, tx.Now()).Count(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count the tokens of probe %d: %w", probe, err)
	}
	return n, nil
}

func replaceToken(tx *store.Tx, old, by TokenID, until time.Time) error {
	err := tx.Gorm().Model(&Token{}).Where("id = ?", old).UpdateColumns(map[string]any{"replaced_by": by, "expires_at": until}).Error
	if err != nil {
		return fmt.Errorf("replace token %d: %w", old, err)
	}
	return nil
}

func revokeToken(tx *store.Tx, id TokenID, name string) error {
	err := tx.Gorm().Model(&Token{}).Where("id = ?", id).UpdateColumns(map[string]any{"revoked_at": tx.Now(), "revoked_name": name}).Error
	if err != nil {
		return fmt.Errorf("revoke token %d: %w", id, err)
	}
	return nil
}
