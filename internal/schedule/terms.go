package schedule

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// Terms lists the due dates under some titles that are open, or were closed on a
// day or after it, of departments or, with nil, of all; of a subject that was
// asked more than once under a title only the last. It is for rooms that tell what
// was asked of whom, in one query for all bodies.
func (b *Book) Terms(tx *store.Tx, titles []string, only []auth.DepartmentID, since calendar.Date) ([]Due, error) {
	all, err := termsOf(tx, titles, only, since)
	if err != nil {
		return nil, fmt.Errorf("list terms: %w", err)
	}
	type asked struct {
		Subject
		title string
	}
	at, out := map[asked]int{}, make([]Due, 0, len(all))
	for _, d := range all {
		key := asked{d.Subject(), d.Title}
		if i, ok := at[key]; ok {
			out[i] = d
			continue
		}
		at[key], out = len(out), append(out, d)
	}
	return out, nil
}
