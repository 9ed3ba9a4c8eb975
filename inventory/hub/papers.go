package hub

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
)

// evidenceKind is under which the files of connections are kept.
const evidenceKind = "hub_connection"

// SubjectOf is beside what the files of a system's connection stand.
func SubjectOf(s *inventory.System) evidence.Subject {
	return evidence.Subject{Kind: evidenceKind, ID: strconv.FormatInt(int64(s.ID), 10), Department: s.OwnerID}
}

// AddPaper puts a file beside a connection: its department's people do, and the
// centre.
func (h *Hub) AddPaper(ctx context.Context, by auth.Principal, code string, paper Paper, up evidence.Upload, note string) (evidence.Item, error) {
	if err := by.Require(append(Fillers(), Verifiers()...)...); err != nil {
		return evidence.Item{}, err
	}
	if !paper.IsFile() {
		return evidence.Item{}, fault.Refuse([]fault.Field{fault.At("paper", "hub.err.paper")})
	}
	s, err := h.paperSystem(ctx, by, code)
	if err != nil {
		return evidence.Item{}, err
	}
	item, err := h.box.Add(ctx, by, up, SubjectOf(&s), paper.purpose(), note)
	if err != nil {
		return evidence.Item{}, err
	}
	return item, h.settleOne(ctx, s.ID)
}

// paperSystem finds a system whose connection by may put papers beside.
func (h *Hub) paperSystem(ctx context.Context, by auth.Principal, code string) (inventory.System, error) {
	var s inventory.System
	err := h.db.Read(ctx, func(tx *store.Tx) error {
		scope := by.Own()
		if by.Is(Verifiers()...) {
			scope = auth.Scope{All: true}
		}
		mine, err := h.within(tx, scope)
		if err != nil {
			return err
		}
		s, err = systemByCode(tx, code, mine)
		return err
	})
	return s, err
}

// RemovePaper takes a file away from a connection, with a reason. What the
// centre has accepted stays.
func (h *Hub) RemovePaper(ctx context.Context, by auth.Principal, code string, id evidence.LinkID, reason string) error {
	if err := by.Require(append(Fillers(), Verifiers()...)...); err != nil {
		return err
	}
	file, err := h.Find(ctx, by, code)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(file.Papers, func(item evidence.Item) bool { return item.Link.ID == id })
	switch {
	case i < 0:
		return fault.New(fault.NotFound, "err.not_found")
	case file.Pending == Submitted, accepted(file.Stage, PaperOf(file.Papers[i])):
		return fault.New(fault.Conflict, "hub.err.paper_accepted")
	}
	if err := h.box.Remove(ctx, by, id, reason); err != nil {
		return err
	}
	return h.settleOne(ctx, file.ID)
}

// PaperOf is which paper a file is.
func PaperOf(item evidence.Item) Paper {
	for _, p := range Files() {
		if p.purpose() == item.Link.Purpose {
			return p
		}
	}
	return ""
}

// accepted tells whether a stage that was reached rests on the paper.
func accepted(reached Stage, p Paper) bool {
	for stage, list := range needs {
		if slices.Contains(list, p) {
			return stage <= reached
		}
	}
	return p == GatewayRecord && reached >= Connected
}

// OpenPaper gives the content of a file beside a connection that by sees.
func (h *Hub) OpenPaper(ctx context.Context, by auth.Principal, code string, id evidence.LinkID) (*evidence.Content, error) {
	file, err := h.Find(ctx, by, code)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(file.Papers, func(item evidence.Item) bool { return item.Link.ID == id }) {
		return nil, fault.New(fault.NotFound, "err.not_found")
	}
	return h.box.Open(ctx, by, id)
}

// missing lists what is lacking for the stages after from up to to.
func (h *Hub) missing(tx *store.Tx, c *Connection, s *inventory.System, p *Policy, from, to Stage) ([]Paper, error) {
	items, err := h.box.List(tx, SubjectOf(s))
	if err != nil {
		return nil, fmt.Errorf("papers of %s: %w", s.Code, err)
	}
	have := map[Paper]bool{
		IPRecord: c.IpRecord != "", MethodChosen: c.Method != "", DjbhFiling: filed(s),
		OnExtranet: s.Network.Has(inventory.NetExtranet) || s.GatewayNote != "",
	}
	for _, item := range items {
		have[PaperOf(item)] = true
	}
	if to >= Connected && have[GatewayRecord] {
		have[RealExchange] = true
	} else if to >= Connected {
		today := calendar.DateOf(tx.Now())
		if have[RealExchange], err = exchanged(tx, s.ID, today.AddDays(-p.WindowDays), today); err != nil {
			return nil, err
		}
	}
	var out []Paper
	for stage := from + 1; stage <= to; stage++ {
		for _, paper := range needs[stage] {
			if !have[paper] {
				out = append(out, paper)
			}
		}
	}
	return out, nil
}

// filed tells whether the register itself says that the classified protection is
// filed, or that level 1 needs no filing.
func filed(s *inventory.System) bool { return s.DjbhFilingNo != "" || s.DjbhLevel == "1" }

// refuseMissing names what is lacking.
func refuseMissing(list []Paper) error {
	var fields []fault.Field
	for _, p := range list {
		fields = append(fields, fault.At(string(p), "hub.err.missing."+string(p)))
	}
	return fault.Refuse(fields)
}

// HandOver gives the papers of a connection to the department that its system
// went to.
func (h *Hub) HandOver(tx *store.Tx, s inventory.System) error {
	return h.box.Hand(tx, SubjectOf(&s), s.OwnerID)
}
