package adminweb

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/internal/oplog"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/templates"
)

// changesOf is what an entry changed, in the words of the reader.
func changesOf(r *web.Request, row oplog.Row, all directory) ([]templates.Change, error) {
	changes, err := row.Changes()
	if err != nil {
		return nil, err
	}
	out := make([]templates.Change, len(changes))
	for i, c := range changes {
		out[i] = templates.Change{
			Label: memberText(r, row.ObjectKind, c.Member), Old: memberValue(r, row.ObjectKind, c.Member, c.Before, all),
			New: memberValue(r, row.ObjectKind, c.Member, c.After, all),
		}
		if out[i].Label == "" {
			out[i].Label = r.T("oplog.object")
		}
	}
	return out, nil
}

// memberText is what a member of an object is called: as on its own page where
// it has one, as in the log elsewhere, and by its name when nobody named it.
func memberText(r *web.Request, kind, member string) string {
	for _, key := range []string{kind + "." + member, "oplog.member." + member} {
		if r.P.Has(key) {
			return r.T(key)
		}
	}
	return member
}

// memberValue writes a value as people read it.
func memberValue(r *web.Request, kind, member string, value json.RawMessage, all directory) string {
	if len(value) == 0 || string(value) == "null" {
		return ""
	}
	var text string
	if json.Unmarshal(value, &text) != nil {
		return plainJSON(r, member, value, all)
	}
	switch kind {
	case "system":
		return showField(r, inventory.SystemFields, member, text, all)
	case "department":
		return showField(r, inventory.DepartmentFields, member, text, all)
	}
	if member == "roles" {
		return rolesText(r, text)
	}
	return text
}

// showField writes canonical text as the register shows it.
func showField[T any](r *web.Request, catalog *field.Catalog[T], key, canonical string, all directory) string {
	f, ok := catalog.Find(key)
	if !ok {
		return canonical
	}
	names := field.Names{Show: func(sort, id string) string {
		n, err := strconv.ParseInt(id, 10, 64)
		if name := all.name(auth.DepartmentID(n)); err == nil && sort == "department" && name != "" {
			return name
		}
		return "#" + id
	}}
	shown := f.Show(r.P, names, canonical)
	if f.Unit != "" {
		shown += " " + r.T("unit."+f.Unit)
	}
	return shown
}

// plainJSON writes what is no text: truths in words, lists without brackets,
// departments by name, objects as they are.
func plainJSON(r *web.Request, member string, value json.RawMessage, all directory) string {
	var decoded any
	d := json.NewDecoder(bytes.NewReader(value))
	d.UseNumber()
	if d.Decode(&decoded) != nil {
		return string(value)
	}
	switch v := decoded.(type) {
	case bool:
		return r.T("bool." + strconv.FormatBool(v))
	case json.Number:
		if n, err := v.Int64(); err == nil && strings.HasSuffix(member, "department_id") && all.name(auth.DepartmentID(n)) != "" {
			return all.name(auth.DepartmentID(n))
		}
		return v.String()
	case []any:
		parts := make([]string, 0, len(v))
		for _, element := range v {
			text, ok := element.(string)
			if !ok {
				return string(value)
			}
			parts = append(parts, text)
		}
		return r.P.Join(parts)
	}
	return string(value)
}
