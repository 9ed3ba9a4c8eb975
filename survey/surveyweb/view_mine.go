package surveyweb

import (
	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/templates"
)

// minePage is the data of survey/paper_mine.
type minePage struct {
	Head  templates.Head
	Table *templates.Table
	Empty *templates.Empty
}

type mineView struct {
	p     *locale.Printer
	mine  []survey.Mine
	today calendar.Date
}

func (v mineView) data() minePage {
	out := minePage{Head: templates.Head{Title: v.p.T("form.mine"), Lead: v.p.T("form.mine.lead")}}
	if len(v.mine) == 0 {
		out.Empty = &templates.Empty{Icon: "inbox", Title: v.p.T("form.mine.none"), Text: v.p.T("form.mine.none.text")}
		return out
	}
	t := &templates.Table{ID: "mine", Caption: v.p.T("form.mine"), Columns: []templates.Column{
		{Key: "campaign", Text: v.p.T("form.column.campaign"), Main: true}, {Key: "state", Text: v.p.T("form.column.standing"), Main: true},
		{Key: "due", Text: v.p.T("form.column.due"), Main: true}, {Key: "rows", Text: v.p.T("form.fact.rows"), Num: true},
	}}
	for _, m := range v.mine {
		due := templates.Cell{}
		if m.Due != nil {
			d := web.Deadline(v.p, web.Due{
				On: m.Due.DueOn, Advised: m.Due.Advised, Remaining: m.Due.Remaining, Late: m.Due.Late, Unknown: m.Due.Unknown,
				Overdue: m.Due.Overdue, Article: m.Due.Article,
			}, v.today)
			due.Deadline = &d
		}
		t.Rows = append(t.Rows, templates.TableRow{Name: m.Campaign.Title, Cells: []templates.Cell{
			{Text: m.Campaign.Title, Sub: m.Owner.Name, Href: m.Key().Path()},
			{Badge: &templates.Badge{Text: v.p.T(string(m.Form.State.Label())), Tone: stateTone(m.Form.State)}},
			due,
			{Text: v.p.T("form.fact.rows.text", "done", m.Form.RowsDone, "total", m.Form.RowsTotal)},
		}})
	}
	out.Table = t
	return out
}
