package templates

// Thread is the data of the partial "thread": what was said about an answer or a
// record, oldest first, and a place to reply.
type Thread struct {
	ID    string // id attribute, unique on the page: "c-12"
	Title string // what it is about; empty beside its field
	Href  string // of the title
	Note  string // a remark under what was said
	Said  []Said
	Reply *Reply // nil when the reader may not
}

// Said is one thing that was said.
type Said struct {
	Kind   string // "审核意见"
	By, At string
	Text   string
	Answer bool // a reply to what stands before it
}

// Reply is a place to reply. Without an Action it belongs to the form around it.
type Reply struct {
	Summary string // opens it
	Action  string
	Hidden  []Pair // with Action
	Field   Field
	Act     Act
}
