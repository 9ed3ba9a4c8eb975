package inventory

import (
	"bytes"
	"context"
	_ "embed" // the plan that ships with the program
	"encoding/csv"
	"io"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/sheet"
	"qingce/internal/store"
)

// PlanLine is a line of a reorganisation plan as it was written down: what
// becomes of a body, and how sure that is.
type PlanLine struct {
	Succession
	Name      string // the body that ends, as the plan calls it
	Certainty string // general, likely, uncertain, document or what the plan says
	Note      string
	Cell      string // address of the line in its file
}

// PlanOutcome is what a line of a plan would do.
type PlanOutcome string

// The outcomes.
const (
	PlanEnds    PlanOutcome = "ends"    // the body ends and gets its successor
	PlanDone    PlanOutcome = "done"    // it has this successor already
	PlanOther   PlanOutcome = "other"   // it has another successor, which would be replaced
	PlanUnknown PlanOutcome = "unknown" // there is no such body; the line cannot be carried out
)

// PlanEffect is a line with what it would do as the register stands.
type PlanEffect struct {
	Line    PlanLine
	Outcome PlanOutcome
	Old     Department
	// Adds tells that the successor is not there yet and would be added.
	Adds bool
	// Systems is how many systems the body owns and would leave to its successor.
	Systems int
}

// Columns of a plan, in the order of the file that ships.
const (
	planCode      = "code"
	planName      = "name"
	planNextCode  = "successor_code"
	planNextName  = "successor_name"
	planNextFull  = "successor_full_name"
	planOn        = "on"
	planCertainty = "certainty"
	planNote      = "note"
)

// PlanColumns are the columns that a plan has; the last two and the names of
// the old body and the full name of the new one may be missing.
func PlanColumns() []string {
	return []string{planCode, planName, planNextCode, planNextName, planNextFull, planOn, planCertainty, planNote}
}

//go:embed data/reorganisation_2019.csv
var reorganisation2019 string

// Plan2019 is the reform of the city's departments of 2018 and 2019 as a file,
// ready to be read by ReadPlan or edited. It is general knowledge, to be
// checked line by line.
func Plan2019() []byte { return []byte(reorganisation2019) }

// FormatPlan writes lines as a file that ReadPlan reads.
func FormatPlan(lines []PlanLine) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(PlanColumns()) // writing to memory cannot fail
	for _, l := range lines {
		_ = w.Write([]string{
			l.Code, l.Name, l.Successor.Code, l.Successor.Name, l.Successor.FullName, l.On.String(), l.Certainty, l.Note,
		})
	}
	w.Flush()
	return b.Bytes()
}

// planLimits bound the file of a plan.
var planLimits = sheet.Limits{File: 1 << 20}

// ReadPlan reads a plan from a workbook or text table. titles gives the names
// that a column may have besides its key. What is wrong with single lines is
// returned as fields with the address of the cell; err is about the file as a
// whole.
func ReadPlan(file io.ReaderAt, size int64, name string, titles func(column string) []string) ([]PlanLine, []fault.Field, error) {
	book, err := sheet.Open(file, size, name, planLimits)
	if err != nil {
		return nil, nil, err
	}
	var columns []sheet.Column
	for _, key := range PlanColumns() {
		names := append([]string{key}, titles(key)...)
		columns = append(columns, sheet.Column{Key: key, Title: names[0], Names: names})
	}
	header, tab, err := findHeader(book, sheet.Known(columns))
	if err != nil {
		return nil, nil, err
	}
	if missing := header.Missing(planCode, planNextCode, planNextName, planOn); len(missing) > 0 {
		labels := make([]fault.Label, len(missing))
		for i, key := range missing {
			labels[i] = fault.Label("reorganisation." + key)
		}
		return nil, nil, fault.Refuse([]fault.Field{fault.At("file", "inventory.err.plan_columns", "columns", labels)})
	}
	return planLines(book, tab, header)
}

func planLines(book *sheet.Book, tab string, header sheet.Header) ([]PlanLine, []fault.Field, error) {
	var lines []PlanLine
	var wrong []fault.Field
	for row, err := range header.Data(book.Rows(tab)) {
		if err != nil {
			return nil, nil, err
		}
		cells := map[string]sheet.Cell{}
		for _, col := range header.Columns {
			cells[col.Key] = row.Cell(col.Column)
		}
		if strings.TrimSpace(cells[planCode].Text+cells[planNextCode].Text) == "" {
			continue
		}
		line, bad := planLine(cells)
		lines, wrong = append(lines, line), append(wrong, bad...)
	}
	if len(lines) == 0 && len(wrong) == 0 {
		return nil, nil, fault.Refuse([]fault.Field{fault.At("file", "inventory.err.plan_empty")})
	}
	return lines, wrong, nil
}

func planLine(cells map[string]sheet.Cell) (PlanLine, []fault.Field) {
	at := func(key string) string { return input.Text(cells[key].Text) }
	line := PlanLine{
		Name: at(planName), Certainty: at(planCertainty), Note: at(planNote), Cell: cells[planCode].Address,
		Succession: Succession{Code: input.Ident(cells[planCode].Text), Successor: Department{
			Code: input.Ident(cells[planNextCode].Text), Name: at(planNextName), FullName: at(planNextFull), Origin: "reorganisation",
		}},
	}
	var wrong []fault.Field
	refuse := func(key, code string) {
		f := fault.At(key, code, "field", fault.Label("reorganisation."+key), "value", cells[key].Text)
		f.Cell = cells[key].Address
		wrong = append(wrong, f)
	}
	for _, key := range []string{planCode, planNextCode, planNextName} {
		if at(key) == "" {
			refuse(key, "err.required")
		}
	}
	day, _, err := input.Date(cells[planOn].Text, true)
	if err != nil {
		refuse(planOn, input.Code(err))
	}
	line.On = day
	return line, wrong
}

// PreviewPlan says what each line of a plan would do; nothing is written.
func (r *Registry) PreviewPlan(ctx context.Context, by auth.Principal, plan []PlanLine) ([]PlanEffect, error) {
	if err := by.Require(auth.Office); err != nil {
		return nil, err
	}
	var out []PlanEffect
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		d, err := r.directoryIn(tx)
		if err != nil {
			return err
		}
		out = make([]PlanEffect, len(plan))
		for i, line := range plan {
			if out[i], err = effectOf(tx, d, line); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func effectOf(tx *store.Tx, d *Directory, line PlanLine) (PlanEffect, error) {
	e := PlanEffect{Line: line, Outcome: PlanUnknown}
	old, ok := d.ByCode(line.Code)
	if !ok {
		return e, nil
	}
	e.Old = old
	next, known := d.ByCode(line.Successor.Code)
	e.Adds = !known
	switch {
	case old.SuccessorID == nil:
		e.Outcome = PlanEnds
	case known && *old.SuccessorID == next.ID:
		e.Outcome = PlanDone
	default:
		e.Outcome = PlanOther
	}
	systems, err := systemsOf(tx, old.ID)
	e.Systems = len(systems)
	return e, err
}

// Successions are the lines that can be carried out, the new bodies completed
// by what the old ones were: a successor is of the same kind and region.
func Successions(effects []PlanEffect) []Succession {
	var out []Succession
	for _, e := range effects {
		if e.Outcome == PlanUnknown {
			continue
		}
		s := e.Line.Succession
		s.Successor.Kind, s.Successor.RegionCode, s.Successor.ParentID = e.Old.Kind, e.Old.RegionCode, e.Old.ParentID
		s.Successor.KeyArea, s.Successor.GroupCode = e.Old.KeyArea, e.Old.GroupCode
		out = append(out, s)
	}
	return out
}
