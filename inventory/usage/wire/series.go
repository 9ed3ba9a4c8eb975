package wire

import (
	"fmt"
	"time"
)

// pass is one walk through the series of a body.
type pass struct {
	*Decoder
	Tally
	window window
	visit  Visit
	sure   bool // that all texts of the body are UTF-8
}

func (d *Decoder) pass(now time.Time, visit Visit) *pass {
	return &pass{Decoder: d, window: d.limits.window(now), visit: visit}
}

// about begins an issue about the series at hand.
func (p *pass) about(code Code, member string, count int) Issue {
	return Issue{Index: p.series.Ref, Item: p.series.Name, Member: member, Code: code, Count: count}
}

// sound checks the labels of the series at hand, of which nameLabel is the one
// that holds the name of the metric ("" for none), and sorts them. It returns
// the issue that refuses the series, if there is one.
func (p *pass) sound(nameLabel string) (Issue, bool) {
	ls, twice := canonical(p.labels)
	p.labels = ls
	if nameLabel != "" {
		for i, l := range ls {
			if l.Name == nameLabel {
				p.series.Name = l.Value
				ls = append(ls[:i], ls[i+1:]...)
				break
			}
		}
	}
	p.series.Labels = ls
	switch {
	case twice != "":
		return p.wrong(LabelTwice, twice, "", ""), false
	case p.series.Name == "":
		return p.wrong(NameMissing, nameLabel, "", ""), false
	case len(p.series.Name) > p.limits.Name:
		return p.wrong(NameTooLong, nameLabel, "", fmt.Sprint(p.limits.Name)), false
	case !p.sure && !valid(p.series.Name):
		return p.wrong(NotUTF8, nameLabel, "", ""), false
	case len(ls) > p.limits.Labels:
		return p.wrong(TooManyLabels, "", fmt.Sprint(len(ls)), fmt.Sprint(p.limits.Labels)), false
	}
	return p.soundLabels(ls)
}

func (p *pass) soundLabels(ls []Label) (Issue, bool) {
	for _, l := range ls {
		switch {
		case l.Name == "":
			return p.wrong(LabelNameEmpty, "", l.Value, ""), false
		case len(l.Name) > p.limits.Name:
			return p.wrong(LabelTooLong, l.Name, "", fmt.Sprint(p.limits.Name)), false
		case len(l.Value) > p.limits.Text:
			return p.wrong(LabelTooLong, l.Name, l.Value, fmt.Sprint(p.limits.Text)), false
		case !p.sure && !valid(l.Name, l.Value):
			return p.wrong(NotUTF8, l.Name, l.Value, ""), false
		}
	}
	return Issue{}, true
}

func (p *pass) wrong(code Code, member, got, want string) Issue {
	i := p.about(code, member, 1)
	i.Got, i.Want = got, want
	return i
}

// offer shows the sample at hand to the visitor and counts what becomes of it.
// It tells whether the sample was taken.
func (p *pass) offer() bool {
	s := &p.sample
	s.Flaw = flaw(s.Value)
	if code, bound := p.window.outside(s.At); code != "" {
		i := p.about(code, "timestamp", 1)
		i.Got, i.Want = stamp(s.At), stamp(bound)
		p.refuse(p.limits.Issues, i)
		return false
	}
	if s.Value < 0 && s.Flaw == "" && (s.Kind == Counter || s.Kind == Delta) {
		i := p.about(CounterNegative, "value", 1)
		i.Got = fmt.Sprint(s.Value)
		p.refuse(p.limits.Issues, i)
		return false
	}
	if s.Flaw != "" {
		p.note(p.about(s.Flaw, "value", 1))
	}
	return p.judge(p.visit(s))
}

// judge counts what the visitor said.
func (p *pass) judge(v Verdict) bool {
	switch {
	case v == Keep:
		p.Kept++
	case v.refused:
		p.refuse(p.limits.Issues, p.about(v.code, "", 1))
		return false
	default:
		p.note(p.about(v.code, "", 1))
	}
	p.Samples++
	return true
}
