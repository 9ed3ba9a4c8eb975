package sharing

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/store"
)

// AgreementID identifies an agreement.
type AgreementID int64

// String writes the id as addresses have it.
func (id AgreementID) String() string { return strconv.FormatInt(int64(id), 10) }

// AgreementState is where an agreement stands.
type AgreementState string

// The states.
const (
	AgreementActive    AgreementState = "active"
	AgreementSuspended AgreementState = "suspended"
	AgreementExpired   AgreementState = "expired"
	AgreementRevoked   AgreementState = "revoked"
)

// AgreementStates lists the states.
func AgreementStates() []AgreementState {
	return []AgreementState{AgreementActive, AgreementSuspended, AgreementExpired, AgreementRevoked}
}

// Valid tells whether s is a known state.
func (s AgreementState) Valid() bool { return slices.Contains(AgreementStates(), s) }

// Label is the message key of the state's name.
func (s AgreementState) Label() fault.Label { return fault.Label("sharing.agreement." + string(s)) }

// Agreement is what the provider granted, or the Office settled: the data may be
// used for these purposes only, and never handed to others (办法 art. 13).
type Agreement struct {
	ID          AgreementID
	RequestID   RequestID
	UserID      auth.DepartmentID
	ProviderID  auth.DepartmentID
	EntryCode   string
	EntryName   string
	Items       []string `gorm:"serializer:json"` // none is all
	Scope       string
	ScopeNote   string
	Purposes    field.List
	PurposeNote string
	Method      string
	MethodNote  string
	ValidFrom   calendar.Date
	ValidTo     calendar.Date // the last day; zero is without end
	Quota       *int64        // calls a day
	State       AgreementState
	StateReason string
	Calls       int64 // of the ledger, in all
	LastUsedOn  calendar.Date
	CreatedAt   time.Time
	CreatedName string
	UpdatedAt   time.Time
	UpdatedBy   auth.AccountID
	Version     int64
}

// TableName is the table of agreements.
func (Agreement) TableName() string { return "sharing_agreements" }

// Address is the page of the agreement.
func (a Agreement) Address() string { return "/sharing/agreements/" + a.ID.String() }

// Covers tells whether the data may be used on a day.
func (a Agreement) Covers(day calendar.Date) bool {
	return a.State == AgreementActive && !day.Before(a.ValidFrom) && (a.ValidTo.IsZero() || !day.After(a.ValidTo))
}

// agreementFacts is an agreement as the operation log keeps it.
type agreementFacts struct {
	Request  int64          `json:"request"`
	Entry    string         `json:"entry"`
	State    AgreementState `json:"state"`
	Scope    string         `json:"scope"`
	Purposes string         `json:"purposes"`
	Method   string         `json:"method"`
	Items    []string       `json:"items"`
	From     calendar.Date  `json:"valid_from"`
	To       calendar.Date  `json:"valid_to"`
	Quota    *int64         `json:"quota,omitempty"`
}

func (a Agreement) facts() agreementFacts {
	return agreementFacts{
		Request: int64(a.RequestID), Entry: a.EntryCode, State: a.State, Scope: strings.TrimSpace(a.Scope + " " + a.ScopeNote),
		Purposes: a.Purposes.Canonical(), Method: a.Method, Items: a.Items, From: a.ValidFrom, To: a.ValidTo, Quota: a.Quota,
	}
}

// agree makes the agreement of a request, in the place of one that is in force.
func (d *Desk) agree(tx *store.Tx, by auth.Principal, r Request, t Terms) (Agreement, error) {
	old, err := agreementOf(tx, r.ID)
	switch {
	case err == nil:
		next := old
		next.State = AgreementRevoked
		if err := updateAgreement(tx, act{by: by, action: "agreement.replaced"}, old, &next); err != nil {
			return Agreement{}, err
		}
	case !isAbsent(err):
		return Agreement{}, err
	}
	items := t.Items
	if len(items) == 0 {
		items = r.Items
	}
	a := Agreement{
		RequestID: r.ID, UserID: r.UserID, ProviderID: r.ProviderID, EntryCode: r.EntryCode, EntryName: r.EntryName, Items: items,
		Scope: t.Scope, ScopeNote: t.ScopeNote, Purposes: t.Purposes, PurposeNote: t.PurposeNote, Method: t.Method, MethodNote: t.MethodNote,
		ValidFrom: t.ValidFrom, ValidTo: t.ValidTo, Quota: t.Quota, State: AgreementActive,
	}
	err = insertAgreement(tx, by, &a)
	return a, err
}

// Halt is a step with an agreement that is in force.
type Halt string

// The steps.
const (
	Suspend Halt = "suspend" // 中止
	Resume  Halt = "resume"  // 恢复
	Revoke  Halt = "revoke"  // 撤销
)

// Halts lists the steps.
func Halts() []Halt { return []Halt{Suspend, Resume, Revoke} }

// from and to are the states between which the step leads.
func (h Halt) from() []AgreementState {
	switch h {
	case Suspend:
		return []AgreementState{AgreementActive}
	case Resume:
		return []AgreementState{AgreementSuspended}
	}
	return []AgreementState{AgreementActive, AgreementSuspended}
}

func (h Halt) to() AgreementState {
	switch h {
	case Suspend:
		return AgreementSuspended
	case Resume:
		return AgreementActive
	}
	return AgreementRevoked
}

// Fits tells whether the step leads on from a state.
func (h Halt) Fits(s AgreementState) bool { return slices.Contains(h.from(), s) }

// act is what the step is called in the history.
func (h Halt) act() string {
	switch h {
	case Suspend:
		return "agreement.suspended"
	case Resume:
		return "agreement.resumed"
	}
	return "agreement.revoked"
}

// Halters may suspend, resume and revoke: the provider's head for its own data,
// and the Office; the centre operates the platform and may suspend and resume.
func (h Halt) Halters() []auth.Role {
	if h == Revoke {
		return []auth.Role{auth.Head, auth.Region, auth.Office}
	}
	return []auth.Role{auth.Head, auth.Region, auth.Office, auth.Centre}
}

// HaltAgreement suspends, resumes or revokes an agreement, with the reason.
func (d *Desk) HaltAgreement(ctx context.Context, by auth.Principal, id AgreementID, version int64, h Halt, reason string) (Agreement, error) {
	if !slices.Contains(Halts(), h) {
		return Agreement{}, fault.Refuse([]fault.Field{fault.At("halt", "err.required", "field", fault.Label("sharing.halt"))})
	}
	if err := by.Require(h.Halters()...); err != nil {
		return Agreement{}, err
	}
	if err := fault.Refuse(needText("reason", reason, 4, maxReason)); err != nil {
		return Agreement{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Agreement, error) {
		old, err := agreementForUpdate(tx, id)
		if err != nil {
			return Agreement{}, err
		}
		if err := d.mayHalt(tx, by, old, h); err != nil {
			return Agreement{}, err
		}
		if !h.Fits(old.State) {
			return Agreement{}, fault.New(ErrState.Kind, ErrState.Code, "state", old.State.Label())
		}
		if old.Version != version {
			return Agreement{}, store.ErrStale
		}
		a := old
		a.State, a.StateReason = h.to(), strings.TrimSpace(reason)
		err = updateAgreement(tx, act{by: by, action: h.act(), note: a.StateReason}, old, &a)
		return a, err
	})
}

// mayHalt lets in the provider's own and those who watch over all.
func (d *Desk) mayHalt(tx *store.Tx, by auth.Principal, a Agreement, h Halt) error {
	if by.Is(auth.Office) || h != Revoke && by.Is(auth.Centre) {
		return nil
	}
	return d.ofOwn(tx, by, a.ProviderID)
}

// Expire ends the agreements whose last day is over, and gives their number. It
// is a job: the second time on a day it changes nothing.
func (d *Desk) Expire(ctx context.Context) (int, error) {
	by := auth.System("sharing")
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (int, error) {
		over, err := overAgreements(tx, today(tx))
		if err != nil {
			return 0, err
		}
		for _, old := range over {
			a := old
			a.State = AgreementExpired
			if err := updateAgreement(tx, act{by: by, action: "agreement.expired"}, old, &a); err != nil {
				return 0, err
			}
		}
		return len(over), nil
	})
}

// AgreementFile is an agreement with what stands beside it.
type AgreementFile struct {
	Agreement Agreement
	Steps     []Step
	Uses      []Use // the newest
	UseCount  int64
	Misuses   []Misuse
}

// shownUses is how many lines of the ledger the page of an agreement shows.
const shownUses = 20

// FindAgreement reads an agreement that the principal sees.
func (d *Desk) FindAgreement(ctx context.Context, by auth.Principal, id AgreementID) (AgreementFile, error) {
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (f AgreementFile, err error) {
		seen, err := d.seen(tx, by, Watchers())
		if err != nil {
			return f, err
		}
		if f.Agreement, err = agreementIn(tx, id, seen); err != nil {
			return f, err
		}
		if f.Steps, err = stepsOf(tx, KindAgreement, int64(id)); err != nil {
			return f, err
		}
		if f.Uses, f.UseCount, err = listUses(tx, nil, UseQuery{Agreement: id, Page: 1, Size: shownUses}); err != nil {
			return f, err
		}
		f.Misuses, err = misusesOf(tx, id)
		return f, err
	})
}

// AgreementQuery narrows a list of agreements; what is zero does not narrow.
type AgreementQuery struct {
	States     []AgreementState
	Side       Side
	Department auth.DepartmentID
	Entry      string
	Request    RequestID
	Search     string
	// Page counts from 1; Size is at most MaxPageSize, DefaultPageSize when not
	// given.
	Page, Size int
}

// AgreementPage is a part of a list: what ends first comes first.
type AgreementPage struct {
	Rows       []Agreement
	Total      int64
	Page, Size int
}

// ListAgreements lists the agreements that the principal sees.
func (d *Desk) ListAgreements(ctx context.Context, by auth.Principal, q AgreementQuery) (AgreementPage, error) {
	q.Page, q.Size = pageOf(q.Page, q.Size)
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (out AgreementPage, err error) {
		seen, err := d.sides(tx, by)
		if err != nil {
			return out, err
		}
		out.Page, out.Size = q.Page, q.Size
		out.Rows, out.Total, err = listAgreements(tx, seen, q)
		return out, err
	})
}
