package census

import (
	"context"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey"
)

// ItemOrder is by what a list of items is sorted.
type ItemOrder string

// The orders. The usual one has what needs a decision first.
const (
	ItemsByUrgency ItemOrder = ""
	ItemsByName    ItemOrder = "name"
	ItemsByScore   ItemOrder = "score"
	ItemsByLine    ItemOrder = "line"
	ItemsByOwner   ItemOrder = "owner_name"
)

// ItemQuery asks for a page of the items of a census; what is zero does not
// narrow.
type ItemQuery struct {
	Source     SourceID
	Results    []Result
	Decisions  []Decision
	Department auth.DepartmentID
	Lines      bool   // of the lists, without what a complete list lacks
	Search     string // in the whole line
	Sort       ItemOrder
	Descending bool
	Page       int // from 1
	Size       int
}

// ItemLine is an item in a list.
type ItemLine struct {
	Item
	Source Source // without lines
	// Owner is whose system it is; its number is 0 while that is not known.
	Owner inventory.Department
	// Declared are the names and codes of the system that was found.
	Declared Candidate
}

// ItemPage is a page of items with the number of all of them.
type ItemPage struct {
	Items      []ItemLine
	Total      int64
	Page, Size int
	// By counts what fits by result, whichever results were asked for.
	By map[Result]int
}

// ListItems lists what came of the sources of a census. Those who see all bodies
// see all of it; people of a department see what is about their own.
func (d *Desk) ListItems(ctx context.Context, by auth.Principal, census string, q ItemQuery) (ItemPage, error) {
	q.Page, q.Size = max(q.Page, 1), min(max(q.Size, 0), inventory.MaxPageSize)
	if q.Size == 0 {
		q.Size = inventory.DefaultPageSize
	}
	out := ItemPage{Page: q.Page, Size: q.Size}
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		seen, err := d.seen(tx, by)
		if err != nil {
			return err
		}
		c, err := campaignsByCode(tx, census, false)
		if err != nil {
			return err
		}
		items, counts, err := selectItems(tx, c.Census.ID, seen, q)
		if err != nil {
			return err
		}
		out.By, out.Total = counts, 0
		for r, n := range counts {
			if len(q.Results) == 0 || slices.Contains(q.Results, r) {
				out.Total += int64(n)
			}
		}
		out.Items, err = d.linesOf(tx, c, items)
		return err
	})
	return out, err
}

// linesOf puts beside items what a list shows of them.
func (d *Desk) linesOf(tx *store.Tx, c campaigns, items []Item) ([]ItemLine, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	sources, err := sourcesOf(tx, c.Census.ID)
	if err != nil {
		return nil, err
	}
	found, err := namesOf(tx, items)
	if err != nil {
		return nil, err
	}
	out := make([]ItemLine, len(items))
	for n, i := range items {
		out[n] = ItemLine{Item: i, Declared: found.of(&i)}
		out[n].Owner, _ = dir.Find(i.Department())
		for _, s := range sources {
			if s.ID == i.SourceID {
				out[n].Source = s
			}
		}
	}
	return out, nil
}

// ItemView is an item with everything that is needed to decide about it.
type ItemView struct {
	ItemLine
	Census, Base survey.Campaign
	// Now is what is declared by now, in canonical text by field; nil without a
	// declared system.
	Now map[string]string
	// Row is the declared system, nil when it is on no form.
	Row *survey.Row
	// Form names the form of the owner in the survey; its department is empty
	// when the owner is not known or not asked.
	Form survey.FormKey
	// Refused is why the reader may not decide, nil when nothing stands in the
	// way.
	Refused error
}

// FindItem reads an item. To people of other departments it does not exist.
func (d *Desk) FindItem(ctx context.Context, by auth.Principal, census string, id ItemID) (ItemView, error) {
	var out ItemView
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		seen, err := d.seen(tx, by)
		if err != nil {
			return err
		}
		c, err := campaignsByCode(tx, census, false)
		if err != nil {
			return err
		}
		item, err := itemOf(tx, c.Census.ID, id)
		if err != nil {
			return err
		}
		if seen != nil && !slices.Contains(seen, item.Department()) {
			return errAbsent
		}
		lines, err := d.linesOf(tx, c, []Item{item})
		if err != nil {
			return err
		}
		out = ItemView{ItemLine: lines[0], Census: c.Census, Base: c.Base, Refused: d.mayDecide(c, by, &item)}
		return d.around(tx, c, &out)
	})
	return out, err
}

// around reads what is declared of an item, and the form of its owner.
func (d *Desk) around(tx *store.Tx, c campaigns, v *ItemView) error {
	if v.Owner.ID != 0 {
		asked, err := hasForm(tx, c.Base.ID, v.Owner.ID)
		if err != nil {
			return err
		}
		if asked {
			v.Form = c.form(v.Owner)
		}
	}
	switch {
	case v.RowID != nil:
		r, err := rowByID(tx, *v.RowID)
		if err != nil {
			return err
		}
		v.Row, v.Now = &r, r.Body
	case v.SystemID != nil:
		s, err := systemByID(tx, *v.SystemID)
		if err != nil {
			return err
		}
		v.Now = inventory.SystemFields.Values(&s)
	}
	return nil
}

// mayDecide tells why by may not decide about an item.
func (d *Desk) mayDecide(c campaigns, by auth.Principal, i *Item) error {
	if err := by.Require(workers()...); err != nil {
		return err
	}
	switch {
	case c.Census.State == survey.Locked || c.Base.State == survey.Locked:
		return survey.ErrCampaignLocked
	case !c.Census.State.Takes():
		return survey.ErrNotTaking
	}
	return ownOf(by, i.Department())
}
