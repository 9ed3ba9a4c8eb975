package fieldweb

import (
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/locale"
	"qingce/templates"
)

// Style is how a reference to another record is written.
type Style int

// The styles.
const (
	ForReading  Style = iota // 市人社局; 就业服务系统 (RS-0001)
	ForTyping                // XY107 市人社局; RS-0001 就业服务系统
	ForPrograms              // XY107; RS-0001
)

// Names knows the records that the fields on a page refer to.
type Names interface {
	// In gives the names to the fields in a style.
	In(s Style) field.Names
	// Href is the page of a record, empty when the reader cannot see it.
	Href(sort, id string) string
}

// Writer writes values of fields for people.
type Writer struct {
	P *locale.Printer
	// Names may be nil when no field refers to another record.
	Names Names
	// Badge makes the sign of a value that is shown as one, nil for none. It may
	// be nil itself.
	Badge func(key, canonical string) *templates.Badge
}

func (w Writer) names(s Style) field.Names {
	if w.Names == nil {
		return field.Names{}
	}
	return w.Names.In(s)
}

func (w Writer) href(sort, id string) string {
	if w.Names == nil {
		return ""
	}
	return w.Names.Href(sort, id)
}

func (w Writer) badge(key, canonical string) *templates.Badge {
	if w.Badge == nil {
		return nil
	}
	return w.Badge(key, canonical)
}

// Text writes a canonical value of a field, without its unit.
func Text[T any](w Writer, f *field.Field[T], canonical string) string {
	if f.Kind != field.Ref { // of the many cells of a list most name nobody
		return f.Show(w.P, field.Names{}, canonical)
	}
	return f.Show(w.P, w.names(ForReading), canonical)
}

// TextWithUnit is Text with the unit behind it.
func TextWithUnit[T any](w Writer, f *field.Field[T], canonical string) string {
	s := Text(w, f, canonical)
	if s == "" || f.Unit == "" {
		return s
	}
	return s + " " + behind(w, f)
}

// behind is the unit as it stands behind a value.
func behind[T any](w Writer, f *field.Field[T]) string {
	if f.Kind == field.Money {
		return w.P.T("field.money")
	}
	return Unit(w, f)
}

// exact is what stands in the tooltip of a value: the whole sum in yuan.
func exact[T any](w Writer, f *field.Field[T], canonical string) string {
	if f.Kind != field.Money || canonical == "" {
		return ""
	}
	fen, _ := strconv.ParseInt(canonical, 10, 64)
	return w.P.T("field.yuan", "sum", w.P.Yuan(fen))
}

// Unit is the unit of a field, for heads of columns.
func Unit[T any](w Writer, f *field.Field[T]) string {
	if f.Unit == "" {
		return ""
	}
	return w.P.T("unit." + f.Unit)
}

// ShortLabel is the name of a field where there is little room: in the heads of
// columns, filters and chips.
func ShortLabel[T any](p *locale.Printer, c *field.Catalog[T], key string) string {
	label := c.Label(key)
	if short := optional(p, label+".short"); short != "" {
		return short
	}
	return p.T(string(label))
}

// Help says what is meant by a field, nothing when there is nothing to say.
func Help[T any](p *locale.Printer, c *field.Catalog[T], key string) string {
	return optional(p, c.Label(key)+".help")
}

// optional is a text that there need not be.
func optional(p *locale.Printer, key fault.Label) string {
	text, _ := p.Find(string(key))
	return text
}

// IsNumber tells whether values of the kind stand below each other by their
// digits.
func IsNumber(k field.Kind) bool { return k == field.Count || k == field.Money }

// IsFlag tells whether a yes-or-no field is never without an answer.
func IsFlag[T any](f *field.Field[T]) bool {
	var zero T
	return f.Kind == field.Bool && f.Get(&zero) != ""
}
