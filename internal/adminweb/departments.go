package adminweb

import (
	"context"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/web"
	"qingce/templates"
)

// directory is the departments that can be chosen, and those that were.
type directory []Choice

func (d *desk) directory(ctx context.Context) (directory, error) {
	all, err := d.Departments(ctx)
	return directory(all), err
}

// find is the department of a number; a number without a department has no
// name.
func (d directory) find(id auth.DepartmentID) Choice {
	i := slices.IndexFunc(d, func(c Choice) bool { return c.ID == id })
	if i < 0 {
		return Choice{ID: id}
	}
	return d[i]
}

// name is what pages call the department.
func (d directory) name(id auth.DepartmentID) string { return d.find(id).Name }

// typed is the department as a form shows and takes it: code and name.
func (d directory) typed(id auth.DepartmentID) string {
	c := d.find(id)
	return strings.TrimSpace(c.Code + " " + c.Name)
}

// read finds the department that somebody typed: a code, a name, or both as
// typed writes them. Nothing is no department.
func (d directory) read(text string) (auth.DepartmentID, error) {
	text = input.Text(text)
	if text == "" {
		return 0, nil
	}
	code, _, _ := strings.Cut(text, " ")
	for _, match := range []func(Choice) bool{
		func(c Choice) bool { return strings.EqualFold(c.Code, code) },
		func(c Choice) bool { return c.Name == text },
	} {
		if i := slices.IndexFunc(d, match); i >= 0 {
			return d[i].ID, nil
		}
	}
	return 0, errNoDepartment()
}

func errNoDepartment() error {
	return fault.Refuse([]fault.Field{fault.At("department_id", "err.account.department_unknown")})
}

// assign finds the department that an account is to belong to: one of today,
// or the one that it belongs to already.
func (d directory) assign(text string, present auth.DepartmentID) (auth.DepartmentID, error) {
	id, err := d.read(text)
	if err == nil && id != present && d.find(id).Ended {
		return 0, errNoDepartment()
	}
	return id, err
}

// lookupMost is how many departments are offered while somebody types.
const lookupMost = 20

type lookupIn struct {
	Q string `form:"q"`
}

// lookup answers what a form offers while somebody types a department.
func (d *desk) lookup(r *web.Request, in lookupIn) (web.Response, error) {
	all, err := d.directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	word := strings.ToLower(input.Text(in.Q))
	options := []templates.Option{}
	for _, c := range all {
		text := c.Code + " " + c.Name
		if !c.Ended && strings.Contains(strings.ToLower(text), word) && len(options) < lookupMost {
			options = append(options, templates.Option{Value: text})
		}
	}
	return web.Partial{Template: "options", Data: options}, nil
}
