package scoring

import (
	"context"
	"maps"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/scoring/programme"
)

// Plan is what putting a programme in force would change.
type Plan struct {
	Pack   *programme.Pack
	Before *programme.Pack // in force on From now
	From   calendar.Date
	// Adopted tells that the same programme is in force from that day already.
	Adopted bool
	Added   []*programme.Obligation
	Changed []Change
	Ended   []*programme.Obligation
	Same    int
}

// Change is an obligation that says something else than before.
type Change struct {
	Obligation *programme.Obligation
	Columns    []string // of the file, that differ
}

// Preview reads a programme as Adopt would and tells what would change, and
// writes nothing. It is for the Office and the console.
func (b *Board) Preview(ctx context.Context, by auth.Principal, files map[string]string, from calendar.Date) (Plan, error) {
	if err := by.Require(auth.Office); err != nil {
		return Plan{}, err
	}
	pack, err := readPack(files)
	if err != nil {
		return Plan{}, err
	}
	if from.IsZero() {
		from = pack.InForce
	}
	p := Plan{Pack: pack, From: from}
	err = b.deps.DB.Read(ctx, func(tx *store.Tx) error {
		all, err := adoptions(tx)
		if err != nil {
			return err
		}
		p.Adopted = len(all) > 0 && all[0].Key == pack.Key && all[0].AdoptedOn == from && maps.Equal(all[0].Files, files)
		p.Before, err = b.packOn(tx, from)
		return err
	})
	if err != nil {
		return Plan{}, err
	}
	p.compare()
	return p, nil
}

func (p *Plan) compare() {
	for i := range p.Pack.Obligations {
		o := &p.Pack.Obligations[i]
		old, ok := p.Before.Find(o.ID)
		if !ok {
			p.Added = append(p.Added, o)
			continue
		}
		if columns := o.Differs(old); len(columns) > 0 {
			p.Changed = append(p.Changed, Change{o, columns})
			continue
		}
		p.Same++
	}
	for i := range p.Before.Obligations {
		if o := &p.Before.Obligations[i]; !slices.ContainsFunc(p.Pack.Obligations, func(n programme.Obligation) bool { return n.ID == o.ID }) {
			p.Ended = append(p.Ended, o)
		}
	}
}

// readPack reads a programme; what is wrong in its files is told place by place.
func readPack(files map[string]string) (*programme.Pack, error) {
	pack, err := programme.ReadFiles(files)
	if fields := fault.FieldsOf(err); len(fields) > 0 {
		refused := fault.New(fault.Invalid, "tasks.err.pack", "n", len(fields))
		refused.Fields = fields
		return nil, refused
	}
	return pack, err
}
