package main

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/inventory/sharing"
)

// demoRequest is a request of the story and what the provider said to it.
type demoRequest struct {
	asked, user, entry, duty string
	answered                 string
	reason, text             string // of a refusal; without a reason it is granted
}

// demoRequests are the requests but for that of FC for marriages. JT answers LY
// five working days late.
func demoRequests() []demoRequest {
	return []demoRequest{
		{"2017-10-30", "LY", "营运车辆动态轨迹信息", "《旅游安全管理办法》，监管旅游包车", "2017-11-20", "", ""},
		{"2017-11-01", "GA", "营运车辆动态轨迹信息", "《道路交通安全法》，核查营运车辆轨迹", "2017-11-08", "", ""},
		{"2017-11-06", "RS", demoPeopleEntry, "《社会保险法》，核验参保人身份", "2017-11-10", "", ""},
		{"2017-11-07", "FC", demoPeopleEntry, "《不动产登记暂行条例》，核验申请人身份", "2017-11-14", "", ""},
		{"2017-11-07", "MZ", "居住证信息", "《社会救助暂行办法》，核对申请家庭情况", "2017-11-13", "", ""},
		{"2017-11-08", "JY", "居住证信息", "《义务教育法》，核验随迁子女入学资格", "2017-11-15", "", ""},
		{"2017-11-13", "FC", "股权出质登记信息", "《物权法》，核对抵押人资产情况", "2017-11-17", "", ""},
		{"2017-11-14", "RS", "股权出质登记信息", "《保障农民工工资支付条例》，核对欠薪单位资产", "2017-11-20", "", ""},
		{"2017-11-14", "JT", "股权出质登记信息", "核对道路运输企业资质", "2017-11-21", sharing.ReasonNoDuty, "运输许可不以股权出质情况为条件，无履职依据。"},
		{"2017-11-15", "FC", "参加社会保险人员信息", "《住房公积金管理条例》，核验缴存职工参保情况", "2017-11-17", "", ""},
		{"2017-11-15", "MZ", "社会保险缴费信息", "《社会救助暂行办法》，核对申请家庭收入", "2017-11-20", "", ""},
		{"2017-12-04", "LY", demoPeopleEntry, "核验导游人员身份", "2017-12-11", sharing.ReasonExcessive, "核验身份使用“身份证信息核验”即可，申请的信息项超出必要范围。"},
		{"2017-12-05", "LY", "参加社会保险人员信息", "《导游人员管理条例》，核验导游参保情况", "2017-12-12", "", ""},
		{"2017-12-05", "GS", "营运车辆动态轨迹信息", "核查异地经营线索", "2017-12-12", sharing.ReasonNoDuty, "未说明法定职责，请补充依据后重新申请。"},
		{"2017-12-06", "MZ", "营运车辆动态轨迹信息", "核查救助车辆运行情况", "2017-12-14", "", ""},
		{"2017-12-06", "RS", "殡葬火化信息", "《社会保险法》，核验待遇领取资格", "2017-12-13", "", ""},
		{"2017-12-08", "MZ", "个人住房信息", "《社会救助暂行办法》，核对申请家庭财产", "2017-12-14", "", ""},
		{"2017-12-11", "MZ", "家庭经济困难学生资助信息", "《社会救助暂行办法》，衔接教育救助", "2017-12-15", "", ""},
	}
}

// demoSharingEvents are the demands of step 10 and the steps 18 to 20, 22 and 25,
// the other requests, and who used what.
func demoSharingEvents() []demoEvent {
	out := demoMarriageEvents()
	for i, r := range demoRequests() {
		what := fmt.Sprintf("%02d", 10+2*i)
		out = append(out,
			demoEvent{r.asked + " 11:" + what, demoHeadOf(r.user), "asks for " + r.entry, func(d *demoCity, by auth.Principal) error {
				return d.ask(by, r.user, r.entry, r.duty)
			}},
			demoEvent{r.answered + " 15:" + what, demoHeadOf(demoProvider(r.entry)), "answers " + r.user + " about " + r.entry, func(d *demoCity, by auth.Principal) error {
				return d.answer(by, r)
			}},
		)
	}
	for _, e := range demoEntries() {
		for day, user := range map[string]string{"2017-11-30": e.november, "2017-12-21": e.december, "2018-01-08": e.december} {
			if user != "" {
				out = append(out, demoEvent{day + " 16:30", demoClerkOf(user), "uses " + e.name, func(d *demoCity, by auth.Principal) error {
					return d.use(by, user, e)
				}})
			}
		}
	}
	return append(out, demoDemandEvents()...)
}

// demoProvider is whose entry it is.
func demoProvider(entry string) string {
	for _, e := range demoEntries() {
		if e.name == entry {
			return e.body
		}
	}
	return ""
}

func (d *demoCity) ask(by auth.Principal, user, entry, duty string) error {
	r, err := d.sharing.AskFor(d.ctx, by, sharing.Ask{
		Entry: d.entries[entry].code, Purposes: field.List{sharing.PurposeCollaboration}, DutyBasis: duty, ScopeWanted: "政务服务窗口",
		Method: sharing.MethodQuery, Frequency: "每日约 200 次", Submit: true,
	})
	d.requests[entry+"/"+user] = r.ID
	return err
}

// onRequest does something with a request as it stands.
func (d *demoCity) onRequest(by auth.Principal, user, entry string, do func(sharing.Request) error) error {
	f, err := d.sharing.FindRequest(d.ctx, by, d.requests[entry+"/"+user])
	if err != nil {
		return err
	}
	return do(f.Request)
}

func (d *demoCity) answer(by auth.Principal, r demoRequest) error {
	a := sharing.Answer{Reply: sharing.ReplyGrant, Terms: sharing.Terms{
		Scope: sharing.ScopeOffices, ScopeNote: "业务科室和政务服务窗口", Purposes: field.List{sharing.PurposeCollaboration}, Method: sharing.MethodQuery,
		ValidTo: calendar.NewDate(2018, 12, 31), Quota: new(int64(2000)),
	}}
	if r.reason != "" {
		a = sharing.Answer{Reply: sharing.ReplyRefuse, Reasons: field.List{r.reason}, Text: r.text}
	}
	return d.onRequest(by, r.user, r.entry, func(now sharing.Request) error {
		_, err := d.sharing.Reply(d.ctx, by, now.ID, now.Version, a)
		return err
	})
}

// use takes from an entry: directly, or under the agreement.
func (d *demoCity) use(by auth.Principal, user string, e demoEntry) error {
	t := sharing.Taking{Purpose: sharing.PurposeCollaboration, Matter: "政务服务事项办理核验", Calls: int64(40 + len(e.name)*7)}
	if e.share == "1" {
		_, err := d.sharing.Fetch(d.ctx, by, d.entries[e.name].code, t)
		return err
	}
	page, err := d.sharing.ListAgreements(d.ctx, by, sharing.AgreementQuery{Request: d.requests[e.name+"/"+user]})
	if err != nil {
		return err
	}
	if len(page.Rows) == 0 {
		return fmt.Errorf("%s has no agreement about %s", user, e.name)
	}
	_, err = d.sharing.RecordUse(d.ctx, by, page.Rows[0].ID, t)
	return err
}

// demoMarriageEvents tell how FC comes to verify marriages, and what it doubts of
// the population.
func demoMarriageEvents() []demoEvent {
	const reason = "登记只需核验婚姻状况，提供整条登记信息超出必要范围。"
	step := func(do func(d *demoCity, by auth.Principal, r sharing.Request) error) func(*demoCity, auth.Principal) error {
		return func(d *demoCity, by auth.Principal) error {
			return d.onRequest(by, "FC", demoMarriageEntry, func(r sharing.Request) error { return do(d, by, r) })
		}
	}
	return []demoEvent{
		{"2017-11-06 10:00", "fc.head", "asks MZ for marriages", func(d *demoCity, by auth.Principal) error {
			return d.ask(by, "FC", demoMarriageEntry, "《不动产登记暂行条例实施细则》第十五条")
		}},
		{"2017-11-16 14:30", "mz.head", "refuses without a reason", step(func(d *demoCity, by auth.Principal, r sharing.Request) error {
			_, err := d.sharing.Reply(d.ctx, by, r.ID, r.Version, sharing.Answer{Reply: sharing.ReplyRefuse})
			return demoRefused(err, "sharing.err.reasons")
		})},
		{"2017-11-16 15:00", "mz.head", "refuses with a reason", step(func(d *demoCity, by auth.Principal, r sharing.Request) error {
			_, err := d.sharing.Reply(d.ctx, by, r.ID, r.Version, sharing.Answer{Reply: sharing.ReplyRefuse, Reasons: field.List{sharing.ReasonExcessive}, Text: reason})
			return err
		})},
		{"2017-11-20 09:30", "fc.head", "applies to the Office in writing", step(func(d *demoCity, by auth.Principal, r sharing.Request) error {
			return d.escalate(by, r, "关于提请协调共享婚姻登记信息的申请.pdf", "办理不动产登记须核对婚姻状况，依法履职必需。")
		})},
		{"2017-11-28 10:00", "office", "calls the two together", step(func(d *demoCity, by auth.Principal, r sharing.Request) error {
			_, err := d.sharing.Convene(d.ctx, by, r.ID, r.Version, sharing.Meeting{On: d.today(), Note: "房管、民政两家参加"})
			return err
		})},
		{"2017-11-30 16:00", "office", "settles it: an interface that answers yes or no", step(func(d *demoCity, by auth.Principal, r sharing.Request) error {
			_, err := d.sharing.Settle(d.ctx, by, r.ID, r.Version, sharing.Settlement{
				Outcome: sharing.OutcomeVerify, Text: "以核验接口方式共享，只返回是或否。", Terms: sharing.Terms{
					Scope: sharing.ScopeDepartment, Purposes: field.List{sharing.PurposeCollaboration}, Method: sharing.MethodQuery, MethodNote: "只返回是或否",
					ValidFrom: calendar.NewDate(2017, 12, 1),
				},
			})
			return err
		})},
		{"2017-12-06 10:00", "fc.clerk", "doubts what GA says of somebody", (*demoCity).doubtPeople},
		{"2017-12-06 14:00", "centre", "passes the doubt on", func(d *demoCity, by auth.Principal) error {
			return d.onDoubt(by, func(o sharing.Objection) error {
				_, err := d.sharing.Dispatch(d.ctx, by, o.ID, o.Version, "")
				return err
			})
		}},
		{"2017-12-08 11:00", "ga.head", "corrects what was wrong", func(d *demoCity, by auth.Principal) error {
			return d.onDoubt(by, func(o sharing.Objection) error {
				_, err := d.sharing.Verify(d.ctx, by, o.ID, o.Version, sharing.Verdict{
					Result: sharing.ObjectionCorrected, Causes: field.List{sharing.CauseEntry}, Text: "已更正姓名用字",
				})
				return err
			})
		}},
	}
}

// escalate puts a refused request to the Office, with the signed paper.
func (d *demoCity) escalate(by auth.Principal, r sharing.Request, paper, text string) error {
	return d.box.Receive(d.ctx, demoPDF(paper, text), func(f evidence.Received) error {
		_, err := d.sharing.Escalate(d.ctx, by, r.ID, r.Version, sharing.Application{Text: text, File: &f})
		return err
	})
}

// doubtPeople is step 25: while somebody's case waits, business goes on as usual.
func (d *demoCity) doubtPeople(by auth.Principal) error {
	doubt := sharing.Doubt{
		Entry: d.entries[demoPeopleEntry].code, RecordRef: "受理单 FC-1206", Kind: sharing.ObjectDoubt, Description: "姓名用字与身份证件不一致。", CitizenCase: true,
	}
	_, err := d.sharing.Raise(d.ctx, by, doubt)
	if err := demoRefused(err, "sharing.err.as_usual"); err != nil {
		return err
	}
	doubt.AsUsual, doubt.AsUsualNote = true, "已凭户口簿原件受理"
	_, err = d.sharing.Raise(d.ctx, by, doubt)
	return err
}

// onDoubt does something with the objection that is newest.
func (d *demoCity) onDoubt(by auth.Principal, do func(sharing.Objection) error) error {
	page, err := d.sharing.ListObjections(d.ctx, by, sharing.ObjectionQuery{})
	if err != nil {
		return err
	}
	if len(page.Rows) == 0 {
		return fault.New(fault.NotFound, "err.not_found")
	}
	newest := page.Rows[0]
	for _, o := range page.Rows {
		if o.ID > newest.ID {
			newest = o
		}
	}
	f, err := d.sharing.FindObjection(d.ctx, by, newest.ID)
	if err != nil {
		return err
	}
	return do(f.Objection)
}
