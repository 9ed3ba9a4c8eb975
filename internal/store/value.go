package store

import "context"

// Writing runs fn in one write and gives what it made; the zero value when
// anything failed.
func Writing[T any](ctx context.Context, db *DB, fn func(tx *Tx) (T, error)) (T, error) {
	var out, none T
	err := db.Write(ctx, func(tx *Tx) error {
		made, err := fn(tx)
		if err == nil {
			out = made
		}
		return err
	})
	if err != nil {
		return none, err
	}
	return out, nil
}

// Reading runs fn in one read and gives what it found.
func Reading[T any](ctx context.Context, db *DB, fn func(tx *Tx) (T, error)) (T, error) {
	var out T
	err := db.Read(ctx, func(tx *Tx) error {
		var err error
		out, err = fn(tx)
		return err
	})
	return out, err
}
