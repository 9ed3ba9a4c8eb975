package funding

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/scoring/eligibility"
)

// StatementFormat names the format of a signed statement and its version.
const StatementFormat = "qingce-funding-statement/1"

// Statement is a fiscal year on one paper, for the budget: every item as it stood
// when it was made. Amounts are fen.
type Statement struct {
	Year      int                `json:"year"`
	Kind      eligibility.Kind   `json:"kind"`
	Run       string             `json:"run"` // 2018-1
	Forecast  bool               `json:"forecast"`
	FrozenOn  calendar.Date      `json:"frozen_on"`
	RunDigest string             `json:"run_digest"` // hash over the frozen facts
	Table     int64              `json:"table_version"`
	MadeAt    time.Time          `json:"made_at"`
	Totals    []StatementTotal   `json:"totals"`
	Rules     []eligibility.Rule `json:"rules"`
	Lines     []StatementLine    `json:"lines"`
}

// StatementTotal is the sum of a group; the group "all" is everything.
type StatementTotal struct {
	Group    Group `json:"group"`
	Items    int64 `json:"items"`
	Money    int64 `json:"om_fen"`
	Payable  int64 `json:"payable_fen"`
	Withheld int64 `json:"withheld_fen"`
	Unknown  int64 `json:"unknown"` // items whose money is not known
}

// StatementLine is a system.
type StatementLine struct {
	System     string             `json:"system"`
	Name       string             `json:"name"`
	Department string             `json:"department"`
	Body       string             `json:"department_name"`
	Money      *int64             `json:"om_fen"`
	Payable    int64              `json:"payable_fen"`
	Result     eligibility.Result `json:"result"`
	Rules      []string           `json:"rules"`
	Stage      Stage              `json:"stage"`
	Until      calendar.Date      `json:"until"`
	From       calendar.Date      `json:"from"`
	Reason     string             `json:"reason"`
	Kept       string             `json:"kept_for"`
	Digest     string             `json:"facts_digest"`
}

// groupAll is the group of everything in a statement.
const groupAll Group = "all"

// State makes the statement of a year for those who see everybody's items, and
// notes in the operation log that it was taken.
func (d *Desk) State(ctx context.Context, by auth.Principal, year int) (Statement, error) {
	if err := by.Require(Watchers()...); err != nil {
		return Statement{}, err
	}
	s, err := store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Statement, error) {
		s, err := d.state(tx, year)
		if err != nil {
			return s, err
		}
		return s, oplog.Record(tx, by, oplog.Entry{
			Action: "funding.stated", Kind: KindRun, ID: s.Run, Name: s.Run, After: statedFacts{len(s.Lines), s.Totals[0].Payable, s.RunDigest},
		})
	})
	if err != nil {
		return Statement{}, fmt.Errorf("statement of %d: %w", year, err)
	}
	return s, nil
}

// statedFacts is a statement as the operation log keeps it.
type statedFacts struct {
	Lines   int    `json:"lines"`
	Payable int64  `json:"payable_fen"`
	Run     string `json:"run_digest"`
}

func (d *Desk) state(tx *store.Tx, year int) (Statement, error) {
	run, err := runOf(tx, year)
	if err != nil {
		return Statement{}, err
	}
	table, err := run.Table()
	if err != nil {
		return Statement{}, err
	}
	totals, err := totalsOf(tx, run.ID, nil, Query{}, today(tx))
	if err != nil {
		return Statement{}, err
	}
	s := Statement{
		Year: run.Year, Kind: run.Kind, Run: run.Number(), Forecast: run.Forecast(), FrozenOn: run.FrozenOn, RunDigest: run.Hash,
		Table: run.TableVersion, MadeAt: tx.Now(), Totals: []StatementTotal{totalOf(groupAll, totals.All)}, Rules: table.Rules,
	}
	for _, g := range Groups() {
		s.Totals = append(s.Totals, totalOf(g, totals.Groups[g]))
	}
	s.Lines, err = statementLines(tx, run.ID)
	return s, err
}

func totalOf(g Group, s Sum) StatementTotal {
	return StatementTotal{g, s.Items, s.Money, s.Payable, s.Withheld(), s.Unknown}
}

func (r *statementRow) line() StatementLine {
	return StatementLine{
		System: r.Code, Name: r.Name, Department: r.DepartmentCode, Body: r.DepartmentName, Money: r.Amount, Payable: r.Payable(), Result: r.Result,
		Rules: r.Rules, Stage: r.Stage, Until: r.UntilOn, From: r.FromOn, Reason: r.DecisionText, Kept: r.KeptNote, Digest: r.Digest,
	}
}

// Signer signs the digest of a paper: the key of the operation log.
type Signer interface {
	Seal(kind, digest string, at time.Time) (string, error)
}

// Signed is a statement as a file: the statement, the SHA-256 of its compact JSON,
// and the signature over it.
type Signed struct {
	Format    string          `json:"format"`
	Statement json.RawMessage `json:"statement"`
	Digest    string          `json:"digest"`
	Seal      string          `json:"seal"`
}

// Sign writes a statement as a signed file.
func (s *Statement) Sign(key Signer) (Signed, error) {
	raw, err := json.Marshal(s)
	if err != nil {
		return Signed{}, fmt.Errorf("write the statement of %d: %w", s.Year, err)
	}
	out := Signed{Format: StatementFormat, Statement: raw, Digest: sumOf(raw)}
	if out.Seal, err = key.Seal(StatementFormat, out.Digest, s.MadeAt); err != nil {
		return Signed{}, fmt.Errorf("sign the statement of %d: %w", s.Year, err)
	}
	return out, nil
}

// ErrStatement says that a file is no statement, or not the one that was signed.
var ErrStatement = fault.New(fault.Invalid, "funding.err.statement")

// CheckStatement checks a signed file and gives its statement. check tells whether
// a seal was made over a digest; blanks between the members may have been changed.
func CheckStatement(file []byte, check func(seal, kind, digest string) error) (Statement, error) {
	var in Signed
	var s Statement
	if err := json.Unmarshal(file, &in); err != nil || in.Format != StatementFormat {
		return s, ErrStatement.Because(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, in.Statement); err != nil {
		return s, ErrStatement.Because(err)
	}
	if sumOf(compact.Bytes()) != in.Digest {
		return s, ErrStatement.Because(fmt.Errorf("another digest"))
	}
	if err := check(in.Seal, StatementFormat, in.Digest); err != nil {
		return s, ErrStatement.Because(err)
	}
	if err := json.Unmarshal(in.Statement, &s); err != nil {
		return s, ErrStatement.Because(err)
	}
	return s, nil
}
