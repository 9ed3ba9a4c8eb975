package templates

import "strconv"

// Picker writes a filter with choices as HTML, for the partial "filter": on
// every list there are eight of them and more, one with a box for each
// department. Like Rows it is held to a template by a test.
func Picker(f Filter, w RowWords) (string, error) {
	b := &rowWriter{words: w}
	picked := f.Picked()
	b.WriteString(`<details class="menu filter filter-choice`)
	if len(picked) > 0 || f.EmptyOn {
		b.WriteString(" on")
	}
	b.WriteString(`" data-menu><summary>`)
	b.element("span", "label", f.Label)
	b.element("span", "chosen", b.chosen(f, picked))
	b.icon("down")
	b.WriteString(`</summary><div class="menu-panel" role="group"`)
	b.attr("aria-label", f.Label)
	b.WriteByte('>')
	for i, o := range f.Options {
		b.choice("form-check", f.Name, "q-"+f.Name+"-"+strconv.Itoa(i), o)
	}
	if f.EmptyValue != "" {
		o := Option{Value: f.EmptyValue, Text: w.T("ui.filter.empty"), Chosen: f.EmptyOn}
		b.choice("form-check muted", f.Name, "q-"+f.Name+"-empty", o)
	}
	b.WriteString(`<button class="btn btn-primary btn-sm" type="submit">`)
	b.text(w.T("ui.filter.go"))
	b.WriteString("</button></div></details>")
	return b.String(), b.err
}

// chosen says what is chosen, or how many when there are several.
func (b *rowWriter) chosen(f Filter, picked []string) string {
	switch {
	case len(picked) > 1:
		return b.words.T("ui.filter.n", "n", len(picked))
	case len(picked) == 1:
		return picked[0]
	case f.EmptyOn:
		return b.words.T("ui.filter.empty")
	}
	return b.words.T("ui.filter.any")
}

// choice writes a check box, as the partial "choice" does.
func (b *rowWriter) choice(class, name, id string, o Option) {
	b.WriteString("<div")
	b.attr("class", class)
	b.WriteString(`><input class="form-check-input" type="checkbox"`)
	b.attr("id", id)
	b.attr("name", name)
	b.attr("value", o.Value)
	if o.Chosen {
		b.WriteString(" checked")
	}
	b.WriteString(`><label class="form-check-label"`)
	b.attr("for", id)
	b.WriteByte('>')
	b.text(o.Text)
	if o.Count != "" {
		b.WriteByte(' ')
		b.element("small", "num", o.Count)
	}
	b.WriteString("</label></div>")
}

// Heads writes the head of a table, with its sorting links, as HTML, for the
// partial "table".
func Heads(t Table, w RowWords) (string, error) {
	b := &rowWriter{words: w}
	b.WriteString("<thead><tr>")
	if t.SelectName != "" {
		b.WriteString(`<th class="pick" scope="col"><input class="form-check-input" type="checkbox" data-pick-all`)
		if t.SelectForm != "" {
			b.attr("data-pick-form", t.SelectForm)
		}
		b.attr("aria-label", w.T("ui.pick.all"))
		b.WriteString("></th>")
	}
	for _, col := range t.Columns {
		b.head(col)
	}
	b.WriteString("</tr></thead>")
	return b.String(), b.err
}

func (b *rowWriter) head(col Column) {
	b.WriteString(`<th scope="col"`)
	if col.Num {
		b.attr("class", "num")
	}
	switch col.Sorted {
	case "asc":
		b.attr("aria-sort", "ascending")
	case "desc":
		b.attr("aria-sort", "descending")
	}
	if col.Title != "" {
		b.attr("title", col.Title)
	}
	b.WriteByte('>')
	if col.SortHref == "" {
		b.headText(col)
		b.WriteString("</th>")
		return
	}
	b.WriteString("<a")
	b.href(col.SortHref)
	b.WriteString("><span>")
	b.headText(col)
	b.WriteString("</span>")
	if col.Sorted != "" {
		b.icon("sort-" + col.Sorted)
	} else {
		b.icon("sort")
	}
	b.WriteString("</a></th>")
}

func (b *rowWriter) headText(col Column) {
	b.text(col.Text)
	if col.Unit != "" {
		b.WriteString(" <small>(")
		b.text(col.Unit)
		b.WriteString(")</small>")
	}
}
