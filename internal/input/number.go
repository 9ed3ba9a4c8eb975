package input

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Units of money.
const (
	Yuan = "yuan"
	Wan  = "wan" // 万元
)

var (
	errCount    = &Problem{"input.err.count"}
	errWords    = &Problem{"input.err.count_words"}
	errNegative = &Problem{"input.err.negative"}
	errMoney    = &Problem{"input.err.money"}
	errDecimals = &Problem{"input.err.decimals"}
	errTooBig   = &Problem{"input.err.too_big"}
	errBool     = &Problem{"input.err.bool"}
	errPhone    = &Problem{"input.err.phone"}
	errPhones   = &Problem{"input.err.phone_several"}
)

// Notes of what was put right.
const (
	noteNumber = "input.note.number"
	noteUnit   = "input.note.unit"
	noteDate   = "input.note.date"
	noteMonth  = "input.note.month"
	noteYear   = "input.note.year"
	noteSerial = "input.note.serial"
	notePhone  = "input.note.phone"
)

// Count reads a whole number, 0 or more: 120, 1,234, １２３. Words around it
// are refused: "120人" may stand in a column of 户, "约120" is no count.
func Count(s string) (int64, string, error) {
	t, ok := ungroup(plain(s))
	if !ok {
		return 0, "", errCount
	}
	if whole, frac, ok := strings.Cut(t, "."); ok && whole != "" && strings.Trim(frac, "0") == "" {
		t = whole // 120.0, as some programs write whole numbers
	}
	n, err := wholeNumber(t)
	if err != nil {
		return 0, "", err
	}
	return n, changed(s, strconv.FormatInt(n, 10), noteNumber), nil
}

func wholeNumber(t string) (int64, error) {
	if strings.HasPrefix(t, "-") {
		return 0, errNegative
	}
	if strings.ContainsAny(t, "0123456789") && strings.ContainsFunc(t, unicode.IsLetter) {
		return 0, errWords
	}
	if t == "" || strings.Trim(t, "0123456789") != "" {
		return 0, errCount
	}
	n, err := strconv.ParseInt(t, 10, 64)
	if err != nil || n > math.MaxInt64/2 {
		return 0, errTooBig
	}
	return n, nil
}

// Money reads an amount, 0 or more, as fen. A unit in the text (元, 万元, 万,
// 千元, 百万元, 亿元) counts; without one the given unit does. 元 has at most 2 decimals and
// 万元 at most 6 (V26), so that no fen is lost.
func Money(s, unit string) (int64, string, error) {
	t := strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(plain(s)), "¥"), "rmb")
	t = strings.TrimPrefix(t, "人民币")
	t, places := moneyUnit(t, unit)
	if strings.HasPrefix(t, "-") || strings.HasPrefix(t, "(") {
		return 0, "", errNegative
	}
	t, ok := ungroup(t)
	if !ok {
		return 0, "", errMoney
	}
	whole, frac, _ := strings.Cut(t, ".")
	if whole == "" && frac == "" || strings.Trim(whole+frac, "0123456789") != "" {
		return 0, "", errMoney
	}
	if frac = strings.TrimRight(frac, "0"); len(frac) > places {
		return 0, "", errDecimals
	}
	n, err := strconv.ParseInt(whole+frac+strings.Repeat("0", places-len(frac)), 10, 64)
	if err != nil || n > greatestFen {
		return 0, "", errTooBig
	}
	return n, changed(s, t, noteUnit), nil
}

// greatestFen is 1 万亿元: more is a mistake.
const greatestFen = 100_000_000_000_000

// moneyUnit cuts the unit off and tells how many decimal places a fen is.
func moneyUnit(t, unit string) (string, int) {
	for _, u := range []struct {
		word   string
		places int
	}{{"亿元", 10}, {"亿", 10}, {"千万元", 9}, {"百万元", 8}, {"万元", 6}, {"千元", 5}, {"万", 6}, {"元整", 2}, {"元", 2}, {"圆", 2}} {
		if strings.HasSuffix(t, u.word) {
			return strings.TrimSuffix(t, u.word), u.places
		}
	}
	if unit == Yuan {
		return t, 2
	}
	return t, 6
}

// ungroup drops the commas of thousands; commas elsewhere are a mistake.
func ungroup(t string) (string, bool) {
	if !strings.Contains(t, ",") {
		return t, true
	}
	whole, frac, dot := strings.Cut(t, ".")
	parts := strings.Split(whole, ",")
	for i, p := range parts {
		if i > 0 && len(p) != 3 || i == 0 && (len(p) == 0 || len(p) > 3) {
			return "", false
		}
	}
	t = strings.Join(parts, "")
	if dot {
		t += "." + frac
	}
	return t, true
}

// changed returns the note when what was typed is more than blanks away from
// what was read.
func changed(typed, read, note string) string {
	if strings.TrimSpace(typed) == read {
		return ""
	}
	return note
}

var bools = map[string]bool{
	"是": true, "有": true, "√": true, "✓": true, "✔": true, "☑": true, "✅": true, "y": true, "yes": true, "t": true, "true": true, "1": true, "对": true,
	"否": false, "无": false, "没有": false, "×": false, "✗": false, "✘": false, "☒": false, "❌": false, "╳": false, "x": false, "n": false, "no": false, "f": false, "false": false, "0": false, "不是": false, "错": false,
}

// Bool reads yes or no.
func Bool(s string) (bool, string, error) {
	b, ok := bools[strings.ToLower(plain(s))]
	if !ok {
		return false, "", errBool
	}
	return b, "", nil
}

// several are two telephone numbers in one field.
var several = regexp.MustCompile(`\d{7,}[/、,;；或和及]\+?[\d(]`)

// Phone reads a mobile number of 11 digits or a number with area code
// (0710-3456789, with -ext behind it), and writes it in that form. "无" is no
// phone number (V31).
func Phone(s string) (string, string, error) {
	t := dashes.Replace(plain(s))
	if several.MatchString(strings.ReplaceAll(t, "-", "")) {
		return "", "", errPhones
	}
	t = strings.NewReplacer("分机号", "-", "分机", "-", "转", "-", "(", "", ")", "-", "#", "-", "--", "-").Replace(t)
	t = cutCountry(t)
	digits := strings.ReplaceAll(t, "-", "")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return "", "", errPhone
	}
	if len(digits) == 11 && digits[0] == '1' {
		return digits, changed(s, digits, notePhone), nil
	}
	out, ok := landline(t)
	if !ok {
		return "", "", errPhone
	}
	return out, changed(s, out, notePhone), nil
}

// cutCountry takes +86, 0086 or 86 away and gives an area code its 0 back.
func cutCountry(t string) string {
	rest, found := strings.CutPrefix(t, "+86")
	if !found {
		rest, found = strings.CutPrefix(t, "0086")
	}
	if digits := strings.ReplaceAll(t, "-", ""); !found && len(digits) == 13 && strings.HasPrefix(digits, "861") {
		rest, found = strings.CutPrefix(t, "86")
	}
	if !found {
		return t
	}
	if rest = strings.TrimLeft(rest, "-"); len(rest) > 0 && rest[0] >= '2' || strings.HasPrefix(rest, "10-") {
		return "0" + rest
	}
	return rest
}

// landline takes area code, number and extension apart; a dash inside the number
// (0710-345-6789) does no harm.
func landline(t string) (string, bool) {
	if len(t) < 10 || t[0] != '0' || t[1] == '0' {
		return "", false
	}
	area := 4
	if t[1] == '1' || t[1] == '2' { // 010 and the 02x cities
		area = 3
	}
	if at := strings.IndexByte(t, '-'); at >= 0 && at < area {
		return "", false
	}
	groups := strings.Split(strings.TrimPrefix(t[area:], "-"), "-")
	number, rest := groups[0], groups[1:]
	if len(number) < 7 && len(rest) > 0 {
		number, rest = number+rest[0], rest[1:]
	}
	if len(number) < 7 || len(number) > 8 || len(rest) > 1 {
		return "", false
	}
	out := t[:area] + "-" + number
	if len(rest) == 1 {
		if rest[0] == "" || len(rest[0]) > 6 {
			return "", false
		}
		out += "-" + rest[0]
	}
	return out, true
}
