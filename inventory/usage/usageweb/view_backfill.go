package usageweb

import (
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
	"qingce/templates"
)

// filesPage is the data of usage/backfill: hand a file in, and those that were.
type filesPage struct {
	Head  templates.Head
	Form  *templates.Form // nil for those who only look
	Tabs  templates.Tabs
	Table *templates.Table
	Empty *templates.Empty
	Pager *templates.Pager
}

type filesView struct {
	p     *locale.Printer
	by    auth.Principal
	now   time.Time
	state usage.UploadState
	files usage.UploadPage
	cause error
}

func fileCrumbs(p *locale.Printer, more ...string) []templates.Crumb {
	out := []templates.Crumb{
		{Text: p.T("menu.home"), Href: "/"}, {Text: p.T("usage.title"), Href: usagePath}, {Text: p.T("usage.files"), Href: filesPath},
	}
	for _, text := range more {
		out = append(out, templates.Crumb{Text: text})
	}
	return out
}

func (v filesView) page() filesPage {
	out := filesPage{Head: templates.Head{Title: v.p.T("usage.files"), Lead: v.p.T("usage.files.lead")}}
	if v.by.Is(usage.Backfillers()...) {
		form := v.form()
		out.Form = &form
		out.Head.Actions = []templates.Act{{Text: v.p.T("usage.files.template"), Href: filesPath + "/template.xlsx", Icon: "download", Download: true}}
	}
	out.Tabs = v.tabs()
	if v.files.Total == 0 {
		out.Empty = &templates.Empty{Title: v.p.T("usage.files.none"), Text: v.p.T("usage.files.none.text"), Icon: "upload"}
		return out
	}
	out.Table = v.table()
	pager := templates.NewPager(v.href(v.state), v.files.Page, v.files.Size, v.files.Total, 20, 50, 100)
	out.Pager = &pager
	return out
}

func (v filesView) href(s usage.UploadState) string {
	return templates.WithQuery(filesPath, "state", string(s))
}

func (v filesView) form() templates.Form {
	file := templates.Field{
		Name: "file", Kind: templates.KindFile, Label: v.p.T("usage.files.file"), Help: v.p.T("usage.files.file.help"),
		Required: true, Accept: ".xlsx,.csv", MaxBytes: usage.GreatestUpload,
	}
	f := templates.Form{Action: filesPath, Upload: true}
	if v.cause != nil {
		file.Error = sayError(v.p, v.cause)
		f.Errors = &templates.Errors{Items: []templates.ErrorItem{{Text: file.Error, Href: "#f-file"}}}
	}
	f.Sections = []templates.Section{{ID: "s-file", Title: v.p.T("usage.files.section"), Fields: []templates.Field{file}}}
	f.Acts = []templates.Act{{Text: v.p.T("usage.files.upload"), Kind: templates.ActPrimary, Icon: "upload", Note: v.p.T("usage.files.upload.note")}}
	return f
}

// sayError is what a person is told of an error: its first field, or itself.
func sayError(p *locale.Printer, err error) string {
	if fields := fault.FieldsOf(err); len(fields) > 0 {
		return p.Field(fields[0])
	}
	return p.Error(err)
}

func (v filesView) tabs() templates.Tabs {
	t := templates.Tabs{Label: v.p.T("usage.files.tabs"), Items: []templates.Tab{{Text: v.p.T("usage.files.all"), Href: filesPath, Active: v.state == ""}}}
	for _, s := range usage.UploadStates() {
		t.Items = append(t.Items, templates.Tab{Text: v.p.T(string(s.Label())), Href: v.href(s), Active: v.state == s})
	}
	return t
}

func (v filesView) table() *templates.Table {
	text := func(key string) string { return v.p.T("usage.files." + key) }
	t := &templates.Table{ID: "files", Caption: text("table"), Columns: []templates.Column{
		{Text: text("file"), Main: true}, {Text: text("state"), Main: true}, {Text: text("span"), Main: true},
		{Text: text("systems"), Num: true}, {Text: text("good"), Num: true}, {Text: text("wrong"), Num: true},
		{Text: text("by")}, {Text: text("at")},
	}}
	for i := range v.files.Rows {
		u := &v.files.Rows[i]
		badge := uploadBadge(v.p, u)
		row := templates.TableRow{Cells: []templates.Cell{
			{Text: u.FileName, Href: filePath(u.ID)}, {Badge: &badge}, {Text: daysText(u)},
			{Text: strconv.FormatInt(u.Systems, 10)}, {Text: v.p.Number(u.Good())}, {Text: v.p.Number(u.RowsWrong)},
			{Text: u.AccountName}, {Text: v.p.Time(u.CreatedAt)},
		}}
		if u.RowsWrong > 0 {
			row.Cells[5].Tone = templates.ToneRed
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// daysText is which days a file speaks of.
func daysText(u *usage.Upload) string {
	switch {
	case u.FirstDay.IsZero():
		return ""
	case u.FirstDay == u.LastDay:
		return u.FirstDay.String()
	}
	return u.FirstDay.String() + " – " + u.LastDay.String()
}

var uploadTones = map[usage.UploadState]string{
	usage.UploadReady: templates.ToneAmber, usage.UploadConfirmed: templates.ToneGreen, usage.UploadWithdrawn: templates.ToneRed, usage.UploadDropped: templates.ToneGrey,
}

func uploadBadge(p *locale.Printer, u *usage.Upload) templates.Badge {
	return templates.Badge{Text: p.T(string(u.State.Label())), Tone: uploadTones[u.State]}
}

// filePage is the data of usage/backfill_show: preview and report of a file.
type filePage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Stats    []templates.Stat
	Confirm  *templates.Form
	Withdraw *templates.Form
	Acts     []templates.Act
	Tabs     templates.Tabs
	Rows     []fileRow
	Empty    *templates.Empty
	Pager    *templates.Pager
}

// fileRow is one row of a preview.
type fileRow struct {
	Number  int
	Badge   templates.Badge
	Name    string
	Href    string
	Code    string
	Day     string
	Figures []shownFigure
	Errors  []cellRemark
	Notes   []cellRemark
}

// shownFigure is a figure of a row in words.
type shownFigure struct{ Label, Value, Was string }

// cellRemark is what was found at a cell.
type cellRemark struct{ Cell, Text string }

type fileView struct {
	p         *locale.Printer
	by        auth.Principal
	file      usage.Upload
	in        fileIn
	rows      []usage.UploadedRow
	total     int64
	mayHandle bool
	cause     error
}

func (v fileView) page() filePage {
	out := filePage{Head: v.head(), Callouts: v.callouts(), Stats: v.stats(), Tabs: v.tabs(), Acts: v.acts()}
	if v.mayHandle {
		out.Confirm, out.Withdraw = v.confirm(), v.withdraw()
	}
	if v.total == 0 {
		out.Empty = &templates.Empty{Title: v.p.T("usage.files.no_rows", "outcome", fault.Label("usage.outcome."+v.in.Outcome)), Icon: "table"}
		return out
	}
	for i := range v.rows {
		out.Rows = append(out.Rows, v.row(&v.rows[i]))
	}
	pager := templates.NewPager(v.href(v.in.Outcome), v.in.Page, v.in.Size, v.total, 20, 50, 100, 200)
	out.Pager = &pager
	return out
}

func (v fileView) href(outcome string) string {
	return templates.WithQuery(filePath(v.file.ID), "outcome", outcome)
}

func (v fileView) head() templates.Head {
	u := &v.file
	h := templates.Head{
		Title: u.FileName, Lead: v.p.T("usage.files.lead." + string(u.State)), Badges: []templates.Badge{uploadBadge(v.p, u)},
		Facts: []templates.Row{
			{Label: v.p.T("usage.files.by"), Text: u.AccountName}, {Label: v.p.T("usage.files.at"), Text: v.p.Time(u.CreatedAt)},
			{Label: v.p.T("usage.files.span"), Text: daysText(u)},
		},
	}
	if u.ConfirmedAt != nil {
		h.Facts = append(h.Facts, templates.Row{Label: v.p.T("usage.files.confirmed_at"), Text: v.p.Time(*u.ConfirmedAt) + " " + u.ConfirmedName})
	}
	if u.WithdrawnAt != nil {
		h.Facts = append(h.Facts, templates.Row{Label: v.p.T("usage.files.withdrawn_at"), Text: v.p.Time(*u.WithdrawnAt) + " " + u.WithdrawnName})
	}
	return h
}

func (v fileView) callouts() []templates.Callout {
	var out []templates.Callout
	if v.cause != nil && len(fault.FieldsOf(v.cause)) == 0 {
		out = append(out, templates.Callout{Kind: "error", Text: v.p.Error(v.cause)})
	}
	if v.file.Reason != "" {
		out = append(out, templates.Callout{Kind: "warning", Title: v.p.T("usage.files.reason.was"), Text: v.file.Reason})
	}
	if notes := v.file.Remarks(); len(notes) > 0 {
		c := templates.Callout{Kind: "info", Title: v.p.T("usage.files.notes")}
		for _, f := range notes {
			c.Items = append(c.Items, v.p.Field(f))
		}
		out = append(out, c)
	}
	return out
}

// outcomes are those of rows, in the order of the tabs.
func outcomes() []inventory.Outcome {
	return []inventory.Outcome{inventory.RowNew, inventory.RowChanged, inventory.RowSame, inventory.RowWrong}
}

var outcomeTones = map[inventory.Outcome]string{
	inventory.RowNew: templates.ToneGreen, inventory.RowChanged: templates.ToneBlue, inventory.RowSame: templates.ToneGrey, inventory.RowWrong: templates.ToneRed,
}

func (v fileView) count(o inventory.Outcome) int64 {
	return map[inventory.Outcome]int64{
		inventory.RowNew: v.file.RowsNew, inventory.RowChanged: v.file.RowsChanged, inventory.RowSame: v.file.RowsSame, inventory.RowWrong: v.file.RowsWrong,
	}[o]
}

func (v fileView) stats() []templates.Stat {
	var out []templates.Stat
	for _, o := range outcomes() {
		s := templates.Stat{
			Label: v.p.T("usage.outcome." + string(o)), Value: v.p.Number(v.count(o)), Unit: v.p.T("usage.unit.rows"),
			Href: v.href(string(o)) + "#rows", Note: v.p.T("usage.outcome." + string(o) + ".note"),
		}
		if v.count(o) > 0 {
			s.Tone = outcomeTones[o]
		}
		out = append(out, s)
	}
	return out
}

func (v fileView) version() []templates.Pair {
	return []templates.Pair{{Name: "version", Value: strconv.FormatInt(v.file.Version, 10)}}
}

// confirm lets the good rows count, if there are any that would change
// something.
func (v fileView) confirm() *templates.Form {
	if v.file.State != usage.UploadReady || !v.file.Writes() {
		return nil
	}
	note := v.p.T("usage.files.confirm.note")
	if v.file.RowsWrong > 0 {
		note = v.p.T("usage.files.confirm.some", "n", v.file.RowsWrong)
	}
	return &templates.Form{
		ID: "confirm-form", Action: filePath(v.file.ID, "confirm"), Hidden: v.version(),
		Acts: []templates.Act{{Text: v.p.T("usage.files.confirm", "n", v.file.Good()), Kind: templates.ActPrimary, Icon: "check", Note: note}},
	}
}

func (v fileView) withdraw() *templates.Form {
	if v.file.State != usage.UploadConfirmed {
		return nil
	}
	reason := templates.Field{
		Name: "reason", Label: v.p.T("usage.files.reason"), Help: v.p.T("usage.files.reason.help"), Required: true, MaxLength: 300, Value: v.in.Reason,
	}
	f := &templates.Form{ID: "withdraw-form", Action: filePath(v.file.ID, "withdraw"), Hidden: v.version()}
	for _, field := range fault.FieldsOf(v.cause) {
		reason.Error = v.p.Field(field)
		f.Errors = &templates.Errors{Items: []templates.ErrorItem{{Text: reason.Error, Href: "#f-reason"}}}
	}
	f.Sections = []templates.Section{{ID: "s-withdraw", Title: v.p.T("usage.files.withdraw.title"), Lead: v.p.T("usage.files.withdraw.lead"), Fields: []templates.Field{reason}}}
	f.Acts = []templates.Act{{Text: v.p.T("usage.files.withdraw"), Kind: templates.ActDanger, Note: v.p.T("usage.files.withdraw.note")}}
	return f
}

func (v fileView) acts() []templates.Act {
	var out []templates.Act
	if v.file.RowsWrong > 0 && v.file.State != usage.UploadDropped {
		out = append(out, templates.Act{Text: v.p.T("usage.files.wrong.download"), Href: filePath(v.file.ID, "wrong.xlsx"), Icon: "download", Download: true})
	}
	if v.mayHandle && v.file.State == usage.UploadReady {
		out = append(out, templates.Act{
			Text: v.p.T("usage.files.drop"), Kind: templates.ActQuiet, Post: filePath(v.file.ID, "drop"), Hidden: v.version(), Confirm: v.p.T("usage.files.drop.confirm"),
		})
	}
	return append(out, templates.Act{Text: v.p.T("usage.files.another"), Href: filesPath, Kind: templates.ActQuiet})
}

func (v fileView) tabs() templates.Tabs {
	t := templates.Tabs{Label: v.p.T("usage.files.rows")}
	for _, o := range outcomes() {
		t.Items = append(t.Items, templates.Tab{
			Text: v.p.T("usage.outcome." + string(o)), Href: v.href(string(o)) + "#rows", Count: v.p.Number(v.count(o)), Active: v.in.Outcome == string(o),
		})
	}
	return t
}

func (v fileView) row(r *usage.UploadedRow) fileRow {
	out := fileRow{
		Number: r.Number, Code: r.Code, Name: r.Name, Day: r.Day.String(),
		Badge: templates.Badge{Text: v.p.T("usage.outcome." + string(r.Outcome)), Tone: outcomeTones[r.Outcome]},
	}
	if r.Name != "" {
		out.Href = joinPath(usagePath, r.Code)
	}
	for _, f := range r.Figures {
		one := shownFigure{Label: v.p.T(string(usage.SignalLabel(f.Signal))), Value: v.amount(f, f.Value)}
		if f.Was != nil && f.Changed() {
			one.Was = v.amount(f, *f.Was)
		}
		out.Figures = append(out.Figures, one)
	}
	for _, f := range r.Found {
		remark := cellRemark{Cell: f.Cell, Text: v.p.Field(f)}
		if f.Warning {
			out.Notes = append(out.Notes, remark)
		} else {
			out.Errors = append(out.Errors, remark)
		}
	}
	return out
}

func (v fileView) amount(f usage.Figure, n int64) string {
	if f.Signal.Unit() == wire.Count {
		return figureText(v.p, f.Signal, n)
	}
	return figureText(v.p, f.Signal, n) + " " + usage.SignalUnit(v.p, f.Signal)
}
