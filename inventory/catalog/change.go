package catalog

import (
	"strconv"
)

// ChangeID identifies a law or duty change.
type ChangeID int64

// String writes the id as addresses and the operation log have it.
func (id ChangeID) String() string { return strconv.FormatInt(int64(id), 10) }
