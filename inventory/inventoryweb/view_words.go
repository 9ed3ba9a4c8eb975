package inventoryweb

import (
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
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

// errorAt is the first error at a field.
func errorAt(p *locale.Printer, found []fault.Field, name string) string {
	for _, f := range found {
		if f.Name == name && !f.Warning {
			return p.Field(f)
		}
	}
	return ""
}

// errorSummary lists the errors above a form; those of the named fields are
// links to them.
func errorSummary(p *locale.Printer, found []fault.Field, onPage ...string) *templates.Errors {
	var items []templates.ErrorItem
	for _, f := range found {
		if f.Warning {
			continue
		}
		item := templates.ErrorItem{Text: p.Field(f)}
		if slices.Contains(onPage, f.Name) {
			item.Href = "#f-" + f.Name
		}
		if !slices.Contains(items, item) {
			items = append(items, item)
		}
	}
	if len(items) == 0 {
		return nil
	}
	return &templates.Errors{Items: items}
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
