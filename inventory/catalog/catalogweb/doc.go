// Package catalogweb is the resource catalog on pages and in the API: the list
// with its search, the page and the form of an entry, its versions, the tree,
// what departments have handed in, the catalog in numbers, changes of laws,
// items that are collected twice, workbooks, and the catalog as linked data.
//
// Every rule is in package catalog: handlers read what was typed, call one verb
// and show what came of it.
package catalogweb
