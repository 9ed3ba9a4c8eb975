package templates

// Table is the data of the partial "table": a page of rows. Below 640 px every
// row becomes a card that shows the cells whose column is Main.
type Table struct {
	ID      string // id attribute; bulk actions and the head refer to it
	Caption string // for screen readers and print
	Columns []Column
	Rows    []TableRow
	// SelectName is the name of the check boxes of the rows; empty: no boxes.
	SelectName string
	SelectForm string // id of the form the boxes belong to (Bulk.ID)
}

// Column is one head cell. Give SortHref to make it sortable.
type Column struct {
	Key      string
	Text     string
	Unit     string // shown after the text, smaller
	Num      bool   // right-aligned, tabular figures
	Main     bool   // kept on the card of a phone
	SortHref string // address of the list sorted by this column
	Sorted   string // "asc", "desc" or ""
	Title    string // explanation on hover, may be empty
}

// TableRow is one record. The first cell is the row's heading.
type TableRow struct {
	ID    string // value of the check box
	Cells []Cell // as many as there are columns
	Tone  string // marks the row: ToneRed, ToneAmber, or empty
	Name  string // label of the check box for screen readers
}

// Cell is one value. Empty text is drawn as a dash.
type Cell struct {
	Text     string
	Href     string
	Title    string // the whole on hover ("1,285,000.00 元")
	Sub      string // second, smaller line
	Badge    *Badge
	Deadline *Deadline
	// Unmeasured draws the hatched gap and the word for "not measured".
	Unmeasured bool
	Old        string // shown struck out before Text, in previews of changes
	Note       string // shown under the value: what was normalised or is wrong
	Tone       string // ToneRed, ToneAmber, ToneGreen or empty
	Code       bool   // fixed width, for codes and hashes
}

// Pager is the data of the partial "pager"; NewPager fills it.
type Pager struct {
	Page, Pages int
	PerPage     int
	From, To    int // first and last row of this page, 1-based
	Total       int64
	Prev, Next  string // addresses, empty at the ends
	Links       []PageLink
	Sizes       []PageLink // other numbers of rows per page
}

// PageLink is one page number; an empty Href is a gap.
type PageLink struct {
	Number  int
	Href    string
	Current bool
}

// Filters is the data of the partial "filters": the filter row of a list.
type Filters struct {
	Action string // address, asked by GET
	Hidden []Pair // sort order and the like, sent along
	Query  *Query // the search box at the beginning, may be nil
	Main   []Filter
	More   []Filter // in a disclosure
	// MoreHref, when More is left out, is the address of the page with it; the
	// link says that there are MoreCount.
	MoreHref  string
	MoreCount int
	Open      bool // the disclosure is open
	Chips     []Chip
	ClearAll  string // address without any filter
	Columns   *Columns
	Actions   []Act // at the right end: export, import, new
}

// Query is the free search of a list.
type Query struct {
	Name        string
	Value       string
	Label       string
	Placeholder string
}

// Kinds of Filter.
const (
	FilterChoice = "choice" // any of Options
	FilterText   = "text"   // contains
	FilterDate   = "date"   // from … to
	FilterNumber = "number" // from … to
)

// Filter is one criterion. Names of the inputs: Name (choice, text), Name +
// ".from" and Name + ".to" (date, number); "(empty)" is the option or check
// box Name = EmptyValue.
type Filter struct {
	Name       string
	Label      string
	Kind       string
	Unit       string
	Options    []Option
	Value      string
	From, To   string
	EmptyValue string // value that asks for "(empty)"; "" when the field is never empty
	EmptyOn    bool
}

// Picked returns the texts of the chosen options.
func (f Filter) Picked() []string {
	var texts []string
	for _, o := range f.Options {
		if o.Chosen {
			texts = append(texts, o.Text)
		}
	}
	return texts
}

// Chip is a filter in force; the link removes it.
type Chip struct {
	Label  string
	Text   string
	Remove string
}

// Columns is the data of the partial "columns": the choice of columns.
type Columns struct {
	// Href, when there are no Groups, is the address of the page with them.
	Href   string
	Open   bool
	Action string // posted to
	Hidden []Pair
	Name   string // name of the check boxes
	Groups []ColumnGroup
	Reset  string // address that posts the standard choice, empty for none
}

// ColumnGroup is a titled part of the choice of columns.
type ColumnGroup struct {
	Title   string
	Options []Option
}

// Bulk is the data of the partial "bulk": what can be done to the chosen rows.
type Bulk struct {
	ID      string // id attribute of the form; Table.SelectForm refers to it
	Action  string
	Hidden  []Pair
	Acts    []Act
	Page    int    // rows on this page
	Total   int64  // rows of the whole filtered list
	AllName string // name of the check box "all rows of the list"; empty for none
}
