package usage

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// Tried says what the rules make of one line.
type Tried struct {
	Line   string
	Metric string
	Labels map[string]string
	// Code says why nothing is kept, empty if something is; or what is wrong with
	// the line as such.
	Code  wire.Code
	Takes []Taken
}

// Taken is what one rule makes of a series.
type Taken struct {
	Rule    Rule
	Code    wire.Code // why it cannot be kept, empty if it can
	System  inventory.SystemID
	Name    string // the code of the system; of the hub, the parties
	Signal  wire.Signal
	Reading Reading
	Source  string
	// Amount is what the value, or a growth by it, is in the unit of the signal.
	Amount int64
}

// LineBroken is the code of a line that is not as exporters write.
const LineBroken wire.Code = "series.line_broken"

// triedLines is how many lines are tried at once.
const triedLines = 200

// ErrTooManyLines says that more was pasted than is tried at once.
var ErrTooManyLines = fault.New(fault.Invalid, "series.err.too_many_lines", "most", triedLines)

// Try says of lines as exporters write them (name{label="value"} 12.5) what the
// rules would make of them if the probe sent them now; nothing is kept. Comments
// and empty lines are left out.
func (r *Rules) Try(ctx context.Context, by auth.Principal, probe ProbeID, format RuleFormat, text string) ([]Tried, error) {
	var out []Tried
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		if err := r.mayRead(tx, by, probe); err != nil {
			return err
		}
		pass, err := passOfProbe(tx, probe)
		if err != nil {
			return err
		}
		rules, err := rulesFor(tx, probe)
		if err != nil {
			return err
		}
		out, err = tryLines(rules, &pass, format, text)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("try series of probe %d: %w", probe, err)
	}
	return out, nil
}

// passOfProbe is what a token of the probe would open.
func passOfProbe(tx *store.Tx, probe ProbeID) (Pass, error) {
	p, err := visibleProbe(tx, probe, nil)
	if err != nil {
		return Pass{}, err
	}
	pass := Pass{ProbeID: p.ID, Code: p.Code, OwnerID: p.OwnerID, Signals: p.Signals, Systems: map[string]PassSystem{}}
	systems, err := watchedBy(tx, []ProbeID{probe})
	for _, s := range systems[probe] {
		pass.Systems[s.Code] = PassSystem{ID: s.ID, Share: s.Share}
	}
	return pass, err
}

func tryLines(rules []Rule, pass *Pass, format RuleFormat, text string) ([]Tried, error) {
	asked := make([]*Rule, len(rules))
	for i := range rules {
		asked[i] = &rules[i]
	}
	var out []Tried
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if len(out) == triedLines {
			return nil, ErrTooManyLines
		}
		out = append(out, tryLine(asked, pass, format, line))
	}
	return out, nil
}

func tryLine(rules []*Rule, pass *Pass, format RuleFormat, line string) Tried {
	series, value, err := parseLine(line)
	if err != nil {
		return Tried{Line: line, Code: LineBroken}
	}
	out := Tried{Line: line, Metric: series.Name, Labels: labelMap(series.Labels)}
	for _, a := range aim(rules, pass, format, &series) {
		t := Taken{Rule: *a.rule, Code: a.code, System: a.target.system, Signal: a.target.signal, Reading: a.target.reading, Source: a.target.source}
		if t.Code == "" {
			m := mapped{target: a.target}
			t.Code, t.Amount = m.judge(value), a.target.scaled(value)
		}
		if hub := a.target.hub; hub.signal != "" {
			t.Name = hub.between()
		}
		for code, s := range pass.Systems {
			if s.ID == t.System {
				t.Name = code
			}
		}
		out.Takes = append(out.Takes, t)
	}
	out.Code = verdict(out.Takes)
	return out
}

// verdict is why nothing of a series is kept.
func verdict(takes []Taken) wire.Code {
	if len(takes) == 0 {
		return SeriesUnmapped
	}
	for _, t := range takes {
		if t.Code == "" {
			return ""
		}
	}
	return takes[0].Code
}

// parseLine reads a line of the exposition format: a name, labels, a value, and
// perhaps a time, which is left out. The name may also be in quotes among the
// labels, as newer exporters write it.
func parseLine(line string) (s wire.Series, value float64, err error) {
	brace := strings.IndexByte(line, '{')
	rest := ""
	if brace < 0 {
		s.Name, rest, _ = strings.Cut(line, " ")
	} else {
		s.Name = strings.TrimSpace(line[:brace])
		if rest, err = parseLabels(line[brace+1:], &s); err != nil {
			return s, 0, err
		}
	}
	fields := strings.Fields(rest)
	if s.Name == "" || len(fields) == 0 || len(fields) > 2 {
		return s, 0, errLine
	}
	value, err = strconv.ParseFloat(fields[0], 64)
	return s, value, err
}

var errLine = fault.New(fault.Invalid, string(LineBroken))

// parseLabels reads labels up to the closing brace and returns what follows.
func parseLabels(rest string, s *wire.Series) (string, error) {
	labels := map[string]string{}
	for {
		rest = strings.TrimLeft(rest, " \t,")
		if tail, ok := strings.CutPrefix(rest, "}"); ok {
			s.Labels = labelsOf(labels)
			return tail, nil
		}
		name, tail, err := parseLabelName(rest)
		if err != nil {
			return "", err
		}
		if !strings.HasPrefix(tail, "=") {
			if s.Name != "" {
				return "", errLine
			}
			s.Name, rest = name, tail
			continue
		}
		quoted, err := strconv.QuotedPrefix(strings.TrimLeft(tail[1:], " \t"))
		if err != nil {
			return "", errLine
		}
		value, err := strconv.Unquote(quoted)
		if err != nil {
			return "", errLine
		}
		labels[name] = value
		rest = strings.TrimLeft(tail[1:], " \t")[len(quoted):]
	}
}

func parseLabelName(rest string) (name, tail string, err error) {
	if strings.HasPrefix(rest, `"`) {
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return "", "", errLine
		}
		name, err = strconv.Unquote(quoted)
		return name, strings.TrimLeft(rest[len(quoted):], " \t"), err
	}
	end := strings.IndexAny(rest, "= \t,}\"")
	if end <= 0 {
		return "", "", errLine
	}
	return rest[:end], strings.TrimLeft(rest[end:], " \t"), nil
}

// labelsOf sorts labels; those without a value are absent.
func labelsOf(m map[string]string) wire.Labels {
	out := make(wire.Labels, 0, len(m))
	for name, value := range m {
		if value != "" {
			out = append(out, wire.Label{Name: name, Value: value})
		}
	}
	sortLabels(out)
	return out
}

// Line writes an unmapped series as exporters do, to be tried.
func (u *Unmapped) Line() string {
	var b strings.Builder
	b.WriteString(u.Metric)
	b.WriteByte('{')
	labels := labelsOf(u.Labels)
	for i, l := range labels {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(labelName(l.Name) + "=" + strconv.Quote(l.Value))
	}
	b.WriteString("} " + strconv.FormatFloat(u.Value, 'g', -1, 64))
	return b.String()
}

// labelName puts a name in quotes that is not as old exporters have them.
func labelName(s string) string {
	for i := range len(s) {
		if c := s[i]; c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') && (i == 0 || c < '0' || c > '9') {
			return strconv.Quote(s)
		}
	}
	return s
}

// PruneSeries removes points that are older than hours are kept, in lots, and
// tells how many hours of series that were. One more day is kept: the growth of
// the oldest hour begins there.
func (x *Inbox) PruneSeries(ctx context.Context) (removed int64, err error) {
	const lot = 5000
	for {
		var n int64
		err := x.db.Write(ctx, func(tx *store.Tx) error {
			p, err := currentPolicy(tx)
			if err != nil {
				return err
			}
			n, err = dropPoints(tx, wire.HourOf(tx.Now().Add(-p.HourRetention()-24*time.Hour)), lot)
			return err
		})
		if err != nil {
			return removed, fmt.Errorf("prune points of series: %w", err)
		}
		if removed += n; n < lot {
			return removed, nil
		}
	}
}
