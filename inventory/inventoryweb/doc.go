// Package inventoryweb is the register's face: the pages of systems and
// departments and the JSON API of both.
//
// Requests to change a record that the census has locked have a form of their
// own, a queue and a page each, under /changes.
//
// A desk holds what all handlers need: the register, the calendar, the files
// and the words of the choices. A handler reads its address or form, calls one
// verb of the register and hands what came back to a view function (files
// view_*.go), which turns records into the plain data of the page's template.
// What is right or wrong, who may do what and what a step leads to is decided
// by the register; the pages only say it in the reader's language.
//
// Every form, column, filter and member of the API follows the catalogs of
// fields (inventory.SystemFields, inventory.DepartmentFields), so a field that
// is added there appears everywhere.
//
// Mount and MountAPI name for every route who may call it. Which rows they see
// is for the register's queries: a record of another department is not found.
//
// The package leaves to others: accounts and sessions, the navigation around
// the pages, and everything about files of records (import and export), whose
// reading and writing is done by the register.
package inventoryweb
