package inventoryweb

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/inventory"
)

const apiImports = "/api/v1/imports"

func importsOp(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: apiImports + path, Summary: summary, Tags: []string{"Imports"}}
}

func (d *importDesk) mountAPI(s *web.Server) {
	access := web.For(importers()...).With(writeSystems, writeDepartments)
	receive := importsOp("receive-import", http.MethodPost, "", "Hand in a workbook")
	receive.Description = "The body is the file itself (xlsx or csv). It is read and compared; nothing is written before the import is confirmed. " +
		"Files of systems need the scope systems:write, files of departments departments:write, here and in all other operations on imports."
	receive.MaxBodyBytes, receive.DefaultStatus = greatestFile, http.StatusAccepted
	web.Operation(s, access, receive, d.apiReceive)
	web.Operation(s, access, importsOp("list-imports", http.MethodGet, "", "The caller's last files, the newest first"), d.apiRecent)
	web.Operation(s, access, importsOp("get-import", http.MethodGet, "/{id}", "State of an import"), d.apiShow)
	web.Operation(s, access, importsOp("list-import-rows", http.MethodGet, "/{id}/rows", "What each row would do, or did"), d.apiRows)
	confirm := importsOp("confirm-import", http.MethodPost, "/{id}/confirm", "Write the good rows")
	confirm.DefaultStatus, confirm.Errors = http.StatusAccepted, []int{http.StatusConflict}
	web.Operation(s, access, confirm, d.apiConfirm)
	drop := importsOp("drop-import", http.MethodDelete, "/{id}", "Forget a file")
	drop.Description, drop.Errors = "What it wrote stays. A file that is being worked on cannot be dropped.", []int{http.StatusConflict}
	web.Operation(s, access, drop, d.apiDrop)
}

// scopeFor is what a token must have to handle files of a kind.
func scopeFor(kind string) string {
	if kind == inventory.ImportDepartments {
		return writeDepartments
	}
	return writeSystems
}

// fileOf finds a file of the caller's that the token is good for.
func (d *importDesk) fileOf(ctx context.Context, call web.Call, id int64) (inventory.Import, error) {
	f, err := d.importer.Find(ctx, call.By, inventory.ImportID(id))
	if err == nil && !call.By.HasScope(scopeFor(f.Kind)) {
		return inventory.Import{}, auth.ErrForbidden
	}
	return f, err
}

// importBody is a file as the API shows it.
type importBody struct {
	ID      int64              `json:"id" doc:"Number of the file"`
	Kind    string             `json:"kind" enum:"systems,departments"`
	Name    string             `json:"name" doc:"File name"`
	SHA256  string             `json:"sha256" doc:"Check value of the file"`
	State   string             `json:"state" enum:"reading,ready,applying,applied,failed,dropped"`
	Total   int64              `json:"rows_total"`
	New     int64              `json:"rows_new"`
	Changed int64              `json:"rows_changed"`
	Same    int64              `json:"rows_same"`
	Wrong   int64              `json:"rows_wrong"`
	Applied int64              `json:"rows_applied"`
	Error   string             `json:"error,omitempty" doc:"Why the file failed"`
	At      time.Time          `json:"created_at" doc:"When it was handed in"`
	Remarks []web.ProblemField `json:"remarks,omitempty" doc:"What was understood of the header"`
}

func bodyOf(call web.Call, f inventory.Import) importBody {
	b := importBody{
		ID: int64(f.ID), Kind: f.Kind, Name: f.FileName, SHA256: f.Sha256, State: string(f.State), Total: f.RowsTotal,
		New: f.RowsNew, Changed: f.RowsChanged, Same: f.RowsSame, Wrong: f.RowsWrong, Applied: f.RowsApplied,
		At: web.Instant(f.CreatedAt), Remarks: web.Remarks(f.Remarks(), call.P),
	}
	if err := f.Err(); err != nil {
		b.Error = call.P.Error(err)
	}
	return b
}

type importOutput struct{ Body importBody }

type importRowBody struct {
	Row     int                    `json:"row" doc:"Number of the row in the sheet"`
	Outcome string                 `json:"outcome" enum:"new,changed,same,wrong"`
	Applied bool                   `json:"applied"`
	Code    string                 `json:"code,omitempty"`
	Name    string                 `json:"name,omitempty"`
	Changes []inventory.CellChange `json:"changes,omitempty" doc:"Cells that change the record; old and new in canonical text"`
	Found   []web.ProblemField     `json:"found,omitempty" doc:"Errors and remarks with the address of the cell"`
}

type importRowsOutput struct {
	Body struct {
		Total int64           `json:"total"`
		Rows  []importRowBody `json:"rows"`
	}
}

type receiveInput struct {
	Kind    string `query:"kind" enum:"systems,departments" default:"systems"`
	Name    string `query:"name" default:"upload.xlsx" doc:"File name, for the record" maxLength:"200"`
	RawBody []byte `contentType:"application/octet-stream"`
}

func (d *importDesk) apiReceive(ctx context.Context, call web.Call, in *receiveInput) (*importOutput, error) {
	if !call.By.HasScope(scopeFor(in.Kind)) {
		return nil, auth.ErrForbidden
	}
	f, err := d.importer.Receive(ctx, call.By, in.Kind, in.Name, in.RawBody)
	if err != nil {
		return nil, err
	}
	d.wait(ctx, f.ID)
	return d.apiState(ctx, call, int64(f.ID))
}

func (d *importDesk) apiState(ctx context.Context, call web.Call, id int64) (*importOutput, error) {
	f, err := d.fileOf(ctx, call, id)
	if err != nil {
		return nil, err
	}
	return &importOutput{Body: bodyOf(call, f)}, nil
}

type importID struct {
	ID int64 `path:"id"`
}

func (d *importDesk) apiShow(ctx context.Context, call web.Call, in *importID) (*importOutput, error) {
	return d.apiState(ctx, call, in.ID)
}

type importsOutput struct {
	Body struct {
		Imports []importBody `json:"imports"`
	}
}

// apiRecent lists what the token is good for.
func (d *importDesk) apiRecent(ctx context.Context, call web.Call, _ *struct{}) (*importsOutput, error) {
	recent, err := d.importer.Recent(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &importsOutput{}
	out.Body.Imports = []importBody{}
	for _, f := range recent {
		if call.By.HasScope(scopeFor(f.Kind)) {
			out.Body.Imports = append(out.Body.Imports, bodyOf(call, f))
		}
	}
	return out, nil
}

func (d *importDesk) apiDrop(ctx context.Context, call web.Call, in *importID) (*struct{}, error) {
	f, err := d.fileOf(ctx, call, in.ID)
	if err != nil {
		return nil, err
	}
	return nil, d.importer.Drop(ctx, call.By, f.ID)
}

type importRowsInput struct {
	ID      int64  `path:"id"`
	Outcome string `query:"outcome" enum:"new,changed,same,wrong"`
	Page    int    `query:"page" minimum:"1" default:"1"`
	Size    int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}

func (d *importDesk) apiRows(ctx context.Context, call web.Call, in *importRowsInput) (*importRowsOutput, error) {
	f, err := d.fileOf(ctx, call, in.ID)
	if err != nil {
		return nil, err
	}
	rows, total, err := d.importer.Rows(ctx, call.By, f.ID, inventory.Outcome(in.Outcome), in.Page, in.Size)
	if err != nil {
		return nil, err
	}
	out := &importRowsOutput{}
	out.Body.Total, out.Body.Rows = total, make([]importRowBody, len(rows))
	for i, row := range rows {
		out.Body.Rows[i] = importRowBody{
			Row: row.Number, Outcome: string(row.Outcome), Applied: row.Applied, Code: row.Code, Name: row.Name,
			Changes: row.Changes, Found: web.Remarks(row.Found, call.P),
		}
	}
	return out, nil
}

type apiConfirmInput struct {
	ID   int64 `path:"id"`
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"500" doc:"Kept in the history of every record"`
	}
}

func (d *importDesk) apiConfirm(ctx context.Context, call web.Call, in *apiConfirmInput) (*importOutput, error) {
	f, err := d.fileOf(ctx, call, in.ID)
	if err != nil {
		return nil, err
	}
	if _, err := d.importer.Confirm(ctx, call.By, f.ID, in.Body.Reason); err != nil {
		return nil, err
	}
	d.wait(ctx, f.ID)
	return d.apiState(ctx, call, in.ID)
}
