package hub

import (
	"context"
	"fmt"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// NodeID identifies a front node.
type NodeID int64

// Node is an exchange server that a department has at its edge of the extranet
// (前置机). Several systems may go through one.
type Node struct {
	ID           NodeID
	DepartmentID auth.DepartmentID
	Name         string
	Address      string // its IP on the extranet
	Place        string
	InstalledOn  calendar.Date
	RemovedOn    calendar.Date
	Note         string
	UpdatedAt    time.Time
	UpdatedName  string
	Version      int64
}

// TableName is the table of nodes.
func (Node) TableName() string { return "hub_nodes" }

// check holds what was typed.
func (n *Node) check(today calendar.Date) error {
	n.Name, n.Address, n.Place, n.Note = strings.TrimSpace(n.Name), strings.TrimSpace(n.Address), strings.TrimSpace(n.Place), strings.TrimSpace(n.Note)
	wrong := required(pair{"name", n.Name}, pair{"address", n.Address})
	wrong = append(wrong, tooLong(pair{"name", n.Name}, pair{"address", n.Address}, pair{"place", n.Place}, pair{"note", n.Note})...)
	for _, d := range []struct {
		name string
		on   calendar.Date
	}{{"installed_on", n.InstalledOn}, {"removed_on", n.RemovedOn}} {
		if d.on.After(today) {
			wrong = append(wrong, fault.At(d.name, "hub.err.future", "today", today))
		}
	}
	return fault.Refuse(wrong)
}

// pair is a field with what was typed.
type pair struct{ name, text string }

func required(all ...pair) []fault.Field {
	var out []fault.Field
	for _, p := range all {
		if p.text == "" {
			out = append(out, fault.At(p.name, "err.required", "field", fault.Label("hub.field."+p.name)))
		}
	}
	return out
}

func tooLong(all ...pair) []fault.Field {
	var out []fault.Field
	for _, p := range all {
		if len([]rune(p.text)) > mostIP {
			out = append(out, fault.At(p.name, "err.too_long", "field", fault.Label("hub.field."+p.name), "max", mostIP))
		}
	}
	return out
}

// SaveNode adds a front node of a department, or changes it: ID 0 is a new one.
// Its department's people do, and the centre.
func (h *Hub) SaveNode(ctx context.Context, by auth.Principal, n Node) (Node, error) {
	err := h.saveBeside(ctx, by, n.DepartmentID, func(tx *store.Tx) error {
		if err := n.check(calendar.DateOf(tx.Now())); err != nil {
			return err
		}
		version := n.Version
		n.UpdatedAt, n.UpdatedName, n.Version = tx.Now(), by.Name, version+1
		e := oplog.Entry{Action: "hub.node_saved", Kind: "hub_node", Name: n.Name, Department: n.DepartmentID}
		if n.ID != 0 {
			old, err := nodeByID(tx, n.ID, []auth.DepartmentID{n.DepartmentID})
			if err != nil {
				return err
			}
			e.Before = old.facts()
		}
		if err := putRow(tx, &n, int64(n.ID), version); err != nil {
			return err
		}
		e.ID, e.After = fmt.Sprint(n.ID), n.facts()
		return oplog.Record(tx, by, e)
	})
	if err != nil {
		return Node{}, fmt.Errorf("save a front node: %w", err)
	}
	return n, nil
}

type nodeFacts struct {
	Name        string        `json:"name"`
	Address     string        `json:"address"`
	Place       string        `json:"place"`
	InstalledOn calendar.Date `json:"installed_on"`
	RemovedOn   calendar.Date `json:"removed_on"`
	Note        string        `json:"note"`
}

func (n *Node) facts() nodeFacts {
	return nodeFacts{n.Name, n.Address, n.Place, n.InstalledOn, n.RemovedOn, n.Note}
}

// saveBeside writes something that belongs to a department, for those who fill in
// for it and for the centre.
func (h *Hub) saveBeside(ctx context.Context, by auth.Principal, dept auth.DepartmentID, do func(*store.Tx) error) error {
	if err := by.Require(Movers()...); err != nil {
		return err
	}
	return h.db.Write(ctx, func(tx *store.Tx) error {
		if !by.Is(Verifiers()...) {
			covered, err := h.covers(tx, by, dept)
			if err != nil {
				return err
			}
			if !covered {
				return fault.Refuse([]fault.Field{fault.At("department", "hub.err.department")})
			}
		}
		if err := departmentExists(tx, dept); err != nil {
			return err
		}
		return do(tx)
	})
}

// Nodes lists the front nodes that by sees, by department; of one department
// when it is not 0.
func (h *Hub) Nodes(ctx context.Context, by auth.Principal, dept auth.DepartmentID) ([]Node, error) {
	if err := by.Require(Viewers()...); err != nil {
		return nil, err
	}
	var out []Node
	err := h.db.Read(ctx, func(tx *store.Tx) error {
		seen, err := h.within(tx, by.View())
		if err != nil {
			return err
		}
		out, err = nodesOf(tx, seen, dept)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list front nodes: %w", err)
	}
	return out, nil
}
