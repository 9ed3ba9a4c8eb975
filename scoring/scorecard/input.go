package scorecard

// Share is Num of Den.
type Share struct {
	Num int `json:"num"`
	Den int `json:"den"`
}

// Task is a task that was due by the end of the month.
type Task struct {
	ID      string  `json:"id"` // of the obligation, with the period where it recurs: P-39/11
	Outcome Outcome `json:"outcome"`
}

// Part is a part of the metric Effect.
type Part string

// The parts.
const (
	Replies      Part = "replies"       // requests answered in time (办法 art. 10)
	Objections   Part = "objections"    // objections closed in time (办法 art. 14)
	Used         Part = "used"          // entries that another body used within 30 days
	NotCollected Part = "not_collected" // papers that citizens no longer hand in, of the target (办法 art. 11)
)

// Parts lists the parts.
func Parts() []Part { return []Part{Replies, Objections, Used, NotCollected} }

// Input is what was counted of a body at the end of a month.
type Input struct {
	Body    string `json:"body"`  // code of the department
	Group   string `json:"group"` // A to D: bodies are compared within their group
	KeyArea bool   `json:"key_area"`
	// Disposed of those whose approved disposition is to clean up or integrate.
	Disposed Share `json:"disposed"`
	// Entries that are mounted and fresh, of those to be shared in the accepted
	// catalog. NothingToShare is an accepted statement that there is none.
	Entries        Share `json:"entries"`
	NothingToShare bool  `json:"nothing_to_share"`
	// Applications across departments with a real exchange within 30 days.
	Applications int `json:"applications"`
	// Systems that the body has at all.
	Systems int `json:"systems"`
	// Systems that are connected, of those that must be.
	Connections Share          `json:"connections"`
	Tasks       []Task         `json:"tasks"`
	Parts       map[Part]Share `json:"parts"`
	// Cases for which points are taken off.
	Cases map[Deduction]int `json:"cases"`
	// Standing for the band.
	OpenRectification bool `json:"open_rectification"`
	ReportLate        bool `json:"report_late"`
	LowBefore         bool `json:"low_before"` // the month before was below Policy.Remind
}
