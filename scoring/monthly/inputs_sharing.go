package monthly

import (
	"fmt"
	"strconv"

	"qingce/internal/auth"
	"qingce/inventory/catalog"
	"qingce/inventory/hub"
	"qingce/inventory/sharing"
)

// catalog counts the entries that are mounted and fresh, of those to be shared
// (M2).
func (l *ledger) catalog() error {
	entries, err := l.d.deps.Catalog.EntriesAt(l.tx, l.through)
	if err != nil {
		return err
	}
	nothing, err := l.d.deps.Catalog.NothingHeldAt(l.tx, l.through)
	if err != nil {
		return err
	}
	l.entries = entries
	for id := range nothing {
		if f := l.bodies[id]; f != nil {
			f.NothingToShare = true
		}
	}
	for i := range entries {
		e := &entries[i]
		r := entryRow(e)
		switch {
		case !e.ShareType.Shareable():
			r.Standing, r.Why = LeftOut, "monthly.why.not_shared"
		case !e.Mounted:
			r.Standing, r.Why = Missing, "monthly.why.not_mounted"
		case !e.Fresh:
			r.Standing, r.Why = Missing, "monthly.why.stale"
		default:
			r.Standing = Counted
		}
		if f := l.bodies[l.of[e.ProviderID]]; f != nil && e.ShareType.Shareable() {
			f.NothingToShare = false // what is in the catalog is there
		}
		l.add(e.ProviderID, Entries, r)
	}
	return nil
}

func entryRow(e *catalog.EntryAt) Row {
	return Row{Kind: "entry", ID: e.Code, Title: e.Name, Path: e.ID.Address(), On: e.MountedOn}
}

// applications counts with whom a body really exchanged in the window (M3): each
// pair of parties of two bodies is one, for both of them.
func (l *ledger) applications() error {
	pairs, err := l.d.deps.Hub.Applications(l.tx, l.through.AddDays(1-l.method.WindowDays), l.through)
	if err != nil {
		return err
	}
	for i := range pairs {
		p := &pairs[i]
		provider, consumer := l.of[p.ProviderID], l.of[p.ConsumerID]
		r := l.applicationRow(p, provider, consumer)
		if provider != 0 {
			l.add(provider, Applications, r)
		}
		if consumer != 0 && consumer != provider {
			l.add(consumer, Applications, r)
		}
	}
	return nil
}

func (l *ledger) applicationRow(p *hub.Pair, provider, consumer auth.DepartmentID) Row {
	r := Row{
		Kind: "application", ID: fmt.Sprintf("%d-%d", p.Provider, p.Consumer), Title: p.ProviderName + " → " + p.ConsumerName,
		Path: "/hub/exchanges", On: p.LastDay, Standing: Counted,
	}
	switch {
	case provider == 0 || consumer == 0:
		r.Standing, r.Why = LeftOut, "monthly.why.unknown_party"
	case provider == consumer:
		r.Standing, r.Why = LeftOut, "monthly.why.own_exchange"
	case p.Succeeded <= 0:
		r.Standing, r.Why = LeftOut, "monthly.why.failed_only"
	}
	return r
}

// terms counts which requests and objections were answered in time (M6).
func (l *ledger) terms() error {
	from := l.through.AddDays(1 - l.method.ReplyDays)
	replies, err := l.d.deps.Sharing.RepliesAt(l.tx, from, l.through)
	if err != nil {
		return err
	}
	objections, err := l.d.deps.Sharing.ObjectionsAt(l.tx, from, l.through)
	if err != nil {
		return err
	}
	for i := range replies {
		l.add(replies[i].ProviderID, Replies, termRow("request", &replies[i]))
	}
	for i := range objections {
		l.add(objections[i].ProviderID, Objections, termRow("objection", &objections[i]))
	}
	return nil
}

func termRow(kind string, t *sharing.TermAt) Row {
	r := Row{Kind: kind, ID: strconv.FormatInt(t.ID, 10), Title: t.Entry, Path: t.Path, On: t.DueOn}
	switch {
	case t.Withdrawn:
		r.Standing, r.Why = LeftOut, "monthly.why.withdrawn"
	case t.EndedAt == nil && t.LateWd == nil:
		r.Standing, r.Why = Missing, "monthly.why.unanswered"
	case t.LateWd != nil && *t.LateWd > 0:
		r.Standing, r.Why, r.LateWd = Missing, "monthly.why.late", int(*t.LateWd)
	default:
		r.Standing = Counted
	}
	return r
}

// used counts the mounted entries that others used in the window (M6).
func (l *ledger) used() error {
	uses, err := l.d.deps.Sharing.UsedAt(l.tx, l.through.AddDays(1-l.method.WindowDays), l.through)
	if err != nil {
		return err
	}
	for i := range l.entries {
		e := &l.entries[i]
		if !e.ShareType.Shareable() || !e.Mounted {
			continue
		}
		r := entryRow(e)
		r.Standing = Counted
		if r.On = uses[e.Code]; r.On.IsZero() {
			r.Standing, r.Why = Missing, "monthly.why.unused"
		}
		l.add(e.ProviderID, Used, r)
	}
	return nil
}

// reliefs counts the papers that are no longer handed in (M6).
func (l *ledger) reliefs() error {
	all, err := l.d.deps.Sharing.ReliefsAt(l.tx, l.through)
	if err != nil {
		return err
	}
	for _, one := range all {
		r := Row{Kind: "relief", ID: one.ID.String(), Title: one.Matter + "：" + one.Material, Path: "/sharing/reliefs", On: one.StoppedOn, Standing: Counted}
		if one.State != sharing.ReliefAccepted {
			r.Standing, r.Why = LeftOut, "monthly.why.not_accepted"
		}
		l.add(one.DepartmentID, NotCollected, r)
	}
	return nil
}
