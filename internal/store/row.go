package store

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"qingce/internal/fault"
)

// ErrStale says that a row was changed by somebody else since it was read.
var ErrStale = fault.New(fault.Conflict, "err.conflict")

// schemas caches what gorm works out of a row struct.
var schemas sync.Map

// Columns returns the columns of a row struct with their values, by column
// name, zero values included.
func Columns(ctx context.Context, row any) (map[string]any, error) {
	s, err := schema.Parse(row, &schemas, schema.NamingStrategy{})
	if err != nil {
		return nil, err
	}
	v := reflect.Indirect(reflect.ValueOf(row))
	out := make(map[string]any, len(s.Fields))
	for _, f := range s.Fields {
		if f.DBName != "" {
			out[f.DBName], _ = f.ValueOf(ctx, v)
		}
	}
	return out, nil
}

// ColumnNames lists the columns of a row struct in the order of its fields.
func ColumnNames(row any) ([]string, error) {
	s, err := schema.Parse(row, &schemas, schema.NamingStrategy{})
	if err != nil {
		return nil, err
	}
	return s.DBNames, nil
}

// Collect runs a query that selects columns of the row struct T, in that order,
// and returns its rows. See Each.
func Collect[T any](ctx context.Context, q *gorm.DB, columns []string) ([]T, error) {
	var out []T
	err := Each(ctx, q, columns, func(row *T) { out = append(out, *row) })
	return out, err
}

// Each runs a query that selects columns of the row struct T, in that order,
// and hands its rows to fn one after the other, always in the same place: fn
// copies what it keeps. Gorm's own reading costs several times as much for many
// columns, since it looks each of them up in each row. A column that T does
// not have is an error.
func Each[T any](ctx context.Context, q *gorm.DB, columns []string, fn func(row *T)) error {
	s, err := schema.Parse(new(T), &schemas, schema.NamingStrategy{})
	if err != nil {
		return err
	}
	var row, empty T
	v := reflect.ValueOf(&row).Elem()
	places := make([]any, len(columns))
	for i, name := range columns {
		f := s.FieldsByDBName[name]
		if f == nil {
			return fmt.Errorf("%s has no column %s", s.Name, name)
		}
		places[i] = f.ReflectValueOf(ctx, v).Addr().Interface()
	}
	rows, err := q.Select(columns).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		row = empty
		if err := rows.Scan(places...); err != nil {
			return err
		}
		fn(&row)
	}
	return rows.Err()
}

// UpdateVersion writes every column of row where its id and the version it was
// read with still hold. When they do not the row was changed by somebody else:
// ErrStale. The row carries its new version.
func (tx *Tx) UpdateVersion(row any, id, version int64) error {
	columns, err := Columns(tx.ctx, row)
	if err != nil {
		return err
	}
	delete(columns, "id")
	delete(columns, "created_at")
	res := tx.g.Model(row).Where("id = ? AND version = ?", id, version).UpdateColumns(columns)
	switch {
	case res.Error != nil:
		return fmt.Errorf("update row %d: %w", id, res.Error)
	case res.RowsAffected == 0:
		return ErrStale
	}
	return nil
}
