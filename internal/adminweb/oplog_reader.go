package adminweb

import (
	"slices"
	"strings"

	"qingce/internal/auth"
)

// The part of the log that a reader may see decides which acts and objects the
// filter offers: a choice that can never find anything only costs time. What
// the log itself shows is decided by package oplog.

// seesAct tells whether an act of a group can stand in the reader's part of the
// log: a clerk finds what clerks do, a head and a region what is done with
// their department's records, the administrator the machine room.
func seesAct(by auth.Principal, group, action string) bool {
	switch {
	case by.Is(oplogAuditors()...):
		return true
	case group == "access" || action == "account.password":
		return true
	case by.Is(auth.Admin) && slices.Contains([]string{"calendar", "account", "server", "log"}, group):
		return true
	case by.Is(auth.Head, auth.Region):
		return slices.Contains([]string{"system", "department", "evidence", "file", "due"}, group)
	case by.Is(auth.Clerk):
		return slices.Contains([]string{"evidence", "file"}, group) || group == "system" && byClerks(action)
	}
	return false
}

// byClerks tells which acts with systems are not left to heads and to the city.
func byClerks(action string) bool {
	others := []string{"system.decided", "system.transferred", "systems.certified"}
	return !strings.HasPrefix(action, "system.moved.") && !slices.Contains(others, action)
}

// seesKind tells whether entries about a kind of object can stand there.
func seesKind(by auth.Principal, kind string) bool {
	switch {
	case by.Is(oplogAuditors()...), kind == "account":
		return true
	case by.Is(auth.Admin) && slices.Contains([]string{"calendar_year", "calendar_closure", "account_policy", "server", "schema", "backup", "anchor"}, kind):
		return true
	case by.Is(auth.Head, auth.Region) && slices.Contains([]string{"department", "departments", "due_date"}, kind):
		return true
	}
	return by.Is(systemWriters()...) && slices.Contains([]string{"system", "systems", "import", "evidence", "route"}, kind)
}
