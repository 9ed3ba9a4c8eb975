package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/png"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/inventory/hub"
)

// demoLink is how a system comes to the hub: accepted for its joint test on a
// day, seen to exchange on another.
type demoLink struct {
	system, tested, verified string
	daily                    int64 // exchanges
}

// demoLinks are the 15 systems that come so far; JT-02 and WJ-01 never do.
func demoLinks() []demoLink {
	return []demoLink{
		{"GS-01", "2017-11-06", "2017-11-10", 2400}, {"GA-01", "2017-11-09", "2017-11-15", 5200}, {"MZ-01", "2017-11-16", "2017-11-22", 830},
		{"JT-01", "2017-11-17", "2017-11-24", 410}, {"RS-01", "2017-11-20", "2017-11-27", 3100}, {"FC-01", "2017-11-21", "2017-11-28", 640},
		{"JY-04", "2017-11-22", "2017-11-29", 190}, {"GS-02", "2017-11-23", "2017-11-30", 75}, {"GA-03", "2017-12-04", "2017-12-11", 320},
		{"RS-02", "2017-12-07", "2017-12-14", 400}, {"FC-02", "2017-12-11", "2017-12-18", 120}, {"JY-01", "2017-12-13", "2017-12-20", 90},
		{"JT-03", "2017-12-15", "2017-12-22", 260}, {"LY-01", "2017-12-19", "2017-12-26", 150}, {demoCounty, "2017-12-20", "2017-12-28", 60},
	}
}

// demoPairs are the applications across bodies, with the day of their first
// exchange.
func demoPairs() []struct{ provider, consumer, from string } {
	return []struct{ provider, consumer, from string }{
		{"GA-01", "MZ-01", "2017-11-23"}, {"GA-01", "JT-01", "2017-11-25"}, {"GS-01", "RS-01", "2017-11-28"}, {"GS-01", "FC-01", "2017-11-29"},
		{"MZ-01", "FC-01", "2017-12-04"}, {"GA-01", "JY-04", "2017-12-05"}, {"RS-01", "LY-01", "2017-12-27"}, {demoCounty, "市政务信息管理中心", "2017-12-29"},
	}
}

// demoHubEvents are the connections of the steps 23 and 27, day by day.
func demoHubEvents() []demoEvent {
	var out []demoEvent
	for _, l := range demoLinks() {
		out = append(out,
			demoEvent{l.tested + " 09:30", demoClerkOf(l.system), "hands in " + l.system + " for its joint test", func(d *demoCity, by auth.Principal) error {
				return d.handLinkIn(by, l)
			}},
			demoEvent{l.tested + " 15:00", "centre", "accepts the joint test of " + l.system, demoMoves(l.system, hub.Step{Move: hub.Accept})},
			demoEvent{l.verified + " 17:10", "centre", "sees " + l.system + " exchange", demoMoves(l.system, hub.Step{Move: hub.Verify})},
			demoEvent{"2017-10-16 15:00", "office", "notes that " + l.system + " is in service", func(d *demoCity, by auth.Principal) error {
				return d.moveSystem(by, l.system, inventory.PutInService, "")
			}},
		)
		if demoClerkOf(l.system) != demoHeadOf(l.system) {
			out = append(out, demoEvent{l.tested + " 11:00", demoHeadOf(l.system), "confirms " + l.system, demoMoves(l.system, hub.Step{Move: hub.Confirm})})
		}
	}
	for day := calendar.NewDate(2017, 11, 10); day.Before(calendar.NewDate(2018, 1, 10)); day = day.AddDays(1) {
		out = append(out, demoEvent{day.String() + " 17:00", "centre", "receives what the hub exchanged", (*demoCity).exchange})
	}
	return append(out,
		demoEvent{"2018-01-10 08:30", "centre", "receives what the hub exchanged since midnight", (*demoCity).exchange},
		demoEvent{"2017-12-21 10:00", "centre", "notes that GA-01 reaches the province", demoMoves("GA-01", hub.Step{Move: hub.Province})},
		demoEvent{"2017-11-13 10:00", "rs.head", "notes a front node and the lines that are to move", (*demoCity).noteLines},
		demoEvent{"2017-12-06 10:00", "jt.head", "notes a front node and a line that is to move", (*demoCity).noteLine},
	)
}

// demoMoves takes a step with a connection as it stands.
func demoMoves(code string, step hub.Step) func(*demoCity, auth.Principal) error {
	return func(d *demoCity, by auth.Principal) error { return d.moveLink(by, code, step) }
}

func (d *demoCity) moveLink(by auth.Principal, code string, step hub.Step) error {
	f, err := d.hub.Find(d.ctx, by, code)
	if err == nil {
		_, err = d.hub.Take(d.ctx, by, code, f.Version, step)
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", step.Move, code, err)
	}
	return nil
}

// handLinkIn hands in what the joint test needs.
func (d *demoCity) handLinkIn(by auth.Principal, l demoLink) error {
	if err := d.addPapers(by, l.system, hub.LineAcceptance, hub.Application, hub.SecurityReview, hub.DjbhFiling, hub.Deployment, hub.TestReport); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(l.system))
	return d.moveLink(by, l.system, hub.Step{
		Move: hub.HandIn, To: hub.Tested, Method: hub.ByAPI, IPRecord: fmt.Sprintf("59.208.%d.%d", 10+int(sum[0])%40, 1+int(sum[1])%250),
	})
}

// addPapers adds papers, each a picture that differs.
func (d *demoCity) addPapers(by auth.Principal, code string, papers ...hub.Paper) error {
	for _, p := range papers {
		sum := sha256.Sum256([]byte(code + string(p)))
		img := image.NewGray(image.Rect(0, 0, 4, 8))
		copy(img.Pix, sum[:])
		var data bytes.Buffer
		if err := png.Encode(&data, img); err != nil {
			return err
		}
		up := evidence.Upload{Name: d.catalog.Printer(locale.Chinese).T(string(p.Label())) + ".png", Reader: &data, Size: int64(data.Len())}
		if _, err := d.hub.AddPaper(d.ctx, by, code, p, up, ""); err != nil {
			return fmt.Errorf("paper %s of %s: %w", p, code, err)
		}
	}
	return nil
}

// exchange sends what the hub exchanged today up to now.
func (d *demoCity) exchange(by auth.Principal) error {
	day, now := d.today(), d.clock.Now()
	hour := int64(now.In(calendar.Zone).Hour())
	report := hub.Report{Source: "gateway-1"}
	add := func(provider, consumer string, daily int64) {
		n := daily * hour / 17 * int64(90+(day.Day()*37+len(report.Exchanges)*11)%20) / 100
		failures := n / 400
		if provider == "GS-02" {
			failures = n / 6
		}
		report.Exchanges = append(report.Exchanges, hub.Exchanged{
			Day: day, Provider: provider, Consumer: consumer, Seq: hour, Exchanges: max(n, 1), Failures: failures, Bytes: n * 18_000,
		})
	}
	self := d.catalog.Printer(locale.Chinese).T("hub.self")
	for _, l := range demoLinks() {
		if l.verified <= day.String() {
			add(l.system, self, l.daily)
		}
	}
	for i, p := range demoPairs() {
		if p.from <= day.String() {
			add(p.provider, p.consumer, int64(120+60*i))
		}
	}
	if day.String() >= "2018-01-05" { // a system that nobody declared
		add("水务数据采集平台", self, 36)
	}
	_, err := d.hub.TakeReport(d.ctx, by, report)
	return err
}

// noteLines notes what RS has beside its systems.
func (d *demoCity) noteLines(by auth.Principal) error {
	_, err1 := d.hub.SaveNode(d.ctx, by, hub.Node{DepartmentID: by.DepartmentID, Name: "人社局 1 号前置机", Address: "59.208.10.21", Place: "市政务云机房", InstalledOn: calendar.NewDate(2017, 11, 8)})
	_, err2 := d.hub.SaveLink(d.ctx, by, hub.Link{
		DepartmentID: by.DepartmentID, Kind: hub.ExchangeLink, Name: "社保参保信息专线", Other: "市民政局", Content: "参保状态、待遇发放", PlannedOn: calendar.NewDate(2017, 12, 29),
	})
	_, err3 := d.hub.SaveLink(d.ctx, by, hub.Link{
		DepartmentID: by.DepartmentID, Kind: hub.ExchangeLink, Name: "就业登记文件交换", Other: "市工商局", Content: "新设企业名录",
		PlannedOn: calendar.NewDate(2017, 11, 30), MigratedOn: calendar.NewDate(2017, 11, 10),
	})
	return errors.Join(err1, err2, err3)
}

// noteLine notes what JT has: the line of JT-02 is to be cut over in spring.
func (d *demoCity) noteLine(by auth.Principal) error {
	_, err1 := d.hub.SaveNode(d.ctx, by, hub.Node{DepartmentID: by.DepartmentID, Name: "交通局前置机", Address: "59.208.37.2", Place: "交通局机房", InstalledOn: calendar.NewDate(2017, 11, 15)})
	_, err2 := d.hub.SaveLink(d.ctx, by, hub.Link{
		DepartmentID: by.DepartmentID, Kind: hub.ExchangeLink, Name: "运政与治安卡口数据交换", Other: "市公安局", Content: "营运车辆、过车记录", PlannedOn: calendar.NewDate(2018, 3, 31),
	})
	return errors.Join(err1, err2)
}
