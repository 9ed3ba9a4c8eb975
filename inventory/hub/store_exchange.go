package hub

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// partyLot is how many names are looked up at a time.
const partyLot = 500

// partiesNamed finds the parties of names and adds those that were never seen.
func partiesNamed(tx *store.Tx, names []string) (map[string]Party, error) {
	names = slices.Clone(names)
	slices.Sort(names)
	names = slices.Compact(names)
	out := make(map[string]Party, len(names))
	for lot := range slices.Chunk(names, partyLot) {
		var known []Party
		if err := tx.Gorm().Where("name IN ?", lot).Find(&known).Error; err != nil {
			return nil, fmt.Errorf("find parties: %w", err)
		}
		for _, p := range known {
			out[p.Name] = p
		}
	}
	var fresh []Party
	for _, name := range names {
		if _, ok := out[name]; !ok {
			fresh = append(fresh, Party{Name: name, FirstSeen: tx.Now()})
		}
	}
	if len(fresh) == 0 {
		return out, nil
	}
	for i := range fresh {
		if err := resolve(tx, &fresh[i]); err != nil {
			return nil, err
		}
	}
	if err := tx.Gorm().CreateInBatches(&fresh, 200).Error; err != nil {
		return nil, fmt.Errorf("insert parties: %w", err)
	}
	for _, p := range fresh {
		out[p.Name] = p
	}
	return out, nil
}

// resolve finds what a name means in the register.
func resolve(tx *store.Tx, p *Party) error {
	code, _, _ := strings.Cut(p.Name, " ")
	var s struct {
		ID      inventory.SystemID
		OwnerID auth.DepartmentID
	}
	err := tx.Gorm().Table("systems").Select("id, owner_id").Where("code = ?", strings.ToUpper(code)).Take(&s).Error
	if err == nil {
		p.SystemID, p.DepartmentID = s.ID, s.OwnerID
		return nil
	}
	if !isNotFound(err) {
		return fmt.Errorf("find the system of party %s: %w", p.Name, err)
	}
	err = tx.Gorm().Table("departments").Select("id").Where("code = ? OR name = ?", code, p.Name).Order("id").Limit(1).Scan(&p.DepartmentID).Error
	if err != nil {
		return fmt.Errorf("find the department of party %s: %w", p.Name, err)
	}
	return nil
}

// resolveParties looks again for those that the register did not know, and lets
// the others follow their systems to another department.
func resolveParties(tx *store.Tx) error {
	var unknown []Party
	if err := tx.Gorm().Where("system_id = 0 AND department_id = 0").Limit(partyLot).Find(&unknown).Error; err != nil {
		return fmt.Errorf("find unknown parties: %w", err)
	}
	for i := range unknown {
		p := &unknown[i]
		if err := resolve(tx, p); err != nil {
			return err
		}
		if p.SystemID == 0 && p.DepartmentID == 0 {
			continue
		}
		err := tx.Gorm().Exec("UPDATE hub_parties SET system_id = ?, department_id = ? WHERE id = ?", p.SystemID, p.DepartmentID, p.ID).Error
		if err != nil {
			return fmt.Errorf("note what party %s is: %w", p.Name, err)
		}
	}
	err := tx.Gorm().Exec(`UPDATE hub_parties SET department_id = (SELECT s.owner_id FROM systems s WHERE s.id = hub_parties.system_id)
		WHERE system_id <> 0 AND department_id <> (SELECT s.owner_id FROM systems s WHERE s.id = hub_parties.system_id)`).Error
	if err != nil {
		return fmt.Errorf("hand parties over: %w", err)
	}
	return nil
}

func keepBeats(tx *store.Tx, r *Report, parties map[string]Party) error {
	rows := make([]beat, 0, len(r.Beats))
	seen := map[beat]bool{}
	for _, b := range r.Beats {
		hour := b.Hour.UTC().Truncate(time.Hour)
		one := beat{PartyID: parties[b.Party].ID, Hour: hour, Day: calendar.DateOf(hour), Source: r.Source}
		if !seen[one] {
			seen[one] = true
			rows = append(rows, one)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if err := tx.Gorm().Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&rows, 500).Error; err != nil {
		return fmt.Errorf("keep heartbeats: %w", err)
	}
	return nil
}

// exchangeKey tells the states of a day apart.
type exchangeKey struct {
	day                calendar.Date
	provider, consumer PartyID
	source             string
}

// newestOnly keeps the newest of several states of the same key, for one
// statement cannot set a row twice.
func newestOnly(rows []Exchange) []Exchange {
	at := map[exchangeKey]int{}
	var out []Exchange
	for _, e := range rows {
		key := exchangeKey{e.Day, e.ProviderID, e.ConsumerID, e.Source}
		i, twice := at[key]
		switch {
		case !twice:
			at[key] = len(out)
			out = append(out, e)
		case e.Seq >= out[i].Seq:
			out[i] = e
		}
	}
	return out
}

// setExchanges sets states where they are newer than what is kept, and decides
// anew which rows of their days count.
func setExchanges(tx *store.Tx, rows []Exchange) error {
	rows = newestOnly(rows)
	for lot := range slices.Chunk(rows, 300) {
		err := tx.Gorm().Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "day"}, {Name: "provider_id"}, {Name: "consumer_id"}, {Name: "source"}},
			DoUpdates: clause.AssignmentColumns([]string{"seq", "exchanges", "failures", "bytes"}),
			Where:     clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "excluded.seq > hub_exchanges.seq"}}},
		}).Create(&lot).Error
		if err != nil {
			return fmt.Errorf("set %d exchanges: %w", len(lot), err)
		}
	}
	return recount(tx, rows)
}

// recount decides which rows count: those of senders; of files the newest, where
// no sender speaks of the pair on the day.
func recount(tx *store.Tx, rows []Exchange) error {
	if len(rows) == 0 {
		return nil
	}
	first, last := rows[0].Day, rows[0].Day
	var providers []PartyID
	for _, e := range rows {
		if e.Day.Before(first) {
			first = e.Day
		}
		if e.Day.After(last) {
			last = e.Day
		}
		providers = append(providers, e.ProviderID)
	}
	slices.Sort(providers)
	err := tx.Gorm().Exec(`UPDATE hub_exchanges SET counts = NOT EXISTS (SELECT 1 FROM hub_exchanges o
			WHERE o.day = hub_exchanges.day AND o.provider_id = hub_exchanges.provider_id AND o.consumer_id = hub_exchanges.consumer_id
			AND (o.upload_id = 0 OR o.upload_id > hub_exchanges.upload_id))
		WHERE upload_id > 0 AND day BETWEEN ? AND ? AND provider_id ?`, first, last, store.Among(tx, slices.Compact(providers))).Error
	if err != nil {
		return fmt.Errorf("decide which exchanges count: %w", err)
	}
	return nil
}

// exchanged tells whether a real exchange of a system succeeded in the days.
func exchanged(tx *store.Tx, id inventory.SystemID, from, to calendar.Date) (bool, error) {
	var n int64
	err := tx.Gorm().Raw(`SELECT count(*) FROM hub_exchanges e WHERE e.counts AND e.exchanges > e.failures AND e.day BETWEEN ? AND ?
		AND (e.provider_id IN (SELECT id FROM hub_parties WHERE system_id = ?) OR e.consumer_id IN (SELECT id FROM hub_parties WHERE system_id = ?))`,
		from, to, id, id).Scan(&n).Error
	if err != nil {
		return false, fmt.Errorf("find exchanges of system %d: %w", id, err)
	}
	return n > 0, nil
}

// signalDays are the days on which the hub heard systems, in order.
func signalDays(tx *store.Tx, ids []inventory.SystemID, from, to calendar.Date) (map[inventory.SystemID][]calendar.Date, error) {
	var rows []struct {
		SystemID inventory.SystemID
		Day      calendar.Date
	}
	err := tx.Gorm().Raw(`SELECT p.system_id, b.day FROM hub_beats b JOIN hub_parties p ON p.id = b.party_id
			WHERE p.system_id ? AND b.day BETWEEN ? AND ?
		UNION SELECT p.system_id, e.day FROM hub_exchanges e JOIN hub_parties p ON p.id = e.provider_id
			WHERE p.system_id ? AND e.counts AND e.exchanges > e.failures AND e.day BETWEEN ? AND ?
		UNION SELECT p.system_id, e.day FROM hub_exchanges e JOIN hub_parties p ON p.id = e.consumer_id
			WHERE p.system_id ? AND e.counts AND e.exchanges > e.failures AND e.day BETWEEN ? AND ?
		ORDER BY 1, 2`, store.Among(tx, ids), from, to, store.Among(tx, ids), from, to, store.Among(tx, ids), from, to).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read signals: %w", err)
	}
	out := map[inventory.SystemID][]calendar.Date{}
	for _, r := range rows {
		out[r.SystemID] = append(out[r.SystemID], r.Day)
	}
	return out, nil
}

// Volume is what went between two parties in a span of days.
type Volume struct {
	Provider, Consumer         string // as the hub writes them
	ProviderID, ConsumerID     inventory.SystemID
	ProviderCode, ConsumerCode string // codes of the systems
	ProviderName, ConsumerName string // of the system, or of the department that the party is
	ProviderDept, ConsumerDept auth.DepartmentID
	Exchanges, Failures, Bytes int64
	LastDay                    calendar.Date
}

const volumeColumns = `p.name AS provider, q.name AS consumer, p.system_id AS provider_id, q.system_id AS consumer_id,
	max(coalesce(ps.code, '')) AS provider_code, max(coalesce(qs.code, '')) AS consumer_code,
	max(coalesce(ps.name, pd.name, '')) AS provider_name, max(coalesce(qs.name, qd.name, '')) AS consumer_name,
	p.department_id AS provider_dept, q.department_id AS consumer_dept,
	sum(e.exchanges) AS exchanges, sum(e.failures) AS failures, sum(e.bytes) AS bytes, max(e.day) AS last_day`

const volumeTables = `hub_exchanges e JOIN hub_parties p ON p.id = e.provider_id JOIN hub_parties q ON q.id = e.consumer_id
	LEFT JOIN systems ps ON ps.id = p.system_id LEFT JOIN systems qs ON qs.id = q.system_id
	LEFT JOIN departments pd ON pd.id = p.department_id LEFT JOIN departments qd ON qd.id = q.department_id`

const volumeGroup = "p.name, q.name, p.system_id, q.system_id, p.department_id, q.department_id"

// volumes sums exchanges up by pair, those with the most first; with departments
// only the pairs in which one of them takes part.
func volumes(tx *store.Tx, seen []auth.DepartmentID, from, to calendar.Date, having string, limit int, args ...any) ([]Volume, error) {
	q := tx.Gorm().Table(volumeTables).Where("e.counts AND e.day BETWEEN ? AND ?", from, to)
	if seen != nil {
		q = q.Where("(p.department_id IN ? OR q.department_id IN ?)", seen, seen)
	}
	if having != "" {
		q = q.Having(having, args...)
	}
	var out []Volume
	err := q.Select(volumeColumns).Group(volumeGroup).Order("sum(e.exchanges) DESC, p.name, q.name").Limit(limit).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("sum up exchanges: %w", err)
	}
	return out, nil
}

// mostPartners is how many partners of a system are shown.
const mostPartners = 50

// partnersOf are the pairs in which a system takes part.
func partnersOf(tx *store.Tx, id inventory.SystemID, from, to calendar.Date) ([]Volume, error) {
	var out []Volume
	err := tx.Gorm().Table(volumeTables).Where("e.counts AND e.day BETWEEN ? AND ? AND (p.system_id = ? OR q.system_id = ?)", from, to, id, id).
		Select(volumeColumns).Group(volumeGroup).Order("sum(e.exchanges) DESC, p.name, q.name").Limit(mostPartners).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("sum up the exchanges of system %d: %w", id, err)
	}
	return out, nil
}
