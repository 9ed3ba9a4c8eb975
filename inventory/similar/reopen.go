package similar

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/similar/text"
)

// steady is how much a text must be like what was judged for the judgement to
// stand. Below it, it says something else now.
const steady = 0.8

// reopen brings judged pairs of changed systems back to the list when one of
// their texts is no longer what was judged. A pair that was found different and
// is not even alike now stays decided.
func (r *comparison) reopen(tx *store.Tx, lot []inventory.SystemID) (int, error) {
	judged, err := judgedPairs(tx, lot)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, p := range judged {
		if !r.moved(p.FirstID, p.FirstText) && !r.moved(p.SecondID, p.SecondText) {
			continue
		}
		p.Score = thousandths(r.d.texts.index.Score(r.all[p.FirstID], r.all[p.SecondID]))
		if p.Verdict == Different && p.Score < thousandths(text.Candidate) {
			continue
		}
		if err := r.back(tx, p); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// moved tells whether a text is no longer what was judged. What ended stays as
// it was judged.
func (r *comparison) moved(id inventory.SystemID, judged string) bool {
	now, ok := r.all[id]
	return ok && r.d.texts.index.Score(now, judged) < steady
}

func (r *comparison) back(tx *store.Tx, p pairRow) error {
	before := p.said()
	at := tx.Now()
	p.Verdict, p.Ground, p.KeeperID, p.Note, p.FirstText, p.SecondText = Open, "", nil, "", "", ""
	p.JudgedAt, p.JudgedBy, p.JudgedName, p.ReopenedAt, p.ComparedAt = nil, 0, "", &at, at
	version := p.Version
	p.Version++
	if err := tx.UpdateVersion(&p, int64(p.ID), version); err != nil {
		return fmt.Errorf("bring pair %d back: %w", p.ID, err)
	}
	return oplog.Record(tx, auth.System("similar"), oplog.Entry{
		Action: "similar.reopened", Kind: "similar_pair", ID: fmt.Sprint(p.ID), Before: before, After: p.said(),
	})
}
