package hubweb

import (
	"context"
	"net/http"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/hub"
)

// observedAPI is what the hub heard: the door for it, and what came of it.
func (d *desk) observedAPI(s *web.Server) {
	read := web.For(viewers()...).With(readScope)
	push := hubOp("send-hub-report", http.MethodPost, "/reports", "Send what the hub heard: heartbeats by hour, exchanges by day")
	push.Description = "An exchange is the state of a day so far, with a number that grows: the greatest one is believed, so a report may be sent again. It is on disk when the answer comes. At most 5000 items; nothing of a report with a mistake is taken."
	push.MaxBodyBytes = 4 << 20
	web.OperationWithin(s, slowWork, web.For(hub.Senders()...).With(pushScope), push, d.apiReport)
	web.Operation(s, read, hubOp("list-hub-differences", http.MethodGet, "/differences", "Where declared and heard disagree"), d.apiDifferences)
	web.Operation(s, read, hubOp("list-hub-volumes", http.MethodGet, "/volumes", "Who exchanged how much with whom, the most first"), d.apiVolumes)

	see, hand := web.For(hub.UploadViewers()...).With(readScope), web.For(hub.Verifiers()...).With(writeScope)
	receive := hubOp("receive-hub-file", http.MethodPost, "/files", "Hand in a file of the gateway")
	receive.Description = "The body is the file itself (xlsx or csv): day, provider, consumer, exchanges, failures, bytes. Nothing counts before the file is confirmed, and then only where no sender speaks of the pair on the day."
	receive.MaxBodyBytes, receive.DefaultStatus = hub.GreatestUpload, http.StatusCreated
	web.OperationWithin(s, slowWork, hand, receive, d.apiReceive)
	web.Operation(s, see, hubOp("list-hub-files", http.MethodGet, "/files", "The files that were handed in, the newest first"), d.apiFiles)
	web.Operation(s, see, hubOp("get-hub-file", http.MethodGet, "/files/{id}", "What each row of a file says"), d.apiFile)
	web.OperationWithin(s, slowWork, hand, hubOp("confirm-hub-file", http.MethodPost, "/files/{id}/confirm", "Let the good rows of a file count"), d.apiConfirm)
	web.OperationWithin(s, slowWork, hand, hubOp("withdraw-hub-file", http.MethodPost, "/files/{id}/withdraw", "Take back what a file said"), d.apiWithdraw)
	web.Operation(s, hand, hubOp("drop-hub-file", http.MethodPost, "/files/{id}/drop", "Forget a file that was not confirmed"), d.apiDrop)
}

// hubBeatDoc is an hour in which the hub heard somebody.
type hubBeatDoc struct {
	Party string    `json:"party" doc:"Code of a system or department, or the name that the hub has"`
	Hour  time.Time `json:"hour"`
}

// hubExchangeDoc is the state of a day so far between two parties.
type hubExchangeDoc struct {
	Day       calendar.Date `json:"day"`
	Provider  string        `json:"provider"`
	Consumer  string        `json:"consumer"`
	Seq       int64         `json:"seq" minimum:"0" doc:"Grows with every state of the day"`
	Exchanges int64         `json:"exchanges" minimum:"0" doc:"All of the day so far, those that failed included"`
	Failures  int64         `json:"failures,omitempty" minimum:"0"`
	Bytes     int64         `json:"bytes,omitempty" minimum:"0"`
}

type hubReportIn struct {
	Body struct {
		Source     string           `json:"source" maxLength:"60" doc:"Name of the sender; each numbers its own states"`
		Heartbeats []hubBeatDoc     `json:"heartbeats,omitempty"`
		Exchanges  []hubExchangeDoc `json:"exchanges,omitempty"`
	}
}

type hubReportOut struct {
	Body struct {
		Heartbeats int      `json:"heartbeats"`
		Exchanges  int      `json:"exchanges"`
		Unknown    []string `json:"unknown" doc:"Parties that no register knows: they are kept, and stand among the differences"`
	}
}

func (d *desk) apiReport(ctx context.Context, call web.Call, in *hubReportIn) (*hubReportOut, error) {
	r := hub.Report{Source: in.Body.Source}
	for _, b := range in.Body.Heartbeats {
		r.Beats = append(r.Beats, hub.Heartbeat{Party: b.Party, Hour: b.Hour})
	}
	for _, e := range in.Body.Exchanges {
		r.Exchanges = append(r.Exchanges, hub.Exchanged{
			Day: e.Day, Provider: e.Provider, Consumer: e.Consumer, Seq: e.Seq, Exchanges: e.Exchanges, Failures: e.Failures, Bytes: e.Bytes,
		})
	}
	taken, err := d.Hub.TakeReport(ctx, call.By, r)
	if err != nil {
		return nil, err
	}
	out := &hubReportOut{}
	out.Body.Heartbeats, out.Body.Exchanges, out.Body.Unknown = taken.Beats, taken.Exchanges, taken.Unknown
	return out, nil
}

type hubDifferenceDoc struct {
	Kind      hub.DifferenceKind `json:"kind" enum:"silent,undeclared,after_end,failing"`
	Party     string             `json:"party" doc:"As the hub writes it"`
	Other     string             `json:"other,omitempty" doc:"The other side of a pair"`
	System    string             `json:"system" doc:"Empty when the register knows none"`
	Stage     string             `json:"stage"`
	LastDay   calendar.Date      `json:"last_day"`
	EndedOn   calendar.Date      `json:"ended_on"`
	Exchanges int64              `json:"exchanges"`
	Failures  int64              `json:"failures"`
}

type hubDifferencesOut struct {
	Body struct {
		From        calendar.Date      `json:"from"`
		To          calendar.Date      `json:"to"`
		Differences []hubDifferenceDoc `json:"differences" doc:"At most 500 of each kind"`
	}
}

func (d *desk) apiDifferences(ctx context.Context, call web.Call, _ *struct{}) (*hubDifferencesOut, error) {
	all, err := d.Hub.Differences(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &hubDifferencesOut{}
	out.Body.From, out.Body.To, out.Body.Differences = all.From, all.To, []hubDifferenceDoc{}
	for _, kind := range hub.DifferenceKinds() {
		for _, x := range all.Of[kind] {
			out.Body.Differences = append(out.Body.Differences, hubDifferenceDoc{
				x.Kind, x.Party, x.Other, x.Code, x.Stage.Code(), x.LastDay, x.EndedOn, x.Exchanges, x.Failures,
			})
		}
	}
	return out, nil
}

type hubVolumeDoc struct {
	Provider  string        `json:"provider"`
	Consumer  string        `json:"consumer"`
	Exchanges int64         `json:"exchanges"`
	Failures  int64         `json:"failures"`
	Bytes     int64         `json:"bytes"`
	LastDay   calendar.Date `json:"last_day"`
}

type hubVolumesOut struct {
	Body struct {
		From    calendar.Date  `json:"from"`
		To      calendar.Date  `json:"to"`
		Volumes []hubVolumeDoc `json:"volumes" doc:"At most 500"`
	}
}

func (d *desk) apiVolumes(ctx context.Context, call web.Call, in *hubCourseIn) (*hubVolumesOut, error) {
	from, to := in.span(calendar.DateOf(call.Now))
	list, err := d.Hub.Volumes(ctx, call.By, from, to, inventory.MostAtOnce)
	if err != nil {
		return nil, err
	}
	out := &hubVolumesOut{}
	out.Body.From, out.Body.To, out.Body.Volumes = from, to, make([]hubVolumeDoc, len(list))
	for i, v := range list {
		out.Body.Volumes[i] = hubVolumeDoc{v.Provider, v.Consumer, v.Exchanges, v.Failures, v.Bytes, v.LastDay}
	}
	return out, nil
}

// hubFileDoc is a file of the gateway as the API shows it.
type hubFileDoc struct {
	ID       int64           `json:"id"`
	Name     string          `json:"name"`
	SHA256   string          `json:"sha256"`
	State    hub.UploadState `json:"state" enum:"ready,confirmed,withdrawn,dropped"`
	Total    int64           `json:"rows_total"`
	Wrong    int64           `json:"rows_wrong"`
	Unknown  int64           `json:"rows_unknown" doc:"With a party that the register does not know"`
	FirstDay calendar.Date   `json:"first_day"`
	LastDay  calendar.Date   `json:"last_day"`
	At       time.Time       `json:"at"`
	By       string          `json:"by"`
	Reason   string          `json:"reason" doc:"Why it was withdrawn"`
	Version  int64           `json:"version" doc:"Number of the version; the ETag"`
}

func fileDocument(u *hub.Upload) hubFileDoc {
	return hubFileDoc{
		int64(u.ID), u.FileName, u.Sha256, u.State, u.RowsTotal, u.RowsWrong, u.RowsUnknown, u.FirstDay, u.LastDay, web.Instant(u.CreatedAt),
		u.AccountName, u.Reason, u.Version,
	}
}

type hubFileOut struct {
	ETag string `header:"ETag"`
	Body hubFileDoc
}

func fileAnswer(u hub.Upload, err error) (*hubFileOut, error) {
	if err != nil {
		return nil, err
	}
	return &hubFileOut{web.ETag(u.Version), fileDocument(&u)}, nil
}

type hubReceiveIn struct {
	Name    string `query:"name" required:"true" maxLength:"200" doc:"File name"`
	RawBody []byte `contentType:"application/octet-stream"`
}

func (d *desk) apiReceive(ctx context.Context, call web.Call, in *hubReceiveIn) (*hubFileOut, error) {
	return fileAnswer(d.Hub.Receive(ctx, call.By, in.Name, in.RawBody))
}

type hubPageIn struct {
	Page int `query:"page" minimum:"1" default:"1"`
	Size int `query:"size" minimum:"1" maximum:"200" default:"50"`
}

type hubFilesOut struct {
	Body struct {
		Total int64        `json:"total"`
		Files []hubFileDoc `json:"files"`
	}
}

func (d *desk) apiFiles(ctx context.Context, call web.Call, in *hubPageIn) (*hubFilesOut, error) {
	page, err := d.Hub.Uploads(ctx, call.By, in.Page, in.Size)
	if err != nil {
		return nil, err
	}
	out := &hubFilesOut{}
	out.Body.Total, out.Body.Files = page.Total, make([]hubFileDoc, len(page.Rows))
	for i := range page.Rows {
		out.Body.Files[i] = fileDocument(&page.Rows[i])
	}
	return out, nil
}

type hubFileRowDoc struct {
	Row       int           `json:"row"`
	Wrong     bool          `json:"wrong"`
	Day       calendar.Date `json:"day"`
	Provider  string        `json:"provider"`
	Consumer  string        `json:"consumer"`
	Exchanges int64         `json:"exchanges"`
	Failures  int64         `json:"failures"`
	Bytes     int64         `json:"bytes"`
	Found     []string      `json:"found" doc:"What is wrong, or to be remarked"`
}

type hubFileRowsOut struct {
	ETag string `header:"ETag"`
	Body struct {
		File hubFileDoc      `json:"file"`
		Rows []hubFileRowDoc `json:"rows" doc:"The wrong ones first"`
	}
}

func (d *desk) apiFile(ctx context.Context, call web.Call, in *struct {
	ID   int64 `path:"id"`
	Page int   `query:"page" minimum:"1" default:"1"`
	Size int   `query:"size" minimum:"1" maximum:"200" default:"50"`
}) (*hubFileRowsOut, error) {
	u, rows, err := d.Hub.FindUpload(ctx, call.By, hub.UploadID(in.ID), in.Page, in.Size)
	if err != nil {
		return nil, err
	}
	out := &hubFileRowsOut{ETag: web.ETag(u.Version)}
	out.Body.File, out.Body.Rows = fileDocument(&u), make([]hubFileRowDoc, len(rows))
	for i, r := range rows {
		doc := hubFileRowDoc{r.RowNo, r.Wrong, r.Day, r.Provider, r.Consumer, r.Exchanges, r.Failures, r.Bytes, []string{}}
		for _, f := range r.Found {
			doc.Found = append(doc.Found, call.P.Field(f.Field()))
		}
		out.Body.Rows[i] = doc
	}
	return out, nil
}

func (d *desk) apiConfirm(ctx context.Context, call web.Call, in *hubVersionIn) (*hubFileOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return fileAnswer(d.Hub.ConfirmUpload(ctx, call.By, hub.UploadID(in.ID), version))
}

func (d *desk) apiWithdraw(ctx context.Context, call web.Call, in *hubReasonIn) (*hubFileOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return fileAnswer(d.Hub.WithdrawUpload(ctx, call.By, hub.UploadID(in.ID), version, in.Body.Reason))
}

func (d *desk) apiDrop(ctx context.Context, call web.Call, in *hubVersionIn) (*hubFileOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return fileAnswer(d.Hub.DropUpload(ctx, call.By, hub.UploadID(in.ID), version))
}
