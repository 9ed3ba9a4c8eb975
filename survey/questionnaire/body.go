package questionnaire

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/locale"
)

// Text is a text by language. Chinese must be there; English falls back to it.
type Text map[string]string

// In is the text in a language.
func (t Text) In(lang string) string {
	if s := t[lang]; s != "" {
		return s
	}
	return t[locale.Chinese]
}

// Part is what a section asks about.
type Part string

// The parts of a form: every system, and the body as a whole.
const (
	OfSystem     Part = "system"
	OfDepartment Part = "department"
)

// Type is how a question of the questionnaire's own is answered.
type Type string

// The types. A number is whole; its unit stands beside it. Files are attached
// to the row or the form under the key of the question.
const (
	Line          Type = "text"
	Prose         Type = "longtext"
	Number        Type = "number"
	Money         Type = "money"
	Date          Type = "date"
	Choice        Type = "choice"
	Choices       Type = "choices"
	YesNo         Type = "yesno"
	DepartmentRef Type = "department"
	SystemRef     Type = "system"
	File          Type = "file"
	Table         Type = "table"
)

// Types lists the types in the order in which an editor offers them.
func Types() []Type {
	return []Type{Line, Prose, Number, Money, Date, Choice, Choices, YesNo, DepartmentRef, SystemRef, File, Table}
}

// Label is the message key of the type's name.
func (t Type) Label() fault.Label { return fault.Label("questionnaire.type." + string(t)) }

// Body is one questionnaire.
type Body struct {
	Title    Text      `json:"title"`
	Lead     Text      `json:"lead,omitempty"`
	Sections []Section `json:"sections"`
}

// Section is a group of questions under one heading. One without a title takes
// the words of the register's section of the same key.
type Section struct {
	Key       string     `json:"key"`
	Of        Part       `json:"of"`
	Title     Text       `json:"title,omitempty"`
	Lead      Text       `json:"lead,omitempty"`
	Questions []Question `json:"questions"`
}

// Question asks for one thing. With Field it asks for that field of the
// register, and only Required, RequiredWhen and Shown may be said besides: they
// add to what the register asks. Otherwise it is a question of its own.
type Question struct {
	// Key begins with x_. Of a field of the register it is empty, and a column
	// of a table has no prefix. A computed value has no type: its kind is that
	// of what it is computed from.
	Key   string `json:"key,omitempty"`
	Field string `json:"field,omitempty"`
	Type  Type   `json:"type,omitempty"`
	Title Text   `json:"title,omitempty"`
	Help  Text   `json:"help,omitempty"`
	Unit  Text   `json:"unit,omitempty"`
	// Options are the choices of Choice and Choices.
	Options []Option `json:"options,omitempty"`
	// Max is the greatest number of characters of a text; 0 is the usual one.
	Max          int        `json:"max,omitempty"`
	Required     bool       `json:"required,omitempty"`
	RequiredWhen []Case     `json:"required_when,omitempty"` // one of them holds
	Shown        []Case     `json:"shown,omitempty"`         // all of them hold
	Columns      []Question `json:"columns,omitempty"`       // of a Table
	Computed     *Computed  `json:"computed,omitempty"`
}

// Name is the key under which the answer is kept.
func (q *Question) Name() string {
	if q.Field != "" {
		return q.Field
	}
	return q.Key
}

// Option is one choice.
type Option struct {
	Key   string `json:"key"`
	Title Text   `json:"title"`
}

// Case is "the answer to Key is one of Values". Key is an earlier question of
// the same part, or a Fact.
type Case struct {
	Key    string   `json:"key"`
	Values []string `json:"values"`
}

// Parse reads a body. Members that are not known are refused, so that a slip of
// the pen is seen. The error is an Invalid fault that says where.
func Parse(raw []byte) (Body, error) {
	var b Body
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err := d.Decode(&b)
	if err == nil && d.Decode(&struct{}{}) != io.EOF {
		err = &json.SyntaxError{Offset: d.InputOffset()}
	}
	if err != nil {
		return Body{}, unreadable(raw, err, d.InputOffset())
	}
	return b, nil
}

// unreadable says in which line a file cannot be read and why.
func unreadable(raw []byte, err error, offset int64) error {
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrong):
		return fault.New(fault.Invalid, "questionnaire.err.json_type", "line", line(raw, wrong.Offset), "member", wrong.Field).Because(err)
	case errors.As(err, &syntax):
		return fault.New(fault.Invalid, "questionnaire.err.json", "line", line(raw, syntax.Offset)).Because(err)
	case strings.Contains(err.Error(), "unknown field"):
		_, name, _ := strings.Cut(err.Error(), `"`)
		return fault.New(fault.Invalid, "questionnaire.err.json_member", "line", line(raw, offset), "member", strings.Trim(name, `"`)).Because(err)
	}
	return fault.New(fault.Invalid, "questionnaire.err.json", "line", line(raw, int64(len(raw)))).Because(err)
}

func line(raw []byte, offset int64) int {
	return 1 + bytes.Count(raw[:min(max(offset, 0), int64(len(raw)))], []byte("\n"))
}

// Canonical writes the body so that equal bodies are equal bytes.
func (b Body) Canonical() ([]byte, error) {
	raw, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("write a questionnaire: %w", err)
	}
	return raw, nil
}

// Indented writes the body for a file that people open.
func (b Body) Indented() ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(b); err != nil {
		return nil, fmt.Errorf("write a questionnaire: %w", err)
	}
	return out.Bytes(), nil
}

// Hash is SHA-256 over Canonical, in hexadecimal digits.
func (b Body) Hash() (string, error) {
	raw, err := b.Canonical()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), nil
}

// Find is the question whose answer is kept under a name, with its section.
func (b Body) Find(name string) (*Section, *Question, bool) {
	for i := range b.Sections {
		s := &b.Sections[i]
		for j := range s.Questions {
			if s.Questions[j].Name() == name {
				return s, &s.Questions[j], true
			}
		}
	}
	return nil, nil, false
}
