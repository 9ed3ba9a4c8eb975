package programme_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"qingce/internal/calendar"
	"qingce/internal/fault"
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
		"obligations.csv": {Data: []byte("id,article,who,kind,due,term_wd,trigger,applies,done_by,standing,scored,consequence,zh,en,evidence_zh,evidence_en\n" +
			"A-1,A1.2,municipal,yearly,03-31,,,,evidence,,yes,criticism,报告,Report,报告,report\n" +
			"A-2,A1,region,event,,7,complaint,,evidence,on_demand,,,答复,Answer,答复,answer\n")},
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

// flaws reads a pack and gives where it is wrong and how.
func flaws(files fstest.MapFS) []string {
	_, err := programme.Read(files)
	var out []string
	for _, f := range fault.FieldsOf(err) {
		out = append(out, f.Cell+" "+strings.TrimPrefix(f.Code, "programme.flaw."))
	}
	return out
}

// Every mistake is told with its file, line and column.
func TestAPackThatCannotBeCarriedOutIsRefused(t *testing.T) {
	const ob = "obligations.csv"
	for _, one := range []struct{ name, file, from, to, want string }{
		{"no such article", ob, "A1.2", "B1", "obligations.csv:2 article article"},
		{"no such party", ob, "municipal", "moon", "obligations.csv:2 who one_of"},
		{"scored for nobody", ob, "municipal", "", "obligations.csv:2 scored scored"},
		{"no such kind", ob, "yearly", "daily", "obligations.csv:2 scored scored, obligations.csv:2 kind one_of"},
		{"a day that does not fit", ob, "03-31", "31.3.", "obligations.csv:2 due due_yearly"},
		{"a fact that nobody keeps", ob, "evidence,,yes", "moonlight,,yes", "obligations.csv:2 done_by one_of"},
		{"scored as no", ob, "evidence,,yes", "evidence,,no", "obligations.csv:2 scored one_of"},
		{"no number", ob, ",7,", ",x,", "obligations.csv:3 term_wd number"},
		{"no trigger", ob, "complaint", "", "obligations.csv:3 trigger one_of"},
		{"no reason", ob, "on_demand", "", "obligations.csv:3 standing standing"},
		{"a reason although there are tasks", ob, "evidence,,yes", "evidence,organ,yes", "obligations.csv:2 standing not_standing"},
		{"a day of an event", ob, "event,,", "event,2030-01-01,", "obligations.csv:3 due no_day"},
		{"no such condition", ob, "complaint,,", "complaint,rich,", "obligations.csv:3 applies one_of"},
		{"twice", ob, "A-2", "A-1", "obligations.csv:3 id twice"},
		{"no title", ob, "报告,Report", ",Report", "obligations.csv:2 zh empty"},
		{"a comma too many", ob, "答复,Answer", "答复,,Answer", "obligations.csv:3 cells"},
		{"a quote that does not end", ob, "报告,Report", `"报告,Report`, "obligations.csv:2 quotes"},
		{"a column too few", ob, ",standing", "", "obligations.csv:1 standing column_missing"},
		{"an unknown column", "articles.csv", "heading", "title", "articles.csv:1 heading column_missing, articles.csv:1 title column_unknown, obligations.csv:2 article article, obligations.csv:3 article article"},
		{"an article without text", "articles.csv", "\"各部门每季度报告。\n逾期通报。\"", "", "articles.csv:2 text empty, obligations.csv:2 article article, obligations.csv:3 article article"},
		{"no JSON", "pack.json", `"key"`, `key`, "pack.json:1 json"},
		{"no day", "pack.json", "2030-03-01", "1.3.2030", "pack.json in_force date"},
		{"not UTF-8", ob, "Report", "\xff\xfe", "obligations.csv encoding"},
	} {
		files := another()
		text := strings.Replace(string(files[one.file].Data), one.from, one.to, 1)
		files[one.file] = &fstest.MapFile{Data: []byte(text)}
		if got := strings.Join(flaws(files), ", "); got != one.want {
			t.Errorf("%s: %q, want %q", one.name, got, one.want)
		}
	}
	files := another()
	delete(files, "articles.csv")
	if got := flaws(files); len(got) == 0 || got[0] != "articles.csv file" {
		t.Errorf("a pack without articles: %q", got)
	}
	marked := another()
	marked["pack.json"] = &fstest.MapFile{Data: append([]byte("\xef\xbb\xbf"), marked["pack.json"].Data...)}
	if got := flaws(marked); got != nil {
		t.Errorf("a mark of the encoding disturbs: %q", got)
	}
}

// Every obligation of the first pack has tasks by days, tasks by events, or a
// reason why it has none.
func TestEveryObligationHasTasksOrAReason(t *testing.T) {
	n := map[string]int{}
	for _, o := range shipped(t).Obligations {
		switch {
		case o.Scheduled() && o.Standing == "":
			n["scheduled"]++
		case o.Derived() && o.Standing == "":
			n["derived"]++
		case slices.Contains(programme.Reasons(), o.Standing):
			n["standing"]++
		default:
			t.Errorf("%s has neither tasks nor a reason", o.ID)
		}
		if o.Derived() && o.Scored {
			t.Errorf("%s counts twice", o.ID)
		}
	}
	if want := map[string]int{"scheduled": 27, "derived": 7, "standing": 95}; !maps.Equal(n, want) {
		t.Errorf("%v, want %v", n, want)
	}
}
