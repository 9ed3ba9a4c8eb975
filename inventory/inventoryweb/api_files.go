package inventoryweb

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/evidence"
	"qingce/internal/store"
	"qingce/internal/web"
)

func (d *desk) mountFilesAPI(s *web.Server) {
	read, keep := web.For(viewers()...).With(readSystems), web.For(keepers()...).With(writeSystems)
	const path = apiSystems + "/{code}/evidence"
	web.Operation(s, read, filesOp("list-evidence", http.MethodGet, path, "The files beside a system"), d.apiFiles)
	add := filesOp("add-evidence", http.MethodPost, path, "Put a file beside a system")
	add.Description = "The body is the file itself: pdf, ofd, jpg, png, docx or xlsx without macros."
	add.MaxBodyBytes, add.DefaultStatus = evidence.MaxSize, http.StatusCreated
	web.Operation(s, keep, add, d.apiAddFile)
	web.Operation(s, keep, filesOp("remove-evidence", http.MethodDelete, path+"/{id}", "Mark a file as removed"), d.apiRemoveFile)
	content := &huma.Operation{
		OperationID: "get-evidence", Tags: []string{"Evidence"}, Summary: "The content of a file",
		Responses: map[string]*huma.Response{"200": {Description: "The file"}},
	}
	s.Group(read).Within(slowWork).Stream(http.MethodGet, apiSystems+"/:code/evidence/:id/content", content, d.apiFileContent)
}

// fileDoc is a file beside a system.
type fileDoc struct {
	ID        int64     `json:"id"`
	Purpose   string    `json:"purpose" enum:"backup,data_disposal,approval,contract,acceptance,security,screenshot,statement,other"`
	Name      string    `json:"name"`
	Note      string    `json:"note,omitempty"`
	MediaType string    `json:"media_type"`
	Size      int64     `json:"size" doc:"Bytes"`
	SHA256    string    `json:"sha256"`
	AddedBy   string    `json:"added_by"`
	AddedAt   time.Time `json:"added_at"`
}

func fileDocument(i evidence.Item) fileDoc {
	return fileDoc{
		ID: int64(i.Link.ID), Purpose: i.Link.Purpose, Name: i.Link.Name, Note: i.Link.Note, MediaType: i.File.MediaType,
		Size: i.File.Size, SHA256: i.File.SHA256, AddedBy: i.Link.AddedName, AddedAt: web.Instant(i.Link.AddedAt),
	}
}

type filesBody struct {
	Body struct {
		Files []fileDoc `json:"files"`
	}
}

// filesBeside lists the files beside a system that the caller sees.
func (d *desk) filesBeside(ctx context.Context, call web.Call, code string) ([]evidence.Item, error) {
	s, err := d.Registry.FindSystem(ctx, call.By, code)
	if err != nil {
		return nil, err
	}
	var items []evidence.Item
	err = d.DB.Read(ctx, func(tx *store.Tx) error {
		items, err = d.Evidence.List(tx, EvidenceOf(s.ID, s.OwnerID))
		return err
	})
	return items, err
}

func (d *desk) apiFiles(ctx context.Context, call web.Call, in *codeOnly) (*filesBody, error) {
	items, err := d.filesBeside(ctx, call, in.Code)
	if err != nil {
		return nil, err
	}
	out := &filesBody{}
	out.Body.Files = make([]fileDoc, len(items))
	for i, item := range items {
		out.Body.Files[i] = fileDocument(item)
	}
	return out, nil
}

type addFileIn struct {
	Code    string `path:"code"`
	Name    string `query:"name" required:"true" maxLength:"200" doc:"File name"`
	Purpose string `query:"purpose" required:"true" enum:"backup,data_disposal,approval,contract,acceptance,security,screenshot,statement,other"`
	Note    string `query:"note" maxLength:"500"`
	RawBody []byte `contentType:"application/octet-stream"`
}

type fileBody struct{ Body fileDoc }

func (d *desk) apiAddFile(ctx context.Context, call web.Call, in *addFileIn) (*fileBody, error) {
	s, err := d.Registry.FindSystem(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	up := evidence.Upload{Name: in.Name, Reader: bytes.NewReader(in.RawBody), Size: int64(len(in.RawBody))}
	item, err := d.Evidence.Add(ctx, call.By, up, EvidenceOf(s.ID, s.OwnerID), in.Purpose, in.Note)
	if err != nil {
		return nil, err
	}
	return &fileBody{fileDocument(item)}, nil
}

type removeFileIn struct {
	Code   string `path:"code"`
	ID     int64  `path:"id"`
	Reason string `query:"reason" maxLength:"500" doc:"Why; required"`
}

func (d *desk) apiRemoveFile(ctx context.Context, call web.Call, in *removeFileIn) (*struct{}, error) {
	items, err := d.filesBeside(ctx, call, in.Code)
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		if item.Link.ID == evidence.LinkID(in.ID) {
			return nil, d.Evidence.Remove(ctx, call.By, item.Link.ID, in.Reason)
		}
	}
	return nil, errAbsent()
}

// apiFileContent gives a file out, as the page does.
func (d *desk) apiFileContent(r *web.Request) (web.Response, error) {
	id, err := strconv.ParseInt(r.Param("id"), 10, 64)
	if err != nil {
		return nil, errAbsent()
	}
	return d.openFile(r, fileIn{Code: r.Param("code"), ID: id})
}
