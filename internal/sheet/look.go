package sheet

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// style is what tells one cell format from another.
type style struct {
	role   role
	kind   ColumnKind
	wan    bool // a unit of more than 元, so that more decimals are shown
	marked bool
}

type role byte

const (
	roleBody role = iota
	roleTitle
	roleNote
	roleHeader
	roleProse
)

const (
	colourHeader = "DCE6F1"
	colourLine   = "8EA9C8"
	colourGrey   = "595959"
	colourWrong  = "FFC7CE"
	colourReason = "9C0006"
)

// Number formats of the columns; the built-in ones by number.
const (
	formatGeneral = 0
	formatWhole   = 1
	formatMoney   = 4
	formatText    = 49

	formatDate = "yyyy-mm-dd"
	formatWan  = "#,##0.00####"
)

// look is the number of the style in the workbook, made when first asked for.
func (w *Writer) look(s style) (int, error) {
	if id, ok := w.styles[s]; ok {
		return id, nil
	}
	id, err := w.file.NewStyle(s.excel())
	if err != nil {
		return 0, fmt.Errorf("make cell style: %w", err)
	}
	w.styles[s] = id
	return id, nil
}

func (s style) excel() *excelize.Style {
	switch s.role {
	case roleTitle:
		return &excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}}
	case roleNote:
		return &excelize.Style{Font: &excelize.Font{Color: colourGrey}}
	case roleProse:
		return &excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}, NumFmt: formatText}
	case roleHeader:
		return &excelize.Style{
			Font:      &excelize.Font{Bold: true},
			Fill:      fill(colourHeader),
			Border:    frame(colourLine),
			Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true},
		}
	}
	return s.body()
}

func (s style) body() *excelize.Style {
	look := &excelize.Style{Alignment: &excelize.Alignment{Vertical: "top"}}
	switch s.kind {
	case ColumnNumber:
		look.NumFmt = formatWhole
	case ColumnDecimal:
		look.NumFmt = formatGeneral
	case ColumnMoney:
		look.NumFmt = formatMoney
		if s.wan {
			look.CustomNumFmt = ptr(formatWan)
		}
	case ColumnDate:
		look.CustomNumFmt = ptr(formatDate)
	default:
		look.NumFmt = formatText
	}
	if s.marked {
		look.Fill = fill(colourWrong)
		look.Font = &excelize.Font{Color: colourReason}
		look.Border = frame(colourReason)
	}
	return look
}

func fill(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

func frame(colour string) []excelize.Border {
	var all []excelize.Border
	for _, side := range []string{"left", "top", "right", "bottom"} {
		all = append(all, excelize.Border{Type: side, Color: colour, Style: 1})
	}
	return all
}

func ptr[T any](v T) *T { return &v }
