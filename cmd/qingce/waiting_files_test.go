package main_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// A department's file of daily figures waits for the centre, in its menu and on
// its workbench, and for the department again once it was sent back.
func TestFilesOfUseWaitForTheCentre(t *testing.T) {
	tell(t, func(s *story) {
		s.opened()
		file := s.upload("rs.clerk", "/api/v1/usage/files?name=f.csv", []byte("system,day,logins\n"+s.rows("RS")[0].Code+",2017-09-01,12\n"))
		at := fmt.Sprintf("/api/v1/usage/files/%d", file.ID)
		waits := func(who string) string {
			t.Helper()
			b := newBrowser(t, s.url)
			if b.signIn(who, storyPassword) == "" {
				t.Fatalf("%s cannot sign in", who)
			}
			page := b.get("/").body
			_, rest, _ := strings.Cut(page, `href="/usage"`) // the room in the menu
			entry, _, _ := strings.Cut(rest, "</a>")
			_, count, _ := strings.Cut(entry, `<b class="count">`)
			n, _, _ := strings.Cut(count, "<")
			for _, state := range []string{"waiting", "returned"} {
				if strings.Contains(page, `href="/usage/files?state=`+state+`"`) {
					n += " " + state
				}
			}
			return n
		}
		s.want("before it is handed in", waits("centre")+waits("rs.clerk"), "")
		s.must("rs.clerk", http.MethodPost, at+"/submit", map[string]any{"version": 1, "source": "应用服务器访问日志"})
		s.want("handed in", []string{waits("centre"), waits("rs.clerk"), waits("rs.head")}, []string{"1 waiting", "", ""})
		s.want("the department accepts it", s.call("rs.head", http.MethodPost, at+"/accept", map[string]any{"version": 2}).status, http.StatusForbidden)
		s.must("centre", http.MethodPost, at+"/return", map[string]any{"version": 2, "reason": "请说明统计口径"})
		s.want("sent back", []string{waits("centre"), waits("rs.clerk"), waits("rs.head")}, []string{"", "1 returned", "1 returned"})
		s.must("rs.clerk", http.MethodPost, at+"/drop", map[string]any{"version": 3})
		s.want("dropped", waits("centre")+waits("rs.clerk"), "")
	})
}
