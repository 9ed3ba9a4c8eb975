package account

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"qingce/internal/fault"
)

// maxPassword is the longest password taken, in characters (ASVS 6.2.9 asks
// for 64 at least).
const maxPassword = 128

// Check names what is wrong with a new password for the account with the given
// login, at the field of that name. Whether it was used before, the verbs ask.
func (p Policy) Check(field, login, password string) []fault.Field {
	length := utf8.RuneCountInString(password)
	var wrong []fault.Field
	switch {
	case length == 0:
		return []fault.Field{fault.At(field, "err.account.password_empty")}
	case length > maxPassword || !utf8.ValidString(password):
		return []fault.Field{fault.At(field, "err.account.password_long", "max", maxPassword)}
	case length < p.MinLength:
		wrong = append(wrong, fault.At(field, "err.account.password_short", "min", p.MinLength, "length", length))
	}
	if p.Classes > 0 && classes(password) < p.Classes {
		wrong = append(wrong, fault.At(field, "err.account.password_classes", "classes", p.Classes))
	}
	if resembles(password, login) {
		wrong = append(wrong, fault.At(field, "err.account.password_login"))
	}
	if isCommon(password) {
		wrong = append(wrong, fault.At(field, "err.account.password_common"))
	}
	return wrong
}

// classes counts which of upper case, lower case, digits and everything else
// occur.
func classes(s string) int {
	var upper, lower, digit, other int
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return upper + lower + digit + other
}

// resembles tells whether the password is the login, or has it inside when the
// login is long enough to be more than a chance.
func resembles(password, login string) bool {
	const telling = 4
	p, l := loginKey(password), loginKey(login)
	return p == l || utf8.RuneCountInString(l) >= telling && strings.Contains(p, l)
}
