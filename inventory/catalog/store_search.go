package catalog

import (
	"fmt"
	"strings"
	"unicode"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/runs"
	"qingce/internal/store"
)

// Entries are found by any part of their name, code, abstract or items. The
// index holds every run of one and of two characters, and beside them terms of
// three and more for what lists are narrowed by: so that a common word within
// one department is answered from the index as well.

func searchBody(e *Entry, items []Item) string {
	var b strings.Builder
	b.WriteString(e.Code + "\n" + e.Name + "\n" + e.Abstract)
	for _, i := range items {
		b.WriteString("\n" + i.Name)
	}
	return runs.Fold(b.String())
}

// nameKey makes alike the names of items that people write differently.
func nameKey(s string) string { return strings.Join(runs.Words(s), "") }

// ItemKey is the name of an item as items are compared: width, case and blanks
// folded.
func ItemKey(name string) string { return nameKey(name) }

// SameItem tells whether two names mean the same item.
func SameItem(a, b string) bool { return nameKey(a) == nameKey(b) }

// Terms of the index; the shortest has three letters, so that none is a run.
const (
	termPublished = "pub"
	termMounted   = "mnt"
)

func termProvider(id DepartmentID) string { return fmt.Sprintf("prv%d", id) }
func termOwner(id DepartmentID) string    { return fmt.Sprintf("own%d", id) }
func termShare(t ShareType) string        { return "shr" + string(t) }
func termLibrary(l Library) string        { return "lib" + string(l) }
func termClass(code string) string        { return "cls" + code }

// terms are those of an entry.
func terms(e *Entry) []string {
	out := []string{termProvider(e.ProviderID), termOwner(e.OwnerID), termShare(e.ShareType), termLibrary(e.Library)}
	if e.Published() {
		out = append(out, termPublished)
	}
	if e.Mounted() {
		out = append(out, termMounted)
	}
	for n := 1; n <= len(e.ClassCode); n++ {
		out = append(out, termClass(e.ClassCode[:n]))
	}
	return out
}

// indexEntry keeps what an entry is found by.
func indexEntry(tx *store.Tx, e *Entry, items []Item) error {
	body := searchBody(e, items)
	g := append(runs.Of(body), terms(e)...)
	var err error
	if tx.Engine() == store.Postgres {
		err = tx.Gorm().Exec(`INSERT INTO catalog_search (entry_id, body, grams) VALUES (?, ?, ?::text[])
			ON CONFLICT (entry_id) DO UPDATE SET body = excluded.body, grams = excluded.grams`, e.ID, body, runs.Array(g)).Error
	} else {
		err = indexOnSQLite(tx, e.ID, body, g)
	}
	if err != nil {
		return fmt.Errorf("index entry %s: %w", e.Code, err)
	}
	return nil
}

func indexOnSQLite(tx *store.Tx, id EntryID, body string, g []string) error {
	if err := tx.Gorm().Exec("DELETE FROM catalog_grams WHERE rowid = ?", id).Error; err != nil {
		return err
	}
	if err := tx.Gorm().Exec("INSERT INTO catalog_grams (rowid, grams) VALUES (?, ?)", id, strings.Join(g, " ")).Error; err != nil {
		return err
	}
	return tx.Gorm().Exec(`INSERT INTO catalog_search (entry_id, body) VALUES (?, ?)
		ON CONFLICT (entry_id) DO UPDATE SET body = excluded.body`, id, body).Error
}

// wants is what the index is asked for: all of must, one of each of any.
type wants struct {
	must []string
	any  [][]string
	like []string // what the text must hold, as LIKE has it
}

// wantsOf turns a query into what the index is asked for.
func wantsOf(s sight, q Query) wants {
	var w wants
	for _, word := range runs.Words(q.Search) {
		w.must = append(w.must, runs.Wanted(word)...)
		w.like = append(w.like, "%"+store.EscapeLike(word)+"%")
	}
	switch {
	case q.Scope == "" || q.Scope == City:
		w.must = append(w.must, termPublished)
	case q.Scope == Own && !s.all:
		w.any = append(w.any, each(append([]DepartmentID{0}, s.own...), termOwner))
	}
	if q.Mounted != nil && *q.Mounted {
		w.must = append(w.must, termMounted)
	}
	if q.Class != "" && alphanumeric(q.Class) {
		w.must = append(w.must, termClass(strings.ToLower(q.Class)))
	}
	if q.Library != "" {
		w.must = append(w.must, termLibrary(q.Library))
	}
	for _, set := range [][]string{each(q.Providers, termProvider), each(q.Owners, termOwner), each(q.Share, termShare)} {
		if len(set) > 0 {
			w.any = append(w.any, set)
		}
	}
	return w
}

func each[T any](list []T, term func(T) string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = term(v)
	}
	return out
}

func alphanumeric(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) }) < 0
}

// hits is a query over what is found: entry_id alone.
func hits(tx *store.Tx, w wants) *gorm.DB {
	g := tx.Gorm().Table("catalog_search").Select("entry_id")
	if tx.Engine() == store.Postgres {
		if len(w.must) > 0 {
			g = g.Where("grams @> ?::text[]", runs.Array(w.must))
		}
		for _, set := range w.any {
			g = g.Where("grams && ?::text[]", runs.Array(set))
		}
	} else if m := match(w); m != "" {
		g = g.Where("entry_id IN (SELECT rowid FROM catalog_grams WHERE catalog_grams MATCH ?)", m)
	}
	for _, like := range w.like {
		g = g.Where(`body LIKE ? ESCAPE '\'`, like)
	}
	return g
}

// match writes what is wanted as an FTS5 query; the words hold letters and
// digits only.
func match(w wants) string {
	var parts []string
	for _, m := range w.must {
		parts = append(parts, `"`+m+`"`)
	}
	for _, set := range w.any {
		parts = append(parts, `("`+strings.Join(set, `" OR "`)+`")`)
	}
	return strings.Join(parts, " AND ")
}

// searchPage reads a page of what is found, the names that hold the words first.
func searchPage(tx *store.Tx, by auth.Principal, s sight, q Query, out *Page) error {
	found := hits(tx, wantsOf(s, q))
	if q.needsRow() {
		found = found.Where("entry_id IN (?)", visible(narrowed(tx.Gorm().Table(Entry{}.TableName()).Select("id"), by, s, q, out.Today), s))
	}
	list := tx.Gorm().Table("catalog_entries").Where("id IN (?)", found.Limit(MostHits+1))
	var ids []EntryID
	if err := list.Order(ranked(tx, q)).Pluck("id", &ids).Error; err != nil {
		return fmt.Errorf("search entries: %w", err)
	}
	if out.More = len(ids) > MostHits; out.More {
		ids = ids[:MostHits]
	}
	out.Total = int64(len(ids))
	from := min((q.Page-1)*q.Size, len(ids))
	var err error
	out.Rows, err = inOrder(tx, ids[from:min(from+q.Size, len(ids))])
	return err
}

// needsRow tells whether the query asks for what the index does not know.
func (q Query) needsRow() bool {
	return len(q.States) > 0 || q.Stale != nil || q.System != 0 || q.Scope == Waiting || q.Mounted != nil && !*q.Mounted
}

// ranked orders hits: what was asked for, else names that hold the first word
// before the others.
func ranked(tx *store.Tx, q Query) clause.OrderBy {
	if q.Sort != "" {
		return clause.OrderBy{Expression: clause.Expr{SQL: ordered(tx, q)}}
	}
	word := "%" + store.EscapeLike(runs.Words(q.Search)[0]) + "%"
	return clause.OrderBy{Expression: clause.Expr{
		SQL: `CASE WHEN lower(name) LIKE ? ESCAPE '\' THEN 0 ELSE 1 END, ` + ordered(tx, q), Vars: []any{word},
	}}
}
