package hub

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// LinkID identifies a link.
type LinkID int64

// LinkKind is what is to move to the hub.
type LinkKind string

// The kinds.
const (
	ExchangeLink   LinkKind = "link"     // an exchange between departments (办法 art. 9)
	CountyPlatform LinkKind = "platform" // a platform of a county (办法 art. 9)
)

// LinkKinds lists the kinds in the order in which pages show them.
func LinkKinds() []LinkKind { return []LinkKind{ExchangeLink, CountyPlatform} }

// Label is the message key of the kind's name.
func (k LinkKind) Label() fault.Label { return fault.Label("hub.link.kind." + string(k)) }

// Link is an exchange that goes past the hub and is to move to it.
type Link struct {
	ID           LinkID
	DepartmentID auth.DepartmentID
	Kind         LinkKind
	Name         string
	Other        string // with whom
	Content      string
	PlannedOn    calendar.Date
	MigratedOn   calendar.Date
	DroppedOn    calendar.Date
	Note         string
	UpdatedAt    time.Time
	UpdatedName  string
	Version      int64
}

// TableName is the table of links.
func (Link) TableName() string { return "hub_links" }

// LinkState is where a link stands on a day.
type LinkState string

// The states.
const (
	LinkLate     LinkState = "late"
	LinkPlanned  LinkState = "planned"
	LinkMigrated LinkState = "migrated"
	LinkDropped  LinkState = "dropped"
)

// LinkStates lists the states in the order in which pages show them.
func LinkStates() []LinkState { return []LinkState{LinkLate, LinkPlanned, LinkMigrated, LinkDropped} }

// Label is the message key of the state's name.
func (s LinkState) Label() fault.Label { return fault.Label("hub.link.state." + string(s)) }

// State is where the link stands on a day.
func (l *Link) State(today calendar.Date) LinkState {
	switch {
	case !l.DroppedOn.IsZero():
		return LinkDropped
	case !l.MigratedOn.IsZero():
		return LinkMigrated
	case l.PlannedOn.Before(today):
		return LinkLate
	}
	return LinkPlanned
}

func (l *Link) check(today calendar.Date) error {
	l.Name, l.Other, l.Content, l.Note = strings.TrimSpace(l.Name), strings.TrimSpace(l.Other), strings.TrimSpace(l.Content), strings.TrimSpace(l.Note)
	wrong := required(pair{"name", l.Name}, pair{"other", l.Other})
	wrong = append(wrong, tooLong(pair{"name", l.Name}, pair{"other", l.Other}, pair{"content", l.Content}, pair{"note", l.Note})...)
	if !slices.Contains(LinkKinds(), l.Kind) {
		wrong = append(wrong, fault.At("kind", "err.choice", "field", fault.Label("hub.field.kind")))
	}
	if l.PlannedOn.IsZero() {
		wrong = append(wrong, fault.At("planned_on", "err.required", "field", fault.Label("hub.field.planned_on")))
	}
	if l.MigratedOn.After(today) {
		wrong = append(wrong, fault.At("migrated_on", "hub.err.future", "today", today))
	}
	if l.DroppedOn.After(today) {
		wrong = append(wrong, fault.At("dropped_on", "hub.err.future", "today", today))
	}
	if !l.DroppedOn.IsZero() && l.Note == "" {
		wrong = append(wrong, fault.At("note", "hub.err.drop_note"))
	}
	return fault.Refuse(wrong)
}

// SaveLink adds a link of a department, or changes it: ID 0 is a new one.
func (h *Hub) SaveLink(ctx context.Context, by auth.Principal, l Link) (Link, error) {
	err := h.saveBeside(ctx, by, l.DepartmentID, func(tx *store.Tx) error {
		if err := l.check(calendar.DateOf(tx.Now())); err != nil {
			return err
		}
		version := l.Version
		l.UpdatedAt, l.UpdatedName, l.Version = tx.Now(), by.Name, version+1
		e := oplog.Entry{Action: "hub.link_saved", Kind: "hub_link", Name: l.Name, Department: l.DepartmentID}
		if l.ID != 0 {
			old, err := linkByID(tx, l.ID, []auth.DepartmentID{l.DepartmentID})
			if err != nil {
				return err
			}
			e.Before = old.facts()
		}
		if err := putRow(tx, &l, int64(l.ID), version); err != nil {
			return err
		}
		e.ID, e.After = fmt.Sprint(l.ID), l.facts()
		return oplog.Record(tx, by, e)
	})
	if err != nil {
		return Link{}, fmt.Errorf("save a link: %w", err)
	}
	return l, nil
}

type linkFacts struct {
	Kind       LinkKind      `json:"kind"`
	Name       string        `json:"name"`
	Other      string        `json:"other"`
	Content    string        `json:"content"`
	PlannedOn  calendar.Date `json:"planned_on"`
	MigratedOn calendar.Date `json:"migrated_on"`
	DroppedOn  calendar.Date `json:"dropped_on"`
	Note       string        `json:"note"`
}

func (l *Link) facts() linkFacts {
	return linkFacts{l.Kind, l.Name, l.Other, l.Content, l.PlannedOn, l.MigratedOn, l.DroppedOn, l.Note}
}

// LinkQuery narrows a list of links.
type LinkQuery struct {
	State      LinkState // empty is all
	Page, Size int
}

// LinkPage is a part of a list, how long it is, and how many there are of each
// state.
type LinkPage struct {
	Links  []Link
	Total  int64
	Counts map[LinkState]int64
}

// Links lists the links that by sees, the most pressing first.
func (h *Hub) Links(ctx context.Context, by auth.Principal, q LinkQuery) (LinkPage, error) {
	if err := by.Require(Viewers()...); err != nil {
		return LinkPage{}, err
	}
	q.Page, q.Size = pageOf(q.Page, q.Size)
	var out LinkPage
	err := h.db.Read(ctx, func(tx *store.Tx) error {
		seen, err := h.within(tx, by.View())
		if err != nil {
			return err
		}
		out, err = listLinks(tx, seen, q, calendar.DateOf(tx.Now()))
		return err
	})
	if err != nil {
		return LinkPage{}, fmt.Errorf("list links: %w", err)
	}
	return out, nil
}

// FindLink and FindNode read one that by sees.
func (h *Hub) FindLink(ctx context.Context, by auth.Principal, id LinkID) (l Link, err error) {
	err = h.findBeside(ctx, by, func(tx *store.Tx, seen []auth.DepartmentID) error {
		l, err = linkByID(tx, id, seen)
		return err
	})
	return l, err
}

// FindNode reads a front node that by sees.
func (h *Hub) FindNode(ctx context.Context, by auth.Principal, id NodeID) (n Node, err error) {
	err = h.findBeside(ctx, by, func(tx *store.Tx, seen []auth.DepartmentID) error {
		n, err = nodeByID(tx, id, seen)
		return err
	})
	return n, err
}

func (h *Hub) findBeside(ctx context.Context, by auth.Principal, find func(*store.Tx, []auth.DepartmentID) error) error {
	if err := by.Require(Viewers()...); err != nil {
		return err
	}
	return h.db.Read(ctx, func(tx *store.Tx) error {
		seen, err := h.within(tx, by.View())
		if err != nil {
			return err
		}
		return find(tx, seen)
	})
}
