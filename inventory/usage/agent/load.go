package agent

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// Load reads a configuration in YAML. If anything is wrong with it there are
// problems, in the order of their lines, and the configuration must not be
// used. Place is the name of this machine, for sources that are not named.
func Load(file string, text []byte, place string) (Config, []Problem) {
	l := &loader{document: document{file: file}, place: place}
	c := Config{Interval: time.Minute, SpoolBytes: 16 << 20, StateDir: defaultStateDir}
	if root := l.parse(text); root != nil {
		l.config(&c, root)
	}
	slices.SortStableFunc(l.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return c, l.problems
}

const defaultStateDir = "/var/lib/qingce-agent"

// loader makes a configuration of a document.
type loader struct {
	document
	place  string
	common Rules // of all systems
}

func (l *loader) config(c *Config, root ast.Node) {
	spool := 16
	var source string
	var systems ast.Node
	l.mapping("", root,
		entry{"server", func(key string, n ast.Node) { c.Server = l.server(key, n) }},
		entry{"token_file", l.file(&c.TokenFile)},
		entry{"token", l.text(&c.Token)},
		entry{"ca_file", l.file(&c.CAFile)},
		entry{"state_dir", l.file(&c.StateDir)},
		entry{"site_key_file", l.file(&c.SiteKeyFile)},
		entry{"source", l.text(&source)},
		entry{"interval", l.span(&c.Interval, 5*time.Second, 15*time.Minute)},
		entry{"spool_mb", l.whole(&spool, 1, mostSpool)},
		entry{"health", l.words(&l.common.Health, l.path)},
		entry{"people", l.who(&l.common.People)},
		entry{"machines", l.who(&l.common.Machines)},
		entry{"systems", func(_ string, n ast.Node) { systems = n }},
	)
	c.SpoolBytes = spool << 20
	l.place = cmp.Or(source, l.place)
	if c.Server == nil && !l.about("server") {
		l.say(at(root), problemMissing, "key", "server")
	}
	if c.Token != "" && c.TokenFile != "" {
		l.say(at(root), problemTwoTokens)
	}
	if systems == nil {
		l.say(at(root), problemMissing, "key", "systems")
		return
	}
	l.list("systems", systems, func(n ast.Node) { l.system(c, n) })
	if len(c.Systems) == 0 {
		l.say(at(systems), problemMissing, "key", "systems")
	}
}

// about tells whether there is a problem with a key already.
func (l *loader) about(key string) bool {
	return slices.ContainsFunc(l.problems, func(p Problem) bool { return p.Args["key"] == key || p.Code == problemSyntax })
}

func (l *loader) server(key string, n ast.Node) *url.URL {
	text, ok := l.scalar(key, n)
	if !ok {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" {
		l.say(at(n), problemServer, "key", key, "got", text)
		return nil
	}
	return u
}

// file reads the name of a file, which must be whole: an agent runs wherever it
// is started.
func (l *loader) file(to *string) func(string, ast.Node) {
	return func(key string, n ast.Node) {
		text, ok := l.scalar(key, n)
		if ok && !isWhole(text) {
			l.say(at(n), problemFile, "key", key, "got", text)
		}
		*to = text
	}
}

// isWhole takes names of Windows too, so that a configuration can be checked
// elsewhere.
func isWhole(name string) bool {
	return filepath.IsAbs(name) || len(name) > 2 && name[1] == ':' && (name[2] == '\\' || name[2] == '/')
}

func (l *loader) who(to *Who) func(string, ast.Node) {
	return func(key string, n ast.Node) {
		l.mapping(key, n,
			entry{"agents", l.words(&to.Agents, func(text string, n ast.Node) {
				if _, err := newAgentPattern(text); err != nil || text == "" {
					l.say(at(n), problemPattern, "got", text)
				}
			})},
			entry{"addresses", l.words(&to.Addresses, func(text string, n ast.Node) {
				if _, err := newNetwork(text); err != nil {
					l.say(at(n), problemAddress, "got", text)
				}
			})},
			entry{"paths", l.words(&to.Paths, l.path)},
		)
	}
}

// path checks the pattern of a path of requests.
func (l *loader) path(text string, n ast.Node) {
	if !strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "*") || strings.ContainsAny(text, "? ") {
		l.say(at(n), problemPath, "got", text)
	}
}

func (l *loader) system(c *Config, n ast.Node) {
	s := System{Line: lineOf(n), Source: l.place}
	l.mapping("systems", n,
		entry{"system", l.text(&s.Code)},
		entry{"source", l.text(&s.Source)},
		entry{"token_file", l.file(&s.TokenFile)},
		entry{"token", l.text(&s.Token)},
		entry{"logs", func(key string, n ast.Node) { l.list(key, n, func(n ast.Node) { l.log(&s, n) }) }},
		entry{"logins", l.actions(&s.Logins)},
		entry{"transactions", l.actions(&s.Transactions)},
		entry{"api", l.actions(&s.API)},
		entry{"health", l.words(&s.Rules.Health, l.path)},
		entry{"people", l.who(&s.Rules.People)},
		entry{"machines", l.who(&s.Rules.Machines)},
		entry{"host", func(key string, n ast.Node) { l.host(&s, key, n) }},
	)
	s.Rules = s.Rules.with(l.common)
	l.checkSystem(c, &s, n)
	c.Systems = append(c.Systems, s)
}

func (l *loader) checkSystem(c *Config, s *System, n ast.Node) {
	if s.Code == "" {
		l.say(at(n), problemMissing, "key", "system")
	}
	if s.Token != "" && s.TokenFile != "" {
		l.say(at(n), problemTwoTokens)
	}
	if s.Token+s.TokenFile+c.Token+c.TokenFile == "" {
		l.say(at(n), problemToken, "system", s.Code)
	}
	if len(s.Logs) == 0 && s.Host == nil {
		l.say(at(n), problemNothing, "system", s.Code)
	}
	if len(s.Source) > 150 || strings.ContainsFunc(s.Source, func(r rune) bool { return r < ' ' }) || s.Source == "" {
		l.say(at(n), problemSource, "got", s.Source)
	}
	for _, other := range c.Systems {
		if other.Code == s.Code && other.Source == s.Source {
			l.say(at(n), problemTwice, "system", s.Code, "source", s.Source, "line", other.Line)
		}
	}
}

// with adds the rules of all systems to those of one.
func (r Rules) with(common Rules) Rules {
	r.Health = slices.Concat(r.Health, common.Health)
	r.People = r.People.with(common.People)
	r.Machines = r.Machines.with(common.Machines)
	return r
}

func (w Who) with(common Who) Who {
	return Who{
		Agents: slices.Concat(w.Agents, common.Agents), Addresses: slices.Concat(w.Addresses, common.Addresses),
		Paths: slices.Concat(w.Paths, common.Paths),
	}
}

// host reads what of the machine is measured: yes, or which disks.
func (l *loader) host(s *System, key string, n ast.Node) {
	if b, ok := n.(*ast.BoolNode); ok {
		if b.Value {
			s.Host = new(Host)
		}
		return
	}
	s.Host = new(Host)
	l.mapping(key, n, entry{"disks", l.words(&s.Host.Disks, nil)}, entry{"storage", l.file(&s.Host.Storage)})
}

func (l *loader) log(s *System, n ast.Node) {
	g := Log{Line: lineOf(n), Backlog: true, Format: Format{Name: "combined", Zone: time.Local}}
	format := n
	l.mapping("logs", n,
		entry{"path", l.file(&g.Path)},
		entry{"format", func(key string, n ast.Node) {
			format = n
			g.Format.Name, _ = l.scalar(key, n)
		}},
		entry{"fields", func(key string, n ast.Node) { g.Format.Fields = l.fields(key, n) }},
		entry{"user", l.text(&g.Format.User)},
		entry{"forwarded", l.yesNo(&g.Format.Forwarded)},
		entry{"zone", func(key string, n ast.Node) { g.Format.Zone = l.zone(key, n) }},
		entry{"rotated", l.words(&g.Rotated, l.glob)},
		entry{"backlog", l.yesNo(&g.Backlog)},
		entry{"hosts", l.words(&g.Hosts, nil)},
		entry{"paths", l.words(&g.Paths, l.path)},
	)
	l.checkFormat(g.Format, format)
	if g.Path == "" {
		l.say(at(n), problemMissing, "key", "path")
	} else {
		l.glob(g.Path, n)
	}
	for _, other := range s.Logs {
		if other.Path == g.Path {
			l.say(at(n), problemLogTwice, "got", g.Path, "line", other.Line)
		}
	}
	s.Logs = append(s.Logs, g)
}

func (l *loader) glob(text string, n ast.Node) {
	if _, err := filepath.Match(text, ""); err != nil {
		l.say(at(n), problemPattern, "got", text)
	}
}

func (l *loader) checkFormat(f Format, n ast.Node) {
	_, err := f.Parser()
	var wrong *FormatError
	if errors.As(err, &wrong) {
		l.say(at(n), wrong.Code, "got", wrong.Got)
	}
	if len(f.Fields) > 0 && f.Name != "json" {
		l.say(at(n), problemField, "got", f.Name, "known", knownFields())
	}
}

func (l *loader) zone(key string, n ast.Node) *time.Location {
	text, _ := l.scalar(key, n)
	zone, err := time.LoadLocation(text)
	if err != nil || text == "" {
		l.say(at(n), problemZone, "key", key, "got", text)
	}
	return zone
}

// fields reads under which names a log in JSON has what is needed.
func (l *loader) fields(key string, n ast.Node) map[string]string {
	out := map[string]string{}
	var entries []entry
	for _, name := range fieldNames() {
		entries = append(entries, entry{name, func(key string, n ast.Node) { out[key], _ = l.scalar(key, n) }})
	}
	l.mapping(key, n, entries...)
	return out
}

func fieldNames() []string {
	return []string{"time", "address", "forwarded", "user", "request", "method", "path", "status", "agent", "host"}
}

func knownFields() string { return strings.Join(fieldNames(), ", ") }

// actions reads requests that mean something.
func (l *loader) actions(to *[]Action) func(string, ast.Node) {
	return func(key string, n ast.Node) {
		l.list(key, n, func(n ast.Node) {
			var a Action
			l.mapping(key, n,
				entry{"method", func(key string, n ast.Node) {
					a.Method, _ = l.scalar(key, n)
					if a.Method == "" || strings.ContainsFunc(a.Method, func(r rune) bool { return (r|0x20) < 'a' || (r|0x20) > 'z' }) {
						l.say(at(n), problemMethod, "got", a.Method)
					}
				}},
				entry{"path", func(key string, n ast.Node) {
					a.Path, _ = l.scalar(key, n)
					l.path(a.Path, n)
				}},
				entry{"status", l.words(&a.Status, func(text string, n ast.Node) {
					if _, _, ok := statusRange(text); !ok {
						l.say(at(n), problemStatus, "got", text)
					}
				})},
			)
			if a.Path == "" {
				l.say(at(n), problemMissing, "key", "path")
			}
			*to = append(*to, a)
		})
	}
}

// LoadFile reads a configuration from a file. An error means that the file
// cannot be read at all.
func LoadFile(name, place string) (Config, []Problem, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return Config{}, nil, fmt.Errorf("read the configuration: %w", err)
	}
	c, problems := Load(name, text, place)
	return c, problems, nil
}
