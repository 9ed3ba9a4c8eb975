package scoring

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/scoring/programme"
)

// Adoption is a programme that was put in force.
type Adoption struct {
	ID          int64
	Key         string
	AdoptedOn   calendar.Date     // in force from this day on
	Files       map[string]string `gorm:"serializer:json"` // of a pack that does not ship
	AdoptedAt   time.Time
	AdoptedBy   auth.AccountID
	AdoptedName string
	Reason      string
}

// TableName is the table of adoptions.
func (Adoption) TableName() string { return "programmes" }

// packs keeps what was read of programmes, which never change.
type packs struct {
	mu sync.Mutex
	by map[int64]*programme.Pack
}

func (p *packs) of(a *Adoption) (*programme.Pack, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if pack, ok := p.by[a.ID]; ok {
		return pack, nil
	}
	pack, err := a.read()
	if err != nil {
		return nil, fmt.Errorf("read the programme %s: %w", a.Key, err)
	}
	if p.by == nil {
		p.by = map[int64]*programme.Pack{}
	}
	p.by[a.ID] = pack
	return pack, nil
}

func (a *Adoption) read() (*programme.Pack, error) {
	if len(a.Files) == 0 {
		return programme.Shipped(a.Key)
	}
	return programme.ReadFiles(a.Files)
}

// packOn is the programme in force on a day; before the first, the first.
func (b *Board) packOn(tx *store.Tx, day calendar.Date) (*programme.Pack, error) {
	all, err := adoptions(tx)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fault.New(fault.Conflict, "tasks.err.no_programme")
	}
	i := slices.IndexFunc(all, func(a Adoption) bool { return !a.AdoptedOn.After(day) }) // the newest first
	if i < 0 {
		i = len(all) - 1
	}
	return b.packs.of(&all[i])
}

// Pack is the programme in force today.
func (b *Board) Pack(ctx context.Context) (*programme.Pack, error) {
	return store.Reading(ctx, b.deps.DB, func(tx *store.Tx) (*programme.Pack, error) { return b.packOn(tx, today(tx)) })
}

// Adopt puts a programme in force from a day on: the files pack.json,
// articles.csv and obligations.csv by name. It is for the Office and the
// console. What cannot be carried out is refused with its file and line; the
// same programme again changes nothing.
func (b *Board) Adopt(ctx context.Context, by auth.Principal, files map[string]string, from calendar.Date, reason string) (Adoption, error) {
	if err := by.Require(auth.Office); err != nil {
		return Adoption{}, err
	}
	pack, err := readPack(files)
	if err != nil {
		return Adoption{}, err
	}
	if from.IsZero() {
		from = pack.InForce
	}
	return store.Writing(ctx, b.deps.DB, func(tx *store.Tx) (Adoption, error) {
		all, err := adoptions(tx)
		if err != nil {
			return Adoption{}, err
		}
		if len(all) > 0 && all[0].Key == pack.Key && all[0].AdoptedOn == from && maps.Equal(all[0].Files, files) {
			return all[0], nil
		}
		a := Adoption{
			Key: pack.Key, AdoptedOn: from, Files: files, AdoptedAt: tx.Now(), AdoptedBy: by.AccountID, AdoptedName: by.Name, Reason: reason,
		}
		if err := insertAdoption(tx, &a); err != nil {
			return Adoption{}, err
		}
		return a, oplog.Record(tx, by, oplog.Entry{
			Action: "tasks.programme", Kind: "programme", ID: a.Key, Name: pack.Name["zh-CN"], Reason: reason,
			After: adoptionFacts{a.Key, a.AdoptedOn, len(pack.Obligations)},
		})
	})
}

// adoptionFacts are an adoption as the operation log keeps it.
type adoptionFacts struct {
	Key         string        `json:"key"`
	From        calendar.Date `json:"adopted_on"`
	Obligations int           `json:"obligations"`
}
