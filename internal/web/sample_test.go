package web_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/internal/web/webtest"
	"qingce/templates"
)

// sample is a server with one route of each sort.
func sample(t *testing.T, configs ...webtest.Config) *webtest.Site {
	t.Helper()
	return webtest.Open(t, mountSample, configs...)
}

type kindIn struct {
	Kind int `uri:"kind"`
}

type formIn struct {
	Name string `form:"name"`
	Size int    `form:"size"`
}

func mountSample(site *webtest.Site) {
	open := site.Group(web.Public())
	web.Get(open, "/open", page)
	web.Post(open, "/open", page)
	web.Get(open, "/fail/:kind", func(_ *web.Request, in kindIn) (web.Response, error) { return nil, faultOf(in.Kind) })
	web.Post(open, "/form/:kind", func(r *web.Request, in kindIn) (web.Response, error) {
		return web.View{Template: "head", Title: "form", Data: templates.Head{Title: r.Form.Get("name")}, Err: faultOf(in.Kind)}, nil
	})
	web.Get(open, "/panic", func(*web.Request, struct{}) (web.Response, error) { panic("the password is swordfish") })
	web.Get(open, "/late", func(r *web.Request, _ struct{}) (web.Response, error) {
		<-r.Ctx.Done()
		return nil, r.Ctx.Err()
	})
	web.Get(open.Within(time.Millisecond), "/slow", func(r *web.Request, _ struct{}) (web.Response, error) {
		<-r.Ctx.Done()
		return nil, r.Ctx.Err()
	})
	web.Post(open, "/to", func(r *web.Request, _ struct{}) (web.Response, error) {
		return web.Redirect{To: r.Form.Get("to"), Said: web.Said("saved")}, nil
	})
	web.Post(open.Upto(1000), "/small", page)
	web.Post(open.Upto(8<<20), "/upload", upload)
	web.Get(open, "/file/:when", file)
	web.Get(open, "/in", func(_ *web.Request, in formIn) (web.Response, error) {
		return web.JSON{Body: in}, nil
	})

	inside := site.Group(web.SignedIn())
	web.Get(inside, "/inside", page)
	web.Post(inside, "/inside", page)
	web.Get(site.Group(web.For(auth.Admin)), "/admin", page)
	web.Get(site.Group(web.SignedIn().BeforePassword()), "/password", page)
	web.Get(inside, "/me", page)
	mountSampleAPI(site)
}

func page(r *web.Request, _ struct{}) (web.Response, error) {
	return web.View{Template: "head", Title: "page", Data: templates.Head{Title: "page", Lead: r.By.Origin}}, nil
}

func upload(r *web.Request, _ struct{}) (web.Response, error) {
	f, err := r.Upload("file", 6<<20)
	if err != nil {
		return nil, err
	}
	return web.JSON{Body: f.Size}, nil
}

type whenIn struct {
	When string `uri:"when"`
}

// file is a download that fails at once, late or not at all.
func file(_ *web.Request, in whenIn) (web.Response, error) {
	return web.File{Name: "系统 \"台账\".csv", MediaType: "text/csv; charset=utf-8", Write: func(w io.Writer) error {
		if in.When == "begin" {
			return fault.New(fault.Unavailable, "err.unavailable")
		}
		if _, err := w.Write(make([]byte, 1<<16)); err != nil {
			return err
		}
		if in.When == "late" {
			return errors.New("the disk is gone")
		}
		return nil
	}}, nil
}

var errCause = errors.New("pq: relation accounts")

func faultOf(kind int) error {
	if kind == 0 {
		return errCause
	}
	f := fault.New(fault.Kind(kind), "err.conflict").Because(errCause)
	f.RetryAfter = 90 * time.Second
	return f
}

type thing struct {
	ID    int           `json:"id" minimum:"1" doc:"Number"`
	Name  string        `json:"name" minLength:"2" maxLength:"5" example:"桥" doc:"Name of the thing"`
	Kind  string        `json:"kind" enum:"big,small"`
	On    calendar.Date `json:"on,omitempty"`
	Tags  []string      `json:"tags,omitempty" maxItems:"2"`
	Inner *inner        `json:"inner,omitempty"`
}

type inner struct {
	Sure bool `json:"sure"`
}

type thingIn struct {
	ID   int `path:"id"`
	Page int `query:"page" minimum:"1"`
	Body thing
}

type thingOut struct {
	ETag string `header:"ETag"`
	Body thing
}

type freeIn struct {
	Wait bool `query:"wait"`
}

func (freeIn) OwnQuery() {}

func mountSampleAPI(site *webtest.Site) {
	put := huma.Operation{Method: http.MethodPut, Path: "/api/v1/things/{id}", OperationID: "put-thing", Summary: "Write a thing", Tags: []string{"things"}}
	web.Operation(site.Server, web.SignedIn().With("systems:write"), put, func(_ context.Context, _ web.Call, in *thingIn) (*thingOut, error) {
		return &thingOut{ETag: web.ETag(int64(in.ID)), Body: in.Body}, nil
	})
	get := huma.Operation{Method: http.MethodGet, Path: "/api/v1/fail/{kind}", OperationID: "fail", Tags: []string{"things"}}
	web.Operation(site.Server, web.Public(), get, func(_ context.Context, _ web.Call, in *struct {
		Kind int `path:"kind"`
	}) (*struct{}, error) {
		return nil, faultOf(in.Kind)
	})
	free := huma.Operation{Method: http.MethodGet, Path: "/api/v1/free", OperationID: "free"}
	web.Operation(site.Server, web.SignedIn().With("systems:read"), free, func(context.Context, web.Call, *freeIn) (*struct{}, error) {
		return nil, nil
	})
	slow := huma.Operation{Method: http.MethodGet, Path: "/api/v1/slow", OperationID: "slow", Tags: []string{"things"}}
	web.OperationWithin(site.Server, time.Millisecond, web.Public(), slow, func(ctx context.Context, _ web.Call, _ *struct{}) (*struct{}, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	site.Group(web.For(auth.Clerk).With("systems:read")).Stream(http.MethodGet, "/api/v1/files/:id", &huma.Operation{
		OperationID: "get-file", Summary: "Read a file", Tags: []string{"files"},
	}, func(r *web.Request) (web.Response, error) {
		return web.JSON{Body: r.Param("id")}, nil
	})
}
