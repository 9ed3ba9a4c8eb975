package funding_test

import (
	"testing"

	"qingce/inventory/inventorytest"
)

func cityOf(t *testing.T) *inventorytest.City {
	t.Helper()
	return inventorytest.Open(t)
}
