package adminweb

// PageData names the type of the data of every page of accounts, for the test
// that checks the templates against them.
func PageData() map[string]any {
	return map[string]any{
		"admin/sign-in": SignInPage{}, "admin/password": PasswordPage{}, "admin/me": MePage{}, "admin/token": TokenPage{},
		"admin/accounts": AccountsPage{}, "admin/account": AccountPage{}, "admin/form": FormPage{}, "admin/slip": SlipPage{},
	}
}
