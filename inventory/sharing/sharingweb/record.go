package sharingweb

import (
	"slices"
	"strings"

	"qingce/internal/evidence"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory/sharing"
	"qingce/templates"
)

// recordPage is the data of sharing/record: any record of this room.
type recordPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Steps    []templates.Step
	Facts    []templates.Facts
	// Tables are lists beside the record, each with its title.
	Tables   []titledTable
	Files    *templates.Files
	Timeline templates.Timeline
}

// titledTable is a list beside a record.
type titledTable struct {
	Title string
	Note  string
	Table *templates.Table
}

// timeline is what was done with a record, the newest first.
func timeline(p *locale.Printer, steps []sharing.Step) templates.Timeline {
	var out templates.Timeline
	for _, s := range slices.Backward(steps) {
		tone, icon := signOf(s.Action)
		out.Events = append(out.Events, templates.Event{
			At: p.Time(s.At), By: s.Name, Department: s.Department, Text: p.T("sharing.step." + s.Action), Reason: s.Note, Tone: tone, Icon: icon,
		})
	}
	return out
}

// signOf is the colour and the sign of an act.
func signOf(action string) (tone, icon string) {
	_, verb, _ := strings.Cut(action, ".")
	switch verb {
	case "granted", "made", "settled", "corrected", "confirmed", "matched", "accepted", "published", "resumed":
		return templates.ToneGreen, "check"
	case "refused", "revoked", "unmet", "denied":
		return templates.ToneRed, "return"
	case "overdue", "expired", "suspended":
		return templates.ToneAmber, "clock"
	case "submitted", "escalated", "dispatched", "asked", "raised":
		return templates.ToneBlue, "send"
	}
	return templates.ToneGrey, "edit"
}

// fileList is the files beside a record.
func fileList(p *locale.Printer, items []evidence.Item, path string) *templates.Files {
	out := &templates.Files{Empty: p.T("sharing.files.none")}
	for _, item := range items {
		kind := strings.ToUpper(item.Link.Name[strings.LastIndexByte(item.Link.Name, '.')+1:])
		out.Files = append(out.Files, templates.File{
			Name: item.Link.Name, Href: web.Join(path, "files", item.Link.ID.String()), Kind: kind, Size: p.Size(item.File.Size),
			At: p.Time(item.Link.AddedAt), By: p.T("sharing.file."+item.Link.Purpose) + " · " + item.Link.AddedName, Hash: item.File.SHA256,
		})
	}
	return out
}

// facts is a group of rows, without those that say nothing.
func facts(title string, rows ...templates.Row) templates.Facts {
	return templates.Facts{Title: title, Rows: rows}
}

// row is a fact under the text of its name.
func row(p *locale.Printer, name, text string) templates.Row {
	return templates.Row{Label: p.T("sharing." + name), Text: text}
}

func longRow(p *locale.Printer, name, text string) templates.Row {
	return templates.Row{Label: p.T("sharing." + name), Text: text, Long: true}
}

// late says how a term that is over stood.
func late(p *locale.Printer, days *int64) string {
	switch {
	case days == nil:
		return ""
	case *days == 0:
		return p.T("sharing.on_time")
	}
	return p.T("sharing.late_by", "n", *days)
}
