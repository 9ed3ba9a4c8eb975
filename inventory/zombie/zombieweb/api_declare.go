package zombieweb

import (
	"context"
	"net/http"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/web"
	"qingce/inventory/zombie"
)

func (d *desk) declarationsAPI(s *web.Server) {
	list := zombieOp("list-declarations", http.MethodGet, "/systems/{code}/declarations", "Drills and business items that were declared of a system")
	web.Operation(s, web.For(zombie.Viewers()...).With(zombiesRead), list, d.apiDeclarations)
	web.Operation(s, web.For(zombie.Declarers()...).With(zombiesWrite), zombieOp("declare", http.MethodPost, "/systems/{code}/declarations", "Declare a drill, or that business items are handled elsewhere or abolished"), d.apiDeclare)
	web.Operation(s, web.For(auth.Centre).With(zombiesWrite), zombieOp("decide-declaration", http.MethodPost, "/declarations/{id}/decision", "Accept a declaration, or refuse it with a reason"), d.apiDecideDeclaration)
}

// declarationDoc is a declaration as the API shows it.
type declarationDoc struct {
	ID      int64                   `json:"id"`
	Version int64                   `json:"version"`
	Kind    zombie.DeclarationKind  `json:"kind" enum:"drill,handled,abolished"`
	Day     calendar.Date           `json:"day"`
	Text    string                  `json:"text"`
	State   zombie.DeclarationState `json:"state" enum:"declared,accepted,refused,withdrawn"`
	Reason  string                  `json:"reason,omitempty"`
}

func declarationDocument(d *zombie.Declaration) declarationDoc {
	return declarationDoc{d.ID, d.Version, d.Kind, d.Day, d.Text, d.State, d.DecidedReason}
}

type declarationsIn struct {
	Code string `path:"code"`
}

type declarationsOut struct {
	Body struct {
		Declarations []declarationDoc `json:"declarations"`
	}
}

func (d *desk) apiDeclarations(ctx context.Context, call web.Call, in *declarationsIn) (*declarationsOut, error) {
	list, err := d.Detector.Declarations(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	out := &declarationsOut{}
	out.Body.Declarations = make([]declarationDoc, len(list))
	for i := range list {
		out.Body.Declarations[i] = declarationDocument(&list[i])
	}
	return out, nil
}

type declareBody struct {
	Code string `path:"code"`
	Body struct {
		Kind zombie.DeclarationKind `json:"kind" enum:"drill,handled,abolished"`
		Day  calendar.Date          `json:"day" doc:"Of the drill, or since when"`
		Text string                 `json:"text" minLength:"1" maxLength:"500" doc:"What was done, and where it is written down"`
	}
}

type declarationOut struct {
	Body declarationDoc
}

func (d *desk) apiDeclare(ctx context.Context, call web.Call, in *declareBody) (*declarationOut, error) {
	made, err := d.Detector.Declare(ctx, call.By, in.Code, zombie.DeclarationForm{Kind: in.Body.Kind, Day: in.Body.Day, Text: in.Body.Text})
	if err != nil {
		return nil, err
	}
	return &declarationOut{declarationDocument(&made)}, nil
}

type decideBody struct {
	ID   int64 `path:"id"`
	Body struct {
		Version int64  `json:"version"`
		Accept  bool   `json:"accept"`
		Reason  string `json:"reason,omitempty" maxLength:"500" doc:"Needed to refuse"`
	}
}

func (d *desk) apiDecideDeclaration(ctx context.Context, call web.Call, in *decideBody) (*declarationOut, error) {
	out, err := d.Detector.DecideDeclaration(ctx, call.By, in.ID, in.Body.Version, in.Body.Accept, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &declarationOut{declarationDocument(&out)}, nil
}
