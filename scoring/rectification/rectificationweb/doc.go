// Package rectificationweb holds the pages and the API of package
// rectification: the list of notices with whose turn it is and how many working
// days are left, the record with its legal next steps, the notice on paper, and
// the numbers.
package rectificationweb
