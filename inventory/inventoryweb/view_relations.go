package inventoryweb

import (
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/inventory"
	"qingce/templates"
)

// relationsPage is the data of inventory/relations.
type relationsPage struct {
	Head  templates.Head
	Tabs  templates.Tabs
	Table *relationTable
	Empty *templates.Empty
	Add   *templates.Form
}

// relationTable lists the systems at the other ends.
type relationTable struct {
	Caption string
	Rows    []relationRow
}

// relationRow is one of them.
type relationRow struct {
	Kind       string
	System     templates.Cell
	Department templates.Cell
	Note       string
	Remove     *templates.Act
}

func (v recordView) relations(typed relationForm, cause error) relationsPage {
	out := relationsPage{Head: v.head(), Tabs: v.tabs("relations")}
	if len(v.rec.joined) > 0 {
		t := relationTable{Caption: v.p.T("inventory.tab.relations")}
		for _, n := range v.rec.joined {
			t.Rows = append(t.Rows, v.relationRow(n))
		}
		out.Table = &t
	} else {
		out.Empty = &templates.Empty{Icon: "link", Title: v.p.T("inventory.relation.none"), Text: v.p.T("inventory.relation.none.text")}
	}
	if v.rec.mayFill(v.by) && v.rec.asOf.isNow() {
		out.Add = v.relationForm(typed, cause)
	}
	return out
}

func (v recordView) relationRow(n inventory.Neighbour) relationRow {
	key := "inventory.relation." + n.Kind
	if !n.Outgoing && inventory.RelationKind(n.Kind) == inventory.ReplacedBy {
		key = "inventory.relation.replaces"
	}
	dept, _ := v.rec.names.dir.Find(n.OwnerID)
	row := relationRow{
		Kind: v.p.T(key), Note: n.Note,
		System:     templates.Cell{Text: n.Name, Sub: n.Code, Href: systemPath(n.Code)},
		Department: templates.Cell{Text: dept.Name, Href: departmentPath(dept.Code)},
	}
	if n.Name == "" { // another department's: which one it is may be told, not what it does
		row.System = templates.Cell{Text: n.Code, Note: v.p.T("inventory.relation.hidden")}
	}
	if mayRemove(n) && v.rec.mayFill(v.by) {
		row.Remove = &templates.Act{
			Text: v.p.T("inventory.relation.remove"), Icon: "trash", Kind: templates.ActQuiet,
			Post:    systemPath(v.rec.system.Code, "relations", strconv.FormatInt(int64(n.RelationID), 10), "remove"),
			Confirm: v.p.T("inventory.relation.remove.confirm"),
		}
	}
	return row
}

func (v recordView) relationForm(typed relationForm, cause error) *templates.Form {
	found := fault.FieldsOf(cause)
	kinds := make([]templates.Option, 0, len(relationKinds()))
	for _, k := range relationKinds() {
		kinds = append(kinds, templates.Option{
			Value: string(k), Text: v.p.T("inventory.relation." + string(k)), Help: v.p.T("inventory.relation." + string(k) + ".help"),
		})
	}
	return &templates.Form{
		ID: "relation", Action: systemPath(v.rec.system.Code, "relations"), Guard: true, Errors: fieldweb.ErrorSummary(v.p, found, "kind", "other", "note"),
		Sections: []templates.Section{{ID: "s-relation", Title: v.p.T("inventory.relation.add"), Lead: v.p.T("inventory.relation.add.lead"), Fields: []templates.Field{
			{Name: "kind", Kind: templates.KindEnum, Label: v.p.T("relation.kind"), Required: true, Value: typed.Kind, Options: kinds, Error: fieldweb.ErrorAt(v.p, found, "kind")},
			{
				Name: "other", Kind: templates.KindRef, Label: v.p.T("relation.other"), Help: v.p.T("relation.other.help"), Required: true,
				Value: typed.Other, Lookup: systemsPath + "/lookup", Error: fieldweb.ErrorAt(v.p, found, "other"),
			},
			{Name: "note", Label: v.p.T("relation.note"), Help: v.p.T("relation.note.help"), Value: typed.Note, MaxLength: 200, Error: fieldweb.ErrorAt(v.p, found, "note")},
		}}},
		Acts: []templates.Act{{Text: v.p.T("inventory.relation.save"), Note: v.p.T("inventory.relation.next"), Kind: templates.ActPrimary, Icon: "link"}},
	}
}
