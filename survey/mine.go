package survey

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
)

// Mine is a form that somebody has to see to.
type Mine struct {
	Campaign Campaign
	Form     Form
	Owner    inventory.Department
	// Due is by when, nil when nothing is due of it.
	Due *schedule.Open
}

// Key names the form.
func (m Mine) Key() FormKey { return FormKey{m.Campaign.Code, m.Owner.Code} }

// ListMine lists the forms that by fills in or answers for, in campaigns that
// take answers: those of the own department, and of the bodies of the own
// region.
func (d *Desk) ListMine(ctx context.Context, by auth.Principal) ([]Mine, error) {
	if !by.Is(fillers()...) || by.Console() {
		return nil, nil
	}
	var out []Mine
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		dir, err := d.deps.Registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		forms, campaigns, err := openForms(tx, dir.Within(by.Own()))
		if err != nil {
			return err
		}
		out = make([]Mine, 0, len(forms))
		for _, f := range forms {
			m := Mine{Campaign: campaigns[f.CampaignID], Form: f}
			m.Owner, _ = dir.Find(f.DepartmentID)
			if f.State.Open() {
				open, err := d.deps.Book.Of(tx, DueOf(m.Key()))
				if err != nil {
					return err
				}
				if len(open) > 0 {
					m.Due = &open[0]
				}
			}
			out = append(out, m)
		}
		return nil
	})
	return out, err
}
