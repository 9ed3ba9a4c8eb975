package scoring

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/scoring/programme"
)

// HandingState is where a handing stands.
type HandingState string

// The states.
const (
	HandingDraft    HandingState = "draft"
	HandingIn       HandingState = "handed_in" // waits for the Office
	HandingAccepted HandingState = "accepted"
	HandingReturned HandingState = "returned"
)

// HandingStates lists the states.
func HandingStates() []HandingState {
	return []HandingState{HandingDraft, HandingIn, HandingAccepted, HandingReturned}
}

// Label is the message key of the state's name.
func (s HandingState) Label() fault.Label { return fault.Label("tasks.handing." + string(s)) }

// Open tells whether the department may still change it.
func (s HandingState) Open() bool { return s == "" || s == HandingDraft || s == HandingReturned }

// Handing is what a department shows for a task that no fact proves: a text and
// files. The Office accepts it or sends it back.
type Handing struct {
	ID            int64
	TermKey       string
	DepartmentID  auth.DepartmentID
	State         HandingState
	Text          string
	CountsOn      calendar.Date // the day of handing in that counts
	SubmittedAt   *time.Time
	SubmittedBy   auth.AccountID
	SubmittedName string
	DecidedAt     *time.Time
	DecidedBy     auth.AccountID
	DecidedName   string
	Reason        string // of the return, or a remark
	CreatedAt     time.Time
	UpdatedAt     time.Time
	UpdatedBy     auth.AccountID
	Version       int64
}

// TableName is the table of handings.
func (Handing) TableName() string { return "task_evidence" }

// HandingKind is the kind of record that a handing is to files and steps.
const HandingKind = "task_evidence"

// HandingFile is the purpose of the files of a handing.
const HandingFile = "evidence"

// Files is what the files of a handing are filed under.
func (h *Handing) Files() evidence.Subject {
	return evidence.Subject{Kind: HandingKind, ID: fmt.Sprintf("%s@%d", h.TermKey, h.DepartmentID), Department: h.DepartmentID}
}

// handingFacts are a handing as the operation log keeps it.
type handingFacts struct {
	Task     string        `json:"task"`
	State    HandingState  `json:"state"`
	CountsOn calendar.Date `json:"counts_on"`
	Text     string        `json:"text"`
}

func (h *Handing) facts() handingFacts { return handingFacts{h.TermKey, h.State, h.CountsOn, h.Text} }

// taskOf is a task of a body by its key, as it stands now; others are absent.
func (b *Board) taskOf(tx *store.Tx, key string, dept auth.DepartmentID) (Task, error) {
	id, _, _ := strings.Cut(key, "/")
	v, err := b.look(tx, asked{through: today(tx), until: horizon(today(tx)), departments: []auth.DepartmentID{dept}, obligation: id, open: true, events: true})
	if err != nil {
		return Task{}, err
	}
	all, err := v.tasks()
	if err != nil {
		return Task{}, err
	}
	i := slices.IndexFunc(all, func(t Task) bool { return t.Key == key })
	if i < 0 {
		return Task{}, errAbsent
	}
	return all[i], nil
}

// horizon is how far ahead tasks are shown.
func horizon(day calendar.Date) calendar.Date { return day.AddDays(365) }

// SaveHanding keeps what a department prepares for a task; version is of what was
// read, 0 of a new one.
func (b *Board) SaveHanding(ctx context.Context, by auth.Principal, key string, dept auth.DepartmentID, version int64, text string) (Handing, error) {
	return b.change(ctx, by, Writers(), key, dept, version, "evidence.saved", func(_ *store.Tx, h *Handing) error {
		h.Text = strings.TrimSpace(text)
		if h.State == "" {
			h.State = HandingDraft
		}
		return fault.Refuse(needText("text", text, 0, maxText))
	})
}

// HandIn hands it in, for the head: with a text or a file. The day counts.
func (b *Board) HandIn(ctx context.Context, by auth.Principal, key string, dept auth.DepartmentID, version int64, text string) (Handing, error) {
	return b.change(ctx, by, Heads(), key, dept, version, "evidence.handed_in", func(tx *store.Tx, h *Handing) error {
		h.Text = strings.TrimSpace(text)
		files, err := b.deps.Box.List(tx, h.Files())
		if err != nil {
			return err
		}
		least := 4
		if len(files) > 0 {
			least = 0
		}
		if err := fault.Refuse(needText("text", text, least, maxText)); err != nil {
			return err
		}
		if h.CountsOn, err = b.countsOn(tx, h.State == HandingReturned, h.CountsOn, h.DecidedAt); err != nil {
			return err
		}
		now := tx.Now()
		h.State, h.SubmittedAt, h.SubmittedBy, h.SubmittedName, h.Reason = HandingIn, &now, by.AccountID, by.Name, ""
		return nil
	})
}

// countsOn is the day that counts for what is handed in now.
func (b *Board) countsOn(tx *store.Tx, again bool, before calendar.Date, decided *time.Time) (calendar.Date, error) {
	if !again || decided == nil {
		return today(tx), nil
	}
	cal, err := b.deps.Book.Calendar(tx)
	if err != nil {
		return calendar.Date{}, err
	}
	return schedule.CountsOn(cal, before, calendar.DateOf(*decided), today(tx))
}

// change runs a step of the department with its handing.
func (b *Board) change(ctx context.Context, by auth.Principal, roles []auth.Role, key string, dept auth.DepartmentID, version int64, action string,
	do func(*store.Tx, *Handing) error,
) (Handing, error) {
	if err := by.Require(roles...); err != nil {
		return Handing{}, err
	}
	return store.Writing(ctx, b.deps.DB, func(tx *store.Tx) (Handing, error) {
		if err := b.ofOwn(tx, by, dept); err != nil {
			return Handing{}, err
		}
		t, err := b.taskOf(tx, key, dept)
		switch {
		case err != nil:
			return Handing{}, err
		case !t.Evidence:
			return Handing{}, fault.New(fault.Conflict, "tasks.err.by_facts")
		}
		old, err := handingForUpdate(tx, key, dept)
		switch {
		case err != nil:
			return Handing{}, err
		case !old.State.Open():
			return Handing{}, stateError(old.State.Label())
		case old.Version != version:
			return Handing{}, store.ErrStale
		}
		h := old
		if err := do(tx, &h); err != nil {
			return Handing{}, err
		}
		return h, keepHanding(tx, by, action, "", old, &h)
	})
}

// Decide accepts what was handed in for a task, or sends it back with the reason.
// It is for the Office, for others than its own department.
func (b *Board) Decide(ctx context.Context, by auth.Principal, key string, dept auth.DepartmentID, version int64, accept bool, reason string) (Handing, error) {
	if err := reviews(by, dept); err != nil {
		return Handing{}, err
	}
	least, action, state := 4, "evidence.returned", HandingReturned
	if accept {
		least, action, state = 0, "evidence.accepted", HandingAccepted
	}
	reason = strings.TrimSpace(reason)
	if err := fault.Refuse(needText("reason", reason, least, maxReason)); err != nil {
		return Handing{}, err
	}
	return store.Writing(ctx, b.deps.DB, func(tx *store.Tx) (Handing, error) {
		old, err := handingForUpdate(tx, key, dept)
		switch {
		case err != nil:
			return Handing{}, err
		case old.State == "":
			return Handing{}, errAbsent
		case old.Version != version:
			return Handing{}, store.ErrStale
		case old.State != HandingIn:
			return Handing{}, stateError(old.State.Label())
		}
		h, now := old, tx.Now()
		h.State, h.DecidedAt, h.DecidedBy, h.DecidedName, h.Reason = state, &now, by.AccountID, by.Name, reason
		return h, keepHanding(tx, by, action, reason, old, &h)
	})
}

// byEvidence tells by what was handed in and was not sent back.
func (v *view) byEvidence() (fact, error) {
	all, err := handings(v.tx, v.departments)
	if err != nil {
		return nil, err
	}
	by := map[taskKey]standing{}
	for _, h := range all {
		s := standing{}
		if h.State == HandingIn || h.State == HandingAccepted {
			s.On, s.Waiting = v.byDay(h.CountsOn), h.State == HandingIn
			d, _ := v.dir.Find(h.DepartmentID)
			s.Proof = []Ref{{Kind: HandingKind, ID: h.TermKey, Title: h.TermKey + " " + d.Name, Path: TaskPath(h.TermKey, d.Code)}}
		}
		by[taskKey{h.TermKey, h.DepartmentID}] = s
	}
	return func(dept auth.DepartmentID, term programme.Term) standing { return by[taskKey{term.Key, dept}] }, nil
}

// TaskPath is the page of a task of a body.
func TaskPath(key, code string) string {
	return "/tasks/" + code + "/" + strings.ReplaceAll(key, "/", "_")
}
