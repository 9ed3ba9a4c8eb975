package sheet

import (
	"errors"
	"strconv"

	"qingce/internal/fault"
)

func refuse(kind fault.Kind, code string, args ...any) *fault.Error {
	return fault.New(kind, "sheet.err."+code, args...)
}

func tooBigFile(l Limits) error {
	return refuse(fault.TooLarge, "file_too_big", "limit", mebibytes(l.File))
}

func tooBigUnpacked(l Limits) error {
	return refuse(fault.TooLarge, "unpacked_too_big", "limit", mebibytes(l.Unpacked))
}

func tooManyParts(l Limits) error {
	return refuse(fault.TooLarge, "too_many_parts", "limit", l.Parts)
}

func tooManyRows(l Limits, row int) error {
	return refuse(fault.TooLarge, "too_many_rows", "limit", l.Rows, "row", row)
}

func tooManyColumns(l Limits, address string) error {
	return refuse(fault.TooLarge, "too_many_columns", "limit", l.Columns, "cell", address)
}

func tooLongText(limit int, address string) error {
	e := refuse(fault.TooLarge, "cell_too_long", "limit", limit, "cell", address)
	e.Fields = []fault.Field{{Cell: address, Code: e.Code, Args: e.Args}}
	return e
}

func mebibytes(n int64) string {
	return strconv.FormatFloat(float64(n)/(1<<20), 'f', -1, 64) + " MiB"
}

// broken is a file that began well and can not be read to the end.
func broken(cause error) error {
	return refuse(fault.Invalid, "broken").Because(cause)
}

func encrypted() error { return refuse(fault.Unsupported, "encrypted") }

// partError turns what went wrong inside a part into a fault.
func partError(err error, l Limits) error {
	var f *fault.Error
	switch {
	case errors.As(err, &f):
		return err
	case errors.Is(err, errDTD):
		return refuse(fault.Invalid, "dtd").Because(err)
	case errors.Is(err, errDepth):
		return refuse(fault.TooLarge, "too_deep", "limit", l.Depth).Because(err)
	case errors.Is(err, errLongTag):
		return refuse(fault.TooLarge, "too_long_inside").Because(err)
	}
	return broken(err)
}
