package census

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/oplog"
	"qingce/internal/sheet"
	"qingce/internal/store"
	"qingce/survey"
)

// Bounds of a list.
const (
	MaxFile    = 16 << 20 // bytes
	MaxLines   = 20_000
	maxColumns = 100
	maxCell    = 500 // characters that are kept of a cell
	maxTitle   = 80
	examples   = 3
)

// NewSource is a list as somebody hands it in.
type NewSource struct {
	Kind     SourceKind
	Title    string // empty takes the name of the file
	Complete bool
	FileName string
	Data     []byte
}

// ReceiveSource takes a list, an xlsx or csv file with any columns, and proposes
// what its columns hold: by their titles, or as the last list of the same kind
// was mapped. Nothing is matched before MapSource. What is wrong is Invalid,
// TooLarge or Unsupported; a file that is there already is a Conflict that
// names it.
func (d *Desk) ReceiveSource(ctx context.Context, by auth.Principal, census string, in NewSource) (Source, error) {
	if err := by.Require(workers()...); err != nil {
		return Source{}, err
	}
	src, err := d.readSource(in)
	if err != nil {
		return Source{}, err
	}
	err = d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		c, err := d.forWork(tx, by, census)
		if err != nil {
			return err
		}
		if err := refuseSame(tx, c.Census.ID, src.Sha256); err != nil {
			return err
		}
		last, err := lastMapped(tx, src.Kind)
		if err != nil {
			return err
		}
		src.Mapping = d.propose(src.Columns, last)
		src.CampaignID = c.Census.ID
		if err := insertSource(tx, by, &src); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "census.received", Kind: "census_source", ID: fmt.Sprint(src.ID), Name: src.Title, After: src.facts(),
		})
	})
	if err != nil {
		return Source{}, err
	}
	return src, nil
}

// sourceFacts are a source as the operation log keeps it.
type sourceFacts struct {
	Kind     SourceKind  `json:"kind"`
	State    SourceState `json:"state"`
	File     string      `json:"file"`
	Sha256   string      `json:"sha256"`
	Complete bool        `json:"complete"`
	Lines    int         `json:"lines"`
	Mapping  Mapping     `json:"mapping,omitempty"`
}

func (s *Source) facts() sourceFacts {
	return sourceFacts{s.Kind, s.State, s.FileName, s.Sha256, s.Complete, s.LinesTotal, s.Mapping}
}

// readSource reads the file.
func (d *Desk) readSource(in NewSource) (Source, error) {
	title := cmp.Or(input.Text(in.Title), nameOf(in.FileName))
	var wrong []fault.Field
	if !in.Kind.Valid() {
		wrong = append(wrong, fault.At("kind", "census.err.kind"))
	}
	if utf8.RuneCountInString(title) > maxTitle {
		wrong = append(wrong, fault.At("title", "err.too_long", "field", fault.Label("census.field.title"), "max", maxTitle))
	}
	if err := fault.Refuse(wrong); err != nil {
		return Source{}, err
	}
	book, err := sheet.Open(bytes.NewReader(in.Data), int64(len(in.Data)), in.FileName, sheet.Limits{File: MaxFile, Columns: maxColumns})
	if err != nil {
		return Source{}, err
	}
	sum := sha256.Sum256(in.Data)
	src := Source{
		Kind: in.Kind, Title: title, Complete: in.Complete, State: Received, FileName: nameOf(in.FileName),
		Sha256: hex.EncodeToString(sum[:]), Size: int64(len(in.Data)),
	}
	return src, d.readTable(book, &src)
}

// nameOf is a file name that can be shown.
func nameOf(name string) string {
	name = input.Text(name[strings.LastIndexAny(name, `/\`)+1:])
	if r := []rune(name); len(r) > maxTitle {
		return string(r[:maxTitle])
	}
	return name
}

// readTable takes the columns and lines of the first tab that has a table.
func (d *Desk) readTable(book *sheet.Book, src *Source) error {
	header, tab, err := d.findHeader(book)
	if err != nil {
		return err
	}
	src.Tab = tab
	titled := slices.Concat(header.Columns, header.Unknown)
	slices.SortFunc(titled, func(a, b sheet.HeaderColumn) int { return cmp.Compare(a.Column, b.Column) })
	for _, c := range titled {
		src.Columns = append(src.Columns, Column{Number: c.Column, Title: cut(strings.TrimSpace(c.Group + " " + c.Title)), Unit: cmp.Or(c.Unit, header.Unit)})
	}
	width := titled[len(titled)-1].Column
	for row, err := range header.Data(book.Rows(tab)) {
		if err != nil {
			return err
		}
		line := Line{Row: row.Number, Cells: make([]string, width)}
		empty := true
		for i := range line.Cells {
			line.Cells[i] = cut(input.Text(row.Cell(i + 1).Text))
			empty = empty && line.Cells[i] == ""
		}
		if empty {
			continue
		}
		if len(src.Lines) == MaxLines {
			return fault.New(fault.TooLarge, "census.err.too_many_lines", "max", MaxLines)
		}
		src.Lines = append(src.Lines, line)
	}
	if len(src.Lines) == 0 {
		return fault.New(fault.Invalid, "census.err.no_lines")
	}
	src.LinesTotal = len(src.Lines)
	src.showExamples()
	return nil
}

// cut keeps what is kept of a cell.
func cut(s string) string {
	if len(s) <= maxCell {
		return s
	}
	r := []rune(s)
	return string(r[:min(len(r), maxCell)])
}

// showExamples takes the first values of each column that differ.
func (s *Source) showExamples() {
	for i := range s.Columns {
		c := &s.Columns[i]
		c.Examples = []string{}
		for _, l := range s.Lines {
			v := l.Cells[c.Number-1]
			if v != "" && !slices.Contains(c.Examples, v) {
				c.Examples = append(c.Examples, v)
			}
			if len(c.Examples) == examples {
				break
			}
		}
	}
}

// findHeader finds the titles of the columns: the row with most titles that are
// known, or else the first row with several texts.
func (d *Desk) findHeader(book *sheet.Book) (sheet.Header, string, error) {
	known := func(label string) (string, bool) {
		key, ok := d.titles()[label]
		return key, ok
	}
	any := func(label string) (string, bool) { return label, label != "" }
	var first error
	for _, ask := range []func(string) (string, bool){known, any} {
		for _, tab := range book.Sheets() {
			h, err := sheet.FindHeader(book.Rows(tab), ask)
			if len(h.Columns) > 1 && (err == nil || isFault(err, "sheet.err.duplicate_columns")) {
				return h, tab, nil // two columns may say alike: the person tells
			}
			if first == nil {
				first = err
			}
		}
	}
	return sheet.Header{}, "", cmp.Or(first, error(fault.New(fault.Invalid, "sheet.err.no_table")))
}

func isFault(err error, code string) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Code == code
}

// DropSource takes a list out of the census, with what came of it. One by which
// something was put to a department stays.
func (d *Desk) DropSource(ctx context.Context, by auth.Principal, census string, id SourceID, reason string) (Source, error) {
	var out Source
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		src, _, err := d.sourceForWork(tx, by, census, id, 0)
		if err != nil {
			return err
		}
		if reason = input.Text(reason); reason == "" {
			return fault.Refuse([]fault.Field{fault.At("reason", "census.err.reason")})
		}
		told, err := countTold(tx, id)
		if err != nil {
			return err
		}
		if told > 0 {
			return fault.New(fault.Conflict, "census.err.source_told", "n", told)
		}
		before := src.facts()
		if err := dropItems(tx, id); err != nil {
			return err
		}
		src.State, src.Counts = SourceDropped, Counts{}
		if err := saveSource(tx, by, &src); err != nil {
			return err
		}
		out = src
		return oplog.Record(tx, by, oplog.Entry{
			Action: "census.dropped", Kind: "census_source", ID: fmt.Sprint(id), Name: src.Title, Before: before, After: src.facts(), Reason: reason,
		})
	})
	if err != nil {
		return Source{}, err
	}
	return out, nil
}

// sourceForWork reads a source of a census that is going on, at the version that
// the person began with (0 for whichever it is).
func (d *Desk) sourceForWork(tx *store.Tx, by auth.Principal, census string, id SourceID, version int64) (Source, campaigns, error) {
	c, err := d.forWork(tx, by, census)
	if err != nil {
		return Source{}, c, err
	}
	src, err := sourceOf(tx, c.Census.ID, id)
	switch {
	case err != nil:
		return Source{}, c, err
	case src.State == SourceDropped:
		return Source{}, c, ErrStaleSource
	case version != 0 && src.Version != version:
		return Source{}, c, store.ErrStale
	}
	return src, c, nil
}

// ListSources lists the sources of a census, the newest first, without their
// lines. It is for those who see all bodies.
func (d *Desk) ListSources(ctx context.Context, by auth.Principal, census string) ([]Source, error) {
	var out []Source
	err := d.overlook(ctx, by, func(tx *store.Tx) error {
		c, err := campaignsByCode(tx, census, false)
		if err != nil {
			return err
		}
		out, err = sourcesOf(tx, c.Census.ID)
		return err
	})
	return out, err
}

// FindSource reads a source of a census without its lines. It is for those who
// see all bodies.
func (d *Desk) FindSource(ctx context.Context, by auth.Principal, census string, id SourceID) (Source, error) {
	var out Source
	err := d.overlook(ctx, by, func(tx *store.Tx) error {
		c, err := campaignsByCode(tx, census, false)
		if err != nil {
			return err
		}
		out, err = sourceHead(tx, c.Census.ID, id)
		return err
	})
	return out, err
}

// overlook reads what is for those who see all bodies.
func (d *Desk) overlook(ctx context.Context, by auth.Principal, fn func(*store.Tx) error) error {
	if err := by.Require(viewers()...); err != nil {
		return err
	}
	if !by.View().All {
		return auth.ErrForbidden
	}
	return d.deps.DB.Read(ctx, fn)
}

// Pair reads a census and the self-survey that it verifies. Who sees campaigns
// sees both.
func (d *Desk) Pair(ctx context.Context, by auth.Principal, census string) (of, base survey.Campaign, err error) {
	if err := by.Require(viewers()...); err != nil {
		return of, base, err
	}
	err = d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		c, err := campaignsByCode(tx, census, false)
		of, base = c.Census, c.Base
		return err
	})
	return of, base, err
}
