package main_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jonboulle/clockwork"

	qingce "qingce/cmd/qingce"
	"qingce/internal/auth"
	"qingce/inventory/zombie/cleanup"
	"qingce/scoring/funding"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
)

// told is the sample city as it opens, and the service over it.
type told struct {
	*testing.T
	app   *qingce.App
	bodys map[string]string // prefix by code
}

// TestDemoOpensOnTheStory: what the story comes to stands in the sample city, for
// those who read it: the scores and ranks of November and December, the
// connections, the cases and the money of 2018.
func TestDemoOpensOnTheStory(t *testing.T) {
	dir := t.TempDir()
	startDemo(t, dir, "--listen", "127.0.0.1:0").stop()
	at := filepath.Join(dir, "demo")
	h := home{at, "sqlite:" + filepath.Join(at, "qingce.db")}
	app, _ := h.start(t, func(c *qingce.Config) {
		c.Clock, c.Demo = clockwork.NewFakeClockAt(moment(t, "2018-01-10 10:00")), true
	})
	city := told{t, app, map[string]string{}}
	for prefix, code := range storyBodies {
		city.bodys[code] = prefix
	}
	city.scores("2017-11")
	city.scores("2017-12")
	city.connections()
	city.cases()
	city.money()
	city.homes()
}

func (c told) by(role auth.Role) auth.Principal {
	return auth.Principal{AccountID: 1, Login: "reader", Name: "reader", Roles: auth.Roles{role}, Way: auth.BySession}
}

// scores holds a month against its score script.
func (c told) scores(month string) {
	c.Helper()
	table, err := c.app.Months().Table(c.Context(), c.by(auth.Auditor), monthly.Period(month), 0)
	if err != nil {
		c.Fatal(err)
	}
	if table.Month.State != monthly.Published {
		c.Errorf("%s is %s, want published", month, table.Month.State)
	}
	raw, err := os.ReadFile("../../scoring/scorecard/testdata/" + month + ".txt")
	if err != nil {
		c.Fatal(err)
	}
	want, seen := scriptedCards(string(raw)), 0
	for _, line := range table.Lines {
		prefix := c.bodys[line.Body.Code]
		if prefix == "" {
			if line.Card.Rank != 0 {
				c.Errorf("%s: %s is of the next lot and has rank %d", month, line.Body.Name, line.Card.Rank)
			}
			continue
		}
		seen++
		if got := cardText(line.Card); got != want[prefix] {
			s, err := c.app.Months().Sheet(c.Context(), c.by(auth.Auditor), monthly.Period(month), 0, line.Body.Code)
			c.Errorf("%s in %s: %s, want %s (%v)", prefix, month, got, want[prefix], err)
			for _, f := range s.Facts.Figures {
				c.Logf("  %s %s %v", prefix, f.Key, rowsText(f))
			}
		}
	}
	if seen != len(storyBodies) {
		c.Errorf("%s has %d bodies of the story, want %d", month, seen, len(storyBodies))
	}
}

func rowsText(f monthly.Figure) (out []string) {
	for _, r := range f.Rows {
		out = append(out, fmt.Sprint(r.ID, " ", r.Standing, " ", r.Outcome, " ", r.Why))
	}
	return out
}

// scriptedCards reads what a score script says of each body: its metrics, score,
// weight and rank.
func scriptedCards(text string) map[string]string {
	out, body, metrics := map[string]string{}, "", ""
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		switch {
		case len(words) > 1 && words[0] == "单位":
			body = words[1]
		case len(words) > 1 && words[0] == "指标":
			metrics = strings.Join(words[1:], " ")
		case len(words) > 1 && words[0] == "得分":
			out[body] = metrics + " · " + strings.Join(words, " ")
		}
	}
	return out
}

// cardText is a card in the words of a score script.
func cardText(card scorecard.Card) string {
	var metrics []string
	for i, name := range []string{"整合", "共享", "协同", "联通", "任务", "实效"} {
		if v := card.Values[i]; v != nil {
			metrics = append(metrics, name+" "+v.FloatString(2))
		}
	}
	rank := fmt.Sprint(card.Rank)
	if card.Rank == 0 {
		rank = "不排名"
	}
	return fmt.Sprintf("%s · 得分 %d.%02d 权重 %d 名次 %s", strings.Join(metrics, " "), card.Points/100, card.Points%100, card.Weight, rank)
}

// connections are 15 of 17, and the two that are missing.
func (c told) connections() {
	c.Helper()
	for day, want := range map[string]string{"2017-11-30": "8/17, 8/16", "2017-12-31": "15/17, 14/16", "2018-01-09": "15/17, 14/16"} {
		all, municipal, err := c.app.Hub().RateOn(c.Context(), c.by(auth.Auditor), storyDay(c.T, day))
		if err != nil {
			c.Fatal(err)
		}
		if got := fmt.Sprintf("%d/%d, %d/%d", all.Connected, all.Must, municipal.Connected, municipal.Must); got != want {
			c.Errorf("connected on %s: %s, want %s", day, got, want)
		}
	}
}

// cases are three, all of them closed, LY-02 after it was opened again.
func (c told) cases() {
	c.Helper()
	page, err := c.app.Cases().List(c.Context(), c.by(auth.Auditor), cleanup.Query{})
	if err != nil {
		c.Fatal(err)
	}
	var got []string
	for _, line := range page.Rows {
		late := -1
		if line.LateWd != nil {
			late = *line.LateWd
		}
		got = append(got, fmt.Sprint(line.Code, " ", line.State, " ", line.CleanedOn, " late ", late, " reopened ", line.Reopenings))
	}
	slices.Sort(got)
	want := []string{
		"JY-03 cleaned 2017-10-31 late 0 reopened 0", "LY-0002 cleaned 2017-12-12 late 25 reopened 1", "RS-03 cleaned 2017-10-31 late 0 reopened 0",
	}
	if !slices.Equal(got, want) {
		c.Errorf("cases: %q, want %q", got, want)
	}
}

// money is what 2018 comes to, in 万元, all of it decided.
func (c told) money() {
	c.Helper()
	year, err := c.app.Funding().List(c.Context(), c.by(auth.Finance), 2018, funding.Query{Size: 200})
	if err != nil {
		c.Fatal(err)
	}
	got := map[funding.Group]string{}
	for group, sum := range year.Totals.Groups {
		if sum.Items > 0 {
			got[group] = fmt.Sprintf("%d = %d.%02d", sum.Items, sum.Money/1_000_000, sum.Money%1_000_000/10_000)
		}
	}
	want := map[funding.Group]string{
		funding.GroupEligible: "14 = 433.40", funding.GroupExempt: "3 = 60.00", funding.GroupCeased: "6 = 22.10", funding.GroupNo: "2 = 25.10",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		c.Errorf("2018 comes to %v, want %v", got, want)
	}
	for _, i := range year.Items {
		if i.Stage != funding.Decided {
			c.Errorf("%s is %s, want decided", i.Code, i.Stage)
		}
	}
}

// homes are the first pages of those who try the service: each has something to
// do, and says which day it is.
func (c told) homes() {
	c.Helper()
	for _, login := range []string{"rs.clerk", "wj.head", "office", "centre", "leader", "finance", "auditor"} {
		b := newBrowser(c.T, c.app.URL())
		if to := b.signIn(login, qingce.DemoPassword); to != "/" {
			c.Errorf("%s is led to %q, want to the first page", login, to)
			continue
		}
		p := b.get("/")
		if p.status != http.StatusOK || !strings.Contains(p.body, "2018-01-10") {
			c.Errorf("the first page of %s: %d", login, p.status)
		}
	}
}
