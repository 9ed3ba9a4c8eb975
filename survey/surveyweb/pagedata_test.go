package surveyweb

import (
	"testing"

	"qingce/internal/web/webtest"
)

// TestPagesOfCampaignsFitTheirData checks the templates of campaigns and
// questionnaires against the types of their data.
func TestPagesOfCampaignsFitTheirData(t *testing.T) {
	site := webtest.Open(t, nil)
	webtest.CheckPages(t, site.Server, "survey/campaign", map[string]any{
		"survey/campaigns": campaignsPage{}, "survey/campaign": campaignPage{}, "survey/scope": scopePage{}, "survey/form": formPage{},
		"survey/questionnaires": questionnairesPage{}, "survey/questionnaire": versionPage{}, "survey/preview": previewPage{},
		"survey/compare": comparePage{}, "survey/edit": editPage{},
	})
}
