package scoring

import (
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/scoring/programme"
	"qingce/survey"
)

// surveyed tells by the forms of self-surveys: the last survey that was open
// before the day counts, or the first one after it. A form that was returned is
// not there until it comes back.
func (v *view) surveyed() (fact, error) {
	forms, err := v.board.deps.Surveys.FiledIn(v.tx, v.departments)
	if err != nil {
		return nil, err
	}
	by := map[auth.DepartmentID][]survey.Filed{}
	for _, f := range forms {
		by[f.DepartmentID] = append(by[f.DepartmentID], f)
	}
	return func(dept auth.DepartmentID, term programme.Term) standing {
		f, ok := formFor(by[dept], term.Due)
		if !ok {
			return standing{}
		}
		s := standing{Proof: []Ref{v.formRef(f)}}
		switch f.State {
		case survey.FormSubmitted, survey.FormAccepted, survey.FormLocked:
			s.On, s.Waiting = v.byDay(f.CountsOn), f.State == survey.FormSubmitted
		}
		return s
	}, nil
}

// formFor is the form of the survey that a due day is about.
func formFor(forms []survey.Filed, due calendar.Date) (survey.Filed, bool) {
	if len(forms) == 0 {
		return survey.Filed{}, false
	}
	best := forms[0]
	for _, f := range forms {
		if !f.OpensOn.After(due) {
			best = f
		}
	}
	return best, true
}

func (v *view) formRef(f survey.Filed) Ref {
	d, _ := v.dir.Find(f.DepartmentID)
	return Ref{Kind: "form", ID: strconv.FormatInt(int64(f.FormID), 10), Title: f.Title, Path: "/surveys/" + f.Code + "/forms/" + d.Code}
}

// censusOpened and censusLocked tell by the first census.
func (v *view) censusOpened() (fact, error) {
	return v.census(func(c survey.Campaign) calendar.Date {
		if c.OpenedAt == nil {
			return calendar.Date{}
		}
		return calendar.DateOf(*c.OpenedAt)
	})
}

func (v *view) censusLocked() (fact, error) {
	return v.census(func(c survey.Campaign) calendar.Date {
		if c.LockedAt == nil {
			return calendar.Date{}
		}
		return calendar.DateOf(*c.LockedAt)
	})
}

func (v *view) census(on func(survey.Campaign) calendar.Date) (fact, error) {
	all, err := v.board.deps.Surveys.CensusesIn(v.tx)
	if err != nil || len(all) == 0 {
		return of(nil), err
	}
	c := all[0]
	s := standing{On: v.byDay(on(c)), Proof: []Ref{{Kind: "census", ID: c.Code, Title: c.Title, Path: "/census/" + c.Code}}}
	return func(auth.DepartmentID, programme.Term) standing { return s }, nil
}

// demanded tells by the first demand that was handed in, or by a form that says
// that nothing is wanted, as a zero report does, whichever was first.
func (v *view) demanded() (fact, error) {
	first, err := v.board.deps.Sharing.FirstDemandsIn(v.tx, v.departments)
	if err != nil {
		return nil, err
	}
	forms, err := v.board.deps.Surveys.FiledIn(v.tx, v.departments)
	if err != nil {
		return nil, err
	}
	by := map[auth.DepartmentID]standing{}
	for dept, d := range first {
		by[dept] = standing{On: v.byDay(d.On), Proof: []Ref{{
			Kind: "demand", ID: d.ID.String(), Title: d.Wanted, Path: "/sharing/demands/" + d.ID.String(),
		}}}
	}
	for _, f := range forms {
		on := v.byDay(f.CountsOn)
		if !f.NoneDemand && !f.Zero || on.IsZero() || f.State == survey.FormReturned {
			continue
		}
		if old := by[f.DepartmentID].On; old.IsZero() || on.Before(old) {
			by[f.DepartmentID] = standing{On: on, Proof: []Ref{v.formRef(f)}}
		}
	}
	return of(by), nil
}

// systemRef names a system of the register.
func systemRef(code, name string) Ref {
	return Ref{Kind: "system", ID: code, Title: code + " " + name, Path: "/systems/" + code}
}
