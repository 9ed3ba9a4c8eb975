package hubweb

import "qingce/templates"

// tablesPage is the data of hub/tables: lists under each other.
type tablesPage struct {
	Head     templates.Head
	Tabs     templates.Tabs
	Callouts []templates.Callout
	Stats    []templates.Stat
	Sub      *templates.Tabs // which of the lists
	Form     *templates.Form
	Blocks   []tableBlock
	Pager    *templates.Pager
}

// tableBlock is a list with its title, or why it is empty.
type tableBlock struct {
	ID, Title, Lead string
	Table           *templates.Table
	Empty           *templates.Empty
}

// formPage is the data of hub/form: a record with what can be done with it.
type formPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Groups   []templates.Facts
	Steps    []templates.Step
	Form     *templates.Form
	Block    *tableBlock
	Pager    *templates.Pager
}
