package fundingweb

import (
	"qingce/internal/auth"
	"qingce/scoring/eligibility"
	"qingce/scoring/funding"
	"qingce/templates"
)

// steps are what the reader can do with the item now.
func (v itemView) steps() []templates.Step {
	if v.r.By.Console() {
		return nil
	}
	var out []templates.Step
	if v.Own {
		out = append(out, v.headSteps()...)
	}
	if v.OwnBody {
		return out
	}
	out = append(out, v.opinionSteps()...)
	out = append(out, v.officeSteps()...)
	return append(out, v.leaderSteps()...)
}

// headSteps are those of the department's own head.
func (v itemView) headSteps() []templates.Step {
	i := &v.Item
	text := v.field("plea_text", templates.KindLongText, true)
	switch {
	case i.Plea == funding.PleaSubmitted:
		return []templates.Step{v.Asking("withdraw", "return", v.field("reason", templates.KindText, true))}
	case i.Plea != "":
		return nil
	}
	refused := !i.Result.Paid() || i.Result == eligibility.Conditional
	switch {
	case v.mayAppeal(): // whose verification may find other facts, too
		return []templates.Step{v.Asking("appeal", "send", text, v.ask().File("file", true))}
	case i.Stage != funding.Found && refused:
		file := v.ask().File("file", true)
		file.Required = false
		return []templates.Step{v.Asking("recheck", "refresh", text, file)}
	}
	return nil
}

// resultText names a result.
func (v itemView) resultText(r eligibility.Result) string {
	return v.P.T(string(funding.ResultLabel(r)))
}

// opinionSteps are the opinions and the decision.
func (v itemView) opinionSteps() []templates.Step {
	i, by := &v.Item, v.r.By
	var out []templates.Step
	if i.Plea != "" {
		return nil
	}
	if i.Stage != funding.Decided {
		var as []auth.Role
		for _, role := range []auth.Role{auth.Office, auth.Reform} {
			if by.Is(role) {
				as = append(as, role)
			}
		}
		if len(as) > 0 {
			text := v.field("opinion_text", templates.KindLongText, false)
			out = append(out, v.Asking("opinion", "edit",
				pick(v.stepper, "as", as, as[0], func(r auth.Role) string { return v.P.T("funding.turn." + string(r)) }),
				pick(v.stepper, "opinion", i.Choices(), i.Result, v.resultText), text))
		}
	}
	if i.Stage != funding.Found && by.Is(auth.Finance) {
		kept := v.field("kept", templates.KindMoney, false)
		kept.Unit = v.P.T("funding.unit")
		step := v.Asking("decision", "check", pick(v.stepper, "decision", i.Choices(), i.Result, v.resultText),
			v.field("decision_text", templates.KindLongText, false), kept, v.field("kept_note", templates.KindText, false))
		step.Open = step.Open || i.Stage == funding.Opined
		out = append(out, step)
	}
	return out
}

// officeSteps are the verification of a plea, the consultation, and looking again.
func (v itemView) officeSteps() []templates.Step {
	i, by := &v.Item, v.r.By
	switch {
	case i.Plea == funding.PleaSubmitted && by.Is(auth.Office):
		set := funding.Verdicts()
		if v.Pleas[len(v.Pleas)-1].Kind == funding.Recheck {
			set = []funding.Verdict{funding.FactsChanged, funding.Upholds}
		}
		step := v.Asking("verify", "check", pick(v.stepper, "verdict", set, "", verdictText(v.P)), v.field("verdict_text", templates.KindLongText, true))
		step.Open = true
		return []templates.Step{step}
	case i.Plea == funding.PleaVerified && by.Is(funding.Consulters()...):
		day := v.field("meeting_on", templates.KindDate, true)
		day.Value = v.Today.String()
		return []templates.Step{v.Asking("consult", "people", day, v.field("meeting_text", templates.KindLongText, true))}
	case i.Plea == "" && by.Is(auth.Office) && i.Lapsed(v.Today):
		return []templates.Step{v.Asking("again", "refresh", v.field("note", templates.KindText, false))}
	}
	return nil
}

// leaderSteps are the exception, and the last word on an appeal.
func (v itemView) leaderSteps() []templates.Step {
	i := &v.Item
	if !v.r.By.Is(auth.Leader) {
		return nil
	}
	var out []templates.Step
	if i.Grantable() && i.Plea != funding.PleaSubmitted {
		step := v.Asking("grant", "check", v.field("until", templates.KindDate, true), v.field("exception_reason", templates.KindLongText, true))
		step.Open = step.Open || i.Plea == funding.PleaConsulted
		out = append(out, step)
	}
	if i.Plea == funding.PleaConsulted {
		out = append(out, v.Asking("uphold", "return", v.field("reason", templates.KindLongText, true)))
	}
	return out
}
