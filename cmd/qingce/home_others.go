package main

import (
	"qingce/internal/adminweb"
	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/inventory/sharing"
	"qingce/inventory/zombie/cleanup"
	"qingce/scoring"
	"qingce/scoring/funding"
	"qingce/scoring/monthly"
	"qingce/scoring/rectification"
	"qingce/survey"
)

// others are what the reader has done and others have to go on with. A
// department reads what its papers wait for, those who decide who is before them.
func (r *rooms) others(req *web.Request) ([]adminweb.HomeTask, error) {
	var out []adminweb.HomeTask
	sources := []func(*web.Request, func(word, href string, n int64)) error{r.fundingElsewhere}
	if req.By.Is(scoring.Writers()...) && req.By.DepartmentID != 0 {
		sources = []func(*web.Request, func(word, href string, n int64)) error{r.formsSent, r.papersSent, r.casesSent, r.noticesSent, r.requestsSent, r.objectionsSent, r.pleasSent}
	}
	add := func(word, href string, n int64) {
		if n > 0 {
			out = append(out, adminweb.HomeTask{
				Text: req.T("home.others." + word), Note: req.T("home.others." + word + ".by"), Count: req.P.Number(n), Href: href,
			})
		}
	}
	for _, of := range sources {
		if err := of(req, add); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *rooms) formsSent(req *web.Request, add func(word, href string, n int64)) error {
	mine, err := r.surveys.ListMine(req.Ctx, req.By)
	n := int64(0)
	for i := range mine {
		if mine[i].Form.State == survey.FormSubmitted {
			n++
		}
	}
	add("forms", "/surveys", n)
	return err
}

func (r *rooms) papersSent(req *web.Request, add func(word, href string, n int64)) error {
	sent, err := r.reports.Sent(req.Ctx, req.By)
	add("reports", "/reports", sent.Reports)
	add("evidence", "/tasks", sent.Evidence)
	return err
}

func (r *rooms) casesSent(req *web.Request, add func(word, href string, n int64)) error {
	page, err := r.cases.List(req.Ctx, req.By, cleanup.Query{States: []cleanup.State{cleanup.Contested, cleanup.Planned, cleanup.EvidenceSubmitted}, Size: 1})
	add("cases", "/zombies", page.Total)
	return err
}

func (r *rooms) noticesSent(req *web.Request, add func(word, href string, n int64)) error {
	page, err := r.rectify.List(req.Ctx, req.By, rectification.Query{States: []rectification.State{rectification.Replied}, Size: 1})
	add("notices", "/rectifications?state="+string(rectification.Replied), page.Total)
	return err
}

func (r *rooms) requestsSent(req *web.Request, add func(word, href string, n int64)) error {
	page, err := r.sharing.ListRequests(req.Ctx, req.By, sharing.RequestQuery{
		States: []sharing.RequestState{sharing.RequestSubmitted, sharing.RequestOverdue}, Side: sharing.UserSide, Size: 1,
	})
	add("requests", "/sharing/requests?side=user", page.Total)
	return err
}

// objectionsSent are what was objected to in a month whose term runs.
func (r *rooms) objectionsSent(req *web.Request, add func(word, href string, n int64)) error {
	all, err := r.months.Waits(req.Ctx, req.By)
	for i := range all {
		if w := &all[i]; w.Kind == monthly.WaitObject {
			add("objections", w.Month.Address(), w.N)
		}
	}
	return err
}

func (r *rooms) pleasSent(req *web.Request, add func(word, href string, n int64)) error {
	run, ok, err := r.fundingRun(req)
	if err != nil || !ok {
		return err
	}
	return r.fundingWhere(req, run, add, "pleas", funding.Query{Plea: true, Size: 1})
}

// fundingElsewhere are the systems about which somebody else has the next word.
func (r *rooms) fundingElsewhere(req *web.Request, add func(word, href string, n int64)) error {
	if !req.By.Is(auth.Office, auth.Reform, auth.Finance, auth.Leader) {
		return nil
	}
	run, ok, err := r.fundingRun(req)
	if err != nil || !ok {
		return err
	}
	for _, one := range []struct {
		word  string
		turns []funding.Turn
		own   auth.Role
	}{
		{"opinions", []funding.Turn{funding.TurnOpinion, funding.TurnOffice, funding.TurnReform}, auth.Office},
		{"finance", []funding.Turn{funding.TurnFinance}, auth.Finance},
		{"leader", []funding.Turn{funding.TurnLeader}, auth.Leader},
	} {
		if req.By.Is(one.own) || one.own == auth.Office && req.By.Is(auth.Reform) {
			continue
		}
		if err := r.fundingWhere(req, run, add, one.word, funding.Query{Turns: one.turns, Size: 1}); err != nil {
			return err
		}
	}
	return nil
}

// fundingRun is the newest year in force; false while there is none.
func (r *rooms) fundingRun(req *web.Request) (run funding.Run, ok bool, err error) {
	years, err := r.funding.Years(req.Ctx, req.By)
	for i := range years {
		if run = years[i].Run; run.ReplacedAt == nil && !run.Forecast() {
			return run, true, nil
		}
	}
	return funding.Run{}, false, err
}

// fundingWhere counts items of a year.
func (r *rooms) fundingWhere(req *web.Request, run funding.Run, add func(word, href string, n int64), word string, q funding.Query) error {
	list, err := r.funding.List(req.Ctx, req.By, run.Year, q)
	add(word, run.Address(), list.Totals.All.Items)
	return err
}
