package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/inventory"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/cleanup"
)

// demoNeglected are the systems that nobody has maintained since their files were
// written.
var demoNeglected = []string{"RS-03", "LY-02", "GA-03"}

// maintainDemo brings up to date when systems were maintained: the files of the
// sample city are of 2017, and all of them would look abandoned.
func (r *rooms) maintainDemo(ctx context.Context) error {
	by := auth.Command("demo", "各部门填报员")
	page, err := r.registry.ListSystems(ctx, by, inventory.Query{Size: inventory.MaxPageSize})
	if err != nil {
		return err
	}
	today := calendar.DateOf(r.db.Now())
	for _, s := range page.Rows {
		if s.LastMaintenanceDate.IsZero() || slices.Contains(demoNeglected, s.Code) {
			continue
		}
		version := s.Version
		s.LastMaintenanceDate = today.AddDays(-20 - int(s.ID)%60)
		if !s.LastReleaseDate.IsZero() {
			s.LastReleaseDate = today.AddDays(-90 - int(s.ID)%200)
		}
		if !s.OmContractEnd.IsZero() {
			s.OmContractEnd = today.AddDays(200 + int(s.ID)%300)
		}
		if err := r.keepMaintained(ctx, by, s, version); err != nil {
			return fmt.Errorf("maintain %s: %w", s.Code, err)
		}
	}
	return nil
}

// keepMaintained changes a record, by a request where the census has locked it.
func (r *rooms) keepMaintained(ctx context.Context, by auth.Principal, s inventory.System, version int64) error {
	const reason = "更新运维情况"
	if s.State.Editable() {
		_, _, err := r.registry.Change(ctx, by, s.Code, version, s, reason)
		return err
	}
	c, _, err := r.registry.ProposeChange(ctx, by, s.Code, inventory.Proposal{System: s, Version: version, Reason: reason, Submit: true})
	if err != nil {
		return err
	}
	_, _, err = r.registry.DecideChange(ctx, auth.Command("demo", "张明"), c.ID, c.Version, inventory.Verdict{Approve: true, SystemVersion: version})
	return err
}

// demoCase is how far the clean-up of a system of the sample city has come.
type demoCase struct {
	system string
	upTo   cleanup.State
}

// demoCases leave a case at most steps, so that the department, the Office and
// the centre find something to do. Those of LY are left to be answered.
func demoCases() []demoCase {
	return []demoCase{
		{"LY-02", cleanup.Notified}, {"RS-03", cleanup.Confirmed}, {"JY-03", cleanup.Cleaned}, {"JT-03", cleanup.EvidenceSubmitted}, {"GA-03", cleanup.Contested},
	}
}

// loadDemoCases runs detection in the sample city, and takes some of the cases
// that come of it along their way.
func (r *rooms) loadDemoCases(ctx context.Context) error {
	by := auth.Command("demo", "何思源")
	day := calendar.DateOf(r.db.Now()).AddDays(-1)
	run, err := r.detector.Detect(ctx, by, day, zombie.How{})
	if err != nil {
		return err
	}
	if run.State == zombie.Held {
		if _, err := r.detector.Release(ctx, by, day, "示例数据，逐一核实后放行。"); err != nil {
			return err
		}
	}
	if _, err := r.cases.Follow(ctx, by); err != nil {
		return err
	}
	for _, c := range demoCases() {
		if err := r.takeDemoCase(ctx, c); err != nil {
			return fmt.Errorf("case of %s: %w", c.system, err)
		}
	}
	return nil
}

// takeDemoCase takes the case of a system as far as it is to come; a system that
// is not suspected has none.
func (r *rooms) takeDemoCase(ctx context.Context, d demoCase) error {
	office := auth.Command("demo", "张明")
	s, err := r.registry.FindSystem(ctx, office, d.system)
	if err != nil {
		return err
	}
	all, err := r.cases.CasesOf(ctx, office, s.ID)
	if err != nil || len(all) == 0 {
		return err
	}
	dir, err := r.registry.Directory(ctx)
	if err != nil {
		return err
	}
	own := auth.Command("demo", s.ChargeContact)
	own.Department = dir.Name(s.OwnerID)
	c := all[0]
	for _, step := range r.demoCaseSteps(ctx, office, own) {
		if c.State == d.upTo {
			return nil
		}
		if step.from == c.State && step.fits(d.upTo) {
			if c, err = step.do(c); err != nil {
				return fmt.Errorf("%s: %w", step.from, err)
			}
		}
	}
	if c.State != d.upTo {
		return fmt.Errorf("the case stays %s", c.State)
	}
	return nil
}

// demoCaseStep is a step with a case.
type demoCaseStep struct {
	from cleanup.State
	only cleanup.State // only for cases that end there
	do   func(cleanup.Case) (cleanup.Case, error)
}

func (s demoCaseStep) fits(upTo cleanup.State) bool {
	return s.only == upTo || s.only == "" && (s.from != cleanup.Notified || upTo != cleanup.Contested)
}

func (r *rooms) demoCaseSteps(ctx context.Context, office, own auth.Principal) []demoCaseStep {
	today := calendar.DateOf(r.db.Now())
	released := cleanup.Released{Servers: 2, Ips: 2, Domains: 1, Accounts: 60, OmSaved: 4_800_000}
	return []demoCaseStep{
		{cleanup.Suspected, "", func(c cleanup.Case) (cleanup.Case, error) { return r.cases.Notify(ctx, office, c.No, c.Version) }},
		{cleanup.Notified, cleanup.Contested, func(c cleanup.Case) (cleanup.Case, error) {
			return r.cases.Answer(ctx, own, c.No, c.Version, cleanup.Reply{Answer: cleanup.Contests, Text: "系统由基层所队通过移动终端使用，请核对采集范围。"})
		}},
		{cleanup.Notified, "", func(c cleanup.Case) (cleanup.Case, error) {
			return r.cases.Answer(ctx, own, c.No, c.Version, cleanup.Reply{Answer: cleanup.Admits, Text: "业务已转到新平台，同意清理。"})
		}},
		{cleanup.Admitted, "", func(c cleanup.Case) (cleanup.Case, error) {
			return r.cases.Decide(ctx, office, c.No, c.Version, true, "部门已认可，予以认定。")
		}},
		{cleanup.Confirmed, "", func(c cleanup.Case) (cleanup.Case, error) {
			return r.cases.HandInPlan(ctx, own, c.No, c.Version, cleanup.Scheme{Plan: cleanup.Plan{
				Action: cleanup.RetireIt, Disposal: cleanup.Archive, DisposalNote: "历史数据移交市档案馆，备份保存在政务云。", Released: released,
				OmStopOn: today, UsersTold: "办公网公告并短信通知",
			}})
		}},
		{cleanup.Planned, "", func(c cleanup.Case) (cleanup.Case, error) { return r.cases.ApprovePlan(ctx, office, c.No, c.Version) }},
		{cleanup.Cleaning, "", func(c cleanup.Case) (cleanup.Case, error) {
			for _, purpose := range []string{inventory.PurposeBackup, inventory.PurposeDisposal} {
				if err := r.proveDemoCase(ctx, own, c.No, purpose); err != nil {
					return c, err
				}
			}
			return r.cases.SubmitEvidence(ctx, own, c.No, c.Version, cleanup.Done{StoppedOn: today, Outcome: "已停机并完成备份，数据移交，账号停用。", Released: released})
		}},
		{cleanup.EvidenceSubmitted, "", func(c cleanup.Case) (cleanup.Case, error) {
			return r.cases.Accept(ctx, auth.Command("demo", "何思源"), c.No, c.Version, "材料齐全")
		}},
	}
}

// proveDemoCase puts a file beside a case.
func (r *rooms) proveDemoCase(ctx context.Context, by auth.Principal, no, purpose string) error {
	data := []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n% " + no + " " + purpose + "\nxref\n0 1\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
	name := map[string]string{inventory.PurposeBackup: "备份清单.pdf", inventory.PurposeDisposal: "数据移交单.pdf"}[purpose]
	_, err := r.cases.Prove(ctx, by, no, evidence.Upload{Name: name, Reader: bytes.NewReader(data), Size: int64(len(data))}, purpose, "")
	return err
}
