package rectification

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Issue sends a draft to the department: the notice gets its number, and its
// term begins on the day after (办法 art. 23). It is a step of the Office, and
// never to its own body. Before the 办法 is in force it is ErrNotInForce.
func (d *Desk) Issue(ctx context.Context, by auth.Principal, id NoticeID, version int64) (Notice, error) {
	if err := by.Require(auth.Office); err != nil {
		return Notice{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Notice, error) {
		old, err := noticeForUpdate(tx, id)
		if err != nil {
			return Notice{}, err
		}
		if err := d.ofOther(tx, by, old.DepartmentID); err != nil {
			return Notice{}, err
		}
		if err := old.standsAt(version, Drafted); err != nil {
			return Notice{}, err
		}
		day, at := today(tx), tx.Now()
		if day.Before(InForce()) {
			return Notice{}, fault.New(ErrNotInForce.Kind, ErrNotInForce.Code, "date", InForce())
		}
		n := old
		n.Year = day.Year()
		if n.Number, err = nextNumber(tx, n.Year); err != nil {
			return Notice{}, err
		}
		n.State, n.IssuedOn, n.TermFrom, n.IssuedAt, n.IssuedName = Issued, day, day, &at, by.Name
		due, err := d.begin(tx, by, n, day, n.TermWd)
		if err != nil {
			return Notice{}, err
		}
		n.DueOn = due.DueOn
		return n, updateNotice(tx, act{by: by, action: "issued"}, old, &n)
	})
}
