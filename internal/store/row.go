package store

import (
	"context"
	"fmt"
	"reflect"
	"sync"

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
