// Package fundingweb shows who gets money for operation and maintenance in a
// fiscal year, and why: the years, the list of a year, a system with its facts and
// reasons, the statement for the budget, and the API.
//
// Every number on a page leads to the rows behind it, and the sums of a list are
// those of the list as it is narrowed. A page offers what its reader may do next
// and says what comes of it. What may be done and who sees what is decided by
// package funding.
package fundingweb
