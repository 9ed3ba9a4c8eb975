package survey

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/schedule"
	"qingce/internal/store"
)

// sendBack gives a form that was handed in back to its body, with the working
// days that the campaign gives to mend it. When it was handed in first stays as
// it is, and with it whether it is late.
func (d *Desk) sendBack(tx *store.Tx, by auth.Principal, p *Paper) error {
	f := &p.Form
	f.State, f.Returns = FormReturned, f.Returns+1
	f.ReadyAt, f.ReadyBy, f.ReadyName = nil, 0, ""
	s := DueOf(p.Key())
	_, err := d.deps.Book.Set(tx, by, schedule.Due{
		SubjectKind: s.Kind, SubjectID: s.ID, DepartmentID: p.Owner.ID, Title: MendTitle,
		TitleArgs: map[string]string{"campaign": p.Campaign.Title, "department": p.Owner.Name},
		EventOn:   calendar.DateOf(tx.Now()), TermWD: p.Campaign.MendWd,
	})
	if err != nil {
		return fmt.Errorf("send form %s back: %w", p.Key(), err)
	}
	return nil
}

// reopen sends a form back that lies with the reviewers or is accepted; one that
// the body has in its hands stays as it is. It tells whether it was sent back.
func (d *Desk) reopen(tx *store.Tx, by auth.Principal, p *Paper) (bool, error) {
	switch p.Form.State {
	case FormLocked:
		return false, ErrCampaignLocked
	case FormSubmitted, FormAccepted:
		return true, d.sendBack(tx, by, p)
	}
	return false, nil
}
