package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"qingce/internal/adminweb"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/scoring/funding"
	"qingce/scoring/funding/fundingweb"
	"qingce/templates"
)

// newFunding makes the desk where it is decided who gets money.
func (r *rooms) newFunding() *funding.Desk {
	return funding.NewDesk(funding.Deps{
		DB: r.db, Registry: r.registry, Book: r.book, Box: r.box, Hub: r.hub, Cases: r.cases, Notices: r.overdueNotices,
	})
}

// overdueNotices are the rectification notices that are overdue on a day, by the
// system they are about.
func (r *rooms) overdueNotices(tx *store.Tx, day calendar.Date) (map[inventory.SystemID][]funding.Notice, error) {
	open, _, err := r.rectify.OpenOn(tx, day)
	if err != nil {
		return nil, err
	}
	out := map[inventory.SystemID][]funding.Notice{}
	for id, list := range open {
		for _, n := range list {
			out[id] = append(out[id], funding.Notice{No: n.No(), Situation: string(n.Situation), DueOn: n.DueOn, Path: n.Address()})
		}
	}
	return out, nil
}

// verifyFunding works every run of funding out again and says what came of it.
func verifyFunding(c *console, r *rooms) (bool, error) {
	all, err := r.funding.VerifyRuns(c, c.person("verify"))
	if err != nil {
		return false, fmt.Errorf("verify the runs of funding: %w", err)
	}
	ok := true
	for _, v := range all {
		if v.OK() {
			c.say("cli.verify.funding", "run", v.Run.Number(), "systems", v.Systems, "hash", v.Hash)
			continue
		}
		ok = false
		for _, f := range v.Found {
			c.say("cli.verify.finding", "text", c.p.Field(f))
		}
		if v.More > 0 {
			c.say("cli.verify.omitted", "more", v.More)
		}
	}
	return ok, nil
}

// mountFunding adds the pages and the API of funding.
func (r *rooms) mountFunding(s *web.Server) {
	deps := fundingweb.Deps{Registry: r.registry, Funding: r.funding, Box: r.box}
	if r.anchor != nil {
		deps.Key = r.anchor
	}
	fundingweb.Mount(s, deps)
	fundingweb.MountAPI(s, deps)
}

// fundingTasks are the systems that wait for an opinion, a decision or the last
// word of the reader.
func (r *rooms) fundingTasks(req *web.Request) ([]adminweb.HomeTask, error) {
	w, err := r.funding.Waits(req.Ctx, req.By)
	if err != nil || w.Items == 0 {
		return nil, err
	}
	run := funding.Run{Year: w.Year}
	href := run.Address() + "?only=mine"
	return []adminweb.HomeTask{{
		Icon: "seal", Tone: templates.ToneAmber, Count: req.P.Number(w.Items), Href: href,
		Text: req.T("home.funding"), Note: req.T("home.funding.note", "year", w.Year),
	}}, nil
}

// checkStatement checks a signed statement of funding without the database.
func (cmd *verifyCommand) checkStatement(c *console) error {
	if cmd.Key == "" || cmd.Bundle != "" {
		return errStatementKey
	}
	body, err := os.ReadFile(cmd.Statement)
	if err != nil {
		return err
	}
	key, err := os.ReadFile(cmd.Key)
	if err != nil {
		return err
	}
	var signed time.Time
	s, err := funding.CheckStatement(body, func(seal, kind, digest string) (err error) {
		signed, err = oplog.CheckSeal(seal, strings.TrimSpace(string(key)), kind, digest)
		return err
	})
	if err != nil {
		return errors.Join(errLogDamaged, err)
	}
	c.say("cli.verify.statement", "run", s.Run, "time", signed, "systems", len(s.Lines), "payable", c.p.Wan(s.Totals[0].Payable))
	return nil
}

var errStatementKey = fault.New(fault.Invalid, "cli.verify.statement_key")
