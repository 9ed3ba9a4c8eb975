package zombie

import (
	"context"
	"fmt"

	"qingce/internal/store"
)

// Seed puts in the first policy, where there is none: the numbers of a programme
// that nobody has tuned, from the beginning.
func (d *Detector) Seed(ctx context.Context) error {
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		n, err := countPolicies(tx)
		if err != nil || n > 0 {
			return err
		}
		return insertPolicy(tx, Policy{Version: 1, Name: DefaultPack, State: InForce, Numbers: DefaultNumbers(), MadeAt: tx.Now(), DecidedAt: tx.Now(), Revision: 1})
	})
	if err != nil {
		return fmt.Errorf("put in the first policy of detection: %w", err)
	}
	return nil
}

// Names of the packs of numbers that ship with the program.
const (
	DefaultPack = "default"
	// CampaignPack is for a campaign that has to be over within weeks: 90 days
	// without use are enough (方案 part 2 article 4, due 2017-10-31).
	CampaignPack = "campaign_2017"
)

// Pack is a set of numbers to begin a draft with.
type Pack struct {
	Name    string
	Numbers Numbers
}

// Packs are the sets that ship with the program.
func Packs() []Pack {
	campaign := DefaultNumbers()
	campaign.WindowAlone, campaign.Hold = true, 1
	return []Pack{{DefaultPack, DefaultNumbers()}, {CampaignPack, campaign}}
}
