package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/inventory"
	"qingce/survey"
	"qingce/survey/census"
)

// demoCensus is the census of last year in the sample city, which is locked.
const demoCensus = "pc-demo"

// demoClock is the time while the sample city is made, which begins last year.
type demoClock struct {
	now     func() time.Time
	daysAgo atomic.Int64
}

// Now is the time that the city has come to.
func (c *demoClock) Now() time.Time { return c.now().AddDate(0, 0, -int(c.daysAgo.Load())) }

// Days before today on which the steps of the census were taken.
const (
	demoOpensAgo  = 365
	demoFiledAgo  = 357
	demoAcceptAgo = 350
	demoLockAgo   = 340
)

// demoCounted are the bodies that were asked first; the others were taken out of
// the scope.
func demoCounted() []demoForm {
	return []demoForm{
		{"XY104", "陈卫东", "陈卫东", demoSubmitted, ""},
		{"XY301", "方明", "胡建平", demoZero, ""},
		{"XY302", "江涛", "袁立", demoZero, ""},
	}
}

// demoList is what the centre knew of the first bodies from elsewhere. The last
// line turns out not to be a system.
const demoList = "应用名称,使用单位\n人口基础信息共享服务,市公安局\n出租屋管理系统,市公安局\n警用装备清点终端,市公安局\n"

// loadDemoCensus takes a census of a few bodies from its opening to its
// certificate.
func (r *rooms) loadDemoCensus(ctx context.Context, clock *demoClock) error {
	dir, err := r.registry.Directory(ctx)
	if err != nil {
		return err
	}
	if err := r.openDemoCensus(ctx, dir); err != nil {
		return fmt.Errorf("open %s: %w", demoCensus, err)
	}
	clock.daysAgo.Store(demoFiledAgo)
	for _, f := range demoCounted() {
		if err := r.fillDemo(ctx, dir, demoCensus, f); err != nil {
			return fmt.Errorf("form of %s: %w", f.department, err)
		}
	}
	clock.daysAgo.Store(demoAcceptAgo)
	for _, f := range demoCounted() {
		key := survey.FormKey{Campaign: demoCensus, Department: f.department}
		if _, err := r.surveys.Accept(ctx, auth.Command("demo", "何思源"), key, 0); err != nil {
			return fmt.Errorf("accept the form of %s: %w", f.department, err)
		}
	}
	if err := r.matchDemoList(ctx); err != nil {
		return fmt.Errorf("the list of the centre: %w", err)
	}
	clock.daysAgo.Store(demoLockAgo)
	if _, err := r.census.Lock(ctx, auth.Command("demo", "张明"), demoCensus); err != nil {
		return fmt.Errorf("lock %s: %w", demoCensus, err)
	}
	return nil
}

// openDemoCensus asks the first bodies.
func (r *rooms) openDemoCensus(ctx context.Context, dir *inventory.Directory) error {
	office := auth.Command("demo", "张明")
	q, err := r.surveys.FindQuestionnaire(ctx, office, demoQuestions, 0)
	if err != nil {
		return fmt.Errorf("questionnaire %s: %w", demoQuestions, err)
	}
	today := calendar.DateOf(r.db.Now())
	c, _, err := r.surveys.CreateCampaign(ctx, office, survey.Campaign{
		Code: demoCensus, Kind: survey.Census, Title: strconv.Itoa(today.Year()) + "年政务信息系统普查（首批试点）", Basis: "方案第二部分第二项",
		Scope: survey.MunicipalOnly, QuestionnaireID: &q.ID, OpensOn: today, DueOn: today.AddDays(demoSurveyDays), MendWd: 3,
	})
	if err != nil {
		return err
	}
	asked := map[string]bool{}
	for _, f := range demoCounted() {
		asked[f.department] = true
	}
	for _, body := range dir.All() {
		if body.Kind != inventory.Municipal || asked[body.Code] {
			continue
		}
		if err := r.surveys.SetException(ctx, office, demoCensus, body.Code, false, "未列入首批试点，随下一批普查。"); err != nil {
			return fmt.Errorf("take %s out: %w", body.Code, err)
		}
	}
	_, err = r.surveys.OpenCampaign(ctx, office, demoCensus, c.Version)
	return err
}

// matchDemoList hands a list in and settles what came of it.
func (r *rooms) matchDemoList(ctx context.Context) error {
	centre := auth.Command("demo", "何思源")
	src, err := r.census.ReceiveSource(ctx, centre, demoCensus, census.NewSource{Kind: census.Cloud, Title: "政务云资源清单", FileName: "政务云资源清单.csv", Data: []byte(demoList)})
	if err == nil {
		src, err = r.census.MapSource(ctx, centre, demoCensus, src.ID, src.Version, src.Mapping)
	}
	if err != nil {
		return err
	}
	page, err := r.census.ListItems(ctx, centre, demoCensus, census.ItemQuery{Decisions: []census.Decision{census.Open}})
	if err != nil {
		return err
	}
	for _, item := range page.Items {
		ruling := census.Ruling{Decision: census.Dismissed, Reason: "单机的清点程序，不是信息系统，装备科已书面说明。"}
		if item.Result == census.Differs {
			ruling = census.Ruling{Decision: census.Agreed}
		}
		if _, err := r.census.Decide(ctx, centre, demoCensus, item.ID, item.Version, ruling); err != nil {
			return fmt.Errorf("settle %s: %w", item.Name, err)
		}
	}
	return nil
}

// askDemoChange leaves a request to change a record that the census has locked.
func (r *rooms) askDemoChange(ctx context.Context) error {
	dir, err := r.registry.Directory(ctx)
	if err != nil {
		return err
	}
	dept, ok := dir.ByCode("XY104")
	if !ok {
		return fault.New(fault.NotFound, "err.not_found")
	}
	head := demoPersonOf(dept, "陈卫东", auth.Head)
	s, err := r.registry.FindSystem(ctx, head, "GA-03")
	if err != nil {
		return err
	}
	s.MaintainUnit = "襄阳市公安局科技信息化处"
	_, _, err = r.registry.ProposeChange(ctx, head, s.Code, inventory.Proposal{
		System: s, Version: s.Version, Reason: "运维合同到期后改由局科技信息化处自行运维，运维单位相应变更。", Submit: true,
	})
	return err
}

// isNoCalendar tells whether the calendar of a year is missing.
func isNoCalendar(err error) bool { return errors.Is(err, fault.New(fault.Invalid, "err.calendar")) }
