package inventoryweb

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/web"
	"qingce/inventory"
)

// Choices between two versions of a field.
const (
	pickPrefix = "pick."
	pickMine   = "mine"
	pickTheirs = "theirs"
	inConflict = "conflict" // names the fields that were shown with a choice
)

// difference is a field that somebody else has changed since the person began.
type difference struct {
	key                string
	base, mine, theirs string // canonical
	typed              string // mine as it was typed, for what could not be read
}

// picksOf are the choices that were made between two versions.
func picksOf(form url.Values) map[string]string {
	out := map[string]string{}
	for key := range form {
		if name, ok := strings.CutPrefix(key, pickPrefix); ok {
			out[name] = form.Get(key)
		}
	}
	for _, name := range form[inConflict] {
		if _, ok := out[name]; !ok {
			out[name] = ""
		}
	}
	return out
}

// applyPicks puts the other version where the person chose it.
func (f *systemForm) applyPicks(present inventory.System) {
	names := f.names.in(forTyping)
	for name, pick := range f.picks {
		fd, ok := inventory.SystemFields.Find(name)
		if !ok || fd.Given || pick != pickTheirs {
			continue
		}
		f.typed[name] = typedValues(fd, names, fd.Get(&present))
	}
}

// typedValues are a canonical value as a form sends it.
func typedValues(fd *field.Field[inventory.System], names field.Names, canonical string) []string {
	if fd.Kind == field.Multi {
		return field.ParseList(canonical)
	}
	return []string{fd.Typed(names, canonical)}
}

// unsettled are the fields between whose versions nobody has chosen.
func (f *systemForm) unsettled() []fault.Field {
	var out []fault.Field
	for _, key := range inventory.SystemFields.Keys() {
		if pick, ok := f.picks[key]; ok && pick != pickMine && pick != pickTheirs {
			out = append(out, fault.At(key, "inventory.err.pick", "field", inventory.SystemFields.Label(key)))
		}
	}
	return out
}

// conflict shows both versions side by side. What only the other person
// changed is taken over, what only this person changed stays, and where both
// did the person chooses; saving goes on from the present version.
func (d *desk) conflict(r *web.Request, f systemForm, present inventory.System, cause error) (web.Response, error) {
	history, err := d.Registry.SystemHistory(r.Ctx, r.By, f.code)
	if err != nil {
		return nil, err
	}
	begun := f.version
	if f.base != 0 {
		begun = f.base
	}
	base, err := versionOf(history, begun)
	if err != nil {
		return nil, fmt.Errorf("version %d of %s: %w", begun, f.code, err)
	}
	if f.names, err = d.names(r.Ctx, r.By, &base, &present, &f.record); err != nil {
		return nil, err
	}
	f.other = &history[0]
	f.differences = f.compare(base, present)
	for _, diff := range f.differences {
		if f.settles(diff) {
			fd, _ := inventory.SystemFields.Find(diff.key)
			f.typed[diff.key] = typedValues(fd, f.names.in(forTyping), diff.theirs)
			fd.Set(&f.record, diff.theirs)
		}
	}
	f.base, f.version = begun, present.Version
	f.err, f.found = cause, append(fault.FieldsOf(cause), onlyErrors(f.found)...)
	return f.view(), nil
}

func onlyErrors(found []fault.Field) []fault.Field {
	return slices.DeleteFunc(slices.Clone(found), func(f fault.Field) bool { return f.Warning })
}

// compare lists what the other person changed.
func (f *systemForm) compare(base, present inventory.System) []difference {
	var out []difference
	for _, c := range inventory.SystemFields.Diff(&base, &present) {
		fd, _ := inventory.SystemFields.Find(c.Key)
		if fd.Given {
			continue
		}
		mine := fd.Get(&f.record)
		if mine == c.New && errorAt(f.p, f.found, c.Key) == "" {
			continue // both wrote the same
		}
		out = append(out, difference{key: c.Key, base: c.Old, mine: mine, theirs: c.New, typed: strings.Join(f.typed[c.Key], " ")})
	}
	return out
}

// settles tells whether a difference needs no choice: the person left the
// field alone, so the other version holds.
func (f *systemForm) settles(d difference) bool {
	return d.mine == d.base && errorAt(f.p, f.found, d.key) == ""
}
