package main

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/scoring/rectification"
)

// demoRectificationEvents are the notice to WJ (steps 17, 19 and 21), and one to
// LY that comes of its score of November and is not answered.
func demoRectificationEvents() []demoEvent {
	sweep := func(d *demoCity, _ auth.Principal) error {
		_, err := d.rectify.Sweep(d.ctx)
		return err
	}
	return []demoEvent{
		{"2017-10-31 17:00", "office", "drafts a notice to WJ", (*demoCity).draftNotice},
		{"2017-11-01 09:30", "office", "orders WJ to rectify", func(d *demoCity, by auth.Principal) error {
			return d.onNotice(by, "WJ", func(n rectification.Notice) error { _, err := d.rectify.Issue(d.ctx, by, n.ID, n.Version); return err })
		}},
		{"2017-11-16 00:30", "", "reports WJ to the leading group", sweep},
		{"2017-11-22 17:00", "wj.head", "shows the catalog", func(d *demoCity, by auth.Principal) error {
			return d.onNotice(by, "WJ", func(n rectification.Notice) error {
				return d.box.Receive(d.ctx, demoPDF("信息资源目录.pdf", "WJ"), func(f evidence.Received) error {
					_, err := d.rectify.Reply(d.ctx, by, n.ID, n.Version, "目录已编制完成，2 条资源经审核发布。", &f)
					return err
				})
			})
		}},
		{"2017-11-22 17:30", "office", "closes the notice to WJ", func(d *demoCity, by auth.Principal) error {
			return d.onNotice(by, "WJ", func(n rectification.Notice) error {
				_, err := d.rectify.Accept(d.ctx, by, n.ID, n.Version, "目录已审核通过")
				return err
			})
		}},
		{"2017-12-18 09:30", "office", "orders LY to rectify", func(d *demoCity, by auth.Principal) error {
			return d.onNotice(by, "LY", func(n rectification.Notice) error { _, err := d.rectify.Issue(d.ctx, by, n.ID, n.Version); return err })
		}},
		{"2017-12-18 10:00", "office", "takes back the second draft about WJ", func(d *demoCity, by auth.Principal) error {
			return d.onNotice(by, "WJ", func(n rectification.Notice) error {
				_, err := d.rectify.Withdraw(d.ctx, by, n.ID, n.Version, "与信整〔2017〕1号通知事项相同，已办结。")
				return err
			})
		}},
		{"2018-01-03 00:30", "", "reports LY to the leading group", sweep},
	}
}

func (d *demoCity) draftNotice(by auth.Principal) error {
	_, err := d.rectify.Draft(d.ctx, by, rectification.Draft{
		Department: d.body("WJ"), Situation: rectification.R1, Facts: "信息资源目录至今未编制报送，截止日为 2017-10-20。",
		Demand: "编制信息资源目录并报送审核，说明逾期原因。", Records: []rectification.RecordRef{{Kind: "obligation", Ref: "P-16"}},
	})
	return err
}

// onNotice does something with the newest notice to a body.
func (d *demoCity) onNotice(by auth.Principal, prefix string, do func(rectification.Notice) error) error {
	page, err := d.rectify.List(d.ctx, by, rectification.Query{})
	if err != nil {
		return err
	}
	var newest rectification.NoticeID
	for _, n := range page.Rows {
		if n.DepartmentID == d.body(prefix) && n.ID > newest {
			newest = n.ID
		}
	}
	if newest == 0 {
		return fmt.Errorf("no notice to %s", prefix)
	}
	f, err := d.rectify.Find(d.ctx, by, newest)
	if err != nil {
		return err
	}
	return do(f.Notice)
}
