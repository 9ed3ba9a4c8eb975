package main

import (
	"qingce/internal/adminweb"
	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/scoring/rectification"
	"qingce/templates"
)

// mostNoticeTasks is how many notices stand one by one on the workbench of a
// department.
const mostNoticeTasks = 3

// noticeTasks are the rectification notices that wait for a step of the reader:
// to a department each leads to where it is answered, others have their queue.
func (r *rooms) noticeTasks(req *web.Request) ([]adminweb.HomeTask, error) {
	w, err := r.noticeWaits(req)
	if err != nil || w.Total == 0 {
		return nil, err
	}
	word := "office"
	switch {
	case req.By.Is(auth.Leader):
		word = "leader"
	case !req.By.Is(auth.Office):
		word = "body"
	}
	if word == "body" && w.Total <= mostNoticeTasks {
		return r.ownNoticeTasks(req)
	}
	return []adminweb.HomeTask{{
		Icon: "seal", Tone: toneOf(w.Overdue), Count: req.P.Number(w.Total), Href: "/rectifications?waiting=true",
		Text: req.T("home.rectify." + word), Note: req.T("home.rectify." + word + ".note"),
	}}, nil
}

// noticeWaits counts the notices that wait for the reader; who sees none has none.
func (r *rooms) noticeWaits(req *web.Request) (rectification.Waits, error) {
	if !req.By.Is(rectification.Viewers()...) {
		return rectification.Waits{}, nil
	}
	return r.rectify.Waits(req.Ctx, req.By)
}

func (r *rooms) ownNoticeTasks(req *web.Request) ([]adminweb.HomeTask, error) {
	page, err := r.rectify.List(req.Ctx, req.By, rectification.Query{Waiting: true, Size: mostNoticeTasks})
	if err != nil {
		return nil, err
	}
	out := make([]adminweb.HomeTask, len(page.Rows))
	for i, row := range page.Rows {
		out[i] = adminweb.HomeTask{
			Icon: "seal", Tone: templates.ToneAmber, Href: row.Address(), Text: req.T("home.rectify.one", "no", req.T("rectify.no.text", "year", row.Year, "n", row.Number)),
			Note: req.T("home.rectify.one.note"),
		}
		if out[i].Deadline, err = r.deadline(req, row.DueOn); err != nil {
			return nil, err
		}
		if row.Clock != nil && row.Clock.Overdue {
			out[i].Tone, out[i].Note = templates.ToneRed, req.T("home.rectify.one.late")
		}
	}
	return out, nil
}
