package similarweb

import (
	"net/url"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/similar"
	"qingce/templates"
)

// Deps are the rooms behind the pages.
type Deps struct {
	Registry *inventory.Registry
	Similar  *similar.Desk
}

// desk is what all handlers share.
type desk struct{ Deps }

// Addresses of the pages: /similar/12 is a pair.
const (
	similarPath = "/similar"
	checkPath   = "/similar/check"
)

// Mount adds the pages. Each group names who may call its routes; whose rows
// they then see is for the verbs behind them.
func Mount(s *web.Server, deps Deps) {
	d := &desk{deps}
	view := s.Group(web.For(viewers()...))
	web.Get(view, similarPath, d.showList)
	web.Get(view, checkPath, d.showCheck)
	web.Get(view, similarPath+"/:id", d.showPair)
	judge := s.Group(web.For(similar.Judges()...))
	web.Post(judge, similarPath+"/:id", d.judgePair)
}

// viewers see pairs (DOMAIN §1.3, zombie finding).
func viewers() []auth.Role { return similar.Viewers() }

func pairPath(id similar.PairID) string {
	return similarPath + "/" + strconv.FormatInt(int64(id), 10)
}

func systemPath(code string) string { return "/systems/" + url.PathEscape(code) }

// crumbs lead from the start page to the list of pairs and on.
func crumbs(r *web.Request, more ...string) []templates.Crumb {
	out := []templates.Crumb{{Text: r.T("menu.home"), Href: "/"}, {Text: r.T("similar.title"), Href: similarPath}}
	for _, text := range more {
		out = append(out, templates.Crumb{Text: text})
	}
	if len(more) == 0 {
		out[len(out)-1].Href = ""
	}
	return out
}
