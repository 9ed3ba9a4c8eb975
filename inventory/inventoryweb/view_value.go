package inventoryweb

import (
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/templates"
)

// stateTones say how far a record has come.
func stateTone(s inventory.State) string {
	switch s {
	case inventory.Declared, inventory.Merging, inventory.Retiring:
		return templates.ToneBlue
	case inventory.Returned:
		return templates.ToneRed
	case inventory.Verified, inventory.Certified, inventory.InService:
		return templates.ToneGreen
	}
	return templates.ToneGrey
}

func stateBadge(p *locale.Printer, s inventory.State) *templates.Badge {
	return &templates.Badge{Text: p.T(field.OptionKey("state", string(s))), Tone: stateTone(s)}
}

// newWriter writes values of the register's fields; the state of a record is a
// badge.
func newWriter(p *locale.Printer, n names) fieldweb.Writer {
	return fieldweb.Writer{P: p, Names: n, Badge: func(key, canonical string) *templates.Badge {
		if key != "state" {
			return nil
		}
		return stateBadge(p, inventory.State(canonical))
	}}
}

// crumbs lead from the start page to the list of systems and on.
func crumbs(p *locale.Printer, more ...templates.Crumb) []templates.Crumb {
	return trail(p, templates.Crumb{Text: p.T("menu.inventory"), Href: systemsPath}, more)
}

// departmentCrumbs lead to the list of departments and on.
func departmentCrumbs(p *locale.Printer, more ...templates.Crumb) []templates.Crumb {
	return trail(p, templates.Crumb{Text: p.T("menu.departments"), Href: departmentsPath}, more)
}

func trail(p *locale.Printer, list templates.Crumb, more []templates.Crumb) []templates.Crumb {
	out := append([]templates.Crumb{{Text: p.T("menu.home"), Href: "/"}, list}, more...)
	out[len(out)-1].Href = ""
	return out
}
