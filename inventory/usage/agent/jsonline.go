package agent

import (
	"bytes"
	"strconv"
	"time"
	"unicode/utf8"
)

// jsonParser reads an object per line. A member within objects is named by its
// path ("request.uri"); of a list the first item counts.
type jsonParser struct {
	lineState
	names map[string]member
	mask  uint32
	path  []byte // of the value at hand
	texts [16][]byte
}

// jsonNames are what the members are called where nobody says otherwise: the
// usual names of nginx's variables, of Caddy, Traefik and of the elastic schema.
var jsonNames = map[string]member{
	"remote_addr": addr, "client_ip": addr, "remote_ip": addr, "request.remote_ip": addr, "ClientHost": addr, "source.ip": addr, "client.ip": addr,
	"http_x_forwarded_for": forwarded, "x_forwarded_for": forwarded,
	"remote_user": user, "user": user, "user_id": user, "user.name": user, "ClientUsername": user,
	"time_iso8601": timeISO, "time": timeISO, "timestamp": timeISO, "@timestamp": timeISO, "ts": timeISO, "time_local": timeISO, "msec": timeISO, "StartUTC": timeISO,
	"request": request, "request_method": method, "method": method, "request.method": method, "RequestMethod": method, "http.request.method": method,
	"request_uri": uri, "uri": uri, "path": uri, "url": uri, "request.uri": uri, "RequestPath": uri, "url.path": uri, "url.original": uri,
	"status": status, "status_code": status, "DownstreamStatus": status, "http.response.status_code": status,
	"http_user_agent": userAgent, "user_agent": userAgent, "agent": userAgent, "request.headers.User-Agent": userAgent,
	"request_User-Agent": userAgent, "user_agent.original": userAgent,
	"host": site, "http_host": site, "server_name": site, "request.host": site, "RequestHost": site, "url.domain": site,
}

func newJSON(names map[string]member, useForwarded bool, zone *time.Location) Parser {
	p := &jsonParser{lineState: lineState{clock: clock{zone: zone}, useForwarded: useForwarded}, names: names}
	for _, m := range names {
		p.mask |= 1 << m
	}
	return p
}

// jsonDepth is how deep objects may lie in each other.
const jsonDepth = 16

// Parse reads a line.
func (p *jsonParser) Parse(line []byte, r *Record) Outcome {
	p.begin(r)
	line = trim(line)
	if len(line) == 0 {
		return Skipped
	}
	p.path = p.path[:0]
	if line[0] != '{' {
		return Garbage
	}
	end := p.object(line, 0, r, 0)
	if end < 0 || end != len(line) || !p.finish(r) {
		return Garbage
	}
	return Parsed
}

// value reads what stands at a place and returns where it ends, -1 if it is
// broken.
func (p *jsonParser) value(b []byte, at int, r *Record, depth int) int {
	if at >= len(b) || depth > jsonDepth {
		return -1
	}
	switch b[at] {
	case '{':
		return p.object(b, at, r, depth)
	case '[':
		return p.list(b, at, r, depth)
	case '"':
		end := stringEnd(b, at)
		if end < 0 {
			return -1
		}
		return p.scalar(b[at+1:end-1], end, true, r)
	}
	end := at
	for end < len(b) && b[end] != ',' && b[end] != '}' && b[end] != ']' && b[end] > ' ' {
		end++
	}
	if end == at {
		return -1
	}
	return p.scalar(b[at:end], end, false, r)
}

func (p *jsonParser) object(b []byte, at int, r *Record, depth int) int {
	at = blanks(b, at+1)
	if at < len(b) && b[at] == '}' {
		return at + 1
	}
	for at < len(b) && b[at] == '"' {
		end := stringEnd(b, at)
		if end < 0 {
			return -1
		}
		was := len(p.path)
		if was > 0 {
			p.path = append(p.path, '.')
		}
		p.path = append(p.path, b[at+1:end-1]...)
		if at = blanks(b, end); at >= len(b) || b[at] != ':' {
			return -1
		}
		if at = p.value(b, blanks(b, at+1), r, depth+1); at < 0 {
			return -1
		}
		p.path = p.path[:was]
		if at = blanks(b, at); at >= len(b) {
			return -1
		}
		switch b[at] {
		case '}':
			return at + 1
		case ',':
			at = blanks(b, at+1)
		default:
			return -1
		}
	}
	return -1
}

func (p *jsonParser) list(b []byte, at int, r *Record, depth int) int {
	at = blanks(b, at+1)
	if at < len(b) && b[at] == ']' {
		return at + 1
	}
	for first := true; at < len(b); first = false {
		was := p.path
		if !first { // only the first counts
			p.path = append(p.path, "[]"...)
		}
		at = p.value(b, at, r, depth+1)
		p.path = was
		if at < 0 {
			return -1
		}
		if at = blanks(b, at); at >= len(b) {
			return -1
		}
		switch b[at] {
		case ']':
			return at + 1
		case ',':
			at = blanks(b, at+1)
		default:
			return -1
		}
	}
	return -1
}

// scalar takes a text or a number if its path is one that is looked for.
func (p *jsonParser) scalar(v []byte, end int, quoted bool, r *Record) int {
	m, ok := p.names[string(p.path)]
	if !ok || !quoted && string(v) == "null" {
		return end
	}
	if quoted && bytes.IndexByte(v, '\\') >= 0 {
		p.texts[m%16] = unquote(p.texts[m%16][:0], v)
		v = p.texts[m%16]
	}
	if m == timeISO {
		m = timeForm(v)
	}
	if !p.put(m, v, r) {
		return -1
	}
	return end
}

// timeForm tells the forms of times apart.
func timeForm(v []byte) member {
	switch {
	case len(v) > 4 && digits(v[:5]):
		return timeEpoch
	case len(v) > 2 && v[2] == '/':
		return timeLocal
	}
	return timeISO
}

func blanks(b []byte, at int) int {
	for at < len(b) && (b[at] == ' ' || b[at] == '\t' || b[at] == '\r') {
		at++
	}
	return at
}

// stringEnd finds the end of a string that begins at a quote.
func stringEnd(b []byte, at int) int {
	for i := at + 1; i < len(b); {
		j := bytes.IndexByte(b[i:], '"')
		if j < 0 {
			return -1
		}
		i += j
		if !escaped(b[:i], i) {
			return i + 1
		}
		i++
	}
	return -1
}

// unquote undoes the escapes of JSON.
func unquote(dst, v []byte) []byte {
	for i := 0; i < len(v); i++ {
		if v[i] != '\\' || i+1 == len(v) {
			dst = append(dst, v[i])
			continue
		}
		i++
		switch v[i] {
		case 'n', 't', 'r', 'b', 'f':
			dst = append(dst, ' ')
		case 'u':
			n, err := strconv.ParseUint(string(v[min(i+1, len(v)):min(i+5, len(v))]), 16, 32)
			if err != nil {
				continue
			}
			dst = utf8.AppendRune(dst, rune(n))
			i += 4
		case 'x': // nginx without escape=json
			dst = append(dst, '\\', 'x')
		default:
			dst = append(dst, v[i])
		}
	}
	return dst
}

func (p *jsonParser) HasAgent() bool { return p.mask&(1<<userAgent) != 0 }
func (p *jsonParser) HasAddr() bool  { return p.mask&(1<<addr|1<<forwarded) != 0 }
func (p *jsonParser) Header() string { return "" }
func (p *jsonParser) Resume(string)  {}
