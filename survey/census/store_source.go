package census

import (
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/survey"
)

// lot is how many rows stand in one statement.
const lot = 100

func isNotFound(err error) bool { return errors.Is(err, gorm.ErrRecordNotFound) }

// campaignsByCode reads a census and the self-survey that it verifies; lock
// keeps others from the census until the end of the transaction.
func campaignsByCode(tx *store.Tx, code string, lock bool) (campaigns, error) {
	var c campaigns
	q := tx.Gorm()
	if lock {
		q = q.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
	}
	if err := q.Where("code = ? AND kind = ?", code, survey.Census).Take(&c.Census).Error; err != nil {
		return c, fmt.Errorf("find census %s: %w", code, err)
	}
	c.Base = c.Census
	if c.Census.BasedOnID == nil {
		return c, nil
	}
	c.Base = survey.Campaign{}
	if err := tx.Gorm().Where("id = ?", *c.Census.BasedOnID).Take(&c.Base).Error; err != nil {
		return c, fmt.Errorf("find the self-survey of census %s: %w", code, err)
	}
	return c, nil
}

// sourceColumns are those of a source without its lines.
func sourceColumns() ([]string, error) {
	all, err := store.ColumnNames(&Source{})
	if err != nil {
		return nil, err
	}
	out := make([]string, 0, len(all))
	for _, c := range all {
		if c != "lines" {
			out = append(out, c)
		}
	}
	return out, nil
}

func insertSource(tx *store.Tx, by auth.Principal, s *Source) error {
	s.Version, s.CreatedAt, s.CreatedBy, s.CreatedName = 1, tx.Now(), by.AccountID, by.Name
	s.UpdatedAt, s.UpdatedBy, s.UpdatedName = tx.Now(), by.AccountID, by.Name
	if err := tx.Gorm().Create(s).Error; err != nil {
		return fmt.Errorf("insert source %s: %w", s.Title, err)
	}
	return nil
}

func saveSource(tx *store.Tx, by auth.Principal, s *Source) error {
	old := s.Version
	s.Version, s.UpdatedAt, s.UpdatedBy, s.UpdatedName = old+1, tx.Now(), by.AccountID, by.Name
	return tx.UpdateVersion(s, int64(s.ID), old)
}

func sourceOf(tx *store.Tx, campaign survey.CampaignID, id SourceID) (Source, error) {
	var s Source
	if err := tx.Gorm().Where("id = ? AND campaign_id = ?", id, campaign).Take(&s).Error; err != nil {
		return Source{}, fmt.Errorf("find source %d: %w", id, err)
	}
	return s, nil
}

// sourceHead reads a source without its lines.
func sourceHead(tx *store.Tx, campaign survey.CampaignID, id SourceID) (Source, error) {
	columns, err := sourceColumns()
	if err != nil {
		return Source{}, err
	}
	var s Source
	if err := tx.Gorm().Select(columns).Where("id = ? AND campaign_id = ?", id, campaign).Take(&s).Error; err != nil {
		return Source{}, fmt.Errorf("find source %d: %w", id, err)
	}
	return s, nil
}

// sourcesOf lists the sources of a census that are not dropped, newest first.
func sourcesOf(tx *store.Tx, campaign survey.CampaignID) ([]Source, error) {
	columns, err := sourceColumns()
	if err != nil {
		return nil, err
	}
	var out []Source
	err = tx.Gorm().Select(columns).Where("campaign_id = ? AND state <> ?", campaign, SourceDropped).Order("id DESC").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list the sources of campaign %d: %w", campaign, err)
	}
	return out, nil
}

// refuseSame refuses a file that a census has already.
func refuseSame(tx *store.Tx, campaign survey.CampaignID, sum string) error {
	var same []Source
	err := tx.Gorm().Select("id", "title").Where("campaign_id = ? AND sha256 = ? AND state <> ?", campaign, sum, SourceDropped).
		Limit(1).Find(&same).Error
	if err != nil {
		return fmt.Errorf("look for the same file: %w", err)
	}
	if len(same) > 0 {
		return fault.New(fault.Conflict, "census.err.same_file", "title", same[0].Title)
	}
	return nil
}

// lastMapped is the source of a kind that was matched last, nil when there is
// none.
func lastMapped(tx *store.Tx, k SourceKind) (*Source, error) {
	var found []Source
	err := tx.Gorm().Select("id", "columns", "mapping").Where("kind = ? AND matched_at IS NOT NULL", k).
		Order("matched_at DESC, id DESC").Limit(1).Find(&found).Error
	if err != nil {
		return nil, fmt.Errorf("find how the last list was mapped: %w", err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	return &found[0], nil
}

// recount counts the items of a source anew, into s as well.
func recount(tx *store.Tx, s *Source) error {
	var rows []struct {
		Result   Result
		Decision Decision
		N        int
	}
	err := tx.Gorm().Model(&Item{}).Select("result, decision, count(*) AS n").Where("source_id = ?", s.ID).Group("result, decision").Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("count the items of source %d: %w", s.ID, err)
	}
	s.Counts = Counts{}
	for _, r := range rows {
		switch r.Result {
		case Match:
			s.Matches += r.N
		case Differs:
			s.Differs += r.N
		case Omitted:
			s.Omitted += r.N
		case Surplus:
			s.Surplus += r.N
		case Unclear:
			s.Unclear += r.N
		}
		if r.Decision == Open {
			s.Undecided += r.N
		}
	}
	err = tx.Gorm().Model(&Source{}).Where("id = ?", s.ID).UpdateColumns(map[string]any{
		"matches": s.Matches, "differs": s.Differs, "omitted": s.Omitted, "surplus": s.Surplus, "unclear": s.Unclear, "undecided": s.Undecided,
	}).Error
	if err != nil {
		return fmt.Errorf("keep the counts of source %d: %w", s.ID, err)
	}
	return nil
}
