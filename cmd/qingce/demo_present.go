package main

import (
	"bytes"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/inventory"
	"qingce/inventory/hub"
	"qingce/inventory/sharing"
)

// demoPresentEvents leave something to do for everybody when the demonstration
// opens.
func demoPresentEvents() []demoEvent {
	return []demoEvent{
		{"2018-01-05 10:20", "ly.head", "applies to the Office for the population", func(d *demoCity, by auth.Principal) error {
			return d.onRequest(by, "LY", demoPeopleEntry, func(r sharing.Request) error {
				return d.escalate(by, r, "关于提请协调共享户籍人口信息的申请.pdf", "核验导游人员身份，依法履职必需，恳请协调。")
			})
		}},
		{"2018-01-08 09:20", "rs.head", "asks JY for pupils", func(d *demoCity, by auth.Principal) error {
			return d.ask(by, "RS", "学生学籍信息", "《就业促进法》，核对职业培训补贴对象")
		}},
		{"2018-01-08 09:40", "gs.head", "asks RS for who is insured", func(d *demoCity, by auth.Principal) error {
			return d.ask(by, "GS", "参加社会保险人员信息", "《企业信息公示暂行条例》，抽查年报社保信息")
		}},
		{"2018-01-08 10:10", "rs.clerk", "objects to residence permits", func(d *demoCity, by auth.Principal) error {
			_, err := d.sharing.Raise(d.ctx, by, sharing.Doubt{
				Entry: d.entries["居住证信息"].code, RecordRef: "受理单 RS-2231", Kind: sharing.ObjectMismatch,
				Description: "共享数据显示居住证已过期，本人持有签注有效的居住证到窗口办理。", CitizenCase: true, AsUsual: true, AsUsualNote: "已凭居住证原件受理",
			})
			return err
		}},
		{"2018-01-08 14:00", "centre", "passes the objection on", func(d *demoCity, by auth.Principal) error {
			return d.onDoubt(by, func(o sharing.Objection) error {
				_, err := d.sharing.Dispatch(d.ctx, by, o.ID, o.Version, "")
				return err
			})
		}},
		{"2018-01-09 09:10", "fc.clerk", "objects to employment", func(d *demoCity, by auth.Principal) error {
			_, err := d.sharing.Raise(d.ctx, by, sharing.Doubt{
				Entry: d.entries["就业登记信息"].code, Kind: sharing.ObjectDoubt, Description: "登记日期大量为同一天，疑为批量补录。",
			})
			return err
		}},
		{"2018-01-09 09:30", "ga.head", "reports that RS used the population for something else", (*demoCity).reportMisuse},
		{"2018-01-05 11:00", "rs.clerk", "says what citizens no longer hand in", demoRelieves("灵活就业人员参保", "户口簿复印件", demoPeopleEntry, 12600)},
		{"2018-01-08 11:00", "office", "accepts what RS said", (*demoCity).acceptRelief},
		{"2018-01-09 11:00", "fc.clerk", "says what citizens no longer hand in", demoRelieves("存量房转移登记", "营业执照复印件", "企业登记基础信息", 3200)},
		{"2018-01-08 16:00", "ga.head", "asks for a locked record to be changed", (*demoCity).askChange},
		{"2018-01-09 15:00", "wj.head", "shows its services at last", func(d *demoCity, by auth.Principal) error {
			_, err := d.duties.HandIn(d.ctx, by, "P-23", d.body("WJ"), 0, "农产品批发价格查询服务已上线，附测试记录。")
			return err
		}},
		{"2018-01-09 15:30", "wj.head", "hands in the line of WJ-01", func(d *demoCity, by auth.Principal) error {
			if err := d.addPapers(by, "WJ-01", hub.LineAcceptance); err != nil {
				return err
			}
			return d.moveLink(by, "WJ-01", hub.Step{Move: hub.HandIn, To: hub.Extranet, IPRecord: "59.208.41.9"})
		}},
		{"2018-01-09 16:00", "rs.clerk", "hands in files of daily figures", (*demoCity).leaveFiles},
		{"2018-01-09 16:30", "gs.head", "needs something from others", func(d *demoCity, by auth.Principal) error {
			_, err := d.sharing.Need(d.ctx, by, sharing.Want{
				Wanted: "企业欠薪处理情况", Purpose: sharing.PurposeCollaboration, Business: "企业信用公示", Method: sharing.MethodQuery, Submit: true,
			})
			return err
		}},
	}
}

func (d *demoCity) reportMisuse(by auth.Principal) error {
	page, err := d.sharing.ListAgreements(d.ctx, by, sharing.AgreementQuery{Request: d.requests[demoPeopleEntry+"/RS"]})
	if err != nil {
		return err
	}
	if len(page.Rows) == 0 {
		return fmt.Errorf("RS has no agreement about %s", demoPeopleEntry)
	}
	_, err = d.sharing.ReportMisuse(d.ctx, by, page.Rows[0].ID, sharing.Finding{Kind: sharing.MisusePurpose, Description: "日志显示用于职业介绍广告推送，请核实。"})
	return err
}

func demoRelieves(matter, material, entry string, times int64) func(*demoCity, auth.Principal) error {
	return func(d *demoCity, by auth.Principal) error {
		_, err := d.sharing.DeclareRelief(d.ctx, by, sharing.Saving{
			Matter: matter, Material: material, People: sharing.PeopleBoth, Entry: d.entries[entry].code, StoppedOn: d.today(), TimesAYear: times,
		})
		return err
	}
}

func (d *demoCity) acceptRelief(by auth.Principal) error {
	page, err := d.sharing.ListReliefs(d.ctx, by, sharing.ReliefQuery{})
	if err != nil {
		return err
	}
	for _, r := range page.Rows {
		if _, err := d.sharing.DecideRelief(d.ctx, by, r.ID, r.Version, sharing.ReliefAccepted, ""); err != nil {
			return err
		}
	}
	return nil
}

// askChange leaves a request to change a record that the census has locked.
func (d *demoCity) askChange(by auth.Principal) error {
	s, err := d.registry.FindSystem(d.ctx, by, "GA-03")
	if err != nil {
		return err
	}
	s.MaintainUnit = "襄阳市公安局科技信息化处"
	_, _, err = d.registry.ProposeChange(d.ctx, by, s.Code, inventory.Proposal{
		System: s, Version: s.Version, Reason: "运维合同到期后改由局科技信息化处自行运维，运维单位相应变更。", Submit: true,
	})
	return err
}

// leaveFiles leaves a file with mistakes, and one that waits for the centre and
// says of a system what its probe does not.
func (d *demoCity) leaveFiles(by auth.Principal) error {
	text := "系统编码,日期,使用人数,登录次数,业务办理量\n" +
		"RS-02,2017-11-26,215,430,210\nRS-01,2017-11-27,610,约1300,1220\nRS-99,2017-11-28,4,5,1\nRS-02,2018-01-12,0,0,0\n"
	if _, err := d.backfill.Receive(d.ctx, by, "人社局使用数据.csv", []byte(text)); err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString("系统编码,日期,使用人数,登录次数,业务办理量\n")
	for i := range 10 {
		fmt.Fprintf(&b, "RS-02,%v,%d,%d,%d\n", calendar.NewDate(2017, 12, 18).AddDays(i), 23+i%4, 35+i%6, 12+i%3)
	}
	u, err := d.backfill.Receive(d.ctx, by, "窗口登记簿.csv", b.Bytes())
	if err == nil {
		_, err = d.backfill.Submit(d.ctx, by, u.ID, u.Version, "窗口人员手工登记的办理次数，按登记簿逐日汇总")
	}
	return err
}
