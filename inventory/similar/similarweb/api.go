package similarweb

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/similar"
)

const apiPath = "/api/v1/similar"

// Scopes of API tokens.
const (
	zombiesRead  = "zombies:read"
	zombiesWrite = "zombies:write"
)

func operation(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: apiPath + path, Summary: summary, Tags: []string{"Similar"}}
}

// MountAPI adds the operations of the API.
func MountAPI(s *web.Server, deps Deps) {
	d := &desk{deps}
	read := web.For(viewers()...).With(zombiesRead)
	web.Operation(s, read, operation("check-similar", http.MethodGet, "", "Systems that a text may describe again, the most like ones first"), d.apiCheck)
	web.Operation(s, read, operation("list-similar-pairs", http.MethodGet, "/pairs", "Pairs of systems that may do the same work"), d.apiList)
	web.Operation(s, read, operation("get-similar-pair", http.MethodGet, "/pairs/{id}", "Read a pair with all judgements"), d.apiFind)
	judge := operation("judge-similar-pair", http.MethodPost, "/pairs/{id}/judgement", "Say what a pair is")
	web.Operation(s, web.For(similar.Judges()...).With(zombiesWrite), judge, d.apiJudge)
}

// alikeSideDoc is a system as the caller may see it.
type alikeSideDoc struct {
	Code   string          `json:"code"`
	Owner  string          `json:"owner" doc:"Code of the department"`
	Hidden bool            `json:"hidden" doc:"Of a system of another department only the code and the department are told"`
	Name   string          `json:"name,omitempty"`
	State  inventory.State `json:"state,omitempty"`
}

func sideOf(dir *inventory.Directory, s similar.Side) alikeSideDoc {
	owner, _ := dir.Find(s.OwnerID)
	return alikeSideDoc{s.Code, owner.Code, s.Hidden, s.Name, s.State}
}

type alikeCheckQuery struct {
	Text  string `query:"text" required:"true" maxLength:"2000" doc:"Name and function"`
	Limit int    `query:"limit" minimum:"1" maximum:"50" default:"10"`
}

type alikeFoundDoc struct {
	System alikeSideDoc `json:"system"`
	Score  float64      `json:"score" doc:"How much the texts are alike, 0 to 1: from 0.6 likely the same, from 0.25 worth a look"`
	Likely bool         `json:"likely"`
	Words  []string     `json:"words" doc:"That both texts hold"`
}

type alikeCheckOut struct {
	Body struct {
		Found []alikeFoundDoc `json:"found"`
	}
}

func (d *desk) apiCheck(ctx context.Context, call web.Call, in *alikeCheckQuery) (*alikeCheckOut, error) {
	found, err := d.Similar.Check(ctx, call.By, in.Text, in.Limit)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	out := &alikeCheckOut{}
	out.Body.Found = make([]alikeFoundDoc, len(found))
	for i, f := range found {
		out.Body.Found[i] = alikeFoundDoc{sideOf(dir, f.Side), f.Score, f.Likely(), words(f.Words)}
	}
	return out, nil
}

// words is never null in JSON.
func words(w []string) []string {
	if w == nil {
		return []string{}
	}
	return w
}

type alikeListQuery struct {
	Verdict  string `query:"verdict" enum:"open,same,partly,different" default:"open"`
	Search   string `query:"q" maxLength:"100" doc:"Part of the code or the name of a system that the caller sees"`
	Owner    string `query:"owner" doc:"Code of a department"`
	Likely   bool   `query:"likely" doc:"Only those that are likely the same by their texts"`
	Declared bool   `query:"declared" doc:"Only those that the register declares"`
	Moved    bool   `query:"moved" doc:"Only those of which people went from one to the other"`
	Sort     string `query:"sort" enum:"score,found,judged" default:"score"`
	Page     int    `query:"page" minimum:"1" default:"1"`
	Size     int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}

type alikeMoveDoc struct {
	Users  similar.UsersState `json:"users" doc:"known, or why it is not: no_sketch, other_key, too_coarse, not_present; empty when use was not seen to fall"`
	Former int64              `json:"former" doc:"Users before the fall"`
	Moved  *float64           `json:"moved" doc:"Share of them seen in the other system lately; null when it is not known"`
	Error  float64            `json:"error" doc:"How much the share may be off"`
	Shift  similar.ShiftState `json:"shift" doc:"seen, not_seen or unknown: whether use rose there within 60 days of the fall here"`
	FellOn calendar.Date      `json:"fell_on"`
	RoseOn calendar.Date      `json:"rose_on"`
}

func moveOf(m similar.Move) alikeMoveDoc {
	out := alikeMoveDoc{Users: m.Users, Former: m.Former, Error: m.Error, Shift: m.Shift, FellOn: m.FellOn, RoseOn: m.RoseOn}
	if m.Known() {
		out.Moved = &m.Moved
	}
	return out
}

type alikeJudgementDoc struct {
	Choice string    `json:"choice" doc:"Verdict and ground, such as same.double"`
	Keeper string    `json:"keeper,omitempty" doc:"Code of the system that goes on"`
	Note   string    `json:"note"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
}

type alikePairDoc struct {
	ID             similar.PairID     `json:"id"`
	First          alikeSideDoc       `json:"first"`
	Second         alikeSideDoc       `json:"second"`
	Score          float64            `json:"score"`
	Words          []string           `json:"words"`
	FirstReplaced  bool               `json:"first_replaced" doc:"The register declares the first to be replaced by the second"`
	SecondReplaced bool               `json:"second_replaced"`
	FromFirst      alikeMoveDoc       `json:"from_first" doc:"People who went from the first to the second"`
	FromSecond     alikeMoveDoc       `json:"from_second"`
	Verdict        similar.Verdict    `json:"verdict" enum:"open,same,partly,different"`
	Judgement      *alikeJudgementDoc `json:"judgement" doc:"null while the pair is open"`
	Version        int64              `json:"version" doc:"Number of the version; the ETag"`
}

func judgementOf(j similar.Judgement, first, second similar.Side) alikeJudgementDoc {
	out := alikeJudgementDoc{Choice: j.Choice.String(), Note: j.Note, At: web.Instant(j.At), By: j.Name}
	for _, s := range []similar.Side{first, second} {
		if j.KeeperID != 0 && s.ID == j.KeeperID {
			out.Keeper = s.Code
		}
	}
	return out
}

func pairOf(dir *inventory.Directory, p *similar.Pair) alikePairDoc {
	out := alikePairDoc{
		ID: p.ID, First: sideOf(dir, p.First), Second: sideOf(dir, p.Second), Score: p.Score, Words: words(p.Words),
		FirstReplaced: p.FirstReplaced, SecondReplaced: p.SecondReplaced, FromFirst: moveOf(p.FromFirst), FromSecond: moveOf(p.FromSecond),
		Verdict: p.Judged.Verdict, Version: p.Version,
	}
	if p.Judged.Verdict != similar.Open {
		j := judgementOf(p.Judged, p.First, p.Second)
		out.Judgement = &j
	}
	return out
}

func noOwner(value string) error {
	return fault.Refuse([]fault.Field{fault.At(paramOwner, "similar.err.owner", "value", value)})
}

type alikeListOut struct {
	Body struct {
		Total int64          `json:"total"`
		Pairs []alikePairDoc `json:"pairs"`
	}
}

func (d *desk) apiList(ctx context.Context, call web.Call, in *alikeListQuery) (*alikeListOut, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	q := similar.Query{
		Verdicts: []similar.Verdict{similar.Verdict(in.Verdict)}, Search: in.Search, Likely: in.Likely, Declared: in.Declared, Moved: in.Moved,
		Sort: in.Sort, Page: in.Page, Size: in.Size,
	}
	if in.Owner != "" {
		dept, ok := dir.ByCode(in.Owner)
		if !ok {
			return nil, noOwner(in.Owner)
		}
		q.Owner = dept.ID
	}
	page, err := d.Similar.List(ctx, call.By, q)
	if err != nil {
		return nil, err
	}
	out := &alikeListOut{}
	out.Body.Total, out.Body.Pairs = page.Total, make([]alikePairDoc, len(page.Rows))
	for i := range page.Rows {
		out.Body.Pairs[i] = pairOf(dir, &page.Rows[i])
	}
	return out, nil
}

type alikeIdIn struct {
	ID int64 `path:"id" minimum:"1"`
}

type alikePairOut struct {
	ETag string `header:"ETag"`
	Body struct {
		Pair           alikePairDoc        `json:"pair"`
		FirstFunction  string              `json:"first_function" doc:"Empty when the caller does not see it"`
		SecondFunction string              `json:"second_function"`
		Judgements     []alikeJudgementDoc `json:"judgements" doc:"All of them, the newest first"`
	}
}

func (d *desk) apiFind(ctx context.Context, call web.Call, in *alikeIdIn) (*alikePairOut, error) {
	return d.pairAnswer(ctx, call, similar.PairID(in.ID))
}

func (d *desk) pairAnswer(ctx context.Context, call web.Call, id similar.PairID) (*alikePairOut, error) {
	sheet, err := d.Similar.Find(ctx, call.By, id)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	out := &alikePairOut{ETag: web.ETag(sheet.Version)}
	out.Body.Pair = pairOf(dir, &sheet.Pair)
	out.Body.FirstFunction, out.Body.SecondFunction = sheet.FirstText, sheet.SecondText
	out.Body.Judgements = make([]alikeJudgementDoc, len(sheet.History))
	for i, h := range sheet.History {
		out.Body.Judgements[i] = judgementOf(h.Judgement, sheet.First, sheet.Second)
	}
	return out, nil
}

type alikeJudgementIn struct {
	ID      int64  `path:"id" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The ETag of the version that was read"`
	Body    struct {
		Choice string `json:"choice" enum:"same.double,same.successor,same.other,partly.modules,partly.levels,partly.other,different.business,different.wording,different.parts,different.other"`
		Keeper string `json:"keeper,omitempty" doc:"Code of the system that goes on; needed when both do the same"`
		Note   string `json:"note,omitempty" maxLength:"500" doc:"Needed with the ground other"`
	}
}

func (d *desk) apiJudge(ctx context.Context, call web.Call, in *alikeJudgementIn) (*alikePairOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	id := similar.PairID(in.ID)
	if err := d.Similar.Judge(ctx, call.By, id, version, similar.Opinion{Choice: in.Body.Choice, Keeper: in.Body.Keeper, Note: in.Body.Note}); err != nil {
		return nil, err
	}
	return d.pairAnswer(ctx, call, id)
}
