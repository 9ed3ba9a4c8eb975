package surveyweb

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/templates"
)

// formPage is the data of survey/form: a head and one form.
type formPage struct {
	Head templates.Head
	Form templates.Form
}

// campaignNames knows what campaigns refer to.
type campaignNames struct {
	p              *locale.Printer
	questionnaires []survey.QuestionnaireLine
	campaigns      []survey.CampaignLine
	byCode         map[string]survey.CampaignLine
}

func (d *desk) campaignNames(r *web.Request) (campaignNames, error) {
	n := campaignNames{p: r.P, byCode: map[string]survey.CampaignLine{}}
	var err error
	if n.questionnaires, err = d.Surveys.ListQuestionnaires(r.Ctx, r.By); err != nil {
		return n, err
	}
	n.campaigns, err = d.Surveys.ListCampaigns(r.Ctx, r.By)
	for _, c := range n.campaigns {
		n.byCode[c.Code] = c
	}
	return n, err
}

// forTyping names records as forms send them.
func (n campaignNames) forTyping() field.Names {
	return field.Names{
		Show: func(sort, id string) string { return n.show(sort, id) },
		Find: func(sort, word string) (string, bool) {
			if sort == survey.SortCampaign {
				c, ok := n.byCode[word]
				return strconv.FormatInt(int64(c.ID), 10), ok
			}
			for _, q := range n.questionnaires {
				if q.Name() == word {
					return strconv.FormatInt(q.ID, 10), true
				}
			}
			return "", false
		},
	}
}

func (n campaignNames) show(sort, id string) string {
	if sort == survey.SortCampaign {
		for _, c := range n.campaigns {
			if strconv.FormatInt(int64(c.ID), 10) == id {
				return c.Code
			}
		}
		return ""
	}
	for _, q := range n.questionnaires {
		if strconv.FormatInt(q.ID, 10) == id {
			return q.Name()
		}
	}
	return ""
}

// In implements fieldweb.Names.
func (n campaignNames) In(fieldweb.Style) field.Names { return n.forTyping() }

// Href implements fieldweb.Names.
func (n campaignNames) Href(sort, id string) string {
	if sort == survey.SortCampaign {
		return surveyPath(n.show(sort, id))
	}
	return web.Join(questionnairesPath, strings.Split(n.show(sort, id), "/")...)
}

// usualMend is how many working days a body usually has to mend a form.
const usualMend = 3

// blank is a new campaign as most would begin it.
func (n campaignNames) blank(r *web.Request, kind survey.CampaignKind) survey.Campaign {
	c := survey.Campaign{Kind: survey.SelfSurvey, Scope: survey.MunicipalOnly, MendWd: usualMend, OpensOn: calendar.DateOf(r.Now)}
	if kind == survey.Census || !mayHold(r.By, survey.SelfSurvey) {
		c.Kind = survey.Census
		return c
	}
	for _, q := range n.questionnaires { // the newest version comes first
		if q.State == survey.Published {
			c.QuestionnaireID = &q.ID
			break
		}
	}
	return c
}

// campaignForm is a form of a campaign under way.
type campaignForm struct {
	p       *locale.Printer
	names   campaignNames
	present *survey.Campaign // as it stands, nil for a new one
	record  survey.Campaign  // with what was typed
	copy    string
	version int64
	typed   url.Values
	reason  string
	found   []fault.Field
	err     error
}

// editable are the fields that can still change.
func (f *campaignForm) editable() []string {
	switch {
	case f.present == nil || f.present.State == survey.Preparing:
		return survey.CampaignFields.Keys()
	case f.present.State == survey.Running:
		return []string{"due_on", "review_due_on", "note"}
	}
	return []string{"review_due_on", "note"}
}

// failed shows the form again with everything as it was typed.
func (f campaignForm) failed(err error) (web.Response, error) {
	switch {
	case errors.Is(err, store.ErrStale): // saving again goes over the present version, which is shown
		f.err = err
		return f.view(), nil
	case fault.KindOf(err) != fault.Invalid || len(fault.FieldsOf(err)) == 0:
		return nil, err
	}
	found := fault.FieldsOf(err)
	f.found = append(found, fieldweb.NotAt(f.found, found)...)
	f.err = err
	return f.view(), nil
}

func (f campaignForm) view() web.View {
	title, crumbs := f.p.T("survey.new"), campaignCrumbs(f.p, crumb(f.p.T("survey.new")))
	if f.present != nil {
		title = f.p.T("survey.edit")
		crumbs = campaignCrumbs(f.p, templates.Crumb{Text: f.present.Title, Href: surveyPath(f.present.Code)}, crumb(title))
	}
	return web.View{Template: "survey/form", Title: title, Crumbs: crumbs, Data: f.page(title), Err: f.err}
}

func (f campaignForm) page(title string) formPage {
	form := templates.Form{Action: surveysPath, Guard: true, Sections: f.sections()}
	head := templates.Head{Title: title, Lead: f.p.T("survey.new.lead")}
	act := templates.Act{Text: f.p.T("survey.act.create"), Kind: templates.ActPrimary, Icon: "check", Note: f.p.T("survey.act.create.note")}
	cancel := surveysPath
	if f.copy != "" {
		form.Hidden = append(form.Hidden, templates.Pair{Name: "copy", Value: f.copy})
		head.Lead = f.p.T("survey.copy.lead", "title", f.names.byCode[f.copy].Title)
	}
	if f.present != nil {
		cancel = surveyPath(f.present.Code)
		form.Action, head.Lead = cancel, f.p.T("survey.edit.lead")
		form.Hidden = append(form.Hidden, templates.Pair{Name: "version", Value: strconv.FormatInt(f.version, 10)})
		act.Text, act.Note = f.p.T("survey.act.save"), f.p.T("survey.act.save.note")
		if f.present.State != survey.Preparing {
			head.Lead = f.p.T("survey.edit.fixed", "state", f.present.State.Label())
		}
	}
	form.Acts = []templates.Act{act, {Text: f.p.T("survey.act.cancel"), Href: cancel, Kind: templates.ActQuiet}}
	form.Errors = fieldweb.ErrorSummary(f.p, f.found, append(f.editable(), "reason")...)
	if errors.Is(f.err, store.ErrStale) && f.present != nil {
		form.Callouts = append(form.Callouts, f.stale())
	}
	return formPage{Head: head, Form: form}
}

// stale says who saved meanwhile and what the campaign says now.
func (f campaignForm) stale() templates.Callout {
	c := templates.Callout{
		Kind: "warning", Title: f.p.T("survey.stale.title", "name", f.present.UpdatedName, "at", f.present.UpdatedAt), Text: f.p.T("survey.stale.text"),
	}
	w := fieldweb.Writer{P: f.p, Names: f.names}
	for _, ch := range fieldweb.Changes(w, survey.CampaignFields, survey.CampaignFields.Diff(&f.record, f.present)) {
		c.Items = append(c.Items, f.p.T("survey.stale.item", "field", ch.Label, "mine", ch.Old, "theirs", ch.New))
	}
	return c
}

// sections are the fields that can still change, by section.
func (f campaignForm) sections() []templates.Section {
	all := fieldweb.Form[survey.Campaign]{
		Catalog: survey.CampaignFields, Writer: fieldweb.Writer{P: f.p, Names: f.names}, Record: &f.record, Typed: f.typed, Found: f.found, Special: f.special,
	}.Sections()
	editable := f.editable()
	var out []templates.Section
	for _, s := range all {
		s.Fields = slices.DeleteFunc(s.Fields, func(field templates.Field) bool { return !slices.Contains(editable, field.Name) })
		if len(s.Fields) > 0 {
			out = append(out, s)
		}
	}
	if f.present != nil && f.present.State == survey.Running {
		out = append(out, templates.Section{ID: "s-reason", Title: f.p.T("survey.reason"), Fields: []templates.Field{{
			Name: "reason", Kind: templates.KindText, Label: f.p.T("survey.reason.label"), Help: f.p.T("survey.reason.help"),
			Value: f.reason, MaxLength: 200, Error: fieldweb.ErrorAt(f.p, f.found, "reason"),
		}}})
	}
	return out
}

// special offers the records that a campaign can refer to.
func (f campaignForm) special(fd *field.Field[survey.Campaign], out *templates.Field) {
	switch fd.Key {
	case "questionnaire_id":
		for _, q := range f.names.questionnaires {
			if q.State == survey.Published {
				text := f.p.T("survey.questionnaire.option", "title", q.Body.Title.In(f.p.Lang()), "n", q.Number)
				out.Options = append(out.Options, templates.Option{Value: q.Name(), Text: text})
			}
		}
	case "based_on_id":
		for _, c := range f.names.campaigns {
			if c.Kind == survey.SelfSurvey {
				out.Options = append(out.Options, templates.Option{Value: c.Code, Text: c.Title})
			}
		}
	case "code":
		out.Width = "short"
	}
}

// closeView asks whether to close a campaign, and why.
func closeView(p *locale.Printer, line survey.CampaignLine, reason string) web.View {
	open := line.Counts.Bodies - line.Counts.HandedIn()
	return web.View{
		Template: "survey/form", Title: p.T("survey.close"),
		Crumbs: campaignCrumbs(p, templates.Crumb{Text: line.Title, Href: surveyPath(line.Code)}, crumb(p.T("survey.close"))),
		Data: formPage{
			Head: templates.Head{Title: p.T("survey.close"), Lead: p.T("survey.close.lead", "due", line.DueOn, "open", open)},
			Form: templates.Form{
				Action: surveyPath(line.Code, "close"), Hidden: []templates.Pair{{Name: "version", Value: strconv.FormatInt(line.Version, 10)}},
				Sections: []templates.Section{{ID: "s-reason", Fields: []templates.Field{{
					Name: "reason", Kind: templates.KindText, Label: p.T("survey.reason.label"), Help: p.T("survey.close.help"), Value: reason, MaxLength: 200,
				}}}},
				Acts: []templates.Act{
					{Text: p.T("survey.act.close"), Kind: templates.ActPrimary, Icon: "lock", Note: p.T("survey.act.close.note")},
					{Text: p.T("survey.act.cancel"), Href: surveyPath(line.Code), Kind: templates.ActQuiet},
				},
			},
		},
	}
}
