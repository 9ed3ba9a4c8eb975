package sharing

import (
	"errors"

	"gorm.io/gorm"

	"qingce/internal/fault"
)

// isAbsent tells whether a row was not there.
func isAbsent(err error) bool {
	return errors.Is(err, gorm.ErrRecordNotFound) || fault.KindOf(err) == fault.NotFound
}
