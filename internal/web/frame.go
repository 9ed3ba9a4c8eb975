package web

import (
	"qingce/internal/locale"
	"qingce/templates"
)

// frame fills in what surrounds a page and gives the layout it belongs in. The
// Frame option adds navigation and the person's tasks, but not to bare pages:
// those must open even when the database does not answer.
func (s *Server) frame(r *Request, v View) (layout string, f templates.Frame) {
	f = templates.Frame{
		Lang: r.P.Lang(), Title: v.Title, Path: r.Address(), Crumbs: v.Crumbs,
		RequestID: r.RequestID(), Version: s.opts.Version, Flash: s.takeFlash(r.gin),
	}
	for _, lang := range locale.Languages() {
		f.Langs = append(f.Langs, templates.LangLink{
			Code: lang, Text: s.opts.Catalog.Printer(lang).T("lang.name"), Active: lang == r.P.Lang(),
			Href: templates.WithQuery(r.Address(), "lang", lang),
		})
	}
	if s.opts.Banner != nil {
		f.Flash = append(s.opts.Banner(r), f.Flash...)
	}
	if v.Bare || !r.By.Known() {
		return "plain", f
	}
	if s.opts.Frame != nil {
		s.opts.Frame(r, &f)
	}
	return "page", f
}
