package input

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"qingce/internal/calendar"
)

var (
	errDate    = &Problem{"input.err.date"}
	errNoDay   = &Problem{"input.err.no_such_day"}
	errYear    = &Problem{"input.err.year_only"}
	errSwapped = &Problem{"input.err.date_ambiguous"}
	errTenth   = &Problem{"input.err.date_tenth"}
	errZone    = &Problem{"input.err.date_zone"}
)

// The forms of a day that people type; blanks and width are folded before.
var (
	separated = regexp.MustCompile(`^(\d{4})[-./,、。·](\d{1,2})(?:月|[-./,、。·](\d{1,2})[日号]?)?$`)
	inWords   = regexp.MustCompile(`^(\d{4})年(?:(\d{1,2})(?:月份?(?:(\d{1,2})[日号]?)?)?)?$`)
	compact   = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})?$`)
	fourDigit = regexp.MustCompile(`^\d{4}$`)
	dayFirst  = regexp.MustCompile(`^\d{1,2}[-./]\d{1,2}[-./]\d{2,4}$`)
	dashes    = strings.NewReplacer("—", "-", "–", "-", "―", "-", "−", "-", "‐", "-")

	// Excel counts 20000 for 1954-10-03; shorter numbers are years, months or
	// mistakes, never days that anyone means.
	serial = regexp.MustCompile(`^[2-7]\d{4}(?:\.\d+)?$`)
	// A cell that keeps numbers shows 2017.10 as 2017.1.
	tenth = regexp.MustCompile(`^\d{4}\.1$`)
)

// Date reads a day: 2017-09-30, 2017-9-30, 2017.9.30, 2017/9/30, 20170930,
// 2017年9月30日, 二〇一七年九月三十日, with a time of day behind it; a month
// (2017年9月, 2017-09, 201709) as its first day and a year (2017年) as its first
// day, each with a note of its own. From a sheet a number is the count of days
// that Excel keeps. Four digits alone are refused, for they may be anything; so
// is a time of another zone that would make it another day here.
func Date(s string, sheet bool) (calendar.Date, string, error) {
	typed := strings.TrimSpace(s)
	if sheet && serial.MatchString(plain(typed)) {
		if d, ok := fromSerial(plain(typed)); ok {
			return d, noteSerial, nil
		}
	}
	text, err := cutTime(visible(norm.NFKC.String(visible(typed))))
	if err != nil {
		return calendar.Date{}, "", err
	}
	t := chineseDigits(dashes.Replace(plain(text)))
	switch {
	case fourDigit.MatchString(t):
		return calendar.Date{}, "", errYear
	case dayFirst.MatchString(t):
		return calendar.Date{}, "", errSwapped
	case sheet && tenth.MatchString(t):
		return calendar.Date{}, "", errTenth
	}
	for _, form := range []*regexp.Regexp{separated, inWords, compact} {
		if m := form.FindStringSubmatch(t); m != nil {
			return day(typed, m[1], m[2], m[3])
		}
	}
	return calendar.Date{}, "", errDate
}

func day(typed, year, month, dayOfMonth string) (calendar.Date, string, error) {
	note := noteDate
	switch {
	case month == "":
		month, dayOfMonth, note = "1", "1", noteYear
	case dayOfMonth == "":
		dayOfMonth, note = "1", noteMonth
	}
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	n, _ := strconv.Atoi(dayOfMonth)
	if m < 1 || m > 12 || n < 1 || n > 31 {
		return calendar.Date{}, "", errNoDay
	}
	d := calendar.NewDate(y, time.Month(m), n)
	if d.Day() != n || y < 1 { // 31 June would become 1 July
		return calendar.Date{}, "", errNoDay
	}
	if note == noteDate {
		note = changed(typed, d.String(), noteDate)
	}
	return d, note, nil
}

// timeOfDay is what stands behind a day: 8:30, 08:30:00.5+08:00, 上午8时30分.
var timeOfDay = regexp.MustCompile(`(?:([日号])\s*|[T\s]\s*)(?:上午|下午|早上|晚上|[AaPp][Mm])?\s*(\d{1,2})[:时点](?:(\d{2})(?:[:分](?:\d{2}(?:\.\d+)?)?秒?)?)?(?:\s*[AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?$`)

// cutTime takes the time of day away. A time that names its zone is refused when
// the day is another one in China.
func cutTime(s string) (string, error) {
	at := timeOfDay.FindStringSubmatchIndex(s)
	if at == nil {
		return s, nil
	}
	rest := s[:at[0]]
	if at[2] >= 0 {
		rest += s[at[2]:at[3]]
	}
	if at[8] < 0 {
		return rest, nil
	}
	hour, _ := strconv.Atoi(s[at[4]:at[5]])
	minute := 0
	if at[6] >= 0 {
		minute, _ = strconv.Atoi(s[at[6]:at[7]])
	}
	const shanghai = 8 * 60
	here := hour*60 + minute - offset(s[at[8]:at[9]]) + shanghai
	if here < 0 || here >= 24*60 {
		return "", errZone
	}
	return rest, nil
}

// offset reads Z, +08:00 or -0530 as minutes.
func offset(zone string) int {
	if zone == "Z" {
		return 0
	}
	digits := strings.ReplaceAll(zone[1:], ":", "")
	hours, _ := strconv.Atoi(digits[:2])
	minutes, _ := strconv.Atoi(digits[2:])
	if zone[0] == '-' {
		return -(hours*60 + minutes)
	}
	return hours*60 + minutes
}

// fromSerial reads Excel's count of days since 1899-12-30.
func fromSerial(s string) (calendar.Date, bool) {
	const last = 73050 // 2099-12-31
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f >= last+1 {
		return calendar.Date{}, false
	}
	return calendar.NewDate(1899, time.December, 30).AddDays(int(math.Floor(f))), true
}
