package scorecard

import "qingce/internal/fault"

// Metric is one of the six metrics (方案 part 3 article 5).
type Metric uint8

// The metrics.
const (
	Integrated Metric = iota // 整合数: systems cleaned up or integrated, of those that are to be
	Shared                   // 共享信息数: entries mounted and fresh, of those to be shared
	Joint                    // 协同应用数: applications across departments, of the target
	Connected                // 系统联通率: systems connected, of those that must be
	Tasks                    // 重点任务进展: how the tasks that were due were done
	Effect                   // 应用实效: answers and objections in time, use of what is shared
	metrics
)

// Metrics lists the metrics in the order of the 方案.
func Metrics() []Metric { return []Metric{Integrated, Shared, Joint, Connected, Tasks, Effect} }

// Key is the identifier of the metric in files and in the API: M1 to M6.
func (m Metric) Key() string { return "M" + string('1'+rune(m)) }

// Outcome is how a task that was due stands.
type Outcome string

// The outcomes.
const (
	OnTime   Outcome = "on_time"
	Late     Outcome = "late"      // done, by at most Policy.LateWd working days late
	LateLong Outcome = "late_long" // done later than that
	Undone   Outcome = "undone"
)

// Outcomes lists the outcomes, the best first.
func Outcomes() []Outcome { return []Outcome{OnTime, Late, LateLong, Undone} }

// Deduction is what points are taken off for.
type Deduction string

// The deductions.
const (
	OverdueRectification Deduction = "overdue_rectification" // for each notice and month
	Misuse               Deduction = "misuse"                // proven (办法 art. 23 (4))
	FalseReport          Deduction = "false_report"          // proven
	Omission             Deduction = "omission"              // for each system that the census found
)

// Deductions lists the deductions.
func Deductions() []Deduction {
	return []Deduction{OverdueRectification, Misuse, FalseReport, Omission}
}

// Policy is a version of the method. Points are out of 100.
type Policy struct {
	Version int64 `json:"version"`
	// Weights of the metrics, in their order.
	Weights [metrics]int `json:"weights"`
	// TaskPoints are what a task is worth by its outcome.
	TaskPoints map[Outcome]int `json:"task_points"`
	// LateWd is up to how many working days late is Late.
	LateWd int `json:"late_wd"`
	// JointTarget and KeyAreaTarget are the applications a body is to take part
	// in: any body, and one of a key area.
	JointTarget   int `json:"joint_target"`
	KeyAreaTarget int `json:"key_area_target"`
	// Points off for each case, and at most for all together.
	Off    map[Deduction]int `json:"off"`
	OffCap int               `json:"off_cap"`
	// RankedFrom is the least applicable weight with which a body is ranked;
	// below it is only watched.
	RankedFrom int `json:"ranked_from"`
	// Praise, Good, Remind and Report are where the bands begin; below Remind is
	// criticism, below Report the leading group is told.
	Praise int `json:"praise"`
	Good   int `json:"good"`
	Remind int `json:"remind"`
	Report int `json:"report"`
	// ConnectedForPraise is how much Connected must be for praise, in percent.
	ConnectedForPraise int `json:"connected_for_praise"`
}

// DefaultPolicy is the method of the first pack (Xiangyang, 2017).
func DefaultPolicy() Policy {
	return Policy{
		Version: 1, Weights: [metrics]int{20, 20, 10, 25, 15, 10},
		TaskPoints: map[Outcome]int{OnTime: 100, Late: 60, LateLong: 30, Undone: 0}, LateWd: 10,
		JointTarget: 1, KeyAreaTarget: 2,
		Off:    map[Deduction]int{OverdueRectification: 5, Misuse: 10, FalseReport: 10, Omission: 2},
		OffCap: 20, RankedFrom: 40, Praise: 90, Good: 75, Remind: 60, Report: 40, ConnectedForPraise: 90,
	}
}

// Validate names what is out of bounds.
func (p *Policy) Validate() []fault.Field {
	var wrong []fault.Field
	within := func(name string, n, low, high int) {
		if n < low || n > high {
			wrong = append(wrong, fault.At(name, "scoring.err.policy_bound", "field", fault.Label("scoring.policy."+name), "low", low, "high", high))
		}
	}
	sum := 0
	for _, m := range Metrics() {
		within("weight_"+m.Key(), p.Weights[m], 0, 100)
		sum += p.Weights[m]
	}
	if sum != 100 {
		wrong = append(wrong, fault.At("weights", "scoring.err.policy_weights", "sum", sum))
	}
	for i, o := range Outcomes() {
		within("task_"+string(o), p.TaskPoints[o], 0, 100)
		if i > 0 && p.TaskPoints[o] > p.TaskPoints[Outcomes()[i-1]] {
			wrong = append(wrong, fault.At("task_"+string(o), "scoring.err.policy_order"))
		}
	}
	for _, d := range Deductions() {
		within("off_"+string(d), p.Off[d], 0, 100)
	}
	within("late_wd", p.LateWd, 1, 250)
	within("joint_target", p.JointTarget, 1, 100)
	within("key_area_target", p.KeyAreaTarget, 1, 100)
	within("off_cap", p.OffCap, 0, 100)
	within("ranked_from", p.RankedFrom, 0, 100)
	within("praise", p.Praise, p.Good, 100)
	within("good", p.Good, p.Remind, p.Praise)
	within("remind", p.Remind, p.Report, p.Good)
	within("report", p.Report, 0, p.Remind)
	within("connected_for_praise", p.ConnectedForPraise, 0, 100)
	return wrong
}

// OutcomeOf is how a task that was due stands: done so many working days after
// its due day, 0 or less when it was in time.
func (p *Policy) OutcomeOf(done bool, lateWd int) Outcome {
	switch {
	case !done:
		return Undone
	case lateWd <= 0:
		return OnTime
	case lateWd <= p.LateWd:
		return Late
	}
	return LateLong
}
