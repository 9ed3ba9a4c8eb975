package adminweb

import (
	"slices"
	"strings"
	"time"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/templates"
)

// crumbs leads from the start page to this one.
func crumbs(r *web.Request, steps ...templates.Crumb) []templates.Crumb {
	return append([]templates.Crumb{crumb(r, "menu.home", "/")}, steps...)
}

func crumb(r *web.Request, key, href string) templates.Crumb {
	return templates.Crumb{Text: r.T(key), Href: href}
}

// roleNames are the names of the roles in the reader's language.
func roleNames(r *web.Request, roles auth.Roles) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = r.T(string(role.Label()))
	}
	return r.P.Join(names)
}

// stateBadges say whether an account can be used, and what stands in the way.
func stateBadges(r *web.Request, acc account.Account) []templates.Badge {
	badges := []templates.Badge{{Text: r.T("account.state.active"), Tone: templates.ToneGreen}}
	if acc.State == account.Disabled {
		badges[0] = templates.Badge{Text: r.T("account.state.disabled"), Tone: templates.ToneGrey}
	}
	if acc.Held {
		badges = append(badges, templates.Badge{Text: r.T("account.held"), Tone: templates.ToneRed, Icon: "lock"})
	} else if acc.Locked(r.Now) {
		badges = append(badges, templates.Badge{
			Text: r.T("admin.locked"), Tone: templates.ToneRed, Icon: "lock",
			Title: r.T("admin.locked.until", "until", r.P.Time(acc.LockedUntil)),
		})
	}
	if acc.MustChange {
		badges = append(badges, templates.Badge{Text: r.T("account.must_change"), Tone: templates.ToneAmber})
	}
	return badges
}

// never writes a time, or that there has been none.
func never(r *web.Request, t time.Time) string {
	if t.IsZero() {
		return r.T("admin.never")
	}
	return r.P.Time(t)
}

// known are what browsers and systems put into the text by which they call
// themselves, in the order in which they must be looked for: each names those
// before it too.
var (
	knownBrowsers = [][2]string{{"Edg/", "Edge"}, {"Firefox/", "Firefox"}, {"OPR/", "Opera"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	knownSystems  = [][2]string{
		{"Windows", "Windows"}, {"HarmonyOS", "HarmonyOS"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Mac OS", "macOS"}, {"Linux", "Linux"},
	}
)

// browserName is a short name of the browser; what is not known is shown as it
// called itself.
func browserName(agent string) string {
	name := func(known [][2]string) string {
		i := slices.IndexFunc(known, func(k [2]string) bool { return strings.Contains(agent, k[0]) })
		if i < 0 {
			return ""
		}
		return known[i][1]
	}
	browser, system := name(knownBrowsers), name(knownSystems)
	switch {
	case browser == "":
		return agent
	case system == "":
		return browser
	}
	return browser + " · " + system
}
