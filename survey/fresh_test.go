package survey_test

import (
	"testing"

	"qingce/internal/auth"
	"qingce/survey"
	"qingce/survey/surveytest"
)

// What is remembered of a survey is never older than what is in it: a look, a
// draft and a day change it too, though the operation log says nothing of them.
func TestWhatIsRememberedIsFresh(t *testing.T) {
	eachStory(t, func(t *testing.T, s *surveytest.Survey, tn *town) {
		by := tn.reviewer()
		counts := func() survey.Counts {
			t.Helper()
			line, err := tn.desk.FindCampaign(t.Context(), by, campaign)
			if err != nil {
				t.Fatal(err)
			}
			return line.Counts
		}
		waiting := func(by auth.Principal) []survey.Waiting {
			t.Helper()
			page, err := tn.desk.ListWaiting(t.Context(), by, survey.WaitingQuery{})
			if err != nil {
				t.Fatal(err)
			}
			return page.Items
		}
		if n := tn.coverage().Total.By[survey.Opened] + counts().Opened; n != 0 {
			t.Errorf("%d are opened at the start", n)
		}
		tn.form("RS") // a look
		if c := tn.coverage(); c.Total.By[survey.Opened] != 1 || counts().Opened != 1 {
			t.Errorf("after a look: %+v, %+v", c.Total.By, counts())
		}
		s.At("2017-10-09 09:00") // another day
		if c := tn.coverage(); c.Total.Overdue != 10 {
			t.Errorf("after the due day %d are overdue", c.Total.Overdue)
		}
		if at := tn.coverage().At; !at.Equal(tn.DB.Now()) {
			t.Errorf("the coverage is of %v", at)
		}
		tn.handedIn("RS", "就业服务系统")
		if w := waiting(by); len(w) != 1 || !w[0].Clean() || w[0].Own {
			t.Errorf("waiting: %+v", w)
		}
		if err := tn.desk.SaveDrafts(t.Context(), by, tn.key("RS"), []survey.Said{{Text: "请核对"}}); err != nil { // a draft
			t.Fatal(err)
		}
		if w := waiting(by); len(w) != 1 || w[0].Drafts != 1 || w[0].Clean() {
			t.Errorf("waiting with a draft: %+v", w)
		}
		own := by
		own.DepartmentID = waiting(by)[0].Form.DepartmentID
		if w := waiting(own); !w[0].Own {
			t.Error("their own form is not marked to reviewers of the body")
		}
		if w := waiting(by); w[0].Own {
			t.Error("what is own to one reviewer is own to the next")
		}
	})
}
