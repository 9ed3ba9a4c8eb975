package surveyweb

import (
	"fmt"
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/inventory"
	"qingce/survey/census"
	"qingce/templates"
)

// itemsPage is the data of survey/census_items.
type itemsPage struct {
	Head    templates.Head
	Tabs    templates.Tabs
	Filters templates.Filters
	Bulk    *censusBulk
	Table   templates.Table
	Empty   *templates.Empty
	Pager   templates.Pager
}

// censusBulk is what can be done to chosen items.
type censusBulk struct {
	templates.Bulk
	Reason templates.Field
}

type itemsView struct {
	censusView
	asked   itemsAsked
	page    census.ItemPage
	sources []census.Source
}

func (v itemsView) data() itemsPage {
	title := v.p.T("census.items")
	if len(v.asked.Results) == 1 {
		title = v.p.T("census.items.of", "result", v.asked.Results[0].Label())
	}
	out := itemsPage{
		Head: templates.Head{Title: title, Lead: v.p.T("census.items.lead")}, Tabs: v.tabs(), Filters: v.filters(),
		Pager: templates.NewPager(v.href(), v.page.Page, v.page.Size, v.page.Total, pageSizes()...),
	}
	if v.page.Total == 0 {
		out.Empty = &templates.Empty{Title: v.p.T("census.items.none"), Text: v.p.T("census.items.none.text"), Icon: "search"}
		if len(v.asked.params) > 0 {
			out.Empty.Actions = []templates.Act{{Text: v.p.T("census.items.all"), Href: v.path("items")}}
		}
		return out
	}
	out.Table = v.table()
	if v.works() {
		out.Bulk = v.bulk()
		out.Table.SelectForm, out.Table.SelectName = out.Bulk.ID, "id"
	}
	return out
}

// href is the address of the list with pairs of name and value set; an empty
// value takes one away.
func (v itemsView) href(pairs ...string) string {
	href := v.path("items")
	if len(v.asked.params) > 0 {
		href += "?" + v.asked.params.Encode()
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		href = templates.WithQuery(href, pairs[i], pairs[i+1])
	}
	return href
}

func (v itemsView) tabs() templates.Tabs {
	all := 0
	for _, n := range v.page.By {
		all += n
	}
	t := templates.Tabs{Label: v.p.T("census.items.tabs"), Items: []templates.Tab{
		{Text: v.p.T("census.items.every"), Href: v.href("result", ""), Count: strconv.Itoa(all), Active: len(v.asked.Results) == 0},
	}}
	for _, r := range census.Results() {
		t.Items = append(t.Items, templates.Tab{
			Text: v.p.T(string(r.Label())), Href: v.href("result", string(r)), Count: strconv.Itoa(v.page.By[r]),
			Active: len(v.asked.Results) == 1 && v.asked.Results[0] == r,
		})
	}
	return t
}

func (v itemsView) filters() templates.Filters {
	f := templates.Filters{
		Action: v.path("items"), ClearAll: v.path("items"),
		Query: &templates.Query{Name: "q", Value: v.asked.Search, Label: v.p.T("census.items.search"), Placeholder: v.p.T("census.items.search.hint")},
	}
	for _, name := range []string{"result", "line", "sort", "way"} {
		if value := v.asked.params.Get(name); value != "" {
			f.Hidden = append(f.Hidden, templates.Pair{Name: name, Value: value})
		}
	}
	decisions := templates.Filter{Name: "decision", Label: v.p.T("census.column.decision"), Kind: templates.FilterChoice}
	for _, one := range append([]census.Decision{census.Open}, census.Decisions()...) {
		chosen := v.asked.params.Get("decision") == string(one)
		text := v.p.T(string(one.Label()))
		decisions.Options = append(decisions.Options, templates.Option{Value: string(one), Text: text, Chosen: chosen})
		if chosen {
			f.Chips = append(f.Chips, templates.Chip{Label: decisions.Label, Text: text, Remove: v.href("decision", "")})
		}
	}
	f.Main = append(f.Main, decisions)
	if len(v.sources) > 0 {
		lists := templates.Filter{Name: "source", Label: v.p.T("census.column.list"), Kind: templates.FilterChoice}
		for _, s := range v.sources {
			id := strconv.FormatInt(int64(s.ID), 10)
			lists.Options = append(lists.Options, templates.Option{Value: id, Text: s.Title, Chosen: s.ID == v.asked.Source})
			if s.ID == v.asked.Source {
				f.Chips = append(f.Chips, templates.Chip{Label: lists.Label, Text: s.Title, Remove: v.href("source", "")})
			}
		}
		f.Main = append(f.Main, lists)
	}
	if v.asked.Lines {
		f.Chips = append(f.Chips, templates.Chip{Label: v.p.T("census.column.lines"), Text: v.p.T("census.items.lines"), Remove: v.href("line", "")})
	}
	if v.asked.Department != 0 {
		f.Chips = append(f.Chips, templates.Chip{Label: v.p.T("survey.column.department"), Text: v.dir.Name(v.asked.Department), Remove: v.href("department", "")})
		f.Hidden = append(f.Hidden, templates.Pair{Name: "department", Value: v.asked.params.Get("department")})
	}
	if v.asked.Search != "" {
		f.Chips = append(f.Chips, templates.Chip{Label: v.p.T("census.items.search"), Text: v.asked.Search, Remove: v.href("q", "")})
	}
	return f
}

// column is a column of the list that can be sorted.
func (v itemsView) column(key, text string, main bool) templates.Column {
	c := templates.Column{Key: key, Text: text, Main: main}
	switch {
	case v.asked.Sort != census.ItemOrder(key):
		c.SortHref = v.href("sort", key, "way", "")
	case v.asked.Descending:
		c.Sorted, c.SortHref = "desc", v.href("sort", "", "way", "")
	default:
		c.Sorted, c.SortHref = "asc", v.href("sort", key, "way", "desc")
	}
	return c
}

func (v itemsView) table() templates.Table {
	score := v.column("score", v.p.T("census.column.evidence"), true)
	t := templates.Table{ID: "items", Caption: v.p.T("census.items"), Columns: []templates.Column{
		v.column("name", v.p.T("census.column.theirs"), true), v.column("owner_name", v.p.T("survey.column.department"), true),
		{Text: v.p.T("census.column.result"), Main: true}, {Text: v.p.T("census.column.mine")}, score,
		{Text: v.p.T("census.column.differences")}, {Text: v.p.T("census.column.decision"), Main: true},
	}}
	for _, i := range v.page.Items {
		t.Rows = append(t.Rows, v.row(i))
	}
	return t
}

func (v itemsView) row(i census.ItemLine) templates.TableRow {
	name := i.Name
	if name == "" {
		name = v.p.T("census.item.nameless")
	}
	sub := v.p.T("census.item.line", "title", i.Source.Title, "line", i.Line)
	if i.Line == 0 {
		sub = v.p.T("census.item.lacking", "title", i.Source.Title)
	}
	row := templates.TableRow{ID: strconv.FormatInt(int64(i.ID), 10), Name: name, Cells: []templates.Cell{
		{Text: name, Sub: sub, Href: itemAt(v.census.Code, i.ID)}, v.owner(i), {Badge: new(resultBadge(v.p, i.Result))}, v.declared(i), v.evidence(i),
		{Text: v.differences(i)}, v.decision(i),
	}}
	if i.Decision == census.Open && i.Result == census.Omitted {
		row.Tone = templates.ToneRed
	}
	return row
}

func (v itemsView) owner(i census.ItemLine) templates.Cell {
	if i.Owner.ID == 0 {
		return templates.Cell{Text: i.OwnerName, Note: v.p.T("census.item.owner_unknown"), Tone: templates.ToneAmber}
	}
	c := templates.Cell{Text: i.Owner.Name}
	if i.OwnerName != "" && i.OwnerName != i.Owner.Name {
		c.Sub = i.OwnerName
	}
	return c
}

func (v itemsView) declared(i census.ItemLine) templates.Cell {
	switch {
	case i.Declared.Name != "" && i.Decision == census.Added:
		return templates.Cell{Text: v.p.T("census.item.added", "name", i.Declared.Name)}
	case i.Declared.Name != "":
		return templates.Cell{Text: i.Declared.Name, Sub: i.Declared.Code}
	case len(i.Candidates) > 0:
		return templates.Cell{Text: v.p.T("census.item.candidates", "n", len(i.Candidates))}
	}
	return templates.Cell{}
}

func (v itemsView) evidence(i census.ItemLine) templates.Cell {
	if i.MatchedBy == "" {
		return templates.Cell{}
	}
	c := templates.Cell{Text: v.p.T(string(i.MatchedBy.Label()))}
	if i.MatchedBy != census.ByPerson {
		c.Text = v.p.T("census.item.score", "by", i.MatchedBy.Label(), "score", i.Score)
	}
	if len(i.Candidates) == 1 && i.Candidates[0].On != i.Name {
		c.Sub = i.Candidates[0].On
	}
	return c
}

// differences names the fields that differ.
func (v itemsView) differences(i census.ItemLine) string {
	var out []string
	for _, d := range i.Differences {
		if !d.Minor {
			f, _ := inventory.SystemFields.Find(d.Key)
			out = append(out, v.p.T(string(f.Label)))
		}
	}
	return v.p.Join(out)
}

func (v itemsView) decision(i census.ItemLine) templates.Cell {
	c := templates.Cell{Badge: new(decisionBadge(v.censusView, i.Decision))}
	if i.DecidedName != "" {
		c.Note = v.p.T("census.item.by", "name", i.DecidedName, "at", *i.DecidedAt)
	}
	return c
}

func decisionBadge(v censusView, d census.Decision) templates.Badge {
	tone := map[census.Decision]string{
		census.Open: templates.ToneAmber, census.Agreed: templates.ToneGreen, census.Added: templates.ToneBlue, census.Asked: templates.ToneBlue,
	}[d]
	return templates.Badge{Text: v.p.T(string(d.Label())), Tone: tone}
}

// bulk is what can be done to chosen items: what fits the results that are
// shown.
func (v itemsView) bulk() *censusBulk {
	b := &censusBulk{
		Bulk: templates.Bulk{
			ID: "chosen", Action: v.path("items"), Hidden: []templates.Pair{{Name: "back", Value: v.href()}}, Page: len(v.page.Items), Total: v.page.Total,
		},
		Reason: templates.Field{Name: "reason", Kind: templates.KindText, Label: v.p.T("census.field.reason"), Help: v.p.T("census.bulk.reason.help"), Width: "medium", MaxLength: 300},
	}
	offered := census.Decisions()
	if len(v.asked.Results) == 1 {
		one := census.Item{Result: v.asked.Results[0]}
		offered = one.Choices()
	}
	for _, d := range offered {
		a := templates.Act{Text: v.p.T("census.act." + string(d)), Name: "decision", Value: string(d), Confirm: v.p.T("census.bulk.sure." + string(d))}
		if d == census.Added || d == census.Asked {
			a.Kind = templates.ActPrimary
		}
		b.Acts = append(b.Acts, a)
	}
	if len(b.Acts) == 0 {
		return nil
	}
	return b
}

// itemPage is the data of survey/census_item.
type itemPage struct {
	Head       templates.Head
	Callouts   []templates.Callout
	Sides      []itemSide
	Cells      templates.Facts
	Candidates []candidateCard
	Find       *itemFind
	Forms      []templates.Form
}

// itemSide is a field of both sides, beside each other.
type itemSide struct {
	Label          string
	Mine, Theirs   string
	Now            string // what is declared by now, where that has changed
	Differs, Minor bool
	Note           string
}

// candidateCard is a declared system that a line may be.
type candidateCard struct {
	Name, Code, Owner, By string
	Act                   *templates.Act
}

// itemFind finds other declared systems.
type itemFind struct {
	Action, Value string
	None          bool
}

type itemView struct {
	censusView
	item  census.ItemView
	in    itemIn
	found []census.Candidate
	err   error
}

func (v itemView) name() string {
	if v.item.Name == "" {
		return v.p.T("census.item.nameless")
	}
	return v.item.Name
}

func (v itemView) data() itemPage {
	out := itemPage{Head: v.head(), Callouts: v.callouts(), Sides: v.sides(), Cells: v.cells()}
	if v.item.Refused != nil {
		return out
	}
	if v.item.Decided() {
		if f := v.reconsiderForm(); f != nil {
			out.Forms = append(out.Forms, *f)
		}
		return out
	}
	if v.item.Line > 0 {
		out.Candidates = v.candidates()
		out.Find = &itemFind{Action: itemAt(v.census.Code, v.item.ID), Value: v.in.Find, None: v.in.Find != "" && len(v.found) == 0}
	}
	out.Forms = v.forms()
	return out
}

func (v itemView) head() templates.Head {
	i := v.item
	h := templates.Head{
		Title: v.name(), Lead: v.p.T("census.lead." + string(i.Result)), Badges: []templates.Badge{resultBadge(v.p, i.Result), decisionBadge(v.censusView, i.Decision)},
		Facts: []templates.Row{{Label: v.p.T("census.column.list"), Text: i.Source.Title}},
	}
	if v.by.View().All {
		h.Facts[0].Href = sourceAt(v.census.Code, i.SourceID)
	}
	owner := templates.Row{Label: v.p.T("survey.column.department"), Text: i.Owner.Name}
	if i.Owner.ID == 0 {
		owner.Text, owner.Warning = i.OwnerName, v.p.T("census.item.owner_unknown")
	}
	if i.Form.Department != "" {
		owner.Href = i.Form.Path()
	}
	h.Facts = append(h.Facts, owner)
	if i.MatchedBy != "" {
		h.Facts = append(h.Facts, templates.Row{Label: v.p.T("census.column.evidence"), Text: v.p.T("census.item.score", "by", i.MatchedBy.Label(), "score", i.Score)})
	}
	return h
}

func (v itemView) callouts() []templates.Callout {
	var out []templates.Callout
	i := v.item
	if v.err != nil {
		c := templates.Callout{Kind: "error", Title: v.p.T("census.item.not_saved")}
		for _, f := range fault.FieldsOf(v.err) {
			c.Items = append(c.Items, v.p.Field(f))
		}
		if len(c.Items) == 0 {
			c.Text = v.p.Error(v.err)
		}
		out = append(out, c)
	}
	if i.Decided() {
		c := templates.Callout{Kind: "ok", Title: v.p.T(string(i.Decision.Label())), Text: v.p.T("census.item.by", "name", i.DecidedName, "at", *i.DecidedAt)}
		if i.Reason != "" {
			c.Items = []string{i.Reason}
		}
		if i.Form.Department != "" && (i.Decision == census.Added || i.Decision == census.Asked) {
			c.Link = &templates.Link{Text: v.p.T("census.item.form"), Href: i.Form.Path()}
		}
		out = append(out, c)
	} else if i.Refused != nil && v.by.Is(reviewers()...) {
		out = append(out, templates.Callout{Kind: "info", Text: v.p.Error(i.Refused)})
	}
	return out
}

// sides puts what the list says beside what is declared.
func (v itemView) sides() []itemSide {
	i := v.item
	differs := map[string]census.Difference{}
	for _, d := range i.Differences {
		differs[d.Key] = d
	}
	var out []itemSide
	for _, key := range census.Targets() {
		theirs, unread := i.Body[key], i.Unread[key]
		d, different := differs[key]
		if different {
			theirs = d.Source
		}
		mine := i.Now[key]
		if key == "owner_id" && i.Now != nil && i.Owner.ID != 0 {
			mine = fmt.Sprint(i.Owner.ID)
		}
		if key == census.PortField || theirs == "" && unread == "" && !(i.Line == 0 && mine != "" && key != "owner_id") {
			continue
		}
		s := itemSide{Label: v.p.T(string(census.TargetLabel(key))), Theirs: v.text(key, theirs), Mine: v.text(key, mine), Differs: different && !d.Minor, Minor: different && d.Minor}
		if unread != "" {
			s.Theirs, s.Note = unread, v.p.T("census.item.unread")
		}
		if different && d.Declared != mine {
			s.Mine, s.Now = v.text(key, d.Declared), v.text(key, mine)
		}
		out = append(out, s)
	}
	return out
}

// cells are the line as it stands in the file.
func (v itemView) cells() templates.Facts {
	g := templates.Facts{ID: "s-cells", Title: v.p.T("census.item.cells", "line", v.item.Line)}
	for _, c := range v.item.Source.Columns {
		if c.Number <= len(v.item.Cells) {
			g.Rows = append(g.Rows, templates.Row{Label: c.Title, Text: v.item.Cells[c.Number-1]})
		}
	}
	return g
}

// candidates are the systems that the line may be, with those that were searched
// for.
func (v itemView) candidates() []candidateCard {
	var out []candidateCard
	list := v.found
	if v.in.Find == "" {
		list = v.item.Candidates
	}
	for _, c := range list {
		pick := fmt.Sprintf("system.%d", c.System)
		if c.Row != 0 {
			pick = fmt.Sprintf("row.%d", c.Row)
		}
		card := candidateCard{Name: c.Name, Code: c.Code, Owner: v.dir.Name(c.Department)}
		if c.By != census.ByPerson {
			card.By = v.p.T("census.item.score_on", "by", c.By.Label(), "score", c.Score, "on", c.On)
		}
		if v.item.RowID == nil || *v.item.RowID != c.Row {
			card.Act = &templates.Act{
				Text: v.p.T("census.act.choose"), Post: itemAt(v.census.Code, v.item.ID),
				Hidden: []templates.Pair{{Name: "act", Value: actChoose}, {Name: "pick", Value: pick}, {Name: "version", Value: strconv.FormatInt(v.item.Version, 10)}},
			}
		}
		out = append(out, card)
	}
	return out
}

// forms are the ways to settle the item.
func (v itemView) forms() []templates.Form {
	var out []templates.Form
	for _, d := range v.item.Choices() {
		out = append(out, v.form(d))
	}
	return out
}

func (v itemView) form(d census.Decision) templates.Form {
	asked := v.in.Act == string(d)
	typed := func(value string) string {
		if asked {
			return value
		}
		return ""
	}
	f := templates.Form{
		ID: "f-act-" + string(d), Action: itemAt(v.census.Code, v.item.ID),
		Hidden: []templates.Pair{{Name: "act", Value: string(d)}, {Name: "version", Value: strconv.FormatInt(v.item.Version, 10)}},
		Acts:   []templates.Act{{Text: v.p.T("census.act." + string(d)), Note: v.p.T("census.act." + string(d) + ".note"), Kind: actKind(d)}},
	}
	s := templates.Section{ID: "s-" + string(d), Title: v.p.T("census.act." + string(d))}
	switch d {
	case census.Added:
		if v.item.Owner.ID == 0 {
			s.Fields = append(s.Fields, templates.Field{
				Name: "department", Kind: templates.KindRef, Label: v.p.T("survey.column.department"), Lookup: "/departments/lookup", Required: true, Width: "medium", Value: typed(v.in.Department),
			})
		}
		name := v.item.Name
		if asked {
			name = v.in.Name
		}
		s.Fields = append(s.Fields, templates.Field{Name: "name", Kind: templates.KindText, Label: v.p.T("system.name"), Value: name, Required: true, MaxLength: 80})
		fallthrough
	case census.Asked:
		s.Fields = append(s.Fields, templates.Field{
			Name: "text." + string(d), Kind: templates.KindLongText, Label: v.p.T("census.field.text"), Help: v.p.T("census.field.text.help"), Value: typed(v.in.Text), MaxLength: 500,
		})
	default:
		s.Fields = append(s.Fields, templates.Field{
			Name: "reason." + string(d), Kind: templates.KindText, Label: v.p.T("census.field.reason"), Value: typed(v.in.Reason), Required: d == census.Dismissed, MaxLength: 300,
		})
	}
	f.Sections = []templates.Section{s}
	if asked {
		v.mistakes(f.Sections[0].Fields)
	}
	return f
}

// mistakes writes what is wrong at its field; it stands above the forms as well.
func (v itemView) mistakes(fields []templates.Field) {
	for _, found := range fault.FieldsOf(v.err) {
		for i := range fields {
			if name, _, _ := strings.Cut(fields[i].Name, "."); name == found.Name {
				fields[i].Error = v.p.Field(found)
			}
		}
	}
}

func actKind(d census.Decision) string {
	if d == census.Added || d == census.Asked {
		return templates.ActPrimary
	}
	return templates.ActPlain
}

// reconsiderForm takes a decision back; nil where that cannot be done.
func (v itemView) reconsiderForm() *templates.Form {
	if v.item.Decision != census.Agreed && v.item.Decision != census.Dismissed {
		return nil
	}
	return &templates.Form{
		ID: "f-reconsider", Action: itemAt(v.census.Code, v.item.ID),
		Hidden: []templates.Pair{{Name: "act", Value: actReconsider}, {Name: "version", Value: strconv.FormatInt(v.item.Version, 10)}},
		Sections: []templates.Section{{ID: "s-reconsider", Title: v.p.T("census.act.reconsider"), Fields: []templates.Field{
			{Name: "reason", Kind: templates.KindText, Label: v.p.T("census.field.reason"), Required: true, MaxLength: 300},
		}}},
		Acts: []templates.Act{{Text: v.p.T("census.act.reconsider"), Icon: "return", Note: v.p.T("census.act.reconsider.note")}},
	}
}
