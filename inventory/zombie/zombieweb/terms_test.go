package zombieweb_test

import (
	"net/http"
	"net/url"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/web/webtest"
)

// The Office changes how long a clean-up may take; everybody who sees cases sees
// it, and nothing typed is lost.
func TestTheTermsOfCases(t *testing.T) {
	tn := casesOpen(t)
	tn.centre().Get("/zombies/terms").Want(http.StatusForbidden)
	tn.site.Of(tn.Someone(auth.Leader)).Post("/zombies/terms", url.Values{}).Want(http.StatusForbidden)

	form := tn.office().Get("/zombies/terms").Want(http.StatusOK).Form(`form[action="/zombies/terms"]`)
	if form.Get("clean_by") != "2017-10-31" {
		t.Errorf("the day of the document is %q", form.Get("clean_by"))
	}
	form.Set("clean_wd", "0")
	form.Set("clean_by", "2017-11-31")
	form.Set("reason", "领导小组会议纪要")
	again := tn.office().Post("/zombies/terms", form).Want(http.StatusUnprocessableEntity)
	if kept := again.Form(`form[action="/zombies/terms"]`); kept.Get("clean_by") != "2017-11-31" || kept.Get("reason") != "领导小组会议纪要" {
		t.Errorf("what was typed is lost: %v", kept)
	}
	webtest.WantWords(t, again, "main", "2017-11-31")
	form.Set("clean_by", "2017-11-30")
	webtest.WantWords(t, tn.office().Post("/zombies/terms", form).Want(http.StatusUnprocessableEntity), "main", "工作日数填 1 到 250")

	form.Set("clean_wd", "15")
	done := tn.office().Post("/zombies/terms", form).Follow()
	webtest.WantWords(t, done, "main", "清理期限已调整", "2017-11-30", "15 个工作日", "5 个工作日", "领导小组会议纪要")
	tn.office().Post("/zombies/terms", form).Want(http.StatusConflict) // as it was read before

	webtest.WantWords(t, tn.site.Of(tn.Someone(auth.Leader)).Get("/zombies/policy").Want(http.StatusOK), "main", "办理期限", "2017-11-30")
}
