package surveyweb

import (
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/web"
	"qingce/survey/census"
	"qingce/templates"
)

// newSource asks for a list.
func (d *desk) newSource(r *web.Request, in censusIn) (web.Response, error) {
	return d.sourceForm(r, in.Code, nil)
}

func (d *desk) sourceForm(r *web.Request, code string, cause error) (web.Response, error) {
	v, err := d.censusView(r, code)
	if err != nil {
		return nil, err
	}
	form := v.uploadForm(valuesOr(r.Form))
	web.Mistakes(r.P, &form, cause)
	return web.View{
		Template: "survey/form", Title: r.T("census.source.new"), Crumbs: v.crumbs(crumb(r.T("census.source.new"))), Err: cause,
		Data: formPage{Head: templates.Head{Title: r.T("census.source.new"), Lead: r.T("census.source.new.lead")}, Form: form},
	}, nil
}

type receiveSourceIn struct {
	Code     string            `uri:"code"`
	Kind     census.SourceKind `form:"kind"`
	Title    string            `form:"title"`
	Complete bool              `form:"complete"`
}

// receiveSource takes a list and goes on to what its columns hold.
func (d *desk) receiveSource(r *web.Request, in receiveSourceIn) (web.Response, error) {
	up, err := r.Upload("file", census.MaxFile)
	var src census.Source
	if err == nil {
		src, err = d.Census.ReceiveSource(r.Ctx, r.By, in.Code, census.NewSource{
			Kind: in.Kind, Title: in.Title, Complete: in.Complete, FileName: up.Name, Data: up.Data,
		})
	}
	switch fault.KindOf(err) {
	case fault.Invalid, fault.TooLarge, fault.Unsupported, fault.Conflict:
		return d.sourceForm(r, in.Code, err)
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: sourceAt(in.Code, src.ID), Said: web.Said(r.T("census.source.received", "n", src.LinesTotal))}, nil
}

type sourceIn struct {
	Code    string `uri:"code"`
	ID      int64  `uri:"id"`
	Version int64  `form:"version"`
	Reason  string `form:"reason"`
}

// showSource is the page of a list: what its columns hold, and what came of it.
func (d *desk) showSource(r *web.Request, in sourceIn) (web.Response, error) {
	return d.sourceView(r, in, nil, nil)
}

func (d *desk) sourceView(r *web.Request, in sourceIn, m census.Mapping, cause error) (web.Response, error) {
	v, err := d.censusView(r, in.Code)
	if err != nil {
		return nil, err
	}
	src, err := d.Census.FindSource(r.Ctx, r.By, in.Code, census.SourceID(in.ID))
	if err != nil {
		return nil, err
	}
	if m != nil {
		src.Mapping = m
	}
	s := sourceView{censusView: v, src: src, err: cause}
	return web.View{Template: "survey/census_source", Title: src.Title, Crumbs: v.crumbs(crumb(src.Title)), Data: s.page(), Err: cause}, nil
}

// mapSource says what the columns hold, and matches.
func (d *desk) mapSource(r *web.Request, in sourceIn) (web.Response, error) {
	id := census.SourceID(in.ID)
	src, err := d.Census.FindSource(r.Ctx, r.By, in.Code, id)
	if err != nil {
		return nil, err
	}
	m := census.Mapping{}
	for _, c := range src.Columns {
		one := census.Mapped{Column: c.Number, Field: r.Form.Get(census.ColumnField(c.Number)), Unit: r.Form.Get("unit." + strconv.Itoa(c.Number))}
		if one.Unit != input.Wan && one.Unit != input.Yuan {
			one.Unit = ""
		}
		if one.Field != "" {
			m = append(m, one)
		}
	}
	src, err = d.Census.MapSource(r.Ctx, r.By, in.Code, id, in.Version, m)
	if fault.KindOf(err) == fault.Invalid {
		return d.sourceView(r, in, m, err)
	}
	if err != nil {
		return nil, err
	}
	return d.toItems(r, in.Code, src), nil
}

// toItems leads to what came of a list.
func (d *desk) toItems(r *web.Request, code string, src census.Source) web.Response {
	to := templates.WithQuery(censusAt(code, "items"), "source", strconv.FormatInt(int64(src.ID), 10))
	return web.Redirect{To: to, Said: web.Said(r.T("census.source.matched", "matches", src.Matches, "differs", src.Differs, "omitted", src.Omitted,
		"surplus", src.Surplus, "unclear", src.Unclear))}
}

func (d *desk) rematchSource(r *web.Request, in sourceIn) (web.Response, error) {
	src, err := d.Census.Rematch(r.Ctx, r.By, in.Code, census.SourceID(in.ID))
	if err != nil {
		return nil, err
	}
	return d.toItems(r, in.Code, src), nil
}

func (d *desk) dropSource(r *web.Request, in sourceIn) (web.Response, error) {
	src, err := d.Census.DropSource(r.Ctx, r.By, in.Code, census.SourceID(in.ID), in.Reason)
	if fault.KindOf(err) == fault.Invalid {
		return d.sourceView(r, in, nil, err)
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: censusAt(in.Code), Said: web.Said(r.T("census.source.dropped", "title", src.Title))}, nil
}
