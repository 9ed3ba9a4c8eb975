package census

import (
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// How differently the same thing is written is settled here: what is compared
// is the form that these functions give, what is shown stays as it was written.

// words are the parts of names that say nothing about which system is meant.
type words struct {
	places   []string // 襄阳市, before a name
	generics []string // 系统, at the end of a name
	editions []string // 旧版, in brackets at the end
}

// plain is a text with half-width letters in lower case and without blanks and
// signs.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '(' || r == ')' {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(s))
}

var (
	versionMark = regexp.MustCompile(`v\d+$`)
	lastBracket = regexp.MustCompile(`\(([^()]*)\)$`)
)

// name is a name of a system in the form in which names are compared: without
// place, edition and version, and without the names of its owner before it.
func (w words) name(s string, owner ...string) string {
	// A version is cut before its point is: v2.0 is v2 then.
	full := plain(regexpVersion.ReplaceAllString(norm.NFKC.String(s), "v$1"))
	for range 4 {
		before := full
		if m := lastBracket.FindStringSubmatch(full); m != nil && w.isEdition(m[1]) {
			full = strings.TrimSuffix(full, m[0])
		}
		full = versionMark.ReplaceAllString(full, "")
		full = cutAny(full, w.places, owner)
		if full == before {
			break
		}
	}
	return strings.NewReplacer("(", "", ")", "").Replace(full)
}

var regexpVersion = regexp.MustCompile(`[vV]\s*(\d+)(\.\d+)*`)

func (w words) isEdition(s string) bool {
	return s == "" || slices.ContainsFunc(w.editions, func(e string) bool { return strings.Contains(s, e) }) || versionMark.MatchString(s)
}

// cutAny cuts the longest of some beginnings off, unless nothing would be left.
func cutAny(s string, lists ...[]string) string {
	longest := ""
	for _, list := range lists {
		for _, one := range list {
			if len(one) > len(longest) && len(one) < len(s) && strings.HasPrefix(s, one) {
				longest = one
			}
		}
	}
	return s[len(longest):]
}

// core is a compared name without what every other name ends in.
func (w words) core(name string) string {
	for range 3 {
		cut := name
		for _, g := range w.generics {
			if len(g) < len(cut) && strings.HasSuffix(cut, g) {
				cut = strings.TrimSuffix(cut, g)
				break
			}
		}
		if cut == name || len([]rune(cut)) < 2 {
			break
		}
		name = cut
	}
	return name
}

// body is the name of a department in the form in which names are compared.
func (w words) body(s string) string {
	return strings.NewReplacer("(", "", ")", "").Replace(cutAny(plain(s), w.places))
}

// bigrams are the pairs of neighbouring characters of a name, in order and each
// once.
func bigrams(name string) []string {
	r := []rune(name)
	if len(r) < 2 {
		if len(r) == 0 {
			return nil
		}
		return []string{name}
	}
	out := make([]string, 0, len(r)-1)
	for i := 0; i+1 < len(r); i++ {
		out = append(out, string(r[i:i+2]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// dice is how alike two sorted sets are, of 100: twice what they share, by what
// both have.
func dice(a, b []string) int {
	if len(a)+len(b) == 0 {
		return 0
	}
	shared, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch strings.Compare(a[i], b[j]) {
		case 0:
			shared++
			i, j = i+1, j+1
		case -1:
			i++
		default:
			j++
		}
	}
	return 200 * shared / (len(a) + len(b))
}

// place is an address of a page, taken apart.
type place struct {
	host string // with the port, unless it is the usual one
	path string // without a slash at the end; empty for the whole host
}

// key is the form in which addresses are compared.
func (p place) key() string { return p.host + p.path }

var indexPage = regexp.MustCompile(`^(index|default|login|main)\.[a-z]{2,5}$`)

// placeOf reads an address as people write it: with or without scheme, wide or
// not, with a port, a slash at the end, a session behind it.
func placeOf(s string) (place, bool) {
	text := strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(strings.ReplaceAll(s, "。", ".")))), "")
	if text == "" || len(text) > 500 {
		return place{}, false
	}
	if !strings.Contains(text, "://") {
		text = "http://" + strings.TrimPrefix(text, "//")
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || !strings.ContainsAny(u.Hostname(), ".:") {
		return place{}, false
	}
	p := place{host: strings.TrimPrefix(strings.TrimSuffix(u.Hostname(), "."), "www.")}
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		p.host += ":" + port
	}
	way := path.Clean("/" + u.EscapedPath())
	if dir, last := path.Split(way); indexPage.MatchString(last) {
		way = dir
	}
	if i := strings.Index(way, ";"); i >= 0 { // a session
		way = way[:i]
	}
	p.path = strings.TrimRight(way, "/")
	return p, true
}

// endpoint is where a system answers: an address of the network, and a port
// where one is known.
type endpoint struct{ ip, port string }

func (e endpoint) String() string {
	if e.port == "" {
		return e.ip
	}
	return e.ip + ":" + e.port
}

var endpointText = regexp.MustCompile(`(\d{1,3}(?:\.\d{1,3}){3})(?:/\d{1,2}\b)?(?::(\d{1,5}))?`)

// endpointsOf finds the addresses in a text; ports are those of the line, for
// addresses that bring none.
func endpointsOf(text, ports string) []endpoint {
	text = norm.NFKC.String(strings.ReplaceAll(text, "。", "."))
	var more []string
	for _, p := range strings.FieldsFunc(norm.NFKC.String(ports), func(r rune) bool { return r < '0' || r > '9' }) {
		if len(p) <= 5 {
			more = append(more, p)
		}
	}
	var out []endpoint
	for _, m := range endpointText.FindAllStringSubmatch(text, 200) {
		ip, err := netip.ParseAddr(m[1])
		if err != nil || ip.IsUnspecified() || ip.IsLoopback() {
			continue
		}
		own := more
		if m[2] != "" {
			own = m[2:3]
		}
		if len(own) == 0 {
			out = append(out, endpoint{ip: ip.String()})
		}
		for _, p := range own {
			out = append(out, endpoint{ip.String(), p})
		}
	}
	return out
}

// endpointOf is the endpoint that an address of a page names.
func endpointOf(p place) (endpoint, bool) {
	host, port, _ := strings.Cut(p.host, ":")
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return endpoint{}, false
	}
	if port == "" {
		port = "80"
	}
	return endpoint{ip.String(), port}, true
}
