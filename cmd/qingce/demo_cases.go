package main

import (
	"bytes"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/inventory"
	"qingce/inventory/hub"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/cleanup"
)

// demoOffices is the office system of the whole city, which took the place of
// JY-03. No department declares it: it belongs to all of them.
const demoOffices = "全市协同办公平台"

// demoCaseEvents are the steps 11 to 16 and 24: what detection finds, what
// departments say to it, and what becomes of it.
func demoCaseEvents() []demoEvent {
	out := []demoEvent{
		{"2017-10-20 17:00", "office", "registers the office system of the city", (*demoCity).registerOffices},
		{"2017-10-23 09:30", "centre", "looks for systems that are no longer used", demoDetects("2017-10-22", 3)},
		{"2017-10-23 14:30", "centre", "looks again, with the logs of JT-01", demoDetects("2017-10-22", 3)},
		{"2017-10-25 10:00", "rs.head", "admits that RS-03 is not used", demoAnswers("RS-03", cleanup.Admits, "业务已转到省人事档案平台，同意清理。")},
		{"2017-10-25 10:30", "jy.head", "admits that JY-03 is not used", demoAnswers("JY-03", cleanup.Admits, "已改用全市协同办公平台，同意清理。")},
		{"2017-10-25 16:00", "ly.head", "contests that LY-02 is not used", demoAnswers(demoFound, cleanup.Contests, "仍有游客通过网站投诉，旅游旺季需要保留。")},
		{"2017-12-12 06:00", "centre", "hands in two log-ins to LY-02", func(d *demoCity, by auth.Principal) error {
			return d.giveRows(by, "旧版网站登录记录.csv", [][]string{{"system", "day", "users", "logins", "business_tx"}, {demoFound, "2017-12-11", "2", "2", "0"}})
		}},
		{"2017-12-12 06:30", "centre", "looks again, and LY-02 is opened again", demoDetects("2017-12-11", 3)},
		{"2017-12-12 16:00", "ly.head", "closes LY-02 again", func(d *demoCity, by auth.Principal) error {
			return d.proveCase(by, demoFound, "已删除残留账号，关闭后台登录入口")
		}},
		{"2017-12-12 16:30", "centre", "accepts that LY-02 is closed", (*demoCity).acceptFound},
		{"2018-01-10 08:55", "centre", "looks for systems that are no longer used", demoDetects("2018-01-09", 3)},
	}
	decided := map[string]string{
		"RS-03": "部门认可，予以认定。", "JY-03": "部门认可，予以认定。",
		demoFound: "90天内3名用户、60个工作日中4天登录、处理器平均0.8%，申辩理由不成立。",
	}
	for _, code := range []string{"RS-03", "JY-03", demoFound} {
		out = append(out,
			demoEvent{"2017-10-24 09:00", "office", "tells the department of " + code, func(d *demoCity, by auth.Principal) error {
				return d.onCase(by, code, func(c cleanup.Case) error { _, err := d.cases.Notify(d.ctx, by, c.No, c.Version); return err })
			}},
			demoEvent{"2017-10-27 15:00", "office", "finds that " + code + " is not used", func(d *demoCity, by auth.Principal) error {
				return d.onCase(by, code, func(c cleanup.Case) error {
					_, err := d.cases.Decide(d.ctx, by, c.No, c.Version, true, decided[code])
					return err
				})
			}},
		)
	}
	for code, day := range map[string]string{"RS-03": "2017-10-31", "JY-03": "2017-10-31", demoFound: "2017-12-05"} {
		out = append(out, demoCleaning(code, day)...)
	}
	return out
}

// demoCleaning is how a system is cleaned up on a day.
func demoCleaning(code, day string) []demoEvent {
	return []demoEvent{
		{day + " 09:30", demoHeadOf(code), "plans to retire " + code, func(d *demoCity, by auth.Principal) error { return d.planCase(by, code) }},
		{day + " 10:30", "office", "approves the plan for " + code, func(d *demoCity, by auth.Principal) error {
			return d.onCase(by, code, func(c cleanup.Case) error { _, err := d.cases.ApprovePlan(d.ctx, by, c.No, c.Version); return err })
		}},
		{day + " 14:00", demoHeadOf(code), "shows that " + code + " is retired", func(d *demoCity, by auth.Principal) error {
			return d.proveCase(by, code, "已停机并完成备份，数据移交，账号停用。")
		}},
		{day + " 16:00", "centre", "accepts that " + code + " is retired", func(d *demoCity, by auth.Principal) error {
			return d.onCase(by, code, func(c cleanup.Case) error {
				_, err := d.cases.Accept(d.ctx, by, c.No, c.Version, "材料齐全")
				return err
			})
		}},
	}
}

// registerOffices registers the office system of the city, which is let off the
// list of those that must be connected, and has JY name it.
func (d *demoCity) registerOffices(by auth.Principal) error {
	oa, err := d.registry.FindSystem(d.ctx, by, "JY-04")
	if err != nil {
		return err
	}
	owner, _ := d.dir.ByCode("XY000") // built for the whole city by the leading group
	oa.ID, oa.Code, oa.OwnerID, oa.Name, oa.ShortName = 0, "", owner.ID, demoOffices, "协同办公"
	oa.FunctionDesc, oa.VisitUrl, oa.ServerIps = "全市各部门的收发文、会议通知和内部协同办公。", "", ""
	console := auth.Command("demo", by.Name) // the leading group has no clerk
	oa, _, err = d.registry.Register(d.ctx, console, inventory.Registration{System: oa})
	if err != nil {
		return err
	}
	if err := d.moveSystem(console, oa.Code, inventory.Declare, ""); err != nil {
		return err
	}
	e, err := d.hub.Ask(d.ctx, console, hub.Plea{
		System: oa.Code, Kind: hub.ExemptKind, Ground: "other", Reason: "全市公共平台，由中心直接承载，不属于部门接入范围。", Until: calendar.NewDate(2018, 12, 31),
	})
	if err == nil {
		_, err = d.hub.Decide(d.ctx, by, e.ID, e.Version, hub.Decision{Approve: true, Reason: "同意"})
	}
	if err != nil {
		return fmt.Errorf("let %s off: %w", oa.Code, err)
	}
	clerk, err := d.as("jy.clerk")
	if err != nil {
		return err
	}
	return d.registry.Relate(d.ctx, clerk, "JY-03", oa.Code, inventory.ReplacedBy, "2016年起改用全市协同办公平台")
}

// demoDetects runs a day, and again where it was run before; so many cases there
// are afterwards.
func demoDetects(day string, cases int) func(*demoCity, auth.Principal) error {
	return func(d *demoCity, by auth.Principal) error {
		on, err := calendar.ParseDate(day)
		if err != nil {
			return err
		}
		_, seen := d.detector.Run(d.ctx, by, on)
		run, err := d.detector.Detect(d.ctx, by, on, zombie.How{Again: seen == nil})
		if err == nil && run.State == zombie.Held {
			_, err = d.detector.Release(d.ctx, by, on, "逐一核实后放行。")
		}
		if err != nil {
			return err
		}
		if _, err := d.cases.Follow(d.ctx, by); err != nil {
			return err
		}
		page, err := d.cases.List(d.ctx, by, cleanup.Query{})
		if err == nil && len(page.Rows) != cases {
			err = fmt.Errorf("%d cases, wanted %d", len(page.Rows), cases)
		}
		return err
	}
}

// onCase does something with the case of a system as it stands.
func (d *demoCity) onCase(by auth.Principal, code string, do func(cleanup.Case) error) error {
	s, err := d.registry.FindSystem(d.ctx, by, code)
	if err != nil {
		return err
	}
	all, err := d.cases.CasesOf(d.ctx, by, s.ID)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return fmt.Errorf("%s has no case", code)
	}
	return do(all[0])
}

func demoAnswers(code string, answer cleanup.Answer, text string) func(*demoCity, auth.Principal) error {
	return func(d *demoCity, by auth.Principal) error {
		return d.onCase(by, code, func(c cleanup.Case) error {
			_, err := d.cases.Answer(d.ctx, by, c.No, c.Version, cleanup.Reply{Answer: answer, Text: text})
			return err
		})
	}
}

// demoReleased is what is set free with a system.
func demoReleased(code string) cleanup.Released {
	money := map[string]int64{"JY-03": 4_800_000, demoFound: 3_600_000}[code]
	return cleanup.Released{Servers: 1, Ips: 1, Accounts: 40, OmSaved: money}
}

func (d *demoCity) planCase(by auth.Principal, code string) error {
	return d.onCase(by, code, func(c cleanup.Case) error {
		_, err := d.cases.HandInPlan(d.ctx, by, c.No, c.Version, cleanup.Scheme{Plan: cleanup.Plan{
			Action: cleanup.RetireIt, Disposal: cleanup.Archive, DisposalNote: "历史数据移交市档案馆，备份保存在政务云。", Released: demoReleased(code),
			OmStopOn: d.today(), UsersTold: "办公网公告并短信通知",
		}})
		return err
	})
}

// proveCase hands in that a system is switched off, with the papers.
func (d *demoCity) proveCase(by auth.Principal, code, outcome string) error {
	return d.onCase(by, code, func(c cleanup.Case) error {
		for _, purpose := range []string{inventory.PurposeBackup, inventory.PurposeDisposal} {
			name := map[string]string{inventory.PurposeBackup: "备份清单.pdf", inventory.PurposeDisposal: "数据移交单.pdf"}[purpose]
			if _, err := d.cases.Prove(d.ctx, by, c.No, demoPDF(name, c.No+purpose+outcome), purpose, ""); err != nil {
				return err
			}
		}
		done := cleanup.Done{StoppedOn: d.today(), Outcome: outcome, Released: demoReleased(code)}
		_, err := d.cases.SubmitEvidence(d.ctx, by, c.No, c.Version, done)
		return err
	})
}

func (d *demoCity) acceptFound(by auth.Principal) error {
	return d.onCase(by, demoFound, func(c cleanup.Case) error {
		_, err := d.cases.Accept(d.ctx, by, c.No, c.Version, "账号已清除")
		return err
	})
}

// demoPDF is a paper that differs for each text.
func demoPDF(name, text string) evidence.Upload {
	data := []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n% " + text + "\nxref\n0 1\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
	return evidence.Upload{Name: name, Reader: bytes.NewReader(data), Size: int64(len(data))}
}
