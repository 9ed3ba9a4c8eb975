package survey

import (
	"strconv"

	"qingce/internal/calendar"
	"qingce/internal/field"
)

// Sections of the form of a campaign.
const (
	secWhat  = "what"
	secWhen  = "when"
	secWhom  = "whom"
	secWords = "words"
)

// Sorts of records that fields of campaigns refer to.
const (
	SortQuestionnaire = "questionnaire"
	SortCampaign      = "campaign"
)

// CampaignFields describes what people say of a campaign.
var CampaignFields = field.NewCatalog("campaign",
	field.OfChoice("kind", "campaign_kind", func(c *Campaign) *CampaignKind { return &c.Kind }, SelfSurvey, Census).In(secWhat).Required(),
	field.OfText(field.Text, "title", func(c *Campaign) *string { return &c.Title }).In(secWhat).Limit(80).Required().AcrossRow(),
	field.OfText(field.Text, "code", func(c *Campaign) *string { return &c.Code }).In(secWhat).Limit(30).Required(),
	field.OfText(field.Text, "basis", func(c *Campaign) *string { return &c.Basis }).In(secWhat).Limit(100).AcrossRow(),
	field.OfOptionalRef("based_on_id", SortCampaign, func(c *Campaign) **CampaignID { return &c.BasedOnID }).In(secWhat).
		ShownWhen(field.When("kind", string(Census))),
	field.OfOptionalRef("questionnaire_id", SortQuestionnaire, func(c *Campaign) **QuestionnaireID { return &c.QuestionnaireID }).In(secWhat).
		RequiredWhen(field.When("kind", string(SelfSurvey))),

	field.OfChoice("scope", "campaign_scope", func(c *Campaign) *CampaignScope { return &c.Scope }, MunicipalOnly, AllBodies).In(secWhom).Required(),

	field.OfDate("opens_on", func(c *Campaign) *calendar.Date { return &c.OpensOn }).In(secWhen).Required(),
	field.OfDate("due_on", func(c *Campaign) *calendar.Date { return &c.DueOn }).In(secWhen).Required(),
	field.OfDate("review_due_on", func(c *Campaign) *calendar.Date { return &c.ReviewDueOn }).In(secWhen),
	field.Rebind(field.Of("mend_wd", field.Count).In(secWhen).Per("wd").Required(), mendTerm, setMendTerm),

	field.OfText(field.LongText, "note", func(c *Campaign) *string { return &c.Note }).In(secWords).Limit(1000).AcrossRow(),
)

func mendTerm(c *Campaign) string {
	if c.MendWd == 0 {
		return ""
	}
	return strconv.Itoa(c.MendWd)
}

func setMendTerm(c *Campaign, canonical string) { c.MendWd, _ = strconv.Atoi(canonical) }
