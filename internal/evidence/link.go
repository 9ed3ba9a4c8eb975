package evidence

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// ErrRemoved says that a file was removed from its record before.
var ErrRemoved = fault.New(fault.Conflict, "err.evidence.removed")

// keepers may put files beside records of their own department or region; the
// Office and the centre beside any.
func keepers() auth.Roles {
	return auth.Roles{auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre}
}

// Add receives a file and puts it beside a record, after checking that by may
// write in the record's department; another department's record is NotFound.
// The same file again for the same purpose gives the link that is there.
func (b *Box) Add(ctx context.Context, by auth.Principal, up Upload, s Subject, purpose, note string) (Item, error) {
	if err := by.Require(keepers()...); err != nil {
		return Item{}, err
	}
	if err := fault.Refuse(wrong(s, purpose, note)); err != nil {
		return Item{}, err
	}
	err := b.db.Read(ctx, func(tx *store.Tx) error { return b.mayWrite(tx, by, s.Department) })
	if err != nil { // before 20 MiB are read in vain
		return Item{}, err
	}
	var item Item
	err = b.Receive(ctx, up, func(f Received) error {
		return b.db.Write(ctx, func(tx *store.Tx) error {
			if err := b.mayWrite(tx, by, s.Department); err != nil {
				return err
			}
			item, err = b.Attach(tx, by, f, s, purpose, note)
			return err
		})
	})
	return item, err
}

// mayWrite returns NotFound unless by may change records of the department.
func (b *Box) mayWrite(tx *store.Tx, by auth.Principal, dept auth.DepartmentID) error {
	if by.Is(auth.Office, auth.Centre) {
		return nil
	}
	inside, err := b.inside(tx, by.Own(), dept)
	if err == nil && !inside {
		return fault.New(fault.NotFound, "err.not_found")
	}
	return err
}

// Attach puts a received file beside a record. The caller has checked that by
// may do so. The same file again for the same purpose gives the link that is
// there. What is missing or impossible is an Invalid fault with fields.
func (b *Box) Attach(tx *store.Tx, by auth.Principal, f Received, s Subject, purpose, note string) (Item, error) {
	if !by.Known() {
		return Item{}, auth.ErrUnauthenticated
	}
	if err := fault.Refuse(wrong(s, purpose, note)); err != nil {
		return Item{}, err
	}
	if f.data == nil {
		return Item{}, refuse("err.evidence.empty")
	}
	file, err := keepFile(tx, by, f)
	if err != nil {
		return Item{}, err
	}
	old, found, err := findLinked(tx, s, purpose, file.ID)
	if err != nil || found {
		return Item{old, file}, err
	}
	link, err := insertLink(tx, Link{
		SubjectKind: s.Kind, SubjectID: s.ID, DepartmentID: s.Department, Purpose: purpose, EvidenceID: file.ID,
		Name: f.name, Note: note, AddedBy: by.AccountID, AddedName: by.Name, AddedAt: tx.Now(),
	})
	if err != nil {
		return Item{}, err
	}
	item := Item{link, file}
	return item, oplog.Record(tx, by, item.entry("evidence.add", nil, item.facts()))
}

// List gives the files beside a record in the order in which they came, without
// those that were removed. The caller has checked that the record may be seen.
func (b *Box) List(tx *store.Tx, s Subject) ([]Item, error) {
	links, err := linksOf(tx, s)
	if err != nil {
		return nil, err
	}
	return withFiles(tx, links)
}

// Remove marks a file as removed from its record; the bytes stay. Who may is
// as for Add. A file that was removed before is ErrRemoved.
func (b *Box) Remove(ctx context.Context, by auth.Principal, id LinkID, reason string) error {
	if err := by.Require(keepers()...); err != nil {
		return err
	}
	return b.db.Write(ctx, func(tx *store.Tx) error {
		link, err := findLink(tx, id)
		if err != nil {
			return err
		}
		if err := b.mayWrite(tx, by, link.DepartmentID); err != nil {
			return err
		}
		return b.Detach(tx, by, id, reason)
	})
}

// Detach is Remove without the question who may, which the caller has answered.
func (b *Box) Detach(tx *store.Tx, by auth.Principal, id LinkID, reason string) error {
	if !by.Known() {
		return auth.ErrUnauthenticated
	}
	switch {
	case reason == "":
		return fault.Refuse([]fault.Field{fault.At("reason", "err.required", "field", fault.Label("evidence.field.reason"))})
	case !plain(reason, maxReason):
		return fault.Refuse([]fault.Field{fault.At("reason", "err.evidence.note", "max", maxReason)})
	}
	link, err := findLink(tx, id)
	if err != nil {
		return err
	}
	items, err := withFiles(tx, []Link{link})
	if err != nil {
		return err
	}
	if err := removeLink(tx, by, id, reason); err != nil {
		return err
	}
	e := items[0].entry("evidence.remove", items[0].facts(), nil)
	e.Reason = reason
	return oplog.Record(tx, by, e)
}

// fact is a link as the operation log keeps it.
type fact struct {
	Subject   string `json:"subject"`
	Purpose   string `json:"purpose"`
	Name      string `json:"name"`
	Note      string `json:"note"`
	SHA256    string `json:"sha256"`
	Size      int64  `json:"size"`
	MediaType string `json:"media_type"`
}

func (i Item) facts() fact {
	return fact{
		Subject: i.Link.SubjectKind + " " + i.Link.SubjectID, Purpose: i.Link.Purpose, Name: i.Link.Name, Note: i.Link.Note,
		SHA256: i.File.SHA256, Size: i.File.Size, MediaType: i.File.MediaType,
	}
}

func (i Item) entry(action string, before, after any) oplog.Entry {
	return oplog.Entry{
		Action: action, Kind: "evidence", ID: i.Link.ID.String(), Name: i.Link.Name,
		Department: i.Link.DepartmentID, Before: before, After: after,
	}
}

// Hand gives the files of a subject to another department, with the record
// they stand beside; the caller records why.
func (b *Box) Hand(tx *store.Tx, s Subject, to auth.DepartmentID) error { return handLinks(tx, s, to) }
