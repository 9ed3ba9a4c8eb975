package inventory

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// departmentViewers see departments (DOMAIN §1.3: everybody but experts and
// probes).
var departmentViewers = slices.DeleteFunc(auth.AllRoles(), func(r auth.Role) bool {
	return r == auth.Expert || r == auth.Probe
})

// departmentEditors change departments: the Office decides, the administrator
// operates.
var departmentEditors = []auth.Role{auth.Office, auth.Admin}

// FindDepartment returns the department of a code.
func (r *Registry) FindDepartment(ctx context.Context, by auth.Principal, code string) (Department, error) {
	if err := by.Require(departmentViewers...); err != nil {
		return Department{}, err
	}
	var d Department
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		d, err = departmentByCode(tx, code)
		return err
	})
	return d, err
}

// DepartmentHistory returns every state of a department, newest first.
func (r *Registry) DepartmentHistory(ctx context.Context, by auth.Principal, code string) ([]DepartmentVersion, error) {
	if err := by.Require(departmentViewers...); err != nil {
		return nil, err
	}
	var out []DepartmentVersion
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		d, err := departmentByCode(tx, code)
		if err != nil {
			return err
		}
		out, err = departmentVersions(tx, d.ID)
		return err
	})
	return out, err
}

// DepartmentsAsOf lists all departments as the register knew them at an
// instant; zero is now.
func (r *Registry) DepartmentsAsOf(ctx context.Context, by auth.Principal, at time.Time) ([]Department, error) {
	if err := by.Require(departmentViewers...); err != nil {
		return nil, err
	}
	var out []Department
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		if at.IsZero() {
			d, err := r.directoryIn(tx)
			if err == nil {
				out = d.All()
			}
			return err
		}
		var err error
		out, err = departmentsAsOf(tx, at)
		return err
	})
	return out, err
}

// AddDepartment adds a department and returns it with the warnings.
func (r *Registry) AddDepartment(ctx context.Context, by auth.Principal, d Department, reason string) (Department, []fault.Field, error) {
	if err := by.Require(departmentEditors...); err != nil {
		return Department{}, nil, err
	}
	var remarks []fault.Field
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		next := d
		next.ID = 0
		var err error
		if remarks, err = r.checkDepartment(tx, &next); err != nil {
			return err
		}
		err = insertDepartment(tx, &next, act{by: by, action: "added", reason: reason})
		d = next
		return err
	})
	if err != nil {
		return Department{}, nil, err
	}
	return d, remarks, nil
}

// ChangeDepartment replaces a department's row; the earlier state stays in the
// history.
func (r *Registry) ChangeDepartment(ctx context.Context, by auth.Principal, code string, version int64, next Department, reason string) (Department, []fault.Field, error) {
	if err := by.Require(departmentEditors...); err != nil {
		return Department{}, nil, err
	}
	var remarks []fault.Field
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		old, err := departmentByCode(tx, code)
		if err != nil {
			return err
		}
		if old.Version != version {
			return store.ErrStale
		}
		next.ID, next.Origin = old.ID, old.Origin
		if remarks, err = r.checkDepartment(tx, &next); err != nil {
			return err
		}
		if len(DepartmentFields.Diff(&old, &next)) == 0 {
			next = old
			return nil
		}
		return updateDepartment(tx, old, &next, act{by: by, action: "changed", reason: reason})
	})
	if err != nil {
		return Department{}, nil, err
	}
	return next, remarks, nil
}

// prefixPattern is what the code of a system may begin with.
var prefixPattern = regexp.MustCompile(`^[A-Z0-9]{2,12}$`)

// CheckDepartment lists what is wrong with a department by itself.
func CheckDepartment(d *Department) []fault.Field {
	out := append(DepartmentFields.Missing(d), tooLong(DepartmentFields, d)...)
	if d.RegionCode != "" && !ValidRegion(d.RegionCode) {
		out = append(out, fault.At("region_code", "err.region"))
	}
	if d.Kind == Zone && d.RegionCode != "" {
		out = append(out, fault.At("region_code", "inventory.err.zone_region"))
	}
	if d.Uscc != "" && !ValidUSCC(d.Uscc) {
		f := fault.At("uscc", "err.uscc")
		f.Warning = strings.TrimSpace(d.UsccOverrideReason) != ""
		out = append(out, f)
	}
	if !d.ActiveTo.IsZero() && !d.ActiveFrom.IsZero() && d.ActiveTo.Before(d.ActiveFrom) {
		out = append(out, fault.At("active_to", "inventory.err.date_order", "later", DepartmentFields.Label("active_to"),
			"earlier", DepartmentFields.Label("active_from"), "date", d.ActiveFrom))
	}
	if d.SuccessorID != nil && d.ActiveTo.IsZero() {
		out = append(out, fault.At("active_to", "inventory.err.successor_needs_end"))
	}
	if d.Prefix != "" && !prefixPattern.MatchString(d.Prefix) {
		out = append(out, fault.At("prefix", "inventory.err.prefix"))
	}
	return out
}

// checkDepartment runs every rule, also those that need the other departments.
func (r *Registry) checkDepartment(tx *store.Tx, d *Department) ([]fault.Field, error) {
	found := CheckDepartment(d)
	others, err := departmentTwins(tx, d)
	if err != nil {
		return nil, err
	}
	for _, o := range others {
		key := "name"
		if o.Code == d.Code {
			key = "code"
		} else if o.Uscc != "" && o.Uscc == d.Uscc {
			key = "uscc"
		}
		found = append(found, fault.At(key, "inventory.err.department_taken", "name", o.Name))
	}
	dir, err := r.directoryIn(tx)
	if err != nil {
		return nil, err
	}
	found = append(found, checkLinks(dir, d)...)
	return found, fault.Refuse(found)
}

// checkLinks refuses a parent or successor that does not exist or that leads
// back to the department itself.
func checkLinks(dir *Directory, d *Department) []fault.Field {
	var out []fault.Field
	for key, id := range map[string]*DepartmentID{"parent_id": d.ParentID, "successor_id": d.SuccessorID} {
		if id == nil {
			continue
		}
		if _, ok := dir.Find(*id); !ok {
			out = append(out, fault.At(key, "inventory.err.unknown_department"))
		}
		if *id == d.ID && d.ID != 0 {
			out = append(out, fault.At(key, "inventory.err.refers_to_itself"))
		}
	}
	if d.ParentID != nil && d.ID != 0 && slices.Contains(dir.Below(d.ID), *d.ParentID) {
		out = append(out, fault.At("parent_id", "inventory.err.circle"))
	}
	if d.SuccessorID != nil && d.ID != 0 {
		for _, s := range dir.Successors(*d.SuccessorID) {
			if s.ID == d.ID {
				out = append(out, fault.At("successor_id", "inventory.err.circle"))
			}
		}
	}
	return out
}

// Succession is one line of a reorganisation: what becomes of a body, when.
type Succession struct {
	Code string // the body that ends or is renamed
	// Successor is the body that carries on; it is added when it is not there.
	Successor Department
	On        calendar.Date // first day of the successor
}

// Reorganise ends bodies and names their successors (the reform of 2018–19
// renamed and merged many). Nothing is overwritten: the old rows stay with
// their last day and point to the new ones. Systems keep their owner until
// they are transferred. It returns how many bodies were ended and added.
func (r *Registry) Reorganise(ctx context.Context, by auth.Principal, plan []Succession, reason string) (ended, added int, err error) {
	if err := by.Require(auth.Office); err != nil {
		return 0, 0, err
	}
	if strings.TrimSpace(reason) == "" {
		return 0, 0, fault.Refuse([]fault.Field{fault.At("reason", "inventory.err.reason")})
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		ended, added = 0, 0
		for _, step := range plan {
			e, a, err := r.succeed(tx, act{by: by, action: "reorganised", reason: reason}, step)
			if err != nil {
				return err
			}
			ended, added = ended+e, added+a
		}
		return nil
	})
	return ended, added, err
}

// succeed carries out one line; a line that is already true changes nothing.
func (r *Registry) succeed(tx *store.Tx, a act, step Succession) (ended, added int, err error) {
	old, err := departmentByCode(tx, step.Code)
	if err != nil {
		return 0, 0, fault.Refuse([]fault.Field{fault.At("code", "inventory.err.unknown_department_code", "code", step.Code)})
	}
	next, err := departmentByCode(tx, step.Successor.Code)
	if isNotFound(err) {
		next = step.Successor
		next.ID, next.ActiveFrom = 0, step.On
		if found := CheckDepartment(&next); fault.AnyError(found) {
			return 0, 0, fault.Refuse(found)
		}
		added, err = 1, insertDepartment(tx, &next, a)
	}
	if err != nil {
		return 0, 0, err
	}
	if old.SuccessorID != nil && *old.SuccessorID == next.ID {
		return 0, added, nil
	}
	changed := old
	changed.SuccessorID, changed.ActiveTo = &next.ID, step.On.AddDays(-1)
	return 1, added, updateDepartment(tx, old, &changed, a)
}

// Transfer moves all systems of a department to another one, with the reason
// in each history; used after a reorganisation.
func (r *Registry) Transfer(ctx context.Context, by auth.Principal, from, to DepartmentID, reason string) (int, error) {
	if err := by.Require(auth.Office); err != nil {
		return 0, err
	}
	if strings.TrimSpace(reason) == "" {
		return 0, fault.Refuse([]fault.Field{fault.At("reason", "inventory.err.reason")})
	}
	moved := 0
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		moved = 0
		if _, err := departmentByID(tx, to); err != nil {
			return fault.Refuse([]fault.Field{fault.At("to", "inventory.err.unknown_department")})
		}
		systems, err := systemsOf(tx, from)
		if err != nil {
			return err
		}
		for _, old := range systems {
			next := old
			next.OwnerID = to
			if err := updateSystem(tx, old, &next, act{by: by, action: "transferred", reason: reason}); err != nil {
				return err
			}
			if r.opts.Transferred != nil {
				if err := r.opts.Transferred(tx, next); err != nil {
					return err
				}
			}
			moved++
		}
		return nil
	})
	return moved, err
}
