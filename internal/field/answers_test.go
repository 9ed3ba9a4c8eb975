package field_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/locale"
)

// ofThing is a field of the record thing as a question.
func ofThing(t *testing.T, key string) field.Field[field.Answers] {
	t.Helper()
	f, ok := things.Find(key)
	if !ok {
		t.Fatalf("no field %s", key)
	}
	return field.AnswersOf(*f)
}

// questions asks two fields of a thing and three questions of its own.
func questions(t *testing.T) *field.Catalog[field.Answers] {
	t.Helper()
	c, err := field.TryCatalog("survey",
		ofThing(t, "name"),
		ofThing(t, "sort"),
		field.Of("cloud", field.Enum).Choices("q.7.cloud", "yes", "planned", "no").Named("q.7.cloud").Required(),
		field.Of("since", field.Date).Named("q.7.since").ShownWhen(field.When("cloud", "yes")).Required(),
		field.Of("users", field.Count).Named("q.7.users").Per("person"),
		field.Of("owner", field.Ref).Choices("", "department").Named("q.7.owner"),
	)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// survey are the texts of the questions over those of the programme.
func survey(t *testing.T) *locale.Catalog {
	t.Helper()
	base, err := locale.Load(fstest.MapFS{
		"zh-CN/a.json": {Data: []byte(`{"thing.name":"系统名称","opt.sort.always":"常年","opt.sort.seasonal":"季节性","err.required":"请填写{field}","field.err.choice":"“{field}”没有“{value}”，可选{choices}"}`)},
		"en/a.json":    {Data: []byte(`{"thing.name":"Name","opt.sort.always":"Always","opt.sort.seasonal":"Seasonal","err.required":"Enter {field}","field.err.choice":"{field} has no {value}: {choices}"}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return base.With(locale.Texts{
		"zh-CN": {"q.7.cloud": "是否上云", "q.7.since": "上云时间", "opt.q.7.cloud.yes": "已上云", "opt.q.7.cloud.planned": "计划上云", "opt.q.7.cloud.no": "未上云"},
		"en":    {"q.7.cloud": "In the cloud", "q.7.since": "Since", "opt.q.7.cloud.yes": "Yes", "opt.q.7.cloud.planned": "Planned", "opt.q.7.cloud.no": "No"},
	})
}

func TestAnswersAreReadAndShownInBothLanguages(t *testing.T) {
	texts, c := survey(t), questions(t)
	r := &field.Reader[field.Answers]{Catalog: c, Words: field.NewWords(texts, c)}
	cases := []struct{ name, key, typed, want, zh, en string }{
		{"an option of its own in Chinese", "cloud", "计划上云", "planned", "计划上云", "Planned"},
		{"an option of its own in English", "cloud", "planned", "planned", "计划上云", "Planned"},
		{"an option of the register", "sort", "Seasonal", "seasonal", "季节性", "Seasonal"},
		{"a number", "users", "1,200", "1200", "1,200", "1,200"},
		{"nothing", "users", " ", "", "", ""},
	}
	for _, k := range cases {
		var a field.Answers // nothing answered yet
		if found := r.Set(&a, k.key, []string{k.typed}); fault.AnyError(found) {
			t.Errorf("%s: refused: %v", k.name, found)
		}
		f, _ := c.Find(k.key)
		got := f.Get(&a)
		zh, en := f.Show(texts.Printer("zh-CN"), r.Names, got), f.Show(texts.Printer("en"), r.Names, got)
		if got != k.want || zh != k.zh || en != k.en {
			t.Errorf("%s: %q %q %q, want %q %q %q", k.name, got, zh, en, k.want, k.zh, k.en)
		}
		if _, kept := a[k.key]; kept != (k.want != "") {
			t.Errorf("%s: kept %v", k.name, a)
		}
	}
}

func TestMistakesInAnswersAreToldInTheWordsOfTheQuestion(t *testing.T) {
	texts, c := survey(t), questions(t)
	r := &field.Reader[field.Answers]{Catalog: c, Words: field.NewWords(texts, c)}
	var a field.Answers
	found := append(r.SetForm(&a, url.Values{"cloud": {"也许"}}), c.Missing(&a)...)
	for lang, want := range map[string]string{
		"zh-CN": "“是否上云”没有“也许”，可选已上云、计划上云、未上云; 请填写系统名称; 请填写是否上云",
		"en":    "In the cloud has no 也许: Yes, Planned, No; Enter Name; Enter In the cloud",
	} {
		var said []string
		for _, f := range found {
			said = append(said, texts.Printer(lang).Field(f))
		}
		if got := strings.Join(said, "; "); got != want {
			t.Errorf("%s: %s, want %s", lang, got, want)
		}
	}
}

func TestAnswersFollowConditionsAndDiffer(t *testing.T) {
	c := questions(t)
	before := field.Answers{"name": "甲", "cloud": "yes", "since": "2017-09-30"}
	now := field.Answers{"name": "乙", "cloud": "no", "since": "2017-09-30"}
	if got := fmt.Sprint(c.ClearUnasked(&now), now); got != "[since] map[cloud:no name:乙]" {
		t.Errorf("cleared %s", got)
	}
	if got := fmt.Sprint(c.Diff(&before, &now)); got != "[{name 甲 乙} {cloud yes no} {since 2017-09-30 }]" {
		t.Errorf("differs %s", got)
	}
	if done, needed := c.Progress(&before); done != 3 || needed != 3 {
		t.Errorf("progress %d/%d", done, needed)
	}
}

func TestAnswersKeepOnlyCanonicalText(t *testing.T) {
	cases := []struct {
		kind      field.Kind
		set, want string
	}{
		{field.Date, "2017-09-30", "2017-09-30"},
		{field.Date, "去年", ""},
		{field.Count, "12", "12"},
		{field.Money, "12.5", ""},
		{field.Bool, "false", "false"},
		{field.Bool, "是", ""},
		{field.Ref, "7", "7"},
		{field.Ref, "XY7", ""},
		{field.Multi, "|a|b|", "a|b"},
		{field.Text, "任意", "任意"},
	}
	for _, k := range cases {
		f := field.Of("x", k.kind)
		a := field.Answers{"x": "before"}
		f.Set(&a, k.set)
		if got := f.Get(&a); got != k.want || f.Empty(&a) != (len(a) == 0) {
			t.Errorf("%s %q: %q in %v, want %q", k.kind, k.set, got, a, k.want)
		}
	}
	var none field.Answers
	f := field.Of("x", field.Text)
	f.Set(&none, "")
	if none != nil {
		t.Error("nothing given made a map")
	}
}

func TestRebindKeepsTheDescription(t *testing.T) {
	type holder struct{ inner thing }
	f, _ := things.Find("since")
	moved := field.Rebind(*f,
		func(h *holder) string { return f.Get(&h.inner) },
		func(h *holder, s string) { f.Set(&h.inner, s) })
	var h holder
	moved.Set(&h, "2017-09-30")
	if h.inner.Since.String() != "2017-09-30" || moved.Label != "thing.since" || moved.Kind != field.Date || moved.Section != "b" || len(moved.MustWhen) != 1 {
		t.Errorf("moved %+v", moved)
	}
}

func TestLabelsOfACatalog(t *testing.T) {
	c := questions(t)
	for key, want := range map[string]fault.Label{"name": "thing.name", "cloud": "q.7.cloud", "gone": "survey.gone"} {
		if got := c.Label(key); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
	if got := c.SectionLabel("a"); got != "survey.section.a" {
		t.Errorf("section: %s", got)
	}
}

func TestTryCatalogRefusesMistakesInData(t *testing.T) {
	name := field.Of("name", field.Text)
	cases := []struct {
		name   string
		fields []field.Field[field.Answers]
		want   string
	}{
		{"nothing wrong", []field.Field[field.Answers]{name, field.Of("b", field.Date).ShownWhen(field.When("name", "x"))}, ""},
		{"a key twice", []field.Field[field.Answers]{name, name}, "name field.err.key_twice"},
		{"no key", []field.Field[field.Answers]{field.Of("", field.Text)}, " field.err.key_twice"},
		{"shown by a field that is not there", []field.Field[field.Answers]{name.ShownWhen(field.When("gone", "x"))}, "name field.err.depends"},
		{"required by a field that is not there", []field.Field[field.Answers]{name.RequiredWhen(field.When("gone", "x"))}, "name field.err.depends"},
		{"shown by itself", []field.Field[field.Answers]{name.ShownWhen(field.When("name", "x"))}, "name field.err.depends"},
		{"an unknown kind", []field.Field[field.Answers]{field.Of("name", "colour")}, "name field.err.kind"},
		{"a choice of nothing", []field.Field[field.Answers]{field.Of("name", field.Enum)}, "name field.err.no_options"},
		{"a reference to nothing", []field.Field[field.Answers]{field.Of("name", field.Ref)}, "name field.err.no_options"},
		{"all at once", []field.Field[field.Answers]{name, name, field.Of("b", field.Multi)}, "name field.err.key_twice, b field.err.no_options"},
	}
	for _, k := range cases {
		c, err := field.TryCatalog("survey", k.fields...)
		var said []string
		for _, f := range fault.FieldsOf(err) {
			said = append(said, f.Name+" "+f.Code)
		}
		if got := strings.Join(said, ", "); got != k.want || (c == nil) != (err != nil) {
			t.Errorf("%s: %q %v, want %q", k.name, got, err, k.want)
		}
		if err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v is not the fault of the data", k.name, err)
		}
	}
}

func TestNewCatalogPanicsOnWhatTryCatalogRefuses(t *testing.T) {
	defer func() {
		if said := fmt.Sprint(recover()); !strings.Contains(said, "catalog survey") || !strings.Contains(said, "field.err.key_twice") {
			t.Errorf("said %s", said)
		}
	}()
	field.NewCatalog("survey", field.Of("a", field.Text), field.Of("a", field.Text))
	t.Error("a key twice was taken")
}
