package survey

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
)

// Waiting is a form that waits for the reviewers.
type Waiting struct {
	Campaign Campaign
	Form     Form // without its answers
	Body     inventory.Department
	Region   string // as in BodyState
	Open     int    // comments that are not settled
	Drafts   int    // comments that are drafted
	Gone     int    // registered systems that are said to be gone
	Found    int    // systems that the census found
	// Own tells that the reader may not review it: it is of the own body, or
	// the reader confirmed it.
	Own bool
}

// Key names the form.
func (w *Waiting) Key() FormKey { return FormKey{w.Campaign.Code, w.Body.Code} }

// Clean tells whether AcceptMany takes the form.
func (w *Waiting) Clean() bool {
	return w.Form.Errors == 0 && w.Form.Warnings == 0 && w.Open == 0 && w.Drafts == 0 && w.Gone == 0
}

// WaitingQuery narrows the list of forms that wait; what is zero does not.
type WaitingQuery struct {
	Campaign string // code; empty is all campaigns
	Clean    bool
	Warned   bool
	Late     bool // handed in late
	Zero     bool
	Again    bool // handed in after a return
	Group    *string
	Region   *string
	Search   string
	Sort     WaitingOrder
	// Descending turns the order round.
	Descending bool
	Page, Size int
}

// WaitingOrder is by what the forms that wait are sorted.
type WaitingOrder string

// The orders. Nothing is the usual one: what was handed in first before all else.
const (
	WaitingBySubmitted WaitingOrder = "submitted"
	WaitingByBody      WaitingOrder = "body"
	WaitingBySystems   WaitingOrder = "systems"
	WaitingByWarnings  WaitingOrder = "warnings"
	WaitingByLate      WaitingOrder = "late"
)

// WaitingOrders lists the orders.
func WaitingOrders() []WaitingOrder {
	return []WaitingOrder{WaitingBySubmitted, WaitingByBody, WaitingBySystems, WaitingByWarnings, WaitingByLate}
}

// WaitingPage is a page of forms that wait.
type WaitingPage struct {
	Items      []Waiting
	Total      int
	Clean      int // of Total
	Page, Size int
}

// ListWaiting lists the forms that wait for review, the oldest first.
func (d *Desk) ListWaiting(ctx context.Context, by auth.Principal, q WaitingQuery) (WaitingPage, error) {
	if err := by.Require(reviewers()...); err != nil {
		return WaitingPage{}, err
	}
	q.Page, q.Size = max(q.Page, 1), min(max(q.Size, 0), inventory.MaxPageSize)
	if q.Size == 0 {
		q.Size = inventory.DefaultPageSize
	}
	var all []Waiting
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		var err error
		all, err = d.waitingIn(tx, by, q)
		return err
	})
	if err != nil {
		return WaitingPage{}, err
	}
	out := WaitingPage{Total: len(all), Page: q.Page, Size: q.Size}
	for i := range all {
		if all[i].Clean() {
			out.Clean++
		}
	}
	from := min((q.Page-1)*q.Size, len(all))
	out.Items = all[from:min(from+q.Size, len(all))]
	return out, nil
}

func (d *Desk) waitingIn(tx *store.Tx, by auth.Principal, q WaitingQuery) ([]Waiting, error) {
	rev, err := revision(tx, 0)
	if err != nil {
		return nil, err
	}
	all, err := d.queues.Get(q.Campaign+" "+rev, func() ([]Waiting, error) { return d.queue(tx, q.Campaign) })
	if err != nil {
		return nil, err
	}
	drafts, err := draftCounts(tx) // they are not recorded in the log
	if err != nil {
		return nil, err
	}
	var out []Waiting
	for _, w := range all {
		w.Drafts = drafts[w.Form.ID]
		w.Own = by.DepartmentID != 0 && by.DepartmentID == w.Form.DepartmentID || by.AccountID != 0 && by.AccountID == w.Form.ConfirmedBy
		if q.fits(&w) {
			out = append(out, w)
		}
	}
	order := q.Sort.compare()
	slices.SortStableFunc(out, func(a, b Waiting) int {
		if q.Descending {
			return order(&b, &a)
		}
		return order(&a, &b)
	})
	return out, nil
}

// queue lists the forms that wait in a campaign, or in all, the oldest first;
// whose own they are and what is drafted about them is not told.
func (d *Desk) queue(tx *store.Tx, campaign string) ([]Waiting, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	campaigns, err := reviewedCampaigns(tx, campaign)
	if err != nil {
		return nil, err
	}
	forms, err := waitingForms(tx, campaigns)
	if err != nil {
		return nil, err
	}
	out := make([]Waiting, len(forms))
	for i, f := range forms {
		body, _ := dir.Find(f.DepartmentID)
		out[i] = Waiting{
			Campaign: campaigns[f.CampaignID], Form: f.Form, Body: body, Region: regionOf(dir, body).Code,
			Open: f.Open, Gone: f.Gone, Found: f.Found,
		}
	}
	return out, nil
}

func (q *WaitingQuery) fits(w *Waiting) bool {
	switch {
	case q.Clean && (!w.Clean() || w.Own), q.Warned && w.Form.Warnings == 0, q.Zero && !w.Form.Zero, q.Again && w.Form.Returns == 0,
		q.Late && (w.Form.LateWd == nil || *w.Form.LateWd == 0),
		q.Group != nil && *q.Group != w.Body.GroupCode, q.Region != nil && *q.Region != w.Region:
		return false
	}
	words := strings.ToLower(strings.TrimSpace(q.Search))
	return words == "" || strings.Contains(strings.ToLower(w.Body.Code+" "+w.Body.Name+" "+w.Body.FullName), words)
}

func (o WaitingOrder) compare() func(a, b *Waiting) int {
	switch o {
	case WaitingByBody:
		return func(a, b *Waiting) int { return strings.Compare(a.Body.Code, b.Body.Code) }
	case WaitingBySystems:
		return func(a, b *Waiting) int { return cmp.Compare(a.Form.RowsTotal, b.Form.RowsTotal) }
	case WaitingByWarnings:
		return func(a, b *Waiting) int { return cmp.Compare(a.Form.Warnings, b.Form.Warnings) }
	case WaitingByLate:
		return func(a, b *Waiting) int { return cmp.Compare(late(a.Form), late(b.Form)) }
	}
	return func(a, b *Waiting) int { return a.Form.SubmittedAt.Compare(*b.Form.SubmittedAt) }
}

func late(f Form) int {
	if f.LateWd == nil {
		return 0
	}
	return *f.LateWd
}

// CountWaiting counts the forms that wait for review in all campaigns.
func (d *Desk) CountWaiting(ctx context.Context, by auth.Principal) (int, error) {
	if err := by.Require(reviewers()...); err != nil {
		return 0, err
	}
	n := 0
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		var err error
		n, err = countWaiting(tx)
		return err
	})
	return n, err
}
