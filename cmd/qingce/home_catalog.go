package main

import (
	"qingce/internal/adminweb"
	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/inventory/sharing"
	"qingce/templates"
)

// toneOf presses when something is late.
func toneOf(late int64) string {
	if late > 0 {
		return templates.ToneRed
	}
	return templates.ToneAmber
}

// catalogTasks are the catalogs, entries and changes of law or duty that wait for
// a step of the reader.
func (r *rooms) catalogTasks(req *web.Request) ([]adminweb.HomeTask, error) {
	w, err := r.resources.Waits(req.Ctx, req.By)
	if err != nil {
		return nil, err
	}
	var out []adminweb.HomeTask
	add := func(word, href, icon string, n, late int64) {
		if n > 0 {
			out = append(out, adminweb.HomeTask{
				Icon: icon, Tone: toneOf(late), Count: req.P.Number(n), Href: href, Text: req.T("home.catalog." + word),
				Note: req.T("home.catalog." + word + ".note"),
			})
		}
	}
	filings := "filing"
	if req.By.Is(auth.Office) {
		filings = "filings"
	}
	add(filings, "/catalog/filings", "inbox", w.Filings, w.LateFilings)
	add("changes", "/catalog/changes/"+w.Change.String(), "calendar", w.Changes, w.LateChanges)
	add("entries", "/catalog?scope=waiting", "database", w.Entries, 0)
	return out, nil
}

// draftTasks are what a clerk has begun to ask other departments for and the head
// has not handed in; to the head they wait with the rest.
func (r *rooms) draftTasks(req *web.Request) ([]adminweb.HomeTask, error) {
	if !req.By.Is(auth.Clerk) || req.By.Is(sharing.Heads()...) {
		return nil, nil
	}
	page, err := r.sharing.ListRequests(req.Ctx, req.By, sharing.RequestQuery{
		States: []sharing.RequestState{sharing.RequestDraft}, Side: sharing.UserSide, Size: 1,
	})
	if err != nil || page.Total == 0 {
		return nil, err
	}
	return []adminweb.HomeTask{{
		Icon: "file", Tone: templates.ToneGrey, Count: req.P.Number(page.Total), Href: "/sharing/requests?side=user&state=draft",
		Text: req.T("home.sharing.drafts"), Note: req.T("home.sharing.drafts.note"),
	}}, nil
}
