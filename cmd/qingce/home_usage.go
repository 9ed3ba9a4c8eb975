package main

import (
	"qingce/internal/adminweb"
	"qingce/internal/web"
	"qingce/inventory/usage"
	"qingce/templates"
)

// fileTasks are the files of daily figures that wait for the reader: the centre
// reviews them, a department reads why one was sent back.
func (r *rooms) fileTasks(req *web.Request) ([]adminweb.HomeTask, error) {
	n, err := r.backfill.Waiting(req.Ctx, req.By)
	if err != nil {
		return nil, err
	}
	var out []adminweb.HomeTask
	task := func(n int64, tone, word string, state usage.UploadState) {
		if n == 0 {
			return
		}
		out = append(out, adminweb.HomeTask{
			Icon: "upload", Tone: tone, Count: req.P.Number(n), Href: "/usage/files?state=" + string(state),
			Text: req.T("home.usage_files." + word), Note: req.T("home.usage_files." + word + ".note"),
		})
	}
	task(n.Review, templates.ToneAmber, "review", usage.UploadWaiting)
	task(n.Returned, templates.ToneRed, "returned", usage.UploadReturned)
	return out, nil
}
