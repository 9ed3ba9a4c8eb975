package web_test

import (
	"net/url"
	"testing"
	"time"

	"qingce/internal/fault"
	"qingce/internal/web"
)

func TestLocalPath(t *testing.T) {
	cases := []struct{ to, want string }{
		{"/systems?q=%E4%B8%80#top", "/systems?q=%E4%B8%80#top"},
		{"/", "/"},
		{"", "/"},
		{"systems", "/"},
		{"//evil.example", "/"},
		{"///evil.example", "/"},
		{`/\evil.example`, "/"},
		{`\\evil.example`, "/"},
		{"/\t/evil.example", "/"},
		{"/\n/evil.example", "/"},
		{"/\x00/evil.example", "/"},
		{" //evil.example", "/"},
		{"http://evil.example", "/"},
		{"https:evil.example", "/"},
		{"javascript:alert(1)", "/"},
		{"/%2f/evil.example", "/%2f/evil.example"}, // stays a path of this site
		{"/a//b", "/a//b"},
		{"/%zz", "/"},
	}
	for _, k := range cases {
		if got := web.LocalPath(k.to); got != k.want {
			t.Errorf("LocalPath(%q) = %q, want %q", k.to, got, k.want)
		}
	}
}

func TestRedirectStaysHere(t *testing.T) {
	b := sample(t).Nobody()
	for _, to := range []string{"//evil.example", "http://evil.example/", `/\evil.example`, "/..//evil.example"} {
		p := b.Post("/to", url.Values{"to": {to}})
		u, err := url.Parse(p.Location())
		if err != nil || u.Host != "" || u.Scheme != "" {
			t.Errorf("to %q leads to %q", to, p.Location())
		}
	}
}

func TestMatchedVersion(t *testing.T) {
	cases := []struct {
		header string
		want   int64
	}{
		{`"7"`, 7}, {`W/"7"`, 7}, {` "12" `, 12},
		{"", 0}, {"7", 0}, {"*", 0}, {`"x"`, 0}, {`"0"`, 0}, {`"-1"`, 0}, {`"7", "8"`, 0}, {`"`, 0},
	}
	for _, k := range cases {
		got, err := web.MatchedVersion(k.header)
		if got != k.want || (err == nil) != (k.want > 0) {
			t.Errorf("If-Match %s: %d, %v; want %d", k.header, got, err, k.want)
		}
	}
	if got, err := web.MatchedVersion(web.ETag(42)); got != 42 || err != nil {
		t.Errorf("what ETag writes is read as %d, %v", got, err)
	}
}

func TestLimiter(t *testing.T) {
	now := time.Date(2017, 10, 24, 1, 0, 0, 0, time.UTC)
	l := web.NewLimiter(10*time.Second, 3, 2, func() time.Time { return now })
	take := func(name, origin string, want bool) {
		t.Helper()
		err := l.Take(origin)
		if (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && fault.KindOf(err) != fault.RateLimited {
			t.Errorf("%s: kind %v", name, fault.KindOf(err))
		}
	}
	for range 3 {
		take("the first three", "192.0.2.1", true)
	}
	take("the fourth", "192.0.2.1", false)
	take("somebody else", "2001:db8::1", true)
	take("the same subscriber, another address", "2001:db8::2", true)
	take("the same again", "2001:db8::3", true)
	take("one too many of that subscriber", "2001:db8:0:0:ffff::4", false)
	now = now.Add(9 * time.Second)
	take("too early", "192.0.2.1", false)
	now = now.Add(time.Second)
	take("after the time", "192.0.2.1", true)
	take("but only once", "192.0.2.1", false)
	// A third caller makes it forget the one that was silent longest.
	take("a third", "192.0.2.9", true)
	take("the silent one begins anew", "2001:db8::9", true)
	take("and the third is known", "192.0.2.9", true)
}

func TestJoinKeepsAPartAPart(t *testing.T) {
	for _, c := range []struct {
		base  string
		parts []string
		want  string
	}{
		{"/systems", nil, "/systems"},
		{"/systems", []string{"RS-01"}, "/systems/RS-01"},
		{"/systems", []string{"A/1", "号 2"}, "/systems/A%2F1/%E5%8F%B7%202"},
	} {
		if got := web.Join(c.base, c.parts...); got != c.want {
			t.Errorf("Join(%q, %q) = %q, want %q", c.base, c.parts, got, c.want)
		}
	}
}
