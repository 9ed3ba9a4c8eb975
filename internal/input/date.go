package input

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"qingce/internal/calendar"
)

var (
	errDate    = &Problem{"input.err.date"}
	errNoDay   = &Problem{"input.err.no_such_day"}
	errYear    = &Problem{"input.err.year_only"}
	errSwapped = &Problem{"input.err.date_ambiguous"}
)

// The forms of a day that people type; blanks and width are folded before.
var (
	separated = regexp.MustCompile(`^(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?)?月?$`)
	compact   = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})?$`)
	yearOnly  = regexp.MustCompile(`^\d{4}年?$`)
	dayFirst  = regexp.MustCompile(`^\d{1,2}[-./]\d{1,2}[-./]\d{2,4}$`)
	timeOfDay = regexp.MustCompile(`(?:[T日\s]\s*|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$`)
	serial    = regexp.MustCompile(`^\d{4,5}(?:\.\d+)?$`)
)

// Date reads a day: 2017-09-30, 2017-9-30, 2017.9.30, 2017/9/30, 20170930,
// 2017年9月30日, 二〇一七年九月三十日, with a time of day behind it; and a month
// (2017年9月, 2017-09, 201709) as its first day, with a note. From a sheet a
// number is the count of days that Excel keeps. A year alone is refused.
func Date(s string, sheet bool) (calendar.Date, string, error) {
	typed := strings.TrimSpace(s)
	if sheet && serial.MatchString(typed) && !compact.MatchString(typed) {
		if d, ok := fromSerial(typed); ok {
			return d, noteSerial, nil
		}
	}
	t := chineseDigits(plain(cutTime(typed)))
	switch {
	case yearOnly.MatchString(t):
		return calendar.Date{}, "", errYear
	case dayFirst.MatchString(t):
		return calendar.Date{}, "", errSwapped
	}
	m := separated.FindStringSubmatch(t)
	if m == nil {
		m = compact.FindStringSubmatch(t)
	}
	if m == nil {
		return calendar.Date{}, "", errDate
	}
	return day(typed, m[1], m[2], m[3])
}

func day(typed, year, month, dayOfMonth string) (calendar.Date, string, error) {
	note := noteDate
	if dayOfMonth == "" {
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

func cutTime(s string) string {
	if at := timeOfDay.FindStringIndex(s); at != nil {
		if strings.HasPrefix(s[at[0]:], "日") {
			return s[:at[0]] + "日"
		}
		return s[:at[0]]
	}
	return s
}

// fromSerial reads Excel's count of days since 1899-12-30; days before March
// 1900 are counted wrongly there and refused.
func fromSerial(s string) (calendar.Date, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 61 || f > 73050 { // 2099-12-31
		return calendar.Date{}, false
	}
	return calendar.NewDate(1899, time.December, 30).AddDays(int(math.Floor(f))), true
}

var chineseNumerals = map[rune]int{
	'〇': 0, '零': 0, '○': 0, '一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9,
}

// chineseDigits writes 二〇一七年九月三十日 as 2017年9月30日.
func chineseDigits(s string) string {
	var b strings.Builder
	run := []rune{}
	flush := func() {
		b.WriteString(numeral(run))
		run = run[:0]
	}
	for _, r := range s {
		if _, ok := chineseNumerals[r]; ok || r == '十' {
			run = append(run, r)
			continue
		}
		flush()
		b.WriteRune(r)
	}
	flush()
	return b.String()
}

// numeral reads digits one by one (二〇一七) or with tens (三十一).
func numeral(run []rune) string {
	if len(run) == 0 {
		return ""
	}
	at := strings.IndexRune(string(run), '十')
	if at < 0 {
		var b strings.Builder
		for _, r := range run {
			b.WriteString(strconv.Itoa(chineseNumerals[r]))
		}
		return b.String()
	}
	tens, ones := 1, 0
	if run[0] != '十' {
		tens = chineseNumerals[run[0]]
	}
	if last := run[len(run)-1]; last != '十' {
		ones = chineseNumerals[last]
	}
	return strconv.Itoa(tens*10 + ones)
}
