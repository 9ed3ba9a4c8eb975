package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/inventory"
)

// importCommand reads a file of the register.
type importCommand struct {
	Kind   string `arg:"" enum:"systems,departments" help:"systems or departments."`
	File   string `arg:"" help:"Workbook (.xlsx) or text table (.csv, UTF-8 or GB18030)."`
	Yes    bool   `help:"Save the good rows without asking."`
	DryRun bool   `help:"Only show what would happen."`
	Reason string `help:"Why, for the history of every record that changes."`
	Wrong  string `placeholder:"FILE" help:"Write the wrong rows, with the reason in a column, to a workbook."`
}

// Help says more.
func (importCommand) Help() string {
	return `Reads the file, compares every row with the register by code or by name, and shows what would become
new, changed, unchanged or wrong. Nothing is saved before that: then it asks, or saves with --yes.
Wrong rows are never saved (exit code 3 when there are any). The same file twice changes nothing.

Columns are found by their names, in Chinese or English, in any order; "qingce export" writes a file
that can be edited and read back. Departments come first: systems name theirs.

Examples:
  qingce import departments departments.csv --dry-run
  qingce import systems systems.xlsx --yes --reason "self-survey 2017"`
}

// errWrongRows is the outcome of a file with rows that cannot be saved.
var errWrongRows = fault.New(fault.Conflict, "cli.import.wrong_rows")

// Run imports.
func (cmd *importCommand) Run(c *console) error {
	data, err := os.ReadFile(cmd.File)
	if err != nil {
		return err
	}
	r, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	by := c.person("import")
	file, err := r.receive(c, by, cmd.Kind, filepath.Base(cmd.File), data)
	if err != nil {
		return err
	}
	if err := cmd.show(c, r, by, file); err != nil {
		return err
	}
	if !cmd.save(c, file) {
		c.say("cli.import.nothing_saved")
		if err := r.importer.Drop(c, by, file.ID); err != nil {
			return err
		}
		return wrongRows(file)
	}
	if file, err = r.confirm(c, by, file, cmd.Reason); err != nil {
		return err
	}
	c.say("cli.import.saved", "rows", file.RowsApplied)
	return wrongRows(file)
}

func wrongRows(file inventory.Import) error {
	if file.RowsWrong > 0 {
		return errWrongRows
	}
	return nil
}

// receive hands a file in and waits until it is compared.
func (r *rooms) receive(ctx context.Context, by auth.Principal, kind, name string, data []byte) (inventory.Import, error) {
	file, err := r.importer.Receive(ctx, by, kind, name, data)
	if err != nil {
		return file, err
	}
	return r.finished(ctx, by, file.ID)
}

// confirm saves the good rows and waits until that is done.
func (r *rooms) confirm(ctx context.Context, by auth.Principal, file inventory.Import, reason string) (inventory.Import, error) {
	if _, err := r.importer.Confirm(ctx, by, file.ID, reason); err != nil {
		return file, err
	}
	return r.finished(ctx, by, file.ID)
}

func (r *rooms) finished(ctx context.Context, by auth.Principal, id inventory.ImportID) (inventory.Import, error) {
	r.importer.Wait(ctx, id)
	if err := ctx.Err(); err != nil {
		return inventory.Import{}, fmt.Errorf("import: %w", err)
	}
	file, err := r.importer.Find(ctx, by, id)
	if err == nil {
		err = file.Err()
	}
	return file, err
}

// shownRows is how many wrong rows are printed; all of them go into --wrong.
const shownRows = 50

// show prints the preview.
func (cmd *importCommand) show(c *console, r *rooms, by auth.Principal, file inventory.Import) error {
	for _, remark := range file.Remarks() {
		fmt.Fprintln(c.out, "  "+c.p.Field(remark))
	}
	rows, total, err := r.importer.Rows(c, by, file.ID, inventory.RowWrong, 1, shownRows)
	if err != nil {
		return err
	}
	for _, row := range rows {
		c.say("cli.import.row", "row", row.Number, "name", strings.TrimSpace(row.Code+" "+row.Name))
		for _, f := range row.Found {
			fmt.Fprintln(c.out, "    "+strings.TrimSpace(f.Cell+" "+c.p.Field(f)))
		}
	}
	if total > shownRows {
		c.say("cli.import.more", "rows", total-shownRows)
	}
	c.say("cli.import.preview", "file", file.FileName, "rows", file.RowsTotal, "new", file.RowsNew,
		"changed", file.RowsChanged, "same", file.RowsSame, "wrong", file.RowsWrong)
	if cmd.Wrong == "" || total == 0 {
		return nil
	}
	err = writeFile(cmd.Wrong, func(w io.Writer) error { return r.importer.WrongRows(c, by, c.p, file.ID, w) })
	if err == nil {
		c.say("cli.import.wrong_written", "file", absolute(cmd.Wrong))
	}
	return err
}

// save tells whether the good rows are to be saved.
func (cmd *importCommand) save(c *console, file inventory.Import) bool {
	switch {
	case cmd.DryRun, file.RowsNew+file.RowsChanged == 0:
		return false
	case cmd.Yes:
		return true
	}
	fmt.Fprint(c.out, c.p.T("cli.import.ask", "rows", file.RowsNew+file.RowsChanged)+" ")
	answer, _ := bufio.NewReader(c.in).ReadString('\n') // no answer is no
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes" || answer == "是"
}
