package adminweb

import (
	"qingce/internal/schedule"
	"qingce/internal/web"
	"qingce/templates"
)

// Todo counts what the reader's own department or region has to do by a day,
// for the top bar of every page; nil when nothing is. Those who see every
// department find what the others have to do on the workbench.
func Todo(r *web.Request, book *schedule.Book) (*templates.Todo, error) {
	if r.By.DepartmentID == 0 {
		return nil, nil
	}
	f := schedule.Filter{Limit: 1}
	if r.By.View().All {
		f.Department = r.By.DepartmentID
	}
	page, err := book.ListOpen(r.Ctx, r.By, f)
	if err != nil || page.Total == 0 {
		return nil, err
	}
	nearest := deadlineOf(r, page.Items[0])
	return &templates.Todo{Count: int(page.Total), Href: "/", Nearest: &nearest}, nil
}
