package questionnaire_test

import (
	"strings"
	"testing"

	"qingce/internal/fault"
	"qingce/survey/questionnaire"
)

// outline writes a body as its keys.
func outline(b questionnaire.Body) string {
	var out []string
	for _, s := range b.Sections {
		var names []string
		for i := range s.Questions {
			names = append(names, s.Questions[i].Name())
		}
		out = append(out, s.Key+":"+strings.Join(names, ","))
	}
	return strings.Join(out, " ")
}

func TestABodyIsEditedPieceByPiece(t *testing.T) {
	type body = questionnaire.Body
	const before = "one:classified,short_name,x_colour,x_shade,x_cost two:x_list,x_total"
	note := questionnaire.Question{Key: "x_note", Type: questionnaire.Line, Title: zh("备注")}
	for _, c := range []struct {
		name string
		edit func(body) (body, error)
		want string
	}{
		{"a section is added", func(b body) (body, error) {
			return b.PutSection("", questionnaire.Section{Key: b.FreshKey("s"), Of: questionnaire.OfSystem})
		}, before + " s1:"},
		{"a section is renamed", func(b body) (body, error) {
			return b.PutSection("one", questionnaire.Section{Key: "uno", Of: questionnaire.OfSystem})
		}, "uno:classified,short_name,x_colour,x_shade,x_cost two:x_list,x_total"},
		{"a section is moved", func(b body) (body, error) { return b.MoveSection("two", -1) }, "two:x_list,x_total one:classified,short_name,x_colour,x_shade,x_cost"},
		{"a section is moved past the end", func(b body) (body, error) { return b.MoveSection("two", 5) }, before},
		{"a section is removed", func(b body) (body, error) { return b.RemoveSection("one") }, "two:x_list,x_total"},
		{"a question is added", func(b body) (body, error) { return b.PutQuestion("two", "", note) }, before + ",x_note"},
		{"a question is replaced", func(b body) (body, error) { return b.PutQuestion("two", "x_total", note) }, "one:classified,short_name,x_colour,x_shade,x_cost two:x_list,x_note"},
		{"a question goes to another section", func(b body) (body, error) { return b.PutQuestion("one", "x_total", note) }, "one:classified,short_name,x_colour,x_shade,x_cost,x_note two:x_list"},
		{"a question is moved down", func(b body) (body, error) { return b.MoveQuestion("classified", 2) }, "one:short_name,x_colour,classified,x_shade,x_cost two:x_list,x_total"},
		{"a question is moved up", func(b body) (body, error) { return b.MoveQuestion("x_cost", -1) }, "one:classified,short_name,x_colour,x_cost,x_shade two:x_list,x_total"},
		{"a question is removed", func(b body) (body, error) { return b.RemoveQuestion("x_shade") }, "one:classified,short_name,x_colour,x_cost two:x_list,x_total"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := small(nil)
			got, err := c.edit(b)
			if err != nil || outline(got) != c.want {
				t.Errorf("got %s, %v\nwant %s", outline(got), err, c.want)
			}
			if outline(b) != before {
				t.Errorf("the first body changed to %s", outline(b))
			}
		})
	}
	for name, edit := range map[string]func(body) (body, error){
		"section":  func(b body) (body, error) { return b.RemoveSection("three") },
		"question": func(b body) (body, error) { return b.MoveQuestion("x_none", 1) },
	} {
		if _, err := edit(small(nil)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a %s that is not there: %v", name, err)
		}
	}
}

func TestWhatHangsOnAQuestionIsKnown(t *testing.T) {
	b := small(nil)
	for name, want := range map[string]string{"x_colour": "x_shade", "x_list": "x_total", "x_cost": "x_total", "x_shade": ""} {
		if got := strings.Join(b.Dependants(name), ","); got != want {
			t.Errorf("on %s hangs %q, want %q", name, got, want)
		}
	}
	if got := strings.Join(b.Operands(questionnaire.OfDepartment, "x_total"), " "); got != "rows rows.x_cost x_list x_list.cost" {
		t.Errorf("a sum can be made of %s", got)
	}
}
