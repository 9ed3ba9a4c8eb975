package monthlyweb

import (
	"context"
	"math/big"
	"strings"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
)

// ScoreMonthDoc is a version of a month as the API shows it.
type ScoreMonthDoc struct {
	Month     string     `json:"month" example:"2017-11"`
	Version   int64      `json:"version"`
	State     string     `json:"state" enum:"computing,frozen,appeal,reviewed,approved,published,superseded"`
	Method    int64      `json:"method" doc:"Version of the method"`
	Through   string     `json:"through" format:"date" doc:"The last day that counts"`
	Bodies    int64      `json:"bodies"`
	Digest    string     `json:"digest,omitempty" doc:"SHA-256 over the method and the facts of all bodies"`
	AtFreeze  string     `json:"digest_at_freeze,omitempty" doc:"As it was before what objections corrected"`
	Computed  time.Time  `json:"computed_at"`
	Frozen    *time.Time `json:"frozen_at,omitempty"`
	AppealBy  string     `json:"appeal_by,omitempty" format:"date" doc:"Last day for objections, as it was when the term began"`
	Reviewed  *time.Time `json:"reviewed_at,omitempty"`
	Approved  *time.Time `json:"approved_at,omitempty"`
	Published *time.Time `json:"published_at,omitempty"`
	Reason    string     `json:"reason,omitempty" doc:"Why a published month was corrected"`
	Revision  int64      `json:"revision" doc:"The ETag"`
}

func monthDocument(m *monthly.Month) ScoreMonthDoc {
	return ScoreMonthDoc{
		Month: string(m.Month), Version: m.Version, State: string(m.State), Method: m.PolicyVersion, Through: m.ThroughOn.String(), Bodies: m.Bodies,
		Digest: m.Hash, AtFreeze: m.FrozenHash, Computed: web.Instant(m.ComputedAt), Frozen: instant(m.FrozenAt), AppealBy: dayText(m.AppealDue),
		Reviewed: instant(m.ReviewedAt), Approved: instant(m.ApprovedAt), Published: instant(m.PublishedAt), Reason: m.Reason, Revision: m.Revision,
	}
}

func instant(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	out := web.Instant(*at)
	return &out
}

// dayText is a day as programs read it; none is empty.
func dayText(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// scoreMetricDoc is one of the six metrics of a body.
type scoreMetricDoc struct {
	Key     string  `json:"key" example:"M4"`
	Applies bool    `json:"applies"`
	Num     *int    `json:"num,omitempty" doc:"The count; none where the metric is a mean of several"`
	Den     *int    `json:"den,omitempty"`
	Value   *string `json:"value" example:"66.67" doc:"0 to 100, rounded half up; null does not apply"`
	Exact   string  `json:"exact,omitempty" example:"200/3" doc:"The value as a fraction that is not rounded"`
	Weight  int     `json:"weight"`
	Brings  *string `json:"brings" doc:"Points that it brings into the total"`
}

// scoreCardDoc is what a month was worth for a body.
type scoreCardDoc struct {
	Points  *string          `json:"points" example:"71.77" doc:"Total after deductions, rounded once; null is that nothing applies"`
	Exact   string           `json:"exact,omitempty" doc:"The total as a fraction that is not rounded"`
	Weight  int              `json:"weight" doc:"Of the metrics that apply, out of 100"`
	Off     int              `json:"off" doc:"Points taken off"`
	Rank    *int             `json:"rank" doc:"Within the group; null is not ranked, or not for the caller to know"`
	Band    string           `json:"band" enum:"praise,good,remind,criticise,report,watched"`
	Metrics []scoreMetricDoc `json:"metrics"`
}

func cardDocument(c *scorecard.Card, in *scorecard.Input, p *monthly.Policy) scoreCardDoc {
	doc := scoreCardDoc{Weight: c.Weight, Off: c.Off, Band: string(c.Band), Metrics: []scoreMetricDoc{}}
	if c.Total != nil {
		points := pointsText(c.Points)
		doc.Points, doc.Exact = &points, c.Total.RatString()
	}
	if c.Rank > 0 {
		doc.Rank = &c.Rank
	}
	for _, m := range scorecard.Metrics() {
		one := scoreMetricDoc{Key: m.Key(), Weight: p.Method.Weights[m], Value: rounded(c.Values[m]), Brings: rounded(contribution(c, p, m))}
		if v := c.Values[m]; v != nil {
			one.Applies, one.Exact = true, v.RatString()
		}
		if in != nil {
			if s, ok := shareOf(in, p, m); ok {
				one.Num, one.Den = &s.Num, &s.Den
			}
		}
		doc.Metrics = append(doc.Metrics, one)
	}
	return doc
}

// rounded writes a value with two decimals; nil is none.
func rounded(v *big.Rat) *string {
	if v == nil {
		return nil
	}
	text := pointsText(scorecard.Hundredths(v))
	return &text
}

// ScoreLineDoc is a body in a month.
type ScoreLineDoc struct {
	Department string            `json:"department" doc:"Code of the body"`
	Name       string            `json:"name"`
	Group      string            `json:"group,omitempty" example:"A"`
	Region     string            `json:"region,omitempty"`
	KeyArea    bool              `json:"key_area"`
	Card       scoreCardDoc      `json:"card"`
	Before     *string           `json:"before" doc:"Points of the month before"`
	Other      *scoreCardDoc     `json:"other,omitempty" doc:"By the method of the month before, in the first month of another one"`
	Proposal   *scoreProposalDoc `json:"proposal,omitempty"`
}

func lineDocument(l *monthly.Line, p, other *monthly.Policy) ScoreLineDoc {
	doc := ScoreLineDoc{
		Department: l.Body.Code, Name: l.Body.Name, Group: l.Card.Group, Region: l.Body.Region, KeyArea: l.Body.KeyArea, Card: cardDocument(&l.Card, &l.Input, p),
	}
	if l.Before != nil && l.Before.Total != nil {
		points := pointsText(l.Before.Points)
		doc.Before = &points
	}
	if l.Other != nil && other != nil {
		by := cardDocument(l.Other, nil, other)
		doc.Other = &by
	}
	if l.Proposal != nil {
		one := proposalDocument(l.Proposal, l.Body.Code)
		doc.Proposal = &one
	}
	return doc
}

// scoreProposalDoc is praise or criticism that a card suggests.
type scoreProposalDoc struct {
	Department string     `json:"department"`
	Band       string     `json:"band" enum:"praise,criticise,report"`
	State      string     `json:"state" enum:"proposed,approved,declined"`
	Reason     string     `json:"reason,omitempty"`
	At         *time.Time `json:"decided_at,omitempty"`
	By         string     `json:"decided_by,omitempty"`
}

func proposalDocument(p *monthly.Proposal, code string) scoreProposalDoc {
	return scoreProposalDoc{code, string(p.Band), string(p.State), p.Reason, instant(p.DecidedAt), p.DecidedName}
}

// ScoreTableIn is a month and which of its bodies.
type ScoreTableIn struct {
	ScoreMonthIn
	Group  string `query:"group" doc:"A to D"`
	Region string `query:"region" doc:"Code of a region; city is the departments of the city"`
	Band   string `query:"band" enum:"praise,good,remind,criticise,report,watched"`
	Search string `query:"q" doc:"Part of the name or of the code"`
	Sort   string `query:"sort" doc:"points, rank, change, group or M1 to M6; with - before it the other way round"`
	Page   int    `query:"page" minimum:"1" default:"1"`
	Size   int    `query:"size" minimum:"1" maximum:"1000" default:"200"`
}

type scoreTableBody struct {
	ETag string `header:"ETag"`
	Body struct {
		ScoreMonthDoc
		Whole  bool           `json:"whole" doc:"All bodies are for the caller to see, not only the own ones"`
		Own    string         `json:"own,omitempty" doc:"Code of the caller's body"`
		Other  int64          `json:"other_method,omitempty" doc:"The method of the month before, where it is another"`
		Total  int            `json:"total"`
		Page   int            `json:"page"`
		Size   int            `json:"size"`
		Bodies []ScoreLineDoc `json:"scorecards"`
	}
}

func (d *desk) apiMonth(ctx context.Context, call web.Call, in *ScoreTableIn) (*scoreTableBody, error) {
	month, err := monthly.ParsePeriod(in.Month)
	if err != nil {
		return nil, err
	}
	table, err := d.Months.Table(ctx, call.By, month, in.Version)
	if err != nil {
		return nil, err
	}
	v := cityView{p: call.P, by: call.By, table: table, in: cityIn{Group: in.Group, Region: in.Region, Band: in.Band, Search: strings.TrimSpace(in.Search), Sort: in.Sort, Page: in.Page}}
	v.choose()
	out := &scoreTableBody{ETag: web.ETag(table.Month.Revision)}
	b := &out.Body
	b.ScoreMonthDoc, b.Whole, b.Own = monthDocument(&table.Month), table.Month.State.Public() || watches(call.By), table.Own
	b.Total, b.Page, b.Size, b.Bodies = len(v.lines), in.Page, in.Size, []ScoreLineDoc{}
	if table.OtherPolicy != nil {
		b.Other = table.OtherPolicy.Version
	}
	from := min((in.Page-1)*in.Size, len(v.lines))
	for _, l := range v.lines[from:min(from+in.Size, len(v.lines))] {
		b.Bodies = append(b.Bodies, lineDocument(&l, &table.Policy, table.OtherPolicy))
	}
	return out, nil
}

type scoreRecordBody struct {
	ETag string `header:"ETag"`
	Body struct {
		ScoreMonthDoc
		Versions   []ScoreMonthDoc     `json:"versions" doc:"That the caller sees, the newest first"`
		Moves      []string            `json:"moves" doc:"That the caller may take now"`
		Open       int                 `json:"objections_open"`
		Undecided  int                 `json:"proposals_undecided"`
		Steps      []scoreStepDoc      `json:"steps" doc:"For those who watch over the months"`
		Objections []ScoreObjectionDoc `json:"objections"`
		Proposals  []scoreProposalDoc  `json:"proposals"`
	}
}

// scoreStepDoc is one thing that was done with a month.
type scoreStepDoc struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Action string    `json:"action" example:"freeze"`
	Note   string    `json:"note,omitempty"`
	Digest string    `json:"digest,omitempty"`
}

func (d *desk) apiRecord(ctx context.Context, call web.Call, in *ScoreMonthIn) (*scoreRecordBody, error) {
	r, err := d.month(ctx, call.By, *in)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	out := &scoreRecordBody{ETag: web.ETag(r.Month.Revision)}
	b := &out.Body
	b.ScoreMonthDoc, b.Open, b.Undecided = monthDocument(&r.Month), r.Open, r.Undecided
	b.Versions, b.Moves, b.Steps = []ScoreMonthDoc{}, []string{}, []scoreStepDoc{}
	b.Objections, b.Proposals = []ScoreObjectionDoc{}, []scoreProposalDoc{}
	for i := range r.Versions {
		b.Versions = append(b.Versions, monthDocument(&r.Versions[i]))
	}
	for _, m := range r.Moves {
		b.Moves = append(b.Moves, string(m))
	}
	for _, s := range r.Steps {
		b.Steps = append(b.Steps, scoreStepDoc{web.Instant(s.At), s.Name, s.Action, s.Note, s.Hash})
	}
	for i := range r.Objections {
		b.Objections = append(b.Objections, objectionDocument(&r.Objections[i], dir))
	}
	for i := range r.Proposals {
		body, _ := dir.Find(r.Proposals[i].DepartmentID)
		b.Proposals = append(b.Proposals, proposalDocument(&r.Proposals[i], body.Code))
	}
	return out, nil
}

// textOf says a message of a row; none is empty.
func textOf(p *locale.Printer, key string) string {
	if key == "" {
		return ""
	}
	return p.T(key)
}
