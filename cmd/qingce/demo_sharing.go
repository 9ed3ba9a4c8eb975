package main

import (
	"bytes"
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/inventory/catalog"
	"qingce/inventory/sharing"
)

// demoSharer makes the requests, objections and demands of the sample city, each
// by the person whose step it is.
type demoSharer struct {
	*rooms
	ctx context.Context
}

// by is somebody who clerks for and heads a department.
func (d demoSharer) by(name, code string) (auth.Principal, error) {
	return d.demoPerson(d.ctx, name, code)
}

// entry is the code of an entry in force.
func (d demoSharer) entry(name string) (string, error) {
	page, err := d.resources.List(d.ctx, auth.Command("demo", "demo"), catalog.Query{Search: name})
	if err != nil {
		return "", err
	}
	for _, e := range page.Rows {
		if e.Name == name {
			return e.Code, nil
		}
	}
	return "", fmt.Errorf("no entry %s in the sample catalog", name)
}

// loadDemoSharing leaves something to do for everybody: requests that wait for
// a provider, a head and the Office, objections, demands, and an agreement that
// is used.
func (r *rooms) loadDemoSharing(ctx context.Context) error {
	d := demoSharer{r, ctx}
	for _, part := range []func() error{d.requests, d.agreement, d.objections, d.demands, d.reliefs} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// ask has a department ask for an entry.
func (d demoSharer) ask(name, code, entry, duty string, submit bool) (sharing.Request, error) {
	by, err := d.by(name, code)
	if err != nil {
		return sharing.Request{}, err
	}
	of, err := d.entry(entry)
	if err != nil {
		return sharing.Request{}, err
	}
	return d.sharing.AskFor(d.ctx, by, sharing.Ask{
		Entry: of, Purposes: field.List{sharing.PurposeCollaboration}, DutyBasis: duty, ScopeWanted: "政务服务窗口",
		Method: sharing.MethodQuery, Frequency: "每日约 200 次", Submit: submit,
	})
}

// requests wait for the provider, for a head, and for the Office.
func (d demoSharer) requests() error {
	if _, err := d.ask("胡建平", "XY117", "参加社会保险人员信息", "《住房公积金管理条例》，核验缴存职工参保情况", true); err != nil {
		return err
	}
	if _, err := d.ask("刘畅", "XY111", "社会保险缴费信息", "《导游人员管理条例》，核验导游参保情况", false); err != nil {
		return err
	}
	refused, err := d.ask("王建军", "XY107", "婚姻登记信息", "《社会保险法》，核验遗属待遇申领资格", true)
	if err != nil {
		return err
	}
	if _, err = d.refuse(refused, "佟文静", "XY105"); err != nil {
		return err
	}
	escalated, err := d.ask("袁立", "XY103", "居住证信息", "《义务教育法》，核验随迁子女入学资格", true)
	if err != nil {
		return err
	}
	if escalated, err = d.refuse(escalated, "陈卫东", "XY104"); err != nil {
		return err
	}
	head, err := d.by("袁立", "XY103")
	if err != nil {
		return err
	}
	raw := []byte("%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
	up := evidence.Upload{Name: "关于提请协调共享居住证信息的申请.pdf", Reader: bytes.NewReader(raw), Size: int64(len(raw))}
	return d.box.Receive(d.ctx, up, func(f evidence.Received) error {
		_, err := d.sharing.Escalate(d.ctx, head, escalated.ID, escalated.Version, sharing.Application{
			Text: "随迁子女入学资格须核验居住证，依法履职必需，恳请协调。", File: &f,
		})
		return err
	})
}

func (d demoSharer) refuse(r sharing.Request, name, code string) (sharing.Request, error) {
	by, err := d.by(name, code)
	if err != nil {
		return r, err
	}
	return d.sharing.Reply(d.ctx, by, r.ID, r.Version, sharing.Answer{
		Reply: sharing.ReplyRefuse, Reasons: field.List{sharing.ReasonExcessive}, Text: "申请的信息项超出办理该事项所必需的范围。",
	})
}

// agreement is granted, used, and said to be misused.
func (d demoSharer) agreement() error {
	r, err := d.ask("王建军", "XY107", "居住证信息", "《就业促进法》，核验外来人员就业服务资格", true)
	if err != nil {
		return err
	}
	ga, err := d.by("陈卫东", "XY104")
	if err != nil {
		return err
	}
	if _, err = d.sharing.Reply(d.ctx, ga, r.ID, r.Version, sharing.Answer{Reply: sharing.ReplyGrant, Terms: sharing.Terms{
		Scope: sharing.ScopeOffices, ScopeNote: "就业服务科", Purposes: field.List{sharing.PurposeCollaboration}, Method: sharing.MethodQuery,
		ValidTo: calendar.DateOf(d.db.Now()).AddDays(300), Quota: new(int64(500)),
	}}); err != nil {
		return err
	}
	rs, err := d.by("李红梅", "XY107")
	if err != nil {
		return err
	}
	page, err := d.sharing.ListAgreements(d.ctx, ga, sharing.AgreementQuery{Request: r.ID})
	if err != nil || len(page.Rows) == 0 {
		return fault.New(fault.Internal, "err.internal").Because(err)
	}
	a := page.Rows[0]
	if _, err := d.sharing.RecordUse(d.ctx, rs, a.ID, sharing.Taking{Purpose: sharing.PurposeCollaboration, Matter: "就业困难人员认定", Calls: 86}); err != nil {
		return err
	}
	if _, err := d.sharing.ReportMisuse(d.ctx, ga, a.ID, sharing.Finding{Kind: sharing.MisusePurpose, Description: "日志显示用于职业介绍广告推送，请核实。"}); err != nil {
		return err
	}
	open, err := d.entry("企业登记基础信息")
	if err != nil {
		return err
	}
	_, err = d.sharing.Fetch(d.ctx, rs, open, sharing.Taking{Purpose: sharing.PurposeCheck, Matter: "核对参保单位登记状态", Calls: 1200})
	return err
}

// objections wait for the centre and for a provider.
func (d demoSharer) objections() error {
	rs, err := d.by("李红梅", "XY107")
	if err != nil {
		return err
	}
	people, err := d.entry("人口基础信息")
	if err != nil {
		return err
	}
	o, err := d.sharing.Raise(d.ctx, rs, sharing.Doubt{
		Entry: people, RecordRef: "受理单 RS-2231", Kind: sharing.ObjectMismatch, Description: "共享数据显示已注销，本人持有效身份证到窗口办理。",
		CitizenCase: true, AsUsual: true, AsUsualNote: "已凭身份证原件受理",
	})
	if err != nil {
		return err
	}
	if _, err = d.sharing.Dispatch(d.ctx, auth.Command("demo", "何思源"), o.ID, o.Version, ""); err != nil {
		return err
	}
	fc, err := d.by("胡建平", "XY117")
	if err != nil {
		return err
	}
	jobs, err := d.entry("就业登记信息")
	if err != nil {
		return err
	}
	_, err = d.sharing.Raise(d.ctx, fc, sharing.Doubt{Entry: jobs, Kind: sharing.ObjectDoubt, Description: "登记日期大量为同一天，疑为批量补录。"})
	return err
}

// demands wait for a reviewer, and for the department that is asked.
func (d demoSharer) demands() error {
	for _, one := range []struct{ name, code, wanted, business string }{
		{"王建军", "XY107", "居民婚姻登记情况", "遗属待遇申领"}, {"邓国庆", "XY111", "企业登记注册情况", "旅行社许可"},
		{"袁立", "XY103", "外来人口居住情况", "随迁子女入学"}, {"胡建平", "XY117", "居民收入情况", "住房保障资格审核"},
	} {
		by, err := d.by(one.name, one.code)
		if err != nil {
			return err
		}
		n, err := d.sharing.Need(d.ctx, by, sharing.Want{
			Wanted: one.wanted, Purpose: sharing.PurposeCollaboration, Business: one.business, Method: sharing.MethodQuery, Submit: true,
		})
		if err != nil {
			return err
		}
		if one.code != "XY103" {
			continue
		}
		ga, err := d.by("陈卫东", "XY104")
		if err != nil {
			return err
		}
		if _, err = d.sharing.Match(d.ctx, auth.Command("demo", "张明"), n.ID, n.Version, sharing.Decision{Holder: ga.DepartmentID}); err != nil {
			return err
		}
	}
	return nil
}

// reliefs are what citizens no longer hand in.
func (d demoSharer) reliefs() error {
	today := calendar.DateOf(d.db.Now())
	for i, one := range []struct {
		name, code, matter, material, entry string
		times                               int64
	}{
		{"胡建平", "XY117", "存量房转移登记", "营业执照复印件", "企业登记基础信息", 3200},
		{"李红梅", "XY107", "灵活就业人员参保", "户口簿复印件", "人口基础信息", 12600},
	} {
		by, err := d.by(one.name, one.code)
		if err != nil {
			return err
		}
		entry, err := d.entry(one.entry)
		if err != nil {
			return err
		}
		made, err := d.sharing.DeclareRelief(d.ctx, by, sharing.Saving{
			Matter: one.matter, Material: one.material, People: sharing.PeopleBoth, Entry: entry, StoppedOn: today, TimesAYear: one.times,
		})
		if err != nil || i > 0 {
			return err
		}
		if _, err := d.sharing.DecideRelief(d.ctx, auth.Command("demo", "张明"), made.ID, made.Version, sharing.ReliefAccepted, ""); err != nil {
			return err
		}
	}
	return nil
}
