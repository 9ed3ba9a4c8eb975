package inventory

import (
	"errors"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// errAbsentKey says that no earlier call used the key.
var errAbsentKey = errors.New("no earlier call with this key")

// registeredBefore returns the code of the system that an earlier call of the
// same account with the same key registered, or errAbsentKey.
func registeredBefore(tx *store.Tx, by auth.Principal, key string) (string, error) {
	var codes []string
	err := tx.Gorm().Raw("SELECT code FROM registration_keys WHERE account_id = ? AND idempotency_key = ?", by.AccountID, key).
		Scan(&codes).Error
	if err != nil {
		return "", fmt.Errorf("look up idempotency key: %w", err)
	}
	if len(codes) == 0 {
		return "", errAbsentKey
	}
	return codes[0], nil
}

// rememberKey keeps the key of a registration; an empty one is not kept.
func rememberKey(tx *store.Tx, by auth.Principal, key, code string) error {
	if key == "" {
		return nil
	}
	err := tx.Gorm().Exec("INSERT INTO registration_keys (account_id, idempotency_key, code, used_at) VALUES (?, ?, ?, ?)",
		by.AccountID, key, code, tx.Now()).Error
	if err != nil {
		return fmt.Errorf("keep idempotency key: %w", err)
	}
	return nil
}
