package survey

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
)

// Scope lists the bodies that a campaign asks, by code: by its scope and
// exceptions on the opening day, or today once that is over. A campaign with
// forms asks those who have one.
func (d *Desk) Scope(tx *store.Tx, c Campaign) ([]inventory.Department, error) {
	directory, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, fmt.Errorf("find the bodies of campaign %s: %w", c.Code, err)
	}
	if c.OpenedAt != nil && c.QuestionnaireID != nil {
		return bodiesWithForms(tx, c, directory)
	}
	exceptions, err := exceptionsOf(tx, c.ID)
	if err != nil {
		return nil, err
	}
	said := map[auth.DepartmentID]bool{}
	for _, e := range exceptions {
		said[e.DepartmentID] = e.Included
	}
	var out []inventory.Department
	for _, body := range directory.ActiveOn(scopeDay(tx, c)) {
		included, excepted := said[body.ID]
		if excepted && included || !excepted && c.Scope.holds(body) {
			out = append(out, body)
		}
	}
	return out, nil
}

// scopeDay is the day on which bodies must exist to be asked.
func scopeDay(tx *store.Tx, c Campaign) calendar.Date {
	day := calendar.DateOf(tx.Now())
	switch {
	case c.OpenedAt != nil:
		return calendar.DateOf(*c.OpenedAt)
	case c.OpensOn.After(day):
		return c.OpensOn
	}
	return day
}

// bodiesWithForms lists the bodies that have a form.
func bodiesWithForms(tx *store.Tx, c Campaign, directory *inventory.Directory) ([]inventory.Department, error) {
	ids, err := departmentsWithForms(tx, c.ID)
	if err != nil {
		return nil, err
	}
	var out []inventory.Department
	for _, id := range ids {
		if body, ok := directory.Find(id); ok {
			out = append(out, body)
		}
	}
	slices.SortFunc(out, func(a, b inventory.Department) int { return strings.Compare(a.Code, b.Code) })
	return out, nil
}

// holds tells whether the scope itself asks a body. Coordination bodies are no
// departments and are never asked.
func (s CampaignScope) holds(d inventory.Department) bool {
	if s == AllBodies {
		return d.Kind != inventory.Coordination
	}
	return d.Kind == inventory.Municipal
}

// ScopeView is who a campaign asks and why not others.
type ScopeView struct {
	Bodies     []inventory.Department
	Exceptions []ExceptionView
	// Nobody lists the bodies that have nobody to ask.
	Nobody []inventory.Department
}

// ExceptionView is an exception with the body it is about.
type ExceptionView struct {
	Exception
	Department inventory.Department
}

// LookScope returns who a campaign asks, for those who hold or oversee it.
func (d *Desk) LookScope(ctx context.Context, by auth.Principal, code string) (ScopeView, error) {
	if err := by.Require(viewers()...); err != nil {
		return ScopeView{}, err
	}
	if !by.View().All {
		return ScopeView{}, auth.ErrForbidden
	}
	var out ScopeView
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		out = ScopeView{}
		c, err := campaignByCode(tx, code)
		if err != nil {
			return err
		}
		if out.Bodies, err = d.Scope(tx, c); err != nil {
			return err
		}
		if out.Exceptions, err = d.exceptionViews(tx, c); err != nil {
			return err
		}
		people, err := d.people(tx)
		if err != nil {
			return err
		}
		for _, body := range out.Bodies {
			if people != nil && people[body.ID] == 0 {
				out.Nobody = append(out.Nobody, body)
			}
		}
		return nil
	})
	return out, err
}

// people counts who can be asked in each department; nil when nobody counts.
func (d *Desk) people(tx *store.Tx) (map[auth.DepartmentID]int, error) {
	if d.deps.People == nil {
		return nil, nil
	}
	people, err := d.deps.People(tx)
	if err != nil {
		return nil, fmt.Errorf("count the people of departments: %w", err)
	}
	return people, nil
}

func (d *Desk) exceptionViews(tx *store.Tx, c Campaign) ([]ExceptionView, error) {
	directory, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	exceptions, err := exceptionsOf(tx, c.ID)
	if err != nil {
		return nil, err
	}
	out := make([]ExceptionView, len(exceptions))
	for i, e := range exceptions {
		body, _ := directory.Find(e.DepartmentID)
		out[i] = ExceptionView{Exception: e, Department: body}
	}
	slices.SortFunc(out, func(a, b ExceptionView) int { return strings.Compare(a.Department.Code, b.Department.Code) })
	return out, nil
}

// SetException takes a body, named by its code or its name, out of what the
// scope of a campaign that is being prepared says, or into it. It must differ
// from what the scope says and have a reason.
func (d *Desk) SetException(ctx context.Context, by auth.Principal, code, department string, included bool, reason string) error {
	return d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		c, body, err := d.exceptionFor(tx, by, code, department)
		if err != nil {
			return err
		}
		var wrong []fault.Field
		switch {
		case body.Kind == inventory.Coordination:
			wrong = append(wrong, fault.At("department", "survey.err.coordination", "name", body.Name))
		case c.Scope.holds(body) == included && included:
			wrong = append(wrong, fault.At("department", "survey.err.in_scope", "name", body.Name))
		case c.Scope.holds(body) == included:
			wrong = append(wrong, fault.At("department", "survey.err.out_of_scope", "name", body.Name))
		}
		if reason = strings.TrimSpace(reason); reason == "" {
			wrong = append(wrong, fault.At("reason", "survey.err.exception_reason"))
		}
		if err := fault.Refuse(wrong); err != nil {
			return err
		}
		e := Exception{CampaignID: c.ID, DepartmentID: body.ID, Included: included, Reason: reason, SetName: by.Name, SetAt: tx.Now()}
		if err := putException(tx, e); err != nil {
			return err
		}
		return recordException(tx, by, "campaign.exception", c, body, &e)
	})
}

// DropException takes an exception back.
func (d *Desk) DropException(ctx context.Context, by auth.Principal, code, department string) error {
	return d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		c, body, err := d.exceptionFor(tx, by, code, department)
		if err != nil {
			return err
		}
		if err := dropException(tx, c.ID, body.ID); err != nil {
			return err
		}
		return recordException(tx, by, "campaign.exception_dropped", c, body, nil)
	})
}

// exceptionFor is a campaign whose exceptions by may still change, and a body.
func (d *Desk) exceptionFor(tx *store.Tx, by auth.Principal, code, department string) (Campaign, inventory.Department, error) {
	c, err := campaignByCode(tx, code)
	if err != nil {
		return Campaign{}, inventory.Department{}, err
	}
	if err := by.Require(organisers(c.Kind)...); err != nil {
		return Campaign{}, inventory.Department{}, err
	}
	if c.State != Preparing {
		return Campaign{}, inventory.Department{}, fault.New(fault.Conflict, "survey.err.scope_fixed")
	}
	directory, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return Campaign{}, inventory.Department{}, err
	}
	body, ok := directory.Lookup(department)
	if !ok {
		return Campaign{}, inventory.Department{}, fault.Refuse([]fault.Field{fault.At("department", "survey.err.department", "value", department)})
	}
	return c, body, nil
}

func recordException(tx *store.Tx, by auth.Principal, action string, c Campaign, body inventory.Department, e *Exception) error {
	entry := oplog.Entry{Action: action, Kind: "campaign", ID: c.Code, Name: c.Title + " " + body.Name, Department: body.ID}
	if e != nil {
		entry.After, entry.Reason = struct {
			Included bool `json:"included"`
		}{e.Included}, e.Reason
	}
	return oplog.Record(tx, by, entry)
}
