package scoring

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/schedule"
)

// ReportKind is of what time a report is.
type ReportKind string

// The kinds.
const (
	Monthly ReportKind = "monthly"
	Annual  ReportKind = "annual"
)

// ReportState is where a report stands.
type ReportState string

// The states.
const (
	ReportDraft    ReportState = "draft"
	ReportReady    ReportState = "ready" // waits for the head
	ReportFiled    ReportState = "filed" // waits for the Office
	ReportAccepted ReportState = "accepted"
	ReportReturned ReportState = "returned"
)

// ReportStates lists the states.
func ReportStates() []ReportState {
	return []ReportState{ReportDraft, ReportReady, ReportFiled, ReportReturned, ReportAccepted}
}

// Label is the message key of the state's name.
func (s ReportState) Label() fault.Label { return fault.Label("reports.state." + string(s)) }

// Open tells whether the department may still change it.
func (s ReportState) Open() bool { return !s.In() }

// In tells whether it has been filed and was not sent back.
func (s ReportState) In() bool { return s == ReportFiled || s == ReportAccepted }

// Figure is a number of a report: what the service knows, and what the
// department says in its place.
type Figure struct {
	Key   string `json:"key"`
	Fact  int64  `json:"fact"`
	Typed *int64 `json:"typed,omitempty"` // nil is what the service knows
	Why   string `json:"why,omitempty"`   // where they differ (V30)
}

// Differs tells whether another number was typed than the service knows.
func (f *Figure) Differs() bool { return f.Typed != nil && *f.Typed != f.Fact }

// Value is the number that the department answers for.
func (f *Figure) Value() int64 {
	if f.Typed != nil {
		return *f.Typed
	}
	return f.Fact
}

// TaskRow is what a monthly report says of a task.
type TaskRow struct {
	Task     string        `json:"task"` // key of the term
	Due      calendar.Date `json:"due"`
	State    TaskState     `json:"state"` // as the facts have it
	Progress *int64        `json:"progress,omitempty"`
	Done     string        `json:"done,omitempty"` // this month
	Problem  string        `json:"problem,omitempty"`
	Help     string        `json:"help,omitempty"` // needed
	Next     string        `json:"next,omitempty"` // step
}

// blank tells whether nothing was written into it.
func (r *TaskRow) blank() bool {
	return r.Done == "" && r.Problem == "" && r.Help == "" && r.Next == ""
}

// Section is a part of an annual report.
type Section struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

// SectionKeys lists the parts of an annual report, in their order.
func SectionKeys() []string {
	return []string{"mechanism", "catalog", "supply", "use", "problems", "next_year"}
}

// Report is what a department says of a month or a year.
type Report struct {
	ID           int64
	Kind         ReportKind
	Period       string // 2017-10 or 2017
	DepartmentID auth.DepartmentID
	State        ReportState
	DueOn        calendar.Date
	Figures      []Figure  `gorm:"serializer:json"`
	TaskRows     []TaskRow `gorm:"serializer:json"`
	Sections     []Section `gorm:"serializer:json"`
	ReadyAt      *time.Time
	ReadyName    string
	CountsOn     calendar.Date // the day of filing that counts
	LateWd       *int64        // working days after DueOn, by that day
	FiledAt      *time.Time
	FiledBy      auth.AccountID
	FiledName    string // the head who confirmed it
	DecidedAt    *time.Time
	DecidedBy    auth.AccountID
	DecidedName  string
	Reason       string // of the return, or a remark
	CreatedAt    time.Time
	UpdatedAt    time.Time
	UpdatedBy    auth.AccountID
	UpdatedName  string
	Version      int64 // 0 is not kept yet
}

// TableName is the table of reports.
func (Report) TableName() string { return "reports" }

// ReportRecord is the kind of record that a report is to steps and due dates.
const ReportRecord = "report"

// Key names it: the period and the department.
func (r *Report) Key() ReportKey { return ReportKey{r.Kind, r.Period, r.DepartmentID} }

// ReportKey is which report of whom.
type ReportKey struct {
	Kind       ReportKind
	Period     string
	Department auth.DepartmentID
}

// Due is the due date of the report.
func (k ReportKey) Due() schedule.Subject {
	return schedule.Subject{Kind: ReportRecord, ID: k.Period + "@" + strconv.FormatInt(int64(k.Department), 10)}
}

// days are the first and the last day of the period; a period that cannot be
// read is an Invalid fault.
func (k ReportKey) days() (from, to calendar.Date, err error) {
	first := k.Period + "-01"
	if k.Kind == Annual {
		first = k.Period + "-01-01"
	}
	if from, err = calendar.ParseDate(first); err != nil {
		return from, to, fault.Refuse([]fault.Field{fault.At("period", "reports.err.period", "value", k.Period)})
	}
	if k.Kind == Annual {
		return from, calendar.NewDate(from.Year(), time.December, 31), nil
	}
	return from, from.MonthEnd(), nil
}

// before is the period of a month before.
func (k ReportKey) before() ReportKey {
	from, _, err := k.days()
	if err == nil {
		k.Period = from.AddDays(-1).String()[:7]
	}
	return k
}

// reportFacts are a report as the operation log keeps it.
type reportFacts struct {
	Period  string        `json:"period"`
	State   ReportState   `json:"state"`
	DueOn   calendar.Date `json:"due_on"`
	LateWd  *int64        `json:"late_wd"`
	Differs []string      `json:"differs,omitempty"` // figures that differ from the facts
}

func (r *Report) facts() reportFacts {
	out := reportFacts{r.Period, r.State, r.DueOn, r.LateWd, nil}
	for i := range r.Figures {
		if r.Figures[i].Differs() {
			out.Differs = append(out.Differs, r.Figures[i].Key)
		}
	}
	return out
}

// wrong lists what keeps a report from going to the head or to the Office.
func (r *Report) wrong() []fault.Field {
	out := r.tooLong()
	for i := range r.Figures {
		f := &r.Figures[i]
		if f.Differs() && len([]rune(strings.TrimSpace(f.Why))) < 4 {
			out = append(out, fault.At("why."+f.Key, "reports.err.why", "field", FigureLabel(f.Key), "typed", *f.Typed, "fact", f.Fact))
		}
	}
	for i := range r.TaskRows {
		row := &r.TaskRows[i]
		if row.Progress == nil {
			out = append(out, fault.At("progress."+row.Task, "reports.err.progress", "task", row.Task))
		}
		if row.State == Overdue && row.Problem == "" && row.Next == "" {
			out = append(out, fault.At("problem."+row.Task, "reports.err.overdue", "task", row.Task))
		}
	}
	for _, s := range r.Sections {
		if len([]rune(strings.TrimSpace(s.Text))) < 4 {
			out = append(out, fault.At("section."+s.Key, "reports.err.section", "section", SectionLabel(s.Key)))
		}
	}
	return out
}

// tooLong lists what cannot be kept, not even in a draft.
func (r *Report) tooLong() []fault.Field {
	var out []fault.Field
	long := func(name, text string, most int) {
		if len([]rune(text)) > most {
			out = append(out, fault.At(name, "reports.err.long", "max", most))
		}
	}
	for i := range r.Figures {
		f := &r.Figures[i]
		long("why."+f.Key, f.Why, maxReason)
		if f.Typed != nil && *f.Typed < 0 {
			out = append(out, fault.At("typed."+f.Key, "reports.err.number", "value", strconv.FormatInt(*f.Typed, 10)))
		}
	}
	for i := range r.TaskRows {
		row := &r.TaskRows[i]
		long("done."+row.Task, row.Done, maxReason)
		long("problem."+row.Task, row.Problem, maxReason)
		long("help."+row.Task, row.Help, maxReason)
		long("next."+row.Task, row.Next, maxReason)
		if row.Progress != nil && (*row.Progress < 0 || *row.Progress > 100) {
			out = append(out, fault.At("progress."+row.Task, "reports.err.progress", "task", row.Task))
		}
	}
	for _, s := range r.Sections {
		long("section."+s.Key, s.Text, maxText)
	}
	return out
}

// FigureLabel is the message key of a number's name.
func FigureLabel(key string) fault.Label { return fault.Label("reports.figure." + key) }

// SectionLabel is the message key of a section's name.
func SectionLabel(key string) fault.Label { return fault.Label("reports.section." + key) }

// Typed is what a department writes into a report. What is not named stays.
type Typed struct {
	Figures  map[string]TypedFigure
	Rows     map[string]TaskRow // by key of the task; Due and State are not read
	Sections map[string]string
}

// TypedFigure is a number as it was typed: nil is what the service knows.
type TypedFigure struct {
	Value *int64
	Why   string
}

// take writes what was typed into the report.
func (r *Report) take(in Typed) {
	for i := range r.Figures {
		f := &r.Figures[i]
		if t, ok := in.Figures[f.Key]; ok {
			f.Typed, f.Why = t.Value, strings.TrimSpace(t.Why)
		}
	}
	for i := range r.TaskRows {
		row := &r.TaskRows[i]
		if t, ok := in.Rows[row.Task]; ok {
			row.Progress, row.Done, row.Problem = t.Progress, strings.TrimSpace(t.Done), strings.TrimSpace(t.Problem)
			row.Help, row.Next = strings.TrimSpace(t.Help), strings.TrimSpace(t.Next)
		}
	}
	for i := range r.Sections {
		if text, ok := in.Sections[r.Sections[i].Key]; ok {
			r.Sections[i].Text = strings.TrimSpace(text)
		}
	}
}

// row finds what a report says of a task.
func (r *Report) row(task string) (TaskRow, bool) {
	i := slices.IndexFunc(r.TaskRows, func(t TaskRow) bool { return t.Task == task })
	if i < 0 {
		return TaskRow{}, false
	}
	return r.TaskRows[i], true
}
