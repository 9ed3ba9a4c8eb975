package main

import (
	"cmp"
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/scoring"
)

// demoReportEvents are the monthly reports from October on and the reports of the
// year (steps 16 and 27): WJ and LY late in October, LY in November, ZY with the
// year.
func demoReportEvents() []demoEvent {
	var out []demoEvent
	file := func(at, prefix, period string) {
		kind := scoring.Monthly
		if len(period) == len("2017") {
			kind = scoring.Annual
		}
		out = append(out,
			demoEvent{at, demoHeadOf(prefix), "reports " + period, func(d *demoCity, by auth.Principal) error { return d.report(by, kind, period, prefix) }},
			demoEvent{at, "office", "accepts the report " + period + " of " + prefix, func(d *demoCity, by auth.Principal) error {
				return d.acceptReport(by, kind, period, prefix)
			}},
		)
	}
	all := append(demoMunicipal(), "ZY")
	for i, prefix := range all {
		if !slices.Contains([]string{"WJ", "LY"}, prefix) {
			file(fmt.Sprintf("2017-10-30 14:%02d", i), prefix, "2017-10")
		}
		if prefix != "LY" {
			file(fmt.Sprintf("2017-11-29 14:%02d", i), prefix, "2017-11")
		}
		file(fmt.Sprintf("2017-12-29 10:%02d", i), prefix, "2017-12")
		if prefix != "ZY" {
			file(fmt.Sprintf("2017-12-29 15:%02d", i), prefix, "2017")
		}
	}
	file("2017-11-02 10:00", "LY", "2017-10")
	file("2017-11-10 10:00", "WJ", "2017-10")
	file("2017-12-05 15:00", "LY", "2017-11")
	file("2018-01-02 09:00", "ZY", "2017")
	return out
}

// report files a report as the head of a body.
func (d *demoCity) report(by auth.Principal, kind scoring.ReportKind, period, prefix string) error {
	k := scoring.ReportKey{Kind: kind, Period: period, Department: d.body(prefix)}
	sheet, err := d.reports.Find(d.ctx, by, k)
	if err != nil {
		return err
	}
	in := scoring.Typed{Rows: map[string]scoring.TaskRow{}, Sections: map[string]string{}}
	for _, row := range sheet.Report.TaskRows {
		in.Rows[row.Task] = demoRow(row)
	}
	for _, s := range sheet.Report.Sections {
		in.Sections[s.Key] = cmp.Or(demoSections()[s.Key], "按办法和方案要求完成。")
	}
	if prefix == "RS" && period == "2017-10" { // another number than the service has
		in.Figures = map[string]scoring.TypedFigure{"systems": {Value: new(int64(9)), Why: "含两个正在办理登记的系统"}}
	}
	_, err = d.reports.File(d.ctx, by, k, sheet.Report.Version, in)
	return err
}

// demoRow is what a report says of a task, by how it stands.
func demoRow(row scoring.TaskRow) scoring.TaskRow {
	switch row.State {
	case scoring.OnTime, scoring.Late:
		return scoring.TaskRow{Progress: new(int64(100)), Done: "已完成。", Next: "巩固成果，做好日常维护。"}
	case scoring.Overdue:
		return scoring.TaskRow{Progress: new(int64(60)), Done: "正在办理。", Problem: "进度落后于要求。", Next: "明确责任人，限期完成。"}
	}
	return scoring.TaskRow{Progress: new(int64(40)), Done: "按计划推进。", Next: "继续推进。"}
}

// demoSections are what the bodies say of the year.
func demoSections() map[string]string {
	return map[string]string{
		"mechanism": "成立由主要负责人任组长的工作专班，明确信息化机构牵头、业务科室配合。",
		"catalog":   "对照编制指南完成信息资源目录，逐条明确共享类型和更新周期。",
		"supply":    "按目录挂接数据，提供接口和批量交换两种方式。",
		"use":       "办理业务时优先通过共享平台核验，减少群众提交的证明材料。",
		"problems":  "部分历史系统改造经费不足，数据质量有待提高。",
		"next_year": "完成剩余系统接入，扩大无条件共享范围。",
	}
}

func (d *demoCity) acceptReport(by auth.Principal, kind scoring.ReportKind, period, prefix string) error {
	k := scoring.ReportKey{Kind: kind, Period: period, Department: d.body(prefix)}
	sheet, err := d.reports.Find(d.ctx, by, k)
	if err == nil {
		_, err = d.reports.Decide(d.ctx, by, k, sheet.Report.Version, true, "")
	}
	return err
}
