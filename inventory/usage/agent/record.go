package agent

// Record is what one line of an access log says. Its texts lie in the line or
// in the parser and are valid until the next line is parsed.
type Record struct {
	// Time is in seconds since 1970.
	Time int64
	// Addr is the address of the client.
	Addr []byte
	// User is the name under which the client signed in, empty if it did not.
	User []byte
	// Method and Path are those of the request. The path has no query; escapes
	// are undone.
	Method, Path []byte
	// Host is the name of the site, when the log has it.
	Host []byte
	// Agent is what the client calls itself.
	Agent []byte
	// Status is that of the answer, 0 if the log does not say.
	Status int
}

// Outcome says what became of a line.
type Outcome uint8

// The outcomes.
const (
	Garbage Outcome = iota // not in the format
	Skipped                // a directive, a comment or an empty line: no request
	Parsed
)

// Parser reads lines of one log, one after another. It keeps what later lines
// need, and allocates nothing for a line.
type Parser interface {
	// Parse reads a line without its line feed.
	Parse(line []byte, r *Record) Outcome
	// HasAgent tells whether the format says what clients call themselves, and
	// HasAddr whether it says where they are.
	HasAgent() bool
	HasAddr() bool
	// Header is the line of the log that says how the following ones are to be
	// read, empty if the format has none; Resume begins under such a line.
	Header() string
	Resume(header string)
}

// member is a part of a record.
type member uint8

const (
	ignored member = iota
	addr
	forwarded // X-Forwarded-For
	user
	timeLocal // 24/Nov/2017:09:00:00 +0800
	timeBoxed // the same in brackets, in patterns only
	timeISO
	timeEpoch // seconds, milliseconds, … since 1970
	dateOnly
	timeOnly
	request // GET /path?query HTTP/1.1
	method
	uri // path and query
	query
	status
	userAgent
	site
)

// line holds what the parsers of all formats share: the record being filled,
// how addresses are chosen, and room for texts whose escapes are undone.
type lineState struct {
	clock         clock
	useForwarded  bool
	path, agentAt []byte
	chain         []byte
}

func (s *lineState) begin(r *Record) {
	*r = Record{}
	s.chain = nil
}

// put takes the value of a member; false means that it makes no sense.
func (s *lineState) put(m member, v []byte, r *Record) bool {
	switch m {
	case addr:
		r.Addr = v
	case forwarded:
		s.chain = v
	case user:
		r.User = named(v)
	case timeLocal, timeISO, timeEpoch:
		return s.putTime(m, v, r)
	case request:
		s.putRequest(v, r)
	case method:
		r.Method = v
	case uri:
		s.putPath(v, r)
	case status:
		r.Status = statusOf(v)
	case userAgent:
		r.Agent = named(v)
	case site:
		r.Host = named(v)
	}
	return true
}

func (s *lineState) putTime(m member, v []byte, r *Record) (ok bool) {
	switch m {
	case timeLocal:
		r.Time, ok = s.clock.local(v)
	case timeISO:
		r.Time, ok = s.clock.iso(v)
	default:
		r.Time, ok = epochSeconds(v)
	}
	return ok
}

// putRequest takes a request line apart. What is no request (a scan, a broken
// handshake) leaves method and path empty: it was answered all the same.
func (s *lineState) putRequest(v []byte, r *Record) {
	i := indexByte(v, ' ')
	if i <= 0 {
		return
	}
	for _, c := range v[:i] {
		if (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-' && c != '_' {
			return
		}
	}
	r.Method = v[:i]
	rest := v[i+1:]
	if j := lastIndexByte(rest, ' '); j >= 0 {
		rest = rest[:j]
	}
	s.putPath(rest, r)
}

// putPath cuts the query off and undoes escapes.
func (s *lineState) putPath(v []byte, r *Record) {
	if i := indexByte(v, '?'); i >= 0 {
		v = v[:i]
	}
	if len(v) > 0 && v[0] != '/' {
		v = withoutSite(v)
	}
	if indexByte(v, '%') < 0 && indexByte(v, '\\') < 0 {
		r.Path = v
		return
	}
	s.path = unescape(s.path[:0], v)
	r.Path = s.path
}

// withoutSite makes /path of http://site/path, as requests to proxies have it.
func withoutSite(v []byte) []byte {
	i := indexText(v, "://")
	if i < 0 {
		return v
	}
	rest := v[i+3:]
	if j := indexByte(rest, '/'); j >= 0 {
		return rest[j:]
	}
	return v[:0]
}

// finish settles what depends on several members; false means that the record
// cannot be counted.
func (s *lineState) finish(r *Record) bool {
	if s.useForwarded && len(s.chain) > 0 {
		first := s.chain
		if i := indexByte(first, ','); i >= 0 {
			first = first[:i]
		}
		if first = named(trim(first)); len(first) > 0 {
			r.Addr = first
		}
	}
	return r.Time > 0
}

// named is nothing for the dash that logs write for nothing.
func named(v []byte) []byte {
	if len(v) == 1 && v[0] == '-' {
		return nil
	}
	return v
}

func statusOf(v []byte) int {
	if len(v) != 3 || !digits(v) {
		return 0
	}
	return int(v[0]-'0')*100 + int(v[1]-'0')*10 + int(v[2]-'0')
}
