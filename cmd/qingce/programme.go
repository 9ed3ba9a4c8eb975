package main

import (
	"os"
	"path/filepath"
	"strings"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/scoring"
	"qingce/scoring/programme"
)

// programmeCommand looks at programmes and puts them in force.
type programmeCommand struct {
	Import programmeImportCommand `cmd:"" help:"Read a programme from its files and put it in force."`
}

// Help says more.
func (programmeCommand) Help() string {
	return `A programme says who has to do what by when: another city or another year is another folder of three
files and no program.

Examples:
  qingce programme import lakeside-2030
  qingce programme import lakeside-2030 --adopt --reason "new programme of the city"`
}

type programmeImportCommand struct {
	Dir    string `arg:"" help:"Folder with pack.json, articles.csv and obligations.csv (UTF-8)."`
	Adopt  bool   `help:"Put it in force; without this nothing is written."`
	From   string `placeholder:"DATE" help:"First day in force, as 2030-03-01. Default: in_force of pack.json."`
	Reason string `help:"Why, for the operation log."`
}

// Help says more.
func (programmeImportCommand) Help() string {
	return `Reads the folder, checks every line and shows which obligations would be added, changed and ended
against the programme that is in force on the first day. Nothing is written before --adopt is
given. Every mistake is named with its file, line and column and how to mend it, all of them at once.

What was due before the first day stays under the programme before. The same folder twice changes
nothing.

Examples:
  qingce programme import lakeside-2030
  qingce programme import lakeside-2030 --adopt --from 2030-03-01 --reason "decided on 2030-02-20"`
}

var errDay = fault.New(fault.Invalid, "cli.programme.day")

// Run reads, shows and, when asked, puts in force.
func (cmd *programmeImportCommand) Run(c *console) error {
	files, err := packFiles(cmd.Dir)
	if err != nil {
		return err
	}
	var from calendar.Date
	if cmd.From != "" {
		if from, err = calendar.ParseDate(cmd.From); err != nil {
			return fault.New(errDay.Kind, errDay.Code, "text", cmd.From)
		}
	}
	r, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	if err := r.seed(c); err != nil {
		return err
	}
	by := c.person("programme")
	plan, err := r.duties.Preview(c, by, files, from)
	if err != nil {
		return err
	}
	c.showPlan(&plan)
	switch {
	case plan.Adopted:
		c.say("cli.programme.same", "from", plan.From)
		return nil
	case !cmd.Adopt:
		c.say("cli.programme.dry", "from", plan.From)
		return nil
	}
	a, err := r.duties.Adopt(c, by, files, plan.From, cmd.Reason)
	if err != nil {
		return err
	}
	c.say("cli.programme.adopted", "key", a.Key, "from", a.AdoptedOn)
	return nil
}

// packFiles reads the files of a pack; one that is not there is told with the
// other mistakes.
func packFiles(dir string) (map[string]string, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, name := range programme.FileNames() {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out[name] = string(raw)
	}
	return out, nil
}

// showPlan prints what would change.
func (c *console) showPlan(p *scoring.Plan) {
	lang := c.p.Lang()
	c.say("cli.programme.head", "name", p.Pack.Name[lang], "document", p.Pack.Document, "before", p.Before.Name[lang])
	for _, o := range p.Added {
		c.say("cli.programme.added", "id", o.ID, "title", o.Title[lang])
	}
	for _, one := range p.Changed {
		c.say("cli.programme.changed", "id", one.Obligation.ID, "title", one.Obligation.Title[lang], "columns", strings.Join(one.Columns, ", "))
	}
	for _, o := range p.Ended {
		c.say("cli.programme.ended", "id", o.ID, "title", o.Title[lang])
	}
	c.say("cli.programme.sum", "added", len(p.Added), "changed", len(p.Changed), "ended", len(p.Ended), "same", p.Same)
}
