package usageweb

import (
	"context"

	"qingce/internal/calendar"
	"qingce/internal/web"
	"qingce/inventory/usage"
)

type useCompareIn struct {
	Owner     string `query:"owner" doc:"Code of a department"`
	Search    string `query:"q" maxLength:"100"`
	Judgement string `query:"judged" enum:"differs,agrees,unmeasured"`
	Kind      string `query:"kind" enum:"never_used,used_less,used_more,standby_used,stopped_used,people_more,active_more,active_fewer"`
	Page      int    `query:"page" minimum:"1" default:"1"`
	Size      int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}

// useComparedDoc is a system with what it declares and what was measured.
type useComparedDoc struct {
	Code        string             `json:"code"`
	Name        string             `json:"name"`
	Owner       string             `json:"owner" doc:"Code of the department"`
	Judgement   usage.Judgement    `json:"judged" enum:"differs,agrees,unmeasured"`
	Declared    map[string]string  `json:"declared" doc:"By field of the register, as it is kept"`
	CoveredDays int                `json:"covered_days" doc:"Of the days: those of which is known whether people used it"`
	UsedDays    int                `json:"used_days"`
	LastUse     calendar.Date      `json:"last_use" doc:"In the span"`
	MostUsers   *int64             `json:"most_users" doc:"The most people on one day; null when not measured"`
	MonthUsers  *int64             `json:"month_users" doc:"The most people in one whole month; null when not measured"`
	Differences []useDifferenceDoc `json:"differences"`
}

type useDifferenceDoc struct {
	Kind  usage.DifferenceKind `json:"kind"`
	Field string               `json:"field" doc:"Field of the register that says otherwise"`
	Text  string               `json:"text" doc:"The reason in words"`
}

type useCompareOut struct {
	Body struct {
		From    calendar.Date             `json:"from"`
		To      calendar.Date             `json:"to"`
		Total   int64                     `json:"total"`
		Counts  map[usage.Judgement]int64 `json:"counts"`
		Systems []useComparedDoc          `json:"systems"`
	}
}

func (d *desk) apiCompare(ctx context.Context, call web.Call, in *useCompareIn) (*useCompareOut, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	q := usage.CompareQuery{
		Search: in.Search, Judgement: usage.Judgement(in.Judgement), Kind: usage.DifferenceKind(in.Kind), Page: in.Page, Size: in.Size,
	}
	if q.Owner, err = ownerNamed(dir, in.Owner); err != nil {
		return nil, err
	}
	v := declaredView{p: call.P, by: call.By, now: call.Now, dir: dir}
	if v.result, err = d.Ledger.Compare(ctx, call.By, q); err != nil {
		return nil, err
	}
	out := &useCompareOut{}
	out.Body.From, out.Body.To, out.Body.Total, out.Body.Counts = v.result.From, v.result.To, v.result.Total, v.result.By
	out.Body.Systems = make([]useComparedDoc, len(v.result.Rows))
	for i := range v.result.Rows {
		out.Body.Systems[i] = v.document(&v.result.Rows[i])
	}
	return out, nil
}

func (v declaredView) document(c *usage.Compared) useComparedDoc {
	owner, _ := v.dir.Find(c.System.OwnerID)
	out := useComparedDoc{
		Code: c.System.Code, Name: c.System.Name, Owner: owner.Code, Judgement: c.Judgement, Declared: declaredValues(c),
		CoveredDays: c.Facts.Covered, UsedDays: c.Facts.Used, LastUse: c.Facts.LastUse,
		MostUsers: c.Facts.MostUsers, MonthUsers: c.Facts.MonthUsers, Differences: []useDifferenceDoc{},
	}
	for i, text := range v.differences(c) {
		out.Differences = append(out.Differences, useDifferenceDoc{c.Differences[i].Kind, c.Differences[i].Field, text})
	}
	return out
}

// useSumDoc counts systems.
type useSumDoc struct {
	Owner    string `json:"owner,omitempty" doc:"Code of the department; empty for all"`
	Systems  int    `json:"systems"`
	Measured int    `json:"measured" doc:"For long enough to say anything"`
	Used     int    `json:"used" doc:"Of those measured"`
}

type useSumsOut struct {
	Body struct {
		From   calendar.Date `json:"from"`
		To     calendar.Date `json:"to"`
		All    useSumDoc     `json:"all"`
		Owners []useSumDoc   `json:"owners"`
	}
}

func (d *desk) apiSums(ctx context.Context, call web.Call, _ *struct{}) (*useSumsOut, error) {
	sums, err := d.Ledger.Sums(ctx, call.By)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	out := &useSumsOut{}
	out.Body.From, out.Body.To = sums.From, sums.To
	out.Body.All = useSumDoc{Systems: sums.All.Systems, Measured: sums.All.Measured, Used: sums.All.Used}
	out.Body.Owners = make([]useSumDoc, len(sums.Owners))
	for i, o := range sums.Owners {
		dept, _ := dir.Find(o.Owner)
		out.Body.Owners[i] = useSumDoc{dept.Code, o.Systems, o.Measured, o.Used}
	}
	return out, nil
}
