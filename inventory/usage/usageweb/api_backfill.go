package usageweb

import (
	"context"
	"net/http"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
)

func (d *desk) backfillAPI(s *web.Server) {
	read, write := web.For(readers()...).With(probesRead), web.For(usage.Backfillers()...).With(probesWrite)
	one := "/files/{id}"
	receive := usageOp("receive-usage-file", http.MethodPost, "/files", "Hand in a file of daily figures")
	receive.Description = "The body is the file itself (xlsx or csv). It is read and compared; nothing counts before the file is confirmed."
	receive.MaxBodyBytes, receive.DefaultStatus = usage.GreatestUpload, http.StatusCreated
	web.Operation(s, write, receive, d.apiReceiveFile)
	web.Operation(s, read, usageOp("list-usage-files", http.MethodGet, "/files", "The files that were handed in, the newest first"), d.apiFiles)
	web.Operation(s, read, usageOp("get-usage-file", http.MethodGet, one, "What became of a file"), d.apiFile)
	web.Operation(s, read, usageOp("list-usage-file-rows", http.MethodGet, one+"/rows", "What each row of a file would do, or did"), d.apiFileRows)
	confirm := usageOp("confirm-usage-file", http.MethodPost, one+"/confirm", "Let the good rows of a file count")
	confirm.Errors = []int{http.StatusConflict}
	web.Operation(s, write, confirm, d.apiConfirmFile)
	withdraw := usageOp("withdraw-usage-file", http.MethodPost, one+"/withdraw", "Take back what a file said")
	withdraw.Errors = []int{http.StatusConflict}
	web.Operation(s, write, withdraw, d.apiWithdrawFile)
	drop := usageOp("drop-usage-file", http.MethodPost, one+"/drop", "Forget a file that was not confirmed")
	drop.Errors = []int{http.StatusConflict}
	web.Operation(s, write, drop, d.apiDropFile)
}

// useFileDoc is a file as the API shows it.
type useFileDoc struct {
	ID          int64              `json:"id" doc:"Number of the file"`
	Name        string             `json:"name"`
	SHA256      string             `json:"sha256"`
	State       usage.UploadState  `json:"state" enum:"ready,confirmed,withdrawn,dropped"`
	Systems     int64              `json:"systems" doc:"That its good rows speak of"`
	FirstDay    calendar.Date      `json:"first_day"`
	LastDay     calendar.Date      `json:"last_day"`
	Total       int64              `json:"rows_total"`
	New         int64              `json:"rows_new"`
	Changed     int64              `json:"rows_changed"`
	Same        int64              `json:"rows_same"`
	Wrong       int64              `json:"rows_wrong"`
	By          string             `json:"by"`
	At          time.Time          `json:"created_at"`
	ConfirmedAt *time.Time         `json:"confirmed_at"`
	WithdrawnAt *time.Time         `json:"withdrawn_at"`
	Reason      string             `json:"reason,omitempty" doc:"Why it was withdrawn"`
	Remarks     []web.ProblemField `json:"remarks,omitempty" doc:"What was understood of the header"`
	Version     int64              `json:"version"`
}

type useFileOut struct{ Body useFileDoc }

func fileDocument(call web.Call, u usage.Upload) useFileDoc {
	return useFileDoc{
		ID: int64(u.ID), Name: u.FileName, SHA256: u.Sha256, State: u.State, Systems: u.Systems, FirstDay: u.FirstDay, LastDay: u.LastDay,
		Total: u.RowsTotal, New: u.RowsNew, Changed: u.RowsChanged, Same: u.RowsSame, Wrong: u.RowsWrong, By: u.AccountName,
		At: web.Instant(u.CreatedAt), ConfirmedAt: web.OptionalInstant(u.ConfirmedAt), WithdrawnAt: web.OptionalInstant(u.WithdrawnAt), Reason: u.Reason,
		Remarks: web.Remarks(u.Remarks(), call.P), Version: u.Version,
	}
}

type useReceiveFileIn struct {
	Name    string `query:"name" default:"upload.xlsx" doc:"File name, for the record" maxLength:"200"`
	RawBody []byte `contentType:"application/octet-stream"`
}

func (d *desk) apiReceiveFile(ctx context.Context, call web.Call, in *useReceiveFileIn) (*useFileOut, error) {
	u, err := d.Backfill.Receive(ctx, call.By, in.Name, in.RawBody)
	if err != nil {
		return nil, err
	}
	return &useFileOut{fileDocument(call, u)}, nil
}

type useFilesQuery struct {
	State string `query:"state" enum:"ready,confirmed,withdrawn,dropped"`
	Page  int    `query:"page" minimum:"1" default:"1"`
	Size  int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}

type useFilesOut struct {
	Body struct {
		Total int64        `json:"total"`
		Files []useFileDoc `json:"files"`
	}
}

func (d *desk) apiFiles(ctx context.Context, call web.Call, in *useFilesQuery) (*useFilesOut, error) {
	page, err := d.Backfill.Uploads(ctx, call.By, usage.UploadQuery{State: usage.UploadState(in.State), Page: in.Page, Size: in.Size})
	if err != nil {
		return nil, err
	}
	out := &useFilesOut{}
	out.Body.Total, out.Body.Files = page.Total, make([]useFileDoc, len(page.Rows))
	for i, u := range page.Rows {
		out.Body.Files[i] = fileDocument(call, u)
	}
	return out, nil
}

type useFileID struct {
	ID int64 `path:"id"`
}

func (d *desk) apiFile(ctx context.Context, call web.Call, in *useFileID) (*useFileOut, error) {
	u, err := d.Backfill.Find(ctx, call.By, usage.UploadID(in.ID))
	if err != nil {
		return nil, err
	}
	return &useFileOut{fileDocument(call, u)}, nil
}

type useFileRowsIn struct {
	ID      int64  `path:"id"`
	Outcome string `query:"outcome" enum:"new,changed,same,wrong"`
	Page    int    `query:"page" minimum:"1" default:"1"`
	Size    int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}

// useFileRowDoc is a row of a file.
type useFileRowDoc struct {
	Row     int                `json:"row" doc:"Number of the row in the sheet"`
	Outcome inventory.Outcome  `json:"outcome" enum:"new,changed,same,wrong"`
	Code    string             `json:"code"`
	Day     calendar.Date      `json:"day"`
	Values  map[string]int64   `json:"values"`
	Was     map[string]int64   `json:"was,omitempty" doc:"What was given before, where it differs"`
	Found   []web.ProblemField `json:"found,omitempty" doc:"Errors and remarks with the address of the cell"`
}

type useFileRowsOut struct {
	Body struct {
		Total int64           `json:"total"`
		Rows  []useFileRowDoc `json:"rows"`
	}
}

func (d *desk) apiFileRows(ctx context.Context, call web.Call, in *useFileRowsIn) (*useFileRowsOut, error) {
	rows, total, err := d.Backfill.Rows(ctx, call.By, usage.UploadID(in.ID), inventory.Outcome(in.Outcome), in.Page, in.Size)
	if err != nil {
		return nil, err
	}
	out := &useFileRowsOut{}
	out.Body.Total, out.Body.Rows = total, make([]useFileRowDoc, len(rows))
	for i, r := range rows {
		doc := useFileRowDoc{Row: r.Number, Outcome: r.Outcome, Code: r.Code, Day: r.Day, Values: map[string]int64{}, Was: map[string]int64{}, Found: web.Remarks(r.Found, call.P)}
		for _, f := range r.Figures {
			doc.Values[f.Signal.String()] = f.Value
			if f.Was != nil && f.Changed() {
				doc.Was[f.Signal.String()] = *f.Was
			}
		}
		out.Body.Rows[i] = doc
	}
	return out, nil
}

type useSettleIn struct {
	ID   int64 `path:"id"`
	Body struct {
		Version int64 `json:"version" minimum:"1" doc:"Version of the file that was looked at"`
	}
}

func (d *desk) apiConfirmFile(ctx context.Context, call web.Call, in *useSettleIn) (*useFileOut, error) {
	u, err := d.Backfill.Confirm(ctx, call.By, usage.UploadID(in.ID), in.Body.Version)
	if err != nil {
		return nil, err
	}
	return &useFileOut{fileDocument(call, u)}, nil
}

func (d *desk) apiDropFile(ctx context.Context, call web.Call, in *useSettleIn) (*useFileOut, error) {
	u, err := d.Backfill.Drop(ctx, call.By, usage.UploadID(in.ID), in.Body.Version)
	if err != nil {
		return nil, err
	}
	return &useFileOut{fileDocument(call, u)}, nil
}

type useWithdrawIn struct {
	ID   int64 `path:"id"`
	Body struct {
		Version int64  `json:"version" minimum:"1" doc:"Version of the file that was looked at"`
		Reason  string `json:"reason" maxLength:"300" doc:"Why; it is kept"`
	}
}

func (d *desk) apiWithdrawFile(ctx context.Context, call web.Call, in *useWithdrawIn) (*useFileOut, error) {
	u, err := d.Backfill.Withdraw(ctx, call.By, usage.UploadID(in.ID), in.Body.Version, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &useFileOut{fileDocument(call, u)}, nil
}
