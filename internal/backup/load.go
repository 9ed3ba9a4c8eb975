package backup

import (
	"context"
	"fmt"
	"slices"

	"qingce/internal/store"
)

// Load puts the rows of the backup in place of everything that is in the
// database, which must be migrated to the schema version of the backup. It is
// one transaction: sums, numbers of rows and foreign keys are checked before
// it commits. then is called at its end, to build what the backup leaves out.
func (a *Archive) Load(ctx context.Context, db *store.DB, leaveOut []string, then func(tx *store.Tx) error) error {
	err := db.Write(ctx, func(tx *store.Tx) error {
		here, err := shapes(tx, leaveOut)
		if err != nil {
			return err
		}
		if err := a.fits(here); err != nil {
			return err
		}
		tie, err := untie(tx)
		if err != nil {
			return fmt.Errorf("lay foreign keys aside: %w", err)
		}
		for _, s := range here {
			if err := a.loadTable(tx, s); err != nil {
				return err
			}
		}
		if err := then(tx); err != nil {
			return fmt.Errorf("build what is made from the rows: %w", err)
		}
		if err := tie(); err != nil {
			return fmt.Errorf("foreign keys: %w", err)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("load backup: %w", err)
	}
	return nil
}

// fits tells whether backup and database have the same tables and columns. The
// columns may stand in another order.
func (a *Archive) fits(here []shape) error {
	if len(here) != len(a.Tables) {
		return fmt.Errorf("%w: it has %d tables, the database %d", ErrSchema, len(a.Tables), len(here))
	}
	for _, s := range here {
		t, ok := a.Table(s.name)
		if !ok {
			return fmt.Errorf("%w: it has no table %s", ErrSchema, s.name)
		}
		if have, want := slices.Sorted(slices.Values(t.Columns)), slices.Sorted(slices.Values(s.names())); !slices.Equal(have, want) {
			return fmt.Errorf("%w: table %s has the columns %v, want %v", ErrSchema, s.name, have, want)
		}
	}
	return nil
}

func (a *Archive) loadTable(tx *store.Tx, s shape) error {
	t, _ := a.Table(s.name) // fits has looked
	s.columns = inOrder(s.columns, t.Columns)
	if err := clear(tx, s); err != nil {
		return fmt.Errorf("empty table %s: %w", s.name, err)
	}
	ins := newInserter(tx, s)
	defer ins.close()
	err := a.eachRow(tx.Context(), t, func(row []any) error {
		for i, c := range s.columns {
			v, err := decode(c.class, row[i])
			if err != nil {
				return fmt.Errorf("column %s: %w", c.name, err)
			}
			row[i] = v
		}
		return ins.add(row)
	})
	if err == nil {
		err = ins.flush()
	}
	if err != nil {
		return fmt.Errorf("table %s: %w", s.name, err)
	}
	if err := setNextID(tx, s, t.Next); err != nil {
		return fmt.Errorf("next id of %s: %w", s.name, err)
	}
	return counted(tx, t)
}

// inOrder sorts the columns of the database as the backup has them.
func inOrder(columns []column, names []string) []column {
	out := make([]column, 0, len(columns))
	for _, name := range names {
		at := slices.IndexFunc(columns, func(c column) bool { return c.name == name })
		out = append(out, columns[at])
	}
	return out
}
