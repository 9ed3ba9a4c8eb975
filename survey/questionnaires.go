package survey

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/survey/questionnaire"
)

// QuestionnaireID identifies a version of a questionnaire.
type QuestionnaireID = int64

// QuestionnaireState is whether a version can be asked.
type QuestionnaireState string

// The states. A published version never changes; a withdrawn one is kept and
// no longer offered.
const (
	QuestionnaireDraft QuestionnaireState = "draft"
	Published          QuestionnaireState = "published"
	Withdrawn          QuestionnaireState = "withdrawn"
)

// Label is the message key of the state's name.
func (s QuestionnaireState) Label() fault.Label {
	return fault.Label("survey.questionnaire.state." + string(s))
}

// Questionnaire is one version of a questionnaire.
type Questionnaire struct {
	ID            QuestionnaireID
	Code          string
	Number        int
	State         QuestionnaireState
	Body          questionnaire.Body `gorm:"serializer:json"`
	Hash          string             // of the body, once it is published
	Note          string             // what is new in this version
	PublishedAt   *time.Time
	PublishedName string
	CreatedAt     time.Time
	UpdatedAt     time.Time
	UpdatedBy     auth.AccountID
	UpdatedName   string
	Version       int64
}

// TableName is the table of versions.
func (Questionnaire) TableName() string { return "questionnaires" }

// Name is the version as people and references write it: self-survey-2017/1.
func (q *Questionnaire) Name() string { return fmt.Sprintf("%s/%d", q.Code, q.Number) }

// QuestionnaireLine is a version in a list, with the campaigns that ask it.
type QuestionnaireLine struct {
	Questionnaire
	Campaigns []Campaign
}

// Errors of questionnaires that callers test for.
var (
	ErrPublished = fault.New(fault.Conflict, "survey.err.published")
	ErrDraftOpen = fault.New(fault.Conflict, "survey.err.draft_open")
)

// ListQuestionnaires lists all versions by code, the newest first, for those who
// write them.
func (d *Desk) ListQuestionnaires(ctx context.Context, by auth.Principal) ([]QuestionnaireLine, error) {
	if err := by.Require(reviewers()...); err != nil {
		return nil, err
	}
	return d.questionnaires(ctx)
}

func (d *Desk) questionnaires(ctx context.Context) ([]QuestionnaireLine, error) {
	var out []QuestionnaireLine
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		out = nil
		all, err := allQuestionnaires(tx)
		if err != nil {
			return err
		}
		campaigns, err := allCampaigns(tx)
		if err != nil {
			return err
		}
		for _, q := range all {
			line := QuestionnaireLine{Questionnaire: q}
			for _, c := range campaigns {
				if c.QuestionnaireID != nil && *c.QuestionnaireID == q.ID {
					line.Campaigns = append(line.Campaigns, c)
				}
			}
			out = append(out, line)
		}
		return nil
	})
	return out, err
}

// FindQuestionnaire returns a version; number 0 is the newest. Those who do not
// write questionnaires find published versions only, and not who asks them.
func (d *Desk) FindQuestionnaire(ctx context.Context, by auth.Principal, code string, number int) (QuestionnaireLine, error) {
	if err := by.Require(viewers()...); err != nil {
		return QuestionnaireLine{}, err
	}
	all, err := d.questionnaires(ctx)
	if err != nil {
		return QuestionnaireLine{}, err
	}
	writes := by.Is(reviewers()...)
	i := slices.IndexFunc(all, func(q QuestionnaireLine) bool {
		return q.Code == code && (number == 0 || q.Number == number) && (writes || q.State == Published)
	})
	if i < 0 {
		return QuestionnaireLine{}, fault.New(fault.NotFound, "err.not_found")
	}
	if !writes {
		all[i].Campaigns = nil
	}
	return all[i], nil
}

// QuestionnaireOf returns the version that a campaign asks, also one that was
// withdrawn since, for everybody who sees the campaign.
func (d *Desk) QuestionnaireOf(ctx context.Context, by auth.Principal, c Campaign) (Questionnaire, error) {
	if err := by.Require(viewers()...); err != nil {
		return Questionnaire{}, err
	}
	if c.QuestionnaireID == nil {
		return Questionnaire{}, ErrNoQuestions
	}
	var q Questionnaire
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		var err error
		q, err = questionnaireByID(tx, *c.QuestionnaireID)
		return err
	})
	return q, err
}

// NewQuestionnaire adds the first version of a questionnaire as a draft.
func (d *Desk) NewQuestionnaire(ctx context.Context, by auth.Principal, code string, body questionnaire.Body, note string) (Questionnaire, error) {
	if err := by.Require(reviewers()...); err != nil {
		return Questionnaire{}, err
	}
	var wrong []fault.Field
	if !codePattern.MatchString(code) || len(code) > maxQuestionnaireCode {
		wrong = append(wrong, fault.At("code", "survey.err.code"))
	}
	if err := fault.Refuse(append(wrong, checkDraft(body, note)...)); err != nil {
		return Questionnaire{}, err
	}
	q := Questionnaire{Code: code, Number: 1, State: QuestionnaireDraft, Body: body, Note: note}
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		switch _, err := newestQuestionnaire(tx, code); {
		case err == nil:
			return fault.Refuse([]fault.Field{fault.At("code", "survey.err.questionnaire_taken", "code", code)})
		case !isNotFound(err):
			return err
		}
		return d.addQuestionnaire(tx, by, "questionnaire.created", &q)
	})
	return q, err
}

const (
	maxQuestionnaireCode = 40
	maxNote              = 500
)

func checkDraft(body questionnaire.Body, note string) []fault.Field {
	wrong := questionnaire.Check(body)
	if len([]rune(note)) > maxNote {
		wrong = append(wrong, fault.At("note", "err.too_long", "field", fault.Label("survey.questionnaire.note"), "max", maxNote))
	}
	return wrong
}

// NewVersion adds a draft that begins as a copy of the newest version. Of a
// questionnaire there is one draft at a time: ErrDraftOpen.
func (d *Desk) NewVersion(ctx context.Context, by auth.Principal, code string) (Questionnaire, error) {
	if err := by.Require(reviewers()...); err != nil {
		return Questionnaire{}, err
	}
	var q Questionnaire
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		last, err := newestQuestionnaire(tx, code)
		if err != nil {
			return err
		}
		if last.State == QuestionnaireDraft {
			return ErrDraftOpen
		}
		q = Questionnaire{Code: code, Number: last.Number + 1, State: QuestionnaireDraft, Body: last.Body}
		return d.addQuestionnaire(tx, by, "questionnaire.versioned", &q)
	})
	return q, err
}

func (d *Desk) addQuestionnaire(tx *store.Tx, by auth.Principal, action string, q *Questionnaire) error {
	if err := insertQuestionnaire(tx, q, by); err != nil {
		return err
	}
	return recordQuestionnaire(tx, by, action, nil, q, "")
}

// SaveQuestionnaire replaces what a draft of a version asks.
func (d *Desk) SaveQuestionnaire(ctx context.Context, by auth.Principal, code string, number int, version int64, body questionnaire.Body, note string) (Questionnaire, error) {
	return d.changeQuestionnaire(ctx, by, code, number, version, func(q *Questionnaire) (string, error) {
		if q.State != QuestionnaireDraft {
			return "", ErrPublished
		}
		q.Body, q.Note = body, strings.TrimSpace(note)
		return "questionnaire.changed", fault.Refuse(checkDraft(q.Body, q.Note))
	})
}

// PublishQuestionnaire makes a draft a version that campaigns can ask and that
// never changes. Only the Office can.
func (d *Desk) PublishQuestionnaire(ctx context.Context, by auth.Principal, code string, number int, version int64) (Questionnaire, error) {
	if err := by.Require(auth.Office); err != nil {
		return Questionnaire{}, err
	}
	return d.changeQuestionnaire(ctx, by, code, number, version, func(q *Questionnaire) (string, error) {
		if q.State != QuestionnaireDraft {
			return "", ErrPublished
		}
		return "questionnaire.published", publish(q, by, d.deps.DB.Now())
	})
}

// publish seals a version.
func publish(q *Questionnaire, by auth.Principal, now time.Time) error {
	if err := fault.Refuse(questionnaire.Ready(q.Body)); err != nil {
		return err
	}
	hash, err := q.Body.Hash()
	if err != nil {
		return err
	}
	q.State, q.Hash, q.PublishedAt, q.PublishedName = Published, hash, &now, by.Name
	return nil
}

// WithdrawQuestionnaire takes a version out of what is offered: a draft that
// nobody goes on with, or a published one that is not to be asked any more. A
// campaign that runs keeps it.
func (d *Desk) WithdrawQuestionnaire(ctx context.Context, by auth.Principal, code string, number int, version int64, reason string) (Questionnaire, error) {
	if err := by.Require(auth.Office); err != nil {
		return Questionnaire{}, err
	}
	return d.changeQuestionnaire(ctx, by, code, number, version, func(q *Questionnaire) (string, error) {
		if q.State == Withdrawn {
			return "", fault.New(fault.Conflict, "survey.err.withdrawn")
		}
		if q.State == Published && strings.TrimSpace(reason) == "" {
			return "", fault.Refuse([]fault.Field{fault.At("reason", "survey.err.withdraw_reason")})
		}
		q.State = Withdrawn
		return "questionnaire.withdrawn", nil
	}, reason)
}

// changeQuestionnaire changes a version that nobody else changed meanwhile.
func (d *Desk) changeQuestionnaire(
	ctx context.Context, by auth.Principal, code string, number int, version int64,
	change func(*Questionnaire) (action string, err error), reason ...string,
) (Questionnaire, error) {
	if err := by.Require(reviewers()...); err != nil {
		return Questionnaire{}, err
	}
	var next Questionnaire
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		old, err := questionnaireByNumber(tx, code, number)
		if err != nil {
			return err
		}
		if old.Version != version {
			return store.ErrStale
		}
		next = old
		action, err := change(&next)
		if err != nil {
			return err
		}
		if err := updateQuestionnaire(tx, old, &next, by); err != nil {
			return err
		}
		return recordQuestionnaire(tx, by, action, &old, &next, strings.Join(reason, ""))
	})
	if err != nil {
		return Questionnaire{}, err
	}
	return next, nil
}

// questionnaireFacts is a version as the operation log keeps it. The digest
// tells whether the questions changed; the version itself keeps them.
type questionnaireFacts struct {
	State  QuestionnaireState `json:"state"`
	Note   string             `json:"note"`
	Digest string             `json:"digest"`
}

func (q *Questionnaire) facts() (questionnaireFacts, error) {
	digest, err := q.Body.Hash()
	return questionnaireFacts{q.State, q.Note, digest}, err
}

func recordQuestionnaire(tx *store.Tx, by auth.Principal, action string, old, next *Questionnaire, reason string) error {
	after, err := next.facts()
	if err != nil {
		return err
	}
	e := oplog.Entry{Action: action, Kind: "questionnaire", ID: next.Name(), Name: next.Body.Title.In(""), After: after, Reason: reason}
	if old != nil {
		before, err := old.facts()
		if err != nil {
			return err
		}
		e.Before = before
	}
	return oplog.Record(tx, by, e)
}

// SeedQuestionnaires publishes the questionnaires that come with the programme,
// each only where there is none of its code. It is for every start.
func (d *Desk) SeedQuestionnaires(ctx context.Context) error {
	shipped, err := questionnaire.AllShipped()
	if err != nil {
		return err
	}
	by := auth.System("seed")
	return d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		for _, s := range shipped {
			switch _, err := newestQuestionnaire(tx, s.Code); {
			case err == nil:
				continue
			case !isNotFound(err):
				return err
			}
			q := Questionnaire{Code: s.Code, Number: 1, Body: s.Body}
			if err := publish(&q, by, tx.Now()); err != nil {
				return fmt.Errorf("publish the questionnaire %s: %w", s.Code, err)
			}
			if err := d.addQuestionnaire(tx, by, "questionnaire.published", &q); err != nil {
				return err
			}
		}
		return nil
	})
}
