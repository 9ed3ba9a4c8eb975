package adminweb

import (
	"qingce/internal/schedule"
	"qingce/internal/web"
	"qingce/templates"
)

// Todo counts what is due in the reader's scope, for the top bar of every
// page; nil when nothing is.
func Todo(r *web.Request, book *schedule.Book) (*templates.Todo, error) {
	page, err := openDues(r, book, 1)
	if err != nil || page.Total == 0 {
		return nil, err
	}
	nearest := deadlineOf(r, page.Items[0])
	return &templates.Todo{Count: int(page.Total), Href: "/", Nearest: &nearest}, nil
}
