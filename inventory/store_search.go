package inventory

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"qingce/internal/runs"
	"qingce/internal/store"
)

// Search finds a system by any part of its name, short name, code or function.
// Chinese has no spaces to cut words at and people look for two characters at
// a time, so the index holds every run of one and of two characters: whoever
// has all runs of the wanted words is looked at again by LIKE.

// searchBody is the text that a system is found by.
func searchBody(s *System) string {
	return runs.Fold(s.Code + "\n" + s.Name + "\n" + s.ShortName + "\n" + s.FunctionDesc)
}

// indexSystem keeps the words that a system is found by. This is one of the
// two places where the engines differ: FTS5 on SQLite, an array with a GIN
// index on PostgreSQL.
func indexSystem(tx *store.Tx, s *System) error {
	body := searchBody(s)
	g := runs.Of(body)
	var err error
	if tx.Engine() == store.Postgres {
		err = tx.Gorm().Exec(`INSERT INTO system_search (system_id, body, grams) VALUES (?, ?, ?::text[])
			ON CONFLICT (system_id) DO UPDATE SET body = excluded.body, grams = excluded.grams`,
			s.ID, body, runs.Array(g)).Error
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
	for _, word := range runs.Words(typed) {
		like := "%" + store.EscapeLike(word) + "%"
		g := runs.Wanted(word)
		switch {
		case len(g) == 0: // only signs: the index does not hold them
			q = q.Where(`id IN (SELECT system_id FROM system_search WHERE body LIKE ? ESCAPE '\')`, like)
		case tx.Engine() == store.Postgres:
			q = q.Where(`id IN (SELECT system_id FROM system_search WHERE grams @> ?::text[] AND body LIKE ? ESCAPE '\')`, runs.Array(g), like)
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
