package main

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventoryweb"
)

const (
	// answerTerm is how long the Office has to answer a change request, in
	// working days. The document names no term; ten is the one that it gives
	// for answers to requests (办法 art. 10).
	answerTerm = 10
	// answerTitle names that duty.
	answerTitle = "due.change_answer"
	// officeDuty marks the body that is the Office (办法 art. 4).
	officeDuty = "office"
)

// askAnswer opens the due date of the Office's answer to a change request. A
// register without the Office has nobody to whom it would be due.
func (r *rooms) askAnswer(tx *store.Tx, by auth.Principal, c inventory.ChangeRequest, s inventory.System) error {
	dir, err := r.registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	for _, d := range dir.ActiveOn(calendar.DateOf(tx.Now())) {
		if !d.Duties.Has(officeDuty) {
			continue
		}
		subject := inventoryweb.ChangeDueOf(c.ID)
		_, err := r.book.Set(tx, by, schedule.Due{
			SubjectKind: subject.Kind, SubjectID: subject.ID, DepartmentID: d.ID,
			Title: answerTitle, TitleArgs: map[string]string{"code": s.Code, "name": s.Name},
			EventOn: calendar.DateOf(tx.Now()), TermWD: answerTerm,
		})
		return err
	}
	return nil
}

// closeAnswer ends the due date of a request that was decided or withdrawn.
func (r *rooms) closeAnswer(tx *store.Tx, by auth.Principal, c inventory.ChangeRequest) error {
	return r.closeDues(tx, by, inventoryweb.ChangeDueOf(c.ID), answerTitle)
}
