package survey

import (
	"slices"
	"sync"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/locale"
	"qingce/internal/recall"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
)

// Deps are the rooms that a Desk works with.
type Deps struct {
	DB       *store.DB
	Registry *inventory.Registry
	Book     *schedule.Book
	Box      *evidence.Box
	Catalog  *locale.Catalog
	// People counts the active accounts that can fill in or answer for each
	// department, so that those with nobody to ask are seen.
	People func(tx *store.Tx) (map[auth.DepartmentID]int, error)
}

// Desk is where surveys are held, filled in and reviewed. It is safe for
// concurrent use.
type Desk struct {
	deps      Deps
	asked     sync.Map // *asked by the number of the questionnaire
	coverages *recall.Answers[Coverage]
	queues    *recall.Answers[[]Waiting]
	counts    *recall.Answers[map[CampaignID]Counts]
}

// mostBodies bounds what is remembered of coverages and of queues, in bodies of
// about 2 kB each.
const mostBodies = 8_000

// NewDesk makes a desk.
func NewDesk(deps Deps) *Desk {
	return &Desk{
		deps:      deps,
		coverages: recall.Weighed(mostBodies, func(c Coverage) int { return len(c.Bodies) + 1 }),
		queues:    recall.Weighed(mostBodies, func(w []Waiting) int { return len(w) + 1 }),
		counts:    recall.New[map[CampaignID]Counts](64),
	}
}

// Who may do what (DOMAIN §1.3).
func fillers() []auth.Role   { return []auth.Role{auth.Clerk, auth.Head, auth.Region} }
func answerers() []auth.Role { return []auth.Role{auth.Head, auth.Region} }
func reviewers() []auth.Role { return []auth.Role{auth.Office, auth.Centre} }

// viewers see campaigns; of what bodies answered they see that of their scope.
func viewers() []auth.Role {
	return slices.DeleteFunc(auth.AllRoles(), func(r auth.Role) bool {
		return r == auth.Expert || r == auth.Probe || r == auth.Admin
	})
}

// organisers prepare and hold campaigns of a kind: the Office a self-survey
// (方案 part 2 (1)), the centre a census as well (part 2 (2)).
func organisers(kind CampaignKind) []auth.Role {
	if kind == Census {
		return reviewers()
	}
	return []auth.Role{auth.Office}
}
