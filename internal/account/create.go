package account

import (
	"context"
	"errors"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Draft is what a new account is made of.
type Draft struct {
	Login        string
	Name         string
	Phone        string
	DepartmentID auth.DepartmentID
	Roles        auth.Roles
	// Password is the first password; empty for a random one-time password.
	// Either way its owner must change it before anything else.
	Password string
	// Settled lets the given password stand as if its owner had chosen it. It
	// is for sample data: only the console and jobs may set it.
	Settled bool
	Reason  string
}

func (d Draft) clean() Draft {
	d.Login, d.Name, d.Phone, d.Roles = cleanLine(d.Login), cleanLine(d.Name), cleanPhone(d.Phone), knownFirst(d.Roles)
	return d
}

// knownFirst puts a set of roles in order when all of them are known, and
// leaves it for checkRoles to refuse otherwise.
func knownFirst(roles auth.Roles) auth.Roles {
	for _, r := range roles {
		if !r.Valid() {
			return roles
		}
	}
	return roles.Sorted()
}

func (d Draft) check(p Policy) []fault.Field {
	wrong := checkLogin(d.Login)
	wrong = append(wrong, checkLine("name", d.Name, true, maxName)...)
	wrong = append(wrong, checkPhone(d.Phone)...)
	wrong = append(wrong, checkRoles(d.Roles, d.DepartmentID)...)
	wrong = append(wrong, checkLine("reason", d.Reason, false, maxReason)...)
	if d.Password != "" {
		wrong = append(wrong, p.Check("password", d.Login, d.Password)...)
	}
	return wrong
}

// Create makes an account and gives back its one-time password, which is shown
// this once and stored nowhere; it is "" when the draft brought a password.
// Administrators create anybody; a regional authority clerks and heads of its
// region.
func (a *Accounts) Create(ctx context.Context, by auth.Principal, d Draft) (Account, string, error) {
	if err := mayCreate(by, d); err != nil {
		return Account{}, "", err
	}
	d = d.clean()
	var wrong []fault.Field
	err := a.db.Read(ctx, func(tx *store.Tx) (err error) {
		wrong, err = a.wrongDraft(tx, by, d)
		return err
	})
	if err == nil {
		err = fault.Refuse(wrong)
	}
	if err != nil {
		return Account{}, "", fmt.Errorf("create account: %w", err)
	}
	given := ""
	if d.Password == "" {
		given = oneTimePassword()
		d.Password = given
	}
	hash, err := a.hasher.hash(ctx, d.Password)
	if err != nil {
		return Account{}, "", fmt.Errorf("create account: %w", err)
	}
	var made Account
	err = a.db.Write(ctx, func(tx *store.Tx) (err error) {
		made, err = a.insert(tx, by, d, hash)
		return err
	})
	if err != nil {
		return Account{}, "", fmt.Errorf("create account: %w", err)
	}
	return made, given, nil
}

func mayCreate(by auth.Principal, d Draft) error {
	if d.Settled && by.Way != auth.ByCommand && by.Way != auth.BySystem {
		return auth.ErrForbidden
	}
	return mayTouch(by)
}

// wrongDraft names all that is wrong with a draft, before a hash is spent on
// it.
func (a *Accounts) wrongDraft(tx *store.Tx, by auth.Principal, d Draft) ([]fault.Field, error) {
	p, err := currentPolicy(tx)
	if err != nil {
		return nil, err
	}
	wrong := d.check(p)
	place, err := a.placing(tx, by, d.DepartmentID, d.Roles)
	if err != nil {
		return nil, err
	}
	wrong = append(wrong, place...)
	switch _, err := accountByLogin(tx, d.Login); {
	case err == nil:
		wrong = append(wrong, loginTaken(d.Login))
	case !errors.Is(err, ErrNotFound):
		return nil, err
	}
	return wrong, nil
}

func loginTaken(login string) fault.Field {
	return fault.At("login", "err.account.login_taken", "login", login)
}

// insert writes a checked draft and its record in the log.
func (a *Accounts) insert(tx *store.Tx, by auth.Principal, d Draft, hash string) (Account, error) {
	row := accountRow{
		Login: d.Login, LoginKey: loginKey(d.Login), Name: d.Name, Phone: d.Phone, Search: searchText(d.Login, d.Name),
		DepartmentID: d.DepartmentID, Roles: d.Roles.String(), State: Active,
		PasswordHash: hash, MustChange: !d.Settled, PasswordChangedAt: tx.Now(),
		CreatedAt: tx.Now(), UpdatedAt: tx.Now(), Version: 1,
	}
	err := insertAccount(tx, &row)
	if errors.Is(err, errTaken) { // by another request, a moment ago
		err = fault.Refuse([]fault.Field{loginTaken(d.Login)})
	}
	if err != nil {
		return Account{}, err
	}
	made := row.account()
	return made, note(tx, by, "account.create", made, nil, made.record(), d.Reason)
}

// searchText is what a list is searched in.
func searchText(login, name string) string { return loginKey(login + " " + name) }

// FirstLogin is the login of the administrator of a new database.
const FirstLogin = "admin"

// EnsureAdministrator creates the administrator of a database that has no
// account at all, and gives back its one-time password. On any other database
// it does nothing and created is false.
func (a *Accounts) EnsureAdministrator(ctx context.Context) (login, password string, created bool, err error) {
	var n int64
	err = a.db.Read(ctx, func(tx *store.Tx) (err error) {
		n, err = countAccounts(tx)
		return err
	})
	if err != nil || n > 0 {
		return "", "", false, err
	}
	d := Draft{Login: FirstLogin, Name: FirstLogin, Roles: auth.Roles{auth.Admin}}
	_, password, err = a.Create(ctx, auth.System("first-start"), d)
	if fault.KindOf(err) == fault.Invalid { // another node was quicker
		return "", "", false, nil
	}
	if err != nil {
		return "", "", false, fmt.Errorf("create the first administrator: %w", err)
	}
	return FirstLogin, password, true, nil
}
