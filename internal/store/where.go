package store

import (
	"strings"

	"gorm.io/gorm"
)

// Op is how a Condition compares.
type Op string

// The comparisons. Empty and Filled ask whether anything is given at all.
const (
	In       Op = "in"       // one of Values
	AnyOf    Op = "any_of"   // a |a|b| list that holds one of Values
	Contains Op = "contains" // text that holds Values[0] anywhere
	Between  Op = "between"  // from Values[0] to Values[1], both included; nil is open
	Empty    Op = "empty"
	Filled   Op = "filled"
)

// Condition is one filter of a list. Column must come from a list of known
// columns, never from a request.
type Condition struct {
	Column string
	Op     Op
	Values []any
	// Text tells that "not given" is the empty text rather than NULL.
	Text bool
	// OrEmpty widens In, AnyOf and Between to rows where nothing is given.
	OrEmpty bool
}

// Where adds conditions to a query; all must hold.
func Where(q *gorm.DB, conditions []Condition) *gorm.DB {
	for _, c := range conditions {
		sql, args := c.sql()
		q = q.Where(sql, args...)
	}
	return q
}

func (c Condition) sql() (string, []any) {
	empty := c.Column + " IS NULL"
	filled := c.Column + " IS NOT NULL"
	if c.Text {
		empty, filled = c.Column+" = ''", c.Column+" <> ''"
	}
	var sql string
	var args []any
	switch c.Op {
	case Empty:
		return empty, nil
	case Filled:
		return filled, nil
	case In:
		sql, args = c.Column+" IN ?", []any{c.Values}
	case AnyOf:
		parts := make([]string, len(c.Values))
		for i, v := range c.Values {
			parts[i] = c.Column + ` LIKE ? ESCAPE '\'`
			args = append(args, "%|"+EscapeLike(toText(v))+"|%")
		}
		sql = strings.Join(parts, " OR ")
	case Contains:
		return "lower(" + c.Column + `) LIKE ? ESCAPE '\'`, []any{"%" + EscapeLike(strings.ToLower(toText(c.Values[0]))) + "%"}
	case Between:
		var parts []string
		for i, cmp := range []string{" >= ?", " <= ?"} {
			if c.Values[i] != nil {
				parts, args = append(parts, c.Column+cmp), append(args, c.Values[i])
			}
		}
		sql = strings.Join(parts, " AND ")
	}
	if c.OrEmpty && sql != "" {
		return "(" + sql + " OR " + empty + ")", args
	}
	if sql == "" { // an open range or no value is no filter
		return "1 = 1", nil
	}
	return "(" + sql + ")", args
}

// EscapeLike makes the wildcards of LIKE ordinary characters, with \ as the
// escape.
func EscapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

func toText(v any) string {
	s, _ := v.(string)
	return s
}
