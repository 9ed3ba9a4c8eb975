package surveyweb

import (
	"strconv"
	"strings"

	"qingce/internal/locale"
	"qingce/survey"
	"qingce/templates"
)

// comparePage is the data of survey/compare.
type comparePage struct {
	Head    templates.Head
	Others  []templates.Link // the versions to compare with
	Changes []comparedQuestion
	Same    string // said when nothing changed
}

// comparedQuestion is a question that differs between two versions.
type comparedQuestion struct {
	Badge   templates.Badge
	Title   string
	Changes []templates.Change
}

// newComparison compares two versions question by question, in words.
func newComparison(p *locale.Printer, old, now survey.QuestionnaireLine, all []survey.QuestionnaireLine) (comparePage, error) {
	before, err := newWording(p, old.Body)
	if err != nil {
		return comparePage{}, err
	}
	after, err := newWording(p, now.Body)
	if err != nil {
		return comparePage{}, err
	}
	page := comparePage{Head: templates.Head{
		Title: p.T("questionnaire.compare"), Lead: p.T("questionnaire.compare.lead", "old", versionName(p, &old.Questionnaire), "now", versionName(p, &now.Questionnaire)),
	}}
	for i := range all {
		if q := &all[i]; q.Code == now.Code && q.Number != now.Number && q.Number != old.Number {
			href := templates.WithQuery(questionnairePath(now.Code, now.Number, "compare"), "with", strconv.Itoa(q.Number))
			page.Others = append(page.Others, templates.Link{Text: versionName(p, &q.Questionnaire), Href: href})
		}
	}
	page.Changes = compareWords(p, before.sections(), after.sections())
	if len(page.Changes) == 0 {
		page.Same = p.T("questionnaire.compare.same")
	}
	return page, nil
}

// placed is a question with the section it stands in.
type placed struct {
	questionWords
	section string
}

// flat lists the questions of all sections by name, and their names in order.
func flat(sections []sectionWords) (map[string]placed, []string) {
	out := map[string]placed{}
	var order []string
	for _, s := range sections {
		for _, q := range s.Questions {
			out[q.Name] = placed{q, s.Title}
			order = append(order, q.Name)
		}
	}
	return out, order
}

func compareWords(p *locale.Printer, before, after []sectionWords) []comparedQuestion {
	old, oldOrder := flat(before)
	now, order := flat(after)
	var out []comparedQuestion
	for _, name := range order {
		q := now[name]
		was, there := old[name]
		if !there {
			out = append(out, comparedQuestion{Badge: templates.Badge{Text: p.T("questionnaire.compare.added"), Tone: templates.ToneGreen}, Title: q.Label, Changes: changesOf(p, placed{}, q)})
			continue
		}
		if changes := changesOf(p, was, q); len(changes) > 0 {
			out = append(out, comparedQuestion{Badge: templates.Badge{Text: p.T("questionnaire.compare.changed"), Tone: templates.ToneAmber}, Title: q.Label, Changes: changes})
		}
	}
	for _, name := range oldOrder {
		if _, there := now[name]; !there {
			out = append(out, comparedQuestion{Badge: templates.Badge{Text: p.T("questionnaire.compare.removed"), Tone: templates.ToneRed}, Title: old[name].Label})
		}
	}
	return out
}

// changesOf lists what differs between two questions in words.
func changesOf(p *locale.Printer, a, b placed) []templates.Change {
	var out []templates.Change
	for _, aspect := range []struct{ key, old, now string }{
		{"title", a.Label, b.Label}, {"section", a.section, b.section}, {"answer", a.Answer, b.Answer}, {"choices", a.Choices, b.Choices},
		{"columns", p.Join(a.Columns), p.Join(b.Columns)}, {"required", a.Required, b.Required},
		{"shown", strings.Join(a.Shown, "; "), strings.Join(b.Shown, "; ")}, {"help", a.Help, b.Help},
	} {
		if aspect.old != aspect.now {
			out = append(out, templates.Change{Label: p.T("questionnaire.aspect." + aspect.key), Old: aspect.old, New: aspect.now})
		}
	}
	return out
}
