package account

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"qingce/internal/auth"
	"qingce/internal/fault"
)

// loginKey is the form in which logins are compared: full-width and
// half-width, upper and lower case are the same login, so that another
// spelling neither makes a second account nor a second row of guesses. What no
// engine could compare is made harmless: it is nobody's login.
func loginKey(login string) string {
	login = strings.ReplaceAll(strings.ToValidUTF8(login, "\uFFFD"), "\x00", "\uFFFD")
	return norm.NFKC.String(cases.Fold().String(cleanLine(login)))
}

// cleanLine is the NFKC form of what was typed into one line, without blanks
// at the ends.
func cleanLine(s string) string { return strings.TrimSpace(norm.NFKC.String(s)) }

// Lengths, in characters.
const (
	minLogin   = 2
	maxLogin   = 40
	maxName    = 40
	minPhone   = 5
	maxPhone   = 16
	maxReason  = 500
	shownLogin = 2
)

// checkLogin allows what can be typed and cannot be mistaken: Latin letters,
// digits, Chinese characters and a few signs.
func checkLogin(login string) []fault.Field {
	n := utf8.RuneCountInString(login)
	strange := strings.ContainsFunc(login, func(r rune) bool {
		return !(unicode.Is(unicode.Han, r) || strings.ContainsRune("._-@", r) ||
			r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)))
	})
	if n < minLogin || n > maxLogin || strange {
		return []fault.Field{fault.At("login", "err.account.login", "min", minLogin, "max", maxLogin)}
	}
	return nil
}

// checkLine wants a text of one line with at most max characters.
func checkLine(field, text string, needed bool, max int) []fault.Field {
	label := fault.Label("account." + field)
	switch {
	case needed && text == "":
		return []fault.Field{fault.At(field, "err.account.required", "field", label)}
	case utf8.RuneCountInString(text) > max:
		return []fault.Field{fault.At(field, "err.account.long", "field", label, "max", max)}
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		return []fault.Field{fault.At(field, "err.account.control", "field", label)}
	}
	return nil
}

// cleanPhone leaves the digits, and a plus sign before them.
func cleanPhone(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -()", r) {
			return -1
		}
		return r
	}, cleanLine(s))
}

func checkPhone(phone string) []fault.Field {
	if phone == "" {
		return nil
	}
	digits := strings.TrimPrefix(phone, "+")
	other := strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' })
	if other || len(digits) < minPhone || len(digits) > maxPhone {
		return []fault.Field{fault.At("phone", "err.account.phone", "min", minPhone, "max", maxPhone)}
	}
	return nil
}

// standAlone are the roles that go with no other: who gives rights does not
// decide business, and who audits does neither (GB/T 22239-2019 8.1.5).
func standAlone() []auth.Role { return []auth.Role{auth.Admin, auth.Auditor} }

// checkRoles wants known roles that one person may hold together.
func checkRoles(roles auth.Roles, department auth.DepartmentID) []fault.Field {
	if len(roles) == 0 {
		return []fault.Field{fault.At("roles", "err.account.required", "field", fault.Label("account.roles"))}
	}
	for _, r := range roles {
		if !r.Valid() {
			return []fault.Field{fault.At("roles", "err.account.role", "role", string(r))}
		}
	}
	var wrong []fault.Field
	for _, r := range standAlone() {
		if roles.Any(r) && len(roles.Sorted()) > 1 {
			wrong = append(wrong, fault.At("roles", "err.account.role_alone", "role", r.Label()))
		}
	}
	if department == 0 && roles.Any(auth.Clerk, auth.Head, auth.Region) {
		wrong = append(wrong, fault.At("department_id", "err.account.department_needed"))
	}
	return wrong
}

// hint is what the operation log keeps of a login that no account has: enough
// to see a pattern, too little to give away a password typed into the wrong
// field.
func hint(login string) string {
	runes := []rune(cleanLine(login))
	return string(runes[:min(shownLogin, len(runes))]) + "***"
}

// printable is what a caller said of itself, fit for pages and logs: without
// control characters and cut to max characters.
func printable(s string, max int) string {
	runes := []rune(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, s))
	return string(runes[:min(max, len(runes))])
}
