package adminweb

import (
	"errors"
	"io"
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/templates"
)

// OplogEntryPage is the data of admin/oplog_entry: all about one entry.
type OplogEntryPage struct {
	Head    templates.Head
	Who     templates.Facts
	What    templates.Facts
	Changes []templates.Change
	Place   templates.Facts
	Proof   templates.Act
	Command string
	// Record is exactly what was hashed.
	Record   string
	Previous string
	Next     string
}

type entryIn struct {
	ID int64 `uri:"id"`
}

func (d *oplogDesk) entry(r *web.Request, in entryIn) (web.Response, error) {
	row, err := d.Log.Find(r.Ctx, r.By, oplog.EntryID(in.ID))
	if err != nil {
		return nil, err
	}
	choices, err := d.Departments(r.Ctx)
	if err != nil {
		return nil, err
	}
	all := directory(choices)
	page := OplogEntryPage{
		Head: templates.Head{
			Title: actionText(r, row.Action), Code: r.T("oplog.number", "n", r.P.Number(int64(row.ID))),
			Lead: r.T("oplog.entry.lead", "actor", actorText(r, row), "time", secondText(row.At), "object", objectText(r, row)),
		},
		Who: whoFacts(r, row), What: whatFacts(r, row, all), Record: string(row.Record()),
		Proof:   templates.Act{Text: r.T("oplog.proof"), Href: entryPath(row.ID) + "/proof.json", Icon: "seal", Kind: templates.ActPrimary, Download: true},
		Command: "qingce verify --bundle " + proofName(row.ID) + " --key verifier.pub",
	}
	if page.Changes, err = changesOf(r, row, all); err != nil {
		return nil, err
	}
	if page.Place, err = d.placeFacts(r, row); err != nil {
		return nil, err
	}
	if r.By.Is(oplogAuditors()...) {
		page.Previous, page.Next, err = d.neighbours(r, row.ID)
	}
	return web.View{
		Template: "admin/oplog_entry", Title: page.Head.Title, Data: page,
		Crumbs: oplogCrumbs(r, templates.Crumb{Text: page.Head.Code}),
	}, err
}

func whoFacts(r *web.Request, row oplog.Row) templates.Facts {
	f := templates.Facts{Title: r.T("oplog.who"), Rows: []templates.Row{
		{Label: r.T("oplog.column.time"), Text: secondText(row.At), Title: row.At.UTC().Format("2006-01-02T15:04:05.000000Z")},
		{Label: r.T("oplog.column.actor"), Text: actorText(r, row)},
		{Label: r.T("oplog.actor.login"), Text: row.ActorLogin, Code: true},
		{Label: r.T("oplog.actor.department"), Text: row.ActorDepartment},
		{Label: r.T("oplog.actor.roles"), Text: rolesText(r, row.ActorRoles)},
		{Label: r.T("oplog.column.way"), Text: wayText(r, row.Way)},
		{Label: r.T("oplog.origin"), Text: row.Origin, Code: true},
		{Label: r.T("oplog.request"), Text: row.RequestID, Copy: true},
	}}
	if row.ActorID != 0 {
		f.Rows[1].Href = oplogPath + "?account=" + strconv.FormatInt(int64(row.ActorID), 10)
		f.Rows[1].Title = r.T("oplog.actor.all")
	}
	return dashed(f)
}

// dashed writes a dash where an entry holds nothing: nobody was asked, so
// nothing was left open.
func dashed(f templates.Facts) templates.Facts {
	for i := range f.Rows {
		if f.Rows[i].Text == "" {
			f.Rows[i].Text, f.Rows[i].Code, f.Rows[i].Copy = "—", false, false
		}
	}
	return f
}

func whatFacts(r *web.Request, row oplog.Row, all directory) templates.Facts {
	f := templates.Facts{Title: r.T("oplog.what"), Rows: []templates.Row{
		{Label: r.T("oplog.column.action"), Text: actionText(r, row.Action)},
		{Label: r.T("oplog.code"), Text: row.Action, Copy: true},
		{Label: r.T("oplog.filter.kind"), Text: kindText(r, row.ObjectKind)},
		{Label: r.T("oplog.object.id"), Text: row.ObjectID, Code: true, Href: objectHref(r, row)},
		{Label: r.T("oplog.object.name"), Text: row.ObjectName},
		{Label: r.T("oplog.filter.department"), Text: all.name(row.DepartmentID)},
		{Label: r.T("oplog.column.reason"), Text: row.Reason, Long: len(row.Reason) > 120},
	}}
	if row.ObjectID != "" {
		history := templates.WithQuery(templates.WithQuery(oplogPath, "kind", row.ObjectKind), "object", row.ObjectID)
		f.Action = &templates.Act{Text: r.T("oplog.object.all"), Href: history, Icon: "history", Kind: templates.ActQuiet}
	}
	return dashed(f)
}

// placeFacts says where in the log the entry stands, and whether a signature
// covers it.
func (d *oplogDesk) placeFacts(r *web.Request, row oplog.Row) (templates.Facts, error) {
	f := templates.Facts{Title: r.T("oplog.place"), Lead: r.T("oplog.place.lead"), Rows: []templates.Row{
		{Label: r.T("oplog.place.number"), Text: r.P.Number(int64(row.ID))},
	}}
	head, err := d.Anchor.Newest()
	if err != nil && !errors.Is(err, oplog.ErrNoHead) {
		f.Rows = append(f.Rows, templates.Row{Label: r.T("oplog.place.signed"), Badge: &templates.Badge{
			Text: r.T("oplog.place.unreadable"), Tone: templates.ToneRed,
		}, Warning: r.P.Error(err)})
		return f, nil //nolint:nilerr // the entry can be read all the same, and what is wrong is said
	}
	if head.Size < int64(row.ID) {
		f.Rows = append(f.Rows, templates.Row{Label: r.T("oplog.place.signed"), Badge: &templates.Badge{
			Text: r.T("oplog.place.waits"), Tone: templates.ToneAmber,
		}})
		return f, nil
	}
	f.Rows = append(f.Rows,
		templates.Row{Label: r.T("oplog.place.signed"), Badge: &templates.Badge{Text: r.T("oplog.place.covered"), Tone: templates.ToneGreen}},
		templates.Row{Label: r.T("oplog.head.size"), Text: r.T("oplog.head.entries", "n", r.P.Number(head.Size))},
		templates.Row{Label: r.T("oplog.head.at"), Text: secondText(head.At)},
		templates.Row{Label: r.T("oplog.head.root"), Text: head.Hash.String(), Copy: true},
	)
	return f, nil
}

// neighbours are the entries before and after; numbers have no gaps.
func (d *oplogDesk) neighbours(r *web.Request, id oplog.EntryID) (previous, next string, err error) {
	if id > 1 {
		previous = entryPath(id - 1)
	}
	switch _, err = d.Log.Find(r.Ctx, r.By, id+1); {
	case fault.KindOf(err) == fault.NotFound:
		return previous, "", nil
	case err != nil:
		return "", "", err
	}
	return previous, entryPath(id + 1), nil
}

func proofName(id oplog.EntryID) string { return "entry-" + strconv.FormatInt(int64(id), 10) + ".json" }

// proof hands the entry out with its proof, and leaves a trace of that.
func (d *oplogDesk) proof(r *web.Request, in entryIn) (web.Response, error) {
	id := oplog.EntryID(in.ID)
	row, err := d.Log.Find(r.Ctx, r.By, id)
	if err != nil {
		return nil, err
	}
	return web.File{Name: proofName(id), MediaType: "application/json", Write: func(w io.Writer) error {
		bundle, err := oplog.Prove(r.Ctx, d.DB, d.Anchor, id)
		if err != nil {
			return err
		}
		body, err := bundle.JSON()
		if err != nil {
			return err
		}
		if err := d.record(r, oplog.Entry{
			Action: "prove", Kind: "oplog_entry", ID: strconv.FormatInt(in.ID, 10), Name: row.Action + " " + objectText(r, row), Department: row.DepartmentID,
		}); err != nil {
			return err
		}
		_, err = w.Write(body)
		return err
	}}, nil
}

// record writes what was done with the log into the log.
func (d *oplogDesk) record(r *web.Request, e oplog.Entry) error {
	return d.DB.Write(r.Ctx, func(tx *store.Tx) error { return oplog.Record(tx, r.By, e) })
}
