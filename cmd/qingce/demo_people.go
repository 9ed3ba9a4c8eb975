package main

import (
	"fmt"
	"strings"

	"qingce/internal/account"
	"qingce/internal/auth"
)

// demoPassword is that of every account of the demonstration, which is only
// ever served on loopback.
const demoPassword = "Hanjiang#2017"

// demoPasswordDays is how long it lasts: longer than the story, which begins four
// months before the demonstration opens.
const demoPasswordDays = 180

// demoPerson is an account of the demonstration.
type demoPerson struct {
	login, name string
	roles       auth.Roles
	department  string // code, empty for none
}

// demoPeople are all accounts: those who act in the story, and one of every other
// role.
func demoPeople() []demoPerson {
	return []demoPerson{
		{"rs.clerk", "李红梅", auth.Roles{auth.Clerk}, "XY107"},
		{"rs.head", "王建军", auth.Roles{auth.Head}, "XY107"},
		{"mz.clerk", "周建国", auth.Roles{auth.Clerk}, "XY105"},
		{"mz.head", "田卫国", auth.Roles{auth.Head}, "XY105"},
		{"jy.clerk", "王晓芸", auth.Roles{auth.Clerk}, "XY103"},
		{"jy.head", "汪洋", auth.Roles{auth.Head}, "XY103"},
		{"ga.clerk", "陈卫东", auth.Roles{auth.Clerk}, "XY104"},
		{"ga.head", "李卫国", auth.Roles{auth.Head}, "XY104"},
		{"gs.clerk", "赵敏", auth.Roles{auth.Clerk}, "XY112"},
		{"gs.head", "钱立新", auth.Roles{auth.Head}, "XY112"},
		{"fc.clerk", "孙志强", auth.Roles{auth.Clerk}, "XY117"},
		{"fc.head", "何建设", auth.Roles{auth.Head}, "XY117"},
		{"ly.clerk", "刘畅", auth.Roles{auth.Clerk}, "XY111"},
		{"ly.head", "邓国庆", auth.Roles{auth.Head}, "XY111"},
		{"jt.clerk", "吴海涛", auth.Roles{auth.Clerk}, "XY109"},
		{"jt.head", "赵江", auth.Roles{auth.Head}, "XY109"},
		{"wj.clerk", "郑丽", auth.Roles{auth.Clerk}, "XY114"},
		{"wj.head", "丁一平", auth.Roles{auth.Head}, "XY114"},
		{"mzj.clerk", "佟文静", auth.Roles{auth.Clerk}, "XY303"},
		{"mzj.head", "马德胜", auth.Roles{auth.Head}, "XY303"},
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

// demoBodies are the ten departments and the county of the story, by the prefix
// of their systems.
func demoBodies() map[string]string {
	return map[string]string{
		"RS": "XY107", "MZ": "XY105", "JY": "XY103", "GA": "XY104", "GS": "XY112", "FC": "XY117", "LY": "XY111", "JT": "XY109", "WJ": "XY114",
		"MZJ": "XY303", "ZY": "420683",
	}
}

// demoMunicipal are the ten departments, in the order in which they do things
// that all of them do.
func demoMunicipal() []string {
	return []string{"RS", "MZ", "JY", "GA", "GS", "FC", "LY", "JT", "WJ", "MZJ"}
}

// demoClerkOf and demoHeadOf are who prepares and who confirms for a body, by
// the prefix of its systems or by the code of one of them.
func demoClerkOf(code string) string { return demoLogin(code, ".clerk") }
func demoHeadOf(code string) string  { return demoLogin(code, ".head") }

func demoLogin(code, post string) string {
	prefix, _, _ := strings.Cut(code, "-")
	if prefix == "ZY" {
		return "zy.region"
	}
	return strings.ToLower(prefix) + post
}

// hire makes the accounts, and learns who is who.
func (d *demoCity) hire(by auth.Principal) error {
	dir, err := d.registry.Directory(d.ctx)
	if err != nil {
		return err
	}
	d.dir, d.people = dir, map[string]auth.Principal{}
	policy, err := d.accounts.Policy(d.ctx)
	if err != nil {
		return err
	}
	policy.MaxAgeDays = demoPasswordDays
	if _, err := d.accounts.SetPolicy(d.ctx, by, policy, "专项工作期间口令半年一换"); err != nil {
		return fmt.Errorf("password policy: %w", err)
	}
	for _, p := range demoPeople() {
		in := account.Draft{Login: p.login, Name: p.name, Roles: p.roles, Password: demoPassword, Settled: true}
		if p.department != "" {
			dept, ok := dir.Lookup(p.department)
			if !ok {
				return fmt.Errorf("account %s: no department %s", p.login, p.department)
			}
			in.DepartmentID = dept.ID
		}
		a, _, err := d.accounts.Create(d.ctx, by, in)
		if err != nil {
			return fmt.Errorf("account %s: %w", p.login, err)
		}
		d.people[p.login] = auth.Principal{
			AccountID: a.ID, Login: a.Login, Name: a.Name, DepartmentID: a.DepartmentID, Department: dir.Name(a.DepartmentID),
			Roles: a.Roles, Way: auth.BySession,
		}
	}
	return nil
}

// as is somebody of the story.
func (d *demoCity) as(login string) (auth.Principal, error) {
	p, ok := d.people[login]
	if !ok {
		return p, fmt.Errorf("nobody is called %q", login)
	}
	return p, nil
}

// body is a body of the story.
func (d *demoCity) body(prefix string) auth.DepartmentID {
	b, _ := d.dir.ByCode(demoBodies()[prefix])
	return b.ID
}
