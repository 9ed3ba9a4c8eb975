package usage

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// Watch notes the outages that began since it last looked: one Silence and one
// entry of the operation log for each, whoever looks and however often. It
// returns how many probes it found silent.
func (p *Probes) Watch(ctx context.Context) (int, error) {
	by := auth.System("usage-probes")
	found := 0
	err := p.db.Write(ctx, func(tx *store.Tx) error {
		silent, err := newlyDown(tx)
		if err != nil {
			return err
		}
		found = 0
		for _, one := range silent {
			s := Silence{ProbeID: one.ID, Since: one.LastSuccessAt, NoticedAt: tx.Now()}
			fresh, err := openSilence(tx, &s)
			if err != nil {
				return err
			}
			if !fresh {
				continue // another node was faster
			}
			found++
			err = oplog.Record(tx, by, oplog.Entry{
				Action: "probe.silent", Kind: "probe", ID: one.Code, Name: one.Name, Department: one.OwnerID, After: silenceFacts(s),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("look for silent probes: %w", err)
	}
	return found, nil
}
