package usageweb

import (
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
	"qingce/templates"
)

// filePage is the data of usage/backfill_show: preview and report of a file.
type filePage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Stats    []templates.Stat
	// First is what lies nearest: hand in, accept or confirm; Last takes away:
	// send back or withdraw. Nil when the reader can do neither.
	First *templates.Form
	Last  *templates.Form
	Acts  []templates.Act
	Tabs  templates.Tabs
	Rows  []fileRow
	Empty *templates.Empty
	Pager *templates.Pager
}

// fileRow is one row of a preview.
type fileRow struct {
	Number   int
	Badge    templates.Badge
	Name     string
	Href     string
	Code     string
	Day      string
	Figures  []shownFigure
	Measured []shownFigure // by probes
	Errors   []cellRemark
	Notes    []cellRemark
}

// shownFigure is a figure of a row in words.
type shownFigure struct{ Label, Value, Was string }

// cellRemark is what was found at a cell.
type cellRemark struct{ Cell, Text string }

type fileView struct {
	p          *locale.Printer
	by         auth.Principal
	file       usage.Upload
	in         fileIn
	department string
	rows       []usage.UploadedRow
	total      int64
	moves      []usage.UploadMove
	cause      error
}

func (v fileView) may(m usage.UploadMove) bool { return slices.Contains(v.moves, m) }

func (v fileView) page() filePage {
	out := filePage{Head: v.head(), Callouts: v.callouts(), Stats: v.stats(), Tabs: v.tabs(), Acts: v.acts()}
	out.First, out.Last = v.first(), v.last()
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

func (v fileView) acts() []templates.Act {
	var out []templates.Act
	if v.file.RowsWrong > 0 && v.file.State != usage.UploadDropped {
		out = append(out, templates.Act{Text: v.p.T("usage.files.wrong.download"), Href: filePath(v.file.ID, "wrong.xlsx"), Icon: "download", Download: true})
	}
	if v.may(usage.MoveReturn) {
		out = append(out, templates.Act{Text: v.p.T("usage.files.return.go"), Href: "#return-form", Icon: "return"})
	}
	if v.may(usage.MoveDrop) {
		word := "usage.files.drop"
		if v.file.Standing() == usage.UploadWaiting {
			word = "usage.files.take_back"
		}
		out = append(out, templates.Act{
			Text: v.p.T(word), Kind: templates.ActQuiet, Post: filePath(v.file.ID, "drop"), Hidden: v.version(), Confirm: v.p.T(word + ".confirm"),
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
		out.Href = web.Join(usagePath, r.Code)
	}
	for _, f := range r.Figures {
		one := shownFigure{Label: v.p.T(string(usage.SignalLabel(f.Signal))), Value: v.amount(f, f.Value)}
		if f.Was != nil && f.Changed() {
			one.Was = v.amount(f, *f.Was)
		}
		out.Figures = append(out.Figures, one)
	}
	for _, f := range r.Measured {
		if besides(f.Signal, r) {
			out.Measured = append(out.Measured, shownFigure{Label: v.p.T(string(usage.SignalLabel(f.Signal))), Value: v.amount(f, f.Value)})
		}
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

// besides tells whether a measured figure is worth a look beside a row: it tells
// of use, or of what the row gives.
func besides(s wire.Signal, r *usage.UploadedRow) bool {
	switch s {
	case wire.Requests, wire.HumanRequests, wire.Logins, wire.BusinessTx, wire.Users:
		return true
	}
	return slices.ContainsFunc(r.Figures, func(f usage.Figure) bool { return f.Signal == s })
}

func (v fileView) amount(f usage.Figure, n int64) string {
	if f.Signal.Unit() == wire.Count {
		return figureText(v.p, f.Signal, n)
	}
	return figureText(v.p, f.Signal, n) + " " + usage.SignalUnit(v.p, f.Signal)
}
