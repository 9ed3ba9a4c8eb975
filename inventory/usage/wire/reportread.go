package wire

import (
	"bytes"
	"fmt"
	"iter"
	"math"
	"strings"
	"time"
)

// Reports decodes an unpacked body of reports and shows every one that is
// sound to the visitor. A report that is wrong is refused with an issue for
// each wrong member, and the others are read all the same; where the JSON of
// an array breaks, the reports before the break count. Errors are of type
// *Error.
func (d *Decoder) Reports(format Format, body []byte, now time.Time, visit func(*Report) Verdict) (Tally, error) {
	p := &reportPass{Decoder: d, window: d.limits.window(now)}
	if len(bytes.TrimSpace(body)) == 0 {
		return p.Tally, bad(JSONBroken, "0", "")
	}
	for raw, broken := range p.split(format, body) {
		if p.Items == d.limits.Items {
			return p.Tally, tooLarge(TooManyItems, d.limits.Items)
		}
		p.Items++
		if broken.Code != "" {
			p.say(broken)
		} else {
			p.read(raw)
		}
		p.settle(visit)
	}
	return p.Tally, nil
}

// mostWrong is how many members of one report are found wrong before the rest
// of it is let be.
const mostWrong = 20

// reportPass is one walk through a body of reports.
type reportPass struct {
	*Decoder
	Tally
	window window
	hand   value  // the report at hand, if it is an object
	wrong  int    // members of the report at hand
	seen   uint64 // members of the report at hand, as bits
}

// split cuts a body into reports, each with the issue that keeps it from being
// read, if there is one.
func (p *reportPass) split(format Format, body []byte) iter.Seq2[value, Issue] {
	if format == ReportLines {
		return p.lines(body)
	}
	return p.array(body)
}

func (p *reportPass) lines(body []byte) iter.Seq2[value, Issue] {
	return func(yield func(value, Issue) bool) {
		for line := range bytes.Lines(body) {
			if line = bytes.TrimSpace(line); len(line) == 0 {
				continue
			}
			c := newChecker(line, p.limits.Depth)
			end, trouble := c.check(0)
			if end >= 0 && end < len(line) {
				end, trouble = -1, end
			}
			if !yield(line, c.issue(end, trouble)) {
				return
			}
		}
	}
}

// array yields the items of an array, or the one report that the body is.
func (p *reportPass) array(body []byte) iter.Seq2[value, Issue] {
	return func(yield func(value, Issue) bool) {
		c := newChecker(body, p.limits.Depth)
		at := blank(body, 0)
		if at < len(body) && body[at] == '[' {
			c.items(blank(body, at+1), yield)
			return
		}
		end, trouble := c.check(at)
		if end < 0 {
			yield(nil, c.issue(end, trouble))
		} else if yield(body[at:end], Issue{}) {
			c.rest(end, yield)
		}
	}
}

// items yields one item after the other, each as soon as it is checked.
func (c *checker) items(at int, yield func(value, Issue) bool) {
	if at < len(c.b) && c.b[at] == ']' {
		c.rest(at+1, yield)
		return
	}
	for {
		end, trouble := c.check(at)
		if end < 0 {
			yield(nil, c.issue(end, trouble))
			return
		}
		if !yield(c.b[at:end], Issue{}) {
			return
		}
		at = blank(c.b, end)
		switch {
		case at < len(c.b) && c.b[at] == ']':
			c.rest(at+1, yield)
			return
		case at >= len(c.b) || c.b[at] != ',':
			yield(nil, c.issue(-1, at))
			return
		}
		at = blank(c.b, at+1)
	}
}

// rest yields an issue if anything stands behind the end.
func (c *checker) rest(at int, yield func(value, Issue) bool) {
	if at = blank(c.b, at); at < len(c.b) {
		yield(nil, c.issue(-1, at))
	}
}

func (c *checker) issue(end, trouble int) Issue {
	switch {
	case end >= 0:
		return Issue{}
	case c.deep:
		return Issue{Code: TooDeep, Got: fmt.Sprint(trouble), Want: fmt.Sprint(c.most)}
	}
	return Issue{Code: ItemBroken, Got: fmt.Sprint(trouble)}
}

// say lists what is wrong with the report at hand.
func (p *reportPass) say(i Issue) {
	p.wrong++
	name := p.report.System
	if name == "" { // it may stand behind what is wrong
		name, _ = p.hand.pick("system")[0].text()
	}
	i.Index, i.Item, i.Count = p.Items-1, name, 1
	p.list(p.limits.Issues, i)
}

// settle counts the report at hand and shows it if it is sound.
func (p *reportPass) settle(visit func(*Report) Verdict) {
	switch v := Keep; {
	case p.wrong > 0:
		p.Refused++
	default:
		v = visit(&p.report)
		i := Issue{Index: p.Items - 1, Item: p.report.System, Code: v.code, Count: 1}
		switch {
		case v == Keep:
			p.Kept++
		case v.refused:
			p.refuse(p.limits.Issues, i)
		default:
			p.note(i)
		}
	}
	p.wrong, p.seen, p.hand = 0, 0, nil
	p.report = Report{}
}

// read reads a report member by member, then what concerns several of them.
func (p *reportPass) read(v value) {
	if v.kind() != '{' {
		p.say(Issue{Code: NotAnObject, Got: text(v)})
		return
	}
	p.hand = v
	for name, raw := range v.members() {
		if p.member(name, raw); p.wrong >= mostWrong {
			return
		}
	}
	for i, m := range textMembers {
		if m.required && p.seen&(1<<(uint(signalCount)+uint(i))) == 0 {
			p.say(Issue{Member: m.name, Code: Missing})
		}
	}
	p.agree()
}

// agree checks what no member can break alone.
func (p *reportPass) agree() {
	r := &p.report
	if r.Values.None() && r.LastWrite.IsZero() && len(r.Users)+len(r.Machines) == 0 && p.wrong == 0 {
		p.say(Issue{Code: NothingMeasured, Want: strings.Join(signalNames[:], ", ")})
	}
	for _, pair := range [...][2]Signal{
		{HumanRequests, Requests}, {CPUAvg, CPUMax}, {CPUP95, CPUMax}, {CPUP05, CPUP95}, {MemAvg, MemMax},
	} {
		part, measured := r.Values.Get(pair[0])
		whole, both := r.Values.Get(pair[1])
		if measured && both && part > whole {
			p.say(Issue{Member: pair[0].String(), Code: MoreThanWhole, Got: pair[0].show(part), Want: pair[1].String()})
		}
	}
}

// member reads one member of the report. Null is as if it were absent.
func (p *reportPass) member(name string, raw value) {
	if s, ok := SignalNamed(name); ok {
		if p.once(uint(s), name, raw) {
			p.signal(s, raw)
		}
		return
	}
	for i, m := range textMembers {
		if m.name == name {
			if p.once(uint(signalCount)+uint(i), name, raw) {
				m.read(p, name, raw)
			}
			return
		}
	}
	p.say(Issue{Member: name, Code: UnknownMember, Want: memberNames()})
}

// once tells whether a member is to be read.
func (p *reportPass) once(bit uint, name string, raw value) bool {
	if raw.null() {
		return false
	}
	if p.seen&(1<<bit) != 0 {
		p.say(Issue{Member: name, Code: MemberTwice})
		return false
	}
	p.seen |= 1 << bit
	return true
}

// greatest is the greatest number that JSON carries unharmed everywhere.
const greatest = 1<<53 - 1

func (p *reportPass) signal(s Signal, raw value) {
	if s.Unit() == Percent {
		if n, ok := p.percent(s.String(), raw); ok {
			p.report.Values.Set(s, n)
		}
		return
	}
	if n, ok := p.whole(s.String(), raw, 0, greatest); ok {
		p.report.Values.Set(s, n)
	}
}

// whole reads a number without fraction between two bounds.
func (p *reportPass) whole(name string, raw value, least, most int64) (int64, bool) {
	n, ok := raw.whole()
	f, number := raw.double()
	i := Issue{Member: name, Got: text(raw)}
	switch {
	case raw.kind() == '"' || !number || f != math.Trunc(f):
		i.Code = NotWhole
	case f < 0:
		i.Code = Negative
	case f < float64(least):
		i.Code, i.Want = TooSmall, fmt.Sprint(least)
	case f > float64(most):
		i.Code, i.Want = TooGreat, fmt.Sprint(most)
	case !ok: // 1e3, 5.0
		i.Code = NotWhole
	default:
		return n, true
	}
	p.say(i)
	return 0, false
}

// percent reads 0 to 100 with at most two decimals that count.
func (p *reportPass) percent(name string, raw value) (int64, bool) {
	f, ok := raw.double()
	switch {
	case raw.kind() == '"' || !ok || f > 100:
		p.say(Issue{Member: name, Code: NotPercent, Got: text(raw), Want: "0-100"})
		return 0, false
	case f < 0:
		p.say(Issue{Member: name, Code: Negative, Got: text(raw)})
		return 0, false
	}
	return int64(math.Round(f * 100)), true
}
