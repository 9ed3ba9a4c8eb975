package sharingweb

import (
	"io"

	"qingce/internal/calendar"
	"qingce/internal/sheet"
	"qingce/internal/web"
	"qingce/inventory/sharing"
)

// asFile stands behind the address of a list for the list as a workbook.
const asFile = ".xlsx"

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// column is a column of a workbook: its title is sharing.<name>.
type column[T any] struct {
	name  string
	kind  sheet.ColumnKind
	value func(T) sheet.Value
}

func text[T any](name string, value func(T) string) column[T] {
	return column[T]{name, sheet.ColumnText, func(row T) sheet.Value { return sheet.Text(value(row)) }}
}

func day[T any](name string, value func(T) calendar.Date) column[T] {
	return column[T]{name, sheet.ColumnDate, func(row T) sheet.Value { return sheet.Day(value(row)) }}
}

func count[T any](name string, value func(T) int64) column[T] {
	return column[T]{name, sheet.ColumnNumber, func(row T) sheet.Value { return sheet.Whole(value(row)) }}
}

// workbook is a whole list as a file, read page by page as it is written.
func workbook[T any](r *web.Request, title string, columns []column[T], page func(number int) (rows []T, total int64, err error)) web.Response {
	name := title + " " + r.Today().String() + ".xlsx"
	return web.File{Name: name, MediaType: xlsxType, Write: func(out io.Writer) error {
		book := sheet.NewWriter(sheet.Options{T: r.P.T})
		defer book.Close()
		table := sheet.Table{Sheet: title, Title: title}
		for _, c := range columns {
			table.Columns = append(table.Columns, sheet.Column{Key: c.name, Title: r.T("sharing." + c.name), Kind: c.kind})
		}
		rows, err := book.Table(table)
		if err != nil {
			return err
		}
		if err := eachPage(page, func(row T) error {
			cells := make([]sheet.Value, len(columns))
			for i, c := range columns {
				cells[i] = c.value(row)
			}
			return rows.Row(cells...)
		}); err != nil {
			return err
		}
		if err := rows.Close(); err != nil {
			return err
		}
		_, err = book.WriteTo(out)
		return err
	}}
}

// eachPage goes through a list to its end.
func eachPage[T any](page func(number int) ([]T, int64, error), do func(T) error) error {
	for number, done := 1, int64(0); ; number++ {
		rows, total, err := page(number)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := do(row); err != nil {
				return err
			}
		}
		if done += int64(len(rows)); len(rows) == 0 || done >= total {
			return nil
		}
	}
}

func runsTo(c *sharing.Clock) calendar.Date {
	if c == nil {
		return calendar.Date{}
	}
	return c.On
}

func (d *desk) exportRequests(r *web.Request, _ noInput) (web.Response, error) {
	l, err := d.lister(r)
	if err != nil {
		return nil, err
	}
	q := l.requestQuery()
	type row = sharing.RequestRow
	return workbook(r, r.T("sharing.tab.requests"), []column[row]{
		text("number", func(o row) string { return o.Request.ID.String() }),
		text("entry", func(o row) string { return o.EntryName }), text("code", func(o row) string { return o.EntryCode }),
		text("user", func(o row) string { return l.name(o.UserID) }), text("provider", func(o row) string { return l.name(o.ProviderID) }),
		text("purposes", func(o row) string { return words(r.P, "purpose_word", o.Purposes) }),
		text("duty_basis", func(o row) string { return o.DutyBasis }), text("scope_wanted", func(o row) string { return o.ScopeWanted }),
		text("state", func(o row) string { return r.T(string(o.State.Label())) }),
		text("turn", func(o row) string { return requestTurn(r, o.Request, l) }),
		day("due", func(o row) calendar.Date { return runsTo(o.Clock) }), day("reply_due", func(o row) calendar.Date { return o.ReplyDueOn }),
		text("reply", func(o row) string { return word(r.P, "reply_word", o.Reply) }),
		text("reasons", func(o row) string { return words(r.P, "reason_word", o.ReplyReasons) }), text("reply_text", func(o row) string { return o.ReplyText }),
	}, func(number int) ([]row, int64, error) {
		q.Page, q.Size = number, sharing.MaxPageSize
		page, err := d.Sharing.ListRequests(r.Ctx, r.By, q)
		return page.Rows, page.Total, err
	}), nil
}

func (d *desk) exportAgreements(r *web.Request, _ noInput) (web.Response, error) {
	l, err := d.lister(r)
	if err != nil {
		return nil, err
	}
	q := l.agreementQuery()
	type row = sharing.Agreement
	return workbook(r, r.T("sharing.tab.agreements"), []column[row]{
		text("number", func(a row) string { return a.ID.String() }), text("request", func(a row) string { return a.RequestID.String() }),
		text("entry", func(a row) string { return a.EntryName }), text("code", func(a row) string { return a.EntryCode }),
		text("user", func(a row) string { return l.name(a.UserID) }), text("provider", func(a row) string { return l.name(a.ProviderID) }),
		text("state", func(a row) string { return agreementBadge(r, a).Text }),
		day("valid_from", func(a row) calendar.Date { return a.ValidFrom }), day("valid_to", func(a row) calendar.Date { return a.ValidTo }),
		text("scope", func(a row) string { return word(r.P, "scope_word", a.Scope) }),
		text("purposes", func(a row) string { return words(r.P, "purpose_word", a.Purposes) }),
		text("method", func(a row) string { return word(r.P, "method_word", a.Method) }), text("items", func(a row) string { return r.P.Join(a.Items) }),
		count("calls_total", func(a row) int64 { return a.Calls }), day("last_used_on", func(a row) calendar.Date { return a.LastUsedOn }),
	}, func(number int) ([]row, int64, error) {
		q.Page, q.Size = number, sharing.MaxPageSize
		page, err := d.Sharing.ListAgreements(r.Ctx, r.By, q)
		return page.Rows, page.Total, err
	}), nil
}

func (d *desk) exportUses(r *web.Request, _ noInput) (web.Response, error) {
	l, err := d.lister(r)
	if err != nil {
		return nil, err
	}
	q := l.useQuery()
	type row = sharing.Use
	return workbook(r, r.T("sharing.tab.uses"), []column[row]{
		day("used_on", func(u row) calendar.Date { return u.UsedOn }),
		text("entry", func(u row) string { return u.EntryName }), text("code", func(u row) string { return u.EntryCode }),
		text("user", func(u row) string { return l.name(u.UserID) }), text("provider", func(u row) string { return l.name(u.ProviderID) }),
		text("purpose", func(u row) string { return word(r.P, "purpose_word", u.Purpose) }), text("matter", func(u row) string { return u.Matter }),
		count("calls", func(u row) int64 { return u.Calls }),
		text("agreement", func(u row) string {
			if u.AgreementID == nil {
				return r.T("sharing.direct")
			}
			return u.AgreementID.String()
		}),
		text("by", func(u row) string { return u.RecordedName }),
	}, func(number int) ([]row, int64, error) {
		q.Page, q.Size = number, sharing.MaxPageSize
		page, err := d.Sharing.ListUses(r.Ctx, r.By, q)
		return page.Rows, page.Total, err
	}), nil
}

func (d *desk) exportMisuses(r *web.Request, _ noInput) (web.Response, error) {
	l, err := d.lister(r)
	if err != nil {
		return nil, err
	}
	q := l.misuseQuery()
	type row = sharing.Misuse
	return workbook(r, r.T("sharing.tab.misuses"), []column[row]{
		text("number", func(m row) string { return m.ID.String() }),
		text("entry", func(m row) string { return m.EntryName }), text("code", func(m row) string { return m.EntryCode }),
		text("user", func(m row) string { return l.name(m.UserID) }), text("provider", func(m row) string { return l.name(m.ProviderID) }),
		text("misuse_kind", func(m row) string { return word(r.P, "misuse_word", m.Kind) }), day("found_on", func(m row) calendar.Date { return m.FoundOn }),
		text("description", func(m row) string { return m.Description }), text("state", func(m row) string { return r.T(string(m.State.Label())) }),
		text("decision", func(m row) string { return m.Decision }),
	}, func(number int) ([]row, int64, error) {
		q.Page, q.Size = number, sharing.MaxPageSize
		page, err := d.Sharing.ListMisuses(r.Ctx, r.By, q)
		return page.Rows, page.Total, err
	}), nil
}
