package web

import (
	"qingce/internal/locale"
	"qingce/templates"
)

// frame fills in what surrounds every page; the Frame option adds navigation
// and the person's tasks.
func (s *Server) frame(r *Request, v View) templates.Frame {
	f := templates.Frame{
		Lang: r.P.Lang(), Title: v.Title, Path: r.Address(), Crumbs: v.Crumbs,
		RequestID: r.RequestID(), Version: s.opts.Version, Flash: s.takeFlash(r.gin),
	}
	for _, lang := range locale.Languages() {
		f.Langs = append(f.Langs, templates.LangLink{
			Code: lang, Text: s.opts.Catalog.Printer(lang).T("lang.name"), Active: lang == r.P.Lang(),
			Href: templates.WithQuery(r.Address(), "lang", lang),
		})
	}
	if r.By.Known() && s.opts.Frame != nil {
		s.opts.Frame(r, &f)
	}
	return f
}
