package inventory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// applyLot is how many rows are written in one transaction.
const applyLot = 200

// Confirm writes the good rows of a file that was compared, in the background
// and lot by lot: each lot wholly or not at all. A record that was changed by
// somebody since it was compared is left alone and its row becomes wrong. A
// file that was broken off can be confirmed again; rows that are written stay
// written.
func (im *Importer) Confirm(ctx context.Context, by auth.Principal, id ImportID, reason string) (Import, error) {
	var file Import
	err := im.registry.db.Write(ctx, func(tx *store.Tx) error {
		var err error
		if file, err = importOf(tx, by.AccountID, id); err != nil {
			return err
		}
		if err := mayImport(by, file.Kind); err != nil {
			return err
		}
		file.State, file.Reason = ImportApplying, reason
		ok, err := updateImport(tx, id, []ImportState{ImportReady}, map[string]any{"state": ImportApplying, "reason": reason})
		if err == nil && !ok {
			err = fault.New(fault.Conflict, "inventory.err.import_not_ready")
		}
		if err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "import.confirmed", Kind: "import", ID: fmt.Sprint(id), Name: file.FileName, Reason: reason,
			After: map[string]any{"sha256": file.Sha256, "new": file.RowsNew, "changed": file.RowsChanged, "wrong": file.RowsWrong},
		})
	})
	if err != nil {
		return Import{}, err
	}
	im.start(id, func(ctx context.Context) error { return im.apply(ctx, by, file) })
	return file, nil
}

func (im *Importer) apply(ctx context.Context, by auth.Principal, file Import) error {
	if file.Kind == ImportDepartments {
		return applyRows(ctx, im, by, file, im.registry.importDepartments())
	}
	return applyRows(ctx, im, by, file, im.registry.importSystems())
}

// applyRows writes lots until none is left.
func applyRows[T any](ctx context.Context, im *Importer, by auth.Principal, file Import, of importable[T]) error {
	a := act{by: by, action: "imported", reason: file.Reason}
	for {
		left := 0
		err := im.registry.db.Write(ctx, func(tx *store.Tx) error {
			rows, err := pendingRows(tx, file.ID, applyLot)
			if err != nil {
				return err
			}
			left = len(rows)
			return applyRowsLot(tx, a, file, of, rows)
		})
		if err != nil {
			return err
		}
		if left == 0 {
			return nil
		}
	}
}

// applyRowsLot writes one lot and the progress; the last, empty lot ends the
// file.
func applyRowsLot[T any](tx *store.Tx, a act, file Import, of importable[T], rows []importRow) error {
	if len(rows) == 0 {
		_, err := updateImport(tx, file.ID, []ImportState{ImportApplying}, map[string]any{"state": ImportApplied})
		return err
	}
	done, wrong := int64(0), int64(0)
	for _, row := range rows {
		if err := applyRow(tx, a, of, &row); err != nil {
			return fmt.Errorf("row %d: %w", row.RowNo, err)
		}
		if row.Applied {
			done++
		} else {
			wrong++
		}
		if err := settleRow(tx, row); err != nil {
			return err
		}
	}
	now, err := importOf(tx, file.AccountID, file.ID)
	if err != nil {
		return err
	}
	_, err = updateImport(tx, file.ID, []ImportState{ImportApplying}, map[string]any{
		"rows_applied": now.RowsApplied + done, "rows_wrong": now.RowsWrong + wrong,
	})
	return err
}

// applyRow writes one row; what the rules refuse makes the row wrong and lets
// the others go on.
func applyRow[T any](tx *store.Tx, a act, of importable[T], row *importRow) error {
	body, err := row.body()
	if err != nil {
		return err
	}
	old, next, moved, err := prepare(tx, a.by, of, row, body)
	if err != nil {
		return err
	}
	if moved {
		return refuseRow(row, body, []fault.Field{{Code: "inventory.err.import_moved_on"}})
	}
	_, err = of.write(tx, a, old, &next)
	if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.Conflict {
		found := fault.FieldsOf(err)
		if len(found) == 0 {
			found = []fault.Field{codeOnly(err)}
		}
		return refuseRow(row, body, found)
	}
	if err != nil {
		return err
	}
	row.Applied, row.Code = true, of.code(&next)
	return nil
}

// codeOnly puts an error without fields at the row as a whole.
func codeOnly(err error) fault.Field {
	code, args := "err.internal", fault.Args(nil)
	var f *fault.Error
	if errors.As(err, &f) {
		code, args = f.Code, f.Args
	}
	return fault.Field{Code: code, Args: args}
}

// prepare makes the record that a row describes out of the record as it stands
// now. moved tells that it is not the version that was compared.
func prepare[T any](tx *store.Tx, by auth.Principal, of importable[T], row *importRow, body rowBody) (old *T, next T, moved bool, err error) {
	if row.TargetID != nil {
		current, err := of.current(tx, by, *row.TargetID)
		if err != nil {
			return nil, next, false, err
		}
		if of.version(&current) != row.Version {
			return nil, next, true, nil
		}
		old, next = &current, current
	}
	for _, f := range of.catalog.All() {
		if !f.Given || old == nil && f.Key == of.ident {
			f.Set(&next, body.Values[f.Key])
		}
	}
	return old, next, false, nil
}

// refuseRow makes a row wrong after all.
func refuseRow(row *importRow, body rowBody, found []fault.Field) error {
	body.Found = append(body.Found, found...)
	raw, err := json.Marshal(body)
	row.Outcome, row.Body = RowWrong, string(raw)
	return err
}
