package inventoryweb

import (
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/internal/schedule"
	"qingce/inventory"
	"qingce/templates"
)

func versionText(v int64) string { return strconv.FormatInt(v, 10) }

// moveIcon is the sign of a step.
func moveIcon(m inventory.Move) string {
	switch m {
	case inventory.Declare:
		return "send"
	case inventory.Return:
		return "return"
	case inventory.Certify:
		return "lock"
	case inventory.StartMerging:
		return "split"
	case inventory.StartRetiring, inventory.Retire:
		return "trash"
	}
	return "check"
}

// endsSomething marks the steps after which nothing goes on as before.
func endsSomething(m inventory.Move) bool {
	return slices.Contains([]inventory.Move{inventory.StartRetiring, inventory.Retire}, m)
}

// bulkMoves are the steps that the reader may take with several records at
// once: those that need no reason.
func bulkMoves(by auth.Principal) []inventory.Move {
	var out []inventory.Move
	for _, step := range inventory.Steps() {
		if !step.Reasoned && by.Is(step.Roles...) {
			out = append(out, step.Move)
		}
	}
	return out
}

// deadline says by when and how many working days are left.
func deadline(p *locale.Printer, due schedule.Open, today calendar.Date) *templates.Deadline {
	day := due.DueOn.String()
	if due.DueOn.Year() == today.Year() {
		day = day[len("2017-"):]
	}
	args := []any{"date", day, "weekday", p.T("inventory.weekday." + strconv.Itoa(int(due.DueOn.Weekday()))), "n", due.Remaining, "year", due.Unknown}
	out := &templates.Deadline{Level: templates.DueCalm, Date: due.DueOn.String(), Article: due.Article}
	key := "inventory.due.left"
	switch {
	case due.Overdue:
		key, out.Level, args[5] = "inventory.due.late", templates.DueLate, due.Late
	case due.Unknown != 0:
		key = "inventory.due.unknown"
	case due.DueOn == today:
		key, out.Level = "inventory.due.today", templates.DueSoon
	case due.Remaining <= soonDays:
		out.Level = templates.DueSoon
	}
	out.Text, out.Short = p.T(key, args...), p.T(key+".short", args...)
	return out
}

// soonDays is when a due date begins to press, in working days.
const soonDays = 3
