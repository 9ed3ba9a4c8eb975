package fieldweb_test

import (
	"fmt"
	"net/url"
	"testing"
	"testing/fstest"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/templates"
)

var questions = field.NewCatalog("q",
	field.Of("cloud", field.Enum).Choices("cloud", "yes", "no").In("use").Required(),
	field.Of("since", field.Date).In("use").ShownWhen(field.When("cloud", "yes")).Required(),
	field.Of("cost", field.Money).Per("wan").In("use"),
	field.Of("code", field.Code).In("more").Limit(12),
	field.Of("home", field.Ref).Choices("", "department").In("more"),
)

type names struct{}

func (names) In(s fieldweb.Style) field.Names {
	return field.Names{Show: func(_, id string) string {
		return map[fieldweb.Style]string{fieldweb.ForReading: "市人社局", fieldweb.ForTyping: "XY" + id + " 市人社局"}[s]
	}}
}

func (names) Href(sort, id string) string { return "/" + sort + "s/" + id }

// writers speak both languages. Only some texts have help, a lead or a short
// form.
func writers(t *testing.T) map[string]fieldweb.Writer {
	t.Helper()
	c, err := locale.Load(fstest.MapFS{
		"zh-CN/a.json": {Data: []byte(`{"q.section.use":"使用","q.section.use.lead":"如实填写","q.section.more":"其他","unit.wan":"万元","field.money":"万元","field.yuan":"{sum} 元",
			"field.not_given":"其余 {n} 项","err.required":"请填写{field}","field.err.pick":"请选择{field}","field.conflict.title":"{name} {at}","field.conflict.taken":"{name}：{value}",
			"field.conflict.item.choose":"{field}：请选择","field.conflict.item.taken":"{field}：已采用"}`)},
		"en/a.json": {Data: []byte(`{"q.section.use":"Use","q.section.more":"More","field.money":"×10,000 yuan","field.yuan":"{sum} yuan","unit.wan":"×10,000 yuan","err.required":"Enter {field}"}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	c = c.With(locale.Texts{
		"zh-CN": {"q.cloud": "是否上云", "q.cloud.help": "含政务云", "q.cloud.short": "上云", "q.since": "上云时间", "q.cost": "费用", "q.code": "编号", "q.home": "归口部门", "opt.cloud.yes": "是", "opt.cloud.no": "否"},
		"en":    {"q.cloud": "In the cloud", "q.since": "Since", "q.cost": "Cost", "q.code": "Code", "q.home": "Home", "opt.cloud.yes": "Yes", "opt.cloud.no": "No"},
	})
	out := map[string]fieldweb.Writer{}
	for _, lang := range locale.Languages() {
		out[lang] = fieldweb.Writer{P: c.Printer(lang), Names: names{}}
	}
	return out
}

func TestAFormOfQuestionsThatAreData(t *testing.T) {
	form := func(w fieldweb.Writer) []templates.Section {
		a := field.Answers{"cloud": "no", "cost": "12500000", "home": "7"}
		return fieldweb.Form[field.Answers]{
			Catalog: questions, Writer: w, Record: &a,
			Found: []fault.Field{fault.At("cloud", "err.required", "field", questions.Label("cloud"))},
		}.Sections()
	}
	for lang, want := range map[string]string{
		"zh-CN": "使用(如实填写)1[是否上云(含政务云)=no !请填写是否上云][上云时间()= hidden cloud=yes][费用()=12.5 万元]其他()0[编号()=][归口部门()=XY7 市人社局]",
		"en":    "Use(如实填写)1[In the cloud(含政务云)=no !Enter In the cloud][Since()= hidden cloud=yes][Cost()=12.5 ×10,000 yuan]More()0[Code()=][Home()=XY7 市人社局]",
	} {
		got := ""
		for _, s := range form(writers(t)[lang]) {
			got += fmt.Sprintf("%s(%s)%d", s.Title, s.Lead, s.Errors)
			for _, f := range s.Fields {
				got += fmt.Sprintf("[%s(%s)=%s", f.Label, f.Help, f.Value)
				if f.Unit != "" {
					got += " " + f.Unit
				}
				if f.Error != "" {
					got += " !" + f.Error
				}
				if f.Hidden {
					got += " hidden " + f.ShownWhen
				}
				got += "]"
			}
		}
		if got != want {
			t.Errorf("%s: %s\nwant %s", lang, got, want)
		}
	}
}

func TestReadingAnswers(t *testing.T) {
	w := writers(t)["zh-CN"]
	w.Badge = func(key, canonical string) *templates.Badge {
		if key != "cloud" {
			return nil
		}
		return &templates.Badge{Text: canonical}
	}
	a := field.Answers{"cloud": "yes", "cost": "12500000", "code": "A1", "home": "7"}
	var got string
	for _, g := range fieldweb.Facts(w, questions, &a, map[string]string{"cost": "偏高"}) {
		got += g.Title + ":"
		for _, r := range g.Rows {
			got += fmt.Sprintf(" %s=%s", r.Label, r.Text+r.Unit+r.Note)
			if r.Badge != nil {
				got += "*"
			}
			if r.Copy {
				got += "+"
			}
			got += r.Href + r.Warning
		}
		got += "; "
	}
	if want := "使用: 是否上云=是* 费用=12.50万元偏高 其余 1 项=上云时间; 其他: 编号=A1+ 归口部门=市人社局/departments/7; "; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if short, long := fieldweb.ShortLabel(w.P, questions, "cloud"), fieldweb.ShortLabel(w.P, questions, "cost"); short != "上云" || long != "费用" {
		t.Errorf("short labels %s, %s", short, long)
	}
	changes := fieldweb.Changes(w, questions, []field.Change{{Key: "cost", Old: "", New: "12500000"}, {Key: "gone", Old: "x", New: "y"}})
	if got := fmt.Sprint(changes); got != "[{费用  12.50 万元 } {q.gone x y }]" {
		t.Errorf("changes %s", got)
	}
}

func TestTwoPeopleAnswerAtOnce(t *testing.T) {
	base := field.Answers{"cloud": "no", "code": "A1"}
	theirs := field.Answers{"cloud": "yes", "code": "A2"}
	mine := field.Answers{"cloud": "no", "code": "A3"}
	m := fieldweb.Merge[field.Answers]{
		Catalog: questions, Writer: writers(t)["zh-CN"], Typed: url.Values{"cloud": {"no"}, "code": {"A3"}}, By: "张三", At: "10:42",
	}
	m.Compare(&base, &mine, &theirs)
	if mine["cloud"] != "yes" || m.Typed.Get("cloud") != "yes" {
		t.Error("what only the other changed was not taken")
	}
	if got := fmt.Sprint(m.Hidden(), m.Callout().Items); got != "[{conflict code}] [是否上云：已采用 编号：请选择]" {
		t.Errorf("offered %s", got)
	}
	f, _ := questions.Find("code")
	var shown templates.Field
	if m.Offer(f, &shown); shown.Theirs == nil || shown.Theirs.Text != "A2" || shown.Theirs.Mine != "A3" || shown.Theirs.Base != "A1" {
		t.Errorf("shown %+v", shown.Theirs)
	}
	m.Picks = fieldweb.ReadPicks(url.Values{"conflict": {"code"}})
	if open := m.Unsettled(); len(open) != 1 || open[0].Name != "code" {
		t.Errorf("unsettled %v", open)
	}
	m.Picks = fieldweb.ReadPicks(url.Values{"conflict": {"code"}, "pick.code": {"theirs"}})
	if m.ApplyPicks(&theirs); len(m.Unsettled()) != 0 || m.Typed.Get("code") != "A2" {
		t.Errorf("picked %v", m.Typed)
	}
}
