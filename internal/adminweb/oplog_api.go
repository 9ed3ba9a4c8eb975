package adminweb

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/account"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/web"
)

func (d *oplogDesk) mountAPI(s *web.Server) {
	view := web.For(oplogViewers()...).With(account.ScopeOplogRead)
	op := func(id, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: "/api/v1/oplog" + path, Summary: summary, Tags: []string{"Audit"}}
	}
	web.Operation(s, view, op("list-oplog", "", "Entries of the operation log, the newest first"), d.apiList)
	web.Operation(s, view, op("get-oplog-entry", "/{id}", "One entry"), d.apiEntry)
	proof := op("get-oplog-proof", "/{id}/proof", "Proof that an entry stands in the signed log")
	proof.Description = "A file that can be checked without this service: qingce verify --bundle FILE --key verifier.pub"
	s.Group(view).Stream(http.MethodGet, "/api/v1/oplog/:id/proof", &proof, d.apiProof)
	web.Operation(s, web.For(oplogAuditors()...).With(account.ScopeOplogRead), op("get-oplog-head", "/head", "Newest signed head"), d.apiHead)
}

type oplogEntryBody struct {
	ID         int64           `json:"id" doc:"Number in the log, from 1, without gaps"`
	At         time.Time       `json:"at"`
	ActorID    int64           `json:"actor_id,omitempty"`
	Login      string          `json:"actor_login"`
	Actor      string          `json:"actor_name"`
	Department string          `json:"actor_department" doc:"Short name at the time"`
	Roles      string          `json:"actor_roles" doc:"Roles at the time" example:"clerk,head"`
	Way        string          `json:"way" doc:"How the actor came in: session, token, system, command, or nothing"`
	OwnerID    int64           `json:"department_id" doc:"Whose object it is"`
	Origin     string          `json:"origin" doc:"Network address"`
	RequestID  string          `json:"request_id"`
	Action     string          `json:"action" example:"system.changed"`
	Kind       string          `json:"object_kind" example:"system"`
	ObjectID   string          `json:"object_id" example:"RS-0001"`
	ObjectName string          `json:"object_name"`
	Reason     string          `json:"reason,omitempty"`
	Before     json.RawMessage `json:"before,omitempty" doc:"Members that differed, as they were"`
	After      json.RawMessage `json:"after,omitempty" doc:"The same, as they became"`
}

func oplogEntryOf(row oplog.Row) oplogEntryBody {
	state := func(text string) json.RawMessage {
		if !json.Valid([]byte(text)) {
			return nil
		}
		return json.RawMessage(text)
	}
	return oplogEntryBody{
		ID: int64(row.ID), At: web.Instant(row.At), ActorID: int64(row.ActorID), Login: row.ActorLogin, Actor: row.ActorName, Department: row.ActorDepartment,
		Roles: row.ActorRoles, Way: string(row.Way), OwnerID: int64(row.DepartmentID), Origin: row.Origin, RequestID: row.RequestID,
		Action: row.Action, Kind: row.ObjectKind, ObjectID: row.ObjectID, ObjectName: row.ObjectName, Reason: row.Reason,
		Before: state(row.Before), After: state(row.After),
	}
}

type oplogListOutput struct {
	Body struct {
		Total   int64            `json:"total"`
		Entries []oplogEntryBody `json:"entries"`
	}
}

func (d *oplogDesk) apiList(ctx context.Context, call web.Call, in *struct {
	Text       string    `query:"q" maxLength:"100" doc:"Part of the object's name or of the reason"`
	Actor      string    `query:"actor" maxLength:"100" doc:"Part of the name or login"`
	Action     string    `query:"action" maxLength:"60" example:"system.changed"`
	Kind       string    `query:"kind" maxLength:"40" example:"system"`
	Object     string    `query:"object" maxLength:"100" doc:"Id of the object"`
	Department string    `query:"department" maxLength:"40" doc:"Code of the department"`
	From       time.Time `query:"from" doc:"At or after"`
	To         time.Time `query:"to" doc:"Before"`
	Page       int       `query:"page" minimum:"1" maximum:"1000000" default:"1"`
	Size       int       `query:"size" minimum:"1" maximum:"200" default:"50"`
},
) (*oplogListOutput, error) {
	choices, err := d.Departments(ctx)
	if err != nil {
		return nil, err
	}
	address := oplogIn{Text: in.Text, Actor: in.Actor, Action: in.Action, Kind: in.Kind, Object: in.Object, Department: in.Department, Page: in.Page, Size: in.Size}
	q, _ := address.query(choices) // no dates are read here
	q.From, q.To = in.From, in.To
	rows, total, err := d.Log.List(ctx, call.By, q)
	if err != nil {
		return nil, err
	}
	out := &oplogListOutput{}
	out.Body.Total, out.Body.Entries = total, make([]oplogEntryBody, len(rows))
	for i, row := range rows {
		out.Body.Entries[i] = oplogEntryOf(row)
	}
	return out, nil
}

type oplogEntryOutput struct{ Body oplogEntryBody }

func (d *oplogDesk) apiEntry(ctx context.Context, call web.Call, in *struct {
	ID int64 `path:"id" minimum:"1"`
},
) (*oplogEntryOutput, error) {
	row, err := d.Log.Find(ctx, call.By, oplog.EntryID(in.ID))
	if err != nil {
		return nil, err
	}
	return &oplogEntryOutput{oplogEntryOf(row)}, nil
}

func (d *oplogDesk) apiProof(r *web.Request) (web.Response, error) {
	id, err := strconv.ParseInt(r.Param("id"), 10, 64)
	if err != nil {
		return nil, fault.New(fault.NotFound, "err.not_found").Because(err)
	}
	return d.proof(r, entryIn{ID: id})
}

type oplogHeadOutput struct {
	Body struct {
		Size     int64     `json:"size" doc:"Entries under the signature"`
		Root     string    `json:"root" doc:"Root of the Merkle tree, base64"`
		SignedAt time.Time `json:"signed_at"`
		Note     string    `json:"note" doc:"The signed text; keep it elsewhere"`
		Verifier string    `json:"verifier" doc:"Key to check it with"`
	}
}

func (d *oplogDesk) apiHead(_ context.Context, _ web.Call, _ *struct{}) (*oplogHeadOutput, error) {
	h, err := d.Anchor.Newest()
	if err != nil {
		return nil, err
	}
	out := &oplogHeadOutput{}
	b := &out.Body
	b.Size, b.Root, b.SignedAt, b.Note, b.Verifier = h.Size, h.Hash.String(), web.Instant(h.At), h.Note, d.Anchor.Verifier()
	return out, nil
}
