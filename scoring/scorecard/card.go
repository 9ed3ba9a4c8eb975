package scorecard

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
)

// Band is what is proposed for a body; people decide.
type Band string

// The bands.
const (
	Praise    Band = "praise"    // 拟表扬
	Good      Band = "good"      // 良好
	Remind    Band = "remind"    // 提醒
	Criticise Band = "criticise" // 拟通报并责令整改
	Report    Band = "report"    // the leading group is told, the head asked in
	Watched   Band = "watched"   // 仅监测不排名: too little applies
)

// Card is what a month was worth for a body.
type Card struct {
	Body, Group string
	// Values of the metrics, 0 to 100; nil does not apply.
	Values [metrics]*big.Rat
	// Weight of the metrics that apply, out of 100.
	Weight int
	// Before is the total before deductions, nil when nothing applies; Off is
	// what is taken off, with the cap.
	Before *big.Rat
	Off    int
	Total  *big.Rat
	// Points are the total, rounded half up to hundredths: 7300 is 73.00.
	Points int64
	Band   Band
	// Rank within the group, 0 when the body is not ranked.
	Rank int
}

// Make works out the card of a body, without its rank.
func (p *Policy) Make(in *Input) Card {
	c := Card{Body: in.Body, Group: in.Group}
	sum := new(big.Rat)
	for _, m := range Metrics() {
		v := p.value(m, in)
		c.Values[m] = v
		if v == nil || p.Weights[m] == 0 {
			continue
		}
		c.Weight += p.Weights[m]
		sum.Add(sum, new(big.Rat).Mul(v, big.NewRat(int64(p.Weights[m]), 1)))
	}
	c.Off = p.off(in)
	if c.Weight > 0 {
		c.Before = sum.Quo(sum, big.NewRat(int64(c.Weight), 1))
		c.Total = new(big.Rat).Sub(c.Before, big.NewRat(int64(c.Off), 1))
		if c.Total.Sign() < 0 {
			c.Total.SetInt64(0)
		}
		c.Points = Hundredths(c.Total)
	}
	c.Band = p.band(&c, in)
	return c
}

// value is a metric of 0 to 100, nil when it does not apply.
func (p *Policy) value(m Metric, in *Input) *big.Rat {
	switch m {
	case Integrated:
		return in.Disposed.percent()
	case Shared:
		if in.NothingToShare {
			return nil
		}
		if in.Entries.Den == 0 { // no catalog yet
			return new(big.Rat)
		}
		return in.Entries.percent()
	case Joint:
		if in.Systems == 0 && in.Entries.Den == 0 {
			return nil
		}
		return Share{in.Applications, p.target(in)}.percent()
	case Connected:
		return in.Connections.percent()
	case Tasks:
		return p.tasks(in.Tasks)
	default:
		return effect(in.Parts)
	}
}

func (p *Policy) target(in *Input) int {
	if in.KeyArea {
		return p.KeyAreaTarget
	}
	return p.JointTarget
}

// percent is the share out of 100, at most all of it; nil of nothing.
func (s Share) percent() *big.Rat {
	if s.Den <= 0 {
		return nil
	}
	return big.NewRat(int64(min(max(s.Num, 0), s.Den))*100, int64(s.Den))
}

// tasks is the mean of what the tasks are worth.
func (p *Policy) tasks(tasks []Task) *big.Rat {
	if len(tasks) == 0 {
		return nil
	}
	sum := 0
	for _, t := range tasks {
		sum += p.TaskPoints[t.Outcome]
	}
	return big.NewRat(int64(sum), int64(len(tasks)))
}

// effect is the mean of the parts that apply.
func effect(parts map[Part]Share) *big.Rat {
	sum, n := new(big.Rat), int64(0)
	for _, part := range Parts() {
		if v := parts[part].percent(); v != nil {
			sum.Add(sum, v)
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return sum.Quo(sum, big.NewRat(n, 1))
}

func (p *Policy) off(in *Input) int {
	sum := 0
	for _, d := range Deductions() {
		sum += p.Off[d] * in.Cases[d]
	}
	return min(sum, p.OffCap)
}

func (p *Policy) band(c *Card, in *Input) Band {
	below := func(bound int) bool { return c.Total.Cmp(big.NewRat(int64(bound), 1)) < 0 }
	switch {
	case c.Weight < p.RankedFrom || c.Total == nil:
		return Watched
	case below(p.Report), below(p.Remind) && in.LowBefore:
		return Report
	case below(p.Remind):
		return Criticise
	case below(p.Good):
		return Remind
	case below(p.Praise), in.OpenRectification, in.ReportLate:
		return Good
	}
	if v := c.Values[Connected]; v != nil && v.Cmp(big.NewRat(int64(p.ConnectedForPraise), 1)) < 0 {
		return Good
	}
	return Praise
}

// Hundredths rounds half up.
func Hundredths(r *big.Rat) int64 {
	n := new(big.Rat).Mul(r, big.NewRat(100, 1))
	n.Add(n, big.NewRat(1, 2))
	q := new(big.Int).Div(n.Num(), n.Denom()) // rounds down, for the denominator is positive
	return q.Int64()
}

// Rank ranks cards within their groups by their rounded total: equal totals
// share a rank, and the next one is left out (1, 2, 2, 4). It sorts the cards by
// group and rank; within a rank by Connected, Shared and code, which is only for
// showing; those that are not ranked come last.
func Rank(cards []Card) {
	for i := range cards {
		cards[i].Rank = 0
		if cards[i].Band == Watched {
			continue
		}
		cards[i].Rank = 1
		for j := range cards {
			if cards[j].Group == cards[i].Group && cards[j].Band != Watched && cards[j].Points > cards[i].Points {
				cards[i].Rank++
			}
		}
	}
	slices.SortStableFunc(cards, func(a, b Card) int {
		return cmp.Or(strings.Compare(a.Group, b.Group), cmp.Compare(last(a.Rank), last(b.Rank)),
			compare(b.Values[Connected], a.Values[Connected]), compare(b.Values[Shared], a.Values[Shared]), strings.Compare(a.Body, b.Body))
	})
}

func last(rank int) int {
	if rank == 0 {
		return 1 << 30
	}
	return rank
}

// compare orders values; what does not apply comes before all.
func compare(a, b *big.Rat) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return a.Cmp(b)
}
