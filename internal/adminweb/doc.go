// Package adminweb holds the pages and the API of the machine room: signing
// in, one's own account, and the accounts of others, with their sessions,
// tokens and the rules for passwords.
//
// It decides nothing: who may do what to which account is decided by account,
// and the pages offer an act only when account would allow it. One-time
// passwords and tokens are shown on the answer to the POST that made them and
// never again, so they are in no address, no log and no history of a browser.
package adminweb
