package backup

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"qingce/internal/store"
)

// historyTable is the migrations' own: the manifest has the version.
const historyTable = "goose_db_version"

// shape is what the database says about one of its tables.
type shape struct {
	name    string
	columns []column
	key     []string // columns of the primary key, in its order
	counted bool     // ids are generated
}

type column struct {
	name  string
	class class
}

func (s shape) names() []string {
	out := make([]string, len(s.columns))
	for i, c := range s.columns {
		out[i] = c.name
	}
	return out
}

func (s shape) quoted() string { return `"` + strings.Join(s.names(), `", "`) + `"` }

// shapes reads the tables of the database in the order of their names, all but
// those to leave out.
func shapes(tx *store.Tx, leaveOut []string) ([]shape, error) {
	names, err := tableNames(tx)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	read := sqliteShape
	if tx.Engine() == store.Postgres {
		read = postgresShape
	}
	var out []shape
	for _, name := range names {
		if name == historyTable || slices.Contains(leaveOut, name) {
			continue
		}
		s := shape{name: name}
		if err := read(tx, &s); err != nil {
			return nil, fmt.Errorf("columns of %s: %w", name, err)
		}
		if len(s.key) == 0 {
			return nil, fmt.Errorf("table %s has no primary key to be sorted by", name)
		}
		out = append(out, s)
	}
	return out, nil
}

func tableNames(tx *store.Tx) ([]string, error) {
	// Virtual tables and their shadows are indexes.
	q := "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
	if tx.Engine() == store.Postgres {
		// The rows of a partition are those of the table that it is a part of.
		q = "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
	}
	var names []string
	if err := tx.Gorm().Raw(q).Scan(&names).Error; err != nil {
		return nil, err
	}
	slices.Sort(names)
	return names, nil
}

func sqliteShape(tx *store.Tx, s *shape) error {
	rows, err := tx.Gorm().Raw("SELECT name, lower(type), pk FROM pragma_table_info(?) ORDER BY cid", s.name).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	keys := map[int]string{}
	for rows.Next() {
		var name, kind string
		var pk int
		if err := rows.Scan(&name, &kind, &pk); err != nil {
			return err
		}
		if err := s.add(name, kind); err != nil {
			return err
		}
		if pk > 0 {
			keys[pk] = name
		}
	}
	for i := 1; i <= len(keys); i++ {
		s.key = append(s.key, keys[i])
	}
	if err := rows.Err(); err != nil {
		return err
	}
	var definition string
	err = tx.Gorm().Raw("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", s.name).Scan(&definition).Error
	s.counted = strings.Contains(definition, "AUTOINCREMENT")
	return err
}

func postgresShape(tx *store.Tx, s *shape) error {
	rows, err := tx.Gorm().Raw("SELECT column_name, data_type, is_identity = 'YES' FROM information_schema.columns "+
		"WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position", s.name).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name, kind string
		var identity bool
		if err := rows.Scan(&name, &kind, &identity); err != nil {
			return err
		}
		if err := s.add(name, kind); err != nil {
			return err
		}
		s.counted = s.counted || identity
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return tx.Gorm().Raw("SELECT a.attname FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY k(attnum, place) "+
		"JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum "+
		"WHERE i.indisprimary AND i.indrelid = to_regclass(?) ORDER BY k.place", s.name).Scan(&s.key).Error
}

func (s *shape) add(name, kind string) error {
	c, ok := classes[kind]
	if !ok {
		return fmt.Errorf("column %s has the unknown type %q", name, kind)
	}
	s.columns = append(s.columns, column{name, c})
	return nil
}

// rowsOf reads a table in the order of its key, which for text must not depend
// on the language that a PostgreSQL database was made for.
func rowsOf(tx *store.Tx, s shape) (*sql.Rows, error) {
	order := make([]string, len(s.key))
	for i, name := range s.key {
		order[i] = `"` + name + `"`
		at := slices.IndexFunc(s.columns, func(c column) bool { return c.name == name })
		if tx.Engine() == store.Postgres && s.columns[at].class == text {
			order[i] += ` COLLATE "C"`
		}
	}
	return tx.Gorm().Raw(fmt.Sprintf(`SELECT %s FROM "%s" ORDER BY %s`, s.quoted(), s.name, strings.Join(order, ", "))).Rows()
}

// nextID is the next id that the table will generate, above all that were ever
// there.
func nextID(tx *store.Tx, s shape) (int64, error) {
	if !s.counted {
		return 0, nil
	}
	sequence := "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = '" + s.name + "'"
	if tx.Engine() == store.Postgres {
		var name string
		if err := tx.Gorm().Raw("SELECT pg_get_serial_sequence(?, 'id')", s.name).Scan(&name).Error; err != nil {
			return 0, err
		}
		sequence = "SELECT CASE WHEN is_called THEN last_value + 1 ELSE last_value END FROM " + name
	}
	var generated, given int64
	if err := tx.Gorm().Raw(sequence).Scan(&generated).Error; err != nil {
		return 0, err
	}
	err := tx.Gorm().Raw(`SELECT coalesce(max(id), 0) + 1 FROM "` + s.name + `"`).Scan(&given).Error
	return max(generated, given), err
}
