package inventoryweb

import (
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/templates"
)

// Deps are the rooms behind the pages.
type Deps struct {
	DB       *store.DB
	Registry *inventory.Registry
	Schedule *schedule.Book
	Evidence *evidence.Box
	Importer *inventory.Importer
	Catalog  *locale.Catalog
	// Beside is what other rooms show on the page of a system.
	Beside []Beside
}

// Beside is what another room knows of a system, as a group of its page; nil
// when it has nothing to say to the reader.
type Beside func(*web.Request, inventory.System) (*templates.Facts, error)

// desk is what all handlers share.
type desk struct {
	Deps
	systemWords     *field.Words
	departmentWords *field.Words
	overviews       *inventory.Overviews
}

func newDesk(deps Deps) *desk {
	return &desk{
		Deps:            deps,
		systemWords:     field.NewWords(deps.Catalog, inventory.SystemFields),
		departmentWords: field.NewWords(deps.Catalog, inventory.DepartmentFields),
		overviews:       inventory.NewOverviews(deps.Registry),
	}
}

// systemReader reads systems out of what people type.
func (d *desk) systemReader(n names, s fieldweb.Style) *field.Reader[inventory.System] {
	return &field.Reader[inventory.System]{Catalog: inventory.SystemFields, Words: d.systemWords, Names: n.In(s), Program: s == fieldweb.ForPrograms}
}

// departmentReader reads departments out of what people type.
func (d *desk) departmentReader(n names, s fieldweb.Style) *field.Reader[inventory.Department] {
	return &field.Reader[inventory.Department]{Catalog: inventory.DepartmentFields, Words: d.departmentWords, Names: n.In(s), Program: s == fieldweb.ForPrograms}
}

// EvidenceOf is the subject under which the files of a system are kept.
func EvidenceOf(id inventory.SystemID, owner inventory.DepartmentID) evidence.Subject {
	return evidence.Subject{Kind: "system", ID: strconv.FormatInt(int64(id), 10), Department: owner}
}

// DueOf is the subject of the due dates of a system.
func DueOf(code string) schedule.Subject { return schedule.Subject{Kind: "system", ID: code} }

// ChangeDueOf is the subject of the due date of the answer to a change request.
func ChangeDueOf(id inventory.ChangeID) schedule.Subject {
	return schedule.Subject{Kind: "change_request", ID: id.String()}
}

// ChangeEvidenceOf is the subject under which the files of a change request are
// kept.
func ChangeEvidenceOf(c inventory.ChangeRequest) evidence.Subject {
	return evidence.Subject{Kind: "change_request", ID: c.ID.String(), Department: c.DepartmentID}
}

// zone is the zone of all times that people read.
func zone() *time.Location { return calendar.Zone }

// Addresses of the pages.
const (
	systemsPath     = "/systems"
	departmentsPath = "/departments"
)

func systemPath(code string, more ...string) string {
	return web.Join(systemsPath, append([]string{code}, more...)...)
}

func departmentPath(code string, more ...string) string {
	return web.Join(departmentsPath, append([]string{code}, more...)...)
}

// viewers see systems (DOMAIN §1.3: not experts, probes and administrators).
func viewers() []auth.Role {
	return []auth.Role{
		auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre, auth.Staffing, auth.Reform, auth.Finance,
		auth.Standards, auth.Police, auth.Network, auth.Leader, auth.Auditor,
	}
}

// writers fill in for their department or region.
func writers() []auth.Role { return []auth.Role{auth.Clerk, auth.Head, auth.Region} }

// movers may take one step or another with a record.
func movers() []auth.Role { return []auth.Role{auth.Head, auth.Region, auth.Centre, auth.Office} }

// keepers put files beside records.
func keepers() []auth.Role {
	return []auth.Role{auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre}
}

// departmentViewers see departments.
func departmentViewers() []auth.Role { return append(viewers(), auth.Admin) }

// departmentEditors add and change departments.
func departmentEditors() []auth.Role { return []auth.Role{auth.Office, auth.Admin} }

// deciders decide what becomes of systems.
func deciders() []auth.Role { return []auth.Role{auth.Office} }
