package inventorytest

import (
	"fmt"
	"math/rand/v2"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// words make names that look like those of real systems.
var (
	whats = []string{"社会保险", "就业服务", "城乡低保", "婚姻登记", "中考招生", "学籍", "人口信息", "出租屋", "企业登记", "消费投诉", "房产交易", "维修资金", "旅游信息", "道路运政", "治超", "价格监测", "行政审批", "不动产登记", "环境监测", "水资源"}
	hows  = []string{"业务管理", "综合服务", "监督管理", "信息采集", "数据交换", "指挥调度", "统计分析", "公众查询", "移动办公", "档案管理"}
	kinds = []string{"系统", "平台", "子系统", "数据库", "门户网站"}
)

// Fill puts many departments and systems into the city, past the verbs but
// with the same rows, for benchmarks and for looking at long lists.
func (c *City) Fill(departments, systems int) {
	c.t.Helper()
	rnd := rand.New(rand.NewPCG(2017, 76)) // the same city every time
	err := c.DB.Write(c.t.Context(), func(tx *store.Tx) error {
		ids, err := fillDepartments(tx, departments)
		if err != nil {
			return err
		}
		for from := 0; from < systems; from += 500 {
			if err := fillSystems(tx, rnd, ids, from, min(from+500, systems)); err != nil {
				return err
			}
		}
		if _, err := c.Registry.Reindex(tx); err != nil {
			return err
		}
		return tx.Gorm().Exec("UPDATE register_revisions SET revision = revision + 1").Error
	})
	if err != nil {
		c.t.Fatalf("fill city: %v", err)
	}
}

func fillDepartments(tx *store.Tx, n int) ([]inventory.DepartmentID, error) {
	rows := make([]inventory.Department, n)
	for i := range rows {
		rows[i] = inventory.Department{
			Code: fmt.Sprintf("D%04d", i), Name: fmt.Sprintf("第%d局", i), Kind: inventory.Municipal, RegionCode: "420600",
			Version: 1, CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
		}
	}
	if err := tx.Gorm().CreateInBatches(&rows, 200).Error; err != nil {
		return nil, err
	}
	ids := make([]inventory.DepartmentID, n)
	for i, d := range rows {
		ids[i] = d.ID
	}
	return ids, nil
}

func fillSystems(tx *store.Tx, rnd *rand.Rand, owners []inventory.DepartmentID, from, to int) error {
	rows := make([]inventory.System, 0, to-from)
	for i := from; i < to; i++ {
		rows = append(rows, randomSystem(tx, rnd, owners[i%len(owners)], i%len(owners), i/len(owners)+1))
	}
	if err := tx.Gorm().CreateInBatches(&rows, 100).Error; err != nil {
		return err
	}
	versions := make([]inventory.SystemVersion, len(rows))
	for i, s := range rows {
		versions[i] = inventory.SystemVersion{System: s, ValidFrom: tx.Now(), ChangedName: "test", Action: "registered"}
	}
	return tx.Gorm().CreateInBatches(&versions, 100).Error
}

func pick[T any](rnd *rand.Rand, from ...T) T { return from[rnd.IntN(len(from))] }

func randomSystem(tx *store.Tx, rnd *rand.Rand, owner inventory.DepartmentID, dept, number int) inventory.System {
	name := pick(rnd, whats...) + pick(rnd, hows...) + pick(rnd, kinds...)
	users := int64(rnd.IntN(5000))
	active := rnd.Int64N(users + 1)
	om := rnd.Int64N(200) * 500_000
	s := inventory.System{
		Code: fmt.Sprintf("D%04d-%04d", dept, number), State: pick(rnd, inventory.Draft, inventory.Declared, inventory.Verified), OwnerID: owner,
		Name: name, FunctionDesc: "用于" + name + "的日常业务办理、信息查询和统计上报", SystemClass: pick(rnd, "application", "support", "infrastructure"),
		Category: pick(rnd, "business", "office", "portal", "data"), BuildUnit: "局信息中心", MaintainUnit: "局信息中心",
		ApprovalDept: pick(rnd, "reform", "finance", "self", inventory.ApprovalNone), ApprovalDate: calendar.NewDate(2005+rnd.IntN(12), 1, 1+rnd.IntN(28)),
		ApprovalNote: "无档案", FundSource: pick(rnd, "city", "superior", "self_raised"), OmAmountYear: &om,
		Phase: pick(rnd, inventory.PhaseRunning, inventory.PhaseTrial), EnabledDate: calendar.NewDate(2017, 1, 1+rnd.IntN(28)),
		UseScope: pick(rnd, "unit", "city_depts", "city_county"), RegisteredUsers: &users, ActiveUsersMonth: &active,
		UseFrequency: pick(rnd, "daily", "weekly", "monthly", "hardly"), DispositionNote: "保留理由", Location: pick(rnd, "gov_cloud", "own_room"),
		Network: pick(rnd, []string{"extranet"}, []string{"extranet", "internet"}, []string{"private"}), DjbhLevel: pick(rnd, "none", "2", "3"),
		VisitUrl: fmt.Sprintf("http://10.%d.%d.%d/app", dept%250, number%250, rnd.IntN(250)), Proposed: pick(rnd, inventory.Keep, inventory.Clean, inventory.Merge),
		Version: 1, CreatedAt: tx.Now(), UpdatedAt: tx.Now(), UpdatedBy: auth.AccountID(1),
	}
	return s
}
