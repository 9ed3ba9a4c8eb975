package survey_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey"
)

// reviewer is somebody of the Office who has filled in nothing.
func (tn *town) reviewer() auth.Principal { return tn.colleague(auth.Office, 9001) }

func (tn *town) colleague(role auth.Role, id auth.AccountID) auth.Principal {
	p := tn.Someone(role)
	p.AccountID = id
	return p
}

// handedIn registers systems of a department and has its form confirmed by the
// head as it stands.
func (tn *town) handedIn(prefix string, names ...string) survey.Form {
	tn.t.Helper()
	for _, name := range names {
		tn.Registered(prefix, name)
	}
	tn.form(prefix)
	return tn.confirmed(prefix)
}

// confirmed has the rows that stand confirmed and the form handed in.
func (tn *town) confirmed(prefix string) survey.Form {
	tn.t.Helper()
	var ids []survey.RowID
	standing := 0
	for _, r := range tn.rows(prefix) {
		if r.Decision == survey.Pending {
			ids = append(ids, r.ID)
		}
		if r.Stands() {
			standing++
		}
	}
	if _, refused, err := tn.desk.ConfirmRows(tn.t.Context(), tn.Clerk(prefix), tn.key(prefix), ids...); err != nil || len(refused) > 0 {
		tn.t.Fatalf("confirm the rows of %s: %v %v", prefix, err, refused)
	}
	in := survey.Input{Form: answers(strconv.Itoa(standing))}
	if _, found, err := tn.desk.SaveAnswers(tn.t.Context(), tn.Clerk(prefix), tn.key(prefix), 0, in); err != nil || fault.AnyError(found) {
		tn.t.Fatalf("answer for %s: %v %v", prefix, err, found)
	}
	f, err := tn.desk.Submit(tn.t.Context(), tn.Head(prefix), tn.key(prefix), 0, "")
	if err != nil {
		tn.t.Fatalf("hand in the form of %s: %v", prefix, err)
	}
	return f
}

// zero files a zero report.
func (tn *town) zero(prefix string) survey.Form {
	tn.t.Helper()
	if _, err := tn.desk.FileZero(tn.t.Context(), tn.Clerk(prefix), tn.key(prefix), 0, "本单位没有信息系统"); err != nil {
		tn.t.Fatal(err)
	}
	f, err := tn.desk.Submit(tn.t.Context(), tn.Head(prefix), tn.key(prefix), 0, "")
	if err != nil {
		tn.t.Fatal(err)
	}
	return f
}

func (tn *town) dues(prefix string) []schedule.Open {
	tn.t.Helper()
	var out []schedule.Open
	err := tn.DB.Read(tn.t.Context(), func(tx *store.Tx) (err error) {
		out, err = tn.book.Of(tx, survey.DueOf(tn.key(prefix)))
		return err
	})
	if err != nil {
		tn.t.Fatal(err)
	}
	return out
}

// Step 6 of the story: what was handed in on time and sent back stays on time,
// and keeps all that was not commented on.
func TestAReturnNamesWhatToMendAndKeepsAllElse(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		tn.at("2017-09-29", 10)
		first := tn.handedIn("RS", "就业服务系统", "社会保险系统")
		before := tn.rows("RS")
		row := before["就业服务系统"]
		tn.at("2017-10-10", 9)
		got, err := tn.desk.Return(t.Context(), tn.reviewer(), tn.key("RS"), first.Version, survey.ReturnNote{
			Comments: []survey.Said{{Row: row.ID, Question: "fund_source", Text: "经费来源与批复文件不符，请核对后修改"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if got.State != survey.FormReturned || got.Returns != 1 || got.ReviewedName == "" || !got.FirstSubmittedAt.Equal(*first.FirstSubmittedAt) || *got.LateWd != 0 {
			t.Errorf("returned: %+v", got)
		}
		if dues := tn.dues("RS"); len(dues) != 1 || dues[0].Title != survey.MendTitle || dues[0].DueOn != date("2017-10-17") {
			t.Errorf("to be mended by %v, want 2017-10-17: five working days after 10-10", dues)
		}
		for name, r := range tn.rows("RS") {
			if r.Decision != before[name].Decision || r.Version != before[name].Version || !r.Done() {
				t.Errorf("%s became %s version %d, was %s version %d", name, r.Decision, r.Version, before[name].Decision, before[name].Version)
			}
		}
		remarks, err := tn.desk.Remarks(t.Context(), tn.Clerk("RS"), tn.key("RS"))
		if err != nil || len(remarks) != 1 || remarks[0].Row.ID != row.ID || remarks[0].Question != "fund_source" || remarks[0].Was != "city" || remarks[0].Round != 1 {
			t.Fatalf("the clerk reads %+v, %v", remarks, err)
		}
		if _, err := tn.desk.Reply(t.Context(), tn.Clerk("RS"), tn.key("RS"), remarks[0].ID, "已按批复改为上级拨款"); err != nil {
			t.Fatal(err)
		}
		tn.at("2017-10-11", 9)
		p, r := tn.form("RS"), tn.rows("RS")["就业服务系统"]
		typed := tn.typed(p, r)
		typed.Set("fund_source", "superior")
		if _, found, err := tn.desk.SaveRow(t.Context(), tn.Clerk("RS"), tn.key("RS"), r.ID, r.Version, survey.Input{Form: typed}); err != nil || fault.AnyError(found) {
			t.Fatal(err, found)
		}
		again, err := tn.desk.Submit(t.Context(), tn.Head("RS"), tn.key("RS"), 0, "")
		if err != nil {
			t.Fatal(err)
		}
		if again.Submissions != 2 || !again.FirstSubmittedAt.Equal(*first.FirstSubmittedAt) || *again.LateWd != 0 || len(tn.dues("RS")) != 0 {
			t.Errorf("handed in again: %+v, due %v", again, tn.dues("RS"))
		}
		c, err := tn.desk.Compare(t.Context(), tn.reviewer(), tn.key("RS"), survey.SideOf(1), survey.SideOf(2))
		if err != nil {
			t.Fatal(err)
		}
		if changed := c.Changed(); len(changed) != 1 || changed[0].Name != "就业服务系统" || len(changed[0].Changes) != 1 || changed[0].Changes[0].New != "superior" || len(c.Whole) != 0 {
			t.Errorf("between the submissions %+v, %+v", changed, c.Whole)
		}
		if _, err := tn.desk.Accept(t.Context(), tn.reviewer(), tn.key("RS"), again.Version); err != nil {
			t.Fatal(err)
		}
		if remarks, _ := tn.desk.Remarks(t.Context(), tn.Clerk("RS"), tn.key("RS")); len(remarks) != 0 {
			t.Errorf("%d comments are open after the acceptance", len(remarks))
		}
	})
}

func TestWhatAReturnNeeds(t *testing.T) {
	tn := running(t, openCity(t))
	f := tn.handedIn("RS", "就业服务系统")
	row := tn.rows("RS")["就业服务系统"].ID
	long := strings.Repeat("长", 501)
	for _, c := range []struct {
		name string
		said []survey.Said
		at   string
		want string
	}{
		{"no comment", nil, "comments", "survey.err.return_empty"},
		{"no text", []survey.Said{{Row: row, Question: "name", Text: "  "}}, survey.CommentField(row, "name"), "survey.err.comment_empty"},
		{"too long", []survey.Said{{Row: row, Text: long}}, survey.CommentField(row, ""), "err.too_long"},
		{"unknown row", []survey.Said{{Row: row + 99, Text: "请核对"}}, survey.CommentField(row+99, ""), "survey.err.comment_row"},
		{"unknown question", []survey.Said{{Row: row, Question: "colour", Text: "请核对"}}, survey.CommentField(row, "colour"), "survey.err.comment_question"},
		{"what the service sets", []survey.Said{{Row: row, Question: "code", Text: "请核对"}}, survey.CommentField(row, "code"), "survey.err.comment_question"},
		{"a fact", []survey.Said{{Row: row, Question: "fact.kind", Text: "请核对"}}, survey.CommentField(row, "fact.kind"), "survey.err.comment_question"},
		{"a question about the body on a row", []survey.Said{{Row: row, Question: survey.CountField, Text: "请核对"}}, survey.CommentField(row, survey.CountField), "survey.err.comment_question"},
	} {
		_, err := tn.desk.Return(t.Context(), tn.reviewer(), tn.key("RS"), f.Version, survey.ReturnNote{Comments: c.said})
		if errorAt(fault.FieldsOf(err), c.at) != c.want {
			t.Errorf("%s: %v, want %s at %s", c.name, err, c.want, c.at)
		}
	}
	if p := tn.form("RS"); p.Form.State != survey.FormSubmitted || p.Form.Version != f.Version {
		t.Errorf("the form became %s version %d", p.Form.State, p.Form.Version)
	}
}

func TestNobodyReviewsTheirOwn(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		tn.handedIn("RS", "就业服务系统")
		key := tn.key("RS")
		insider := tn.reviewer()
		insider.DepartmentID = tn.Department("RS").ID
		clerk, head := tn.reviewer(), tn.reviewer()
		clerk.AccountID, head.AccountID = tn.Clerk("RS").AccountID, tn.Head("RS").AccountID
		for _, c := range []struct {
			name string
			by   auth.Principal
			want error
		}{
			{"own department", insider, survey.ErrOwnForm},
			{"who filled it in", clerk, survey.ErrOwnAnswers},
			{"who confirmed it", head, survey.ErrOwnAnswers},
			{"the clerk", tn.Clerk("RS"), auth.ErrForbidden},
			{"the region", tn.Region("ZY"), auth.ErrForbidden},
			{"the auditor", tn.Someone(auth.Auditor), auth.ErrForbidden},
			{"finance", tn.Someone(auth.Finance), auth.ErrForbidden},
			{"nobody", auth.Principal{}, auth.ErrUnauthenticated},
		} {
			said := []survey.Said{{Text: "请核对"}}
			_, accept := tn.desk.Accept(t.Context(), c.by, key, 0)
			_, back := tn.desk.Return(t.Context(), c.by, key, 0, survey.ReturnNote{Comments: said})
			_, note := tn.desk.SetOfficeNote(t.Context(), c.by, key, 0, "已电话核实")
			draft := tn.desk.SaveDrafts(t.Context(), c.by, key, said)
			for what, err := range map[string]error{"accept": accept, "return": back, "note": note, "draft": draft} {
				if !errors.Is(err, c.want) {
					t.Errorf("%s, %s: %v, want %v", c.name, what, err, c.want)
				}
			}
		}
		many, err := tn.desk.AcceptMany(t.Context(), insider, []survey.FormKey{key})
		if err != nil || !errors.Is(many[0].Err, survey.ErrOwnForm) {
			t.Errorf("many at once: %v %v", many, err)
		}
		if _, err := tn.desk.SetOfficeNote(t.Context(), tn.reviewer(), key, 0, "已电话核实"); err != nil {
			t.Errorf("somebody else notes: %v", err)
		}
		if _, _, err := tn.desk.SaveAnswers(t.Context(), tn.reviewer(), key, 0, survey.Input{}); !errors.Is(err, auth.ErrForbidden) {
			t.Errorf("the Office writes answers: %v", err)
		}
	})
}

func TestAcceptanceWritesTheRegisterTraceableBothWays(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		kept := tn.Registered("RS", "就业服务系统")
		off := tn.Registered("RS", "老门户")
		twice := tn.Registered("RS", "就业系统")
		moved := tn.Registered("RS", "婚姻登记系统")
		p := tn.form("RS")
		rows := tn.rows("RS")
		clerk, key := tn.Clerk("RS"), tn.key("RS")
		typed := tn.typed(p, rows["就业服务系统"])
		typed.Set("use_frequency", "weekly")
		if _, _, err := tn.desk.SaveRow(t.Context(), clerk, key, rows["就业服务系统"].ID, 0, survey.Input{Form: typed}); err != nil {
			t.Fatal(err)
		}
		typed.Set("name", "人才网")
		typed.Set("visit_url", "http://10.9.9.9/rc")
		if _, found, err := tn.desk.AddRow(t.Context(), clerk, key, survey.Input{Form: typed}); err != nil || fault.AnyError(found) {
			t.Fatal(err, found)
		}
		for name, g := range map[string]survey.GoneSaid{
			"老门户":    {Kind: survey.GoneOffline, On: "2017-08-31", Reason: "已由新门户替代"},
			"就业系统":   {Kind: survey.GoneDuplicate, Other: kept.Code, Reason: "与就业服务系统重复登记"},
			"婚姻登记系统": {Kind: survey.GoneTransferred, To: "市民政局", Reason: "职能划转至市民政局"},
		} {
			if _, err := tn.desk.MarkGone(t.Context(), clerk, key, rows[name].ID, 0, g); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		f := tn.confirmed("RS")
		diff, err := tn.desk.Compare(t.Context(), tn.reviewer(), key, survey.SideRegister, survey.SideNow)
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[string]survey.Difference{}
		for _, r := range diff.Rows {
			kinds[r.Name] = r.Kind
		}
		for name, want := range map[string]survey.Difference{
			"就业服务系统": survey.Edited, "人才网": survey.New, "老门户": survey.LetGo, "就业系统": survey.LetGo, "婚姻登记系统": survey.LetGo,
		} {
			if kinds[name] != want {
				t.Errorf("against the register %s is %s, want %s", name, kinds[name], want)
			}
		}
		if f, err = tn.desk.Accept(t.Context(), tn.reviewer(), key, f.Version); err != nil {
			t.Fatal(err)
		}
		if f.State != survey.FormAccepted || f.ReviewedBy != tn.reviewer().AccountID || len(tn.dues("RS")) != 0 {
			t.Errorf("accepted: %+v, due %v", f, tn.dues("RS"))
		}
		for _, r := range tn.rows("RS") {
			s, err := tn.Registry.FindSystem(t.Context(), tn.reviewer(), r.Code)
			if err != nil {
				t.Fatalf("%s: %v", r.Name, err)
			}
			if r.SystemID == nil || *r.SystemID != s.ID || r.AdoptedVersion != s.Version || r.BaseVersion != s.Version {
				t.Errorf("%s: the row names %v version %d, the record is %d version %d", r.Name, r.SystemID, r.AdoptedVersion, s.ID, s.Version)
			}
			history, err := tn.Registry.SystemHistory(t.Context(), tn.reviewer(), r.Code)
			if err != nil || history[0].Origin != "/surveys/zc-2017/forms/XYRS" || history[0].Action != "adopted" {
				t.Errorf("%s: history says %+v, %v", r.Name, history[0], err)
			}
		}
		for code, want := range map[string]func(s inventory.System) bool{
			kept.Code: func(s inventory.System) bool {
				return s.State == inventory.Verified && s.UseFrequency == "weekly"
			},
			off.Code: func(s inventory.System) bool {
				return s.Phase == inventory.PhaseOffline && s.DisabledDate == date("2017-08-31")
			},
			twice.Code: func(s inventory.System) bool {
				return s.State == inventory.Merged && *s.MergedIntoID == kept.ID
			},
			moved.Code: func(s inventory.System) bool { return s.OwnerID == tn.Department("MZ").ID },
		} {
			if s, err := tn.Registry.FindSystem(t.Context(), tn.reviewer(), code); err != nil || !want(s) {
				t.Errorf("%s became %s %s of %d, %v", code, s.State, s.Phase, s.OwnerID, err)
			}
		}
	})
}

func TestWhatTheRegisterRefusesIsNamedAndNothingIsWritten(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		good := tn.Registered("RS", "就业服务系统")
		touched := tn.Registered("RS", "社会保险系统")
		f := tn.handedIn("RS")
		declared, err := tn.Registry.FindSystem(t.Context(), tn.Head("RS"), touched.Code)
		if err != nil {
			t.Fatal(err)
		}
		declared.UseFrequency = "yearly"
		if _, _, err := tn.Registry.Change(t.Context(), tn.Head("RS"), touched.Code, declared.Version, declared, "更正"); err != nil {
			t.Fatal(err)
		}
		_, err = tn.desk.Accept(t.Context(), tn.reviewer(), tn.key("RS"), f.Version)
		row := tn.rows("RS")["社会保险系统"]
		if errorAt(fault.FieldsOf(err), survey.RowField(row.ID, "")) != "survey.err.register_moved" || len(fault.FieldsOf(err)) != 1 {
			t.Fatalf("accepting: %v", err)
		}
		var fe *fault.Error
		if !errors.As(err, &fe) || !strings.Contains(fe.Args["rows"].(string), "社会保险系统") {
			t.Errorf("the error says %v", fe.Args)
		}
		s, err := tn.Registry.FindSystem(t.Context(), tn.reviewer(), good.Code)
		if err != nil || s.Version != good.Version || s.State == inventory.Verified {
			t.Errorf("the other record is %s version %d, was version %d", s.State, s.Version, good.Version)
		}
		if p := tn.form("RS"); p.Form.State != survey.FormSubmitted {
			t.Errorf("the form is %s", p.Form.State)
		}
	})
}

// What the Office decided about a system meanwhile is not what the body has to
// answer, and does not stand in the way.
func TestTheDecisionOfTheOfficeDoesNotStopAcceptance(t *testing.T) {
	tn := running(t, openCity(t))
	s := tn.Registered("RS", "就业服务系统")
	f := tn.handedIn("RS")
	if _, err := tn.Registry.Decide(t.Context(), tn.reviewer(), s.Code, s.Version, inventory.Decision{Final: inventory.Keep, Reason: "会议决定"}); err != nil {
		t.Fatal(err)
	}
	if _, err := tn.desk.Accept(t.Context(), tn.reviewer(), tn.key("RS"), f.Version); err != nil {
		t.Fatal(err)
	}
	if got, err := tn.Registry.FindSystem(t.Context(), tn.reviewer(), s.Code); err != nil || got.State != inventory.Verified || got.Final != inventory.Keep {
		t.Errorf("the record is %s, decided %q, %v", got.State, got.Final, err)
	}
}

func TestTwoReviewersAtOnce(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		f := tn.handedIn("RS", "就业服务系统")
		one, other := tn.reviewer(), tn.colleague(auth.Centre, 9002)
		done := make(chan error, 2)
		go func() {
			_, err := tn.desk.Accept(t.Context(), one, tn.key("RS"), f.Version)
			done <- err
		}()
		go func() {
			_, err := tn.desk.Return(t.Context(), other, tn.key("RS"), f.Version, survey.ReturnNote{Comments: []survey.Said{{Text: "请核对系统数量"}}})
			done <- err
		}()
		var failed []error
		for range 2 {
			if err := <-done; err != nil {
				failed = append(failed, err)
			}
		}
		if len(failed) != 1 || !errors.Is(failed[0], store.ErrStale) {
			t.Errorf("failed: %v, want exactly one that is stale", failed)
		}
		if p := tn.form("RS"); p.Form.State != survey.FormAccepted && p.Form.State != survey.FormReturned {
			t.Errorf("the form is %s", p.Form.State)
		}
	})
}

func TestDraftedCommentsGoOutWithTheReturn(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		f := tn.handedIn("RS", "就业服务系统")
		row := tn.rows("RS")["就业服务系统"].ID
		one, other := tn.reviewer(), tn.colleague(auth.Centre, 9002)
		other.Name = "中心王工"
		key := tn.key("RS")
		save := func(by auth.Principal, said ...survey.Said) {
			t.Helper()
			if err := tn.desk.SaveDrafts(t.Context(), by, key, said); err != nil {
				t.Fatal(err)
			}
		}
		save(one, survey.Said{Row: row, Question: "name", Text: "名称请用全称"}, survey.Said{Row: row, Question: "use_scope", Text: "请核对"})
		save(other, survey.Said{Text: "系统数量与云资源清单不符"}, survey.Said{Row: row, Question: "use_scope"})
		if remarks, _ := tn.desk.Remarks(t.Context(), tn.Clerk("RS"), key); len(remarks) != 0 {
			t.Errorf("the clerk reads %d drafts", len(remarks))
		}
		if _, err := tn.desk.Accept(t.Context(), one, key, f.Version); !errors.Is(err, survey.ErrDrafts) {
			t.Errorf("accepting over drafts: %v", err)
		}
		if _, err := tn.desk.Return(t.Context(), one, key, f.Version, survey.ReturnNote{}); err != nil {
			t.Fatal(err)
		}
		remarks, err := tn.desk.Remarks(t.Context(), tn.Clerk("RS"), key)
		if err != nil || len(remarks) != 2 {
			t.Fatalf("the clerk reads %+v, %v", remarks, err)
		}
		said := map[string]string{}
		for _, r := range remarks {
			said[r.Question] = r.SaidName + ": " + r.Text
		}
		if said["name"] != "office: 名称请用全称" || said[""] != "中心王工: 系统数量与云资源清单不符" {
			t.Errorf("said %v", said)
		}
		// Sent back once more for one of the two only: the other one is settled.
		again := tn.confirmed("RS")
		if _, err := tn.desk.Return(t.Context(), one, key, again.Version, survey.ReturnNote{Again: []survey.CommentID{remarks[1].ID}}); err != nil {
			t.Fatal(err)
		}
		if open, _ := tn.desk.Remarks(t.Context(), tn.Clerk("RS"), key); len(open) != 1 || open[0].ID != remarks[1].ID {
			t.Errorf("open after the second return: %+v", open)
		}
	})
}

func TestOnlyCleanFormsAreAcceptedTogether(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		tn.handedIn("RS", "就业服务系统")
		tn.handedIn("MZ", "低保系统")
		tn.Registered("JY", "学籍系统")
		tn.Registered("JY", "老学籍系统")
		tn.form("JY")
		if _, err := tn.desk.MarkGone(t.Context(), tn.Clerk("JY"), tn.key("JY"), tn.rows("JY")["老学籍系统"].ID, 0,
			survey.GoneSaid{Kind: survey.GoneOffline, On: "2017-08-31", Reason: "已停用并下线"}); err != nil {
			t.Fatal(err)
		}
		tn.confirmed("JY")
		tn.zero("MZJ")
		tn.form("WJ")
		if err := tn.desk.SaveDrafts(t.Context(), tn.reviewer(), tn.key("MZ"), []survey.Said{{Text: "请核对"}}); err != nil {
			t.Fatal(err)
		}
		keys := []survey.FormKey{tn.key("RS"), tn.key("MZ"), tn.key("JY"), tn.key("MZJ"), tn.key("WJ"), {Campaign: campaign, Department: "XX"}}
		got, err := tn.desk.AcceptMany(t.Context(), tn.reviewer(), keys)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []error{nil, survey.ErrNotClean, survey.ErrNotClean, nil, survey.ErrNotSubmitted, fault.New(fault.NotFound, "err.not_found")} {
			if !errors.Is(got[i].Err, want) {
				t.Errorf("%s: %v, want %v", keys[i], got[i].Err, want)
			}
		}
		if _, err := tn.desk.AcceptMany(t.Context(), tn.Clerk("RS"), keys); !errors.Is(err, auth.ErrForbidden) {
			t.Errorf("the clerk accepts: %v", err)
		}
	})
}

// Step 7 of the story: what the census finds goes onto the form, marked, and
// the body answers for it; on time stays on time.
func TestTheCensusAddsWhatItFound(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		tn.at("2017-09-29", 10)
		f := tn.handedIn("RS", "就业服务系统")
		if _, err := tn.desk.Accept(t.Context(), tn.reviewer(), tn.key("RS"), f.Version); err != nil {
			t.Fatal(err)
		}
		tn.at("2017-10-13", 15)
		centre := tn.colleague(auth.Centre, 9002)
		var row survey.Row
		add := func(by auth.Principal, found survey.FoundRow) error {
			return tn.DB.Write(t.Context(), func(tx *store.Tx) (err error) {
				row, err = tn.desk.AddFoundIn(tx, by, tn.key("RS"), found)
				return err
			})
		}
		found := survey.FoundRow{
			Name: "人才网", Source: "/census/pc-2017/items/12", Text: "云资源清单第 12 行有此系统，请补报",
			Values: map[string]string{"visit_url": "http://10.9.9.9/rc", "use_frequency": "daily", "fund_source": "没有这一项", "state": "certified"},
		}
		insider := centre
		insider.DepartmentID = tn.Department("RS").ID
		if err := add(insider, found); !errors.Is(err, survey.ErrOwnForm) {
			t.Errorf("somebody of the department adds: %v", err)
		}
		if err := add(tn.Clerk("RS"), found); !errors.Is(err, auth.ErrForbidden) {
			t.Errorf("the clerk adds for the census: %v", err)
		}
		if err := add(centre, found); err != nil {
			t.Fatal(err)
		}
		if row.Origin != survey.FromCensus || row.Decision != survey.Pending || row.Source != found.Source || row.Body["visit_url"] == "" || row.Body["state"] == "certified" || row.Errors == 0 {
			t.Errorf("added %+v", row)
		}
		p := tn.form("RS")
		if p.Form.State != survey.FormReturned || p.Form.Returns != 1 || *p.Form.LateWd != 0 || p.Form.RowsTotal != 2 || p.Form.Errors == 0 {
			t.Errorf("the form is %+v", p.Form)
		}
		if dues := tn.dues("RS"); len(dues) != 1 || dues[0].Title != survey.MendTitle {
			t.Errorf("due: %v", dues)
		}
		remarks, err := tn.desk.Remarks(t.Context(), tn.Clerk("RS"), tn.key("RS"))
		if err != nil || len(remarks) != 1 || remarks[0].Kind != survey.OfCensus || remarks[0].Row.ID != row.ID || remarks[0].Text != found.Text {
			t.Errorf("the clerk reads %+v, %v", remarks, err)
		}
		s := tn.System("RS", "人才网")
		s.VisitUrl = "http://10.9.9.9/rc"
		body := inventory.SystemFields.Values(&s)
		r := row
		r.Body = body
		if _, wrong, err := tn.desk.SaveRow(t.Context(), tn.Clerk("RS"), tn.key("RS"), row.ID, row.Version, survey.Input{Form: tn.typed(p, r)}); err != nil || fault.AnyError(wrong) {
			t.Fatal(err, wrong)
		}
		again := tn.confirmed("RS")
		before, _ := tn.Registry.FindSystem(t.Context(), tn.reviewer(), "RS-0001")
		if _, err := tn.desk.Accept(t.Context(), tn.reviewer(), tn.key("RS"), again.Version); err != nil {
			t.Fatal(err)
		}
		if got := tn.rows("RS")["人才网"]; got.Origin != survey.FromCensus || got.Code != "RS-0002" {
			t.Errorf("the row is %s %s", got.Origin, got.Code)
		}
		after, _ := tn.Registry.FindSystem(t.Context(), tn.reviewer(), "RS-0001")
		if after.Version != before.Version {
			t.Errorf("the other record got version %d though nothing of it changed since %d", after.Version, before.Version)
		}
	})
}

func TestTheCensusPutsADifferenceToTheBody(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		tn.handedIn("RS", "就业服务系统")
		tn.form("MZ")
		row := tn.rows("RS")["就业服务系统"].ID
		ask := func(prefix string, row survey.RowID, question string) error {
			return tn.DB.Write(t.Context(), func(tx *store.Tx) error {
				_, err := tn.desk.AskIn(tx, tn.reviewer(), tn.key(prefix), row, question, "财政台账为 60 万元，请说明")
				return err
			})
		}
		if err := ask("RS", row, "om_amount_year"); err != nil {
			t.Fatal(err)
		}
		if p := tn.form("RS"); p.Form.State != survey.FormReturned || p.Form.Returns != 1 {
			t.Errorf("the form is %s, returned %d times", p.Form.State, p.Form.Returns)
		}
		if err := ask("RS", 0, ""); err != nil {
			t.Fatal(err)
		}
		if p := tn.form("RS"); p.Form.Returns != 1 {
			t.Errorf("a second question returned it %d times", p.Form.Returns)
		}
		if err := ask("MZ", 0, ""); err != nil {
			t.Fatal(err)
		}
		if p := tn.form("MZ"); p.Form.State != survey.FormDraft {
			t.Errorf("a form that was never handed in became %s", p.Form.State)
		}
		if err := ask("RS", row, "colour"); errorAt(fault.FieldsOf(err), survey.CommentField(row, "colour")) != "survey.err.comment_question" {
			t.Errorf("about what nobody asked: %v", err)
		}
	})
}

func TestACampaignIsLockedWhenAllIsAccepted(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		lock := func(by auth.Principal) (n int64, err error) {
			err = tn.DB.Write(t.Context(), func(tx *store.Tx) (err error) {
				n, err = tn.desk.LockIn(tx, by, campaign)
				return err
			})
			return n, err
		}
		for i, prefix := range []string{"RS", "MZ", "JY", "GA", "GS", "FC", "LY", "JT", "WJ", "MZJ", "ZY"} {
			if prefix == "MZJ" {
				tn.zero(prefix)
			} else {
				tn.handedIn(prefix, "业务系统"+strconv.Itoa(i))
			}
			if i == 10 {
				break
			}
			if _, err := tn.desk.Accept(t.Context(), tn.reviewer(), tn.key(prefix), 0); err != nil {
				t.Fatal(err)
			}
		}
		_, err := lock(tn.reviewer())
		var fe *fault.Error
		if !errors.As(err, &fe) || fe.Code != "survey.err.lock_open" || fe.Args["n"] != 1 {
			t.Fatalf("with one form open: %v", err)
		}
		if _, err := tn.desk.Accept(t.Context(), tn.reviewer(), tn.key("ZY"), 0); err != nil {
			t.Fatal(err)
		}
		if _, err := lock(tn.colleague(auth.Centre, 9002)); !errors.Is(err, auth.ErrForbidden) {
			t.Errorf("the centre locks: %v", err)
		}
		if n, err := lock(tn.reviewer()); err != nil || n != 11 {
			t.Fatalf("locked %d forms, %v", n, err)
		}
		if _, err := lock(tn.reviewer()); !errors.Is(err, survey.ErrCampaignLocked) {
			t.Errorf("a second time: %v", err)
		}
		if p := tn.form("RS"); p.Form.State != survey.FormLocked || p.Campaign.State != survey.Locked || p.Campaign.LockedAt == nil {
			t.Errorf("the form is %s, the campaign %s", p.Form.State, p.Campaign.State)
		}
		for what, err := range map[string]error{
			"note": func() error {
				_, err := tn.desk.SetOfficeNote(t.Context(), tn.reviewer(), tn.key("RS"), 0, "x")
				return err
			}(),
			"census": tn.DB.Write(t.Context(), func(tx *store.Tx) error {
				_, err := tn.desk.AskIn(tx, tn.reviewer(), tn.key("RS"), 0, "", "请说明")
				return err
			}),
		} {
			if !errors.Is(err, survey.ErrCampaignLocked) {
				t.Errorf("%s after the lock: %v", what, err)
			}
		}
	})
}

func TestAMendTermNeedsACalendar(t *testing.T) {
	tn := running(t, openCity(t))
	f := tn.handedIn("RS", "就业服务系统")
	tn.at("2037-01-05", 9)
	_, err := tn.desk.Return(t.Context(), tn.reviewer(), tn.key("RS"), f.Version, survey.ReturnNote{Comments: []survey.Said{{Text: "请核对"}}})
	if !errors.Is(err, fault.New(fault.Invalid, "err.calendar")) {
		t.Errorf("in a year without a schedule: %v", err)
	}
	if p := tn.form("RS"); p.Form.State != survey.FormSubmitted {
		t.Errorf("the form is %s", p.Form.State)
	}
}

// Every step of a review is in the operation log, with who took it and why.
func TestReviewIsLogged(t *testing.T) {
	tn := running(t, openCity(t))
	f := tn.handedIn("RS", "就业服务系统")
	by := tn.reviewer()
	if _, err := tn.desk.Return(t.Context(), by, tn.key("RS"), f.Version, survey.ReturnNote{Comments: []survey.Said{{Text: "请核对系统数量"}}}); err != nil {
		t.Fatal(err)
	}
	again := tn.confirmed("RS")
	if _, err := tn.desk.Accept(t.Context(), by, tn.key("RS"), again.Version); err != nil {
		t.Fatal(err)
	}
	var rows []oplog.Row
	err := tn.DB.Read(t.Context(), func(tx *store.Tx) error {
		return tx.Gorm().Where("actor_id = ? AND object_kind = 'form'", by.AccountID).Order("id").Find(&rows).Error
	})
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d entries, %v", len(rows), err)
	}
	if rows[0].Action != "form.returned" || rows[0].Reason != "请核对系统数量" || rows[1].Action != "form.accepted" || rows[1].ObjectID != "zc-2017/XYRS" || rows[1].DepartmentID != tn.Department("RS").ID {
		t.Errorf("entries %+v", rows)
	}
}
