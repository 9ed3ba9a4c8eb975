package inventory

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/oplog"
	"qingce/internal/sheet"
	"qingce/internal/store"
)

// Kinds of files that can be handed in.
const (
	ImportSystems     = "systems"
	ImportDepartments = "departments"
)

// Importer takes files of departments and systems: reads and compares them,
// shows what they would do, and writes the good rows when their person
// confirms. Reading and writing go on in the background; Stop waits for them.
type Importer struct {
	registry *Registry
	catalog  *locale.Catalog
	log      *slog.Logger
	limits   sheet.Limits

	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup
	mu     sync.Mutex
	doing  map[ImportID]chan struct{} // closed when the work on the file ends
}

// NewImporter makes an importer over the register.
func NewImporter(registry *Registry, catalog *locale.Catalog, log *slog.Logger) *Importer {
	ctx, cancel := context.WithCancel(context.Background())
	return &Importer{
		registry: registry, catalog: catalog, log: log, limits: sheet.Limits{File: 32 << 20},
		ctx: ctx, cancel: cancel, doing: map[ImportID]chan struct{}{},
	}
}

// Stop breaks off what is going on between two lots and waits for it. What was
// being written can be confirmed again after the next start.
func (im *Importer) Stop() {
	im.cancel()
	im.work.Wait()
}

// Recover settles what the last run of the program left unfinished.
func (im *Importer) Recover(ctx context.Context) error {
	return im.registry.db.Write(ctx, interruptedImports)
}

// importLife is how long the rows of a file are kept.
const importLife = 30 * 24 * time.Hour

// Purge forgets files that nobody has touched for 30 days.
func (im *Importer) Purge(ctx context.Context) (int64, error) {
	var n int64
	err := im.registry.db.Write(ctx, func(tx *store.Tx) error {
		var err error
		n, err = purgeImports(tx, tx.Now().Add(-importLife))
		return err
	})
	return n, err
}

// mayImport says who may hand in files of a kind.
func mayImport(by auth.Principal, kind string) error {
	switch kind {
	case ImportSystems:
		return by.Require(writers...)
	case ImportDepartments:
		return by.Require(departmentEditors...)
	}
	return fault.New(fault.NotFound, "err.not_found")
}

// Receive takes a file and begins to read it. A file that cannot be read at all
// is refused at once, with the reason.
func (im *Importer) Receive(ctx context.Context, by auth.Principal, kind, name string, data []byte) (Import, error) {
	if err := mayImport(by, kind); err != nil {
		return Import{}, err
	}
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), name, im.limits)
	if err != nil {
		return Import{}, err
	}
	sum := sha256.Sum256(data)
	file := Import{
		Kind: kind, AccountID: by.AccountID, DepartmentID: by.DepartmentID, FileName: cutName(name),
		Sha256: hex.EncodeToString(sum[:]), Size: int64(len(data)), State: ImportReading,
	}
	err = im.registry.db.Write(ctx, func(tx *store.Tx) error {
		if err := insertImport(tx, &file); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "import.received", Kind: "import", ID: fmt.Sprint(file.ID), Name: file.FileName,
			After: map[string]any{"sha256": file.Sha256, "size": file.Size, "kind": kind},
		})
	})
	if err != nil {
		return Import{}, err
	}
	im.start(file.ID, func(ctx context.Context) error { return im.read(ctx, by, file, book) })
	return file, nil
}

// cutName keeps a file name that can be shown.
func cutName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, name[strings.LastIndexAny(name, `/\`)+1:])
	if r := []rune(name); len(r) > 120 {
		return string(r[:120])
	}
	return name
}

// start runs work on a file in the background.
func (im *Importer) start(id ImportID, work func(context.Context) error) {
	done := make(chan struct{})
	im.mu.Lock()
	im.doing[id] = done
	im.mu.Unlock()
	im.work.Go(func() {
		defer func() {
			im.mu.Lock()
			delete(im.doing, id)
			im.mu.Unlock()
			close(done)
		}()
		if err := work(im.ctx); err != nil {
			im.fail(id, err)
		}
	})
}

// fail records why the work on a file ended. When the program is stopping the
// state is left for Recover.
func (im *Importer) fail(id ImportID, cause error) {
	if im.ctx.Err() != nil {
		return
	}
	code, args := "err.internal", ""
	var f *fault.Error
	if errors.As(cause, &f) && f.Kind != fault.Internal {
		code, args = f.Code, encodeArgs(f.Args)
	} else {
		im.log.Error("import failed", "import", id, "error", cause)
	}
	err := im.registry.db.Write(im.ctx, func(tx *store.Tx) error {
		_, err := updateImport(tx, id, []ImportState{ImportReading, ImportApplying},
			map[string]any{"state": ImportFailed, "error_code": code, "error_args": args, "notes": fault.Kept(fault.FieldsOf(cause)).Text()})
		return err
	})
	if err != nil {
		im.log.Error("import state lost", "import", id, "error", err)
	}
}

// Wait returns when the work on a file has ended or the context does.
func (im *Importer) Wait(ctx context.Context, id ImportID) {
	im.mu.Lock()
	done := im.doing[id]
	im.mu.Unlock()
	if done == nil {
		return
	}
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// Find returns a file of the principal's.
func (im *Importer) Find(ctx context.Context, by auth.Principal, id ImportID) (Import, error) {
	var out Import
	err := im.registry.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		out, err = importOf(tx, by.AccountID, id)
		return err
	})
	return out, err
}

// Recent lists the principal's last files, newest first.
func (im *Importer) Recent(ctx context.Context, by auth.Principal) ([]Import, error) {
	var out []Import
	err := im.registry.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		out, err = importsOf(tx, by.AccountID, 20)
		return err
	})
	return out, err
}

// Remarks are what was understood of the header: columns that were not known,
// columns that are missing; for a failed file what was wrong with it.
func (i Import) Remarks() []fault.Field { return fault.ReadKept(i.Notes) }

// Err is why a file failed, nil when it did not.
func (i Import) Err() error {
	if i.State != ImportFailed {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Code: i.ErrorCode, Args: decodeArgs(i.ErrorArgs), Fields: i.Remarks()}
}

// ImportedRow is a row of a file as its person sees it.
type ImportedRow struct {
	Number  int
	Outcome Outcome
	Applied bool
	Code    string
	Name    string
	Changes []CellChange
	// Found are errors and remarks, each with the address of its cell.
	Found []fault.Field
}

// CellChange is a cell that changes a record.
type CellChange struct {
	Key  string `json:"key"`
	Cell string `json:"cell"`
	Old  string `json:"old"` // canonical
	New  string `json:"new"`
}

// Rows lists rows of a file with an outcome (all when none is named), a page at
// a time, with the number of them all.
func (im *Importer) Rows(ctx context.Context, by auth.Principal, id ImportID, outcome Outcome, page, size int) ([]ImportedRow, int64, error) {
	outcomes := []Outcome{outcome}
	if outcome == "" {
		outcomes = []Outcome{RowNew, RowChanged, RowSame, RowWrong}
	}
	page, size = max(page, 1), min(max(size, 1), MaxPageSize)
	var rows []importRow
	var total int64
	err := im.registry.db.Read(ctx, func(tx *store.Tx) error {
		if _, err := importOf(tx, by.AccountID, id); err != nil {
			return err
		}
		var err error
		rows, total, err = importRowsOf(tx, id, outcomes, (page-1)*size, size)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	out := make([]ImportedRow, len(rows))
	for i, r := range rows {
		b, err := r.body()
		if err != nil {
			return nil, 0, err
		}
		out[i] = ImportedRow{
			Number: r.RowNo, Outcome: r.Outcome, Applied: r.Applied, Code: r.Code, Name: r.Name,
			Changes: b.Changes, Found: b.Found,
		}
	}
	return out, total, nil
}

// Drop forgets a file that is not being worked on; what it wrote stays.
func (im *Importer) Drop(ctx context.Context, by auth.Principal, id ImportID) error {
	return im.registry.db.Write(ctx, func(tx *store.Tx) error {
		file, err := importOf(tx, by.AccountID, id)
		if err != nil {
			return err
		}
		ok, err := updateImport(tx, id, []ImportState{ImportReady, ImportFailed, ImportApplied}, map[string]any{"state": ImportDropped})
		if err == nil && !ok {
			err = fault.New(fault.Conflict, "inventory.err.import_busy")
		}
		if err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{Action: "import.dropped", Kind: "import", ID: fmt.Sprint(id), Name: file.FileName})
	})
}

// rowBody is what is kept of a row besides its outcome.
type rowBody struct {
	// Values are the canonical texts of the record as it would become; only
	// for rows that would change something.
	Values  map[string]string `json:"values,omitempty"`
	Changes []CellChange      `json:"changes,omitempty"`
	Found   fault.Kept        `json:"found,omitempty"`
	// Typed are the cells as they stood in the file, by key; only for wrong
	// rows, to be handed back.
	Typed map[string]string `json:"typed,omitempty"`
}

func encodeArgs(args fault.Args) string { return fault.Kept{{Code: "-", Args: args}}.Text() }

func decodeArgs(text string) fault.Args {
	fields := fault.ReadKept(text)
	if len(fields) == 0 {
		return nil
	}
	return fields[0].Args
}
