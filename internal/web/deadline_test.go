package web_test

import (
	"testing"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/internal/web/webtest"
	"qingce/templates"
)

func TestDeadlineInWords(t *testing.T) {
	p := webtest.Catalog(t).Printer(locale.Chinese)
	today := calendar.NewDate(2017, time.October, 24)
	tuesday, saturday := calendar.NewDate(2017, time.October, 31), calendar.NewDate(2017, time.November, 4)
	for _, c := range []struct {
		name               string
		due                web.Due
		level, text, short string
	}{
		{"far", web.Due{On: tuesday, Remaining: 5}, templates.DueCalm, "截止 10-31（周二），剩余 5 个工作日", "10-31 剩 5 日"},
		{"near", web.Due{On: tuesday, Remaining: 3}, templates.DueSoon, "截止 10-31（周二），剩余 3 个工作日", "10-31 剩 3 日"},
		{"today", web.Due{On: today}, templates.DueSoon, "今天截止（10-24，周二）", "今天截止"},
		{"over", web.Due{On: calendar.NewDate(2017, time.October, 20), Overdue: true, Late: 2}, templates.DueLate, "已逾期 2 个工作日（10-20 截止）", "逾期 2 日"},
		{
			"on a day off that is worked", web.Due{On: saturday, Remaining: 8, Worked: true},
			templates.DueCalm, "截止 11-04（周六，调休上班），剩余 8 个工作日", "11-04 剩 8 日",
		},
		{
			"on a day off", web.Due{On: saturday, Advised: calendar.NewDate(2017, time.November, 3), Remaining: 8},
			templates.DueCalm, "截止 11-04（周六），剩余 8 个工作日，建议 11-03 前办完", "11-04 剩 8 日",
		},
		{
			"in a year without a schedule", web.Due{On: calendar.NewDate(2018, time.January, 5), Unknown: 2018},
			templates.DueCalm, "截止 2018-01-05（周五）；2018 年日历未公布，剩余天数无法计算", "2018-01-05 截止",
		},
		{
			"over, in a year without a schedule", web.Due{On: calendar.NewDate(2016, time.December, 30), Overdue: true, Unknown: 2016},
			templates.DueLate, "已逾期（2016-12-30 截止；2016 年日历未公布，逾期天数无法计算）", "已逾期",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.due.Article = "办法第十条"
			got := web.Deadline(p, c.due, today)
			if want := (templates.Deadline{Text: c.text, Short: c.short, Level: c.level, Date: c.due.On.String(), Article: "办法第十条"}); got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
}
