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
// log: a head and a region find what is done with their department's records, a
// clerk what clerks do, the administrator the machine room.
func seesAct(by auth.Principal, group, action string) bool {
	machine := slices.Contains([]string{"calendar", "account", "server", "log"}, group)
	switch {
	case by.Is(oplogAuditors()...), group == "access", action == "account.password":
		return true
	case machine:
		return by.Is(auth.Admin)
	case by.Is(auth.Head, auth.Region):
		return true
	}
	return by.Is(auth.Clerk) && !slices.Contains([]string{"department", "due"}, group) && byClerks(action)
}

// byClerks tells which acts with systems are not left to heads and to the city.
func byClerks(action string) bool {
	others := []string{"system.decided", "system.transferred", "system.adopted", "systems.certified"}
	return !strings.HasPrefix(action, "system.moved.") && !slices.Contains(others, action)
}

// seesKind tells whether entries about a kind of object can stand there.
func seesKind(by auth.Principal, kind string) bool {
	machine := []string{"calendar_year", "calendar_closure", "account_policy", "server", "schema", "backup", "anchor", "oplog", "oplog_entry"}
	switch {
	case by.Is(oplogAuditors()...), kind == "account":
		return true
	case slices.Contains(machine, kind):
		return by.Is(auth.Admin)
	case by.Is(auth.Head, auth.Region):
		return true
	}
	return by.Is(auth.Clerk) && !slices.Contains([]string{"department", "departments", "due_date"}, kind)
}
