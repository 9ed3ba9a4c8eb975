package templates

// Form is the data of the partial "form": a whole form with its error summary,
// sections, progress list and buttons.
type Form struct {
	ID       string // id attribute; empty takes "form"
	Action   string // address the form is posted to
	Autosave string // address of the draft; empty for none
	SavedAt  string // "10:42" of the last draft, empty when none
	Upload   bool   // the form carries files
	Guard    bool   // warn when the page is left with unsaved changes
	Hidden   []Pair
	Errors   *Errors
	Callouts []Callout
	Sections []Section
	Acts     []Act
	// Progress shows the list of sections at the side; for long forms.
	Progress bool
	// Default is what a press of Enter does, in forms with buttons among the
	// fields: it submits the form without the value of any button.
	Default string
}

// Pair is a hidden form value.
type Pair struct {
	Name  string
	Value string
}

// Errors is the data of the partial "errors": the summary above a form.
type Errors struct {
	Title string // empty takes the usual heading
	Items []ErrorItem
}

// ErrorItem is one line of the summary.
type ErrorItem struct {
	Text string
	Href string // "#f-name"; empty for an error of the record as a whole
}

// Section is the data of the partial "section": a titled group of fields.
type Section struct {
	ID        string // id attribute, unique on the page: "s-use"
	Title     string
	Lead      string
	ShownWhen string // as in Field
	Hidden    bool
	Threads   []Thread // what is said about it, before the fields
	Fields    []Field
	Errors    int // shown in the progress list
}

// Kinds of Field.
const (
	KindText     = "text"
	KindLongText = "longtext"
	KindEnum     = "enum"  // one of Options: radios up to five, else a list
	KindMulti    = "multi" // any of Options: check boxes
	KindDate     = "date"
	KindCount    = "count" // whole number
	KindMoney    = "money" // typed in 万元
	KindBool     = "bool"  // yes, no or not given: "true", "false", ""
	KindRef      = "ref"   // another record: Options, or Lookup as one types
	KindPhone    = "phone"
	KindURL      = "url"
	KindPassword = "password"
	KindFile     = "file"
	KindLines    = "lines" // a small table: Lines
)

// Field is the data of the partial "field": one question with its answer. The
// input has the id "f-" + Name.
type Field struct {
	Name     string
	Kind     string // one of the kinds; empty is text
	Label    string
	Help     string
	Unit     string // inside the input at its right end
	Required bool
	// RequiredWhen names the answers that make the field required, each as in
	// ShownWhen; any of them is enough. Required is set for the answers at hand.
	RequiredWhen []string
	ReadOnly     bool // shown as text, sent as a hidden value
	Value        string
	Options      []Option // enum, multi, ref; multi reads Chosen, the others Value
	Lookup       string   // ref: address that answers ?q= with the partial "options"

	Lines *Lines

	Error   string // what is wrong and how to mend it
	Warning string // a remark that does not stop the save
	Note    string // what was made of the input ("已将 2017.9.30 记为 2017-09-30")
	Was     string // value before the change under review, shown beside it
	Theirs  *Theirs
	Thread  *Thread // what is said about the answer

	// ShownWhen names the answers under which the field is asked:
	// "network=internet|private;classified=false" (| is or, ; is and). The
	// server sets Hidden for the answers at hand.
	ShownWhen string
	Hidden    bool

	Width        string // "short", "medium"; empty is the full width
	MaxLength    int    // 0 for none; long texts then count characters
	Placeholder  string
	Autocomplete string
	Autofocus    bool
	Accept       string // file: ".pdf,.jpg"
	MaxBytes     int64  // file: checked in the browser as well
	Multiple     bool   // file
}

// Option is one choice of a Field or a Filter.
type Option struct {
	Value  string
	Text   string
	Help   string // under a radio or check box
	Chosen bool   // multi and filters
	Count  string // filters: rows that have it; empty shows nothing
}

// Theirs is the other version of a field in a conflict. The reader's choice is
// sent as "pick." + Name, with "mine" or "theirs".
type Theirs struct {
	Text string // the other value as people read it
	Mine string // the reader's own value as people read it
	Base string // the value both began with
	By   string
	At   string
	Pick string // "mine", "theirs" or "" when not yet chosen
}

// Kinds of Act.
const (
	ActPrimary = "primary"
	ActPlain   = "" // the usual button
	ActQuiet   = "quiet"
	ActDanger  = "danger"
)

// Act is the data of the partial "act": a button or link that names what it
// does, with a line that says what happens next and who sees it.
//
// With Href it is a link. With Post it is a form of its own that posts to that
// address. With neither it submits the form around it.
type Act struct {
	Text     string
	Kind     string // one of the kinds of Act
	Icon     string
	Note     string // what happens next and who sees it
	Href     string
	Post     string
	Hidden   []Pair // with Post
	Name     string // name and value of the submit button
	Value    string
	Confirm  string // asked once before it is done
	Form     string // id of the form it submits, when it stands outside of it
	NoCheck  bool   // skips the browser's own validation ("保存草稿")
	Download bool   // Href is a file
	Disabled bool
}

// Lines are the lines of a small table that is filled in. The buttons submit the
// form, so that lines come and go without a script.
type Lines struct {
	Lines []Line
	Add   *Act // adds a line
}

// Line is one line.
type Line struct {
	Title  string // "3"
	Fields []Field
	Remove *Act // nil for the empty line at the end
}
