package catalogweb

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/inventory/catalog"
)

// Names of the steps, in the order in which a page offers them.
const (
	moveSubmit   = "submit"
	moveEndorse  = "endorse"
	movePublish  = "publish"
	moveReturn   = "return"
	moveWithdraw = "withdraw"
	moveDiscard  = "discard"
)

// move calls the verb of a step.
func (d *desk) move(ctx context.Context, by auth.Principal, id catalog.EntryID, version int64, move, reason string) (catalog.Entry, error) {
	switch move {
	case moveSubmit:
		return d.Catalog.Submit(ctx, by, id, version)
	case moveEndorse:
		return d.Catalog.Endorse(ctx, by, id, version, reason)
	case movePublish:
		return d.Catalog.Publish(ctx, by, id, version)
	case moveReturn:
		return d.Catalog.Return(ctx, by, id, version, reason)
	case moveWithdraw:
		return d.Catalog.AskWithdrawal(ctx, by, id, version, reason)
	case moveDiscard:
		return d.Catalog.Discard(ctx, by, id, version)
	}
	return catalog.Entry{}, fault.New(fault.Invalid, "catalogweb.err.move")
}

// moves are the steps that the reader may take with an entry now.
func (rec record) moves(by auth.Principal) []string {
	e := rec.Entry
	foreign := by.DepartmentID == 0 || by.DepartmentID != e.OwnerID
	region := e.RegionID != nil && by.Is(auth.Region) && *e.RegionID == by.DepartmentID
	var out []string
	add := func(ok bool, move string) {
		if ok {
			out = append(out, move)
		}
	}
	editing := e.Step == catalog.StepDraft || e.Step == catalog.StepReturned
	add(rec.own && editing && by.Is(catalog.Submitters()...), moveSubmit)
	add(region && e.Step == catalog.StepRegion, moveEndorse)
	add(foreign && e.Step == catalog.StepReview && by.Is(catalog.Publishers()...), movePublish)
	add(region && e.Step == catalog.StepRegion || foreign && e.Step == catalog.StepReview && by.Is(catalog.Reviewers()...), moveReturn)
	add(rec.own && e.Life == catalog.LifePublished && e.Step == catalog.NoStep && by.Is(catalog.Submitters()...), moveWithdraw)
	add(rec.own && editing, moveDiscard)
	return out
}

// reasoned tells whether a step asks for a reason.
func reasoned(move string) bool { return move == moveReturn || move == moveWithdraw }

func moveIcon(move string) string {
	switch move {
	case moveSubmit:
		return "send"
	case moveReturn:
		return "return"
	case movePublish:
		return "seal"
	case moveWithdraw, moveDiscard:
		return "trash"
	}
	return "check"
}
