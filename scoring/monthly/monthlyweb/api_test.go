package monthlyweb_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/web/webtest"
	"qingce/inventory/inventorytest"
	"qingce/scoring/monthly"
)

const both = "scorecards:read scorecards:write"

// call is a program with the token of somebody.
func (tn *town) call(p auth.Principal, scopes, method, path string, body any, header ...string) *webtest.Page {
	p.Scopes = strings.Fields(scopes)
	return tn.site.Call(p, method, "/api/v1/scorecards"+path, body, header...)
}

func (tn *town) read(p auth.Principal, path string) *webtest.Page {
	return tn.call(p, both, http.MethodGet, path, nil)
}

// move takes a step with November as the API has it now.
func (tn *town) move(p auth.Principal, name, reason string) *webtest.Page {
	tn.t.Helper()
	etag := tn.read(tn.Someone(auth.Office), "/2017-11/record").Want(http.StatusOK).Header.Get("ETag")
	return tn.call(p, both, http.MethodPost, "/2017-11/moves", map[string]string{"move": name, "reason": reason}, "If-Match", etag)
}

// bodyDoc is as much of a scorecard as the tests look at.
type bodyDoc struct {
	Department string
	Card       struct {
		Points  *string
		Exact   string
		Off     int
		Rank    *int
		Band    string
		Metrics []struct {
			Key, Exact string
			Num, Den   *int
			Value      *string
		}
	}
	Other    *struct{ Points *string }
	Proposal *struct{ State string }
}

func (b bodyDoc) points() string {
	if b.Card.Points == nil {
		return "none"
	}
	return *b.Card.Points
}

type tableDoc struct {
	State    string
	Whole    bool
	Total    int
	Other    int64 `json:"other_method"`
	Revision int64
	Bodies   []bodyDoc `json:"scorecards"`
}

func each(t *testing.T, test func(t *testing.T, tn *town)) {
	t.Helper()
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) { test(t, over(t, city)) })
}

func TestAMonthOverTheAPI(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		tn.counted("2017-11", november())
		office, leader := tn.Someone(auth.Office), tn.Someone(auth.Leader)
		tn.move(office, "freeze", "").Want(http.StatusOK)
		if p := tn.read(tn.Head("JT"), "/2017-11"); p.Status != http.StatusNotFound {
			t.Errorf("a head reads what was only frozen: %d", p.Status)
		}
		tn.move(office, "open_appeal", "").Want(http.StatusOK)
		tn.ownSheetOnly()
		tn.objectedOverTheAPI()
		tn.Clock.Advance(7 * 24 * time.Hour)
		tn.move(office, "review", "").Want(http.StatusOK)
		if p := tn.move(leader, "approve", ""); p.Status != http.StatusConflict {
			t.Errorf("approved with proposals open: %d", p.Status)
		}
		tn.move(leader, "send_back", "").Want(http.StatusUnprocessableEntity)
		for _, code := range []string{"XYJT", "XYMZ"} { // JT has 75.93 by now, and is proposed for nothing
			want := http.StatusOK
			if code == "XYJT" {
				want = http.StatusNotFound
			}
			tn.call(leader, both, http.MethodPost, "/2017-11/"+code+"/decision", map[string]string{"decision": "approve", "reason": "按期接入"}).Want(want)
		}
		tn.move(leader, "approve", "").Want(http.StatusOK)
		tn.move(leader, "publish", "").Want(http.StatusOK)
		var got tableDoc
		tn.read(tn.Clerk("JT"), "/2017-11").Want(http.StatusOK).Into(&got)
		if got.State != "published" || !got.Whole || len(got.Bodies) != 3 || got.Bodies[0].Card.Rank == nil || got.Bodies[0].Proposal == nil {
			t.Errorf("published: %+v", got)
		}
		var record struct {
			Steps, Objections []struct{ Action, State string }
			Moves             []string
		}
		tn.read(leader, "/2017-11/record").Want(http.StatusOK).Into(&record)
		if len(record.Steps) != 5 || len(record.Objections) != 2 || len(record.Moves) != 0 {
			t.Errorf("the record: %+v", record)
		}
		tn.read(tn.Clerk("JT"), "/2017-11/record").Want(http.StatusOK).Into(&record)
		if len(record.Steps) != 0 {
			t.Errorf("a clerk reads the way of the month: %+v", record.Steps)
		}
	})
}

// ownSheetOnly reads as heads in the term of objections: the own sheet, and
// nothing of others.
func (tn *town) ownSheetOnly() {
	t := tn.t
	t.Helper()
	var own tableDoc
	tn.read(tn.Head("JT"), "/2017-11").Want(http.StatusOK).Into(&own)
	if own.Whole || len(own.Bodies) != 1 || own.Bodies[0].Department != "XYJT" || own.Bodies[0].Card.Rank != nil {
		t.Errorf("a head reads before publication: %+v", own)
	}
	for who, p := range map[string]auth.Principal{"another head": tn.Head("MZ"), "another clerk": tn.Clerk("MZ")} {
		if got := tn.read(p, "/2017-11/XYJT"); got.Status != http.StatusNotFound {
			t.Errorf("%s reads the sheet: %d", who, got.Status)
		}
	}
	var sheet struct {
		bodyDoc
		MayObject bool   `json:"may_object"`
		ObjectBy  string `json:"object_by"`
		Method    struct{ Weights map[string]int }
		Figures   []struct {
			Key, Metric string
			Num, Den    int
			LeftOut     int `json:"left_out"`
			Rows        []struct{ Key, Standing, Title string }
		}
		Raise []struct{ Metric, Row, Now, Then string }
	}
	tn.read(tn.Head("JT"), "/2017-11/XYJT").Want(http.StatusOK).Into(&sheet)
	if sheet.points() != "62.04" || !sheet.MayObject || sheet.ObjectBy != "2017-12-07" || sheet.Method.Weights["M4"] != 25 {
		t.Errorf("the own sheet: %+v", sheet)
	}
	shared := sheet.Card.Metrics[1]
	if shared.Exact != "200/3" || *shared.Value != "66.67" || *shared.Num != 2 || *shared.Den != 3 {
		t.Errorf("M2 is %+v", shared)
	}
	for _, f := range sheet.Figures {
		if f.Key == "connections" && (f.Metric != "M4" || f.Num != 1 || f.Den != 2 || f.LeftOut != 1 || len(f.Rows) != 3) {
			t.Errorf("connections: %+v", f)
		}
	}
	if r := sheet.Raise[0]; r.Row != "system/JT-02" || r.Now != "62.04" || r.Then != "75.93" {
		t.Errorf("what raises: %+v", sheet.Raise)
	}
}

// objectedOverTheAPI has JT object, take it back, object again, and the Office
// uphold it.
func (tn *town) objectedOverTheAPI() {
	t := tn.t
	t.Helper()
	head, office := tn.Head("JT"), tn.Someone(auth.Office)
	doubt := map[string]string{"figure": "connections", "row": "system/JT-02", "text": "11-29 已接入。"}
	object := func(p auth.Principal, scopes string) *webtest.Page {
		return tn.call(p, scopes, http.MethodPost, "/2017-11/XYJT/objections", doubt)
	}
	object(head, "scorecards:read").Want(http.StatusForbidden)
	object(tn.Clerk("JT"), both).Want(http.StatusForbidden)
	object(tn.Head("MZ"), both).Want(http.StatusNotFound)
	var one struct {
		ID    int64
		State string
	}
	object(head, both).Want(http.StatusCreated).Into(&one)
	path := "/objections/" + strconv.FormatInt(one.ID, 10)
	tn.call(head, both, http.MethodPost, path+"/withdrawal", nil, "If-Match", `"9"`).Want(http.StatusConflict)
	tn.call(tn.Head("MZ"), both, http.MethodPost, path+"/withdrawal", nil, "If-Match", `"1"`).Want(http.StatusNotFound)
	tn.call(head, both, http.MethodPost, path+"/withdrawal", nil, "If-Match", `"1"`).Want(http.StatusOK)
	object(head, both).Want(http.StatusCreated).Into(&one)
	path = "/objections/" + strconv.FormatInt(one.ID, 10)
	answer := map[string]any{"verdict": "uphold", "answer": "已核对。"}
	put := func(etag string) *webtest.Page {
		return tn.call(office, both, http.MethodPost, path+"/answer", answer, "If-Match", etag)
	}
	put(`"1"`).Want(http.StatusUnprocessableEntity) // says not how the row is to stand
	answer["corrections"] = []map[string]string{{"figure": "connections", "row": "system/JT-02", "standing": "counted"}}
	put(`"7"`).Want(http.StatusConflict)
	tn.call(head, both, http.MethodPost, path+"/answer", answer, "If-Match", `"1"`).Want(http.StatusForbidden)
	put(`"1"`).Want(http.StatusOK).Into(&one)
	if one.State != "upheld" {
		t.Errorf("answered: %+v", one)
	}
}

func TestTokensAndVersionsOfTheMonths(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		office := tn.Someone(auth.Office)
		var none struct{ Months []any }
		tn.read(office, "").Want(http.StatusOK).Into(&none)
		if none.Months == nil || len(none.Months) != 0 {
			t.Errorf("before the first month: %+v", none)
		}
		month := map[string]string{"month": "2017-11"}
		tn.call(office, "scorecards:read", http.MethodPost, "", month).Want(http.StatusForbidden)
		tn.call(office, "funding:read", http.MethodGet, "", nil).Want(http.StatusForbidden)
		tn.call(tn.Someone(auth.Leader), both, http.MethodPost, "", month).Want(http.StatusForbidden)
		tn.call(office, both, http.MethodPost, "", map[string]string{"month": "2017年11月"}).Want(http.StatusUnprocessableEntity)
		tn.call(office, both, http.MethodPost, "", map[string]string{"month": "2017-12"}).Want(http.StatusConflict)
		p := tn.call(office, both, http.MethodPost, "", month).Want(http.StatusCreated)
		if etag := p.Header.Get("ETag"); etag != `"2"` {
			t.Errorf("the ETag of a new month is %s", etag)
		}
		tn.call(office, both, http.MethodPost, "", month).Want(http.StatusConflict)
		move := map[string]string{"move": "recompute"}
		tn.call(office, both, http.MethodPost, "/2017-11/moves", move).Want(http.StatusUnprocessableEntity)
		tn.call(office, both, http.MethodPost, "/2017-11/moves", move, "If-Match", `"1"`).Want(http.StatusConflict)
		tn.call(office, both, http.MethodPost, "/2017-11/moves", move, "If-Match", `"2"`).Want(http.StatusOK)
		tn.call(office, both, http.MethodPost, "/2017-11/moves", map[string]string{"move": "freeze"}, "If-Match", `"3"`).Want(http.StatusOK)
		tn.call(tn.Someone(auth.Leader), both, http.MethodPost, "/2017-11/moves", map[string]string{"move": "open_appeal"}, "If-Match", `"4"`).Want(http.StatusForbidden)
		var checked struct {
			OK     bool
			Months []struct{ Bodies int }
		}
		tn.call(tn.Someone(auth.Auditor), both, http.MethodGet, "/verification", nil).Want(http.StatusOK).Into(&checked)
		if !checked.OK || len(checked.Months) != 1 || checked.Months[0].Bodies == 0 {
			t.Errorf("worked out again: %+v", checked)
		}
		tn.call(tn.Head("JT"), both, http.MethodGet, "/verification", nil).Want(http.StatusForbidden)
		tn.read(office, "/2017-11/XY999").Want(http.StatusNotFound)
		tn.read(office, "/2016-01").Want(http.StatusNotFound)
		tn.read(office, "/eleven").Want(http.StatusUnprocessableEntity)
	})
}

func TestTheMethodOverTheAPI(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		office := tn.Someone(auth.Office)
		var list struct {
			Policies []struct {
				Version  int64
				State    string
				From     string `json:"from_month"`
				Method   map[string]any
				Revision int64
			}
		}
		tn.read(tn.Clerk("JT"), "/policies").Want(http.StatusOK).Into(&list)
		if len(list.Policies) != 1 || list.Policies[0].From != "2017-10" {
			t.Fatalf("the seeded method: %+v", list)
		}
		method := list.Policies[0].Method
		save := func(etag string) *webtest.Page {
			var header []string
			if etag != "" {
				header = []string{"If-Match", etag}
			}
			return tn.call(office, both, http.MethodPut, "/policies/draft", map[string]any{"method": method, "reason": "领导小组第 3 次会议"}, header...)
		}
		weights := method["weights"].(map[string]any)
		weights["M7"] = 5
		if p := save("").Want(http.StatusUnprocessableEntity); !strings.Contains(p.Body, "weights.M7") {
			t.Errorf("an unknown metric: %s", p.Short())
		}
		delete(weights, "M7")
		weights["M1"], weights["M4"] = 30, 25
		save("").Want(http.StatusUnprocessableEntity) // 110
		weights["M4"] = 15
		save("").Want(http.StatusOK)
		save("").Want(http.StatusConflict)
		save(`"1"`).Want(http.StatusOK)
		tn.call(tn.Someone(auth.Leader), both, http.MethodDelete, "/policies/draft", nil, "If-Match", `"2"`).Want(http.StatusForbidden)
		tn.call(office, both, http.MethodDelete, "/policies/draft", nil, "If-Match", `"1"`).Want(http.StatusConflict)
		tn.call(office, both, http.MethodDelete, "/policies/draft", nil, "If-Match", `"2"`).Want(http.StatusNoContent)
		save("").Want(http.StatusOK)
		tn.read(tn.Clerk("JT"), "/policies").Want(http.StatusOK).Into(&list)
		if len(list.Policies) != 1 {
			t.Errorf("a clerk reads the draft: %+v", list)
		}
		force := func(month, etag string) *webtest.Page {
			return tn.call(office, both, http.MethodPost, "/policies/draft/force", map[string]string{"month": month}, "If-Match", etag)
		}
		force("2017-09", `"1"`).Want(http.StatusUnprocessableEntity)
		force("2017-11", `"8"`).Want(http.StatusConflict)
		force("2017-11", `"1"`).Want(http.StatusOK)
		tn.bothMethods()
	})
}

// bothMethods reads the first month of another method: each card has the one by
// the method before beside it.
func (tn *town) bothMethods() {
	tn.t.Helper()
	tn.counted("2017-11", november())
	tn.method("2017-11", 2)
	tn.take(tn.Someone(auth.Office), "2017-11", monthly.Freeze)
	var got tableDoc
	tn.read(tn.Someone(auth.Leader), "/2017-11").Want(http.StatusOK).Into(&got)
	i := slices.IndexFunc(got.Bodies, func(b bodyDoc) bool { return b.Department == "XYJT" })
	if got.Other != 1 || i < 0 || got.Bodies[i].Other == nil || got.Bodies[i].Other.Points == nil || *got.Bodies[i].Other.Points != "62.04" || got.Bodies[i].points() == "62.04" {
		tn.t.Errorf("by both methods: %+v", got)
	}
}
