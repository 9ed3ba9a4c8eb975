package survey

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/input"
	"qingce/internal/store"
	"qingce/inventory"
)

// GoneSaid is what somebody says of a system that the body no longer has, as it
// was typed.
type GoneSaid struct {
	Kind   GoneKind
	On     string // offline: the day it was switched off
	Other  string // duplicate: the system that stays, by code or name
	To     string // transferred: the department that has it now
	Reason string
}

// Names of the inputs of GoneSaid, to which findings refer.
const (
	GoneKindField   = "gone_kind"
	GoneOnField     = "gone_on"
	GoneOtherField  = "gone_other"
	GoneToField     = "gone_to"
	GoneReasonField = "gone_reason"
)

// GoneKinds lists the reasons that can be given for a row.
func GoneKinds(r *Row) []GoneKind {
	if r.SystemID == nil {
		return []GoneKind{GoneError}
	}
	return []GoneKind{GoneOffline, GoneDuplicate, GoneTransferred}
}

// Label is the message key of the reason's name.
func (k GoneKind) Label() fault.Label { return fault.Label("survey.gone." + string(k)) }

const (
	leastReason    = 5 // characters of a reason (V14 and alike)
	greatestReason = 500
)

// MarkGone says that the body no longer has a system (不再使用). What is missing
// or impossible is an Invalid fault with the fields of GoneSaid.
func (d *Desk) MarkGone(ctx context.Context, by auth.Principal, key FormKey, id RowID, version int64, g GoneSaid) (Row, error) {
	return d.changeRow(ctx, by, key, id, version, "gone", func(tx *store.Tx, p *Paper, r *Row, now *inventory.System) error {
		names, err := d.deps.Registry.Names(tx, by)
		if err != nil {
			return err
		}
		g.Reason = strings.TrimSpace(g.Reason)
		next := *r
		next.GoneKind, next.GoneReason, next.Decision, next.Typed = g.Kind, g.Reason, Gone, nil
		next.GoneOn, next.GoneOtherID, next.GoneToID = calendar.Date{}, nil, nil
		if err := fault.Refuse(g.read(tx, p, &next, names)); err != nil {
			return err
		}
		next.Needed, next.Given, next.Errors, next.Warnings = 0, 0, 0, 0
		*r = next
		if now != nil {
			r.BaseVersion = now.Version
		}
		return nil
	})
}

// read puts what was said into the row and says what is wrong with it.
func (g GoneSaid) read(tx *store.Tx, p *Paper, r *Row, names field.Names) []fault.Field {
	out := wrongReason(GoneReasonField, g.Reason)
	if !slices.Contains(GoneKinds(r), g.Kind) {
		return append(out, fault.At(GoneKindField, "err.required", "field", fault.Label("survey.field.gone_kind")))
	}
	switch g.Kind {
	case GoneOffline:
		return append(out, g.readDay(tx, r)...)
	case GoneDuplicate:
		id, ok := find(names, "system", g.Other)
		if other := inventory.SystemID(id); ok && other != *r.SystemID {
			r.GoneOtherID = &other
			return out
		}
		return append(out, fault.At(GoneOtherField, "survey.err.gone_other"))
	case GoneTransferred:
		id, ok := find(names, "department", g.To)
		if to := auth.DepartmentID(id); ok && to != p.Owner.ID {
			r.GoneToID = &to
			return out
		}
		return append(out, fault.At(GoneToField, "survey.err.gone_to"))
	}
	return out
}

func (g GoneSaid) readDay(tx *store.Tx, r *Row) []fault.Field {
	label := fault.Label("survey.field.gone_on")
	if strings.TrimSpace(g.On) == "" {
		return []fault.Field{fault.At(GoneOnField, "err.required", "field", label)}
	}
	day, _, err := input.Date(g.On, false)
	switch {
	case err != nil:
		return []fault.Field{fault.At(GoneOnField, input.Code(err), "field", label, "value", g.On)}
	case day.After(today(tx)):
		return []fault.Field{fault.At(GoneOnField, "inventory.err.date_future", "field", label, "today", today(tx))}
	}
	r.GoneOn = day
	return nil
}

func find(names field.Names, sort, word string) (int64, bool) {
	if strings.TrimSpace(word) == "" {
		return 0, false
	}
	text, ok := names.Find(sort, word)
	id, err := strconv.ParseInt(text, 10, 64)
	return id, ok && err == nil
}

// wrongReason holds a reason to its lengths.
func wrongReason(name, reason string) []fault.Field {
	switch n := utf8.RuneCountInString(strings.TrimSpace(reason)); {
	case n < leastReason:
		return []fault.Field{fault.At(name, "survey.err.reason_short", "min", leastReason)}
	case n > greatestReason:
		return []fault.Field{fault.At(name, "err.too_long", "field", fault.Label("survey.field.reason"), "max", greatestReason)}
	}
	return nil
}
