package similar

import (
	"context"
	"fmt"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/similar/text"
)

// Limits of a check.
const (
	longestText = 2000
	mostFound   = 50
	usualFound  = 10
)

// Found is a system that is like a text, as the reader may see it.
type Found struct {
	Side
	Score float64
	// Words are those that both texts hold.
	Words []string
}

// Likely tells whether it is likely the same thing; otherwise it is only worth
// a look.
func (f Found) Likely() bool { return f.Score >= text.Likely }

// Check finds the systems that a text may describe again: before one is
// registered, or for a new project. At most so many are given, 10 when most is
// not positive. Of systems of other departments a department learns the code
// and the department.
func (d *Desk) Check(ctx context.Context, by auth.Principal, wanted string, most int) ([]Found, error) {
	if err := by.Require(Viewers()...); err != nil {
		return nil, err
	}
	switch n := len([]rune(strings.TrimSpace(wanted))); {
	case text.Letters(wanted) < fewestLetters:
		return nil, fault.Refuse([]fault.Field{fault.At("text", "similar.err.text_short", "least", fewestLetters)})
	case n > longestText:
		return nil, fault.Refuse([]fault.Field{fault.At("text", "err.too_long", "field", fault.Label("similar.text"), "max", longestText)})
	}
	return d.like(ctx, by, wanted, 0, most)
}

// Like finds the systems that are like one system that the principal sees.
func (d *Desk) Like(ctx context.Context, by auth.Principal, s inventory.System, most int) ([]Found, error) {
	if err := by.Require(Viewers()...); err != nil {
		return nil, err
	}
	wanted := body(s.Name, s.FunctionDesc)
	if s.Classified || text.Letters(wanted) < fewestLetters {
		return nil, nil
	}
	return d.like(ctx, by, wanted, s.ID, most)
}

func (d *Desk) like(ctx context.Context, by auth.Principal, wanted string, except inventory.SystemID, most int) ([]Found, error) {
	if most < 1 || most > mostFound {
		most = usualFound
	}
	var out []Found
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		if err := d.texts.follow(tx); err != nil {
			return err
		}
		var matches []text.Match
		for _, m := range d.texts.index.Similar(wanted, most+1, text.Candidate) {
			if m.Key != text.Key(except) && len(matches) < most {
				matches = append(matches, m)
			}
		}
		seen, dir, err := d.seen(tx, by)
		if err != nil {
			return err
		}
		out, err = d.found(tx, matches, wanted, reader{seen, dir, by})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for systems like a text: %w", err)
	}
	return out, nil
}

// found reads the systems that were found.
func (d *Desk) found(tx *store.Tx, matches []text.Match, wanted string, who reader) ([]Found, error) {
	ids := make([]inventory.SystemID, len(matches))
	for i, m := range matches {
		ids[i] = inventory.SystemID(m.Key)
	}
	sides, err := sidesOf(tx, ids)
	if err != nil {
		return nil, err
	}
	var out []Found
	for _, m := range matches {
		side, ok := sides[inventory.SystemID(m.Key)]
		if !ok {
			continue
		}
		other, _ := d.texts.of(side.ID)
		f := Found{Side: who.shown(side), Score: m.Score, Words: d.texts.index.Words(wanted, other, mostWords)}
		out = append(out, f)
	}
	return out, nil
}

// reader is who looks, and what they see.
type reader struct {
	seen []inventory.DepartmentID // nil is all
	dir  *inventory.Directory
	by   auth.Principal
}

// sees tells whether the reader sees the systems of a department.
func (r reader) sees(owner inventory.DepartmentID) bool {
	return r.seen == nil || r.dir.Covers(r.by.View(), owner)
}

// shown is a side without what the reader may not see.
func (r reader) shown(s Side) Side {
	if r.sees(s.OwnerID) {
		return s
	}
	return Side{ID: s.ID, Code: s.Code, OwnerID: s.OwnerID, Hidden: true}
}
