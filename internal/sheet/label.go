package sheet

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Label is the form in which column titles are compared: half-width, lower-case,
// without blanks, line breaks, stars, and without what people put in brackets
// behind a title: "(必填)", "(如：…)", "(万元)". The unit is told apart; it is
// empty when the title names none.
func Label(title string) (label, unit string) {
	label = plainLabel(title)
	for {
		inside, rest, ok := cutBracket(label)
		switch {
		case ok && isHint(inside):
			label = trimMarks(rest)
		case ok && unit == "" && unitIn(inside) != "":
			label, unit = trimMarks(rest), unitIn(inside)
		default:
			if unit == "" {
				label, unit = cutUnit(label)
			}
			return label, unit
		}
	}
}

// Known is the function that FindHeader asks, made from the columns of a Table:
// it knows each column by its title, its other names and its key. A label that
// means several columns, because they differ by their unit only, is known with
// the unit alone.
func Known(columns []Column) func(label string) (key string, ok bool) {
	keys := map[string]string{}
	add := func(label, key string) {
		if other, taken := keys[label]; taken && other != key {
			key = ""
		}
		keys[label] = key
	}
	for _, c := range columns {
		for _, title := range append([]string{c.Title, c.Key}, c.Names...) {
			label, unit := Label(title)
			add(label, c.Key)
			if unit == "" {
				unit = plainLabel(c.Unit)
			}
			if unit != "" {
				add(label+"("+unit+")", c.Key)
			}
		}
	}
	delete(keys, "")
	return func(label string) (string, bool) {
		key := keys[label]
		return key, key != ""
	}
}

// plainLabel is the label with everything in brackets kept.
func plainLabel(title string) string {
	title = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(title))
	title = strings.NewReplacer("[", "(", "]", ")", "【", "(", "】", ")").Replace(title)
	return trimMarks(title)
}

func trimMarks(label string) string { return strings.Trim(label, "*※★:") }

// cutBracket takes the bracket at the end of a label apart.
func cutBracket(label string) (inside, rest string, ok bool) {
	if !strings.HasSuffix(label, ")") {
		return "", label, false
	}
	open := strings.LastIndexByte(label, '(')
	if open <= 0 {
		return "", label, false
	}
	return label[open+1 : len(label)-1], label[:open], true
}

// isHint tells whether what stands in the bracket only says how to fill in.
func isHint(inside string) bool {
	for _, start := range [...]string{"必填", "必选", "选填", "可选", "可不填", "非必填", "单选", "多选", "下拉", "可多选", "格式", "如:", "如,", "例如", "例:", "示例", "填写", "请", "required", "optional", "e.g.", "eg:", "format", "yyyy"} {
		if strings.HasPrefix(inside, start) {
			return true
		}
	}
	return inside == "" || inside == "*"
}

// units are the units that are told apart in a title.
var units = []string{
	"元", "万元", "亿元", "千元", "百万元", "人民币元", "人民币万元", "yuan", "10kyuan", "cny", "rmb",
	"人", "万人", "人次", "户", "个", "台", "套", "项", "条", "万条", "次", "份", "件",
	"年", "月", "天", "日", "小时", "分钟", "秒", "%", "kb", "mb", "gb", "tb", "g", "m", "t",
	"people", "records", "years", "10,000yuan",
}

// tenThousand are the English ways to write 万元, which is what the readers of
// amounts know.
var tenThousand = []string{"10,000yuan", "10kyuan"}

// unitIn is the unit that is named by "万元" or "单位:万元".
func unitIn(text string) string {
	for _, start := range [...]string{"金额单位:", "计量单位:", "单位:", "unit:"} {
		if unit, found := strings.CutPrefix(text, start); found {
			return unit
		}
	}
	switch {
	case slices.Contains(tenThousand, text):
		return "万元"
	case slices.Contains(units, text):
		return text
	}
	return ""
}

// cutUnit takes "/万元" or ",单位:元" from the end of a label.
func cutUnit(label string) (rest, unit string) {
	i := strings.LastIndexAny(label, "/,")
	if i <= 0 {
		return label, ""
	}
	if unit = unitIn(label[i+1:]); unit == "" {
		return label, ""
	}
	return trimMarks(label[:i]), unit
}

// numbering is what forms put before their column titles.
var numbering = regexp.MustCompile(`^(\(\d{1,3}\)|\d{1,3}[.、)])`)

// labelForms are the forms of a title in the order in which they are asked for.
func labelForms(title, group string) []string {
	label, unit := Label(title)
	forms := []string{label, numbering.ReplaceAllString(label, "")}
	if unit != "" {
		forms = append([]string{label + "(" + unit + ")"}, forms...)
	}
	if above, _ := Label(group); above != "" {
		forms = append([]string{above + label}, forms...)
	}
	return forms
}
