// Package zombieweb holds the pages and the API of the clean-up of unused
// systems: what detection found and why, its runs and its policy, and the cases
// that come of it.
package zombieweb
