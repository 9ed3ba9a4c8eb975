package templates

import (
	"html"
	"strings"
)

// RowWords are what rows need of the page around them.
type RowWords struct {
	T func(key string, args ...any) string
	// Icon writes the markup of a symbol.
	Icon func(name string) (string, error)
}

// Rows writes the body of a table as HTML. It is the partial "cell" said again in Go,
// because a list of fifty rows has hundreds of cells and html/template needs
// ten times as long for them as for all the rest of the page; a test holds the
// two to the same HTML. Everything that a person may have typed goes through
// text and attr.
func Rows(t Table, w RowWords) (string, error) {
	b := &rowWriter{words: w}
	b.Grow(len(t.Rows) * (len(t.Columns)*cellBytes + rowBytes))
	cells := openings(t.Columns)
	for i := range t.Rows {
		b.row(&t, &t.Rows[i], cells)
	}
	return b.String(), b.err
}

// What a row and a cell take, roughly, in bytes.
const (
	rowBytes  = 250
	cellBytes = 150
)

// opening is the beginning of a column's cells, up to what a cell may add to
// its class, and the rest.
type opening struct{ class, label string }

// openings works out once what all cells of a column have.
func openings(columns []Column) []opening {
	out := make([]opening, len(columns))
	for i, col := range columns {
		class := "side-fact"
		if col.Main {
			class = "main"
		}
		if col.Num {
			class = "num " + class
		}
		if i == 0 {
			out[i] = opening{`<th scope="row" class="` + class, `">`}
			continue
		}
		label := col.Text
		if col.Unit != "" {
			label += " (" + col.Unit + ")"
		}
		out[i] = opening{`<td class="` + class, `" data-label="` + html.EscapeString(label) + `">`}
	}
	return out
}

// rowWriter writes HTML and keeps the first error.
type rowWriter struct {
	strings.Builder
	words RowWords
	icons map[string]string
	err   error
}

// text writes words.
func (b *rowWriter) text(s string) { b.WriteString(html.EscapeString(s)) }

// attr writes an attribute with its value.
func (b *rowWriter) attr(name, value string) {
	b.WriteByte(' ')
	b.WriteString(name)
	b.WriteString(`="`)
	b.text(value)
	b.WriteByte('"')
}

// href writes a link's address. Only addresses of this site are links.
func (b *rowWriter) href(address string) {
	if !strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "?") && !strings.HasPrefix(address, "#") {
		address = "#"
	}
	b.attr("href", address)
}

func (b *rowWriter) icon(name string) {
	svg, ok := b.icons[name]
	if !ok {
		var err error
		if svg, err = b.words.Icon(name); err != nil && b.err == nil {
			b.err = err
		}
		if b.icons == nil {
			b.icons = map[string]string{}
		}
		b.icons[name] = svg
	}
	b.WriteString(svg)
}

func (b *rowWriter) row(t *Table, row *TableRow, cells []opening) {
	b.WriteString("<tr")
	if row.Tone != "" {
		b.attr("class", "tone-"+row.Tone)
	}
	b.WriteByte('>')
	if t.SelectName != "" {
		b.pick(t, row)
	}
	for i := range row.Cells {
		b.tableCell(i == 0, cells[i], &row.Cells[i])
	}
	b.WriteString("</tr>\n")
}

func (b *rowWriter) pick(t *Table, row *TableRow) {
	b.WriteString(`<td class="pick"><input class="form-check-input" type="checkbox"`)
	b.attr("name", t.SelectName)
	b.attr("value", row.ID)
	if t.SelectForm != "" {
		b.attr("form", t.SelectForm)
	}
	b.WriteString(" data-pick")
	b.attr("aria-label", b.words.T("ui.pick", "name", row.Name))
	b.WriteString("></td>")
}

func (b *rowWriter) tableCell(heading bool, o opening, cell *Cell) {
	b.WriteString(o.class)
	if cell.Tone != "" && !heading {
		b.WriteString(" tone-")
		b.text(cell.Tone)
	}
	b.WriteString(o.label)
	b.cell(cell)
	if heading {
		b.WriteString("</th>")
		return
	}
	b.WriteString("</td>")
}

// cell writes one value, as the partial "cell" does.
func (b *rowWriter) cell(c *Cell) {
	if c.Old != "" {
		b.element("del", "", c.Old)
		b.icon("arrow")
	}
	switch {
	case c.Badge != nil:
		b.badge(*c.Badge)
	case c.Deadline != nil:
		b.deadline(*c.Deadline)
	case c.Unmeasured:
		b.element("span", "unmeasured", b.words.T("ui.unmeasured"))
	case c.Href != "":
		b.WriteString(`<a class="cut"`)
		b.href(c.Href)
		b.attr("title", first(c.Title, c.Text))
		b.WriteByte('>')
		b.text(c.Text)
		b.WriteString("</a>")
	case c.Text != "":
		b.value(c)
	default:
		b.WriteString(`<span class="none"`)
		b.attr("title", b.words.T("ui.empty_value"))
		b.WriteString(">—</span>")
	}
	if c.Sub != "" {
		b.element("small", "sub", c.Sub)
	}
	if c.Note != "" {
		b.element("small", "cell-note", c.Note)
	}
}

func (b *rowWriter) value(c *Cell) {
	class := "cut"
	if c.Code {
		class += " code"
	}
	b.WriteString("<span")
	b.attr("class", class)
	b.attr("title", first(c.Title, c.Text))
	b.WriteByte('>')
	b.text(c.Text)
	b.WriteString("</span>")
}

func (b *rowWriter) element(name, class, words string) {
	b.WriteByte('<')
	b.WriteString(name)
	if class != "" {
		b.attr("class", class)
	}
	b.WriteByte('>')
	b.text(words)
	b.WriteString("</")
	b.WriteString(name)
	b.WriteByte('>')
}

func (b *rowWriter) badge(v Badge) {
	tone := first(v.Tone, ToneGrey)
	b.WriteString("<span")
	b.attr("class", "badge-state tone-"+tone)
	if v.Title != "" {
		b.attr("title", v.Title)
	}
	b.WriteByte('>')
	b.icon(first(v.Icon, "tone-"+tone))
	b.element("span", "", v.Text)
	b.WriteString("</span>")
}

func (b *rowWriter) deadline(v Deadline) {
	level := first(v.Level, DueCalm)
	title := v.Text
	if v.Article != "" {
		title += " · " + v.Article
	}
	b.WriteString("<time")
	b.attr("class", "due due-"+level)
	if v.Date != "" {
		b.attr("datetime", v.Date)
	}
	b.attr("title", title)
	b.WriteByte('>')
	b.icon("due-" + level)
	b.element("span", "", first(v.Short, v.Text))
	b.WriteString("</time>")
}

func first(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}
