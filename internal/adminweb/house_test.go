package adminweb_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"qingce/internal/account"
	"qingce/internal/adminweb"
	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/internal/web/webtest"
	"qingce/templates"
)

// Departments of the tests: the county's region holds its sports office.
const (
	finance      auth.DepartmentID = 10
	county       auth.DepartmentID = 20
	countySports auth.DepartmentID = 21
	grain        auth.DepartmentID = 30 // ended
)

var departments = []adminweb.Choice{
	{ID: finance, Code: "XY201", Name: "市财政局"},
	{ID: county, Code: "420624", Name: "南漳县"},
	{ID: countySports, Code: "420624-07", Name: "南漳县文体局"},
	{ID: grain, Code: "XY299", Name: "市粮食局", Ended: true},
}

func departmentName(_ *store.Tx, id auth.DepartmentID) (string, error) {
	for _, d := range departments {
		if d.ID == id {
			return d.Name, nil
		}
	}
	return "", nil
}

func region(_ *store.Tx, authority auth.DepartmentID) ([]auth.DepartmentID, error) {
	if authority == county {
		return []auth.DepartmentID{county, countySports}, nil
	}
	return []auth.DepartmentID{authority}, nil
}

// house is a site with the pages of accounts, the real way.
func house(t *testing.T) *webtest.Site {
	t.Helper()
	return webtest.Open(t, func(site *webtest.Site) {
		web.Get(site.Group(web.SignedIn()), "/", func(r *web.Request, _ struct{}) (web.Response, error) {
			return web.View{Template: "head", Title: "home", Data: templates.Head{Title: "home"}}, nil
		})
		adminweb.Mount(site.Server, adminweb.Deps{
			Accounts:    site.Accounts,
			Departments: func(context.Context) ([]adminweb.Choice, error) { return departments, nil },
			Clock:       site.Clock.Now,
		})
	}, webtest.Config{
		Home:     finance,
		Accounts: account.Options{DepartmentName: departmentName, Region: region},
		Identify: func(a *account.Accounts, o *web.Options) {
			o.Session, o.Token = adminweb.Session(a), adminweb.Token(a)
			o.SignInPath, o.PasswordPath = adminweb.SignInPath, adminweb.PasswordPath
		},
	})
}

// signIn types login and password into the form.
func signIn(b *webtest.Browser, login, password string) *webtest.Page {
	form := b.Get("/sign-in").Want(http.StatusOK).Form("form#form")
	form.Set("login", login)
	form.Set("password", password)
	return b.Post("/sign-in", form)
}

// fill takes a form and types into it.
func fill(p *webtest.Page, values url.Values) url.Values {
	form := p.Form("form#form")
	for name, v := range values {
		form[name] = v
	}
	return form
}
