package questionnaire_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/survey/questionnaire"
)

func shipped(t *testing.T, code string) questionnaire.Body {
	t.Helper()
	all, err := questionnaire.AllShipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.Code == code {
			return s.Body
		}
	}
	t.Fatalf("no questionnaire %s", code)
	return questionnaire.Body{}
}

func compiled(t *testing.T, b questionnaire.Body) *questionnaire.Compiled {
	t.Helper()
	c, err := questionnaire.Compile(b)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestShippedQuestionnairesCanBePublished(t *testing.T) {
	all, err := questionnaire.AllShipped()
	if err != nil || len(all) != 2 {
		t.Fatalf("shipped: %d, %v", len(all), err)
	}
	for _, s := range all {
		if wrong := questionnaire.Ready(s.Body); len(wrong) > 0 {
			t.Errorf("%s: %v", s.Code, fault.Refuse(wrong))
		}
		for _, lang := range locale.Languages() {
			if s.Body.Title[lang] == "" || s.Body.Lead[lang] == "" {
				t.Errorf("%s has no title or lead in %s", s.Code, lang)
			}
		}
	}
}

// TestTheEightItemsComeFirst holds the order of 方案 part 2 (1).
func TestTheEightItemsComeFirst(t *testing.T) {
	var asked []string
	for _, q := range compiled(t, shipped(t, "self-survey-2017")).OfPart(questionnaire.OfSystem)[:10] {
		asked = append(asked, q.Name())
	}
	at := -1
	for _, key := range []string{"name", "function_desc", "use_scope", "use_frequency", "approval_dept", "approval_date", "fund_source"} {
		i := slices.Index(asked, key)
		if i <= at {
			t.Errorf("%s stands at %d after %d", key, i, at)
		}
		at = i
	}
}

func TestTheLongOneAsksAllThatCanBeAsked(t *testing.T) {
	c := compiled(t, shipped(t, "self-survey-2017"))
	for _, key := range questionnaire.RegisterFields() {
		if _, ok := c.System.Find(key); !ok {
			t.Errorf("%s is not asked", key)
		}
	}
}

func TestRegisterFieldsStayTheRegisters(t *testing.T) {
	c := compiled(t, shipped(t, "self-survey-brief"))
	f, ok := c.System.Find("approval_date")
	if !ok || f.Kind != field.Date || f.Label != "system.approval_date" || len(f.MustWhen) != 1 || f.Section != "eight" {
		t.Errorf("approval_date = %+v", f)
	}
	if f, _ := c.System.Find("classified"); !f.Must {
		t.Error("what decides what else is asked must be answered")
	}
	if label := c.System.SectionLabel("eight"); c.Texts()[locale.English][string(label)] != "What the plan asks for" {
		t.Errorf("heading %s = %q", label, c.Texts()[locale.English][string(label)])
	}
}

func TestParseNamesTheLine(t *testing.T) {
	for _, c := range []struct{ name, raw, code, member string }{
		{"no JSON", "{\n\"title\": ?}", "questionnaire.err.json", ""},
		{"cut off", "{\n\"title\": {", "questionnaire.err.json", ""},
		{"a member that is not known", "{\n\"titel\": {}}", "questionnaire.err.json_member", "titel"},
		{"a value of the wrong type", "{\n\"sections\": 1}", "questionnaire.err.json_type", "sections"},
		{"more after the end", "{}\n{}", "questionnaire.err.json", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := questionnaire.Parse([]byte(c.raw))
			var f *fault.Error
			if !errors.As(err, &f) || f.Code != c.code || f.Args["line"] != 2 {
				t.Fatalf("got %+v, want %s in line 2", f, c.code)
			}
			if c.member != "" && f.Args["member"] != c.member {
				t.Errorf("member = %v, want %s", f.Args["member"], c.member)
			}
		})
	}
}

// zh makes a text in Chinese only.
func zh(s string) questionnaire.Text { return questionnaire.Text{locale.Chinese: s} }

// small is a questionnaire with one section of each part; change spoils it.
func small(change func(*questionnaire.Body)) questionnaire.Body {
	b := questionnaire.Body{Title: zh("表"), Sections: []questionnaire.Section{
		{Key: "one", Of: questionnaire.OfSystem, Title: zh("一"), Questions: []questionnaire.Question{
			{Field: "classified"}, {Field: "short_name"},
			{Key: "x_colour", Type: questionnaire.Choice, Title: zh("颜色"), Options: []questionnaire.Option{{Key: "red", Title: zh("红")}}},
			{Key: "x_shade", Type: questionnaire.Line, Title: zh("深浅"), Shown: []questionnaire.Case{{Key: "x_colour", Values: []string{"red"}}}},
			{Key: "x_cost", Type: questionnaire.Money, Title: zh("费用")},
		}},
		{Key: "two", Of: questionnaire.OfDepartment, Title: zh("二"), Questions: []questionnaire.Question{
			{Key: "x_list", Type: questionnaire.Table, Title: zh("清单"), Columns: []questionnaire.Question{
				{Key: "what", Type: questionnaire.Line, Title: zh("内容"), Required: true}, {Key: "cost", Type: questionnaire.Money, Title: zh("金额")},
			}},
			{Key: "x_total", Title: zh("合计"), Computed: &questionnaire.Computed{Op: questionnaire.Sum, Of: []string{"x_list.cost", "rows.x_cost"}}},
		}},
	}}
	if change != nil {
		change(&b)
	}
	return b
}

func TestCheckNamesThePlace(t *testing.T) {
	type body = questionnaire.Body
	q := func(b *body, s, i int) *questionnaire.Question { return &b.Sections[s].Questions[i] }
	for _, c := range []struct {
		name   string
		change func(*body)
		want   string // place and code, empty for nothing wrong
	}{
		{"nothing is wrong", nil, ""},
		{"no title", func(b *body) { b.Title = nil }, "title questionnaire.err.text"},
		{"a language that is not spoken", func(b *body) { b.Title["fr"] = "x" }, "title questionnaire.err.language"},
		{"English alone", func(b *body) { b.Lead = questionnaire.Text{locale.English: "x"} }, "lead questionnaire.err.text"},
		{"a heading of its own is missing", func(b *body) { b.Sections[0].Title = nil }, "sections.0.title questionnaire.err.text"},
		{"a section of the register needs no heading", func(b *body) { b.Sections[0].Key, b.Sections[0].Title = "identity", nil }, ""},
		{"a section twice", func(b *body) { b.Sections[1].Key = "one" }, "sections.1.key questionnaire.err.twice"},
		{"a part that there is not", func(b *body) { b.Sections = b.Sections[1:]; b.Sections[0].Of = "city" }, "sections.0.of questionnaire.err.part"},
		{"a key without x_", func(b *body) { q(b, 0, 4).Key = "cost"; q(b, 1, 1).Computed.Of = []string{"x_list"} }, "sections.0.questions.4.key questionnaire.err.key"},
		{"a question twice", func(b *body) { q(b, 0, 4).Key = "x_shade"; q(b, 1, 1).Computed.Of = []string{"x_list"} }, "sections.0.questions.4.key questionnaire.err.twice"},
		{"a field that the register has not", func(b *body) { q(b, 0, 1).Field = "colour" }, "sections.0.questions.1.field questionnaire.err.field"},
		{"a field that people do not fill in", func(b *body) { q(b, 0, 1).Field = "code" }, "sections.0.questions.1.field questionnaire.err.field"},
		{"a field with a title of its own", func(b *body) { q(b, 0, 1).Title = zh("x") }, "sections.0.questions.1.field questionnaire.err.field_own"},
		{"a required field that is hidden", func(b *body) {
			q(b, 0, 1).Field, q(b, 0, 1).Shown = "name", []questionnaire.Case{{Key: "classified", Values: []string{"false"}}}
		}, "sections.0.questions.1.shown questionnaire.err.field_shown"},
		{"a field without what its rule asks for", func(b *body) { b.Sections[0].Questions = b.Sections[0].Questions[1:] }, "sections.0.questions.0.field questionnaire.err.depends"},
		{"a type that there is not", func(b *body) { q(b, 0, 4).Type = "cash"; q(b, 1, 1).Computed.Of = []string{"x_list"} }, "sections.0.questions.4.type questionnaire.err.type"},
		{"no choices", func(b *body) { q(b, 0, 2).Options = nil; q(b, 0, 3).Shown = nil }, "sections.0.questions.2.options questionnaire.err.options"},
		{"a choice without words", func(b *body) { q(b, 0, 2).Options[0].Title = nil }, "sections.0.questions.2.options.0.title questionnaire.err.text"},
		{"a unit of a text", func(b *body) { q(b, 0, 3).Unit = zh("米") }, "sections.0.questions.3.unit questionnaire.err.unit"},
		{"a condition about a later question", func(b *body) {
			s := b.Sections[0].Questions
			s[2], s[3] = s[3], s[2]
		}, "sections.0.questions.2.shown.0.key questionnaire.err.case"},
		{"a condition about another part", func(b *body) { q(b, 1, 0).Shown = []questionnaire.Case{{Key: "x_colour", Values: []string{"red"}}} }, "sections.1.questions.0.shown.0.key questionnaire.err.case"},
		{"an answer that cannot be given", func(b *body) { q(b, 0, 3).Shown[0].Values = []string{"blue"} }, "sections.0.questions.3.shown.0.values questionnaire.err.case_value"},
		{"a fact", func(b *body) {
			q(b, 0, 3).Shown[0] = questionnaire.Case{Key: questionnaire.FactRetired, Values: []string{"true"}}
		}, ""},
		{"a fact of the other part", func(b *body) {
			q(b, 1, 0).Shown = []questionnaire.Case{{Key: questionnaire.FactRetired, Values: []string{"true"}}}
		}, "sections.1.questions.0.shown.0.key questionnaire.err.case"},
		{"a table in a table", func(b *body) { q(b, 1, 0).Columns[0].Type = questionnaire.Table }, "sections.1.questions.0.columns.0.type questionnaire.err.column"},
		{"a sum of money and number", func(b *body) { q(b, 1, 1).Computed.Of = []string{"rows", "rows.x_cost"} }, "sections.1.questions.1.computed.of questionnaire.err.of_numbers"},
		{"a sum of a text", func(b *body) { q(b, 1, 1).Computed.Of = []string{"x_list.what"} }, "sections.1.questions.1.computed.of questionnaire.err.of_numbers"},
		{"a difference of one", func(b *body) {
			q(b, 1, 1).Computed.Op = questionnaire.Difference
			q(b, 1, 1).Computed.Of = []string{"x_list"}
		}, "sections.1.questions.1.computed.of questionnaire.err.of"},
		{"a sum of nothing known", func(b *body) { q(b, 1, 1).Computed.Of = []string{"x_gone"} }, "sections.1.questions.1.computed.of questionnaire.err.of_unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range questionnaire.Check(small(c.change)) {
				got = append(got, f.Name+" "+f.Code)
			}
			if c.want == "" && len(got) > 0 || c.want != "" && !slices.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestReadyHoldsToTheRegister(t *testing.T) {
	wrong := questionnaire.Ready(small(nil))
	for _, f := range wrong {
		if f.Code == "questionnaire.err.must_ask" && f.Args["field"] == inventory.SystemFields.Label("name") {
			return
		}
	}
	t.Errorf("a questionnaire without the name of systems was taken: %v", wrong)
}

func TestComputedValues(t *testing.T) {
	c := compiled(t, shipped(t, "self-survey-2017"))
	rows := []field.Answers{{"om_amount_year": "1000000"}, {"om_amount_year": "500000"}, {}}
	for _, v := range []struct {
		name    string
		answers field.Answers
		want    field.Answers
	}{
		{"all is given", field.Answers{"x_it_quota": "5", "x_it_staff": "3", "x_it_budget": "3000000"},
			field.Answers{"x_it_vacant": "2", "x_systems": "3", "x_om_total": "1500000", "x_om_share": "50.00"}},
		{"not given is not zero", field.Answers{"x_it_staff": "3"}, field.Answers{"x_systems": "3", "x_om_total": "1500000"}},
		{"below zero", field.Answers{"x_it_quota": "3", "x_it_staff": "5"}, field.Answers{"x_it_vacant": "-2", "x_systems": "3", "x_om_total": "1500000"}},
		{"nothing by nothing", field.Answers{"x_it_budget": "0"}, field.Answers{"x_systems": "3", "x_om_total": "1500000"}},
		{"rounded half up", field.Answers{"x_it_budget": "22500000"}, field.Answers{"x_systems": "3", "x_om_total": "1500000", "x_om_share": "6.67"}},
	} {
		t.Run(v.name, func(t *testing.T) {
			figures := c.Compute(questionnaire.OfDepartment, v.answers, rows)
			for _, key := range []string{"x_it_vacant", "x_systems", "x_om_total", "x_om_share"} {
				if v.answers[key] != v.want[key] {
					t.Errorf("%s = %q, want %q", key, v.answers[key], v.want[key])
				}
			}
			if f := figures["x_om_total"]; f.Given != 2 || f.Asked != 3 {
				t.Errorf("the sum says %d of %d, want 2 of 3", f.Given, f.Asked)
			}
		})
	}
}

func TestTablesAreTextAndBack(t *testing.T) {
	rows := []field.Answers{{"what": "甲", "cost": "5"}, {"what": ""}, {"what": "乙"}}
	text := questionnaire.WriteTable(rows)
	if text != `[{"cost":"5","what":"甲"},{"what":"乙"}]` {
		t.Fatalf("table = %s", text)
	}
	if got := questionnaire.ReadTable(text); len(got) != 2 || got[1]["what"] != "乙" {
		t.Errorf("read back %v", got)
	}
	if questionnaire.WriteTable([]field.Answers{{}}) != "" || len(questionnaire.ReadTable("no table")) != 0 {
		t.Error("no rows must be no answer")
	}
	c := compiled(t, small(nil))
	columns, ok := c.Columns("x_list")
	if f, found := columns.Find("what"); !ok || !found || !f.Must {
		t.Error("the columns of a table must be a catalog")
	}
	answers := field.Answers{"x_list": text}
	c.Compute(questionnaire.OfDepartment, answers, []field.Answers{{"x_cost": "7"}})
	if answers["x_total"] != "12" {
		t.Errorf("sum over a column and the rows = %q, want 12", answers["x_total"])
	}
}

// TestFactsDecideWhatIsAsked holds conditions on what the register knows.
func TestFactsDecideWhatIsAsked(t *testing.T) {
	c := compiled(t, shipped(t, "self-survey-2017"))
	f, _ := c.System.Find("x_retire_proof")
	for _, v := range []struct {
		name string
		s    *inventory.System
		want bool
	}{
		{"not registered", nil, false},
		{"running", &inventory.System{Phase: inventory.PhaseRunning}, false},
		{"shut down", &inventory.System{Phase: inventory.PhaseOffline}, true},
	} {
		a := field.Answers{}
		questionnaire.SetFacts(a, inventory.Department{Kind: inventory.Municipal}, v.s)
		if got := c.System.Asked(&a, f); got != v.want {
			t.Errorf("%s: asked = %v", v.name, got)
		}
		questionnaire.DropFacts(a)
		if len(a) != 0 {
			t.Errorf("%s: facts stay behind: %v", v.name, a)
		}
	}
}

func TestOnlyWhatTheRegisterDoesNotAskIsEmptied(t *testing.T) {
	c := compiled(t, small(func(b *questionnaire.Body) {
		b.Sections[0].Questions[1].Shown = []questionnaire.Case{{Key: questionnaire.FactSeasonal, Values: []string{"true"}}}
	}))
	a := field.Answers{"classified": "false", "short_name": "甲", "x_shade": "深"}
	cleared := c.ClearUnasked(questionnaire.OfSystem, a)
	if strings.Join(cleared, " ") != "x_shade" || a["short_name"] != "甲" {
		t.Errorf("emptied %v, left %v", cleared, a)
	}
	a["classified"] = "true"
	if c.ClearUnasked(questionnaire.OfSystem, a); a["short_name"] != "" {
		t.Error("a classified placeholder must not hold details")
	}
}

func TestHashIsOfWhatIsSaid(t *testing.T) {
	a, errA := small(nil).Hash()
	b, errB := small(nil).Hash()
	other, errC := small(func(b *questionnaire.Body) { b.Sections[0].Questions[4].Required = true }).Hash()
	if errors.Join(errA, errB, errC) != nil || a != b || a == other || len(a) != 64 {
		t.Errorf("hashes %s %s %s", a, b, other)
	}
}
