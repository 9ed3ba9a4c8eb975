package scoring

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Attach puts a file beside what a department prepares for a task.
func (b *Board) Attach(ctx context.Context, by auth.Principal, key string, dept auth.DepartmentID, file evidence.Received) (evidence.Item, error) {
	if err := by.Require(Writers()...); err != nil {
		return evidence.Item{}, err
	}
	return store.Writing(ctx, b.deps.DB, func(tx *store.Tx) (evidence.Item, error) {
		if err := b.ofOwn(tx, by, dept); err != nil {
			return evidence.Item{}, err
		}
		t, err := b.taskOf(tx, key, dept)
		if err != nil {
			return evidence.Item{}, err
		}
		h, err := handingForUpdate(tx, key, dept)
		switch {
		case err != nil:
			return evidence.Item{}, err
		case !t.Evidence:
			return evidence.Item{}, fault.New(fault.Conflict, "tasks.err.by_facts")
		case !h.State.Open():
			return evidence.Item{}, stateError(h.State.Label())
		}
		return b.deps.Box.Attach(tx, by, file, h.Files(), HandingFile, "")
	})
}

// OpenFile opens a file beside a task that the principal sees.
func (b *Board) OpenFile(ctx context.Context, by auth.Principal, key string, dept auth.DepartmentID, link evidence.LinkID) (*evidence.Content, error) {
	s, err := b.FindTask(ctx, by, key, dept)
	if err != nil {
		return nil, err
	}
	for _, item := range s.Files {
		if item.Link.ID == link {
			return b.deps.Box.Open(ctx, auth.System("tasks"), link)
		}
	}
	return nil, errAbsent
}
