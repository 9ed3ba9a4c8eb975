package agent_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"qingce/inventory/usage/agent"
)

// show writes a record in one line.
func show(r *agent.Record) string {
	return fmt.Sprintf("%s addr=%s user=%s %s %s %d host=%s ua=%s", time.Unix(r.Time, 0).UTC().Format(time.RFC3339), r.Addr, r.User, r.Method, r.Path, r.Status, r.Host, r.Agent)
}

const nginxForwarded = `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"`

var shanghai = time.FixedZone("", 8*3600)

// The lines are as servers really write them.
func TestFormats(t *testing.T) {
	for _, c := range []struct {
		name   string
		format agent.Format
		line   string
		want   string // empty: not in the format; "-": no request
	}{
		{"nginx", agent.Format{Name: "combined"}, `10.1.2.3 - - [24/Nov/2017:09:00:00 +0800] "GET /a?x=1 HTTP/1.1" 200 12 "-" "Mozilla/5.0 (X11)"`,
			"2017-11-24T01:00:00Z addr=10.1.2.3 user= GET /a 200 host= ua=Mozilla/5.0 (X11)"},
		{"IPv6 and a login", agent.Format{Name: "combined"}, `2001:db8::17 - li.lei [24/Nov/2017:09:00:00 +0000] "POST /login HTTP/2.0" 302 0 "https://a/" "Mozilla"`,
			"2017-11-24T09:00:00Z addr=2001:db8::17 user=li.lei POST /login 302 host= ua=Mozilla"},
		{"a login with a blank", agent.Format{Name: "combined"}, `::1 - Li Lei [24/Nov/2017:09:00:00 +0800] "GET / HTTP/1.0" 200 1 "-" "x"`,
			"2017-11-24T01:00:00Z addr=::1 user=Li Lei GET / 200 host= ua=x"},
		{"quotes that Apache escapes", agent.Format{Name: "combined"}, `10.1.2.3 - - [24/Nov/2017:09:00:00 +0800] "GET /a\"b HTTP/1.1" 200 12 "-" "Moz \"illa\" 5\\"`,
			`2017-11-24T01:00:00Z addr=10.1.2.3 user= GET /a"b 200 host= ua=Moz \"illa\" 5\\`},
		{"quotes that nobody escapes", agent.Format{Name: "combined"}, `10.1.2.3 - - [24/Nov/2017:09:00:00 +0800] "GET /a"b HTTP/1.1" 200 12 "-" "Moz"`,
			`2017-11-24T01:00:00Z addr=10.1.2.3 user= GET /a"b 200 host= ua=Moz`},
		{"quotes that nginx escapes", agent.Format{Name: "combined"}, `10.1.2.3 - - [24/Nov/2017:09:00:00 +0800] "GET /\xE4\xBA\xBA HTTP/1.1" 404 12 "-" "a\x22b"`,
			`2017-11-24T01:00:00Z addr=10.1.2.3 user= GET /人 404 host= ua=a\x22b`},
		{"Chinese addresses", agent.Format{Name: "combined"}, `10.1.2.3 - - [24/Nov/2017:09:00:00 +0800] "GET /%E4%BA%BA%E7%A4%BE/人 HTTP/1.1" 200 12 "-" "x"`,
			"2017-11-24T01:00:00Z addr=10.1.2.3 user= GET /人社/人 200 host= ua=x"},
		{"a handshake on the wrong port", agent.Format{Name: "combined"}, `10.1.2.3 - - [24/Nov/2017:09:00:00 +0800] "\x16\x03\x01\x00" 400 166 "-" "-"`,
			"2017-11-24T01:00:00Z addr=10.1.2.3 user=   400 host= ua="},
		{"no request at all", agent.Format{Name: "combined"}, `10.1.2.3 - - [24/Nov/2017:09:00:00 +0800] "-" 408 0 "-" "-"`,
			"2017-11-24T01:00:00Z addr=10.1.2.3 user=   408 host= ua="},
		{"a request to a proxy", agent.Format{Name: "combined"}, `10.1.2.3 - - [24/Nov/2017:09:00:00 +0800] "GET http://a.cn/b?c HTTP/1.1" 200 0 "-" "-"`,
			"2017-11-24T01:00:00Z addr=10.1.2.3 user= GET /b 200 host= ua="},
		{"more than the format has", agent.Format{Name: "combined"}, `10.1.2.3 - - [24/Nov/2017:09:00:00 +0800] "GET / HTTP/1.1" 200 0 "-" "x" "10.9.9.9" 0.003`,
			"2017-11-24T01:00:00Z addr=10.1.2.3 user= GET / 200 host= ua=x"},
		{"a line that was cut", agent.Format{Name: "combined"}, `10.1.2.3 - - [24/Nov/2017:09:00:00 +0800] "GET / HTTP/1.1" 200 0 "-" "x`, ""},
		{"a month that is none", agent.Format{Name: "combined"}, `10.1.2.3 - - [24/Nev/2017:09:00:00 +0800] "GET / HTTP/1.1" 200 0 "-" "x"`, ""},
		{"an hour that is none", agent.Format{Name: "combined"}, `10.1.2.3 - - [24/Nov/2017:29:00:00 +0800] "GET / HTTP/1.1" 200 0 "-" "x"`, ""},
		{"noise", agent.Format{Name: "combined"}, "\x00\xff\xfe---", ""},
		{"nothing", agent.Format{Name: "combined"}, "", "-"},
		{"common", agent.Format{Name: "common"}, `10.1.2.3 - - [24/Nov/2017:09:00:00 +0800] "GET / HTTP/1.1" 503 -`,
			"2017-11-24T01:00:00Z addr=10.1.2.3 user= GET / 503 host= ua="},
		{"a site before it", agent.Format{Name: "vhost"}, `hr.gov.cn:443 10.1.2.3 - - [24/Nov/2017:09:00:00 +0800] "GET / HTTP/1.1" 200 5 "-" "x"`,
			"2017-11-24T01:00:00Z addr=10.1.2.3 user= GET / 200 host=hr.gov.cn ua=x"},
		{"behind a proxy", agent.Format{Name: nginxForwarded, Forwarded: true}, `10.0.0.5 - - [24/Nov/2017:09:00:00 +0800] "GET / HTTP/1.1" 200 5 "-" "x" "61.1.2.3, 10.0.0.9"`,
			"2017-11-24T01:00:00Z addr=61.1.2.3 user= GET / 200 host= ua=x"},
		{"behind a proxy, from itself", agent.Format{Name: nginxForwarded, Forwarded: true}, `10.0.0.5 - - [24/Nov/2017:09:00:00 +0800] "GET / HTTP/1.1" 200 5 "-" "x" "-"`,
			"2017-11-24T01:00:00Z addr=10.0.0.5 user= GET / 200 host= ua=x"},
		{"a proxy that is not believed", agent.Format{Name: nginxForwarded}, `10.0.0.5 - - [24/Nov/2017:09:00:00 +0800] "GET / HTTP/1.1" 200 5 "-" "x" "61.1.2.3"`,
			"2017-11-24T01:00:00Z addr=10.0.0.5 user= GET / 200 host= ua=x"},
		{"who a cookie says", agent.Format{Name: `$time_iso8601|${remote_addr}|$cookie_uid|$request_method|$request_uri|$status`, User: "$cookie_uid"}, `2017-11-24T09:00:00+08:00|10.1.1.1|u77|GET|/x?y|200`,
			"2017-11-24T01:00:00Z addr=10.1.1.1 user=u77 GET /x 200 host= ua="},
		{"seconds", agent.Format{Name: `$msec $remote_addr "$request" $status`}, `1511485200.123 10.1.1.1 "GET / HTTP/1.1" 200`,
			"2017-11-24T01:00:00Z addr=10.1.1.1 user= GET / 200 host= ua="},
		{"Apache, own order", agent.Format{Name: `%{sec}t %V %>s %a %m %U%q %!200,304{Referer}i \"%{User-agent}i\"`}, `1511485200 a.cn 404 10.1.1.1 GET /x?y - "Moz"`,
			"2017-11-24T01:00:00Z addr=10.1.1.1 user= GET /x 404 host=a.cn ua=Moz"},
		{"JSON of nginx", agent.Format{Name: "json"}, `{"time_iso8601":"2017-11-24T09:00:00+08:00","remote_addr":"10.1.1.1","remote_user":"","request":"GET /a?b HTTP/1.1","status":"200","http_user_agent":"Moz \"x\" 人"}`,
			`2017-11-24T01:00:00Z addr=10.1.1.1 user= GET /a 200 host= ua=Moz "x" 人`},
		{"JSON of Caddy", agent.Format{Name: "json"}, `{"level":"info","ts":1511485200.52,"request":{"remote_ip":"10.1.1.1","method":"POST","host":"a.cn","uri":"/p?q=1","headers":{"User-Agent":["Moz","no"]}},"duration":0.1,"status":201,"x":[1,{"status":9}],"y":null}`,
			"2017-11-24T01:00:00Z addr=10.1.1.1 user= POST /p 201 host=a.cn ua=Moz"},
		{"JSON with own names", agent.Format{Name: "json", Fields: map[string]string{"time": "when", "agent": "c.b"}, Zone: shanghai}, `{"when":"2017-11-24 09:00:00.5","c":{"b":"\u4eba"},"time":"no","status":500, "uri":"/"}`,
			"2017-11-24T01:00:00Z addr= user=  / 500 host= ua=人"},
		{"JSON that was cut", agent.Format{Name: "json"}, `{"time":"2017-11-24T09:00:00+08:00","uri":"/a`, ""},
		{"JSON without time", agent.Format{Name: "json"}, `{"uri":"/a"}`, ""},
		{"JSON that is a list", agent.Format{Name: "json"}, `[1]`, ""},
		{"deep JSON", agent.Format{Name: "json"}, strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := c.format.Parser()
			if err != nil {
				t.Fatal(err)
			}
			var r agent.Record
			outcome := p.Parse([]byte(c.line), &r)
			got := map[agent.Outcome]string{agent.Garbage: "", agent.Skipped: "-", agent.Parsed: show(&r)}[outcome]
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestIIS(t *testing.T) {
	p, err := agent.Format{Name: "iis"}.Parser()
	if err != nil {
		t.Fatal(err)
	}
	lines := []struct{ line, want string }{
		{"2017-11-24 01:00:00 10.0.0.1 GET /", ""},
		{"#Software: Microsoft Internet Information Services 10.0", "-"},
		{"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status time-taken", "-"},
		{`2017-11-24 01:00:00 10.0.0.1 GET /Default.aspx id=1 443 XY\li.lei 10.1.1.1 Mozilla/5.0+(Windows+NT+10.0) - 200 15`,
			`2017-11-24T01:00:00Z addr=10.1.1.1 user=XY\li.lei GET /Default.aspx 200 host= ua=Mozilla/5.0 (Windows NT 10.0)`},
		{`2017-11-24 01:00:01 10.0.0.1 GET /%E4%BA%BA - 443 - fe80::1%4 - - 500 15`, `2017-11-24T01:00:01Z addr=fe80::1%4 user= GET /人 500 host= ua=`},
		{"2017-11-24 01:00:02 10.0.0.1", ""},
		{"#Fields: date time c-ip sc-status cs-uri-stem", "-"},
		{"2017-11-24 01:00:03 10.1.1.2 404 /x", "2017-11-24T01:00:03Z addr=10.1.1.2 user=  /x 404 host= ua="},
	}
	for _, l := range lines {
		var r agent.Record
		got := map[agent.Outcome]string{agent.Garbage: "", agent.Skipped: "-", agent.Parsed: ""}[p.Parse([]byte(l.line), &r)]
		if l.want != "" && l.want != "-" {
			got = show(&r)
		}
		if got != l.want {
			t.Errorf("%s:\ngot  %s\nwant %s", l.line, got, l.want)
		}
	}
}

func TestPatternsThatCannotBeRead(t *testing.T) {
	for text, want := range map[string]string{
		"apache":                   "agent.format.unknown",
		"$remote_addr$status":      "agent.format.adjacent",
		"$remote_addr $request":    "agent.format.no_time",
		"$time_local $remote_addr": "agent.format.no_request",
		"$time_local $ $status":    "agent.format.variable",
		"%t %Z %r":                 "agent.format.directive",
		"%{%H}t %r":                "agent.format.directive",
		"%t %{User-Agent":          "agent.format.directive",
		"%t %r %":                  "agent.format.directive",
	} {
		_, err := agent.Format{Name: text}.Parser()
		var wrong *agent.FormatError
		if !errors.As(err, &wrong) || wrong.Code != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestParsingDoesNotAllocate(t *testing.T) {
	for name, line := range map[string]string{
		"combined": `10.1.2.3 - - [24/Nov/2017:09:00:00 +0800] "GET /%E4?x=1 HTTP/1.1" 200 12 "-" "Mozilla/5.0 (X11)"`,
		"json":     `{"time":"2017-11-24T09:00:00+08:00","remote_addr":"10.1.1.1","uri":"/a","status":200,"user_agent":"a \" b"}`,
	} {
		p, err := agent.Format{Name: name}.Parser()
		if err != nil {
			t.Fatal(err)
		}
		var r agent.Record
		text := []byte(line)
		p.Parse(text, &r)
		if n := testing.AllocsPerRun(100, func() { p.Parse(text, &r) }); n != 0 {
			t.Errorf("%s: %v allocations for a line, want none", name, n)
		}
	}
}

func FuzzLines(f *testing.F) {
	f.Add(byte(0), `10.1.2.3 - - [24/Nov/2017:09:00:00 +0800] "GET /a\"b HTTP/1.1" 200 12 "-" "Moz \"illa\" 5\\"`)
	f.Add(byte(1), `{"ts":1.5,"request":{"uri":"/\u4eba","headers":{"User-Agent":["x"]}},"status":201}`)
	f.Add(byte(2), "#Fields: date time c-ip cs-uri-stem cs(User-Agent)\n2017-11-24 01:00:00 10.1.1.1 /a a+b")
	f.Add(byte(3), "1511485200.123|2017-11-24|GET / HTTP/1.1|x")
	formats := []agent.Format{{Name: "combined"}, {Name: "json", Zone: shanghai}, {Name: "iis"}, {Name: "$msec|$http_x|$request|$http_user_agent", Forwarded: true}}
	f.Fuzz(func(t *testing.T, kind byte, text string) {
		p, err := formats[int(kind)%len(formats)].Parser()
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(text, "\n") {
			was := line
			var r agent.Record
			if p.Parse([]byte(line), &r) == agent.Parsed && r.Time <= 0 {
				t.Errorf("%q is of %d", line, r.Time)
			}
			if was != line {
				t.Error("the line was changed")
			}
		}
	})
}

func FuzzPatterns(f *testing.F) {
	f.Add(nginxForwarded, `10.0.0.5 - - [24/Nov/2017:09:00:00 +0800] "GET / HTTP/1.1" 200 5 "-" "x" "-"`)
	f.Add(`%h %l %u %t \"%r\" %>s %b`, `10.1.2.3 - - [24/Nov/2017:09:00:00 +0800] "GET / HTTP/1.1" 503 -`)
	f.Add(`%{sec}t %{x}i%%%U%q`, "1 2%/a")
	f.Fuzz(func(t *testing.T, pattern, line string) {
		p, err := agent.Format{Name: pattern}.Parser()
		var wrong *agent.FormatError
		if err != nil {
			if !errors.As(err, &wrong) {
				t.Errorf("%q: %v is no FormatError", pattern, err)
			}
			return
		}
		var r agent.Record
		p.Parse([]byte(line), &r)
	})
}
