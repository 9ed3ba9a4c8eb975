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
	"qingce/internal/store"
)

// MisuseID identifies a report of misuse.
type MisuseID int64

// String writes the id as addresses have it.
func (id MisuseID) String() string { return strconv.FormatInt(int64(id), 10) }

// MisuseState is where a report stands.
type MisuseState string

// The states. What was confirmed is situation R4 of 办法 art. 23.
const (
	MisuseReported  MisuseState = "reported"
	MisuseConfirmed MisuseState = "confirmed"
	MisuseDismissed MisuseState = "dismissed"
)

// MisuseStates lists the states.
func MisuseStates() []MisuseState {
	return []MisuseState{MisuseReported, MisuseConfirmed, MisuseDismissed}
}

// Label is the message key of the state's name.
func (s MisuseState) Label() fault.Label { return fault.Label("sharing.misuse." + string(s)) }

// Sorts of misuse (办法 art. 13).
const (
	MisuseThirdParty = "third_party"   // handed to others
	MisusePurpose    = "other_purpose" // used for something else
	MisuseDisguised  = "disguised"     // handed on in another form
	MisuseNoRecord   = "no_record"     // used without a record
	MisuseOther      = "other"
)

// MisuseKinds lists the sorts.
func MisuseKinds() []string {
	return []string{MisuseThirdParty, MisusePurpose, MisuseDisguised, MisuseNoRecord, MisuseOther}
}

// Misuse is use of data against the agreement or the purpose.
type Misuse struct {
	ID          MisuseID
	AgreementID *AgreementID
	UserID      auth.DepartmentID
	ProviderID  auth.DepartmentID
	EntryCode   string
	EntryName   string
	FoundOn     calendar.Date
	Kind        string
	Description string
	State       MisuseState
	Decision    string
	DecidedAt   *time.Time
	DecidedName string
	CreatedAt   time.Time
	CreatedBy   auth.AccountID
	CreatedName string
	UpdatedAt   time.Time
	UpdatedBy   auth.AccountID
	Version     int64
}

// Address is the page of the report.
func (m Misuse) Address() string { return "/sharing/misuses/" + m.ID.String() }

// TableName is the table of reports.
func (Misuse) TableName() string { return "sharing_misuses" }

// misuseFacts is a report as the operation log keeps it.
type misuseFacts struct {
	Entry    string        `json:"entry"`
	User     int64         `json:"user"`
	Kind     string        `json:"kind"`
	FoundOn  calendar.Date `json:"found_on"`
	State    MisuseState   `json:"state"`
	Decision string        `json:"decision"`
}

func (m Misuse) facts() misuseFacts {
	return misuseFacts{m.EntryCode, int64(m.UserID), m.Kind, m.FoundOn, m.State, m.Decision}
}

// Reporters report misuse: the provider, and those who watch over the platform.
func Reporters() []auth.Role {
	return []auth.Role{auth.Head, auth.Region, auth.Office, auth.Centre, auth.Auditor}
}

// Finding is what somebody reports.
type Finding struct {
	Kind        string
	FoundOn     calendar.Date // zero is today
	Description string
}

// ReportMisuse reports use against an agreement (办法 art. 13). The Office then
// decides whether it is so.
func (d *Desk) ReportMisuse(ctx context.Context, by auth.Principal, id AgreementID, in Finding) (Misuse, error) {
	if err := by.Require(Reporters()...); err != nil {
		return Misuse{}, err
	}
	in.Description = strings.TrimSpace(in.Description)
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Misuse, error) {
		a, err := agreementForUpdate(tx, id)
		if err != nil {
			return Misuse{}, err
		}
		if !by.Is(auth.Office, auth.Centre, auth.Auditor) {
			if err := d.ofOwn(tx, by, a.ProviderID); err != nil {
				return Misuse{}, err
			}
		}
		if in.FoundOn.IsZero() {
			in.FoundOn = today(tx)
		}
		if err := fault.Refuse(in.wrong(today(tx))); err != nil {
			return Misuse{}, err
		}
		m := Misuse{
			AgreementID: &a.ID, UserID: a.UserID, ProviderID: a.ProviderID, EntryCode: a.EntryCode, EntryName: a.EntryName,
			FoundOn: in.FoundOn, Kind: in.Kind, Description: in.Description, State: MisuseReported,
		}
		err = insertMisuse(tx, by, &m)
		return m, err
	})
}

func (f *Finding) wrong(today calendar.Date) []fault.Field {
	out := needText("misuse_kind", f.Kind, 1, maxLine)
	out = append(out, known("misuse_kind", given(f.Kind), MisuseKinds())...)
	out = append(out, needText("description", f.Description, leastReason, maxReason)...)
	if f.FoundOn.After(today) {
		out = append(out, fault.At("found_on", "sharing.err.future", "field", fault.Label("sharing.found_on")))
	}
	return out
}

// DecideMisuse confirms or dismisses a report, with reasons. It is for the
// Office, and not for whoever is a party.
func (d *Desk) DecideMisuse(ctx context.Context, by auth.Principal, id MisuseID, version int64, state MisuseState, reason string) (Misuse, error) {
	if err := by.Require(auth.Office); err != nil {
		return Misuse{}, err
	}
	found := needText("decision", reason, leastReason, maxReason)
	if !slices.Contains([]MisuseState{MisuseConfirmed, MisuseDismissed}, state) {
		found = append(found, fault.At("state", "err.choice", "field", fault.Label("sharing.state")))
	}
	if err := fault.Refuse(found); err != nil {
		return Misuse{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Misuse, error) {
		old, err := misuseForUpdate(tx, id)
		switch {
		case err != nil:
			return Misuse{}, err
		case by.DepartmentID != 0 && (by.DepartmentID == old.UserID || by.DepartmentID == old.ProviderID):
			return Misuse{}, ErrOwnEscalation
		case old.State != MisuseReported:
			return Misuse{}, fault.New(ErrState.Kind, ErrState.Code, "state", old.State.Label())
		case old.Version != version:
			return Misuse{}, store.ErrStale
		}
		m, at := old, tx.Now()
		m.State, m.Decision, m.DecidedAt, m.DecidedName = state, strings.TrimSpace(reason), &at, by.Name
		err = updateMisuse(tx, act{by: by, action: "misuse." + string(state), note: m.Decision}, old, &m)
		return m, err
	})
}

// MisuseQuery narrows a list of reports; what is zero does not narrow.
type MisuseQuery struct {
	User       auth.DepartmentID
	States     []MisuseState
	Page, Size int
}

// MisusePage is a part of a list: what is not decided comes first.
type MisusePage struct {
	Rows       []Misuse
	Total      int64
	Page, Size int
}

// ListMisuses lists the reports that the principal sees.
func (d *Desk) ListMisuses(ctx context.Context, by auth.Principal, q MisuseQuery) (MisusePage, error) {
	q.Page, q.Size = pageOf(q.Page, q.Size)
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (out MisusePage, err error) {
		who, err := d.sides(tx, by)
		if err != nil {
			return out, err
		}
		out.Page, out.Size = q.Page, q.Size
		out.Rows, out.Total, err = listMisuses(tx, who, q)
		return out, err
	})
}

// FindMisuse reads a report that the principal sees, with its steps.
func (d *Desk) FindMisuse(ctx context.Context, by auth.Principal, id MisuseID) (Misuse, []Step, error) {
	var m Misuse
	steps, err := store.Reading(ctx, d.deps.DB, func(tx *store.Tx) ([]Step, error) {
		seen, err := d.seen(tx, by, Watchers())
		if err != nil {
			return nil, err
		}
		if m, err = misuseIn(tx, id, seen); err != nil {
			return nil, err
		}
		return stepsOf(tx, KindMisuse, int64(id))
	})
	return m, steps, err
}

// MisusesIn are the confirmed cases that were found from one day to another: the
// facts of situation R4 (办法 art. 23), for rooms that draw conclusions.
func (d *Desk) MisusesIn(tx *store.Tx, from, to calendar.Date) ([]Misuse, error) {
	return confirmedMisuses(tx, from, to)
}
