package survey

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// CampaignLine is a campaign in a list: how far it has come, as far as the
// reader may see it.
type CampaignLine struct {
	Campaign
	Counts Counts
	Own    *Form // of the reader's own department, nil when it takes no part
}

// Counts are forms of a campaign by where they stand.
type Counts struct {
	Bodies    int
	Opened    int // looked at by the body
	Submitted int // handed in and not reviewed yet
	Returned  int
	Accepted  int // accepted or locked
	Zero      int // zero reports among those handed in
	Late      int // handed in first after the due day
}

// HandedIn counts the forms that were handed in and not returned.
func (c Counts) HandedIn() int { return c.Submitted + c.Accepted }

// ListCampaigns lists the campaigns that by may see, the newest first: those
// who see all bodies see all of them, the others those that their bodies take
// part in.
func (d *Desk) ListCampaigns(ctx context.Context, by auth.Principal) ([]CampaignLine, error) {
	if err := by.Require(viewers()...); err != nil {
		return nil, err
	}
	var out []CampaignLine
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		within, err := d.within(tx, by)
		if err != nil {
			return err
		}
		all, err := allCampaigns(tx)
		if err != nil {
			return err
		}
		rev, err := revision(tx, 0)
		if err != nil {
			return err
		}
		counts, err := d.counts.Get(fmt.Sprint(rev, " ", within == nil, within), func() (map[CampaignID]Counts, error) {
			return countForms(tx, within)
		})
		if err != nil {
			return err
		}
		own, err := formsOf(tx, by.DepartmentID)
		if err != nil {
			return err
		}
		for _, c := range all {
			line := CampaignLine{Campaign: c, Counts: counts[c.ID]}
			if f, ok := own[c.ID]; ok {
				line.Own = &f
			}
			if within == nil || line.Counts.Bodies > 0 {
				out = append(out, line)
			}
		}
		return nil
	})
	return out, err
}

// within lists the departments whose forms by may see; nil means all.
func (d *Desk) within(tx *store.Tx, by auth.Principal) ([]auth.DepartmentID, error) {
	directory, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, fmt.Errorf("find the departments of the reader: %w", err)
	}
	return directory.Within(by.View()), nil
}

// FindCampaign returns a campaign that by may see.
func (d *Desk) FindCampaign(ctx context.Context, by auth.Principal, code string) (CampaignLine, error) {
	lines, err := d.ListCampaigns(ctx, by)
	if err != nil {
		return CampaignLine{}, err
	}
	i := slices.IndexFunc(lines, func(l CampaignLine) bool { return l.Code == code })
	if i < 0 {
		return CampaignLine{}, fault.New(fault.NotFound, "err.not_found")
	}
	return lines[i], nil
}

// CreateCampaign adds a campaign that is being prepared and returns it with the
// warnings. One that names CopiedFromID takes over the exceptions of that one.
func (d *Desk) CreateCampaign(ctx context.Context, by auth.Principal, c Campaign) (Campaign, []fault.Field, error) {
	if err := by.Require(organisers(c.Kind)...); err != nil {
		return Campaign{}, nil, err
	}
	var out Campaign
	var found []fault.Field
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		out = c
		out.ID, out.State, out.OpenedAt, out.ClosedAt, out.LockedAt = 0, Preparing, nil, nil, nil
		var err error
		if found, err = d.checkCampaign(tx, &out); err != nil {
			return err
		}
		if err := insertCampaign(tx, &out, by); err != nil {
			return err
		}
		if out.CopiedFromID != nil {
			if err := copyExceptions(tx, by, *out.CopiedFromID, out.ID); err != nil {
				return err
			}
		}
		return d.recordCampaign(tx, by, "campaign.created", nil, &out, "")
	})
	if err != nil {
		return Campaign{}, found, err
	}
	return out, found, nil
}

// ProposeCopy is a new campaign like an earlier one, not saved: the newest
// published version of its questionnaire, code, title and dates moved on by
// whole years.
func (d *Desk) ProposeCopy(ctx context.Context, by auth.Principal, code string) (Campaign, error) {
	var out Campaign
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		last, err := campaignByCode(tx, code)
		if err != nil {
			return fmt.Errorf("find the campaign %s to copy: %w", code, err)
		}
		if err := by.Require(organisers(last.Kind)...); err != nil {
			return err
		}
		out = moved(last, max(1, calendar.DateOf(tx.Now()).Year()-last.OpensOn.Year()))
		if last.QuestionnaireID == nil {
			return nil
		}
		newest, err := newestPublished(tx, *last.QuestionnaireID)
		out.QuestionnaireID = &newest
		return err
	})
	return out, err
}

// moved is a campaign some years later.
func moved(c Campaign, years int) Campaign {
	from, to := strconv.Itoa(c.OpensOn.Year()), strconv.Itoa(c.OpensOn.Year()+years)
	code := strings.ReplaceAll(c.Code, from, to)
	if code == c.Code {
		code += "-" + to
	}
	later := func(d calendar.Date) calendar.Date {
		if d.IsZero() {
			return d
		}
		return calendar.NewDate(d.Year()+years, d.Month(), d.Day())
	}
	return Campaign{
		Code: code, Kind: c.Kind, Title: strings.ReplaceAll(c.Title, from, to), Basis: c.Basis, Scope: c.Scope, CopiedFromID: &c.ID,
		OpensOn: later(c.OpensOn), DueOn: later(c.DueOn), ReviewDueOn: later(c.ReviewDueOn), MendWd: c.MendWd, Note: c.Note,
	}
}

// CopyCampaign makes the campaign that ProposeCopy proposes.
func (d *Desk) CopyCampaign(ctx context.Context, by auth.Principal, code string) (Campaign, []fault.Field, error) {
	c, err := d.ProposeCopy(ctx, by, code)
	if err != nil {
		return Campaign{}, nil, err
	}
	return d.CreateCampaign(ctx, by, c)
}

// ChangeCampaign replaces what is said of a campaign of a version. While it is
// prepared everything may change; while it runs only the note, the day of the
// reviewers and, with a reason, the due day to a later one, which moves the due
// dates of the forms that were never handed in; once it is closed the note and
// the day of the reviewers.
func (d *Desk) ChangeCampaign(ctx context.Context, by auth.Principal, code string, version int64, next Campaign, reason string) (Campaign, []fault.Field, error) {
	var out Campaign
	var found []fault.Field
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		old, err := d.campaignFor(tx, by, code, version)
		if err != nil {
			return err
		}
		if err := by.Require(organisers(next.Kind)...); err != nil {
			return err
		}
		out = keepFixed(old, next)
		wrong := fixedWhile(old, out, reason)
		if found, err = d.checkCampaign(tx, &out); err != nil && fault.KindOf(err) != fault.Invalid {
			return err
		}
		if found = append(wrong, found...); fault.AnyError(found) {
			return fault.Refuse(found)
		}
		if len(CampaignFields.Diff(&old, &out)) == 0 {
			out = old
			return nil
		}
		if err := d.saveCampaign(tx, by, "campaign.changed", old, &out, reason); err != nil {
			return err
		}
		return d.moveDues(tx, by, old, out)
	})
	if err != nil {
		return Campaign{}, found, err
	}
	return out, found, nil
}

// keepFixed is next with what no form of a campaign can change.
func keepFixed(old, next Campaign) Campaign {
	next.ID, next.State, next.CopiedFromID, next.CreatedAt = old.ID, old.State, old.CopiedFromID, old.CreatedAt
	next.OpenedAt, next.ClosedAt, next.LockedAt = old.OpenedAt, old.ClosedAt, old.LockedAt
	return next
}

// fixedWhile lists what may not change any more.
func fixedWhile(old, next Campaign, reason string) []fault.Field {
	free := map[CampaignState][]string{
		Preparing: CampaignFields.Keys(), Running: {"note", "review_due_on", "due_on"}, Closed: {"note", "review_due_on"},
	}[old.State]
	var out []fault.Field
	for _, change := range CampaignFields.Diff(&old, &next) {
		label := CampaignFields.Label(change.Key)
		switch {
		case !slices.Contains(free, change.Key):
			out = append(out, fault.At(change.Key, "survey.err.fixed", "field", label, "state", old.State.Label()))
		case change.Key != "due_on" || old.State != Running:
		case next.DueOn.Before(old.DueOn):
			out = append(out, fault.At(change.Key, "survey.err.due_earlier", "due", old.DueOn))
		case strings.TrimSpace(reason) == "":
			out = append(out, fault.At("reason", "survey.err.due_reason"))
		}
	}
	return out
}

// campaignFor is a campaign of a version that by may change.
func (d *Desk) campaignFor(tx *store.Tx, by auth.Principal, code string, version int64) (Campaign, error) {
	c, err := campaignByCode(tx, code)
	if err != nil {
		return Campaign{}, err
	}
	if err := by.Require(organisers(c.Kind)...); err != nil {
		return Campaign{}, err
	}
	if c.State == Locked {
		return Campaign{}, ErrCampaignLocked
	}
	if version != c.Version {
		return Campaign{}, store.ErrStale
	}
	return c, nil
}

// ErrCampaignLocked says that nothing of a campaign can change any more.
var ErrCampaignLocked = fault.New(fault.Conflict, "survey.err.locked")

// saveCampaign writes the new state of a campaign.
func (d *Desk) saveCampaign(tx *store.Tx, by auth.Principal, action string, old Campaign, next *Campaign, reason string) error {
	if err := updateCampaign(tx, old, next, by); err != nil {
		return err
	}
	return d.recordCampaign(tx, by, action, &old, next, reason)
}

// campaignFacts is a campaign as the operation log keeps it.
type campaignFacts struct {
	State  CampaignState     `json:"state"`
	Fields map[string]string `json:"fields"`
}

func (d *Desk) recordCampaign(tx *store.Tx, by auth.Principal, action string, old, next *Campaign, reason string) error {
	e := oplog.Entry{
		Action: action, Kind: "campaign", ID: next.Code, Name: next.Title, Reason: reason,
		After: campaignFacts{next.State, CampaignFields.Values(next)},
	}
	if old != nil {
		e.Before = campaignFacts{old.State, CampaignFields.Values(old)}
	}
	return oplog.Record(tx, by, e)
}

// codePattern is what a campaign may be called in addresses.
var codePattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// mostMendWd is the longest term to mend a returned form, in working days.
const mostMendWd = 60

// checkCampaign lists what is wrong with a campaign, errors and warnings; the
// error is Invalid when one of them stops the save.
func (d *Desk) checkCampaign(tx *store.Tx, c *Campaign) ([]fault.Field, error) {
	CampaignFields.ClearUnasked(c)
	out := CampaignFields.Missing(c)
	for i := range CampaignFields.All() {
		if f := &CampaignFields.All()[i]; f.Max > 0 && len([]rune(f.Get(c))) > f.Max {
			out = append(out, fault.At(f.Key, "err.too_long", "field", f.Label, "max", f.Max))
		}
	}
	refuse := func(bad bool, key, code string, args ...any) {
		if bad {
			out = append(out, fault.At(key, code, args...))
		}
	}
	refuse(c.Code != "" && !codePattern.MatchString(c.Code), "code", "survey.err.code")
	both := !c.OpensOn.IsZero() && !c.DueOn.IsZero()
	refuse(both && c.DueOn.Before(c.OpensOn), "due_on", "survey.err.due_before", "opens", c.OpensOn)
	refuse(!c.ReviewDueOn.IsZero() && c.ReviewDueOn.Before(c.DueOn), "review_due_on", "survey.err.review_before", "due", c.DueOn)
	refuse(c.MendWd < 0 || c.MendWd > mostMendWd, "mend_wd", "survey.err.mend", "max", mostMendWd)
	linked, err := checkLinks(tx, c)
	if err != nil {
		return nil, err
	}
	remarks, err := d.remarkDays(tx, c)
	if err != nil {
		return nil, err
	}
	out = slices.Concat(out, linked, remarks)
	return out, fault.Refuse(out)
}

// checkLinks holds a campaign to what it refers to.
func checkLinks(tx *store.Tx, c *Campaign) ([]fault.Field, error) {
	var out []fault.Field
	other, err := campaignByCode(tx, c.Code)
	switch {
	case err == nil && other.ID != c.ID:
		out = append(out, fault.At("code", "survey.err.code_taken", "code", c.Code, "title", other.Title))
	case err != nil && !isNotFound(err):
		return nil, err
	}
	if c.QuestionnaireID != nil {
		q, err := questionnaireByID(tx, *c.QuestionnaireID)
		if err != nil && !isNotFound(err) {
			return nil, err
		}
		if err != nil || c.State == Preparing && q.State != Published {
			out = append(out, fault.At("questionnaire_id", "survey.err.questionnaire"))
		}
	}
	if c.BasedOnID != nil {
		base, err := campaignByID(tx, *c.BasedOnID)
		if err != nil && !isNotFound(err) {
			return nil, err
		}
		if err != nil || base.Kind != SelfSurvey || base.ID == c.ID {
			out = append(out, fault.At("based_on_id", "survey.err.based_on"))
		}
	}
	return out, nil
}

// remarkDays warns of due days that are days off, and of years whose schedule
// is not known, so that lateness could not be counted.
func (d *Desk) remarkDays(tx *store.Tx, c *Campaign) ([]fault.Field, error) {
	cal, err := d.deps.Book.Calendar(tx)
	if err != nil {
		return nil, err
	}
	var out []fault.Field
	for key, day := range map[string]calendar.Date{"due_on": c.DueOn, "review_due_on": c.ReviewDueOn} {
		if day.IsZero() {
			continue
		}
		advised, err := cal.AdvisedBy(day)
		var year *calendar.YearError
		switch {
		case errors.As(err, &year):
			out = append(out, fault.Remark(key, "survey.warn.calendar", "year", year.Year))
		case err != nil:
			return nil, err
		case advised != day:
			out = append(out, fault.Remark(key, "survey.warn.day_off", "day", day, "advised", advised))
		}
	}
	slices.SortFunc(out, func(a, b fault.Field) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}
