package catalog

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
)

// Desk is the catalog with its verbs. It is safe for concurrent use.
type Desk struct {
	db       *store.DB
	registry *inventory.Registry
	book     *schedule.Book
	texts    *locale.Catalog
	opts     Options
}

// Deps are what the catalog stands on.
type Deps struct {
	DB       *store.DB
	Registry *inventory.Registry
	Book     *schedule.Book
	Texts    *locale.Catalog
}

// Options are what the catalog tells other rooms; each may be nil.
type Options struct {
	// Published is told, inside the transaction, that a version of the entry
	// came into force: objections to the version before may close.
	Published func(tx *store.Tx, by auth.Principal, e Entry) error
	// Withdrawn is told that the entry is no longer in force.
	Withdrawn func(tx *store.Tx, by auth.Principal, e Entry) error
}

// New makes the catalog over a database.
func New(d Deps, opts Options) *Desk {
	return &Desk{db: d.DB, registry: d.Registry, book: d.Book, texts: d.Texts, opts: opts}
}

// Roles of the verbs, as the matrix of rights has them.
var (
	viewers = []auth.Role{
		auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre, auth.Staffing, auth.Reform, auth.Finance, auth.Standards,
		auth.Police, auth.Network, auth.Leader, auth.Auditor, auth.Expert,
	}
	writers    = []auth.Role{auth.Clerk, auth.Head, auth.Region}
	submitters = []auth.Role{auth.Head, auth.Region}
	reviewers  = []auth.Role{auth.Office, auth.Centre, auth.Staffing} // may return
	publishers = []auth.Role{auth.Office}
	keepers    = []auth.Role{auth.Office, auth.Centre} // of the tree and the changes
)

// Viewers may read the catalog: what is published, and more as they have to do
// with it.
func Viewers() []auth.Role { return viewers }

// Writers compile the entries of their own department or region.
func Writers() []auth.Role { return writers }

// Submitters hand entries in for their department (办法 art. 22).
func Submitters() []auth.Role { return submitters }

// Reviewers look at what was handed in and may return it.
func Reviewers() []auth.Role { return reviewers }

// Publishers bring entries into force.
func Publishers() []auth.Role { return publishers }

// Keepers keep the tree and record changes of laws and duties.
func Keepers() []auth.Role { return keepers }

func today(tx *store.Tx) calendar.Date { return calendar.DateOf(tx.Now()) }

// sight is what a principal sees of the catalog.
type sight struct {
	all bool
	own []DepartmentID // of departments whose unpublished entries are seen
}

// sightOf works out what by sees: everybody with a right to read sees what was
// published once.
func (d *Desk) sightOf(tx *store.Tx, by auth.Principal) (sight, error) {
	if err := by.Require(viewers...); err != nil {
		return sight{}, err
	}
	if by.View().All {
		return sight{all: true}, nil
	}
	dir, err := d.registry.DirectoryIn(tx)
	if err != nil {
		return sight{}, err
	}
	return sight{own: dir.Within(by.Own())}, nil
}

// covers tells whether by writes for the department.
func (d *Desk) covers(tx *store.Tx, by auth.Principal, id DepartmentID) (bool, error) {
	if by.Console() {
		return true, nil
	}
	dir, err := d.registry.DirectoryIn(tx)
	if err != nil {
		return false, err
	}
	return dir.Covers(by.Own(), id), nil
}

// mayWrite returns NotFound unless by writes for the department: to everybody
// else there is nothing to change.
func (d *Desk) mayWrite(tx *store.Tx, by auth.Principal, id DepartmentID) error {
	ok, err := d.covers(tx, by, id)
	if err == nil && !ok {
		return fault.New(fault.NotFound, "err.not_found")
	}
	return err
}
