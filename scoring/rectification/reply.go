package rectification

import (
	"context"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// FileRectified is the purpose of the files beside a notice.
const FileRectified = "rectified"

// WriteReply keeps what a department is writing, for its head to hand in.
func (d *Desk) WriteReply(ctx context.Context, by auth.Principal, id NoticeID, version int64, text string, file *evidence.Received) (Notice, error) {
	return d.answer(ctx, by, id, version, text, file, false)
}

// Reply hands the answer of a department in: what was put right, with at least
// one file that shows it. The term stops until the Office has checked it; a
// reply to an overdue notice is taken and stays late.
func (d *Desk) Reply(ctx context.Context, by auth.Principal, id NoticeID, version int64, text string, file *evidence.Received) (Notice, error) {
	if err := by.Require(Heads()...); err != nil {
		return Notice{}, err
	}
	return d.answer(ctx, by, id, version, text, file, true)
}

func (d *Desk) answer(
	ctx context.Context, by auth.Principal, id NoticeID, version int64, text string, file *evidence.Received, submit bool,
) (Notice, error) {
	if err := by.Require(Repliers()...); err != nil {
		return Notice{}, err
	}
	text = strings.TrimSpace(text)
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Notice, error) {
		old, err := d.toAnswer(tx, by, id, version)
		if err != nil {
			return Notice{}, err
		}
		files, err := d.filed(tx, by, old, file)
		if err != nil {
			return Notice{}, err
		}
		found := needText("reply", text, leastText, maxText)
		if submit && files == 0 {
			found = append(found, fault.At("file", "rectify.err.evidence"))
		}
		if err := fault.Refuse(found); err != nil {
			return Notice{}, err
		}
		n := old
		if err := d.noteReply(tx, by, &n, text, submit); err != nil {
			return Notice{}, err
		}
		action := "reply_written"
		if submit {
			action = "replied"
		}
		return n, updateNotice(tx, act{by: by, action: action, note: text}, old, &n)
	})
}

// toAnswer reads a notice that the principal's department owes a reply to.
func (d *Desk) toAnswer(tx *store.Tx, by auth.Principal, id NoticeID, version int64) (Notice, error) {
	n, err := noticeForUpdate(tx, id)
	if err != nil {
		return Notice{}, err
	}
	if n.Number == 0 {
		return Notice{}, errAbsent
	}
	if err := d.ofOwn(tx, by, n.DepartmentID); err != nil {
		return Notice{}, err
	}
	return n, n.standsAt(version, answerable()...)
}

// noteReply writes the reply, and moves the notice when it is handed in.
func (d *Desk) noteReply(tx *store.Tx, by auth.Principal, n *Notice, text string, submit bool) error {
	r, err := lastReply(tx, n.ID)
	if err != nil {
		return err
	}
	if r.State != ReplyDrafted {
		r = Reply{NoticeID: n.ID, Number: r.Number + 1, State: ReplyDrafted}
	}
	at := tx.Now()
	r.Text, r.WrittenAt, r.WrittenName = text, at, by.Name
	if !submit {
		return saveReply(tx, &r)
	}
	r.State, r.SubmittedAt, r.SubmittedName = ReplySubmitted, &at, by.Name
	if err := saveReply(tx, &r); err != nil {
		return err
	}
	due, err := d.end(tx, by, *n)
	if err != nil {
		return err
	}
	if !due.IsZero() {
		n.DueOn = due
	}
	n.State, n.RepliedOn = Replied, today(tx)
	if n.OverdueFrom.IsZero() && n.DueOn.Before(n.RepliedOn) { // ahead of the sweep
		n.OverdueFrom = n.DueOn.AddDays(1)
	}
	return nil
}

// filed puts a file beside a notice when there is one, and counts them.
func (d *Desk) filed(tx *store.Tx, by auth.Principal, n Notice, file *evidence.Received) (int, error) {
	if file != nil {
		if _, err := d.deps.Box.Attach(tx, by, *file, n.Evidence(), FileRectified, ""); err != nil {
			return 0, err
		}
	}
	items, err := d.deps.Box.List(tx, n.Evidence())
	return len(items), err
}

// Attach puts a file beside a notice ahead of the reply.
func (d *Desk) Attach(ctx context.Context, by auth.Principal, id NoticeID, file evidence.Received) (evidence.Item, error) {
	if err := by.Require(Repliers()...); err != nil {
		return evidence.Item{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (evidence.Item, error) {
		n, err := noticeForUpdate(tx, id)
		if err != nil {
			return evidence.Item{}, err
		}
		if _, err := d.toAnswer(tx, by, id, n.Version); err != nil {
			return evidence.Item{}, err
		}
		return d.deps.Box.Attach(tx, by, file, n.Evidence(), FileRectified, "")
	})
}

// OpenFile opens a file beside a notice that the principal sees.
func (d *Desk) OpenFile(ctx context.Context, by auth.Principal, id NoticeID, link evidence.LinkID) (*evidence.Content, error) {
	f, err := d.Find(ctx, by, id)
	if err != nil {
		return nil, err
	}
	for _, item := range f.Files {
		if item.Link.ID == link {
			return d.deps.Box.Open(ctx, auth.System("rectification"), link)
		}
	}
	return nil, errAbsent
}
