package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/sheet"
	"qingce/inventory"
)

// exportCommand writes the register to a file.
type exportCommand struct {
	Kind   string `arg:"" enum:"systems,departments" help:"systems or departments."`
	File   string `arg:"" help:"File to write: .xlsx or .csv."`
	Search string `help:"Only systems whose name, code or function holds this."`
	Blank  bool   `help:"No rows: the form to fill in."`
	Force  bool   `help:"Replace a file that is there already."`
}

// Help says more.
func (exportCommand) Help() string {
	return `Writes every field of every record, in the language of --lang. The file can be edited and read back
with "qingce import". Each export is in the operation log.

Examples:
  qingce export systems systems.xlsx --lang zh-CN
  qingce export systems template.xlsx --blank`
}

// Run exports.
func (cmd *exportCommand) Run(c *console) error {
	format := sheet.XLSX
	switch strings.ToLower(filepath.Ext(cmd.File)) {
	case ".xlsx":
	case ".csv":
		format = sheet.CSV
	default:
		return fault.Refuse([]fault.Field{fault.At("file", "cli.export.format")})
	}
	if _, err := os.Stat(cmd.File); err == nil && !cmd.Force {
		return errExists(cmd.File)
	}
	r, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	e := inventory.Export{Format: format, Blank: cmd.Blank, Filter: cmd.Search}
	err = writeFile(cmd.File, func(w io.Writer) error {
		if cmd.Kind == inventory.ImportDepartments {
			all := func(inventory.Department) bool { return true }
			return r.importer.ExportDepartments(c, c.person("export"), c.p, e, all, w)
		}
		return r.importer.ExportSystems(c, c.person("export"), c.p, inventory.Query{Search: cmd.Search}, e, w)
	})
	if err == nil {
		c.say("cli.export.done", "file", absolute(cmd.File))
	}
	return err
}

// writeFile writes a file wholly or not at all.
func writeFile(name string, write func(io.Writer) error) error {
	part := name + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(part, name)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", name, err), removeIfThere(part))
	}
	return nil
}
