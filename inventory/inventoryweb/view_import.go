package inventoryweb

import (
	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/templates"
)

// importNew is the data of inventory/import_new: hand in a file.
type importNew struct {
	Head   templates.Head
	Form   templates.Form
	Steps  []templates.Callout
	Recent *templates.Table
}

// importShow is the data of inventory/import_show: preview and report.
type importShow struct {
	Head     templates.Head
	Progress *templates.Progress
	Failed   *templates.Callout
	Next     *templates.Callout // where to go on after the write
	Stats    []templates.Stat
	Notes    *templates.Callout
	Confirm  *templates.Form
	Acts     []templates.Act
	Tabs     templates.Tabs
	Rows     []importRowView
	Empty    *templates.Empty
	Pager    *templates.Pager
}

// importRowView is one row of a preview.
type importRowView struct {
	Number  int
	Badge   templates.Badge
	Code    string
	Href    string
	Name    string
	Changes []templates.Change
	Errors  []cellRemark
	Notes   []cellRemark
}

// cellRemark is what was found at a cell.
type cellRemark struct{ Cell, Text string }

// importView turns files into the data of their pages.
type importView struct {
	p       *locale.Printer
	by      auth.Principal
	kind    string
	file    inventory.Import
	in      importInput
	address string
	rows    []inventory.ImportedRow
	total   int64
	names   field.Names
}

func (v importView) crumbs() []templates.Crumb {
	list := templates.Crumb{Text: v.p.T("inventory.systems"), Href: systemsPath}
	if v.kind == inventory.ImportDepartments {
		list = templates.Crumb{Text: v.p.T("inventory.departments"), Href: departmentsPath}
	}
	out := []templates.Crumb{{Text: v.p.T("menu.home"), Href: "/"}, list}
	if v.file.ID == 0 {
		return append(out, templates.Crumb{Text: v.p.T("import.new")})
	}
	return append(out, templates.Crumb{Text: v.p.T("import.new"), Href: importsPath + "/new?kind=" + v.kind}, templates.Crumb{Text: v.file.FileName})
}

func (v importView) upload(recent []inventory.Import, cause error) importNew {
	file := templates.Field{
		Name: "file", Kind: templates.KindFile, Label: v.p.T("import.file"), Help: v.p.T("import.file.help"),
		Required: true, Accept: ".xlsx,.csv", MaxBytes: greatestFile,
	}
	out := importNew{
		Head: templates.Head{
			Title: v.p.T("import.new.title." + v.kind), Lead: v.p.T("import.new.lead"),
			Actions: []templates.Act{{Text: v.p.T("import.template"), Href: importsPath + "/template?kind=" + v.kind, Icon: "download", Download: true}},
		},
	}
	if cause != nil {
		file.Error = v.p.Error(cause)
		if fields := fault.FieldsOf(cause); len(fields) > 0 {
			file.Error = v.p.Field(fields[0])
		}
		out.Form.Errors = &templates.Errors{Items: []templates.ErrorItem{{Text: file.Error, Href: "#f-file"}}}
	}
	out.Form.Action, out.Form.Upload = importsPath+"?kind="+v.kind, true
	out.Form.Sections = []templates.Section{{ID: "s-file", Title: v.p.T("import.section"), Fields: []templates.Field{file}}}
	out.Form.Acts = []templates.Act{{Text: v.p.T("import.upload"), Kind: templates.ActPrimary, Icon: "upload", Note: v.p.T("import.upload.note")}}
	if len(recent) > 0 {
		out.Recent = v.recent(recent)
	}
	return out
}

// recent lists the person's last files.
func (v importView) recent(files []inventory.Import) *templates.Table {
	t := &templates.Table{Caption: v.p.T("import.recent"), Columns: []templates.Column{
		{Text: v.p.T("import.file"), Main: true}, {Text: v.p.T("import.state"), Main: true}, {Text: v.p.T("import.at"), Main: true},
		{Text: v.p.T("import.rows"), Num: true}, {Text: v.p.T("import.outcome.wrong"), Num: true}, {Text: v.p.T("import.applied"), Num: true},
	}}
	for _, f := range files {
		badge := importBadge(v.p, f)
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: f.FileName, Href: importPath(f.ID)}, {Badge: &badge}, {Text: v.p.Time(f.CreatedAt)},
			{Text: v.p.Number(f.RowsTotal)}, {Text: v.p.Number(f.RowsWrong)}, {Text: v.p.Number(f.RowsApplied)},
		}})
	}
	return t
}

var importTones = map[inventory.ImportState]string{
	inventory.ImportReading: templates.ToneBlue, inventory.ImportReady: templates.ToneAmber, inventory.ImportApplying: templates.ToneBlue,
	inventory.ImportApplied: templates.ToneGreen, inventory.ImportFailed: templates.ToneRed,
}

func importBadge(p *locale.Printer, f inventory.Import) templates.Badge {
	if nothingToWrite(f) {
		return templates.Badge{Text: p.T("import.state.nothing")}
	}
	return templates.Badge{Text: p.T("import.state." + string(f.State)), Tone: importTones[f.State]}
}

// nothingToWrite tells that a file was read and waits for nobody.
func nothingToWrite(f inventory.Import) bool {
	return f.State == inventory.ImportReady && f.RowsNew+f.RowsChanged == 0
}

var outcomeTones = map[inventory.Outcome]string{
	inventory.RowNew: templates.ToneGreen, inventory.RowChanged: templates.ToneBlue, inventory.RowSame: templates.ToneGrey, inventory.RowWrong: templates.ToneRed,
}

func (v importView) preview() importShow {
	f := v.file
	out := importShow{Head: templates.Head{
		Title: f.FileName, Badges: []templates.Badge{importBadge(v.p, f)}, Lead: v.lead(),
		Facts: []templates.Row{
			{Label: v.p.T("import.at"), Text: v.p.Time(f.CreatedAt)}, {Label: v.p.T("import.size"), Text: v.p.Size(f.Size)},
			{Label: "SHA-256", Text: f.Sha256[:12], Title: f.Sha256, Code: true},
		},
	}}
	if f.Busy() {
		p := v.progress()
		out.Progress = &p
		return out
	}
	if err := f.Err(); err != nil {
		out.Failed = v.failed(err)
	}
	if f.RowsTotal == 0 {
		out.Acts = v.acts()
		return out
	}
	out.Stats, out.Notes, out.Tabs, out.Acts = v.stats(), v.notes(), v.tabs(), v.acts()
	if f.RowsApplied > 0 {
		out.Next = v.next()
	}
	if f.State == inventory.ImportReady && !nothingToWrite(f) {
		out.Confirm = v.confirmForm()
	}
	v.list(&out)
	return out
}

// lead says in one sentence what the person looks at.
func (v importView) lead() string {
	f := v.file
	switch {
	case nothingToWrite(f) && f.RowsWrong > 0:
		return v.p.T("import.lead.all_wrong")
	case nothingToWrite(f):
		return v.p.T("import.lead.all_same")
	case f.State == inventory.ImportApplied && f.RowsWrong == 0:
		return v.p.T("import.lead.applied_all", "applied", v.p.Number(f.RowsApplied))
	}
	return v.p.T("import.lead."+string(f.State), "new", v.p.Number(f.RowsNew), "changed", v.p.Number(f.RowsChanged),
		"wrong", v.p.Number(f.RowsWrong), "applied", v.p.Number(f.RowsApplied))
}

// next says who has the next step with what was written, and leads there.
func (v importView) next() *templates.Callout {
	if v.kind == inventory.ImportDepartments {
		return &templates.Callout{
			Kind: "ok", Text: v.p.T("import.next.departments"), Link: &templates.Link{Text: v.p.T("import.next.departments.go"), Href: departmentsPath},
		}
	}
	who := "clerk"
	if v.by.Is(auth.Head, auth.Region) {
		who = "head"
	}
	undeclared := systemsPath + "?state=" + string(inventory.Draft) + "&state=" + string(inventory.Returned)
	return &templates.Callout{
		Kind: "ok", Text: v.p.T("import.next." + who), Link: &templates.Link{Text: v.p.T("import.next." + who + ".go"), Href: undeclared},
	}
}

func (v importView) progress() templates.Progress {
	f := v.file
	p := templates.Progress{Label: v.p.T("import.progress." + string(f.State)), Poll: importPath(f.ID, "progress")}
	if f.State == inventory.ImportApplying {
		p.Done, p.Total = f.RowsApplied, f.RowsNew+f.RowsChanged
	} else {
		p.Done = f.RowsTotal
	}
	p.Text = v.p.T("import.progress.rows", "n", v.p.Number(p.Done))
	if !f.Busy() {
		p.Poll, p.Link = "", &templates.Link{Text: v.p.T("import.progress.done"), Href: importPath(f.ID)}
	}
	return p
}

func (v importView) failed(err error) *templates.Callout {
	c := &templates.Callout{Kind: "error", Title: v.p.T("import.failed"), Text: v.p.Error(err)}
	for _, f := range fault.FieldsOf(err) {
		c.Items = append(c.Items, v.p.Field(f))
	}
	return c
}

func (v importView) counts() []struct {
	outcome inventory.Outcome
	n       int64
} {
	f := v.file
	return []struct {
		outcome inventory.Outcome
		n       int64
	}{
		{inventory.RowNew, f.RowsNew}, {inventory.RowChanged, f.RowsChanged}, {inventory.RowSame, f.RowsSame}, {inventory.RowWrong, f.RowsWrong},
	}
}

func (v importView) stats() []templates.Stat {
	var out []templates.Stat
	for _, c := range v.counts() {
		s := templates.Stat{
			Label: v.p.T("import.outcome." + string(c.outcome)), Value: v.p.Number(c.n), Unit: v.p.T("import.unit.row"),
			Href: templates.WithQuery(importPath(v.file.ID), "outcome", string(c.outcome)), Note: v.p.T("import.outcome." + string(c.outcome) + ".note"),
		}
		if c.n > 0 {
			s.Tone = outcomeTones[c.outcome]
		}
		out = append(out, s)
	}
	return out
}

// notes tells what was understood of the header.
func (v importView) notes() *templates.Callout {
	remarks := v.file.Remarks()
	if len(remarks) == 0 {
		return nil
	}
	c := &templates.Callout{Kind: "info", Title: v.p.T("import.notes")}
	for _, f := range remarks {
		c.Items = append(c.Items, v.p.Field(f))
	}
	return c
}

func (v importView) tabs() templates.Tabs {
	t := templates.Tabs{Label: v.p.T("import.tabs")}
	for _, c := range v.counts() {
		t.Items = append(t.Items, templates.Tab{
			Text: v.p.T("import.outcome." + string(c.outcome)), Count: v.p.Number(c.n), Active: v.in.Outcome == string(c.outcome),
			Href: templates.WithQuery(importPath(v.file.ID), "outcome", string(c.outcome)),
		})
	}
	return t
}

// confirmForm asks once, says what happens and what does not.
func (v importView) confirmForm() *templates.Form {
	f := v.file
	n := v.p.Number(f.RowsNew + f.RowsChanged)
	note := v.p.T("import.confirm.note." + f.Kind)
	if f.RowsWrong > 0 {
		note += v.p.T("import.confirm.wrong", "wrong", v.p.Number(f.RowsWrong))
	}
	return &templates.Form{
		ID: "write", Action: importPath(f.ID, "confirm"),
		Sections: []templates.Section{{ID: "s-confirm", Title: v.p.T("import.confirm.title"), Fields: []templates.Field{{
			Name: "reason", Label: v.p.T("import.reason"), Help: v.p.T("import.reason.help"), MaxLength: 200,
		}}}},
		Acts: []templates.Act{{Text: v.p.T("import.confirm", "n", n), Kind: templates.ActPrimary, Icon: "check", Note: note}},
	}
}

func (v importView) acts() []templates.Act {
	f := v.file
	var out []templates.Act
	if f.RowsWrong > 0 {
		out = append(out, templates.Act{Text: v.p.T("import.wrong.download"), Href: importPath(f.ID, "wrong.xlsx"), Icon: "download", Download: true})
	}
	if f.State == inventory.ImportReady || f.State == inventory.ImportFailed {
		out = append(out, templates.Act{Text: v.p.T("import.drop"), Post: importPath(f.ID, "drop"), Kind: templates.ActQuiet, Icon: "close", Confirm: v.p.T("import.drop.confirm")})
	}
	return append(out, templates.Act{Text: v.p.T("import.another"), Href: importsPath + "/new?kind=" + f.Kind, Kind: templates.ActQuiet, Icon: "upload"})
}

func (v importView) list(out *importShow) {
	if v.total == 0 {
		out.Empty = &templates.Empty{Title: v.p.T("import.empty", "outcome", v.p.T("import.outcome."+v.in.Outcome))}
		return
	}
	for _, r := range v.rows {
		out.Rows = append(out.Rows, v.row(r))
	}
	address := templates.WithQuery(v.address, "outcome", v.in.Outcome)
	pager := templates.NewPager(address, v.in.Page, v.in.Size, v.total, pageSizes()...)
	out.Pager = &pager
}

func (v importView) row(r inventory.ImportedRow) importRowView {
	out := importRowView{
		Number: r.Number, Code: r.Code, Name: r.Name,
		Badge: templates.Badge{Text: v.p.T("import.outcome." + string(r.Outcome)), Tone: outcomeTones[r.Outcome]},
	}
	if r.Applied {
		out.Badge = templates.Badge{Text: v.p.T("import.written"), Tone: templates.ToneGreen}
	}
	if r.Code != "" && (r.Applied || r.Outcome == inventory.RowSame || r.Outcome == inventory.RowChanged) {
		out.Href = systemPath(r.Code)
		if v.kind == inventory.ImportDepartments {
			out.Href = departmentPath(r.Code)
		}
	}
	for _, c := range r.Changes {
		out.Changes = append(out.Changes, v.change(c))
	}
	for _, f := range r.Found {
		remark := cellRemark{Cell: f.Cell, Text: v.p.Field(f)}
		switch {
		case !f.Warning:
			out.Errors = append(out.Errors, remark)
		case r.Outcome == inventory.RowWrong && fieldweb.IsNote(f): // nothing of the row is put right, for nothing is written
		default:
			out.Notes = append(out.Notes, remark)
		}
	}
	return out
}

func (v importView) change(c inventory.CellChange) templates.Change {
	if v.kind == inventory.ImportDepartments {
		return showChange(v.p, v.names, inventory.DepartmentFields, c)
	}
	return showChange(v.p, v.names, inventory.SystemFields, c)
}

func showChange[T any](p *locale.Printer, names field.Names, catalog *field.Catalog[T], c inventory.CellChange) templates.Change {
	out := templates.Change{Label: p.T(string(catalog.Label(c.Key))), Old: c.Old, New: c.New, Note: c.Cell}
	if f, ok := catalog.Find(c.Key); ok {
		out.Old, out.New = f.Show(p, names, c.Old), f.Show(p, names, c.New)
	}
	return out
}
