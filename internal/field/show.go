package field

import (
	"strconv"
	"strings"

	"qingce/internal/locale"
)

// Show writes canonical text for people; nothing is given as nothing. Money is
// 万元 with two decimals.
func (f *Field[T]) Show(p *locale.Printer, names Names, canonical string) string {
	if canonical == "" {
		return ""
	}
	switch f.Kind {
	case Enum:
		return p.T(OptionKey(f.Words, canonical))
	case Multi:
		parts := ParseList(canonical)
		for i, o := range parts {
			parts[i] = p.T(OptionKey(f.Words, o))
		}
		return p.Join(parts)
	case Bool:
		return p.T("bool." + canonical)
	case Count:
		n, _ := strconv.ParseInt(canonical, 10, 64)
		return p.Number(n)
	case Money:
		n, _ := strconv.ParseInt(canonical, 10, 64)
		return p.Wan(n)
	case Ref:
		return names.Show(f.Options[0], canonical)
	}
	return canonical
}

// Typed writes canonical text as it is typed into a form or a cell: money in
// 万元 exactly, a reference by its name, everything else as it is.
func (f *Field[T]) Typed(names Names, canonical string) string {
	switch {
	case canonical == "":
		return ""
	case f.Kind == Money:
		n, _ := strconv.ParseInt(canonical, 10, 64)
		return wan(n)
	case f.Kind == Ref:
		return names.Show(f.Options[0], canonical)
	}
	return canonical
}

// wan writes fen as 万元 without losing a fen and without needless zeros.
func wan(fen int64) string {
	whole, rest := fen/locale.FenPerWan, fen%locale.FenPerWan
	s := strconv.FormatInt(whole, 10)
	if rest == 0 {
		return s
	}
	digits := strconv.FormatInt(rest+locale.FenPerWan, 10)[1:] // six digits with leading zeros
	return s + "." + strings.TrimRight(digits, "0")
}
