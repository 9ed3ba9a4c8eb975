package zombieweb

import (
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/zombie/cleanup"
	"qingce/templates"
)

// CaseBlock is what stands of the clean-up on the page of a system: its cases;
// nil when there is none, or for those who may not see them.
func CaseBlock(deps Deps) func(*web.Request, inventory.System) (*templates.Facts, error) {
	return func(r *web.Request, s inventory.System) (*templates.Facts, error) {
		if !r.By.Is(cleanup.Viewers()...) {
			return nil, nil
		}
		cases, err := deps.Cases.CasesOf(r.Ctx, r.By, s.ID)
		if err != nil || len(cases) == 0 {
			return nil, err
		}
		out := &templates.Facts{ID: "s-cases", Title: r.T("cases.title")}
		for i := range cases[:min(len(cases), mostInBlock)] {
			c := &cases[i]
			row := templates.Row{Label: c.OpenedOn.String(), Text: c.No, Href: casePath(c.No), Note: r.T(string(c.State.Label())) + " · " + featureNames(r.P, c)}
			if c.Overdue(r.Today()) {
				row.Warning = r.T("cases.told.overdue", "due", c.DueOn)
			}
			out.Rows = append(out.Rows, row)
		}
		return out, nil
	}
}

// mostInBlock is how many cases of a system stand on its page.
const mostInBlock = 3
