package sheet

import (
	"errors"
	"iter"
	"strings"
	"sync"

	"qingce/internal/fault"
)

// workbook is an opened .xlsx file: its tables by name, and what their cells
// refer to.
type workbook struct {
	archive    *archive
	names      []string // of the tables that are shown, in the order of the tabs
	tables     map[string]*tablePart
	texts      *sharedTexts
	styles     []dateFormat
	date1904   bool
	properties map[string]string
}

// tablePart is one table of a workbook.
type tablePart struct {
	path   string
	merged func() ([]area, error)
}

const (
	relationWorkbook = "/officeDocument"
	relationTexts    = "/sharedStrings"
	relationStyles   = "/styles"
	relationTable    = "/worksheet"
	relationCustom   = "/custom-properties"
)

// relation is where a part points to, and what for.
type relation struct{ id, kind, target string }

func openWorkbook(a *archive) (*workbook, error) {
	w := &workbook{archive: a, tables: map[string]*tablePart{}, properties: map[string]string{}}
	root, err := w.relations("")
	if err != nil {
		return nil, err
	}
	main := first(root, relationWorkbook, "xl/workbook.xml")
	if !a.has(main) {
		return nil, otherArchive(a)
	}
	if strings.HasSuffix(strings.ToLower(main), ".bin") {
		return nil, refuse(fault.Unsupported, "old_format")
	}
	below, err := w.relations(main)
	if err != nil {
		return nil, err
	}
	if err := w.readSheets(main, below); err != nil {
		return nil, err
	}
	if w.styles, err = readStyles(a, first(below, relationStyles, "")); err != nil {
		return nil, err
	}
	if err := w.readProperties(first(root, relationCustom, "")); err != nil {
		return nil, err
	}
	w.texts, err = readSharedTexts(a, first(below, relationTexts, ""))
	return w, err
}

// otherArchive says what a zip file without a workbook is.
func otherArchive(a *archive) error {
	if a.has("xl/workbook.bin") || a.has("content.xml") && a.has("mimetype") || a.has("index/document.iwa") {
		return refuse(fault.Unsupported, "old_format")
	}
	return refuse(fault.Unsupported, "not_a_workbook")
}

// relations reads what the part points to; the empty name is the file itself.
func (w *workbook) relations(part string) ([]relation, error) {
	at := resolve(part, "_rels/"+part[strings.LastIndex(part, "/")+1:]+".rels")
	var all []relation
	err := w.archive.each(at, func(s *scanner) error {
		if string(s.name) != "Relationship" || string(s.attribute("TargetMode")) == "External" {
			return nil
		}
		if len(all) >= 2*w.archive.limits.Parts {
			return tooManyParts(w.archive.limits)
		}
		target, err := s.attributeText("Target")
		all = append(all, relation{string(s.attribute("Id")), string(s.attribute("Type")), resolve(part, target)})
		return err
	})
	return all, err
}

// first is the target of the first relation of the kind, or otherwise.
func first(all []relation, kind, otherwise string) string {
	for _, r := range all {
		if strings.HasSuffix(r.kind, kind) {
			return r.target
		}
	}
	return otherwise
}

func (w *workbook) readSheets(main string, relations []relation) error {
	targets := make(map[string]string, len(relations))
	for _, r := range relations {
		if strings.HasSuffix(r.kind, relationTable) {
			targets[r.id] = r.target
		}
	}
	err := w.archive.each(main, func(s *scanner) error {
		switch string(s.name) {
		case "workbookPr":
			w.date1904 = isTrue(s.attribute("date1904"))
		case "sheet":
			return w.addTable(s, targets)
		}
		return nil
	})
	if err == nil && len(w.names) == 0 {
		return refuse(fault.Invalid, "no_table")
	}
	return err
}

func (w *workbook) addTable(s *scanner, targets map[string]string) error {
	name, err := s.attributeText("name")
	if err != nil {
		return err
	}
	target, ok := targets[string(s.attribute("id"))]
	if !ok {
		return nil // a chart or macro sheet
	}
	if _, twice := w.tables[name]; twice || !w.archive.has(target) {
		return errors.New("table stands twice or is missing: " + name)
	}
	part := &tablePart{path: target}
	part.merged = sync.OnceValues(func() ([]area, error) { return readMerged(w.archive, target) })
	w.tables[name] = part
	if state := string(s.attribute("state")); state == "" || state == "visible" {
		w.names = append(w.names, name)
	}
	return nil
}

func isTrue(attribute []byte) bool {
	return string(attribute) == "1" || string(attribute) == "true"
}

// readProperties reads the custom properties of the document that are texts or
// numbers.
func (w *workbook) readProperties(part string) error {
	if part == "" {
		return nil
	}
	name, value := "", []byte(nil)
	return w.archive.each(part, func(s *scanner) (err error) {
		if string(s.name) == "property" {
			name, err = s.attributeText("name")
			return err
		}
		if name == "" || len(w.properties) >= maxProperties {
			return nil
		}
		kind, err := s.next()
		if err == nil && kind == tokenText {
			value, err = s.appendText(value[:0])
			w.properties[name] = string(value)
		}
		name = ""
		return err
	})
}

// rows reads one table; the texts of the rows are those of the workbook.
func (w *workbook) rows(name string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		part, ok := w.tables[name]
		if !ok {
			yield(Row{}, refuse(fault.NotFound, "no_such_table", "name", name))
			return
		}
		areas, err := part.merged()
		if err != nil {
			yield(Row{}, err)
			return
		}
		s, closePart, err := w.archive.scan(part.path)
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer closePart()
		r := &rowReader{scanner: s, book: w, merged: merges{areas: areas}}
		for {
			row, ok, err := r.next()
			if err != nil {
				yield(Row{}, partError(err, w.archive.limits))
				return
			}
			if !ok || !yield(row, nil) {
				return
			}
		}
	}
}
