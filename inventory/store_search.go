package inventory

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"

	"qingce/internal/store"
)

// Search finds a system by any part of its name, short name, code or function.
// Chinese has no spaces to cut words at and people look for two characters at
// a time, so the index holds every run of one and of two characters: whoever
// has all runs of the wanted words is looked at again by LIKE.

// searchBody is the text that a system is found by.
func searchBody(s *System) string {
	return searchKey(s.Code + "\n" + s.Name + "\n" + s.ShortName + "\n" + s.FunctionDesc)
}

// searchKey folds width and case.
func searchKey(s string) string { return strings.ToLower(norm.NFKC.String(s)) }

// grams lists the runs of one and two letters or digits in a text, each once.
func grams(text string) []string {
	seen := map[string]bool{}
	var out []string
	add := func(g string) {
		if !seen[g] {
			seen[g] = true
			out = append(out, g)
		}
	}
	prev := rune(0)
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			prev = 0
			continue
		}
		add(string(r))
		if prev != 0 {
			add(string(prev) + string(r))
		}
		prev = r
	}
	return out
}

// wanted lists the runs that a searched word needs: the longest there are.
func wanted(word string) []string {
	all := grams(word)
	pairs := slices.DeleteFunc(slices.Clone(all), func(g string) bool { return len([]rune(g)) < 2 })
	if len(pairs) > 0 {
		return pairs
	}
	return all
}

// searchWords cuts what was typed at blanks; all words must be found.
func searchWords(typed string) []string { return strings.Fields(searchKey(typed)) }

// indexSystem keeps the words that a system is found by. This is one of the
// two places where the engines differ: FTS5 on SQLite, an array with a GIN
// index on PostgreSQL.
func indexSystem(tx *store.Tx, s *System) error {
	body := searchBody(s)
	g := grams(body)
	var err error
	if tx.Engine() == store.Postgres {
		err = tx.Gorm().Exec(`INSERT INTO system_search (system_id, body, grams) VALUES (?, ?, ?::text[])
			ON CONFLICT (system_id) DO UPDATE SET body = excluded.body, grams = excluded.grams`,
			s.ID, body, arrayLiteral(g)).Error
	} else {
		err = indexOnSQLite(tx, s.ID, body, g)
	}
	if err != nil {
		return fmt.Errorf("index system %s: %w", s.Code, err)
	}
	return nil
}

func indexOnSQLite(tx *store.Tx, id SystemID, body string, g []string) error {
	if err := tx.Gorm().Exec("DELETE FROM system_grams WHERE rowid = ?", id).Error; err != nil {
		return err
	}
	if err := tx.Gorm().Exec("INSERT INTO system_grams (rowid, grams) VALUES (?, ?)", id, strings.Join(g, " ")).Error; err != nil {
		return err
	}
	return tx.Gorm().Exec(`INSERT INTO system_search (system_id, body) VALUES (?, ?)
		ON CONFLICT (system_id) DO UPDATE SET body = excluded.body`, id, body).Error
}

// searching limits a query over current systems to those that hold every word
// of what was typed.
func searching(tx *store.Tx, q *gorm.DB, typed string) *gorm.DB {
	for _, word := range searchWords(typed) {
		like := "%" + store.EscapeLike(word) + "%"
		g := wanted(word)
		switch {
		case len(g) == 0: // only signs: the index does not hold them
			q = q.Where(`id IN (SELECT system_id FROM system_search WHERE body LIKE ? ESCAPE '\')`, like)
		case tx.Engine() == store.Postgres:
			q = q.Where(`id IN (SELECT system_id FROM system_search WHERE grams @> ?::text[] AND body LIKE ? ESCAPE '\')`, arrayLiteral(g), like)
		case exact(word, g):
			q = q.Where("id IN (SELECT rowid FROM system_grams WHERE system_grams MATCH ?)", phrase(g))
		default:
			q = q.Where(`id IN (SELECT system_id FROM system_search WHERE system_id IN
				(SELECT rowid FROM system_grams WHERE system_grams MATCH ?) AND body LIKE ? ESCAPE '\')`, phrase(g), like)
		}
	}
	return q
}

// exact tells that the index alone answers: the word is one of its runs.
func exact(word string, g []string) bool { return len(g) == 1 && g[0] == word }

// phrase writes the runs as an FTS5 query; they hold letters and digits only.
func phrase(g []string) string { return `"` + strings.Join(g, `" AND "`) + `"` }

// arrayLiteral writes the runs as a PostgreSQL array; they hold letters and
// digits only.
func arrayLiteral(g []string) string { return "{" + strings.Join(g, ",") + "}" }
