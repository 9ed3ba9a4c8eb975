package usageweb

import (
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/templates"
)

// Block is what stands of the use of a system on the page of its record; nil for
// those who may not see it.
func Block(deps Deps) func(*web.Request, inventory.System) (*templates.Facts, error) {
	d := &desk{Deps: deps}
	return d.block
}

func (d *desk) block(r *web.Request, s inventory.System) (*templates.Facts, error) {
	if !r.By.Is(readers()...) || s.Classified {
		return nil, nil
	}
	today := r.Today()
	days, err := d.Ledger.Days(r.Ctx, r.By, s.ID, today.AddDays(-usualSpan), today.AddDays(-1))
	if err != nil {
		return nil, err
	}
	use, err := d.Ledger.LastUse(r.Ctx, r.By, s.ID)
	if err != nil {
		return nil, err
	}
	v := factsView{p: r.P, now: r.Now, system: s}
	v.last.day, v.last.signal = use.Best()
	t := tallyOf(days)
	out := &templates.Facts{
		ID: "s-usage", Title: r.T("usage.block"), Action: &templates.Act{Text: r.T("usage.block.more"), Href: v.path(), Kind: templates.ActQuiet},
		Rows: []templates.Row{
			{Label: r.T("usage.last_use"), Text: v.lastText()},
			{Label: r.T("usage.block.known"), Text: share(t.known, len(days))},
		},
	}
	if t.known > 0 {
		out.Rows = append(out.Rows, templates.Row{Label: r.T("usage.block.used"), Text: share(t.used, t.known)})
	}
	return out, d.blockProbes(r, s.ID, out)
}

// blockProbes names the probes of a system to those who may see them.
func (d *desk) blockProbes(r *web.Request, id inventory.SystemID, out *templates.Facts) error {
	if !r.By.Is(usage.Viewers()...) {
		return nil
	}
	lines, err := d.Probes.ProbesOf(r.Ctx, r.By, id)
	if err != nil {
		return err
	}
	for _, l := range lines {
		out.Rows = append(out.Rows, templates.Row{
			Label: r.T("usage.probe"), Text: l.Code + " " + l.Name, Href: probePath(l.Code), Note: r.T(string(l.Standing.Label())),
		})
	}
	return nil
}
