package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/inventory/usage/agent"
)

// agentCommand is the probe that runs beside a system.
type agentCommand struct {
	Config string `placeholder:"FILE" default:"/etc/qingce/agent.yaml" help:"Configuration, in YAML."`

	Run     agentRunCommand     `cmd:"" default:"1" help:"Follow the logs and send reports (the default)."`
	Check   agentCheckCommand   `cmd:"" help:"Check the configuration, and read the end of every log by it."`
	DryRun  agentDryRunCommand  `cmd:"" help:"Read the logs and print what would be sent. Nothing is sent or changed."`
	Example agentExampleCommand `cmd:"" help:"Print a configuration with comments."`
}

// Help says more.
func (agentCommand) Help() string {
	return `The agent runs on the machine of a web server. It reads the access logs of nginx, Apache or IIS, or
logs in JSON; tells people from crawlers and health checks; counts requests, distinct people,
sign-ins and matters handled for each hour; and sends the counts to the service. Addresses and names
never leave the machine. It needs no database and none of the other settings.

Examples:
  qingce agent example >agent.yaml
  qingce agent check --config agent.yaml
  qingce agent dry-run --config agent.yaml
  qingce agent --config /etc/qingce/agent.yaml`
}

type (
	agentRunCommand     struct{}
	agentCheckCommand   struct{}
	agentDryRunCommand  struct{}
	agentExampleCommand struct{}
)

// load reads the configuration. What is wrong with it is said with its line.
func (cmd *agentCommand) load() (agent.Config, error) {
	place, err := os.Hostname()
	if err != nil {
		place = ""
	}
	config, problems, err := agent.LoadFile(cmd.Config, place)
	if err != nil || len(problems) == 0 {
		return config, err
	}
	var fields []fault.Field
	for _, p := range problems {
		fields = append(fields, fault.Field{Cell: fmt.Sprintf("%s:%d:%d:", p.File, p.Line, p.Column), Code: p.Code, Args: p.Args})
	}
	return config, &fault.Error{Kind: fault.Invalid, Code: "agent.wrong", Fields: fields}
}

// Run runs.
func (agentRunCommand) Run(c *console, parent *agentCommand) error {
	config, err := parent.load()
	if err != nil {
		return err
	}
	a, err := agent.Open(config, agent.Options{
		Log: c.settings.newLog(c.err, true), Chance: rand.Float64, Version: thisBuild().Version,
	}, time.Now())
	if err != nil {
		return err
	}
	return a.Run(c, time.Now)
}

// errAgentFound is the outcome of a check that found something.
var errAgentFound = fault.New(fault.Conflict, "agent.check.found")

// Run checks.
func (agentCheckCommand) Run(c *console, parent *agentCommand) error {
	config, err := parent.load()
	if err != nil {
		return err
	}
	logs, err := agent.Inspect(config, time.Now())
	if err != nil {
		return err
	}
	good := true
	for _, i := range logs {
		good = c.showInspection(i) && good
	}
	if err := config.CheckToken(); err != nil {
		good = false
		c.say("agent.check.token", "error", err.Error())
	}
	if err := config.CheckState(); err != nil {
		good = false
		c.say("agent.check.state", "path", config.StateDir, "error", err.Error())
	}
	if !good {
		return errAgentFound
	}
	c.say("agent.check.good", "systems", len(config.Systems), "logs", len(logs))
	return nil
}

// showInspection says what was found in a log and whether it is good. Some lines
// that cannot be read are: scanners send what no format expects.
func (c *console) showInspection(i agent.Inspection) bool {
	switch {
	case i.Err != nil:
		c.say("agent.check.missing", "path", i.Log.Path, "line", i.Log.Line, "error", i.Err.Error())
		return false
	case i.Lines == 0:
		c.say("agent.check.empty", "path", i.Log.Path)
		return true
	}
	if i.Garbage > 0 {
		c.say("agent.check.unread", "path", i.Log.Path, "line", i.Log.Line, "garbage", i.Garbage, "lines", i.Lines, "format", i.Log.Format.Name, "sample", i.Sample)
	}
	if i.Garbage < i.Lines {
		c.say("agent.check.log", "path", i.Log.Path, "parsed", i.Lines-i.Garbage, "lines", i.Lines, "people", i.People, "machines", i.Machines,
			"time", i.Last.Format(time.DateTime))
	}
	return i.Garbage*10 <= i.Lines
}

// Run shows what would be sent: reports on standard output, and what became of
// the lines beside it.
func (agentDryRunCommand) Run(c *console, parent *agentCommand) error {
	config, err := parent.load()
	if err != nil {
		return err
	}
	now := time.Now()
	a, err := agent.Open(config, agent.Options{Log: c.settings.newLog(c.err, false), Version: thisBuild().Version, Dry: true}, now)
	if err != nil {
		return err
	}
	for wait := time.Duration(0); wait == 0 && c.Err() == nil; {
		if wait, err = a.Step(c, now); err != nil {
			return err
		}
	}
	if err := a.Flush(c, now); err != nil {
		return err
	}
	reports := a.Reports()
	for _, r := range reports {
		fmt.Fprintf(c.out, "%s\n", r.AppendJSON(nil))
	}
	c.showLines(a.Lines())
	fmt.Fprintln(c.err, c.p.T("agent.dry.done", "reports", len(reports)))
	return nil
}

func (c *console) showLines(logs []agent.LogLines) {
	for _, l := range logs {
		n := l.Lines
		fmt.Fprintln(c.err, c.p.T("agent.dry.lines", "path", l.Path, "parsed", n.Parsed, "garbage", n.Garbage, "other", n.Other, "old", n.Old, "future", n.Future))
		if n.Sample != "" {
			fmt.Fprintln(c.err, c.p.T("agent.dry.sample", "path", l.Path, "sample", n.Sample))
		}
		if l.Trouble != "" {
			fmt.Fprintln(c.err, c.p.T("agent.dry.trouble", "path", l.Path, "error", l.Trouble))
		}
	}
}

// Run prints.
func (agentExampleCommand) Run(c *console) error {
	_, err := fmt.Fprint(c.out, agent.Example(c.p.Lang() == locale.Chinese))
	return err
}
