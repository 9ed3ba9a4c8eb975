package monthly

import (
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/inventory"
	"qingce/scoring/scorecard"
)

// FigureKey names one of the numbers that are counted of a body.
type FigureKey string

// The figures: those of the six metrics in their order, then what points are
// taken off for.
const (
	Disposed     FigureKey = "disposed"     // M1: systems cleaned up or integrated
	Entries      FigureKey = "entries"      // M2: entries mounted and fresh
	Applications FigureKey = "applications" // M3: exchanges with other departments
	Connections  FigureKey = "connections"  // M4: systems connected
	Tasks        FigureKey = "tasks"        // M5: tasks that were due
	Replies      FigureKey = "replies"      // M6: requests answered in time
	Objections   FigureKey = "objections"   // M6: objections closed in time
	Used         FigureKey = "used"         // M6: entries that others used
	NotCollected FigureKey = "not_collected"
	Overdue      FigureKey = "overdue_rectification"
	Misuse       FigureKey = "misuse"
	FalseReport  FigureKey = "false_report"
	Omission     FigureKey = "omission"
)

// FigureKeys lists the figures in the order in which a sheet shows them.
func FigureKeys() []FigureKey {
	return []FigureKey{
		Disposed, Entries, Applications, Connections, Tasks, Replies, Objections, Used, NotCollected, Overdue, Misuse, FalseReport, Omission,
	}
}

// Valid tells whether k is a known figure.
func (k FigureKey) Valid() bool { return slices.Contains(FigureKeys(), k) }

// Label is the message key of the figure's name.
func (k FigureKey) Label() fault.Label { return fault.Label("monthly.figure." + string(k)) }

// Metric is the metric that the figure is a part of; false for those that points
// are taken off for.
func (k FigureKey) Metric() (scorecard.Metric, bool) {
	switch k {
	case Disposed:
		return scorecard.Integrated, true
	case Entries:
		return scorecard.Shared, true
	case Applications:
		return scorecard.Joint, true
	case Connections:
		return scorecard.Connected, true
	case Tasks:
		return scorecard.Tasks, true
	case Replies, Objections, Used, NotCollected:
		return scorecard.Effect, true
	}
	return 0, false
}

// Standing is what a row does to its figure.
type Standing string

// The standings: counted rows are the numerator, counted and missing ones the
// denominator. For what points are taken off, each counted row is a case.
const (
	Counted Standing = "counted"
	Missing Standing = "missing"
	LeftOut Standing = "left_out"
)

// Standings lists the standings.
func Standings() []Standing { return []Standing{Counted, Missing, LeftOut} }

// Label is the message key of the standing's name.
func (s Standing) Label() fault.Label { return fault.Label("monthly.standing." + string(s)) }

// Row is a record behind a figure.
type Row struct {
	Kind     string   `json:"kind"` // system, entry, application, task, request, objection, relief, notice, omission
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Path     string   `json:"path"` // its page; empty without one
	Standing Standing `json:"standing"`
	// Why is a message key: why it is missing or was left out.
	Why string `json:"why,omitempty"`
	// Outcome is how a task stands.
	Outcome scorecard.Outcome `json:"outcome,omitempty"`
	// On is the day that matters: of connection, of the answer, by which it was due.
	On     calendar.Date `json:"on,omitzero"`
	LateWd int           `json:"late_wd,omitempty"`
	// Corrected tells that an objection was upheld: what the Office said.
	Corrected string `json:"corrected,omitempty"`
}

// Key tells the rows of a figure apart.
func (r Row) Key() string { return r.Kind + "/" + r.ID }

// WhyLabel is the message key of Why, empty without one.
func (r Row) WhyLabel() fault.Label { return fault.Label(r.Why) }

// Figure is a number with its rows.
type Figure struct {
	Key  FigureKey `json:"key"`
	Rows []Row     `json:"rows"`
}

// Share is what the rows come to.
func (f Figure) Share() scorecard.Share {
	var s scorecard.Share
	for _, r := range f.Rows {
		switch r.Standing {
		case Counted:
			s.Num++
			s.Den++
		case Missing:
			s.Den++
		}
	}
	return s
}

// With lists the rows of a standing.
func (f Figure) With(s Standing) []Row {
	var out []Row
	for _, r := range f.Rows {
		if r.Standing == s {
			out = append(out, r)
		}
	}
	return out
}

// Body is whose facts they are, as the register had it when they were counted.
type Body struct {
	ID      auth.DepartmentID `json:"id"`
	Code    string            `json:"code"`
	Name    string            `json:"name"`
	Group   string            `json:"group"`
	Kind    inventory.Kind    `json:"kind"`
	KeyArea bool              `json:"key_area"`
	Region  string            `json:"region"` // code of GB/T 2260, or of the zone
}

// Facts are all that was counted of a body.
type Facts struct {
	Body    Body `json:"body"`
	Systems int  `json:"systems"` // that run at all
	// NothingToShare is an accepted statement that there is nothing to share.
	NothingToShare    bool `json:"nothing_to_share"`
	OpenRectification bool `json:"open_rectification"`
	ReportLate        bool `json:"report_late"`
	// LowBefore tells that the month before was below the bound of criticism.
	LowBefore bool     `json:"low_before"`
	Figures   []Figure `json:"figures"`
}

// Figure is the figure of a key; one without rows when nothing was counted.
func (f *Facts) Figure(k FigureKey) Figure {
	for _, one := range f.Figures {
		if one.Key == k {
			return one
		}
	}
	return Figure{Key: k}
}

// parts are the figures of the metric Effect.
func parts() map[FigureKey]scorecard.Part {
	return map[FigureKey]scorecard.Part{
		Replies: scorecard.Replies, Objections: scorecard.Objections, Used: scorecard.Used, NotCollected: scorecard.NotCollected,
	}
}

// cases are the figures for which points are taken off.
func cases() map[FigureKey]scorecard.Deduction {
	return map[FigureKey]scorecard.Deduction{
		Overdue: scorecard.OverdueRectification, Misuse: scorecard.Misuse, FalseReport: scorecard.FalseReport, Omission: scorecard.Omission,
	}
}

// Input counts the rows: what the facts come to for a scorecard.
func (f *Facts) Input(m *Method) scorecard.Input {
	in := scorecard.Input{
		Body: f.Body.Code, Group: f.Body.Group, KeyArea: f.Body.KeyArea, NothingToShare: f.NothingToShare, Systems: f.Systems,
		OpenRectification: f.OpenRectification, ReportLate: f.ReportLate, LowBefore: f.LowBefore,
		Parts: map[scorecard.Part]scorecard.Share{}, Cases: map[scorecard.Deduction]int{},
		Disposed: f.Figure(Disposed).Share(), Entries: f.Figure(Entries).Share(), Connections: f.Figure(Connections).Share(),
		Applications: f.Figure(Applications).Share().Num,
	}
	for _, r := range f.Figure(Tasks).Rows {
		if r.Standing != LeftOut {
			in.Tasks = append(in.Tasks, scorecard.Task{ID: r.ID, Outcome: r.Outcome})
		}
	}
	for key, part := range parts() {
		s := f.Figure(key).Share()
		if part == scorecard.NotCollected {
			s.Den = m.PapersTarget
		}
		if s.Den > 0 {
			in.Parts[part] = s
		}
	}
	for key, d := range cases() {
		if n := f.Figure(key).Share().Num; n > 0 {
			in.Cases[d] = n
		}
	}
	return in
}
