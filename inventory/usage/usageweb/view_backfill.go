package usageweb

import (
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/inventory/usage"
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
	waits usage.UploadWaits

	departments *inventory.Directory
	cause       error
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
		if v.state == "" { // a queue begins with what waits
			form := v.form()
			out.Form = &form
		} else {
			out.Head.Actions = []templates.Act{{Text: v.p.T("usage.files.another"), Href: filesPath, Icon: "upload"}}
		}
		out.Head.Actions = append(out.Head.Actions, templates.Act{Text: v.p.T("usage.files.template"), Href: filesPath + "/template.xlsx", Icon: "download", Download: true})
	}
	out.Tabs = v.tabs()
	if v.files.Total == 0 {
		out.Empty = &templates.Empty{Title: v.p.T("usage.files.none"), Icon: "upload"}
		if out.Form != nil {
			out.Empty.Text = v.p.T("usage.files.none.text")
		}
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
		t.Items = append(t.Items, templates.Tab{Text: v.p.T(string(s.Label())), Href: v.href(s), Active: v.state == s, Count: v.waiting(s)})
	}
	return t
}

// waiting is how many files in a state wait for the reader.
func (v filesView) waiting(s usage.UploadState) string {
	n := map[usage.UploadState]int64{usage.UploadWaiting: v.waits.Review, usage.UploadReturned: v.waits.Returned}[s]
	if n == 0 {
		return ""
	}
	return v.p.Number(n)
}

func (v filesView) table() *templates.Table {
	text := func(key string) string { return v.p.T("usage.files." + key) }
	t := &templates.Table{ID: "files", Caption: text("table"), Columns: []templates.Column{
		{Text: text("file"), Main: true}, {Text: text("state"), Main: true}, {Text: text("department"), Main: true}, {Text: text("span"), Main: true},
		{Text: text("systems"), Num: true}, {Text: text("good"), Num: true}, {Text: text("wrong"), Num: true},
		{Text: text("by")}, {Text: text("at")},
	}}
	for i := range v.files.Rows {
		u := &v.files.Rows[i]
		badge := uploadBadge(v.p, u)
		row := templates.TableRow{Cells: []templates.Cell{
			{Text: u.FileName, Href: filePath(u.ID)}, {Badge: &badge}, {Text: v.departments.Name(u.DepartmentID)}, {Text: daysText(u)},
			{Text: strconv.FormatInt(u.Systems, 10)}, {Text: v.p.Number(u.Good())}, {Text: v.p.Number(u.RowsWrong)},
			{Text: u.AccountName}, {Text: v.p.Time(u.CreatedAt)},
		}}
		if u.RowsWrong > 0 {
			row.Cells[6].Tone = templates.ToneRed
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
	usage.UploadReady: templates.ToneAmber, usage.UploadWaiting: templates.ToneBlue, usage.UploadReturned: templates.ToneRed, usage.UploadConfirmed: templates.ToneGreen, usage.UploadWithdrawn: templates.ToneGrey, usage.UploadDropped: templates.ToneGrey,
}

func uploadBadge(p *locale.Printer, u *usage.Upload) templates.Badge {
	return templates.Badge{Text: p.T(string(u.Standing().Label())), Tone: uploadTones[u.Standing()]}
}
