package docs_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestExamplesOfTheAPIGuideWork starts the program with its sample city, as the
// guide tells, and does what stands in the guide's blocks of shell, in their
// order. A block is to succeed unless the line before it names another status.
func TestExamplesOfTheAPIGuideWork(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and starts the program")
	}
	p, err := readPage(filepath.Join(root, "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	all := examples(p)
	if len(all) < 10 {
		t.Fatalf("only %d examples found", len(all))
	}
	base := startDemo(t)
	given := map[string]string{"QINGCE": base, "TOKEN": issueToken(t, base, "ly.clerk")}
	sh := &shell{t: t, vars: map[string]string{}, files: map[string][]byte{}}
	for _, e := range all {
		sh.run(e, given)
	}
}

// example is a block of shell with the status that it is to give.
type example struct {
	line   int
	status int // 0: any success
	text   string
}

var wantedStatus = regexp.MustCompile(`^<!-- (\d{3}) -->$`)

func examples(p page) []example {
	var out []example
	for i := 0; i < len(p.lines); i++ {
		if p.lines[i] != "```sh" {
			continue
		}
		e := example{line: i + 1}
		if i > 0 {
			if m := wantedStatus.FindStringSubmatch(p.lines[i-1]); m != nil {
				e.status, _ = strconv.Atoi(m[1])
			}
		}
		for i++; i < len(p.lines) && p.lines[i] != "```"; i++ {
			e.text += p.lines[i] + "\n"
		}
		out = append(out, e)
	}
	return out
}

// shell does what the guide's examples need: export, cat with a here document,
// and curl with the options that stand there. It is no shell, so that the
// examples are tried where there is neither a shell nor curl.
type shell struct {
	t     *testing.T
	vars  map[string]string
	files map[string][]byte
}

func (s *shell) run(e example, given map[string]string) {
	s.t.Helper()
	for _, command := range commandsOf(e.text) {
		words := command.words(s.vars)
		switch words[0] {
		case "export":
			name, value, _ := strings.Cut(words[1], "=")
			s.vars[name] = value
			if own, ok := given[name]; ok { // the guide cannot know them
				s.vars[name] = own
			}
		case "cat":
			s.files[words[2]] = []byte(command.document)
		case "curl":
			status, body := s.curl(words[1:])
			ok := status == e.status || e.status == 0 && status/100 == 2
			if !ok {
				s.t.Errorf("docs/api.md:%d: %s\nstatus %d: %s", e.line, command.text, status, body)
			}
		default:
			s.t.Errorf("docs/api.md:%d: the test does not know the command %q", e.line, words[0])
		}
	}
}

// shellCommand is one command; document is what stands in its here document.
type shellCommand struct{ text, document string }

// commandsOf cuts a block at the ends of lines that are neither inside quotes
// nor continued.
func commandsOf(text string) []shellCommand {
	var out []shellCommand
	in := bufio.NewScanner(strings.NewReader(text))
	open := ""
	for in.Scan() {
		open += in.Text()
		if before, ok := strings.CutSuffix(open, "\\"); ok {
			open = before
			continue
		}
		if strings.Count(open, "'")%2 == 1 {
			open += "\n"
			continue
		}
		c := shellCommand{text: open}
		if before, _, ok := strings.Cut(open, " <<'EOF'"); ok {
			c.text = before
			for in.Scan() && in.Text() != "EOF" {
				c.document += in.Text() + "\n"
			}
		}
		if open = ""; strings.TrimSpace(c.text) != "" {
			out = append(out, c)
		}
	}
	return out
}

// words cuts a command at blanks, minds quotes and puts in variables.
func (c shellCommand) words(vars map[string]string) []string {
	var out []string
	var word strings.Builder
	quote, some := rune(0), false
	for _, r := range c.text {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, some = r, true
		case quote == 0 && (r == ' ' || r == '\n'):
			if some || word.Len() > 0 {
				out = append(out, word.String())
			}
			word.Reset()
			some = false
		case r == '$' && quote != '\'':
			word.WriteRune('\x00') // a variable begins
		default:
			word.WriteRune(r)
		}
	}
	if some || word.Len() > 0 {
		out = append(out, word.String())
	}
	for i := range out {
		for name, value := range vars {
			out[i] = strings.ReplaceAll(out[i], "\x00"+name, value)
		}
	}
	return out
}

// curl does a request and gives its status and body.
func (s *shell) curl(words []string) (int, string) {
	s.t.Helper()
	method, target, output := "", "", ""
	var body []byte
	header, query, get := http.Header{}, url.Values{}, false
	for i := 0; i < len(words); i++ {
		next := func() string { i++; return words[i] }
		switch word := words[i]; word {
		case "-i":
		case "-G":
			get = true
		case "-X":
			method = next()
		case "-o":
			output = next()
		case "-H":
			name, value, _ := strings.Cut(next(), ": ")
			header.Set(name, value)
		case "-d":
			body = []byte(next())
		case "--data-urlencode":
			name, value, _ := strings.Cut(next(), "=")
			query.Add(name, value)
		case "--data-binary":
			body = s.files[strings.TrimPrefix(next(), "@")]
		default:
			if strings.HasPrefix(word, "-") {
				s.t.Fatalf("docs/api.md: the test does not know curl %s", word)
			}
			target = word
		}
	}
	if get {
		target += "?" + query.Encode()
	}
	if method == "" && body != nil {
		method = http.MethodPost
	}
	answer := request(s.t, http.DefaultClient, method, target, header, body)
	if output != "" {
		s.files[output] = answer.body
	}
	return answer.status, string(answer.body)
}

type answer struct {
	status int
	body   []byte
}

func request(t *testing.T, client *http.Client, method, target string, header http.Header, body []byte) answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, raw}
}

var printedAddress = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// startDemo builds the program, starts its demonstration and gives its address.
func startDemo(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "qingce")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./cmd/qingce")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	ctx, stop := context.WithCancel(context.Background())
	demo := exec.CommandContext(ctx, binary, "demo", "--listen", "127.0.0.1:0", "--data", dir)
	demo.Env = append(os.Environ(), "LANG=en")
	demo.Cancel = func() error { return demo.Process.Signal(os.Interrupt) }
	demo.WaitDelay = 30 * time.Second
	stdout, err := demo.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		if err := demo.Wait(); err != nil && !errors.Is(err, context.Canceled) {
			t.Logf("qingce demo ended: %v", err)
		}
	})
	for in := bufio.NewScanner(stdout); in.Scan(); {
		if address := printedAddress.FindString(in.Text()); address != "" {
			go func() { _, _ = io.Copy(io.Discard, stdout) }() // ends with the program
			return address
		}
	}
	t.Fatal("qingce demo printed no address")
	return ""
}

// demoPassword is what the demonstration prints for all of its accounts.
const demoPassword = "Hanjiang#2017"

// issueToken signs in as somebody of the sample city and issues a token.
func issueToken(t *testing.T, base, login string) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	form := url.Values{"login": {login}, "password": {demoPassword}}
	signed := request(t, client, http.MethodPost, base+"/sign-in",
		http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, []byte(form.Encode()))
	if signed.status != http.StatusSeeOther {
		t.Fatalf("sign in as %s: status %d", login, signed.status)
	}
	wanted := fmt.Sprintf(`{"name":"the guide","scopes":["systems:read","systems:write","departments:read","surveys:read","surveys:write","calendar:read"],"expires_at":%q}`,
		"2018-02-01T00:00:00Z") // the sample city opens on 2018-01-10
	issued := request(t, client, http.MethodPost, base+"/api/v1/tokens", http.Header{"Content-Type": {"application/json"}}, []byte(wanted))
	var token struct {
		Text string `json:"text"`
	}
	if err := json.Unmarshal(issued.body, &token); err != nil || token.Text == "" {
		t.Fatalf("issue a token: status %d: %s", issued.status, issued.body)
	}
	return token.Text
}
