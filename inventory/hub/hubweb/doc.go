// Package hubweb is the pages and the API of connections with the hub, and the
// door by which the hub sends what it heard.
//
// It promises that every page says whose turn it is and what is missing, that a
// picture stands beside the table of its numbers, and that a form which comes
// back has everything in it that was typed. What may be done and what counts is
// decided by package hub.
package hubweb
