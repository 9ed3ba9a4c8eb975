package rectification

import (
	"slices"

	"qingce/internal/calendar"
	"qingce/internal/fault"
)

// Situation is one of the five for which a notice is issued (办法 art. 23).
type Situation string

// The situations.
const (
	R1 Situation = "R1" // catalog not compiled or not kept up
	R2 Situation = "R2" // shared data not supplied to the hub in time
	R3 Situation = "R3" // data that differ from the own ones, are stale or of no use
	R4 Situation = "R4" // shared data used beyond the own duties
	R5 Situation = "R5" // any other breach of the 办法
)

// Situations lists the situations.
func Situations() []Situation { return []Situation{R1, R2, R3, R4, R5} }

// Valid tells whether s is one of the situations.
func (s Situation) Valid() bool { return slices.Contains(Situations(), s) }

// Article is what the situation rests on, as people cite it; "" for none.
func (s Situation) Article() string {
	i := slices.Index(Situations(), s)
	if i < 0 {
		return ""
	}
	return "办法 art. 23 (" + string(rune('1'+i)) + ")"
}

// Label is the message key of the situation's name.
func (s Situation) Label() fault.Label { return fault.Label("rectify.situation." + string(s)) }

// InForce is the day from which notices may be issued: before it the 办法 did
// not hold (办法 art. 26).
func InForce() calendar.Date { return calendar.NewDate(2017, 10, 24) }

// State is where a notice stands.
type State string

// The states.
const (
	Drafted    State = "drafted"
	Issued     State = "issued"      // 已发整改通知
	Replied    State = "replied"     // 已反馈, waits for the Office
	Rejected   State = "rejected"    // 退回, waits for the next reply
	Overdue    State = "overdue"     // the term has passed
	Escalated  State = "escalated"   // 已上报领导小组
	Accepted   State = "accepted"    // 整改完成
	ClosedLate State = "closed_late" // 逾期整改完成
	LGDecided  State = "lg_decided"  // the leading group has decided
	Withdrawn  State = "withdrawn"   // a draft that was taken back
)

// States lists the states in the order of a notice's life.
func States() []State {
	return []State{Drafted, Issued, Replied, Rejected, Overdue, Escalated, Accepted, ClosedLate, LGDecided, Withdrawn}
}

// Valid tells whether s is a known state.
func (s State) Valid() bool { return slices.Contains(States(), s) }

// Open tells whether the notice was issued and is not settled.
func (s State) Open() bool { return slices.Contains(openStates(), s) }

func openStates() []State { return []State{Issued, Replied, Rejected, Overdue, Escalated} }

// answerable are the states in which the department owes a reply.
func answerable() []State { return []State{Issued, Rejected, Overdue, Escalated} }

// Label is the message key of the state's name.
func (s State) Label() fault.Label { return fault.Label("rectify.state." + string(s)) }

// Turn is who has to do the next thing.
type Turn string

// The turns.
const (
	TurnNobody Turn = "nobody"
	TurnOffice Turn = "office"
	TurnBody   Turn = "body"   // the department that has to rectify
	TurnLeader Turn = "leader" // the leading group; the department may still reply
)

// Label is the message key of whose turn it is.
func (t Turn) Label() fault.Label { return fault.Label("rectify.turn." + string(t)) }

// Turn is who has to do the next thing in this state.
func (s State) Turn() Turn {
	switch s {
	case Drafted, Replied:
		return TurnOffice
	case Issued, Rejected, Overdue:
		return TurnBody
	case Escalated:
		return TurnLeader
	}
	return TurnNobody
}

// What the leading group may decide on a notice that was reported to it.
const (
	DecideCriticise = "criticise" // 通报批评
	DecideTalk      = "talk"      // 约谈
	DecideWithhold  = "withhold"  // no money until it is put right
	DecideOther     = "other"
)

// Decisions lists what the leading group may decide.
func Decisions() []string {
	return []string{DecideCriticise, DecideTalk, DecideWithhold, DecideOther}
}

// What can be proven beside a notice, at a cost of points.
const (
	ProvenMisuse = "misuse"       // of shared data, in situation R4
	ProvenFalse  = "false_report" // 虚报
)

// Proofs lists what can be proven.
func Proofs() []string { return []string{ProvenMisuse, ProvenFalse} }

// FactKind is a sort of record that a notice can speak of.
type FactKind string

// The kinds.
const (
	FactSystem     FactKind = "system"     // by its code
	FactCatalog    FactKind = "catalog"    // a catalog entry, by its code
	FactRequest    FactKind = "request"    // a request for data, by its number
	FactMisuse     FactKind = "misuse"     // a report of misuse, by its number
	FactObligation FactKind = "obligation" // of the programme, by its id
)

// FactKinds lists the kinds.
func FactKinds() []FactKind {
	return []FactKind{FactSystem, FactCatalog, FactRequest, FactMisuse, FactObligation}
}

// Label is the message key of the kind's name.
func (k FactKind) Label() fault.Label { return fault.Label("rectify.fact." + string(k)) }
