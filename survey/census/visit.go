package census

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey"
)

// VisitID identifies a visit.
type VisitID int64

// Visit is a check on the spot (现场核查).
type Visit struct {
	ID            VisitID
	CampaignID    survey.CampaignID
	DepartmentID  auth.DepartmentID
	RowID         *survey.RowID // the declared system, nil for one that is not
	SystemID      *inventory.SystemID
	Name          string // of the system
	VisitedOn     calendar.Date
	People        string // who looked
	Result        Result // Match, Differs, Omitted or Surplus
	Finding       string
	Told          bool // it was put to the department
	WithdrawnAt   *time.Time
	WithdrawnName string
	WithdrawnWhy  string
	CreatedAt     time.Time
	CreatedBy     auth.AccountID
	CreatedName   string
}

// TableName is the table of visits.
func (Visit) TableName() string { return "census_visits" }

// VisitResults lists what a visit can find.
func VisitResults() []Result { return []Result{Match, Differs, Omitted, Surplus} }

// NewVisit is a visit as somebody records it.
type NewVisit struct {
	Department auth.DepartmentID
	Row        survey.RowID // 0 for a system that is not declared
	Name       string       // of such a system
	VisitedOn  calendar.Date
	People     string
	Result     Result
	Finding    string
	// Tell puts what was found to the department: an omission onto its form, the
	// rest as a remark. Where everything agrees there is nothing to tell.
	Tell bool
}

const (
	maxPeople  = 100
	maxFinding = 500
)

// RecordVisit records a check on the spot. What is wrong is Invalid with fields.
func (d *Desk) RecordVisit(ctx context.Context, by auth.Principal, census string, in NewVisit) (Visit, error) {
	var out Visit
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		c, err := d.forWork(tx, by, census)
		if err != nil {
			return err
		}
		if err := in.check(c, calendar.DateOf(tx.Now())); err != nil {
			return err
		}
		if err := ownOf(by, in.Department); err != nil {
			return err
		}
		if out, err = d.visit(tx, by, c, in); err != nil {
			return err
		}
		if err := insertVisit(tx, &out); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "census.visited", Kind: "census_visit", ID: fmt.Sprint(out.ID), Name: out.Name, Department: out.DepartmentID, After: out.facts(),
		})
	})
	if err != nil {
		return Visit{}, err
	}
	return out, nil
}

// visitFacts are a visit as the operation log keeps it.
type visitFacts struct {
	VisitedOn calendar.Date `json:"visited_on"`
	People    string        `json:"people"`
	Result    Result        `json:"result"`
	Finding   string        `json:"finding"`
	Told      bool          `json:"told"`
}

func (v *Visit) facts() visitFacts {
	return visitFacts{v.VisitedOn, v.People, v.Result, v.Finding, v.Told}
}

func (in NewVisit) check(c campaigns, today calendar.Date) error {
	var wrong []fault.Field
	refuse := func(bad bool, at, code string, args ...any) {
		if bad {
			wrong = append(wrong, fault.At(at, code, args...))
		}
	}
	missing := func(empty bool, at string) {
		refuse(empty, at, "err.required", "field", fault.Label("census.visit."+at))
	}
	missing(in.Department == 0, "department")
	missing(in.Row == 0 && input.Text(in.Name) == "", "name")
	missing(in.VisitedOn.IsZero(), "visited_on")
	missing(input.Text(in.People) == "", "people")
	missing(input.Lines(in.Finding) == "", "finding")
	refuse(!slices.Contains(VisitResults(), in.Result), "result", "census.err.visit_result")
	refuse(!in.VisitedOn.IsZero() && in.VisitedOn.After(today), "visited_on", "census.err.visit_later", "today", today)
	refuse(!in.VisitedOn.IsZero() && in.VisitedOn.Before(c.Census.OpensOn), "visited_on", "census.err.visit_earlier", "opens", c.Census.OpensOn)
	refuse(in.Row != 0 && in.Result == Omitted, "result", "census.err.visit_declared")
	refuse(in.Row == 0 && in.Result != Omitted && in.Result != "", "result", "census.err.visit_undeclared")
	refuse(utf8.RuneCountInString(in.People) > maxPeople, "people", "err.too_long", "field", fault.Label("census.visit.people"), "max", maxPeople)
	refuse(utf8.RuneCountInString(in.Finding) > maxFinding, "finding", "err.too_long", "field", fault.Label("census.visit.finding"), "max", maxFinding)
	return fault.Refuse(wrong)
}

// visit is the record, with what is told to the department.
func (d *Desk) visit(tx *store.Tx, by auth.Principal, c campaigns, in NewVisit) (Visit, error) {
	v := Visit{
		CampaignID: c.Census.ID, DepartmentID: in.Department, Name: input.Text(in.Name), VisitedOn: in.VisitedOn, People: input.Text(in.People),
		Result: in.Result, Finding: input.Lines(in.Finding), Told: in.Tell && in.Result != Match,
		CreatedAt: tx.Now(), CreatedBy: by.AccountID, CreatedName: by.Name,
	}
	if in.Row != 0 {
		r, owner, err := standingRow(tx, c.Base.ID, in.Row)
		if isNotFound(err) || err == nil && owner != in.Department {
			return v, fault.Refuse([]fault.Field{fault.At("row", "census.err.pick")})
		}
		if err != nil {
			return v, err
		}
		v.RowID, v.SystemID, v.Name = &r.ID, r.SystemID, r.Name
	}
	if !v.Told {
		return v, nil
	}
	return v, d.tell(tx, by, c, &v)
}

func (d *Desk) tell(tx *store.Tx, by auth.Principal, c campaigns, v *Visit) error {
	key, err := d.formOf(tx, c, v.DepartmentID)
	if err != nil {
		return err
	}
	if v.Result == Omitted {
		row, err := d.deps.Surveys.AddFoundIn(tx, by, key, survey.FoundRow{Name: v.Name, Source: pathOf(c.Census.Code, "visits"), Text: clip(v.Finding)})
		v.RowID = &row.ID
		return err
	}
	_, err = d.deps.Surveys.AskIn(tx, by, key, deref(v.RowID), "", clip(v.Finding))
	return err
}

// WithdrawVisit says that a visit was recorded by mistake. It stays in the list,
// struck out.
func (d *Desk) WithdrawVisit(ctx context.Context, by auth.Principal, census string, id VisitID, reason string) error {
	return d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		c, err := d.forWork(tx, by, census)
		if err != nil {
			return err
		}
		v, err := visitOf(tx, c.Census.ID, id)
		if err != nil {
			return err
		}
		if err := ownOf(by, v.DepartmentID); err != nil {
			return err
		}
		switch reason = input.Text(reason); {
		case v.WithdrawnAt != nil:
			return fault.New(fault.Conflict, "census.err.withdrawn")
		case utf8.RuneCountInString(reason) < 2:
			return fault.Refuse([]fault.Field{fault.At("reason", "census.err.reason")})
		}
		if err := withdrawVisit(tx, by, id, reason); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "census.visit_withdrawn", Kind: "census_visit", ID: fmt.Sprint(id), Name: v.Name, Department: v.DepartmentID,
			Before: v.facts(), Reason: reason,
		})
	})
}

// VisitLine is a visit with the body that was visited.
type VisitLine struct {
	Visit
	Body inventory.Department
}

// ListVisits lists the checks on the spot of a census, the newest first, as far
// as by sees the bodies, and how many there are.
func (d *Desk) ListVisits(ctx context.Context, by auth.Principal, census string, page, size int) ([]VisitLine, int64, error) {
	page, size = max(page, 1), min(max(size, 1), inventory.MaxPageSize)
	var out []VisitLine
	var total int64
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		seen, err := d.seen(tx, by)
		if err != nil {
			return err
		}
		c, err := campaignsByCode(tx, census, false)
		if err != nil {
			return err
		}
		dir, err := d.deps.Registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		visits, n, err := visitsOf(tx, c.Census.ID, seen, page, size)
		total, out = n, nil
		for _, v := range visits {
			body, _ := dir.Find(v.DepartmentID)
			out = append(out, VisitLine{v, body})
		}
		return err
	})
	return out, total, err
}
