package hub

import (
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// silent are the systems that were verified, or of which the register says that
// they are joined to the hub, and of which nothing was heard.
func silent(tx *store.Tx, seen []auth.DepartmentID, d *Differences) ([]Difference, error) {
	var out []Difference
	err := connections(tx, seen).
		Where("(c.stage >= ? OR '|' || s.interfaces || '|' LIKE '%|city_hub|%') AND (c.last_signal IS NULL OR c.last_signal < ?)", Connected, d.From).
		Where("s.state NOT IN ? AND NOT s.classified", []inventory.State{inventory.Merged, inventory.Retired}).
		Select("c.id AS system_id, s.code AS party, s.code, s.name, c.owner_id, c.stage, c.stage >= ? AS verified, c.last_signal AS last_day", Connected).
		Order("c.stage DESC, s.code").Limit(mostDifferences).Scan(&out).Error
	return ofKind(Silent, out, err)
}

// heard is what a party exchanged on the days of a span.
const heard = `(SELECT provider_id AS party_id, day, exchanges, failures FROM hub_exchanges WHERE counts AND day BETWEEN ? AND ?
	UNION ALL SELECT consumer_id, day, exchanges, failures FROM hub_exchanges WHERE counts AND day BETWEEN ? AND ?
	UNION ALL SELECT party_id, day, 0, 0 FROM hub_beats WHERE day BETWEEN ? AND ?) h`

// undeclared are the parties that no register knows, and the systems that are
// not even in their joint test.
func undeclared(tx *store.Tx, seen []auth.DepartmentID, d *Differences) ([]Difference, error) {
	q := tx.Gorm().Table(heard+` JOIN hub_parties p ON p.id = h.party_id LEFT JOIN systems s ON s.id = p.system_id LEFT JOIN hub_connections c ON c.id = p.system_id`,
		d.From, d.To, d.From, d.To, d.From, d.To)
	if seen == nil {
		q = q.Where("(p.system_id = 0 AND p.department_id = 0 AND p.name NOT IN ? OR c.stage < ?)", d.self, Tested)
	} else {
		q = q.Where("c.stage < ? AND c.owner_id IN ?", Tested, seen)
	}
	q = q.Where("(s.state IS NULL OR s.state NOT IN ?)", []inventory.State{inventory.Merged, inventory.Retired})
	var out []Difference
	err := q.Select(`p.name AS party, p.system_id, coalesce(s.code, '') AS code, coalesce(s.name, '') AS name, coalesce(c.owner_id, 0) AS owner_id,
			coalesce(c.stage, 0) AS stage, max(h.day) AS last_day, sum(h.exchanges) AS exchanges, sum(h.failures) AS failures`).
		Group("p.name, p.system_id, s.code, s.name, c.owner_id, c.stage").Order("sum(h.exchanges) DESC, p.name").Limit(mostDifferences).Scan(&out).Error
	return ofKind(Undeclared, out, err)
}

// afterEnd are the systems that were heard after they were retired or merged.
func afterEnd(tx *store.Tx, seen []auth.DepartmentID, d *Differences) ([]Difference, error) {
	var rows []struct {
		Difference
		Day       calendar.Date
		UpdatedAt time.Time
	}
	q := tx.Gorm().Table(heard+" JOIN hub_parties p ON p.id = h.party_id JOIN systems s ON s.id = p.system_id JOIN hub_connections c ON c.id = s.id",
		d.From, d.To, d.From, d.To, d.From, d.To).Where("s.state IN ?", []inventory.State{inventory.Merged, inventory.Retired})
	err := within(q, "c.owner_id", seen).
		Select("p.name AS party, s.id AS system_id, s.code, s.name, c.owner_id, c.stage, s.updated_at, h.day, sum(h.exchanges) AS exchanges, sum(h.failures) AS failures").
		Group("p.name, s.id, s.code, s.name, c.owner_id, c.stage, s.updated_at, h.day").Order("s.code, h.day").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find what was heard after its end: %w", err)
	}
	var out []Difference
	for _, r := range rows {
		ended := calendar.DateOf(r.UpdatedAt)
		if !r.Day.After(ended) {
			continue
		}
		if n := len(out); n == 0 || out[n-1].SystemID != r.SystemID {
			r.Kind, r.EndedOn = AfterEnd, ended
			out = append(out, r.Difference)
		} else {
			out[n-1].Exchanges += r.Exchanges
			out[n-1].Failures += r.Failures
		}
		out[len(out)-1].LastDay = r.Day
	}
	return out, nil
}

// failing are the pairs of which many exchanges failed.
func failing(tx *store.Tx, seen []auth.DepartmentID, d *Differences) ([]Difference, error) {
	pairs, err := volumes(tx, seen, d.From, d.To, "sum(e.failures) > 0 AND sum(e.failures) * 100 >= sum(e.exchanges) * ?", mostDifferences, d.Policy.FailurePercent)
	if err != nil {
		return nil, err
	}
	out := make([]Difference, len(pairs))
	for i, v := range pairs {
		out[i] = Difference{
			Kind: Failing, Party: v.Provider, Other: v.Consumer, SystemID: v.ProviderID, Code: v.ProviderCode, Name: v.ProviderName, OwnerID: v.ProviderDept,
			LastDay: v.LastDay, Exchanges: v.Exchanges, Failures: v.Failures,
		}
	}
	return out, nil
}

func ofKind(kind DifferenceKind, list []Difference, err error) ([]Difference, error) {
	if err != nil {
		return nil, fmt.Errorf("find differences: %w", err)
	}
	for i := range list {
		list[i].Kind = kind
	}
	return list, nil
}
