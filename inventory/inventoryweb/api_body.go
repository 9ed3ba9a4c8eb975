package inventoryweb

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
)

// jsonType is the type of bodies.
const jsonType = "application/json"

// systemDoc is a system as the API shows it: every field of the catalog, and
// what the register says about the row.
type systemDoc struct{ raw json.RawMessage }

// MarshalJSON implements json.Marshaler.
func (d systemDoc) MarshalJSON() ([]byte, error) { return d.raw, nil }

// Schema implements huma.SchemaProvider.
func (systemDoc) Schema(r huma.Registry) *huma.Schema {
	return shared(r, "System", recordSchema(inventory.SystemFields, true))
}

// departmentDoc is a department as the API shows it.
type departmentDoc struct{ raw json.RawMessage }

// MarshalJSON implements json.Marshaler.
func (d departmentDoc) MarshalJSON() ([]byte, error) { return d.raw, nil }

// Schema implements huma.SchemaProvider.
func (departmentDoc) Schema(r huma.Registry) *huma.Schema {
	return shared(r, "Department", recordSchema(inventory.DepartmentFields, true))
}

// shared keeps a schema once in the document and refers to it.
func shared(r huma.Registry, name string, s *huma.Schema) *huma.Schema {
	if _, ok := r.Map()[name]; !ok {
		s.PrecomputeMessages()
		r.Map()[name] = s
	}
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}

// rowFacts are what the register says about a row.
type rowFacts struct {
	Version   int64              `json:"version"`
	CreatedAt time.Time          `json:"created_at"`
	UpdatedAt time.Time          `json:"updated_at"`
	Remarks   []web.ProblemField `json:"remarks,omitempty"`
}

// rowMembers are the members that rowFacts adds; nobody sends them.
func rowMembers() []string { return []string{"version", "created_at", "updated_at", "remarks"} }

// document writes a record with the facts of its row behind it.
func document[T any](c *field.Catalog[T], t *T, n names, facts rowFacts) (json.RawMessage, error) {
	fields, err := c.AppendJSON(t, n.In(fieldweb.ForPrograms))
	if err != nil {
		return nil, err
	}
	facts.CreatedAt, facts.UpdatedAt = web.Instant(facts.CreatedAt), web.Instant(facts.UpdatedAt)
	row, err := json.Marshal(facts)
	if err != nil {
		return nil, err
	}
	return append(append(bytes.TrimSuffix(fields, []byte("}")), ','), row[1:]...), nil
}

// recordSchema describes a record; row adds what the register says about it.
func recordSchema[T any](c *field.Catalog[T], row bool) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{}, AdditionalProperties: false}
	for i := range c.All() {
		f := &c.All()[i]
		if f.Given && !row {
			continue
		}
		s.Properties[f.Key] = fieldSchema(f)
	}
	if row {
		s.Properties["version"] = &huma.Schema{Type: huma.TypeInteger, ReadOnly: true, Description: "Number of the version; the ETag"}
		s.Properties["created_at"] = &huma.Schema{Type: huma.TypeString, Format: "date-time", ReadOnly: true}
		s.Properties["updated_at"] = &huma.Schema{Type: huma.TypeString, Format: "date-time", ReadOnly: true}
		s.Properties["remarks"] = &huma.Schema{
			Type: huma.TypeArray, ReadOnly: true, Description: "After a change: what was put right and what is worth a look",
			Items: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true},
		}
	}
	return s
}

// fieldSchema describes the JSON of a field.
func fieldSchema[T any](f *field.Field[T]) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Nullable: true, ReadOnly: f.Given}
	zero := 0.0
	switch f.Kind {
	case field.Enum:
		for _, o := range f.Options {
			s.Enum = append(s.Enum, o)
		}
		s.Enum = append(s.Enum, nil)
	case field.Multi:
		items := &huma.Schema{Type: huma.TypeString}
		for _, o := range f.Options {
			items.Enum = append(items.Enum, o)
		}
		s.Type, s.Items, s.UniqueItems, s.Nullable = huma.TypeArray, items, true, false
	case field.Count, field.Money:
		s.Type, s.Minimum = huma.TypeInteger, &zero
	case field.Bool:
		s.Type, s.Nullable = huma.TypeBoolean, !fieldweb.IsFlag(f)
	case field.Date:
		s.Format = "date"
	}
	if f.Max > 0 {
		s.MaxLength = &f.Max
	}
	return s
}

// describeFields puts the names, units and help of the fields into the schemas
// of the document.
func describeFields[T any](s *web.Server, c *field.Catalog[T], schemas ...string) {
	all := s.OpenAPI().Components.Schemas.Map()
	for _, name := range schemas {
		for key, property := range all[name].Properties {
			if f, ok := c.Find(key); ok {
				property.Description = s.Said(func(p *locale.Printer) string { return fieldText(p, string(c.Label(key)), f) })
			}
		}
	}
}

// fieldText is the name of a field, with the unit in which the API gives it,
// and the help that forms give.
func fieldText[T any](p *locale.Printer, label string, f *field.Field[T]) string {
	name := p.T(label)
	switch {
	case f.Kind == field.Money:
		name = p.T("api.doc.unit", "name", name, "unit", p.T("api.doc.fen"))
	case f.Kind == field.Ref:
		name = p.T("api.doc.unit", "name", name, "unit", p.T("api.doc.code"))
	case f.Unit != "":
		name = p.T("api.doc.unit", "name", name, "unit", p.T("unit."+f.Unit))
	}
	return p.T("api.doc.member", "name", strings.TrimSuffix(name, "."), "help", p.T(label+".help"))
}

// object is a JSON object as it was sent.
type object map[string]json.RawMessage

// errNotJSON is a body that cannot be read in exactly one way.
var errNotJSON = fault.New(fault.Invalid, "web.err.json")

// readObject reads a body: one object in which no member is named twice.
func readObject(contentType string, raw []byte) (object, error) {
	if !strings.Contains(contentType, "json") {
		return nil, fault.New(fault.Unsupported, "web.err.not_json")
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, fault.New(fault.Invalid, "web.err.no_body")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errNotJSON
	}
	out := object{}
	for d.More() {
		t, err := d.Token()
		key, ok := t.(string)
		if err != nil || !ok {
			return nil, errNotJSON
		}
		var value json.RawMessage
		if _, twice := out[key]; twice || d.Decode(&value) != nil {
			return nil, errNotJSON
		}
		out[key] = value
	}
	if _, err := d.Token(); err != nil || d.More() {
		return nil, errNotJSON
	}
	return out, nil
}

// readFields puts the members of a body into a record. present is the record as
// the API shows it now, nil for a new one: what only the service sets may be
// sent back as it was read. Unknown members are refused with the known names
// that look like them.
func readFields[T any](reader *field.Reader[T], t *T, body object, present json.RawMessage) []fault.Field {
	var now object
	if present != nil {
		_ = json.Unmarshal(present, &now) // written by us
	}
	fields := object{}
	var out []fault.Field
	for key, value := range body {
		f, ok := reader.Catalog.Find(key)
		unchanged := now != nil && sameJSON(value, now[key])
		switch {
		case unchanged && (slices.Contains(rowMembers(), key) || ok && f.Given):
		case !ok:
			out = append(out, fault.At(key, "inventory.err.unknown_member", "name", key, "known", strings.Join(alike(reader.Catalog.Keys(), key), ", ")))
		default:
			fields[key] = value
		}
	}
	slices.SortFunc(out, func(a, b fault.Field) int { return strings.Compare(a.Name, b.Name) })
	return append(out, reader.ReadJSON(t, fields)...)
}

// sameJSON tells whether two values say the same.
func sameJSON(a, b json.RawMessage) bool {
	var x, y bytes.Buffer
	return json.Compact(&x, a) == nil && json.Compact(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
}

// mostAlike is how many names are suggested for an unknown one.
const mostAlike = 3

// alike are the known names that look most like a name.
func alike(known []string, name string) []string {
	out := slices.Clone(known)
	slices.SortStableFunc(out, func(a, b string) int { return distance(name, a) - distance(name, b) })
	return out[:min(len(out), mostAlike)]
}

// distance counts the letters that must be added, taken away or exchanged to
// make one name of the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
