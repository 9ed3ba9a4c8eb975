package questionnaire

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/field"
)

// Op is how a value is computed.
type Op string

// The computations. A difference is the first less the others; a ratio is the
// first over the others in per cent, rounded half up to two decimals.
const (
	Sum        Op = "sum"
	Difference Op = "difference"
	Count      Op = "count"
	Ratio      Op = "ratio"
)

// Ops lists the computations.
func Ops() []Op { return []Op{Sum, Difference, Count, Ratio} }

// Label is the message key of the computation's name.
func (o Op) Label() fault.Label { return fault.Label("questionnaire.op." + string(o)) }

// Computed is a value that is worked out. Of names questions of the same part,
// columns of a table as "x_demands.items", the rows of a table as "x_demands",
// and, about the body as a whole, a question over all systems that stand on the
// form as "rows.om_amount_year" or their number as "rows".
type Computed struct {
	Op Op       `json:"op"`
	Of []string `json:"of"`
}

// rowsOf names the systems of a form in Computed.Of.
const rowsOf = "rows"

// operand is the type of what a value in a part may be computed from. The rows
// of a table and those of a form count as numbers.
func (b Body) operand(part Part, name string) (Type, bool) {
	head, column, nested := strings.Cut(name, ".")
	if head == rowsOf {
		if !nested {
			return Number, part == OfDepartment
		}
		s, q, ok := b.Find(column)
		return q.answerType(), ok && s.Of == OfSystem && part == OfDepartment
	}
	s, q, ok := b.Find(head)
	switch {
	case !ok || s.Of != part || q.Computed != nil:
		return "", false
	case q.Type == Table && !nested:
		return Number, true
	case q.Type == Table:
		i := slices.IndexFunc(q.Columns, func(col Question) bool { return col.Key == column })
		if i < 0 {
			return "", false
		}
		return q.Columns[i].Type, true
	}
	return q.answerType(), !nested
}

// Figure is a computed value. What was not given is not zero: Given of Asked
// values went into it.
type Figure struct {
	// Canonical is the value as answers keep it, empty when nothing was given.
	Canonical string
	Given     int
	Asked     int
}

// Compute works out the computed questions of a part and puts them into the
// answers; rows are the answers of the systems that stand on the form, for the
// part about the body. It returns the figures by question.
func (c *Compiled) Compute(part Part, answers field.Answers, rows []field.Answers) map[string]Figure {
	out := map[string]Figure{}
	for _, q := range c.OfPart(part) {
		if q.Computed == nil {
			continue
		}
		f := c.figure(*q.Computed, answers, rows)
		out[q.Key] = f
		if f.Canonical == "" {
			delete(answers, q.Key)
		} else {
			answers[q.Key] = f.Canonical
		}
	}
	return out
}

func (c *Compiled) figure(k Computed, answers field.Answers, rows []field.Answers) Figure {
	var values [][]string // for each name the values found, empty text for not given
	f := Figure{}
	for _, name := range k.Of {
		found := c.values(name, answers, rows)
		values = append(values, found)
		f.Asked += len(found)
		f.Given += len(found) - count(found, "")
	}
	switch k.Op {
	case Count:
		f.Canonical = strconv.Itoa(f.Given)
	case Sum:
		f.Canonical = write(total(slices.Concat(values...)))
	case Difference, Ratio:
		a, b := total(values[0]), total(slices.Concat(values[1:]...))
		switch {
		case a == nil || b == nil:
		case k.Op == Difference:
			f.Canonical = write(a.Sub(a, b))
		case b.Sign() != 0:
			f.Canonical = percent(a, b)
		}
	}
	return f
}

// values are the answers that a name of Computed.Of stands for.
func (c *Compiled) values(name string, answers field.Answers, rows []field.Answers) []string {
	head, column, nested := strings.Cut(name, ".")
	if head == rowsOf {
		out := make([]string, len(rows))
		for i, r := range rows {
			out[i] = "1"
			if nested {
				out[i] = r[column]
			}
		}
		return out
	}
	q, ok := c.Question(head)
	if !ok || q.Type != Table {
		return []string{answers[name]}
	}
	var out []string
	for _, r := range ReadTable(answers[head]) {
		if nested {
			out = append(out, r[column])
		} else {
			out = append(out, "1")
		}
	}
	return out
}

func count(values []string, v string) int {
	n := 0
	for _, s := range values {
		if s == v {
			n++
		}
	}
	return n
}

// total adds what was given; nothing given is no sum.
func total(values []string) *big.Int {
	var sum *big.Int
	for _, v := range values {
		n, ok := new(big.Int).SetString(v, 10)
		if !ok {
			continue
		}
		if sum == nil {
			sum = new(big.Int)
		}
		sum.Add(sum, n)
	}
	return sum
}

// percent is a over b in per cent, rounded half up to two decimals.
func percent(a, b *big.Int) string {
	const hundredths = 100 * 100
	twice := new(big.Int).Mul(a, big.NewInt(2*hundredths))
	twice.Add(twice, b)
	n := twice.Div(twice, new(big.Int).Mul(b, big.NewInt(2)))
	whole, rest := new(big.Int).QuoRem(n, big.NewInt(100), new(big.Int))
	return fmt.Sprintf("%s.%02d", whole, rest)
}

func write(n *big.Int) string {
	if n == nil {
		return ""
	}
	return n.String()
}
