package sharing

import (
	"context"
	"slices"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory/catalog"
)

// Use is one line of the ledger: who took what, for which purpose (办法 art. 13).
type Use struct {
	ID          int64
	AgreementID *AgreementID // nil for what is shared with everybody
	UserID      auth.DepartmentID
	ProviderID  auth.DepartmentID
	EntryCode   string
	EntryName   string
	UsedOn      calendar.Date
	Purpose     string
	Matter      string // the business it was used for
	// Calls is how often, or how many records by a download.
	Calls        int64
	RecordedAt   time.Time
	RecordedBy   auth.AccountID
	RecordedName string
}

// TableName is the table of the ledger.
func (Use) TableName() string { return "sharing_uses" }

// Taking is what somebody used.
type Taking struct {
	// Department is who used it; 0 is the principal's own.
	Department auth.DepartmentID
	On         calendar.Date // zero is today
	Purpose    string
	Matter     string
	Calls      int64 // 0 is one
}

func (t *Taking) clean(today calendar.Date) {
	t.Matter = strings.TrimSpace(t.Matter)
	if t.On.IsZero() {
		t.On = today
	}
	if t.Calls == 0 {
		t.Calls = 1
	}
}

// mostCalls is how much one line of the ledger may hold.
const mostCalls = 1_000_000_000

func (t *Taking) wrong(today calendar.Date) []fault.Field {
	out := needText("purpose", t.Purpose, 1, maxLine)
	out = append(out, known("purpose", given(t.Purpose), Purposes())...)
	out = append(out, needText("matter", t.Matter, 2, maxLine)...)
	if t.Calls < 1 || t.Calls > mostCalls {
		out = append(out, fault.At("calls", "sharing.err.calls"))
	}
	if t.On.After(today) {
		out = append(out, fault.At("used_on", "sharing.err.future", "field", fault.Label("sharing.used_on")))
	}
	return out
}

// ErrNotUnconditional says that the entry takes a request: only what is shared
// with everybody is fetched directly.
var ErrNotUnconditional = fault.New(fault.Conflict, "sharing.err.not_unconditional")

// ErrNotInForce says that the agreement does not cover the day of use.
var ErrNotInForce = fault.New(fault.Conflict, "sharing.err.not_in_force")

// Fetch takes what is shared with everybody directly from the platform, without
// anybody's leave, and leaves a record of use (办法 art. 10).
func (d *Desk) Fetch(ctx context.Context, by auth.Principal, code string, in Taking) (Use, error) {
	if err := by.Require(Writers()...); err != nil {
		return Use{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Use, error) {
		user, err := d.department(tx, by, in.Department)
		if err != nil {
			return Use{}, err
		}
		in.clean(today(tx))
		found := in.wrong(today(tx))
		entry, err := d.entry(tx, strings.TrimSpace(code))
		switch {
		case isAbsent(err):
			return Use{}, fault.Refuse(append(found, fault.At("entry", "sharing.err.entry", "code", code)))
		case err != nil:
			return Use{}, err
		case entry.ShareType != catalog.Unconditional:
			return Use{}, fault.New(ErrNotUnconditional.Kind, ErrNotUnconditional.Code, "code", entry.Code)
		case entry.ProviderID == user:
			found = append(found, fault.At("entry", ErrOwnData.Code))
		}
		if err := fault.Refuse(found); err != nil {
			return Use{}, err
		}
		u := Use{UserID: user, ProviderID: entry.ProviderID, EntryCode: entry.Code, EntryName: entry.Name}
		err = d.take(tx, by, &u, in)
		return u, err
	})
}

// RecordUse writes a use under an agreement into the ledger. It is refused
// outside of the agreement's days (ErrNotInForce), for a purpose that was not
// granted, and over the day's quota.
func (d *Desk) RecordUse(ctx context.Context, by auth.Principal, id AgreementID, in Taking) (Use, error) {
	if err := by.Require(Writers()...); err != nil {
		return Use{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Use, error) {
		a, err := agreementForUpdate(tx, id)
		if err != nil {
			return Use{}, err
		}
		if err := d.ofOwn(tx, by, a.UserID); err != nil {
			return Use{}, err
		}
		in.clean(today(tx))
		if err := d.covered(tx, a, in); err != nil {
			return Use{}, err
		}
		u := Use{AgreementID: &a.ID, UserID: a.UserID, ProviderID: a.ProviderID, EntryCode: a.EntryCode, EntryName: a.EntryName}
		if err := d.take(tx, by, &u, in); err != nil {
			return Use{}, err
		}
		return u, countCalls(tx, a.ID, u.Calls, u.UsedOn)
	})
}

// covered refuses what the agreement does not grant.
func (d *Desk) covered(tx *store.Tx, a Agreement, in Taking) error {
	found := in.wrong(today(tx))
	if in.Purpose != "" && slices.Contains(Purposes(), in.Purpose) && !a.Purposes.Has(in.Purpose) {
		found = append(found, fault.At("purpose", "sharing.err.purpose_not_granted"))
	}
	if err := fault.Refuse(found); err != nil {
		return err
	}
	if !a.Covers(in.On) {
		return fault.New(ErrNotInForce.Kind, ErrNotInForce.Code, "state", a.State.Label(), "from", a.ValidFrom, "day", in.On)
	}
	if a.Quota == nil {
		return nil
	}
	used, err := callsOn(tx, a.ID, in.On)
	if err != nil {
		return err
	}
	if used+in.Calls > *a.Quota {
		return fault.Refuse([]fault.Field{fault.At("calls", "sharing.err.over_quota", "quota", *a.Quota, "used", used)})
	}
	return nil
}

func (d *Desk) take(tx *store.Tx, by auth.Principal, u *Use, in Taking) error {
	u.UsedOn, u.Purpose, u.Matter, u.Calls = in.On, in.Purpose, in.Matter, in.Calls
	u.RecordedAt, u.RecordedBy, u.RecordedName = tx.Now(), by.AccountID, by.Name
	if err := insertUse(tx, u); err != nil {
		return err
	}
	return oplog.Record(tx, by, oplog.Entry{
		Action: "sharing.used", Kind: "sharing_use", ID: useID(u.ID), Name: u.EntryCode + " " + u.EntryName, Department: u.UserID,
		After: useFacts{u.EntryCode, u.UsedOn, u.Purpose, u.Matter, u.Calls},
	})
}

// useFacts is a use as the operation log keeps it.
type useFacts struct {
	Entry   string        `json:"entry"`
	On      calendar.Date `json:"used_on"`
	Purpose string        `json:"purpose"`
	Matter  string        `json:"matter"`
	Calls   int64         `json:"calls"`
}

// UseQuery narrows the ledger; what is zero does not narrow.
type UseQuery struct {
	Side       Side
	Department auth.DepartmentID
	Agreement  AgreementID
	Entry      string
	Direct     bool // only what is shared with everybody
	From, To   calendar.Date
	Search     string
	Page, Size int
}

// UsePage is a part of the ledger, the newest first.
type UsePage struct {
	Rows       []Use
	Total      int64
	Calls      int64 // of all rows
	Page, Size int
}

// ListUses reads the ledger as the principal sees it.
func (d *Desk) ListUses(ctx context.Context, by auth.Principal, q UseQuery) (UsePage, error) {
	q.Page, q.Size = pageOf(q.Page, q.Size)
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (out UsePage, err error) {
		who, err := d.sides(tx, by)
		if err != nil {
			return out, err
		}
		out.Page, out.Size = q.Page, q.Size
		if out.Rows, out.Total, err = listUses(tx, &who, q); err != nil {
			return out, err
		}
		out.Calls, err = sumCalls(tx, who, q)
		return out, err
	})
}
