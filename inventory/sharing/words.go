package sharing

import (
	"slices"

	"qingce/internal/fault"
)

// The purposes of art. 10 para 2, and what else may be named.
const (
	PurposeBasis         = "basis"         // 作为行政依据
	PurposeReference     = "reference"     // 工作参考
	PurposeCheck         = "check"         // 数据校核
	PurposeCollaboration = "collaboration" // 业务协同
	PurposeOther         = "other"         // 其他, to be said
)

// Purposes lists the purposes.
func Purposes() []string {
	return []string{PurposeBasis, PurposeReference, PurposeCheck, PurposeCollaboration, PurposeOther}
}

// The ways to supply of art. 10 para 2; offline is the exception and is
// accounted for.
const (
	MethodSystem  = "system"     // 系统对接
	MethodNode    = "front_node" // 前置机共享
	MethodQuery   = "query"      // 联机查询
	MethodBatch   = "batch"      // 部门批量下载
	MethodOffline = "offline"    // 线下
)

// Methods lists the ways to supply.
func Methods() []string {
	return []string{MethodSystem, MethodNode, MethodQuery, MethodBatch, MethodOffline}
}

// Who in the user department may use the data.
const (
	ScopeDepartment = "department" // 本部门
	ScopeOffices    = "offices"    // 限定处室
	ScopePosts      = "posts"      // 限定岗位
)

// Scopes lists who may use the data.
func Scopes() []string { return []string{ScopeDepartment, ScopeOffices, ScopePosts} }

// Reasons why a provider does not share, or not all.
const (
	ReasonSecret    = "secret"    // 涉密
	ReasonStatutory = "statutory" // 法定不予共享
	ReasonNoDuty    = "no_duty"   // 无履职依据
	ReasonExcessive = "excessive" // 超出必要范围
	ReasonNotBuilt  = "not_built" // 数据未建成
	ReasonQuality   = "quality"   // 质量不达标
	ReasonOther     = "other"
)

// Reasons lists the reasons.
func Reasons() []string {
	return []string{ReasonSecret, ReasonStatutory, ReasonNoDuty, ReasonExcessive, ReasonNotBuilt, ReasonQuality, ReasonOther}
}

// Replies of a provider.
const (
	ReplyGrant   = "grant"   // 同意
	ReplyPartial = "partial" // 部分同意
	ReplyRefuse  = "refuse"  // 不予共享
)

// Replies lists the replies.
func Replies() []string { return []string{ReplyGrant, ReplyPartial, ReplyRefuse} }

// Outcomes of a mediation.
const (
	OutcomeShare   = "share"         // 同意共享
	OutcomeVerify  = "verify"        // 部分或以核验方式共享
	OutcomeUphold  = "uphold"        // 维持不共享
	OutcomeLeading = "leading_group" // 报领导小组
)

// Outcomes lists the outcomes.
func Outcomes() []string {
	return []string{OutcomeShare, OutcomeVerify, OutcomeUphold, OutcomeLeading}
}

// Turn is who has to do the next thing with a record.
type Turn string

// The turns.
const (
	TurnNobody   Turn = "nobody"
	TurnHead     Turn = "head" // of the department that asks
	TurnUser     Turn = "user"
	TurnProvider Turn = "provider"
	TurnOffice   Turn = "office"
	TurnCentre   Turn = "centre"
	TurnMatcher  Turn = "matcher" // the Office or the staffing office
	TurnHolder   Turn = "holder"  // the department that is asked whether it holds the data
)

// Label is the message key of whose turn it is.
func (t Turn) Label() fault.Label { return fault.Label("sharing.turn." + string(t)) }

// known keeps those of the given words that are in the set, and refuses others.
func known(name string, given, set []string) []fault.Field {
	for _, g := range given {
		if !slices.Contains(set, g) {
			return []fault.Field{fault.At(name, "err.choice", "field", fault.Label("sharing."+name))}
		}
	}
	return nil
}
