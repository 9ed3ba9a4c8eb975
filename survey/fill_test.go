package survey_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/schedule"
	"qingce/internal/store"

	"qingce/survey"
)

func TestAFormIsFilledInFromTheRegister(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		one := tn.Registered("RS", "就业服务系统")
		tn.Registered("RS", "社会保险系统")
		tn.Registered("MZ", "婚姻登记系统")
		office := tn.Someone(auth.Office)
		p, err := tn.desk.OpenForm(t.Context(), office, tn.key("RS"))
		if err != nil {
			t.Fatal(err)
		}
		if p.Form.RowsTotal != 2 || p.Form.OpenedAt != nil || p.MayFill {
			t.Errorf("for the Office: %d rows, opened %v, may fill %v; want 2, never, no", p.Form.RowsTotal, p.Form.OpenedAt, p.MayFill)
		}
		p = tn.form("RS")
		if p.Form.RowsTotal != 2 || p.Form.OpenedAt == nil || p.Form.RowsDone != 0 || p.Due == nil || p.Due.DueOn != date("2017-09-30") {
			t.Errorf("for the clerk: %+v, due %v", p.Form, p.Due)
		}
		rows := tn.rows("RS")
		r := rows["就业服务系统"]
		if r.Code != one.Code || r.Decision != survey.Pending || r.BaseVersion != one.Version || r.Body["use_frequency"] != "daily" || r.Errors != 0 || r.Needed == 0 || r.Needed != r.Given {
			t.Errorf("the row is %+v", r)
		}
		if p.Form.Needed == 0 || p.Form.Given >= p.Form.Needed {
			t.Errorf("%d of %d answers are given", p.Form.Given, p.Form.Needed)
		}
		tn.Registered("RS", "人才网")
		if p = tn.form("RS"); p.Form.RowsTotal != 3 {
			t.Errorf("%d rows after another system was registered, want 3", p.Form.RowsTotal)
		}
	})
}

func TestWhoSeesAndWhoFillsInAForm(t *testing.T) {
	tn := running(t, openCity(t))
	tn.Registered("RS", "就业服务系统")
	id := tn.form("RS").Form.ID
	if id == 0 {
		t.Fatal("no form")
	}
	row := tn.rows("RS")["就业服务系统"]
	for _, c := range []struct {
		name        string
		by          auth.Principal
		see, change fault.Kind
	}{
		{"own clerk", tn.Clerk("RS"), -1, -1},
		{"own head", tn.Head("RS"), -1, -1},
		{"clerk of another department", tn.Clerk("MZ"), fault.NotFound, fault.NotFound},
		{"region", tn.Region("ZY"), fault.NotFound, fault.NotFound},
		{"Office", tn.Someone(auth.Office), -1, fault.Forbidden},
		{"centre", tn.Someone(auth.Centre), -1, fault.Forbidden},
		{"auditor", tn.Someone(auth.Auditor), -1, fault.Forbidden},
		{"administrator", tn.Someone(auth.Admin), fault.NotFound, fault.Forbidden},
		{"nobody", auth.Principal{}, fault.NotFound, fault.Unauthenticated},
	} {
		_, err := tn.desk.FindForm(t.Context(), c.by, tn.key("RS"))
		if got := kind(err); got != c.see {
			t.Errorf("%s sees it: %v", c.name, err)
		}
		_, _, err = tn.desk.ConfirmRows(t.Context(), c.by, tn.key("RS"), row.ID)
		if got := kind(err); got != c.change {
			t.Errorf("%s confirms: %v", c.name, err)
		}
		_, err = tn.desk.Submit(t.Context(), c.by, tn.key("RS"), 0, "")
		if kind(err) < 0 {
			t.Errorf("%s could submit what is not complete", c.name)
		}
	}
}

// kind is the kind of a fault, -1 for none.
func kind(err error) fault.Kind {
	if err == nil {
		return -1
	}
	return fault.KindOf(err)
}

// Step 2 of the story: what is missing is named at its row and question, and
// everything else that was typed is kept.
func TestWhatIsMissingIsNamedAndNothingIsLost(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		tn.Registered("JY", "中考招生系统")
		p := tn.form("JY")
		r := tn.rows("JY")["中考招生系统"]
		form := tn.typed(p, r)
		form.Set("approval_date", "")
		form.Set("function_desc", "中考报名、志愿填报和录取")
		saved, found, err := tn.desk.SaveRow(t.Context(), tn.Clerk("JY"), tn.key("JY"), r.ID, r.Version, survey.Input{Form: form})
		if err != nil {
			t.Fatal(err)
		}
		if errorAt(found, "approval_date") != "err.required" || saved.Errors != 1 || saved.Decision != survey.Changed {
			t.Errorf("found %v, %d errors, decision %s", found, saved.Errors, saved.Decision)
		}
		_, err = tn.desk.HandToHead(t.Context(), tn.Clerk("JY"), tn.key("JY"), 0)
		if errorAt(fault.FieldsOf(err), survey.RowField(r.ID, "approval_date")) != "err.required" {
			t.Errorf("handing in: %v", err)
		}
		r = tn.rows("JY")["中考招生系统"]
		if r.Body["function_desc"] != "中考报名、志愿填报和录取" || r.Body["approval_date"] != "" || r.Done() {
			t.Errorf("kept %v", r.Body)
		}
		if p = tn.form("JY"); p.Form.State != survey.FormDraft || p.Form.ReadyAt != nil || p.Form.Errors != 1 || p.Form.RowsDone != 0 {
			t.Errorf("the form is %+v", p.Form)
		}
	})
}

func TestWhatCannotBeReadIsKeptAsItWasTyped(t *testing.T) {
	tn := running(t, openCity(t))
	tn.Registered("JY", "中考招生系统")
	p, r := tn.form("JY"), tn.rows("JY")["中考招生系统"]
	form := tn.typed(p, r)
	form.Set("approval_date", "二〇一三年某月")
	form.Set("fund_source", "city")
	saved, found, err := tn.desk.SaveRow(t.Context(), tn.Clerk("JY"), tn.key("JY"), r.ID, r.Version, survey.Input{Form: form})
	if err != nil {
		t.Fatal(err)
	}
	if errorAt(found, "approval_date") == "" || len(found) != 1 || saved.Typed["approval_date"][0] != "二〇一三年某月" || saved.Body["approval_date"] != "2013-03-01" || saved.Done() {
		t.Errorf("found %v, kept %v", found, saved.Typed)
	}
	form.Set("approval_date", "2013.3.5")
	saved, found, err = tn.desk.SaveRow(t.Context(), tn.Clerk("JY"), tn.key("JY"), r.ID, saved.Version, survey.Input{Form: form})
	if err != nil || fault.AnyError(found) || len(saved.Typed) > 0 || saved.Body["approval_date"] != "2013-03-05" || !saved.Done() {
		t.Errorf("mended: %v %v %+v", err, found, saved)
	}
}

func TestRowsAreConfirmedAsTheyStand(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		tn.Registered("RS", "就业服务系统")
		tn.Registered("RS", "社会保险系统")
		tn.form("RS")
		rows := tn.rows("RS")
		clerk := tn.Clerk("RS")
		if _, err := tn.desk.AutosaveRow(t.Context(), clerk, tn.key("RS"), rows["社会保险系统"].ID, 0, survey.Input{Form: url.Values{"name": {"社保"}}}); err != nil {
			t.Fatal(err)
		}
		done, refused, err := tn.desk.ConfirmRows(t.Context(), clerk, tn.key("RS"), rows["就业服务系统"].ID, rows["社会保险系统"].ID)
		if err != nil || done != 1 || len(refused) != 1 || refused[0].Found[0].Code != "survey.err.unsaved" {
			t.Errorf("confirmed %d, refused %v (%v)", done, refused, err)
		}
		rows = tn.rows("RS")
		if rows["就业服务系统"].Decision != survey.Confirmed || rows["社会保险系统"].Decision != survey.Pending {
			t.Errorf("decisions %s and %s", rows["就业服务系统"].Decision, rows["社会保险系统"].Decision)
		}
		if p := tn.form("RS"); p.Form.RowsDone != 1 || p.Form.BegunAt == nil {
			t.Errorf("%d rows done, begun %v", p.Form.RowsDone, p.Form.BegunAt)
		}
	})
}

func TestTwoPeopleOnOneForm(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		tn.Registered("RS", "就业服务系统")
		tn.Registered("RS", "社会保险系统")
		p := tn.form("RS")
		rows := tn.rows("RS")
		wang, li := tn.Clerk("RS"), tn.Clerk("RS")
		li.AccountID, li.Name = 901, "李敏"
		save := func(by auth.Principal, r survey.Row, key, value string) (survey.Row, error) {
			form := tn.typed(p, r)
			form.Set(key, value)
			out, _, err := tn.desk.SaveRow(t.Context(), by, tn.key("RS"), r.ID, r.Version, survey.Input{Form: form})
			return out, err
		}
		if _, err := save(wang, rows["就业服务系统"], "registered_users", "300"); err != nil {
			t.Fatalf("the one row: %v", err)
		}
		if _, err := save(li, rows["社会保险系统"], "registered_users", "400"); err != nil {
			t.Fatalf("the other row, meanwhile: %v", err)
		}
		_, err := save(li, rows["就业服务系统"], "registered_users", "500")
		if !errors.Is(err, store.ErrStale) {
			t.Fatalf("the same row meanwhile: %v, want stale", err)
		}
		if got := tn.rows("RS")["就业服务系统"]; got.Body["registered_users"] != "300" || got.UpdatedName != wang.Name {
			t.Errorf("the row says %s by %s", got.Body["registered_users"], got.UpdatedName)
		}
	})
}

// What was typed before a crash is there for the next session, on whichever
// machine, with who typed it and when.
func TestACrashLosesNothingThatWasTyped(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		tn.Registered("RS", "就业服务系统")
		tn.form("RS")
		r := tn.rows("RS")["就业服务系统"]
		after, err := tn.desk.AutosaveRow(t.Context(), tn.Clerk("RS"), tn.key("RS"), r.ID, r.Version, survey.Input{Form: url.Values{
			"name": {"就业服务系统"}, "function_desc": {"写到一半"}, "version": {"1"}, "unknown": {"x"},
		}})
		if err != nil || after.Version == r.Version {
			t.Fatalf("autosave: %v, version %d", err, after.Version)
		}
		desk := survey.NewDesk(survey.Deps{DB: tn.DB, Registry: tn.Registry, Book: tn.book, Catalog: tn.messages()}) // another process
		v, err := desk.FindRow(t.Context(), tn.Head("RS"), tn.key("RS"), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got := v.Row.Typed["function_desc"]; len(got) != 1 || got[0] != "写到一半" || v.Row.UpdatedName != tn.Clerk("RS").Name || !v.Row.UpdatedAt.Equal(tn.Clock.Now().UTC()) {
			t.Errorf("found %v by %s at %s", v.Row.Typed, v.Row.UpdatedName, v.Row.UpdatedAt)
		}
		if _, ok := v.Row.Typed["unknown"]; ok || v.Row.Typed["version"] != nil {
			t.Errorf("kept what is no answer: %v", v.Row.Typed)
		}
		if v.Row.Body["function_desc"] == "写到一半" || v.Row.Done() {
			t.Error("what is only typed counts as an answer")
		}
		if _, err := tn.desk.DropTyped(t.Context(), tn.Clerk("RS"), tn.key("RS"), r.ID, 0); err != nil {
			t.Fatal(err)
		}
		if r = tn.rows("RS")["就业服务系统"]; len(r.Typed) > 0 {
			t.Errorf("still typed: %v", r.Typed)
		}
	})
}

func TestRowsComeAndGo(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		one := tn.Registered("RS", "就业服务系统")
		other := tn.Registered("RS", "社会保险系统")
		tn.form("RS")
		rows := tn.rows("RS")
		clerk, key, ctx := tn.Clerk("RS"), tn.key("RS"), t.Context()
		added, found, err := tn.desk.AddRow(ctx, clerk, key, survey.Input{})
		if err != nil || added.Decision != survey.Added || added.Errors == 0 || errorAt(found, "name") != "err.required" {
			t.Fatalf("added %+v %v %v", added, found, err)
		}
		copied, err := tn.desk.CopyRow(ctx, clerk, key, rows["就业服务系统"].ID)
		if err != nil || copied.Origin != survey.FromCopy || copied.SystemID != nil || copied.Body["name"] != "" || copied.Body["build_unit"] != one.BuildUnit {
			t.Fatalf("copied %+v %v", copied, err)
		}
		if _, err := tn.desk.RemoveRow(ctx, clerk, key, rows["就业服务系统"].ID, 0); kind(err) != fault.Conflict {
			t.Errorf("a registered system was removed: %v", err)
		}
		if _, err := tn.desk.RemoveRow(ctx, clerk, key, added.ID, added.Version); err != nil {
			t.Error(err)
		}
		for _, c := range []struct {
			name string
			said survey.GoneSaid
			at   string
		}{
			{"no reason", survey.GoneSaid{Kind: survey.GoneOffline, On: "2017-08-01"}, survey.GoneReasonField},
			{"no kind", survey.GoneSaid{Reason: "已经不再使用"}, survey.GoneKindField},
			{"an error of the census", survey.GoneSaid{Kind: survey.GoneError, Reason: "已经不再使用"}, survey.GoneKindField},
			{"no day", survey.GoneSaid{Kind: survey.GoneOffline, Reason: "已经不再使用"}, survey.GoneOnField},
			{"tomorrow", survey.GoneSaid{Kind: survey.GoneOffline, On: "2017-09-13", Reason: "已经不再使用"}, survey.GoneOnField},
			{"doubles itself", survey.GoneSaid{Kind: survey.GoneDuplicate, Other: one.Code, Reason: "与另一系统重复"}, survey.GoneOtherField},
			{"given to itself", survey.GoneSaid{Kind: survey.GoneTransferred, To: "XYRS", Reason: "职能已经划转"}, survey.GoneToField},
		} {
			_, err := tn.desk.MarkGone(ctx, clerk, key, rows["就业服务系统"].ID, 0, c.said)
			if errorAt(fault.FieldsOf(err), c.at) == "" {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		gone, err := tn.desk.MarkGone(ctx, clerk, key, rows["就业服务系统"].ID, 0, survey.GoneSaid{Kind: survey.GoneDuplicate, Other: other.Code, Reason: "与社会保险系统重复"})
		if err != nil || gone.Stands() || !gone.Done() || *gone.GoneOtherID != other.ID {
			t.Fatalf("gone %+v %v", gone, err)
		}
		if p := tn.form("RS"); p.Form.RowsTotal != 3 || p.Form.RowsDone != 1 {
			t.Errorf("%d of %d rows done, want 1 of 3", p.Form.RowsDone, p.Form.RowsTotal)
		}
		if back, err := tn.desk.Restore(ctx, clerk, key, gone.ID, gone.Version); err != nil || back.Decision != survey.Pending || back.GoneKind != "" {
			t.Errorf("restored %+v %v", back, err)
		}
	})
}

func TestTheRegisterMovesOnUnderARow(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		s := tn.Registered("RS", "就业服务系统")
		p := tn.form("RS")
		r := tn.rows("RS")["就业服务系统"]
		form := tn.typed(p, r)
		form.Set("registered_users", "300") // the body
		next := s
		next.RegisteredUsers, next.FunctionDesc = new(int64(999)), "职业介绍" // meanwhile, in the register
		if _, _, err := tn.Registry.Change(t.Context(), tn.Head("RS"), s.Code, s.Version, next, ""); err != nil {
			t.Fatal(err)
		}
		saved, found, err := tn.desk.SaveRow(t.Context(), tn.Clerk("RS"), tn.key("RS"), r.ID, r.Version, survey.Input{Form: form})
		if err != nil {
			t.Fatal(err)
		}
		if saved.Body["registered_users"] != "300" || saved.Body["function_desc"] != "职业介绍" || saved.BaseVersion == r.BaseVersion {
			t.Errorf("users %s, function %s, base %d", saved.Body["registered_users"], saved.Body["function_desc"], saved.BaseVersion)
		}
		warned := false
		for _, f := range found {
			warned = warned || f.Name == "registered_users" && f.Warning && f.Code == "survey.warn.register_moved"
		}
		if !warned || fault.AnyError(found) {
			t.Errorf("found %v", found)
		}
	})
}

func TestAZeroReport(t *testing.T) { // V14
	each(t, func(t *testing.T, tn *town) {
		key, clerk, head, ctx := tn.key("MZJ"), tn.Clerk("MZJ"), tn.Head("MZJ"), t.Context()
		p := tn.form("MZJ")
		for reason, name := range map[string]string{"": survey.ZeroReasonField, "无系统": survey.ZeroReasonField} {
			if _, err := tn.desk.FileZero(ctx, clerk, key, p.Form.Version, reason); errorAt(fault.FieldsOf(err), name) == "" {
				t.Errorf("reason %q: %v", reason, err)
			}
		}
		f, err := tn.desk.FileZero(ctx, clerk, key, p.Form.Version, "本单位没有自建或使用的政务信息系统")
		if err != nil || !f.Zero || f.DeclaredCount == nil || *f.DeclaredCount != 0 {
			t.Fatalf("%+v %v", f, err)
		}
		if _, err := tn.desk.Submit(ctx, clerk, key, f.Version, ""); kind(err) != fault.Forbidden {
			t.Errorf("a clerk confirms: %v", err)
		}
		f, err = tn.desk.HandToHead(ctx, clerk, key, f.Version)
		if err != nil || f.ReadyAt == nil {
			t.Fatalf("%+v %v", f, err)
		}
		f, err = tn.desk.Submit(ctx, head, key, f.Version, "")
		if err != nil || f.State != survey.FormSubmitted || f.LateWd == nil || *f.LateWd != 0 || f.ConfirmedName != head.Name {
			t.Fatalf("%+v %v", f, err)
		}
		tn.Registered("MZ", "婚姻登记系统")
		p = tn.form("MZ")
		if _, err := tn.desk.FileZero(ctx, tn.Clerk("MZ"), tn.key("MZ"), p.Form.Version, "本单位没有政务信息系统"); errorAt(fault.FieldsOf(err), survey.ZeroField) != "survey.err.v14_rows" {
			t.Errorf("zero report over a system: %v", err)
		}
	})
}

// filed is a form with one system that was confirmed and can be handed in.
func (tn *town) filed(prefix string) survey.Form {
	tn.t.Helper()
	tn.Registered(prefix, prefix+"业务系统")
	p := tn.form(prefix)
	clerk, key, ctx := tn.Clerk(prefix), tn.key(prefix), tn.t.Context()
	done, refused, err := tn.desk.ConfirmRows(ctx, clerk, key, tn.rows(prefix)[prefix+"业务系统"].ID)
	if err != nil || done != 1 {
		tn.t.Fatalf("confirm: %v %v", refused, err)
	}
	f, found, err := tn.desk.SaveAnswers(ctx, clerk, key, p.Form.Version, survey.Input{Form: answers("1")})
	if err != nil || fault.AnyError(found) {
		tn.t.Fatalf("answers: %v %v", found, err)
	}
	return f
}

func TestSubmission(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		tn.filed("WJ")
		key, head, ctx := tn.key("WJ"), tn.Head("WJ"), t.Context()
		tn.at("2017-10-09", 10)
		c, err := tn.desk.CheckForm(ctx, head, key)
		if err != nil || !c.OK() || c.Form.Needed != c.Form.Given {
			t.Fatalf("check: %v, found %v %v, %d of %d", err, c.Found, c.Troubles, c.Form.Given, c.Form.Needed)
		}
		if _, err := tn.desk.Submit(ctx, head, key, 0, strings.Repeat("0", 64)); !errors.Is(err, store.ErrStale) {
			t.Errorf("something else was confirmed than was seen: %v", err)
		}
		f, err := tn.desk.Submit(ctx, head, key, c.Form.Version, c.Hash)
		if err != nil {
			t.Fatal(err)
		}
		if f.State != survey.FormSubmitted || *f.LateWd != 1 || f.Submissions != 1 || f.FirstSubmittedAt == nil {
			t.Errorf("submitted %+v", f)
		}
		subs, err := tn.desk.Submissions(ctx, head, key)
		if err != nil || len(subs) != 1 || len(subs[0].Body.Rows) != 1 {
			t.Fatalf("submissions %v %v", subs, err)
		}
		if again, err := subs[0].Body.Hash(); err != nil || again != subs[0].Hash || again != c.Hash {
			t.Errorf("hash %s, kept %s, seen %s (%v)", again, subs[0].Hash, c.Hash, err)
		}
		if got := tn.logged("form.submitted"); !strings.Contains(got, `"sha256":"`+c.Hash+`"`) {
			t.Errorf("the operation log says %s", got)
		}
		if open := tn.due(key); len(open) != 0 {
			t.Errorf("still due: %v", open)
		}
		_, _, err = tn.desk.SaveAnswers(ctx, tn.Clerk("WJ"), key, 0, survey.Input{Form: answers("2")})
		if !errors.Is(err, survey.ErrFormClosed) {
			t.Errorf("changed after it was submitted: %v", err)
		}
		tn.reopen(f.ID)
		tn.at("2017-10-20", 10)
		if f, err = tn.desk.Submit(ctx, head, key, 0, ""); err != nil || *f.LateWd != 1 || f.Submissions != 2 || !f.FirstSubmittedAt.Before(*f.SubmittedAt) {
			t.Errorf("the first submission decides: %+v %v", f, err)
		}
	})
}

// logged is what the newest entry of an act in the operation log says of what
// came of it.
func (tn *town) logged(action string) string {
	tn.t.Helper()
	var rows []oplog.Row
	err := tn.DB.Read(tn.t.Context(), func(tx *store.Tx) error {
		return tx.Gorm().Where("action = ?", action).Order("id DESC").Limit(1).Find(&rows).Error
	})
	if err != nil || len(rows) == 0 {
		tn.t.Fatalf("no entry of %s: %v", action, err)
	}
	return string(rows[0].After)
}

// due lists what is still due of a form.
func (tn *town) due(key survey.FormKey) []schedule.Open {
	tn.t.Helper()
	var out []schedule.Open
	err := tn.DB.Read(tn.t.Context(), func(tx *store.Tx) error {
		var err error
		out, err = tn.book.Of(tx, survey.DueOf(key))
		return err
	})
	if err != nil {
		tn.t.Fatal(err)
	}
	return out
}

// reopen sends a form back as a reviewer would.
func (tn *town) reopen(id survey.FormID) {
	tn.t.Helper()
	err := tn.DB.Write(tn.t.Context(), func(tx *store.Tx) error {
		return tx.Gorm().Exec("UPDATE forms SET state = 'returned', returns = returns + 1, version = version + 1 WHERE id = ?", id).Error
	})
	if err != nil {
		tn.t.Fatal(err)
	}
}

func TestWhatKeepsAFormFromBeingHandedIn(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(tn *town, f survey.Form)
		at    string
		code  string
	}{
		{"V15: another number than rows", func(tn *town, f survey.Form) { tn.answer("RS", answers("2")) }, survey.CountField, "survey.err.v15"},
		{"no number", func(tn *town, f survey.Form) { tn.answer("RS", answers("")) }, survey.CountField, "err.required"},
		{"a list is left open", func(tn *town, f survey.Form) {
			a := answers("1")
			a.Del(survey.NoneConnectField)
			tn.answer("RS", a)
		}, survey.NoneConnectField, "survey.err.list_open"},
		{"a list is said to be empty and is not", func(tn *town, f survey.Form) {
			p, r := tn.form("RS"), tn.rows("RS")["RS业务系统"]
			form := tn.typed(p, r)
			form.Set("proposed", "clean")
			if _, _, err := tn.desk.SaveRow(tn.t.Context(), tn.Clerk("RS"), tn.key("RS"), r.ID, r.Version, survey.Input{Form: form}); err != nil {
				tn.t.Fatal(err)
			}
		}, survey.NoneCleanField, "survey.err.list_both"},
		{"a row that nobody looked at", func(tn *town, f survey.Form) {
			tn.Registered("RS", "新登记的系统")
			tn.form("RS")
			tn.answer("RS", answers("2"))
		}, "", "survey.err.pending"},
		{"something typed and not saved", func(tn *town, f survey.Form) {
			r := tn.rows("RS")["RS业务系统"]
			_, err := tn.desk.AutosaveRow(tn.t.Context(), tn.Clerk("RS"), tn.key("RS"), r.ID, 0, survey.Input{Form: url.Values{"name": {"改名"}}})
			if err != nil {
				tn.t.Fatal(err)
			}
		}, "", "survey.err.unsaved"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tn := running(t, openCity(t))
			c.spoil(tn, tn.filed("RS"))
			_, err := tn.desk.Submit(t.Context(), tn.Head("RS"), tn.key("RS"), 0, "")
			fields := fault.FieldsOf(err)
			ok := false
			for _, f := range fields {
				ok = ok || f.Code == c.code && (c.at == "" || f.Name == c.at)
			}
			if len(fields) != 1 || !ok {
				t.Errorf("got %v, want %s at %q", err, c.code, c.at)
			}
			if p := tn.form("RS"); p.Form.State != survey.FormDraft {
				t.Errorf("the form is %s", p.Form.State)
			}
		})
	}
}

func (tn *town) answer(prefix string, form url.Values) survey.Form {
	tn.t.Helper()
	f, _, err := tn.desk.SaveAnswers(tn.t.Context(), tn.Clerk(prefix), tn.key(prefix), 0, survey.Input{Form: form})
	if err != nil {
		tn.t.Fatal(err)
	}
	return f
}

func TestWhatIsWithTheHeadWaits(t *testing.T) {
	tn := running(t, openCity(t))
	tn.filed("RS")
	ctx, key := t.Context(), tn.key("RS")
	f, err := tn.desk.HandToHead(ctx, tn.Clerk("RS"), key, 0)
	if err != nil || f.ReadyName != tn.Clerk("RS").Name {
		t.Fatalf("%+v %v", f, err)
	}
	if _, _, err := tn.desk.AddRow(ctx, tn.Clerk("RS"), key, survey.Input{}); !errors.Is(err, survey.ErrWithHead) {
		t.Errorf("the clerk goes on: %v", err)
	}
	if _, _, err := tn.desk.SaveAnswers(ctx, tn.Head("RS"), key, 0, survey.Input{Form: answers("1")}); err != nil {
		t.Errorf("the head mends something: %v", err)
	}
	if f, err = tn.desk.TakeBack(ctx, tn.Clerk("RS"), key, 0); err != nil || f.ReadyAt != nil {
		t.Errorf("taken back: %+v %v", f, err)
	}
}

func TestDemandsAreATable(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		tn.filed("RS")
		p := tn.form("RS")
		columns, ok := p.Ask.Columns(survey.DemandsQuestion)
		if !ok {
			t.Fatal("no demands are asked")
		}
		form := answers("1")
		form.Del(survey.NoneDemandField)
		for i := range 2 {
			for _, f := range columns.All() {
				v := "婚姻登记信息"
				if len(f.Options) > 0 && f.Kind == "enum" {
					v = f.Options[0]
				}
				if f.Kind == "ref" {
					v = "XYMZ"
				}
				form.Set(survey.CellName(survey.DemandsQuestion, i*2, f.Key), v) // a line was removed between the two
			}
		}
		f, found, err := tn.desk.SaveAnswers(t.Context(), tn.Clerk("RS"), tn.key("RS"), 0, survey.Input{Form: form})
		if err != nil || fault.AnyError(found) {
			t.Fatal(err, found)
		}
		c, err := tn.desk.CheckForm(t.Context(), tn.Clerk("RS"), tn.key("RS"))
		if err != nil || len(c.Lists().Demands) != 2 || !c.OK() {
			t.Errorf("%d demands, found %v (%v); kept %s", len(c.Lists().Demands), c.Found, err, f.Answers[survey.DemandsQuestion])
		}
	})
}

func TestFormsThatSomebodyHasToFill(t *testing.T) {
	tn := running(t, openCity(t))
	mine, err := tn.desk.ListMine(t.Context(), tn.Clerk("RS"))
	if err != nil || len(mine) != 1 || mine[0].Owner.Prefix != "RS" || mine[0].Due == nil {
		t.Errorf("clerk: %+v %v", mine, err)
	}
	if mine, err = tn.desk.ListMine(t.Context(), tn.Someone(auth.Office)); err != nil || len(mine) != 0 {
		t.Errorf("Office: %+v %v", mine, err)
	}
}

func TestAnswersOfLastTime(t *testing.T) {
	tn := running(t, openCity(t))
	f := tn.filed("RS")
	if _, err := tn.desk.Submit(t.Context(), tn.Head("RS"), tn.key("RS"), 0, ""); err != nil {
		t.Fatal(err)
	}
	err := tn.DB.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.Gorm().Exec("UPDATE forms SET state = 'accepted', answers = ? WHERE id = ?", `{"x_it_unit":"局信息科","x_gone":"x"}`, f.ID).Error; err != nil {
			return err
		}
		return tx.Gorm().Exec("UPDATE form_rows SET body = replace(body, '}', ',\"x_cases_year\":\"77\"}') WHERE form_id = ?", f.ID).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	tn.open("zc-2018", "self-survey-2017", "2017-09-12", "2017-12-29")
	key := survey.FormKey{Campaign: "zc-2018", Department: tn.Department("RS").Code}
	p, err := tn.desk.OpenForm(t.Context(), tn.Clerk("RS"), key)
	if err != nil {
		t.Fatal(err)
	}
	if p.Form.Answers["x_it_unit"] != "局信息科" || p.Form.Answers["x_gone"] != "" {
		t.Errorf("about the body: %v", p.Form.Answers)
	}
	page, err := tn.desk.FormRows(t.Context(), tn.Clerk("RS"), key, survey.RowQuery{})
	if err != nil || len(page.Rows) != 1 || page.Rows[0].Body["x_cases_year"] != "77" {
		t.Errorf("about the system: %+v %v", page.Rows, err)
	}
}
