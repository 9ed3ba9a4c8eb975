package field_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/locale"
)

type thing struct {
	Name    string
	Code    string
	Sort    string
	Nets    field.List
	Since   calendar.Date
	Users   *int64
	Cost    *int64
	Public  *bool
	OwnerID int64
	Season  field.List
	Given   string
}

var things = field.NewCatalog("thing",
	field.OfText(field.Text, "name", func(t *thing) *string { return &t.Name }).In("a").Limit(10).Required(),
	field.OfText(field.Code, "code", func(t *thing) *string { return &t.Code }).In("a"),
	field.OfChoice("sort", "sort", func(t *thing) *string { return &t.Sort }, "always", "seasonal").In("a"),
	field.OfChoices("season", "month", func(t *thing) *field.List { return &t.Season }, "01", "02").In("b").
		ShownWhen(field.When("sort", "seasonal")).Required(),
	field.OfChoices("nets", "net", func(t *thing) *field.List { return &t.Nets }, "ext", "int").In("b"),
	field.OfDate("since", func(t *thing) *calendar.Date { return &t.Since }).In("b").RequiredWhen(field.When("nets", "ext")),
	field.OfNumber(field.Count, "users", func(t *thing) **int64 { return &t.Users }).In("b"),
	field.OfNumber(field.Money, "cost", func(t *thing) **int64 { return &t.Cost }).In("b"),
	field.OfBool("public", func(t *thing) **bool { return &t.Public }).In("b"),
	field.OfRef("owner_id", "department", func(t *thing) *int64 { return &t.OwnerID }).In("b"),
	field.OfText(field.Text, "given", func(t *thing) *string { return &t.Given }).In("b").ByService(),
)

func reader(t *testing.T) (*field.Reader[thing], *locale.Printer) {
	t.Helper()
	c, err := locale.Load(fstest.MapFS{
		"zh-CN/a.json": {Data: []byte(`{"opt.sort.always":"常年","opt.sort.seasonal":"季节性","opt.sort.seasonal.aka":"季节|按季节","opt.net.ext":"电子政务外网",
			"opt.net.int":"电子政务内网","opt.month.01":"1月","opt.month.02":"2月","bool.true":"是","bool.false":"否"}`)},
		"en/a.json": {Data: []byte(`{"opt.sort.always":"Always","opt.net.ext":"Extranet"}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	names := field.Names{
		Show: func(_, id string) string { return "XY" + id },
		Find: func(_, word string) (string, bool) {
			return strings.TrimPrefix(word, "XY"), strings.HasPrefix(word, "XY")
		},
	}
	return &field.Reader[thing]{Catalog: things, Words: field.NewWords(c, things), Names: names}, c.Printer("zh-CN")
}

func TestSetReadsWhatPeopleType(t *testing.T) {
	r, p := reader(t)
	cases := []struct {
		key   string
		typed []string
		want  string // canonical
		said  string // code of the error or remark
		shown string
	}{
		{"name", []string{"  社保　系统 "}, "社保 系统", "", "社保 系统"},
		{"code", []string{"ａｂ 1"}, "AB1", "", "AB1"},
		{"sort", []string{"季节性"}, "seasonal", "", "季节性"},
		{"sort", []string{"按季节"}, "seasonal", "", "季节性"},
		{"sort", []string{"always"}, "always", "", "常年"},
		{"sort", []string{"偶尔"}, "", "field.err.choice", ""},
		{"nets", []string{"电子政务内网、Extranet"}, "ext|int", "", "电子政务外网、电子政务内网"},
		{"nets", []string{"int", "ext"}, "ext|int", "", "电子政务外网、电子政务内网"},
		{"nets", []string{"局域网"}, "", "field.err.choice", ""},
		{"since", []string{"2017年9月"}, "2017-09-01", "input.note.month", "2017-09-01"},
		{"since", []string{"去年"}, "", "input.err.date", ""},
		{"users", []string{"1,200"}, "1200", "input.note.number", "1,200"},
		{"cost", []string{"12.5"}, "12500000", "", "12.50"},
		{"cost", []string{"12.345678万元"}, "12345678", "input.note.unit", "12.35"},
		{"public", []string{"√"}, "true", "", "是"},
		{"owner_id", []string{"XY7"}, "7", "", "XY7"},
		{"owner_id", []string{"某局"}, "", "field.err.ref.department", ""},
		{"nothing", []string{"x"}, "", "field.err.unknown", ""},
	}
	for _, c := range cases {
		var v thing
		found := r.Set(&v, c.key, c.typed)
		said := ""
		if len(found) > 0 {
			said = found[0].Code
		}
		got, shown := "", ""
		if f, ok := things.Find(c.key); ok {
			got = f.Get(&v)
			shown = f.Show(p, r.Names, got)
		}
		if got != c.want || said != c.said || shown != c.shown {
			t.Errorf("Set(%s, %q) = %q said %q shown %q, want %q %q %q", c.key, c.typed, got, said, shown, c.want, c.said, c.shown)
		}
	}
}

func TestTypedGivesBackWhatSetReads(t *testing.T) {
	r, _ := reader(t)
	for _, fen := range []int64{0, 1, 100, 12_345_678, 1_000_000, 1_200_000, 433_400_000} {
		v := thing{Cost: &fen}
		f, _ := things.Find("cost")
		var again thing
		if found := r.Set(&again, "cost", []string{f.Typed(r.Names, f.Get(&v))}); fault.AnyError(found) || again.Cost == nil || *again.Cost != fen {
			t.Errorf("%d fen typed as %q came back as %v", fen, f.Typed(r.Names, f.Get(&v)), again.Cost)
		}
	}
}

func TestMissingAskedAndCleared(t *testing.T) {
	v := thing{Sort: "always", Season: field.List{"01"}, Nets: field.List{"ext"}}
	if got := things.ClearUnasked(&v); fmt.Sprint(got) != "[season]" || len(v.Season) != 0 {
		t.Errorf("cleared %v", got)
	}
	keys := func() (out []string) {
		for _, f := range things.Missing(&v) {
			out = append(out, f.Name)
		}
		return out
	}
	if got := fmt.Sprint(keys()); got != "[name since]" {
		t.Errorf("missing %s", got)
	}
	v.Sort = "seasonal"
	if got := fmt.Sprint(keys()); got != "[name season since]" {
		t.Errorf("missing in season %s", got)
	}
	if done, needed := things.Progress(&v); done != 0 || needed != 3 {
		t.Errorf("progress %d/%d", done, needed)
	}
}

func TestFilters(t *testing.T) {
	r, _ := reader(t)
	cases := []struct{ query, want string }{
		{"name=社保", "[{name contains [社保] true false}] []"},
		{"sort=季节性&sort=always", "[{sort in [seasonal always] true false}] []"},
		{"nets=ext&nets=(empty)", "[{nets any_of [ext] true true}] []"},
		{"users=(empty)", "[{users empty [<nil> <nil>] false false}] []"},
		{"cost.from=10&cost.to=20.5", "[{cost between [10000000 20500000] false false}] []"},
		{"since.from=2017年9月", "[{since between [2017-09-01 <nil>] false false}] []"},
		{"public=true", "[{public in [true] false false}] []"},
		{"owner_id=XY7", "[{owner_id in [7] false false}] []"},
		{"page=2&sort=&x=1", "[] []"},
		{"since.to=昨天", "[] [since.to input.err.date]"},
		{"sort=偶尔", "[] [sort field.err.choice]"},
	}
	for _, c := range cases {
		params, _ := url.ParseQuery(c.query)
		conds, wrong := r.Filters(params)
		said := []string{}
		for _, f := range wrong {
			said = append(said, f.Name+" "+f.Code)
		}
		if conds == nil {
			conds = conds[:0]
		}
		if got := fmt.Sprintf("%v %v", conds, said); got != c.want {
			t.Errorf("%s: %s, want %s", c.query, got, c.want)
		}
	}
}

func TestJSONRoundTripAndRefusals(t *testing.T) {
	r, _ := reader(t)
	users, cost, public := int64(12), int64(1_234_500), true
	v := thing{Name: "a\"b", Sort: "always", Nets: field.List{"int"}, Since: calendar.NewDate(2017, 9, 30), Users: &users, Cost: &cost, Public: &public, OwnerID: 7}
	raw, err := things.AppendJSON(&v, r.Names)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"name":"a\"b","code":null,"sort":"always","season":[],"nets":["int"],"since":"2017-09-30","users":12,"cost":1234500,"public":true,"owner_id":"XY7","given":null}`
	if string(raw) != want {
		t.Errorf("json = %s", raw)
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil {
		t.Fatal(err)
	}
	delete(object, "given")
	var again thing
	if found := r.ReadJSON(&again, object); len(found) != 0 {
		t.Errorf("read back with remarks: %+v", found)
	}
	if d := things.Diff(&v, &again); len(d) != 0 {
		t.Errorf("differs after the round trip: %+v", d)
	}
	_ = json.Unmarshal([]byte(`{"role":"admin","given":"x","users":"12","cost":-1,"nets":"ext"}`), &object)
	var codes []string
	for _, f := range r.ReadJSON(&again, map[string]json.RawMessage{"role": object["role"], "given": object["given"], "users": object["users"], "cost": object["cost"], "nets": object["nets"]}) {
		codes = append(codes, f.Name+" "+f.Code)
	}
	if got := fmt.Sprint(codes); got != "[cost field.err.json_type given field.err.given nets field.err.json_type role field.err.unknown users field.err.json_type]" {
		t.Errorf("refused: %s", got)
	}
}
