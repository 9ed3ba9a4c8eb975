package main

import (
	"qingce/internal/adminweb"
	"qingce/internal/calendar"
	"qingce/internal/web"
	"qingce/scoring/funding"
	"qingce/scoring/monthly"
	"qingce/templates"
)

// deadline says by when, and how many working days are left or have passed.
func (r *rooms) deadline(req *web.Request, due calendar.Date) (*templates.Deadline, error) {
	cal, err := r.book.Load(req.Ctx)
	if err != nil {
		return nil, err
	}
	s, err := r.book.Stand(cal, due, req.Now)
	if err != nil {
		return nil, err
	}
	d := web.Deadline(req.P, web.Due{
		On: due, Advised: s.Advised, Remaining: s.Remaining, Late: s.Late, Unknown: s.Unknown, Overdue: s.Overdue,
	}, req.Today())
	return &d, nil
}

// monthTasks are the months that wait for a step of the reader: to be frozen,
// shown, answered, reviewed, decided on, approved or published; and the own sheet
// as long as it may be objected to.
func (r *rooms) monthTasks(req *web.Request) ([]adminweb.HomeTask, error) {
	all, err := r.months.Waits(req.Ctx, req.By)
	if err != nil {
		return nil, err
	}
	var out []adminweb.HomeTask
	for i := range all {
		t, err := r.monthTask(req, &all[i])
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func (r *rooms) monthTask(req *web.Request, w *monthly.Wait) (adminweb.HomeTask, error) {
	word := string(w.Kind)
	if w.Kind == monthly.WaitObject && !req.By.Is(monthly.Objectors()...) {
		word = "look" // who fills in looks it through, the head objects
	}
	t := adminweb.HomeTask{
		Icon: "chart", Tone: templates.ToneAmber, Href: w.Month.History(), Text: req.T("home.month."+word, "month", string(w.Month.Month)),
		Note: req.T("home.month." + word + ".note"),
	}
	if w.N > 0 && w.Kind != monthly.WaitObject {
		t.Count = req.P.Number(w.N)
	}
	if w.Due.IsZero() {
		return t, nil
	}
	dir, err := r.registry.Directory(req.Ctx)
	if err != nil {
		return t, err
	}
	if body, ok := dir.Find(req.By.DepartmentID); ok {
		t.Href = w.Month.SheetOf(body.Code)
	}
	t.Deadline, err = r.deadline(req, w.Due)
	return t, err
}

// mostPleas is how many systems stand one by one on the workbench of a head who
// may appeal.
const mostPleas = 3

// pleaTasks are the systems of the own department that are to get no money and
// whose opinion may still be appealed against (DOMAIN §7): the head's.
func (r *rooms) pleaTasks(req *web.Request) ([]adminweb.HomeTask, error) {
	if !req.By.Is(funding.Heads()...) {
		return nil, nil
	}
	rows, err := r.funding.Appealable(req.Ctx, req.By)
	if err != nil {
		return nil, err
	}
	var out []adminweb.HomeTask
	for i := range rows {
		if i == mostPleas {
			break
		}
		row := &rows[i]
		t := adminweb.HomeTask{
			Icon: "seal", Tone: templates.ToneAmber, Href: row.Address(), Text: req.T("home.plea", "name", row.Name),
			Note: req.T("home.plea.note", "result", req.T(string(funding.ResultLabel(row.Result)))),
		}
		if t.Deadline, err = r.deadline(req, row.AppealUntil); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}
