package survey_test

import (
	"errors"
	"slices"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/store"
	"qingce/survey"
	"qingce/survey/questionnaire"
	"qingce/survey/surveytest"
)

func TestSeedingTwiceChangesNothing(t *testing.T) {
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		if err := s.Desk.SeedQuestionnaires(t.Context()); err != nil {
			t.Fatal(err)
		}
		all, err := s.Desk.ListQuestionnaires(t.Context(), s.Office())
		if err != nil || len(all) != 2 {
			t.Fatalf("%d questionnaires, %v", len(all), err)
		}
		for _, q := range all {
			hash, err := q.Body.Hash()
			if err != nil || q.State != survey.Published || q.Hash != hash || q.Number != 1 {
				t.Errorf("%s is %s with hash %q, want %q", q.Name(), q.State, q.Hash, hash)
			}
		}
		if len(all[1].Campaigns) != 1 || all[1].Code != surveytest.Brief {
			t.Errorf("%s is asked by %v", all[1].Code, all[1].Campaigns)
		}
	})
}

func TestAPublishedVersionNeverChanges(t *testing.T) {
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		ctx, office := t.Context(), s.Office()
		q := s.Questionnaire(surveytest.Brief)
		if _, err := s.Desk.SaveQuestionnaire(ctx, office, q.Code, q.Number, q.Version, q.Body, ""); !errors.Is(err, survey.ErrPublished) {
			t.Errorf("saved over a published version: %v", err)
		}
		draft, err := s.Desk.NewVersion(ctx, office, q.Code)
		if err != nil || draft.Number != 2 || draft.State != survey.QuestionnaireDraft {
			t.Fatalf("version %d is %s, %v", draft.Number, draft.State, err)
		}
		if _, err := s.Desk.NewVersion(ctx, office, q.Code); !errors.Is(err, survey.ErrDraftOpen) {
			t.Errorf("a second draft: %v", err)
		}
		body := draft.Body
		body.Title = questionnaire.Text{locale.Chinese: "新表"}
		saved, err := s.Desk.SaveQuestionnaire(ctx, s.Centre(), q.Code, 2, draft.Version, body, "改了标题")
		if err != nil || saved.Body.Title.In(locale.English) != "新表" {
			t.Fatalf("%+v %v", saved.Body.Title, err)
		}
		if _, err := s.Desk.SaveQuestionnaire(ctx, office, q.Code, 2, draft.Version, body, ""); !errors.Is(err, store.ErrStale) {
			t.Errorf("a stale save: %v", err)
		}
		if got := s.Questionnaire(surveytest.Brief); got.Number != 2 {
			t.Errorf("the newest is %d", got.Number)
		}
	})
}

func TestPublishingHoldsToTheRegister(t *testing.T) {
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		ctx := t.Context()
		body := questionnaire.Body{Title: questionnaire.Text{locale.Chinese: "表"}}
		q, err := s.Desk.NewQuestionnaire(ctx, s.Centre(), "extra", body, "")
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Desk.PublishQuestionnaire(ctx, s.Office(), q.Code, 1, q.Version)
		if !slices.Contains(wrongAt(err), "sections questionnaire.err.must_ask") {
			t.Errorf("published: %v", err)
		}
		for _, by := range []auth.Principal{s.Centre(), s.Clerk("RS"), s.Someone(auth.Auditor)} {
			if _, err := s.Desk.PublishQuestionnaire(ctx, by, q.Code, 1, q.Version); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s published: %v", by.Login, err)
			}
		}
		if _, err := s.Desk.NewQuestionnaire(ctx, s.Office(), "extra", body, ""); !slices.Contains(wrongAt(err), "code survey.err.questionnaire_taken") {
			t.Errorf("two of one code: %v", err)
		}
		if _, err := s.Desk.NewQuestionnaire(ctx, s.Office(), "bad", questionnaire.Body{}, ""); !slices.Contains(wrongAt(err), "title questionnaire.err.text") {
			t.Errorf("without a title: %v", err)
		}
	})
}

func TestWithdrawnVersionsAreNotOffered(t *testing.T) {
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		ctx := t.Context()
		q := s.Questionnaire("self-survey-2017")
		if _, err := s.Desk.WithdrawQuestionnaire(ctx, s.Office(), q.Code, 1, q.Version, ""); !slices.Contains(wrongAt(err), "reason survey.err.withdraw_reason") {
			t.Errorf("withdrawn without a reason: %v", err)
		}
		if _, err := s.Desk.WithdrawQuestionnaire(ctx, s.Office(), q.Code, 1, q.Version, "停用"); err != nil {
			t.Fatal(err)
		}
		c := s.Planned()
		c.Code, c.QuestionnaireID = "zc-b", &q.ID
		if _, _, err := s.Desk.CreateCampaign(ctx, s.Office(), c); !slices.Contains(wrongAt(err), "questionnaire_id survey.err.questionnaire") {
			t.Errorf("a withdrawn version is asked: %v", err)
		}
	})
}

func TestQuestionnairesAreForThoseWhoHoldSurveys(t *testing.T) {
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		ctx := t.Context()
		for _, v := range []struct {
			by   auth.Principal
			want fault.Kind
		}{
			{s.Clerk("RS"), fault.Forbidden}, {s.Someone(auth.Admin), fault.Forbidden}, {auth.Principal{}, fault.Unauthenticated},
			{s.Someone(auth.Auditor), fault.Forbidden},
		} {
			if _, err := s.Desk.ListQuestionnaires(ctx, v.by); fault.KindOf(err) != v.want {
				t.Errorf("%s: %v", v.by.Login, err)
			}
		}
		draft, err := s.Desk.NewVersion(ctx, s.Office(), surveytest.Brief)
		if err != nil {
			t.Fatal(err)
		}
		if q, err := s.Desk.FindQuestionnaire(ctx, s.Clerk("RS"), surveytest.Brief, 0); err != nil || q.Number != 1 || q.Campaigns != nil {
			t.Errorf("a clerk finds version %d of %v, %v", q.Number, q.Campaigns, err)
		}
		if _, err := s.Desk.FindQuestionnaire(ctx, s.Clerk("RS"), surveytest.Brief, draft.Number); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a clerk finds a draft: %v", err)
		}
		c := s.Campaign(surveytest.Code).Campaign
		if q, err := s.Desk.QuestionnaireOf(ctx, s.Clerk("RS"), c); err != nil || q.Code != surveytest.Brief {
			t.Errorf("what a campaign asks: %s %v", q.Code, err)
		}
	})
}
