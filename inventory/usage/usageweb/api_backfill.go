package usageweb

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/calendar"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
)

func (d *desk) backfillAPI(s *web.Server) {
	read, write := web.For(readers()...).With(probesRead), web.For(usage.Backfillers()...).With(probesWrite)
	one := "/files/{id}"
	receive := usageOp("receive-usage-file", http.MethodPost, "/files", "Hand in a file of daily figures")
	receive.Description = "The body is the file itself (xlsx or csv). It is read and compared; nothing counts before the centre has accepted it, or confirmed it if it is its own."
	receive.MaxBodyBytes, receive.DefaultStatus = usage.GreatestUpload, http.StatusCreated
	web.Operation(s, write, receive, d.apiReceiveFile)
	web.Operation(s, read, usageOp("list-usage-files", http.MethodGet, "/files", "The files that were handed in, the newest first"), d.apiFiles)
	web.Operation(s, read, usageOp("get-usage-file", http.MethodGet, one, "What became of a file"), d.apiFile)
	web.Operation(s, read, usageOp("list-usage-file-rows", http.MethodGet, one+"/rows", "What each row of a file would do, or did"), d.apiFileRows)
	d.backfillStepsAPI(s)
}

// backfillStepsAPI adds what is done with a file that was received.
func (d *desk) backfillStepsAPI(s *web.Server) {
	hand := web.For(usage.Backfillers()...).With(probesWrite)
	submit, review := web.For(usage.Submitters()...).With(probesWrite), web.For(usage.Reviewers()...).With(probesWrite)
	step := func(name, summary, description string) huma.Operation {
		op := usageOp(name+"-usage-file", http.MethodPost, "/files/{id}/"+name, summary)
		op.Description, op.Errors = description, []int{http.StatusConflict}
		return op
	}
	web.Operation(s, submit, step("submit", "Hand a received file in for the centre to review", "The file waits, and nothing of it counts before it is accepted."), d.apiSubmitFile)
	web.Operation(s, review, step("accept", "Let the good rows of a department's file count", "Nobody accepts a file of their own, or of their own department."), d.apiAcceptFile)
	web.Operation(s, review, step("return", "Send a file back to its department", "The department reads the reason. It drops the file, or hands in another."), d.apiReturnFile)
	web.Operation(s, review, step("confirm", "Let the good rows of a file of the centre itself count", "Files of departments are accepted after they were handed in."), d.apiConfirmFile)
	web.Operation(s, review, step("withdraw", "Take back what a file said", "What an earlier file said of the same days counts again."), d.apiWithdrawFile)
	web.Operation(s, hand, step("drop", "Forget a file that never counted", "A department also takes back by it what waits for the centre."), d.apiDropFile)
}

// useFileDoc is a file as the API shows it.
type useFileDoc struct {
	ID          int64              `json:"id" doc:"Number of the file"`
	Name        string             `json:"name"`
	SHA256      string             `json:"sha256"`
	State       usage.UploadState  `json:"state" enum:"ready,waiting,returned,confirmed,withdrawn,dropped" doc:"Waiting and returned: handed in for review, sent back"`
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
	Source      string             `json:"source,omitempty" doc:"Where the figures come from, in the words of the department"`
	SubmittedAt *time.Time         `json:"submitted_at"`
	SubmittedBy string             `json:"submitted_by,omitempty"`
	ReviewedAt  *time.Time         `json:"reviewed_at"`
	ReviewedBy  string             `json:"reviewed_by,omitempty"`
	SentBack    string             `json:"review_reason,omitempty" doc:"Why it was sent back"`
	ConfirmedAt *time.Time         `json:"confirmed_at" doc:"Since when its good rows count"`
	WithdrawnAt *time.Time         `json:"withdrawn_at"`
	Reason      string             `json:"reason,omitempty" doc:"Why it was withdrawn"`
	Remarks     []web.ProblemField `json:"remarks,omitempty" doc:"What was understood of the header"`
	Version     int64              `json:"version"`
}

type useFileOut struct{ Body useFileDoc }

func fileDocument(call web.Call, u usage.Upload) useFileDoc {
	return useFileDoc{
		ID: int64(u.ID), Name: u.FileName, SHA256: u.Sha256, State: u.Standing(), Systems: u.Systems, FirstDay: u.FirstDay, LastDay: u.LastDay,
		Total: u.RowsTotal, New: u.RowsNew, Changed: u.RowsChanged, Same: u.RowsSame, Wrong: u.RowsWrong, By: u.AccountName,
		Source: u.SourceNote, SubmittedAt: web.OptionalInstant(u.SubmittedAt), SubmittedBy: u.SubmittedName,
		ReviewedAt: web.OptionalInstant(u.ReviewedAt), ReviewedBy: u.ReviewedName, SentBack: u.ReviewReason,
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
	State string `query:"state" enum:"ready,waiting,returned,confirmed,withdrawn,dropped"`
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
	Probed  map[string]int64   `json:"measured,omitempty" doc:"What probes measured on the day; it comes first"`
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
		if len(r.Measured) > 0 {
			doc.Probed = map[string]int64{}
		}
		for _, f := range r.Measured {
			doc.Probed[f.Signal.String()] = f.Value
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

type useSubmitIn struct {
	ID   int64 `path:"id"`
	Body struct {
		Version int64  `json:"version" minimum:"1" doc:"Version of the file that was looked at"`
		Source  string `json:"source" maxLength:"300" doc:"Where the figures come from; at least 5 characters"`
	}
}

func (d *desk) apiSubmitFile(ctx context.Context, call web.Call, in *useSubmitIn) (*useFileOut, error) {
	u, err := d.Backfill.Submit(ctx, call.By, usage.UploadID(in.ID), in.Body.Version, in.Body.Source)
	if err != nil {
		return nil, err
	}
	return &useFileOut{fileDocument(call, u)}, nil
}

func (d *desk) apiAcceptFile(ctx context.Context, call web.Call, in *useSettleIn) (*useFileOut, error) {
	u, err := d.Backfill.Accept(ctx, call.By, usage.UploadID(in.ID), in.Body.Version)
	if err != nil {
		return nil, err
	}
	return &useFileOut{fileDocument(call, u)}, nil
}

func (d *desk) apiReturnFile(ctx context.Context, call web.Call, in *useReasonIn) (*useFileOut, error) {
	u, err := d.Backfill.Return(ctx, call.By, usage.UploadID(in.ID), in.Body.Version, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &useFileOut{fileDocument(call, u)}, nil
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

type useReasonIn struct {
	ID   int64 `path:"id"`
	Body struct {
		Version int64  `json:"version" minimum:"1" doc:"Version of the file that was looked at"`
		Reason  string `json:"reason" maxLength:"300" doc:"Why; it is kept"`
	}
}

func (d *desk) apiWithdrawFile(ctx context.Context, call web.Call, in *useReasonIn) (*useFileOut, error) {
	u, err := d.Backfill.Withdraw(ctx, call.By, usage.UploadID(in.ID), in.Body.Version, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &useFileOut{fileDocument(call, u)}, nil
}
