package main

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/inventory"
	"qingce/scoring"
	"qingce/scoring/programme"
)

// demoScopeEvents leave the other bodies out of the first lot of the programme:
// what it asks does not apply to them, and the Office says so.
func demoScopeEvents() []demoEvent {
	return []demoEvent{{"2017-09-11 10:00", "office", "leaves the bodies of the next lot out", func(d *demoCity, by auth.Principal) error {
		tasks, err := d.duties.Tasks(d.ctx, by, scoring.TaskQuery{Until: calendar.NewDate(2018, 3, 31)})
		if err != nil {
			return err
		}
		pack, err := d.duties.Pack(d.ctx)
		if err != nil {
			return err
		}
		for _, t := range tasks {
			body, _ := d.dir.Find(t.DepartmentID)
			o, ok := pack.Find(t.Obligation)
			organs := ok && !o.Binds(programme.Municipal) && !o.Binds(programme.Region) && !o.Binds(programme.KeyArea)
			if organs || demoIsBody(body.Code) || body.ID == by.DepartmentID { // nobody decides on the own body
				continue
			}
			if _, err := d.duties.SetMark(d.ctx, by, t.Key, body.ID, scoring.MarkNotApplicable, calendar.Date{}, "未列入首批范围，随下一批推进。"); err != nil {
				return fmt.Errorf("%s of %s: %w", t.Key, body.Name, err)
			}
		}
		return nil
	}}}
}

// demoTaskEvents are the tasks that are done by evidence: plans and services of
// the key areas (steps 16 and 27), plans of integration (step 17).
func demoTaskEvents() []demoEvent {
	var out []demoEvent
	for _, shown := range []struct {
		at, task, text string
		by             []string
	}{
		{"2017-10-30 10:00", "P-22", "重点领域共享服务方案已印发", []string{"RS", "MZ", "JY", "GA", "GS", "FC", "LY", "JT"}},
		{"2017-11-06 09:00", "P-19", "大系统整合方案已批准，整合工作启动", []string{"RS", "MZ", "FC"}},
		{"2017-11-28 09:30", "P-21", "重点领域数据已接入市政务大数据中心", []string{"RS", "MZ", "GA", "GS", "FC"}},
		{"2017-11-29 10:00", "P-23", "共享服务已上线，测试调用成功", []string{"RS", "MZ", "GA", "GS", "FC", "JT"}},
		{"2017-12-05 11:00", "P-22", "重点领域共享服务方案补报", []string{"WJ"}},
		{"2017-12-08 17:20", "P-23", "共享服务已上线", []string{"JY"}},
		{"2017-12-20 17:20", "P-23", "共享服务已上线", []string{"LY"}},
		{"2017-12-28 09:30", "P-02", "内部系统已压缩，信息在本单位内共享", []string{"RS", "MZ", "JY", "GA", "GS", "FC"}},
		{"2017-12-28 09:40", "P-04", "重点领域数据已率先共享", []string{"RS", "MZ", "JY", "GA", "GS", "FC"}},
	} {
		for _, prefix := range shown.by {
			out = append(out,
				demoEvent{shown.at, demoHeadOf(prefix), "shows " + shown.task, func(d *demoCity, by auth.Principal) error {
					_, err := d.duties.HandIn(d.ctx, by, shown.task, d.body(prefix), 0, shown.text)
					return err
				}},
				demoEvent{shown.at, "office", "accepts " + shown.task + " of " + prefix, func(d *demoCity, by auth.Principal) error {
					t, err := d.duties.FindTask(d.ctx, by, shown.task, d.body(prefix))
					if err == nil {
						_, err = d.duties.Decide(d.ctx, by, shown.task, d.body(prefix), t.Handing.Version, true, "")
					}
					return err
				}},
			)
		}
	}
	return out
}

// demoMergingEvents are the systems that become parts of others (steps 17, 23 and
// 27): decided on 10-27, begun on 11-01.
func demoMergingEvents() []demoEvent {
	var out []demoEvent
	for _, code := range []string{"RS-03", "JY-03", demoFound} {
		out = append(out, demoEvent{"2017-10-27 16:30", "office", "decides that " + code + " is to be cleaned up", func(d *demoCity, by auth.Principal) error {
			return d.decideSystem(by, code, inventory.Clean, "认定为僵尸系统")
		}})
	}
	for _, m := range []struct{ code, done string }{{"MZ-03", "2017-11-24"}, {"RS-04", "2017-11-28"}, {"FC-03", "2017-12-15"}} {
		out = append(out,
			demoEvent{"2017-10-27 16:00", "office", "decides that " + m.code + " is to be merged", func(d *demoCity, by auth.Principal) error {
				return d.decideSystem(by, m.code, inventory.Merge, "并入本单位大系统")
			}},
			demoEvent{"2017-11-01 15:00", "office", "has the integration of " + m.code + " begin", func(d *demoCity, by auth.Principal) error {
				return d.moveSystem(by, m.code, inventory.StartMerging, "按内部整合方案并入本单位大系统")
			}},
			demoEvent{m.done + " 16:00", "office", "closes the integration of " + m.code, func(d *demoCity, by auth.Principal) error {
				return d.moveSystem(by, m.code, inventory.FinishMerging, "功能和数据已并入，原系统停用")
			}},
		)
	}
	return out
}
