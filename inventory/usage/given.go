package usage

import (
	"cmp"
	"slices"

	"qingce/internal/store"
)

// PutDaysIn keeps the figures of days that came in a file, in the transaction
// of the caller, and has their days rolled up again. They count where no probe
// measured the signal.
func (l *Ledger) PutDaysIn(tx *store.Tx, days []GivenDay) error {
	if err := insertGiven(tx, days); err != nil {
		return err
	}
	marks := make([]systemDay, len(days))
	for i := range days {
		marks[i] = systemDay{days[i].System, dayNumber(days[i].Date)}
	}
	return insertDirty(tx, sortedDays(marks))
}

// WithdrawIn takes back what a file said: what an earlier file said of the same
// days counts again.
func (l *Ledger) WithdrawIn(tx *store.Tx, upload UploadID) error {
	days, err := daysGivenBy(tx, upload)
	if err != nil {
		return err
	}
	if err := deleteGiven(tx, upload); err != nil {
		return err
	}
	return insertDirty(tx, sortedDays(days))
}

// sortedDays sorts days and leaves each once.
func sortedDays(days []systemDay) []systemDay {
	slices.SortFunc(days, func(a, b systemDay) int { return cmp.Or(cmp.Compare(a.system, b.system), cmp.Compare(a.day, b.day)) })
	return slices.Compact(days)
}
