package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/png"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/inventory"
	"qingce/inventory/hub"
)

// demoLink is how far a system of the sample city has come with the hub. Numbers
// are days ago.
type demoLink struct {
	system, head string
	tested       int // accepted for its joint test
	verified     int // connected; 0 is not yet
	silent       int // since when nothing is heard; 0 is never
	daily        int64
}

// demoLinks are in the order of their joint tests.
func demoLinks() []demoLink {
	return []demoLink{
		{"GS-01", "钱立新", 84, 80, 0, 2400}, {"GA-01", "陈卫东", 78, 72, 0, 5200}, {"MZ-01", "田卫国", 66, 60, 0, 830}, {"JT-01", "赵江", 62, 55, 0, 410},
		{"RS-01", "王建军", 54, 48, 0, 3100}, {"FC-01", "何建设", 47, 40, 0, 640}, {"JY-04", "汪洋", 39, 33, 11, 190}, {"GS-02", "钱立新", 26, 20, 0, 75},
		{"ZY-01", "黄志远", 17, 12, 0, 60}, {"GA-03", "陈卫东", 14, 9, 0, 320}, {"RS-02", "王建军", 5, 0, 0, 40},
	}
}

// demoHubDays is since when the sample city connects its systems.
const demoHubDays = 90

// demoHubPerson is who handles something of a system for its department.
func (r *rooms) demoHubPerson(ctx context.Context, code, name string, role auth.Role) (inventory.System, auth.Principal, error) {
	s, err := r.registry.FindSystem(ctx, auth.Command("demo", name), code)
	if err != nil {
		return s, auth.Principal{}, err
	}
	dir, err := r.registry.Directory(ctx)
	if err != nil {
		return s, auth.Principal{}, err
	}
	dept, _ := dir.Find(s.OwnerID)
	if dept.Kind == inventory.County {
		role = auth.Region
	}
	return s, demoPersonOf(dept, name, role), nil
}

// loadDemoHub connects systems of the sample city day by day, from three months
// ago until today, and leaves something to do for everybody.
func (r *rooms) loadDemoHub(ctx context.Context, clock *demoClock) error {
	clock.daysAgo.Store(demoHubDays)
	if err := r.setDemoTerms(ctx, clock); err != nil {
		return err
	}
	for ago := demoHubDays; ago >= 0; ago-- {
		clock.daysAgo.Store(int64(ago))
		for _, l := range demoLinks() {
			if l.tested == ago {
				if err := r.testDemoLink(ctx, l); err != nil {
					return fmt.Errorf("joint test of %s: %w", l.system, err)
				}
			}
		}
		if err := r.sendDemoExchanges(ctx, ago); err != nil {
			return fmt.Errorf("exchanges of %d days ago: %w", ago, err)
		}
		for _, l := range demoLinks() {
			if l.verified == ago && ago > 0 {
				if err := r.moveDemoLink(ctx, auth.Command("demo", "何思源"), l.system, hub.Step{Move: hub.Verify}); err != nil {
					return fmt.Errorf("verify %s: %w", l.system, err)
				}
			}
		}
	}
	return r.leaveDemoHub(ctx)
}

// setDemoTerms makes the end of next month the day by which all must be
// connected.
func (r *rooms) setDemoTerms(ctx context.Context, clock *demoClock) error {
	p, err := r.hub.Policy(ctx)
	if err != nil {
		return err
	}
	p.ConnectBy = calendar.DateOf(clock.now()).MonthEnd().AddDays(1).MonthEnd()
	_, err = r.hub.SetPolicy(ctx, auth.Command("demo", "张明"), p, "按本年度工作安排确定接入期限")
	return err
}

// demoPaper is a file that looks different for each text.
func demoPaper(text string) ([]byte, error) {
	sum := sha256.Sum256([]byte(text))
	img := image.NewGray(image.Rect(0, 0, 4, 8))
	copy(img.Pix, sum[:])
	var out bytes.Buffer
	err := png.Encode(&out, img)
	return out.Bytes(), err
}

func (r *rooms) addDemoPapers(ctx context.Context, by auth.Principal, code string, papers ...hub.Paper) error {
	for _, p := range papers {
		data, err := demoPaper(code + string(p))
		if err != nil {
			return err
		}
		up := evidence.Upload{Name: r.catalog.Printer("zh-CN").T(string(p.Label())) + ".png", Reader: bytes.NewReader(data), Size: int64(len(data))}
		if _, err := r.hub.AddPaper(ctx, by, code, p, up, ""); err != nil {
			return err
		}
	}
	return nil
}

// moveDemoLink takes a step with a connection as it stands.
func (r *rooms) moveDemoLink(ctx context.Context, by auth.Principal, code string, step hub.Step) error {
	f, err := r.hub.Find(ctx, auth.Command("demo", "demo"), code)
	if err == nil {
		_, err = r.hub.Take(ctx, by, code, f.Version, step)
	}
	return err
}

// testDemoLink takes a connection to its joint test.
func (r *rooms) testDemoLink(ctx context.Context, l demoLink) error {
	_, head, err := r.demoHubPerson(ctx, l.system, l.head, auth.Head)
	if err != nil {
		return err
	}
	if err := r.addDemoPapers(ctx, head, l.system, hub.LineAcceptance, hub.Application, hub.SecurityReview, hub.DjbhFiling, hub.Deployment, hub.TestReport); err != nil {
		return err
	}
	step := hub.Step{Move: hub.HandIn, To: hub.Tested, Method: hub.ByAPI, IPRecord: fmt.Sprintf("59.208.%d.%d", 10+l.tested%20, 10+l.tested)}
	if err := r.moveDemoLink(ctx, head, l.system, step); err != nil {
		return err
	}
	return r.moveDemoLink(ctx, auth.Command("demo", "何思源"), l.system, hub.Step{Move: hub.Accept})
}

// demoPartners are who takes what each system gives.
func demoPartners() map[string]string {
	return map[string]string{
		"GS-01": "RS-01", "GA-01": "MZ-01", "MZ-01": "FC-01", "JT-01": "GA-01", "RS-01": "市政务大数据中心", "FC-01": "GA-01", "JY-04": "GA-01",
		"GS-02": "市政务大数据中心", "ZY-01": "市政务大数据中心", "GA-03": "FC-01", "RS-02": "GS-01",
	}
}

// sendDemoExchanges sends what the hub exchanged on a day.
func (r *rooms) sendDemoExchanges(ctx context.Context, ago int) error {
	today := calendar.DateOf(r.db.Now())
	report := hub.Report{Source: "gateway-1"}
	partners := demoPartners()
	for i, l := range demoLinks() {
		if ago > l.tested-1 || ago <= l.silent && l.silent > 0 {
			continue
		}
		n := l.daily*9/10 + int64((ago*37+i*11)%20)*l.daily/100
		failures := n / 400
		if l.system == "GS-02" {
			failures = n / 6
		}
		report.Exchanges = append(report.Exchanges, hub.Exchanged{
			Day: today, Provider: l.system, Consumer: partners[l.system], Seq: 24, Exchanges: n, Failures: failures, Bytes: n * 18_000,
		})
	}
	if ago < 6 {
		report.Exchanges = append(report.Exchanges, hub.Exchanged{Day: today, Provider: "水务数据采集平台", Consumer: "市政务大数据中心", Seq: 24, Exchanges: 36, Bytes: 500_000})
	}
	if len(report.Exchanges) == 0 {
		return nil
	}
	_, err := r.hub.TakeReport(ctx, auth.Command("demo", "gateway"), report)
	return err
}

// leaveDemoHub leaves connections at every step for those who try the service,
// with front nodes, links to move and somebody who asks to be put off.
func (r *rooms) leaveDemoHub(ctx context.Context) error {
	centre := auth.Command("demo", "何思源")
	_, fc, err1 := r.demoHubPerson(ctx, "FC-02", "何建设", auth.Head)
	_, ly, err2 := r.demoHubPerson(ctx, "LY-01", "刘畅", auth.Clerk)
	_, jy, err3 := r.demoHubPerson(ctx, "JY-01", "汪洋", auth.Head)
	jt02, jt, err4 := r.demoHubPerson(ctx, "JT-02", "赵江", auth.Head)
	rs01, rs, err5 := r.demoHubPerson(ctx, "RS-01", "王建军", auth.Head)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return err
	}
	early := []hub.Paper{hub.LineAcceptance, hub.Application, hub.SecurityReview, hub.DjbhFiling}
	for _, papers := range []struct {
		by   auth.Principal
		code string
		list []hub.Paper
	}{{fc, "FC-02", append(early, hub.Deployment)}, {ly, "LY-01", early[:1]}, {jy, "JY-01", early}, {jt, "JT-03", early[:1]}} {
		if err := r.addDemoPapers(ctx, papers.by, papers.code, papers.list...); err != nil {
			return fmt.Errorf("papers of %s: %w", papers.code, err)
		}
	}
	for _, m := range []struct {
		by   auth.Principal
		code string
		step hub.Step
	}{
		{fc, "FC-02", hub.Step{Move: hub.HandIn, To: hub.Deployed, Method: hub.ByNode, IPRecord: "59.208.31.8"}},
		{ly, "LY-01", hub.Step{Move: hub.HandIn, To: hub.Extranet, IPRecord: "59.208.33.12"}},
		{jy, "JY-01", hub.Step{Move: hub.HandIn, To: hub.Applied, IPRecord: "59.208.35.6"}},
		{centre, "JY-01", hub.Step{Move: hub.Return, Reason: "安全审查意见缺少审查单位盖章，请补盖后重新提交。"}},
		{jt, "JT-03", hub.Step{Move: hub.HandIn, To: hub.Extranet, IPRecord: "59.208.37.5"}},
		{centre, "JT-03", hub.Step{Move: hub.Accept}},
		{centre, "GA-01", hub.Step{Move: hub.Province}},
	} {
		if err := r.moveDemoLink(ctx, m.by, m.code, m.step); err != nil {
			return fmt.Errorf("%s %s: %w", m.step.Move, m.code, err)
		}
	}
	today := calendar.DateOf(r.db.Now())
	if _, err := r.hub.Ask(ctx, jt, hub.Plea{
		System: jt02.Code, Kind: hub.DeferKind, Ground: "line", Reason: "外网线路割接由运营商安排，预计三个月内完成后接入。", Until: today.AddDays(100),
	}); err != nil {
		return fmt.Errorf("exemption: %w", err)
	}
	return r.addDemoNodes(ctx, rs, rs01.OwnerID, jt, jt02.OwnerID)
}

// addDemoNodes adds front nodes and links that are to move.
func (r *rooms) addDemoNodes(ctx context.Context, rs auth.Principal, rsID auth.DepartmentID, jt auth.Principal, jtID auth.DepartmentID) error {
	today := calendar.DateOf(r.db.Now())
	_, err1 := r.hub.SaveNode(ctx, rs, hub.Node{DepartmentID: rsID, Name: "人社局 1 号前置机", Address: "59.208.10.21", Place: "市政务云机房", InstalledOn: today.AddDays(-70)})
	_, err2 := r.hub.SaveNode(ctx, jt, hub.Node{DepartmentID: jtID, Name: "交通局前置机", Address: "59.208.37.2", Place: "交通局机房", InstalledOn: today.AddDays(-60)})
	_, err3 := r.hub.SaveLink(ctx, rs, hub.Link{
		DepartmentID: rsID, Kind: hub.ExchangeLink, Name: "社保参保信息专线", Other: "市民政局", Content: "参保状态、待遇发放", PlannedOn: today.AddDays(-15),
	})
	_, err4 := r.hub.SaveLink(ctx, jt, hub.Link{
		DepartmentID: jtID, Kind: hub.ExchangeLink, Name: "运政与治安卡口数据交换", Other: "市公安局", Content: "营运车辆、过车记录", PlannedOn: today.AddDays(40),
	})
	_, err5 := r.hub.SaveLink(ctx, rs, hub.Link{
		DepartmentID: rsID, Kind: hub.ExchangeLink, Name: "就业登记文件交换", Other: "市工商局", Content: "新设企业名录", PlannedOn: today.AddDays(-40), MigratedOn: today.AddDays(-48),
	})
	return errors.Join(err1, err2, err3, err4, err5)
}
