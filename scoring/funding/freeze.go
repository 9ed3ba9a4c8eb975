package funding

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/scoring/eligibility"
)

// Order is a run that is asked for.
type Order struct {
	Year int
	// Reason says why the run of the year before it is replaced; needed then.
	Reason string
}

// wrong lists what keeps a run from being made on a day.
func (o *Order) wrong(today calendar.Date) []fault.Field {
	if o.Year < 2017 || o.Year > today.Year()+1 {
		return []fault.Field{fault.At("year", "funding.err.year", "first", 2017, "last", today.Year()+1)}
	}
	return needText("reason", o.Reason, 0)
}

// Freeze makes the run of a fiscal year: it reads the facts of every system of
// the city's departments as they are now, holds them against the table and keeps
// both (方案 part 2 (9)). It is the finance bureau's. A year that has a run is read
// again only with a reason, and only while nobody has given an opinion, decided or
// appealed (ErrUnderway): from then on single systems are looked at again.
func (d *Desk) Freeze(ctx context.Context, by auth.Principal, o Order) (Run, error) {
	if err := by.Require(auth.Finance); err != nil {
		return Run{}, err
	}
	o.Reason = strings.TrimSpace(o.Reason)
	if err := d.deps.Hub.Settle(ctx); err != nil {
		return Run{}, fmt.Errorf("freeze the facts of %d: %w", o.Year, err)
	}
	run, err := store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Run, error) { return d.freeze(tx, by, o) })
	if err != nil {
		return Run{}, fmt.Errorf("freeze the facts of %d: %w", o.Year, err)
	}
	return run, nil
}

func (d *Desk) freeze(tx *store.Tx, by auth.Principal, o Order) (Run, error) {
	if err := fault.Refuse(o.wrong(today(tx))); err != nil {
		return Run{}, err
	}
	serial, err := d.replace(tx, o)
	if err != nil {
		return Run{}, err
	}
	facts, err := d.collect(tx, o.Year, nil)
	if err != nil {
		return Run{}, err
	}
	table := eligibility.First()
	rules, err := json.Marshal(table)
	if err != nil {
		return Run{}, fmt.Errorf("write the table of rules: %w", err)
	}
	run := Run{
		Year: o.Year, Kind: eligibility.Maintenance, Serial: serial, FrozenOn: today(tx), FrozenAt: tx.Now(), FrozenBy: by.AccountID,
		FrozenName: by.Name, Reason: o.Reason, TableVersion: table.Version, Rules: string(rules), Version: 1,
	}
	findings, forecasts, err := run.judgeAll(by, facts, &table)
	if err != nil {
		return Run{}, err
	}
	if err := insertRun(tx, &run, facts, findings, forecasts); err != nil {
		return Run{}, err
	}
	return run, oplog.Record(tx, by, oplog.Entry{
		Action: "funding.run", Kind: KindRun, ID: run.Number(), Name: run.Number(), Reason: o.Reason,
		After: runFacts{run.Systems, run.Amount, run.Hash, run.TableVersion},
	})
}

// runFacts is a run as the operation log keeps it; what holds "hash" in its name
// would be hidden.
type runFacts struct {
	Systems int64  `json:"systems"`
	Amount  int64  `json:"amount_fen"`
	Digest  string `json:"digest"`
	Table   int64  `json:"table"`
}

// replace puts the run of the year that is in force aside, and gives the number
// of the next one.
func (d *Desk) replace(tx *store.Tx, o Order) (int, error) {
	old, err := runOf(tx, o.Year)
	if isAbsent(err) {
		return 1, nil
	}
	if err != nil {
		return 0, err
	}
	busy, err := underway(tx, old.ID)
	switch {
	case err != nil:
		return 0, err
	case busy:
		return 0, fault.New(ErrUnderway.Kind, ErrUnderway.Code, "year", o.Year)
	case len([]rune(o.Reason)) < leastReason:
		return 0, fault.Refuse([]fault.Field{fault.At("reason", "funding.err.replace", "year", o.Year, "min", leastReason)})
	}
	return old.Serial + 1, retireRun(tx, old)
}

// judgeAll holds all facts against the table and works out sums and hash. It also
// gives the rule that holds for each from a later year on.
func (r *Run) judgeAll(by auth.Principal, facts []Facts, table *eligibility.Table) (out []Finding, forecasts []string, err error) {
	out, forecasts = make([]Finding, len(facts)), make([]string, len(facts))
	h := newSeal(r)
	for i := range facts {
		f := &facts[i]
		text, digest, err := f.JSON()
		if err != nil {
			return nil, nil, err
		}
		j := Judge(f, table)
		forecasts[i] = j.Forecast
		out[i] = Finding{
			Number: 1, Way: ByFreeze, At: r.FrozenAt, ByID: by.AccountID, ByName: by.Name, Facts: text, Digest: digest,
			Result: j.Result, Rules: j.Rules, Amount: f.System.Amount, UntilOn: j.Until,
		}
		h.add(f.System.Code, &out[i])
		r.Systems++
		if f.System.Amount != nil {
			r.Amount += *f.System.Amount
		}
	}
	r.Hash = h.sum()
	return out, forecasts, nil
}

// seal makes the hash of a run: SHA-256 over a line "run year kind serial day
// table" and a line "system digest result rules amount until" for each system, in
// the order of their codes, parted by tabs.
type seal struct{ h hash.Hash }

func newSeal(r *Run) seal {
	s := seal{sha256.New()}
	fmt.Fprintf(s.h, "run\t%d\t%s\t%d\t%s\t", r.Year, r.Kind, r.Serial, r.FrozenOn)
	sum := sha256.Sum256([]byte(r.Rules))
	fmt.Fprintf(s.h, "%s\n", hex.EncodeToString(sum[:]))
	return s
}

func (s seal) add(code string, f *Finding) {
	amount := "-"
	if f.Amount != nil {
		amount = fmt.Sprint(*f.Amount)
	}
	fmt.Fprintf(s.h, "%s\t%s\t%s\t%s\t%s\t%s\n", code, f.Digest, f.Result, f.Rules, amount, f.UntilOn)
}

func (s seal) sum() string { return hex.EncodeToString(s.h.Sum(nil)) }

// collect reads the facts of the systems of the city's departments, or of those
// that are named, in the order of their codes: one query each for the register,
// the hub, the cases and the notices. Drafts are no systems yet; what ended before
// the year before is past.
func (d *Desk) collect(tx *store.Tx, year int, only []inventory.SystemID) ([]Facts, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	systems, err := readSystems(tx, year, only)
	if err != nil {
		return nil, err
	}
	ids := make([]inventory.SystemID, len(systems))
	for i := range systems {
		ids[i] = systems[i].ID
	}
	connections, err := d.deps.Hub.TogetherIn(tx, ids)
	if err != nil {
		return nil, err
	}
	cases, err := d.deps.Cases.OpenIn(tx, ids)
	if err != nil {
		return nil, err
	}
	notices, err := d.deps.Notices(tx, today(tx))
	if err != nil {
		return nil, fmt.Errorf("read overdue notices: %w", err)
	}
	out := make([]Facts, len(systems))
	for i := range systems {
		s := &systems[i]
		body, _ := dir.Find(s.OwnerID)
		f := Facts{Kind: eligibility.Maintenance, Year: year, On: today(tx), System: systemFacts(s), Department: BodyFacts{body.ID, body.Code, body.Name}, Notices: notices[s.ID]}
		if c, ok := connections[s.ID]; ok {
			f.Hub = hubFacts(&c)
		}
		if c, ok := cases[s.ID]; ok {
			f.Case = &CaseFacts{c.No, c.State, c.DueOn}
		}
		out[i] = f
	}
	return out, nil
}
