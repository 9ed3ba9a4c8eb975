package catalogweb

import "qingce/templates"

// plainPage is the data of catalog/page: a page of the usual parts, from top to
// bottom. Those that are nil are left out.
type plainPage struct {
	Head     templates.Head
	Tabs     *templates.Tabs
	Callouts []templates.Callout
	Stats    []templates.Stat
	Steps    []templates.Step
	Filters  *templates.Filters
	Groups   []templates.Facts
	Compare  *compareForm
	Diff     []templates.Change
	DiffText string
	Form     *templates.Form
	Table    *templates.Table
	Note     string // under the table
	Empty    *templates.Empty
	Pager    *templates.Pager
}

// compareForm chooses two versions.
type compareForm struct {
	Action   string
	From, To []templates.Option
}
