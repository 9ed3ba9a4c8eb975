package account

import (
	"errors"
	"maps"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// Models lists the row types, for the test that compares them with the schema
// on every engine.
func Models() []any {
	return []any{accountRow{}, pastPasswordRow{}, sessionRow{}, tokenRow{}, Policy{}}
}

// accountRow is one row of accounts.
type accountRow struct {
	ID                auth.AccountID
	Login             string
	LoginKey          string
	Name              string
	Phone             string
	Search            string
	DepartmentID      auth.DepartmentID
	Roles             string
	State             State
	Held              bool
	PasswordHash      string
	MustChange        bool
	PasswordChangedAt time.Time
	FailedCount       int
	LockedUntil       *time.Time
	LastLoginAt       *time.Time
	CreatedAt         time.Time
	UpdatedAt         time.Time
	Version           int64
}

func (accountRow) TableName() string { return "accounts" }

// account is the row without what nobody may see.
func (r accountRow) account() Account {
	return Account{
		ID: r.ID, Login: r.Login, Name: r.Name, Phone: r.Phone, DepartmentID: r.DepartmentID,
		Roles: rolesOf(r.Roles), State: r.State, Held: r.Held, MustChange: r.MustChange,
		PasswordChangedAt: r.PasswordChangedAt.UTC(), FailedCount: r.FailedCount,
		LockedUntil: instant(r.LockedUntil), LastLoginAt: instant(r.LastLoginAt),
		CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(), Version: r.Version,
	}
}

// rolesOf reads the stored set. A role that this program does not know gives
// no right, so it is left out instead of keeping its owner out.
func rolesOf(stored string) auth.Roles {
	var roles auth.Roles
	for name := range strings.SplitSeq(stored, ",") {
		roles = append(roles, auth.Role(name))
	}
	return roles.Sorted()
}

func instant(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// errTaken says that another row has the same unique value.
var errTaken = errors.New("taken")

func taken(err error) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return errTaken
	}
	return err
}

func insertAccount(tx *store.Tx, row *accountRow) error { return taken(tx.Gorm().Create(row).Error) }

func countAccounts(tx *store.Tx) (n int64, err error) {
	err = tx.Gorm().Model(&accountRow{}).Count(&n).Error
	return n, err
}

// lockAccount reads the row and keeps others from changing it until the
// transaction ends.
func lockAccount(tx *store.Tx, id auth.AccountID) (accountRow, error) {
	return oneAccount(tx.Gorm().Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id))
}

func accountByID(tx *store.Tx, id auth.AccountID) (accountRow, error) {
	return oneAccount(tx.Gorm().Where("id = ?", id))
}

func accountByLogin(tx *store.Tx, login string) (accountRow, error) {
	return oneAccount(tx.Gorm().Where("login_key = ?", loginKey(login)))
}

func oneAccount(q *gorm.DB) (accountRow, error) {
	var row accountRow
	err := q.Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, ErrNotFound
	}
	return row, err
}

// columns are the columns of one row that a verb changes.
type columns map[string]any

// updateAccount changes the named columns of one account, and counts a new
// version: what people see of it has changed.
func updateAccount(tx *store.Tx, id auth.AccountID, version int64, set columns) error {
	set = maps.Clone(set) // the caller may come again after a serialization failure
	set["version"], set["updated_at"] = version+1, tx.Now()
	res := tx.Gorm().Model(&accountRow{}).Where("id = ? AND version = ?", id, version).UpdateColumns(map[string]any(set))
	if res.Error == nil && res.RowsAffected == 0 {
		return store.ErrStale
	}
	return res.Error
}

// noteAccount changes columns that sign-ins write: no new version, so that a
// person who edits the account is not disturbed by its owner's coming and
// going.
func noteAccount(tx *store.Tx, id auth.AccountID, set columns) error {
	return tx.Gorm().Model(&accountRow{}).Where("id = ?", id).UpdateColumns(map[string]any(set)).Error
}

// hasRole is true of rows whose set of roles matches a rolePattern.
const hasRole = "',' || roles || ',' LIKE ?"

func rolePattern(r auth.Role) string { return "%," + string(r) + ",%" }

// otherAdministrators counts the usable administrators besides one account and
// locks their rows, so that of two that switch each other off one fails. They
// are locked in one order, and before any other row, lest two of them wait for
// each other.
func otherAdministrators(tx *store.Tx, than auth.AccountID) (int, error) {
	var rows []accountRow
	err := tx.Gorm().Clauses(clause.Locking{Strength: "UPDATE"}).
		Where("state = ? AND NOT held", Active).Where(hasRole, rolePattern(auth.Admin)).Order("id").Find(&rows).Error
	n := 0
	for _, r := range rows {
		if r.ID != than {
			n++
		}
	}
	return n, err
}

// pastPasswordRow is one row of past_passwords.
type pastPasswordRow struct {
	ID           int64
	AccountID    auth.AccountID
	PasswordHash string
	ReplacedAt   time.Time
}

func (pastPasswordRow) TableName() string { return "past_passwords" }

// pastPasswords gives the newest hashes before the present one.
func pastPasswords(tx *store.Tx, id auth.AccountID, n int) ([]string, error) {
	var rows []pastPasswordRow
	err := tx.Gorm().Where("account_id = ?", id).Order("id DESC").Limit(n).Find(&rows).Error
	hashes := make([]string, len(rows))
	for i, r := range rows {
		hashes[i] = r.PasswordHash
	}
	return hashes, err
}

// keepPassword moves the present hash to the past ones and forgets those that
// no policy can ask for.
func keepPassword(tx *store.Tx, row accountRow) error {
	past := pastPasswordRow{AccountID: row.ID, PasswordHash: row.PasswordHash, ReplacedAt: tx.Now()}
	if err := tx.Gorm().Create(&past).Error; err != nil {
		return err
	}
	newest := tx.Gorm().Model(&pastPasswordRow{}).Select("id").Where("account_id = ?", row.ID).Order("id DESC").Limit(maxHistory)
	return tx.Gorm().Where("account_id = ? AND id NOT IN (?)", row.ID, newest).Delete(&pastPasswordRow{}).Error
}

// scope is the accounts that a reader sees: all, or those of some departments,
// and always the reader's own.
type scope struct {
	all         bool
	departments []auth.DepartmentID
	self        auth.AccountID
}

func (s scope) apply(q *gorm.DB) *gorm.DB {
	switch {
	case s.all:
		return q
	case len(s.departments) == 0:
		return q.Where("id = ?", s.self)
	}
	return q.Where("(id = ? OR department_id IN ?)", s.self, s.departments)
}

func accountInScope(tx *store.Tx, s scope, id auth.AccountID) (accountRow, error) {
	return oneAccount(s.apply(tx.Gorm().Where("id = ?", id)))
}

// sorts are the orders a list may have; the id decides between equals.
var sorts = map[Sort]string{
	SortLogin:      "login_key",
	SortName:       "name",
	SortDepartment: "department_id",
	SortLastLogin:  "last_login_at",
	SortCreated:    "created_at",
}

func listAccounts(tx *store.Tx, s scope, f Filter) ([]accountRow, int64, error) {
	q := f.apply(s.apply(tx.Gorm().Model(&accountRow{})), tx.Now()).Session(&gorm.Session{})
	var total int64
	if err := q.Count(&total).Error; err != nil {
		return nil, 0, err
	}
	way := " ASC"
	if f.Descending {
		way = " DESC"
	}
	column := sorts[f.Sort]
	// The engines do not agree where absent values go: always last.
	order := column + " IS NULL, " + column + way + ", id" + way
	var rows []accountRow
	err := q.Order(order).Offset((f.Page - 1) * f.Size).Limit(f.Size).Find(&rows).Error
	return rows, total, err
}

func (f Filter) apply(q *gorm.DB, now time.Time) *gorm.DB {
	for word := range strings.FieldsSeq(loginKey(f.Search)) {
		q = q.Where(`search LIKE ? ESCAPE '\'`, "%"+store.EscapeLike(word)+"%")
	}
	if f.DepartmentID != 0 {
		q = q.Where("department_id = ?", f.DepartmentID)
	}
	if f.Role != "" {
		q = q.Where(hasRole, rolePattern(f.Role))
	}
	if f.State != "" {
		q = q.Where("state = ?", f.State)
	}
	if f.Locked {
		q = q.Where("(held OR locked_until > ?)", now)
	}
	return q
}
