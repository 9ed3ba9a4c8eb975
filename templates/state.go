package templates

// Tones say how a badge, a stat or an event is meant. Each tone has a colour
// and a shape, so that it can be told apart in black and white too.
const (
	ToneGrey  = "grey"  // not begun, draft, nothing to do
	ToneBlue  = "blue"  // under way, somebody is working on it
	ToneGreen = "green" // done, accepted, in use
	ToneAmber = "amber" // soon due, to be looked at
	ToneRed   = "red"   // late, refused, wrong
)

// Badge is the data of the partial "badge": a state in a word, a colour and a
// shape.
type Badge struct {
	Text  string
	Tone  string // one of the tones; empty is grey
	Icon  string // name in icons.svg; empty takes the shape of the tone
	Title string // more on hover and for screen readers, may be empty
}

// Levels of a Deadline.
const (
	DueCalm = "calm" // more than three working days left
	DueSoon = "soon" // three working days or fewer
	DueLate = "late"
	DueDone = "done" // filed
)

// Deadline is the data of the partial "deadline".
type Deadline struct {
	Text    string // "截止 10-31(周二),剩余 3 个工作日"
	Short   string // "10-31 · 剩 3 日", in tables and the top bar; empty takes Text
	Level   string // one of the levels
	Date    string // "2017-10-31", for machines
	Article string // "办法第十条第一款", on hover; may be empty
}

// Head is the data of the partial "head", which writes the one h1 of a page:
// what this is, in which state, by when, and what can be done next.
type Head struct {
	Title    string
	Code     string // short identity before the title ("XY201-0007"), may be empty
	Lead     string // one sentence under the title, may be empty
	Badges   []Badge
	Deadline *Deadline
	Facts    []Row // a few facts in one line under the title
	Actions  []Act // at the right side; the first is the most important one
}

// Callout is the data of the partial "callout": a boxed remark on a page.
type Callout struct {
	Kind  string // "info", "ok", "warning" or "error"
	Title string
	Text  string
	Items []string
	Link  *Link
}

// Empty is the data of the partial "empty": why there is nothing and what to
// do first.
type Empty struct {
	Title   string
	Text    string
	Icon    string // name in icons.svg; empty takes "inbox"
	Actions []Act
}

// Stat is the data of the partial "stat": one number that links to its rows.
type Stat struct {
	Label string
	Value string // formatted; empty together with Unmeasured
	Unit  string
	Href  string // the rows behind the number
	Share string // "15/17 · 88.24 %" under the number, may be empty
	Note  string
	Tone  string // one of the tones, marks the number; empty for none
	// Unmeasured draws a hatched gap and the word for "not measured".
	Unmeasured bool
}

// Progress is the data of the partial "progress". While Poll is set the
// browser asks that address once a second and puts the answer (the same
// partial again) in its place.
type Progress struct {
	Label string
	Done  int64
	Total int64 // 0 when unknown
	Text  string
	Poll  string // address; empty stops asking
	Link  *Link  // where to go when it is done
	Tone  string // ToneRed when it failed
}

// ErrorPage is the data of the partial "failure": what failed, what is safe,
// what to do, and the request id.
type ErrorPage struct {
	Status    int
	Title     string // what failed
	Text      string // why, as far as a reader can use it
	Safe      string // what is safe ("您填写的内容已保留")
	Steps     []string
	Actions   []Act
	RequestID string
}
