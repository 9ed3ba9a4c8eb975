package inventoryweb

import (
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/internal/schedule"
	"qingce/internal/web"
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
func deadline(p *locale.Printer, o schedule.Open, today calendar.Date) *templates.Deadline {
	return new(web.Deadline(p, web.Due{
		On: o.DueOn, Advised: o.Advised, Remaining: o.Remaining, Late: o.Late, Unknown: o.Unknown, Overdue: o.Overdue, Article: o.Article,
	}, today))
}
