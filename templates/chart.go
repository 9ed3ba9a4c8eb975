package templates

import "html/template"

// Chart is the data of the partial "chart": a picture of numbers, the ways to
// take it home, and the table with the same numbers beside it.
type Chart struct {
	Caption string // what the picture shows, above it; a heading of the page
	// Wide and Narrow are the picture for desks and for phones. They are made by
	// internal/chart (Drawing.Inline, each with an id of its own) and by nobody
	// else: they go into the page as they are.
	Wide, Narrow template.HTML
	Note         string // under the picture: what was counted, and what is left out
	Files        []Link // the picture as PNG and SVG
	// Table holds the same numbers; nil when the page shows them elsewhere.
	Table *Table
}
