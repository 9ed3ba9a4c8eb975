package catalog

import (
	"strconv"
	"strings"
)

// cutCode takes the code of an entry apart: 3070200203/000017.
func cutCode(code string) (class string, number int64, ok bool) {
	if !entryCode.MatchString(code) {
		return "", 0, false
	}
	class, digits, _ := strings.Cut(code, "/")
	number, err := strconv.ParseInt(digits, 10, 64)
	return class, number, err == nil
}

// ValidCode tells whether a code has the form of the guideline: class 1 digit,
// item 2, object 3 and any number more, then a slash and the sequence.
func ValidCode(code string) bool { return entryCode.MatchString(code) }
