package programme_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"qingce/internal/calendar"
	"qingce/scoring/programme"
)

func shipped(t *testing.T) *programme.Pack {
	t.Helper()
	p, err := programme.Shipped("xiangyang-2017")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func day(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The first pack holds the 83 obligations of the 办法, with the five situations
// of article 23, and the 46 of the 方案, each in both languages and under an
// article whose text is there.
func TestTheFirstPack(t *testing.T) {
	p := shipped(t)
	if len(p.Obligations) != 129 || len(p.Articles) != 42 || p.Document != "襄政办函〔2017〕76号" || p.InForce != day(t, "2017-10-24") {
		t.Fatalf("%d obligations, %d articles, %s of %v", len(p.Obligations), len(p.Articles), p.Document, p.InForce)
	}
	for _, o := range p.Obligations {
		a, ok := p.Article(o.Article)
		if !ok || len(strings.Join(a.Text, "")) < 10 {
			t.Errorf("%s: article %s has no text", o.ID, o.Article)
		}
		if o.Title["en"] == "" || o.Evidence["zh-CN"] == "" {
			t.Errorf("%s is not told in both languages", o.ID)
		}
	}
	o, _ := p.Find("P-24")
	if a, _ := p.Article(o.Article); !o.Binds(programme.Municipal) || !o.Binds(programme.Region) || o.Applies != programme.HasMustConnect ||
		!strings.Contains(a.Text[0], "2017年12月底前,各地、各部门统一接入市政务大数据中心") {
		t.Errorf("P-24 is %+v in %+v", o, a)
	}
	if o, _ := p.Find("M-12"); o.TermWd != 15 || o.Trigger != "legal_change" {
		t.Errorf("M-12 is %+v", o)
	}
}

// What falls due for whom by the end of November and of December 2017, as the
// acceptance story counts it.
func TestScoredTermsOfTheStory(t *testing.T) {
	p := shipped(t)
	due := func(through string, holds map[programme.Condition]bool, parties ...programme.Party) string {
		var keys []string
		for _, o := range p.Obligations {
			bound := false
			for _, party := range parties {
				bound = bound || o.Binds(party)
			}
			if !o.Scored || !bound || !holds[o.Applies] {
				continue
			}
			for _, term := range p.Terms(&o, day(t, through)) {
				keys = append(keys, term.Key)
			}
		}
		return strings.Join(keys, " ")
	}
	all := map[programme.Condition]bool{
		programme.Always: true, programme.HasCleanUp: true, programme.HasIntegration: true, programme.HasDisposition: true, programme.HasMustConnect: true,
	}
	connects := map[programme.Condition]bool{programme.Always: true, programme.HasMustConnect: true}
	for _, one := range []struct {
		name, through, want string
		holds               map[programme.Condition]bool
		parties             []programme.Party
	}{
		{"RS in November", "2017-11-30", "P-07 P-10 P-16 P-18 P-19 P-22 P-23 P-39/2017-10 P-39/2017-11", all, []programme.Party{programme.Municipal, programme.KeyArea}},
		{"GA in December", "2017-12-31", "M-57/2017 P-07 P-10 P-16 P-22 P-23 P-24 P-39/2017-10 P-39/2017-11 P-39/2017-12", connects, []programme.Party{programme.Municipal, programme.KeyArea}},
		{"ZY in December", "2017-12-31", "M-57/2017 P-16 P-24 P-39/2017-10 P-39/2017-11 P-39/2017-12", connects, []programme.Party{programme.Region}},
		{"MZJ in November", "2017-11-30", "P-07 P-10 P-16 P-39/2017-10 P-39/2017-11", map[programme.Condition]bool{programme.Always: true}, []programme.Party{programme.Municipal}},
		{"RS a year later", "2018-12-31", "M-57/2017 M-57/2018 P-01 P-07 P-10 P-16 P-18 P-19 P-22 P-23 P-24 " + months(), all, []programme.Party{programme.Municipal, programme.KeyArea}},
	} {
		if got := due(one.through, one.holds, one.parties...); got != one.want {
			t.Errorf("%s:\n  %s, want\n  %s", one.name, got, one.want)
		}
	}
}

func months() string {
	var out []string
	for m := 10; m <= 24; m++ {
		out = append(out, fmt.Sprintf("P-39/%d-%02d", 2017+(m-1)/12, (m-1)%12+1))
	}
	return strings.Join(out, " ")
}

// another is a pack of another city: no Go is needed for it.
func another() fstest.MapFS {
	return fstest.MapFS{
		"pack.json":    {Data: []byte(`{"key": "lakeside-2030", "zh": "湖滨市", "en": "Lakeside", "document": "湖政办〔2030〕1号", "in_force": "2030-03-01"}`)},
		"articles.csv": {Data: []byte("id,heading,text\nA1,第一条,\"各部门每季度报告。\n逾期通报。\"\n")},
		"obligations.csv": {Data: []byte("id,article,who,kind,due,term_wd,trigger,applies,done_by,scored,consequence,zh,en,evidence_zh,evidence_en\n" +
			"A-1,A1.2,municipal,yearly,03-31,,,,evidence,yes,criticism,报告,Report,报告,report\n" +
			"A-2,A1,region,event,,7,complaint,,evidence,,,答复,Answer,答复,answer\n")},
	}
}

func TestAnotherCityNeedsNoGo(t *testing.T) {
	p, err := programme.Read(another())
	if err != nil {
		t.Fatal(err)
	}
	o, ok := p.Find("A-1")
	if !ok {
		t.Fatal("A-1 is not there")
	}
	terms := p.Terms(o, day(t, "2031-12-31"))
	if len(terms) != 2 || terms[0].Key != "A-1/2030" || terms[1].Due != day(t, "2031-03-31") {
		t.Errorf("terms %+v", terms)
	}
	if a, _ := p.Article(o.Article); len(a.Text) != 2 {
		t.Errorf("article %+v", a)
	}
}

func TestAPackThatCannotBeCarriedOutIsRefused(t *testing.T) {
	for _, one := range []struct{ name, from, to, want string }{
		{"no such article", "A1.2", "B1", "obligations.csv: row 2: A-1: there is no article B1"},
		{"no such party", "municipal", "moon", `A-1: party "moon" is not known`},
		{"scored for nobody", "municipal", "", "A-1: what is scored needs somebody"},
		{"no such kind", "yearly", "daily", `A-1: what is scored needs somebody, a day`},
		{"a day that does not fit", "03-31", "31.3.", `A-1: due "31.3." does not fit kind yearly`},
		{"no number", ",7,", ",x,", `row 3: A-2: term_wd "x"`},
		{"no trigger", "complaint", "", "A-2: due \"\" does not fit kind event"},
		{"no such condition", "complaint,,", "complaint,rich,", `condition "rich" is not known`},
		{"twice", "A-2", "A-1", "row 3: A-1: it is there twice"},
	} {
		files := another()
		text := strings.Replace(string(files["obligations.csv"].Data), one.from, one.to, 1)
		files = maps.Clone(files)
		files["obligations.csv"] = &fstest.MapFile{Data: []byte(text)}
		if _, err := programme.Read(files); err == nil || !strings.Contains(err.Error(), one.want) {
			t.Errorf("%s: %v, want %q", one.name, err, one.want)
		}
	}
	files := another()
	delete(files, "articles.csv")
	if _, err := programme.Read(files); err == nil {
		t.Error("a pack without articles is read")
	}
}
