// Package adminweb holds the pages and the API of what the whole service
// stands on: signing in and the own account; the accounts of others, with their
// sessions, tokens and the rules for passwords; the working calendar with its
// due dates, schedules and local closures; the operation log with its proofs
// and its verification; and the workbench, the page after signing in, which
// says what is to be done and how the register stands. The workbench and the
// words of the log are why this package knows the register.
//
// Each part is mounted by itself (Mount, MountCalendar, MountOplog, MountHome)
// on the rooms that it is given.
//
// It decides nothing: who may do what is decided by account, schedule and
// oplog, and the pages offer an act only when they would allow it. One-time
// passwords and tokens are shown on the answer to the POST that made them and
// never again, so they are in no address, no log and no history of a browser.
package adminweb
