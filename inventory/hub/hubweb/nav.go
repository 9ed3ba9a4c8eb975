package hubweb

import (
	"fmt"
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/chart"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory/hub"
	"qingce/templates"
)

// crumbs are the way to a page of the hub.
func crumbs(p *locale.Printer, more ...templates.Crumb) []templates.Crumb {
	out := []templates.Crumb{{Text: p.T("menu.home"), Href: "/"}, {Text: p.T("hub.title"), Href: frontPath}}
	return append(out, more...)
}

func crumb(text, href string) templates.Crumb { return templates.Crumb{Text: text, Href: href} }

// tabs are the pages of the hub, as far as the reader may see them.
func tabs(p *locale.Printer, by auth.Principal, open string) templates.Tabs {
	t := templates.Tabs{Label: p.T("hub.tabs")}
	for _, one := range []struct {
		key, path string
		roles     []auth.Role
	}{
		{"hub.tab.front", frontPath, nil}, {"hub.tab.list", listPath, nil}, {"hub.tab.differences", differencePath, nil},
		{"hub.tab.exemptions", exemptionPath, nil}, {"hub.tab.links", linkPath, nil}, {"hub.tab.nodes", nodePath, nil},
		{"hub.tab.files", filePath, hub.UploadViewers()}, {"hub.tab.policy", policyPath, nil},
	} {
		if one.roles == nil || by.Is(one.roles...) {
			t.Items = append(t.Items, templates.Tab{Text: p.T(one.key), Href: one.path, Active: one.path == open})
		}
	}
	return t
}

// rateText is "15/17 · 88.24 %".
func rateText(r hub.Rate) string {
	percent, ok := r.Percent()
	if !ok {
		return "—"
	}
	return fmt.Sprintf("%d/%d · %s %%", r.Connected, r.Must, percent)
}

// rateValue is the rate for a picture.
func rateValue(r hub.Rate) (float64, bool) {
	if r.Must == 0 {
		return 0, false
	}
	return float64(r.Connected) * 100 / float64(r.Must), true
}

// stageBadge says how far a connection is.
func stageBadge(p *locale.Printer, c *hub.Connection) templates.Badge {
	tone := templates.ToneBlue
	switch {
	case c.Down():
		return templates.Badge{Text: p.T("hub.stage.down"), Tone: templates.ToneRed, Title: p.T("hub.down.since", "date", c.DownSince)}
	case !c.Must && c.Stage < hub.Connected:
		return templates.Badge{Text: p.T(string(c.Basis.Label())), Tone: templates.ToneGrey}
	case c.Stage >= hub.Connected:
		tone = templates.ToneGreen
	case c.Stage <= hub.MustBe:
		tone = templates.ToneGrey
	}
	return templates.Badge{Text: c.Stage.Code() + " " + p.T(string(c.Stage.Label())), Tone: tone}
}

// lackText lists papers in words.
func lackText(p *locale.Printer, list []hub.Paper) string {
	var names []string
	for _, one := range list {
		names = append(names, p.T(string(one.Label())))
	}
	return p.Join(names)
}

// turnText says who is to do what next.
func turnText(p *locale.Printer, c *hub.Connection) string {
	switch {
	case c.Pending == hub.Submitted:
		return p.T("hub.turn.centre", "stage", c.PendingStage.Label())
	case c.Pending == hub.Prepared:
		return p.T("hub.turn.head", "stage", c.PendingStage.Label())
	case !c.Must:
		return ""
	case c.Down():
		return p.T("hub.turn.down")
	case c.Stage >= hub.Connected:
		return ""
	case c.Stage == hub.Tested && len(c.Lacks()) == 0:
		return p.T("hub.turn.verify")
	case c.Stage == hub.Tested:
		return p.T("hub.turn.exchange", "papers", lackText(p, c.Lacks()))
	}
	next, _ := c.Next()
	if list := c.Lacks(); len(list) > 0 {
		return p.T("hub.turn.department", "stage", next.Label(), "papers", lackText(p, list))
	}
	return p.T("hub.turn.ready", "stage", next.Label())
}

// turnCell is the same for a list: who, and under it what is missing.
func turnCell(p *locale.Printer, c *hub.Connection) templates.Cell {
	next, ok := c.Next()
	if !ok || !c.Must || c.Pending != hub.NothingPending || c.Stage == hub.Tested || len(c.Lacks()) == 0 {
		return templates.Cell{Text: turnText(p, c)}
	}
	return templates.Cell{Text: p.T("hub.turn.next", "stage", next.Label()), Note: p.T("hub.lacks", "papers", lackText(p, c.Lacks()))}
}

// dateText is a day, or a dash.
func dateText(d calendar.Date) string { return d.String() }

func versionPair(v int64) templates.Pair {
	return templates.Pair{Name: "version", Value: strconv.FormatInt(v, 10)}
}

// options makes choices of what has a label.
func options[T ~string](p *locale.Printer, list []T, label func(T) fault.Label, chosen ...T) []templates.Option {
	out := make([]templates.Option, len(list))
	for i, v := range list {
		out[i] = templates.Option{Value: string(v), Text: p.T(string(label(v))), Chosen: slices.Contains(chosen, v)}
	}
	return out
}

// words are those that a picture may need.
func words(p *locale.Printer) chart.Words {
	return chart.Words{Unmeasured: p.T("ui.unmeasured"), Empty: p.T("hub.empty"), NoGlyph: p.T("numbers.no_glyph")}
}

// comesBack tells the errors with which a form comes back.
func comesBack(err error) bool {
	if err == nil {
		return false
	}
	kind := fault.KindOf(err)
	return kind == fault.Invalid || kind == fault.Conflict || kind == fault.TooLarge || kind == fault.Unsupported
}

// done goes on after an act.
func done(r *web.Request, to, said string, args ...any) (web.Response, error) {
	return web.Redirect{To: to, Said: web.Said(r.T(said, args...))}, nil
}
