package adminweb

import (
	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/templates"
)

// changeTasks are the requests to change a locked record that wait for the
// reader: the Office answers, the centre recommends, heads hand in.
func (d *homeDesk) changeTasks(r *web.Request) ([]HomeTask, error) {
	n, err := d.Registry.WaitingChanges(r.Ctx, r.By)
	if err != nil || n == 0 {
		return nil, err
	}
	word, state := "submit", inventory.ChangeDraft
	switch {
	case r.By.Is(auth.Office):
		word, state = "decide", inventory.ChangeSubmitted
	case r.By.Is(auth.Centre):
		word, state = "advise", inventory.ChangeSubmitted
	}
	return []HomeTask{{
		Icon: "edit", Tone: templates.ToneAmber, Count: r.P.Number(n), Href: templates.WithQuery("/changes", "state", string(state)),
		Text: r.T("home.change." + word), Note: r.T("home.change." + word + ".note"),
	}}, nil
}
