package similar

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
)

// Opinion is what a reviewer says of a pair.
type Opinion struct {
	// Choice is the verdict with its ground, "same.double".
	Choice string
	// Keeper is the code of the system that goes on, when both do the same
	// work: the other one counts as replaceable. Empty otherwise.
	Keeper string
	// Note is needed with the ground "other"; at most 500 characters.
	Note string
}

const longestNote = 500

// Judge records what a reviewer says of a pair, as the version after the one
// that was read; store.ErrStale when somebody was faster. Nobody judges a pair
// with a system of the own department. A decided pair can be judged again.
func (d *Desk) Judge(ctx context.Context, by auth.Principal, id PairID, version int64, o Opinion) error {
	if err := by.Require(Judges()...); err != nil {
		return err
	}
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		p, err := pairByID(tx, id)
		if err != nil {
			return err
		}
		if p.Version != version {
			return store.ErrStale
		}
		sides, err := sidesOf(tx, []inventory.SystemID{p.FirstID, p.SecondID})
		if err != nil {
			return err
		}
		first, second := sides[p.FirstID], sides[p.SecondID]
		if by.DepartmentID != 0 && (first.OwnerID == by.DepartmentID || second.OwnerID == by.DepartmentID) {
			return ErrOwnPair
		}
		before := p.said()
		if err := p.take(o, first, second); err != nil {
			return err
		}
		return d.keepJudgement(tx, by, &p, before, first, second)
	})
	if err != nil {
		return fmt.Errorf("judge pair %d: %w", id, err)
	}
	return nil
}

// take puts the opinion into the pair, or says what is wrong with it.
func (p *pairRow) take(o Opinion, first, second Side) error {
	note := strings.TrimSpace(o.Note)
	c, ok := ParseChoice(o.Choice)
	var wrong []fault.Field
	switch {
	case o.Choice == "":
		wrong = append(wrong, fault.At("choice", "similar.err.choice_empty"))
	case !ok:
		wrong = append(wrong, fault.At("choice", "err.choice", "field", fault.Label("similar.choice")))
	}
	if len([]rune(note)) > longestNote {
		wrong = append(wrong, fault.At("note", "err.too_long", "field", fault.Label("similar.note"), "max", longestNote))
	}
	if ok && c.Ground == otherGround && note == "" {
		wrong = append(wrong, fault.At("note", "similar.err.note"))
	}
	keeper := []inventory.SystemID(nil)
	for _, s := range []Side{first, second} {
		if o.Keeper != "" && o.Keeper == s.Code {
			keeper = append(keeper, s.ID)
		}
	}
	if ok && c.Verdict == Same && len(keeper) != 1 {
		wrong = append(wrong, fault.At("keeper", "similar.err.keeper", "first", first.Code, "second", second.Code))
	}
	if err := fault.Refuse(wrong); err != nil {
		return err
	}
	p.Verdict, p.Ground, p.Note, p.KeeperID = c.Verdict, c.Ground, note, nil
	if c.Verdict == Same {
		p.KeeperID = &keeper[0]
	}
	return nil
}

// keepJudgement writes the judged pair with the texts that were judged.
func (d *Desk) keepJudgement(tx *store.Tx, by auth.Principal, p *pairRow, before said, first, second Side) error {
	if err := d.texts.follow(tx); err != nil {
		return err
	}
	at, version := tx.Now(), p.Version
	p.FirstText, _ = d.texts.of(p.FirstID)
	p.SecondText, _ = d.texts.of(p.SecondID)
	p.JudgedAt, p.JudgedBy, p.JudgedName, p.ReopenedAt = &at, by.AccountID, by.Name, nil
	p.Version++
	if err := tx.UpdateVersion(p, int64(p.ID), version); err != nil {
		return err
	}
	if err := addJudgement(tx, p); err != nil {
		return err
	}
	return oplog.Record(tx, by, oplog.Entry{
		Action: "similar.judged", Kind: "similar_pair", ID: fmt.Sprint(p.ID), Name: first.Code + " / " + second.Code,
		Department: owner(p, first, second), Before: before, After: p.said(), Reason: p.Note,
	})
}

// owner is the department that a judgement concerns the most: that of the system
// which can be replaced, else of the first.
func owner(p *pairRow, first, second Side) inventory.DepartmentID {
	if p.keeper() == first.ID {
		return second.OwnerID
	}
	return first.OwnerID
}

// Past is a judgement as it was given.
type Past struct {
	Judgement
	Score float64
}

// Sheet is a pair with all that is known of it.
type Sheet struct {
	Pair
	// FirstText and SecondText are what the systems do, empty for what the
	// reader may not see.
	FirstText, SecondText string
	History               []Past // newest first
}

// Find reads a pair of which the principal sees at least one system.
func (d *Desk) Find(ctx context.Context, by auth.Principal, id PairID) (Sheet, error) {
	if err := by.Require(Viewers()...); err != nil {
		return Sheet{}, err
	}
	var out Sheet
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		seen, dir, err := d.seen(tx, by)
		if err != nil {
			return err
		}
		who := reader{seen, dir, by}
		lines, err := pairLines(tx, seen, "p.id = ?", id)
		if err != nil {
			return err
		}
		if len(lines) == 0 {
			return fault.New(fault.NotFound, "err.not_found")
		}
		out.Pair = lines[0].pair(who)
		if out.History, err = pastJudgements(tx, out.First.ID, out.Second.ID); err != nil {
			return err
		}
		functions, err := functionsOf(tx, []inventory.SystemID{out.First.ID, out.Second.ID})
		for _, s := range []struct {
			side *Side
			text *string
		}{{&out.First, &out.FirstText}, {&out.Second, &out.SecondText}} {
			if !s.side.Hidden {
				*s.text = functions[s.side.ID]
			}
		}
		return err
	})
	if err != nil {
		return Sheet{}, fmt.Errorf("find pair %d: %w", id, err)
	}
	return out, nil
}

// pair is a line as the reader may see it.
func (l *pairLine) pair(who reader) Pair {
	p := l.Pair
	p.First, p.Second = who.shown(p.First), who.shown(p.Second)
	p.Words = slices.DeleteFunc(strings.Split(l.words, " "), func(w string) bool { return w == "" })
	return p
}
