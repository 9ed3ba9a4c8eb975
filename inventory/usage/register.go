package usage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// ProbeForm is what an operator says of a probe.
type ProbeForm struct {
	Name     string
	Kind     ProbeKind
	Owner    auth.DepartmentID
	Interval time.Duration // whole minutes; zero is that of the kind
	Signals  SignalSet
	Note     string
	Systems  []SystemChoice
}

// SystemChoice is a system that a probe shall speak of.
type SystemChoice struct {
	Code  string
	Share Share // empty is Whole
}

const (
	maxProbeName = 60
	maxProbeNote = 500
	maxReason    = 200
	maxInterval  = 31 * 24 * time.Hour
	// MaxProbeSystems is how many systems one probe may speak of.
	MaxProbeSystems = 1_000
)

// Register adds a probe, for an operator. What is wrong is Invalid with fields
// name, kind, owner, interval, note and systems.
func (p *Probes) Register(ctx context.Context, by auth.Principal, in ProbeForm) (Probe, error) {
	if err := by.Require(Operators()...); err != nil {
		return Probe{}, err
	}
	var out Probe
	err := p.db.Write(ctx, func(tx *store.Tx) error {
		systems, err := p.check(tx, &in)
		if err != nil {
			return err
		}
		out = Probe{CreatedAt: tx.Now(), CreatedBy: by.AccountID, CreatedName: by.Name, Version: 1}
		out.UpdatedAt, out.UpdatedBy, out.UpdatedName = tx.Now(), by.AccountID, by.Name
		in.fill(&out)
		if err := insertProbe(tx, &out); err != nil {
			return err
		}
		if err := setSystems(tx, out.ID, systems); err != nil {
			return err
		}
		after, err := factsOf(tx, out)
		if err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "probe.registered", Kind: "probe", ID: out.Code, Name: out.Name, Department: out.OwnerID, After: after,
		})
	})
	if err != nil {
		return Probe{}, fmt.Errorf("register a probe: %w", err)
	}
	return out, nil
}

// Change replaces what was said of a probe. version is the one that was read:
// store.ErrStale when somebody else changed it since.
func (p *Probes) Change(ctx context.Context, by auth.Principal, code string, version int64, in ProbeForm) (Probe, error) {
	return p.change(ctx, by, code, version, "probe.changed", "", func(tx *store.Tx, probe *Probe) error {
		systems, err := p.check(tx, &in)
		if err != nil {
			return err
		}
		in.fill(probe)
		if err := setSystems(tx, probe.ID, systems); err != nil {
			return err
		}
		return setTerms(tx, probe)
	})
}

// Stop takes a probe out of use: nothing of it is accepted any more, and its
// silence alarms nobody.
func (p *Probes) Stop(ctx context.Context, by auth.Principal, code string, version int64, reason string) (Probe, error) {
	reason = input.Text(reason)
	return p.change(ctx, by, code, version, "probe.stopped", reason, func(tx *store.Tx, probe *Probe) error {
		if probe.Stopped {
			return ErrProbeStopped
		}
		if err := checkReason(reason); err != nil {
			return err
		}
		probe.Stopped, probe.StoppedReason = true, reason
		return endSilence(tx, probe.ID, tx.Now(), EndedByStop)
	})
}

// Resume takes a stopped probe into use again.
func (p *Probes) Resume(ctx context.Context, by auth.Principal, code string, version int64) (Probe, error) {
	return p.change(ctx, by, code, version, "probe.resumed", "", func(_ *store.Tx, probe *Probe) error {
		if !probe.Stopped {
			return fault.New(fault.Conflict, "probe.err.runs")
		}
		probe.Stopped, probe.StoppedReason = false, ""
		return nil
	})
}

func checkReason(reason string) error {
	switch n := utf8.RuneCountInString(reason); {
	case n < 2:
		return fault.Refuse([]fault.Field{fault.At("reason", "probe.err.reason")})
	case n > maxReason:
		return fault.Refuse([]fault.Field{fault.At("reason", "err.too_long", "field", fault.Label("probes.field.reason"), "max", maxReason)})
	}
	return nil
}

// fill puts the form into a probe.
func (in *ProbeForm) fill(probe *Probe) {
	probe.Name, probe.Kind, probe.OwnerID, probe.Note = in.Name, in.Kind, in.Owner, in.Note
	probe.IntervalMinutes, probe.Signals = int(in.Interval/time.Minute), in.Signals
}

// check cleans the form, says what is wrong with it, and finds its systems.
func (p *Probes) check(tx *store.Tx, in *ProbeForm) ([]ProbeSystem, error) {
	in.Name, in.Note = input.Text(in.Name), input.Lines(in.Note)
	if in.Interval == 0 && in.Kind.Valid() {
		in.Interval = in.Kind.Interval()
	}
	dir, err := p.registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	wrong := in.wrong(dir, calendar.DateOf(tx.Now()))
	systems, bad, err := chosen(tx, in.Systems)
	if err != nil {
		return nil, err
	}
	return systems, fault.Refuse(append(wrong, bad...))
}

func (in *ProbeForm) wrong(dir *inventory.Directory, today calendar.Date) []fault.Field {
	var wrong []fault.Field
	refuse := func(bad bool, at, code string, args ...any) {
		if bad {
			wrong = append(wrong, fault.At(at, code, args...))
		}
	}
	owner, known := dir.Find(in.Owner)
	refuse(in.Name == "", "name", "err.required", "field", fault.Label("probes.field.name"))
	refuse(utf8.RuneCountInString(in.Name) > maxProbeName, "name", "err.too_long", "field", fault.Label("probes.field.name"), "max", maxProbeName)
	refuse(!in.Kind.Valid(), "kind", "probe.err.kind")
	refuse(!known || !owner.ActiveOn(today), "owner", "probe.err.owner")
	refuse(in.Interval < time.Minute || in.Interval > maxInterval || in.Interval%time.Minute != 0, "interval", "probe.err.interval")
	refuse(utf8.RuneCountInString(in.Note) > maxProbeNote, "note", "err.too_long", "field", fault.Label("probes.field.note"), "max", maxProbeNote)
	refuse(in.Signals&^SignalsOf(wire.Signals()...) != 0, "signals", "probe.err.signals")
	return wrong
}

// chosen finds the systems of a form.
func chosen(tx *store.Tx, choices []SystemChoice) ([]ProbeSystem, []fault.Field, error) {
	switch {
	case len(choices) == 0:
		return nil, []fault.Field{fault.At("systems", "probe.err.no_system")}, nil
	case len(choices) > MaxProbeSystems:
		return nil, []fault.Field{fault.At("systems", "probe.err.many_systems", "max", MaxProbeSystems)}, nil
	}
	codes := make([]string, len(choices))
	for i := range choices {
		codes[i] = strings.ToUpper(input.Ident(choices[i].Code))
	}
	found, err := systemsByCode(tx, codes)
	if err != nil {
		return nil, nil, err
	}
	var out []ProbeSystem
	var wrong []fault.Field
	for i, c := range choices {
		one, err := choose(found, codes[i], c.Share, out)
		var bad *fault.Error
		if errors.As(err, &bad) {
			wrong = append(wrong, fault.Field{Name: "systems", Code: bad.Code, Args: bad.Args})
			continue
		}
		out = append(out, one)
	}
	return out, wrong, nil
}

// choose is one system of a form, or a fault that says what is wrong with it.
func choose(found map[string]system, code string, share Share, before []ProbeSystem) (ProbeSystem, error) {
	if share == "" {
		share = Whole
	}
	s, known := found[code]
	switch {
	case !known:
		return ProbeSystem{}, fault.New(fault.Invalid, "probe.err.system", "code", code)
	case s.Classified:
		return ProbeSystem{}, fault.New(fault.Invalid, "probe.err.classified", "code", code)
	case !share.Valid():
		return ProbeSystem{}, fault.New(fault.Invalid, "probe.err.share", "code", code)
	case slices.ContainsFunc(before, func(b ProbeSystem) bool { return b.SystemID == s.ID }):
		return ProbeSystem{}, fault.New(fault.Invalid, "probe.err.system_twice", "code", code)
	}
	return ProbeSystem{SystemID: s.ID, Share: share}, nil
}

// probeFacts are a probe as the operation log keeps it.
type probeFacts struct {
	Name     string            `json:"name"`
	Kind     ProbeKind         `json:"kind"`
	Owner    auth.DepartmentID `json:"owner"`
	Interval int               `json:"interval_minutes"`
	Signals  []string          `json:"signals"`
	Systems  []string          `json:"systems"`
	Note     string            `json:"note"`
	Stopped  bool              `json:"stopped"`
}

func factsOf(tx *store.Tx, probe Probe) (probeFacts, error) {
	systems, err := watchedBy(tx, []ProbeID{probe.ID})
	out := probeFacts{
		Name: probe.Name, Kind: probe.Kind, Owner: probe.OwnerID, Interval: probe.IntervalMinutes, Signals: []string{}, Systems: []string{},
		Note: probe.Note, Stopped: probe.Stopped,
	}
	for _, s := range probe.Signals.List() {
		out.Signals = append(out.Signals, s.String())
	}
	for _, s := range systems[probe.ID] {
		out.Systems = append(out.Systems, s.Code+" "+string(s.Share))
	}
	return out, err
}
