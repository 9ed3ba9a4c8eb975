package inventoryweb

import (
	"path"
	"strings"

	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/templates"
)

// evidencePage is the data of inventory/evidence.
type evidencePage struct {
	Head    templates.Head
	Tabs    templates.Tabs
	Callout *templates.Callout
	Errors  *templates.Errors // of a removal
	Groups  []fileGroup
	Empty   *templates.Empty
	Add     *templates.Form
}

// fileGroup are the files of one purpose.
type fileGroup struct {
	Title string
	Files []fileView
}

// fileView is a file with what can be done with it.
type fileView struct {
	Files  templates.Files // one file, as the partial draws it
	Note   string
	Remove string // address; empty when the reader may not
	ID     string
}

func (v recordView) evidence(typed fileForm, cause error) evidencePage {
	out := evidencePage{Head: v.head(), Tabs: v.tabs("evidence"), Callout: v.retirementCallout(), Groups: v.fileGroups()}
	if len(v.rec.files) == 0 {
		out.Empty = &templates.Empty{Icon: "clip", Title: v.p.T("inventory.file.none"), Text: v.p.T("inventory.file.none.text")}
	}
	found := fault.FieldsOf(cause)
	if fieldweb.ErrorAt(v.p, found, "reason") != "" {
		out.Errors = fieldweb.ErrorSummary(v.p, found)
		found, cause = nil, nil
	}
	if v.rec.mayKeep(v.by) {
		out.Add = v.fileForm(typed, found, cause)
	}
	return out
}

// retirementCallout says which proof is still missing while a system is being
// cleaned up (V23).
func (v recordView) retirementCallout() *templates.Callout {
	if v.rec.system.State != inventory.Retiring {
		return nil
	}
	have := map[string]bool{}
	for _, item := range v.rec.files {
		have[item.Link.Purpose] = true
	}
	var missing []string
	for _, purpose := range []string{inventory.PurposeBackup, inventory.PurposeDisposal} {
		if !have[purpose] {
			missing = append(missing, v.p.T("evidence.purpose."+purpose))
		}
	}
	if len(missing) == 0 {
		return &templates.Callout{Kind: "ok", Text: v.p.T("inventory.file.retire.ready")}
	}
	return &templates.Callout{Kind: "warning", Title: v.p.T("inventory.file.retire.missing"), Items: missing}
}

func (v recordView) fileGroups() []fileGroup {
	var out []fileGroup
	for _, purpose := range purposes() {
		g := fileGroup{Title: v.p.T("evidence.purpose." + purpose)}
		for _, item := range v.rec.files {
			if item.Link.Purpose == purpose {
				g.Files = append(g.Files, v.file(item))
			}
		}
		if len(g.Files) > 0 {
			out = append(out, g)
		}
	}
	return out
}

func (v recordView) file(item evidence.Item) fileView {
	address := systemPath(v.rec.system.Code, "evidence", item.Link.ID.String())
	out := fileCard(v.p, item, address)
	if v.rec.mayKeep(v.by) {
		out.Remove = address + "/remove"
	}
	return out
}

// fileCard is a file as pages show it.
func fileCard(p *locale.Printer, item evidence.Item, address string) fileView {
	return fileView{ID: item.Link.ID.String(), Note: item.Link.Note, Files: templates.Files{Files: []templates.File{{
		Name: item.Link.Name, Href: address, Kind: strings.ToUpper(strings.TrimPrefix(path.Ext(item.Link.Name), ".")),
		Size: p.Size(item.File.Size), At: p.Time(item.Link.AddedAt), By: item.Link.AddedName, Hash: item.File.SHA256,
	}}}}
}

func (v recordView) fileForm(typed fileForm, found []fault.Field, cause error) *templates.Form {
	options := make([]templates.Option, 0, len(purposes()))
	for _, purpose := range purposes() {
		options = append(options, templates.Option{Value: purpose, Text: v.p.T("evidence.purpose." + purpose)})
	}
	f := &templates.Form{
		ID: "evidence", Action: systemPath(v.rec.system.Code, "evidence"), Upload: true, Errors: fieldweb.ErrorSummary(v.p, found, "file", "purpose", "note"),
		Sections: []templates.Section{{ID: "s-evidence", Title: v.p.T("inventory.file.add"), Lead: v.p.T("inventory.file.add.lead"), Fields: []templates.Field{
			{Name: "purpose", Kind: templates.KindEnum, Label: v.p.T("inventory.file.purpose"), Required: true, Value: typed.Purpose, Options: options, Width: "medium", Error: fieldweb.ErrorAt(v.p, found, "purpose")},
			{
				Name: "file", Kind: templates.KindFile, Label: v.p.T("inventory.file.file"), Help: v.p.T("inventory.file.help"), Required: true,
				Accept: ".pdf,.ofd,.jpg,.jpeg,.png,.docx,.xlsx", MaxBytes: evidence.MaxSize, Error: fieldweb.ErrorAt(v.p, found, "file"),
			},
			{Name: "note", Label: v.p.T("inventory.file.note"), Help: v.p.T("inventory.file.note.help"), Value: typed.Note, MaxLength: 500, Error: fieldweb.ErrorAt(v.p, found, "note")},
		}}},
		Acts: []templates.Act{{Text: v.p.T("btn.evidence"), Note: v.p.T("inventory.file.next"), Kind: templates.ActPrimary, Icon: "upload"}},
	}
	if cause != nil && f.Errors == nil {
		f.Errors = &templates.Errors{Items: []templates.ErrorItem{{Text: v.p.Error(cause), Href: "#f-file"}}}
	}
	return f
}
