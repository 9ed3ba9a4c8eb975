package main

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/inventory/sharing"
)

// demoDemand is what a department needs from others, and the entry that the Office
// names; none leaves it open.
type demoDemand struct{ user, wanted, business, entry string }

// demoDemands are the lists of step 10.
func demoDemands() []demoDemand {
	return []demoDemand{
		{"FC", "居民婚姻登记信息", "不动产登记", demoMarriageEntry}, {"FC", "户籍人口基本信息", "不动产登记", demoPeopleEntry},
		{"RS", "企业登记信息", "社会保险登记", "企业登记基础信息"}, {"RS", "死亡人员信息", "待遇领取资格核验", "殡葬火化信息"},
		{"MZ", "社会保险缴纳信息", "低保申请核对", "社会保险缴费信息"}, {"MZ", "房屋产权信息", "低保申请核对", "个人住房信息"},
		{"JY", "户籍学龄人口", "义务教育招生", demoPeopleEntry}, {"JY", "居住证信息", "随迁子女入学", "居住证信息"},
		{"GS", "行政处罚信息", "企业信用公示", ""}, {"GA", "房屋租赁备案", "出租屋管理", "房屋交易备案信息"},
		{"GA", "出租车从业人员", "治安管理", "道路运输从业人员信息"}, {"LY", "消费投诉信息", "旅游市场监管", "消费投诉信息"},
		{"JT", "驾驶人信息", "从业资格审查", "驾驶人信息"}, {"WJ", "农产品市场成交量", "价格监测", ""},
	}
}

// demoDemandEvents are the demand lists, and what the Office makes of them.
func demoDemandEvents() []demoEvent {
	var out []demoEvent
	for i, n := range demoDemands() {
		out = append(out, demoEvent{fmt.Sprintf("2017-10-20 16:%02d", i), demoHeadOf(n.user), "needs " + n.wanted, func(d *demoCity, by auth.Principal) error {
			_, err := d.sharing.Need(d.ctx, by, sharing.Want{
				Wanted: n.wanted, Purpose: sharing.PurposeCollaboration, Business: n.business, Method: sharing.MethodQuery, Submit: true,
			})
			return err
		}})
	}
	return append(out, demoEvent{"2017-10-27 10:00", "office", "names the entries that are needed", (*demoCity).matchDemands})
}

// matchDemands names the entry of each demand; what nobody has is left open.
func (d *demoCity) matchDemands(by auth.Principal) error {
	page, err := d.sharing.ListDemands(d.ctx, by, sharing.DemandQuery{Size: sharing.MaxPageSize})
	if err != nil {
		return err
	}
	if len(page.Rows) != len(demoDemands()) {
		return fmt.Errorf("%d demands, wanted %d", len(page.Rows), len(demoDemands()))
	}
	entries := map[string]string{}
	for _, n := range demoDemands() {
		entries[n.wanted] = n.entry
	}
	for _, n := range page.Rows {
		entry := entries[n.Wanted]
		if entry == "" {
			continue
		}
		if _, err := d.sharing.Match(d.ctx, by, n.ID, n.Version, sharing.Decision{Entry: d.entries[entry].code}); err != nil {
			return fmt.Errorf("%s: %w", n.Wanted, err)
		}
	}
	return nil
}
