package questionnaire

import (
	"encoding/json"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/inventory"
)

// Ready lists what keeps a body from being published: everything of Check,
// sections without questions, and fields that the register requires and that
// are not asked.
func Ready(b Body) []fault.Field {
	out := Check(b)
	c := &checker{body: b}
	c.refuse(len(b.Sections) > 0, "sections", "questionnaire.err.empty")
	for i, s := range b.Sections {
		c.spot = spot{section: i + 1}
		c.refuse(len(s.Questions) > 0, "questions", "questionnaire.err.empty_section")
	}
	c.spot = spot{}
	for i := range inventory.SystemFields.All() {
		f := &inventory.SystemFields.All()[i]
		if !askable(f) || !f.Must && len(f.MustWhen) == 0 {
			continue
		}
		_, _, asked := b.Find(f.Key)
		c.refuse(asked, "sections", "questionnaire.err.must_ask", "field", registerLabel(f.Key))
	}
	return append(out, c.out...)
}

// ownerField is given by the form itself.
const ownerField = "owner_id"

// askable tells whether people answer a field of the register.
func askable(f *field.Field[inventory.System]) bool { return !f.Given && f.Key != ownerField }

// RegisterFields lists the fields of the register that can be asked.
func RegisterFields() []string {
	var out []string
	for i := range inventory.SystemFields.All() {
		if f := &inventory.SystemFields.All()[i]; askable(f) {
			out = append(out, f.Key)
		}
	}
	return out
}

func registerField(key string) (*field.Field[inventory.System], bool) {
	f, ok := inventory.SystemFields.Find(key)
	return f, ok && askable(f)
}

func registerLabel(key string) fault.Label { return inventory.SystemFields.Label(key) }

// registerSection tells whether a section can take the register's words.
func registerSection(s *Section) bool {
	if s.Of != OfSystem {
		return false
	}
	for _, name := range inventory.SystemFields.Sections() {
		if name == s.Key {
			return true
		}
	}
	return false
}

// same tells whether two questions say the same.
func same(a, b Question) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// Choices are the answers that a question offers, nil when it offers none.
func (q *Question) Choices() []string {
	yesNo := []string{"true", "false"}
	if f, ok := registerField(q.Field); ok {
		switch f.Kind {
		case field.Enum, field.Multi:
			return f.Options
		case field.Bool:
			return yesNo
		}
		return nil
	}
	if q.Type == YesNo {
		return yesNo
	}
	var out []string
	for _, o := range q.Options {
		out = append(out, o.Key)
	}
	return out
}

// answerType is the type of the answer, also of a field of the register. It is
// safe on nil.
func (q *Question) answerType() Type {
	if q == nil {
		return ""
	}
	f, ok := registerField(q.Field)
	if !ok {
		return q.Type
	}
	switch f.Kind {
	case field.Count:
		return Number
	case field.Money:
		return Money
	}
	return Line
}
