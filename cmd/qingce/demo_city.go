package main

import (
	"context"
	"embed"
	"fmt"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/inventory"
)

// demoFiles are the sample city as files that anybody could import: the bodies
// of Xiangyang in 2017, and invented systems.
//
//go:embed demo/*.csv
var demoFiles embed.FS

// demoPassword is that of every account of the demonstration, which is only
// ever served on loopback.
const demoPassword = "Hanjiang#2017"

// demoPerson is an account of the demonstration.
type demoPerson struct {
	login, name string
	roles       auth.Roles
	department  string // code, empty for none
}

func demoPeople() []demoPerson {
	return []demoPerson{
		{"rs.clerk", "李红梅", auth.Roles{auth.Clerk}, "XY107"},
		{"rs.head", "王建军", auth.Roles{auth.Head}, "XY107"},
		{"ly.clerk", "刘畅", auth.Roles{auth.Clerk}, "XY111"},
		{"ly.head", "邓国庆", auth.Roles{auth.Head}, "XY111"},
		{"ga.clerk", "陈卫东", auth.Roles{auth.Clerk, auth.Head}, "XY104"},
		{"mz.clerk", "佟文静", auth.Roles{auth.Clerk, auth.Head}, "XY303"},
		{"zy.region", "黄志远", auth.Roles{auth.Region}, "420683"},
		{"office", "张明", auth.Roles{auth.Office}, "XY001"},
		{"centre", "何思源", auth.Roles{auth.Centre}, "XY202"},
		{"staffing", "罗兰", auth.Roles{auth.Staffing}, "XY102"},
		{"reform", "彭勇", auth.Roles{auth.Reform}, "XY101"},
		{"finance", "蒋芳", auth.Roles{auth.Finance}, "XY201"},
		{"standards", "余涛", auth.Roles{auth.Standards}, "XY113"},
		{"police", "曹磊", auth.Roles{auth.Police}, "XY104"},
		{"network", "谢军", auth.Roles{auth.Network}, "XY203"},
		{"leader", "高远", auth.Roles{auth.Leader}, "XY000"},
		{"auditor", "梁静", auth.Roles{auth.Auditor}, "XY204"},
		{"expert", "程教授", auth.Roles{auth.Expert}, ""},
		{"probe", "监测探针", auth.Roles{auth.Probe}, ""},
		{"admin", "系统管理员", auth.Roles{auth.Admin}, "XY202"},
	}
}

// demoStep is what somebody did with systems of the sample city. The steps
// leave a system in most states, so that everybody finds something to do; those
// of the police were counted last year (loadDemoCensus).
type demoStep struct {
	move    inventory.Move
	reason  string
	systems []string
}

func demoSteps() []demoStep {
	return []demoStep{
		{inventory.Declare, "", []string{
			"RS-01", "RS-02", "RS-03", "RS-04", "MZ-01", "MZ-02", "MZ-03", "JY-01", "JY-02", "JY-03", "JY-04",
			"GS-01", "GS-02", "FC-01", "FC-02", "FC-03", "LY-01", "LY-02", "JT-01", "JT-02", "JT-03", "WJ-01",
		}},
		{inventory.Verify, "", []string{
			"RS-01", "RS-03", "RS-04", "MZ-01", "MZ-02", "JY-01", "JY-02", "JY-03", "JY-04", "GS-01",
			"FC-01", "FC-03", "LY-02", "JT-01", "JT-03",
		}},
		{inventory.Return, "建设经费来源与财政台账不一致，请核对后重新申报。", []string{"RS-02"}},
		{inventory.Return, "最近一次测评日期未填写，请补充后重新申报。", []string{"LY-01"}},
		{inventory.Certify, "2017 年系统普查核定。", []string{"GS-01", "FC-01", "FC-03", "JT-01"}},
		{inventory.PutInService, "", []string{"GA-01", "GS-01"}},
		{inventory.StartMerging, "按内部整合方案并入房产交易与备案系统。", []string{"FC-03"}},
		{inventory.StartRetiring, "列入 2017 年僵尸系统清理名单。", []string{"RS-03", "JY-03", "LY-02"}},
	}
}

// demoImport is a file of the sample city.
type demoImport struct{ kind, file string }

// demoImports are in order: systems name their departments, and systems that
// are to be merged name the one they go into.
func demoImports() []demoImport {
	return []demoImport{
		{inventory.ImportDepartments, "departments.csv"},
		{inventory.ImportSystems, "systems.csv"},
		{inventory.ImportSystems, "systems_merging.csv"},
	}
}

// loadDemo fills an empty database with the sample city, by the same verbs that
// people use. The accounts come last: a city with accounts is complete.
func (r *rooms) loadDemo(ctx context.Context, clock *demoClock) error {
	by := auth.Command("demo", "demo")
	for _, in := range demoImports() {
		if err := r.loadDemoFile(ctx, by, in); err != nil {
			return fmt.Errorf("sample city: %s: %w", in.file, err)
		}
	}
	if err := r.loadDemoCensus(ctx, clock); err != nil {
		return fmt.Errorf("sample city: census of last year: %w", err)
	}
	if err := r.loadDemoHub(ctx, clock); err != nil {
		return fmt.Errorf("sample city: connection with the hub: %w", err)
	}
	clock.daysAgo.Store(0)
	if err := r.maintainDemo(ctx); err != nil {
		return fmt.Errorf("sample city: maintenance: %w", err)
	}
	for _, step := range demoSteps() {
		// Under the name of the one whose step it is, so that the history reads
		// as it would.
		by := auth.Command("demo", demoActor(step.move))
		for _, code := range step.systems {
			if err := r.moveDemo(ctx, by, code, step); err != nil {
				return fmt.Errorf("sample city: %s %s: %w", step.move, code, err)
			}
		}
	}
	if err := r.askDemoChange(ctx); err != nil {
		return fmt.Errorf("sample city: change request: %w", err)
	}
	if err := r.loadDemoSurvey(ctx); err != nil {
		return fmt.Errorf("sample city: self-survey: %w", err)
	}
	if err := r.loadDemoCatalog(ctx); err != nil {
		return fmt.Errorf("sample city: catalog: %w", err)
	}
	if err := r.loadDemoSharing(ctx); err != nil {
		return fmt.Errorf("sample city: sharing: %w", err)
	}
	if err := r.loadDemoUsage(ctx); err != nil {
		return fmt.Errorf("sample city: use of systems: %w", err)
	}
	if _, err := r.compareSystems(ctx); err != nil {
		return fmt.Errorf("sample city: similar systems: %w", err)
	}
	if err := r.loadDemoCases(ctx); err != nil {
		return fmt.Errorf("sample city: clean-up: %w", err)
	}
	if err := r.loadDemoFunding(ctx); err != nil {
		return fmt.Errorf("sample city: funding: %w", err)
	}
	return r.createDemoPeople(ctx, by)
}

func demoActor(move inventory.Move) string {
	switch move {
	case inventory.Declare:
		return "各部门负责人"
	case inventory.Verify, inventory.Return:
		return "何思源"
	}
	return "张明"
}

func (r *rooms) loadDemoFile(ctx context.Context, by auth.Principal, in demoImport) error {
	data, err := demoFiles.ReadFile("demo/" + in.file)
	if err != nil {
		return err
	}
	file, err := r.receive(ctx, by, in.kind, in.file, data)
	if err == nil {
		file, err = r.confirm(ctx, by, file, "")
	}
	if err != nil {
		return err
	}
	if file.RowsWrong > 0 || file.RowsApplied != file.RowsTotal {
		return fault.New(fault.Internal, "err.internal").Because(
			fmt.Errorf("%d of %d rows were saved, %d are wrong", file.RowsApplied, file.RowsTotal, file.RowsWrong))
	}
	return nil
}

func (r *rooms) moveDemo(ctx context.Context, by auth.Principal, code string, step demoStep) error {
	s, err := r.registry.FindSystem(ctx, by, code)
	if err != nil {
		return err
	}
	_, err = r.registry.Move(ctx, by, code, s.Version, step.move, step.reason)
	return err
}

func (r *rooms) createDemoPeople(ctx context.Context, by auth.Principal) error {
	dir, err := r.registry.Directory(ctx)
	if err != nil {
		return err
	}
	for _, p := range demoPeople() {
		d := account.Draft{Login: p.login, Name: p.name, Roles: p.roles, Password: demoPassword, Settled: true}
		if p.department != "" {
			dept, ok := dir.Lookup(p.department)
			if !ok {
				return fmt.Errorf("sample city: account %s: no department %s", p.login, p.department)
			}
			d.DepartmentID = dept.ID
		}
		if _, _, err := r.accounts.Create(ctx, by, d); err != nil {
			return fmt.Errorf("sample city: account %s: %w", p.login, err)
		}
	}
	return nil
}
