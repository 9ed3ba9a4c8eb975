package surveyweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/internal/input"
	"qingce/internal/web"
	"qingce/survey/census"
	"qingce/templates"
)

// uploadForm asks for a list.
func (v censusView) uploadForm(typed url.Values) templates.Form {
	kinds := templates.Field{
		Name: "kind", Kind: templates.KindEnum, Label: v.p.T("census.field.kind"), Required: true, Value: typed.Get("kind"), Help: v.p.T("census.field.kind.help"),
	}
	for _, k := range census.SourceKinds() {
		kinds.Options = append(kinds.Options, templates.Option{Value: string(k), Text: v.p.T(string(k.Label())), Help: v.p.T(string(k.Label()) + ".help")})
	}
	complete := typed.Get("complete")
	if complete == "" {
		complete = "false"
	}
	return templates.Form{
		Action: v.path("sources"), Upload: true,
		Sections: []templates.Section{{ID: "s-source", Title: v.p.T("census.source.file"), Fields: []templates.Field{
			{Name: "file", Kind: templates.KindFile, Label: v.p.T("census.field.file"), Help: v.p.T("census.field.file.help", "max", census.MaxLines), Required: true, Accept: ".xlsx,.csv", MaxBytes: census.MaxFile},
			kinds,
			{Name: "title", Kind: templates.KindText, Label: v.p.T("census.field.title"), Help: v.p.T("census.field.title.help"), Value: typed.Get("title"), Width: "medium", MaxLength: 80},
			{
				Name: "complete", Kind: templates.KindEnum, Label: v.p.T("census.field.complete"), Help: v.p.T("census.field.complete.help"), Value: complete, Required: true,
				Options: []templates.Option{{Value: "false", Text: v.p.T("census.complete.no")}, {Value: "true", Text: v.p.T("census.complete.yes")}},
			},
		}}},
		Acts: []templates.Act{{Text: v.p.T("census.source.upload"), Kind: templates.ActPrimary, Icon: "upload", Note: v.p.T("census.source.upload.note")}},
	}
}

// sourcePage is the data of survey/census_source.
type sourcePage struct {
	Head    templates.Head
	Errors  *templates.Errors
	Action  string // empty when the reader cannot map
	Version string
	Columns []sourceColumn
	Acts    []templates.Act
	Drop    *templates.Form
}

// sourceColumn is a column of a list with what it may hold.
type sourceColumn struct {
	Number   int
	Title    string
	Examples []string
	Name     string
	Options  []templates.Option
	Chosen   string // in words, for those who only read
	UnitName string // of money
	Units    []templates.Option
	Error    string
}

type sourceView struct {
	censusView
	src census.Source
	err error
}

func (v sourceView) page() sourcePage {
	out := sourcePage{Head: v.head(), Version: strconv.FormatInt(v.src.Version, 10)}
	found := fault.FieldsOf(v.err)
	onPage := []string{}
	for _, c := range v.src.Columns {
		onPage = append(onPage, census.ColumnField(c.Number))
		out.Columns = append(out.Columns, v.column(c, found))
	}
	out.Errors = fieldweb.ErrorSummary(v.p, found, onPage...)
	if !v.works() || v.src.State == census.SourceDropped {
		return out
	}
	out.Action = sourceAt(v.census.Code, v.src.ID, "map")
	out.Acts = []templates.Act{{Text: v.p.T("census.source.match"), Kind: templates.ActPrimary, Icon: "refresh", Note: v.p.T("census.source.match.note", "n", v.src.LinesTotal)}}
	form := templates.Form{
		ID: "drop", Action: sourceAt(v.census.Code, v.src.ID, "drop"),
		Sections: []templates.Section{{ID: "s-drop", Title: v.p.T("census.source.drop"), Fields: []templates.Field{
			{Name: "reason", Kind: templates.KindText, Label: v.p.T("census.field.reason"), Required: true, Width: "medium", MaxLength: 200},
		}}},
		Acts: []templates.Act{{Text: v.p.T("census.source.drop"), Kind: templates.ActDanger, Icon: "trash", Note: v.p.T("census.source.drop.note")}},
	}
	if slices.ContainsFunc(found, func(f fault.Field) bool { return f.Name == "reason" }) {
		web.Mistakes(v.p, &form, v.err)
		out.Errors = nil
	}
	out.Drop = &form
	return out
}

func (v sourceView) head() templates.Head {
	h := templates.Head{
		Title: v.src.Title, Lead: v.p.T("census.map.lead"),
		Facts: []templates.Row{
			{Label: v.p.T("census.field.kind"), Text: v.p.T(string(v.src.Kind.Label()))}, {Label: v.p.T("census.column.lines"), Text: strconv.Itoa(v.src.LinesTotal)},
			{Label: v.p.T("census.field.file"), Text: v.src.FileName, Title: v.src.Sha256},
		},
	}
	if v.src.State == census.Matched {
		items := templates.WithQuery(v.path("items"), "source", strconv.FormatInt(int64(v.src.ID), 10))
		h.Actions = []templates.Act{{Text: v.p.T("census.items.look"), Href: items, Kind: templates.ActPrimary, Icon: "table"}}
		if v.works() {
			h.Actions = append(h.Actions, templates.Act{Text: v.p.T("census.source.rematch"), Post: sourceAt(v.census.Code, v.src.ID, "rematch"), Icon: "refresh", Note: v.p.T("census.source.rematch.note")})
		}
	}
	return h
}

func (v sourceView) column(c census.Column, found []fault.Field) sourceColumn {
	m := v.src.Mapping.Field(c.Number)
	out := sourceColumn{
		Number: c.Number, Title: c.Title, Examples: c.Examples, Name: census.ColumnField(c.Number), UnitName: "unit." + strconv.Itoa(c.Number),
		Error: fieldweb.ErrorAt(v.p, found, census.ColumnField(c.Number)), Chosen: v.p.T("census.map.none"),
		Options: []templates.Option{{Text: v.p.T("census.map.none")}},
	}
	for _, key := range census.Targets() {
		o := templates.Option{Value: key, Text: v.p.T(string(census.TargetLabel(key))), Chosen: key == m.Field}
		if slices.Contains(census.Finders(), key) {
			o.Text = v.p.T("census.map.finder", "field", o.Text)
		}
		if o.Chosen {
			out.Chosen = o.Text
		}
		out.Options = append(out.Options, o)
	}
	unit := m.Unit
	if unit == "" && strings.Contains(c.Unit, "万") {
		unit = input.Wan
	}
	for _, u := range []string{input.Yuan, input.Wan} {
		out.Units = append(out.Units, templates.Option{Value: u, Text: v.p.T("census.unit." + u), Chosen: u == unit})
	}
	return out
}
