package hub

import (
	"slices"
	"strconv"
	"strings"

	"qingce/internal/fault"
)

// Stage is how far a connection has come (DOMAIN H0 to H7).
type Stage int

// The stages.
const (
	NotBegun  Stage = iota // H0 未启动
	MustBe                 // H1 确认应接入
	Extranet               // H2 外网迁移
	Applied                // H3 申请接入
	Deployed               // H4 前置机/接口部署
	Tested                 // H5 联调
	Connected              // H6 已接入
	Stable                 // H7 稳定运行
)

// Stages lists the stages in their order.
func Stages() []Stage {
	return []Stage{NotBegun, MustBe, Extranet, Applied, Deployed, Tested, Connected, Stable}
}

// Code is "H3".
func (s Stage) Code() string { return "H" + strconv.Itoa(int(s)) }

// ParseStage reads "H3".
func ParseStage(text string) (Stage, bool) {
	i := slices.IndexFunc(Stages(), func(s Stage) bool { return s.Code() == strings.ToUpper(strings.TrimSpace(text)) })
	return Stage(max(i, 0)), i >= 0
}

// Label is the message key of the stage's name.
func (s Stage) Label() fault.Label { return fault.Label("hub.stage." + s.Code()) }

// Paper is something that proves a stage.
type Paper string

// The papers. IPRecord, Method and Exchange are no files.
const (
	LineAcceptance Paper = "line_acceptance" // 外网线路验收单
	IPRecord       Paper = "ip_record"       // IP 备案
	Application    Paper = "application"     // 接入申请
	SecurityReview Paper = "security_review" // 安全审查意见
	DjbhFiling     Paper = "djbh_filing"     // 等保备案
	MethodChosen   Paper = "method"          // 接入方式
	Deployment     Paper = "deployment"      // 部署单
	TestReport     Paper = "test_report"     // 联调测试报告
	RealExchange   Paper = "real_exchange"   // 至少一次成功的真实交换
	GatewayRecord  Paper = "gateway_record"  // a file of the gateway, in the place of what it counted
	OnExtranet     Paper = "on_extranet"     // the register has it on the extranet, or says by which gateway (V21)
)

// Files lists the papers that are handed in as files.
func Files() []Paper {
	return []Paper{LineAcceptance, Application, SecurityReview, DjbhFiling, Deployment, TestReport, GatewayRecord}
}

// Label is the message key of the paper's name.
func (p Paper) Label() fault.Label { return fault.Label("hub.paper." + string(p)) }

// purpose is under which the files of the paper are kept.
func (p Paper) purpose() string { return "hub." + string(p) }

// IsFile tells whether the paper is handed in as a file.
func (p Paper) IsFile() bool { return slices.Contains(Files(), p) }

// needs are the papers of each stage.
var needs = map[Stage][]Paper{
	Extranet:  {LineAcceptance, IPRecord},
	Applied:   {Application, SecurityReview, DjbhFiling},
	Deployed:  {MethodChosen, Deployment},
	Tested:    {TestReport},
	Connected: {OnExtranet, RealExchange},
}

// Needs lists what a stage needs.
func Needs(s Stage) []Paper { return slices.Clone(needs[s]) }

// Method is how a system exchanges with the hub.
type Method string

// The methods.
const (
	ByAPI      Method = "api"
	ByDatabase Method = "database"
	ByNode     Method = "node"
	ByFile     Method = "file"
)

// Methods lists the methods in the order in which pages show them.
func Methods() []Method { return []Method{ByAPI, ByDatabase, ByNode, ByFile} }

// Valid tells whether m is a known method.
func (m Method) Valid() bool { return slices.Contains(Methods(), m) }

// Label is the message key of the method's name.
func (m Method) Label() fault.Label { return fault.Label("hub.method." + string(m)) }

// papersOf and joinPapers change between a list and what is kept of it.
func papersOf(kept string) []Paper {
	if kept == "" {
		return nil
	}
	var out []Paper
	for part := range strings.SplitSeq(kept, "|") {
		out = append(out, Paper(part))
	}
	return out
}

func joinPapers(list []Paper) string {
	parts := make([]string, len(list))
	for i, p := range list {
		parts[i] = string(p)
	}
	return strings.Join(parts, "|")
}
