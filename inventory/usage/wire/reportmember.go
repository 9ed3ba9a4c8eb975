package wire

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// textMember is a member of a report that is no signal.
type textMember struct {
	name     string
	required bool
	read     func(p *reportPass, name string, raw value)
}

// textMembers in the order in which a report is written.
var textMembers = [...]textMember{
	{"system", true, func(p *reportPass, name string, raw value) { p.report.System = p.text(name, raw, p.limits.Name) }},
	{"source", true, func(p *reportPass, name string, raw value) { p.report.Source = p.text(name, raw, p.limits.Name) }},
	{"epoch", true, func(p *reportPass, name string, raw value) { p.report.Epoch, _ = p.whole(name, raw, 0, greatest) }},
	{"hour", true, (*reportPass).hour},
	{"seq", true, func(p *reportPass, name string, raw value) { p.report.Seq, _ = p.whole(name, raw, 1, greatest) }},
	{"minutes", true, (*reportPass).minutes},
	{"users_sketch", false, func(p *reportPass, name string, raw value) { p.report.Users = p.sketchOf(0, name, raw) }},
	{"machines_sketch", false, func(p *reportPass, name string, raw value) { p.report.Machines = p.sketchOf(1, name, raw) }},
	{"sketch_key", false, func(p *reportPass, name string, raw value) { p.report.SketchKey = p.text(name, raw, p.limits.Name) }},
	{"last_write", false, (*reportPass).lastWrite},
	{"build", false, func(p *reportPass, name string, raw value) { p.report.Build = p.text(name, raw, p.limits.Name) }},
}

// memberNames lists all members for someone who has written another.
func memberNames() string {
	var names []string
	for _, m := range textMembers {
		names = append(names, m.name)
	}
	return strings.Join(slices.Concat(names, signalNames[:]), ", ")
}

// text reads a string that is not empty and has no control characters.
func (p *reportPass) text(name string, raw value, bound int) string {
	s, ok := raw.text()
	i := Issue{Member: name, Got: s}
	switch {
	case !ok:
		i.Code, i.Got = NotText, text(raw)
	case s == "":
		i.Code = Missing
	case len(s) > bound:
		i.Code, i.Want = TextTooLong, fmt.Sprint(bound)
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }):
		i.Code = TextControl
	default:
		return s
	}
	p.say(i)
	return ""
}

// time reads a time with its zone.
func (p *reportPass) time(name string, raw value) (time.Time, bool) {
	s, ok := raw.text()
	t, err := time.Parse(time.RFC3339, s)
	if !ok || err != nil {
		p.say(Issue{Member: name, Code: NotATime, Got: text(raw), Want: "2017-11-24T09:00:00+08:00"})
		return t, false
	}
	return t, true
}

func (p *reportPass) hour(name string, raw value) {
	t, ok := p.time(name, raw)
	if !ok {
		return
	}
	h := HourOf(t)
	code, bound := p.window.outside(t)
	open := code == "" || code == TooOld && h >= HourOf(p.window.oldest)
	switch {
	case !open:
		p.say(Issue{Member: name, Code: code, Got: text(raw), Want: stamp(bound)})
	case !t.Equal(h.Start()):
		p.say(Issue{Member: name, Code: NotWholeHour, Got: text(raw), Want: stamp(h.Start())})
	default:
		p.report.Hour = h
	}
}

func (p *reportPass) minutes(name string, raw value) {
	n, _ := p.whole(name, raw, 0, 60)
	p.report.Minutes = int(n)
}

func (p *reportPass) lastWrite(name string, raw value) {
	t, ok := p.time(name, raw)
	switch {
	case !ok:
	case t.After(p.window.newest):
		p.say(Issue{Member: name, Code: TooNew, Got: text(raw), Want: stamp(p.window.newest)})
	case t.Unix() < 0:
		p.say(Issue{Member: name, Code: TimeNegative, Got: text(raw), Want: stamp(time.Unix(0, 0))})
	default:
		p.report.LastWrite = t.UTC()
	}
}

// sketchOf reads a sketch into one of the two buffers.
func (p *reportPass) sketchOf(n int, name string, raw value) []byte {
	if len(raw) > 2*p.limits.Sketch+8 { // longer than its base64 can be
		p.say(Issue{Member: name, Code: SketchTooLarge, Want: fmt.Sprint(p.limits.Sketch)})
		return nil
	}
	b, ok := raw.base64(p.sketch[n])
	p.sketch[n] = b
	switch {
	case !ok:
		p.say(Issue{Member: name, Code: NotBase64, Got: text(raw)})
		return nil
	case len(b) > p.limits.Sketch:
		p.say(Issue{Member: name, Code: SketchTooLarge, Got: fmt.Sprint(len(b)), Want: fmt.Sprint(p.limits.Sketch)})
		return nil
	}
	return b
}

// show writes a value as reports do.
func (s Signal) show(n int64) string { return string(s.append(nil, n)) }

func (s Signal) append(dst []byte, n int64) []byte {
	if s.Unit() != Percent {
		return strconv.AppendInt(dst, n, 10)
	}
	return strconv.AppendFloat(dst, math.Round(float64(n))/100, 'f', -1, 64)
}
