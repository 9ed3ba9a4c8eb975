package zombie

import (
	"encoding/json"
	"fmt"
	"strings"

	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/zombie/detect"
)

// standing is the verdict on a system as it stands before a run.
type standing struct {
	SystemID  inventory.SystemID
	Mark      int64
	Strength  Strength
	ValidFrom detect.Day
}

// standingOf reads the verdicts that hold on a day, of systems.
func standingOf(tx *store.Tx, systems []inventory.SystemID, day detect.Day) (map[inventory.SystemID]standing, error) {
	rows, err := tx.Gorm().Raw("SELECT system_id, mark, strength, valid_from FROM zombie_verdicts WHERE system_id ? AND valid_to >= ? AND valid_from <= ?",
		store.Among(tx, systems), day, day).Rows()
	if err != nil {
		return nil, fmt.Errorf("read what stands: %w", err)
	}
	defer rows.Close()
	out := make(map[inventory.SystemID]standing, len(systems))
	for rows.Next() {
		var s standing
		if err := rows.Scan(&s.SystemID, &s.Mark, &s.Strength, &s.ValidFrom); err != nil {
			return nil, fmt.Errorf("read a verdict that stands: %w", err)
		}
		out[s.SystemID] = s
	}
	return out, rows.Err()
}

// bodyOf is what is kept of a verdict beside its results.
func bodyOf(verdicts []detect.Verdict) (string, error) {
	b := body{Figures: verdicts[0].Figures}
	b.Figures.Days = -1
	for i := range verdicts {
		b.Grounds[i], b.Days[i] = verdicts[i].Grounds, verdicts[i].Days
	}
	text, err := json.Marshal(b)
	if err != nil {
		return "", fmt.Errorf("write the figures of a verdict: %w", err)
	}
	return string(text), nil
}

const changeColumns = "system_id, mark, confidence, policy_version, strength, z1, z2, z3, z4, z5, body"

// writeChanges keeps what a run would change.
func writeChanges(tx *store.Tx, day detect.Day, rows []verdictRow) error {
	if len(rows) == 0 {
		return nil
	}
	if tx.CanCopy() && len(rows) > 20 {
		return tx.CopyIn("COPY zombie_changes (day, "+changeColumns+") FROM STDIN", strings.NewReader(changesText(day, rows)))
	}
	for len(rows) > 0 {
		n := min(writeLot, len(rows))
		var args []any
		for i := range rows[:n] {
			r := &rows[i]
			args = append(args, day, int64(r.SystemID), r.Mark, r.Confidence, r.PolicyVersion, r.Strength, r.Z1, r.Z2, r.Z3, r.Z4, r.Z5, r.Body)
		}
		if err := tx.Gorm().Exec("INSERT INTO zombie_changes (day, "+changeColumns+") VALUES "+places(n, 12), args...).Error; err != nil {
			return fmt.Errorf("write what changes: %w", err)
		}
		rows = rows[n:]
	}
	return nil
}

// changesText writes changes in the text format of COPY. JSON of figures holds
// nothing that would need an escape there but backslashes.
func changesText(day detect.Day, rows []verdictRow) string {
	var b strings.Builder
	for i := range rows {
		r := &rows[i]
		fmt.Fprintf(&b, "%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\n", day, r.SystemID, r.Mark, r.Confidence, r.PolicyVersion, r.Strength,
			r.Z1, r.Z2, r.Z3, r.Z4, r.Z5, strings.ReplaceAll(r.Body, `\`, `\\`))
	}
	return b.String()
}

// dropChanges forgets what a run would change of some systems.
func dropChanges(tx *store.Tx, day detect.Day, systems []inventory.SystemID) error {
	err := tx.Gorm().Exec("DELETE FROM zombie_changes WHERE day = ? AND system_id ?", day, store.Among(tx, systems)).Error
	if err != nil {
		return fmt.Errorf("forget what would change: %w", err)
	}
	return nil
}

func clearChanges(tx *store.Tx, day detect.Day) error {
	if err := tx.Gorm().Exec("DELETE FROM zombie_changes WHERE day <= ?", day).Error; err != nil {
		return fmt.Errorf("forget what would change: %w", err)
	}
	return nil
}

// publish makes what a run would change the verdicts that hold from its day on.
func publish(tx *store.Tx, day detect.Day) error {
	const changed = "system_id IN (SELECT system_id FROM zombie_changes WHERE day = ?)"
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{"INSERT INTO zombie_replaced (day, system_id, policy_version, body, replaced_at) SELECT valid_from, system_id, policy_version, body, ? " +
			"FROM zombie_verdicts WHERE valid_from = ? AND " + changed, []any{tx.Now(), day, day}},
		{"DELETE FROM zombie_verdicts WHERE valid_from = ? AND " + changed, []any{day, day}},
		{"UPDATE zombie_verdicts SET valid_to = ? WHERE valid_to = ? AND " + changed, []any{day - 1, holds, day}},
		{"INSERT INTO zombie_verdicts (valid_from, valid_to, " + changeColumns + ") SELECT ?, ?, " + changeColumns +
			" FROM zombie_changes WHERE day = ?", []any{day, holds, day}},
	} {
		if err := tx.Gorm().Exec(step.sql, step.args...).Error; err != nil {
			return fmt.Errorf("publish the verdicts of %v: %w", DateOf(day), err)
		}
	}
	return clearChanges(tx, day)
}
