package agent_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/inventory/usage/agent"
)

const good = `server: https://qingce.example.gov.cn
token: t
systems:
  - system: A
    logs:
      - path: /var/log/a.log
`

// problems writes what is wrong as line:code.
func problems(of []agent.Problem) []string {
	var out []string
	for _, p := range of {
		out = append(out, fmt.Sprintf("%d:%s", p.Line, p.Code[strings.IndexByte(p.Code, '.')+1:]))
	}
	return out
}

func TestProblemsHaveTheirLines(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"good", good, nil},
		{"empty", "", []string{"0:problem.empty"}},
		{"comments only", "# nothing\n", []string{"0:problem.empty"}},
		{"no YAML", "server: [\n", []string{"1:problem.syntax"}},
		{"a tab", "server: https://a.cn\nsystems:\n\t- a", []string{"3:problem.syntax"}},
		{"two documents", good + "---\na: b\n", []string{"8:problem.syntax"}},
		{"a text", "hello", []string{"1:problem.mapping", "1:problem.missing", "1:problem.missing"}},
		{"nothing to do", "server: https://a.cn\n", []string{"1:problem.missing"}},
		{"no systems", "server: https://a.cn\nsystems: []\n", []string{"2:problem.missing"}},
		{"a wrong name", good + "servers: x\n", []string{"7:problem.unknown"}},
		{"a wrong name in a log", good + "        formt: json\n", []string{"7:problem.unknown"}},
		{"a key twice", good + "token: u\n", []string{"7:problem.syntax"}},
		{"no address of a service", strings.Replace(good, "https://", "", 1), []string{"1:problem.server"}},
		{"a password in it", strings.Replace(good, "https://", "https://u:p@", 1), []string{"1:problem.server"}},
		{"no token", strings.Replace(good, "token: t\n", "", 1), []string{"3:problem.token"}},
		{"two tokens", good + "token_file: /etc/x\n", []string{"1:problem.two_tokens"}},
		{"a token file beside us", strings.Replace(good, "token: t", "token_file: x", 1), []string{"2:problem.file"}},
		{"too often", good + "interval: 1s\n", []string{"7:problem.interval"}},
		{"no time", good + "interval: often\n", []string{"7:problem.interval"}},
		{"a spool of nothing", good + "spool_mb: 0\n", []string{"7:problem.whole"}},
		{"yes", good + "        backlog: maybe\n", []string{"7:problem.yes_no"}},
		{"a zone", good + "        zone: Mars/Base\n", []string{"7:problem.zone"}},
		{"a format", good + "        format: apache\n", []string{"7:format.unknown"}},
		{"a pattern", good + "        format: '%t %Z'\n", []string{"7:format.directive"}},
		{"a variable", good + "        user: $cookie_x\n", []string{"6:format.user"}},
		{"fields of another format", good + "        fields: {time: t}\n", []string{"6:problem.field"}},
		{"a field that is none", good + "        format: json\n        fields: {tme: t}\n", []string{"8:problem.unknown"}},
		{"a list that is none", good + "    logins: {path: /x}\n", []string{"7:problem.list"}},
		{"a text that is none", good + "    source: [a]\n", []string{"7:problem.text"}},
		{"an action", good + "    logins:\n      - {path: x, status: 2x, method: P0ST}\n      - {method: GET}\n", []string{"8:problem.path", "8:problem.status", "8:problem.method", "9:problem.missing"}},
		{"clients", good + "    machines: {addresses: [10.0.0.300], agents: ['/[/'], paths: [feed]}\n", []string{"7:problem.address", "7:problem.pattern", "7:problem.path"}},
		{"a source", good + "    source: ''\n", []string{"4:problem.source"}},
		{"nothing to measure", good + "  - system: B\n", []string{"7:problem.nothing"}},
		{"a system twice", good + "  - system: A\n    host: true\n", []string{"7:problem.twice"}},
		{"a log twice", good + "      - path: /var/log/a.log\n", []string{"7:problem.log_twice"}},
		{"a log without path", good + "      - format: json\n", []string{"7:problem.missing"}},
		{"a system without name", good + "  - host: true\n    source: b\n", []string{"7:problem.missing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, found := agent.Load("agent.yaml", []byte(c.text), "here")
			if got := problems(found); !slices.Equal(got, c.want) {
				t.Errorf("found %v, want %v: %+v", got, c.want, found)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	text := good + `        format: '$remote_addr [$time_local] "$request" $status "$http_x_forwarded_for"'
        forwarded: yes
        rotated: [/old/a.*]
        backlog: false
        zone: Asia/Shanghai
      - path: 'C:\inetpub\logs\u_ex*.log'
        format: iis
    logins: [{method: post, path: /login, status: [200, 3xx]}]
    health: /alive
  - system: B
    source: other
    token_file: /etc/b
    host: {disks: /, storage: /data}
interval: 30s
health: [/healthz]
people: {agents: [Desk]}
source: web-7
state_dir: /state
`
	c, found := agent.Load("agent.yaml", []byte(strings.Replace(text, "yes", "true", 1)), "here")
	if len(found) > 0 {
		t.Fatal(found)
	}
	a, b := c.Systems[0], c.Systems[1]
	if c.Server.Host != "qingce.example.gov.cn" || c.Interval != 30*time.Second || c.StateDir != "/state" || c.SpoolBytes != 16<<20 {
		t.Errorf("%+v", c)
	}
	if a.Source != "web-7" || len(a.Logs) != 2 || !a.Logs[0].Format.Forwarded || a.Logs[0].Backlog || !a.Logs[1].Backlog || a.Logs[0].Format.Zone.String() != "Asia/Shanghai" {
		t.Errorf("%+v", a)
	}
	if !slices.Equal(a.Rules.Health, []string{"/alive", "/healthz"}) || !slices.Equal(b.Rules.People.Agents, []string{"Desk"}) || !slices.Equal(a.Logins[0].Status, []string{"200", "3xx"}) {
		t.Errorf("%+v %+v", a.Rules, a.Logins)
	}
	if b.Source != "other" || b.Host == nil || b.Host.Storage != "/data" || len(b.Logs) != 0 {
		t.Errorf("%+v", b)
	}
}

// The examples are good, in both languages, with everything that is commented
// out put in.
func TestExamples(t *testing.T) {
	var shapes []string
	for _, chinese := range []bool{false, true} {
		text := agent.Example(chinese)
		full := regexp.MustCompile(`(?m)^( *)# ( *)((?:- )?[a-z_]+: ?[\[{'/A-Za-z0-9]|- \{|(?:people|fields|  agents):|- system:|(?:logs|api):$)`).ReplaceAllString(text, "$1$2$3")
		for name, t2 := range map[string]string{"as it is": text, "with all of it": full} {
			if _, found := agent.Load("agent.yaml", []byte(t2), "here"); len(found) > 0 {
				t.Errorf("%v, %s: %+v\n%s", chinese, name, found, t2)
			}
		}
		shapes = append(shapes, regexp.MustCompile(`(?m)^ *#.*\n`).ReplaceAllString(full, ""))
	}
	if shapes[0] != shapes[1] {
		t.Error("the examples differ in more than their comments")
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(good)
	f.Add(agent.Example(true))
	f.Fuzz(func(t *testing.T, text string) {
		_, found := agent.Load("agent.yaml", []byte(text), "here")
		for _, p := range found {
			if !slices.Contains(agent.ProblemCodes(), p.Code) {
				t.Errorf("%q has no text", p.Code)
			}
		}
	})
}

// Every problem has a text in every language, which uses only what it is given.
func TestEveryProblemHasItsText(t *testing.T) {
	files := fstest.MapFS{}
	for _, lang := range locale.Languages() {
		raw, err := os.ReadFile(filepath.Join("..", "..", "..", "templates", "locale", lang, "agent.json"))
		if err != nil {
			t.Fatal(err)
		}
		files[lang+"/agent.json"] = &fstest.MapFile{Data: raw}
	}
	catalog, err := locale.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	args := fault.Pairs("key", 1, "got", 1, "message", 1, "least", 1, "most", 1, "known", 1, "system", 1, "source", 1, "line", 1)
	for _, lang := range locale.Languages() {
		p := catalog.Printer(lang)
		for _, code := range agent.ProblemCodes() {
			if text := p.Text(code, args); !p.Has(code) || strings.Contains(text, "{") {
				t.Errorf("%s: %s: %s", lang, code, text)
			}
		}
		for _, key := range catalog.Keys(lang) {
			if (strings.HasPrefix(key, "agent.problem.") || strings.HasPrefix(key, "agent.format.")) && !slices.Contains(agent.ProblemCodes(), key) {
				t.Errorf("%s: %s is the text of nothing", lang, key)
			}
		}
	}
}
