package inventory

import (
	"context"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// RelationKind is what joins two systems. What a system is part of and what it
// was merged into are fields of the system itself.
type RelationKind string

// The kinds of relations.
const (
	Interface  RelationKind = "interface"   // exchanges data with
	ReplacedBy RelationKind = "replaced_by" // its work can be done by
)

// RelationID identifies a relation.
type RelationID int64

// Relation joins two systems.
type Relation struct {
	ID        RelationID
	FromID    SystemID
	ToID      SystemID
	Kind      RelationKind
	Note      string
	CreatedAt time.Time
	CreatedBy auth.AccountID
}

// TableName is the table of relations.
func (Relation) TableName() string { return "system_relations" }

// Neighbour is a system at the other end of a relation. Of a system that the
// reader does not see only the code and the department are told, so that
// several can be told apart; its name is empty.
type Neighbour struct {
	RelationID RelationID // 0 for parent, parts and merged systems
	Kind       string     // interface, replaced_by, part_of, part, merged_into, merged_from
	Outgoing   bool
	Code       string
	Name       string
	OwnerID    DepartmentID
	Note       string
}

// Neighbours lists the systems that a system is joined to.
func (r *Registry) Neighbours(ctx context.Context, by auth.Principal, code string) ([]Neighbour, error) {
	var out []Neighbour
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		s, err := r.seenSystem(tx, by, code)
		if err != nil {
			return err
		}
		if out, err = neighbours(tx, s); err != nil {
			return err
		}
		d, err := r.directoryIn(tx)
		if err != nil {
			return err
		}
		for i, n := range out {
			if !d.Covers(by.View(), n.OwnerID) {
				out[i].Name = ""
			}
		}
		return nil
	})
	return out, err
}

// Relate joins a system of the principal's to another one that is named by its
// code. The same relation twice changes nothing.
func (r *Registry) Relate(ctx context.Context, by auth.Principal, code, other string, kind RelationKind, note string) error {
	if err := by.Require(writers...); err != nil {
		return err
	}
	if kind != Interface && kind != ReplacedBy {
		return fault.Refuse([]fault.Field{fault.At("kind", "inventory.err.relation_kind")})
	}
	if len([]rune(note)) > 200 {
		return fault.Refuse([]fault.Field{fault.At("note", "err.too_long", "field", fault.Label("relation.note"), "max", 200)})
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		s, err := r.ownSystem(tx, by, code)
		if err != nil {
			return err
		}
		to, err := systemByCode(tx, other, nil)
		if err != nil || to.ID == s.ID {
			return fault.Refuse([]fault.Field{fault.At("other", "inventory.err.unknown_system")})
		}
		rel := Relation{FromID: s.ID, ToID: to.ID, Kind: kind, Note: note, CreatedAt: tx.Now(), CreatedBy: by.AccountID}
		added, err := addRelation(tx, &rel)
		if err != nil || !added {
			return err
		}
		bump(tx, systemsRevision)
		return oplog.Record(tx, by, oplog.Entry{
			Action: "system.related", Kind: "system", ID: s.Code, Name: s.Name, Department: s.OwnerID,
			After: map[string]string{"kind": string(kind), "other": to.Code, "note": note},
		})
	})
}

// Unrelate removes a relation of one of the principal's systems.
func (r *Registry) Unrelate(ctx context.Context, by auth.Principal, code string, id RelationID) error {
	if err := by.Require(writers...); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		s, err := r.ownSystem(tx, by, code)
		if err != nil {
			return err
		}
		rel, err := removeRelation(tx, s.ID, id)
		if err != nil {
			return err
		}
		to, err := systemByID(tx, rel.ToID, nil)
		if err != nil {
			return err
		}
		bump(tx, systemsRevision)
		return oplog.Record(tx, by, oplog.Entry{
			Action: "system.unrelated", Kind: "system", ID: s.Code, Name: s.Name, Department: s.OwnerID,
			Before: map[string]string{"kind": string(rel.Kind), "other": to.Code, "note": rel.Note},
		})
	})
}
