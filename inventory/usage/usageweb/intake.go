package usageweb

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"qingce/internal/web"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// reportsPath is where probes send their own reports.
const reportsPath = "/api/v1/usage/reports"

// mountIntake adds the endpoint of reports. The front asks for the tokens.
func (d *desk) mountIntake(s *web.Server) {
	s.Endpoint(http.MethodPost, reportsPath, describeReports(s), d.front.receive(endpoint{
		fallback: wire.ReportJSON, negotiate: wire.NegotiateReport, take: d.takeReports,
	}))
}

// Codes of reports that are sound and cannot be taken, and of remarks on those
// that were.
const (
	// foreignSystem is a system that is not the probe's, or that does not exist:
	// the sender does not learn which.
	foreignSystem wire.Code = "probe.foreign_system"
	// nothingListed has no signal that the probe is registered for, and
	// signalsUnlisted has some that it is not.
	nothingListed   wire.Code = "probe.nothing_listed"
	signalsUnlisted wire.Code = "probe.signals_unlisted"
)

// takeReports takes the state of hours. It returns when what it accepted is on
// disk.
func (d *desk) takeReports(ctx context.Context, c *delivery) (wire.Tally, error) {
	b := &reportBatch{desk: d, ctx: ctx, pass: c.Pass}
	tally, err := c.Decoder.Reports(c.Format, c.Body, c.Now, b.visit)
	switch {
	case err != nil:
		return tally, err
	case b.err != nil:
		return tally, b.err
	}
	if b.unlisted.Count > 0 {
		tally.Notes = append(tally.Notes, b.unlisted)
	}
	return tally, d.Intake.Put(ctx, b.states)
}

// reportBatch collects what can be kept of a body.
type reportBatch struct {
	desk     *desk
	ctx      context.Context
	pass     usage.Pass
	states   []usage.HourState
	unlisted wire.Issue
	err      error // of the database: nothing of the body is kept then
}

func (b *reportBatch) visit(r *wire.Report) wire.Verdict {
	if b.err != nil {
		return wire.Keep // nothing is, and the whole body comes again
	}
	system, ok := b.pass.System(r.System)
	if !ok {
		return wire.Refuse(foreignSystem)
	}
	if !b.list(r) {
		return wire.Refuse(nothingListed)
	}
	source, err := b.desk.Ledger.Source(b.ctx, b.pass.ProbeID, strings.Clone(r.Source), r.Epoch)
	switch {
	case errors.Is(err, usage.ErrTooManySources):
		return wire.Refuse(usage.TooManySource)
	case err != nil:
		b.err = err
		return wire.Keep
	}
	kept := r.Clone()
	state := usage.StateOf(&kept, system.ID, source)
	if code, _ := state.Flaw(); code != "" {
		return wire.Refuse(code)
	}
	b.states = append(b.states, state)
	return wire.Keep
}

// list leaves out of a report what the probe is not registered for, and tells
// whether anything is left.
func (b *reportBatch) list(r *wire.Report) bool {
	set := b.pass.Signals
	if set == 0 {
		return true // nobody said what it measures
	}
	var listed wire.Values
	unlisted := 0
	for _, s := range wire.Signals() {
		n, measured := r.Values.Get(s)
		switch {
		case measured && set.Has(s):
			listed.Set(s, n)
		case measured:
			unlisted++
		}
	}
	if len(r.Users) > 0 && !set.Has(wire.Users) {
		r.Users, unlisted = nil, unlisted+1
	}
	if len(r.Machines) > 0 && !set.Has(wire.MachineClients) {
		r.Machines, unlisted = nil, unlisted+1
	}
	r.Values = listed
	if unlisted == 0 {
		return true
	}
	if listed.None() && r.LastWrite.IsZero() && len(r.Users)+len(r.Machines) == 0 {
		return false
	}
	b.remark(r)
	return true
}

// remark notes that a report was taken in part.
func (b *reportBatch) remark(r *wire.Report) {
	if b.unlisted.Count == 0 {
		b.unlisted = wire.Issue{Item: strings.Clone(r.System), Code: signalsUnlisted, Want: strings.Join(signalNames(b.pass.Signals), ", ")}
	}
	b.unlisted.Count++
}

func signalNames(set usage.SignalSet) []string {
	var out []string
	for _, s := range set.List() {
		out = append(out, s.String())
	}
	return out
}
