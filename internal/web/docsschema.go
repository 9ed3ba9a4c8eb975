package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/fault"
)

// DocsSchema is a type of the document.
type DocsSchema struct {
	ID     string
	Name   string
	Text   string
	Fields []DocsField
}

// DocsField is a member of a type, a parameter or a header.
type DocsField struct {
	Name     string
	In       string // of parameters
	Type     DocsType
	Required bool
	Text     string
	Limits   []string
}

// DocsType is a type in words, and where it is described.
type DocsType struct {
	Text string
	Href string
}

const schemaPrefix = "#/components/schemas/"

func (d docs) schemas() []DocsSchema {
	var out []DocsSchema
	all := d.doc.Components.Schemas.Map()
	for _, name := range sortedKeys(all) {
		if name == "ErrorModel" || name == "ErrorDetail" {
			continue
		}
		s := all[name]
		schema := DocsSchema{ID: "t-" + name, Name: name, Text: d.say(s.Description)}
		for _, member := range d.members(s, name) {
			schema.Fields = append(schema.Fields, d.field(member, s.Properties[member], slices.Contains(s.Required, member)))
		}
		out = append(out, schema)
	}
	return out
}

// members lists the members of an object in the order of its Go type, which is
// the order that its author found good to read.
func (d docs) members(s *huma.Schema, name string) []string {
	names := sortedKeys(s.Properties)
	var written []string
	if t := d.doc.Components.Schemas.TypeFromRef(schemaPrefix + name); t != nil {
		written = jsonNames(t)
	}
	slices.SortStableFunc(names, func(a, b string) int {
		return place(written, a) - place(written, b)
	})
	return names
}

func place(names []string, name string) int {
	if i := slices.Index(names, name); i >= 0 {
		return i
	}
	return len(names)
}

func jsonNames(t reflect.Type) []string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var names []string
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

func (d docs) field(name string, s *huma.Schema, required bool) DocsField {
	if s == nil {
		return DocsField{Name: name, Required: required}
	}
	return DocsField{Name: name, Type: d.typeOf(s), Required: required, Text: d.say(s.Description), Limits: d.limits(s)}
}

func (d docs) typeOf(s *huma.Schema) DocsType {
	switch {
	case s.Ref != "":
		name := strings.TrimPrefix(s.Ref, schemaPrefix)
		return DocsType{Text: name, Href: "#t-" + name}
	case s.Type == huma.TypeArray && s.Items != nil:
		item := d.typeOf(s.Items)
		return DocsType{Text: d.p.T("api.doc.list", "type", item.Text), Href: item.Href}
	case s.Type == huma.TypeString && s.Format != "":
		return DocsType{Text: d.p.T("web.type.string") + " (" + s.Format + ")"}
	case len(s.AnyOf) > 0:
		return d.typeOf(s.AnyOf[0])
	case s.Type == "":
		return DocsType{Text: d.p.T("web.type.any")}
	}
	return DocsType{Text: d.p.T("web.type." + s.Type)}
}

// limits says which values a field may have.
func (d docs) limits(s *huma.Schema) []string {
	var out []string
	add := func(key string, args ...any) { out = append(out, d.p.Text("api.doc."+key, fault.Pairs(args...))) }
	if len(s.Enum) > 0 {
		words := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			words[i] = fmt.Sprint(v)
		}
		add("one_of", "values", strings.Join(words, ", "))
	}
	if s.MinLength != nil || s.MaxLength != nil {
		add("length", "range", span(s.MinLength, s.MaxLength))
	}
	if s.MinItems != nil || s.MaxItems != nil {
		add("items", "range", span(s.MinItems, s.MaxItems))
	}
	if s.Minimum != nil || s.Maximum != nil {
		add("range", "range", span(whole(s.Minimum), whole(s.Maximum)))
	}
	if s.Pattern != "" {
		add("pattern", "pattern", s.Pattern)
	}
	if s.Default != nil {
		add("default", "value", fmt.Sprint(s.Default))
	}
	if s.ReadOnly {
		add("read_only")
	}
	return out
}

func whole(f *float64) *int {
	if f == nil || math.Abs(*f) > math.MaxInt32 {
		return nil
	}
	n := int(*f)
	return &n
}

// span writes a range that may be open at one end.
func span(low, high *int) string {
	switch {
	case low != nil && high != nil:
		return fmt.Sprintf("%d – %d", *low, *high)
	case low != nil:
		return fmt.Sprintf("≥ %d", *low)
	case high != nil:
		return fmt.Sprintf("≤ %d", *high)
	}
	return ""
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s) // statuses that are no number ("default") count as 0
	return n
}

// deepestExample is how many types an example goes down.
const deepestExample = 4

// example writes a value of the type as JSON.
func (d docs) example(s *huma.Schema) string {
	var b, out bytes.Buffer
	d.writeExample(&b, s, "", 0)
	if json.Indent(&out, b.Bytes(), "", "  ") != nil {
		return b.String()
	}
	return out.String()
}

func (d docs) writeExample(b *bytes.Buffer, s *huma.Schema, name string, depth int) {
	if s.Ref != "" {
		name = strings.TrimPrefix(s.Ref, schemaPrefix)
		if s = d.doc.Components.Schemas.SchemaFromRef(s.Ref); s == nil || depth > deepestExample {
			b.WriteString("{}")
			return
		}
	}
	switch {
	case len(s.Examples) > 0:
		writeJSON(b, s.Examples[0])
	case s.Default != nil:
		writeJSON(b, s.Default)
	case len(s.Enum) > 0:
		writeJSON(b, s.Enum[0])
	case s.Type == huma.TypeObject:
		d.writeObject(b, s, name, depth+1)
	case s.Type == huma.TypeArray && s.Items != nil:
		b.WriteByte('[')
		d.writeExample(b, s.Items, "", depth+1)
		b.WriteByte(']')
	default:
		writeJSON(b, plainExample(s))
	}
}

func (d docs) writeObject(b *bytes.Buffer, s *huma.Schema, name string, depth int) {
	b.WriteByte('{')
	for i, member := range d.members(s, name) {
		if i > 0 {
			b.WriteByte(',')
		}
		writeJSON(b, member)
		b.WriteByte(':')
		d.writeExample(b, s.Properties[member], "", depth)
	}
	b.WriteByte('}')
}

func plainExample(s *huma.Schema) any {
	switch s.Type {
	case huma.TypeBoolean:
		return true
	case huma.TypeInteger, huma.TypeNumber:
		if s.Minimum != nil {
			return *s.Minimum
		}
		return 1
	case huma.TypeString:
		if s.Format == "date-time" {
			return "2017-10-31T16:30:00+08:00"
		}
		return "…"
	}
	return nil
}

func writeJSON(b *bytes.Buffer, v any) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if e.Encode(v) == nil {
		b.Truncate(b.Len() - 1) // the line break
	}
}

// curl writes a command that calls the operation.
func (d docs) curl(op DocsOperation) string {
	lines := []string{"curl '" + d.base + op.Path + "'"}
	if op.Method != "GET" {
		lines[0] = "curl -X " + op.Method + " '" + d.base + op.Path + "'"
	}
	if !op.Public {
		lines = append(lines, `-H "Authorization: Bearer $TOKEN"`)
	}
	for _, p := range op.Parameters {
		if p.Name == "If-Match" {
			lines = append(lines, `-H 'If-Match: "1"'`)
		}
	}
	if op.Body != nil && op.Body.Example != "" {
		var b bytes.Buffer
		if json.Compact(&b, []byte(op.Body.Example)) == nil {
			lines = append(lines, "-H 'Content-Type: "+op.Body.Media+"'", "-d '"+strings.ReplaceAll(b.String(), "'", `'\''`)+"'")
		}
	}
	return strings.Join(lines, " \\\n  ")
}
