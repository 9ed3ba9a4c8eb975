package survey

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey/questionnaire"
)

// PreviewBook says line by line what a workbook would do to the form as it
// stands. Only who handed it in sees it.
func (d *Desk) PreviewBook(ctx context.Context, by auth.Principal, key FormKey, id UploadID) (Preview, error) {
	var out *Preview
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		p, err := d.paper(tx, by, key, false)
		if err != nil {
			return err
		}
		out, err = d.previewIn(tx, by, p, id)
		return err
	})
	if err != nil {
		return Preview{}, err
	}
	return *out, nil
}

func (d *Desk) previewIn(tx *store.Tx, by auth.Principal, p *Paper, id UploadID) (*Preview, error) {
	up, err := uploadOf(tx, p.Form.ID, by.AccountID, id)
	if err != nil {
		return nil, err
	}
	rows, err := rowsOf(tx, p.Form.ID)
	if err != nil {
		return nil, err
	}
	records, err := recordsOf(tx, rows)
	if err != nil {
		return nil, err
	}
	reading, err := d.reading(tx, by, p, BySheet)
	if err != nil {
		return nil, err
	}
	out := &Preview{Paper: *p, Upload: up, Counts: map[Outcome]int{}}
	seen := map[RowID]int{}
	for at, line := range up.Body.withTables(p.Ask) {
		if up.Body.took(at) {
			continue
		}
		made, err := d.previewLine(tx, by, p, reading, line, rows, records, seen)
		if err != nil {
			return nil, err
		}
		made.at = at
		out.Counts[made.Outcome]++
		out.Lines = append(out.Lines, made)
	}
	if !up.Body.took(aboutBody) {
		out.Answers = d.previewAnswers(p, reading, up.Body)
	}
	return out, nil
}

// previewLine judges one line of the sheet of systems.
func (d *Desk) previewLine(tx *store.Tx, by auth.Principal, p *Paper, reading *reading, line UploadLine, rows []Row, records map[inventory.SystemID]inventory.System, seen map[RowID]int) (PreviewLine, error) {
	out := PreviewLine{Number: line.Number, input: line.input()}
	r := Row{Body: blank(p), Origin: FromUpload, Decision: Added}
	old, found := match(line, rows)
	if old == nil && line.apart {
		out.Name, out.Outcome, out.Found = line.Cells["name"].Text, LineWrong, line.placed(found)
		if len(found) == 0 {
			out.Found = line.errNoSystem()
		}
		return out, nil
	}
	if old != nil {
		r = *old
		r.Body = maps.Clone(old.Body)
		out.Row, out.version = old.ID, old.Version
		if earlier, twice := seen[old.ID]; twice {
			found = append(found, fault.At("name", "inventory.err.import_repeated", "row", earlier))
		}
		if len(old.Typed) > 0 {
			found = append(found, errUnsaved)
		}
		seen[old.ID] = line.Number
	}
	now := record(records, &r)
	t := reading.take(questionnaire.OfSystem, r.Body, now, out.input)
	before := field.Answers(r.Body)
	r.Body = t.answers
	rules, err := d.judge(tx, by, p, &r, now, byItself)
	if err != nil {
		return out, err
	}
	found = append(found, line.problems()...)
	unread := fault.AnyError(found) || fault.AnyError(t.found)
	out.Found = line.placed(append(found, join(t.found, nil, rules)...))
	after := field.Answers(r.Body)
	out.Changes = p.Ask.System.Diff(&before, &after)
	out.Code, out.Name, out.body = r.Code, r.Name, r.Body
	switch {
	case len(out.Changes) == 0 && old != nil && !unread:
		out.Outcome, out.Found = LineSame, nil
	case fault.AnyError(out.Found):
		out.Outcome = LineWrong
	case old == nil:
		out.Outcome = LineNew
	default:
		out.Outcome = LineChanged
	}
	return out, nil
}

// input is the line as a part of a posted form.
func (l UploadLine) input() Input {
	in := Input{Form: url.Values{}, Manner: BySheet, Only: append([]string{}, l.tables...)}
	for key, c := range l.Cells {
		if key == rowColumn || key == "code" || l.apart && key == "name" || c.Problem != "" {
			continue
		}
		in.Form.Set(key, c.Text)
		in.Only = append(in.Only, key)
	}
	return in
}

// problems are the cells that cannot be taken at all.
func (l UploadLine) problems() []fault.Field {
	var out []fault.Field
	for _, key := range slices.Sorted(maps.Keys(l.Cells)) {
		if c := l.Cells[key]; c.Problem != "" {
			out = append(out, fault.At(key, c.Problem, "value", c.Text, "cell", c.Address))
		}
	}
	return out
}

// placed puts the addresses of cells to findings.
func (l UploadLine) placed(found []fault.Field) []fault.Field {
	for i := range found {
		if c, ok := l.Cells[found[i].Name]; ok && found[i].Cell == "" {
			found[i].Cell = c.Address
		}
	}
	return found
}

// match finds the row that a line speaks of: by its number on the form, by the
// code of the system, or by a name that only one has. Nil is a new system.
func match(line UploadLine, rows []Row) (*Row, []fault.Field) {
	text := func(key string) string { return strings.TrimSpace(line.Cells[key].Text) }
	number, code, name := text(rowColumn), strings.ToUpper(text("code")), field.Fold(text("name"))
	var named []*Row
	for i := range rows {
		r := &rows[i]
		switch {
		case !r.Stands():
		case number != "" && number == strconv.FormatInt(int64(r.ID), 10), code != "" && r.Code == code:
			return r, nil
		case name != "" && field.Fold(r.Name) == name:
			named = append(named, r)
		}
	}
	switch {
	case number != "":
		return nil, []fault.Field{fault.At(rowColumn, "survey.err.book_row", "value", number)}
	case code != "":
		return nil, []fault.Field{fault.At("code", "survey.err.book_code", "value", code)}
	case len(named) == 1:
		return named[0], nil
	case len(named) > 1:
		return nil, []fault.Field{fault.At("name", "survey.err.book_name", "value", text("name"))}
	}
	return nil, nil
}

// previewAnswers judges what the workbook says of the body; nil when it says
// nothing.
func (d *Desk) previewAnswers(p *Paper, reading *reading, body UploadBody) *PreviewLine {
	in, line := body.answersInput(p.Ask)
	if len(in.Only) == 0 {
		return nil
	}
	out := &PreviewLine{Number: line.Number, input: in, Outcome: LineSame, Found: line.problems()}
	own, rest := splitOwn(in)
	f := p.Form
	f.Typed = map[string][]string{}
	count := f.DeclaredCount
	out.Found = append(out.Found, f.declare(own)...)
	t := reading.take(questionnaire.OfDepartment, f.Answers, nil, rest)
	out.Found = line.placed(append(out.Found, t.found...))
	before, after := field.Answers(p.Form.Answers), t.answers
	out.Changes = p.Ask.Department.Diff(&before, &after)
	switch {
	case fault.AnyError(out.Found):
		out.Outcome = LineWrong
	case len(out.Changes) > 0 || !sameCount(count, f.DeclaredCount):
		out.Outcome = LineChanged
	}
	return out
}

func sameCount(a, b *int64) bool { return a == b || a != nil && b != nil && *a == *b }

// answersInput joins the line about the body with the sheets of its tables.
func (b UploadBody) answersInput(ask *questionnaire.Compiled) (Input, UploadLine) {
	line := UploadLine{Cells: map[string]UploadCell{}}
	if b.Answers != nil {
		line = UploadLine{Number: b.Answers.Number, Cells: maps.Clone(b.Answers.Cells)}
	}
	in := line.input()
	for _, table := range tablesOf(ask, questionnaire.OfDepartment) {
		lines, ok := b.Tables[table]
		if !ok {
			continue
		}
		in.Only = append(in.Only, table)
		for i, one := range lines {
			for column, c := range one.Cells {
				name := CellName(table, i, column)
				in.Form.Set(name, c.Text)
				line.Cells[name] = c
			}
		}
	}
	return in, line
}

// ErrUploadDone is a workbook that was confirmed or dropped before.
var ErrUploadDone = fault.New(fault.Conflict, "survey.err.book_done")

// ConfirmBook takes over the good lines of a workbook; the wrong ones are left
// as the form has them. The same workbook again changes nothing.
func (d *Desk) ConfirmBook(ctx context.Context, by auth.Principal, key FormKey, id UploadID) (Preview, error) {
	var out *Preview
	_, err := d.change(ctx, by, key, func(tx *store.Tx, p *Paper) error {
		var err error
		if out, err = d.previewIn(tx, by, p, id); err != nil {
			return err
		}
		if out.Upload.State != UploadReady {
			return ErrUploadDone
		}
		for i := range out.Lines {
			if err := d.takeLine(tx, by, p, &out.Lines[i]); err != nil {
				return err
			}
		}
		if err := d.takeAnswers(tx, by, p, out.Answers); err != nil {
			return err
		}
		out.Upload.Body.Taken = out.taken()
		if err := setUpload(tx, &out.Upload, UploadApplied); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "import.confirmed", Kind: "form", ID: key.String(), Name: out.Upload.FileName, Department: p.Owner.ID,
			After: confirmedLog{out.Counts[LineNew], out.Counts[LineChanged], out.Counts[LineWrong]},
		})
	})
	if err != nil {
		return Preview{}, err
	}
	return *out, nil
}

// taken are the lines that are taken over.
func (p *Preview) taken() []TakenLine {
	var out []TakenLine
	if a := p.Answers; a != nil && a.Outcome == LineChanged {
		out = append(out, TakenLine{At: aboutBody, Number: a.Number, Outcome: a.Outcome})
	}
	for _, l := range p.Lines {
		if l.Outcome == LineNew || l.Outcome == LineChanged {
			out = append(out, TakenLine{l.at, l.Number, l.Row, l.Name, l.Outcome})
		}
	}
	return out
}

type confirmedLog struct {
	New     int `json:"new"`
	Changed int `json:"changed"`
	Wrong   int `json:"wrong"`
}

// takeLine takes one good line over.
func (d *Desk) takeLine(tx *store.Tx, by auth.Principal, p *Paper, line *PreviewLine) error {
	switch line.Outcome {
	case LineNew:
		r := Row{Origin: FromUpload, Body: blank(p)}
		_, err := d.addIn(tx, by, p, &r, line.input)
		line.Row = r.ID
		return err
	case LineChanged:
		r, now, err := rowAndRecord(tx, p, line.Row)
		if err != nil {
			return err
		}
		before := said(&r)
		if _, err := d.takeRow(tx, by, p, &r, now, line.input); err != nil {
			return err
		}
		if err := saveRow(tx, by, &r); err != nil {
			return err
		}
		return logRow(tx, by, p, &r, "saved", before)
	}
	return nil
}

// takeAnswers takes over what the workbook says of the body.
func (d *Desk) takeAnswers(tx *store.Tx, by auth.Principal, p *Paper, line *PreviewLine) error {
	if line == nil || line.Outcome != LineChanged {
		return nil
	}
	before := p.Form.said()
	if _, err := d.answerIn(tx, by, p, line.input); err != nil {
		return err
	}
	p.Form.Version++
	return logForm(tx, by, p, "answered", before)
}

// DropBook forgets a workbook that was not confirmed.
func (d *Desk) DropBook(ctx context.Context, by auth.Principal, key FormKey, id UploadID) error {
	if err := by.Require(fillers()...); err != nil {
		return err
	}
	return d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		p, err := d.paper(tx, by, key, false)
		if err != nil {
			return err
		}
		up, err := uploadOf(tx, p.Form.ID, by.AccountID, id)
		if err != nil {
			return err
		}
		if up.State != UploadReady {
			return ErrUploadDone
		}
		if err := setUpload(tx, &up, UploadDropped); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{Action: "import.dropped", Kind: "form", ID: key.String(), Name: up.FileName, Department: p.Owner.ID})
	})
}
