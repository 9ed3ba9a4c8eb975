package hub

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/inventory"
)

// judged works out a connection from what is known, and what that changes in the
// rate. old of version 0 is a new one.
func (w *worksheet) judged(h *Hub, old Connection, s *inventory.System) (Connection, []Event, error) {
	c := old
	c.ID = s.ID
	j := &judgement{w: w, s: s, c: &c, by: auth.System("hub")}
	if old.Version == 0 {
		c.OwnerID = s.OwnerID
	}
	j.transfer()
	j.basis()
	j.observe()
	return c, j.events, w.lacking(h, &c, s)
}

// lacking notes what the next stage needs; a system that need not be connected
// lacks nothing.
func (w *worksheet) lacking(h *Hub, c *Connection, s *inventory.System) error {
	c.Missing = ""
	next, ok := c.Next()
	if !ok || !c.Must {
		return nil
	}
	list, err := h.missing(w.tx, c, s, &w.policy, next-1, next)
	c.Missing = joinPapers(list)
	return err
}

// judgement is one connection on its way.
type judgement struct {
	w      *worksheet
	s      *inventory.System
	c      *Connection
	by     auth.Principal
	reason string
	events []Event
}

// count counts the connection anew and writes down what that changed since was.
func (j *judgement) count(was Connection, act string, on calendar.Date) {
	c := j.c
	c.Counted = c.Must && c.Stage >= Connected && !c.Down()
	e := j.event(act, on, was.Stage)
	e.MustDelta, e.CountedDelta = one(c.Must)-one(was.Must), one(c.Counted)-one(was.Counted)
	j.events = append(j.events, e)
}

func (j *judgement) event(act string, on calendar.Date, from Stage) Event {
	name := j.by.Name
	if j.by.Way == auth.BySystem {
		name = ""
	}
	return Event{
		SystemID: j.s.ID, OwnerID: j.c.OwnerID, OnDay: on, At: j.w.tx.Now(), Act: act, FromStage: from, ToStage: j.c.Stage,
		Basis: j.c.Basis, ById: j.by.AccountID, ByName: name, Reason: j.reason,
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// transfer takes the connection from one department to another: both sides of
// both rates move.
func (j *judgement) transfer() {
	c := j.c
	if c.OwnerID == j.s.OwnerID {
		return
	}
	on := calendar.DateOf(j.s.UpdatedAt)
	out := j.event("transferred", on, c.Stage)
	out.MustDelta, out.CountedDelta = -one(c.Must), -one(c.Counted)
	c.OwnerID = j.s.OwnerID
	in := j.event("transferred", on, c.Stage)
	in.MustDelta, in.CountedDelta = one(c.Must), one(c.Counted)
	j.events = append(j.events, out, in)
}

// basis decides whether the system must be connected.
func (j *judgement) basis() {
	c, was := j.c, *j.c
	var grant *Exemption
	if e, ok := j.w.granted[j.s.ID]; ok {
		grant = &e
	}
	v := Judge(j.s, grant, j.w.today)
	if v.Basis == c.Basis && v.Until == c.ExemptUntil {
		return
	}
	c.Basis, c.ExemptUntil, c.Must = v.Basis, v.Until, v.Basis.Must()
	on := j.since(v, grant, was.Basis)
	if c.Stage <= MustBe {
		c.Stage, c.StageOn = Stage(one(c.Must)), on
	}
	if !c.Must {
		c.Pending, c.PendingStage = NothingPending, 0
	}
	j.count(was, "basis", on)
}

// since is from when a verdict holds: an exemption ends with its last day, the
// rest is as old as what the register or the Office says.
func (j *judgement) since(v Verdict, grant *Exemption, was Basis) calendar.Date {
	switch {
	case v.Basis == Lapsed:
		return v.Until.AddDays(1)
	case grant != nil && grant.DecidedAt != nil && (v.Basis == Exempted || v.Basis == Deferred):
		return calendar.DateOf(*grant.DecidedAt)
	case was == Exempted || was == Deferred:
		return j.w.today // one that was ended
	}
	return calendar.DateOf(j.s.UpdatedAt)
}

// observe holds a connection that was verified against its signals.
func (j *judgement) observe() {
	c, days := j.c, j.w.signals[j.s.ID]
	if c.Stage < Connected {
		switch n := len(days); {
		case n > 0:
			c.LastSignal = days[n-1]
		case !c.LastSignal.Before(j.w.first): // what said so was withdrawn
			c.LastSignal = calendar.Date{}
		}
		return
	}
	r := Observe(c.beginning(j.w.first), days, j.w.today, &j.w.policy)
	was := *c
	c.LastSignal, c.RunFrom = r.Last, r.From
	switch {
	case !r.Down.IsZero() && !c.Down():
		c.DownSince = r.Down
		c.Stage, c.StageOn = Connected, stageDay(was, r.Down)
		j.count(was, "down", r.Down)
	case r.Down.IsZero() && c.Down():
		on := c.DownSince // what came late closed the gap: it was never silent
		if r.Back.After(on) {
			on = r.Back
		}
		c.DownSince, c.StageOn = calendar.Date{}, on
		j.count(was, "restored", on)
	case c.Stage == Stable && r.Stable.IsZero() && r.Back.After(c.StageOn):
		c.Stage, c.StageOn = Connected, r.Back
		j.count(was, "restored", r.Back)
	}
	if c.Stage == Connected && !c.Down() && !r.Stable.IsZero() {
		before := *c
		c.Stage, c.StageOn = Stable, r.Stable
		j.count(before, "stable", r.Stable)
	}
}

// stageDay is since when a connection that fell silent stands at H6.
func stageDay(was Connection, down calendar.Date) calendar.Date {
	if was.Stage == Connected {
		return was.StageOn
	}
	return down
}
