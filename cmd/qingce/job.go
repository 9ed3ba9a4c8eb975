package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/jonboulle/clockwork"

	"qingce/internal/jobs"
)

// jobCommand looks at and runs jobs.
type jobCommand struct {
	List jobListCommand `cmd:"" help:"List the jobs, when they are due and how they ended."`
	Run  jobRunCommand  `cmd:"" help:"Do a job now."`
}

// Help says more.
func (jobCommand) Help() string {
	return `A running service does these by itself, on one node, by the clock of Asia/Shanghai. Doing one by
hand does no harm: each works out from the data what there is to do.

Examples:
  qingce job list
  qingce job run backup`
}

type (
	jobListCommand struct{}
	jobRunCommand  struct {
		Name        string `arg:"" help:"Name of the job."`
		KeepBackups int    `setting:"QINGCE_KEEP_BACKUPS" default:"14" placeholder:"N" help:"Nightly backups to keep, for the job backup."`
	}
)

// Run lists.
func (jobListCommand) Run(c *console) error {
	r, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	t, err := r.timetable(c, 1)
	if err != nil {
		return err
	}
	lines, err := t.List(c, 1)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, c.p.T("cli.job.heading"))
	for _, l := range lines {
		slot, last := "-", "-"
		if len(l.Last) > 0 {
			run := &l.Last[0]
			slot, last = c.p.Time(run.Slot), fmt.Sprintf("%s %s", c.p.Time(run.StartedAt), run.Status)
			if run.ByHand {
				slot = c.p.T("cli.job.by_hand")
			}
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", l.Name, l.Plan, c.p.Time(l.Next), slot, last, l.About)
	}
	return w.Flush()
}

// Run runs.
func (cmd *jobRunCommand) Run(c *console) error {
	r, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	if err := r.openAnchor(); err != nil {
		return err
	}
	t, err := r.timetable(c, cmd.KeepBackups)
	if err != nil {
		return err
	}
	start := time.Now()
	run, err := t.Run(c, cmd.Name)
	if err != nil {
		return err
	}
	c.say("cli.job.done", "name", run.Job, "note", run.Note, "seconds", time.Since(start).Round(10*time.Millisecond).String())
	return nil
}

// timetable is the table of jobs without the clock.
func (r *rooms) timetable(c *console, keepBackups int) (*jobs.Timetable, error) {
	return jobs.New(r.db, r.jobTable(c.settings, Serving{KeepBackups: keepBackups}), jobs.Options{
		Node: nodeName(), Clock: clockwork.NewRealClock(), Log: r.log,
	})
}
