package monthlyweb

import (
	"context"
	"strconv"
	"sync"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/scoring/monthly"
)

// Deps are the rooms behind the pages.
type Deps struct {
	Months   *monthly.Desk
	Registry *inventory.Registry
	Catalog  *locale.Catalog
	// Money is what those systems of a body cost to run in a year, in fen, by
	// their codes; those that do not give it are left out. Nil leaves money off
	// the pages.
	Money func(ctx context.Context, body auth.DepartmentID, codes []string) (map[string]int64, error)
	// Withheld is what is not given for sure to a body in the budget that a month
	// is about; false while there is no such budget, or the reader may not see it.
	// Nil leaves it off, and the pages say what Money comes to instead.
	Withheld func(ctx context.Context, by auth.Principal, body auth.DepartmentID, month monthly.Period) (Withheld, bool, error)
	// Unused is how the clean-up of unused systems stood at the end of a day; false
	// for those who may not see it. Nil leaves it off.
	Unused func(ctx context.Context, by auth.Principal, day calendar.Date) (Unused, bool, error)
}

// Withheld is money that is not given for sure in a fiscal year, in fen, and the
// page that says why.
type Withheld struct {
	Year  int
	Money int64
	Path  string
}

// Unused is how the clean-up of unused systems stood, with what was spent in a
// year on running those that are gone, in fen.
type Unused struct {
	Found, Cleaned int64
	Saved          int64
}

// desk is what all handlers share.
type desk struct {
	Deps
	sums *remembered
}

func newDesk(deps Deps) *desk { return &desk{Deps: deps, sums: &remembered{of: map[sumKey]citySum{}}} }

// Mount adds the pages. Each group names who may call its routes; whose sheets
// they then see is for the verbs behind them.
func Mount(s *web.Server, deps Deps) {
	d := newDesk(deps)
	d.mountPolicy(s)
	d.mountRecord(s)
	d.mountCity(s)
	d.mountSheet(s)
}

// Addresses of the pages.
const (
	cardsPath  = "/scorecards"
	policyPath = "/scorecards/policy"
)

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// slowWork is for files of all bodies.
const slowWork = time.Minute

func viewers() []auth.Role { return monthly.Viewers() }

// monthPath is a page of a month: /scorecards/2017-11/XY201?version=1.
func monthPath(m monthly.Month, more ...string) string {
	return web.Join(web.Join(cardsPath, string(m.Month)), more...) + "?version=" + strconv.FormatInt(m.Version, 10)
}

// remembered keeps the sums of months that do not change any more, for the
// course over months. It is safe for concurrent use.
type remembered struct {
	mu sync.Mutex
	of map[sumKey]citySum
}

// sumKey names a state of a month.
type sumKey struct {
	id       monthly.MonthID
	revision int64
}

// mostRemembered bounds what is kept: ten years, each in some states.
const mostRemembered = 1000

func (r *remembered) find(m monthly.Month) (citySum, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	sum, ok := r.of[sumKey{m.ID, m.Revision}]
	return sum, ok
}

func (r *remembered) keep(m monthly.Month, sum citySum) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.of) >= mostRemembered {
		clear(r.of)
	}
	r.of[sumKey{m.ID, m.Revision}] = sum
}
