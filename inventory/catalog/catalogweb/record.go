package catalogweb

import (
	"slices"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/catalog"
	"qingce/templates"
)

type entryIn struct {
	ID int64 `uri:"id"`
}

// record is an entry with what its page shows around it.
type record struct {
	catalog.Record
	names   names
	history []catalog.StepTaken
	classes []catalog.Class
	own     bool // the reader writes for its department
}

func (d *desk) readRecord(r *web.Request, id int64) (record, error) {
	var out record
	var err error
	if out.Record, err = d.Catalog.Find(r.Ctx, r.By, catalog.EntryID(id)); err != nil {
		return out, err
	}
	body := out.Working().Body
	if out.names, err = d.names(r.Ctx, r.By, &out.Entry.Body, &body); err != nil {
		return out, err
	}
	out.own = r.By.Is(catalog.Writers()...) && (r.By.Console() || out.names.dir.Covers(r.By.Own(), out.Entry.OwnerID))
	if out.history, err = d.Catalog.History(r.Ctx, r.By, out.Entry.ID); err != nil {
		return out, err
	}
	out.classes, err = d.Catalog.Classes(r.Ctx, r.By)
	return out, err
}

// class is the class of the entry; its code alone when it is not in the tree.
func (rec record) class(code string) catalog.Class {
	i := slices.IndexFunc(rec.classes, func(c catalog.Class) bool { return c.Code == code })
	if i < 0 {
		return catalog.Class{Code: code}
	}
	return rec.classes[i]
}

func (d *desk) showEntry(r *web.Request, in entryIn) (web.Response, error) {
	return d.entryPage(r, in.ID, moveAnswer{})
}

// moveAnswer is a step that was tried on the page and refused.
type moveAnswer struct {
	move   string
	reason string
	err    error
}

func (d *desk) entryPage(r *web.Request, id int64, answer moveAnswer) (web.Response, error) {
	rec, err := d.readRecord(r, id)
	if err != nil {
		return nil, err
	}
	v := recordView{p: r.P, by: r.By, rec: rec, today: r.Today(), answer: answer}
	return web.View{
		Template: "catalog/entry", Title: rec.Entry.Name, Crumbs: crumbs(r.P, crumb(rec.Entry.Name)), Data: v.data(), Err: answer.err,
	}, nil
}

type moveIn struct {
	ID      int64  `uri:"id"`
	Move    string `form:"move"`
	Version int64  `form:"version"`
}

// moveEntry takes a step with an entry.
func (d *desk) moveEntry(r *web.Request, in moveIn) (web.Response, error) {
	reason := r.Form.Get(in.Move + "_reason")
	e, err := d.move(r.Ctx, r.By, catalog.EntryID(in.ID), in.Version, in.Move, reason)
	switch kind := fault.KindOf(err); {
	case err == nil:
		return web.Redirect{To: entryPath(e.ID, ""), Said: web.Said(r.T("catalogweb.move."+in.Move+".done", "code", e.Code))}, nil
	case kind == fault.Invalid || kind == fault.Conflict:
		return d.entryPage(r, in.ID, moveAnswer{in.Move, reason, err})
	default:
		return nil, err
	}
}

type manyIn struct {
	Rows []string `form:"row"`
	Move string   `form:"move"`
	Back string   `form:"back"`
}

// moveMany takes the same step with each of the chosen entries, one act each, so
// that one that cannot be done does not stop the others.
func (d *desk) moveMany(r *web.Request, in manyIn) (web.Response, error) {
	if !slices.Contains(bulkMoves(r.By), in.Move) {
		return nil, auth.ErrForbidden
	}
	if len(in.Rows) == 0 {
		return web.Redirect{To: in.Back, Said: templates.Flash{Kind: "warning", Text: r.T("catalogweb.bulk.none")}}, nil
	}
	done := 0
	var failed []string
	for _, row := range in.Rows[:min(len(in.Rows), catalog.MaxPageSize)] {
		id, version := splitRow(row)
		_, err := d.move(r.Ctx, r.By, id, version, in.Move, "")
		switch kind := fault.KindOf(err); {
		case err == nil:
			done++
		case kind == fault.Internal || kind == fault.Unavailable:
			return nil, err
		default:
			failed = append(failed, d.failure(r, id, err))
		}
	}
	said := web.Said(r.T("catalogweb.bulk."+in.Move+".done", "n", done))
	if len(failed) > 0 {
		said = templates.Flash{Kind: "warning", Text: r.T("catalogweb.bulk.partly", "done", done, "failed", len(failed), "why", strings.Join(failed, " "))}
	}
	return web.Redirect{To: in.Back, Said: said}, nil
}

// failure names an entry and why the step was refused.
func (d *desk) failure(r *web.Request, id catalog.EntryID, err error) string {
	name := id.String()
	if rec, found := d.Catalog.Find(r.Ctx, r.By, id); found == nil {
		name = rec.Entry.Code
	}
	why := r.P.Error(err)
	for _, f := range fault.FieldsOf(err) {
		if !f.Warning {
			why = r.P.Field(f)
			break
		}
	}
	return r.T("catalogweb.bulk.why", "name", name, "why", why)
}

func splitRow(row string) (catalog.EntryID, int64) {
	id, version, _ := strings.Cut(row, "@")
	n, _ := strconv.ParseInt(id, 10, 64)
	v, _ := strconv.ParseInt(version, 10, 64)
	return catalog.EntryID(n), v
}
