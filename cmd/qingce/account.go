package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/fault"
)

// accountCommand keeps accounts from the console.
type accountCommand struct {
	Create accountCreateCommand `cmd:"" help:"Create an account and print its one-time password."`
	Reset  accountResetCommand  `cmd:"" help:"Give an account a new one-time password and end its sessions."`
	Lock   accountLockCommand   `cmd:"" help:"Keep an account out until it is unlocked."`
	Unlock accountUnlockCommand `cmd:"" help:"Let an account in again."`
	List   accountListCommand   `cmd:"" help:"List accounts."`
}

// Help says more.
func (accountCommand) Help() string {
	return `For the first steps and for the day on which nobody can sign in: whoever can run this on the
database's machine can do what an administrator can. Every act is in the operation log with the
name of the machine's user. The service may be running.

Roles: ` + auth.Roles(auth.AllRoles()).String() + `

Examples:
  qingce account create zhang.wei --name 张伟 --roles clerk,head --department XY107
  qingce account reset admin
  qingce account list --search 张`
}

type accountCreateCommand struct {
	Login         string `arg:"" help:"Login; it never changes."`
	Name          string `required:"" help:"Name of the person."`
	Roles         string `required:"" help:"Roles, with commas between them."`
	Department    string `help:"Code or name of the department; needed for clerk, head and region."`
	Phone         string `help:"Telephone number."`
	PasswordStdin bool   `help:"Read the first password from standard input instead of making one."`
}

// Run creates an account.
func (cmd *accountCreateCommand) Run(c *console) error {
	roles, err := auth.ParseRoles(cmd.Roles)
	if err != nil {
		return fault.Refuse([]fault.Field{fault.At("roles", "cli.account.roles", "roles", auth.Roles(auth.AllRoles()).String())})
	}
	d := account.Draft{Login: cmd.Login, Name: cmd.Name, Phone: cmd.Phone, Roles: roles}
	if cmd.PasswordStdin {
		if d.Password, err = readLine(c.in); err != nil {
			return err
		}
	}
	r, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	if d.DepartmentID, err = r.findDepartment(c, cmd.Department); err != nil {
		return err
	}
	made, password, err := r.accounts.Create(c, c.person("account"), d)
	if err != nil {
		return err
	}
	c.say("cli.account.created", "login", made.Login, "roles", made.Roles.String())
	c.printPassword(password)
	return nil
}

func (r *rooms) findDepartment(c *console, word string) (auth.DepartmentID, error) {
	if word == "" {
		return 0, nil
	}
	d, err := r.registry.Directory(c)
	if err != nil {
		return 0, err
	}
	found, ok := d.Lookup(word)
	if !ok {
		return 0, fault.Refuse([]fault.Field{fault.At("department", "cli.account.department", "word", word)})
	}
	return found.ID, nil
}

// readLine reads a password: one line, so that no shell has it in its history.
func readLine(in io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", fault.Refuse([]fault.Field{fault.At("password", "cli.account.no_password")})
	}
	return line, nil
}

// printPassword shows a one-time password; there is none when one was given.
func (c *console) printPassword(password string) {
	if password != "" {
		c.say("cli.account.password", "password", password)
	}
}

type accountResetCommand struct {
	Login  string `arg:"" help:"Login of the account."`
	Reason string `help:"Why, for the operation log."`
}

// Run gives a new password.
func (cmd *accountResetCommand) Run(c *console) error {
	return c.withAccount(cmd.Login, func(r *rooms, a account.Account) error {
		a, password, err := r.accounts.Reset(c, c.person("account"), a.ID, cmd.Reason)
		if err != nil {
			return err
		}
		c.say("cli.account.reset", "login", a.Login)
		c.printPassword(password)
		return nil
	})
}

type accountLockCommand struct {
	Login  string `arg:"" help:"Login of the account."`
	Reason string `required:"" help:"Why, for the operation log."`
}

// Run locks.
func (cmd *accountLockCommand) Run(c *console) error {
	return c.withAccount(cmd.Login, func(r *rooms, a account.Account) error {
		a, err := r.accounts.Lock(c, c.person("account"), a.ID, cmd.Reason)
		if err != nil {
			return err
		}
		c.say("cli.account.locked", "login", a.Login)
		return nil
	})
}

type accountUnlockCommand struct {
	Login  string `arg:"" help:"Login of the account."`
	Reason string `help:"Why, for the operation log."`
}

// Run unlocks.
func (cmd *accountUnlockCommand) Run(c *console) error {
	return c.withAccount(cmd.Login, func(r *rooms, a account.Account) error {
		a, err := r.accounts.Unlock(c, c.person("account"), a.ID, cmd.Reason)
		if err != nil {
			return err
		}
		c.say("cli.account.unlocked", "login", a.Login)
		return nil
	})
}

// withAccount does something with the account of a login.
func (c *console) withAccount(login string, do func(*rooms, account.Account) error) error {
	r, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	a, err := r.accounts.FindLogin(c, c.person("account"), login)
	if err != nil {
		return err
	}
	return do(r, a)
}

type accountListCommand struct {
	Search string `help:"Part of a login or name."`
	Role   string `help:"Only accounts with this role."`
}

// Run lists.
func (cmd *accountListCommand) Run(c *console) error {
	r, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	dir, err := r.registry.Directory(c)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, c.p.T("cli.account.heading"))
	const size = 200
	for page, left := 1, true; left; page++ {
		all, total, err := r.accounts.List(c, c.person("account"), account.Filter{
			Search: cmd.Search, Role: auth.Role(cmd.Role), Page: page, Size: size,
		})
		if err != nil {
			return err
		}
		for _, a := range all {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", a.Login, a.Name, dir.Name(a.DepartmentID), a.Roles, c.standing(r, a), c.p.Time(a.LastLoginAt))
		}
		left = int64(page)*size < total
	}
	return w.Flush()
}

func (c *console) standing(r *rooms, a account.Account) string {
	if a.State == account.Active && a.Locked(r.db.Now()) {
		return c.p.T("cli.account.is_locked")
	}
	return c.p.T(string(a.State.Label()))
}
