package adminweb

import (
	"fmt"
	"net/url"
	"slices"

	"qingce/internal/web"
	"qingce/inventory"
	"qingce/templates"
)

// HomeRegister is the register in numbers; each leads to its rows.
type HomeRegister struct {
	Title       string
	Lead        string
	States      []templates.Stat
	Notable     []templates.Stat
	Proposed    HomeBars
	Final       HomeBars
	Departments *HomeDepartments
	Recent      []HomeRecent
	// Empty stands in the place of the numbers while nothing is registered.
	Empty *templates.Empty
}

// HomeBars is a ranking as bars with the number beside each.
type HomeBars struct {
	Title string
	Rows  []HomeBar
}

// HomeBar is one bar. Width is in the units of the drawing, of barWidth.
type HomeBar struct {
	Label string
	Href  string
	Value string
	Share string
	Width int
	Muted bool // "not given"
}

// barWidth is how wide the longest bar is drawn.
const barWidth = 200

// HomeRecent is one of the latest changes.
type HomeRecent struct {
	Time   string
	By     string
	Act    string
	Name   string
	Href   string
	Reason string
	Badge  templates.Badge
}

func registerOf(r *web.Request, o inventory.Overview) *HomeRegister {
	word := "own"
	switch scope := r.By.View(); {
	case scope.All:
		word = "all"
	case scope.Below:
		word = "region"
	}
	out := &HomeRegister{Title: r.T("home.register." + word), Recent: recentOf(r, o.Recent)}
	if o.Total == 0 {
		out.Empty = emptyRegister(r)
	} else {
		out.Lead = r.T("home.register.lead", "n", r.P.Number(o.Total))
		out.States, out.Notable = stateStats(r, o), notableStats(r, o)
		out.Proposed = bars(r, o, "proposed", inventory.Keep, inventory.Merge, inventory.Clean, inventory.Connect, "")
		out.Final = bars(r, o, "final", inventory.Keep, inventory.Merge, inventory.Clean, "")
	}
	if word != "own" {
		out.Departments = departmentsOf(r, o)
	}
	return out
}

// emptyRegister says what to do first.
func emptyRegister(r *web.Request) *templates.Empty {
	e := &templates.Empty{Title: r.T("home.empty"), Text: r.T("home.empty.read"), Icon: "system"}
	if r.By.Is(systemWriters()...) {
		e.Text = r.T("home.empty.write")
		e.Actions = []templates.Act{
			{Text: r.T("home.act.new"), Href: systemsPath + "/new", Icon: "plus", Kind: templates.ActPrimary},
			{Text: r.T("home.act.import"), Href: "/imports/new?kind=systems", Icon: "upload"},
		}
	}
	return e
}

// always are the states that are shown even when no record is in them.
var always = []inventory.State{inventory.Draft, inventory.Declared, inventory.Returned, inventory.Verified, inventory.Certified}

// stateStats are all records, and how far they have come.
func stateStats(r *web.Request, o inventory.Overview) []templates.Stat {
	out := []templates.Stat{{Label: r.T("home.total"), Value: r.P.Number(o.Total), Href: systemsPath}}
	for _, s := range inventory.States() {
		n := o.Of("state", string(s))
		if n == 0 && !slices.Contains(always, s) {
			continue
		}
		stat := facetStat(r, o, inventory.Facet{Field: "state", Value: string(s)}, r.T(string(s.Label())))
		if s == inventory.Returned && n > 0 {
			stat.Tone = templates.ToneRed
		}
		out = append(out, stat)
	}
	return out
}

// notableStats are what auditors and reviewers look at first.
func notableStats(r *web.Request, o inventory.Overview) []templates.Stat {
	var out []templates.Stat
	for _, f := range []inventory.Facet{
		{Field: "approval_dept", Value: inventory.ApprovalNone}, {Field: "om_amount_year"}, {Field: "use_frequency", Value: inventory.FrequencyHardly},
		{Field: "djbh_level", Value: inventory.DjbhNone}, {Field: "classified", Value: "true"},
	} {
		stat := facetStat(r, o, f, r.T("home.notable."+f.Field))
		stat.Note = r.T("home.notable." + f.Field + ".note")
		if o.Of(f.Field, f.Value) > 0 && f.Field != "classified" {
			stat.Tone = templates.ToneAmber
		}
		out = append(out, stat)
	}
	return out
}

func facetStat(r *web.Request, o inventory.Overview, f inventory.Facet, label string) templates.Stat {
	n := o.Of(f.Field, f.Value)
	return templates.Stat{Label: label, Value: r.P.Number(n), Href: rowsOf(f), Share: Share(n, o.Total)}
}

// Share writes a part with its whole: "15/17 · 88.24 %"; nothing of nothing is
// empty.
func Share(n, of int64) string {
	if of == 0 {
		return ""
	}
	hundredths := (n*10_000 + of/2) / of
	return fmt.Sprintf("%d/%d · %d.%02d %%", n, of, hundredths/100, hundredths%100)
}

// bars ranks the values of a field, "not given" last.
func bars(r *web.Request, o inventory.Overview, key string, values ...string) HomeBars {
	out := HomeBars{Title: r.T("home.bars." + key)}
	most := int64(1)
	for _, v := range values {
		most = max(most, o.Of(key, v))
	}
	for _, v := range values {
		f, n := inventory.Facet{Field: key, Value: v}, o.Of(key, v)
		bar := HomeBar{Href: rowsOf(f), Value: r.P.Number(n), Share: Share(n, o.Total), Width: barOf(n, most), Label: r.T("home.bars.none." + key), Muted: v == ""}
		if known, ok := inventory.SystemFields.Find(key); ok && v != "" {
			bar.Label = r.T("opt." + known.Words + "." + v)
		}
		out.Rows = append(out.Rows, bar)
	}
	slices.SortStableFunc(out.Rows, func(a, b HomeBar) int {
		switch {
		case a.Muted != b.Muted && a.Muted:
			return 1
		case a.Muted != b.Muted:
			return -1
		}
		return b.Width - a.Width
	})
	return out
}

// barOf is the width of a bar; what is there at all is seen.
func barOf(n, most int64) int {
	if n == 0 {
		return 0
	}
	return max(2, int(n*barWidth/max(most, 1)))
}

func recentOf(r *web.Request, all []inventory.Recent) []HomeRecent {
	out := make([]HomeRecent, len(all))
	for i, c := range all {
		out[i] = HomeRecent{
			Time: r.P.Time(c.UpdatedAt), By: c.ChangedName, Act: r.T("history." + c.Action), Name: c.Code + " " + c.Name,
			Href: systemsPath + "/" + url.PathEscape(c.Code), Reason: c.Reason,
			Badge: templates.Badge{Text: r.T(string(c.State.Label())), Tone: stateTone(c.State)},
		}
	}
	return out
}

func stateTone(s inventory.State) string {
	switch s {
	case inventory.Returned:
		return templates.ToneRed
	case inventory.Declared, inventory.Merging, inventory.Retiring:
		return templates.ToneBlue
	case inventory.Verified, inventory.Certified, inventory.InService:
		return templates.ToneGreen
	}
	return templates.ToneGrey
}
