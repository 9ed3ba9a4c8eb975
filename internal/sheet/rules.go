package sheet

import "github.com/xuri/excelize/v2"

// Lengths that spreadsheet programs take for the texts of a cell rule.
const (
	ruleTitle = 32
	ruleText  = 255
)

// rules sets for each column what its cells take, and the help.
func (tw *TableWriter) rules() error {
	for i, c := range tw.table.Columns {
		rule := excelize.NewDataValidation(true)
		rule.SetSqref(Address(i+1, tw.header+1) + ":" + Address(i+1, lastRow))
		if err := tw.rule(rule, c); err != nil {
			return err
		}
		if c.Help != "" {
			rule.SetInput(cut(c.Title, ruleTitle), cut(c.Help, ruleText))
		}
		if rule.Type != "" || c.Help != "" {
			if err := tw.writer.file.AddDataValidation(tw.tab, rule); err != nil {
				return err
			}
		}
		if err := tw.comment(i, c); err != nil {
			return err
		}
	}
	return nil
}

// comment puts the whole help at the header cell.
func (tw *TableWriter) comment(i int, c Column) error {
	if c.Help == "" {
		return nil
	}
	return tw.writer.file.AddComment(tw.tab, excelize.Comment{
		Cell: Address(i+1, tw.header), Text: c.Help, Width: 280, Height: 120,
	})
}

func (tw *TableWriter) rule(rule *excelize.DataValidation, c Column) error {
	const atLeast = excelize.DataValidationOperatorGreaterThanOrEqual
	switch c.Kind {
	case ColumnList, ColumnMulti:
		if len(c.Options) == 0 {
			return nil
		}
		rule.SetSqrefDropList(tw.writer.listName(c.Options))
		if c.Kind == ColumnList {
			tw.complain(rule, c, "sheet.write.rule_list")
		}
		return nil
	case ColumnNumber:
		tw.complain(rule, c, "sheet.write.rule_number")
		return rule.SetRange(0, "", excelize.DataValidationTypeWhole, atLeast)
	case ColumnDecimal:
		tw.complain(rule, c, "sheet.write.rule_decimal")
		return rule.SetRange(0, "", excelize.DataValidationTypeDecimal, atLeast)
	case ColumnMoney:
		tw.complain(rule, c, "sheet.write.rule_money")
		return rule.SetRange(0, "", excelize.DataValidationTypeDecimal, atLeast)
	case ColumnDate:
		tw.complain(rule, c, "sheet.write.rule_date")
		return rule.SetRange(1, "", excelize.DataValidationTypeDate, atLeast)
	}
	if c.MaxLength > 0 {
		tw.complain(rule, c, "sheet.write.rule_length")
		return rule.SetRange(c.MaxLength, "", excelize.DataValidationTypeTextLength, excelize.DataValidationOperatorLessThanOrEqual)
	}
	return nil
}

// complain sets what is said when a cell is filled in wrongly.
func (tw *TableWriter) complain(rule *excelize.DataValidation, c Column, key string) {
	text := tw.writer.opt.T(key, "title", c.Title, "unit", c.Unit, "length", c.MaxLength)
	rule.SetError(excelize.DataValidationErrorStyleStop, cut(c.Title, ruleTitle), cut(text, ruleText))
}
