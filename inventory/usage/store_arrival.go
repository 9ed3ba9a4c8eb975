package usage

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// contactLot is how many rows one statement writes.
const contactLot = 200

// writeContacts adds what was heard to the contacts, in the order of the probes
// so that two nodes do not wait for each other, and ends silences.
func writeContacts(tx *store.Tx, probes map[ProbeID]*heard) error {
	ids := slices.Sorted(maps.Keys(probes))
	intervals, err := intervalsOf(tx, ids)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(ids, contactLot) {
		rows := make([]Contact, len(some))
		for i, id := range some {
			rows[i] = probes[id].contactRow(id, intervals[id])
		}
		if err := tx.Gorm().Clauses(joinContacts()).Create(&rows).Error; err != nil {
			return fmt.Errorf("write contacts: %w", err)
		}
	}
	for _, id := range ids {
		if at := probes[id].success.last; !at.IsZero() {
			if err := endSilence(tx, id, at, EndedByData); err != nil {
				return err
			}
		}
	}
	return nil
}

func intervalsOf(tx *store.Tx, ids []ProbeID) (map[ProbeID]time.Duration, error) {
	out := make(map[ProbeID]time.Duration, len(ids))
	for some := range slices.Chunk(ids, contactLot) {
		var rows []Probe
		if err := tx.Gorm().Select("id", "interval_minutes").Where("id IN ?", some).Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("read the intervals of probes: %w", err)
		}
		for i := range rows {
			out[rows[i].ID] = rows[i].Interval()
		}
	}
	return out, nil
}

// contactRow is what was heard as a row to be joined with what is known.
func (h *heard) contactRow(id ProbeID, interval time.Duration) Contact {
	c := Contact{ProbeID: id, LastErrorCode: h.errorCode, LastError: h.errorExample}
	c.FirstContactAt, c.LastContactAt = given(h.contact.first), given(h.contact.last)
	c.FirstSuccessAt, c.LastSuccessAt, c.LastErrorAt = given(h.success.first), given(h.success.last), given(h.errorAt)
	if at := h.success.last; !at.IsZero() {
		c.LateAt, c.DownAt = given(lateAt(at, interval)), given(downAt(at, interval))
	}
	return c
}

func given(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return new(at.UTC().Truncate(time.Microsecond))
}

// joinContacts keeps the first of the first times and the last of the last.
func joinContacts() clause.OnConflict {
	set := map[string]any{}
	for _, name := range []string{"first_contact_at", "first_success_at"} {
		set[name] = gorm.Expr("coalesce(probe_contacts." + name + ", excluded." + name + ")")
	}
	newer := func(by string, names ...string) {
		for _, name := range names {
			set[name] = gorm.Expr("CASE WHEN probe_contacts." + by + " IS NULL OR excluded." + by + " >= probe_contacts." + by +
				" THEN excluded." + name + " ELSE probe_contacts." + name + " END")
		}
	}
	newer("last_contact_at", "last_contact_at")
	newer("last_success_at", "last_success_at", "late_at", "down_at")
	newer("last_error_at", "last_error_at", "last_error_code", "last_error")
	return clause.OnConflict{Columns: []clause.Column{{Name: "probe_id"}}, DoUpdates: clause.Assignments(set)}
}

func writeRejections(tx *store.Tx, probes map[ProbeID]*heard) error {
	var rows []Rejection
	for _, id := range slices.Sorted(maps.Keys(probes)) {
		for _, r := range probes[id].rejected {
			row := *r
			row.ExampleAt = row.ExampleAt.UTC().Truncate(time.Microsecond)
			rows = append(rows, row)
		}
	}
	add := clause.OnConflict{
		Columns: []clause.Column{{Name: "probe_id"}, {Name: "day"}, {Name: "code"}},
		DoUpdates: clause.Assignments(map[string]any{
			"items":   gorm.Expr("probe_rejections.items + excluded.items"),
			"example": gorm.Expr("excluded.example"), "example_at": gorm.Expr("excluded.example_at"),
		}),
	}
	for some := range slices.Chunk(rows, contactLot) {
		if err := tx.Gorm().Clauses(add).Create(&some).Error; err != nil {
			return fmt.Errorf("write what was sent back: %w", err)
		}
	}
	return nil
}

func writeUsed(tx *store.Tx, tokens map[TokenID]used) error {
	for _, id := range slices.Sorted(maps.Keys(tokens)) {
		u := tokens[id]
		at := u.at.UTC().Truncate(time.Microsecond)
		err := tx.Gorm().Model(&Token{}).Where("id = ? AND (last_used_at IS NULL OR last_used_at < ?)", id, at).
			UpdateColumns(map[string]any{"last_used_at": at, "last_origin": u.origin}).Error
		if err != nil {
			return fmt.Errorf("write the use of token %d: %w", id, err)
		}
	}
	return nil
}

// setTerms works out anew when a probe is late and down, after its interval
// changed.
func setTerms(tx *store.Tx, p *Probe) error {
	contacts, err := contactsOf(tx, []ProbeID{p.ID})
	if err != nil {
		return err
	}
	success := contacts[p.ID].LastSuccessAt
	if success == nil {
		return nil
	}
	err = tx.Gorm().Model(&Contact{}).Where("probe_id = ?", p.ID).UpdateColumns(map[string]any{
		"late_at": lateAt(*success, p.Interval()), "down_at": downAt(*success, p.Interval()),
	}).Error
	if err != nil {
		return fmt.Errorf("set when probe %s is late: %w", p.Code, err)
	}
	return nil
}

func contactsOf(tx *store.Tx, ids []ProbeID) (map[ProbeID]Contact, error) {
	var rows []Contact
	if err := tx.Gorm().Where("probe_id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read contacts: %w", err)
	}
	out := make(map[ProbeID]Contact, len(rows))
	for _, r := range rows {
		out[r.ProbeID] = r
	}
	return out, nil
}

func rejectedOn(tx *store.Tx, ids []ProbeID, day calendar.Date) (map[ProbeID]int64, error) {
	var rows []struct {
		ProbeID ProbeID
		N       int64
	}
	err := tx.Gorm().Model(&Rejection{}).Select("probe_id, sum(items) AS n").Where("probe_id IN ? AND day = ?", ids, day).
		Group("probe_id").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count what was sent back: %w", err)
	}
	out := make(map[ProbeID]int64, len(rows))
	for _, r := range rows {
		out[r.ProbeID] = r.N
	}
	return out, nil
}

func rejectionsOf(tx *store.Tx, id ProbeID, from, to calendar.Date) ([]Rejection, error) {
	var out []Rejection
	err := tx.Gorm().Where("probe_id = ? AND day BETWEEN ? AND ?", id, from, to).Order("day DESC, items DESC, code").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read what was sent back: %w", err)
	}
	return out, nil
}

// downProbe is a probe that is down and whose silence is not noted.
type downProbe struct {
	ID            ProbeID
	Code          string
	Name          string
	OwnerID       auth.DepartmentID
	LastSuccessAt time.Time
}

func newlyDown(tx *store.Tx) ([]downProbe, error) {
	var out []downProbe
	down, args := standing(Down, tx.Now())
	err := withContacts(tx, nil).Where(down, args...).Select("p.id, p.code, p.name, p.owner_id, c.last_success_at").
		Where("NOT EXISTS (SELECT 1 FROM probe_silences s WHERE s.probe_id = p.id AND s.ended_at IS NULL)").Order("p.id").Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("find silent probes: %w", err)
	}
	return out, nil
}

// openSilence writes an outage; false when it is there already.
func openSilence(tx *store.Tx, s *Silence) (bool, error) {
	r := tx.Gorm().Clauses(clause.OnConflict{DoNothing: true}).Create(s)
	if r.Error != nil {
		return false, fmt.Errorf("write the silence of probe %d: %w", s.ProbeID, r.Error)
	}
	return r.RowsAffected == 1, nil
}

// endSilence ends the outage of a probe, if there is one that began earlier.
func endSilence(tx *store.Tx, id ProbeID, at time.Time, end SilenceEnd) error {
	err := tx.Gorm().Model(&Silence{}).Where("probe_id = ? AND ended_at IS NULL AND since < ?", id, at).
		UpdateColumns(map[string]any{"ended_at": at.UTC().Truncate(time.Microsecond), "ended_by": end}).Error
	if err != nil {
		return fmt.Errorf("end the silence of probe %d: %w", id, err)
	}
	return nil
}

func silencesOf(tx *store.Tx, id ProbeID, most int) ([]Silence, error) {
	var out []Silence
	if err := tx.Gorm().Where("probe_id = ?", id).Order("since DESC, id DESC").Limit(most).Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the silences of probe %d: %w", id, err)
	}
	return out, nil
}
