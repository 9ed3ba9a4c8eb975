package hub

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
)

// Move is what can be done with a connection.
type Move string

// The moves.
const (
	HandIn   Move = "hand_in"   // the department hands in for a stage
	Confirm  Move = "confirm"   // its head confirms what a clerk prepared
	Withdraw Move = "withdraw"  // the department takes it back
	Accept   Move = "accept"    // the centre accepts
	Return   Move = "return"    // or sends it back with a reason
	Verify   Move = "verify"    // the centre saw a real exchange: connected
	SendBack Move = "send_back" // the centre takes a stage back
	Province Move = "province"  // the centre notes that it reaches the province (方案 part 2 (8))
)

// Moves lists the moves in the order in which pages show them.
func Moves() []Move {
	return []Move{HandIn, Confirm, Withdraw, Accept, Return, Verify, SendBack, Province}
}

// Label is the message key of the move's name.
func (m Move) Label() fault.Label { return fault.Label("hub.move." + string(m)) }

// roles may take the move.
func (m Move) roles() []auth.Role {
	switch m {
	case HandIn, Withdraw:
		return Fillers()
	case Confirm:
		return []auth.Role{auth.Head, auth.Region}
	}
	return Verifiers()
}

// Movers are all who may take any move.
func Movers() []auth.Role { return append(Fillers(), Verifiers()...) }

// own tells the moves of the department; the others are about another's papers.
func (m Move) own() bool { return slices.Contains([]Move{HandIn, Confirm, Withdraw}, m) }

// open tells whether the connection stands where the move is possible.
func (m Move) open(c *Connection) bool {
	switch m {
	case HandIn:
		return c.Must && c.Stage < Tested && c.Pending != Submitted
	case Confirm:
		return c.Pending == Prepared
	case Withdraw:
		return c.Pending != NothingPending
	case Accept, Return:
		return c.Pending == Submitted
	case Verify:
		return c.Must && c.Stage == Tested && c.Pending == NothingPending
	case SendBack:
		return c.Stage > MustBe && c.Pending == NothingPending
	case Province:
		return c.Stage >= Connected && c.ProvinceOn.IsZero()
	}
	return false
}

// Step is a move with what it says.
type Step struct {
	Move Move
	// To is the stage that is handed in for, or that is taken back to.
	To       Stage
	Method   Method
	Node     NodeID // 0 for none
	IPRecord string
	Note     string
	Reason   string
	// On is since when the province is reached; zero is today.
	On calendar.Date
}

// Limits of what is typed, in characters.
const (
	mostNote   = 500
	mostReason = 500
	mostIP     = 200
)

// Errors of moves.
var (
	ErrNotOpen = fault.New(fault.Conflict, "hub.err.not_open")
	ErrReason  = fault.New(fault.Invalid, "hub.err.reason")
)

// NextMoves lists what the principal may do with a connection now.
func (h *Hub) NextMoves(ctx context.Context, by auth.Principal, c *Connection) ([]Move, error) {
	var out []Move
	err := h.db.Read(ctx, func(tx *store.Tx) error {
		out = nil
		for _, m := range Moves() {
			if by.Require(m.roles()...) != nil || !m.open(c) {
				continue
			}
			if err := h.mayMove(tx, by, m, c.OwnerID); err == nil {
				out = append(out, m)
			}
		}
		return nil
	})
	return out, err
}

// mayMove holds whose connection it is.
func (h *Hub) mayMove(tx *store.Tx, by auth.Principal, m Move, owner auth.DepartmentID) error {
	if !m.own() {
		if by.DepartmentID != 0 && by.DepartmentID == owner && !by.Console() {
			return inventory.ErrOwnReview
		}
		return nil
	}
	covered, err := h.covers(tx, by, owner)
	if err == nil && !covered {
		return fault.New(fault.NotFound, "err.not_found")
	}
	return err
}

// Take takes a step with the connection of a system. A version that is no longer
// the newest is store.ErrStale; what is lacking is named paper by paper.
func (h *Hub) Take(ctx context.Context, by auth.Principal, code string, version int64, step Step) (Connection, error) {
	if !slices.Contains(Moves(), step.Move) {
		return Connection{}, fault.New(fault.Invalid, "hub.err.no_such_move")
	}
	if err := by.Require(step.Move.roles()...); err != nil {
		return Connection{}, err
	}
	if err := h.Settle(ctx); err != nil {
		return Connection{}, err
	}
	var out Connection
	err := h.db.Write(ctx, func(tx *store.Tx) error {
		var err error
		out, err = h.take(tx, by, code, version, step)
		return err
	})
	if err != nil {
		return Connection{}, fmt.Errorf("%s with the connection of %s: %w", step.Move, code, err)
	}
	return out, nil
}

func (h *Hub) take(tx *store.Tx, by auth.Principal, code string, version int64, step Step) (Connection, error) {
	seen, err := h.within(tx, by.View())
	if err != nil {
		return Connection{}, err
	}
	s, err := systemByCode(tx, code, seen)
	if err != nil {
		return Connection{}, err
	}
	if err := h.mayMove(tx, by, step.Move, s.OwnerID); err != nil {
		return Connection{}, err
	}
	w, err := h.worksheet(tx, []inventory.SystemID{s.ID})
	if err != nil {
		return Connection{}, err
	}
	old := w.known[s.ID]
	switch {
	case old.Version != version:
		return Connection{}, store.ErrStale
	case !step.Move.open(&old):
		return Connection{}, ErrNotOpen
	}
	if err := step.check(&old); err != nil {
		return Connection{}, err
	}
	return h.apply(w, by, old, &s, step)
}

// check holds what was typed.
func (s Step) check(c *Connection) error {
	var wrong []fault.Field
	for _, t := range []struct {
		name, text string
		most       int
	}{{"note", s.Note, mostNote}, {"reason", s.Reason, mostReason}, {"ip_record", s.IPRecord, mostIP}} {
		if len([]rune(t.text)) > t.most {
			wrong = append(wrong, fault.At(t.name, "err.too_long", "field", fault.Label("hub.field."+t.name), "max", t.most))
		}
	}
	if (s.Move == Return || s.Move == SendBack) && strings.TrimSpace(s.Reason) == "" {
		wrong = append(wrong, fault.At("reason", "hub.err.reason"))
	}
	switch {
	case s.Move == HandIn && (s.To <= c.Stage || s.To <= MustBe || s.To > Tested):
		wrong = append(wrong, fault.At("to", "hub.err.to"))
	case s.Move == SendBack && (s.To >= min(c.Stage, Connected) || s.To < MustBe):
		wrong = append(wrong, fault.At("to", "hub.err.back_to"))
	}
	if s.Move == HandIn && s.Method != "" && !s.Method.Valid() {
		wrong = append(wrong, fault.At("method", "err.choice", "field", fault.Label("hub.field.method")))
	}
	return fault.Refuse(wrong)
}

// apply changes the connection and keeps it.
func (h *Hub) apply(w *worksheet, by auth.Principal, old Connection, s *inventory.System, step Step) (Connection, error) {
	next := old
	j := &judgement{w: w, s: s, c: &next, by: by, reason: strings.TrimSpace(step.Reason)}
	var err error
	switch step.Move {
	case HandIn:
		err = h.handIn(w, by, &next, s, step)
	case Confirm:
		if err = h.complete(w, &next, s, next.PendingStage); err == nil {
			next.Pending, next.PendingOn, next.PendingName = Submitted, w.today, by.Name
		}
	case Withdraw:
		next.clearPending()
	case Accept:
		if err = h.complete(w, &next, s, next.PendingStage); err == nil {
			next.Stage, next.StageOn, next.ReturnedReason = next.PendingStage, w.today, ""
			next.clearPending()
		}
	case Return:
		next.clearPending()
		next.ReturnedReason = j.reason
	case Verify:
		err = h.verify(w, by, &next, s)
	case SendBack:
		next.sendBack(step.To, w.today, j.reason)
	case Province:
		if next.ProvinceOn = step.On; next.ProvinceOn.IsZero() {
			next.ProvinceOn = w.today
		}
		if next.ProvinceOn.After(w.today) {
			err = fault.Refuse([]fault.Field{fault.At("on", "hub.err.future", "today", w.today)})
		}
	}
	if err != nil {
		return Connection{}, err
	}
	j.count(old, string(step.Move), w.today)
	if err := w.lacking(h, &next, s); err != nil {
		return Connection{}, err
	}
	if err := keep(w.tx, by, old, next, s, j.events); err != nil {
		return Connection{}, err
	}
	next.Version = old.Version + 1
	return next, h.settleDues(w.tx, []auth.DepartmentID{s.OwnerID})
}

func (c *Connection) clearPending() {
	c.Pending, c.PendingStage, c.PendingOn, c.PendingName = NothingPending, 0, calendar.Date{}, ""
}

// complete refuses what lacks a paper.
func (h *Hub) complete(w *worksheet, c *Connection, s *inventory.System, to Stage) error {
	list, err := h.missing(w.tx, c, s, &w.policy, c.Stage, to)
	if err != nil {
		return err
	}
	return refuseMissing(list)
}

// handIn takes the department's word; a clerk's waits for the head.
func (h *Hub) handIn(w *worksheet, by auth.Principal, c *Connection, s *inventory.System, step Step) error {
	if step.IPRecord = strings.TrimSpace(step.IPRecord); step.IPRecord != "" {
		c.IpRecord = step.IPRecord
	}
	if step.Method != "" {
		c.Method = step.Method
	}
	if step.Node != 0 {
		node, err := nodeByID(w.tx, step.Node, []auth.DepartmentID{s.OwnerID})
		if isNotFound(err) || err == nil && !node.RemovedOn.IsZero() {
			return fault.Refuse([]fault.Field{fault.At("node", "hub.err.node")})
		}
		if err != nil {
			return err
		}
		c.NodeID = &node.ID
	}
	c.Note = strings.TrimSpace(step.Note)
	if err := h.complete(w, c, s, step.To); err != nil {
		return err
	}
	c.Pending, c.PendingStage, c.PendingOn, c.PendingName = Prepared, step.To, w.today, by.Name
	if by.Is(auth.Head, auth.Region) {
		c.Pending = Submitted
	}
	return nil
}

// verify makes a connection of what was tested: self-declaration never suffices.
func (h *Hub) verify(w *worksheet, by auth.Principal, c *Connection, s *inventory.System) error {
	if err := h.complete(w, c, s, Connected); err != nil {
		return err
	}
	c.Stage, c.StageOn, c.ReturnedReason = Connected, w.today, ""
	c.VerifiedOn, c.VerifiedBy, c.VerifiedName = w.today, by.AccountID, by.Name
	c.LastSignal, c.RunFrom, c.DownSince = w.today, w.today, calendar.Date{}
	return nil
}

// sendBack takes stages back that turned out not to be reached.
func (c *Connection) sendBack(to Stage, today calendar.Date, reason string) {
	c.Stage, c.StageOn, c.ReturnedReason = to, today, reason
	c.DownSince = calendar.Date{}
	if to < Connected {
		c.VerifiedOn, c.VerifiedBy, c.VerifiedName, c.RunFrom, c.ProvinceOn = calendar.Date{}, 0, "", calendar.Date{}, calendar.Date{}
	}
}
