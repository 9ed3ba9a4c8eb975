package questionnaire

import (
	"fmt"
	"slices"
	"strings"

	"qingce/internal/fault"
)

// The following make a changed copy of a body. They do not check it: Check says
// what a change broke. The error is NotFound when what is to be changed is not
// there.

// copyOf is a body whose sections and questions can be changed without touching
// the first one.
func (b Body) copyOf() Body {
	b.Sections = slices.Clone(b.Sections)
	for i := range b.Sections {
		b.Sections[i].Questions = slices.Clone(b.Sections[i].Questions)
	}
	return b
}

var errAbsent = fault.New(fault.NotFound, "err.not_found")

func (b Body) sectionAt(key string) (int, error) {
	i := slices.IndexFunc(b.Sections, func(s Section) bool { return s.Key == key })
	if i < 0 {
		return 0, errAbsent
	}
	return i, nil
}

// FindSection is the section of a key.
func (b Body) FindSection(key string) (Section, bool) {
	i, err := b.sectionAt(key)
	if err != nil {
		return Section{}, false
	}
	return b.Sections[i], true
}

// PutSection puts the words of a section in the place of that of a key, whose
// questions stay, or adds it at the end for the empty key.
func (b Body) PutSection(key string, s Section) (Body, error) {
	out := b.copyOf()
	if key == "" {
		out.Sections = append(out.Sections, s)
		return out, nil
	}
	i, err := out.sectionAt(key)
	if err != nil {
		return b, err
	}
	s.Questions = out.Sections[i].Questions
	out.Sections[i] = s
	return out, nil
}

// RemoveSection takes a section out with its questions.
func (b Body) RemoveSection(key string) (Body, error) {
	out := b.copyOf()
	i, err := out.sectionAt(key)
	if err != nil {
		return b, err
	}
	out.Sections = slices.Delete(out.Sections, i, i+1)
	return out, nil
}

// MoveSection moves a section by places, at most to the ends.
func (b Body) MoveSection(key string, by int) (Body, error) {
	out := b.copyOf()
	i, err := out.sectionAt(key)
	if err != nil {
		return b, err
	}
	move(out.Sections, i, by)
	return out, nil
}

func move[T any](list []T, i, by int) {
	j := min(max(i+by, 0), len(list)-1)
	moved := list[i]
	copy(list[i:], list[i+1:])
	copy(list[j+1:], list[j:len(list)-1])
	list[j] = moved
}

func (b Body) questionAt(name string) (section, question int, err error) {
	for i := range b.Sections {
		j := slices.IndexFunc(b.Sections[i].Questions, func(q Question) bool { return q.Name() == name })
		if j >= 0 {
			return i, j, nil
		}
	}
	return 0, 0, errAbsent
}

// PutQuestion puts a question in the place of that of a name, or at the end of
// a section when that is another one or the name is empty.
func (b Body) PutQuestion(section, name string, q Question) (Body, error) {
	out := b.copyOf()
	to, err := out.sectionAt(section)
	if err != nil {
		return b, err
	}
	if name != "" {
		i, j, err := out.questionAt(name)
		if err != nil {
			return b, err
		}
		if i == to {
			out.Sections[i].Questions[j] = q
			return out, nil
		}
		out.Sections[i].Questions = slices.Delete(out.Sections[i].Questions, j, j+1)
	}
	out.Sections[to].Questions = append(out.Sections[to].Questions, q)
	return out, nil
}

// RemoveQuestion takes a question out.
func (b Body) RemoveQuestion(name string) (Body, error) {
	out := b.copyOf()
	i, j, err := out.questionAt(name)
	if err != nil {
		return b, err
	}
	out.Sections[i].Questions = slices.Delete(out.Sections[i].Questions, j, j+1)
	return out, nil
}

// MoveQuestion moves a question by places within its section, at most to its
// ends.
func (b Body) MoveQuestion(name string, by int) (Body, error) {
	out := b.copyOf()
	i, j, err := out.questionAt(name)
	if err != nil {
		return b, err
	}
	move(out.Sections[i].Questions, j, by)
	return out, nil
}

// FreshKey is a key that no section and no question has: people who write
// questionnaires need not think of keys.
func (b Body) FreshKey(prefix string) string {
	for n := 1; ; n++ {
		key := fmt.Sprintf("%s%d", prefix, n)
		_, _, asked := b.Find(key)
		if _, there := b.FindSection(key); !asked && !there {
			return key
		}
	}
}

// FreshOption is a key that none of the options has.
func FreshOption(options []Option) string {
	for n := 1; ; n++ {
		key := fmt.Sprintf("o%d", n)
		if !slices.ContainsFunc(options, func(o Option) bool { return o.Key == key }) {
			return key
		}
	}
}

// Dependants lists the questions whose conditions or values hang on a question.
func (b Body) Dependants(name string) []string {
	var out []string
	for _, s := range b.Sections {
		for i := range s.Questions {
			if s.Questions[i].hangsOn(name) {
				out = append(out, s.Questions[i].Name())
			}
		}
	}
	return out
}

func (q *Question) hangsOn(name string) bool {
	for _, k := range slices.Concat(q.Shown, q.RequiredWhen) {
		if k.Key == name {
			return true
		}
	}
	if q.Computed == nil {
		return false
	}
	return slices.ContainsFunc(q.Computed.Of, func(of string) bool {
		head, column, _ := strings.Cut(of, ".")
		return head == name || head == rowsOf && column == name
	})
}

// Operands lists what a computed value of a part can be computed from, as it is
// written in Computed.Of, among what stands before a question.
func (b Body) Operands(part Part, before string) []string {
	var out []string
	if part == OfDepartment {
		out = append(out, rowsOf)
	}
	past := false
	for _, s := range b.Sections {
		for i := range s.Questions {
			q := &s.Questions[i]
			past = past || before != "" && q.Name() == before
			numeric := q.answerType() == Number || q.answerType() == Money
			switch {
			case q.Computed != nil:
			case s.Of != part && part == OfDepartment && numeric:
				out = append(out, rowsOf+"."+q.Name())
			case s.Of != part || past:
			case q.Type == Table:
				out = append(out, q.Key)
				for _, col := range q.Columns {
					if col.Type == Number || col.Type == Money {
						out = append(out, q.Key+"."+col.Key)
					}
				}
			case numeric:
				out = append(out, q.Name())
			}
		}
	}
	return out
}
