package census

import (
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey"
)

// formStates lists the bodies that a survey asks and how many of them are
// accepted.
func formStates(tx *store.Tx, base survey.CampaignID) (map[auth.DepartmentID]bool, int, error) {
	var rows []struct {
		DepartmentID auth.DepartmentID
		State        survey.FormState
	}
	if err := tx.Gorm().Model(&survey.Form{}).Select("department_id, state").Where("campaign_id = ?", base).Scan(&rows).Error; err != nil {
		return nil, 0, fmt.Errorf("look at the forms of campaign %d: %w", base, err)
	}
	asked, accepted := map[auth.DepartmentID]bool{}, 0
	for _, r := range rows {
		asked[r.DepartmentID] = true
		if r.State == survey.FormAccepted || r.State == survey.FormLocked {
			accepted++
		}
	}
	return asked, accepted, nil
}

func countVisits(tx *store.Tx, campaign survey.CampaignID) (int64, error) {
	var n int64
	if err := tx.Gorm().Model(&Visit{}).Where("campaign_id = ? AND withdrawn_at IS NULL", campaign).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count the visits of campaign %d: %w", campaign, err)
	}
	return n, nil
}

// countForms counts zero reports and late forms.
func countForms(tx *store.Tx, base survey.CampaignID) (zero, late int, err error) {
	var n struct{ Zero, Late int }
	err = tx.Gorm().Raw(`SELECT coalesce(sum(CASE WHEN zero THEN 1 ELSE 0 END), 0) AS zero,
		coalesce(sum(CASE WHEN late_wd > 0 THEN 1 ELSE 0 END), 0) AS late FROM forms WHERE campaign_id = ?`, base).Scan(&n).Error
	if err != nil {
		return 0, 0, fmt.Errorf("count the forms of campaign %d: %w", base, err)
	}
	return n.Zero, n.Late, nil
}

// listTotals are what came of each list of a census.
func listTotals(tx *store.Tx, campaign survey.CampaignID) ([]ListTotal, error) {
	sources, err := sourcesOf(tx, campaign)
	if err != nil {
		return nil, err
	}
	var told []struct {
		SourceID SourceID
		Decision Decision
		N        int
	}
	err = tx.Gorm().Model(&Item{}).Select("source_id, decision, count(*) AS n").Where("decision IN ?", []Decision{Added, Asked}).
		Where(ofCensus, campaign).Group("source_id, decision").Scan(&told).Error
	if err != nil {
		return nil, fmt.Errorf("count what was told in campaign %d: %w", campaign, err)
	}
	out := []ListTotal{}
	for _, s := range slices.Backward(sources) {
		one := ListTotal{Source: s.ID, Kind: s.Kind, Title: s.Title, Lines: s.LinesTotal, Items: s.Counts}
		for _, t := range told {
			switch {
			case t.SourceID == s.ID && t.Decision == Added:
				one.Added = t.N
			case t.SourceID == s.ID:
				one.Asked = t.N
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// nextSerial is the number of the next certificate of a year.
func nextSerial(tx *store.Tx, year int) (int, error) {
	var n int
	if err := tx.Gorm().Raw("SELECT coalesce(max(serial), 0) + 1 FROM certificates WHERE year = ?", year).Scan(&n).Error; err != nil {
		return 0, fmt.Errorf("find the next certificate of %d: %w", year, err)
	}
	return n, nil
}

// underLock are the states of records that the census has counted.
func underLock() []inventory.State {
	return slices.DeleteFunc(inventory.States(), func(s inventory.State) bool { return !s.Locked() })
}

// eachLocked hands every system under lock to fn, in the order of their
// numbers, while the database reads on. Fn copies what it keeps.
func eachLocked(tx *store.Tx, fn func(*inventory.System)) error {
	columns, err := store.ColumnNames(&inventory.System{})
	if err != nil {
		return err
	}
	q := tx.Gorm().Model(&inventory.System{}).Where("state IN ?", underLock()).Order("id")
	if err := store.Each(tx.Context(), q, columns, fn); err != nil {
		return fmt.Errorf("read the systems under lock: %w", err)
	}
	return nil
}

func insertCertificate(tx *store.Tx, c *Certificate, systems []CertifiedSystem) error {
	if err := tx.Gorm().Create(c).Error; err != nil {
		return fmt.Errorf("insert certificate %s: %w", c.Number, err)
	}
	for i := range systems {
		systems[i].CertificateID = c.ID
	}
	if err := insertCertified(tx, systems); err != nil {
		return fmt.Errorf("keep %d systems under certificate %s: %w", len(systems), c.Number, err)
	}
	return nil
}

// insertCertified writes the systems under a certificate: PostgreSQL gets a list
// per column and answers once, SQLite has no round trips to save.
func insertCertified(tx *store.Tx, systems []CertifiedSystem) error {
	if tx.Engine() != store.Postgres {
		for some := range slices.Chunk(systems, lot*10) {
			if err := tx.Gorm().Create(&some).Error; err != nil {
				return err
			}
		}
		return nil
	}
	n := len(systems)
	certificates, ids, versions, departments := make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	codes, digests := make([]string, n), make([]string, n)
	for i := range systems {
		s := &systems[i]
		certificates[i], ids[i], versions[i], departments[i] = int64(s.CertificateID), int64(s.SystemID), s.Version, int64(s.DepartmentID)
		codes[i], digests[i] = s.Code, s.Digest
	}
	// No "?" in the text, so the lists are passed on as they are.
	return tx.Gorm().Exec(`INSERT INTO certificate_systems (certificate_id, system_id, version, code, department_id, digest)
		SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::text[])`,
		certificates, ids, versions, codes, departments, digests).Error
}

// allCertificates lists the certificates, the newest first.
func allCertificates(tx *store.Tx) ([]Certificate, error) {
	var out []Certificate
	if err := tx.Gorm().Order("id DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("list certificates: %w", err)
	}
	return out, nil
}

func certificateByID(tx *store.Tx, id CertificateID) (Certificate, error) {
	var c Certificate
	if err := tx.Gorm().Where("id = ?", id).Take(&c).Error; err != nil {
		return Certificate{}, fmt.Errorf("find certificate %d: %w", id, err)
	}
	return c, nil
}

// eachCertified reads the systems under a certificate in the order of their
// numbers.
func eachCertified(tx *store.Tx, id CertificateID, fn func([]CertifiedSystem) error) error {
	const many = 2_000
	last := inventory.SystemID(0)
	for {
		var some []CertifiedSystem
		err := tx.Gorm().Where("certificate_id = ? AND system_id > ?", id, last).Order("system_id").Limit(many).Find(&some).Error
		if err != nil {
			return fmt.Errorf("read the systems under certificate %d: %w", id, err)
		}
		if err := fn(some); err != nil {
			return err
		}
		if len(some) < many {
			return nil
		}
		last = some[len(some)-1].SystemID
	}
}

// versionsOf reads the states of systems that a certificate speaks of, by
// number of the system. Those that are not there any more are left out.
func versionsOf(tx *store.Tx, id CertificateID, from, to inventory.SystemID) (map[inventory.SystemID]*inventory.System, error) {
	columns, err := store.ColumnNames(&inventory.System{})
	if err != nil {
		return nil, err
	}
	q := tx.Gorm().Model(&inventory.SystemVersion{}).Where(`id BETWEEN ? AND ? AND version =
		(SELECT c.version FROM certificate_systems c WHERE c.certificate_id = ? AND c.system_id = system_versions.id)`, from, to, id)
	found, err := store.Collect[inventory.System](tx.Context(), q, columns)
	if err != nil {
		return nil, fmt.Errorf("read the history of systems %d to %d: %w", from, to, err)
	}
	out := make(map[inventory.SystemID]*inventory.System, len(found))
	for i := range found {
		out[found[i].ID] = &found[i]
	}
	return out, nil
}

// countLocked counts the systems under lock.
func countLocked(tx *store.Tx) (int64, error) {
	var n int64
	if err := tx.Gorm().Model(&inventory.System{}).Where("state IN ?", underLock()).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count the systems under lock: %w", err)
	}
	return n, nil
}
