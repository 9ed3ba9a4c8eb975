package hubweb

import (
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/templates"
)

// Block is what stands of the connection of a system on the page of its record;
// nil for those who may not see it.
func Block(deps Deps) func(*web.Request, inventory.System) (*templates.Facts, error) {
	d := &desk{deps}
	return d.block
}

func (d *desk) block(r *web.Request, s inventory.System) (*templates.Facts, error) {
	if !r.By.Is(viewers()...) {
		return nil, nil
	}
	f, err := d.Hub.Find(r.Ctx, r.By, s.Code)
	if err != nil {
		return nil, err
	}
	badge := stageBadge(r.P, &f.Connection)
	out := &templates.Facts{
		ID: "s-hub", Title: r.T("hub.connection"), Action: &templates.Act{Text: r.T("hub.block.more"), Href: connectionPath(s.Code), Kind: templates.ActQuiet},
		Rows: []templates.Row{
			{Label: r.T("hub.column.basis"), Text: r.T(string(f.Basis.Label()))}, {Label: r.T("hub.column.stage"), Badge: &badge},
			{Label: r.T("hub.column.last_signal"), Text: f.LastSignal.String()},
		},
	}
	if turn := turnText(r.P, &f.Connection); turn != "" {
		out.Rows = append(out.Rows, templates.Row{Label: r.T("hub.column.turn"), Text: turn})
	}
	return out, nil
}
