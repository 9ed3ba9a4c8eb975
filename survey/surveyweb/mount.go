package surveyweb

import (
	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/locale"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/survey"
	"qingce/survey/census"
)

// Deps are the rooms behind the pages.
type Deps struct {
	DB       *store.DB
	Surveys  *survey.Desk
	Census   *census.Desk
	Registry *inventory.Registry
	Book     *schedule.Book
	Box      *evidence.Box
	Catalog  *locale.Catalog
}

// desk is what all handlers share.
type desk struct{ Deps }

// Mount adds the pages. Each group names who may call its routes; whose rows
// they then see is for the desk behind them.
func Mount(s *web.Server, deps Deps) {
	d := &desk{deps}
	d.mountCampaigns(s)
	d.mountQuestionnaires(s)
	d.mountForms(s)
	d.mountReview(s)
	d.mountCensus(s)
}

// MountAPI adds the operations of the API.
func MountAPI(s *web.Server, deps Deps) {
	d := &desk{deps}
	d.campaignsAPI(s)
	d.questionnairesAPI(s)
	d.formsAPI(s)
	d.reviewAPI(s)
	d.censusAPI(s)
}

// Addresses of the pages: /surveys/zc-2017 is a campaign, and
// /surveys/zc-2017/forms/XY107 the form of a body in it.
const (
	surveysPath        = "/surveys"
	questionnairesPath = "/questionnaires"
	censusPath         = "/census"
)

func surveyPath(campaign string, more ...string) string {
	return web.Join(surveysPath, append([]string{campaign}, more...)...)
}

func formPath(campaign, department string, more ...string) string {
	return web.Join(surveyPath(campaign, "forms", department), more...)
}

// viewers see surveys (DOMAIN §1.3); of forms they see those of their scope.
func viewers() []auth.Role {
	return []auth.Role{
		auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre, auth.Staffing, auth.Reform, auth.Finance,
		auth.Standards, auth.Police, auth.Network, auth.Leader, auth.Auditor,
	}
}

func fillers() []auth.Role   { return []auth.Role{auth.Clerk, auth.Head, auth.Region} }
func reviewers() []auth.Role { return []auth.Role{auth.Office, auth.Centre} }
