package survey

import (
	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/store"
	"qingce/inventory"
)

// follow brings a row to the register's present state: what the body left alone
// takes the register's value, what both changed keeps the body's answer and is
// returned as a warning. A system that is no longer the body's, or closed, is
// taken off the form. It tells whether the row changed.
func (d *Desk) follow(tx *store.Tx, by auth.Principal, p *Paper, r *Row, now *inventory.System) (bool, []fault.Field, error) {
	if now == nil || r.SystemID == nil || r.BaseVersion == now.Version {
		return false, nil, nil
	}
	if now.OwnerID != p.Owner.ID || now.State.Closed() {
		r.Decision, r.GoneKind, r.BaseVersion = Removed, "", now.Version
		if now.OwnerID != p.Owner.ID {
			to := now.OwnerID
			r.GoneKind, r.GoneToID = GoneTransferred, &to
		}
		return true, nil, nil
	}
	base, err := systemVersion(tx, *r.SystemID, r.BaseVersion)
	if err != nil {
		return false, nil, err
	}
	mine := systemOf(r.Body)
	var both []fault.Field
	for i := range inventory.SystemFields.All() {
		f := &inventory.SystemFields.All()[i]
		was, is := f.Get(&base), f.Get(now)
		switch {
		case f.Given, f.Get(&mine) == was:
			f.Set(&mine, is)
		case is != was && is != f.Get(&mine):
			both = append(both, fault.Remark(f.Key, "survey.warn.register_moved", "field", inventory.SystemFields.Label(f.Key)))
		}
	}
	r.Body, r.Code, r.Name, r.BaseVersion = bodyOf(mine, r.Body), now.Code, mine.Name, now.Version
	return true, both, nil
}

// unchanged tells whether the row says of the system what the register says.
func unchanged(r *Row, now *inventory.System) bool {
	if now == nil {
		return false
	}
	mine := systemOf(r.Body)
	return len(inventory.SystemFields.Diff(now, &mine)) == 0
}

// DiffRegister lists what a row says otherwise than the register, field by
// field.
func DiffRegister(r *Row, now *inventory.System) []field.Change {
	if now == nil {
		return nil
	}
	mine := systemOf(r.Body)
	return inventory.SystemFields.Diff(now, &mine)
}
