package main_test

import (
	"strings"
	"testing"

	qingce "qingce/cmd/qingce"
)

// What waits for somebody is remembered, and told anew as soon as it changes, on
// every node.
func TestWhatWaitsFollowsEveryChange(t *testing.T) {
	h := home{t.TempDir(), emptyPostgres(t)}
	s := newStory(t, h)
	s.at("2017-09-11 09:00")
	s.opened()
	other, _ := home{t.TempDir(), h.database}.start(t, func(c *qingce.Config) { c.Clock = s.clock })
	near, far := newBrowser(t, s.url), newBrowser(t, other.URL())
	for _, b := range []*browser{near, far} {
		if b.signIn("office", storyPassword) == "" {
			t.Fatal("the Office cannot sign in")
		}
	}
	waiting := func(b *browser) string {
		_, rest, _ := strings.Cut(b.get("/systems").body, `href="/surveys"`)
		entry, _, _ := strings.Cut(rest, "</a>")
		_, count, _ := strings.Cut(entry, `<b class="count">`)
		n, _, _ := strings.Cut(count, "<")
		return n
	}
	s.want("before anything was filed", waiting(near)+waiting(far), "")
	s.zeroReport()
	s.want("after a zero report", []string{waiting(near), waiting(far)}, []string{"1", "1"})
	s.accepted("MZJ")
	s.want("after it was accepted", waiting(near)+waiting(far), "")
}
