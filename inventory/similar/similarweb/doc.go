// Package similarweb holds the pages and the API of similar systems: the list of
// pairs, one pair side by side with the judgement, the check of a text before
// something is registered, and the block on the page of a system.
package similarweb
