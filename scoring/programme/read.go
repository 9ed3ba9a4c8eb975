package programme

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"qingce/internal/calendar"
	"qingce/internal/fault"
)

// The files of a pack.
const (
	PackFile       = "pack.json"
	ArticleFile    = "articles.csv"
	ObligationFile = "obligations.csv"
)

// FileNames lists the files of a pack.
func FileNames() []string { return []string{PackFile, ArticleFile, ObligationFile} }

// ReadFiles reads a pack from the text of its files by name.
func ReadFiles(texts map[string]string) (*Pack, error) { return Read(files(texts)) }

// Read reads a pack from its three files. Whatever keeps it from being carried
// out is told at once, each flaw with its file, line and column and how to mend
// it: an Invalid fault with fields.
func Read(from fs.FS) (*Pack, error) {
	r := reader{from: from, pack: &Pack{}}
	r.head()
	r.table(ArticleFile, articleColumns(), func(row line) {
		if r.need(row, "id", "text") {
			r.pack.Articles = append(r.pack.Articles, Article{row.of("id"), row.of("heading"), strings.Split(row.of("text"), "\n")})
		}
	})
	r.table(ObligationFile, obligationColumns(), r.obligation)
	if err := fault.Refuse(r.flaws); err != nil {
		return nil, err
	}
	return r.pack, nil
}

func articleColumns() []string { return []string{"id", "heading", "text"} }

func obligationColumns() []string {
	return []string{
		"id", "article", "who", "kind", "due", "term_wd", "trigger", "applies", "done_by", "standing", "scored", "consequence", "zh", "en", "evidence_zh", "evidence_en",
	}
}

// reader gathers a pack and what is wrong with it.
type reader struct {
	from  fs.FS
	pack  *Pack
	flaws []fault.Field
	lines map[string]int // of each obligation
}

// flaw notes what is wrong in a file; line 0 is the file as a whole, and an empty
// column the line as a whole.
func (r *reader) flaw(file string, line int, column, code string, args ...any) {
	at := file
	if line > 0 {
		at += ":" + strconv.Itoa(line)
	}
	if column != "" {
		at += " " + column
	}
	r.flaws = append(r.flaws, fault.Field{Name: column, Cell: at, Code: "programme.flaw." + code, Args: fault.Pairs(args...)})
}

// text reads a file as text; a mark of its encoding at the beginning is left out.
func (r *reader) text(name string) (string, bool) {
	raw, err := fs.ReadFile(r.from, name)
	if err != nil {
		r.flaw(name, 0, "", "file")
		return "", false
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(raw) {
		r.flaw(name, 0, "", "encoding")
		return "", false
	}
	return string(raw), true
}

func (r *reader) head() {
	text, ok := r.text(PackFile)
	if !ok {
		return
	}
	var head struct {
		Key, Zh, En, Document string
		InForce               string `json:"in_force"`
	}
	if err := json.Unmarshal([]byte(text), &head); err != nil {
		r.flaw(PackFile, lineOf(text, err), "", "json")
		return
	}
	for _, one := range [][2]string{{"key", head.Key}, {"zh", head.Zh}, {"document", head.Document}} {
		if strings.TrimSpace(one[1]) == "" {
			r.flaw(PackFile, 0, one[0], "empty")
		}
	}
	p := r.pack
	p.Key, p.Document, p.Name = head.Key, head.Document, map[string]string{"zh-CN": head.Zh, "en": head.En}
	var err error
	if p.InForce, err = calendar.ParseDate(head.InForce); err != nil {
		r.flaw(PackFile, 0, "in_force", "date", "text", head.InForce)
	}
}

// lineOf is the line of a mistake in JSON; 0 where it is not known.
func lineOf(text string, err error) int {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return 0
	}
	return 1 + strings.Count(text[:min(int(syntax.Offset), len(text))], "\n")
}

// line is a line of a table, by its columns.
type line struct {
	file   string
	number int
	cells  map[string]string
}

func (l line) of(column string) string { return l.cells[column] }

// table reads a file line by line.
func (r *reader) table(name string, columns []string, do func(line)) {
	text, ok := r.text(name)
	if !ok {
		return
	}
	in := csv.NewReader(strings.NewReader(text))
	in.FieldsPerRecord = -1
	head, err := in.Read()
	if err != nil || !r.columns(name, head, columns) {
		if err != nil {
			r.flaw(name, 1, "", "columns", "columns", strings.Join(columns, ","))
		}
		return
	}
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			r.flaw(name, wrong.StartLine, "", "quotes")
			return // where the next line begins is not known
		}
		at, _ := in.FieldPos(0)
		if len(cells) != len(head) {
			r.flaw(name, at, "", "cells", "n", len(cells), "want", len(head))
			continue
		}
		l := line{name, at, map[string]string{}}
		for i, v := range cells {
			l.cells[head[i]] = strings.TrimSpace(v)
		}
		do(l)
	}
}

// columns tells whether all columns are there, and no other.
func (r *reader) columns(name string, head, want []string) bool {
	before := len(r.flaws)
	for _, c := range want {
		if !slices.Contains(head, c) {
			r.flaw(name, 1, c, "column_missing", "columns", strings.Join(want, ","))
		}
	}
	for _, c := range head {
		if !slices.Contains(want, c) {
			r.flaw(name, 1, c, "column_unknown", "columns", strings.Join(want, ","))
		}
	}
	return len(r.flaws) == before
}

// need tells whether cells are filled in.
func (r *reader) need(l line, columns ...string) bool {
	before := len(r.flaws)
	for _, c := range columns {
		if l.of(c) == "" {
			r.flaw(l.file, l.number, c, "empty")
		}
	}
	return len(r.flaws) == before
}

// obligation reads a line of the obligations.
func (r *reader) obligation(l line) {
	before := len(r.flaws)
	r.need(l, "id", "article", "kind", "zh")
	o := Obligation{
		ID: l.of("id"), Article: l.of("article"), Kind: Kind(l.of("kind")), Due: l.of("due"), Trigger: Trigger(l.of("trigger")), Applies: Condition(l.of("applies")),
		DoneBy: l.of("done_by"), Standing: Reason(l.of("standing")), Scored: l.of("scored") == "yes", Follows: strings.Fields(l.of("consequence")),
		Title:    map[string]string{"zh-CN": l.of("zh"), "en": l.of("en")},
		Evidence: map[string]string{"zh-CN": l.of("evidence_zh"), "en": l.of("evidence_en")},
	}
	for _, w := range strings.Fields(l.of("who")) {
		o.Who = append(o.Who, Party(w))
	}
	if text := l.of("term_wd"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			r.flaw(l.file, l.number, "term_wd", "number", "text", text)
		}
		o.TermWd = n
	}
	r.check(l, &o)
	if len(r.flaws) == before {
		r.pack.Obligations = append(r.pack.Obligations, o)
	}
}

// check refuses an obligation that cannot be carried out.
func (r *reader) check(l line, o *Obligation) {
	wrong := func(column, code string, args ...any) { r.flaw(l.file, l.number, column, code, args...) }
	if r.lines == nil {
		r.lines = map[string]int{}
	}
	if first, ok := r.lines[o.ID]; ok && o.ID != "" {
		wrong("id", "twice", "id", o.ID, "line", first)
	}
	r.lines[o.ID] = l.number
	if _, ok := r.pack.Article(o.Article); !ok && o.Article != "" {
		wrong("article", "article", "article", o.Article)
	}
	for _, w := range o.Who {
		if !slices.Contains(parties(), w) {
			wrong("who", "one_of", "text", string(w), "known", known(parties()))
		}
	}
	if !slices.Contains(conditions(), o.Applies) {
		wrong("applies", "one_of", "text", string(o.Applies), "known", known(conditions()[1:]))
	}
	if s := l.of("scored"); s != "" && s != "yes" {
		wrong("scored", "one_of", "text", s, "known", "yes")
	}
	if o.Scored && (!o.Dated() || o.DoneBy == "" || len(o.Who) == 0) {
		wrong("scored", "scored")
	}
	r.checkKind(o, wrong)
}

// checkKind holds an obligation against what its kind needs: a day and a fact, a
// trigger, or the reason why there is no task.
func (r *reader) checkKind(o *Obligation, wrong func(column, code string, args ...any)) {
	switch {
	case o.Kind == "":
		return
	case !slices.Contains(kinds(), o.Kind):
		wrong("kind", "one_of", "text", string(o.Kind), "known", known(kinds()))
		return
	case o.Dated():
		if _, err := o.first(); err != nil {
			wrong("due", "due_"+string(o.Kind), "text", o.Due)
		}
		if !slices.Contains(facts(), o.DoneBy) {
			wrong("done_by", "one_of", "text", o.DoneBy, "known", strings.Join(facts(), " "))
		}
	case o.Due != "":
		wrong("due", "no_day", "kind", string(o.Kind))
	}
	if o.Kind == Event && o.Trigger == "" {
		wrong("trigger", "one_of", "text", "", "known", known(Triggers()))
	}
	switch {
	case o.Scheduled() || o.Derived():
		if o.Standing != "" {
			wrong("standing", "not_standing")
		}
	case !slices.Contains(Reasons(), o.Standing):
		wrong("standing", "standing", "text", string(o.Standing), "known", known(Reasons()))
	}
}

func known[T ~string](all []T) string {
	out := make([]string, len(all))
	for i, one := range all {
		out[i] = string(one)
	}
	return strings.Join(out, " ")
}

// files are texts by name, which are only read whole.
type files map[string]string

// Open serves no reader.
func (f files) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
}

// ReadFile gives the text of a file.
func (f files) ReadFile(name string) ([]byte, error) {
	text, ok := f[name]
	if !ok {
		return nil, fmt.Errorf("read the pack: %w", &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist})
	}
	return []byte(text), nil
}
