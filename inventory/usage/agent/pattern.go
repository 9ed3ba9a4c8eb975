package agent

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// pattern is a log_format of nginx or a LogFormat of Apache, made ready: a text
// before the first member, then members, each with the text that ends it.
type pattern struct {
	before []byte
	parts  []part
	mask   uint32
}

type part struct {
	member member
	name   string // as the format calls it
	until  []byte // empty: the member reaches to the end of the line
	quoted bool   // until begins with a quote that may be escaped within
}

// FormatError says what is wrong with a pattern.
type FormatError struct {
	// Code is a key of the message files, as those of Problem.
	Code string
	// Got is the piece of the pattern that is wrong.
	Got string
}

// Error writes the error for logs.
func (e *FormatError) Error() string { return fmt.Sprintf("%s: %q", e.Code, e.Got) }

// compilePattern reads a pattern in the language of nginx ($remote_addr) or of
// Apache (%h), whichever it is in.
func compilePattern(text string) (*pattern, error) {
	var p *pattern
	var err error
	if strings.Contains(text, "$") {
		p, err = compileNginx(text)
	} else {
		p, err = compileApache(text)
	}
	if err != nil {
		return nil, err
	}
	for i, x := range p.parts {
		p.mask |= 1 << x.member
		if len(x.until) == 0 && i < len(p.parts)-1 {
			return nil, &FormatError{formatAdjacent, x.name + " " + p.parts[i+1].name}
		}
		p.parts[i].quoted = len(x.until) > 0 && x.until[0] == '"'
	}
	if p.mask&(1<<timeLocal|1<<timeISO|1<<timeEpoch) == 0 {
		return nil, &FormatError{formatNoTime, text}
	}
	if p.mask&(1<<request|1<<uri|1<<status) == 0 {
		return nil, &FormatError{formatNoRequest, text}
	}
	return p, nil
}

// text adds text that stands in every line.
func (p *pattern) text(s string) {
	if len(p.parts) == 0 {
		p.before = append(p.before, s...)
		return
	}
	last := &p.parts[len(p.parts)-1]
	last.until = append(last.until, s...)
}

var nginxMembers = map[string]member{
	"remote_addr": addr, "realip_remote_addr": ignored, "http_x_forwarded_for": forwarded, "remote_user": user,
	"time_local": timeLocal, "time_iso8601": timeISO, "msec": timeEpoch,
	"request": request, "request_method": method, "request_uri": uri, "uri": uri, "document_uri": uri,
	"status": status, "http_user_agent": userAgent, "host": site, "http_host": site, "server_name": site,
}

func compileNginx(text string) (*pattern, error) {
	p := new(pattern)
	for text != "" {
		i := strings.IndexByte(text, '$')
		if i < 0 {
			p.text(text)
			break
		}
		p.text(text[:i])
		name, rest := variable(text[i+1:])
		if name == "" {
			return nil, &FormatError{formatVariable, text[i:min(len(text), i+20)]}
		}
		p.parts = append(p.parts, part{member: nginxMembers[name], name: "$" + name})
		text = rest
	}
	return p, nil
}

// variable takes the name off the text behind a dollar.
func variable(text string) (name, rest string) {
	if inner, ok := strings.CutPrefix(text, "{"); ok {
		name, rest, _ = strings.Cut(inner, "}")
		return name, rest
	}
	i := 0
	for i < len(text) && (text[i] == '_' || text[i] >= '0' && text[i] <= '9' || lower(text[i]) >= 'a' && lower(text[i]) <= 'z') {
		i++
	}
	return text[:i], text[i:]
}

func compileApache(text string) (*pattern, error) {
	text = strings.NewReplacer(`\"`, `"`, `\t`, "\t", `\\`, `\`).Replace(text)
	p := new(pattern)
	for text != "" {
		i := strings.IndexByte(text, '%')
		if i < 0 {
			p.text(text)
			break
		}
		p.text(text[:i])
		d, rest, ok := directive(text[i+1:])
		if !ok {
			return nil, &FormatError{formatDirective, text[i:min(len(text), i+20)]}
		}
		text = rest
		switch m, ok := d.member(); {
		case d.letter == '%':
			p.text("%")
		case !ok:
			return nil, &FormatError{formatDirective, d.String()}
		case m == timeBoxed:
			p.text("[")
			p.parts = append(p.parts, part{member: timeLocal, name: d.String()})
			p.text("]")
		case m == query && len(p.parts) > 0 && p.parts[len(p.parts)-1].member == uri && len(p.parts[len(p.parts)-1].until) == 0:
			// %U%q: the path with its query is one member
		default:
			p.parts = append(p.parts, part{member: m, name: d.String()})
		}
	}
	return p, nil
}

// apacheDirective is %…{argument}letter.
type apacheDirective struct {
	argument string
	letter   byte
}

// String is the directive without conditions.
func (d apacheDirective) String() string {
	if d.argument != "" {
		return "%{" + d.argument + "}" + string(rune(d.letter))
	}
	return "%" + string(rune(d.letter))
}

func directive(text string) (d apacheDirective, rest string, ok bool) {
	text = strings.TrimLeft(text, "<>!,0123456789")
	if inner, found := strings.CutPrefix(text, "{"); found {
		d.argument, text, ok = strings.Cut(inner, "}")
		if !ok {
			return d, "", false
		}
	}
	if text == "" {
		return d, "", false
	}
	d.letter = text[0]
	return d, text[1:], true
}

func (d apacheDirective) member() (member, bool) {
	switch d.letter {
	case 'h', 'a':
		return addr, true
	case 'u':
		return user, true
	case 't':
		return d.time()
	case 'r':
		return request, true
	case 'm':
		return method, true
	case 'U':
		return uri, true
	case 'q':
		return query, true
	case 's':
		return status, true
	case 'v', 'V':
		return site, true
	case 'i':
		return d.header(), true
	}
	known := strings.IndexByte("ABCDefHIklLnoOpPRSTX^", d.letter) >= 0 || d.letter == 'b'
	return ignored, known
}

func (d apacheDirective) time() (member, bool) {
	switch strings.TrimPrefix(strings.TrimPrefix(d.argument, "begin:"), "end:") {
	case "":
		return timeBoxed, true
	case "sec", "msec", "usec":
		return timeEpoch, true
	case "%d/%b/%Y:%T %z", "%d/%b/%Y:%H:%M:%S %z":
		return timeLocal, true
	case "%FT%T%z", "%Y-%m-%dT%H:%M:%S%z", "%F %T", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%FT%T":
		return timeISO, true
	}
	return ignored, false
}

func (d apacheDirective) header() member {
	switch strings.ToLower(d.argument) {
	case "user-agent":
		return userAgent
	case "x-forwarded-for":
		return forwarded
	case "host":
		return site
	}
	return ignored
}

// patternParser reads lines by a pattern.
type patternParser struct {
	lineState
	*pattern
}

func (p *pattern) parser(useForwarded bool, zone *time.Location) Parser {
	return &patternParser{lineState{clock: clock{zone: zone}, useForwarded: useForwarded}, p}
}

// Parse reads a line.
func (p *patternParser) Parse(line []byte, r *Record) Outcome {
	p.begin(r)
	if len(line) == 0 {
		return Skipped
	}
	if !bytes.HasPrefix(line, p.before) {
		return Garbage
	}
	rest := line[len(p.before):]
	for i := range p.parts {
		x := &p.parts[i]
		end := x.end(rest)
		if end < 0 {
			return Garbage
		}
		if x.member != ignored && !p.put(x.member, rest[:end], r) {
			return Garbage
		}
		rest = rest[min(len(rest), end+len(x.until)):]
	}
	if !p.finish(r) {
		return Garbage
	}
	return Parsed
}

// end finds where a member ends, -1 if it does not.
func (x *part) end(rest []byte) int {
	switch {
	case len(x.until) == 0:
		return len(rest)
	case x.quoted:
		return x.endQuoted(rest)
	case len(x.until) == 1:
		return bytes.IndexByte(rest, x.until[0])
	}
	return bytes.Index(rest, x.until)
}

// endQuoted finds the quote that is not escaped and stands before the text that
// must follow it.
func (x *part) endQuoted(rest []byte) int {
	for at := 0; ; {
		i := bytes.IndexByte(rest[at:], '"')
		if i < 0 {
			return -1
		}
		at += i
		if !escaped(rest, at) && bytes.HasPrefix(rest[at:], x.until) {
			return at
		}
		at++
	}
}

// escaped tells whether an odd number of backslashes stands before a byte.
func escaped(b []byte, at int) bool {
	n := 0
	for at > n && b[at-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

func (p *patternParser) HasAgent() bool { return p.mask&(1<<userAgent) != 0 }
func (p *patternParser) HasAddr() bool  { return p.mask&(1<<addr|1<<forwarded) != 0 }
func (p *patternParser) Header() string { return "" }
func (p *patternParser) Resume(string)  {}
