package survey

import (
	"context"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

var errZero = fault.New(fault.Conflict, "survey.err.zero_filed")

// FileZero says that the body has no systems, and why (零报告, V14). Systems that
// stand on the form have to be said gone before. The head still confirms it by
// Submit.
func (d *Desk) FileZero(ctx context.Context, by auth.Principal, key FormKey, version int64, reason string) (Form, error) {
	return d.changeForm(ctx, by, key, version, "zero_filed", func(tx *store.Tx, p *Paper) error {
		standing, err := countStanding(tx, p.Form.ID)
		if err != nil {
			return err
		}
		none := int64(0)
		p.Form.Zero, p.Form.ZeroReason, p.Form.DeclaredCount = true, strings.TrimSpace(reason), &none
		p.Form.Typed = map[string][]string{}
		return fault.Refuse(p.Form.wrongZero(standing))
	})
}

// wrongZero holds a zero report to V14.
func (f *Form) wrongZero(standing int) []fault.Field {
	out := wrongReason(ZeroReasonField, f.ZeroReason)
	if standing > 0 {
		out = append(out, fault.At(ZeroField, "survey.err.v14_rows", "n", standing))
	}
	if f.DeclaredCount == nil || *f.DeclaredCount != 0 {
		out = append(out, fault.At(CountField, "survey.err.v14_count"))
	}
	return out
}

// WithdrawZero takes a zero report back; the form can be filled in again.
func (d *Desk) WithdrawZero(ctx context.Context, by auth.Principal, key FormKey, version int64) (Form, error) {
	return d.changeForm(ctx, by, key, version, "zero_withdrawn", func(tx *store.Tx, p *Paper) error {
		p.Form.Zero, p.Form.ZeroReason, p.Form.DeclaredCount = false, "", nil
		return d.fillIn(tx, by, p)
	})
}
