package monthly

import (
	"qingce/inventory"
	"qingce/inventory/hub"
	"qingce/inventory/zombie/cleanup"
)

// systems counts what became of the systems that are to be cleaned up or
// integrated (M1), and which of those that must be connected are (M4).
func (l *ledger) systems() error {
	all, err := l.d.deps.Registry.SystemsAt(l.tx, l.through)
	if err != nil {
		return err
	}
	connections, err := l.d.deps.Hub.ConnectionsAt(l.tx, l.through)
	if err != nil {
		return err
	}
	cleaned, err := l.d.deps.Cleanup.CleanedAt(l.tx, l.through)
	if err != nil {
		return err
	}
	for i := range all {
		s := &all[i]
		if s.State == inventory.Draft {
			continue
		}
		if f := l.bodies[l.of[s.OwnerID]]; f != nil && !s.State.Closed() {
			f.Systems++
		}
		if row, ok := disposed(s, cleaned[s.ID]); ok {
			l.add(s.OwnerID, Disposed, row)
		}
		l.add(s.OwnerID, Connections, connected(s, connections[s.ID]))
	}
	return nil
}

func systemRow(s *inventory.SystemAt) Row {
	return Row{Kind: "system", ID: s.Code, Title: s.Shown(), Path: "/systems/" + s.Code}
}

// disposed is the row of a system whose approved disposition is to clean up or
// to integrate, by the register or by a confirmed case, or that is proposed for it;
// false for all others.
func disposed(s *inventory.SystemAt, c cleanup.StandAt) (Row, bool) {
	r := systemRow(s)
	r.On = c.CleanedOn
	switch ends := s.Final == inventory.Clean || s.Final == inventory.Merge || c.Confirmed; {
	case ends && c.Reopened:
		r.Standing, r.Why = Missing, "monthly.why.reopened"
	case ends && s.State.Closed(), c.Confirmed && !c.CleanedOn.IsZero(): // or kept and rebuilt, as its case says
		r.Standing = Counted
	case ends:
		r.Standing, r.Why = Missing, "monthly.why.not_disposed"
	case s.Final == "" && (s.Proposed == inventory.Clean || s.Proposed == inventory.Merge):
		r.Standing, r.Why = LeftOut, "monthly.why.undecided"
	default:
		return r, false
	}
	return r, true
}

// connected is the row of a system that must be connected, or need not.
func connected(s *inventory.SystemAt, c hub.StandingAt) Row {
	r := systemRow(s)
	r.On = c.On
	switch {
	case c.SystemID == 0:
		r.Standing, r.Why = LeftOut, "monthly.why.not_measured"
	case !c.Must:
		r.Standing, r.Why = LeftOut, string(c.Basis.Label())
	case c.Counted:
		r.Standing = Counted
	case c.Down:
		r.Standing, r.Why = Missing, "monthly.why.down"
	default:
		r.Standing, r.Why = Missing, "monthly.why.not_connected"
	}
	return r
}
