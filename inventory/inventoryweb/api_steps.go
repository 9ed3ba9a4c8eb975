package inventoryweb

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
)

func (d *desk) mountStepsAPI(s *web.Server) {
	read, write := web.For(viewers()...).With(readSystems), web.For(writers()...).With(writeSystems)
	steps := systemsOp("list-steps", http.MethodGet, apiSystems+"/{code}/moves", "Which steps the caller may take with a system now")
	web.Operation(s, read, steps, d.apiSteps)
	move := systemsOp("move-system", http.MethodPost, apiSystems+"/{code}/moves", "Take a step with a system: declare, return, verify …")
	move.Description = "The clients of the centre, the Office and the heads of departments; which step is possible depends on the state."
	web.Operation(s, web.For(movers()...).With(writeSystems), move, d.apiMove)
	decide := systemsOp("decide-system", http.MethodPost, apiSystems+"/{code}/decision", "Record the Office's decision on what becomes of a system")
	web.Operation(s, web.For(deciders()...).With(writeSystems), decide, d.apiDecide)

	web.Operation(s, read, systemsOp("list-relations", http.MethodGet, apiSystems+"/{code}/relations", "What a system is joined to"), d.apiRelations)
	relate := systemsOp("add-relation", http.MethodPost, apiSystems+"/{code}/relations", "Join a system to another one")
	relate.DefaultStatus = http.StatusCreated
	web.Operation(s, write, relate, d.apiRelate)
	web.Operation(s, write, systemsOp("remove-relation", http.MethodDelete, apiSystems+"/{code}/relations/{id}", "Take a relation away"), d.apiUnrelate)
}

// stepDoc is a step that can be taken.
type stepDoc struct {
	Move     string `json:"move" example:"declare"`
	To       string `json:"to" doc:"State after it"`
	Reasoned bool   `json:"reasoned" doc:"Whether a reason must be given"`
}

type stepsBody struct {
	Body struct {
		State string    `json:"state"`
		Moves []stepDoc `json:"moves"`
	}
}

func (d *desk) apiSteps(ctx context.Context, call web.Call, in *codeOnly) (*stepsBody, error) {
	s, err := d.Registry.FindSystem(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	steps, err := d.Registry.NextSteps(ctx, call.By, s)
	if err != nil {
		return nil, err
	}
	out := &stepsBody{}
	out.Body.State, out.Body.Moves = string(s.State), make([]stepDoc, len(steps))
	for i, step := range steps {
		out.Body.Moves[i] = stepDoc{string(step.Move), string(step.To), step.Reasoned}
	}
	return out, nil
}

type moveIn struct {
	Code    string `path:"code"`
	IfMatch string `header:"If-Match" doc:"ETag of the version that was looked at"`
	Body    struct {
		Move   string `json:"move" doc:"One of those that GET gives"`
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

func (d *desk) apiMove(ctx context.Context, call web.Call, in *moveIn) (*systemOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	s, err := d.Registry.Move(ctx, call.By, in.Code, version, inventory.Move(in.Body.Move), in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return d.systemAnswer(ctx, call, s, nil)
}

type decideIn struct {
	Code    string `path:"code"`
	IfMatch string `header:"If-Match" doc:"ETag of the version that was looked at"`
	Body    struct {
		Final  string `json:"final" enum:"keep,merge,clean," doc:"Empty takes a decision back"`
		Note   string `json:"office_note,omitempty" maxLength:"1000"`
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (d *desk) apiDecide(ctx context.Context, call web.Call, in *decideIn) (*systemOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	s, err := d.Registry.Decide(ctx, call.By, in.Code, version, inventory.Decision{Final: in.Body.Final, Note: in.Body.Note, Reason: in.Body.Reason})
	if err != nil {
		return nil, err
	}
	return d.systemAnswer(ctx, call, s, nil)
}

// relationDoc is a system at the other end of a relation.
type relationDoc struct {
	ID         int64  `json:"id,omitempty" doc:"Number of the relation; missing for what is a field of one of the systems"`
	Kind       string `json:"kind" enum:"interface,replaced_by,part_of,part,merged_into,merged_from"`
	Outgoing   bool   `json:"outgoing" doc:"Whether it was entered at this end"`
	Code       string `json:"code" doc:"Code of the other system"`
	Name       string `json:"name,omitempty" doc:"Missing for systems that the caller does not see"`
	Department string `json:"department" doc:"Code of the other system's department"`
	Note       string `json:"note,omitempty"`
}

type relationsBody struct {
	Body struct {
		Relations []relationDoc `json:"relations"`
	}
}

func (d *desk) apiRelations(ctx context.Context, call web.Call, in *codeOnly) (*relationsBody, error) {
	joined, err := d.Registry.Neighbours(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	out := &relationsBody{}
	out.Body.Relations = make([]relationDoc, len(joined))
	for i, n := range joined {
		dept, _ := dir.Find(n.OwnerID)
		out.Body.Relations[i] = relationDoc{int64(n.RelationID), n.Kind, n.Outgoing, n.Code, n.Name, dept.Code, n.Note}
	}
	return out, nil
}

type relateIn struct {
	Code string `path:"code"`
	Body struct {
		Kind  string `json:"kind" enum:"interface,replaced_by"`
		Other string `json:"other" doc:"Code of the other system"`
		Note  string `json:"note,omitempty" maxLength:"200"`
	}
}

func (d *desk) apiRelate(ctx context.Context, call web.Call, in *relateIn) (*relationsBody, error) {
	kind, other := inventory.RelationKind(in.Body.Kind), strings.ToUpper(strings.TrimSpace(in.Body.Other))
	if err := d.Registry.Relate(ctx, call.By, in.Code, other, kind, in.Body.Note); err != nil {
		return nil, err
	}
	return d.apiRelations(ctx, call, &codeOnly{in.Code})
}

type unrelateAPI struct {
	Code string `path:"code"`
	ID   int64  `path:"id"`
}

func (d *desk) apiUnrelate(ctx context.Context, call web.Call, in *unrelateAPI) (*struct{}, error) {
	return nil, d.Registry.Unrelate(ctx, call.By, in.Code, inventory.RelationID(in.ID))
}

// errAbsent is what is told of records that do not exist or are not the
// caller's.
func errAbsent() error { return fault.New(fault.NotFound, "err.not_found") }

// filesOp begins the description of an operation on files.
func filesOp(id, method, path, summary string) huma.Operation {
	op := systemsOp(id, method, path, summary)
	op.Tags = []string{"Evidence"}
	return op
}
