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

// ReliefID identifies a relief.
type ReliefID int64

// String writes the id as addresses have it.
func (id ReliefID) String() string { return strconv.FormatInt(int64(id), 10) }

// ReliefState is where a relief stands.
type ReliefState string

// The states: declared waits for the Office.
const (
	ReliefDeclared  ReliefState = "declared"
	ReliefAccepted  ReliefState = "accepted"
	ReliefWithdrawn ReliefState = "withdrawn"
)

// ReliefStates lists the states.
func ReliefStates() []ReliefState {
	return []ReliefState{ReliefDeclared, ReliefAccepted, ReliefWithdrawn}
}

// Label is the message key of the state's name.
func (s ReliefState) Label() fault.Label { return fault.Label("sharing.relief." + string(s)) }

// Who no longer hands something in.
const (
	PeopleCitizens = "citizens"
	PeopleFirms    = "firms"
	PeopleBoth     = "both"
)

// Peoples lists who may no longer hand something in.
func Peoples() []string { return []string{PeopleCitizens, PeopleFirms, PeopleBoth} }

// Relief is a material that citizens or firms no longer hand in for a service,
// because shared data take its place (办法 art. 11).
type Relief struct {
	ID           ReliefID
	DepartmentID auth.DepartmentID
	Matter       string
	Material     string
	People       string
	EntryCode    string
	EntryName    string
	ProviderID   auth.DepartmentID
	StoppedOn    calendar.Date // the first day without it
	TimesAYear   int64         // how often it was handed in
	Note         string
	State        ReliefState
	DecidedAt    *time.Time
	DecidedName  string
	CreatedAt    time.Time
	CreatedBy    auth.AccountID
	CreatedName  string
	UpdatedAt    time.Time
	UpdatedBy    auth.AccountID
	Version      int64
}

// TableName is the table of reliefs.
func (Relief) TableName() string { return "sharing_reliefs" }

// reliefFacts is a relief as the operation log keeps it.
type reliefFacts struct {
	Matter   string        `json:"matter"`
	Material string        `json:"material"`
	People   string        `json:"people"`
	Entry    string        `json:"entry"`
	Stopped  calendar.Date `json:"stopped_on"`
	Times    int64         `json:"times_a_year"`
	State    ReliefState   `json:"state"`
}

func (r Relief) facts() reliefFacts {
	return reliefFacts{r.Matter, r.Material, r.People, r.EntryCode, r.StoppedOn, r.TimesAYear, r.State}
}

// Saving is a relief as a department declares it.
type Saving struct {
	// Department is whose service it is; 0 is the principal's own.
	Department auth.DepartmentID
	Matter     string
	Material   string
	People     string
	Entry      string // code of the entry that takes its place
	StoppedOn  calendar.Date
	TimesAYear int64
	Note       string
}

func (s *Saving) wrong(today calendar.Date) []fault.Field {
	out := needText("matter", s.Matter, 2, maxLine)
	out = append(out, needText("material", s.Material, 2, maxLine)...)
	out = append(out, needText("people", s.People, 1, maxLine)...)
	out = append(out, known("people", given(s.People), Peoples())...)
	out = append(out, needText("entry", s.Entry, 1, maxLine)...)
	out = append(out, needText("note", s.Note, 0, maxReason)...)
	switch {
	case s.StoppedOn.IsZero():
		out = append(out, fault.At("stopped_on", "err.required", "field", fault.Label("sharing.stopped_on")))
	case s.StoppedOn.After(today):
		out = append(out, fault.At("stopped_on", "sharing.err.future", "field", fault.Label("sharing.stopped_on")))
	}
	if s.TimesAYear < 1 || s.TimesAYear > mostCalls {
		out = append(out, fault.At("times_a_year", "sharing.err.times"))
	}
	return out
}

// ErrReliefTwice says that the department has declared the material before.
var ErrReliefTwice = fault.New(fault.Conflict, "sharing.err.relief_twice")

// DeclareRelief writes down what citizens or firms no longer hand in. It counts
// once the Office has accepted it.
func (d *Desk) DeclareRelief(ctx context.Context, by auth.Principal, in Saving) (Relief, error) {
	if err := by.Require(Writers()...); err != nil {
		return Relief{}, err
	}
	for _, text := range []*string{&in.Matter, &in.Material, &in.Entry, &in.Note} {
		*text = strings.TrimSpace(*text)
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Relief, error) {
		dept, err := d.department(tx, by, in.Department)
		if err != nil {
			return Relief{}, err
		}
		found := in.wrong(today(tx))
		entry, err := d.entry(tx, in.Entry)
		switch {
		case in.Entry != "" && isAbsent(err):
			found = append(found, fault.At("entry", "sharing.err.entry", "code", in.Entry))
		case err != nil && !isAbsent(err):
			return Relief{}, err
		case entry.ProviderID == dept:
			found = append(found, fault.At("entry", ErrOwnData.Code))
		}
		if err := fault.Refuse(found); err != nil {
			return Relief{}, err
		}
		r := Relief{
			DepartmentID: dept, Matter: in.Matter, Material: in.Material, People: in.People, EntryCode: entry.Code, EntryName: entry.Name,
			ProviderID: entry.ProviderID, StoppedOn: in.StoppedOn, TimesAYear: in.TimesAYear, Note: in.Note, State: ReliefDeclared,
		}
		err = insertRelief(tx, by, &r)
		return r, err
	})
}

// DecideRelief accepts a relief, so that it counts, or withdraws it. The Office
// does either, for others than its own department; the department itself may
// only withdraw.
func (d *Desk) DecideRelief(ctx context.Context, by auth.Principal, id ReliefID, version int64, state ReliefState, note string) (Relief, error) {
	if err := by.Require(append(Writers(), auth.Office)...); err != nil {
		return Relief{}, err
	}
	found := needText("note", note, 0, maxReason)
	if !slices.Contains([]ReliefState{ReliefAccepted, ReliefWithdrawn}, state) {
		found = append(found, fault.At("state", "err.choice", "field", fault.Label("sharing.state")))
	}
	if err := fault.Refuse(found); err != nil {
		return Relief{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Relief, error) {
		old, err := reliefForUpdate(tx, id)
		if err != nil {
			return Relief{}, err
		}
		if err := d.mayDecideRelief(tx, by, old, state); err != nil {
			return Relief{}, err
		}
		switch {
		case old.State == ReliefWithdrawn, old.State == state:
			return Relief{}, fault.New(ErrState.Kind, ErrState.Code, "state", old.State.Label())
		case old.Version != version:
			return Relief{}, store.ErrStale
		}
		r, at := old, tx.Now()
		r.State, r.DecidedAt, r.DecidedName = state, &at, by.Name
		err = updateRelief(tx, act{by: by, action: "relief." + string(state), note: strings.TrimSpace(note)}, old, &r)
		return r, err
	})
}

func (d *Desk) mayDecideRelief(tx *store.Tx, by auth.Principal, r Relief, state ReliefState) error {
	if by.Is(auth.Office) && (by.DepartmentID == 0 || by.DepartmentID != r.DepartmentID) {
		return nil
	}
	if err := d.ofOwn(tx, by, r.DepartmentID); err != nil {
		return err
	}
	if state == ReliefAccepted {
		return ErrOwnEscalation
	}
	return nil
}

// ReliefQuery narrows a list of reliefs; what is zero does not narrow.
type ReliefQuery struct {
	States     []ReliefState
	Department auth.DepartmentID
	Search     string
	Page, Size int
}

// ReliefPage is a part of a list with its sums.
type ReliefPage struct {
	Rows  []Relief
	Total int64
	// Accepted is how many count, and Times how often a year nothing is handed in
	// by them; whatever page is shown.
	Accepted, Times int64
	Page, Size      int
}

// ListReliefs lists the reliefs that the principal sees: they are nobody's
// secret among departments, but each sees its own.
func (d *Desk) ListReliefs(ctx context.Context, by auth.Principal, q ReliefQuery) (ReliefPage, error) {
	q.Page, q.Size = pageOf(q.Page, q.Size)
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (out ReliefPage, err error) {
		seen, err := d.seen(tx, by, DemandWatchers())
		if err != nil {
			return out, err
		}
		out.Page, out.Size = q.Page, q.Size
		if out.Rows, out.Total, err = listReliefs(tx, seen, q); err != nil {
			return out, err
		}
		out.Accepted, out.Times, err = sumReliefs(tx, seen, q)
		return out, err
	})
}
