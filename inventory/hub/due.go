package hub

import (
	"fmt"
	"maps"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/schedule"
	"qingce/internal/store"
)

// dueConnect is the duty of a department to connect what must be connected, a
// message key; articleConnect is what it rests on.
const (
	dueConnect     = "due.hub_connect"
	articleConnect = "方案 part 2 (8)"
	dueKind        = "hub_department"
)

// DueOf is the subject of a department's due date.
func DueOf(departmentCode string) schedule.Subject {
	return schedule.Subject{Kind: dueKind, ID: departmentCode}
}

// settleDues opens the due date of each department that has something to connect
// and closes that of each which has not, or no longer. Departments may be nil for
// all of them.
func (h *Hub) settleDues(tx *store.Tx, departments []auth.DepartmentID) error {
	dir, err := h.registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	open, err := stillOpen(tx, departments)
	if err != nil {
		return err
	}
	p, err := currentPolicy(tx)
	if err != nil {
		return err
	}
	known, err := h.book.OpenOfKind(tx, dueKind)
	if err != nil {
		return err
	}
	by := auth.System("hub")
	for _, due := range known {
		if open[due.DepartmentID] > 0 || departments != nil && !slices.Contains(departments, due.DepartmentID) {
			continue
		}
		if err := h.book.Close(tx, by, due.ID); err != nil {
			return fmt.Errorf("close the due date of %s: %w", due.SubjectID, err)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(open)) {
		d, ok := dir.Find(id)
		if !ok {
			continue // merged away; its systems go with it
		}
		due := schedule.Due{
			SubjectKind: dueKind, SubjectID: d.Code, DepartmentID: id, Title: dueConnect, TitleArgs: map[string]string{"name": d.Name},
			Article: articleConnect, FixedOn: p.ConnectBy,
		}
		if _, err := h.book.Set(tx, by, due); err != nil {
			return fmt.Errorf("open the due date of %s: %w", d.Code, err)
		}
	}
	return nil
}
