package agent

import (
	"maps"
	"strings"
	"time"
)

// Format is how the lines of a log are read.
type Format struct {
	// Name is combined, common, vhost, json or iis, or a pattern: a log_format
	// of nginx or a LogFormat of Apache.
	Name string
	// Fields name members of JSON objects ("time", "address", "user", …), each
	// with the path under which it stands.
	Fields map[string]string
	// Zone is the zone of times that do not name theirs.
	Zone *time.Location
	// Forwarded takes the client's address from X-Forwarded-For, if it is there.
	Forwarded bool
	// User is the variable or directive of a pattern that holds who the client
	// is, such as $cookie_uid, in place of $remote_user.
	User string
}

// patternNames are the patterns that have names. Combined and common are what
// nginx and Apache write when nobody says otherwise.
var patternNames = map[string]string{
	"combined": `%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-Agent}i"`,
	"common":   `%h %l %u %t "%r" %s %b`,
	"vhost":    `%v:%p %h %l %u %t "%r" %s %O "%{Referer}i" "%{User-Agent}i"`,
}

// fieldMembers are the members of JSON lines that can be named.
var fieldMembers = map[string]member{
	"time": timeISO, "address": addr, "forwarded": forwarded, "user": user, "request": request, "method": method,
	"path": uri, "status": status, "agent": userAgent, "host": site,
}

// Parser makes a parser for one log. Its errors are of type *FormatError.
func (f Format) Parser() (Parser, error) {
	switch f.Name {
	case "json":
		return newJSON(f.jsonNames(), f.Forwarded, f.Zone), nil
	case "iis":
		return newW3C(f.Forwarded), nil
	}
	text, ok := patternNames[f.Name]
	if !ok {
		if text = f.Name; !strings.ContainsAny(text, "$%") {
			return nil, &FormatError{formatUnknown, text}
		}
	}
	p, err := compilePattern(text)
	if err != nil {
		return nil, err
	}
	if err := p.chooseUser(f.User); err != nil {
		return nil, err
	}
	return p.parser(f.Forwarded, f.Zone), nil
}

// jsonNames are the usual names, without those of members that are named anew.
func (f Format) jsonNames() map[string]member {
	names := maps.Clone(jsonNames)
	for field, path := range f.Fields {
		m := fieldMembers[field]
		maps.DeleteFunc(names, func(_ string, other member) bool { return other == m })
		names[path] = m
	}
	return names
}

// chooseUser makes another member of the pattern the one that says who the
// client is.
func (p *pattern) chooseUser(name string) error {
	if name == "" {
		return nil
	}
	found := false
	for i, x := range p.parts {
		switch {
		case x.name == name:
			p.parts[i].member, found = user, true
		case x.member == user:
			p.parts[i].member = ignored
		}
	}
	if !found {
		return &FormatError{formatUser, name}
	}
	return nil
}
