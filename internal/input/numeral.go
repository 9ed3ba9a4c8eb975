package input

import (
	"strconv"
	"strings"
)

const chineseDigit = "〇一二三四五六七八九"

// chineseDigits writes 二〇一七年九月三十日 as 2017年9月30日. What is no numeral
// (二十三十) is left as it is.
func chineseDigits(s string) string {
	s = strings.NewReplacer("零", "〇", "○", "〇", "◯", "〇", "元月", "一月", "正月", "一月", "廿", "二十", "卅", "三十", "两", "二").Replace(s)
	var b strings.Builder
	run := []rune{}
	flush := func() {
		b.WriteString(numeral(run))
		run = run[:0]
	}
	for _, r := range s {
		if r == '十' || strings.ContainsRune(chineseDigit, r) {
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
	tens, ones, withTens := strings.Cut(string(run), "十")
	if !withTens {
		return digits(tens)
	}
	t, okTens := oneDigit(tens, 1)
	o, okOnes := oneDigit(ones, 0)
	if !okTens || !okOnes {
		return string(run)
	}
	return strconv.Itoa(t*10 + o)
}

// oneDigit reads one digit; nothing counts as the given number.
func oneDigit(s string, nothing int) (int, bool) {
	if s == "" {
		return nothing, true
	}
	n, err := strconv.Atoi(digits(s))
	return n, err == nil && n < 10
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if at := strings.IndexRune(chineseDigit, r); at >= 0 {
			return rune('0' + at/len("一"))
		}
		return r
	}, s)
}
