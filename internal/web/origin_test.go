package web_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func readAll(r io.Reader) (string, error) {
	raw, err := io.ReadAll(r)
	return string(raw), err
}

func TestOnlyThisSiteMayAct(t *testing.T) {
	site := sample(t)
	b := site.Nobody()
	host := strings.TrimPrefix(site.URL, "http://")
	cases := []struct {
		name   string
		header http.Header
		want   int
	}{
		{"a page of this site", http.Header{"Sec-Fetch-Site": {"same-origin"}}, 200},
		{"typed into the address bar", http.Header{"Sec-Fetch-Site": {"none"}}, 200},
		{"another site", http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
		{"a neighbour of the same domain", http.Header{"Sec-Fetch-Site": {"same-site"}}, 403},
		{"an old browser, this site", http.Header{"Sec-Fetch-Site": nil, "Origin": {"http://" + host}}, 200},
		{"an old browser, another site", http.Header{"Sec-Fetch-Site": nil, "Origin": {"http://evil.example"}}, 403},
		{"a sandboxed page", http.Header{"Sec-Fetch-Site": nil, "Origin": {"null"}}, 403},
		{"a name that only begins like ours", http.Header{"Sec-Fetch-Site": nil, "Origin": {"http://" + host + ".evil.example"}}, 403},
		{"a program", http.Header{"Sec-Fetch-Site": nil}, 200},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			k.header.Set("Content-Type", "application/x-www-form-urlencoded")
			p := b.Do(http.MethodPost, "/open", strings.NewReader("a=b"), k.header).Want(k.want)
			if k.want == http.StatusForbidden && !p.Has(".failure") {
				t.Errorf("no error page: %s", p.Short())
			}
			b.Do(http.MethodGet, "/open", nil, k.header).Want(http.StatusOK)
		})
	}
}

func TestAnotherSiteGetsAProblemFromTheAPI(t *testing.T) {
	p := sample(t).Nobody().Do(http.MethodPut, "/api/v1/things/1", strings.NewReader("{}"), http.Header{"Sec-Fetch-Site": {"cross-site"}})
	if got := p.Want(http.StatusForbidden).Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type %q", got)
	}
}
