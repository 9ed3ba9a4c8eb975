package sheet

import (
	"strconv"
	"strings"
)

// dateFormat is what a number format shows of a date.
type dateFormat byte

const (
	noDate    dateFormat = iota
	showDay              // the day, perhaps more
	showMonth            // year and month, no day
	showYear             // the year alone
	showTime             // a time of day, no date
)

// readStyles tells for each cell style what it shows of a date.
func readStyles(a *archive, part string) ([]dateFormat, error) {
	if part == "" {
		return nil, nil
	}
	custom := map[string]dateFormat{}
	var styles []dateFormat
	inCells := false
	err := a.each(part, func(s *scanner) error {
		switch string(s.name) {
		case "numFmt":
			code, err := s.attributeText("formatCode")
			if len(custom) < maxFormats {
				custom[string(s.attribute("numFmtId"))] = classify(code)
			}
			return err
		case "cellXfs":
			inCells = true
		case "cellStyles", "dxfs", "tableStyles":
			inCells = false
		case "xf":
			if inCells && len(styles) < maxStyles {
				styles = append(styles, styleFormat(s.attribute("numFmtId"), custom))
			}
		}
		return nil
	})
	return styles, err
}

func styleFormat(id []byte, custom map[string]dateFormat) dateFormat {
	if f, ok := custom[string(id)]; ok {
		return f
	}
	n, err := strconv.Atoi(string(id))
	if err != nil {
		return noDate
	}
	return builtIn(n)
}

// builtIn knows the number formats that have no code in the file. 27 to 36 and
// 50 to 58 are what Chinese programs use; they differ by language, but in none
// of them is a date shown as a number.
func builtIn(id int) dateFormat {
	switch id {
	case 17, 27, 36, 50, 52, 57:
		return showMonth
	case 14, 15, 16, 22, 28, 29, 30, 31, 51, 53, 54, 58:
		return showDay
	case 18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56:
		return showTime
	}
	return noDate
}

// classify reads a number format such as yyyy"年"m"月"d"日";@ .
func classify(code string) dateFormat {
	letters := formatLetters(code)
	if strings.Contains(letters, "general") || strings.Contains(letters, "g/") {
		return noDate
	}
	clock := strings.ContainsAny(letters, "hs")
	digits := strings.ContainsAny(letters, "0#?")
	year := strings.Contains(letters, "y") || !digits && strings.Contains(letters, "e")
	day := strings.Contains(letters, "d")
	switch {
	case digits && !clock:
		return noDate
	case day, year && clock:
		return showDay
	case year && strings.Contains(letters, "m"):
		return showMonth
	case year:
		return showYear
	case clock:
		return showTime
	case strings.Contains(letters, "m"):
		return showDay // a month without a year hides the day as well
	}
	return noDate
}

// formatLetters is the first section of a number format in lower case, without
// what is quoted, escaped or stands in brackets; [h], [m] and [s] are kept.
func formatLetters(code string) string {
	var b strings.Builder
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case ';':
			return strings.ToLower(b.String())
		case '"':
			i += skipTo(code[i+1:], '"')
		case '\\', '_', '*':
			i++
		case '[':
			n := skipTo(code[i+1:], ']')
			if inside := code[i+1 : i+n]; strings.Trim(inside, "hHmMsS") == "" {
				b.WriteString(inside)
			}
			i += n
		default:
			b.WriteByte(c)
		}
	}
	return strings.ToLower(b.String())
}

// skipTo is how far to go to stand on the closing mark, or on the end.
func skipTo(rest string, mark byte) int {
	if n := strings.IndexByte(rest, mark); n >= 0 {
		return n + 1
	}
	return len(rest)
}
