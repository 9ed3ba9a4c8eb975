package main

import (
	"context"
	"errors"
	"slices"
)

// cleanups are what has to be undone, the last first.
type cleanups []func(ctx context.Context) error

func (c *cleanups) add(f func(ctx context.Context) error) { *c = append(*c, f) }

// run undoes everything, whatever fails, and forgets it.
func (c *cleanups) run(ctx context.Context) error {
	var all []error
	for _, f := range slices.Backward(*c) {
		all = append(all, f(ctx))
	}
	*c = nil
	return errors.Join(all...)
}
