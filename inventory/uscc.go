package inventory

import "strings"

// usccAlphabet is the alphabet of GB 32100-2015: no I, O, S, V, Z.
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

var usccWeights = [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}

// ValidUSCC tells whether code is a 统一社会信用代码 of 18 characters with the
// right check character (GB 32100-2015). The code must be normalised before:
// half-width, upper case, without blanks.
func ValidUSCC(code string) bool {
	if len(code) != 18 {
		return false
	}
	sum := 0
	for i, w := range usccWeights {
		v := strings.IndexByte(usccAlphabet, code[i])
		if v < 0 {
			return false
		}
		sum += v * w
	}
	// The outer modulo matters: a sum that divides by 31 gives 31, which is 0.
	return code[17] == usccAlphabet[(31-sum%31)%31]
}

// regions are the codes of Xiangyang in GB/T 2260 (table of 2017-10). 420601,
// 市辖区, is a placeholder of statistics and is refused.
var regions = map[string]bool{
	"420600": true, "420602": true, "420606": true, "420607": true, "420624": true, "420625": true,
	"420626": true, "420682": true, "420683": true, "420684": true,
}

// ValidRegion tells whether code is a region of the city.
func ValidRegion(code string) bool { return regions[code] }
