package oplog

import (
	"fmt"
	"strings"

	"qingce/internal/store"
)

// column is one column of a bulk insert.
type column struct {
	name string
	// array is PostgreSQL's type of a list of its values.
	array string
	value func(i int) any
}

func entryColumns(rows []Row) []column {
	text := func(name string, get func(*Row) string) column {
		return column{name, "text[]", func(i int) any { return get(&rows[i]) }}
	}
	number := func(name string, get func(*Row) int64) column {
		return column{name, "bigint[]", func(i int) any { return get(&rows[i]) }}
	}
	return []column{
		number("id", func(r *Row) int64 { return int64(r.ID) }),
		{"at", "timestamptz[]", func(i int) any { return rows[i].At }},
		number("actor_id", func(r *Row) int64 { return int64(r.ActorID) }),
		text("actor_login", func(r *Row) string { return r.ActorLogin }),
		text("actor_name", func(r *Row) string { return r.ActorName }),
		text("actor_department", func(r *Row) string { return r.ActorDepartment }),
		text("actor_roles", func(r *Row) string { return r.ActorRoles }),
		text("way", func(r *Row) string { return string(r.Way) }),
		number("department_id", func(r *Row) int64 { return int64(r.DepartmentID) }),
		text("origin", func(r *Row) string { return r.Origin }),
		text("request_id", func(r *Row) string { return r.RequestID }),
		text("action", func(r *Row) string { return r.Action }),
		text("object_kind", func(r *Row) string { return r.ObjectKind }),
		text("object_id", func(r *Row) string { return r.ObjectID }),
		text("object_name", func(r *Row) string { return r.ObjectName }),
		text("before", func(r *Row) string { return r.Before }),
		text("after", func(r *Row) string { return r.After }),
		text("reason", func(r *Row) string { return r.Reason }),
	}
}

func hashColumns(g *growth) []column {
	return []column{
		{"id", "bigint[]", func(i int) any { return g.base + int64(i) }},
		{"hash", "bytea[]", func(i int) any { return g.fresh[i][:] }},
	}
}

// Rows per statement. SQLite takes 32766 parameters at most and is fastest
// with statements of middling length; PostgreSQL gets a list per column, which
// is one statement text for any number of rows.
const (
	sqliteParameters = 2000
	postgresRows     = 5000
)

// insert writes n rows.
func insert(tx *store.Tx, table string, cols []column, n int) error {
	into := "INSERT INTO " + table + " (" + joined(cols, func(c column) string { return c.name }) + ") "
	write, batch := insertValues, max(1, sqliteParameters/len(cols))
	if tx.Engine() == store.Postgres {
		write, batch = insertArrays, postgresRows
	}
	for from := 0; from < n; from += batch {
		if err := write(tx, into, cols, from, min(from+batch, n)); err != nil {
			return err
		}
	}
	return nil
}

func insertValues(tx *store.Tx, into string, cols []column, from, to int) error {
	args := make([]any, 0, (to-from)*len(cols))
	for i := from; i < to; i++ {
		for _, c := range cols {
			args = append(args, c.value(i))
		}
	}
	row := "(" + joined(cols, func(column) string { return "?" }) + "),"
	values := strings.TrimSuffix(strings.Repeat(row, to-from), ",")
	return tx.Gorm().Exec(into+"VALUES "+values, args...).Error
}

func insertArrays(tx *store.Tx, into string, cols []column, from, to int) error {
	args := make([]any, len(cols))
	for c := range cols {
		list := make([]any, 0, to-from)
		for i := from; i < to; i++ {
			list = append(list, cols[c].value(i))
		}
		args[c] = list
	}
	place := 0
	lists := joined(cols, func(c column) string { place++; return fmt.Sprintf("$%d::%s", place, c.array) })
	// No "?" in the text, so the lists are passed on as they are.
	return tx.Gorm().Exec(into+"SELECT * FROM unnest("+lists+")", args...).Error
}

func joined(cols []column, part func(column) string) string {
	parts := make([]string, len(cols))
	for i, c := range cols {
		parts[i] = part(c)
	}
	return strings.Join(parts, ", ")
}
