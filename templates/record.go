package templates

// Row is one fact: a label and its value. Empty text is drawn as "not given".
type Row struct {
	Label    string
	Text     string
	Unit     string
	Href     string
	Title    string // on hover
	Badge    *Badge
	Deadline *Deadline
	Note     string // a remark under the value
	Warning  string
	Copy     bool // offers to copy the value
	Code     bool // fixed width
	Long     bool // keeps line breaks and takes the full width
}

// Facts is the data of the partial "facts": a group of a record page.
type Facts struct {
	ID     string
	Title  string
	Lead   string
	Rows   []Row
	Action *Act // beside the title
}

// Tabs is the data of the partial "tabs"; each tab is an address of its own.
type Tabs struct {
	Label string // names the row of tabs for screen readers
	Items []Tab
}

// Tab is one view of a record.
type Tab struct {
	Text   string
	Href   string
	Active bool
	Count  string // empty shows nothing
}

// Change is one line of the partial "diff": what a field was and is. An empty
// side is written out as "(empty)".
type Change struct {
	Label string
	Old   string
	New   string
	Note  string
}

// Timeline is the data of the partial "timeline": the history of a record,
// newest first.
type Timeline struct {
	Events []Event
	More   *Link // older events
}

// Event is one thing that happened.
type Event struct {
	At         string // "2017-10-31 10:42"
	By         string
	Department string
	Via        string // "Excel 导入", "接口"; empty for the pages
	Text       string // what was done
	Reason     string
	Changes    []Change
	Links      []Link
	Tone       string
	Icon       string
}

// Files is the data of the partial "files".
type Files struct {
	Files []File
	Empty string // text when there is none
}

// File is one uploaded document.
type File struct {
	Name string
	Href string
	Kind string // "PDF", "XLSX": drawn on the sheet
	Size string
	At   string
	By   string
	Hash string // shown shortened, copied whole
	Acts []Act
}

// Copy is the data of the partial "copy": a value with a button that copies it.
type Copy struct {
	Text string // what is shown
	Full string // what is copied; empty takes Text
}

// Step is a legal next step of a record with what it leads to: the data of the
// partial "step".
type Step struct {
	ID     string
	Title  string
	Note   string // what it leads to
	Icon   string
	Open   bool
	Danger bool
	Errors *Errors // why the step was refused, when nothing is asked
	Form   *Form   // asks for more, usually the reason; nil when nothing is asked
	Act    Act     // the step itself when nothing is asked
}
