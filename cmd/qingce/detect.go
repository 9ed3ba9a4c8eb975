package main

import (
	"time"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/inventory/zombie"
)

// detectCommand looks for systems that are no longer used.
type detectCommand struct {
	Day     string `placeholder:"DATE" help:"The day to evaluate, as 2017-10-22. Default: yesterday."`
	DryRun  bool   `help:"Say what would be found, and write nothing."`
	Again   bool   `help:"Make a day that was run anew, with facts that came late and what the register says since."`
	Rebuild bool   `help:"Forget what is remembered of the systems and begin with their first fact."`
}

// Help says more.
func (detectCommand) Help() string {
	return `A running service does this every night for the day before. A day that was run already is answered
with its summary; a run that broke off goes on where it stopped. Days that were left out are caught
up with on the way.

When a run would suspect too many systems at once nothing of it is seen until somebody of the centre
has looked at it, on its page.

Examples:
  qingce detect
  qingce detect --day 2017-10-22 --dry-run
  qingce detect --day 2017-10-22 --again`
}

// Run detects.
func (cmd *detectCommand) Run(c *console) error {
	r, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	day := calendar.DateOf(r.db.Now()).AddDays(-1)
	if cmd.Day != "" {
		if day, err = calendar.ParseDate(cmd.Day); err != nil {
			return fault.New(fault.Invalid, "cli.detect.day", "value", cmd.Day)
		}
	}
	start := time.Now()
	run, err := r.detector.Detect(c, c.person("detect"), day, zombie.How{DryRun: cmd.DryRun, Again: cmd.Again, Rebuild: cmd.Rebuild})
	if err != nil {
		return err
	}
	if !cmd.DryRun {
		if _, err := r.cases.Follow(c, c.person("detect")); err != nil {
			return err
		}
	}
	key := "cli.detect.done"
	if cmd.DryRun {
		key = "cli.detect.dry"
	}
	c.say(key, "note", run.Note(), "seconds", time.Since(start).Round(10*time.Millisecond).String())
	if run.State == zombie.Held {
		c.say("cli.detect.held", "n", run.Fresh)
	}
	return nil
}
