package catalogweb

import (
	"context"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/catalog"
	"qingce/templates"
)

// names knows the departments and systems that entries refer to.
type names struct {
	dir     *inventory.Directory
	systems map[string]string // code by id in text
	find    func(word string) (string, bool)
}

// names reads what the bodies refer to.
func (d *desk) names(ctx context.Context, by auth.Principal, of ...*catalog.Body) (names, error) {
	n := names{systems: map[string]string{}}
	var err error
	if n.dir, err = d.Registry.Directory(ctx); err != nil {
		return names{}, err
	}
	n.find = func(word string) (id string, ok bool) {
		err := d.DB.Read(ctx, func(tx *store.Tx) error {
			seen, err := d.Registry.Names(tx, by)
			if err == nil {
				id, ok = seen.Find("system", word)
			}
			return err
		})
		return id, ok && err == nil
	}
	err = d.DB.Read(ctx, func(tx *store.Tx) error {
		seen, err := d.Registry.Names(tx, by)
		if err != nil {
			return err
		}
		for _, b := range of {
			if b.SystemID != nil {
				id := strconv.FormatInt(int64(*b.SystemID), 10)
				n.systems[id] = seen.Show("system", id)
			}
		}
		return nil
	})
	return n, err
}

// In gives the names to the fields in a style.
func (n names) In(s fieldweb.Style) field.Names {
	return field.Names{
		Show: func(sort, id string) string { return n.show(s, sort, id) },
		Find: func(sort, word string) (string, bool) {
			if sort == "system" {
				return n.find(word)
			}
			dept, ok := n.dir.Lookup(word)
			return strconv.FormatInt(int64(dept.ID), 10), ok
		},
	}
}

func (n names) show(s fieldweb.Style, sort, id string) string {
	if sort == "system" {
		return n.systems[id]
	}
	num, _ := strconv.ParseInt(id, 10, 64)
	dept, _ := n.dir.Find(inventory.DepartmentID(num))
	switch s {
	case fieldweb.ForPrograms:
		return dept.Code
	case fieldweb.ForTyping:
		return dept.Code + " " + dept.Name
	}
	return dept.Name
}

// Href is the page of a reference.
func (n names) Href(sort, id string) string {
	if sort == "system" && n.systems[id] != "" {
		return "/systems/" + n.systems[id]
	}
	return ""
}

func writer(p *locale.Printer, n names) fieldweb.Writer {
	return fieldweb.Writer{P: p, Names: n, Badge: func(key, canonical string) *templates.Badge {
		if key != "share_type" || canonical == "" {
			return nil
		}
		return shareBadge(p, catalog.ShareType(canonical))
	}}
}

// shareBadge is a type of sharing as a sign.
func shareBadge(p *locale.Printer, t catalog.ShareType) *templates.Badge {
	if t == "" {
		return nil
	}
	tones := map[catalog.ShareType]string{
		catalog.Unconditional: templates.ToneGreen, catalog.Conditional: templates.ToneBlue, catalog.NotShared: templates.ToneGrey,
	}
	return &templates.Badge{Text: p.T(string(t.Label())), Tone: tones[t]}
}

// stateBadge is the state of an entry as a sign.
func stateBadge(p *locale.Printer, e catalog.Entry) *templates.Badge {
	tones := map[catalog.State]string{
		catalog.Drafting: templates.ToneGrey, catalog.InReview: templates.ToneBlue, catalog.Returned: templates.ToneRed,
		catalog.Published: templates.ToneGreen, catalog.Changing: templates.ToneAmber, catalog.Withdrawn: templates.ToneGrey,
	}
	s := e.State()
	return &templates.Badge{Text: p.T(string(s.Label())), Tone: tones[s], Title: p.T("catalogweb.turn." + turn(e))}
}

// turn says whose turn it is with an entry.
func turn(e catalog.Entry) string {
	switch e.Step {
	case catalog.StepDraft:
		return "head"
	case catalog.StepReturned:
		return "clerk"
	case catalog.StepRegion:
		return "region"
	case catalog.StepReview:
		if e.Intent == catalog.ToWithdraw {
			return "withdrawal"
		}
		return "office"
	}
	return "nobody"
}

// departmentOptions are the departments that exist, as they are chosen in
// forms; keep narrows them.
func departmentOptions(n names, keep func(inventory.Department) bool) []templates.Option {
	var out []templates.Option
	for _, dept := range n.dir.All() {
		if dept.ActiveTo.IsZero() && dept.Kind != inventory.Coordination && (keep == nil || keep(dept)) {
			text := dept.Code + " " + dept.Name
			out = append(out, templates.Option{Value: text, Text: text})
		}
	}
	return out
}
