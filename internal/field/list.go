package field

import (
	"database/sql/driver"
	"fmt"
)

// Value writes |a|b|, or nothing for the empty set.
func (l List) Value() (driver.Value, error) {
	if len(l) == 0 {
		return "", nil
	}
	return "|" + l.Canonical() + "|", nil
}

// Scan reads |a|b|.
func (l *List) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*l = nil
	case string:
		*l = ParseList(v)
	case []byte:
		*l = ParseList(string(v))
	default:
		return fmt.Errorf("a list cannot be read from %T", src)
	}
	return nil
}
