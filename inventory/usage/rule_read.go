package usage

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// ProbeCode is the code of the probe of a rule that by may see; empty for a rule
// for all probes.
func (r *Rules) ProbeCode(ctx context.Context, by auth.Principal, probe ProbeID) (code string, err error) {
	if probe == 0 {
		return "", by.Require(Viewers()...)
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		if err := r.mayRead(tx, by, probe); err != nil {
			return err
		}
		one, err := probeByID(tx, probe)
		code = one.Code
		return err
	})
	return code, err
}
