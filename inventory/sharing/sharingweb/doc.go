// Package sharingweb holds the pages and the API of package sharing: lists of
// requests, agreements, use, objections, demands and what is no longer handed
// in, each with whose turn it is and by when, and the records with their legal
// next steps.
package sharingweb
