package funding

import (
	"context"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/scoring/eligibility"
)

// Decision is what the finance bureau decides about an item.
type Decision struct {
	Result eligibility.Result // empty is what stands
	// Text is the reason; needed where it differs from what stands or from an
	// opinion, and where it was decided before.
	Text string
	// Kept is what is kept of the money of a system that gets none, in fen, for its
	// security and the export of its data; KeptNote says for what and until when.
	Kept     *int64
	KeptNote string
}

// Decide decides whether there is money (方案 part 2 (9)), once both opinions are
// there. What was decided may be decided anew, with a reason: the decision before
// stays beside it.
func (d *Desk) Decide(ctx context.Context, by auth.Principal, ref Ref, in Decision) (Item, error) {
	if err := by.Require(Deciders()...); err != nil {
		return Item{}, err
	}
	in.Text, in.KeptNote = strings.TrimSpace(in.Text), strings.TrimSpace(in.KeptNote)
	return d.change(ctx, by, ref, func(tx *store.Tx, i *Item) (act, error) { return d.decide(tx, by, i, in) })
}

func (d *Desk) decide(tx *store.Tx, by auth.Principal, i *Item, in Decision) (act, error) {
	if err := d.mayAct(tx, by, i, auth.Finance); err != nil {
		return act{}, err
	}
	if i.Stage == Found || i.Plea != "" {
		return act{}, i.stands()
	}
	if in.Result == "" {
		in.Result = i.Result
	}
	if err := fault.Refuse(in.wrong(i)); err != nil {
		return act{}, err
	}
	at := tx.Now()
	i.Stage, i.DecidedAt, i.DecidedName, i.DecisionText = Decided, &at, by.Name, in.Text
	if in.Result != eligibility.Conditional {
		i.UntilOn = calendar.Date{}
	}
	i.Result, i.KeptAmount, i.KeptNote = in.Result, in.Kept, in.KeptNote
	return act{by, "decided", in.Text}, d.find(tx, by, i, Finding{Way: ByDecision, Reason: in.Text})
}

func (in *Decision) wrong(i *Item) []fault.Field {
	least := 0
	if in.Result != i.Result || !i.Agreed() || i.Stage == Decided {
		least = leastReason
	}
	out := append(oneOf("decision", in.Result, i.Choices()), needText("decision_text", in.Text, least)...)
	if in.Kept == nil {
		return append(out, needText("kept_note", in.KeptNote, 0)...)
	}
	if in.Result != eligibility.No && in.Result != eligibility.Ceased {
		out = append(out, fault.At("kept", "funding.err.kept_result"))
	}
	if *in.Kept <= 0 || *in.Kept > i.Money() {
		out = append(out, fault.At("kept", "funding.err.kept_amount"))
	}
	return append(out, needText("kept_note", in.KeptNote, leastReason)...)
}

// find adds a finding to what the item has come to: the facts are those of the one
// before, unless f brings its own.
func (d *Desk) find(tx *store.Tx, by auth.Principal, i *Item, f Finding) error {
	before, err := findingOf(tx, i.ID, i.Finding)
	if err != nil {
		return err
	}
	if f.Facts == "" {
		f.Facts, f.Digest = before.Facts, before.Digest
	}
	i.Finding++
	f.ItemID, f.Number, f.At, f.ByID, f.ByName = i.ID, i.Finding, tx.Now(), by.AccountID, by.Name
	f.Result, f.Rules, f.Amount, f.UntilOn, f.FromOn = i.Result, i.Rules, i.Amount, i.UntilOn, i.FromOn
	return insertFinding(tx, &f)
}
