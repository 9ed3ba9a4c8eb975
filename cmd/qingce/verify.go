package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// verifyCommand checks the operation log.
type verifyCommand struct {
	Anchor string `placeholder:"DIR" help:"Directory with the signed heads and verifier.pub. Default: oplog in the data directory."`
	Bundle string `placeholder:"FILE" help:"Check the proof of one entry instead; needs --key and no database."`
	Key    string `placeholder:"FILE" help:"The verifier key (verifier.pub) to check the bundle or the statement with."`

	Statement string `placeholder:"FILE" help:"Check a signed statement of funding instead; needs --key and no database."`
}

// Help says more.
func (verifyCommand) Help() string {
	return `Reads the whole operation log and holds it against its hashes and against every signed head. Entries
that were edited, removed, inserted, reordered or cut off are named (exit code 3).

The heads lie outside the database, in the data directory. Whoever can write both can forge both:
keep copies of head.txt elsewhere, printed or mailed, and check against a copy with --anchor.

The certificates of censuses are recomputed from the history of the register as well, and what was
found for funding from the facts that were frozen; the frozen months of the scorecards from the
inputs that were kept with them.

A single entry can be handed out with its proof, from its page. Whoever gets it checks it without
the database:
  qingce verify --bundle entry-17.json --key verifier.pub

A statement of funding that was handed out is checked in the same way:
  qingce verify --statement funding-2018.json --key verifier.pub

Examples:
  qingce verify
  qingce verify --anchor /mnt/safe/oplog-2017-10`
}

var (
	errLogDamaged = fault.New(fault.Conflict, "cli.verify.failed")
	errNoAnchor   = fault.New(fault.Invalid, "cli.verify.no_anchor")
	errBundleOnly = fault.New(fault.Invalid, "cli.verify.bundle_and_key")
)

// Run verifies.
func (cmd *verifyCommand) Run(c *console) error {
	switch {
	case cmd.Statement != "":
		return cmd.checkStatement(c)
	case cmd.Bundle != "" || cmd.Key != "":
		return cmd.checkBundle(c)
	}
	r, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	dir := cmd.Anchor
	if dir == "" {
		dir = r.anchorDir
	}
	anchor, err := oplog.ReadAnchor(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return fault.New(errNoAnchor.Kind, errNoAnchor.Code, "dir", absolute(dir)).Because(err)
	}
	if err != nil {
		return err
	}
	report, err := oplog.Verify(c, r.db, anchor)
	if err != nil {
		return err
	}
	printReport(c, report)
	certified, err := verifyCertificates(c, r)
	if err != nil {
		return err
	}
	funded, err := verifyFunding(c, r)
	if err != nil {
		return err
	}
	closed, err := verifyMonths(c, r)
	if err != nil {
		return err
	}
	if !report.OK || !certified || !funded || !closed {
		return errLogDamaged // and not an entry more, so that the evidence stays as it is
	}
	return noteVerification(c, r.db, report)
}

func printReport(c *console, report oplog.Report) {
	c.say("cli.verify.read", "entries", report.Entries, "heads", report.Heads)
	if report.Head.Size > 0 {
		c.say("cli.verify.head", "size", report.Head.Size, "root", report.Head.Hash.String(), "time", report.Head.At)
	}
	if n := report.Unsigned(); n > 0 {
		c.say("cli.verify.unsigned", "entries", n)
	}
	for _, f := range report.Findings {
		c.say("cli.verify.finding", "text", c.p.Field(f.Field()))
	}
	if report.Omitted > 0 {
		c.say("cli.verify.omitted", "more", report.Omitted)
	}
	if report.OK {
		c.say("cli.verify.ok")
	}
}

// verifyFacts are what the operation log keeps of its own check.
type verifyFacts struct {
	Entries int64 `json:"entries"`
	Heads   int64 `json:"heads"`
}

func noteVerification(c *console, db *store.DB, report oplog.Report) error {
	err := db.Write(c, func(tx *store.Tx) error {
		return oplog.Record(tx, c.person("verify"), oplog.Entry{
			Action: "verify", Kind: oplog.KindAnchor, ID: strconv.FormatInt(report.Head.Size, 10),
			After: verifyFacts{report.Entries, report.Heads},
		})
	})
	if err != nil {
		return fmt.Errorf("note the check in the operation log: %w", err)
	}
	return nil
}

func (cmd *verifyCommand) checkBundle(c *console) error {
	if cmd.Bundle == "" || cmd.Key == "" {
		return errBundleOnly
	}
	body, err := os.ReadFile(cmd.Bundle)
	if err != nil {
		return err
	}
	key, err := os.ReadFile(cmd.Key)
	if err != nil {
		return err
	}
	row, err := oplog.CheckBundle(body, strings.TrimSpace(string(key)))
	if err != nil {
		c.warn("cli.verify.bundle_bad", "file", cmd.Bundle)
		return errors.Join(errLogDamaged, err)
	}
	c.say("cli.verify.bundle_good", "id", int64(row.ID), "time", row.At, "actor", row.ActorLogin,
		"action", c.p.T("oplog."+row.Action), "object", strings.TrimSpace(row.ObjectKind+" "+row.ObjectName))
	return nil
}
