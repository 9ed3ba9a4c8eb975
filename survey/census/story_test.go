package census_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey"
	"qingce/survey/census"
	"qingce/survey/surveytest"
)

// story is how many systems each department of the story declares; LY-02 is
// found by the census and ZY-01 registered by the county.
var story = []struct {
	prefix  string
	systems int
}{{"RS", 4}, {"MZ", 3}, {"JY", 4}, {"GA", 3}, {"GS", 2}, {"FC", 3}, {"LY", 1}, {"JT", 3}, {"WJ", 1}}

// declared has the ten departments declare their 24 systems and accepts all
// forms.
func (tn *town) declared() {
	tn.t.Helper()
	tn.At("2017-09-29 10:00")
	tn.zero("MZJ")
	for _, one := range story {
		var all []inventory.System
		for n := range one.systems {
			all = append(all, tn.System(one.prefix, one.prefix+"业务"+string(rune('A'+n))+"系统"))
		}
		if one.prefix == "WJ" {
			tn.At("2017-10-09 10:00")
		}
		tn.handedIn(one.prefix, all...)
	}
	tn.At("2017-10-11 10:00")
	for _, one := range story {
		tn.accepted(one.prefix)
	}
	tn.accepted("MZJ")
}

// countyRegisters has the county register its system and the Office verify it.
func (tn *town) countyRegisters() {
	tn.t.Helper()
	zy := tn.System("ZY", "枣阳市智慧城管系统")
	s, _, err := tn.Registry.Register(tn.t.Context(), tn.Region("ZY"), inventory.Registration{System: zy})
	if err != nil {
		tn.t.Fatal(surveytest.Explain(err))
	}
	for _, step := range []struct {
		by   auth.Principal
		move inventory.Move
	}{{tn.Region("ZY"), inventory.Declare}, {tn.Office(), inventory.Verify}} {
		if s, err = tn.Registry.Move(tn.t.Context(), step.by, s.Code, s.Version, step.move, ""); err != nil {
			tn.t.Fatal(surveytest.Explain(err))
		}
	}
}

const cloudList = `政务云资源台账
序号,应用系统名称,使用单位,内网IP,端口,网络区域
1,襄阳市RS业务A系统,襄阳市人社局,10.20.1.5,8080,电子政务外网
2,旅游信息发布平台,襄阳市旅游局,10.20.9.7,80,互联网
3,JT业务B平台,市交通局,10.20.3.1,,电子政务外网
`

// Steps 7 and 8 of the story.
func TestTheCensusFindsWhatWasLeftOutAndIsLocked(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		ctx := t.Context()
		tn.declared()
		tn.countyRegisters()
		tn.At("2017-10-13 09:00")
		src := tn.matched(census.Cloud, "政务云资源清单", cloudList)
		if src.Omitted != 1 || src.Matches != 2 || src.Undecided != 1 {
			t.Fatalf("the list came out as %+v", src.Counts)
		}
		if _, err := tn.desk.Lock(ctx, tn.Office(), code); !errors.Is(err, census.ErrNotReady) || !named(err, "items") || named(err, "coverage") {
			t.Errorf("locked with an omission that nobody decided about: %v", surveytest.Explain(err))
		}
		lost := tn.items(census.ItemQuery{Results: []census.Result{census.Omitted}})["旅游信息发布平台"]
		item, err := tn.desk.Decide(ctx, tn.Centre(), code, lost.ID, lost.Version, census.Ruling{Decision: census.Added})
		if err != nil {
			t.Fatal(surveytest.Explain(err))
		}
		if item.RowID == nil || item.Decision != census.Added || item.DecidedName == "" {
			t.Errorf("decided: %+v", item)
		}
		tn.onTheForm(t, item)
		if _, err := tn.desk.Lock(ctx, tn.Office(), code); !errors.Is(err, census.ErrNotReady) || !named(err, "coverage") || named(err, "items") {
			t.Errorf("locked with 9 of 10 forms: %v", surveytest.Explain(err))
		}
		tn.filled("LY", "旅游信息发布平台")
		tn.submitted("LY")
		tn.At("2017-10-14 10:00")
		tn.accepted("LY")
		tn.At("2017-10-15 16:00") // a Sunday
		if _, err := tn.desk.Lock(ctx, tn.Centre(), code); !errors.Is(err, auth.ErrForbidden) {
			t.Errorf("the centre locks: %v", err)
		}
		cert, err := tn.desk.Lock(ctx, tn.Office(), code)
		if err != nil {
			t.Fatal(surveytest.Explain(err))
		}
		if cert.Number != "襄信普〔2017〕1号" || cert.CertifiedOn.String() != "2017-10-15" || cert.Systems != 26 || cert.Municipal != 25 || cert.Others != 1 || cert.Bodies != 10 {
			t.Errorf("certified %+v", cert)
		}
		want := census.Way{Declared: 24, Found: 1, Beside: 1}
		if cert.Totals.Way != want || cert.Totals.Zero != 1 || cert.Totals.Late != 1 || cert.Totals.OmYear != 26*12_000_000 {
			t.Errorf("totals %+v", cert.Totals)
		}
		tn.behind(t, cert)
		tn.lockedAfter(t, cert)
	})
}

// behind checks that what stands behind the numbers of a certificate adds up to
// them, and that nobody sees the rows of others there.
func (tn *town) behind(t *testing.T, cert census.Certificate) {
	t.Helper()
	w := cert.Totals.Way
	for part, want := range map[census.Part]int{
		census.PartDeclared: w.Declared, census.PartCorrected: w.Corrected, census.PartFound: w.Found, census.PartOffline: w.Offline,
		census.PartBeside: w.Beside, census.PartGone: w.Gone, census.PartMunicipal: cert.Municipal, census.PartOthers: cert.Others,
	} {
		page, err := tn.desk.PartLines(t.Context(), tn.Office(), cert.ID, part, 1, 100)
		if err != nil || page.Sum != want || len(page.Lines) != page.Total || page.Base.Code != surveytest.Code || page.Census.Code != code {
			t.Errorf("behind %s stand %d (%d lines), want %d, %v", part, page.Sum, page.Total, want, err)
		}
	}
	found, err := tn.desk.PartLines(t.Context(), tn.Clerk("LY"), cert.ID, census.PartFound, 1, 100)
	if err != nil || len(found.Lines) != 1 || found.Lines[0].Name != "旅游信息发布平台" || found.Lines[0].Body.Code != tn.Department("LY").Code || found.Lines[0].Row == 0 {
		t.Errorf("found: %+v, %v", found.Lines, err)
	}
	if page, err := tn.desk.PartLines(t.Context(), tn.Clerk("RS"), cert.ID, census.PartFound, 1, 100); err != nil || page.Total != 0 {
		t.Errorf("another department sees %+v, %v", page.Lines, err)
	}
	if _, err := tn.desk.PartLines(t.Context(), tn.Office(), cert.ID, "hash", 1, 100); kind(err) != fault.NotFound {
		t.Errorf("a part that is none: %v", err)
	}
}

func named(err error, name string) bool {
	return slices.ContainsFunc(fault.FieldsOf(err), func(f fault.Field) bool { return f.Name == name })
}

// onTheForm checks that the department finds what the census added.
func (tn *town) onTheForm(t *testing.T, item census.Item) {
	t.Helper()
	row := tn.rows("LY")["旅游信息发布平台"]
	if row.ID != *item.RowID || row.Origin != survey.FromCensus || row.Decision != survey.Pending || !strings.HasPrefix(row.Source, "/census/pc-2017/items/") || row.Body["network"] != "internet" {
		t.Errorf("the row of the form is %+v", row)
	}
	p, err := tn.Desk.FindForm(t.Context(), tn.Clerk("LY"), tn.Form("LY"))
	if err != nil || p.Form.State != survey.FormReturned || *p.Form.LateWd != 0 {
		t.Errorf("the form is %s, late by %v, %v", p.Form.State, p.Form.LateWd, err)
	}
	remarks, err := tn.Desk.Remarks(t.Context(), tn.Clerk("LY"), tn.Form("LY"))
	if err != nil || len(remarks) != 1 || !strings.Contains(remarks[0].Text, "政务云资源清单") {
		t.Errorf("the department reads %+v, %v", remarks, err)
	}
	for name, by := range map[string]auth.Principal{"its clerk": tn.Clerk("LY"), "another's": tn.Clerk("RS")} {
		page, err := tn.desk.ListItems(t.Context(), by, code, census.ItemQuery{})
		if want := map[string]int{"its clerk": 1, "another's": 1}[name]; err != nil || len(page.Items) != want {
			t.Errorf("%s sees %d items, %v", name, len(page.Items), err)
		}
	}
}

// lockedAfter checks what a lock leaves behind.
func (tn *town) lockedAfter(t *testing.T, cert census.Certificate) {
	t.Helper()
	ctx := t.Context()
	if _, err := tn.desk.Lock(ctx, tn.Office(), code); !errors.Is(err, survey.ErrCampaignLocked) {
		t.Errorf("locked twice: %v", err)
	}
	for _, c := range []string{code, surveytest.Code} {
		if got := tn.Campaign(c).State; got != survey.Locked {
			t.Errorf("%s is %s", c, got)
		}
	}
	s, err := tn.Registry.FindSystem(ctx, tn.Clerk("RS"), "RS-0001")
	if err != nil {
		t.Fatal(err)
	}
	s.FunctionDesc = "改了"
	if _, _, err := tn.Registry.Change(ctx, tn.Clerk("RS"), s.Code, s.Version, s, ""); !errors.Is(err, inventory.ErrLocked) {
		t.Errorf("a certified record was changed: %v", err)
	}
	v, err := tn.desk.Verify(ctx, tn.Clerk("RS"), cert.ID)
	if err != nil || !v.OK() || v.Systems != 26 || v.Hash != cert.Hash {
		t.Errorf("verified: %+v, %v", v, err)
	}
	for _, damage := range []struct{ name, stmt, code string }{
		{"a value in the history", "UPDATE system_versions SET fund_source = 'superior' WHERE code = 'RS-0001' AND state = 'certified'", "census.verify.changed"},
		{"a system that is gone", "DELETE FROM system_versions WHERE code = 'RS-0001' AND state = 'certified'", "census.verify.missing"},
		{"a line of the certificate", "DELETE FROM certificate_systems WHERE code = 'RS-0001'", "census.verify.number"},
		{"a number of it", "UPDATE certificates SET municipal = 24", "census.verify.hash"},
		{"a total of it", `UPDATE certificates SET totals = replace(totals, '"found":1', '"found":0')`, "census.verify.hash"},
	} {
		err := tn.DB.Write(ctx, func(tx *store.Tx) error {
			if err := tx.Gorm().Exec(damage.stmt).Error; err != nil {
				return err
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		v, err := tn.desk.Verify(ctx, tn.Office(), cert.ID)
		if err != nil || !slices.ContainsFunc(v.Found, func(f fault.Field) bool { return f.Code == damage.code }) {
			t.Errorf("%s is not told: %v, %v", damage.name, v.Found, err)
		}
	}
}

func TestTwoLocksAtOnceMakeOneCertificate(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		tn.declared()
		errs := make([]error, 4)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() { _, errs[i] = tn.desk.Lock(t.Context(), tn.Office(), code) })
		}
		all.Wait()
		done := 0
		for _, err := range errs {
			switch {
			case err == nil:
				done++
			case !errors.Is(err, survey.ErrCampaignLocked):
				t.Errorf("the other lock: %v", surveytest.Explain(err))
			}
		}
		made, err := tn.desk.ListCertificates(t.Context(), tn.Clerk("RS"))
		if err != nil || done != 1 || len(made) != 1 || made[0].Systems != 24 {
			t.Errorf("%d locks, %d certificates, %v", done, len(made), err)
		}
	})
}

// A body that nobody asked is not certified by the answers of the others, and
// what the Office is told before the lock is what the certificate then counts.
func TestALockCertifiesThoseWhoWereAsked(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		ctx := t.Context()
		tn.declared()
		tn.countyRegisters()
		later, _, err := tn.Registry.AddDepartment(ctx, auth.System("test"), inventory.Department{
			Code: "XYNEW", Prefix: "NEW", Name: "市大数据局", Kind: inventory.Municipal, RegionCode: "420600",
		}, "")
		if err != nil {
			t.Fatal(err)
		}
		head := tn.Head("RS")
		head.DepartmentID = later.ID
		s := tn.System("RS", "数据共享门户")
		s.OwnerID = later.ID
		if s, _, err = tn.Registry.Register(ctx, head, inventory.Registration{System: s}); err != nil {
			t.Fatal(surveytest.Explain(err))
		}
		if s, err = tn.Registry.Move(ctx, head, s.Code, s.Version, inventory.Declare, ""); err != nil {
			t.Fatal(surveytest.Explain(err))
		}
		if s, err = tn.Registry.Move(ctx, tn.Office(), s.Code, s.Version, inventory.Verify, ""); err != nil {
			t.Fatal(surveytest.Explain(err))
		}
		ready, err := tn.desk.Readiness(ctx, tn.Office(), code)
		if err != nil || ready.Verified != 25 || ready.Locked != 0 {
			t.Fatalf("before the lock: %+v, %v", ready, err)
		}
		cert, err := tn.desk.Lock(ctx, tn.Office(), code)
		if err != nil || int64(cert.Systems) != ready.Verified+ready.Locked || cert.Municipal != 24 || cert.Others != 1 {
			t.Errorf("certified %+v, %v", cert, surveytest.Explain(err))
		}
		if s, err = tn.Registry.FindSystem(ctx, tn.Office(), s.Code); err != nil || s.State != inventory.Verified {
			t.Errorf("the system of the body that nobody asked is %s, %v", s.State, err)
		}
	})
}
