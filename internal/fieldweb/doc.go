// Package fieldweb shows any catalog of fields on a page: as the sections of a
// form, as cells of a list, as facts to read, as what changed between two
// versions, and as two versions to choose from when two people saved.
//
// Its nouns are Form (what was typed and what is wrong with it, by section),
// Writer (values in the reader's language, with links to the records they refer
// to), Merge (a save that came too late) and the error summary above a form.
//
// Everything follows the catalog: labels, helps, units, choices and conditions
// are described once, in package field, and whoever has a catalog has its pages.
// The result is plain data of package templates; nothing here reads a request,
// asks for a right or knows what a record means. Names of other records come
// from the caller (Names), and so does what only one form knows (Form.Special,
// Writer.Badge).
package fieldweb
